"""What surveys can tell: each wave with its margin of error, and whether it differs from the one before."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate

import pandas as pd

from review_kit.charts.canvas import LINE, Canvas, Shape
from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.fonts import width_of, wrap
from review_kit.charts.scales import Scale, tick_labels, ticks
from review_kit.charts.tokens import FULL_WIDTH, LIGHT
from review_kit.model.figures import NO_BREAK, number, plural
from review_kit.model.period import period_words

_MOST = 24  # waves; a longer list stands in the table
_LEFT = 232.0
_SPACE = 12.0  # between the period and the drawing
_WORDS = {"real": "real", "noise": "noise", "too few": "too few", "first": ""}


@dataclass(frozen=True, kw_only=True)
class _Wave:
    name: str
    period: str
    value: float
    low: float
    high: float
    verdict: str  # empty for the first of its kind
    begins: bool  # whether the name of its survey stands beside it


def survey_waves(surveys: pd.DataFrame, kind: str, *, key: str = "", title: str = "", subtitle: str = "") -> Chart:
    """Each wave of the surveys of one kind as a dot with its 95 % interval, those of one survey below each other.

    Args:
        surveys: name, audience, kpi_id, kind, period, value, low, high, verdict, in the order of the waves; the last
            twenty-four are drawn.
        kind: 'nps' (points) or 'csat' (percent).
        key: unique on the page; 'surveys-nps' without one.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    key = key or f"surveys-{kind}"
    told = surveys[surveys["kind"].eq(kind) & surveys["value"].notna()]
    if told.empty:
        return nothing(key=key, title=title or "Surveys", words="No survey of this kind has a result.")
    waves = _waves(told)
    unit = "points" if kind == "nps" else "%"
    shown = waves[-_MOST:]
    left = len(waves) - len(shown)
    plain = (
        f"{'Points' if kind == 'nps' else 'Percent'}; dot: result (ring: no change but noise); line: its 95 % interval"
    )
    return drawn(
        lambda width: _draw(shown, width, unit),
        key=key,
        title=title or _title(waves, kind),
        subtitle=subtitle or plain + (f"; {plural(left, 'earlier wave')} in the table" if left else ""),
        alt=" ".join(_said(wave, unit) for wave in waves),
        data=pd.DataFrame(
            {
                "Survey": [wave.name for wave in waves],
                "Asked in": [wave.period for wave in waves],
                "Result": [wave.value for wave in waves],
                "From": [wave.low for wave in waves],
                "To": [wave.high for wave in waves],
                "Change": [wave.verdict for wave in waves],
            }
        ),
        decimals=dict.fromkeys(("Result", "From", "To"), _places(unit)),
    )


def _waves(told: pd.DataFrame) -> list[_Wave]:
    series = told[["name", "audience", "kpi_id"]].fillna("").astype("str").agg("\n".join, axis=1).tolist()
    return [
        _Wave(
            name=str(row["name"]),
            period=period_words(str(row["period"]), row["period_end"]),
            value=float(row["value"]),
            low=float(row["low"]),
            high=float(row["high"]),
            verdict=_WORDS.get(str(row["verdict"]), ""),
            begins=place == 0 or series[place] != series[place - 1],
        )
        for place, row in enumerate(told.to_dict("records"))
    ]


def _places(unit: str) -> int:
    return 1 if unit == "%" else 0


def _title(waves: Sequence[_Wave], kind: str) -> str:
    what = "Net promoter score" if kind == "nps" else "Share of the satisfied"
    judged = [wave.verdict for wave in waves if wave.verdict in {"real", "noise"}]
    if not judged:
        return f"{what}, with what chance alone may do"
    real = judged.count("real")
    if len(judged) == 1:
        return f"{what}: the one change {'is real' if real else 'is no more than noise'}"
    are = "is" if real == 1 else "are"
    return f"{what}: {real or 'none'} of {plural(len(judged), 'change')} {are} more than noise"


def _said(wave: _Wave, unit: str) -> str:
    places = _places(unit)
    figure, low, high = (number(value, places) for value in (wave.value, wave.low, wave.high))
    change = f", change {wave.verdict}" if wave.verdict else ""
    return f"{wave.name}, {wave.period}: {figure}{NO_BREAK}{unit}, from {low} to {high}{change}."


def _draw(waves: Sequence[_Wave], width: float, unit: str) -> Canvas:
    wide = width >= FULL_WIDTH
    named = [wave.begins or place == 0 for place, wave in enumerate(waves)]
    names = [
        wrap(wave.name, _LEFT - 20 if wide else width, lines=2) if shows else []
        for wave, shows in zip(waves, named, strict=True)
    ]
    heights = [
        max(len(lines) * LINE + 8, 26.0) if wide else len(lines) * LINE + (32 if lines else 26) for lines in names
    ]
    period = max(width_of(wave.period) for wave in waves) + _SPACE
    left = (_LEFT if wide else 0.0) + period
    words = max(width_of(wave.verdict) for wave in waves) + 12
    figures_at = width - words
    marks = ticks(min(wave.low for wave in waves), max(wave.high for wave in waves))
    x = Scale(marks[0], marks[-1], left + 6, figures_at - 56)
    top = 26.0
    canvas = Canvas(width, top + sum(heights) + 4)
    for mark, label in zip(marks, tick_labels(marks), strict=True):
        canvas.text(x(mark), 13, label, colour=LIGHT.ink_faint, anchor="middle")
    tops = list(accumulate(heights, initial=top))
    canvas.uprights([x(mark) for mark in marks], [(top - 6, canvas.height - 4)], LIGHT.grid)
    for wave, lines, y, height in zip(waves, names, tops, heights, strict=False):
        if lines:
            canvas.segments([(0, y, width, y)], LIGHT.rule)
        middle = y + height / 2 if wide else y + height - 13
        if wide:
            canvas.lines(0, middle, lines, centred=True)
        else:
            canvas.lines(0, y + 16, lines, halo=True)
        canvas.text(left - period, middle, wave.period, colour=LIGHT.ink_soft, middle=True)
        _wave(canvas, wave, x, middle)
        canvas.text(figures_at - 4, middle, number(wave.value, _places(unit)), anchor="end", bold=True, middle=True)
        canvas.text(width, middle, wave.verdict, colour=LIGHT.ink_soft, anchor="end", middle=True)
    return canvas


def _wave(canvas: Canvas, wave: _Wave, x: Scale, y: float) -> None:
    """The interval with its ends, and the result on it: a ring where it is noise, filled where it is real or first."""
    low, high = x(wave.low), x(wave.high)
    canvas.segments([(low, y, high, y), (low, y - 4, low, y + 4), (high, y - 4, high, y + 4)], LIGHT.ink_soft)
    shape: Shape = "ring" if wave.verdict in {"noise", "too few"} else "circle"
    canvas.marks([(x(wave.value), y)], shape, LIGHT.brand, size=10)
