"""Delimited text to cells, with the physical line at which each record starts."""

import codecs
import csv
import gc
import io
import re
from dataclasses import dataclass, field

import numpy as np

from review_kit.intake.raw import (
    FIRST,
    LISTED,
    MOST_CELLS,
    MOST_COLUMNS,
    NO_ROWS,
    RawTable,
    as_columns,
    joined_headings,
    too_wide,
)
from review_kit.intake.readers.encodings import UTF_16, contradiction
from review_kit.intake.readers.files import CannotReadError, too_large
from review_kit.intake.readers.forms import must_be
from review_kit.intake.readers.plain import WORTH_IT, read_plain
from review_kit.model.fault import Fault
from review_kit.params import Source

_DELIMITERS = (";", "\t", ",", "|")
_LONE_SURROGATE = re.compile("[\udc80-\udcff]")  # a byte that the encoding does not know
_EXCELS = re.compile("sep=[^\\w\\s]?", re.IGNORECASE)  # a tab or a sign at which it was cut is gone
_MOST_BAD_QUOTES = 10_000
_LARGEST_CELL = 1_000_000  # characters; more is an unclosed quote that swallowed the rest of the file


@dataclass(slots=True)
class _Reading:
    """One pass over a file."""

    source: Source
    width: int = 0
    headings: list[str] = field(default_factory=list)
    header_lines: list[list[str]] = field(default_factory=list)
    records: list[list[str]] = field(default_factory=list)
    rows: list[int] = field(default_factory=list)
    next_row: int = 1  # the line at which the record that is being read starts
    unreadable: int = 0
    suspect: bool = False  # whether bytes of another encoding, or NUL, stand somewhere
    odd: list[tuple[int, list[str]]] = field(default_factory=list)  # the first ragged rows, and lines above the header
    surplus: list[int] = field(default_factory=list)  # positions of records with empty cells beyond the header
    counted: dict[str, int] = field(default_factory=dict)  # faults by rule
    further: dict[str, list[int]] = field(default_factory=dict)  # by rule, the rows beyond those told one by one
    faults: list[Fault] = field(default_factory=list)

    def fault(
        self, rule: str, message: str, hint: str, *, row: int | None = None, column: str = "", value: str = ""
    ) -> None:
        """Tell it; of many rows of one rule the first thousand one by one, the others together."""
        self.counted[rule] = self.counted.get(rule, 0) + 1
        if row is not None and self.counted[rule] > LISTED:
            self.further.setdefault(rule, []).append(row)
            return
        told = Fault(
            file=self.source.name, rule=rule, message=message, hint=hint, row=row, column=column, value=value[:200]
        )
        self.faults.append(told)

    def told(self) -> list[Fault]:
        """All faults; of each rule the first thousand, and the range of the others."""
        for rule, rows in self.further.items():
            message = f"the same holds for {len(set(rows))} more rows, {rows[0]} to {rows[-1]}."
            hint = "the first of them are told one by one."
            self.faults.append(Fault(file=self.source.name, rule=rule, message=message, hint=hint, row=rows[0]))
        return self.faults


def read_csv(raw: bytes, source: Source) -> RawTable:
    """Cells of a delimited file; everything wrong with its form becomes a fault."""
    reading = _Reading(source)
    try:
        must_be("csv", raw)
        if raw.count(source.delimiter.encode()) > MOST_CELLS:
            raise too_large(f"the file has more than {MOST_CELLS:,} cells.")
    except CannotReadError as error:
        reading.fault(error.rule, str(error), error.hint)
        return RawTable(faults=reading.faults)
    if len(raw) >= WORTH_IT and codecs.lookup(source.encoding).name == "utf-8" and source.header_rows == 1:
        plain = read_plain(raw, source.delimiter, source.header_row)
        if plain is not None:
            return plain
    encoding = _usable_encoding(raw, reading)
    if not encoding:
        return RawTable(faults=reading.faults)
    limit, collects = csv.field_size_limit(_LARGEST_CELL), gc.isenabled()
    gc.disable()  # a million lists without cycles: looking for some would double the time
    try:
        _cut(io.TextIOWrapper(io.BytesIO(raw), encoding, errors="surrogateescape", newline=""), reading)
    finally:
        csv.field_size_limit(limit)
        if collects:
            gc.enable()
    _refuse_surplus(reading)
    if reading.suspect:
        _refuse_bad_bytes(reading)
    return RawTable(
        headings=tuple(reading.headings),
        columns=as_columns(reading.records, reading.width),
        rows=np.array(reading.rows, dtype=np.int64),
        unreadable=reading.unreadable,
        faults=reading.told(),
        first=sorted([*zip(reading.rows[:FIRST], reading.records[:FIRST], strict=True), *reading.odd]),
    )


