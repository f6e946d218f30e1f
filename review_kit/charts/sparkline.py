"""A line as small as a word, for tables of a thousand rows: written by hand, since a figure each would cost seconds."""

from collections.abc import Sequence
from html import escape

from review_kit.model.figures import known, number
from review_kit.model.words import Direction

WIDTH, HEIGHT, POINTS = 96, 24, 24
_INSET = 3  # px that the last mark needs
_MARK = {
    "near": '<path class="p" d="M{x} {top}l3 3l-3 3l-3 -3z"/>',
    "off-target": '<path class="p" d="M{left} {edge}h5v5h-5z"/>',
    "concern": '<path class="p" d="M{left} {edge}h5v5h-5z"/>',
}
_DOT = '<circle class="p" cx="{x}" cy="{y}" r="2.5"/>'


def sparkline(
    values: Sequence[float | None],
    target: float | None = None,
    *,
    direction: str = "",
    state: str = "",
    name: str = "",
) -> str:
    """The last 24 values as `<svg class="spark …">`; empty text where none is known.

    Args:
        values: in time order; None and NaN leave a gap.
        target: drawn as a dashed line; it widens the scale no further than twice the values' own range.
        direction: lower is better where it says 'lower'; said in the label.
        state: status or signal word that marks the last point, such as 'off target'.
        name: opens the label that is read aloud.

    """
    shown = list(values)[-POINTS:]
    seen = [value for value in shown if known(value)]
    if not seen:
        return ""
    low, high = min(seen), max(seen)
    reach = high - low
    if known(target):
        low, high = min(low, max(target, low - 2 * reach)), max(high, min(target, high + 2 * reach))
    step = (WIDTH - 2 * _INSET) / (len(shown) - 1) if len(shown) > 1 else 0.0
    rise = (HEIGHT - 2 * _INSET) / (high - low) if high > low else 0.0

    def y(value: float) -> float:
        return round(HEIGHT - _INSET - (value - low) * rise, 1) if rise else HEIGHT / 2

    path, pen, last = [], "M", (0.0, 0.0)
    for index, value in enumerate(shown):
        if known(value):
            last = (round(_INSET + index * step, 1) if step else WIDTH - _INSET, y(value))
            path.append(f"{pen}{last[0]:g} {last[1]:g}")
            pen = "L"
        else:
            pen = "M"
    line = f'<path class="l" d="{"".join(path)}"/>' if len(seen) > 1 else ""
    goal = f'<path class="t" d="M0 {y(target):g}H{WIDTH}"/>' if known(target) and low <= target <= high else ""
    css = state.replace(" ", "-")
    mark = _MARK.get(css, _DOT).format(
        x=f"{last[0]:g}", y=f"{last[1]:g}", top=f"{last[1] - 3:g}", left=f"{last[0] - 2.5:g}", edge=f"{last[1] - 2.5:g}"
    )
    label = escape(_label(seen, target, direction, state, name))
    return (
        f'<svg class="spark{" " + escape(css) if css else ""}" viewBox="0 0 {WIDTH} {HEIGHT}" width="{WIDTH}" '
        f'height="{HEIGHT}" role="img" aria-label="{label}">{goal}{line}{mark}</svg>'
    )


def _label(seen: Sequence[float], target: float | None, direction: str, state: str, name: str) -> str:
    said = f"{name}: " if name else ""
    said += f"from {number(seen[0])} to {number(seen[-1])}" if len(seen) > 1 else number(seen[0])
    said += f", target {number(target)}" if known(target) else ""
    said += ", lower is better" if direction == Direction.LOWER else ""
    return said + (f", {state}" if state else "")
