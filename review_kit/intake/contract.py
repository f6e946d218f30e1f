"""The contract's own checks, told in the words of the file."""

import numpy as np
import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from review_kit.intake.ledger import OUTSIDE, Ledger, Mask
from review_kit.model.nearest import did_you_mean
from review_kit.schema import Kind, choices_of, is_key, kind_of

_OWN_RULES = {"weight": "bad-weight", "restricted_to": "unknown-audience"}


def refuse_breaches(frame: pd.DataFrame, schema: pa.DataFrameSchema, ledger: Ledger) -> None:
    """Empty cells that must be filled, words outside a vocabulary, numbers out of bounds."""
    ours = {
        name: column
        for name, column in schema.columns.items()
        if name in frame and (column.checks or not column.nullable) and kind_of(column) is not Kind.TARGET
    }
    checked = pa.DataFrameSchema(ours)
    try:
        checked.validate(frame, lazy=True)
    except SchemaErrors as error:
        cases = error.failure_cases
        for (name, check), group in cases.groupby(["column", "check"], sort=False):
            where = np.zeros(len(frame), dtype=bool)
            where[group["index"].astype("int64").to_numpy()] = True
            where = where & ~ledger.faulty.get(str(name), np.zeros(len(frame), dtype=bool))
            where &= ledger.state != OUTSIDE
            _refuse(str(name), str(check), ours[str(name)], where, ledger)


def _refuse(name: str, check: str, column: pa.Column, where: Mask, ledger: Ledger) -> None:
    words = choices_of(column)
    if check == "not_nullable":
        rule = "missing-key" if is_key(column) else f"bad-{name}" if words else "missing-value"
        hint = f"write {_or(words)}." if words else "fill it, or remove the row."
        ledger.refuse(where, name, rule, "the cell is empty.", hint)
    elif words:
        ledger.refuse(
            where,
            name,
            f"bad-{name}",
            f"'{{value}}' {check}.",
            lambda at: did_you_mean(ledger.cell(name, at).strip(), words, f"write {_or(words)}."),
        )
    else:
        ledger.refuse(where, name, _OWN_RULES.get(name, "out-of-range"), f"'{{value}}' {check}.", "correct the number.")


def _or(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + f" or {words[-1]}"
