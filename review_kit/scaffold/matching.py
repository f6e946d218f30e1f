"""Which of their columns is which of ours: by its heading, in several languages, and by what stands in its cells."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.intake.numbers import convert_numbers
from review_kit.intake.raw import JOINT
from review_kit.params import Source
from review_kit.scaffold.layout import NUMBER
from review_kit.scaffold.looking import Column, Sheet
from review_kit.scaffold.spans import canonical
from review_kit.scaffold.words import GRADED, IS_TARGET, grade, headings_of, in_our_words, plain, sheet_names
from review_kit.schema import INPUTS, Kind
from review_kit.schema import Column as Ours

EXACT, NAMED, PART = 1.0, 0.9, 0.7  # our own name; a known word for it; a known word within the heading
SURE = 0.85  # below it a person is asked to look
_MOST = 0.7  # share of the cells that must look like what the column holds
_SOME = 0.5
_LONG_WORD = 4  # letters: shorter words stand in headings by chance
_OF_ANYTHING = frozenset(
    {"code", "name", "date", "data", "type", "year", "titel", "title", "numero", "nummer", "nombre"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """Their column that seems to be one of ours."""

    ours: str
    theirs: str
    score: float
    why: str


def match(sheet: Sheet, table: str, free: Collection[str] | None = None) -> dict[str, Match]:
    """The best matches of a table's columns, each heading used once; `free` are the headings that may be used."""
    found = [
        one
        for column in sheet.columns
        if (free is None or column.heading in free)
        for ours, wanted in INPUTS[table].columns.items()
        if (one := _match(column, table, ours, wanted)) is not None
    ]
    order = {ours: number for number, ours in enumerate(INPUTS[table].columns)}
    taken: dict[str, Match] = {}
    used: set[str] = set()
    for one in sorted(found, key=lambda one: (-one.score, order[one.ours])):
        if one.ours not in taken and one.theirs not in used:
            taken[one.ours] = one
            used.add(one.theirs)
    return {ours: taken[ours] for ours in order if ours in taken}


def _match(column: Column, table: str, ours: str, wanted: Ours) -> Match | None:
    if column.heading == ours:
        return Match(ours=ours, theirs=ours, score=EXACT, why="it has our own name")
    said = plain(column.heading)
    if canonical(column.heading) or not column.distinct or not said:
        return None
    score, word = _likeness(said, ours, headings_of(table, ours))
    if not score or not _holds(column, ours, wanted):
        return None
    if score < SURE and JOINT in column.heading and wanted.kind in {Kind.NUMBER, Kind.TARGET}:
        return None  # 'North · Plan' is the plan of a part
    if ours in {"value", "period"} and set(said.split()) & IS_TARGET:
        return None
    why = f"'{word}' is a word for it" if score >= SURE else f"its heading holds '{word}'"
    return Match(ours=ours, theirs=column.heading, score=score, why=f"{why}, and {_content(column, wanted)}")


def _likeness(said: str, ours: str, words: tuple[str, ...]) -> tuple[float, str]:
    """How sure a heading is, and the word that tells; the first words of the list tell most."""
    for number, word in enumerate((plain(ours), *words)):
        if said == word:
            return NAMED + 0.05 - 0.001 * number, word
    without_years = " ".join(part for part in said.split() if not part.isdigit())
    if without_years != said and without_years in words:
        return NAMED, without_years
    parts = said.split()
    inside = [
        word
        for word in words
        if len(word) >= _LONG_WORD
        and word not in _OF_ANYTHING
        and len(word.split()) < len(parts)
        and (said.startswith(f"{word} ") or said.endswith(f" {word}"))
    ]
    if not inside:
        return 0.0, ""
    best = max(inside, key=len)
    return PART * (0.5 + 0.5 * len(best) / len(said)), best


