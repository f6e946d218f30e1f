"""The contract as people read it: the tables of docs/data-contract.md."""

from review_kit.schema.columns import Column, Kind, TableSchema
from review_kit.schema.inputs import INPUTS
from review_kit.schema.outputs import HANDOVER

_SPOKEN = {
    Kind.FLAG: "yes or no",
    Kind.INTEGER: "whole number",
    Kind.LIST: "list",
    Kind.TARGET: "number or words such as '≥ 95%'",
}


def _values(column: Column) -> str:
    known, default = column.choices, column.default
    words = ", ".join(known) if known and column.kind is not Kind.FLAG else _SPOKEN.get(column.kind, "")
    limits = ", ".join(check.title for check in column.checks if not known)
    blank = "" if default is None else f"blank: {default:g}" if isinstance(default, float) else f"blank: {default}"
    return "; ".join(part for part in (words or str(column.kind), limits, blank) if part)


def table_as_markdown(schema: TableSchema) -> str:
    """A heading with the table's name and title, and one line a column."""
    lines = [f"### {schema.name}", "", f"{schema.title}.", "", "| column | values | meaning |", "| --- | --- | --- |"]
    for name, column in schema.columns.items():
        marks = "*" if column.named else ""
        marks += " (key)" if column.key else ""
        meaning = column.description.replace("|", "\\|")
        lines.append(f"| `{name}`{marks} | {_values(column)} | {meaning} |")
    return "\n".join(lines) + "\n"


def render_contract() -> str:
    """Input tables first, then the hand-over; `*` marks a heading that must be there."""
    inputs = "\n".join(table_as_markdown(schema) for schema in INPUTS.values())
    handed = "\n".join(table_as_markdown(schema) for schema in HANDOVER.values())
    return f"## Input tables\n\n{inputs}\n## Hand-over tables\n\n{handed}"
