"""Why a second run may differ: rows, keys, cells of notebooks, code, versions."""

import json
from pathlib import Path

import openpyxl
import pytest
from proofs import ACTUALS, PARAMS, two_shops

from review_kit.checkpoint.fingerprint import hash_file
from review_kit.proof.reasons import Inputs, changed_files, of_inputs, of_surroundings
from review_kit.proof.sources import paired, unmatched


@pytest.fixture
def roots(tmp_path: Path) -> tuple[Path, Path]:
    """Two equal workspaces: as the review read it, and as it is now."""
    return two_shops(tmp_path / "old"), two_shops(tmp_path / "new")


def reasons(roots: tuple[Path, Path]) -> list[str]:
    """What is told of all files that differ between the two."""
    old, new = (
        Inputs(root=root, hashes={path.relative_to(root).as_posix(): hash_file(path) for path in files(root)})
        for root in roots
    )
    return [str(one) for one in of_inputs(old, new)]


def files(root: Path) -> list[Path]:
    return [path for name in ("params", "data", "notebooks") for path in sorted((root / name).rglob("*.*"))]


def put(roots: tuple[Path, Path], name: str, old: str, new: str) -> None:
    for root, text in zip(roots, (old, new), strict=True):
        (root / name).write_text(text, encoding="utf-8")


def test_nothing_is_told_of_equal_inputs(roots):
    assert reasons(roots) == []


def test_a_cell_is_told_with_the_row_and_the_heading_that_a_person_sees(roots):
    put(roots, "data/actuals.csv", ACTUALS, ACTUALS.replace("queue,2025,60", "queue,2025,55"))
    assert reasons(roots) == ["data/actuals.csv, row 2, column value: 60 -> 55"]


def test_rows_that_shift_are_not_told_only_the_row_that_was_put_in(roots):
    put(roots, "data/actuals.csv", ACTUALS, ACTUALS.replace("queue,2025,60", "queue,2024,50\nqueue,2025,60"))
    assert reasons(roots) == ["data/actuals.csv, row 2: added (queue · 2024 · 50)"]


def test_a_row_that_is_gone_is_told_with_the_number_it_had(roots):
    put(roots, "data/actuals.csv", ACTUALS, ACTUALS.replace("stock,2025,80\n", ""))
    assert reasons(roots) == ["data/actuals.csv, row 3 until then: removed (stock · 2025 · 80)"]


def test_a_row_whose_key_changed_is_told_cell_by_cell_where_nothing_else_can_be_meant(roots):
    put(roots, "data/actuals.csv", ACTUALS, ACTUALS.replace("stock,2025,80", "stocks,2025,80"))
    assert reasons(roots) == ["data/actuals.csv, row 3, column kpi_id: stock -> stocks"]


def test_several_changes_of_one_file_are_told_one_by_one(roots):
    new = "kpi_id,period,value\nwaste,2025,99\nqueue,2025,60\nstock,2025-06,40\nstock,2025,81\n"
    put(roots, "data/actuals.csv", ACTUALS, new)
    assert reasons(roots) == [
        "data/actuals.csv, row 2, column value: 100 -> 99",
        "data/actuals.csv, row 4: added (stock · 2025-06 · 40)",
        "data/actuals.csv, row 5, column value: 80 -> 81",
    ]


def test_columns_that_came_went_or_emptied_are_told(roots):
    old = "kpi_id,period,value,note\nqueue,2025,60,late\n"
    put(roots, "data/actuals.csv", old, "kpi_id,period,value,status\nqueue,2025,,actual\n")
    assert reasons(roots) == [
        "data/actuals.csv, column status: added",
        "data/actuals.csv, column note: removed",
        "data/actuals.csv, row 2, column value: 60 -> (empty)",
    ]


def test_rows_in_another_order_are_told_as_that(roots):
    put(roots, "data/actuals.csv", ACTUALS, "kpi_id,period,value\nwaste,2025,100\nqueue,2025,60\nstock,2025,80\n")
    assert reasons(roots) == ["data/actuals.csv, rows stand in another order"]


