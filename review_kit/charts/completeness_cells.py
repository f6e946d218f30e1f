"""What is expected of each KPI month by month, and what came: the cells of the picture of completeness."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

MOST = 40  # KPIs, or groups of KPIs, drawn one by one
MOST_MONTHS = 36  # drawn where the caller names no start: more would be slivers
STATES = ("present", "preliminary", "projected", "missing")  # of several rows of a period the last one counts


@dataclass(frozen=True, kw_only=True)
class Cell:
    """One period of a KPI, or one month of a group."""

    first: int  # month, counted from the first of the chart
    last: int
    state: str  # one of STATES, or 'share'
    share: float = 1.0  # of the figures expected here that are reported


@dataclass(frozen=True, kw_only=True)
class Row:
    """A KPI or a group with its cells, in the order of the months."""

    name: str
    cells: list[Cell]

    def count(self, state: str) -> int:
        """How many of the cells are in this state."""
        return sum(cell.state == state for cell in self.cells)


def months_of(
    measures: pd.DataFrame, names: Mapping[str, str], start: date | None, end: date | None
) -> tuple[int, int] | None:
    """First and last month of the chart, as months since year 0; None where nothing says them."""
    ours = measures[measures["kpi_id"].isin(list(names))]
    if ours.empty and (start is None or end is None):
        return None
    last = _month(end if end is not None else ours["period_end"].max())
    first = _month(start if start is not None else ours["period_start"].min())
    if start is None:
        first = max(first, last - MOST_MONTHS + 1)
    return (first, last) if last >= first else None


def _month(day: pd.Timestamp | date) -> int:
    return day.year * 12 + day.month - 1


def rows_of(
    measures: pd.DataFrame, names: Mapping[str, str], months: tuple[int, int], every: Mapping[str, int]
) -> list[Row]:
    """One row per KPI of `names`; `every` says how many months a period has where the KPI's rhythm is known."""
    starts, ends = measures["period_start"].dt, measures["period_end"].dt
    present = measures["value"].notna()
    if {"numerator", "denominator"} <= set(measures.columns):
        present |= measures["numerator"].notna() & measures["denominator"].notna()
    states = measures["status"].where(measures["status"].isin(["preliminary", "projected"]), "present")
    of_kpi: dict[str, list[tuple[int, int, str]]] = {}
    for kpi, begin, until, state in zip(
        measures["kpi_id"].tolist(),
        (starts.year * 12 + starts.month - 1).tolist(),
        (ends.year * 12 + ends.month - 1).tolist(),
        states.where(present, "missing").tolist(),
        strict=True,
    ):
        of_kpi.setdefault(kpi, []).append((begin, until, state))
    return [
        Row(name=name, cells=_cells(of_kpi.get(kpi, []), every.get(kpi, 0), *months)) for kpi, name in names.items()
    ]


def _cells(rows: Sequence[tuple[int, int, str]], length: int, first: int, last: int) -> list[Cell]:
    """The cells of one KPI: what its rows say, and a missing cell wherever its rhythm leaves a hole.

    `length` is that of its periods in months; 0: the most frequent one, all of the chart where nothing came.
    """
    length = length or (_most_frequent(rows) if rows else last - first + 1)
    phase = (rows[0][0] if rows else first) % length
    stand: dict[tuple[int, int], str] = {}
    for begin, until, state in rows:
        before = stand.get((begin, until))
        stand[begin, until] = state if before is None else max(before, state, key=STATES.index)
    covered = {month for begin, until in stand for month in range(begin, until + 1)}
    for month in range(first + (phase - first) % length, last - length + 2, length):
        if not covered.intersection(range(month, month + length)):
            stand[month, month + length - 1] = "missing"
    return [
        Cell(first=max(begin, first) - first, last=min(until, last) - first, state=state)
        for (begin, until), state in sorted(stand.items())
        if first <= until <= last
    ]


def _most_frequent(rows: Sequence[tuple[int, int, str]]) -> int:
    return Counter(until - begin + 1 for begin, until, _ in rows).most_common(1)[0][0]


def by_group(rows: Sequence[Row], kpis: Sequence[str], groups: Mapping[str, str]) -> list[Row]:
    """One row per group: for each month, the share of figures expected there that are reported."""
    together: dict[str, list[Cell]] = {}
    for row, kpi in zip(rows, kpis, strict=True):
        together.setdefault(groups.get(kpi, "All KPIs"), []).extend(row.cells)
    merged = []
    for name, cells in together.items():
        counts: dict[int, list[bool]] = {}
        for cell in cells:
            for month in range(cell.first, cell.last + 1):
                counts.setdefault(month, []).append(cell.state == "present")
        shares = [
            Cell(first=month, last=month, state="share", share=sum(done) / len(done))
            for month, done in sorted(counts.items())
        ]
        merged.append(Row(name=name, cells=shares))
    return merged


def least_complete(groups: Sequence[Row]) -> list[Row]:
    """The 40 groups with the smallest share reported, in their order."""
    lacking = sorted(groups, key=lambda row: sum(cell.share for cell in row.cells) / max(len(row.cells), 1))[:MOST]
    kept = {id(row) for row in lacking}
    return [row for row in groups if id(row) in kept]
