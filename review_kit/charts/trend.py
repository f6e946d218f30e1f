"""The strategy's score over time."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from review_kit.charts.canvas import Canvas
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import width_of
from review_kit.charts.objectives import STATUS_SHAPE
from review_kit.charts.periods import Axis, axis_height, axis_of, draw_axis
from review_kit.charts.scales import Scale, finite, spread, ticks
from review_kit.charts.tokens import FULL_WIDTH, LIGHT, STATUS_COLOUR
from review_kit.model.figures import known, score, score_change
from review_kit.model.words import Status


def score_trend(
    periods: Sequence[Any],
    scores: Sequence[float | None],
    *,
    key: str = "score-trend",
    labels: Sequence[str] | None = None,
    green: float = 1.0,
    amber: float = 0.8,
    name: str = "The strategy",
    title: str = "",
    subtitle: str = "",
    half: bool = False,
) -> Chart:
    """A score by period with its thresholds.

    Args:
        periods: last day of each period, in time order.
        scores: 0 to 1 and beyond; None or NaN where nothing was scored.
        key: unique on the page.
        labels: canonical labels of the periods (2025-Q3).
        green: score from which it is on target.
        amber: score from which it is near.
        name: whose score it is.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.
        half: draw at half width.

    """
    values = np.array([value if known(value) else np.nan for value in scores], np.float64)
    seen = np.flatnonzero(np.isfinite(values))
    if not len(seen):
        return nothing(key=key, title=title or f"{name}: score", words=f"{name} has not been scored yet.")
    axis = axis_of(list(periods), labels)
    last = int(seen[-1])
    before = ""
    if len(seen) > 1:
        moved = score_change(values[last] - values[seen[-2]])
        before = {"+": f", up {moved[1:]}", "−": f", down {moved[1:]}"}.get(moved[0], ", unchanged")
        before += f" since {axis.names[seen[-2]]}"
    told = ", ".join(f"{axis.names[index]} {score(values[index])}" for index in seen)
    return drawn(
        lambda width: _draw(axis, values, width, (green, amber)),
        key=key,
        title=title or f"{name} scores {score(values[last])} points in {axis.names[last]}{before}",
        subtitle=subtitle
        or f"Score in points, 100 = targets met; near from {score(amber)}, on target from {score(green)}",
        alt=f"{name}, score by period: {told}.",
        data=pd.DataFrame({"Period": axis.names, "Score": [score(value) for value in values],
                           "Status": [_status(value, green, amber) for value in values]}),
        half=half,
    )  # fmt: skip


def _status(value: float, green: float, amber: float) -> str:
    if not known(value):
        return str(Status.NOT_SCORED)
    return str(Status.ON_TARGET if value >= green else Status.NEAR if value >= amber else Status.OFF_TARGET)


def _draw(axis: Axis, values: np.ndarray, width: float, limits: tuple[float, float]) -> Canvas:
    green, amber = limits
    wide = width >= FULL_WIDTH
    canvas = Canvas(width, 260.0 if wide else 220.0)
    shown = finite(values)
    marks = ticks(min([0.0, *shown]), max([green, *shown]), count=5)
    words = [score(mark) for mark in marks]
    last = int(np.flatnonzero(np.isfinite(values))[-1])
    labels = [
        (score(values[last]), float(values[last]), STATUS_COLOUR[_status(float(values[last]), *limits)], True),
        (f"On target {score(green)}", green, LIGHT.ink_soft, False),
        (f"Near {score(amber)}", amber, LIGHT.ink_soft, False),
    ]
    left = 4 + max(width_of(word) for word in words) + 8
    right = width - max(width_of(text, bold=bold) for text, _, _, bold in labels) - 14
    bottom = canvas.height - axis_height(axis, right - left - 24)
    y = Scale(marks[0], marks[-1], bottom, 12.0)
    low, high = axis.days[0], axis.days[-1]
    x = Scale(low, high, left + 12, right - 12) if high > low else None
    xs = [x(day) for day in axis.days] if x else [(left + right) / 2]
    canvas.segments([(left, y(mark), right, y(mark)) for mark in marks], LIGHT.grid)
    for mark, word in zip(marks, words, strict=True):
        canvas.text(left - 8, y(mark), word, colour=LIGHT.ink_faint, anchor="end", middle=True)
    canvas.segments([(left, y(at), right, y(at)) for at in limits], LIGHT.ink_soft, dash=(5, 3))
    draw_axis(canvas, axis, xs, bottom, (left, right))
    _line(canvas, axis, xs, [y(value) if known(value) else None for value in values.tolist()])
    for status, shape in STATUS_SHAPE.items():
        at = [i for i, value in enumerate(values.tolist()) if known(value) and _status(value, *limits) == status]
        canvas.marks([(xs[i], y(values[i])) for i in at], shape, STATUS_COLOUR[status], size=11)
    for (text, _, colour, bold), at_y in zip(labels, spread([y(v) for _, v, _, _ in labels], 12, bottom), strict=True):
        canvas.text(right + 8, at_y, text, colour=colour, bold=bold, middle=True)
    return canvas


def _line(canvas: Canvas, axis: Axis, xs: Sequence[float], ys: Sequence[float | None]) -> None:
    """One line per stretch without a gap."""
    run: list[tuple[float, float]] = []
    for broken, x, y in zip(axis.breaks(), xs, ys, strict=True):
        if broken or y is None:
            canvas.line(run, LIGHT.ink_soft, width=1.5)
            run = []
        if y is not None:
            run.append((x, y))
    canvas.line(run, LIGHT.ink_soft, width=1.5)
