"""Periods along an axis and in words: months as J F M, quarters as Q1, years once below."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from review_kit.charts.canvas import Canvas
from review_kit.charts.fonts import width_of
from review_kit.charts.tokens import LIGHT
from review_kit.model.period import Rhythm, quarter_words, year_words

_QUARTER = re.compile(r"(?P<year>.+?)[- ]?(?P<quarter>Q[1-4])$")
_MONTH_DAYS, _QUARTER_DAYS = 45, 135  # a longer median step is a slower rhythm
MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November",
    "December",
)  # fmt: skip
_MARK_GAP = 2.0  # px between two marks
_GAP = 1.6  # steps between two points from which something is missing between them


@dataclass(frozen=True)
class Axis:
    """The periods of a chart in time order: days of their ends, short label, year, and how often they come."""

    days: np.ndarray  # float64, days since 1970
    marks: list[str]  # J, Q1, 2025
    years: list[str]  # under the marks; empty where a mark is a year
    names: list[str]  # as written in sentences
    rhythm: Rhythm

    @property
    def step(self) -> float:
        """Median days between two periods; 365 for a single one."""
        return float(np.median(np.diff(self.days))) if len(self.days) > 1 else 365.0

    def breaks(self) -> np.ndarray:
        """True at each point that does not follow the one before it without a gap."""
        return np.concatenate([[True], np.diff(self.days) > _GAP * self.step]) if len(self.days) else np.array([], bool)


def axis_of(period_end: Sequence[Any], labels: Sequence[str] | None = None) -> Axis:
    """Periods by their last days; `labels`, the canonical ones (2025, 2025-Q3, 2025-09), give quarters and years."""
    ends = pd.DatetimeIndex(pd.Series(list(period_end), dtype="datetime64[s]"))
    days = ends.values.astype("datetime64[D]").astype(np.float64)
    step = float(np.median(np.diff(days))) if len(days) > 1 else _step_of(labels)
    written = [str(label) for label in labels] if labels is not None else [""] * len(ends)
    if step < _MONTH_DAYS:
        months = [MONTHS[end.month - 1] for end in ends]
        years = [str(end.year) for end in ends]
        names = [f"{month} {year}" for month, year in zip(months, years, strict=True)]
        return Axis(days, [month[0] for month in months], years, names, Rhythm.MONTHLY)
    if step < _QUARTER_DAYS:
        quarters = [_quarter(end, label) for end, label in zip(ends, written, strict=True)]
        names = [f"{quarter} {year}" for quarter, year in quarters]
        return Axis(days, [quarter for quarter, _ in quarters], [year for _, year in quarters], names, Rhythm.QUARTERLY)
    names = [year_words(label or str(end.year), end) for end, label in zip(ends, written, strict=True)]
    return Axis(days, names, [""] * len(names), names, Rhythm.ANNUAL)


def _step_of(labels: Sequence[str] | None) -> float:
    """A single point has no step; its label tells the rhythm."""
    label = str(labels[0]) if labels is not None and len(labels) else ""
    return 91.0 if _QUARTER.search(label) else 30.0 if re.search(r"^\d{4}-\d{2}$", label) else 365.0


def _quarter(end: pd.Timestamp, label: str) -> tuple[str, str]:
    found = _QUARTER.search(label)
    if found is None:
        return (f"Q{(end.month - 1) // 3 + 1}", str(end.year))
    return quarter_words(found["year"], int(found["quarter"][1:]), end)


def axis_height(axis: Axis, room: float) -> float:
    """Px that the axis takes below the plot where its points share `room` px: one line, or two with years below."""
    if axis.rhythm is Rhythm.ANNUAL or room / max(len(axis.days) - 1, 1) < _widest(axis) + _MARK_GAP:
        return 26.0
    return 44.0


def _widest(axis: Axis) -> float:
    return max((width_of(mark) for mark in axis.marks), default=0.0)


def draw_axis(canvas: Canvas, axis: Axis, xs: Sequence[float], top: float, bounds: tuple[float, float]) -> None:
    """Marks on the line below `top`, years once below them, both thinned until they fit; see `axis_height`."""
    pitch = (xs[-1] - xs[0]) / max(len(xs) - 1, 1) or bounds[1] - bounds[0]
    widest = _widest(axis)
    if axis.rhythm is Rhythm.ANNUAL:
        every = max(1, -(-int(widest + 10) // max(int(pitch), 1)))
        last = len(xs) - 1
        for index, x in enumerate(xs):
            if (last - index) % every == 0:
                left, right = bounds[0] + widest / 2, bounds[1] - widest / 2
                canvas.text(min(max(x, left - 12), max(right + 12, left)), top + 18, axis.marks[index],
                            colour=LIGHT.ink_faint, anchor="middle")  # fmt: skip
        return
    if pitch >= widest + _MARK_GAP:
        for index, x in enumerate(xs):
            canvas.text(x, top + 18, axis.marks[index], colour=LIGHT.ink_faint, anchor="middle")
        below = top + 36
    else:
        below = top + 18
    _draw_years(canvas, axis.years, xs, pitch, below, (top, bounds))


def _draw_years(
    canvas: Canvas,
    years: Sequence[str],
    xs: Sequence[float],
    pitch: float,
    baseline: float,
    frame: tuple[float, tuple[float, float]],
) -> None:
    """Each year once, centred under its points, with a short line where the next one starts."""
    top, bounds = frame
    starts = [index for index, year in enumerate(years) if index == 0 or year != years[index - 1]]
    canvas.segments([(xs[i] - pitch / 2, top, xs[i] - pitch / 2, baseline + 2) for i in starts[1:]], LIGHT.rule)
    free = -1e9
    for start, end in zip(starts, [*starts[1:], len(years)], strict=True):
        width = width_of(years[start])
        middle = (xs[start] + xs[end - 1]) / 2
        middle = min(max(middle, bounds[0] + width / 2 - 12), bounds[1] - width / 2 + 12)
        if (xs[end - 1] - xs[start] + pitch >= width + 2 or len(starts) == 1) and middle - width / 2 > free:
            canvas.text(middle, baseline, years[start], colour=LIGHT.ink_faint, anchor="middle")
            free = middle + width / 2 + 4
