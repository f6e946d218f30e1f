"""The XML of a worksheet in the one way of writing that a look can search through quickly and without being misled."""

import io
import re
from xml.parsers import expat

from review_kit.intake.raw import column_letters
from review_kit.intake.readers.looks import column_number
from review_kit.intake.readers.packed import damaged

_REST = rb'(?: [A-Za-z0-9:]++="[^"<>]*+")*+ ?/?>'
# A tag that is not written as nearly all programs do: the place first, double quotes, single blanks; or what could hide
# tags, such as a comment. A few programs leave places out, or put a prefix before every name.
_UNUSUAL = re.compile(
    rb'<(?=c\b|row\b)(?!c r="[A-Z]{1,3}[0-9]{1,7}"' + _REST + rb'|row r="[0-9]{1,7}"' + _REST + rb")|<!|<\?(?!xml )"
)
_ROOT = re.compile(rb"<worksheet\b")
_PLACE = re.compile(r"([A-Z]{1,3})([0-9]{1,7})")
_INSIDE = frozenset({"f", "v", "is"})
_LAST_ROW, _LAST_COLUMN = 1_048_576, 16_384


def plain_sheet(xml: bytes) -> bytes:
    """The worksheet itself where it is written plainly; else its rows, cells, formulas and values written anew.

    Raises:
        CannotReadError: it is no XML, or a cell has no place that a sheet has.

    """
    if _ROOT.search(xml[:8192]) and not _UNUSUAL.search(xml):
        return xml
    rewriting = _Rewriting()
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = rewriting.start, rewriting.end
    parser.CharacterDataHandler = rewriting.text
    try:
        parser.Parse(xml, True)
    except expat.ExpatError:
        raise damaged() from None
    return rewriting.made.getvalue()


class _Rewriting:
    """What the parser tells, element by element; rows and cells without a place follow on those before them."""

    def __init__(self) -> None:
        self.made = io.BytesIO()
        self._row = self._column = 0
        self._waiting = ""  # the tag of a cell in which nothing stands yet: a cell that is only coloured is none
        self._in_value = False

    def start(self, name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        if local == "row":
            own = attributes.get("r")
            self._row, self._column = _number(own) if own else self._row + 1, 0
            hidden = ' hidden="1"' if attributes.get("hidden") in {"1", "true"} else ""
            self._write(f'<row r="{self._row}"{hidden}>')
        elif local == "c":
            self._cell(attributes)
        elif local in _INSIDE:
            self._write(f"{self._waiting}<{local}>")
            self._waiting, self._in_value = "", local == "v"

    def _cell(self, attributes: dict[str, str]) -> None:
        own, row = attributes.get("r"), self._row
        if own is None:
            self._column += 1
        else:
            found = _PLACE.fullmatch(own.strip().upper())
            if found is None:
                raise damaged()
            self._column, row = column_number(found[1]), _number(found[2])
        if not 0 < self._column <= _LAST_COLUMN or not 0 < row <= _LAST_ROW:
            raise damaged()
        told = [f' {name}="{attributes[name]}"' for name in ("s", "t") if attributes.get(name, "").isalnum()]
        self._waiting = f'<c r="{column_letters(self._column)}{row}"{"".join(told)}>'

    def end(self, name: str) -> None:
        local = name.rpartition(":")[2]
        if local in _INSIDE or (local in {"row", "c"} and not self._waiting):
            self._write(f"</{local}>")
        self._waiting = "" if local == "c" else self._waiting
        self._in_value = False

    def text(self, words: str) -> None:
        if self._in_value:
            self._write(words.replace("<", "").replace(">", ""))

    def _write(self, text: str) -> None:
        self.made.write(text.encode())


def _number(text: str) -> int:
    text = text.strip()
    if not (text.isdecimal() and len(text) <= len(str(_LAST_ROW))):
        raise damaged()
    return int(text)