@pytest.mark.parametrize("new", [ACTUALS.replace("\n", "\r\n"), ACTUALS + "\n\n", ACTUALS.replace("queue", '"queue"')])
def test_a_change_of_what_is_not_read_is_told_as_that(roots, new):
    put(roots, "data/actuals.csv", ACTUALS, "")
    (roots[1] / "data" / "actuals.csv").write_bytes(new.encode())
    [told] = reasons(roots)
    assert told.startswith("data/actuals.csv, not in a cell that is read: line ends, quotes, blank rows")


def test_a_file_that_cannot_be_read_any_more_is_told_with_the_fault(roots):
    put(roots, "data/actuals.csv", ACTUALS, "")
    assert reasons(roots) == ["data/actuals.csv, cannot be read any more: the file is empty."]


def test_a_workbook_is_told_by_its_sheet_row_and_heading(roots):
    for root, value in zip(roots, (60, 55), strict=True):
        source = "\n  actuals:\n    path: data/figures.xlsx\n    sheet: Results\n    header_row: 3"
        columns = "\n    columns: {kpi_id: KPI, period: Year, value: Result}"
        text = PARAMS.replace(" \n", "\n").replace("\n  actuals: data/actuals.csv", source + columns)
        (root / "params" / "2025.yml").write_text(text)
        book = openpyxl.Workbook()
        book.active.title = "Cover"
        sheet = book.create_sheet("Results")
        for row in (["Figures"], [], ["KPI", "Year", "Result"], ["queue", "2025", value], ["stock", "2025", 80]):
            sheet.append(row)
        book.save(root / "data" / "figures.xlsx")
    assert reasons(roots) == ["data/figures.xlsx, sheet Results, row 4, column Result: 60 -> 55"]


def test_files_that_came_or_went_are_told(roots):
    old, new = roots
    (new / "params" / "2025.decisions.yml").write_text("decisions: []\n")
    (new / "data" / "kpis.csv").unlink()
    assert reasons(roots) == ["data/kpis.csv: removed", "params/2025.decisions.yml: added"]
    assert (old / "data" / "kpis.csv").is_file()


def test_a_parameter_is_told_by_its_line_and_key(roots):
    new = PARAMS.replace("green: 1.0", "green: 0.9").replace("Two shops", "Two stores") + "signals: {rules: nhs_r}\n"
    put(roots, "params/2025.yml", PARAMS, new.replace(", amber: 0.8", ""))
    assert reasons(roots) == [
        "params/2025.yml, line 2, organisation: Two shops -> Two stores",
        "params/2025.yml, line 8, scoring.green: 1.0 -> 0.9",
        "params/2025.yml, line 9, signals.rules: added (nhs_r)",
        "params/2025.yml, scoring.amber, line 8 until then: removed (0.8)",
    ]


def test_an_address_that_stands_in_the_parameters_by_mistake_is_not_repeated(roots):
    put(roots, "params/2025.yml", PARAMS, f"{PARAMS}alerts: [https://hooks.example.org/s3cr3t]\n")
    assert reasons(roots) == ["params/2025.yml, line 9, alerts: added (https://…)"]


def test_a_comment_in_the_parameters_is_told_as_no_value(roots):
    put(roots, "params/2025.yml", PARAMS, f"# reviewed\n{PARAMS}")
    assert reasons(roots) == ["params/2025.yml, not in a value: comments or layout"]


def test_parameters_that_are_no_yaml_any_more_are_told_as_that(roots):
    put(roots, "params/2025.yml", PARAMS, PARAMS + "signals: {rules\n")
    [told] = reasons(roots)
    assert told.startswith("params/2025.yml, cannot be read any more: ")


def test_lists_of_the_parameters_are_told_as_people_write_them(roots):
    edition = "editions:\n  board: {sees: [executive]}\n"
    put(roots, "params/2025.yml", PARAMS + edition, PARAMS + edition.replace("[executive]", "[executive, it]"))
    assert reasons(roots) == ["params/2025.yml, line 10, editions.board.sees: executive -> executive, it"]


