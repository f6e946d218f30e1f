"""Parquet to text cells: what was typed is written as a person would type it, nothing is rounded."""

import json

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from review_kit.intake.coded import Coded
from review_kit.intake.raw import MOST_CELLS, MOST_COLUMNS, RawTable, as_column, cell_text, without_blank
from review_kit.intake.readers.files import CannotReadError, too_large
from review_kit.intake.readers.forms import must_be
from review_kit.params import Source

_MOST_ROWS = 20_000_000
_MOST_GROUPS = 10_000
_PACKS_WELL = 50_000_000  # bytes from which on the ratio is looked at
_LARGEST_RATIO = 200  # laid out over packed; a table in which every value repeats, row after row, has 50
_MOST_TEXT = 1_000_000_000  # bytes of all cells as text; repeated texts pack a millionfold
_DAMAGED = "the file is not a whole Parquet file."


def read_parquet(raw: bytes, source: Source) -> RawTable:
    """Cells of the table, rows numbered as records from 1.

    Raises:
        CannotReadError: the file is damaged, or too large.

    """
    must_be("parquet", raw)
    if not raw.endswith(b"PAR1"):
        raise CannotReadError("damaged-file", _DAMAGED, "export it again.")
    try:
        file = parquet.ParquetFile(
            pa.BufferReader(raw),
            thrift_string_size_limit=50_000_000,
            thrift_container_size_limit=1_000_000,
            page_checksum_verification=True,
        )
        _must_be_bearable(file.metadata, len(raw))
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


def _must_be_bearable(metadata: parquet.FileMetaData, packed: int) -> None:
    groups = [metadata.row_group(number) for number in range(min(metadata.num_row_groups, _MOST_GROUPS))]
    unpacked = sum(group.total_byte_size for group in groups)
    cells = sum(group.column(number).num_values for group in groups for number in range(group.num_columns))
    laid_out = 8 * max(cells, metadata.num_rows * metadata.num_columns)  # bytes: a number takes so many
    if (
        metadata.num_rows > _MOST_ROWS
        or metadata.num_columns > MOST_COLUMNS
        or metadata.num_row_groups > _MOST_GROUPS
        or unpacked > _MOST_TEXT
        or laid_out > 8 * MOST_CELLS
        or (laid_out > _PACKS_WELL and laid_out > packed * _LARGEST_RATIO)
    ):
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


def _columns(table: pa.Table, decimal: str) -> tuple[Coded, ...]:
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
        columns.append(as_column(distinct.take(coded.indices).fill_null("")))
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
    if pa.types.is_floating(kind) and kind.bit_width < 64 and value.is_valid:  # noqa: PLR2004 - those of Python have 64
        return cell_text(float(str(_SHORTER[kind.bit_width](value.as_py()))), decimal)
    if pa.types.is_timestamp(kind) and value.is_valid:
        return _moment(value)
    return cell_text(value.as_py(), decimal)


def _moment(value: pa.TimestampScalar) -> str:
    """A moment as text; also one that Python has no type for, such as a day of the year 9999999."""
    try:
        return cell_text(value.as_py())
    except (ValueError, OverflowError):
        return str(value.value)


_SHORTER = {16: np.float16, 32: np.float32}  # 0.1 stored in fewer bits is still 0.1 to a person
