"""Two states of a table, and of a folder, held against each other."""

import json
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from proofs import review_by_hand

from review_kit.desk.last import LAST, THEN
from review_kit.proof.comparison import compare_reviews
from review_kit.proof.differences import Difference, compare_tables
from review_kit.proof.texts import first_difference
from review_kit.schema import HANDOVER
from review_kit.store import write_table

SCORES = pd.DataFrame(
    {
        "kpi_id": pd.Series(["csat", "nps", "otif"], dtype="str"),
        "actual": [4.25, np.nan, 97.0],
        "met": pd.Series([True, None, False], dtype="boolean"),
        "status": pd.Series(["near", None, "off target"], dtype="str"),
        "last_end": pd.to_datetime(["2025-12-31", None, "2025-12-31"]),
        "trace": pd.Series(["row 2", "row 3", "row 4"], dtype="str"),
    }
)


def told(old: pd.DataFrame, new: pd.DataFrame, table: str = "scores") -> list[str]:
    return [str(one) for one in compare_tables(old, new, table)]


def changed(**cells: object) -> pd.DataFrame:
    """SCORES with the cell of csat (row 0) replaced in each of these columns."""
    frame = SCORES.copy()
    for column, value in cells.items():
        frame.loc[0, column] = value
    return frame


def test_equal_tables_do_not_differ_and_missing_equals_missing():
    assert told(SCORES, SCORES.copy()) == []


def test_each_cell_that_differs_is_named_by_table_key_and_column_in_the_order_of_the_table():
    new = changed(actual=4.31, status="on target")
    new.loc[2, "actual"] = 96.0
    assert told(SCORES, new) == [
        "scores/csat/actual: 4.25 -> 4.31",
        "scores/csat/status: near -> on target",
        "scores/otif/actual: 97 -> 96",
    ]


@pytest.mark.parametrize(
    ("column", "value", "line"),
    [
        ("actual", np.nan, "scores/csat/actual: 4.25 -> –"),
        ("met", False, "scores/csat/met: yes -> no"),
        ("met", pd.NA, "scores/csat/met: yes -> –"),
        ("status", None, "scores/csat/status: near -> –"),
        ("last_end", pd.Timestamp("2025-09-30"), "scores/csat/last_end: 2025-12-31 -> 2025-09-30"),
        ("actual", 4.25000000001, "scores/csat/actual: 4.25 -> 4.25000000001"),
        ("actual", 4.250000000000001, "scores/csat/actual: 4.25 -> 4.250000000000001"),
        ("actual", 1e-9, "scores/csat/actual: 4.25 -> 0.000000001"),
        ("actual", 1234567.891, "scores/csat/actual: 4.25 -> 1234567.891"),
    ],
)
def test_a_value_is_shown_with_as_many_digits_as_tell_it_apart(column, value, line):
    assert told(SCORES, changed(**{column: value})) == [line]


def test_rows_that_came_or_went_are_told_as_rows_and_their_cells_are_not():
    new = SCORES.drop(index=1)
    new = pd.concat([new, SCORES.head(1).assign(kpi_id="esat")], ignore_index=True)
    assert told(SCORES, new) == ["scores/nps: row removed", "scores/esat: row added"]


def test_rows_are_matched_by_their_key_wherever_they_stand():
    shuffled = changed(actual=4.31).iloc[[2, 0, 1]].reset_index(drop=True)
    assert told(SCORES, shuffled) == ["scores/csat/actual: 4.25 -> 4.31"]


def test_rows_of_one_key_are_matched_in_their_order():
    old = pd.DataFrame({"kpi_id": ["a", "a", "b"], "period": "2025", "segment": "", "value": [1.0, 2.0, 3.0]})
    new = old.assign(value=[1.0, 2.5, 3.0])
    assert told(old, new, "measures") == ["measures/a/2025 (2)/value: 2 -> 2.5"]


def test_where_a_value_was_read_from_is_told_apart_from_the_value():
    new = changed(trace="row 3", actual=4.31)
    found = list(compare_tables(SCORES, new, "scores"))
    assert [(one.column, one.what) for one in found] == [("actual", "value"), ("trace", "place")]
    faults = pd.DataFrame({"file": "a.csv", "sheet": "", "column": "value", "rule": "r", "message": "m", "row": [7.0]})
    assert [one.what for one in compare_tables(faults, faults.assign(row=8.0), "faults")] == ["place"]


def test_columns_that_came_or_went_are_told_once():
    new = SCORES.drop(columns="met").assign(rank=1.0)
    assert told(SCORES, new) == ["scores/met: column removed", "scores/rank: column added"]


