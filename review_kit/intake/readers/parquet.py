"""Parquet to text cells: what was typed is written as a person would type it, nothing is rounded."""

import json

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyarrow import parquet

from review_kit.intake.coded import Coded
from review_kit.intake.raw import MOST_CELLS, MOST_COLUMNS, RawTable, as_column, cell_text, span_text, without_blank
from review_kit.intake.readers.files import CannotReadError, too_large
from review_kit.intake.readers.forms import must_be
from review_kit.params import Source

_MOST_ROWS = 20_000_000
_MOST_GROUPS = 10_000
_PACKS_WELL = 50_000_000  # bytes from which on the ratio is looked at
_LARGEST_RATIO = 200  # laid out over packed; a table in which every value repeats, row after row, has 50
_MOST_TEXT = 1_000_000_000  # bytes of all cells as text; repeated texts pack a millionfold
_NUMBERED = frozenset({"STRING", "NONE"})  # logical types of texts and bytes that pyarrow can number
_DELTAS = frozenset({"DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY"})  # texts that are packed so it cannot
_LARGEST_BATCH = 50_000_000  # bytes, when such texts are measured
_MOST_BATCHES = 100_000
_DAMAGED = "the file is not a whole Parquet file."


def read_parquet(raw: bytes, source: Source) -> RawTable:
    """Cells of the table, rows numbered as records from 1.

    Raises:
        CannotReadError: the file is damaged, or too large.

    """
    must_be("parquet", raw)
    if not raw.endswith(b"PAR1"):
        raise CannotReadError("damaged-file", _DAMAGED, "export it again.")
    _know_kinds_of_pandas()
    try:
        file = parquet.ParquetFile(
            pa.BufferReader(raw),
            thrift_string_size_limit=50_000_000,
            thrift_container_size_limit=1_000_000,
            page_checksum_verification=True,
        )
        _must_be_bearable(file.metadata, len(raw))
        names = file.schema_arrow.names
        packed = _numbered(file)
        file = parquet.ParquetFile(pa.BufferReader(raw), read_dictionary=packed, page_checksum_verification=True)
        table = file.read()
        table.validate(full=True)
        _must_agree(table, file.metadata)
        columns = _columns(table, source.decimal)
    except (pa.ArrowException, OSError, OverflowError, UnicodeDecodeError):
        raise CannotReadError("damaged-file", _DAMAGED, "export it again.") from None
    rows = np.arange(1, table.num_rows + 1, dtype=np.int64)
    return without_blank(RawTable(headings=tuple(name.strip() for name in names), columns=columns, rows=rows))


def _numbered(file: parquet.ParquetFile) -> list[str]:
    """The columns of texts that can be read as their distinct ones with a number for each place.

    Raises:
        CannotReadError: the texts of another one would fill the memory.

    """
    groups = [file.metadata.row_group(number) for number in range(file.metadata.num_row_groups)]
    found = []
    for number in range(len(file.schema)):
        leaf = file.schema.column(number)
        if leaf.physical_type != "BYTE_ARRAY":
            continue
        chunks = [group.column(number) for group in groups]
        if leaf.logical_type.type in _NUMBERED and not any(_DELTAS.intersection(chunk.encodings) for chunk in chunks):
            found.append(leaf.path)
        else:
            longest = max((chunk.total_uncompressed_size for chunk in chunks), default=0)
            _must_unpack_to_bearable(file, leaf, longest, sum(chunk.num_values for chunk in chunks))
    return found


