"""Whom the strategy reached, and what became of what they said."""

from collections.abc import Sequence

import pandas as pd

from review_kit.charts.canvas import Canvas
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import shorten, width_of
from review_kit.charts.scales import Scale
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import known, number, percent, plural
from review_kit.model.words import Audience

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


def audience_words(audience: str) -> str:
    """'Executives' for 'executive'; an audience that we have no word for stays as it is written."""
    return _AUDIENCE_WORDS.get(audience, audience[:1].upper() + audience[1:])  # type: ignore[call-overload]


def audience_rank(audience: str) -> tuple[int, str]:
    """Executives, departments, IT, then who else there is."""
    known_ones = list(Audience)
    return (known_ones.index(Audience(audience)) if audience in known_ones else len(known_ones), audience)


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
        subtitle=subtitle
        or "Share of the stakeholders' influence that at least one engagement of the last twelve months reached",
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
    counts = counts.loc[sorted(counts.index, key=audience_rank)]
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
