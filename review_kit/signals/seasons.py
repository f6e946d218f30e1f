"""Seasons: whether the same months come out high or low every year, and what is left of a value without them.

Arrays are as in `review_kit.signals.xmr`, here one series a KPI with all its phases.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR
from review_kit.signals.xmr import Bools, Floats, Ints, mean_of

SEASONAL_LEVEL = 0.001  # of the F test, as in X-11: at 1 % every hundredth KPI would get a season out of noise
FULL_YEARS = 2  # each month or quarter must have come so often
SURE_TREND = 3  # standard errors; a slope out of noise would make a saw of every year
_FLAT = 1e-9  # of the level: what moves less than this has no season


@dataclass(frozen=True, slots=True)
class Timing:
    """When each point of the series lies."""

    season: Ints  # 0 to 11 for months, 0 to 3 for quarters; -1 where the series is neither throughout
    place: Floats  # periods since year 0, so that gaps count
    per_year: Ints  # one entry per series: 12, 4 or 0


@dataclass(frozen=True, slots=True)
class Season:
    """The season of every point: what was added to it, or what it was multiplied by, and which series have one."""

    added: Floats  # one entry per point; 0 without a season
    factor: Floats  # one entry per point; 1 without a season
    found: Bools  # one entry per series
    is_ratio: Bools  # one entry per series: a share of the level, otherwise a difference from it

    def without(self, values: Floats) -> Floats:
        """The values as they would be in an average month."""
        return (values - self.added) / self.factor

    def within(self, level: Floats) -> Floats:
        """A level of the average month, such as a limit, as it stands in each point's own month."""
        return level * self.factor + self.added


