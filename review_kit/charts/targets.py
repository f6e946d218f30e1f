"""What the next cycle would promise, measured by where each KPI stands today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import wrap
from review_kit.charts.scales import Scale, finite, tick_labels, ticks
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import DASH, brief, known, plural

_LEFT, _RIGHT = 232.0, 176.0
_TODAY = 100.0  # where every KPI stands
_WIDEST = 100.0  # points to either side of today's 100 that the axis shows; beyond, marks stand at its end


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    old: float | None  # index, today = 100
    new: float | None
    values: str  # "85 → 88 %"
    step: str  # tougher, easier, same
    flags: str


def target_changes(
    proposals: pd.DataFrame,
    scores: pd.DataFrame | None = None,
    *,
    key: str = "targets",
    limit: int = 20,
    title: str = "",
    subtitle: str = "",
) -> Chart:
    """Old and new target of each KPI as an index of its current value, with what was flagged.

    Args:
        proposals: kpi_id, candidate, chosen, old_target, flags (words joined by ';'); only chosen rows are drawn.
        scores: kpi_id, name, unit, decimals, direction, actual; may be left out where `proposals` holds these.
        key: unique on the page.
        limit: how many to show, the largest changes first.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    chosen = proposals[proposals["chosen"].astype("boolean").fillna(value=False).to_numpy(bool)]
    if scores is not None:
        columns = ["kpi_id", *[c for c in ("name", "unit", "decimals", "direction", "actual") if c not in chosen]]
        chosen = chosen.merge(scores[columns], on="kpi_id", how="left")
    if chosen.empty:
        return nothing(key=key, title=title or "New targets", words="No new targets are proposed.")
    rows = sorted((_row(record) for record in chosen.to_dict("records")), key=_change, reverse=True)
    tougher, easier = (sum(row.step == word for row in rows) for word in ("tougher", "easier"))
    flagged = sum(bool(row.flags) for row in rows)
    shown = rows[:limit]
    return drawn(
        lambda width: _draw(shown, width),
        key=key,
        title=title
        or f"{plural(len(rows), 'new target')}: {tougher or 'none'} tougher, {easier or 'none'} easier"
        + (f", {flagged} flagged" if flagged else ""),
        subtitle=subtitle
        or "Old target (ring) and new target (dot); where the KPI stands today = 100"
        + (f"; {plural(len(rows) - limit, 'smaller change')} not shown" if len(rows) > limit else ""),
        alt=" ".join(f"{row.name}: {row.values}, {row.step}{'; ' if row.flags else ''}{row.flags}." for row in rows),
        data=pd.DataFrame(
            {
                "KPI": [row.name for row in rows],
                "Old and new target": [row.values for row in rows],
                "Old, today = 100": [row.old for row in rows],
                "New, today = 100": [row.new for row in rows],
                "Change": [row.step for row in rows],
                "Flags": [row.flags for row in rows],
            }
        ),
        decimals={"Old, today = 100": 0, "New, today = 100": 0},
    )


def _row(record: Mapping[Any, Any]) -> _Row:
    unit = record.get("unit")
    unit = unit if isinstance(unit, str) else ""
    decimals = record.get("decimals")
    places = int(decimals) if known(decimals) else None
    old, new, actual = (record.get(name) for name in ("old_target", "candidate", "actual"))
    rises = known(old) and known(new) and new > old
    if not (known(old) and known(new)):
        step = "new" if known(new) else "no proposal"
    elif new == old:
        step = "same"
    elif record.get("direction") == "range":
        step = "moved"
    else:
        step = "tougher" if rises == (record.get("direction") != "lower") else "easier"
    name, flags = record.get("name"), record.get("flags")
    return _Row(
        name=name if isinstance(name, str) else str(record["kpi_id"]),
        old=_index(old, actual),
        new=_index(new, actual),
        values=f"{brief(old, unit if unit[:1] == '$' else '', places)} → {brief(new, unit, places)}",
        step=step,
        flags=", ".join(part.strip() for part in flags.split(";") if part.strip()) if isinstance(flags, str) else "",
    )


