"""The contract's own checks, told in the words of the file."""

from collections.abc import Iterator, Mapping

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, Mask
from review_kit.intake.ledger import OUTSIDE, Ledger
from review_kit.model.nearest import did_you_mean
from review_kit.schema import Column, Kind, TableSchema
from review_kit.schema.frames import EMPTY, breaches

_OWN_RULES = {"weight": "bad-weight", "restricted_to": "unknown-audience"}


def refuse_breaches(frame: pd.DataFrame, words: Mapping[str, Coded], schema: TableSchema, ledger: Ledger) -> None:
    """Empty cells that must be filled, words outside a vocabulary, numbers out of bounds."""
    for name, column in schema.columns.items():
        if name in frame and column.kind is not Kind.TARGET:
            for error, broken in _breaches(name, column, frame, words):
                where = broken & ~ledger.faulty.get(name, np.zeros(len(frame), dtype=bool)) & (ledger.state != OUTSIDE)
                _refuse(name, error, column, where, ledger)


def _breaches(name: str, column: Column, frame: pd.DataFrame, words: Mapping[str, Coded]) -> Iterator[tuple[str, Mask]]:
    """What breaks the contract of the column, and at which rows; of texts each is looked at once."""
    if name not in words:
        yield from breaches(frame[name], column)
        return
    cells = words[name]
    if column.filled and cells.has_gaps:
        yield EMPTY, ~cells.given
    for error, broken in breaches(cells.texts, column):
        yield error, cells.where(broken)


def _refuse(name: str, check: str, column: Column, where: Mask, ledger: Ledger) -> None:
    words = column.choices
    if check == EMPTY:
        rule = "missing-key" if column.key else f"bad-{name}" if words else "missing-value"
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
