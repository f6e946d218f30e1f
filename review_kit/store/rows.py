"""Some columns of a stored table as plain rows, without loading pandas: for commands that answer at once."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any


def read_rows(path: Path, columns: Sequence[str]) -> list[dict[str, Any]]:
    """The rows of a table of ours, each with these columns; None where a value is missing."""
    import pyarrow.parquet as pq  # noqa: PLC0415 - most commands read no table

    with pq.ParquetFile(path) as file:  # pq.read_table would load pandas
        return file.read(columns=list(columns)).to_pylist()
