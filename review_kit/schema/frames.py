"""Tables held against their contract; what knows only names and kinds is in the modules beside, without pandas."""

from collections.abc import Iterator
from functools import cache

import numpy as np
import pandas as pd
from pandas.api.types import is_numeric_dtype

from review_kit.errors import InvalidTableError
from review_kit.schema.columns import DTYPES, Column, TableSchema

_TOLD = 20  # mistakes that a message lists; more of them say nothing new
EMPTY = "is empty"  # what is said of a cell that must hold something

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]


def typed_columns(schema: TableSchema) -> dict[str, str]:
    """The pandas dtype of each column, in order."""
    return {name: DTYPES[column.kind] for name, column in schema.columns.items()}


def empty_table(schema: TableSchema) -> pd.DataFrame:
    """No rows, but every column with its dtype: what an optional source gives that nobody brought."""
    return _empty(tuple(typed_columns(schema).items())).copy()


@cache
def _empty(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    by_dtype = {dtype: pd.Series(np.empty(0, dtype=object), dtype=dtype) for dtype in {dtype for _, dtype in columns}}
    return pd.DataFrame({name: by_dtype[dtype] for name, dtype in columns})


def breaches(values: pd.Series, column: Column) -> Iterator[tuple[str, Mask]]:
    """What the values break of the column's contract, in words, each with where they do; `EMPTY` before all others."""
    missing = values.isna().to_numpy(dtype=bool)
    if column.filled and missing.any():
        yield EMPTY, missing
    if not column.checks or missing.all():
        return
    present = values[~missing] if missing.any() else values
    for check in column.checks:
        holds = np.asarray(check.holds(present), dtype=bool)
        if not holds.all():
            where = np.zeros(len(values), dtype=bool)
            where[np.flatnonzero(~missing)[~holds]] = True
            yield check.error, where


def check_table(frame: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
    """The frame, its text columns as pandas text, once it keeps the contract; extra columns stay.

    Raises:
        InvalidTableError: columns are missing, or values break the contract; all of them are listed.

    """
    table = frame.copy(deep=False)
    mistakes = [f"column {name} is missing." for name in schema.columns if name not in table]
    for name, column in schema.columns.items():
        if name in table:
            values, unfit = _converted(table[name], column)
            mistakes += [f"column {name}{line}" for line in unfit or _broken(values, column)]
            if values is not table[name]:
                table[name] = values
    if not mistakes:
        mistakes += list(_broken_together(table, schema))
    if mistakes:
        more = [f"and {len(mistakes) - _TOLD} more."] if len(mistakes) > _TOLD else []
        listed = [f"- {line}" for line in mistakes[:_TOLD]]
        told = "\n".join([f"table {schema.name} breaks its contract:", *listed, *more])
        msg = f"{told}\nHint: docs/data-contract.md lists the columns of every table."
        raise InvalidTableError(msg)
    return table


def _converted(values: pd.Series, column: Column) -> tuple[pd.Series, list[str]]:
    """The values in the dtype of the contract, or what keeps them from it."""
    if column.dtype is None:
        return values, [] if is_numeric_dtype(values.dtype) else [f" does not hold numbers ({values.dtype})."]
    if str(values.dtype) == column.dtype:
        return values, []
    if not column.converts:
        return values, [f" holds {values.dtype}, not {column.dtype}."]
    try:
        return values.astype(column.dtype), []  # type: ignore[call-overload]
    except (TypeError, ValueError):
        return values, [f" holds {values.dtype}, which cannot be made {column.dtype}."]


def _broken(values: pd.Series, column: Column) -> Iterator[str]:
    for error, where in breaches(values, column):
        for place in np.flatnonzero(where).tolist():
            yield f", row {values.index[place]}: {values.iloc[place]} ({error})."


def _broken_together(table: pd.DataFrame, schema: TableSchema) -> Iterator[str]:
    if schema.unique:
        again = table.duplicated(list(schema.unique), keep=False)
        for row in table.index[again]:
            value = ", ".join(str(table.loc[row, name]) for name in schema.unique)
            yield f"column {', '.join(schema.unique)}, row {row}: {value} (is not unique)."
    for check in schema.checks:
        if not check.holds(table):
            yield f"{check.error}."
