"""The fast way through a large file in which every line is one record: no quotes, no blank or ragged lines.

It gives exactly what the careful reader gives, or None, and then the careful reader is asked. Below the size at
which anybody would notice it is not tried, so that small files take the one path that handles everything.
"""

import numpy as np
import pandas as pd
import pyarrow as pa
from pyarrow import csv

from review_kit.intake.coded import LARGE, Coded
from review_kit.intake.raw import MOST_COLUMNS, RawTable, without_blank

WORTH_IT = 1_000_000  # bytes, about 30,000 rows
_BLOCK = 1 << 23  # bytes that one processor cuts at a time
_SAMPLE = 1_000_000  # bytes at the beginning that tell which columns repeat
_REPEATS = 4  # times that a text must stand there on average to be numbered while it is read
_NUMBERED = pa.dictionary(pa.int32(), pa.large_string())


def read_plain(raw: bytes, delimiter: str, header_row: int) -> RawTable | None:
    """All records of strictly valid UTF-8 `raw`, or None where any line needs a careful look."""
    lone_return = b"\r" in raw and raw.count(b"\r") != raw.count(b"\r\n")
    if b'"' in raw or b"\0" in raw or lone_return or not delimiter.isascii():
        return None
    head, start, end = _parts(raw, header_row)
    try:
        headings = tuple(cell.strip() for cell in head.decode().split(delimiter))
    except UnicodeDecodeError:
        return None
    if start >= end or not 1 < len(headings) <= MOST_COLUMNS:  # of one column a blank line would pass for an empty cell
        return None
    body, sample = memoryview(raw)[start:end], raw.find(b"\n", min(start + _SAMPLE, end), end)
    names = [str(number) for number in range(len(headings))]
    kinds = dict.fromkeys(names, _NUMBERED)
    try:
        first = _cut(body[: sample - start] if sample > 0 else body, delimiter, kinds)
        kinds |= {name: pa.large_string() for name in names if _hardly_repeats(first.column(name))}
        table = _cut(body, delimiter, kinds)
    except pa.ArrowInvalid:  # a line with more or fewer cells, or bytes that are not UTF-8
        return None
    columns = tuple(_column(table.column(name)) for name in names)
    rows = np.arange(header_row + 1, header_row + 1 + table.num_rows, dtype=np.int64)
    return without_blank(RawTable(headings=headings, columns=columns, rows=rows))


def _cut(lines: memoryview, delimiter: str, kinds: dict[str, pa.DataType]) -> pa.Table:
    """The cells of the lines, by the number of their column."""
    return csv.read_csv(
        pa.BufferReader(pa.py_buffer(lines)),
        read_options=csv.ReadOptions(column_names=list(kinds), block_size=_BLOCK),
        parse_options=csv.ParseOptions(
            delimiter=delimiter, quote_char=False, double_quote=False, ignore_empty_lines=False
        ),
        convert_options=csv.ConvertOptions(column_types=kinds, strings_can_be_null=False),
        memory_pool=LARGE,
    )


def _hardly_repeats(cells: pa.ChunkedArray) -> bool:
    """Whether most of the first cells differ, so that it is not worth numbering them."""
    distinct = sum(len(chunk.dictionary) for chunk in cells.chunks)
    return _REPEATS * distinct > len(cells)


def _column(cells: pa.ChunkedArray) -> Coded:
    if not pa.types.is_dictionary(cells.type):
        return Coded.each(pd.Series(pd.array(cells, dtype="str")))
    cells = cells.unify_dictionaries()
    texts = pd.Series(pd.array(cells.chunk(0).dictionary, dtype="str"))
    if len(texts) == 1:
        return Coded.constant(texts.iloc[0], len(cells))
    codes = np.empty(len(cells), dtype=np.int64)
    at = 0
    for chunk in cells.chunks:
        codes[at : (at := at + len(chunk))] = chunk.indices
    return Coded(texts, codes)


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
