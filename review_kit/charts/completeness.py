"""Which figures are in: one row per KPI, or per objective where there are many, along the months."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

import pandas as pd

from review_kit.charts.canvas import Canvas
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import shorten, width_of
from review_kit.charts.periods import MONTHS
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import number, percent, plural

_MOST = 40  # KPIs drawn one by one
_MOST_MONTHS = 36  # drawn where the caller names no start: more would be slivers
_LEFT, _ROW = 252.0, 20.0
_WIDEST = 30.0  # px of a month
_STATES = ("present", "preliminary", "projected", "missing")
_WORDS = {"present": "Reported", "preliminary": "Preliminary", "projected": "Projected", "missing": "Missing"}
_FILLS = {"present": LIGHT.brand_soft, "missing": LIGHT.off_target}  # what is not final is framed
_KEY = 26.0  # px of a row of the key


_Area = tuple[float, float, float, float]  # left, top, width, height


@dataclass(frozen=True, kw_only=True)
class _Cell:
    first: int  # month, counted from the first of the chart
    last: int
    state: str
    share: float = 1.0  # of the figures expected here that are reported


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    cells: list[_Cell]


def completeness(
    measures: pd.DataFrame,
    *,
    key: str = "completeness",
    names: Mapping[str, str] | None = None,
    objectives: Mapping[str, str] | None = None,
    group: str = "objective",
    start: date | None = None,
    end: date | None = None,
    title: str = "",
    subtitle: str = "",
) -> Chart:
    """Reported, preliminary, projected, missing; blank where nothing is expected.

    A period is expected wherever the KPI's own rhythm (its most frequent length of period) has one between `start`
    and `end`. Cells are as wide as the months they stand for, so that yearly and monthly KPIs share the axis.

    Args:
        measures: kpi_id, period_start, period_end, value, status; rows of segments count as rows of their KPI.
        key: unique on the page.
        names: kpi_id -> name, in the order to draw; KPIs without any row are drawn as missing throughout.
        objectives: kpi_id -> name of its objective or other group; used where there are more than 40 KPIs. Of more than
            40 groups the 40 are drawn that lack most.
        group: what people call such a group.
        start: first day of the chart; the first period's, three years back at the most, where it is left out.
        end: last day of the chart, normally the day of the review.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    names = names if names is not None else {kpi: kpi for kpi in measures["kpi_id"].drop_duplicates()}
    months = _months(measures, names, start, end)
    if months is None or not names:
        return nothing(key=key, title=title or "Completeness of the figures", words="There are no figures to show.")
    rows = [_Row(name=name, cells=cells) for name, cells in _cells(measures, names, months)]
    totals = {state: sum(cell.state == state for row in rows for cell in row.cells) for state in _STATES}
    expected = sum(totals.values())
    said = (
        f"{number(totals['present'])} of {number(expected)} expected figures are reported, "
        f"{number(totals['preliminary'])} preliminary, {number(totals['projected'])} projected, "
        f"{number(totals['missing'])} missing."
    )
    gaps = [f"{row.name}: {sum(cell.state == 'missing' for cell in row.cells)} missing" for row in rows]
    gaps = [words for words in gaps if not words.endswith(" 0 missing")]
    grouped = len(rows) > _MOST
    groups = _by_group(rows, list(names), objectives or {}) if grouped else rows
    shown = _least_complete(groups) if grouped else rows
    listed = [row for row in rows if not grouped or any(cell.state != "present" for cell in row.cells)]
    keys = _keys(totals, grouped=grouped)
    return drawn(
        lambda width: _draw(shown, width, months, keys),
        key=key,
        title=title
        or f"{percent(totals['present'] / expected)} of expected figures are reported"
        + (f", {plural(totals['missing'], 'value')} missing" if totals["missing"] else ""),
        subtitle=subtitle or _subtitle(months, len(rows), (len(shown), len(groups), group) if grouped else None),
        alt=" ".join([said, *(f"{words}." for words in gaps[:12])]),
        data=pd.DataFrame(
            {
                "KPI": [row.name for row in listed],
                **{
                    _WORDS[state]: [sum(cell.state == state for cell in row.cells) for row in listed]
                    for state in _STATES
                },
            }
        ),
    )


def _subtitle(months: tuple[int, int], kpis: int, groups: tuple[int, int, str] | None) -> str:
    first, last = (f"{MONTHS[month % 12]} {month // 12}" for month in months)
    if groups is None:
        return f"Figures by KPI and period, {first} to {last}"
    shown, count, word = groups
    which = f", the {shown} of {plural(count, word)} that lack most" if shown < count else ""
    return f"Share of figures reported per {word}{which}; {plural(kpis, 'KPI')}, {first} to {last}"


