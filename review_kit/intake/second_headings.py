"""A line of units below the headings, which would be read as a first record that holds nothing."""

import re
from collections.abc import Mapping

import numpy as np

from review_kit.intake.coded import Coded
from review_kit.intake.ledger import Ledger, shown
from review_kit.intake.number_hints import says_nothing_was_measured
from review_kit.intake.numbers import is_spreadsheet_error
from review_kit.intake.raw import JOINT
from review_kit.params import Source
from review_kit.schema import Kind, TableSchema

_FIGURES = frozenset({Kind.NUMBER, Kind.TARGET})
_OF_UNITS = frozenset({"unit", "units", "uom", "einheit", "einheiten", "unite", "unité", "unidad", "unita", "unità"})
_BRACKETED = re.compile(r"[(\[].*[)\]]")
_PLAIN_HEADING = re.compile(r"[\w .-]+")


def without_line_of_units(
    cells: Mapping[str, Coded], ledger: Ledger, schema: TableSchema, source: Source
) -> Mapping[str, Coded]:
    """The cells without a first record that has words for figures and no key: headings go on there, told once."""
    own = [name for name in ledger.headings if name in ledger.texts and name not in source.constants]
    figures = [name for name in own if schema.columns[name].kind in _FIGURES]
    if not len(ledger.rows) or source.transpose or source.sql or not figures:
        return cells
    first = np.flatnonzero(ledger.rows == ledger.rows[0]).tolist()  # of a wide table each of its cells
    words = {(name, at): ledger.cell(name, at).strip() for at in first for name in figures}
    words = {place: text for place, text in words.items() if text}
    keys = [name for name in schema.key if name in own and name not in source.melt]
    if not words or not keys or not all(map(_is_word, words.values())):
        return cells
    if not all(_is_no_key(ledger.cell(name, first[0]).strip()) for name in keys):
        return cells
    name, at = next(iter(words))
    named = [f"{ledger.heading(name, at)}{JOINT}{shown(text)}" for (name, at), text in words.items()]
    listed = ", ".join(f"'{heading}'" for heading in dict.fromkeys(named[:3])) + (" …" if len(named) > 3 else "")  # noqa: PLR2004
    hint = (
        f"take the row out, or add 'header_rows: {source.header_rows + 1}' to its source and name these columns with "
        f"it in params: {listed}."
    )
    where = np.zeros(len(ledger.rows), dtype=bool)
    where[at] = True
    message = "the row holds '{value}' where figures stand and no key: the headings seem to go on here."
    ledger.refuse_rows(where, name, "units-below-headings", message, hint)
    where[first] = True
    for column in ledger.texts:
        ledger.refuse_silently(where, column)
    return {column: told.only(~where) for column, told in cells.items()}


def _is_word(text: str) -> bool:
    """Whether a text can stand in a heading: no figure, no error, and no word for what was not measured."""
    plain = any(map(str.isalpha, text)) or not any(map(str.isalnum, text))
    said = says_nothing_was_measured(text) or is_spreadsheet_error(text) or text.strip("-–—.…?") == ""
    return plain and not said and not any(map(str.isdigit, text))


def _is_no_key(text: str) -> bool:
    return not text or text.casefold().strip(" :") in _OF_UNITS or _BRACKETED.fullmatch(text) is not None
