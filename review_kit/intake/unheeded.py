"""Columns that nobody reads although something stands in them that must not be passed over."""

import re

import pandas as pd

from review_kit.intake.ledger import Ledger, shown
from review_kit.intake.raw import RawTable
from review_kit.model.fault import Severity
from review_kit.model.words import Audience
from review_kit.params import Source
from review_kit.schema import TableSchema

_PARTED = re.compile(r"[;,\n]")
_AUDIENCES = frozenset(str(audience) for audience in Audience)
_DISTINCT = 100  # texts; a column of audiences holds a handful


def tell_unheeded(raw: RawTable, schema: TableSchema, source: Source, ledger: Ledger) -> None:
    """Cells without a heading, and a column of audiences that is not called restricted_to."""
    if not ledger.sound:
        return
    mapped = [*source.columns.values(), tuple(source.in_brackets.values()), tuple(source.where)]
    melted = [heading for entries in source.melt.values() for heading, _ in entries]
    read = {*schema.columns, *melted, *(heading for theirs in mapped for heading in theirs)}
    ledger.unread = tuple(heading for heading in raw.headings if heading and heading not in read)
    told = any(fault.rule == "unknown-clearance" for fault in ledger.faults)
    for heading, cells in zip(raw.headings, raw.columns, strict=True):
        asked = "restricted_to" in schema.columns and "restricted_to" not in ledger.headings and not told
        if heading in read or (heading and not asked):
            continue
        texts = cells.texts.str.strip()
        texts = texts[texts.ne("")].drop_duplicates()
        if not heading and len(texts) and not texts.str.fullmatch("[0-9]+").all():  # numbers of rows are no loss
            message = f"a column has no heading, and its cells ('{shown(texts.iloc[0])[:40]}' and others) are not read."
            ledger.tell_heading(source.header_row, "unused-column", message, "give it a heading, or clear it.")
        if asked and _say_who_may_see(texts):
            message = f"the column '{shown(heading)}' seems to say who may see a row, and would not be heeded."
            hint = f"call it restricted_to, or add 'columns: {{restricted_to: {shown(heading)}}}'."
            ledger.note("unknown-clearance", message, hint, Severity.ERROR, column=heading)


def _say_who_may_see(texts: pd.Series) -> bool:
    """Whether nothing but audiences stands there; 'it' alone may as well be a department."""
    entries = {part.strip().casefold() for text in texts.head(_DISTINCT) for part in _PARTED.split(text)}
    return 0 < len(texts) < _DISTINCT and entries <= _AUDIENCES and entries != {Audience.IT}
