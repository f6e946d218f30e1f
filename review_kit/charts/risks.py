"""Risks on the grid of likelihood and impact, with where they came from."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from review_kit.charts.canvas import LINE, Box, Canvas
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import shorten, width_of, wrap
from review_kit.charts.tokens import BAND_COLOUR, BANDS_ON_DARK, FULL_WIDTH, LIGHT
from review_kit.model.figures import DASH, known, number, plural

_STEPS = 5
_LONGEST_ID = 40.0  # px; longer ids are replaced by numbers
MOST_LISTED = 16  # risks named beside the grid
_ROWS_A_CELL = 3
_ARROWS = {(0, 0): "", (1, 0): "↑", (-1, 0): "↓", (0, 1): "→", (0, -1): "←", (1, 1): "↗", (1, -1): "↖", (-1, 1): "↘",
           (-1, -1): "↙"}  # fmt: skip
BANDS = ("low", "moderate", "high", "critical")
_EDGES = (5, 10, 15)  # exposure from which a cell is moderate, high, critical, unless the caller says otherwise


@dataclass(frozen=True, kw_only=True)
class _Risk:
    mark: str  # what stands in the cell
    title: str
    issue: bool
    cell: tuple[int, int]  # likelihood, impact
    before: tuple[int, int] | None
    exposure: float
    band: str
    movement: str  # empty where nobody knows how any risk stood before

    @property
    def arrow(self) -> str:
        """The way it moved on the grid: up is likelier, right is graver."""
        if self.before is None:
            return ""
        moved = [(now > then) - (now < then) for now, then in zip(self.cell, self.before, strict=True)]
        return _ARROWS[moved[0], moved[1]]


def risk_matrix(
    risks: pd.DataFrame,
    *,
    key: str = "risks",
    edges: tuple[int, int, int] = _EDGES,
    title: str = "",
    subtitle: str = "",
    listed: int = MOST_LISTED,
) -> Chart:
    """A 5 x 5 grid with the risks in their cells, arrows for the way each moved, and their names beside it.

    Args:
        risks: risk_id, title, kind (risk or issue), likelihood, impact (1 to 5), previous_likelihood,
            previous_impact, exposure, band, movement. Risks without likelihood or impact are named in the alt text.
        key: unique on the page.
        edges: exposure from which a cell is moderate, high and critical.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.
        listed: how many are named beside the grid, the gravest; the others stand in the grid by their number alone.

    """
    assessed = risks[risks["likelihood"].notna() & risks["impact"].notna()]
    if assessed.empty:
        return nothing(key=key, title=title or "Risks", words="There are no assessed risks to show.")
    short = all(width_of(str(name), bold=True) <= _LONGEST_ID for name in assessed["risk_id"])
    ordered = assessed.assign(order=assessed["likelihood"] * assessed["impact"]).sort_values(
        ["order", "risk_id"], ascending=[False, True], kind="stable"
    )
    rows = [
        _risk(record, str(record["risk_id"]) if short else str(index), edges)
        for index, record in enumerate(ordered.to_dict("records"), start=1)
    ]
    rising = sum(row.movement == "rising" for row in rows)
    high = sum(row.band in BANDS[2:] for row in rows)
    left_out = len(risks) - len(rows)
    return drawn(
        lambda width: _draw(rows, width, edges, listed),
        key=key,
        title=title
        or f"{high or 'None'} of {plural(len(rows), *_nouns(rows))} {'is' if high == 1 else 'are'} high or critical"
        + (f", {rising or 'none'} rising" if any(row.movement for row in rows) else ""),
        subtitle=subtitle
        or "Likelihood and impact from 1 to 5"
        + ("; arrows: moves since the last review" if any(row.arrow for row in rows) else "")
        + ("; framed: an issue, has happened" if any(row.issue for row in rows) else ""),
        alt=" ".join(
            [*(_said(row) for row in rows), *([f"{plural(left_out, 'risk')} not assessed."] if left_out else [])]
        ),
        data=pd.DataFrame(
            {
                "Risk": [row.mark for row in rows],
                "Title": [row.title for row in rows],
                "Kind": ["issue" if row.issue else "risk" for row in rows],
                "Likelihood": [row.cell[0] for row in rows],
                "Impact": [row.cell[1] for row in rows],
                "Exposure": [row.exposure for row in rows],
                "Band": [row.band for row in rows],
                "Movement": [row.movement or DASH for row in rows],
            }
        ),
    )


def _risk(record: Mapping[Any, Any], mark: str, edges: tuple[int, int, int]) -> _Risk:
    likelihood, impact = (_step(record[name]) for name in ("likelihood", "impact"))
    before = [record.get(name) for name in ("previous_likelihood", "previous_impact")]
    exposure = float(record["likelihood"]) * float(record["impact"])
    earlier = (_step(before[0]), _step(before[1])) if all(known(step) for step in before) else None
    moved = 0 if earlier is None else likelihood * impact - earlier[0] * earlier[1]
    plain = "new" if earlier is None else "rising" if moved > 0 else "falling" if moved < 0 else "steady"
    band, movement = record.get("band"), record.get("movement")
    return _Risk(
        mark=mark,
        title=str(record["title"]),
        issue=str(record.get("kind", "risk")) == "issue",
        cell=(likelihood, impact),
        before=earlier,
        exposure=exposure,
        band=band if isinstance(band, str) else _band(exposure, edges),
        movement=movement if isinstance(movement, str) else "" if "movement" in record else plain,
    )


def _step(value: Any) -> int:
    return min(max(round(float(value)), 1), _STEPS)


def _band(exposure: float, edges: tuple[int, int, int]) -> str:
    return BANDS[sum(exposure >= edge for edge in edges)]


def _said(row: _Risk) -> str:
    kind = "issue" if row.issue else "risk"
    moved = f", {row.movement}" if row.movement else ""
    return f"{row.mark} {row.title} ({kind}): exposure {number(row.exposure)} of 25, {row.band}{moved}."


def _nouns(rows: Sequence[_Risk]) -> tuple[str, str]:
    """What the marks stand for: risks, issues, or both."""
    if all(row.issue for row in rows):
        return "issue", "issues"
    return ("risk or issue", "risks and issues") if any(row.issue for row in rows) else ("risk", "risks")


def _draw(rows: Sequence[_Risk], width: float, edges: tuple[int, int, int], most: int) -> Canvas:
    wide = width >= FULL_WIDTH
    frame = _Frame(24.0, 4.0, 74.0, 62.0) if wide else _Frame(18.0, 4.0, 66.0, 58.0)
    below = frame.top + frame.high * _STEPS
    listed = rows[:most]
    at = frame.left + frame.wide * _STEPS + 28 if wide else 0.0
    mark_room = max(width_of(row.mark, bold=True) for row in listed) + 16
    names = [wrap(row.title, width - at - mark_room - 58, lines=2) for row in listed]
    length = sum(len(lines) * LINE + 6 for lines in names) + LINE + (LINE + 4 if len(rows) > len(listed) else 0)
    list_top = 4.0 if wide else below + 52
    canvas = Canvas(width, max(below + 40, list_top + length + 6))
    _grid(canvas, frame, edges)
    _marks_in_cells(canvas, rows, frame, edges)
    _list(canvas, rows, names, (at, list_top, mark_room))
    return canvas


@dataclass(frozen=True, slots=True)
class _Frame:
    """Where the grid lies: its corner, and width and height of a cell."""

    left: float
    top: float
    wide: float
    high: float

    def corner(self, likelihood: int, impact: int) -> tuple[float, float]:
        return self.left + (impact - 1) * self.wide, self.top + (_STEPS - likelihood) * self.high


def _grid(canvas: Canvas, frame: _Frame, edges: tuple[int, int, int]) -> None:
    cells = defaultdict(list)
    for likelihood in range(1, _STEPS + 1):
        for impact in range(1, _STEPS + 1):
            x, y = frame.corner(likelihood, impact)
            cells[_band(likelihood * impact, edges)].append((x + 1, y + 1, frame.wide - 2, frame.high - 2))
    for band, boxes in cells.items():
        canvas.bars(boxes, BAND_COLOUR[band])
    foot = frame.top + frame.high * _STEPS
    for step in range(1, _STEPS + 1):
        x, y = frame.corner(step, step)
        canvas.text(frame.left - 7, y + frame.high / 2, str(step), colour=LIGHT.ink_faint, anchor="end", middle=True)
        canvas.text(x + frame.wide / 2, foot + 17, str(step), colour=LIGHT.ink_faint, anchor="middle")
    canvas.text(frame.left, foot + 35, "↑ Likelihood", colour=LIGHT.ink_soft)
    canvas.text(frame.left + frame.wide * _STEPS, foot + 35, "Impact →", colour=LIGHT.ink_soft, anchor="end")


def _marks_in_cells(canvas: Canvas, rows: Sequence[_Risk], frame: _Frame, edges: tuple[int, int, int]) -> None:
    """Each risk's mark with an arrow that points the way it moved on the grid; '+3' for those without room."""
    cells: dict[tuple[int, int], list[_Risk]] = defaultdict(list)
    for row in rows:
        cells[row.cell].append(row)
    for cell, inside in cells.items():
        x, y = frame.corner(*cell)
        dark = _band(cell[0] * cell[1], edges) in BANDS_ON_DARK
        colour = LIGHT.surface if dark else LIGHT.ink
        pitch = max(width_of(row.mark + row.arrow, bold=True) for row in inside) + 9
        columns = max(1, int((frame.wide - 3) // pitch))
        room = columns * _ROWS_A_CELL
        shown = inside if len(inside) <= room else inside[: room - 1]
        places = [(x + 7 + index % columns * pitch, y + 17 + index // columns * 18) for index in range(room)]
        for row, place in zip(shown, places, strict=False):
            box = _mark(canvas, row, place, colour)
            canvas.text(box.right + (6 if row.issue else 2), place[1], row.arrow, colour=colour)
        if len(shown) < len(inside):
            canvas.text(*places[len(shown)], f"+{len(inside) - len(shown)}", colour=colour)


def _mark(canvas: Canvas, row: _Risk, place: tuple[float, float], colour: str) -> Box:
    """The mark of a risk, framed where it is an issue."""
    box = canvas.text(*place, row.mark, colour=colour, bold=True)
    if row.issue:
        canvas.bars([(box.left - 3, box.top - 2, box.right - box.left + 6, 16)], None, stroke=colour)
    return box


def _list(
    canvas: Canvas, rows: Sequence[_Risk], names: Sequence[Sequence[str]], place: tuple[float, float, float]
) -> None:
    """The names beside or below the grid, with the exposure before and now."""
    x, y, mark_room = place
    right = canvas.width
    canvas.text(right, y + 8, "Exposure", colour=LIGHT.ink_faint, anchor="end")
    y += LINE + 4
    for row, lines in zip(rows, names, strict=False):
        _mark(canvas, row, (x + 4, y + 11), LIGHT.ink)
        canvas.lines(x + mark_room, y + 11, lines)
        canvas.text(right, y + 11, number(row.exposure), anchor="end", bold=True)
        if row.movement == "new":
            canvas.text(right - 22, y + 11, "new", colour=LIGHT.ink_soft, anchor="end")
        elif row.before is not None and row.movement in {"rising", "falling"}:
            colour = LIGHT.off_target if row.movement == "rising" else LIGHT.on_target
            canvas.text(right - 22, y + 11, f"{row.before[0] * row.before[1]} →", colour=colour, anchor="end")
        y += len(lines) * LINE + 6
    if len(rows) > len(names):
        canvas.text(x, y + 11, shorten(f"and {len(rows) - len(names)} more", right - x), colour=LIGHT.ink_soft)
