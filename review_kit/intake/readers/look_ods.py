"""A look into an .ods worksheet: rows and cells that may say that they stand there a million times."""

import re
from collections.abc import Iterator
from xml.parsers import expat

from review_kit.intake.readers.files import CannotReadError
from review_kit.intake.readers.looks import Look
from review_kit.intake.readers.packed import Parts, encrypted

_SPACE = "urn:oasis:names:tc:opendocument:xmlns:"
_TABLE, _OFFICE = f"{_SPACE}table:1.0 ", f"{_SPACE}office:1.0 "
_CALC = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0 "
_TEXT = f"{_SPACE}text:1.0 p"
_ENDLESS = 100_000  # no table repeats a cell that often
_ERROR = re.compile(r"#[A-Z/0!?]+|Err:[0-9]+")


def look_ods(parts: Parts, sheet: str | None) -> Look:
    """All that is odd in one worksheet; of None only whether any of the document is endless.

    Raises:
        CannotReadError: the document is damaged, or protected by a password.

    """
    if b"encryption-data" in parts["META-INF/manifest.xml"]:
        raise encrypted()
    looking = _Looking(sheet)
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartElementHandler, parser.EndElementHandler = looking.start, looking.end
    parser.CharacterDataHandler = looking.text
    parser.buffer_text = True
    try:
        parser.Parse(parts["content.xml"], True)
    except expat.ExpatError:
        told = "the file is not a whole workbook."
        raise CannotReadError("damaged-file", told, "open it in LibreOffice and save it again.") from None
    return looking.look


class _Looking:
    """What the parser tells, element by element."""

    def __init__(self, sheet: str | None) -> None:
        self.look = Look()
        self._sheet = sheet  # None: every one
        self._depth = 0  # tables within the one that is looked for
        self._row = self._column = 0  # of the last row and cell that are through
        self._rows = self._columns = 1  # how often the present ones stand there
        self._cell: dict[str, str] | None = None
        self._covered = False
        self._words: list[str] = []
        self._top = 0  # the row of the last cell that others are merged with

    def start(self, name: str, attributes: dict[str, str]) -> None:
        if name == f"{_TABLE}table" and (self._depth or self._sheet in {None, attributes.get(f"{_TABLE}name")}):
            self._depth += 1
            self._row = 0 if self._depth == 1 else self._row
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
        if name == f"{_TABLE}table" and self._depth:
            self._depth -= 1
            if not self._depth and self._sheet is not None:
                self._sheet = "\0"  # names are unique; nothing further is looked at
        if self._depth != 1:
            return
        if name == f"{_TABLE}table-row":
            self._row += self._rows
        elif name in {f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"} and self._cell is not None:
            self._saw(self._cell, "".join(self._words).strip())
            self._column += self._columns
            self._cell = None

    def _saw(self, cell: dict[str, str], words: str) -> None:
        kind = cell.get(f"{_OFFICE}value-type", "")
        if f"{_TABLE}number-rows-spanned" in cell or f"{_TABLE}number-columns-spanned" in cell:
            self._top = self._row + 1
        if self._covered and self._rows * self._columns <= _ENDLESS:
            self.look.covered |= dict.fromkeys(self._places(), self._top)
            return
        if not kind and not words:
            if f"{_TABLE}formula" in cell and self._rows * self._columns <= _ENDLESS:
                self.look.uncomputed |= set(self._places())
            return
        self.look.saw(self._row + self._rows, self._column + self._columns)
        if self._rows * self._columns > _ENDLESS:
            self.look.endless = True
        if self.look.endless:
            return
        self.look.cells += self._rows * self._columns - 1
        if kind == "percentage":
            self.look.percents |= set(self._places())
        if cell.get(f"{_CALC}value-type") == "error" or (f"{_TABLE}formula" in cell and _ERROR.fullmatch(words)):
            self.look.errors |= dict.fromkeys(self._places(), words or "#N/A")

    def _places(self) -> Iterator[tuple[int, int]]:
        for row in range(self._row + 1, self._row + self._rows + 1):
            for column in range(self._column + 1, self._column + self._columns + 1):
                yield row, column


def _count(attributes: dict[str, str], what: str) -> int:
    told = attributes.get(f"{_TABLE}number-{what}-repeated", "1")
    return max(1, int(told)) if told.isdigit() and len(told) < 9 else 1  # noqa: PLR2004 - a billion is none
