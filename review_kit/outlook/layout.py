"""The series of many KPIs side by side, so that whole columns are reckoned with instead of one KPI after another."""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint
from review_kit.model.words import Aggregate

MOST_YEARS = 10  # values older than these are left out
_AT_ONCE = 1_000  # KPIs that are laid out together: more are no faster and need more memory


@dataclass(frozen=True, slots=True)
class Layout:
    """Series of one rhythm: a KPI in each row, a period in each column, the KPI's own latest value in the last.

    `values` has no gap after a KPI's first value: what did not come lies on the line between its neighbours, and `came`
    says so. `weights` are the denominators of a ratio, 1 otherwise. `n_known` says how many periods of the cycle lie
    behind the latest value, 0 where none has come yet.
    """

    kpi_ids: np.ndarray
    aggregates: np.ndarray
    periods: int  # in a year
    values: np.ndarray
    weights: np.ndarray
    came: np.ndarray
    steps: np.ndarray  # from the latest value to the last period of the cycle


def laid_out(series: pd.DataFrame, checkpoint: Checkpoint) -> Iterator[Layout]:
    """The series up to the checkpoint, rhythm by rhythm, a thousand KPIs at most at a time.

    A KPI's rhythm is its shortest period; values of longer ones are left out, as are those that do not fit the
    calendar of the cycle, such as calendar years where the cycle starts in July.
    """
    end, start = series["period_end"], series["period_start"]
    lengths = (end.dt.year - start.dt.year) * MONTHS_A_YEAR + end.dt.month - start.dt.month + 1
    shortest = lengths.groupby(series["kpi_id"], sort=False).transform("min")
    origin = checkpoint.calendar.start
    months = (end.dt.year - origin.year) * MONTHS_A_YEAR + end.dt.month - origin.month + 1
    fits = lengths.eq(shortest) & (months % lengths).eq(0) & (MONTHS_A_YEAR % lengths).eq(0)
    rows = series[fits & months.le(checkpoint.months_elapsed)].assign(
        length=lengths, place=months.floordiv(lengths.where(lengths > 0, 1))
    )
    for length, alike in rows.groupby("length", sort=True):
        codes = pd.factorize(alike["kpi_id"])[0]
        for begin in range(0, int(codes.max()) + 1, _AT_ONCE):
            yield _side_by_side(alike[(codes >= begin) & (codes < begin + _AT_ONCE)], MONTHS_A_YEAR // int(length))


def _side_by_side(rows: pd.DataFrame, periods: int) -> Layout:
    codes, kpi_ids = pd.factorize(rows["kpi_id"])
    place = rows["place"].to_numpy()
    last = np.full(len(kpi_ids), np.iinfo(np.int64).min)
    np.maximum.at(last, codes, place)
    back = last[codes] - place
    recent = back < MOST_YEARS * periods
    codes, back = codes[recent], back[recent]
    width = int(back.max()) + 1
    values, weights = np.full((2, len(kpi_ids), width), np.nan)
    column = width - 1 - back
    values[codes, column] = rows["value"].to_numpy(dtype=float)[recent]
    is_ratio = rows["aggregate"].eq(Aggregate.RATIO).to_numpy()
    weight = np.where(is_ratio, rows["denominator"].to_numpy(dtype=float), 1.0)
    weights[codes, column] = weight[recent]
    first_rows = np.flatnonzero(~pd.Index(rows["kpi_id"]).duplicated())
    return Layout(
        np.asarray(kpi_ids, dtype=object),
        rows["aggregate"].to_numpy(dtype=object)[first_rows],
        periods,
        _bridged(values),
        _bridged(weights),
        ~np.isnan(values),
        periods - last,
    )


def _bridged(values: np.ndarray) -> np.ndarray:
    """Gaps between values lie on the straight line from one to the next; what lies before the first stays missing."""
    known = ~np.isnan(values)
    places = np.arange(values.shape[1])
    before = np.maximum.accumulate(np.where(known, places, -1), axis=1)
    after = np.minimum.accumulate(np.where(known, places, values.shape[1])[:, ::-1], axis=1)[:, ::-1]
    gap = ~known & (before >= 0)
    if not gap.any():
        return values
    row, column = np.nonzero(gap)
    low, high = before[row, column], after[row, column]
    share = (column - low) / (high - low)
    filled = values.copy()
    filled[row, column] = values[row, low] * (1.0 - share) + values[row, high] * share
    return filled
