"""Initiatives in time: plan against forecast, work done, and what is proposed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import accumulate
from typing import Any

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas, Shape
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import shorten, width_of, wrap
from review_kit.charts.scales import Scale
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import known, percent, plural, rounded
from review_kit.model.period import long_date

_LEFT, _RIGHT = 204.0, 258.0
_MARK = 14.0  # px before the words of a course
_DONE, _FORECAST, _PROPOSAL = 52.0, 64.0, 166.0  # px from the right end of the plot: facts in columns
_DAYS_A_MONTH = 365.25 / 12
MOST_DRAWN = 20  # initiatives drawn one by one: with names of two lines a page of A4; of more, those that slip furthest
_ON_TIME = 15  # days of slip that a reader of months calls on time
_BAR = 12.0
PROPOSAL_SHAPE: dict[str, tuple[Shape, str]] = {
    "continue": ("circle", LIGHT.on_target),
    "accelerate": ("triangle-up", LIGHT.near),
    "adjust": ("half", LIGHT.near),
    "stop": ("square", LIGHT.off_target),
}


@dataclass(frozen=True, kw_only=True)
class _Row:
    name: str
    start: float | None  # days since 1970
    planned: float | None
    forecast: float | None
    done: float | None  # share
    slip: float | None  # days
    proposal: str
    pace: float | None = None  # the finish at the pace so far
    is_decided: bool = False


def slip_words(days: float | None) -> str:
    """'3 months late', '2 weeks early', 'on time' within half a month, an en dash where no forecast is known."""
    if not known(days):
        return "no forecast"
    if abs(days) < _ON_TIME:
        return "on time"
    months = round(rounded(abs(days) / _DAYS_A_MONTH, 0))
    slip = plural(months, "month") if months else plural(round(abs(days) / 7), "week")
    return f"{slip} {'late' if days > 0 else 'early'}"


def initiative_timeline(
    initiatives: pd.DataFrame,
    as_of: date,
    *,
    key: str = "initiatives-timeline",
    title: str = "",
    subtitle: str = "",
    most: int = MOST_DRAWN,
) -> Chart:
    """One row per initiative in order of start: planned bar, work done within it, forecast finish, slip, proposal.

    Args:
        initiatives: name, start, planned_finish, forecast_finish, percent_complete (0 to 100), proposal; slip_days
            is taken from the dates where the column is absent. Where there are pace_finish (the finish at the pace so
            far) and is_decided (people have decided on the course), they are shown too.
        as_of: the day of the review, drawn as a line.
        key: unique on the page.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.
        most: how many initiatives are drawn; of more, those that slip furthest.

    """
    dated = initiatives[initiatives[["start", "planned_finish", "forecast_finish"]].notna().any(axis=1)]
    if dated.empty:
        return nothing(key=key, title=title or "Initiatives", words="There are no initiatives with dates to show.")
    dated = dated.sort_values(["start", "planned_finish", "name"], kind="stable")
    rows = [_row(record) for record in dated.to_dict("records")]
    late = [row for row in rows if row.slip is not None and row.slip >= _ON_TIME]
    today = float((pd.Timestamp(as_of) - pd.Timestamp(0)).days)
    shown = _furthest(rows, most)
    left = len(rows) - len(shown)
    return drawn(
        lambda width: _draw(shown, width, today, as_of),
        key=key,
        title=title
        or f"{len(late)} of {plural(len(rows), 'initiative')} "
        f"{'is' if len(late) == 1 else 'are'} forecast to finish late",
        subtitle=subtitle
        or "Planned time (light), work done (dark), forecast finish (diamond)"
        + (", finish at the pace so far (ring)" if any(row.pace is not None for row in shown) else "")
        + f"; as of {long_date(as_of)}"
        + (f"; {left} that {'slips less is' if left == 1 else 'slip less are'} not drawn" if left else ""),
        alt=" ".join(_said(row) for row in rows),
        data=_table(rows),
    )


def _furthest(rows: Sequence[_Row], most: int) -> Sequence[_Row]:
    """All of them, or of very many those that slip furthest, in the order in which they stand."""
    if len(rows) <= most:
        return rows
    order = sorted(range(len(rows)), key=lambda at: -abs(rows[at].slip or 0.0))
    return [rows[at] for at in sorted(order[:most])]


def _row(record: Mapping[Any, Any]) -> _Row:
    start, planned, forecast = (_days(record.get(name)) for name in ("start", "planned_finish", "forecast_finish"))
    slip = record.get("slip_days")
    if not known(slip):
        slip = forecast - planned if forecast is not None and planned is not None else None
    done = record.get("percent_complete")
    proposal = record.get("proposal")
    return _Row(
        name=str(record["name"]),
        start=start,
        planned=planned,
        forecast=forecast,
        done=done / 100 if known(done) else None,
        slip=slip,
        proposal="" if proposal is None or pd.isna(proposal) else str(proposal),
        pace=_days(record.get("pace_finish")),
        is_decided=bool(record.get("is_decided", False)),
    )


def _days(value: Any) -> float | None:
    return None if value is None or pd.isna(value) else float((pd.Timestamp(value) - pd.Timestamp(0)).days)


def _said(row: _Row) -> str:
    proposal = f", {'decided' if row.is_decided else 'proposed'} to {row.proposal}" if row.proposal else ""
    pace = f", at its pace so far in {pd.Timestamp(row.pace, unit='D'):%B %Y}" if row.pace is not None else ""
    done = f"{percent(row.done)} done, " if row.done is not None else ""
    return f"{row.name}: {done}{slip_words(row.slip)}{pace}{proposal}."


def _table(rows: Sequence[_Row]) -> pd.DataFrame:
    def dates(name: str) -> pd.Series:
        return pd.to_datetime(pd.Series([getattr(row, name) for row in rows], dtype="float64"), unit="D")

    table = pd.DataFrame(
        {
            "Initiative": [row.name for row in rows],
            "Start": dates("start"),
            "Planned finish": dates("planned"),
            "Forecast finish": dates("forecast"),
            "At the pace so far": dates("pace"),
            "Slip in days": [row.slip for row in rows],
            "Done": [percent(row.done) for row in rows],
            "Proposal": [f"{row.proposal}, decided" if row.is_decided else row.proposal for row in rows],
        }
    )
    return table if any(row.pace is not None for row in rows) else table.drop(columns="At the pace so far")


def _draw(rows: Sequence[_Row], width: float, today: float, as_of: date) -> Canvas:
    wide = width >= FULL_WIDTH
    names = [wrap(row.name, _LEFT - 16 if wide else width, lines=2) for row in rows]
    heights = [max(len(lines) * LINE + 12, 36.0) if wide else len(lines) * LINE + 50 for lines in names]
    top = 44.0
    canvas = Canvas(width, top + sum(heights) + 2)
    decided = any(row.is_decided for row in rows)
    room = max([_RIGHT, *(_PROPOSAL + _MARK + width_of(_course(row)) for row in rows if row.is_decided)])
    left, right = (_LEFT, width - room) if wide else (0.0, width)
    days = [day for row in rows for day in (row.start, row.planned, row.forecast, row.pace) if day is not None]
    days.append(today)
    margin = (max(days) - min(days)) * 0.01 + 5
    x = Scale(min(days) - margin, max(days) + margin, left, right)
    tops = list(accumulate(heights, initial=top))
    strips = [(at + 6 + len(lines) * LINE, at + 28 + len(lines) * LINE) for at, lines in zip(tops, names, strict=False)]
    spans = [(top - 22, canvas.height - 2)] if wide else [(top - 22, top), *strips]
    _years(canvas, x, top, spans, x(today))
    if wide:
        if any(row.done is not None for row in rows):
            canvas.text(right + _DONE, top - 10, "Done", colour=LIGHT.ink_faint, anchor="end")
        canvas.text(right + _FORECAST, top - 10, "Forecast", colour=LIGHT.ink_faint)
        canvas.text(right + _PROPOSAL, top - 10, "Course" if decided else "Proposal", colour=LIGHT.ink_faint)
    canvas.segments([(0, y, width, y) for y in tops[:-1]], LIGHT.grid)
    for y, row, lines, height in zip(tops, rows, names, heights, strict=False):
        block = len(lines) * LINE
        middle = y + height / 2
        canvas.lines(0, middle if wide else y + 6 + block / 2, lines, centred=True)
        bar = middle if wide else y + 6 + block + 11
        _bar(canvas, row, x, bar)
        if wide:
            _facts(canvas, row, right, middle)
        else:
            _facts_below(canvas, row, bar + 23)
    canvas.uprights([x(today)], spans, LIGHT.ink, width=1.25)
    words = f"{as_of.day} {long_date(as_of).split()[1][:3]} {as_of.year}"
    half = width_of(words, bold=True) / 2
    at = min(max(x(today), left + half), right - half)
    canvas.text(at, top - 30, words, anchor="middle", bold=True)
    return canvas


def _years(canvas: Canvas, x: Scale, top: float, spans: Sequence[tuple[float, float]], today: float) -> None:
    """A light line at each new year, the year to its right; the first year stands where the axis starts.

    A year through which the line of the review would run is not written: the day above that line names it.
    """
    first, last = (pd.Timestamp(day, unit="D").year for day in (x.low, x.high))
    starts = [float((pd.Timestamp(year, 1, 1) - pd.Timestamp(0)).days) for year in range(first, last + 2)]
    inside = [(day, year) for day, year in zip(starts, range(first, last + 2), strict=True) if x.low <= day <= x.high]
    every = max(1, -(-len(inside) * 42 // int(x.end - x.start)))
    canvas.uprights([x(day) for day, _ in inside], spans, LIGHT.grid)
    labels = [(x.start, first), *[(x(day), year) for day, year in inside if year % every == 0 and year != first]]
    for index, (at, year) in enumerate(labels):
        until = labels[index + 1][0] if index + 1 < len(labels) else x.end
        struck = at + 2 <= today <= at + width_of(str(year)) + 6
        if until - at >= width_of(str(year)) + 6 and not struck:
            canvas.text(at + 4, top - 10, str(year), colour=LIGHT.ink_faint)


def _bar(canvas: Canvas, row: _Row, x: Scale, y: float) -> None:
    ends = (row.planned, row.forecast)
    finish = row.planned if row.planned is not None else row.forecast
    if row.start is not None and finish is not None:
        length = max(x(finish) - x(row.start), 2.0)
        canvas.bars([(x(row.start), y - _BAR / 2, length, _BAR)], LIGHT.brand_soft)
        if row.done:
            canvas.bars([(x(row.start), y - _BAR / 2 + 3, length * min(row.done, 1.0), _BAR - 6)], LIGHT.brand)
    if row.pace is not None:
        canvas.marks([(x(row.pace), y)], "ring", LIGHT.ink_soft, size=9)
    if None in ends or row.slip is None:
        return
    late = row.slip >= _ON_TIME
    if abs(row.slip) >= _ON_TIME:
        planned, forecast = x(row.planned or 0.0), x(row.forecast or 0.0)
        if late:
            canvas.segments([(planned, y, forecast, y)], LIGHT.off_target, width=1.5, dash=(3, 2))
        canvas.marks([(forecast, y)], "diamond", LIGHT.off_target if late else LIGHT.on_target, size=10)


def _facts(canvas: Canvas, row: _Row, right: float, y: float) -> None:
    late = row.slip is not None and row.slip >= _ON_TIME
    if row.done is not None:
        canvas.text(right + _DONE, y, percent(row.done), anchor="end", bold=True, middle=True)
    words = slip_words(row.slip)
    canvas.text(right + _FORECAST, y, words, colour=LIGHT.off_target if late else LIGHT.ink_soft, middle=True)
    _proposal(canvas, row, right + _PROPOSAL, y)


def _facts_below(canvas: Canvas, row: _Row, y: float) -> None:
    late = row.slip is not None and row.slip >= _ON_TIME
    after = canvas.text(0, y, f"{percent(row.done)} done", bold=True).right + 10 if row.done is not None else 0.0
    canvas.text(after, y, slip_words(row.slip), colour=LIGHT.off_target if late else LIGHT.ink_soft)
    _proposal(canvas, row, canvas.width - max(84.0, _MARK + width_of(_course(row))), y - 5)


def _proposal(canvas: Canvas, row: _Row, x: float, y: float) -> None:
    if row.proposal in PROPOSAL_SHAPE:
        shape, colour = PROPOSAL_SHAPE[row.proposal]
        canvas.marks([(x + 5, y)], shape, colour, size=10)
        canvas.text(x + _MARK, y, _course(row), colour=LIGHT.ink, middle=True)
    elif row.proposal:
        canvas.text(x, y, shorten(row.proposal, canvas.width - x), middle=True)


def _course(row: _Row) -> str:
    return f"{row.proposal.capitalize()}, decided" if row.is_decided else row.proposal.capitalize()
