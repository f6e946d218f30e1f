"""The contract of every table: one declaration that converts, checks and documents it."""

from review_kit.schema.columns import Kind, choices_of, default_of, is_key, kind_of, must_be_named, spans_lines
from review_kit.schema.documents import render_contract
from review_kit.schema.frames import check_table, empty_table, typed_columns
from review_kit.schema.inputs import INPUTS, MEASURES, OWN_SOURCE, TARGETS, typed_schema
from review_kit.schema.outputs import HANDOVER

__all__ = [
    "HANDOVER",
    "INPUTS",
    "MEASURES",
    "OWN_SOURCE",
    "TARGETS",
    "Kind",
    "check_table",
    "choices_of",
    "default_of",
    "empty_table",
    "is_key",
    "kind_of",
    "must_be_named",
    "render_contract",
    "spans_lines",
    "typed_columns",
    "typed_schema",
]
