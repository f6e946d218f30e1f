"""A file as text: its headings, its cells, and the row at which a person sees each of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np
import pandas as pd
import pyarrow as pa

from review_kit.model.fault import Fault

LISTED = 1_000  # faults of one kind in one column that are told one by one; the rest are told as one range of rows
Rows = np.ndarray[tuple[int], np.dtype[np.int64]]


@dataclass(slots=True)
class RawTable:
    """What a reader gives: text cells only, blank rows left out, rows that cannot be cut into cells refused."""

    headings: tuple[str, ...] = ()
    columns: tuple[pd.Series, ...] = ()  # pandas text, one per heading, '' where a cell is empty
    rows: Rows = field(default_factory=lambda: np.empty(0, dtype=np.int64))
    sheet: str = ""
    unreadable: int = 0  # rows that were read but have no cells here; each has a fault
    faults: list[Fault] = field(default_factory=list)
    first: list[tuple[int, list[str]]] = field(
        default_factory=list
    )  # rows and cells of the first lines, ragged ones too


def as_columns(records: Sequence[Sequence[str]], width: int) -> tuple[pd.Series, ...]:
    """Records of equal width, turned into pandas text column by column."""
    if not records:
        return tuple(pd.Series([], dtype="str") for _ in range(width))
    return tuple(
        pd.Series(pd.array(pa.array(cells, pa.large_string()), dtype="str")) for cells in zip(*records, strict=True)
    )


def too_wide(record: Sequence[str], width: int) -> bool:
    """Whether something stands beyond the last heading."""
    return any(cell.strip() for cell in record[width:])
