"""Where each KPI will stand at the end of the cycle, and where next year's would stand if nothing changed."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint, first_of_month
from review_kit.model.words import Aggregate, Direction

INTERVAL = 0.80  # share of futures that the printed interval is meant to hold
MEAN_RANGE_PER_SIGMA = 1.128  # d2: the mean moving range of two values in standard deviations
FLAT_OVER = 6  # values whose mean goes on where no year before can be repeated
MIN_YEARS = 2  # a drift needs a first and a last year


@dataclass(frozen=True, slots=True)
class Outlook:
    """A forecast per KPI: its mean and spread, normal, or Student's t where `df` says how much the spread rests on.

    `sd` is 0 where the value is already known; df is missing where the normal distribution applies.
    """

    mean: pd.Series
    sd: pd.Series
    df: pd.Series | None = None

    @property
    def low(self) -> pd.Series:
        """Lower end of the central interval."""
        return self.mean - self.sd * self._width()

    @property
    def high(self) -> pd.Series:
        """Upper end of the central interval."""
        return self.mean + self.sd * self._width()

    def _width(self) -> pd.Series:
        from scipy.special import ndtri, stdtrit  # noqa: PLC0415 - not before a forecast is asked for

        normal = float(ndtri((1 + INTERVAL) / 2))
        if self.df is None:
            return pd.Series(normal, index=self.mean.index)
        return pd.Series(stdtrit(self.df.to_numpy(dtype=float), (1 + INTERVAL) / 2), index=self.mean.index)

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
        from scipy.special import ndtr, stdtr  # noqa: PLC0415

        distance = ((value - self.mean) / spread).to_numpy(dtype=float)
        share = ndtr(distance) if self.df is None else stdtr(self.df.to_numpy(dtype=float), distance)
        smooth = pd.Series(share, index=value.index)
        return smooth.where(spread.notna(), step.astype(float)).where(known)


def year_end(series: pd.DataFrame, kpis: pd.DataFrame, actual: pd.Series, checkpoint: Checkpoint) -> Outlook:
    """The forecast of the whole cycle's actual per KPI, indexed by kpi_id.

    Periods of the cycle that have come stand as they are; those still open, and those that were left out, are forecast.
    Each is expected to repeat the same period of the year before, moved by how much this year so far differs from the
    same periods of last year; without a whole year before, to stay at the mean of the last six values. The spread is
    the routine variation of the series (mean moving range / 1.128) of the open periods themselves and of what they
    are forecast from, as if independent. When the year is over, the forecast is the actual (`actual`, by kpi_id).
    A ratio is forecast by its values, each weighed by its denominator.
    Source: seasonal naive with drift, Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2.
    """
    index = pd.Index(kpis["kpi_id"], name="kpi_id")
    if checkpoint.as_of == checkpoint.calendar.end:
        known = actual.reindex(index)
        return Outlook(known, known.where(known.isna(), 0.0))
    came = series[series["period_end"].le(pd.Timestamp(checkpoint.as_of))]
    aggregates = kpis.set_index("kpi_id")["aggregate"].to_dict()
    months = _period_months(series)
    found = {}
    for kpi_id, ends, values, weights in _each(came):
        due = _due_ends(checkpoint, months[kpi_id])
        forecast = _whole_year(dict(zip(ends, values, strict=True)), dict(zip(ends, weights, strict=True)), due)
        if forecast is not None:
            found[kpi_id] = forecast.brought_together(str(aggregates[kpi_id]))
    table = pd.DataFrame.from_dict(found, orient="index", columns=["mean", "sd"], dtype=float).reindex(index)
    return Outlook(table["mean"], table["sd"])


def _each(came: pd.DataFrame) -> Iterator[tuple[str, Sequence[pd.Timestamp], np.ndarray, np.ndarray]]:
    """KPI by KPI: ends of periods, values, and weights (the denominator of a ratio, otherwise 1)."""
    codes, ids = pd.factorize(came["kpi_id"])
    edges = np.searchsorted(codes, np.arange(len(ids) + 1))
    ends, values = list(came["period_end"]), came["value"].to_numpy(dtype=float)
    weights = came["denominator"].where(came["aggregate"].eq(Aggregate.RATIO), 1.0).to_numpy(dtype=float)
    for kpi_id, begin, stop in zip(ids, edges[:-1], edges[1:], strict=True):
        yield str(kpi_id), ends[begin:stop], values[begin:stop], weights[begin:stop]


def _period_months(series: pd.DataFrame) -> dict[str, int]:
    """By KPI, the length of its shortest period in months."""
    days = (series["period_end"] - series["period_start"]).dt.days + 1
    months = (days / (365.25 / MONTHS_A_YEAR)).round().clip(lower=1).groupby(series["kpi_id"]).min()
    return {str(kpi_id): int(length) for kpi_id, length in months.items()}


def _due_ends(checkpoint: Checkpoint, months: int) -> list[pd.Timestamp]:
    """The last days of the periods of the cycle."""
    start = checkpoint.calendar.start
    return [
        pd.Timestamp(first_of_month(start, shift)) - pd.Timedelta(days=1)
        for shift in range(months, MONTHS_A_YEAR + 1, months)
    ]


@dataclass(frozen=True, slots=True)
class _Year:
    """The values of a year in time order, of which some are forecast, and how sure these are."""

    values: np.ndarray
    weights: np.ndarray
    is_open: np.ndarray
    sd_of_one: float  # of a single open value
    sd_of_sum: float  # of all open values together, which share what they are forecast from

    def brought_together(self, aggregate: str) -> tuple[float, float]:
        """Mean and spread of the year's actual."""
        n_open = int(self.is_open.sum())
        match aggregate:
            case Aggregate.SUM:
                return float(self.values.sum()), self.sd_of_sum
            case Aggregate.MEAN:
                return float(self.values.mean()), self.sd_of_sum / self.values.size
            case Aggregate.RATIO:
                share = float(self.weights[self.is_open].sum() / self.weights.sum())
                return float(np.average(self.values, weights=self.weights)), share * self.sd_of_sum / max(n_open, 1)
            case Aggregate.MIN:
                return float(self.values.min()), self.sd_of_one if n_open else 0.0
            case Aggregate.MAX:
                return float(self.values.max()), self.sd_of_one if n_open else 0.0
            case _:
                return float(self.values[-1]), self.sd_of_one if self.is_open[-1] else 0.0