def timing_of(series: pd.DataFrame, codes: Ints) -> Timing:
    """Months or quarters of the year, from period_start and period_end."""
    start, end = series["period_start"].dt, series["period_end"].dt
    month = (end.year * MONTHS_A_YEAR + end.month - 1).to_numpy(dtype=np.int64)
    length = month - (start.year * MONTHS_A_YEAR + start.month - 1).to_numpy(dtype=np.int64) + 1
    n_series = int(codes[-1]) + 1 if codes.size else 0
    first = np.zeros(n_series, dtype=np.int64)
    first[codes] = length
    even = np.bincount(codes[length != first[codes]], minlength=n_series) == 0
    per_year = np.where(even & np.isin(first, (1, 3)), MONTHS_A_YEAR // np.maximum(first, 1), 0)
    own = np.maximum(first, 1)[codes]
    season = np.where(per_year[codes] > 0, month % MONTHS_A_YEAR // own, -1)
    return Timing(season=season, place=(month // own).astype(np.float64), per_year=per_year)


def seasons(values: Floats, codes: Ints, phases: Ints, timing: Timing, declared: Bools, tested: Bools) -> Season:
    """The season of every series that has at least two full years and shows one, or is declared to have one.

    Fitted by least squares: a level for each phase, one straight trend where there is one beyond doubt, and a value for
    each month (or quarter) of the year; these average to nothing. Where all values are positive and shares of the level
    fit better than differences from it, the logarithms are fitted. A season is shown where the months explain more than
    chance does once in a thousand (F test for stable seasonality).
    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 7.4 (trend and seasonal dummies); the test
    and its level are those of X-11 (Lothian and Morry 1978), here on what level and trend leave.

    Args:
        values: of the KPI.
        codes: series of each point.
        phases: phase within its series, 0 for the first.
        timing: when each point lies.
        declared: per series, whether somebody said that it has a season.
        tested: per series, whether a season may be looked for.

    """
    n_series = declared.size
    nothing = Season(
        np.zeros(values.size), np.ones(values.size), np.zeros(n_series, dtype=bool), np.zeros(n_series, dtype=bool)
    )
    cells = codes * MONTHS_A_YEAR + np.maximum(timing.season, 0)
    often = np.bincount(cells, minlength=n_series * MONTHS_A_YEAR).reshape(-1, MONTHS_A_YEAR) >= FULL_YEARS
    whole = (timing.per_year > 0) & (often.sum(axis=1) == timing.per_year) & (declared | tested)
    if not whole.any():
        return nothing
    rows = whole[codes]
    own = np.cumsum(whole) - 1  # the series that are left, numbered anew
    few = _Series(own[codes[rows]], phases[rows], timing.season[rows], timing.place[rows], timing.per_year[whole])
    by_difference = few.fit(values[rows])
    positive = np.bincount(few.codes, weights=values[rows] <= 0, minlength=few.n_series) == 0
    by_ratio = few.fit(np.log(np.where(positive[few.codes], values[rows], 1.0)))
    missed = few.total((values[rows] - np.exp(by_ratio.fitted)) ** 2)
    is_ratio = positive & (missed < by_difference.unexplained)
    shown = np.where(is_ratio, by_ratio.shown(few), by_difference.shown(few)) & ~few.is_flat(values[rows])
    found = (declared[whole] | (tested[whole] & shown)) & ~few.is_flat(values[rows])
    # factors average to 1 over the year, as differences average to 0
    factor = np.exp(by_ratio.effect)
    factor /= few.of_average_month(factor)[few.codes]
    added, factors = nothing.added.copy(), nothing.factor.copy()
    added[rows] = np.where((found & ~is_ratio)[few.codes], by_difference.effect, 0.0)
    factors[rows] = np.where((found & is_ratio)[few.codes], factor, 1.0)
    seasonal, ratio = nothing.found.copy(), nothing.is_ratio.copy()
    seasonal[whole], ratio[whole] = found, found & is_ratio
    return Season(added, factors, seasonal, ratio)


@dataclass(frozen=True, slots=True)
class _Fit:
    """A level for each phase, a trend and months, fitted to the points of all series."""

    effect: Floats  # per point, of its month
    fitted: Floats  # per point
    unexplained: Floats  # per series, sum of squares
    by_months: Floats  # per series, what the months explain of what level and trend leave

    def shown(self, series: "_Series") -> Bools:
        """Whether the months explain more than chance does."""
        from scipy.special import fdtrc  # noqa: PLC0415 - only a cycle with two years of months needs it

        between, left = series.per_year - 1, series.freedom
        with np.errstate(divide="ignore", invalid="ignore"):
            ratio = (self.by_months / between) / (self.unexplained / left)
            chance = fdtrc(between, left, ratio)
        exact = (self.unexplained <= 0) & (self.by_months > 0)
        return (left > 0) & (exact | (chance < SEASONAL_LEVEL))


class _Series:
    """The series that can have a season, numbered 0, 1, 2 …, and what all fits to them share."""

    def __init__(self, codes: Ints, phases: Ints, season: Ints, place: Floats, per_year: Ints) -> None:
        self.codes, self.phases, self.per_year = codes, phases, per_year
        self.n_series = per_year.size
        self.cells = codes * MONTHS_A_YEAR + season
        self._n_cells = self.n_series * MONTHS_A_YEAR
        self._all = np.ones(codes.size, dtype=bool)
        first = mean_of(place, codes, self._all, self.n_series)[codes]
        later = [(phases == number).astype(np.float64) for number in range(1, int(phases.max(initial=0)) + 1)]
        self.regressors = np.column_stack([place - first, *later])
        self._all_but_trend = np.r_[0.0, np.ones(len(later))]
        n = np.bincount(codes, minlength=self.n_series)
        extra = np.zeros(self.n_series, dtype=np.int64)
        np.maximum.at(extra, codes, phases)
        self.freedom = n - per_year - 1 - extra

    def total(self, values: Floats) -> Floats:
        """Sum per series."""
        return np.bincount(self.codes, weights=values, minlength=self.n_series).astype(np.float64)

    def of_average_month(self, values: Floats) -> Floats:
        """Per series, the mean over its months, each counted once however often it came."""
        each = mean_of(values, self.cells, self._all, self._n_cells).reshape(-1, MONTHS_A_YEAR)
        return np.nansum(each, axis=1) / self.per_year

    def is_flat(self, values: Floats) -> Bools:
        """Series that do not move, but for the last binary digits."""
        mean = mean_of(values, self.codes, self._all, self.n_series)
        away = np.zeros(self.n_series)
        np.maximum.at(away, self.codes, np.abs(values - mean[self.codes]))
        return away <= _FLAT * np.abs(mean)

    def fit(self, values: Floats) -> _Fit:
        """Least squares with and without months; a trend that may be none is left out of both."""
        columns = self.regressors
        beta, left, spread = self._within(values, columns, self.cells, self._n_cells)
        with np.errstate(divide="ignore", invalid="ignore"):
            error = np.sqrt(self.total(left**2) / self.freedom * spread)
        columns = (
            columns * np.where(np.abs(beta[:, :1]) > SURE_TREND * error[:, None], 1.0, self._all_but_trend)[self.codes]
        )
        beta, left, _ = self._within(values, columns, self.cells, self._n_cells)
        _, left_without, _ = self._within(values, columns, self.codes, self.n_series)
        level = (columns * beta[self.codes]).sum(axis=1)
        of_cell = mean_of(values - level, self.cells, self._all, self._n_cells)[self.cells]
        effect = of_cell - self.of_average_month(of_cell)[self.codes]
        unexplained = self.total(left**2)
        return _Fit(effect, values - left, unexplained, np.maximum(self.total(left_without**2) - unexplained, 0.0))

    def _within(self, values: Floats, columns: Floats, groups: Ints, n_groups: int) -> tuple[Floats, Floats, Floats]:
        """With a mean for each group: coefficients per series, what is left, and how far the trend spreads."""
        apart = values - mean_of(values, groups, self._all, n_groups)[groups]
        moved = np.column_stack([column - mean_of(column, groups, self._all, n_groups)[groups] for column in columns.T])
        width = moved.shape[1]
        products = np.empty((self.n_series, width, width))
        aims = np.empty((self.n_series, width))
        for i in range(width):
            aims[:, i] = self.total(moved[:, i] * apart)
            for j in range(width):
                products[:, i, j] = self.total(moved[:, i] * moved[:, j])
        # a phase that only one series has is all zero in the others; the pseudo-inverse leaves it out there
        inverse = np.linalg.pinv(products, hermitian=True).astype(np.float64)
        beta = (inverse @ aims[:, :, None])[:, :, 0]
        left: Floats = apart - (moved * beta[self.codes]).sum(axis=1)
        return beta, left, inverse[:, 0, 0]
