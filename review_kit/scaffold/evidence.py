"""How a sheet writes numbers and days: declared only where its own cells exclude every other reading."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from review_kit.intake.numbers import convert_numbers, quoted
from review_kit.intake.periods import PeriodReader
from review_kit.model.period import Calendar, Period
from review_kit.params import Source
from review_kit.scaffold.spans import canonical, same_beginning

_SPACES = (" ", "\u00a0", "\u202f")
_READINGS: tuple[tuple[str, str | None], ...] = (
    (".", None),
    (",", None),
    (".", ","),
    *((".", mark) for mark in (*_SPACES, "'", "’")),
    (",", "."),
    *((",", mark) for mark in (*_SPACES, "'", "’")),
)
_SIGNS = re.compile(r"%|[€$£¥₹]|\b(?:EUR|USD|GBP|CHF|SEK|DKK|NOK|PLN|CAD|AUD)\b")
_DAYS = (
    "%d.%m.%Y",
    "%d/%m/%Y",
    "%m/%d/%Y",
    "%d-%m-%Y",
    "%m-%d-%Y",
    "%Y/%m/%d",
    "%Y.%m.%d",
    "%Y%m%d",
    "%d.%m.%y",
    "%d/%m/%y",
    "%m/%d/%y",
    "%d-%m-%y",
    "%d-%b-%Y",
    "%d-%b-%y",
    "%d %b %Y",
    "%d %B %Y",
    "%B %d, %Y",
    "%b %d, %Y",
)
_MONTHS = [
    "%m/%Y",
    "%m.%Y",
    "%Y%m",
    "%Y/%m",
    "%b %Y",
    "%B %Y",
    "%b-%Y",
    "%b-%y",
    "%B-%Y",
    "%Y · %m",
    "%Y · %b",
    "%Y · %B",
]
_SHOWN = 3
_MOST_TRANSLATED = 400  # periods that are written out one by one


@dataclass(slots=True)
class Writing:
    """What is declared, the words that say why, and what a person must say."""

    keys: dict[str, Any] = field(default_factory=dict)  # of the source: decimal, thousands, signs, date_format
    why: dict[str, str] = field(default_factory=dict)
    doubts: list[str] = field(default_factory=list)

    def declare(self, key: str, value: Any, why: str) -> None:
        """Propose a key of the source."""
        self.keys[key] = value
        self.why[key] = why


def numbers_of(texts: Iterable[str], *, where: str) -> Writing:
    """Decimal sign, thousands and signs of these texts."""
    writing = Writing()
    distinct = pd.Series(sorted(set(texts)), dtype="str")
    if distinct.empty:
        return writing
    signs = sorted({sign for text in distinct for sign in _SIGNS.findall(text)})
    if signs:
        examples = _some([text for text in distinct if _SIGNS.search(text)])
        writing.declare("signs", signs, f"beside numbers such as {examples}; they are taken away, the number stays")
    readings = [_read(distinct, reading, signs) for reading in _READINGS]
    most = max(int(np.isfinite(values).sum()) for values in readings)
    if not most:
        return writing
    best = [
        (reading, values)
        for reading, values in zip(_READINGS, readings, strict=True)
        if int(np.isfinite(values).sum()) == most
    ]
    decisive, first = best[0]
    others = [(reading, values) for reading, values in best[1:] if not np.array_equal(values, first, equal_nan=True)]
    if others:
        _tell_both(distinct, first, others[0], decisive, writing, where)
    elif decisive != _READINGS[0]:
        _declare(decisive, distinct, signs, writing)
    unread = [text for text, value in zip(distinct, first, strict=True) if not np.isfinite(value)]
    if unread:
        writing.doubts.append(f"{where}: {_some(unread)} can be read as no number. What is meant?")
    return writing


def percent_doubt(texts: Iterable[str], *, where: str) -> str:
    """The question that a column asks where some of its numbers are percent and others are not; '' where none is."""
    numbers = [text for text in sorted(set(texts)) if any(map(str.isdigit, text))]
    bare = [text for text in numbers if "%" not in text]
    if not bare or len(bare) == len(numbers):
        return ""
    with_sign = _some([text for text in numbers if "%" in text])
    verb = "stands" if len(bare) == 1 else "stand"
    return f"{where}: {_some(bare)} {verb} without %, {with_sign} with it. Are all of them percent?"


def _read(texts: pd.Series, reading: tuple[str, str | None], signs: Sequence[str]) -> np.ndarray:
    decimal, thousands = reading
    values, _ = convert_numbers(texts, Source(path="-", decimal=decimal, thousands=thousands, signs=tuple(signs)))
    return values


def _declare(reading: tuple[str, str | None], texts: pd.Series, signs: Sequence[str], writing: Writing) -> None:
    decimal, thousands = reading
    only_so = np.isfinite(_read(texts, reading, signs)) & ~np.isfinite(_read(texts, _READINGS[0], signs))
    examples = _some([text for text, so in zip(texts, only_so, strict=True) if so])
    if decimal != ".":
        writing.declare("decimal", decimal, f"{examples} can be read no other way")
    if thousands is not None:
        writing.declare("thousands", thousands, f"{examples} can be read no other way")


def _tell_both(
    texts: pd.Series,
    first: np.ndarray,
    other: tuple[tuple[str, str | None], np.ndarray],
    reading: tuple[str, str | None],
    writing: Writing,
    where: str,
) -> None:
    at = int(np.flatnonzero(~((first == other[1]) | (np.isnan(first) & np.isnan(other[1]))))[0])
    text, ways = str(texts.iloc[at]), []
    for (decimal, thousands), value in ((reading, first[at]), (other[0], other[1][at])):
        keys = [f"decimal: {quoted(decimal)}"] if decimal != "." else []
        keys += [f"thousands: {quoted(thousands)}"] if thousands else []
        ways.append(f"{value:.15g} ({' and '.join(keys) or 'nothing to add'})")
    writing.doubts.append(f"{where}: '{text}' can be {' or '.join(ways)}. Nothing is declared: add what is meant.")


def _some(texts: Sequence[str]) -> str:
    """'12,5', '7,25' and 4 more."""
    shown = ", ".join(f"'{text}'" for text in texts[:_SHOWN])
    return shown + (f" and {len(texts) - _SHOWN} more" if len(texts) > _SHOWN else "")


def days_of(texts: Iterable[str], calendar: Calendar, *, where: str) -> Writing:
    """The format of these days."""
    return _format_of(sorted(set(texts)), _DAYS, calendar, where, periods=False)


def periods_of(texts: Iterable[str], calendar: Calendar, year: int | None, *, where: str) -> Writing:
    """The format of these periods, or each of them in our words where no format says it."""
    distinct = sorted(set(texts))
    writing = _format_of(distinct, [*_DAYS, *_MONTHS], calendar, where, periods=True)
    if not writing.doubts:
        return writing
    spelled = {text: canonical(text.replace("·", " "), year) for text in distinct}
    if all(spelled.values()) and len(spelled) <= _MOST_TRANSLATED:
        writing = Writing()
        changed = {text: label for text, label in spelled.items() if text != label}
        writing.declare("values", changed, "each is a month, quarter or year that can be no other")
    return writing


def _format_of(
    texts: Sequence[str], formats: Sequence[str], calendar: Calendar, where: str, *, periods: bool
) -> Writing:
    writing = Writing()
    if not texts or _all_read(texts, None, calendar, periods=periods) is not None:
        return writing
    fitting = _fitting(texts, formats, calendar, periods=periods)
    if not fitting and (words := same_beginning(texts).replace("%", "%%")):
        fitting = _fitting(texts, [words + form for form in formats], calendar, periods=periods)
    meanings = list(dict.fromkeys(tuple(read) for read in fitting.values()))
    if len(meanings) == 1 and len({_order(form) for form in fitting}) == 1:
        form = next(iter(fitting))
        writing.declare("date_format", form, f"it reads {_some(texts)}, and no other order of day and month does")
    elif fitting:
        at = next((n for n in range(len(texts)) if len({read[n] for read in meanings}) > 1), 0)
        ways = " or ".join(f'date_format: "{form}"' for form in fitting)
        writing.doubts.append(f"{where}: '{texts[at]}' can be read in two ways. Add {ways}.")
    else:
        unread = [text for text in texts if _all_read([text], None, calendar, periods=periods) is None]
        writing.doubts.append(f"{where}: {_some(unread)} can be read as no {'period' if periods else 'day'}.")
    return writing


def _fitting(
    texts: Sequence[str], formats: Iterable[str], calendar: Calendar, *, periods: bool
) -> dict[str, list[object]]:
    """The formats by which each text means something, with what they mean."""
    read = {form: _all_read(texts, form, calendar, periods=periods) for form in formats}
    return {form: meanings for form, meanings in read.items() if meanings is not None}


def _order(form: str) -> str:
    """'dmY', whatever stands between the parts."""
    return "".join(letter for letter in form if letter in "dmbBYy").replace("B", "m").replace("b", "m").lower()


def _all_read(texts: Sequence[str], form: str | None, calendar: Calendar, *, periods: bool) -> list[object] | None:
    """What each text means by this format or by itself; None where one of them means nothing."""
    reader = PeriodReader(calendar, form)
    found: list[object] = []
    for text in texts:
        read = reader.period(text) if periods else reader.day(text)
        if not isinstance(read, Period | date):
            return None
        found.append(read)
    return found
