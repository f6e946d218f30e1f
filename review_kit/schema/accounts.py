"""The tables that account for the sources: what is wrong with them, and what became of every row."""

from typing import Any

from review_kit.model.fault import Severity
from review_kit.schema.columns import TableCheck, TableSchema, figure, words

FAULTS = TableSchema(
    name="faults",
    title="What is wrong with the sources",
    columns={
        "file": words("as the parameters name it", filled=True),
        "sheet": words("of a workbook"),
        "row": figure("the row a person sees", low=1),
        "column": words("the heading in the file"),
        "value": words("the text of the cell"),
        "rule": words("stable id of what was checked", filled=True),
        "message": words("what is wrong", filled=True),
        "hint": words("what to do about it"),
        "severity": words("an error stops the review", Severity, filled=True),
    },
)


def _no_row_lost(table: Any) -> bool:
    """Whether every row that was read is accounted for."""
    return bool((table["read"] == table[["used", "refused", "outside", "duplicate"]].sum(axis=1)).all())


RECONCILIATION = TableSchema(
    name="reconciliation",
    title="What became of every row: read = used + refused + outside + duplicate",
    columns={
        "table": words("the table it feeds", filled=True),
        "source": words("the file", filled=True),
        "read": figure("rows of the file, or cells of a wide one", low=0),
        "used": figure("rows in the table", low=0),
        "refused": figure("rows with an error", low=0),
        "outside": figure("rows that the checkpoint does not ask for", low=0),
        "duplicate": figure("rows that repeat another", low=0),
    },
    checks=(TableCheck(error="rows are lost: read is not used + refused + outside + duplicate", holds=_no_row_lost),),
)