def _month(day: pd.Timestamp | date) -> int:
    return day.year * 12 + day.month - 1


def _months(
    measures: pd.DataFrame, names: Mapping[str, str], start: date | None, end: date | None
) -> tuple[int, int] | None:
    """First and last month of the chart, as months since year 0."""
    ours = measures[measures["kpi_id"].isin(list(names))]
    if ours.empty and (start is None or end is None):
        return None
    last = _month(end if end is not None else ours["period_end"].max())
    first = _month(start if start is not None else ours["period_start"].min())
    if start is None:
        first = max(first, last - _MOST_MONTHS + 1)
    return (first, last) if last >= first else None


def _cells(measures: pd.DataFrame, names: Mapping[str, str], months: tuple[int, int]) -> list[tuple[str, list[_Cell]]]:
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
    return [(name, _row_cells(of_kpi.get(kpi, []), *months)) for kpi, name in names.items()]


def _row_cells(rows: Sequence[tuple[int, int, str]], first: int, last: int) -> list[_Cell]:
    """The cells of one KPI: what its rows say, and a missing cell wherever its rhythm leaves a hole."""
    if not rows:
        return [_Cell(first=0, last=last - first, state="missing")]
    length = Counter(until - begin + 1 for begin, until, _ in rows).most_common(1)[0][0]
    phase = rows[0][0] % length
    stand: dict[tuple[int, int], str] = {}
    for begin, until, state in rows:
        before = stand.get((begin, until))
        stand[begin, until] = state if before is None else max(before, state, key=_STATES.index)
    covered = {month for begin, until in stand for month in range(begin, until + 1)}
    begin = first + (phase - first) % length
    for month in range(begin, last - length + 2, length):
        if not covered.intersection(range(month, month + length)):
            stand[month, month + length - 1] = "missing"
    return [
        _Cell(first=max(a, first) - first, last=min(b, last) - first, state=state)
        for (a, b), state in sorted(stand.items())
        if b >= first and b <= last
    ]


def _by_group(rows: Sequence[_Row], kpis: Sequence[str], objectives: Mapping[str, str]) -> list[_Row]:
    """One row per group: for each month, the share of figures expected there that are reported."""
    groups: dict[str, list[_Cell]] = {}
    for row, kpi in zip(rows, kpis, strict=True):
        groups.setdefault(objectives.get(kpi, "All KPIs"), []).extend(row.cells)
    merged = []
    for name, cells in groups.items():
        counts: dict[int, list[int]] = {}
        for cell in cells:
            for month in range(cell.first, cell.last + 1):
                counts.setdefault(month, []).append(cell.state == "present")
        shares = [
            _Cell(first=month, last=month, state="share", share=sum(done) / len(done))
            for month, done in sorted(counts.items())
        ]
        merged.append(_Row(name=name, cells=shares))
    return merged


def _least_complete(groups: Sequence[_Row]) -> list[_Row]:
    """The 40 groups with the smallest share reported, in their order."""
    lacking = sorted(groups, key=lambda row: sum(cell.share for cell in row.cells) / max(len(row.cells), 1))[:_MOST]
    kept = {id(row) for row in lacking}
    return [row for row in groups if id(row) in kept]


def _draw(rows: Sequence[_Row], width: float, months: tuple[int, int], keys: Mapping[str, _Cell]) -> Canvas:
    wide = width >= FULL_WIDTH
    count = months[1] - months[0] + 1
    room = max(_LEFT, width - count * _WIDEST)  # names take what the months do not need
    left = min(room, max(width_of(row.name) for row in rows) + 16) if wide else 0.0
    pitch = min((width - left) / count, _WIDEST if wide else width)
    row_height = _ROW if wide else 40.0
    placed, height = _placed(keys, width)
    top = height + 42
    canvas = Canvas(width, top + row_height * len(rows) + 4)
    _draw_key(canvas, placed)
    rows_at = [top + row_height * index for index in range(len(rows))]
    spans = [(top - 36, canvas.height - 4)] if wide else [(top - 36, top - 2), *((y + 21, y + 39) for y in rows_at)]
    _heads(canvas, months, (left, pitch, top), spans)
    for y, row in zip(rows_at, rows, strict=True):
        canvas.text(0, y + (_ROW / 2 if wide else 11), shorten(row.name, left - 12 if wide else width), middle=True)
    strips = [y if wide else y + 20 for y in rows_at]
    _draw_cells(canvas, [(y, cell) for y, row in zip(strips, rows, strict=True) for cell in row.cells], left, pitch)
    return canvas


