"""A look into an .ods worksheet: rows and cells that may say that they stand there a million times."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from review_kit.intake.raw import span_text
from review_kit.intake.readers.files import CannotReadError, too_large
from review_kit.intake.readers.looks import Look
from review_kit.intake.readers.packed import Parts, damaged, encrypted

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE = f"{_SPACE}table:1.0 ", f"{_SPACE}office:1.0 "
_SHEET = f"{_TABLE}table"
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_TEXT = f"{_SPACE}text:1.0 p"
_VALUES = {  # kinds of values, and the attribute that holds one; a text stands in the cell
    "float": "value",
    "percentage": "value",
    "currency": "value",
    "date": "date-value",
    "time": "time-value",
    "boolean": "boolean-value",
}
_ENDLESS = 100_000  # no table repeats a cell that often
_MOST_REPEATS = 1_000_000  # of all cells together that stand for others too
_MOST_TAGS = 8_000_000  # a sheet of a million cells has three elements for each of them
_LAST_COLUMN = 16_384
_DEEPEST = 100  # elements within one another; a note with lists in a cell has twenty
_CHUNK = 1 << 20
_SPANS = frozenset({"time", "timedelta"})  # the second is what pyexcel-ods writes
_SPAN = re.compile(
    r"(-)?P(?:([0-9]{1,9})D)?(?:T(?:([0-9]{1,9})H)?(?:([0-9]{1,9})M)?(?:([0-9]{1,9})(?:[.,]([0-9]+))?S)?)?"
)
_ERROR = re.compile(r"#[A-Z/0!?]+|Err:[0-9]+")


def look_ods(parts: Parts) -> dict[str, Look]:
    """All that is odd in each worksheet, by its name; the last of them may be endless, and then there are more.

    Raises:
        CannotReadError: the document is damaged, or protected by a password.

    """
    if b"encryption-data" in parts["META-INF/manifest.xml"]:
        raise encrypted()
    content = parts.xml("content.xml")
    if content.count(b"<") > _MOST_TAGS:
        raise too_large("the document holds too many cells.")
    looking = _Looking()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = looking.start, looking.end
    parser.CharacterDataHandler = looking.text
    parser.buffer_text = True
    try:
        for at in range(0, len(content), _CHUNK):
            parser.Parse(content[at : at + _CHUNK], False)
            if looking.look.endless:
                return looking.looks
        parser.Parse(b"", True)
    except expat.ExpatError:
        told = "the file is not a whole workbook."
        raise CannotReadError("damaged-file", told, "open it in LibreOffice and save it again.") from None
    return looking.looks


class _Looking:
    """What the parser tells, element by element."""

    def __init__(self) -> None:
        self.looks: dict[str, Look] = {}
        self.look = Look()
        self._depth = 0  # tables within one another
        self._nested = 0  # elements within one another
        self._row = self._column = 0  # of the last row and cell that are through
        self._rows = self._columns = 1  # how often the present ones stand there
        self._cell: dict[str, str] | None = None
        self._covered = False
        self._words: list[str] = []
        self._repeats = 0  # cells that other ones stand for
        self._top = 0  # the row of the last cell that others are merged with

    def start(self, name: str, attributes: dict[str, str]) -> None:
        self._nested += 1
        if self._nested > _DEEPEST:
            raise damaged()
        if name == _SHEET:
            self._depth += 1
            if self._depth == 1:
                self._row, self.look = 0, self.looks.setdefault(attributes.get(f"{_TABLE}name", ""), Look())
        if self._depth != 1:
            return
        if name == f"{_TABLE}table-row":
            self._column, self._rows = 0, _count(attributes, "rows")
            if attributes.get(f"{_TABLE}visibility", "visible") != "visible":
                self.look.hidden.append(self._row + 1)
        elif name in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"}:
            self._columns, self._cell, self._words = _count(attributes, "columns"), attributes, []
            self._covered = name.endswith("covered-table-cell")

    def text(self, words: str) -> None:
        if self._depth == 1 and self._cell is not None:
            self._words.append(words)

    def end(self, name: str) -> None:
        self._nested -= 1
        if name == _SHEET:
            self._depth -= 1
        if self._depth != 1:
            return
        if name == f"{_TABLE}table-row":
            self._row += self._rows
        elif name in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"} and self._cell is not None:
            self._saw(self._cell, "".join(self._words).strip())
            self._column += self._columns
            self._cell = None
            self.look.endless |= self._column > _LAST_COLUMN

    def _saw(self, cell: dict[str, str], words: str) -> None:
        kind = cell.get(f"{_OFFICE}value-type", "")
        if f"{_TABLE}number-rows-spanned" in cell or f"{_TABLE}number-columns-spanned" in cell:
            self._top = self._row + 1
        formula = f"{_TABLE}formula" in cell
        if not (kind or words or self._covered or formula) or self.look.endless:
            return
        self._repeats += self._rows * self._columns - 1
        self.look.endless = self._rows * self._columns > _ENDLESS or self._repeats > _MOST_REPEATS
        if self.look.endless:
            self.look.saw(self._row + self._rows, self._column + self._columns)
        elif self._covered:
            self.look.covered |= dict.fromkeys(self._places(), self._top)
        elif not words and (not kind or (formula and _has_no_value(kind, cell))):
            self.look.uncomputed |= set(self._places())
        else:
            self.look.saw(self._row + self._rows, self._column + self._columns)
            self.look.cells += self._rows * self._columns - 1
            if kind == "percentage":
                self.look.percents |= set(self._places())
            if kind in _SPANS:
                self.look.shown |= dict.fromkeys(self._places(), _span(cell.get(f"{_OFFICE}time-value", words)))
            if cell.get(f"{_CALC}value-type") == "error" or (formula and _ERROR.fullmatch(words)):
                self.look.shown |= dict.fromkeys(self._places(), words or "#N/A")

    def _places(self) -> Iterator[tuple[int, int]]:
        for row in range(self._row + 1, self._row + self._rows + 1):
            for column in range(self._column + 1, self._column + self._columns + 1):
                yield row, column


def _has_no_value(kind: str, cell: dict[str, str]) -> bool:
    """Whether a cell says of what kind its value is, and then gives none."""
    return kind in _VALUES and f"{_OFFICE}{_VALUES[kind]}" not in cell


def _span(told: str) -> str:
    """'30:00:00' for PT30H00M00S; what is no span of hours stays as it is."""
    found = _SPAN.fullmatch(told)
    if not found:
        return told
    sign, days, hours, minutes, seconds, part = found.groups(default="")
    whole = (int(days or 0) * 24 + int(hours or 0)) * 3_600 + int(minutes or 0) * 60 + int(seconds or 0)
    return sign + span_text(whole * 10**9 + int(part[:9].ljust(9, "0")))


def _count(attributes: dict[str, str], what: str) -> int:
    told = attributes.get(f"{_TABLE}number-{what}-repeated", "1")
    return max(1, int(told)) if told.isdigit() and len(told) < 9 else 1  # noqa: PLR2004 - a billion is none
