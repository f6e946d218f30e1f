"""From values to pixels: linear scales, round ticks, periods along an axis, labels kept apart."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from review_kit.charts.canvas import LINE
from review_kit.model.figures import compact, known, number

_STEPS = (1, 2, 5, 10)
_COMPACT_FROM = 10_000  # axis labels from here on are written with a scale: 10 k
_FLAT = 0.05  # a value that never changes gets an axis of ±5 % around it


@dataclass(frozen=True, slots=True)
class Scale:
    """`low` lies at pixel `start`, `high` at pixel `end`; values beyond stay at the ends."""

    low: float
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """The pixel at which the value stands."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return float(self.start + share * (self.end - self.start))


def finite(values: Iterable[float | None]) -> list[float]:
    """What is known among the values."""
    return [float(value) for value in values if known(value)]


def ticks(low: float, high: float, *, count: int = 4) -> list[float]:
    """Round numbers from at or below `low` to at or above `high`, about `count` steps apart."""
    if not high > low:
        margin = abs(low) * _FLAT or 1.0
        low, high = low - margin, high + margin
    raw = (high - low) / count
    size = 10.0 ** math.floor(math.log10(raw))
    step = next(size * factor for factor in _STEPS if size * factor >= raw * 0.999)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def tick_labels(values: Sequence[float]) -> list[str]:
    """The ticks as text with one precision; thousands as 10 k from ten thousand on."""
    if max(abs(value) for value in values) >= _COMPACT_FROM:
        return [compact(value) for value in values]
    step = abs(values[1] - values[0]) if len(values) > 1 else abs(values[0]) or 1
    decimals = next((places for places in range(7) if abs(round(step, places) - step) < step * 1e-6), 6)
    return [number(value, decimals) for value in values]


def spread(wanted: Sequence[float], low: float, high: float, gap: float = LINE) -> list[float]:
    """The positions moved as little as needed to lie `gap` apart and within `low` to `high`; the order is kept."""
    order = np.argsort(wanted, kind="stable")
    placed = [0.0] * len(wanted)
    floor = low
    for index in order:
        placed[index] = max(wanted[index], floor)
        floor = placed[index] + gap
    ceiling = high
    for index in order[::-1]:
        placed[index] = min(placed[index], ceiling)
        ceiling = placed[index] - gap
    return placed
