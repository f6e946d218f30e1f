"""The fast way through a large file in which every line is one record: no quotes, no blank or ragged lines.

It gives exactly what the careful reader gives, or None, and then the careful reader is asked. Below the size at
which anybody would notice it is not tried, so that small files take the one path that handles everything.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from review_kit.intake.raw import MOST_COLUMNS, RawTable, without_blank

WORTH_IT = 1_000_000  # bytes, about 30,000 rows


def read_plain(raw: bytes, delimiter: str, header_row: int) -> RawTable | None:
    """All records of strictly valid UTF-8 `raw`, or None where any line needs a careful look."""
    lone_return = raw.count(b"\r") != raw.count(b"\r\n")
    if b'"' in raw or b"\0" in raw or lone_return or not delimiter.isascii():
        return None
    head, start, end = _parts(raw, header_row)
    try:
        headings = tuple(cell.strip() for cell in head.decode().split(delimiter))
    except UnicodeDecodeError:
        return None
    if start >= end or not 1 < len(headings) <= MOST_COLUMNS:  # of one column a blank line would pass for an empty cell
        return None
    names = [str(number) for number in range(len(headings))]
    try:
        table = csv.read_csv(
            pa.BufferReader(pa.py_buffer(memoryview(raw)[start:end])),
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
    columns = tuple(pd.Series(pd.array(table.column(name), dtype="str")) for name in names)
    rows = np.arange(header_row + 1, header_row + 1 + table.num_rows, dtype=np.int64)
    return without_blank(RawTable(headings=headings, columns=columns, rows=rows))


def _parts(raw: bytes, header_row: int) -> tuple[bytes, int, int]:
    """The line of the headings, and where the rows below it begin and end; without any, both are the end."""
    end = len(raw)
    while end and raw[end - 1] in b"\r\n":
        end -= 1
    first = start = 0
    for _ in range(header_row):
        first, start = start, raw.find(b"\n", start, end) + 1
        if not start:
            return b"", end, end
    mark = b"\xef\xbb\xbf" if first == 0 else b""
    return raw[first:start].removeprefix(mark).rstrip(b"\r\n"), start, end
