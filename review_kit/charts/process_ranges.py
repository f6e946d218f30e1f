"""The moving ranges below a process behaviour chart: how far each value lies from the one before it."""

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from review_kit.charts.canvas import LINE, Canvas
from review_kit.charts.fonts import shorten, width_of
from review_kit.charts.scales import Scale, finite, spread
from review_kit.charts.series import Series
from review_kit.charts.tokens import LIGHT
from review_kit.model.figures import known

RANGES_HEIGHT = 92.0  # px that the panel takes, its heading included
_HEADING = "Moving range: distance from the value before"
_SEASONAL_HEADING = "Moving range, without the season"
_SHORT_HEADING = "Moving range"


def range_labels(series: Series) -> list[tuple[str, float]]:
    """What stands at the right end of the panel, with the value that it belongs to."""
    if not known(series.range_upper[-1]):
        return []
    return [(f"Limit {series.text(float(series.range_upper[-1]))}", float(series.range_upper[-1]))]


def draw_ranges(canvas: Canvas, series: Series, xs: Sequence[float], frame: tuple[float, float, float, float]) -> None:
    """Draw the ranges as one line in the frame (top, bottom, left, right), their limit dashed, marks above it."""
    top, bottom, left, right = frame
    heading = _SEASONAL_HEADING if series.is_seasonal else _HEADING
    heading = heading if width_of(heading) <= canvas.width - left else _SHORT_HEADING
    canvas.text(left, top + LINE - 4, heading, colour=LIGHT.ink_soft)
    highest = max(finite([*series.moving_range, *series.range_upper]), default=0.0)
    y = Scale(0.0, highest or 1.0, bottom, top + LINE + 8)
    canvas.segments([(left, y(0.0), right, y(0.0))], LIGHT.grid)
    canvas.text(left - 8, y(0.0), "0", colour=LIGHT.ink_faint, anchor="end", middle=True)
    for start, end in _stretches(np.isfinite(series.range_upper), series.range_upper):
        a = left if start == 0 else (xs[start - 1] + xs[start]) / 2
        b = right if end == len(xs) else (xs[end - 1] + xs[end]) / 2
        canvas.line([(a, y(series.range_upper[start])), (b, y(series.range_upper[start]))], LIGHT.ink_faint,
                    dash=(5, 3))  # fmt: skip
    for start, end in _stretches(np.isfinite(series.moving_range)):
        canvas.line([(xs[at], y(series.moving_range[at])) for at in range(start, end)], LIGHT.ink_soft, width=1.25)
    beyond = np.flatnonzero(series.jump).tolist()
    canvas.marks([(xs[at], y(series.moving_range[at])) for at in beyond], "square", LIGHT.ink, size=7)
    labels = range_labels(series)
    for (text, _), at in zip(labels, spread([y(value) for _, value in labels], top, bottom), strict=True):
        canvas.text(right + 8, at, shorten(text, canvas.width - right - 8), colour=LIGHT.ink_faint, middle=True)


def _stretches(present: np.ndarray, line: np.ndarray | None = None) -> list[tuple[int, int]]:
    """Stretches [start, end) of points that follow one another, cut where the line changes."""
    edges = np.flatnonzero(np.diff(np.r_[False, present, False].astype(int)))
    found = [(int(a), int(b)) for a, b in zip(edges[::2], edges[1::2], strict=True)]
    if line is None:
        return found
    pieces = []
    for a, b in found:
        cuts = a + 1 + np.flatnonzero(np.abs(np.diff(line[a:b])) > 1e-9 * np.maximum(1.0, np.abs(line[a + 1 : b])))
        places = [a, *cuts.tolist(), b]
        pieces += list(pairwise(places))
    return pieces
