"""The first rows of every sheet of a file, as they stand there: what a proposal of its mapping looks at first."""

import csv
import io
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path, PurePosixPath
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from review_kit.intake.raw import cell_text
from review_kit.intake.sources import Library
from review_kit.model.fault import Fault
from review_kit.params import Source

WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xlsb", ".ods")
TEXTS = (".csv", ".tsv", ".txt")
_ROWS = 200
_BYTES = 1 << 18
_DELIMITERS = (";", "\t", ",", "|")
_OF_HEADINGS = frozenset({"missing-column", "no-rows", "duplicate-column", "wrong-delimiter"})


@dataclass(frozen=True, slots=True, kw_only=True)
class SheetPreview:
    """The first rows of one sheet, or of a text file."""

    sheet: str  # '' for a text file
    rows: tuple[tuple[str, ...], ...]  # from the first row of the file on, blank ones too
    texts: frozenset[tuple[int, int]] = frozenset()  # places (from 0) of a workbook where text stands, not a number
    delimiter: str = ","
    encoding: str = "utf-8"
    hidden: bool = False


def preview(root: Path, path: str) -> list[SheetPreview] | Fault:
    """Every sheet of the file, or why it cannot be read. The readers of intake look at it first, so nothing unfolds."""
    if not (root / path).is_file():  # a pipe would make everything wait
        return Fault(file=path, rule="unreadable-file", message="this is no ordinary file.", hint="save it as one.")
    kind = PurePosixPath(path).suffix.lower()
    if kind in WORKBOOKS:
        return _workbook(root, path)
    if kind in TEXTS:
        return _text(root, path)
    hint = f"save it as one of {' '.join((*TEXTS, *WORKBOOKS))}."
    told = (
        f"files of the kind '{kind}' are not looked at." if kind else "its name does not tell what kind of file it is."
    )
    return Fault(file=path, rule="format-mismatch", message=told, hint=hint)


def _refusal(root: Path, source: Source) -> Fault | None:
    """What the reader says of the file as a whole, where that is more than headings at another row."""
    faults = Library(root).read(source).faults
    return next((fault for fault in faults if fault.row is None and fault.rule not in _OF_HEADINGS), None)


def _workbook(root: Path, path: str) -> list[SheetPreview] | Fault:
    refused = _refusal(root, Source(path=path))
    if refused and refused.rule != "ambiguous-sheet" and not _is_of_sheet(refused):
        return refused
    try:
        with CalamineWorkbook.from_path(str(root / path)) as book:
            sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
            previews = []
            for sheet in sheets:
                refused = _refusal(root, Source(path=path, sheet=sheet.name))
                if refused is None:
                    cells = book.get_sheet_by_name(sheet.name).to_python(skip_empty_area=False, nrows=_ROWS)
                    hidden = sheet.visible != SheetVisibleEnum.Visible
                    previews.append(_of_cells(sheet.name, cells, hidden=hidden))
    except CalamineError as error:
        told = f"the workbook cannot be read ({error})."
        return Fault(file=path, rule="damaged-file", message=told, hint="save it again in Excel.")
    return previews or refused or Fault(file=path, rule="no-rows", message="the workbook has no sheet.")


def _is_of_sheet(fault: Fault) -> bool:
    return bool(fault.sheet)


def _of_cells(name: str, cells: list[list[Any]], *, hidden: bool) -> SheetPreview:
    texts = frozenset(
        (row, column)
        for row, line in enumerate(cells)
        for column, cell in enumerate(line)
        if isinstance(cell, str) and cell.strip()
    )
    rows = tuple(tuple(map(_shown, line)) for line in cells)
    return SheetPreview(sheet=name, rows=rows, texts=texts, hidden=hidden)


def _shown(cell: object) -> str:
    if isinstance(cell, timedelta):
        return cell_text(cell)
    return "" if cell is None else str(cell)


def _text(root: Path, path: str) -> list[SheetPreview] | Fault:
    try:
        with (root / path).open("rb") as file:
            head = file.read(_BYTES)
    except OSError as error:
        message = f"the file cannot be read ({error.strerror})."
        return Fault(file=path, rule="unreadable-file", message=message, hint="check its rights.")
    encoding = encoding_of(head)
    text = head.decode("utf-8-sig" if encoding == "utf-8" else encoding, errors="replace")
    if len(head) == _BYTES:
        text = text[: text.rfind("\n") + 1]
    delimiter, records = max(((sign, _records(text, sign)) for sign in _DELIMITERS), key=lambda cut: _evenness(cut[1]))
    refused = _refusal(root, Source(path=path, delimiter=delimiter, encoding=encoding))
    if refused:
        return refused
    return [SheetPreview(sheet="", rows=records, delimiter=delimiter, encoding=encoding)]


def encoding_of(head: bytes) -> str:
    """UTF-16 by its mark, UTF-8 where all is valid, otherwise the encoding of Western Windows."""
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "utf-16"
    try:
        head.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(head) - 3 or len(head) < _BYTES:  # a letter may be cut in two at the end of the head
            return "cp1252"
    return "utf-8"


def _records(text: str, delimiter: str) -> tuple[tuple[str, ...], ...]:
    """The first records, each at the line where it starts; the lines that it spans further are blank."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    rows: list[tuple[str, ...]] = []
    try:
        for record in reader:
            rows.append(tuple(record))
            rows += [()] * (reader.line_num - len(rows))
            if len(rows) >= _ROWS:
                break
    except csv.Error:
        pass
    return tuple(rows)


def _evenness(rows: tuple[tuple[str, ...], ...]) -> tuple[float, int]:
    """How many of the records have the width that most have, where that is more than one cell."""
    widths = [len(row) for row in rows if any(cell.strip() for cell in row)]
    if not widths:
        return (0.0, 0)
    most = max(set(widths), key=widths.count)
    return (widths.count(most) / len(widths) if most > 1 else 0.0, most)
