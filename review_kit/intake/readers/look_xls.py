"""A look into an .xls workbook: a file system in a file ([MS-CFB]) that holds a stream of records ([MS-XLS])."""

import struct
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from review_kit.intake.readers.files import CannotReadError
from review_kit.intake.readers.looks import BUILT_IN_PERCENT, ERRORS, Look, Place, shown_in_percent
from review_kit.intake.readers.packed import damaged, encrypted

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFA  # numbers from here on name no sector
_ENTRY = 128  # bytes of an entry of the directory
_COUNTS = (40, 44, 64, 72)  # where the head says how many sectors there are of one kind
_SMALL = 4096  # streams below this size lie in sectors of 64 bytes
_BOF, _EOF, _FILEPASS, _SHEET, _STYLE, _FORMAT, _ROW = 0x809, 0x0A, 0x2F, 0x85, 0xE0, 0x41E, 0x208
_NUMBER, _RK, _MANY_RK, _FORMULA, _BOOL_OR_ERROR, _TEXT, _SHARED_TEXT = 0x203, 0x27E, 0xBD, 0x06, 0x205, 0x204, 0xFD
_CELLS = frozenset({_NUMBER, _RK, _FORMULA, _BOOL_OR_ERROR, _TEXT, _SHARED_TEXT})
_STRINGS, _RANGE = 0xFC, 0x200
_RANGES = {10: "<HHHH", 14: "<IIHH"}  # older workbooks write shorter numbers
_LAST_ROW, _LAST_COLUMN = 65_536, 256
_MOST_SHEETS = 1_000
_RECALC = 0x1C1  # the version of what computed; every Excel of this century tells it
_XLWT = struct.pack("<HHII", 0x0DBB, 0x07CC, 0, 6)  # how the first record ends; xlwt computes nothing
_BLANK_TEXT = b"\x03\0\0\0\0\0\xff\xff"  # the result of a formula that gives '', and what xlwt writes for every one
_HIDDEN = 0x20
_FORMULA_ERROR = 2  # first byte of a formula's result where it is an error; the last two are then set


def look_xls(raw: bytes, sheet: str) -> Look:
    """All that is odd in one worksheet.

    Raises:
        CannotReadError: the workbook is damaged, or protected by a password.

    """
    try:
        stream = old_workbook(raw)
        book = _sheets(stream)
        start = next((start for name, start in book.starts if name == sheet), None)
        if start is None:
            raise damaged()
        look = _look_at_cells(stream, start, book.percents)
        look.uncomputed = set() if book.computes else _uncomputed(stream, start)
    except (struct.error, IndexError, ValueError):
        raise damaged() from None
    return look


def looks_of(raw: bytes) -> Iterator[Look]:
    """Every worksheet of the workbook: opening it lays out all of them.

    Raises:
        CannotReadError: the workbook is damaged, or protected by a password.

    """
    try:
        stream = old_workbook(raw)
        book = _sheets(stream)
        for start in sorted({start for _, start in book.starts}):
            yield _look_at_cells(stream, start, book.percents)
    except (struct.error, IndexError, ValueError):
        raise damaged() from None


def old_workbook(raw: bytes) -> bytes:
    """The stream of the workbook.

    Raises:
        CannotReadError: there is none: newer workbooks with a password are such files too.

    """
    try:
        return _workbook(raw)
    except (struct.error, IndexError, ValueError, KeyError):
        told = "the workbook is protected by a password, or is not whole."
        raise CannotReadError("encrypted-file", told, "open it, take the password off, and save it as .xlsx.") from None


def _workbook(raw: bytes) -> bytes:
    sector = 1 << struct.unpack_from("<H", raw, 30)[0]
    if not raw.startswith(_SIGNATURE) or sector not in {512, 4096}:
        raise ValueError
    count = len(raw) // sector
    if any(struct.unpack_from("<I", raw, at)[0] > count for at in _COUNTS):
        raise ValueError  # a program that trusts it would ask for all the memory at once
    tables, following = list(struct.unpack_from("<109I", raw, 76)), struct.unpack_from("<I", raw, 68)[0]
    while following < _END:
        if len(tables) > count + 109:
            raise ValueError  # a circle
        numbers = struct.unpack_from(f"<{sector // 4}I", raw, (following + 1) * sector)
        tables += numbers[:-1]
        following = numbers[-1]
    links: list[int] = []
    for table in tables:
        if table < _END and len(links) <= count:
            links += struct.unpack_from(f"<{sector // 4}I", raw, (table + 1) * sector)

    def chain(first: int) -> bytes:
        numbers: list[int] = []
        at = first
        while at < _END:
            if len(numbers) > count:
                raise ValueError  # a circle
            numbers.append(at)
            at = links[at]
        return b"".join(raw[(number + 1) * sector : (number + 2) * sector] for number in numbers)

    return _stream(chain(struct.unpack_from("<I", raw, 48)[0]), chain, raw)


def _stream(directory: bytes, chain: Callable[[int], bytes], raw: bytes) -> bytes:
    entries: dict[str, tuple[int, int]] = {}
    for at in range(0, len(directory) - _ENTRY + 1, _ENTRY):
        length = struct.unpack_from("<H", directory, at + 64)[0]
        name = directory[at : at + max(0, length - 2)].decode("utf-16-le", errors="replace")
        if directory[at + 66] and struct.unpack_from("<I", directory, at + 120)[0] > len(raw):
            raise ValueError  # longer than the file
        entries.setdefault(name, (struct.unpack_from("<I", directory, at + 116)[0], at))
    if "EncryptedPackage" in entries:
        raise encrypted()
    name = "Workbook" if "Workbook" in entries else "Book"
    if name not in entries:
        raise ValueError
    first, at = entries[name]
    size = struct.unpack_from("<I", directory, at + 120)[0]
    if size >= _SMALL:
        return chain(first)[:size]
    root = entries["Root Entry"][0]
    return _small(chain(root), chain(struct.unpack_from("<I", raw, 60)[0]), first)[:size]


