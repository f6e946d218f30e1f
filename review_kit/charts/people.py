"""Whom the strategy reached, how far they stand behind it, and what became of what they said."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas, Shape
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import shorten, width_of, wrap
from review_kit.charts.scales import Scale
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import known, number, percent, plural
from review_kit.model.words import ENGAGEMENT_LADDER, Audience

_LEFT = 232.0
_MOST = 24  # stakeholders drawn one by one; above that the audiences are
_AUDIENCE_WORDS = {Audience.EXECUTIVE: "Executives", Audience.DEPARTMENT: "Departments", Audience.IT: "IT"}
_FEEDBACK = ("changed", "answered", "declined", "open")
_FEEDBACK_WORDS = {
    "changed": "Led to a change",
    "answered": "Answered",
    "declined": "Declined",
    "open": "Open",
}
_FEEDBACK_COLOUR = {
    "changed": LIGHT.brand,
    "answered": LIGHT.brand_soft,
    "declined": LIGHT.grid,
    "open": LIGHT.surface,
}


@dataclass(frozen=True, kw_only=True)
class _Climb:
    name: str
    now: float | None  # step on the ladder, 0 to 4
    wanted: float | None
    head: bool = False


def audience_words(audience: str) -> str:
    """'Executives' for 'executive'; an audience that we have no word for stays as it is written."""
    return _AUDIENCE_WORDS.get(audience, audience[:1].upper() + audience[1:])  # type: ignore[call-overload]


def engagement_ladder(
    stakeholders: pd.DataFrame, *, key: str = "engagement", level: str = "", title: str = "", subtitle: str = ""
) -> Chart:
    """Where each stakeholder stands now and where support is wanted, on the five steps.

    Args:
        stakeholders: name, audience, engagement_now, engagement_wanted.
        key: unique on the page.
        level: 'stakeholder' or 'audience' (means); without it stakeholders up to 24 of them.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    steps = {word: float(step) for step, word in enumerate(ENGAGEMENT_LADDER)}
    table = stakeholders.assign(
        now=stakeholders["engagement_now"].map(steps).astype("float64"),
        wanted=stakeholders["engagement_wanted"].map(steps).astype("float64"),
    )
    table = table[table["now"].notna() | table["wanted"].notna()]
    if table.empty:
        return nothing(key=key, title=title or "Engagement", words="No stakeholder's engagement is known.")
    by = level or ("stakeholder" if len(table) <= _MOST else "audience")
    rows = _climbs(table, by)
    counted = [row for row in rows if not row.head]
    short = int((table["wanted"] > table["now"]).sum())
    return drawn(
        lambda width: _draw_ladder(rows, width),
        key=key,
        title=title
        or f"{short} of {plural(len(table), 'stakeholder')} "
        f"{'stands' if short == 1 else 'stand'} below the support wanted",
        subtitle=subtitle
        or "Engagement now (filled; square: two steps or more short) and wanted (ring)"
        + (", mean per audience" if by == "audience" else ""),
        alt=" ".join(f"{row.name}: {_word(row.now)} now, {_word(row.wanted)} wanted." for row in counted),
        data=pd.DataFrame(
            {
                "Stakeholder" if by == "stakeholder" else "Audience": [row.name for row in counted],
                "Now": [_word(row.now) for row in counted],
                "Wanted": [_word(row.wanted) for row in counted],
            }
        ),
    )


def _climbs(table: pd.DataFrame, by: str) -> list[_Climb]:
    rows: list[_Climb] = []
    groups = {"" if pd.isna(who) else str(who): rows for who, rows in table.groupby("audience", dropna=False)}
    for audience, group in sorted(groups.items(), key=lambda item: _rank(item[0])):
        name = audience_words(audience) if audience else "Others"
        if by == "audience":
            rows.append(_Climb(name=name, now=_mean(group["now"]), wanted=_mean(group["wanted"])))
            continue
        rows.append(_Climb(name=name, now=None, wanted=None, head=True))
        rows += [
            _Climb(name=str(who), now=now if known(now) else None, wanted=wanted if known(wanted) else None)
            for who, now, wanted in zip(group["name"], group["now"], group["wanted"], strict=True)
        ]
    return rows


def _rank(audience: str) -> tuple[int, str]:
    """Executives, departments, IT, then who else there is."""
    known_ones = list(Audience)
    return (known_ones.index(Audience(audience)) if audience in known_ones else len(known_ones), audience)


def _mean(values: pd.Series) -> float | None:
    mean = values.mean()
    return float(mean) if known(mean) else None


def _word(step: float | None) -> str:
    return "not known" if step is None else ENGAGEMENT_LADDER[round(step)]