def _heads(
    canvas: Canvas,
    months: tuple[int, int],
    frame: tuple[float, float, float],
    spans: Sequence[tuple[float, float]],
) -> None:
    """Months as letters where there is room, years once above them."""
    first, last = months
    left, pitch, top = frame
    letters = pitch >= 14  # noqa: PLR2004 - px of the widest letter
    free = -1.0
    for month in range(first, last + 1):
        x = left + (month - first) * pitch
        if letters:
            canvas.text(x + pitch / 2, top - 8, MONTHS[month % 12][0], colour=LIGHT.ink_faint,
                        anchor="middle")  # fmt: skip
        if month == first or month % 12 == 0:
            year = str(month // 12)
            if month % 12 == 0 and month > first:
                canvas.uprights([x], spans, LIGHT.rule)
            if x > free and x + width_of(year) <= canvas.width:
                free = canvas.text(x + 2, top - 25, year, colour=LIGHT.ink_faint).right + 4


def _draw_cells(canvas: Canvas, cells: Sequence[tuple[float, _Cell]], left: float, pitch: float) -> None:
    """All cells of a kind as one path; `cells` come with the top of their row."""
    placed = [
        ((left + cell.first * pitch + 1, y + 3, (cell.last - cell.first + 1) * pitch - 2, 14.0), cell)
        for y, cell in cells
    ]
    _draw_boxes(canvas, placed, arm=3.5 if pitch > 9 else 2.0)  # noqa: PLR2004 - px of a cell


def _draw_boxes(canvas: Canvas, placed: Sequence[tuple[_Area, _Cell]], *, arm: float) -> None:
    """Full where reported, a cross where missing, a frame where not final: empty, cut through, or filled so far."""
    full: dict[str, list[_Area]] = {}
    framed, levels, slashes, crosses = [], [], [], []
    for (x, y, width, height), cell in placed:
        fill = _fill(cell)
        if fill is not None:
            full.setdefault(fill, []).append((x, y, width, height))
        else:
            framed.append((x + 0.5, y + 0.5, width - 1, height - 1))
        middle, centre = x + width / 2, y + height / 2
        if cell.state == "share" and fill is None:
            level = max((height - 4) * cell.share, 1.0)
            levels.append((x + 2, y + height - 2 - level, width - 4, level))
        elif cell.state == "projected":
            slashes.append((middle - arm, centre + arm, middle + arm, centre - arm))
        elif fill == LIGHT.off_target:
            crosses += [
                (middle - arm, centre - arm, middle + arm, centre + arm),
                (middle - arm, centre + arm, middle + arm, centre - arm),
            ]
    for fill, boxes in full.items():
        canvas.bars(boxes, fill)
    canvas.bars(framed, LIGHT.surface, stroke=LIGHT.brand)
    canvas.bars(levels, LIGHT.brand_soft)
    canvas.segments(slashes, LIGHT.brand, width=1.5)
    canvas.segments(crosses, LIGHT.surface, width=1.5)


def _fill(cell: _Cell) -> str | None:
    """The colour of a whole cell; None where it is framed."""
    if cell.state == "share":
        return _FILLS["present"] if cell.share == 1 else _FILLS["missing"] if cell.share == 0 else None
    return _FILLS.get(cell.state)


def _keys(totals: Mapping[str, int], *, grouped: bool) -> dict[str, _Cell]:
    """Words and what they stand for: of the states of single figures those that occur."""
    if grouped:
        kinds = {"All reported": 1.0, "Some reported": 0.5, "None reported": 0.0}
        return {word: _Cell(first=0, last=0, state="share", share=share) for word, share in kinds.items()}
    return {
        word: _Cell(first=0, last=0, state=state)
        for state, word in _WORDS.items()
        if totals[state] or state == "present"
    }


def _placed(keys: Mapping[str, _Cell], width: float) -> tuple[list[tuple[float, float, str, _Cell]], float]:
    """Left, top, word and cell of each key, in as many rows as it takes; and the height of all."""
    placed, x, y = [], 0.0, 0.0
    for word, cell in keys.items():
        needed = 21 + width_of(word)
        if x and x + needed > width:
            x, y = 0.0, y + _KEY
        placed.append((x, y, word, cell))
        x += needed + 18
    return placed, y + _KEY


def _draw_key(canvas: Canvas, placed: Sequence[tuple[float, float, str, _Cell]]) -> None:
    _draw_boxes(canvas, [((x, y + 3, 14.0, 14.0), cell) for x, y, _, cell in placed], arm=3.0)
    for x, y, word, _ in placed:
        canvas.text(x + 21, y + 10, word, colour=LIGHT.ink_soft, middle=True)
