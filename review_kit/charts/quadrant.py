"""Initiatives on two questions at once: is the work behind its plan, is the money ahead of the work."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from review_kit.charts.canvas import LINE, Box, Canvas, text_box
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import shorten, width_of, wrap
from review_kit.charts.scales import Scale, tick_labels, ticks
from review_kit.charts.tokens import CHART_TEXT, FULL_WIDTH, LIGHT
from review_kit.model.figures import MINUS, known, money, plural, signed

_SMALLEST, _LARGEST = 8.0, 34.0  # px, diameter of a bubble
_LEAST = 10.0  # the axes reach at least this far to either side, so that small deviations look small


_MOST_NAMED = 24  # names that can be read beside each other; of more, those that are furthest off plan
_ALL_NAMED = 6  # so many names find room wherever their bubbles stand
_OFF_PLAN = 10.0  # points of progress, or percent of the budget


@dataclass(frozen=True, kw_only=True)
class _Bubble:
    name: str
    ahead: float  # percentage points of progress before plan
    over: float  # percent of budget spent before the work
    budget: float | None
    proposal: str


def initiative_quadrant(
    initiatives: pd.DataFrame,
    *,
    key: str = "initiatives-quadrant",
    currency: str = "",
    title: str = "",
    subtitle: str = "",
) -> Chart:
    """Progress against plan across, money against work upwards, budget as the area of the bubble.

    Args:
        initiatives: name, planned_percent and percent_complete (0 to 100), overspend (share of the budget spent ahead
            of the work) or spent and budget, budget, proposal. Rows without these numbers are named in the alt text.
        key: unique on the page.
        currency: sign or code of the budgets, for the table.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    bubbles, unknown = _bubbles(initiatives)
    if not bubbles:
        words = "There are no initiatives with progress and spending to show."
        return nothing(key=key, title=title or "Progress and spending", words=words)
    named = _named(bubbles)
    both = sum(bubble.ahead < 0 < bubble.over for bubble in bubbles)
    said = [
        f"{bubble.name}: {_points(bubble.ahead)} of progress against plan, spending "
        f"{signed(bubble.over, 0)} % of budget against work done."
        for bubble in bubbles
    ]
    said += [f"No figures for {', '.join(unknown)}."] if unknown else []
    return drawn(
        lambda width: _draw(bubbles, width),
        key=key,
        title=title
        or f"{both} of {plural(len(bubbles), 'initiative')} "
        f"{'is' if both == 1 else 'are'} behind plan and spent ahead of the work",
        subtitle=subtitle
        or "Progress against plan in percentage points; spending ahead of work in % of budget; area = budget"
        + ("; those closer to plan are not named" if len(named) == _MOST_NAMED else "")
        + ("; those on plan are not named" if len(named) < min(len(bubbles), _MOST_NAMED) else ""),
        alt=" ".join(said),
        data=pd.DataFrame(
            {
                "Initiative": [bubble.name for bubble in bubbles],
                "Progress against plan, points": [bubble.ahead for bubble in bubbles],
                "Spent ahead of work, % of budget": [bubble.over for bubble in bubbles],
                f"Budget, {currency}" if currency else "Budget": [money(bubble.budget) for bubble in bubbles],
                "Proposal": [bubble.proposal for bubble in bubbles],
            }
        ),
        decimals={"Progress against plan, points": 0, "Spent ahead of work, % of budget": 0},
    )


def _points(value: float) -> str:
    """'+1 point', '−38 points': the noun agrees with the number as it is printed."""
    text = signed(value, 0)
    return f"{text} point{'' if text.strip(f'+{MINUS}') == '1' else 's'}"


def _bubbles(initiatives: pd.DataFrame) -> tuple[list[_Bubble], list[str]]:
    found: list[_Bubble] = []
    unknown: list[str] = []
    for record in initiatives.to_dict("records"):
        done, planned, budget = (record.get(name) for name in ("percent_complete", "planned_percent", "budget"))
        over = record.get("overspend")
        spent = record.get("spent")
        if not known(over) and known(spent) and known(budget) and budget > 0 and known(done):
            over = spent / budget - done / 100
        if not (known(done) and known(planned) and known(over)):
            unknown.append(str(record["name"]))
            continue
        proposal = record.get("proposal")
        found.append(
            _Bubble(
                name=str(record["name"]),
                ahead=done - planned,
                over=over * 100,
                budget=budget if known(budget) else None,
                proposal="" if proposal is None or pd.isna(proposal) else str(proposal),
            )
        )
    return sorted(found, key=lambda bubble: -(bubble.budget or 0)), unknown


