"""Where each actual comes from: the formula and the rows of the source, in words."""

import numpy as np
import pandas as pd

from review_kit.model.period import Checkpoint
from review_kit.model.words import Aggregate
from review_kit.scoring.actual import windows
from review_kit.scoring.series import over_time, usable_rows


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
    rows = measures[["source", "source_column", "source_row"]].iloc[usable.places[inside]].reset_index(drop=True)
    rows["kpi_id"] = kpis["kpi_id"].to_numpy(dtype=object)[of[inside]]
    rows["aggregate"] = kpis["aggregate"].to_numpy(dtype=object)[of[inside]]
    place = ["kpi_id", "source", "source_column"]
    rows = rows.sort_values([*place, "source_row"], kind="stable")
    numbers = rows["source_row"].to_numpy()
    places = rows.groupby(place, sort=True, dropna=False).ngroup().to_numpy()
    firsts, lasts = _runs(numbers, places)
    opens = np.r_[True, (np.diff(numbers) > 1) | (np.diff(places) != 0)]
    runs = rows.loc[opens, ["kpi_id", "aggregate", "source", "source_column"]]
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    for kpi_id, source, column, a, b in zip(
        runs["kpi_id"], runs["source"], runs["source_column"], firsts, lasts, strict=True
    ):
        found.setdefault(kpi_id, {}).setdefault((source, column), []).append(_range(a, b))
    grouped = rows.groupby("kpi_id")["aggregate"]
    aggregates, sizes = grouped.first().to_dict(), grouped.size().to_dict()
    return pd.Series(
        {kpi_id: _trace(aggregates[kpi_id], sizes[kpi_id], where) for kpi_id, where in found.items()}, dtype="str"
    )


def _trace(aggregate: str, count: int, where: dict[tuple[str, str], list[str]]) -> str:
    places = []
    for (source, column), ranges in where.items():
        several = len(ranges) > 1 or "–" in ranges[0]
        places.append(f"{source}, {'rows' if several else 'row'} {', '.join(ranges)}, column {column}")
    return f"{aggregate} of {count} value{'s' if count > 1 else ''}: {'; '.join(places)}"
