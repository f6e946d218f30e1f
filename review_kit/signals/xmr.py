"""Natural process limits of individual values (XmR charts), for many series at once.

All functions take plain arrays: `values` without gaps and `codes`, the number of the series each value belongs to,
0, 1, 2 … in order, values of one series side by side and in time order. Where a series has phases, each phase is a
series here.
"""

from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]
Middle = Literal["mean", "median"]

LIMIT_FACTOR = 2.66  # 3 / 1.128: three sigma as the mean moving range of two measures it; Wheeler prints 2.66
MEDIAN_LIMIT_FACTOR = 3.145  # 3 / 0.954: the same by the median moving range; Wheeler prints 3.145
SCREEN_FACTOR = 3.267  # upper limit of a moving range chart (D4 for two); a range beyond it is no routine one
MEDIAN_RANGE_FACTOR = 3.865  # the same by the median moving range


@dataclass(frozen=True, slots=True)
class Limits:
    """Central line, typical moving range and natural limits, one entry per series."""

    mean: Floats  # the central line: mean, or median where that was asked for
    mean_range: Floats  # mean or median moving range; missing for series of a single point
    lower: Floats
    upper: Floats
    range_upper: Floats  # upper limit of the moving ranges
    n: Ints  # points of the series
    n_used: Ints  # points that the limits rest on

    @property
    def sigma(self) -> Floats:
        """The routine standard deviation that the limits stand three of away from the central line."""
        return (self.upper - self.mean) / 3.0


def starts_of(codes: Ints) -> Bools:
    """True where a new series begins."""
    return np.r_[True, codes[1:] != codes[:-1]] if codes.size else np.zeros(0, dtype=bool)


def moving_ranges(values: Floats, codes: Ints) -> Floats:
    """Distance of each value from the one before it; missing at the start of a series."""
    ranges = np.abs(np.diff(values, prepend=np.nan))
    ranges[starts_of(codes)] = np.nan
    return ranges


def place_in_series(codes: Ints) -> Ints:
    """0, 1, 2 … within each series."""
    first = np.flatnonzero(starts_of(codes))
    return np.arange(codes.size) - np.repeat(first, np.diff(np.r_[first, codes.size]))


def mean_of(values: Floats, codes: Ints, use: Bools, n_series: int) -> Floats:
    """Mean per series of the values to be used; missing where there is none."""
    if not use.all():
        values, codes = values[use], codes[use]
    count = np.bincount(codes, minlength=n_series)
    total = np.bincount(codes, weights=values, minlength=n_series)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / count


def mean_of_runs(values: Floats, codes: Ints, use: Bools, n_series: int) -> Floats:
    """As `mean_of`, for series that stand side by side, each with a row: summed in place, four times as fast."""
    first = np.flatnonzero(starts_of(codes))
    if first.size < n_series:
        return mean_of(values, codes, use, n_series)
    total = np.add.reduceat(values if use.all() else np.where(use, values, 0.0), first)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / np.add.reduceat(use, first, dtype=np.int64)


def median_of(values: Floats, codes: Ints, use: Bools, n_series: int) -> Floats:
    """Median per series of the values to be used; missing where there is none."""
    order = np.lexsort((values[use], codes[use]))
    ranked = values[use][order]
    count = np.bincount(codes[use], minlength=n_series)
    begin = np.cumsum(count) - count
    found = np.full(n_series, np.nan)
    some = count > 0
    low, high = (begin + (count - 1) // 2)[some], (begin + count // 2)[some]
    found[some] = (ranked[low] + ranked[high]) / 2
    return found


def limits(
    values: Floats,
    codes: Ints,
    *,
    screen: bool,
    factor: float | None = None,
    freeze: int | None = None,
    centre: Middle = "mean",
    ranges: Middle = "mean",
    range_factor: float | None = None,
) -> Limits:
    """Central line ± `factor` x typical moving range of every series.

    `centre` is the mean or the median of the values, `ranges` the mean or the median of the moving ranges; the factors
    are those that Wheeler prints for the latter: 2.66 and 3.267 for the mean, 3.145 and 3.865 for the median.
    `screen` leaves out, once, moving ranges of at least 3.267 times their mean before the limits are drawn, as
    NHSRplotthedots does; the NHS spreadsheet does not, and a median needs none. `freeze` computes from the first so
    many points of each series only.
    Source: Wheeler, Understanding Variation and Making Sense of Data; NHSRplotthedots, ptd_spc_standard; Nelson (1982).
    """
    n_series = int(codes[-1]) + 1 if codes.size else 0
    counts = np.bincount(codes, minlength=n_series).astype(np.int64)
    use = np.ones(values.size, dtype=bool) if freeze is None else place_in_series(codes) < freeze
    moved = moving_ranges(values, codes)
    known = use & ~np.isnan(moved)
    by_mean = ranges == "mean"
    mean = (mean_of_runs if centre == "mean" else median_of)(values, codes, use, n_series)
    typical = (mean_of_runs if by_mean else median_of)(moved, codes, known, n_series)
    if screen and by_mean:
        # a series that never moved has no range below 3.267 x 0; its mean range stays 0
        routine = known & ((moved < SCREEN_FACTOR * typical[codes]) | (moved == 0))
        typical = mean_of_runs(moved, codes, routine, n_series)
    if factor is None:
        factor = LIMIT_FACTOR if by_mean else MEDIAN_LIMIT_FACTOR
    if range_factor is None:
        range_factor = SCREEN_FACTOR if by_mean else MEDIAN_RANGE_FACTOR
    return Limits(
        mean=mean,
        mean_range=typical,
        lower=mean - factor * typical,
        upper=mean + factor * typical,
        range_upper=range_factor * typical,
        n=counts,
        n_used=counts if freeze is None else np.minimum(counts, freeze),
    )