def _index(value: Any, actual: Any) -> float | None:
    """Points of the current value; none where that is zero, since nothing can be measured by it."""
    return _TODAY * value / actual if known(value) and known(actual) and actual else None


def _change(row: _Row) -> float:
    return abs(row.new - row.old) if row.new is not None and row.old is not None else -1.0


def _draw(rows: Sequence[_Row], width: float) -> Canvas:
    wide = width >= FULL_WIDTH
    names = [wrap(row.name, _LEFT - 20 if wide else width, lines=2) for row in rows]
    facts = [_facts(row, _RIGHT if wide else width) for row in rows]
    heights = [
        max(len(name), len(fact)) * LINE + 14 if wide else (len(name) + len(fact)) * LINE + 34
        for name, fact in zip(names, facts, strict=True)
    ]
    top = 26.0
    canvas = Canvas(width, top + sum(heights) + 4)
    shown = finite([value for row in rows for value in (row.old, row.new)])
    low, high = max(min([96.0, *shown]), _TODAY - _WIDEST), min(max([104.0, *shown]), _TODAY + _WIDEST)
    marks = ticks(low, high, count=4)
    x = Scale(marks[0], marks[-1], _LEFT if wide else 12, width - _RIGHT - 24 if wide else width - 12)
    tops = list(accumulate(heights, initial=top))
    strips = [(at + 5 + len(name) * LINE, at + 25 + len(name) * LINE) for at, name in zip(tops, names, strict=False)]
    spans = [(top - 6, canvas.height - 4)] if wide else [(top - 6, top), *strips]
    canvas.uprights([x(mark) for mark in marks if mark != _TODAY], spans, LIGHT.grid)
    canvas.uprights([x(_TODAY)], spans, LIGHT.ink_faint)
    for mark, word in zip(marks, tick_labels(marks), strict=True):
        canvas.text(x(mark), 13, word, colour=LIGHT.ink_faint, anchor="middle")
    canvas.segments([(0, y, width, y) for y in tops[:-1]], LIGHT.grid)
    for y, row, name, fact, height in zip(tops, rows, names, facts, heights, strict=False):
        middle = y + height / 2
        canvas.lines(0, middle if wide else y + 5 + len(name) * LINE / 2, name, centred=True)
        line = middle if wide else y + 5 + len(name) * LINE + 10
        _step(canvas, row, x, line)
        first = middle - (len(fact) - 1) * LINE / 2 if wide else line + 18
        at = width - _RIGHT if wide else 0.0
        canvas.text(at, first, fact[0], bold=True, middle=True)
        for index, words in enumerate(fact[1:], start=1):
            colour = LIGHT.off_target if row.flags else LIGHT.ink_soft
            canvas.text(at, first + index * LINE, words, colour=colour, middle=True)
    return canvas


def _facts(row: _Row, room: float) -> list[str]:
    others = ", ".join(flag for flag in row.flags.split(", ") if flag != row.step)  # "easier" is said by the step
    notes = row.step + (f": {others}" if others else "")
    return [*wrap(row.values, room, lines=1, bold=True), *wrap(notes, room, lines=2)]


def _step(canvas: Canvas, row: _Row, x: Scale, y: float) -> None:
    if row.new is None:
        if row.old is None:
            canvas.text(x.start, y, f"{DASH} no index: today's value is 0 or not known", colour=LIGHT.ink_faint,
                        middle=True, halo=True)  # fmt: skip
        return
    if row.old is not None:
        canvas.marks([(x(row.old), y)], "ring", LIGHT.ink_soft, size=9)
        towards = 1 if row.new > row.old else -1
        canvas.arrow((x(row.old) + towards * 5, y), (x(row.new) - towards * 5, y), LIGHT.ink_faint)
    colour = LIGHT.off_target if row.flags else LIGHT.brand
    canvas.marks([(x(row.new), y)], "square" if row.flags else "circle", colour, size=10)
