"""What is wrong with a text that should be a number, and which declarations would make it one."""

import re
from collections.abc import Iterable, Iterator
from itertools import product

import pandas as pd

from review_kit.intake.look_alikes import hidden_marks
from review_kit.intake.numbers import Problem, convert_numbers, is_spreadsheet_error, quoted
from review_kit.intake.units import read_unit
from review_kit.params import Source

_WORDS = """\
- -- --- – — . .. ... … ? n/a na n.a. n/d n.d. nan none null nil tbd tbc pending k.a. n.v. unknown missing
n. a.|k. a.|not available|not applicable|not measured|not reported|no data|no value|keine angabe|nicht verfügbar"""
_NOT_MEASURED = frozenset(
    word for line in _WORDS.splitlines() for word in (line.split("|") if "|" in line else line.split())
)
_INFINITE = frozenset({"inf", "infinity", "∞"})
_BETWEEN_THOUSANDS = (",", ".", " ", "\u00a0", "\u202f", "'", "’")
_WAYS = ("brackets", "trailing", "dash")
_INEXACT = re.compile(r"^(?:[<>≤≥~≈±]|(?:ca|circa|approx|about|etwa|rund|env)\b)|\b(?:ca|approx)\.?$", re.IGNORECASE)
_MARK = re.compile(r"(?P<before>[^0-9()+,.'’–−-]*)(?P<core>.*?)(?P<after>[^0-9()+,.'’–−-]*)", re.DOTALL)
_NO_CENTS = re.compile(r"[0-9][.,][-–—]")  # '5,-' is no negative number
_CLOCK = re.compile(r"[+-]?[0-9]+:[0-9]{2}(?::[0-9]{2}(?:[.,][0-9]+)?)?")  # hours, minutes, seconds
_DIGIT, _MANY_DIGITS = re.compile("[0-9]"), re.compile("1{5,}")
_TOO_NARROW = re.compile(r"#{2,}")


def says_nothing_was_measured(text: str) -> bool:
    """Whether a text is one of those that people write where they have no value."""
    return text.strip().casefold() in _NOT_MEASURED


def why_not_a_number(text: str, source: Source, params_file: str) -> Problem:  # noqa: PLR0911 - one return for each kind of slip
    """What is wrong with a text that should be a number, and how to mend or declare it."""
    text = text.strip()
    folded = text.casefold()
    if is_spreadsheet_error(text):
        told = "'{value}' is an error of a spreadsheet."
        return Problem("spreadsheet-error", told, "mend the formula in the workbook.")
    if _TOO_NARROW.fullmatch(text):
        hint = "make the column wider, and export it again."
        return Problem("spreadsheet-error", "'{value}' is what a column shows that is too narrow.", hint)
    if folded.lstrip("+-−") in _INFINITE:
        hint = "leave the cell empty where nothing is known."
        return Problem("not-finite", "'{value}' is not a finite number.", hint)
    if says_nothing_was_measured(text):
        hint = f"leave the cell empty, or {_add(f'missing: [{quoted(text)}]', params_file)}."
        return Problem("missing-value", "'{value}' is not a number.", hint)
    if _is_plain(text, source.decimal):
        return _beyond(float(text.replace(source.decimal, ".")))
    if folded in {"true", "false", "yes", "no"}:
        told = "'{value}' is a yes or no, not a number."
        return Problem("not-a-number", told, "write the value that was measured.")
    if _CLOCK.fullmatch(text):
        told = "'{value}' is a span of time or a time of day, not a number."
        return Problem("not-a-number", told, "write it in the unit of its KPI, such as 30.5 for 30:30:00 in hours.")
    if marks := hidden_marks(text):
        told = f"'{{value}}' holds marks that nobody sees: {marks}."
        return Problem("not-a-number", told, "type the number anew.")
    return Problem("not-a-number", "'{value}' is not a number.", _hint(text, source, params_file))


def _beyond(number: float) -> Problem:
    """Plainly a number, but none that can be reckoned with."""
    if abs(number) == float("inf"):
        return Problem("not-finite", "'{value}' is too large to be a finite number.", "write the number out.")
    if number == 0:
        told = "'{value}' is too small to be told from 0."
        return Problem("out-of-range", told, "write 0 where nothing is meant.")
    hint = "look at the unit: is the value in thousands or millions?"
    return Problem("out-of-range", "'{value}' is too large.", hint)


def why_not_numbers(texts: Iterable[str], source: Source, params_file: str) -> list[Problem]:
    """The same for many texts; those that differ in nothing but their digits get the same answer, worked out once."""
    known: dict[str, Problem] = {}
    found = []
    for text in texts:
        shape = (
            _shape(text) if any(letter.isdigit() for letter in text) and not _is_plain(text, source.decimal) else text
        )
        if shape not in known:
            known[shape] = why_not_a_number(shape, source, params_file)
        found.append(known[shape])
    return found


def _shape(text: str) -> str:
    """'11.111,1' for '12.345,6': as many digits as matter for what parts thousands."""
    return _MANY_DIGITS.sub("1111", _DIGIT.sub("1", text))