def _draw_ladder(rows: Sequence[_Climb], width: float) -> Canvas:
    wide = width >= FULL_WIDTH
    names = [wrap(row.name, _LEFT - 24 if wide else width, lines=2, bold=row.head) for row in rows]
    heights = [
        len(lines) * LINE + (14 if row.head else 10) + (0 if wide or row.head else 20)
        for row, lines in zip(rows, names, strict=True)
    ]
    top = 28.0
    canvas = Canvas(width, top + sum(heights) + 4)
    x = Scale(0, len(ENGAGEMENT_LADDER) - 1, _LEFT + 32 if wide else 30, width - (34 if wide else 30))
    tops = list(accumulate(heights, initial=top))
    spans = [(top - 6, canvas.height - 4)] if wide else [
        (at + 5 + len(lines) * LINE, at + height)
        for at, height, lines, row in zip(tops, heights, names, rows, strict=False)
        if not row.head
    ]  # fmt: skip
    canvas.uprights([x(step) for step in range(len(ENGAGEMENT_LADDER))], spans, LIGHT.grid)
    for step, word in enumerate(ENGAGEMENT_LADDER):
        text = word.capitalize()
        canvas.text(x(step), 13, text, colour=LIGHT.ink_faint, anchor="middle")
    canvas.segments([(0, y, width, y) for y, row in zip(tops, rows, strict=False) if not row.head], LIGHT.grid)
    canvas.segments([(0, y, width, y) for y, row in zip(tops, rows, strict=False) if row.head], LIGHT.rule)
    for y, row, lines, height in zip(tops, rows, names, heights, strict=False):
        block = len(lines) * LINE
        middle = y + height / 2 if wide or row.head else y + 5 + block / 2
        canvas.lines(0 if row.head or not wide else 12, middle, lines, centred=True, bold=row.head)
        if not row.head:
            _climb(canvas, row, x, middle if wide else y + 5 + block + 9)
    return canvas


def _climb(canvas: Canvas, row: _Climb, x: Scale, y: float) -> None:
    gap = 0.0 if row.now is None or row.wanted is None else row.wanted - row.now
    shape: Shape = "circle" if gap <= 0 else "half" if gap <= 1 else "square"
    colour = LIGHT.on_target if gap <= 0 else LIGHT.near if gap <= 1 else LIGHT.off_target
    if row.wanted is not None:
        canvas.marks([(x(row.wanted), y)], "ring", LIGHT.ink_soft, size=12)
    if row.now is None:
        return
    if row.wanted is not None and row.wanted != row.now:
        if row.wanted > row.now:
            canvas.arrow((x(row.now), y), (x(row.wanted) - 7, y), LIGHT.ink_faint)
        else:
            canvas.segments([(x(row.wanted) + 6, y, x(row.now), y)], LIGHT.ink_faint)
    canvas.marks([(x(row.now), y)], shape, colour, size=11 if row.wanted != row.now else 8)


