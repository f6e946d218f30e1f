"""The strokes of a canvas through matplotlib's SVG backend: one figure, one artist, no axes, ticks or layout passes."""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import matplotlib as mpl
from matplotlib.artist import Artist
from matplotlib.backends.backend_svg import FigureCanvasSVG
from matplotlib.colors import to_rgba
from matplotlib.figure import Figure
from matplotlib.font_manager import FontProperties
from matplotlib.path import Path
from matplotlib.transforms import Affine2D, IdentityTransform

from review_kit.charts.canvas import Marks, Point, Shape, Stroke, Text
from review_kit.charts.svg import refined
from review_kit.charts.tokens import CHART_TEXT, LIGHT

_ALIGN = {"start": "left", "middle": "center", "end": "right"}
_IDENTITY = IdentityTransform()
_SETTINGS: Any = {"svg.fonttype": "none", "svg.hashsalt": "review_kit", "path.simplify": False, "path.sketch": None}


def drawn_svg(strokes: Sequence[Stroke | Marks | Text], *, key: str, width: float, height: float) -> str:
    """The `<svg>` element; whatever an analyst set in matplotlib's rcParams neither shows in it nor is touched."""
    out = io.StringIO()
    with mpl.rc_context(_SETTINGS):
        figure = Figure(figsize=(width / 72, height / 72), dpi=72)
        figure.patch.set_visible(False)
        figure.add_artist(_Sheet(strokes, height))
        FigureCanvasSVG(figure).print_svg(out, metadata={"Date": None})  # type: ignore[no-untyped-call]
    return refined(out.getvalue(), key=key, width=width, height=height)


class _Sheet(Artist):
    """Puts each stroke on the renderer that the figure hands in."""

    def __init__(self, strokes: Sequence[Stroke | Marks | Text], height: float) -> None:
        super().__init__()
        self.strokes, self.height = strokes, height
        self.flip = Affine2D().scale(1, -1).translate(0, height)

    def draw(self, renderer: Any) -> None:
        """Called by the figure, once."""
        for item in self.strokes:
            if isinstance(item, Stroke):
                self._path(renderer, item)
            elif isinstance(item, Marks):
                self._marks(renderer, item)
            else:
                self._text(renderer, item)

    def _path(self, renderer: Any, item: Stroke) -> None:
        vertices: list[Point] = []
        codes: list[Any] = []  # matplotlib types its codes as numpy bytes
        for ring in item.rings:
            vertices += [*ring, ring[0]] if item.closed else ring
            codes += [Path.MOVETO, *[Path.LINETO] * (len(ring) - 1)]
            codes += [Path.CLOSEPOLY] if item.closed else []
        gc = _pen(renderer, item.stroke, item.width, item.dash)
        renderer.draw_path(gc, Path(vertices, codes), self.flip, to_rgba(item.fill) if item.fill else None)
        gc.restore()

    def _marks(self, renderer: Any, item: Marks) -> None:
        outline, inner = _SHAPES[item.shape]
        is_open = item.hollow or item.shape in {"ring", "half"}
        weight = max(1.5, item.size / 6) if is_open else 1.0
        scale = Affine2D().scale(item.size - weight)
        places = Path(item.places)
        gc = _pen(renderer, item.colour if is_open else LIGHT.surface, weight, None)
        fill = to_rgba(LIGHT.surface if is_open else item.colour)
        renderer.draw_markers(gc, outline.transformed(scale), _IDENTITY, places, self.flip, fill)
        if inner is not None:
            gc.set_linewidth(0)
            renderer.draw_markers(gc, inner.transformed(scale), _IDENTITY, places, self.flip, to_rgba(item.colour))
        gc.restore()

    def _text(self, renderer: Any, item: Text) -> None:
        gc = _pen(renderer, item.colour, 1, None)
        anchored = _Anchored(item.x, self.height - item.y, _ALIGN[item.anchor])
        renderer.open_group("text", "halo" if item.halo else None)
        renderer.draw_text(gc, item.x, item.y, item.text, _type(bold=item.bold), 0, ismath=False, mtext=anchored)
        renderer.close_group("text")
        gc.restore()


@dataclass(frozen=True, slots=True)
class _Anchored:
    """The four answers that the SVG backend asks of a text to anchor it."""

    x: float
    y: float
    ha: str

    def get_transform(self) -> IdentityTransform:
        return _IDENTITY

    def get_unitless_position(self) -> Point:
        return self.x, self.y

    def get_rotation_mode(self) -> str:
        return "anchor"

    def get_ha(self) -> str:
        return self.ha


@cache
def _type(*, bold: bool) -> FontProperties:
    """Every property is said, so that none is read from the rcParams."""
    return FontProperties(
        family=["Inter"],
        style="normal",
        variant="normal",
        weight=600 if bold else 400,
        stretch="normal",
        size=CHART_TEXT,
        math_fontfamily="dejavusans",
    )


def _pen(renderer: Any, stroke: str | None, width: float, dash: Sequence[float] | None) -> Any:
    gc = renderer.new_gc()
    gc.set_linewidth(width if stroke else 0)
    if stroke:
        gc.set_foreground(stroke)
    if dash:
        gc.set_dashes(0, dash)
    gc.set_joinstyle("round")
    gc.set_capstyle("butt")
    return gc


def _polygon(*corners: Point) -> Path:
    return Path([*corners, corners[0]], closed=True)


_CIRCLE = Path.circle(radius=0.5)
_SHAPES: dict[Shape, tuple[Path, Path | None]] = {
    "circle": (_CIRCLE, None),
    "ring": (_CIRCLE, None),
    "half": (_CIRCLE, Path.arc(90, 270).transformed(Affine2D().scale(0.5))),
    "square": (_polygon((-0.45, -0.45), (0.45, -0.45), (0.45, 0.45), (-0.45, 0.45)), None),
    "diamond": (_polygon((0, -0.6), (0.6, 0), (0, 0.6), (-0.6, 0)), None),
    "triangle-up": (_polygon((-0.55, -0.42), (0.55, -0.42), (0, 0.58)), None),
}
