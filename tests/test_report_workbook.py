"""The scorecard in Excel: values, no formulas, and the same bytes every time."""

from datetime import date

import numpy as np
import openpyxl
import pandas as pd
import pytest
from documents import META, rollup, scores

from review_kit.errors import CannotWriteError
from review_kit.report.workbook import write_scorecard

FORMULA = '=HYPERLINK("http://example.org","x")'


def findings():
    return pd.DataFrame(
        [
            {
                "severity": "high", "state": "new", "headline": FORMULA, "evidence": "+1", "recommendation": "@SUM(A1)",
                "owner": "-1", "subject": "https://example.org", "rule": "missed",
            }
        ]
    )  # fmt: skip


def kpis():
    return pd.DataFrame({"name": ["A"], "definition": [FORMULA], "data_source": ["a.csv"], "frequency": ["monthly"]})


@pytest.fixture
def book(tmp_path):
    path = tmp_path / "scorecard.xlsx"
    frame = scores(3, name=[FORMULA, "007", "B"], decimals=[2.0, 0.0, np.nan], actual=[1.234, np.nan, 3.0])
    write_scorecard(path, frame, kpis(), rollup(), findings(), META, as_of=date(2025, 12, 31))
    return openpyxl.load_workbook(path)


def column(sheet, heading):
    at = next(cell.column for cell in sheet[4] if cell.value == heading)
    return [row[at - 1] for row in sheet.iter_rows(min_row=5)]


def test_text_never_becomes_a_formula_a_number_or_a_link(book):
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row if cell.value is not None]
    assert {cell.data_type for cell in cells} <= {"s", "n"}
    assert not any(cell.hyperlink for cell in cells)
    assert [cell.value for cell in column(book["Scorecard"], "KPI")] == [FORMULA, "007", "B"]
    assert column(book["Findings"], "Finding")[0].value == FORMULA


def test_values_are_unrounded_and_shown_with_each_rows_decimals(book):
    actuals = column(book["Scorecard"], "Actual")
    assert [cell.value for cell in actuals] == [1.234, None, 3.0]
    assert actuals[0].number_format == "#,##0.00"
    assert actuals[2].number_format == "General"
    assert column(book["Scorecard"], "Gap")[0].number_format == "+#,##0.00;-#,##0.00;#,##0.00"


def test_every_figure_says_whether_it_was_read_computed_or_rolled_up(tmp_path):
    path = tmp_path / "scorecard.xlsx"
    frame = scores(3, origin=["read", "computed", "rolled up"], target_origin=["read", "computed", "read"])
    write_scorecard(path, frame, kpis(), rollup(), findings(), META, as_of=date(2025, 12, 31))
    written = openpyxl.load_workbook(path)
    assert [cell.value for cell in column(written.worksheets[0], "Actual is")][:3] == ["read", "computed", "rolled up"]
    assert [cell.value for cell in column(written.worksheets[0], "Origin of target")][:3] == [
        "read",
        "computed",
        "read",
    ]
    told = {row[0].value: row[1].value for sheet in written for row in sheet.iter_rows(max_col=2) if len(row) > 1}
    assert told["Score of 100"].endswith("Computed for a KPI, rolled up above.")
    assert told["Weight scored"] == "How much of the weight below a score could be scored."
    assert told["Values that came"] == "How many of the values that were due below a score have come."


def test_chances_and_scores_look_as_in_the_report(tmp_path):
    """An open chance is never 0 or 100 %, which is left to what has come; and 99.95 points are not 100."""
    frame = scores(5, p_meet=[1e-12, 0.5, 0.9999, 0.0, 1.0], score=[0.9995, 0.874, 1.0, 1.2, np.nan])
    write_scorecard(tmp_path / "a.xlsx", frame, kpis(), rollup(), findings(), META)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Scorecard"]
    open_chance = '[<0.005]"<1 %";[>=0.995]">99 %";0 %'
    assert [cell.number_format for cell in column(sheet, "Chance to meet")] == [open_chance] * 3 + ["0 %"] * 2
    assert [cell.number_format for cell in column(sheet, "Score of 100")][:4] == ["0.00", "0", "0", "0"]


def test_a_finding_tells_what_it_costs_and_a_success_costs_nothing(tmp_path):
    found = pd.concat([findings().assign(cost=2.34), findings().assign(severity="success", cost=4.4)])
    write_scorecard(tmp_path / "a.xlsx", scores(1), kpis(), rollup(), found, META)
    cells = column(openpyxl.load_workbook(tmp_path / "a.xlsx")["Findings"], "Points lost")
    assert [cell.value for cell in cells] == [2.34, None]
    assert cells[0].number_format == "0.0"


def test_a_status_is_a_symbol_and_a_word(book):
    assert [cell.value for cell in column(book["Scorecard"], "Status")] == ["■ Off target", "● On target", "◐ Near"]


def test_objectives_have_scores_of_100_and_empty_cells_where_nothing_is_known(book):
    assert [cell.value for cell in column(book["Objectives"], "Score of 100")] == [90, None]


def test_sheets_are_tables_with_filters_frozen_heads_and_a_print_setup(book):
    assert book.sheetnames == ["Scorecard", "Objectives", "Findings", "Definitions", "About"]
    sheet = book["Scorecard"]
    assert sheet.freeze_panes == "C5"
    assert sheet.tables["Scorecard"].autoFilter is not None
    assert sheet.page_setup.orientation == "landscape"
    assert sheet.print_title_rows == "$4:$4"
    assert "Year 2025, as of 31 December 2025, Executive edition" in sheet["A2"].value


def test_the_same_review_gives_the_same_bytes_and_a_date_of_its_own(tmp_path, book):
    written = []
    for name in ("a.xlsx", "b.xlsx"):
        write_scorecard(tmp_path / name, scores(3), kpis(), rollup(), findings(), META, as_of=date(2025, 12, 31))
        written.append((tmp_path / name).read_bytes())
    assert written[0] == written[1]
    assert book.properties.created.date() == date(2025, 12, 31)


def test_a_review_without_findings_has_an_empty_sheet_of_them(tmp_path):
    write_scorecard(tmp_path / "a.xlsx", scores(1), kpis(), rollup(), findings().head(0), META)
    sheet = openpyxl.load_workbook(tmp_path / "a.xlsx")["Findings"]
    assert [cell.value for cell in sheet[4]] == ["Finding", "Evidence", "Recommendation"]
    assert sheet.max_row == 4


def test_a_place_that_cannot_be_written_is_said_to_the_reader(tmp_path):
    (tmp_path / "file").touch()
    with pytest.raises(CannotWriteError, match=r"cannot be written .*\nHint: check that the folder"):
        write_scorecard(tmp_path / "file" / "scorecard.xlsx", scores(1), kpis(), rollup(), findings(), META)
