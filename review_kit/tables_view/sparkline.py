"""A line as small as a word: the last periods of a value and the target it should reach."""

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from markupsafe import Markup

from review_kit.model.figures import known, number
from review_kit.tables_view.html import Block

MOST_PERIODS: Final = 24  # two years of months: enough to see a trend and a season
_INSET: Final = 3  # keeps the dot of the last value inside the drawing


def sparkline(
    values: Iterable[float],
    *,
    target: float | None = None,
    label: str = "",
    width: int = 160,
    height: int = 40,
) -> Block:
    """A small drawing of the latest values, for a sentence or a list; `label` is read aloud, the target is dashed."""
    recent = list(values)[-MOST_PERIODS:]
    seen = [value for value in recent if known(value)]
    last = number(seen[-1]) if seen else "no value"
    text = label or f"{len(seen)} values, the last {last}"
    return Block(str(draw(recent, target, width=width, height=height, label=text)), text)


def draw(
    values: Sequence[float],
    target: float | None = None,
    *,
    width: int = 96,
    height: int = 24,
    label: str = "",
) -> Markup:
    """The bare SVG in whole pixels, so that a thousand of them stay small; gaps in the values are gaps in the line.

    A target too far off to be drawn without flattening the line is left out: the columns beside it say it in numbers.

    Without a `label` it is hidden from screen readers, for use beside cells that say the same in numbers.
    """
    recent = list(values)[-MOST_PERIODS:]
    shown = [value for value in recent if known(value)]
    if not shown:
        return Markup()
    low, high = min(shown), max(shown)
    near = target is not None and known(target) and _is_near(target, low, high)
    if near and target is not None:
        low, high = min(low, target), max(high, target)
    span = (high - low) or 1.0
    flat = 0.5 if high == low else 0.0
    right, bottom = width - 2 * _INSET, height - 2 * _INSET
    step = right / max(len(recent) - 1, 1)

    def place(value: float) -> int:
        return round(_INSET + bottom * (1 - (value - low) / span - flat))

    points = [(round(_INSET + index * step), place(value)) for index, value in enumerate(recent) if known(value)]
    voice = Markup(' role="img" aria-label="{}"').format(label) if label else Markup(' aria-hidden="true"')
    parts = [f'<svg class="spark" width="{width}" height="{height}" viewBox="0 0 {width} {height}"{voice}>']
    if near and target is not None:
        parts.append(f'<path class="t" d="M0 {place(target)}h{width}"/>')
    parts.append(f'<path class="l" d="{_path(recent, step, place)}"/>')
    x, y = points[-1]
    parts.append(f'<circle class="p" cx="{x}" cy="{y}" r="2.5"/></svg>')
    return Markup("".join(parts))  # noqa: S704 - numbers of ours, and the label is escaped


def _is_near(target: float, low: float, high: float) -> bool:
    """Whether the target can be drawn without flattening the line: no further off than twice the values' own range.

    A line that never moved has nothing to flatten.
    """
    reach = 2 * (high - low)
    return high == low or low - reach <= target <= high + reach


def _path(recent: Sequence[float], step: float, place: Callable[[float], int]) -> str:
    """Whole pixels, each relative to the one before: the shortest way to write a line."""
    written: list[str] = []
    pen: tuple[int, int] | None = None
    for index, value in enumerate(recent):
        if not known(value):
            pen = None
            continue
        x, y = round(_INSET + index * step), place(value)
        if pen is None:
            written.append(f"M{x} {y}")
            drawing = False
        else:
            down = y - pen[1]
            written.append(f"{' ' if drawing else 'l'}{x - pen[0]}{'' if down < 0 else ' '}{down}")
            drawing = True
        pen = (x, y)
    return "".join(written)