def _usable_encoding(raw: bytes, reading: _Reading) -> str:
    """The encoding by which the text can be read, with unknown bytes as lone surrogates; '' where there is none."""
    encoding = codecs.lookup(reading.source.encoding).name
    wrong, hint = contradiction(raw, encoding)
    if wrong:
        reading.fault("bad-encoding", wrong, hint, row=1)
        return ""
    if encoding == "utf-8":
        encoding = "utf-8-sig"
    if encoding in {"utf-16-le", "utf-16-be"} and raw.startswith(UTF_16):
        encoding = "utf-16"
    try:
        text = raw.decode(encoding, errors="surrogateescape")
    except UnicodeError:
        hint = "take encoding out of its source." if raw.isascii() else "declare its encoding in params."
        reading.fault("bad-encoding", f"the file is not {reading.source.encoding}.", hint)
        return ""
    if not text.strip():
        reading.fault("no-rows", "the file is empty.", "export it again.")
        return ""
    reading.suspect = "\0" in text or _LONE_SURROGATE.search(text) is not None
    return encoding


def _cut(lines: io.TextIOBase, reading: _Reading) -> None:
    """Records of the text; the header is the first one at or after `header_row`."""
    skipped = reading.source.header_row - 1
    _skip(lines, skipped, reading)
    rows = csv.reader(lines, delimiter=reading.source.delimiter, strict=True)
    start = skipped + 1
    while True:
        try:
            start = _take_records(rows, start, skipped, reading)
        except csv.Error as error:
            reading.unreadable += 1
            what, hint = _in_words(str(error))
            reading.fault("bad-quotes", what, hint, row=reading.next_row)
            if "end of data" in str(error):  # the rows that the open quote swallowed
                reading.unreadable += max(skipped + rows.line_num - reading.next_row, 0)
            if "field larger" in str(error) or reading.counted["bad-quotes"] > _MOST_BAD_QUOTES:
                # cut in the middle of a cell, or by other rules than ours: what follows would be noise
                reading.unreadable += sum(1 for _ in lines)
                break
            start = skipped + rows.line_num + 1
            continue
        break
    if reading.width > MOST_COLUMNS:
        told = f"the header has {reading.width:,} cells; at most {MOST_COLUMNS:,} are read."
        reading.fault("file-too-large", told, "keep the columns that are needed.", row=reading.source.header_row)
        reading.width, reading.headings = 0, []
    elif not reading.width:
        reading.fault("missing-column", "no header was found.", "header_row names the row of the headings.")
    elif not reading.records and not reading.unreadable:
        reading.fault("no-rows", "the header has no rows below it.", NO_ROWS, row=start)


def _skip(lines: io.TextIOBase, count: int, reading: _Reading) -> None:
    """The lines above the header, of which the first are kept: the headings may stand there."""
    for number in range(1, count + 1):
        line = lines.readline()
        if not line:
            break
        if number <= FIRST and line.strip():
            reading.odd.append((number, line.rstrip("\r\n").split(reading.source.delimiter)))


def _take_records(rows: "csv._reader", start: int, skipped: int, reading: _Reading) -> int:  # type: ignore[name-defined]
    """Take records until the end, or until one that cannot be cut; `next_row` then says where it starts."""
    width, take, number = reading.width, reading.records.append, reading.rows.append
    reading.next_row = start
    try:
        for record in rows:
            if width > MOST_COLUMNS:
                return start
            if len(record) == width and width and record[0].strip():
                take(record)
                number(start)
            elif any(cell.strip() for cell in record):
                _odd(record, start, reading)
                width = reading.width
            start = skipped + rows.line_num + 1
    finally:
        reading.next_row = start
    return start


def _in_words(error: str) -> tuple[str, str]:
    if "NUL" in error:
        return "the row holds a NUL byte.", "export the file again; it may be damaged, or UTF-16."
    if "end of data" in error or "field larger" in error:
        return "a quote is opened here and never closed.", 'close it, or write a quote inside a cell twice ("").'
    return "text follows the closing quote of a cell.", 'write a quote inside a cell twice ("").'