def _must_unpack_to_bearable(file: parquet.ParquetFile, leaf: parquet.ColumnSchema, longest: int, values: int) -> None:
    """Texts that are packed in another way, none of which has more bytes than its pages have together."""
    if longest * values <= _MOST_TEXT:
        return
    rows = max(1, _LARGEST_BATCH // longest)
    if leaf.max_repetition_level or values > rows * _MOST_BATCHES:
        raise _too_much_text()
    total = 0
    for batch in file.iter_batches(rows, columns=[leaf.path]):
        total += batch.nbytes
        if total > _MOST_TEXT:
            raise _too_much_text()


def _too_much_text() -> CannotReadError:
    return too_large("the cells hold more text than can be read.")


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
    nested = any(pa.types.is_nested(field.type) for field in table.schema)
    if nested or metadata.num_columns != table.num_columns:
        return  # columns of the file are then not those of the table
    start = 0
    for group_number in range(metadata.num_row_groups):
        group = metadata.row_group(group_number)
        for number in range(group.num_columns):
            known = group.column(number).statistics
            part = table.column(number).slice(start, group.num_rows)
            if known is not None and known.has_null_count and known.null_count != part.null_count:
                raise CannotReadError("damaged-file", _DAMAGED, "export it again.")
            if known is not None and known.has_min_max and not _within(part, known):
                told = f"values of the column '{table.column_names[number]}' lie beyond the bounds the file gives."
                raise CannotReadError("damaged-file", told, "export it again.")
        start += group.num_rows


def _within(values: pa.ChunkedArray, known: parquet.Statistics) -> bool:
    if not pa.types.is_primitive(values.type) or pa.types.is_float16(values.type):
        return True  # nothing that pyarrow compares
    bounds = pc.min_max(values.cast(pa.int64()) if pa.types.is_duration(values.type) else values)
    try:
        least, most = bounds["min"].as_py(), bounds["max"].as_py()
        return least is None or bool(least >= known.min and most <= known.max)
    except (
        TypeError,
        ValueError,
        OverflowError,
    ):  # bounds of another kind than the values, or days beyond the calendar
        return True


def _columns(table: pa.Table, decimal: str) -> tuple[Coded, ...]:
    """Each distinct value as text once, then laid out; refused where that would fill the memory."""
    columns, total = [], 0
    for column in table.columns:
        if pa.types.is_nested(column.type):
            total += sum(map(_letters, column.chunks))
            if total > _MOST_TEXT:
                raise _too_much_text()
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
            raise _too_much_text()
        columns.append(as_column(distinct.take(coded.indices).fill_null("")))
    return tuple(columns)


def _letters(values: pa.Array) -> int:
    """Bytes of all texts within nested values."""
    kind = values.type
    if pa.types.is_dictionary(kind):
        lengths = pc.binary_length(values.dictionary).to_numpy(zero_copy_only=False)
        return int(lengths[values.indices.drop_null().to_numpy()].sum())
    if pa.types.is_struct(kind):
        return sum(map(_letters, values.flatten()))
    if pa.types.is_map(kind):
        return _letters(values.keys) + _letters(values.items)
    return _letters(values.flatten()) if pa.types.is_nested(kind) else 0


def _encoded(values: pa.Array) -> pa.DictionaryArray:
    """Each distinct value once; nested ones, which cannot be told apart, as JSON."""
    kind = values.type
    if isinstance(kind, pa.BaseExtensionType):
        return _of_another_kind(values, kind)
    if pa.types.is_nested(kind):
        cells = [None if value is None else _nested(value) for value in values.to_pylist()]
        values = pa.array(cells, pa.large_string())
    elif pa.types.is_decimal32(kind) or pa.types.is_decimal64(kind):
        values = values.cast(pa.decimal128(kind.precision, kind.scale))
    return values.dictionary_encode()


def _of_another_kind(values: pa.ExtensionArray, kind: pa.BaseExtensionType) -> pa.DictionaryArray:
    """What is stored as numbers or bytes and means something else: months of pandas, UUIDs."""
    if kind.extension_name.startswith("pandas."):
        cells = [None if value is pd.NaT or value is None else str(value) for value in values.to_pandas()]
        return pa.array(cells, pa.large_string()).dictionary_encode()
    stored = _encoded(values.storage)
    if stored.dictionary.type != values.storage.type:
        return stored
    return pa.DictionaryArray.from_arrays(stored.indices, pa.ExtensionArray.from_storage(kind, stored.dictionary))


def _know_kinds_of_pandas() -> None:
    """Have pandas tell pyarrow of its months and intervals, which come as bare numbers otherwise."""
    pa.array(pd.PeriodIndex([], freq="M").array)


def _nested(value: object) -> str:
    return json.dumps(value, default=cell_text, ensure_ascii=False)


def _text(value: pa.Scalar, decimal: str) -> str:
    kind = value.type
    if not value.is_valid:
        return ""
    if any(is_kind(kind) for is_kind in _KINDS_OF_BYTES):
        return _decoded(value.as_py())
    if pa.types.is_floating(kind) and kind.bit_width < 64:  # noqa: PLR2004 - those of Python have 64
        return cell_text(float(str(_SHORTER[kind.bit_width](value.as_py()))), decimal)
    if pa.types.is_duration(kind):
        return span_text(value.value * _NANOSECONDS[kind.unit])
    if pa.types.is_temporal(kind):
        return _moment(value)
    return cell_text(value.as_py(), decimal)


def _decoded(value: bytes) -> str:
    try:
        return value.decode()
    except UnicodeDecodeError:
        return value.hex()


def _moment(value: pa.Scalar) -> str:
    """A day or a time as text; also one that Python has no type for, such as one of the year 9999999."""
    kind = value.type
    try:
        if pa.types.is_timestamp(kind) and kind.tz is not None and not _is_zone(kind.tz):
            value = value.cast(pa.timestamp(kind.unit, "UTC"))  # what is stored, where nobody knows its zone
        text = cell_text(value.as_py())
    except (ValueError, OverflowError):
        unit = kind.unit if pa.types.is_timestamp(kind) else "days"
        return f"1970-01-01 + {value.value} {unit}"  # no bare number, which another column might take for one
    rest = value.value % 1_000 if pa.types.is_time64(kind) and kind.unit == "ns" else 0  # Python has no such fractions
    return f"{text}{'' if '.' in text else '.000000'}{rest:03}" if rest else text


def _is_zone(name: str) -> bool:
    try:
        pa.scalar(0, pa.timestamp("s", name)).as_py()
    except (ValueError, KeyError, OSError):
        return False
    return True


_SHORTER = {16: np.float16, 32: np.float32}  # 0.1 stored in fewer bits is still 0.1 to a person
_NANOSECONDS = {"s": 1_000_000_000, "ms": 1_000_000, "us": 1_000, "ns": 1}
_KINDS_OF_BYTES = (
    pa.types.is_binary, pa.types.is_large_binary, pa.types.is_binary_view, pa.types.is_fixed_size_binary,
)  # fmt: skip