def _hint(text: str, source: Source, params_file: str) -> str:  # noqa: PLR0911 - one return for each kind of slip
    if "_" in text:
        return "underscores are not read: write the digits alone."
    if any(letter.isdigit() and not letter.isascii() for letter in text):
        return "type the digits 0 to 9 anew; these belong to another script."
    if text.startswith("'"):
        return "take the apostrophe away, by which a spreadsheet marks a text."
    if _NO_CENTS.search(text):
        return "write it without the dash that stands for no cents."
    if found := _shortest(readings(text, source)):
        plainly = "; ".join(_plainly(declared, source) for declared in found[:1])
        each = ", or ".join(", ".join(declared.values()) for declared in found)
        several = "it can be read in several ways: " if len(found) > 1 else ""
        return f"{several}write it {plainly}, or {_add(each, params_file)}."
    if source.decimal != "." and _is_plain(text, "."):
        return f"this source declares '{source.decimal}' as its decimal sign; write the number with it."
    if not any(letter.isdigit() for letter in text):
        entry = _add(f"missing: [{quoted(text)}]", params_file)
        return f"write a plain number, or where the text means that nothing was measured, {entry}."
    if _INEXACT.search(text):
        return "a bound or an estimate is no value: write what was measured as a plain number."
    mark = next((part for part in reversed(_marks(text)) if read_unit(f"$ {part}").scale != 1.0), "")
    return (
        f"write the number out without '{mark}', in the unit that is counted here." if mark else "write a plain number."
    )


Declared = dict[str, str]  # key of a source: how it is declared


def _plainly(declared: Declared, source: Source) -> str:
    """How to write the number so that nothing need be declared."""
    ways = {
        "decimal": f"with '{source.decimal}' as its decimal sign",
        "thousands": "without the {} between thousands",
        "negatives": "with '-' as its minus, such as -5",
        "signs": "without what stands beside it",
    }
    name = "no-break space" if "\\u" in declared.get("thousands", "") else declared.get("thousands", "")[-2:-1]
    return ", ".join(ways[key].format(name if len(name) > 1 else f"'{name}'") for key in declared)


def readings(text: str, source: Source) -> Iterator[tuple[Declared, float]]:
    """Every set of declarations, beyond those of the source, under which the text is a number, and that number."""
    may_be_comma = source.decimal == "." and ("," in text or text.count(".") > 1)
    decimals = (source.decimal, ",") if may_be_comma else (source.decimal,)
    grouped = [mark for mark in _BETWEEN_THOUSANDS if mark in text and source.thousands is None]
    ways = [way for way in _WAYS if way not in source.negatives]
    for decimal, thousands, way, signs in product(
        decimals, (source.thousands, *grouped), ("", *ways), _sign_sets(text)
    ):
        declared: Declared = {}
        if decimal != source.decimal:
            declared["decimal"] = f"decimal: {quoted(decimal)}"
        if thousands != source.thousands:
            declared["thousands"] = f"thousands: {quoted(thousands or '')}"
        if way:
            declared["negatives"] = f"negatives: {way}"
        if signs:
            declared["signs"] = f"signs: [{', '.join(map(quoted, signs))}]"
        if thousands != decimal and declared:
            other = {"decimal": decimal, "thousands": thousands, "signs": (*source.signs, *signs)}
            other["negatives"] = (*source.negatives, way) if way else source.negatives
            values, bad = convert_numbers(pd.Series([text], dtype="str"), source.model_copy(update=other))
            if not bad[0]:
                yield declared, float(values[0])


def _shortest(found: Iterator[tuple[Declared, float]]) -> list[Declared]:
    """Of the readings with the fewest declarations one for each number that they make."""
    all_found = list(found)
    fewest = min((len(declared) for declared, _ in all_found), default=0)
    by_value: dict[float, Declared] = {}
    for declared, value in all_found:
        if len(declared) == fewest:
            by_value.setdefault(value, declared)
    return list(by_value.values())


def _sign_sets(text: str) -> list[tuple[str, ...]]:
    """None, or the marks beside the number where they say nothing: a bound, a scale or an estimate does."""
    marks = _marks(text)
    scaled = len(marks) > 1 and read_unit(" ".join(marks)).scale != 1.0  # '$5m'
    harmless = marks and not scaled and not _INEXACT.search(text) and all(_says_nothing(mark) for mark in marks)
    return [(), marks] if harmless else [()]


def _says_nothing(mark: str) -> bool:
    return mark.casefold() != "e" and not set(mark) & set('=?!/:;"&@\\') and not _is_scale(mark)


def _is_scale(mark: str) -> bool:
    """Whether a mark multiplies the number without saying of what: 'k', 'Mio'. 'kEUR' may well be the unit of a KPI."""
    unit = read_unit(mark)
    return unit.scale != 1.0 and unit.base == ""


def _marks(text: str) -> tuple[str, ...]:
    """What stands before and behind the digits: ('$',) of '($1,234)', ('days',) of '5 days'."""
    found = _MARK.fullmatch(text.strip().strip("()"))
    parts = (found["before"].strip(), found["after"].strip()) if found else ()
    return tuple(dict.fromkeys(part for part in parts if part))


def _add(entry: str, params_file: str) -> str:
    return f"add {entry} to this source in {params_file}"


def _is_plain(text: str, point: str) -> bool:
    mark = re.escape(point)
    return re.fullmatch(rf"[+-]?(?:[0-9]+(?:{mark}[0-9]*)?|{mark}[0-9]+)(?:[eE][+-]?[0-9]+)?", text) is not None
