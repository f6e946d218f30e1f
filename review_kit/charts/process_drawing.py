"""How a process behaviour chart is drawn: band, lines, marks and the labels at its right end."""

from collections.abc import Sequence

import numpy as np

from review_kit.charts.canvas import CAP_HALF, LINE, Canvas, Shape
from review_kit.charts.fonts import shorten, width_of, wrap
from review_kit.charts.periods import axis_height, draw_axis
from review_kit.charts.process_ranges import RANGES_HEIGHT, draw_ranges, range_labels
from review_kit.charts.scales import Scale, finite, spread, tick_labels, ticks
from review_kit.charts.series import LIMITS, Series
from review_kit.charts.tokens import CHART_TEXT, FULL_WIDTH, LIGHT, SIGNAL_COLOUR
from review_kit.model.figures import known, number

_HEIGHT, _HALF_HEIGHT = 290.0, 210.0  # px without keys and reasons above the plot
_FEW = 7  # points that may each carry their value
_LABEL_ROOM = 0.1  # of the range, below the lowest of a few labelled points
_LONG = 1e6  # values from here on are too long to stand beside points


def draw(series: Series, width: float, *, ranges: bool = False) -> Canvas:
    """The chart at a width in px, with a panel of moving ranges below it where there are any."""
    ranges &= series.has_ranges
    wide = width >= FULL_WIDTH
    keys = _keys(series)
    top = 14.0 if wide and not keys else 30.0  # small multiples keep the row of keys free, so that they stay level
    if series.phases:
        top += LINE * (2 if wide else 3)
    below = RANGES_HEIGHT if ranges else 0.0
    canvas = Canvas(width, (_HEIGHT if wide else _HALF_HEIGHT) + top - 14 + below)
    marks = ticks(*_extent(series), count=4 if wide else 3)
    words = tick_labels(marks)
    labels = _labels(series)
    left = 4 + max(width_of(word) for word in words) + 8
    widths = [width_of(text, bold=bold) for text, _, _, bold in labels]
    widths += [width_of(text) for text, _ in range_labels(series)] if ranges else []
    room = min(max(widths, default=0), width * 0.36)
    right = width - room - 14
    inset = 10.0
    bottom = canvas.height - below - axis_height(series.axis, right - left - 2 * inset)
    y = Scale(marks[0], marks[-1], bottom, top)
    days = series.axis.days
    x = Scale(days[0], days[-1], left + inset, right - inset) if days[-1] > days[0] else None
    xs = [x(day) for day in days] if x else [(left + right) / 2]

    phases = _phases(series, xs, inset)
    canvas.bars([(a, y(upper), b - a, y(lower) - y(upper)) for a, b, _, lower, upper in phases], LIGHT.limits)
    canvas.segments([(left, y(mark), right, y(mark)) for mark in marks], LIGHT.grid)
    canvas.segments([(a, y(mean), b, y(mean)) for a, b, mean, _, _ in phases], LIGHT.ink_faint)
    for mark, word in zip(marks, words, strict=True):
        canvas.text(left - 8, y(mark), word, colour=LIGHT.ink_faint, anchor="end", middle=True)
    draw_axis(canvas, series.axis, xs, bottom, (left, right))
    _phase_lines(canvas, series, xs, (top, bottom, left, right))
    _target_lines(canvas, series, xs, y, (left, right))
    _values(canvas, series, xs, y)
    _value_labels(canvas, series, xs, y)
    _key_row(canvas, keys)
    wanted = [y(value) for _, value, _, _ in labels]
    places = spread(wanted, top, bottom)
    for (text, _, colour, bold), at in zip(labels, places, strict=True):
        canvas.text(right + 8, at, shorten(text, width - right - 8, bold=bold), colour=colour, bold=bold, middle=True)
    if ranges:
        draw_ranges(canvas, series, xs, (canvas.height - below, canvas.height - 8, left, right))
    return canvas


