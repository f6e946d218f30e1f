"""The example company's own sources: sound at every checkpoint, its known oddities told as warnings."""

from pathlib import Path

import pytest

from review_kit.intake import read_cycle
from review_kit.params import find_checkpoint
from review_kit.schema import typed_schema
from review_kit.schema.frames import check_table

ROOT = Path(__file__).parent.parent


@pytest.mark.parametrize("checkpoint", ["2024", "2025", "2025-Q3", "2025-01"])
def test_the_example_company_can_be_reviewed_at_every_checkpoint(checkpoint):
    intake = read_cycle(*find_checkpoint(checkpoint, ROOT / "params"), ROOT)
    assert intake.errors == ()
    intake.refuse()
    for name, table in intake.tables.items():
        check_table(table, typed_schema(name))
        assert table["source_row"].ge(2).all()


def test_the_portfolio_is_read_from_its_sheet_below_two_lines_of_title():
    initiatives = read_cycle(*find_checkpoint("2025", ROOT / "params"), ROOT).tables["initiatives"]
    assert initiatives["source"].unique().tolist() == ["data/global_snack_retailer/initiatives.xlsx#Portfolio"]
    assert initiatives["source_row"].iloc[0] == 4
    assert initiatives["planned_finish"].notna().all()
    assert initiatives["budget"].gt(0).all()