def _holds(column: Column, ours: str, wanted: Ours) -> bool:  # noqa: PLR0911 - one return a kind
    """Whether the cells can be what our column holds."""
    if wanted.kind is Kind.NUMBER:
        return _is_graded(column, ours) or (
            column.numeric >= _MOST
            and column.dated < _MOST
            and not column.holds_years
            and _is_in_bounds(column, wanted)
        )
    if wanted.kind is Kind.TARGET:
        return sum(any(sign.isdigit() for sign in text) for text in column.distinct) >= _SOME * len(column.distinct)
    if wanted.kind is Kind.DATE:
        return column.dated >= _SOME
    if wanted.kind is Kind.PERIOD:
        return column.periodic >= _MOST or _is_part_of_a_date(column)
    if wanted.kind in {Kind.CHOICE, Kind.LIST} and wanted.choices:
        known = [text for text in column.distinct if _our_word(ours, wanted, text)]
        return len(known) >= _SOME * len(column.distinct)
    if wanted.kind is Kind.TEXT and not wanted.key and not ours.endswith("_id"):
        return column.numeric < _MOST and column.dated < _MOST
    return column.dated < _MOST


def _is_graded(column: Column, ours: str) -> bool:
    """Whether it grades risks in words, all of which we know: 'likely', '4 - likely'."""
    words = [text for text in column.distinct if NUMBER.fullmatch(text) is None]
    return ours in GRADED and bool(words) and all(grade(ours, text) for text in words)


def grades(column: Column, ours: str) -> dict[str, str]:
    """Their words for 1 to 5; none where the column holds plain numbers."""
    words = [text for text in column.distinct if NUMBER.fullmatch(text) is None]
    return {text: grade(ours, text) for text in words} if _is_graded(column, ours) else {}


def _is_in_bounds(column: Column, wanted: Ours) -> bool:
    """Whether the numbers that can be read as they stand are such as the column may hold."""
    values, _ = convert_numbers(pd.Series(column.distinct, dtype="str"), Source(path="-"))
    known = pd.Series(values[np.isfinite(values)])
    return all(check.holds(known).mean() >= _MOST for check in wanted.checks) if len(known) else True


def _is_part_of_a_date(column: Column) -> bool:
    """A month or a quarter as a number, or a month's name, beside a column of years."""
    whole = all(text.isdigit() and 1 <= int(text) <= 12 for text in column.distinct)  # noqa: PLR2004
    return whole or all(canonical(text, 2000) for text in column.distinct)


def _our_word(ours: str, wanted: Ours, text: str) -> str:
    if text.casefold() in wanted.choices:
        return text.casefold()
    return in_our_words("status_of_values" if "projected" in wanted.choices else ours, text)


def translations(column: Column, ours: str, wanted: Ours) -> tuple[dict[str, str], list[str]]:
    """Their words in ours where they differ, and the words that nobody can translate."""
    told, unknown = {}, []
    for text in column.distinct:
        if text.casefold() in wanted.choices:
            continue
        word = _our_word(ours, wanted, text)
        if word:
            told[text] = word
        else:
            unknown.append(text)
    return told, unknown


def _content(column: Column, wanted: Ours) -> str:
    """'all its texts are numbers', '92 % of its texts are days or periods', 'it holds 3 different texts'."""
    count = len(column.distinct)
    if column.numeric < _MOST and wanted.kind is Kind.NUMBER:
        return "its words are those of a scale from 1 to 5"
    if wanted.kind is Kind.NUMBER:
        share, what = column.numeric, "numbers"
    elif wanted.kind in {Kind.DATE, Kind.PERIOD}:
        share, what = max(column.periodic, column.dated), "days or periods"
    else:
        return "it holds 1 text" if count == 1 else f"it holds {count:,} different texts"
    return f"all its texts are {what}" if share == 1 else f"{round(100 * share)} % of its texts are {what}"


def says_so(sheet: Sheet, table: str) -> bool:
    """Whether the sheet is called like the table."""
    name = plain(sheet.name.rsplit(".", 1)[0] if not sheet.source.sheet else sheet.name)
    bare = " ".join(word for word in name.split() if not word.isdigit())
    return bare in sheet_names(table) or plain(table) == bare


def is_ours(sheet: Sheet, table: str) -> bool:
    """Whether the sheet has every heading that the table needs, under our own names."""
    headings = {column.heading for column in sheet.columns}
    named = {name for name, column in INPUTS[table].columns.items() if column.named or column.key}
    if table == "actuals":
        return named <= headings and ("value" in headings or {"numerator", "denominator"} <= headings)
    return named <= headings


def strength(matches: Mapping[str, Match]) -> float:
    """How much of a table was found."""
    return sum(one.score for one in matches.values())
