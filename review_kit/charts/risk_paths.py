"""How far each risk was brought down, and how far it still has to come."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas, Shape
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import wrap
from review_kit.charts.scales import Scale
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import known, number, plural

_LEFT = 268.0
_MOST = 16  # risks; a longer list stands in the table
_HIGHEST = 25


@dataclass(frozen=True, kw_only=True)
class _Path:
    title: str
    inherent: float | None
    now: float
    wanted: float | None

    @property
    def above(self) -> bool:
        """Whether it still lies above what is wanted."""
        return self.wanted is not None and self.now > self.wanted


def risk_paths(
    risks: pd.DataFrame,
    *,
    key: str = "risk-paths",
    edges: tuple[int, int, int] = (5, 10, 15),
    title: str = "",
    subtitle: str = "",
) -> Chart:
    """Exposure of each risk if nothing were done, now, and as wanted, the gravest first.

    Args:
        risks: title, exposure, inherent_exposure, target_exposure; the first sixteen are drawn.
        key: unique on the page.
        edges: exposure from which a risk is moderate, high and critical.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    rated = risks[risks["exposure"].notna() & (risks["inherent_exposure"].notna() | risks["target_exposure"].notna())]
    if rated.empty:
        return nothing(key=key, title=title or "Risks", words="No risk says where it began or what is wanted.")
    rows = [
        _Path(
            title=str(row["title"]),
            inherent=_or_none(row["inherent_exposure"]),
            now=float(row["exposure"]),
            wanted=_or_none(row["target_exposure"]),
        )
        for row in rated.to_dict("records")
    ]
    above, aimed = sum(row.above for row in rows), sum(row.wanted is not None for row in rows)
    issues = "kind" in rated and rated["kind"].eq("issue").any()
    one, many = ("risk or issue", "risks and issues") if issues else ("risk", "risks")
    lies = "lies" if above == 1 else "lie"
    plain = f"{above or 'None'} of {plural(aimed, one, many)} {lies} above the exposure wanted"
    if above == aimed > 1:
        plain = f"All {aimed} {many} lie above the exposure wanted"
    began = any(row.inherent is not None for row in rows)
    words = "Exposure of 25: " + ("ring: if nothing were done; " if began else "") + "filled: now; diamond: wanted"
    left = len(rows) - _MOST
    return drawn(
        lambda width: _draw(rows[:_MOST], width, edges),
        key=key,
        title=title or (plain if aimed else "What was done about the risks"),
        subtitle=subtitle or words + (f"; {left} more in the table" if left > 0 else ""),
        alt=" ".join(_said(row) for row in rows),
        data=pd.DataFrame(
            {
                "Risk": [row.title for row in rows],
                "If nothing were done": [_shown(row.inherent) for row in rows],
                "Now": [_shown(row.now) for row in rows],
                "Wanted": [_shown(row.wanted) for row in rows],
            }
        ),
    )


def _or_none(value: object) -> float | None:
    return float(value) if known(value) else None


def _shown(value: float | None) -> str:
    return number(value, 0)


def _said(row: _Path) -> str:
    parts = [f"{_shown(row.inherent)} if nothing were done"] if row.inherent is not None else []
    parts.append(f"{_shown(row.now)} now")
    parts += [f"{_shown(row.wanted)} wanted"] if row.wanted is not None else []
    return f"{row.title}: {', '.join(parts)}."


def _draw(rows: Sequence[_Path], width: float, edges: tuple[int, int, int]) -> Canvas:
    wide = width >= FULL_WIDTH
    names = [wrap(row.title, _LEFT - 20 if wide else width, lines=2) for row in rows]
    heights = [max(len(lines) * LINE, LINE) + (12 if wide else 30) for lines in names]
    top = 30.0
    canvas = Canvas(width, top + sum(heights) + 2)
    x = Scale(0, _HIGHEST, _LEFT if wide else 8.0, width - 46)
    canvas.text(width, 15, "Now", colour=LIGHT.ink_faint, anchor="end")
    _scale(canvas, x, edges)
    y = top
    for row, lines, height in zip(rows, names, heights, strict=True):
        canvas.segments([(0, y, width, y)], LIGHT.grid)
        middle = y + height / 2 if wide else y + 8 + len(lines) * LINE + 8
        if wide:
            canvas.lines(0, middle, lines, centred=True)
        else:
            canvas.lines(0, y + 17, lines)
        spans = [(x(edge), middle - 9 if not wide else y + 1, x(edge), middle + 9 if not wide else y + height - 1)
                 for edge in edges]  # fmt: skip
        canvas.segments(spans, LIGHT.rule, dash=(2, 2))
        _path(canvas, row, x, middle)
        canvas.text(width, middle, _shown(row.now), anchor="end", bold=True, middle=True)
        y += height
    return canvas


def _scale(canvas: Canvas, x: Scale, edges: tuple[int, int, int]) -> None:
    """The bands named over the stretch of the scale that is theirs."""
    for word, low, high in zip(("Low", "Moderate", "High", "Critical"), (0, *edges), (*edges, _HIGHEST), strict=True):
        canvas.text((x(low) + x(high)) / 2, 15, word, colour=LIGHT.ink_faint, anchor="middle")


def _path(canvas: Canvas, row: _Path, x: Scale, y: float) -> None:
    shape: Shape = "square" if row.above else "circle"
    colour = LIGHT.off_target if row.above else LIGHT.on_target
    if row.inherent is not None and row.inherent != row.now:
        canvas.segments([(x(row.inherent), y, x(row.now), y)], LIGHT.ink_faint)
        canvas.marks([(x(row.inherent), y)], "ring", LIGHT.ink_soft, size=11)
    if row.above and row.wanted is not None:
        canvas.arrow((x(row.now), y), (x(row.wanted) + 7, y), LIGHT.ink_faint)
    if row.wanted is not None:
        canvas.marks([(x(row.wanted), y)], "diamond", LIGHT.ink_soft, size=10, hollow=True)
    canvas.marks([(x(row.now), y)], shape, colour, size=11 if row.inherent != row.wanted else 9)