def _small(content: bytes, table: bytes, first: int) -> bytes:
    """A stream of sectors of 64 bytes."""
    links = struct.unpack(f"<{len(table) // 4}I", table)
    found: list[bytes] = []
    at = first
    while at < _END:
        if len(found) > len(links):
            raise ValueError  # a circle
        found.append(content[at * 64 : at * 64 + 64])
        at = links[at]
    return b"".join(found)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    while at + 4 <= len(stream):
        kind, size = struct.unpack_from("<HH", stream, at)
        yield kind, stream[at + 4 : at + 4 + size]
        at += 4 + size


@dataclass(slots=True)
class _Book:
    """What stands before the first sheet."""

    starts: list[tuple[str, int]]  # the name of each sheet, and where it begins
    percents: set[int]  # numbers of the cell styles that show numbers times 100
    computes: bool  # whether the program that wrote it gives formulas their values


def _sheets(stream: bytes) -> _Book:
    """What the stream says of all its sheets.

    Raises:
        CannotReadError: a password protects the workbook, or it has more sheets than any.

    """
    formats: set[int] = set(BUILT_IN_PERCENT)
    styles: list[int] = []
    starts: list[tuple[str, int]] = []
    for number, (kind, content) in enumerate(_records(stream, 0)):
        if kind == _FILEPASS:
            raise encrypted()
        if kind == _EOF or (kind == _BOF and number):
            break
        if kind == _STRINGS and 3 * struct.unpack_from("<I", content, 4)[0] > len(stream):  # a text takes three bytes
            raise damaged()
        if kind == _FORMAT and shown_in_percent(content[3:].decode("latin-1").replace("\0", "")):
            formats.add(struct.unpack_from("<H", content)[0])
        elif kind == _STYLE:
            styles.append(struct.unpack_from("<H", content, 2)[0])
        elif kind == _SHEET:
            starts.append((_name(content), struct.unpack_from("<I", content)[0]))
            if len(starts) > _MOST_SHEETS:
                raise damaged()
    return _Book(starts, {number for number, style in enumerate(styles) if style in formats}, _computes(stream))


def _computes(stream: bytes) -> bool:
    """Whether the program that wrote the workbook gives formulas their values."""
    for number, (kind, content) in enumerate(_records(stream, 0)):
        if kind == _RECALC or (number == 0 and content[4:] != _XLWT):
            return True
        if kind == _EOF:
            break
    return False


def _name(content: bytes) -> str:
    """The name of a sheet: a length, whether letters have two bytes, the letters."""
    two_bytes = content[7] & 1
    return content[8:].decode("utf-16-le" if two_bytes else "latin-1", errors="replace")


def _look_at_cells(stream: bytes, start: int, percents: set[int]) -> Look:
    look = Look()
    depth = 0  # charts inside a sheet are streams of their own
    for kind, content in _records(stream, start):
        depth += (kind == _BOF) - (kind == _EOF)
        if depth == 0:
            break
        if kind == _RANGE and len(content) in _RANGES:
            top, rows, left, columns = struct.unpack_from(_RANGES[len(content)], content)
            turned = rows and columns and (top >= rows or left >= columns)
            if turned or rows > _LAST_ROW or columns > _LAST_COLUMN:
                raise damaged()  # as with the counts of the head
        if depth == 1 and kind == _ROW and struct.unpack_from("<H", content, 12)[0] & _HIDDEN:
            look.hidden.append(struct.unpack_from("<H", content)[0] + 1)
        elif depth == 1 and kind == _MANY_RK:
            row, first = struct.unpack_from("<HH", content)
            for number in range((len(content) - 6) // 6):
                _saw(look, row, first + number, struct.unpack_from("<H", content, 4 + 6 * number)[0], percents)
        elif depth == 1 and kind in _CELLS:
            row, column, style = struct.unpack_from("<HHH", content)
            _saw(look, row, column, style, percents)
            error = _error(kind, content)
            if error is not None:
                look.shown[row + 1, column + 1] = ERRORS.get(error, "#N/A")
    return look


def _uncomputed(stream: bytes, start: int) -> set[Place]:
    """All formulas of a sheet, where each of them gives the empty text; one that gives more tells that they count."""
    found = set()
    for kind, content in _records(stream, start):
        if kind == _EOF:
            break
        if kind == _FORMULA:
            if content[6:14] != _BLANK_TEXT:
                return set()
            row, column = struct.unpack_from("<HH", content)
            found.add((row + 1, column + 1))
    return found


def _error(kind: int, content: bytes) -> int | None:
    """The number of the error that a cell holds; None for any other content."""
    if kind == _BOOL_OR_ERROR and content[7]:
        return content[6]
    wrong = kind == _FORMULA and content[6] == _FORMULA_ERROR and content[12:14] == b"\xff\xff"
    return content[8] if wrong else None


def _saw(look: Look, row: int, column: int, style: int, percents: set[int]) -> None:
    look.saw(row + 1, column + 1)
    if style in percents:
        look.percents.add((row + 1, column + 1))
