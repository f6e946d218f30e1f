"""A worksheet to text cells at their real rows, as a person would type what they see."""

import datetime as dt
import io
from collections.abc import Sequence
from typing import Any

import numpy as np
from python_calamine import CalamineError, CalamineSheet, CalamineWorkbook, SheetTypeEnum, SheetVisibleEnum

from review_kit.intake.raw import RawTable, as_columns, too_wide
from review_kit.intake.workbook_guard import dangers, error_cells, sheet_xml, stray_cell, uncomputed
from review_kit.model.fault import Fault
from review_kit.model.nearest import did_you_mean
from review_kit.params import Source

_FIRST = 20  # rows among which a misplaced header is looked for


def read_excel(raw: bytes, source: Source) -> RawTable:
    """Cells of one sheet of an .xlsx workbook."""
    table = RawTable()
    for rule, message, hint in dangers(raw):
        table.faults.append(Fault(file=source.path, rule=rule, message=message, hint=hint))
    if table.faults:
        return table
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(raw)) as book:
            table.sheet = _sheet_name(book, source, table)
            if table.sheet:
                _read_sheet(book, raw, source, table)
    except CalamineError as error:
        told = f"the workbook cannot be read ({error})."
        table.faults.append(Fault(file=source.path, rule="damaged-file", message=told, hint="save it again in Excel."))
    return table


def _sheet_name(book: CalamineWorkbook, source: Source, table: RawTable) -> str:
    """The declared sheet, or the only one that people see."""
    sheets = [sheet for sheet in book.sheets_metadata if sheet.typ == SheetTypeEnum.WorkSheet]
    names = [sheet.name for sheet in sheets]
    if source.sheet is not None:
        if source.sheet in names:
            return source.sheet
        hint = did_you_mean(source.sheet, names, f"its sheets are {', '.join(names)}.")
        message = f"the workbook has no sheet '{source.sheet}'."
        table.faults.append(Fault(file=source.path, rule="missing-sheet", message=message, hint=hint))
        return ""
    seen = [sheet.name for sheet in sheets if sheet.visible == SheetVisibleEnum.Visible]
    if len(seen) == 1:
        return seen[0]
    message = f"the workbook has {len(seen)} visible sheets and params do not say which one counts."
    hint = f"add 'sheet: …' to its source; the sheets are {', '.join(seen or names)}."
    table.faults.append(Fault(file=source.path, rule="ambiguous-sheet", message=message, hint=hint))
    return ""


def _read_sheet(book: CalamineWorkbook, raw: bytes, source: Source, table: RawTable) -> None:
    xml = sheet_xml(raw, table.sheet)
    stray = stray_cell(xml)
    if stray:
        message = f"the used range of the sheet reaches to cell {stray}."
        _tell(table, source, "stray-cell", message, "delete the rows and columns beyond the data, and save.", None, "")
        return
    sheet = book.get_sheet_by_name(table.sheet)
    cells = sheet.to_python(skip_empty_area=False)
    for (row, column), error in error_cells(xml).items():
        if row <= len(cells) and column <= len(cells[row - 1]):
            cells[row - 1][column - 1] = error
    header = source.header_row - 1
    if header >= len(cells):
        message = f"the sheet has {len(cells)} rows, none at header_row {source.header_row}."
        _tell(table, source, "missing-column", message, "header_row names the row of the headings.", None, "")
        return
    headings = [cell_text(cell).strip() for cell in cells[header]]
    while headings and not headings[-1]:
        headings.pop()
    table.headings = tuple(headings)
    without_value = {place for place in uncomputed(xml) if place[0] > source.header_row}
    merged = _merged(sheet, source.header_row)
    _take_rows(cells, table, source, without_value, merged)


def _merged(sheet: CalamineSheet, header_row: int) -> dict[int, list[tuple[int, str]]]:
    """By row below the header, the columns that are empty because a cell above or beside them covers them."""
    covered: dict[int, list[tuple[int, str]]] = {}
    for (top, left), (bottom, right) in sheet.merged_cell_ranges or []:
        for row in range(max(top, header_row), bottom + 1):
            hidden = [(column, f"row {top + 1}") for column in range(left, right + 1) if (row, column) != (top, left)]
            covered.setdefault(row + 1, []).extend(hidden)
    return covered


def _take_rows(
    cells: Sequence[Sequence[Any]],
    table: RawTable,
    source: Source,
    without_value: set[tuple[int, int]],
    merged: dict[int, list[tuple[int, str]]],
) -> None:
    width = len(table.headings)
    records, rows = [], []
    rows_without_value = {row for row, _ in without_value}
    for row, line in enumerate(cells[source.header_row :], start=source.header_row + 1):
        record = [cell_text(cell) for cell in line]
        if not any(text.strip() for text in record) and row not in rows_without_value:
            continue
        bad = [column for column in range(width) if (row, column + 1) in without_value and table.headings[column]]
        for column in bad:
            message = "the cell holds a formula whose value was never computed."
            heading = table.headings[column]
            _tell(
                table, source, "formula-without-value", message, "open the workbook in Excel and save it.", row, heading
            )
        hidden = [(column, top) for column, top in merged.get(row, []) if column < width and table.headings[column]]
        for column, top in hidden:
            message = f"the cell is merged with one of {top} and so is empty itself."
            heading = table.headings[column]
            _tell(table, source, "merged-cells", message, "unmerge the cells and fill each of them.", row, heading)
        if too_wide(record, width):
            message = "something stands to the right of the last heading."
            _tell(table, source, "extra-cell", message, "give the column a heading, or clear the cell.", row, "")
        if bad or hidden or too_wide(record, width):
            table.unreadable += 1
            continue
        records.append(record[:width])
        rows.append(row)
    if not records and not table.unreadable:
        _tell(table, source, "no-rows", "the header has no rows below it.", "export the data again.", None, "")
    table.columns = as_columns(records, width)
    table.first = list(zip(rows[:_FIRST], records[:_FIRST], strict=True))
    table.rows = np.array(rows, dtype=np.int64)


def _tell(table: RawTable, source: Source, rule: str, message: str, hint: str, row: int | None, column: str) -> None:
    fault = Fault(file=source.path, sheet=table.sheet, rule=rule, message=message, hint=hint, row=row, column=column)
    table.faults.append(fault)


def cell_text(cell: Any) -> str:
    """'12' for 12.0, '2025-03-31' for a date, 'TRUE' for a tick; the text of anything else."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)  # noqa: PLR2004
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat() if cell.time() == dt.time() else cell.isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return "" if cell is None else str(cell)
