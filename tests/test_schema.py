"""The contract: one declaration for conversion, checks and documents."""

import pandas as pd
import pytest

from review_kit.errors import InvalidTableError
from review_kit.model.words import INPUT_TABLES
from review_kit.schema import HANDOVER, INPUTS, Kind, render_contract, typed_schema
from review_kit.schema.frames import check_table, empty_table


def test_every_table_of_the_design_is_declared():
    assert tuple(INPUTS) == INPUT_TABLES


@pytest.mark.parametrize("table", INPUT_TABLES)
def test_an_absent_table_has_every_column_and_keeps_its_contract(table):
    frame = empty_table(typed_schema(table))
    assert list(frame.columns[-2:]) == ["source", "source_row"] or table == "actuals"
    assert len(check_table(frame, typed_schema(table))) == 0


def test_typed_dtypes_are_text_numbers_days_and_whole_rows():
    dtypes = {name: str(dtype) for name, dtype in empty_table(typed_schema("actuals")).dtypes.items()}
    assert dtypes["kpi_id"] == "str"
    assert dtypes["value"] == "float64"
    assert dtypes["period_end"] == "datetime64[s]"
    assert dtypes["source_row"] == "int64"


def test_what_a_kpi_says_of_its_source_does_not_hide_the_place_of_its_row():
    columns = list(typed_schema("kpis").columns)
    assert "data_source" in columns
    assert columns[-2:] == ["source", "source_row"]


def test_a_broken_table_is_told_column_by_column():
    faults = pd.DataFrame({"file": pd.Series(["a", None], dtype="str"), "severity": ["error", "fatal"]})
    with pytest.raises(InvalidTableError) as caught:
        check_table(faults, HANDOVER["faults"])
    message = str(caught.value)
    assert "column rule is missing" in message
    assert "column severity, row 1: fatal (is not error or warning)" in message
    assert "column file, row 1" in message


def test_lost_rows_break_the_contract_of_the_reconciliation():
    line = {"table": "kpis", "source": "a.csv", "read": 3, "used": 1, "refused": 1, "outside": 0, "duplicate": 0}
    with pytest.raises(InvalidTableError, match="rows are lost"):
        check_table(pd.DataFrame([line]), HANDOVER["reconciliation"])


def test_a_kpi_has_at_most_one_chosen_proposal():
    rows = pd.DataFrame(
        {name: pd.Series([None, None], dtype="str") for name in ("method", "reason", "flags")}
        | {name: [0.5, 0.5] for name in ("candidate", "p_meet", "old_target", "baseline_next")}
        | {"kpi_id": ["a", "a"], "chosen": [True, True]}
    ).assign(method="maintain")
    with pytest.raises(InvalidTableError, match="more than one chosen candidate"):
        check_table(rows, HANDOVER["proposals"])


def test_the_document_lists_every_column_with_its_choices():
    text = render_contract()
    for table in INPUTS.values():
        assert f"### {table.name}\n" in text
        for name, column in table.columns.items():
            assert f"| `{name}`" in text
            if column.kind is Kind.CHOICE:
                assert ", ".join(column.choices) in text
    assert "| `weight` | number; at least 0; blank: 1 | share in its objective; blank: 1 |" in text


def test_a_column_of_another_dtype_is_told_with_both():
    table = empty_table(typed_schema("measures")).assign(value=pd.Series([], dtype="str"))
    with pytest.raises(InvalidTableError, match="column value holds str, not float64"):
        check_table(table, typed_schema("measures"))


def test_text_in_a_column_of_numbers_and_rows_of_one_key_are_told():
    scores = empty_table(HANDOVER["scores"]).reindex([0, 1])
    told = "does not hold numbers"
    with pytest.raises(InvalidTableError, match=told):
        check_table(scores.assign(actual=pd.Series(["a", "b"], dtype="str")), HANDOVER["scores"])
    lines = [{"table": "kpis", "source": "a.csv", "read": 1, "used": 1, "refused": 0, "outside": 0, "duplicate": 0}]
    assert len(check_table(pd.DataFrame(lines), HANDOVER["reconciliation"])) == 1
    rollup = pd.DataFrame({name: ["x", "x"] for name in ("id", "name", "parent")}).assign(level="objective")
    rollup = rollup.assign(status="near", method="mean", origin="rolled up", **dict.fromkeys(
        ("score", "previous_score", "coverage", "confidence", "weight", "n_kpis", "n_scored"), 0.5
    ))  # fmt: skip
    with pytest.raises(InvalidTableError, match=r"column level, id, row 0: objective, x \(is not unique\)"):
        check_table(rollup, HANDOVER["rollup"])


def test_more_mistakes_than_a_message_lists_are_counted():
    faults = pd.DataFrame({name: ["a"] * 30 for name in HANDOVER["faults"].columns}).assign(row=1.0, severity="fatal")
    with pytest.raises(InvalidTableError, match=r"and 10 more\."):
        check_table(faults, HANDOVER["faults"])