def test_a_decision_is_told_by_its_id_wherever_it_stands_in_the_file(roots):
    first = "  - {id: D1, on: 2026-01-15, by: Board, about: target, subject: queue, choice: 90, reason: reach}\n"
    second = first.replace("D1", "D2").replace("queue", "stock")
    new = "decisions:\n" + second + first.replace("90", "95")
    put(roots, "params/2025.decisions.yml", f"decisions:\n{first}{second}", new)
    assert reasons(roots) == ["params/2025.decisions.yml, line 3, decisions[D1].choice: 90 -> 95"]


def test_a_cell_of_a_notebook_is_told_by_its_number_and_its_first_line_that_changed(roots):
    old, new = (json.loads((root / "notebooks" / "02_kpi_scoring.ipynb").read_text()) for root in roots)
    new["cells"][2]["source"] = ["import os\n", *old["cells"][2]["source"]]
    new["cells"].insert(4, {"cell_type": "markdown", "id": "x", "metadata": {}, "source": "Look here."})
    gone = new["cells"].pop()
    (roots[1] / "notebooks" / "02_kpi_scoring.ipynb").write_text(json.dumps(new))
    first = "".join(old["cells"][2]["source"]).splitlines()[0]
    told = reasons(roots)
    assert told[0] == f"notebooks/02_kpi_scoring.ipynb, cell 3: {first} -> import os"
    assert told[1] == "notebooks/02_kpi_scoring.ipynb, cell 5: added (Look here.)"
    assert told[2].startswith(f"notebooks/02_kpi_scoring.ipynb, cell {len(old['cells'])} until then: removed (")
    assert "".join(gone["source"]).split()[0] in told[2]
    assert len(told) == 3


def test_a_notebook_that_was_only_saved_anew_is_told_as_metadata(roots):
    book = json.loads((roots[1] / "notebooks" / "06_briefing.ipynb").read_text())
    (roots[1] / "notebooks" / "06_briefing.ipynb").write_text(json.dumps(book | {"metadata": {"language": "x"}}))
    assert reasons(roots) == ["notebooks/06_briefing.ipynb, not in a cell: metadata"]


def test_modules_versions_and_the_variable_that_is_honoured_are_told():
    recorded = {"code": {"a.py": "1", "b.py": "2", "c.py": "3"}, "versions": {"pandas": "3.0.1", "scipy": "absent"}}
    now = {"code": {"a.py": "1", "b.py": "9", "d.py": "4"}, "versions": {"pandas": "3.0.2", "scipy": "1.17"}}
    told = of_surroundings(recorded, now | {"source_date_epoch": "0"})
    assert [str(one) for one in told] == [
        "b.py: changed",
        "c.py: removed",
        "d.py: added",
        "pandas: 3.0.1 -> 3.0.2",
        "scipy: added",
        "SOURCE_DATE_EPOCH: (empty) -> 0",
    ]


def test_absent_on_both_sides_is_no_change():
    both = [Inputs(root=Path(), hashes={"params/2025.decisions.yml": "absent"}), Inputs(root=Path(), hashes={})]
    assert changed_files(*both) == []


def test_rows_that_stand_twice_need_two_on_the_other_side():
    old, new = [("a",), ("b",), ("a",)], [("b",), ("a",), ("c",)]
    assert unmatched(old, new) == ([2], [2])
    assert unmatched([("x",)], [("x",), ("x",)]) == ([], [1])


def test_rows_are_paired_by_key_first_and_then_only_where_as_many_are_left():
    old, new = [("a", "1"), ("b", "1"), ("c", "1")], [("b", "2"), ("d", "1"), ("a", "2")]
    assert sorted(paired(old, new, [0, 1, 2], [0, 1, 2], [0])) == [(0, 2), (1, 0), (2, 1)]
    assert sorted(paired(old, new[:2], [0, 1, 2], [0, 1], [0])) == [(1, 0)]
    assert paired(old, [], [0, 1, 2], [], [0]) == []