def test_whole_numbers_and_numbers_are_held_against_each_other_by_value():
    old = pd.DataFrame({"kpi_id": ["a", "b"], "n_periods": [1, 2]})
    assert told(old, old.astype({"n_periods": "float64"})) == []
    assert told(old, old.assign(n_periods=[1.0, 2.5])) == ["scores/b/n_periods: 2 -> 2.5"]


def test_a_long_text_is_shown_around_the_place_where_it_changed():
    old = "Customer satisfaction stood at 80.6 % and met the target of 80.0 % that was promised"
    line = str(Difference(table="findings", key="f", column="headline", old=old, new=old.replace("80.6", "80.4")))
    before, after = (f'"…stood at {value} % and met the target of 80.0 % tha…"' for value in ("80.6", "80.4"))
    assert line == f"findings/f/headline: {before} -> {after}"


def test_every_table_of_a_review_has_a_key_that_tells_its_rows_apart(annual_review):
    paths = {path.stem: path for path in (annual_review / "tables").glob("*.parquet")}
    assert paths.keys() == {*HANDOVER, *LAST, *THEN}
    for table, path in paths.items():
        frame = pd.read_parquet(path)
        assert list(compare_tables(frame, frame.iloc[::-1], table)) == []
        gone = [one.key for one in compare_tables(frame, frame.head(0), table)]
        assert len(set(gone)) == len(frame)
        assert not [key for key in gone if key.endswith(" (2)")], table


def test_folders_are_compared_table_by_table_and_file_by_file_the_inputs_left_out(tmp_path):
    old = review_by_hand(tmp_path / "old", inputs__data="60", notes__txt="a\nb\n")
    new = review_by_hand(tmp_path / "new", inputs__data="55", more__txt="c", report__html="")
    (new / "report.html").write_text("<p>78 %</p>\n")
    for folder, value in ((old, 4.25), (new, 4.31)):
        for place in ("tables", "editions/executive/tables"):
            write_table(changed(actual=value), folder / place / "extra.parquet")
    found = compare_reviews(old, new)
    assert [(one.edition, str(one)) for one in found.differences] == [
        ("", "extra/(1)/actual: 4.25 -> 4.31"),
        ("executive", "extra/(1)/actual: 4.25 -> 4.31"),
    ]
    assert [str(one) for one in found.documents] == [
        "more/txt (added)",
        "notes/txt (missing)",
        'report.html, line 1: "<p>77 %</p>" -> "<p>78 %</p>"',
        "report/html (added)",
    ]


def test_of_the_ledger_only_results_count(tmp_path):
    old, new = (review_by_hand(tmp_path / name) for name in ("old", "new"))
    ledger = json.loads((new / "run.json").read_text())
    (new / "run.json").write_text(json.dumps(ledger | {"durations": {"total": 2.0}, "made_from": {}}))
    assert compare_reviews(old, new).equal
    (new / "run.json").write_text(json.dumps(ledger | {"as_of": "2025-12-30"}))
    assert [str(one) for one in compare_reviews(old, new).documents] == ["run.json, key as_of"]


def test_a_table_with_the_same_values_in_other_bytes_is_a_difference_all_the_same(tmp_path):
    old, new = (review_by_hand(tmp_path / name) for name in ("old", "new"))
    write_table(SCORES, old / "tables" / "extra.parquet")
    SCORES.to_parquet(new / "tables.parquet")
    (new / "tables").mkdir()
    (new / "tables.parquet").rename(new / "tables" / "extra.parquet")
    [document] = compare_reviews(old, new).documents
    assert str(document).startswith("tables/extra.parquet, the same values in other bytes")
    (new / "tables" / "extra.parquet").write_bytes(b"torn")
    assert [str(one) for one in compare_reviews(old, new).documents] == [
        "tables/extra.parquet, no whole table any more"
    ]


@pytest.mark.parametrize(
    ("old", "new", "line"),
    [
        ("a\nb\n", "a\nc\n", 'line 2: "b" -> "c"'),
        ("a\nb\nc\n", "x\nb\nz\n", 'line 1: "a" -> "x", and 1 more of its lines'),
        ("a\n", "a\nb\n", "line 2: goes on"),
        ("a\nb\n", "a\n", "line 2: ends here"),
        ("a\n", "a\r\n", "line ends"),
    ],
)
def test_the_first_place_where_two_texts_part_is_told(tmp_path: Path, old, new, line):
    for name, text in (("old.html", old), ("new.html", new)):
        (tmp_path / name).write_bytes(text.encode())
    assert first_difference(tmp_path / "old.html", tmp_path / "new.html") == line
