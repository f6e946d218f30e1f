"""The fast way through a large file in which every line is one record: no quotes, no blank or ragged lines.

It gives exactly what the careful reader gives, or None, and then the careful reader is asked. Below the size at
which anybody would notice it is not tried, so that small files take the one path that handles everything.
"""

import io

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from review_kit.intake.raw import RawTable

WORTH_IT = 1_000_000  # bytes, about 30,000 rows


def read_plain(raw: bytes, delimiter: str, header_row: int) -> RawTable | None:
    """All records of strictly valid UTF-8 `raw`, or None where any line needs a careful look."""
    body = raw.removeprefix(b"\xef\xbb\xbf").rstrip(b"\r\n")
    lone_return = body.count(b"\r") != body.count(b"\r\n")
    if b'"' in body or b"\0" in body or lone_return or not delimiter.isascii():
        return None
    lines = body.split(b"\n", header_row)
    if len(lines) <= header_row or not lines[-1]:
        return None
    headings = tuple(cell.strip() for cell in lines[header_row - 1].decode().rstrip("\r").split(delimiter))
    if len(headings) < 2:  # noqa: PLR2004 - a blank line would pass for an empty cell
        return None
    names = [str(number) for number in range(len(headings))]
    try:
        table = csv.read_csv(
            io.BytesIO(lines[-1]),
            read_options=csv.ReadOptions(column_names=names, block_size=1 << 24),
            parse_options=csv.ParseOptions(
                delimiter=delimiter, quote_char=False, double_quote=False, ignore_empty_lines=False
            ),
            convert_options=csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.large_string()), strings_can_be_null=False
            ),
        )
    except pa.ArrowInvalid:  # a line with more or fewer cells, or bytes that are not UTF-8
        return None
    columns = tuple(pd.Series(pd.array(table.column(name).combine_chunks(), dtype="str")) for name in names)
    rows = np.arange(header_row + 1, header_row + 1 + table.num_rows, dtype=np.int64)
    return _without_blank(headings, columns, rows)


def _without_blank(headings: tuple[str, ...], columns: tuple[pd.Series, ...], rows: np.ndarray) -> RawTable:
    """Rows in which nothing stands are left out, as everywhere."""
    blank = columns[0].str.strip().eq("").to_numpy()
    for column in columns[1:]:
        if not blank.any():
            return RawTable(headings=headings, columns=columns, rows=rows)
        blank = blank & column.str.strip().eq("").to_numpy()
    return RawTable(
        headings=headings,
        columns=tuple(column[~blank].reset_index(drop=True) for column in columns),
        rows=rows[~blank],
    )