def _odd(record: list[str], row: int, reading: _Reading) -> None:
    """The header, a record with an empty first cell, or one of the wrong length."""
    if not reading.width:
        reading.header_lines.append(record)
        if reading.source.header_rows > 1:
            reading.odd.append((row, record))
        if len(reading.header_lines) == reading.source.header_rows:
            reading.headings = joined_headings(reading.header_lines)
            reading.width = len(reading.headings)
        return
    if len(record) > reading.width and not too_wide(record, reading.width):
        reading.surplus.append(len(reading.records))
        record = record[: reading.width]
    if len(record) == reading.width:
        reading.records.append(record)
        reading.rows.append(row)
        return
    reading.unreadable += 1
    rule, word = ("extra-cell", "more") if len(record) > reading.width else ("missing-cell", "fewer")
    if len(reading.odd) < FIRST:
        reading.odd.append((row, record))
    told = f"the row has {len(record)} cells, {word} than the {reading.width} of the header."
    hint = f"is a cell with '{reading.source.delimiter}' in it quoted?" if word == "more" else "is the row cut short?"
    beyond = reading.source.delimiter.join(record[reading.width :])
    reading.fault(rule, told, hint, row=row, value=beyond)


def _refuse_surplus(reading: _Reading) -> None:
    """Takes out records whose cells moved, by a comma within a number: one cell too many, and the last one filled.

    Empty cells beyond the header are no harm by themselves. Where other rows leave the last column empty, a row that
    fills it and goes on beyond it has moved by one.
    """
    out = {at for at in reading.surplus if reading.records[at][-1].strip()}
    if not out or all(record[-1].strip() for at, record in enumerate(reading.records) if at not in out):
        return
    sign = reading.source.delimiter
    told = f"the row has a cell more than the {reading.width} of the header, and its last column is filled."
    hint = f"is a cell with '{sign}' in it quoted? If nothing moved, take out the '{sign}' at the end of the row."
    for at in sorted(out):
        reading.fault("extra-cell", told, hint, row=reading.rows[at])
    reading.unreadable += len(out)
    reading.records = [record for at, record in enumerate(reading.records) if at not in out]
    reading.rows = [row for at, row in enumerate(reading.rows) if at not in out]


def _refuse_bad_bytes(reading: _Reading) -> None:
    """Takes out the records that hold bytes of another encoding, or NUL, each with a fault."""
    kept = []
    for number, record in enumerate(reading.records):
        bad = [index for index, cell in enumerate(record) if _LONE_SURROGATE.search(cell) or "\0" in cell]
        if not bad:
            kept.append(number)
            continue
        reading.unreadable += 1
        for index in bad:
            _tell_bad_cell(record[index], reading.headings[index], reading.rows[number], reading)
    if any(_LONE_SURROGATE.search(heading) for heading in reading.headings):
        reading.headings = [_shown_bytes(heading) for heading in reading.headings]
    reading.records = [reading.records[number] for number in kept]
    reading.rows = [reading.rows[number] for number in kept]


def _tell_bad_cell(cell: str, heading: str, row: int, reading: _Reading) -> None:
    shown = _shown_bytes(cell)[:200]
    nul = "\0" in cell
    reading.fault(
        "unsafe-text" if nul else "bad-encoding",
        f"'{shown}' holds a NUL byte." if nul else f"'{shown}' is not {reading.source.encoding} text.",
        "export the file again." if nul else "save the file as UTF-8, or add 'encoding: cp1252' to its source.",
        row=row,
        column=_shown_bytes(heading),
        value=shown,
    )


def _shown_bytes(text: str) -> str:
    return _LONE_SURROGATE.sub(lambda found: f"\\x{ord(found[0]) - 0xDC00:02x}", text).replace("\0", "\\x00")


def likely_delimiter(headings: tuple[str, ...], declared: str) -> str:
    """The sign that cuts a lone heading into several ('' where none does)."""
    if len(headings) != 1:
        return ""
    return next((sign for sign in _DELIMITERS if sign != declared and sign in headings[0]), "")


def excel_delimiter(headings: tuple[str, ...], declared: str) -> str:
    """The sign that a first line such as 'sep=;' tells Excel, however that line was cut; '' for any other line."""
    first, rest = (headings[0].strip(), headings[1:]) if headings else ("", ())
    if any(heading.strip() for heading in rest) or _EXCELS.fullmatch(first) is None:
        return ""
    return first[-1] if first[-1] != "=" else (declared if rest else "\t")
