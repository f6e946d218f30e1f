"""Tables that are cut from the same sheet: what one of them does not use may be meant for another."""

from collections.abc import Mapping

from review_kit.intake.ledger import Ledger
from review_kit.params import Source
from review_kit.schema import INPUTS


def leave_to_neighbours(ledger: Ledger, table: str, sources: Mapping[str, Source]) -> None:
    """Take back the warning of an unused column where another table of the sheet uses it.

    Nor is it told where rows repeat a key (`distinct`): then the sheet as a whole is another table's.
    """
    source = sources[table]
    of_others = {
        heading
        for name, other in sources.items()
        if name != table and other.path and (other.path, other.sheet) == (source.path, source.sheet)
        for heading in _taken(name, other)
    }
    ledger.faults = [
        fault
        for fault in ledger.faults
        if fault.rule != "unused-column" or (fault.column not in of_others and not source.distinct)
    ]


def _taken(table: str, source: Source) -> set[str]:
    """The headings that a table takes from its sheet."""
    mapped = {heading for theirs in source.columns.values() for heading in theirs} | set(source.in_brackets.values())
    melted = {heading for entries in source.melt.values() for heading, _ in entries}
    return mapped | melted | set(source.where) | (INPUTS[table].columns.keys() - source.columns.keys())
