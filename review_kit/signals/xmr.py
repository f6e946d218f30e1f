"""Natural process limits of individual values (XmR charts), for many series at once.

All functions take plain arrays: `values` without gaps and `codes`, the number of the series each value belongs to,
0, 1, 2 … in order, values of one series side by side and in time order.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

LIMIT_FACTOR = 2.66  # 3 / 1.128: three sigma as the mean moving range of two measures it; Wheeler prints 2.66
SCREEN_FACTOR = 3.267  # upper limit of a moving range chart (D4 for two); a range beyond it is no routine one


@dataclass(frozen=True, slots=True)
class Limits:
    """Mean, mean moving range and natural limits, one entry per series."""

    mean: Floats
    mean_range: Floats  # missing for series of a single point
    lower: Floats
    upper: Floats
    n: Ints

    @property
    def sigma(self) -> Floats:
        """The routine standard deviation that the limits stand three of away from the mean."""
        return (self.upper - self.mean) / 3.0


def starts_of(codes: Ints) -> Bools:
    """True where a new series begins."""
    return np.r_[True, codes[1:] != codes[:-1]] if codes.size else np.zeros(0, dtype=bool)


def moving_ranges(values: Floats, codes: Ints) -> Floats:
    """Distance of each value from the one before it; missing at the start of a series."""
    ranges = np.abs(np.diff(values, prepend=np.nan))
    ranges[starts_of(codes)] = np.nan
    return ranges


def _mean_of(values: Floats, codes: Ints, use: Bools, n_series: int) -> Floats:
    count = np.bincount(codes[use], minlength=n_series)
    total = np.bincount(codes[use], weights=values[use], minlength=n_series)
    with np.errstate(invalid="ignore", divide="ignore"):
        return total / count


def limits(
    values: Floats, codes: Ints, *, screen: bool, factor: float = LIMIT_FACTOR, freeze: int | None = None
) -> Limits:
    """Mean ± `factor` x mean moving range of every series.

    `screen` leaves out, once, moving ranges of at least 3.267 times their mean before the limits are drawn, as
    NHSRplotthedots does; the NHS spreadsheet does not. `freeze` computes from the first so many points only.
    Source: Wheeler, Understanding Variation; NHSRplotthedots, ptd_spc_standard.
    """
    n_series = int(codes[-1]) + 1 if codes.size else 0
    counts = np.bincount(codes, minlength=n_series)
    begin = np.concatenate([[0], np.cumsum(counts)[:-1]]) if n_series else np.zeros(0, dtype=np.int64)
    position = np.arange(values.size) - begin[codes]
    use = position < (values.size if freeze is None else freeze)
    ranges = moving_ranges(values, codes)
    known = use & ~np.isnan(ranges)
    mean = _mean_of(values, codes, use, n_series)
    mean_range = _mean_of(ranges, codes, known, n_series)
    if screen:
        # a series that never moved has no range below 3.267 x 0; its mean range stays 0
        routine = known & ((ranges < SCREEN_FACTOR * mean_range[codes]) | (ranges == 0))
        mean_range = _mean_of(ranges, codes, routine, n_series)
    return Limits(mean, mean_range, mean - factor * mean_range, mean + factor * mean_range, counts.astype(np.int64))
