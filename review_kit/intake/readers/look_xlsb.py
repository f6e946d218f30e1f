"""A look into an .xlsb worksheet: records of a type, a length and their content ([MS-XLSB] 2.1.4)."""

import struct
from collections.abc import Iterator

from review_kit.intake.readers.looks import BUILT_IN_PERCENT, ERRORS, Look, shown_in_percent
from review_kit.intake.readers.packed import Parts, damaged

_ROW, _BLANK, _ERROR, _LAST_CELL, _FORMULA_ERROR = 0, 1, 3, 11, 11
_SHEET, _FORMAT, _STYLE, _STYLES_BEGIN, _STYLES_END = 156, 44, 47, 617, 618
_LONGER = 0x80  # the bit of a byte that says that another follows
_BITS_OF_A_SIZE = 28  # bits of the size of a record
_LEAST = {2: 12, 3: 9, 4: 9, 5: 16, 6: 12, 7: 12, 8: 12, 9: 16, 10: 9, 11: 9}  # bytes of a cell by its kind
_HIDDEN = 0x10  # of the third byte of a row's flags


def look_xlsb(parts: Parts, sheet: str) -> Look:
    """All that is odd in one worksheet.

    Raises:
        CannotReadError: the workbook does not say which part holds it, or a record is cut short.

    """
    try:
        return _look(parts, sheet)
    except (struct.error, IndexError):
        raise damaged() from None


def must_be_whole(parts: Parts) -> None:
    """Whether the parts that are read on opening keep to their own ends: memory is taken by what a record claims.

    Raises:
        CannotReadError: a record is longer than its part.

    """
    for name in ("xl/workbook.bin", "xl/styles.bin", "xl/sharedStrings.bin"):
        for _ in _records(parts[name]):
            pass


def _look(parts: Parts, sheet: str) -> Look:
    look = Look()
    name = _part_of(parts, sheet)
    if name not in parts:
        raise damaged()
    percents = _percent_styles(parts)
    row = 0
    for kind, content in _records(parts[name]):
        if kind == _ROW:
            above, row = row, struct.unpack_from("<I", content)[0] + 1
            if row <= above:  # one cell would have two values
                raise damaged()
            if len(content) > 11 and content[11] & _HIDDEN:  # noqa: PLR2004 - row, style and height stand before
                look.hidden.append(row)
        elif _BLANK < kind <= _LAST_CELL:
            if len(content) < _LEAST[kind]:  # a reader would take what is left of the record before
                raise damaged()
            column, style = struct.unpack_from("<II", content)
            place = (row, column + 1)
            look.saw(*place)
            if style & 0xFFFFFF in percents:
                look.percents.add(place)
            if kind in {_ERROR, _FORMULA_ERROR}:
                look.shown[place] = ERRORS.get(content[8], "#N/A")
    return look


def _records(content: bytes) -> Iterator[tuple[int, bytes]]:
    at = 0
    while at < len(content):
        kind, at = content[at], at + 1
        if kind & _LONGER and at < len(content):
            kind, at = (kind & 0x7F) | (content[at] << 7), at + 1
        size, shift = 0, 0
        while at < len(content):
            part, at = content[at], at + 1
            size |= (part & 0x7F) << shift
            shift += 7
            if not part & _LONGER:
                break
            if shift == _BITS_OF_A_SIZE:
                raise damaged()
        if at + size > len(content):
            raise damaged()
        yield kind, content[at : at + size]
        at += size


def _wide(content: bytes, at: int) -> tuple[str, int]:
    """The text at a place, two bytes a letter after its length, and where it ends."""
    count = struct.unpack_from("<I", content, at)[0]
    end = at + 4 + 2 * count
    return content[at + 4 : end].decode("utf-16-le", errors="replace"), end


def _part_of(parts: Parts, sheet: str) -> str:
    for kind, content in _records(parts["xl/workbook.bin"]):
        if kind == _SHEET:
            identity, end = _wide(content, 8)
            if _wide(content, end)[0] == sheet:
                return parts.linked("xl/_rels/workbook.bin.rels", identity, "xl")
    return ""


def _percent_styles(parts: Parts) -> set[int]:
    formats, styles, number, inside = set(BUILT_IN_PERCENT), set(), 0, False
    for kind, content in _records(parts["xl/styles.bin"]):
        if kind == _FORMAT and shown_in_percent(_wide(content, 2)[0]):
            formats.add(struct.unpack_from("<H", content)[0])
        elif kind in {_STYLES_BEGIN, _STYLES_END}:
            inside = kind == _STYLES_BEGIN
        elif kind == _STYLE and inside:
            if struct.unpack_from("<H", content, 2)[0] in formats:
                styles.add(number)
            number += 1
    return styles
