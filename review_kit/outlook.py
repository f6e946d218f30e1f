"""Where each KPI will stand at the end of the cycle, and where next year's would stand if nothing changed."""

from dataclasses import dataclass

import numpy as np
import pandas as pd
from scipy.special import ndtr, ndtri

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint
from review_kit.model.words import Aggregate, Direction

INTERVAL = 0.80  # share of futures that the printed interval is meant to hold
MEAN_RANGE_PER_SIGMA = 1.128  # d2: the mean moving range of two values in standard deviations
MIN_YEARS = 2  # a drift needs a first and a last year


@dataclass(frozen=True, slots=True)
class Normal:
    """A forecast as a normal distribution per KPI; `sd` is 0 where the value is already known."""

    mean: pd.Series
    sd: pd.Series

    @property
    def low(self) -> pd.Series:
        """Lower end of the central interval."""
        return self.mean - self.sd * float(ndtri((1 + INTERVAL) / 2))

    @property
    def high(self) -> pd.Series:
        """Upper end of the central interval."""
        return self.mean + self.sd * float(ndtri((1 + INTERVAL) / 2))

    def probability(self, direction: pd.Series, target: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
        """P(target met), by direction; 0 or 1 where nothing is left to chance, missing without target or forecast."""
        below_or_at = self._cdf(target)
        inside = self._cdf(high) - self._cdf(low, at=False)
        chance = np.select(
            [direction.eq(Direction.HIGHER), direction.eq(Direction.LOWER)],
            [1.0 - self._cdf(target, at=False), below_or_at],
            default=inside,
        )
        return pd.Series(chance, index=self.mean.index).clip(0.0, 1.0)

    def _cdf(self, value: pd.Series, *, at: bool = True) -> pd.Series:
        """P(X <= value), or P(X < value) with `at` false; they differ only where sd is 0."""
        spread = self.sd.where(self.sd > 0)
        step = (self.mean <= value) if at else (self.mean < value)
        known = self.mean.notna() & value.notna()
        smooth = pd.Series(ndtr(((value - self.mean) / spread).to_numpy(dtype=float)), index=value.index)
        return smooth.where(spread.notna(), step.astype(float)).where(known)


def year_end(series: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint) -> Normal:
    """The forecast of the whole cycle's actual per KPI, indexed by kpi_id.

    Periods of the cycle that have come stand as they are. Each one still to come is expected to repeat the same
    period of the year before, moved by how much this year so far differs from the same stretch of last year; a KPI
    without those is expected to stay at the mean of its last six values. The spread is the routine variation of the
    series (mean moving range / 1.128), as if independent from period to period; on a complete year it is 0.
    Source: seasonal naive with drift, Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2.
    """
    start, end, last = (
        np.datetime64(day, "s") for day in (checkpoint.calendar.start, checkpoint.calendar.end, checkpoint.as_of)
    )
    known = series[series["period_end"].le(pd.Timestamp(checkpoint.as_of))]
    aggregates = kpis.set_index("kpi_id")["aggregate"].to_dict()
    months = _period_months(series)
    found: dict[str, tuple[float, float]] = {}
    ends, values = known["period_end"].to_numpy(), known["value"].to_numpy(dtype=float)
    codes, ids = pd.factorize(known["kpi_id"])
    edges = np.searchsorted(codes, np.arange(len(ids) + 1))
    for kpi_id, begin, stop in zip(ids, edges[:-1], edges[1:], strict=True):
        mine, until = values[begin:stop], ends[begin:stop]
        this_year = mine[(until >= start) & (until <= min(end, last))]
        if not this_year.size:
            continue
        due = max(1, MONTHS_A_YEAR // months[kpi_id])
        to_come = max(0, due - checkpoint.months_elapsed // months[kpi_id])
        found[kpi_id] = _complete(mine, this_year, to_come, due, str(aggregates[kpi_id]))
    table = pd.DataFrame.from_dict(found, orient="index", columns=["mean", "sd"], dtype=float)
    table = table.reindex(pd.Index(kpis["kpi_id"], name="kpi_id"))
    return Normal(table["mean"], table["sd"])


def _period_months(series: pd.DataFrame) -> dict[str, int]:
    """By KPI, the length of its shortest period in months."""
    days = (series["period_end"] - series["period_start"]).dt.days + 1
    months = (days / (365.25 / MONTHS_A_YEAR)).round().clip(lower=1).groupby(series["kpi_id"]).min()
    return {str(kpi_id): int(length) for kpi_id, length in months.items()}


def _complete(values: np.ndarray, this_year: np.ndarray, to_come: int, due: int, aggregate: str) -> tuple[float, float]:
    """Mean and spread of the year's actual when `to_come` of its `due` periods are still open."""
    n_now, before = this_year.size, values[: values.size - this_year.size]
    if to_come and before.size >= due and n_now + to_come == due:
        last_year = before[-due:]
        drift = this_year.mean() - last_year[:n_now].mean() if n_now else 0.0
        future = last_year[n_now:] + drift
    else:
        future = np.full(to_come, values[-6:].mean())
    ranges = np.abs(np.diff(values))
    sigma = float(ranges.mean()) / MEAN_RANGE_PER_SIGMA if ranges.size else 0.0
    year = np.concatenate([this_year, future])
    if aggregate == Aggregate.SUM:
        return float(year.sum()), sigma * float(np.sqrt(to_come))
    if aggregate in {Aggregate.MEAN, Aggregate.RATIO}:
        return float(year.mean()), sigma * float(np.sqrt(to_come)) / year.size
    if aggregate == Aggregate.MIN:
        return float(year.min()), sigma if to_come else 0.0
    if aggregate == Aggregate.MAX:
        return float(year.max()), sigma if to_come else 0.0
    return float(year[-1]), sigma if to_come else 0.0


def next_year(yearly: pd.DataFrame) -> Normal:
    """Next year's value if the average yearly step of the past goes on, indexed by kpi_id.

    `yearly` has one row per kpi_id and year (complete years only, sorted) with `value`. The mean is the last year
    plus the drift (last - first) / (n - 1); the spread is that of the yearly steps around the drift, widened for the
    drift's own uncertainty, and missing with fewer than three years. Needs two years.
    Source: the drift method, Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2 and 5.5.
    """
    grouped = yearly.groupby("kpi_id", sort=False)["value"]
    n, first, last = grouped.size(), grouped.first(), grouped.last()
    steps = n - 1
    drift = (last - first) / steps.where(n >= MIN_YEARS)
    residual = grouped.diff() - yearly["kpi_id"].map(drift).astype("float64")
    squares = (residual**2).groupby(yearly["kpi_id"], sort=False).sum()
    variance = squares / (steps - 1).where(steps > 1)
    return Normal(last + drift, np.sqrt(variance * (1 + 1 / steps.where(steps > 0))))