def _extent(series: Series) -> tuple[float, float]:
    shown = finite(np.concatenate([series.value, series.lower, series.upper, *series.targets]))
    low, high = min(shown), max(shown)
    return (low - (high - low) * _LABEL_ROOM if len(series.value) <= _FEW else low), high


def _labels(series: Series) -> list[tuple[str, float, str, bool]]:
    """What stands at the right end: (text, value it belongs to, colour, bold)."""
    last = series.last
    value = float(series.value[last])
    labels = [(series.text(value), value, SIGNAL_COLOUR.get(series.signal[last], LIGHT.ink), True)]
    if SIGNAL_COLOUR.get(series.signal[last]) == LIGHT.common_cause:
        labels = [(series.text(value), value, LIGHT.ink, True)]
    words = ("Target ≥", "Target ≤") if len(series.targets) > 1 else ("Target",)
    for word, line in zip(words, series.targets, strict=False):
        if known(line[-1]):
            labels.append((f"{word} {series.text(float(line[-1]))}", float(line[-1]), LIGHT.ink_soft, False))
    if known(series.mean[last]):
        word = "Usual" if series.is_seasonal else "Average"
        labels.append((f"{word} {series.text(series.mean[last])}", float(series.mean[last]), LIGHT.ink_faint, False))
    return labels


def _runs(breaks: np.ndarray, present: np.ndarray) -> list[tuple[int, int]]:
    """Stretches [start, end) of points that follow one another without a gap."""
    runs: list[tuple[int, int]] = []
    start = None
    for index, here in enumerate(present):
        if start is not None and (not here or breaks[index]):
            runs.append((start, index))
            start = None
        if here and start is None:
            start = index
    return [*runs, (start, len(present))] if start is not None else runs


def _phases(series: Series, xs: Sequence[float], inset: float) -> list[tuple[float, float, float, float, float]]:
    """Each stretch of equal limits, half a step beyond its points: (left, right, mean, lower, upper)."""
    present = np.isfinite(series.lower) & np.isfinite(series.upper)
    changed = np.zeros(len(present), bool)
    for name in LIMITS:
        line = getattr(series, name)
        changed[1:] |= np.abs(np.diff(line)) > 1e-9 * np.maximum(1.0, np.abs(line[1:]))
    found = []
    for start, end in _runs(changed, present):
        a = xs[start] - inset if start == 0 else (xs[start - 1] + xs[start]) / 2
        b = xs[end - 1] + inset if end == len(xs) else (xs[end - 1] + xs[end]) / 2
        found.append((a, b, float(series.mean[start]), float(series.lower[start]), float(series.upper[start])))
    return found


def _target_lines(canvas: Canvas, series: Series, xs: Sequence[float], y: Scale, bounds: tuple[float, float]) -> None:
    """Dashed; a step where the target changes from one period to the next."""
    for line in series.targets:
        for start, end in _runs(np.zeros(len(line), bool), np.isfinite(line)):
            points: list[tuple[float, float]] = [(bounds[0] if start == 0 else xs[start], y(line[start]))]
            for index in range(start + 1, end):
                if line[index] != line[index - 1]:
                    middle = (xs[index - 1] + xs[index]) / 2
                    points += [(middle, y(line[index - 1])), (middle, y(line[index]))]
            points.append((bounds[1] if end == len(line) else xs[end - 1], y(line[end - 1])))
            canvas.line(points, LIGHT.ink_soft, width=1.25, dash=(5, 3))


