"""Parquet to text cells: what was typed is written as a person would type it, nothing is rounded."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from review_kit.intake.raw import MOST_COLUMNS, RawTable, as_text, cell_text, without_blank
from review_kit.intake.readers.files import CannotReadError, is_text, too_large
from review_kit.params import Source

_MOST_ROWS = 20_000_000
_MOST_TEXT = 1_000_000_000  # bytes of all cells as text; repeated texts pack a millionfold
_DAMAGED = "the file is not a whole Parquet file."


def read_parquet(raw: bytes, source: Source) -> RawTable:
    """Cells of the table, rows numbered as records from 1.

    Raises:
        CannotReadError: the file is damaged, or too large.

    """
    if is_text(raw):
        raise CannotReadError(
            "format-mismatch", "the file is text, no Parquet file.", "name it as it is, such as .csv."
        )
    try:
        file = parquet.ParquetFile(
            pa.BufferReader(raw),
            thrift_string_size_limit=50_000_000,
            thrift_container_size_limit=1_000_000,
            page_checksum_verification=True,
        )
        _must_be_bearable(file.metadata)
        names = file.schema_arrow.names
        texts = [field.name for field in file.schema_arrow if _is_text(field.type)]
        file = parquet.ParquetFile(pa.BufferReader(raw), read_dictionary=texts, page_checksum_verification=True)
        table = file.read()
        table.validate(full=True)
        _must_agree(table, file.metadata)
        columns = _columns(table, source.decimal)
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError):
        raise CannotReadError("damaged-file", _DAMAGED, "export it again.") from None
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    return without_blank(RawTable(headings=tuple(name.strip() for name in names), columns=columns, rows=rows))


def _is_text(kind: pa.DataType) -> bool:
    return pa.types.is_string(kind) or pa.types.is_large_string(kind)


def _must_be_bearable(metadata: parquet.FileMetaData) -> None:
    groups = [metadata.row_group(number) for number in range(metadata.num_row_groups)]
    unpacked = sum(group.total_byte_size for group in groups)
    if metadata.num_rows > _MOST_ROWS or metadata.num_columns > MOST_COLUMNS or unpacked > _MOST_TEXT:
        told = f"the table has {metadata.num_rows:,} rows and {metadata.num_columns:,} columns, too many to read."
        raise too_large(told)
    if any(group.num_rows < 0 for group in groups) or sum(group.num_rows for group in groups) != metadata.num_rows:
        raise CannotReadError("damaged-file", _DAMAGED, "export it again.")


def _must_agree(table: pa.Table, metadata: parquet.FileMetaData) -> None:
    """Whether the values keep to the bounds that the file itself gives for them: most damage does not."""
    if any(pa.types.is_nested(field.type) for field in table.schema):
        return  # columns of the file are then not those of the table
    start = 0
    for group_number in range(metadata.num_row_groups):
        group = metadata.row_group(group_number)
        for number in range(group.num_columns):
            known = group.column(number).statistics
            part = table.column(number).slice(start, group.num_rows)
            if known is not None and known.has_null_count and known.null_count != part.null_count:
                raise CannotReadError("damaged-file", _DAMAGED, "export it again.")
            if known is not None and known.has_min_max and pa.types.is_primitive(part.type):
                bounds = pc.min_max(part)
                if not _within(bounds["min"].as_py(), bounds["max"].as_py(), known.min, known.max):
                    told = f"values of the column '{table.column_names[number]}' lie beyond the bounds the file gives."
                    raise CannotReadError("damaged-file", told, "export it again.")
        start += group.num_rows


def _within(least: object, most: object, low: object, high: object) -> bool:
    try:
        return least is None or bool(least >= low and most <= high)  # type: ignore[operator]
    except TypeError:  # bounds of another kind than the values: nothing can be said
        return True


def _columns(table: pa.Table, decimal: str) -> tuple[pd.Series, ...]:
    """Each distinct value as text once, then laid out; refused where that would fill the memory."""
    columns, total = [], 0
    for column in table.columns:
        coded = column.combine_chunks()
        if not pa.types.is_dictionary(coded.type):
            coded = _encoded(coded)
        if isinstance(coded, pa.ChunkedArray):
            coded = coded.unify_dictionaries().combine_chunks()
        distinct = pa.array([_text(value, decimal) for value in coded.dictionary], pa.large_string())
        lengths = pc.binary_length(distinct).to_numpy(zero_copy_only=False)
        codes = coded.indices.fill_null(-1).to_numpy(zero_copy_only=False)
        total += int(lengths[codes[codes >= 0]].sum()) if len(lengths) else 0
        if total > _MOST_TEXT:
            raise too_large("the cells hold more text than can be read.")
        columns.append(as_text(distinct.take(coded.indices).fill_null("")))
    return tuple(columns)


def _encoded(values: pa.Array) -> pa.DictionaryArray:
    """Each distinct value once; nested ones, which cannot be told apart, as JSON."""
    if pa.types.is_nested(values.type):
        values = pa.array([None if value is None else json.dumps(value, default=str) for value in values.to_pylist()])
    return values.dictionary_encode()


def _text(value: pa.Scalar, decimal: str) -> str:
    kind = value.type
    if pa.types.is_binary(kind) or pa.types.is_large_binary(kind):
        try:
            return value.as_py().decode()
        except UnicodeDecodeError:
            return value.as_py().hex()
    return cell_text(value.as_py(), decimal)
