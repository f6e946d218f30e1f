"""A worksheet to text cells at their real rows, as a person would type what they see."""

import io
from collections.abc import Iterator, Sequence
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from review_kit.intake.raw import FIRST, LISTED, NO_ROWS, RawTable, as_columns, cell_text, joined_headings, too_wide
from review_kit.intake.readers.files import CannotReadError
from review_kit.intake.readers.forms import must_be
from review_kit.intake.readers.look_ods import look_ods
from review_kit.intake.readers.look_xls import look_xls, looks_of
from review_kit.intake.readers.look_xlsb import look_xlsb, must_be_whole
from review_kit.intake.readers.look_xlsx import look_xlsx
from review_kit.intake.readers.looks import Look, percent_text
from review_kit.intake.readers.packed import Parts, damaged, encrypted
from review_kit.intake.readers.quiet import without_words_of_a_panic
from review_kit.model.fault import Fault, Severity
from review_kit.model.nearest import did_you_mean
from review_kit.params import Source

_MOST_COVERED = 100_000  # cells of merged ones, where the sheet itself is smaller
_NAMED = 20  # sheets in a hint
_OLD = b"\xd0\xcf\x11\xe0"


def read_excel(raw: bytes, source: Source) -> RawTable:
    """Cells of one sheet of an .xlsx, .xlsm, .xlsb, .xls or .ods workbook."""
    table = RawTable()
    try:
        parts, looks = _parts(raw)
        with without_words_of_a_panic():
            opened = CalamineWorkbook.from_filelike(io.BytesIO(raw))
        with opened as book:
            table.sheet = _sheet_name(book, source)
            _read_sheet(book, _look(raw, parts, looks, table.sheet), source, table)
    except CannotReadError as error:
        _tell(table, source, error.rule, error.message, error.hint)
    except PasswordError:
        refusal = encrypted()
        _tell(table, source, refusal.rule, refusal.message, refusal.hint)
    except (CalamineError, OSError, OverflowError, ValueError) as error:
        _tell(table, source, "damaged-file", f"the workbook cannot be read ({error}).", "save it again in Excel.")
    except BaseException as error:
        if type(error).__name__ != "PanicException":  # what Rust raises where its own rules are broken; it has no class
            raise
        refusal = damaged()
        _tell(table, source, refusal.rule, refusal.message, refusal.hint)
    return table


def _parts(raw: bytes) -> tuple[Parts | None, dict[str, Look]]:
    """The parts of a workbook that is a zip file, looked through; None for one in the old format.

    Beside it the looks of all worksheets, where opening the file lays out all of them and they were needed now.

    Raises:
        CannotReadError: it is neither, damaged, hostile, protected or too large.

    """
    must_be("excel", raw)
    if raw.startswith(_OLD):
        for look in looks_of(raw):
            _must_be_bearable(look)
        return None, {}
    if not raw.startswith(b"PK"):
        told = "the file is no workbook." if raw else "the file is empty."
        raise CannotReadError("damaged-file", told, "open it in Excel and save it again as .xlsx.")
    parts = Parts(raw)
    must_be_whole(parts)
    looks = look_ods(parts) if "content.xml" in parts else {}
    for look in looks.values():
        _must_be_bearable(look)
    return parts, looks


def _must_be_bearable(look: Look) -> None:
    """Before a sheet is laid out as a whole."""
    if look.stray:
        message = f"the used range of the sheet reaches to cell {look.stray}."
        raise CannotReadError("stray-cell", message, "delete the rows and columns beyond the data, and save.")


def _look(raw: bytes, parts: Parts | None, looks: dict[str, Look], sheet: str) -> Look:
    if sheet in looks:
        return looks[sheet]
    if parts is None:
        return look_xls(raw, sheet)
    if "xl/workbook.bin" in parts:
        return look_xlsb(parts, sheet)
    return look_xlsx(parts, sheet)


def _sheet_name(book: CalamineWorkbook, source: Source) -> str:
    """The declared sheet, or the only one that people see.

    Raises:
        CannotReadError: there is no such sheet, or nobody can tell which one is meant.

    """
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets]
    if source.sheet is not None:
        if source.sheet in names:
            return source.sheet
        alike = [name for name in names if name.strip() == source.sheet.strip()]
        if len(alike) == 1:  # a blank at the end is seen by nobody, and params cannot hold it
            return alike[0]
        hint = did_you_mean(source.sheet, names, f"its sheets are {', '.join(names[:_NAMED])}.")
        raise CannotReadError("missing-sheet", f"the workbook has no sheet '{source.sheet}'.", hint)
    seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    if len(seen) == 1:
        return seen[0]
    message = f"the workbook has {len(seen)} visible sheets and params do not say which one counts."
    hint = f"add 'sheet: …' to its source; the sheets are {', '.join((seen or names)[:_NAMED])}."
    raise CannotReadError("ambiguous-sheet", message, hint)


def _read_sheet(book: CalamineWorkbook, look: Look, source: Source, table: RawTable) -> None:
    _must_be_bearable(look)
    with without_words_of_a_panic():
        sheet = book.get_sheet_by_name(table.sheet)
        cells = sheet.to_python(skip_empty_area=False)
        merged = sheet.merged_cell_ranges or []
    _show_as_seen(cells, look, source.decimal)
    below = source.header_row - 1 + source.header_rows
    if not any(any(map(str, line)) for line in cells):
        raise CannotReadError("no-rows", "nothing stands in the sheet.", NO_ROWS)
    if below > len(cells):
        message = f"the sheet has {len(cells)} rows, none at header_row {source.header_row}."
        raise CannotReadError("missing-column", message, "header_row names the row of the headings.")
    table.first = [
        (row, [cell if type(cell) is str else cell_text(cell, source.decimal) for cell in line])
        for row, line in enumerate(cells[:FIRST], start=1)
        if source.header_rows > 1 or row != source.header_row
    ]
    heads = [[cell_text(cell).strip() for cell in line] for line in cells[source.header_row - 1 : below]]
    headings = joined_headings(heads)
    while headings and not any(len(line) >= len(headings) and line[len(headings) - 1] for line in heads):
        headings.pop()
    table.headings = tuple(headings)
    _must_not_overlap(merged, look)
    for (top, left), (bottom, right) in merged:
        if bottom >= below:
            _note_covered(look, max(top, below), bottom, (top, left), right, len(headings))
    _take_rows(cells, below, table, source, look)
    _tell_hidden(table, source, look, below)


