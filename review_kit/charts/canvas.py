"""A sheet of pixels to draw on: y runs down, sizes are px as shown, strokes are plain data until it becomes SVG.

matplotlib is imported only then: a program that reads our colours, or whose drawings are remembered, goes without.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from review_kit.charts.fonts import width_of
from review_kit.charts.tokens import CHART_TEXT, LIGHT
from review_kit.store import remembered

Anchor = Literal["start", "middle", "end"]
Point = tuple[float, float]
Shape = Literal["circle", "half", "square", "ring", "triangle-up", "diamond"]

CAP_HALF = 0.36  # em from the middle of a capital down to its baseline
LINE = 16.0  # px from one line of chart text to the next


@dataclass(frozen=True, slots=True)
class Box:
    """Where a text stands, in px from the top left corner."""

    left: float
    top: float
    right: float
    bottom: float
    text: str

    def overlaps(self, other: "Box") -> bool:
        """Whether the two share any area; touching edges do not count."""
        apart = self.right <= other.left or other.right <= self.left
        return not apart and self.top < other.bottom and other.top < self.bottom


@dataclass(frozen=True, slots=True)
class Stroke:
    """Lines or areas as one path: each ring is a list of points, closed or open."""

    rings: list[list[Point]]
    closed: bool
    stroke: str | None
    fill: str | None
    width: float
    dash: Sequence[float] | None


@dataclass(frozen=True, slots=True)
class Marks:
    """The same mark at many places."""

    places: list[Point]
    shape: Shape
    colour: str
    size: float  # px, its width
    hollow: bool


@dataclass(frozen=True, slots=True)
class Text:
    """One line of text on its baseline."""

    x: float
    y: float
    text: str
    colour: str
    anchor: Anchor
    bold: bool
    halo: bool


class Canvas:
    """Collects strokes in drawing order, then becomes SVG."""

    def __init__(self, width: float, height: float) -> None:
        self.width, self.height = float(width), float(height)
        self.boxes: list[Box] = []  # of the texts so far
        self._strokes: list[Stroke | Marks | Text] = []

    def line(
        self, points: Iterable[Point], stroke: str, *, width: float = 1.0, dash: Sequence[float] | None = None
    ) -> None:
        """One open line through the points; nothing for fewer than two."""
        ring = [(round(x, 1), round(y, 1)) for x, y in points]
        if len(ring) > 1:
            self._strokes.append(Stroke([ring], False, stroke, None, width, dash))

    def segments(
        self,
        pairs: Iterable[tuple[float, float, float, float]],
        stroke: str,
        *,
        width: float = 1.0,
        dash: Sequence[float] | None = None,
    ) -> None:
        """Many separate lines `(x0, y0, x1, y1)` as one path."""
        rings = [[(round(x0, 1), round(y0, 1)), (round(x1, 1), round(y1, 1))] for x0, y0, x1, y1 in pairs]
        if rings:
            self._strokes.append(Stroke(rings, False, stroke, None, width, dash))

    def uprights(
        self, xs: Iterable[float], spans: Iterable[tuple[float, float]], stroke: str, *, width: float = 1.0
    ) -> None:
        """Vertical lines at each x over each span `(top, bottom)`: through a chart, or row by row where names stand."""
        places = list(xs)
        self.segments([(x, top, x, bottom) for top, bottom in spans for x in places], stroke, width=width)

    def bars(
        self,
        boxes: Iterable[tuple[float, float, float, float]],
        fill: str | None,
        *,
        stroke: str | None = None,
    ) -> None:
        """Rectangles `(left, top, width, height)` as one path; a negative width or height grows the other way."""
        self.areas([((x, y), (x + w, y), (x + w, y + h), (x, y + h)) for x, y, w, h in boxes], fill, stroke=stroke)

    def areas(self, rings: Iterable[Sequence[Point]], fill: str | None, *, stroke: str | None = None) -> None:
        """Closed polygons as one path."""
        rounded = [[(round(x, 1), round(y, 1)) for x, y in ring] for ring in rings]
        if rounded:
            self._strokes.append(Stroke(rounded, True, stroke, fill, 1.0, None))

    def marks(
        self, points: Iterable[Point], shape: Shape, colour: str, *, size: float = 9, hollow: bool = False
    ) -> None:
        """The same mark at many places; a hollow one is filled with the paper."""
        places = [(round(x, 1), round(y, 1)) for x, y in points]
        if places:
            self._strokes.append(Marks(places, shape, colour, size, hollow))

    def text(
        self,
        x: float,
        y: float,
        text: str,
        *,
        colour: str = LIGHT.ink,
        anchor: Anchor = "start",
        bold: bool = False,
        middle: bool = False,
        halo: bool = False,
    ) -> Box:
        """One line of text on the baseline `y`, or centred on `y` with `middle`; `halo` keeps lines off its letters."""
        if middle:
            y += CAP_HALF * CHART_TEXT
        x, y = round(x, 1), round(y, 1)
        clean = "".join(letter if letter.isprintable() or letter == "\u202f" else " " for letter in text)
        box = text_box(x, y, clean, anchor=anchor, bold=bold)
        if clean.strip():
            self.boxes.append(box)
            self._strokes.append(Text(x, y, clean, colour, anchor, bold, halo))
        return box

    def lines(self, x: float, y: float, lines: Sequence[str], *, centred: bool = False, **style: Any) -> None:
        """Several lines of text from baseline `y` down, or centred as a block on `y`."""
        first = y - (len(lines) - 1) * LINE / 2 + CAP_HALF * CHART_TEXT if centred else y
        for step, line in enumerate(lines):
            self.text(x, first + step * LINE, line, **style)

    def arrow(self, start: Point, end: Point, colour: str, *, width: float = 1.5, head: float = 6) -> None:
        """A straight line with a solid head at its end; nothing where the two are closer than the head is long."""
        (x0, y0), (x1, y1) = start, end
        length = ((x1 - x0) ** 2 + (y1 - y0) ** 2) ** 0.5
        if length <= head:
            return
        ux, uy = (x1 - x0) / length, (y1 - y0) / length
        bx, by = x1 - head * ux, y1 - head * uy
        self.line([start, (bx, by)], colour, width=width)
        wing = head * 0.5
        self.areas([[(x1, y1), (bx - wing * uy, by + wing * ux), (bx + wing * uy, by - wing * ux)]], colour)

    def svg(self, key: str) -> str:
        """The drawing as one `<svg>` element, ids prefixed by `key`: the same bytes for the same strokes."""
        strokes, width, height = tuple(self._strokes), self.width, self.height

        def draw() -> str:
            from review_kit.charts.backend import drawn_svg  # noqa: PLC0415 - matplotlib takes half a second to load

            return drawn_svg(strokes, key=key, width=width, height=height)

        return remembered(repr((strokes, key, width, height)), draw)


def text_box(x: float, y: float, text: str, *, anchor: Anchor = "start", bold: bool = False) -> Box:
    """The box that a line of text on baseline `y` would take."""
    width = width_of(text, bold=bold)
    left = x - {"start": 0.0, "middle": width / 2, "end": width}[anchor]
    return Box(left, y - 0.76 * CHART_TEXT, left + width, y + 0.2 * CHART_TEXT, text)