def _phase_lines(canvas: Canvas, series: Series, xs: Sequence[float], frame: tuple[float, float, float, float]) -> None:
    """A thin line before the first point of a phase, its reason above the plot, on the side with more room."""
    top, bottom, left, right = frame
    wide = canvas.width >= FULL_WIDTH
    starts = sorted(at for at in series.phases if 0 < at < len(xs))
    for order, at in enumerate(starts):
        x = (xs[at - 1] + xs[at]) / 2
        canvas.segments([(x, top - LINE * (2 if wide else 3) + 2, x, bottom)], LIGHT.ink_faint, dash=(1.5, 2.5))
        until = (xs[starts[order + 1] - 1] + xs[starts[order + 1]]) / 2 if order + 1 < len(starts) else right
        before = (xs[starts[order - 1] - 1] + xs[starts[order - 1]]) / 2 if order else left
        after = until - x > x - before or order + 1 < len(starts) or order > 0
        room = (until - x if after else x - before) - 12
        lines = wrap(series.phases[at], room, lines=2 if wide else 3)
        canvas.lines(
            x + 6 if after else x - 6,
            top - LINE * (2 if wide else 3) + 11,
            lines,
            colour=LIGHT.ink_soft,
            anchor="start" if after else "end",
        )


def _values(canvas: Canvas, series: Series, xs: Sequence[float], y: Scale) -> None:
    present = np.isfinite(series.value)
    ys = [y(value) if known(value) else 0.0 for value in series.value.tolist()]
    for start, end in _runs(series.axis.breaks(), present):
        canvas.line(zip(xs[start:end], ys[start:end], strict=True), LIGHT.ink_soft, width=1.5)
    small = 7 if len(xs) <= 30 else 6  # noqa: PLR2004 - about a year's months at half width
    kinds: tuple[tuple[str, Shape, int], ...] = (
        ("", "circle", small), ("improvement", "circle", 11), ("concern", "square", 10)
    )  # fmt: skip
    for kind, shape, size in kinds:
        for hollow in (False, True):
            at = [
                index
                for index in np.flatnonzero(present).tolist()
                if series.preliminary[index] == hollow
                and (
                    series.signal[index] == kind
                    or (not kind and series.signal[index] not in {"improvement", "concern"})
                )
            ]
            colour = SIGNAL_COLOUR.get(kind, LIGHT.ink_soft)
            canvas.marks([(xs[i], ys[i]) for i in at], shape, colour, size=size + hollow, hollow=hollow)


def _value_labels(canvas: Canvas, series: Series, xs: Sequence[float], y: Scale) -> None:
    """A few points say their values themselves; the last one's stands at the right end anyway."""
    seen = [index for index in range(series.last) if known(series.value[index])]
    if len(series.value) > _FEW or len(xs) < 2:  # noqa: PLR2004 - a single point is the last one
        return
    pitch = (xs[-1] - xs[0]) / (len(xs) - 1)
    words = {index: number(series.value[index], series.decimals) for index in seen}
    if any(width_of(text) + 6 > pitch for text in words.values()) or abs(series.value[seen]).max(initial=0) >= _LONG:
        return
    for index, text in words.items():
        later = series.value[index + 1]
        above = not known(later) or series.value[index] >= later or index == 0
        at = y(series.value[index]) + (-9 if above else 19)
        inside = at if at < y.start - 2 else y(series.value[index]) - 9
        canvas.text(xs[index], inside, text, colour=LIGHT.ink_soft, anchor="middle", halo=True)


def _keys(series: Series) -> list[tuple[Shape, str, str, bool]]:
    """The marks that need a word: (shape, colour, word, hollow)."""
    kinds: list[tuple[str, Shape, str]] = [("improvement", "circle", "Improvement"), ("concern", "square", "Concern")]
    keys = [(shape, SIGNAL_COLOUR[kind], word, False) for kind, shape, word in kinds if kind in series.signal]
    return [*keys, ("circle", LIGHT.ink_soft, "Preliminary", True)] if series.preliminary.any() else keys


def _key_row(canvas: Canvas, keys: Sequence[tuple[Shape, str, str, bool]]) -> None:
    x = 4.0
    for shape, colour, word, hollow in keys:
        canvas.marks([(x + 5, 8)], shape, colour, size=10, hollow=hollow)
        x = canvas.text(x + 15, 8 + CAP_HALF * CHART_TEXT, word, colour=LIGHT.ink_soft).right + 16
