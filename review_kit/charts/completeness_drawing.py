"""How the picture of completeness is drawn: a strip of cells per row, months above, and a key."""

from collections.abc import Mapping, Sequence

from review_kit.charts.canvas import Canvas
from review_kit.charts.completeness_cells import Cell, Row
from review_kit.charts.fonts import shorten, width_of
from review_kit.charts.periods import MONTHS
from review_kit.charts.tokens import FULL_WIDTH, LIGHT

WORDS = {"present": "Reported", "preliminary": "Preliminary", "projected": "Projected", "missing": "Missing"}
_LEFT, _ROW = 252.0, 20.0
_WIDEST = 30.0  # px of a month
_FILLS = {"present": LIGHT.brand_soft, "missing": LIGHT.off_target}  # what is not final is framed
_KEY = 26.0  # px of a row of the key

_Area = tuple[float, float, float, float]  # left, top, width, height


def draw(rows: Sequence[Row], width: float, months: tuple[int, int], keys: Mapping[str, Cell]) -> Canvas:
    """The picture at a width in px; `months` are the first and the last, counted from year 0."""
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


def _draw_cells(canvas: Canvas, cells: Sequence[tuple[float, Cell]], left: float, pitch: float) -> None:
    """All cells of a kind as one path; `cells` come with the top of their row."""
    placed = [
        ((left + cell.first * pitch + 1, y + 3, (cell.last - cell.first + 1) * pitch - 2, 14.0), cell)
        for y, cell in cells
    ]
    _draw_boxes(canvas, placed, arm=3.5 if pitch > 9 else 2.0)  # noqa: PLR2004 - px of a cell


def _draw_boxes(canvas: Canvas, placed: Sequence[tuple[_Area, Cell]], *, arm: float) -> None:
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


def _fill(cell: Cell) -> str | None:
    """The colour of a whole cell; None where it is framed."""
    if cell.state == "share":
        return _FILLS["present"] if cell.share == 1 else _FILLS["missing"] if cell.share == 0 else None
    return _FILLS.get(cell.state)


def keys_of(totals: Mapping[str, int], groups: Sequence[Row]) -> dict[str, Cell]:
    """Words and what they stand for, of what occurs: shares of `groups`, otherwise states of single figures."""
    if not groups:
        states = [state for state in WORDS if totals[state] or state == "present"]
        return {WORDS[state]: Cell(first=0, last=0, state=state) for state in states}
    shares = {cell.share for row in groups for cell in row.cells}
    kinds = {
        "All reported": (1.0, True),
        "Some reported": (0.5, any(0 < share < 1 for share in shares)),
        "None reported": (0.0, 0.0 in shares),
    }
    return {
        word: Cell(first=0, last=0, state="share", share=share) for word, (share, occurs) in kinds.items() if occurs
    }


def _placed(keys: Mapping[str, Cell], width: float) -> tuple[list[tuple[float, float, str, Cell]], float]:
    """Left, top, word and cell of each key, in as many rows as it takes; and the height of all."""
    placed, x, y = [], 0.0, 0.0
    for word, cell in keys.items():
        needed = 21 + width_of(word)
        if x and x + needed > width:
            x, y = 0.0, y + _KEY
        placed.append((x, y, word, cell))
        x += needed + 18
    return placed, y + _KEY


def _draw_key(canvas: Canvas, placed: Sequence[tuple[float, float, str, Cell]]) -> None:
    _draw_boxes(canvas, [((x, y + 3, 14.0, 14.0), cell) for x, y, _, cell in placed], arm=3.0)
    for x, y, word, _ in placed:
        canvas.text(x + 21, y + 10, word, colour=LIGHT.ink_soft, middle=True)
