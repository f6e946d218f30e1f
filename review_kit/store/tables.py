"""Tables as Parquet: the same rows give the same bytes, and come back with the dtypes they had."""

import io
import json
from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from review_kit.errors import InvalidTableError, UsageError
from review_kit.schema import HANDOVER
from review_kit.schema.frames import check_table
from review_kit.store.files import told_path, write_bytes

_DTYPES = b"review_kit.dtypes"  # Parquet knows neither seconds nor a boolean that may be missing without being told


def write_table(frame: pd.DataFrame, path: Path | str) -> None:
    """Write the table; one that the contract knows by the file's stem is checked first. The index is not kept.

    Raises:
        InvalidTableError: the table breaks its contract, or a column holds mixed objects.
        CannotWriteError: the file cannot be written.

    """
    path = Path(path)
    if path.stem in HANDOVER:
        frame = check_table(frame, HANDOVER[path.stem])
    write_bytes(path, table_bytes(frame, told_path(path)), durable=False)  # the folder of a run is synced as a whole


def write_csv(frame: pd.DataFrame, path: Path | str) -> None:
    """The table as UTF-8 text that people edit: comma, point, ISO days, nothing in the place of a missing value.

    A text that a spreadsheet would take for a formula gets an apostrophe before it, which intake takes away again.

    Raises:
        CannotWriteError: the file cannot be written.

    """
    texts = {name: _as_words(frame[name]) for name in frame.columns if frame[name].dtype == "str"}
    text = frame.assign(**texts).to_csv(index=False, lineterminator="\n", date_format="%Y-%m-%d")
    write_bytes(path, text.encode(), durable=False)


def _as_words(texts: pd.Series) -> pd.Series:
    """'=1+1' with an apostrophe; a number with its sign stays as it is."""
    return texts.str.replace(r"^(['\s]*(?:[=@\t\x{FF1D}\x{FF20}]|[+\x{FF0B}-]\s*[^0-9.\s]))", r"'\1", regex=True)


def table_bytes(frame: pd.DataFrame, name: str = "table") -> bytes:
    """The Parquet bytes of a frame: a function of its columns and values alone."""
    mixed = [str(column) for column in frame.columns if frame[column].dtype == object]
    if mixed:
        msg = f"{name}: column {', '.join(mixed)} holds mixed objects.\nHint: give it a dtype: str, float64, boolean."
        raise InvalidTableError(msg)
    dtypes = json.dumps({str(column): str(frame[column].dtype) for column in frame.columns})
    table = pa.Table.from_pandas(frame, preserve_index=False).replace_schema_metadata({_DTYPES: dtypes.encode()})
    buffer = io.BytesIO()
    pq.write_table(table, buffer, compression="zstd", compression_level=3, version="2.6")
    return buffer.getvalue()


def read_table(path: Path | str) -> pd.DataFrame:
    """The table as it was written.

    Raises:
        UsageError: there is no such file, or it is not a table of ours.

    """
    path = Path(path)
    try:
        with pq.ParquetFile(pa.BufferReader(path.read_bytes())) as file:
            table = file.read()
    except OSError as error:
        msg = f"{told_path(path)}: cannot be read ({error.strerror or 'no table'}).\nHint: run the review again."
        raise UsageError(msg) from error
    except pa.ArrowInvalid as error:
        msg = f"{told_path(path)}: is not a whole Parquet file.\nHint: run the review again."
        raise UsageError(msg) from error
    dtypes = json.loads((table.schema.metadata or {}).get(_DTYPES, b"{}"))
    frame = table.replace_schema_metadata(None).to_pandas(types_mapper={pa.bool_(): pd.BooleanDtype()}.get)
    read_as = {str(column): str(dtype) for column, dtype in frame.dtypes.items()}
    other = {column: dtype for column, dtype in dtypes.items() if read_as.get(column, dtype) != dtype}
    return frame.astype(other) if other else frame