def _whole_year(
    values: dict[pd.Timestamp, float], weights: dict[pd.Timestamp, float], due: list[pd.Timestamp]
) -> _Year | None:
    """The year's known values and forecasts of those that are open; None where none has come."""
    came = [end for end in due if end in values]
    if not came:
        return None
    is_open = np.array([end not in values for end in due])
    n_open, n_now = int(is_open.sum()), len(came)
    history = np.array(list(values.values()))
    ranges = np.abs(np.diff(history))
    sigma = float(ranges.mean()) / MEAN_RANGE_PER_SIGMA if ranges.size else 0.0
    if all(_year_before(end) in values for end in due):
        drift = float(np.mean([values[end] - values[_year_before(end)] for end in came]))
        whole = [values.get(end, values[_year_before(end)] + drift) for end in due]
        # an open value, last year's that it repeats, and the drift, which all open values share
        one, together = 2.0 + 2.0 / n_now, 2.0 * n_open + 2.0 * n_open**2 / n_now
    else:
        recent = history[-FLAT_OVER:]
        whole = [values.get(end, float(recent.mean())) for end in due]
        one, together = 1.0 + 1.0 / recent.size, n_open + n_open**2 / recent.size
    usual = float(np.mean([weights[end] for end in came]))
    return _Year(
        np.array(whole),
        np.array([weights.get(end, usual) for end in due]),
        is_open,
        sigma * one**0.5,
        sigma * together**0.5,
    )


def _year_before(end: pd.Timestamp) -> pd.Timestamp:
    """The last day of the same month one year earlier."""
    return pd.Timestamp(first_of_month(end.date(), 1 - MONTHS_A_YEAR)) - pd.Timedelta(days=1)


def next_year(yearly: pd.DataFrame) -> Outlook:
    """Next year's value if the average yearly step of the past goes on, indexed by kpi_id.

    `yearly` has one row per kpi_id and year (complete years only, sorted) with `value`. The mean is the last year
    plus the drift (last - first) / (n - 1); the spread is that of the yearly steps around the drift, widened for the
    drift's own uncertainty, with Student's t of n - 2 degrees of freedom, and missing with fewer than three years.
    Needs two years.
    Source: the drift method, Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2 and 5.5.
    """
    grouped = yearly.groupby("kpi_id", sort=False)["value"]
    n, first, last = grouped.size(), grouped.first(), grouped.last()
    steps = n - 1
    drift = (last - first) / steps.where(n >= MIN_YEARS)
    residual = grouped.diff() - yearly["kpi_id"].map(drift).astype("float64")
    squares = (residual**2).groupby(yearly["kpi_id"], sort=False).sum()
    df = (steps - 1).where(steps > 1).astype("float64")
    return Outlook(last + drift, np.sqrt(squares / df * (1 + 1 / steps.where(steps > 0))), df)
