"""From then to now: what each part added to a change or took from it, step by step."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import width_of, wrap
from review_kit.charts.scales import Scale
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import brief, with_unit

_LEFT = 284.0  # px, where names stand on the left
_BAR, _PAD = 14.0, 8.0
_LABEL = 110.0  # px, for a number
_NARROW_ROW = 24.0  # px, for the bar below a name on a phone


@dataclass(frozen=True, kw_only=True)
class _Step:
    name: str
    start: float
    end: float
    label: str
    is_level: bool = False  # then or now, and no part


def bridge(
    parts: pd.DataFrame,
    *,
    before: float,
    now: float,
    before_name: str,
    now_name: str,
    decimals: int,
    unit: str = "",
    better: int = 1,
    key: str = "bridge",
    title: str,
    subtitle: str,
) -> Chart:
    """A bridge of horizontal steps.

    Args:
        parts: name, effect and printed (the effect as printed; these add up to the printed change), in the order in
            which they are drawn.
        before: the level at the start, and `now` at the end.
        now: the level that the parts lead to.
        before_name: what the first level is called, such as '2024'.
        now_name: what the last level is called.
        decimals: of every number that is shown.
        unit: of the levels; parts are told without it.
        better: 1 where up is better, -1 where down is, 0 where neither is.
        key: unique on the page.
        title: says what drove the change.
        subtitle: says what is drawn, and in which unit.

    """
    if parts.empty:
        return nothing(key=key, title=title, words="Nothing changed.")
    ends = list(accumulate(parts["effect"], initial=before))
    levels = [_short(with_unit(value, unit, decimals), brief(value, unit, decimals)) for value in (before, now)]
    steps = [_Step(name=before_name, start=before, end=before, label=levels[0], is_level=True)]
    for name, printed, (start, end) in zip(parts["name"], parts["printed"], pairwise(ends), strict=True):
        size = "+" * (printed > 0) + brief(printed, "", decimals)
        label = _short(with_unit(printed, "", decimals, sign=True), size)
        steps.append(_Step(name=str(name), start=start, end=end, label=label))
    steps.append(_Step(name=now_name, start=now, end=now, label=levels[1], is_level=True))
    said = "; ".join(f"{step.name}: {step.label}" for step in steps[1:-1])
    return drawn(
        lambda width: _draw(steps, width, better),
        key=key,
        title=title,
        subtitle=subtitle,
        alt=f"From {levels[0]} ({before_name}) to {levels[1]} ({now_name}). {said}.",
        data=pd.DataFrame({"Part": parts["name"], "Change": parts["printed"]}),
        decimals={"Change": decimals},
    )


def _short(exact: str, with_scale: str) -> str:
    """All digits, so that steps add up as printed, unless they would fill the sheet."""
    return exact if width_of(exact, bold=True) <= _LABEL else with_scale


def _draw(steps: Sequence[_Step], width: float, better: int) -> Canvas:
    wide = width >= FULL_WIDTH
    names = [wrap(step.name, (_LEFT - 24) if wide else width - 70, lines=2, bold=step.is_level) for step in steps]
    blocks = [len(lines) * LINE for lines in names]
    heights = [block + 2 * _PAD + (0 if wide else _NARROW_ROW) for block in blocks]
    canvas = Canvas(width, sum(heights) + 4)
    room = max(width_of(step.label, bold=True) for step in steps) + 14
    left = (_LEFT if wide else 8.0) + room
    levels = [level for step in steps for level in (step.start, step.end)]
    low, high = min(levels), max(levels)
    x = Scale(low, high if high > low else low + 1.0, left, width - room)
    colours = {1: LIGHT.improvement, -1: LIGHT.concern, 0: LIGHT.common_cause}
    y, last = 0.0, None
    for step, lines, block, height in zip(steps, names, blocks, heights, strict=True):
        if y:
            canvas.segments([(0, y, width, y)], LIGHT.rule if step.is_level else LIGHT.grid)
        middle = y + height / 2 if wide else y + _PAD + block / 2
        bar = middle if wide else y + _PAD + block + _NARROW_ROW / 2
        if last is not None:  # the thread from bar to bar never runs through a name
            at, from_bar = last
            threads = [(at, from_bar, at, bar)] if wide else [(at, from_bar, at, y), (at, y + _PAD + block, at, bar)]
            canvas.segments(threads, LIGHT.ink_faint)
        canvas.lines(0, middle, lines, centred=True, bold=step.is_level)
        if step.is_level:
            canvas.marks([(x(step.end), bar)], "diamond", LIGHT.ink, size=11)
        else:
            _bar(canvas, x(step.start), x(step.end), bar, colours[_sign(step) * better])
        at_right = step.end >= step.start
        edge = max(x(step.start), x(step.end)) + 10 if at_right else min(x(step.start), x(step.end)) - 10
        canvas.text(edge, bar, step.label, anchor="start" if at_right else "end", bold=True, middle=True, halo=True)
        y, last = y + height, (x(step.end), bar)
    canvas.segments([(0, y, width, y)], LIGHT.rule)
    return canvas


def _sign(step: _Step) -> int:
    return 1 if step.end > step.start else -1


def _bar(canvas: Canvas, start: float, end: float, y: float, colour: str) -> None:
    """Two px at least, so that a small part is seen."""
    length = end - start if abs(end - start) >= 2 else (2.0 if end >= start else -2.0)  # noqa: PLR2004 - see above
    canvas.bars([(start, y - _BAR / 2, length, _BAR)], colour)
