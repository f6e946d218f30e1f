"""How far stakeholders stand behind the strategy."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas, Shape
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import wrap
from review_kit.charts.people import audience_rank, audience_words
from review_kit.charts.scales import Scale
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import known, plural
from review_kit.model.words import ENGAGEMENT_LADDER

_LEFT = 232.0
_MOST = 24  # stakeholders drawn one by one; above that the audiences are


@dataclass(frozen=True, kw_only=True)
class _Climb:
    name: str
    now: float | None  # step on the ladder, 0 to 4
    wanted: float | None
    head: bool = False


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
    for audience, group in sorted(groups.items(), key=lambda item: audience_rank(item[0])):
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
