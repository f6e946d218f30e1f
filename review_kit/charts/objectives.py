"""How the objectives stand: from the previous score to this one, against the thresholds."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import accumulate
from typing import Any

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas, Shape
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import width_of, wrap
from review_kit.charts.scales import Scale, finite
from review_kit.charts.tokens import FULL_WIDTH, LIGHT, STATUS_COLOUR
from review_kit.model.figures import known, listed, percent, plural, rounded, score, score_change, score_decimals
from review_kit.model.words import Level, Status

STATUS_SHAPE: dict[str, Shape] = {"on target": "circle", "near": "half", "off target": "square", "not scored": "ring"}
_LEFT, _NUMBERS = 284.0, 86.0  # px: names on the left, score and change on the right
_PAD = 7.0
_MOST = 24  # objectives that a page carries; above that the perspectives are drawn


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    now: float | None
    before: float | None
    status: str
    coverage: float | None
    head: bool = False  # a perspective above its objectives


def objective_scores(
    rollup: pd.DataFrame,
    *,
    key: str = "objectives",
    green: float = 1.0,
    amber: float = 0.8,
    level: str = "",
    title: str = "",
    subtitle: str = "",
    most: int | None = None,
) -> Chart:
    """Objectives grouped by perspective, or perspectives alone.

    Args:
        rollup: level, id, name, parent (name of the perspective), score, previous_score, status, coverage.
        key: unique on the page.
        green: score from which an objective is on target.
        amber: score from which it is near.
        level: 'objective' or 'perspective'; without it objectives up to 24 of them, else perspectives.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.
        most: rows that fit, where there is little room, as on a slide; a page holds 24 perspectives. Of more those not
            scored are left out first, then those with the highest scores; the subtitle counts them, and the table
            still has all.

    """
    chosen = level or _level_that_fits(rollup["level"], most)
    shown = rollup[rollup["level"].eq(chosen)]
    if shown.empty:
        return nothing(key=key, title=title or "Scores of the objectives", words=f"There are no {chosen}s to show.")
    rows = _rows(rollup, shown, chosen)
    counted = [row for row in rows if not row.head]
    room = most or (_MOST if chosen == Level.PERSPECTIVE else len(rows))
    kept, left_out = _that_fit(rows, room)
    return drawn(
        lambda width: _draw(kept, width, green, amber),
        key=key,
        title=title or _title(counted, str(chosen)),
        subtitle=subtitle or f"{_subtitle(counted)}{left_out}",
        alt=_alt(counted, str(chosen)),
        data=_table(shown, grouped=chosen == Level.OBJECTIVE),
    )


def _level_that_fits(levels: pd.Series, most: int | None) -> Level:
    """Objectives where they are few enough; where there is little room, their perspectives take rows as well."""
    objectives, above = (int(levels.eq(level).sum()) for level in (Level.OBJECTIVE, Level.PERSPECTIVE))
    if most is None:
        return Level.OBJECTIVE if objectives <= _MOST else Level.PERSPECTIVE
    return Level.OBJECTIVE if objectives + above <= most or not above else Level.PERSPECTIVE


def _that_fit(rows: list[_Row], most: int) -> tuple[list[_Row], str]:
    """At most so many rows, in their order, and what the subtitle says of the others."""
    if len(rows) <= most:
        return rows, ""
    plain = [row for row in rows if not row.head]
    scored = sorted((row for row in plain if row.now is not None), key=lambda row: row.now or 0.0)
    room = (scored or plain)[:most]
    unscored = len(plain) - len(scored) - sum(row.now is None for row in room)
    higher = len(plain) - len(room) - unscored
    told = [f"{unscored} not scored"] * bool(unscored)
    if higher:
        printed = [score(row.now) for row in scored[len(room) - 1 : len(room) + 1]]
        told.append(f"{higher} with {'higher scores' if printed[0] != printed[1] else 'the same or higher scores'}")
    left = f"; {listed(told)} {'is' if unscored + higher == 1 else 'are'} not drawn" if told else ""
    return [row for row in plain if any(row is one for one in room)], left


def _rows(rollup: pd.DataFrame, shown: pd.DataFrame, level: str) -> list[_Row]:
    if level != Level.OBJECTIVE:
        return [_row(record) for record in shown.to_dict("records")]
    above = {record["name"]: record for record in rollup[rollup["level"].eq(Level.PERSPECTIVE)].to_dict("records")}
    rows: list[_Row] = []
    for parent, group in shown.groupby("parent", sort=False, dropna=False):
        name = "" if pd.isna(parent) else str(parent)
        if name and (len(above) > 1 or not above):
            rows.append(_row(above[name], head=True) if name in above else _Row(
                name=name, now=None, before=None, status="", coverage=None, head=True))  # fmt: skip
        rows += [_row(record) for record in group.to_dict("records")]
    return rows


def _row(record: Mapping[Any, Any], *, head: bool = False) -> _Row:
    now, before, coverage = (record.get(column) for column in ("score", "previous_score", "coverage"))
    return _Row(
        name=str(record["name"]),
        now=now if known(now) else None,
        before=before if known(before) else None,
        status=str(record["status"]) if known(now) else str(Status.NOT_SCORED),
        coverage=coverage if known(coverage) else None,
        head=head,
    )


def _title(rows: Sequence[_Row], level: str) -> str:
    met = sum(row.status == Status.ON_TARGET for row in rows)
    return f"{met or 'None'} of {plural(len(rows), level)} {'is' if met == 1 else 'are'} on target"


def _subtitle(rows: Sequence[_Row]) -> str:
    compared = any(row.before is not None for row in rows)
    return "Score in points, 100 = targets met" + ("; the small ring is the previous score" if compared else "")


def _alt(rows: Sequence[_Row], level: str) -> str:
    said = [f"{plural(len(rows), level)}."]
    for row in rows:
        if row.now is None:
            said.append(f"{row.name}: not scored.")
        else:
            change = f", {score_change(row.now - row.before)} points" if row.before is not None else ""
            said.append(f"{row.name}: {score(row.now)}{change}, {row.status}.")
    return " ".join(said)


def _table(shown: pd.DataFrame, *, grouped: bool) -> pd.DataFrame:
    table = pd.DataFrame({"Perspective": shown["parent"]}) if grouped else pd.DataFrame(index=shown.index)
    table["Objective" if grouped else "Perspective"] = shown["name"]
    table["Score"] = [_points(value) for value in shown["score"]]
    if "previous_score" in shown:
        table["Previous score"] = [_points(value) for value in shown["previous_score"]]
    table["Status"] = shown["status"]
    if "coverage" in shown:
        table["Weight scored"] = [percent(share) for share in shown["coverage"]]
    return table


def _points(value: float) -> float:
    return rounded(100 * value, score_decimals(value)) if known(value) else float("nan")


def _draw(rows: Sequence[_Row], width: float, green: float, amber: float) -> Canvas:
    wide = width >= FULL_WIDTH
    name_room = _LEFT - 24 if wide else width - _NUMBERS - 8
    names = [wrap(row.name, name_room, lines=2, bold=row.head) for row in rows]
    heights = [
        len(lines) * LINE + _PAD * 2 + (6 if row.head else 0) + (0 if wide or row.head else 22)
        for row, lines in zip(rows, names, strict=True)
    ]
    top = 50.0
    canvas = Canvas(width, top + sum(heights) + 4)
    left, right = (_LEFT, width - _NUMBERS - 12) if wide else (8.0, width - 12)
    scores = finite([value for row in rows for value in (row.now, row.before)])
    x = Scale(max(min([0.0, *scores]), -1.0), min(max([green * 1.2, *scores]), 2.0), left, right)
    tops = list(accumulate(heights, initial=top))
    spans = [(top - 4, canvas.height - 4)] if wide else [
        (at + _PAD + len(lines) * LINE + 1, at + height)
        for at, height, lines, row in zip(tops, heights, names, rows, strict=False)
        if not row.head
    ]  # fmt: skip
    canvas.uprights([x(0)], spans, LIGHT.grid)
    canvas.uprights([x(amber), x(green)], [(top - 26, top - 4), *spans], LIGHT.rule)
    _thresholds(canvas, x, (green, amber), top)
    number_at = width - 38
    canvas.text(number_at, top - 12, "Score", colour=LIGHT.ink_faint, anchor="end")
    if any(row.before is not None for row in rows):
        canvas.text(width, top - 12, "+/−", colour=LIGHT.ink_faint, anchor="end")
    indent = 12 if wide and any(row.head for row in rows) else 0
    heads = [at for at, row in zip(tops, rows, strict=False) if row.head]
    canvas.segments([(0, y, width, y) for y in tops[:-1] if y not in heads], LIGHT.grid)
    canvas.segments([(0, y, width, y) for y in [*heads, tops[-1]]], LIGHT.rule)
    for y, row, lines in zip(tops, rows, names, strict=False):
        block = len(lines) * LINE
        first = y + _PAD + (6 if row.head else 0)
        middle = first + block / 2
        canvas.lines(0 if row.head else indent, middle, lines, centred=True, bold=row.head)
        _numbers(canvas, row, middle, number_at)
        if wide or not row.head:
            _dots(canvas, row, x, middle if wide else first + block + 11)
    return canvas


def _thresholds(canvas: Canvas, x: Scale, limits: tuple[float, float], top: float) -> None:
    green, amber = limits
    words = f"On target {score(green)}"
    at = min(x(green) - 4, canvas.width - width_of(words))
    canvas.text(at, top - 32, words, colour=LIGHT.ink_faint)
    near = f"Near {score(amber)}"
    canvas.text(min(x(amber) + 4, at - 12), top - 32, near, colour=LIGHT.ink_faint, anchor="end")


def _numbers(canvas: Canvas, row: _Row, y: float, at: float) -> None:
    if row.now is not None:
        canvas.text(at, y, score(row.now), anchor="end", bold=True, middle=True)
        if row.before is not None:
            canvas.text(canvas.width, y, score_change(row.now - row.before), colour=LIGHT.ink_soft, anchor="end",
                        middle=True)  # fmt: skip


def _dots(canvas: Canvas, row: _Row, x: Scale, y: float) -> None:
    if not row.status:
        return
    if row.now is None:
        canvas.marks([(x(0) + 6, y)], "ring", LIGHT.not_scored, size=11)
        covered = (
            f"only {percent(row.coverage)} of its weight could be" if row.coverage else "nothing below it could be"
        )
        canvas.text(x(0) + 18, y, f"Not scored: {covered}", colour=LIGHT.not_scored, middle=True, halo=True)
        return
    now = x(row.now)
    colour = STATUS_COLOUR[row.status]
    if row.before is not None:
        before = x(row.before)
        canvas.segments([(before, y, now, y)], LIGHT.ink_faint, width=2)
        canvas.marks([(before, y)], "ring", LIGHT.ink_faint, size=8)
    canvas.marks([(now, y)], STATUS_SHAPE[row.status], colour, size=13)
