"""Frames that keep a table's contract."""

from collections.abc import Hashable
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from review_kit.errors import InvalidTableError
from review_kit.schema.columns import DTYPES, kind_of

_TOLD = 20  # mistakes that a message lists; more of them say nothing new


def typed_columns(schema: pa.DataFrameSchema) -> dict[str, str]:
    """The pandas dtype of each column, in order."""
    return {name: DTYPES[kind_of(column)] for name, column in schema.columns.items()}


def empty_table(schema: pa.DataFrameSchema) -> pd.DataFrame:
    """No rows, but every column with its dtype: what an optional source gives that nobody brought."""
    return _empty(tuple(typed_columns(schema).items())).copy()


@cache
def _empty(columns: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    return pd.DataFrame({name: pd.Series(np.empty(0, dtype=object), dtype=dtype) for name, dtype in columns})


def check_table(frame: pd.DataFrame, schema: pa.DataFrameSchema) -> pd.DataFrame:
    """The frame, its text columns as pandas text, once it keeps the contract; extra columns stay.

    Raises:
        InvalidTableError: columns are missing, or values break the contract; all of them are listed.

    """
    try:
        return schema.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases.fillna({"column": "", "check": ""})
        lines = [_told(case) for case in cases.head(_TOLD).to_dict("records")]
        more = [f"and {len(cases) - _TOLD} more."] if len(cases) > _TOLD else []
        told = "\n".join([f"table {schema.name} breaks its contract:", *lines, *more])
        msg = f"{told}\nHint: docs/data-contract.md lists the columns of every table."
        raise InvalidTableError(msg) from error


def _told(case: dict[Hashable, Any]) -> str:
    if case["check"] == "column_in_dataframe":
        return f"- column {case['failure_case']} is missing."
    place = "" if pd.isna(case["index"]) else f", row {case['index']}"
    return f"- column {case['column']}{place}: {case['failure_case']} ({case['check']})."
