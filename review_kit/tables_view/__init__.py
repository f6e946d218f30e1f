"""Pieces of a document: tables, the scorecard, and blocks of words; each shows itself in a notebook and a report."""

from review_kit.tables_view.cells import Column, Kind
from review_kit.tables_view.front import Ask, StripItem, Thing, asks, cover, strip, things, verdict
from review_kit.tables_view.html import Block, Piece, anchor
from review_kit.tables_view.kpi import kpi_page
from review_kit.tables_view.prose import bullets, definitions, facts, lead, links, note, paragraph, quote
from review_kit.tables_view.scorecard import scorecard
from review_kit.tables_view.sparkline import sparkline
from review_kit.tables_view.table import Table, table

__all__ = [
    "Ask",
    "Block",
    "Column",
    "Kind",
    "Piece",
    "StripItem",
    "Table",
    "Thing",
    "anchor",
    "asks",
    "bullets",
    "cover",
    "definitions",
    "facts",
    "kpi_page",
    "lead",
    "links",
    "note",
    "paragraph",
    "quote",
    "scorecard",
    "sparkline",
    "strip",
    "table",
    "things",
    "verdict",
]
