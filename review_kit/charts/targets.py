"""What the next cycle would promise, measured by where each KPI stands today."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import numpy as np
import pandas as pd

from review_kit.charts.canvas import LINE, Canvas
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import wrap
from review_kit.charts.scales import Scale, finite, tick_labels, ticks
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import DASH, brief, currency_and_rest, known, listed, number, plural, shown_unit

_LEFT, _RIGHT = 232.0, 176.0
_STILL = ("same", "no proposal")  # steps that change no target
_TODAY = 100.0  # where every KPI stands
_MOST_TOLD = 2_000  # changes that the words and the data behind the drawing tell; of more, the largest
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
        limit: how many to show, the largest changes first; what stays as it is, unflagged, is only counted.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    chosen = proposals[proposals["chosen"].astype("boolean").fillna(value=False).to_numpy(bool)]
    if scores is not None:
        columns = ["kpi_id", *[c for c in ("name", "unit", "decimals", "direction", "actual") if c not in chosen]]
        chosen = chosen.merge(scores[columns], on="kpi_id", how="left")
    if chosen.empty:
        return nothing(key=key, title=title or "New targets", words="No new targets are proposed.")
    chosen = _with_steps(chosen)
    tougher, easier = (int(chosen["step"].eq(word).sum()) for word in ("tougher", "easier"))
    flagged = int(chosen["flags"].ne("").sum())
    count = len(chosen)
    largest = chosen.sort_values("change", ascending=False, kind="stable").head(max(_MOST_TOLD, limit))
    rows = [_row(record) for record in largest.to_dict("records")]
    shown, left_out = _drawn_rows(rows, chosen, limit)
    return drawn(
        lambda width: _draw(shown, width),
        key=key,
        title=title
        or f"{plural(count, 'new target')}: {tougher or 'none'} tougher, {easier or 'none'} easier"
        + (f", {flagged} flagged" if flagged else ""),
        subtitle=subtitle or "Old target (ring) and new target (dot); where the KPI stands today = 100" + left_out,
        alt=" ".join(
            f"{row.name}: {row.values}, {row.step}{'; ' if row.flags not in {'', row.step} else ''}"
            f"{row.flags if row.flags != row.step else ''}."
            for row in (rows if count == len(rows) else shown)
        ),
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


def _drawn_rows(rows: Sequence[_Row], chosen: pd.DataFrame, limit: int) -> tuple[Sequence[_Row], str]:
    """The rows to draw, the largest changes first, and what the subtitle says of the others."""
    moving = [row for row in rows if row.step not in _STILL or row.flags]
    still = int((chosen["step"].isin(_STILL) & chosen["flags"].eq("")).sum())
    if not moving:  # then what stays is all there is to show
        return rows[:limit], f"; not drawn: {_staying(len(chosen) - limit)}" if len(chosen) > limit else ""
    smaller = len(chosen) - still - min(limit, len(moving))
    left = [f"{number(smaller)} more"] * (smaller > 0) + [_staying(still)] * (still > 0)
    return moving[:limit], f"; not drawn: {listed(left)}" if left else ""


def _staying(count: int) -> str:
    return f"{number(count)} that {'stays as it is' if count == 1 else 'stay as they are'}"


def _with_steps(chosen: pd.DataFrame) -> pd.DataFrame:
    """Adds `old` and `new` as points of the current value (none where that is zero), `step`, `change` and flags."""
    blank = pd.Series(np.nan, index=chosen.index)
    old, new, actual = (
        chosen[name].astype("float64") if name in chosen else blank for name in ("old_target", "candidate", "actual")
    )
    direction = chosen["direction"] if "direction" in chosen else pd.Series("", index=chosen.index)
    has_old, has_new = np.isfinite(old), np.isfinite(new)
    step = np.select(
        [~has_new, ~has_old, new.eq(old), direction.eq("range"), new.gt(old).eq(direction.ne("lower"))],
        ["no proposal", "new", "same", "moved", "tougher"],
        default="easier",
    )
    base = actual.where(np.isfinite(actual) & actual.ne(0))
    points = {name: (_TODAY * side / base).where(np.isfinite(side)) for name, side in (("old", old), ("new", new))}
    flags = chosen["flags"] if "flags" in chosen else pd.Series(np.nan, index=chosen.index)
    return chosen.assign(
        **points,
        step=step,
        change=(points["new"] - points["old"]).abs().fillna(-1.0),
        flags=flags.map(_flag_words, na_action="ignore").fillna(""),
    )


def _flag_words(flags: Any) -> str:
    return ", ".join(part.strip() for part in flags.split(";") if part.strip()) if isinstance(flags, str) else ""


def _row(record: Mapping[Any, Any]) -> _Row:
    unit = record.get("unit")
    unit = unit if isinstance(unit, str) else ""
    decimals = record.get("decimals")
    places = int(decimals) if known(decimals) else None
    old, new = (record.get(name) for name in ("old_target", "candidate"))
    name = record.get("name")
    return _Row(
        name=name if isinstance(name, str) else str(record["kpi_id"]),
        old=record["old"] if known(record["old"]) else None,
        new=record["new"] if known(record["new"]) else None,
        values=_from_to(old, new, unit, places),
        step=record["step"],
        flags=record["flags"],
    )


def _from_to(old: float | None, new: float | None, unit: str, places: int | None) -> str:
    """'85 → 88 %', 'EUR 225.0 → 255.0 m': a currency before the first figure, what is counted behind the last."""
    currency, rest = currency_and_rest(shown_unit(unit))
    if not known(old) or not known(new):
        return f"{brief(old, unit, places)} → {brief(new, unit, places)}"
    return f"{brief(old, currency, places)} → {brief(new, rest.strip(), places)}"


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
