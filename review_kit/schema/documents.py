"""The contract as people read it: the tables of docs/data-contract.md."""

import pandera.pandas as pa

from review_kit.schema.columns import Kind, choices_of, default_of, is_key, kind_of, must_be_named
from review_kit.schema.inputs import INPUTS
from review_kit.schema.outputs import HANDOVER

_SPOKEN = {
    Kind.FLAG: "yes or no",
    Kind.INTEGER: "whole number",
    Kind.LIST: "list",
    Kind.TARGET: "number or words such as '≥ 95%'",
}


def _values(column: pa.Column) -> str:
    known = choices_of(column)
    words = ", ".join(known) if known and kind_of(column) is not Kind.FLAG else _SPOKEN.get(kind_of(column), "")
    limits = ", ".join(check.title for check in column.checks if check.title and not known)
    default = default_of(column)
    blank = "" if default is None else f"blank: {default:g}" if isinstance(default, float) else f"blank: {default}"
    return "; ".join(part for part in (words or str(kind_of(column)), limits, blank) if part)


def table_as_markdown(schema: pa.DataFrameSchema) -> str:
    """A heading with the table's name and title, and one line a column."""
    lines = [f"### {schema.name}", "", f"{schema.title}.", "", "| column | values | meaning |", "| --- | --- | --- |"]
    for name, column in schema.columns.items():
        marks = "*" if must_be_named(column) else ""
        marks += " (key)" if is_key(column) else ""
        meaning = (column.description or "").replace("|", "\\|")
        lines.append(f"| `{name}`{marks} | {_values(column)} | {meaning} |")
    return "\n".join(lines) + "\n"


def render_contract() -> str:
    """Input tables first, then the hand-over; `*` marks a heading that must be there."""
    inputs = "\n".join(table_as_markdown(schema) for schema in INPUTS.values())
    handed = "\n".join(table_as_markdown(schema) for schema in HANDOVER.values())
    return f"## Input tables\n\n{inputs}\n## Hand-over tables\n\n{handed}"
