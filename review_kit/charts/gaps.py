"""What cost the most: the KPIs by the points that the strategy's score lost to them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import shorten, width_of, wrap
from review_kit.charts.objectives import STATUS_SHAPE
from review_kit.charts.scales import Scale
from review_kit.charts.tokens import FULL_WIDTH, LIGHT, STATUS_COLOUR
from review_kit.model.figures import brief, known, number, plural, span

_SHORT_UNIT: Final = 3  # letters, as of EUR
_LEFT = 268.0
_BAR = 14.0


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    lost: float  # points of the strategy's score
    fact: str  # "78 % for a target of 85 %"
    status: str


def shortfall(scores: pd.DataFrame, *, green: float = 1.0) -> pd.Series:
    """Points of 100 that each KPI's miss takes from the weighted mean of all scored KPIs; 0 where it is not missed."""
    weight = scores["weight"].fillna(1.0).where(scores["score"].notna(), 0.0)
    total = weight.sum()
    missed = (green - scores["score"].clip(lower=0.0, upper=green)).fillna(0.0)
    return 100.0 * missed * weight / total if total else missed * 0.0


def gap_ranking(
    scores: pd.DataFrame,
    *,
    key: str = "gaps",
    green: float = 1.0,
    limit: int = 10,
    title: str = "",
    subtitle: str = "",
) -> Chart:
    """The largest weighted shortfalls, the costliest first.

    Args:
        scores: name, unit, decimals, weight, actual, target, target_low, target_high, score, status; a column
            `shortfall` (points of the strategy's score) is taken as it is, else `shortfall()` computes it.
        key: unique on the page.
        green: score from which nothing is lost.
        limit: how many to show; the subtitle says how many are left.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    lost = scores["shortfall"] if "shortfall" in scores else shortfall(scores, green=green)
    missed = scores.assign(lost=lost)
    missed = missed[missed["lost"] > 0].sort_values(["lost", "name"], ascending=[False, True], kind="stable")
    if missed.empty:
        return nothing(key=key, title=title or "Largest shortfalls", words="No scored KPI fell short of its target.")
    shown = missed.head(limit)
    rows = [_row(record) for record in shown.to_dict("records")]
    more = len(missed) - len(rows)
    return drawn(
        lambda width: _draw(rows, width),
        key=key,
        title=title or f"{rows[0].name} cost the most: {number(rows[0].lost, 1)} points of the score",
        subtitle=subtitle
        or "Points of the strategy's score lost to each KPI that missed its target"
        + (f"; {plural(more, 'smaller one')} not shown" if more else ""),
        alt=" ".join(f"{row.name}: {number(row.lost, 1)} points lost, {row.fact}, {row.status}." for row in rows),
        data=pd.DataFrame(
            {
                "KPI": [row.name for row in rows],
                "Points lost": [row.lost for row in rows],
                "Result": [row.fact for row in rows],
                "Status": [row.status for row in rows],
            }
        ),
        decimals={"Points lost": 1},
    )


def _row(record: Mapping[Any, Any]) -> _Row:
    unit = record.get("unit")
    unit = unit if isinstance(unit, str) else ""
    decimals = record.get("decimals")
    places = int(decimals) if known(decimals) else None
    target = record.get("target")
    wanted = (
        brief(target, unit, places)
        if known(target)
        else span(record.get("target_low"), record.get("target_high"), unit, places)
    )
    said_once = known(target) and unit[:1].isalpha() and len(unit) > _SHORT_UNIT  # a unit of words is not said twice
    actual = brief(record["actual"], "" if said_once else unit, places)
    return _Row(
        name=str(record["name"]),
        lost=float(record["lost"]),
        fact=f"{actual} for a target of {wanted}",
        status=str(record["status"]),
    )


def _draw(rows: Sequence[_Row], width: float) -> Canvas:
    wide = width >= FULL_WIDTH
    names = [wrap(row.name, (_LEFT - 32) if wide else width - 20, lines=2) for row in rows]
    heights = [max(len(lines) * LINE + 14, 40.0) if wide else len(lines) * LINE + 50 for lines in names]
    canvas = Canvas(width, sum(heights) + 2)
    labels = [f"{number(row.lost, 1)}" for row in rows]
    left = _LEFT if wide else 20.0
    fact_room = max(width_of(row.fact) for row in rows) if wide else 0.0
    right = width - (max(fact_room, 0) + 60 if wide else 48)
    x = Scale(0.0, max(row.lost for row in rows), left, max(right, left + 80))
    y = 0.0
    for row, lines, label, height in zip(rows, names, labels, heights, strict=True):
        if y:
            canvas.segments([(0, y, width, y)], LIGHT.grid)
        block = len(lines) * LINE
        middle = y + height / 2 if wide else y + 8 + block / 2
        bar = middle if wide else y + 8 + block + 11
        colour = STATUS_COLOUR.get(row.status, LIGHT.not_scored)
        canvas.marks([(6, middle if wide else y + 8 + LINE / 2)], STATUS_SHAPE.get(row.status, "ring"), colour, size=11)
        canvas.lines(20, middle, lines, centred=True)
        end = max(x(row.lost), left + 2)
        canvas.bars([(left, bar - _BAR / 2, end - left, _BAR)], colour)
        after = canvas.text(end + 8, bar, label, bold=True, middle=True).right
        if wide:
            _fact(canvas, row.fact, after + 10, middle)
        else:
            canvas.text(left, bar + 22, shorten(row.fact, width - left), colour=LIGHT.ink_soft)
        y += height
    return canvas


def _fact(canvas: Canvas, fact: str, x: float, y: float) -> None:
    canvas.lines(x, y, wrap(fact, canvas.width - x, lines=2), centred=True, colour=LIGHT.ink_soft)
