"""Where each actual comes from: the formula and the rows of the source, in words."""

import numpy as np
import pandas as pd

from review_kit.model.period import Checkpoint
from review_kit.model.words import Aggregate
from review_kit.scoring.actual import windows
from review_kit.scoring.series import over_time, usable_rows


def _numbered(words: pd.Series) -> tuple[np.ndarray, list[str]]:
    """The place of each word among the distinct ones, which are sorted."""
    codes, distinct = pd.factorize(words, sort=True)
    return codes, list(distinct)


def _runs(rows: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last of each run of consecutive rows within one place; both arrays are sorted together."""
    breaks = np.flatnonzero((np.diff(rows) > 1) | (np.diff(places) != 0))
    return rows[np.r_[0, breaks + 1]], rows[np.r_[breaks, len(rows) - 1]]


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def traces(measures: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint) -> pd.Series:
    """By KPI, the formula and the source rows behind the actual: 'mean of 12 values: actuals.csv, rows 2–13'."""
    usable = usable_rows(measures, kpis)
    reach = windows(kpis, checkpoint)
    of = usable.kpis
    inside = (usable.first_month >= reach.first[of]) & (usable.last_month <= reach.last[of])
    latest = np.full(len(kpis), -1)
    np.maximum.at(latest, of[inside], usable.last_month[inside])
    by_last = over_time(kpis).eq(Aggregate.LAST).to_numpy(dtype=bool)[of]
    inside &= ~by_last | (usable.last_month == latest[of])
    if not inside.any():
        return pd.Series(dtype="str")
    its = of[inside]
    used = measures[["source", "source_column", "source_row"]].iloc[usable.places[inside]]
    sources, source_words = _numbered(used["source"])
    columns, column_words = _numbered(used["source_column"])
    numbers = used["source_row"].to_numpy()
    places = (its * (len(source_words) + 1) + sources) * (len(column_words) + 1) + columns
    order = np.lexsort((numbers, places))
    numbers, places = numbers[order], places[order]
    firsts, lasts = _runs(numbers, places)
    opens = order[np.flatnonzero(np.r_[True, (np.diff(numbers) > 1) | (np.diff(places) != 0)])]
    found: dict[int, dict[tuple[str, str], list[str]]] = {}
    for kpi, source, column, a, b in zip(
        its[opens].tolist(),
        sources[opens].tolist(),
        columns[opens].tolist(),
        firsts.tolist(),
        lasts.tolist(),
        strict=True,
    ):
        found.setdefault(kpi, {}).setdefault((source_words[source], column_words[column]), []).append(_range(a, b))
    sizes, aggregates = np.bincount(its, minlength=len(kpis)), kpis["aggregate"].to_numpy(dtype=object)
    told = {kpi: _trace(aggregates[kpi], sizes[kpi], where) for kpi, where in found.items()}
    return pd.Series(list(told.values()), index=kpis["kpi_id"].to_numpy(dtype=object)[list(told)], dtype="str")


def _trace(aggregate: str, count: int, where: dict[tuple[str, str], list[str]]) -> str:
    places = []
    for (source, column), ranges in where.items():
        several = len(ranges) > 1 or "–" in ranges[0]
        places.append(f"{source}, {'rows' if several else 'row'} {', '.join(ranges)}, column {column}")
    return f"{aggregate} of {count} value{'s' if count > 1 else ''}: {'; '.join(places)}"