def _draw(bubbles: Sequence[_Bubble], width: float) -> Canvas:
    wide = width >= FULL_WIDTH
    numbered = not wide  # a phone has no room for names beside bubbles: numbers, and the names below
    plot = 400.0 if wide else 300.0
    named = _named(bubbles)
    names = [wrap(bubble.name, width - 28, lines=2) for bubble in named] if numbered else []
    listing = sum(len(lines) * LINE + 4 for lines in names) + 12 if numbered else 0.0
    canvas = Canvas(width, plot + listing)
    x_marks = ticks(*_reach([bubble.ahead for bubble in bubbles]), count=6 if wide else 4)
    y_marks = ticks(*_reach([bubble.over for bubble in bubbles]), count=5)
    first = max(width_of(f"+{word}") for word in tick_labels(y_marks)) + 12
    x = Scale(x_marks[0], x_marks[-1], first, width - 24)
    y = Scale(y_marks[0], y_marks[-1], plot - 44, 24)
    _frame(canvas, (x, y), (x_marks, y_marks), plot)
    largest = max((bubble.budget or 0 for bubble in bubbles), default=0) or 1
    sizes = [max(_SMALLEST, _LARGEST * ((bubble.budget or 0) / largest) ** 0.5) for bubble in bubbles]
    for bubble, size in zip(bubbles, sizes, strict=True):
        colour = LIGHT.off_target if bubble.ahead < 0 < bubble.over else LIGHT.brand
        canvas.marks([(x(bubble.ahead), y(bubble.over))], "circle", colour, size=size)
    frame = Box(first + 2, 18, width - 2, y.start, "")
    taken = [
        Box(x(b.ahead) - s / 2, y(b.over) - s / 2, x(b.ahead) + s / 2, y(b.over) + s / 2, "")
        for b, s in zip(bubbles, sizes, strict=True)
    ]
    for bubble, size in zip(bubbles, sizes, strict=True):
        if bubble not in named:
            continue
        words = str(named.index(bubble) + 1) if numbered else shorten(bubble.name, 190)
        axes = [Box(x(0) - 1, 0, x(0) + 1, plot, ""), Box(0, y(0) - 1, width, y(0) + 1, "")]
        centre = (x(bubble.ahead), y(bubble.over))
        if not _label(canvas, words, centre, size, (*taken, *axes), (0.0, 10.0, 22.0), frame):
            _label(canvas, words, centre, size, taken, (0.0, 10.0, 22.0, 36.0, 52.0, 70.0, 90.0), frame)
    top = plot + 12
    for index, lines in enumerate(names):
        canvas.text(18, top + 8, str(index + 1), anchor="end", bold=True)
        canvas.lines(28, top + 8, lines)
        top += len(lines) * LINE + 4
    return canvas


def _named(bubbles: Sequence[_Bubble]) -> list[_Bubble]:
    """The bubbles that get a name: all of a few; of many those that are off plan or that a rule would not continue."""
    if len(bubbles) <= _ALL_NAMED:
        return list(bubbles)
    named = [
        bubble
        for bubble in bubbles
        if bubble.proposal not in {"", "continue"} or max(abs(bubble.ahead), abs(bubble.over)) >= _OFF_PLAN
    ]
    if len(named) <= _MOST_NAMED:
        return named
    furthest = sorted(range(len(named)), key=lambda at: -max(abs(named[at].ahead), abs(named[at].over)))
    return [named[at] for at in sorted(furthest[:_MOST_NAMED])]


def _reach(values: Sequence[float]) -> tuple[float, float]:
    return min([-_LEAST, *values]), max([_LEAST, *values])


def _frame(canvas: Canvas, scales: tuple[Scale, Scale], marks: tuple[list[float], list[float]], plot: float) -> None:
    x, y = scales
    x_marks, y_marks = marks
    canvas.bars([(x.start, y.end, x(0) - x.start, y(0) - y.end)], LIGHT.limits)
    canvas.segments([(x.start, y(mark), x.end, y(mark)) for mark in y_marks if mark], LIGHT.grid)
    canvas.segments([(x(0), y.end, x(0), y.start), (x.start, y(0), x.end, y(0))], LIGHT.ink_faint)
    for mark, word in zip(x_marks, tick_labels(x_marks), strict=True):
        canvas.text(x(mark), plot - 26, word if mark <= 0 else f"+{word}", colour=LIGHT.ink_faint, anchor="middle")
    for mark, word in zip(y_marks, tick_labels(y_marks), strict=True):
        text = word if mark <= 0 else f"+{word}"
        canvas.text(x.start - 8, y(mark), text, colour=LIGHT.ink_faint, anchor="end", middle=True)
    canvas.text(x.start, plot - 8, "← behind plan", colour=LIGHT.ink_soft)
    canvas.text(x.end, plot - 8, "ahead of plan →", colour=LIGHT.ink_soft, anchor="end")
    canvas.text(0, 12, "↑ spent ahead of the work", colour=LIGHT.ink_soft)
    words = "Behind, and spent ahead of the work"
    if width_of(words) < x(0) - x.start - 16 and y(0) - y.end > 2 * LINE:
        canvas.text(x.start + 8, y.end + 17, words, colour=LIGHT.off_target)


def _label(
    canvas: Canvas,
    words: str,
    centre: tuple[float, float],
    size: float,
    taken: Sequence[Box],
    distances: Sequence[float],
    frame: Box,
) -> bool:
    """At the first of the places around the bubble that is free, further out by and by with a thin line to it.

    `frame` is where labels may stand; False where no place is free.
    """
    cx, cy = centre
    base = 0.36 * CHART_TEXT
    for distance in distances:
        reach = size / 2 + 4 + distance
        for dx, dy, anchor in (
            (reach, 0.0, "start"), (-reach, 0.0, "end"), (0.0, -reach - 3, "middle"), (0.0, reach + 5, "middle"),
            (reach * 0.8, -reach * 0.8, "start"), (reach * 0.8, reach * 0.8, "start"),
            (-reach * 0.8, -reach * 0.8, "end"), (-reach * 0.8, reach * 0.8, "end"),
        ):  # fmt: skip
            place = round(cx + dx, 1), round(cy + dy + base, 1)
            box = text_box(*place, words, anchor=anchor)  # type: ignore[arg-type]
            inside = frame.left <= box.left and frame.top <= box.top and box.right <= frame.right
            if (
                inside
                and box.bottom <= frame.bottom
                and not any(box.overlaps(other) for other in [*taken, *canvas.boxes])
            ):
                if distance:
                    edge = size / 2 / (dx**2 + dy**2) ** 0.5
                    canvas.segments([(cx + dx * edge, cy + dy * edge, cx + dx * 0.95, cy + dy * 0.95)], LIGHT.ink_faint)
                canvas.text(*place, words, anchor=anchor, halo=True)  # type: ignore[arg-type]
                return True
    return False
