"""The contract of every table: one declaration that converts, checks and documents it."""

from review_kit.schema.columns import Check, Column, Kind, TableSchema
from review_kit.schema.documents import render_contract
from review_kit.schema.inputs import INPUTS, MEASURES, OWN_SOURCE, TARGETS, typed_schema
from review_kit.schema.outputs import HANDOVER

__all__ = [
    "HANDOVER",
    "INPUTS",
    "MEASURES",
    "OWN_SOURCE",
    "TARGETS",
    "Check",
    "Column",
    "Kind",
    "TableSchema",
    "render_contract",
    "typed_schema",
]