def _must_not_overlap(merged: list[tuple[tuple[int, int], tuple[int, int]]], look: Look) -> None:
    """Merged cells that together cover more than there is contradict each other, and would take for ever."""
    covered = 0
    for (top, left), (bottom, right) in merged:
        covered += max(0, min(bottom, look.rows) - top + 1) * max(0, min(right, look.columns) - left + 1)
        if covered > max(_MOST_COVERED, 2 * look.rows * look.columns):
            raise damaged()


def _note_covered(look: Look, first: int, bottom: int, corner: tuple[int, int], right: int, width: int) -> None:
    """The cells below the header that are empty because another one covers them."""
    for row in range(first, min(bottom, look.rows) + 1):
        for column in range(corner[1], min(right, width - 1) + 1):
            if (row, column) != corner:
                look.covered[row + 1, column + 1] = corner[0] + 1


def _show_as_seen(cells: list[list[Any]], look: Look, decimal: str) -> None:
    """Errors, which come as empty cells, spans of time of .ods, and percentages, which come as a hundredth.

    A formula that nobody has computed yet shows nothing that could be read.
    """
    for row, column in look.uncomputed:
        if row <= len(cells) and column <= len(cells[row - 1]):
            cells[row - 1][column - 1] = ""
    for (row, column), text in look.shown.items():
        if row <= len(cells) and column <= len(cells[row - 1]):
            cells[row - 1][column - 1] = text
    for row, column in look.percents:
        if row <= len(cells) and column <= len(cells[row - 1]):
            cell = cells[row - 1][column - 1]
            if isinstance(cell, int | float) and not isinstance(cell, bool):
                cells[row - 1][column - 1] = percent_text(cell, decimal)


def _take_rows(cells: Sequence[Sequence[Any]], below: int, table: RawTable, source: Source, look: Look) -> None:
    width = len(table.headings)
    records, rows = [], []
    uncomputed = {row for row, _ in look.uncomputed}
    odd = uncomputed | {row for row, _ in look.covered}
    for row, line in enumerate(cells[below:], start=below + 1):
        record = [cell if type(cell) is str else cell_text(cell, source.decimal) for cell in line]
        blank = not record or not (record[0].strip() or any(map(str.strip, record)))
        if blank and row not in uncomputed:
            continue
        faults = list(_odd_cells(row, record, table.headings, look)) if row in odd else []
        if len(record) > width and too_wide(record, width):
            faults.append(("extra-cell", "something stands to the right of the last heading.", _HEADING, ""))
        if faults:
            table.unreadable += 1
            if len(table.faults) < LISTED:
                for rule, message, hint, heading in faults:
                    _tell(table, source, rule, message, hint, row, heading)
            continue
        records.append(record[:width])
        rows.append(row)
    if not records and not table.unreadable:
        _tell(table, source, "no-rows", "the header has no rows below it.", NO_ROWS, below + 1)
    if table.unreadable > LISTED:
        told = f"of {table.unreadable:,} rows that cannot be used the first are told one by one."
        _tell(table, source, "extra-cell", told, "mend those, and check again.", int(rows[-1]) if rows else below)
    table.columns = as_columns(records, width)
    table.rows = np.array(rows, dtype=np.int64)


_HEADING = "give the column a heading, or clear the cell."


def _odd_cells(
    row: int, record: list[str], headings: tuple[str, ...], look: Look
) -> Iterator[tuple[str, str, str, str]]:
    """Rule, message, hint and heading of each cell that says nothing though something is meant."""
    for column, heading in enumerate(headings, start=1):
        if not heading:
            continue
        if (row, column) in look.uncomputed and not (record[column - 1 : column] or [""])[0]:
            told = "the cell holds a formula whose value was never computed."
            yield "formula-without-value", told, "open the workbook in Excel and save it.", heading
        elif (row, column) in look.covered:
            told = f"the cell is merged with one of row {look.covered[row, column]} and so is empty itself."
            yield "merged-cells", told, "unmerge the cells and fill each of them.", heading


def _tell_hidden(table: RawTable, source: Source, look: Look, below: int) -> None:
    """Rows that nobody sees are read like all others, and that is told."""
    kept = set(table.rows.tolist())
    hidden = [row for row in look.hidden if row > below and row in kept]
    if hidden:
        what = "1 row is hidden and is" if len(hidden) == 1 else f"{len(hidden)} rows are hidden and are"
        told, hint = f"{what} read like the others, this one first.", "show all rows, and delete those not meant."
        _tell(table, source, "hidden-rows", told, hint, hidden[0], severity=Severity.WARNING)


def _tell(
    table: RawTable,
    source: Source,
    rule: str,
    message: str,
    hint: str,
    row: int | None = None,
    column: str = "",
    severity: Severity = Severity.ERROR,
) -> None:
    told = {"rule": rule, "message": message, "hint": hint, "row": row, "column": column, "severity": severity}
    table.faults.append(Fault(file=source.name, sheet=table.sheet, **told))  # type: ignore[arg-type]