def reach_by_audience(reach: pd.DataFrame, *, key: str = "reach", title: str = "", subtitle: str = "") -> Chart:
    """The share of influence that was reached, per audience.

    Args:
        reach: audience, share (0 to 1); where known also people and people_reached.
        key: unique on the page.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    known_rows = reach[reach["share"].notna()].sort_values("share", ascending=False, kind="stable")
    if known_rows.empty:
        return nothing(key=key, title=title or "Reach", words="No engagement with stakeholders is recorded.")
    rows = []
    for record in known_rows.to_dict("records"):
        people, reached = record.get("people"), record.get("people_reached")
        counted = f"{number(reached)} of {plural(int(people), 'person', 'people')}" if known(people) else ""
        rows.append((audience_words(str(record["audience"])), float(record["share"]), counted))
    last = rows[-1]
    return drawn(
        lambda width: _draw_reach(rows, width),
        key=key,
        title=title
        or f"{last[0]}: {percent(last[1])} of influence reached"
        + (", the least of all audiences" if len(rows) > 1 else ""),
        subtitle=subtitle or "Share of the stakeholders' influence that at least one engagement reached",
        alt=" ".join(
            f"{name}: {percent(share)} of influence reached{', ' if who else ''}{who}." for name, share, who in rows
        ),
        data=pd.DataFrame(
            {
                "Audience": [name for name, _, _ in rows],
                "Influence reached": [percent(share) for _, share, _ in rows],
                "People reached": [who for _, _, who in rows],
            }
        ),
    )


def _draw_reach(rows: Sequence[tuple[str, float, str]], width: float) -> Canvas:
    wide = width >= FULL_WIDTH
    left = min(max(width_of(name) for name, _, _ in rows) + 16, 200.0) if wide else 0.0
    facts = max((width_of(who) for _, _, who in rows), default=0.0)
    right = width - (facts + 66 if wide else 56)
    height = 34.0 if wide else 48.0
    canvas = Canvas(width, height * len(rows) + 4)
    x = Scale(0, 1, left, right)
    for index, (name, share, who) in enumerate(rows):
        y = index * height + (height / 2 if wide else 32)
        canvas.text(0, y if wide else y - 18, shorten(name, left - 12 if wide else width * 0.6), middle=True)
        canvas.bars([(left, y - 8, right - left, 16)], LIGHT.wash)
        canvas.bars([(left, y - 8, x(share) - left, 16)], LIGHT.brand)
        canvas.text(right + 46, y, percent(share), anchor="end", bold=True, middle=True)
        canvas.text(width, y if wide else y - 18, who, colour=LIGHT.ink_soft, anchor="end", middle=True)
    return canvas


def feedback_status(feedback: pd.DataFrame, *, key: str = "feedback", title: str = "", subtitle: str = "") -> Chart:
    """What became of the feedback, per audience, as bars of counts.

    Args:
        feedback: one row per audience with the counts open, answered, changed, declined; or one row per reply with
            audience and status.
        key: unique on the page.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    counts = _counts(feedback)
    total = int(counts.to_numpy().sum()) if len(counts) else 0
    if not total:
        return nothing(key=key, title=title or "Feedback", words="No feedback is recorded.")
    open_ = int(counts["open"].sum())
    names = [audience_words(str(name)) for name in counts.index]
    return drawn(
        lambda width: _draw_feedback(names, counts, width),
        key=key,
        title=title
        or f"{number(total - open_)} of {plural(total, 'reply', 'replies')} got an answer; "
        f"{number(open_) if open_ else 'none'} {'is' if open_ == 1 else 'are'} open",
        subtitle=subtitle or "Number of replies by what became of them",
        alt=" ".join(
            f"{name}: "
            + ", ".join(f"{number(row[status])} {_FEEDBACK_WORDS[status].lower()}" for status in _FEEDBACK)
            + "."
            for name, row in zip(names, counts.to_dict("records"), strict=True)
        ),
        data=pd.DataFrame({"Audience": names, **{_FEEDBACK_WORDS[s]: counts[s].tolist() for s in _FEEDBACK}}),
    )


def _counts(feedback: pd.DataFrame) -> pd.DataFrame:
    if "status" in feedback:
        counts = pd.crosstab(feedback["audience"].fillna("others"), feedback["status"])
    else:
        counts = feedback.set_index("audience")
    counts = counts.reindex(columns=list(_FEEDBACK), fill_value=0).fillna(0).astype("int64")
    counts = counts.loc[sorted(counts.index, key=_rank)]
    return counts[counts.sum(axis=1) > 0]


def _draw_feedback(names: Sequence[str], counts: pd.DataFrame, width: float) -> Canvas:
    wide = width >= FULL_WIDTH
    left = min(max(width_of(name) for name in names) + 16, 200.0) if wide else 0.0
    used = [status for status in _FEEDBACK if counts[status].any()]
    height = 36.0 if wide else 48.0
    x0, top, row = 0.0, 30.0, 0
    places: list[tuple[float, int]] = []
    for status in used:
        room = width_of(_FEEDBACK_WORDS[status]) + 31
        if x0 + room > width:
            x0, row = 0.0, row + 1
        places.append((x0, row))
        x0 += room
    top += row * 20
    canvas = Canvas(width, top + height * len(names) + 4)
    for status, (at, line) in zip(used, places, strict=True):
        y = 9 + line * 20.0
        canvas.bars([(at + 0.5, y - 6, 12, 12)], _FEEDBACK_COLOUR[status], stroke=LIGHT.ink_soft)
        canvas.text(at + 19, y, _FEEDBACK_WORDS[status], colour=LIGHT.ink_soft, middle=True)
    x = Scale(0, float(counts.sum(axis=1).max()), left, width - 34)
    for index, (name, record) in enumerate(zip(names, counts.to_dict("records"), strict=True)):
        y = top + index * height + (height / 2 if wide else 34)
        canvas.text(0, y if wide else y - 20, shorten(name, left - 12 if wide else width), middle=True)
        done = 0
        for status in used:
            count = int(record[status])
            if not count:
                continue
            start, end = x(done), x(done + count)
            canvas.bars([(start + 0.5, y - 10, end - start - 1, 20)], _FEEDBACK_COLOUR[status], stroke=LIGHT.ink_soft)
            if end - start >= width_of(str(count)) + 6:
                dark = status == "changed"
                canvas.text((start + end) / 2, y, str(count), colour=LIGHT.surface if dark else LIGHT.ink,
                            anchor="middle", middle=True)  # fmt: skip
            done += count
        canvas.text(x(done) + 8, y, str(done), bold=True, middle=True)
    return canvas
