"""docs/intake.md knows every fault that intake can tell, and its recipes can be read."""

import re

import pytest
import yaml
from workspaces import REPOSITORY

from review_kit.intake import raw
from review_kit.intake.readers import (
    delimited,
    fetch,
    files,
    look_ods,
    look_xls,
    looks,
    packed,
    parquet,
    plain_sheet,
    query,
    workbook,
)
from review_kit.params.model import Source
from review_kit.schema import INPUTS

GUIDE = (REPOSITORY / "docs" / "intake.md").read_text(encoding="utf-8")
CODE = re.compile(r'"([a-z]+(?:-[a-z]+)+)"')
NO_FAULTS = {"covered-table-cell", "encryption-data", "date-value", "time-value", "boolean-value"}  # XML of .ods
BY_COLUMN = {f"bad-{column}" for table in INPUTS.values() for column in table.columns}


def told() -> set[str]:
    """The codes that stand in the code of intake."""
    texts = [path.read_text(encoding="utf-8") for path in (REPOSITORY / "review_kit" / "intake").rglob("*.py")]
    return {code for text in texts for code in CODE.findall(text)} - NO_FAULTS


def explained() -> set[str]:
    return set(re.findall(r"^\| `([a-z-]+)` \| [^|]+ \| [^|]+ \|$", GUIDE.partition("## Every fault")[2], re.MULTILINE))


def test_every_fault_is_explained_and_none_that_is_never_told():
    assert explained() - BY_COLUMN == told() - BY_COLUMN


@pytest.mark.parametrize("recipe", re.findall(r"```yaml\n(.*?)```", GUIDE, re.DOTALL))
def test_every_recipe_is_a_source_that_params_take(recipe):
    for table, source in yaml.safe_load(recipe).items():
        assert set(source.get("columns", {})) <= set(INPUTS[table].columns)
        Source.model_validate(source)


def test_every_declared_key_is_one_of_a_source():
    part = GUIDE.partition("## Every declaration")[2].partition("\n## ")[0]
    keys = re.findall(r"^\| `(\w+)` \| `(\w+):", part, re.MULTILINE)
    assert keys
    assert all(key == used and key in Source.model_fields for key, used in keys)


LIMITS = {  # rows of the table of limits: modules and constants in the order in which they stand there
    "a file, here or at an address": [(files, "MOST_BYTES")],
    "a text file": [(files, "_MOST_LINES"), (files, "_LONGEST_LINE")],
    "a cell of a text file": [(delimited, "_LARGEST_CELL")],
    "rows of a text file with wrong quotes": [(delimited, "_MOST_BAD_QUOTES")],
    "a table": [(raw, "MOST_COLUMNS"), (raw, "MOST_CELLS")],
    "a workbook that is a zip file": [
        (packed, "_MOST_PARTS"),
        (packed, "_LARGEST"),
        (packed, "_PACKS_WELL"),
        (packed, "_LARGEST_RATIO"),
    ],
    "a part that tells how others are read": [(packed, "_LARGEST_HEAD"), (packed, "_MOST_ELEMENTS")],
    "the used range of a sheet": [(looks, "_MOST_CELLS"), (looks, "_SPARSE_FROM"), (looks, "_SPARSE")],
    "merged cells": [(workbook, "_MOST_COVERED")],
    "an `.xlsx` sheet": [(plain_sheet, "_LAST_ROW"), (plain_sheet, "_LAST_COLUMN")],
    "an `.xls` workbook": [(look_xls, "_MOST_SHEETS"), (look_xls, "_LAST_ROW"), (look_xls, "_LAST_COLUMN")],
    "an `.ods` document": [(look_ods, "_MOST_TAGS"), (look_ods, "_DEEPEST")],
    "cells of `.ods` that stand for others": [
        (look_ods, "_ENDLESS"),
        (look_ods, "_MOST_REPEATS"),
        (look_ods, "_LAST_COLUMN"),
    ],
    "a Parquet file": [
        (parquet, "_MOST_ROWS"),
        (parquet, "_MOST_GROUPS"),
        (parquet, "_MOST_TEXT"),
        (parquet, "_PACKS_WELL"),
        (parquet, "_LARGEST_RATIO"),
    ],
    "texts of Parquet packed as differences": [(parquet, "_MOST_BATCHES"), (parquet, "_LARGEST_BATCH")],
    "the answer of a database": [(query, "_MOST_LETTERS")],
    "cells that a query of an SQLite file gives": [(query, "_MOST_OF_A_FILE")],
    "a cell that a query of an SQLite file makes": [(query, "_LONGEST_CELL")],
    "a query": [(query, "SECONDS"), (query, "SECONDS_OF_A_FILE"), (query, "_SECONDS_TO_CONNECT")],
    "an address": [
        (fetch, "_SECONDS"),
        (fetch, "_SECONDS_TO_CONNECT"),
        (fetch, "_SECONDS_OF_SILENCE"),
        (fetch, "_MOST_STEPS"),
    ],
    "faults of one kind in a column": [(raw, "LISTED")],
}
A_NUMBER = re.compile(r"(?<![\w`])([0-9][0-9,]*)( MB)?(?!\w)")
A_LIMIT = re.compile(
    r"^(_?(?:MOST|LARGEST|LONGEST|SECONDS|SPARSE|ENDLESS|DEEPEST|PACKS_WELL|LAST_ROW)\w*)\b.* = ", re.MULTILINE
)


def test_the_table_of_limits_tells_what_the_code_holds():
    part = GUIDE.partition("## Limits")[2].partition("\n## ")[0]
    rows = dict(re.findall(r"^\| (?!of |---)([^|]+) \| ([^|]+) \|$", part, re.MULTILINE))
    told = {
        row: [int(number.replace(",", "")) * (1_000_000 if unit else 1) for number, unit in A_NUMBER.findall(text)]
        for row, text in rows.items()
    }
    assert told == {row: [getattr(module, name) for module, name in held] for row, held in LIMITS.items()}


def test_no_limit_of_the_readers_is_missing_from_the_table():
    held = {(module.__name__.rpartition(".")[2], name) for row in LIMITS.values() for module, name in row}
    paths = [*(REPOSITORY / "review_kit" / "intake" / "readers").glob("*.py")]
    assert {(path.stem, name) for path in paths for name in A_LIMIT.findall(path.read_text("utf-8"))} <= held
