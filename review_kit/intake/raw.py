"""A file as text: its headings, its cells, and the row at which a person sees each of them."""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa

from review_kit.intake.coded import Coded
from review_kit.intake.readers.files import too_large
from review_kit.model.fault import Fault

LISTED = 1_000  # faults of one kind in one column that are told one by one; the rest are told as one range of rows
FIRST = 20  # rows among which a misplaced header is looked for
JOINT = " · "  # between the parts of a text that is made of several cells
MOST_COLUMNS = 16_384  # as many as a sheet can have
MOST_CELLS = 50_000_000  # of one table
NO_ROWS = "fill the table in, or take it out of sources in params; after an export that failed, export it again."
_WHOLE_BELOW = 1e15  # from here on not every whole number has a float of its own
_LINE_BREAK = re.compile(r"\s*[\r\n]+\s*")
Rows = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(slots=True)
class RawTable:
    """What a reader gives: text cells only, blank rows left out, rows that cannot be cut into cells refused."""

    headings: tuple[str, ...] = ()
    columns: tuple[Coded, ...] = ()  # one per heading, '' where a cell is empty
    rows: Rows = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    sheet: str = ""
    unreadable: int = 0  # rows that were read but have no cells here; each has a fault
    faults: list[Fault] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(
        default_factory=list
    )  # rows and cells of the first lines, ragged ones too
    turned: dict[str, int] = field(default_factory=dict)  # of a transposed table: heading -> the row it stands in


def as_columns(records: Sequence[Sequence[str]], width: int) -> tuple[Coded, ...]:
    """Records of equal width, turned column by column."""
    if not records:
        return tuple(as_column([]) for _ in range(width))
    return tuple(as_column(cells) for cells in zip(*records, strict=True))


def as_column(cells: Sequence[str] | pa.Array) -> Coded:
    """One column of text."""
    return Coded.each(pd.Series(pd.array(pa.array(cells, pa.large_string()), dtype="str")))


def too_wide(record: Sequence[str], width: int) -> bool:
    """Whether something stands beyond the last heading."""
    return any(cell.strip() for cell in record[width:])


def joined_headings(lines: Sequence[Sequence[str]]) -> list[str]:
    """One line of headings made of several; a heading above holds for the empty cells beside it, as merged ones do.

    A line break within a heading is how a sheet makes it fit; it counts as a blank, or nobody could name it in params.
    """
    width = max(map(len, lines), default=0)
    parts: list[list[str]] = [[] for _ in range(width)]
    for number, line in enumerate(lines):
        above = ""
        for column in range(width):
            text = _LINE_BREAK.sub(" ", line[column].strip()) if column < len(line) else ""
            above = text if text or number == len(lines) - 1 else above
            if above:
                parts[column].append(above)
    return [JOINT.join(part) for part in parts]


def cell_text(cell: Any, decimal: str = ".") -> str:  # noqa: PLR0911 - one return a kind
    """What a person would type: '12' for 12.0, '2025-03-31' for a day, 'TRUE' for a tick; nothing is rounded.

    A real number gets the decimal sign that its source declares: the declaration is about texts, and 4.625 must not
    become 4625 because '.' parts thousands there.
    """
    if isinstance(cell, float):  # first: so are most cells of a sheet that are no text
        return _real_text(cell, decimal)
    if isinstance(cell, str):
        return cell
    if cell is None:
        return ""
    if isinstance(cell, bool | np.bool_):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time() and cell.tzinfo is None and not getattr(cell, "nanosecond", 0)
        return cell.date().isoformat() if midnight else cell.isoformat()
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    if isinstance(cell, dt.timedelta):
        return span_text((cell.days * 86_400 + cell.seconds) * 10**9 + cell.microseconds * 1_000)
    if isinstance(cell, Decimal):
        return format(cell, "f").replace(".", decimal)
    if isinstance(cell, bytes | memoryview):
        return bytes(cell).hex()
    return str(cell)


def _real_text(number: float, decimal: str) -> str:
    if number.is_integer() and abs(number) < _WHOLE_BELOW:
        return str(int(number))
    return repr(number) if decimal == "." else repr(number).replace(".", decimal)


def span_text(nanoseconds: int) -> str:
    """'30:00:00' for a span of 30 hours, as sheets show it; parts of a second behind a point, exactly."""
    seconds, rest = divmod(abs(nanoseconds), 10**9)
    whole = f"{seconds // 3_600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"
    parts = f".{rest:09}".rstrip("0") if rest else ""
    return f"{'-' if nanoseconds < 0 else ''}{whole}{parts}"


def column_letters(column: int) -> str:
    """'AA' for 27: what sheets call a column."""
    name = ""
    while column > 0:
        column, rest = divmod(column - 1, 26)
        name = chr(ord("A") + rest) + name
    return name


def without_blank(table: RawTable) -> RawTable:
    """The table without the rows in which nothing stands."""
    blank = np.ones(len(table.rows), dtype=bool)
    for column in table.columns:
        if not blank.any():
            return table
        blank &= column.where(column.texts.str.strip().eq(""))
    if blank.any():
        table.columns = tuple(column.without(blank) for column in table.columns)
        table.rows = table.rows[~blank]
    return table


def transposed(table: RawTable, header_row: int) -> RawTable:
    """The table with its rows as columns; the records are then numbered as the columns of the file, from 1."""
    if not table.headings:
        return table
    if len(table.rows) >= MOST_COLUMNS:
        raise too_large(f"the turned table has {len(table.rows) + 1:,} headings; at most {MOST_COLUMNS:,} are read.")
    headings = (table.headings[0], *table.columns[0].rows().str.strip())
    records = [
        [heading, *column] for heading, column in zip(table.headings[1:], table.columns[1:], strict=True)
    ]  # each other column of the file is a record
    turned: dict[str, int] = {}
    for heading, row in zip(headings, [header_row, *table.rows.tolist()], strict=True):
        turned.setdefault(heading, row)
    return without_blank(
        RawTable(
            headings=headings,
            columns=as_columns(records, len(headings)),
            rows=np.arange(2, len(records) + 2, dtype=np.int64),
            sheet=table.sheet,
            unreadable=0,
            faults=table.faults,
            turned=turned,
        )
    )
