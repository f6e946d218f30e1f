"""`review new DIR --from FILE`: what a file seems to hold, with reasons, and nothing that its cells do not prove."""

import csv
import datetime as dt
import os
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner
from workspaces import contents, replace_text

from review_kit.cli import main
from review_kit.intake import Intake, read_cycle
from review_kit.model.period import Calendar
from review_kit.params import find_checkpoint
from review_kit.scaffold import new_workspace
from review_kit.scaffold.evidence import days_of, numbers_of, percent_doubt, periods_of
from review_kit.scaffold.layout import Layout, layout_of
from review_kit.scaffold.spans import canonical
from review_kit.scaffold.words import in_our_words, plain

YEAR = Calendar(dt.date(2025, 1, 1), dt.date(2025, 12, 31), 2025)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def workbook(path: Path, **sheets) -> Path:
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def start(tmp_path):
    """Makes the workspace of a file; returns what was said, the source mappings, and what intake reads."""

    def started(file: Path, *options: str):
        folder = tmp_path / "my-review"
        done = call("new", folder, "--from", file, *options)
        assert done.exit_code == 0, done.output
        (params_file,) = (folder / "params").glob("*.yml")
        params, point = find_checkpoint(params_file.stem, folder / "params")
        return done.stdout, params.sources, read_cycle(params, point, folder)

    return started


def measured(intake: Intake) -> dict[tuple[str, ...], float]:
    rows = intake.tables["measures"]
    return {
        tuple(part for part in key if part): value
        for *key, value in rows[["kpi_id", "period", "segment", "value"]].itertuples(index=False)
    }


def rules(intake: Intake) -> set[tuple[str, str]]:
    return {(fault.rule, fault.column) for fault in intake.errors}


# The shapes that people have


def test_a_workbook_with_our_own_names_is_read_as_it_is(tmp_path, start):
    new_workspace(tmp_path / "example", 2025)
    tables = {
        path.stem: list(csv.reader(path.read_text(encoding="utf-8").splitlines()))
        for path in (tmp_path / "example" / "data").iterdir()
    }
    said, sources, intake = start(workbook(tmp_path / "mine.xlsx", **tables))
    assert intake.faults == ()
    params, point = find_checkpoint("2025", tmp_path / "example" / "params")
    expected = read_cycle(params, point, tmp_path / "example").tables
    for name, table in intake.tables.items():
        place = ["source", "source_row"]
        assert table.drop(columns=place).equals(expected[name].drop(columns=place)), name
    assert all(not source.columns for source in sources.values())
    assert "As it stands, `review check 2025` finds no errors, no warnings." in said
    assert "review run 2025" in said


def test_a_german_workbook_with_titles_and_decimal_commas(tmp_path, start):
    values = [
        [
            kpi,
            f"{month:02d}.2025",
            "k.A." if (kpi, month) == ("K2", 5) else f"{start + month / 10:.1f}".replace(".", ","),
        ]
        for kpi, start in (("K1", 78), ("K2", 4))
        for month in range(1, 13)
    ]
    file = workbook(
        tmp_path / "Bericht.xlsx",
        Ziele=[["Strategische Ziele"], [], ["Ziel-Nr.", "Strategisches Ziel"], ["Z1", "Begeistern"], ["Z2", "Liefern"]],
        Kennzahlen=[
            ["Kennzahlen der Strategie"],
            ["Stand 31.12.2025"],
            ["Nr.", "Kennzahl", "Ziel-Nr.", "Einheit", "Richtung", "Zielwert", "Turnus", "Aggregierung"],
            ["K1", "Zufriedenheit", "Z1", "%", "höher", "80,5", "monatlich", "Mittelwert"],
            ["K2", "Dauer", "Z2", "Tage", "niedriger", "3,0", "monatlich", "Mittelwert"],
        ],
        Istwerte=[["KPI-Nr.", "Monat", "Istwert"], *values],
    )
    _, sources, intake = start(file)
    assert intake.errors == ()
    assert (sources["kpis"].header_row, sources["kpis"].decimal, sources["actuals"].decimal) == (3, ",", ",")
    assert sources["actuals"].missing == ("k.A.",)
    kpis = intake.tables["kpis"].set_index("kpi_id")
    assert kpis["direction"].to_dict() == {"K1": "higher", "K2": "lower"}
    assert kpis["target"].to_dict() == {"K1": 80.5, "K2": 3.0}
    assert kpis["objective_id"].to_dict() == {"K1": "Z1", "K2": "Z2"}
    assert measured(intake)["K1", "2025-12"] == 79.2


def test_one_wide_sheet_feeds_objectives_kpis_and_values(tmp_path, start):
    rows = [
        ["Balanced Scorecard 2025"],
        ["Objective", "KPI", "Unit", "Better", "Target", *MONTHS, "YTD"],
        ["Grow", "Revenue", "EUR m", "Up", 120, *range(101, 113), 1278],
        ["Excel", "Defects", "ppm", "Down", 35, *range(42, 30, -1), 36.5],
    ]
    said, sources, intake = start(workbook(tmp_path / "wide.xlsx", Scorecard=rows))
    assert intake.errors == ()
    assert intake.tables["objectives"]["name"].tolist() == ["Grow", "Excel"]
    assert measured(intake)["Revenue", "2025-03"] == 103
    assert len(measured(intake)) == 24
    assert sources["actuals"].melt["period"][0] == ("Jan", "2025-01")
    assert "nothing is taken from YTD." in said
    assert "as it stands the last one counts" in said  # the months of a year: nobody said sum or mean


def test_months_without_a_year_wait_for_somebody_to_say_it(tmp_path, start):
    file = workbook(tmp_path / "values.xlsx", Data=[["KPI", "Target", *MONTHS], ["Lead time", "< 5 days", *range(12)]])
    said, sources, intake = start(file)
    assert sources["actuals"].melt == {}
    assert "the headings 'Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun' and 6 more say no year." in said
    assert measured(intake) == {}


def test_the_year_that_a_person_gives_is_that_of_the_months(tmp_path, start):
    file = workbook(tmp_path / "values.xlsx", Data=[["KPI", "Target", *MONTHS], ["Lead time", "< 5 days", *range(12)]])
    _, _, intake = start(file, "--year", "2024")
    assert measured(intake)["Lead time", "2024-12"] == 11
    kpi = intake.tables["kpis"].iloc[0]
    assert (kpi["direction"], kpi["unit"], kpi["target"]) == ("lower", "day", 5)  # the target says which way


def test_kpis_as_headings_with_segments_in_two_columns(tmp_path, start):
    rows = [
        [dt.date(2025, month, 1), trust, kind, 100.0 + month, 5.0]
        for month in (1, 2)
        for trust in ("RF4", "R1H", "RAL")
        for kind in ("1", "other")
    ]
    file = workbook(tmp_path / "ae.xlsx", ae=[["period", "org_code", "type", "attendances", "breaches"], *rows])
    said, sources, intake = start(file)
    assert sources["actuals"].columns == {"segment": ("org_code", "type")}
    assert sources["actuals"].melt == {"kpi_id": (("attendances", "attendances"), ("breaches", "breaches"))}
    assert "is org_code and type our segment of actuals?" in said
    assert rules(intake) == {("bad-direction", "direction")}  # nobody can know, so it is left to fill in
    assert len(intake.tables["measures"]) == 24


def test_projects_alone_leave_the_rest_to_be_filled_in(tmp_path, start):
    rows = [
        ["uniqueId", "projectName", "totalBudget", "estimatedCompletionDate", "completionDateSource"],
        ["a-1", "Portal", "$3,794,700", "July 25, 2022", "2022"],
        ["a-2", "Archive", "$812,101", "March 31, 2017", "2016"],
    ]
    said, sources, intake = start(workbook(tmp_path / "p.xlsx", projects=rows), "--year", "2022")
    source = sources["initiatives"]
    assert (source.signs, source.thousands, source.decimal, source.date_format) == (("$",), ",", ".", "%B %d, %Y")
    assert "\ninitiatives: {currency: $}" in (tmp_path / "my-review" / "params" / "2022.yml").read_text("utf-8")
    assert "percent_complete" not in source.columns  # years are no percent
    assert intake.tables["initiatives"]["budget"].tolist() == [3794700.0, 812101.0]
    assert "No sheet defines KPIs. Write them into data/kpis.csv: the headings are there." in said


def test_a_long_table_with_targets_units_and_polarity_feeds_its_kpis_too(tmp_path, start):
    rows = [
        [kpi, f"{month} 2025", value, target, unit, way, "average"]
        for kpi, value, target, unit, way in (("CSAT", 80, 85, "%", "Higher is better"), ("Wait", 6, 5, "days", "Down"))
        for month in MONTHS
    ]
    heads = ["Indicator", "Reporting Month", "Actual", "Target", "Unit", "Polarity", "Aggregation"]
    said, _, intake = start(workbook(tmp_path / "long.xlsx", data=[heads, *rows]))
    assert intake.errors == ()
    kpis = intake.tables["kpis"]
    assert kpis[["kpi_id", "direction", "target", "aggregate"]].to_numpy().tolist() == [
        ["CSAT", "higher", 85.0, "mean"],
        ["Wait", "lower", 5.0, "mean"],
    ]
    assert "as it stands the last one counts" not in said


def test_french_quarters(tmp_path, start):
    rows = [
        ["Indicateur", "Objectif stratégique", "Unité", "Sens", "Cible", "T1 2025", "T2 2025"],
        ["Délai", "Processus", "jours", "baisse", 5, 7, 6],
    ]
    _, _, intake = start(workbook(tmp_path / "suivi.xlsx", Indicateurs=rows))
    assert intake.errors == ()
    assert measured(intake) == {("Délai", "2025-Q1"): 7, ("Délai", "2025-Q2"): 6}
    assert intake.tables["kpis"]["direction"].tolist() == ["lower"]


def test_spanish_months_and_words(tmp_path, start):
    heads = "Indicador;Objetivo estratégico;Unidad;Sentido;Meta;Enero 2025;Febrero 2025"
    text = f"{heads}\nQuejas;Servicio;número;disminuir;10;12,5;n/d\n"
    (tmp_path / "es.csv").write_text(text, encoding="utf-8")
    said, sources, intake = start(tmp_path / "es.csv")
    assert intake.errors == ()
    assert (sources["actuals"].decimal, sources["actuals"].missing) == (",", ("n/d",))
    assert measured(intake)["Quejas", "2025-01"] == 12.5
    assert "Add constants: {aggregate: mean} (or sum …) if not." in said


def test_years_that_span_two_ask_where_they_begin(tmp_path, start):
    rows = [["Measure", "Unit", "Direction", "Target", "2023/24", "2024/25"], ["Waiting", "days", "down", 10, 11, 10.5]]
    said, sources, _ = start(workbook(tmp_path / "nhs.xlsx", Data=rows))
    assert sources["actuals"].melt == {"period": (("2023/24", "2023/24"), ("2024/25", "2024/25"))}
    assert "'2024/25' spans two calendar years. In which month does it begin?" in said


def test_what_is_no_number_is_no_reason_for_a_decimal_sign(tmp_path, start):
    (tmp_path / "a.csv").write_text("KPI;Period;Value\nA;2025-01;1,5\nA;2025-02;-\nA;2025-03;2,5\n", encoding="utf-8")
    said, sources, _ = start(tmp_path / "a.csv")
    assert (sources["actuals"].decimal, sources["actuals"].missing) == (",", ())
    assert "'-' can be read as no number. What is meant?" in said
    (params,) = (tmp_path / "my-review" / "params").glob("*.yml")
    assert "# '1,5', '2,5' can be read no other way" in params.read_text(encoding="utf-8")


def test_a_csv_of_a_western_windows_with_year_and_month_apart(tmp_path, start):
    text = "Kennzahl;Jahr;Monat;Wert;Region\nUmsatz;2025;1;12,5;Süd\nUmsatz;2025;2;1.012,5;Süd\n"
    (tmp_path / "werte.csv").write_bytes(text.encode("cp1252"))
    said, sources, intake = start(tmp_path / "werte.csv")
    source = sources["actuals"]
    assert (source.delimiter, source.encoding, source.decimal, source.thousands) == (";", "cp1252", ",", ".")
    assert measured(intake) == {("Umsatz", "2025-01", "Süd"): 12.5, ("Umsatz", "2025-02", "Süd"): 1012.5}
    assert "it was read as cp1252 (Western Windows): 'Süd'. Is that right?" in said


def test_what_can_mean_two_things_is_told_and_not_declared(tmp_path, start):
    (tmp_path / "a.csv").write_text("KPI;Date;Value\nA;03/04/2025;1.234\nA;05/06/2025;2.345\n", encoding="utf-8")
    said, sources, intake = start(tmp_path / "a.csv")
    source = sources["actuals"]
    assert (source.date_format, source.decimal, source.thousands) == (None, ".", None)
    assert "'03/04/2025' can be read in two ways." in said
    assert "'1.234' can be 1.234 (nothing to add) or 1234" in said
    assert ("bad-period", "Date") in rules(intake)


def test_the_kpis_are_called_as_their_values_call_them(tmp_path, start):
    file = workbook(
        tmp_path / "b.xlsx",
        KPIs=[
            ["No.", "KPI", "Unit", "Direction", "Target"],
            ["1", "Sales", "EUR", "up", 5],
            ["2", "Cost", "EUR", "down", 3],
        ],
        Actuals=[["KPI", "Period", "Actual"], ["Sales", "2025", 4], ["Cost", "2025", 2], ["Other", "2025", 2]],
    )
    said, sources, _ = start(file)
    assert sources["kpis"].columns["kpi_id"] == ("KPI",)
    assert "'Other' is used by the values in sheet Actuals, but not defined here." in said


def test_headings_that_would_be_yaml_or_stand_twice_do_no_harm(tmp_path, start):
    rows = [["KPI", 'Actual: "x" # {y}', "Period", "Note", "Note", "Owner\nof it"], ["A", 3, "2025", "a", "b", "c"]]
    said, sources, intake = start(workbook(tmp_path / "odd 'name' #1.xlsx", Data=rows))
    assert measured(intake) == {("A", "2025"): 3}
    assert sources["actuals"].path == "data/odd 'name' #1.xlsx"
    assert "'Note'" in said


def test_hidden_sheets_and_sheets_of_no_use_are_told(tmp_path, start):
    file = workbook(
        tmp_path / "b.xlsx",
        Actuals=[["KPI", "Period", "Actual"], ["Sales", "2025", 4]],
        Old=[["KPI", "Period", "Actual"], ["Sales", "2024", 4]],
        Phone=[["Person", "Phone"], ["Ann", "123"]],
    )
    book = openpyxl.load_workbook(file)
    book["Old"].sheet_state = "hidden"
    book.save(file)
    said, sources, _ = start(file)
    assert sources["actuals"].sheet == "Actuals"
    assert "sheet Old is hidden and was left aside." in said
    assert "sheet Phone feeds no table. Its headings are Person, Phone." in said


def test_every_question_stands_in_the_params_and_they_can_be_read(tmp_path, start):
    (tmp_path / "a.csv").write_text("KPI;Date;Value\nA;03/04/2025;1.234\n", encoding="utf-8")
    start(tmp_path / "a.csv")
    text = " ".join(
        (tmp_path / "my-review" / "params" / "2025.yml").read_text(encoding="utf-8").replace("#", "").split()
    )
    assert "? a.csv, column Date: '03/04/2025' can be read in two ways." in text


# Headings over two lines, and down the first column


def test_plan_and_actual_under_quarters_are_targets_and_values(tmp_path, start):
    rows = [
        ["Scorecard 2025"],
        ["KPI", "Unit", "Better", "Q1 2025", None, "Q2 2025", None],
        [None, None, None, "Plan", "Actual", "Plan", "Actual"],
        ["Revenue", "EUR m", "up", 30, 29, 31, 32],
    ]
    said, sources, intake = start(workbook(tmp_path / "b.xlsx", Scorecard=rows))
    assert intake.errors == ()
    assert (sources["actuals"].header_row, sources["actuals"].header_rows) == (2, 2)
    assert measured(intake) == {("Revenue", "2025-Q1"): 29, ("Revenue", "2025-Q2"): 32}
    targets = intake.tables["targets"]
    assert targets[["period", "target"]].to_numpy().tolist() == [["2025-Q1", 30.0], ["2025-Q2", 31.0]]
    assert "headings in rows 2 and 3" in said
    assert "no column holds targets" not in said


def test_years_above_months_give_each_month_its_year(tmp_path, start):
    rows = [
        ["KPI", "Target", "2024", *[None] * 11, "2025", *[None] * 11],
        [None, None, *MONTHS, *MONTHS],
        ["Wait", "< 5 days", *range(24)],
    ]
    _, sources, intake = start(workbook(tmp_path / "b.xlsx", Data=rows))
    assert sources["actuals"].melt["period"][12] == ("2025 · Jan", "2025-01")
    assert measured(intake)["Wait", "2024-12"] == 11


def test_departments_above_plan_and_actual_are_segments_of_the_year_that_the_title_says(tmp_path, start):
    rows = [
        ["KPI", "North", None, "South", None],
        [None, "Plan", "Actual", "Plan", "Actual"],
        ["Revenue", 30, 29, 40, 41],
    ]
    said, sources, intake = start(workbook(tmp_path / "b.xlsx", Y2025=rows))
    assert sources["actuals"].constants == {"period": "2025"}
    assert measured(intake) == {("Revenue", "2025", "North"): 29, ("Revenue", "2025", "South"): 41}
    assert "no heading and no column says a period. Are all its values of 2025?" in said
    assert "nothing is taken from North · Plan, South · Plan." in said


def test_a_fact_sheet_is_read_down_its_first_column(tmp_path, start):
    rows = [
        ["Fact sheets"],
        ["KPI", "Revenue", "Churn"],
        ["Unit", "EUR m", "%"],
        ["Direction", "up", "down"],
        ["Target", 120, "5 %"],
        ["2024", 110, 5.5],
        ["2025", 118, 5.2],
    ]
    said, sources, intake = start(workbook(tmp_path / "b.xlsx", Facts=rows))
    assert intake.errors == ()
    assert all((sources[name].transpose, sources[name].header_row) == (True, 2) for name in ("kpis", "actuals"))
    assert measured(intake)["Churn", "2025"] == 5.2
    assert intake.tables["kpis"][["unit", "direction", "target"]].to_numpy().tolist() == [
        ["EUR m", "higher", 120.0],
        ["%", "lower", 5.0],
    ]
    assert "headings down the first column from row 2" in said


def test_a_row_of_data_below_the_headings_is_no_second_line_of_them():
    rows = [
        ["Objective", "KPI", "Unit", "Target", "Note"],
        ["Financial"],
        ["Grow", "Revenue", "EUR", "12", ""],
        ["Grow", "Cost", "EUR", "7", ""],
    ]
    assert layout_of(rows) == Layout(0)


# What offices have


def test_rows_of_plan_and_actual_are_told_apart(tmp_path, start):
    head = ["KPI", "Type", "Unit", "Direction", "Jan 2025", "Feb 2025"]
    rows = [head, ["Revenue", "Plan", "EUR m", "up", 10, 11], ["Revenue", "Actual", "EUR m", "up", 9, 12]]
    _, sources, intake = start(workbook(tmp_path / "b.xlsx", Data=rows))
    assert intake.errors == ()
    assert (sources["actuals"].where, sources["targets"].where) == ({"Type": ("Actual",)}, {"Type": ("Plan",)})
    assert measured(intake) == {("Revenue", "2025-01"): 9, ("Revenue", "2025-02"): 12}
    assert intake.tables["targets"]["target"].tolist() == [10, 11]


def test_cells_shown_as_percent_make_percent_the_unit(tmp_path, start):
    rows = [["KPI", "Direction", "Target", "2024", "2025"], ["On time", "up", 0.95, 0.9, 0.925]]
    file = workbook(tmp_path / "b.xlsx", Data=rows)
    book = openpyxl.load_workbook(file)
    for cell in book["Data"][2][2:]:
        cell.number_format = "0.0%"
    book.save(file)
    _, sources, intake = start(file)
    assert intake.errors == ()
    assert sources["kpis"].constants["unit"] == "%"
    assert measured(intake)["On time", "2025"] == 92.5


def test_one_value_each_is_of_the_year_that_the_file_says_and_ids_are_shared(tmp_path, start):
    rows = [
        ["KPI report 2025"],
        ["Ref", "KPI", "Unit", "Direction", None, "Target", "Actual", "RAG"],
        ["K1", "Revenue", "EUR m", "up", None, 120, 118, "A"],
        ["K2", "Churn", "%", "down", None, 5, 4.2, "G"],
    ]
    said, _, intake = start(workbook(tmp_path / "b.xlsx", Report=rows))
    assert intake.errors == ()
    assert measured(intake) == {("K1", "2025"): 118, ("K2", "2025"): 4.2}
    assert "Are all its values of 2025?" in said
    assert "become its value" not in said  # one value a year needs no rule
    assert "nothing is taken from RAG." in said


def test_units_in_brackets_of_headings_and_a_row_of_totals(tmp_path, start):
    months = [[dt.date(2025, month, 1), month, 3.5] for month in range(1, 13)]
    rows = [["Month", "Revenue (EUR m)", "Returns (%)"], *months, ["Total", 78, None]]
    said, _, intake = start(workbook(tmp_path / "b.xlsx", Data=rows))
    text = (tmp_path / "my-review" / "data" / "kpis.csv").read_text(encoding="utf-8")
    kpis = list(csv.DictReader(text.splitlines()))
    assert [row["unit"] for row in kpis] == ["EUR m", "%"]
    assert "'Total' can be read as no period." in said
    assert ("bad-period", "Month") in rules(intake)


def test_a_total_among_the_kpis_is_asked_about(tmp_path, start):
    rows = [["KPI", "Unit", "Direction", "Target", "2025"], ["Sales", "EUR", "up", 5, 4], ["Total", "EUR", "up", 5, 4]]
    said, _, _ = start(workbook(tmp_path / "b.xlsx", Data=rows))
    assert "'Total' looks like a total and would be a KPI of its own." in said


def test_sheets_of_departments_are_told_to_be_brought_together(tmp_path, start):
    rows = [["KPI", "Unit", "Direction", "Target", "2025"], ["Sales", "EUR", "up", 5, 4]]
    said, _, _ = start(workbook(tmp_path / "b.xlsx", North=rows, South=rows, West=rows))
    assert "sheet South and sheet West look like sheet North, and one source reads one sheet." in said
    assert "feeds no table" not in said


def test_values_by_day_are_asked_about(tmp_path, start):
    lines = [f"Calls,{day:02d}/04/2026,{day}" for day in range(1, 28)]
    (tmp_path / "a.csv").write_text("\n".join(["KPI,Date,Value", *lines]), encoding="utf-8")
    said, _, _ = start(tmp_path / "a.csv")
    assert "Calls has 27 values in 2026-04, and one a month can count." in said


def test_years_that_span_two_count_as_the_one_they_start_in(tmp_path, start):
    rows = [
        ["Measure", "Unit", "Direction", "Target", "2016-2017", "2017-2018"],
        ["Wait", "days", "down", 10, 11, 10.5],
    ]
    said, _, _ = start(workbook(tmp_path / "b.xlsx", Data=rows))
    assert "The cycle is 2017: the last year with values." in said
    assert "'2017-2018' spans two calendar years. In which month does it begin?" in said
    params = tmp_path / "my-review" / "params" / "2017.yml"
    replace_text(params, ("start: 2017-01-01, end: 2017-12-31", "start: 2017-07-01, end: 2018-06-30"))
    intake = read_cycle(*find_checkpoint("2017", params.parent), tmp_path / "my-review")
    assert intake.errors == ()
    assert measured(intake)["Wait", "2017"] == 10.5


def test_tables_cut_from_one_sheet_do_not_accuse_each_other_of_forgotten_columns(tmp_path, start):
    rows = [
        ["Perspective", "Objective", "KPI", "Unit", "Direction", "Target", "Owner", "2025"],
        ["Customer", "Delight", "NPS", "points", "↑", 40, "Bob", 41],
        ["Customer", "Delight", "Complaints", "number", "↓", 15, "Bob", 14],
    ]
    _, sources, intake = start(workbook(tmp_path / "b.xlsx", BSC=rows))
    assert intake.faults == ()
    assert intake.tables["objectives"][["name", "perspective"]].to_numpy().tolist() == [["Delight", "Customer"]]
    assert sources["objectives"].distinct


def test_questions_about_a_table_to_fill_in_and_about_the_file_stand_in_the_params_too(tmp_path, start):
    rows = [["KPI", "Value", "Period", "Fax"], ["A", 3, "2025", "1 2"]]
    said, _, _ = start(workbook(tmp_path / "b.xlsx", Data=rows))
    text = " ".join(
        (tmp_path / "my-review" / "params" / "2025.yml").read_text(encoding="utf-8").replace("#", "").split()
    )
    assert "? No sheet defines KPIs. data/kpis.csv names the one that has values: fill in direction" in text
    assert "? sheet Data: nothing is taken from Fax." in text
    assert "Next: fill in data/kpis.csv and correct params/2025.yml" in said


# What is refused


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("notes.txt", b"Dear all\nregards\n", "notes.txt holds no table at all, so nothing was written."),
        ("phone.csv", b"Person,Phone\nAnn,123\n", "  phone.csv: Person, Phone"),
        ("page.csv", b"", "page.csv holds no table at all"),
        ("broken.xlsx", b"PK\x03\x04 no zip", "broken.xlsx: "),
        ("slides.pptx", b"PK", "slides.pptx: files of the kind '.pptx' are not looked at."),
        ("noending", b"KPI,2025\n", "noending: its name does not tell what kind of file it is."),
        ("photo.xlsx", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "photo.xlsx: the file is no workbook."),
        ("login.csv", b"<!DOCTYPE html><html></html>", "login.csv: the file is a web page, not a table"),
        ("heads.csv", b"KPI,Period,Actual\n", "heads.csv holds headings and no rows below them"),
    ],
)
def test_a_file_of_no_use_is_refused_and_nothing_is_written(tmp_path, name, content, told):
    (tmp_path / name).write_bytes(content)
    done = CliRunner().invoke(main, ["new", str(tmp_path / "my-review"), "--from", str(tmp_path / name)])
    assert done.exit_code == 2, done.output
    assert told in done.output
    assert "Hint: " in done.output
    assert not (tmp_path / "my-review").exists()


def test_a_pipe_makes_nobody_wait(tmp_path):
    os.mkfifo(tmp_path / "pipe.csv")
    done = CliRunner().invoke(main, ["new", str(tmp_path / "mine"), "--from", str(tmp_path / "pipe.csv")])
    assert (done.exit_code, done.output) == (2, "pipe.csv: this is no ordinary file.\nHint: save it as one.\n")


def test_a_folder_that_holds_anything_is_left_alone(tmp_path):
    file = workbook(tmp_path / "b.xlsx", Actuals=[["KPI", "Period", "Actual"], ["Sales", "2025", 4]])
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "a").write_text("mine", encoding="utf-8")
    done = CliRunner().invoke(main, ["new", str(tmp_path / "mine"), "--from", str(file)])
    assert (done.exit_code, contents(tmp_path / "mine")) == (2, {"a": b"mine"})


# Evidence


@pytest.mark.parametrize(
    ("texts", "declared"),
    [
        (["12.5", "3"], {}),
        (["12,5", "3"], {"decimal": ","}),
        (["1,234", "2,345"], {}),  # 1.234 or 1234
        (["1.234", "2.345"], {}),
        (["1,234", "2,345.5"], {"thousands": ","}),
        (["1,234,567"], {"thousands": ","}),
        (["1.234.567", "1,5"], {"decimal": ",", "thousands": "."}),
        (["1 234,5"], {"decimal": ",", "thousands": " "}),
        (["1'234.50"], {"thousands": "'"}),
        (["12 %", "3,5 %"], {"signs": ["%"], "decimal": ","}),
        (["€5200", "€12.5"], {"signs": ["€"]}),
        (["12", "-", "x"], {}),
        ([], {}),
    ],
)
def test_signs_of_numbers_are_declared_where_no_other_reading_is_left(texts, declared):
    assert numbers_of(texts, where="here").keys == declared


@pytest.mark.parametrize(
    ("texts", "told"),
    [
        (["1,234"], 'here: \'1,234\' can be 1.234 (decimal: ",") or 1234 (thousands: ",").'),
        (["12", "-"], "here: '-' can be read as no number."),
    ],
)
def test_what_numbers_do_not_say_is_asked(texts, told):
    assert [doubt[: len(told)] for doubt in numbers_of(texts, where="here").doubts] == [told]


@pytest.mark.parametrize(
    ("texts", "doubt"),
    [
        (["12 %", "0.5"], "here: '0.5' stands without %, '12 %' with it. Are all of them percent?"),
        (["12 %", "-", "n/a"], ""),
        (["12", "13"], ""),
        ([], ""),
    ],
)
def test_percent_beside_plain_numbers_is_asked(texts, doubt):
    assert percent_doubt(texts, where="here") == doubt


@pytest.mark.parametrize(
    ("texts", "form"),
    [
        (["2025-01-31"], None),
        (["31.01.2025", "28.02.2025"], "%d.%m.%Y"),
        (["01/31/2025", "02/03/2025"], "%m/%d/%Y"),
        (["31/01/2025", "02/03/2025"], "%d/%m/%Y"),
        (["02/03/2025"], None),
        (["01/01/2025"], None),  # the same either way today, and not tomorrow
        (["July 31, 2022"], "%B %d, %Y"),
        (["20250131"], "%Y%m%d"),
        (["31-Jan-2025", "2025-02-28"], "%d-%b-%Y"),
    ],
)
def test_days_are_declared_where_no_other_order_is_left(texts, form):
    writing = days_of(texts, YEAR, where="here")
    assert writing.keys.get("date_format") == form
    assert bool(writing.doubts) == (form is None and texts != ["2025-01-31"])


@pytest.mark.parametrize(
    ("texts", "year", "declared"),
    [
        (["2025-01", "2025-Q1", "2025"], None, {}),
        (["03/2025"], None, {"date_format": "%m/%Y"}),
        (["MSitAE-MAY-2025", "MSitAE-JUNE-2025"], None, {"date_format": "MSitAE-%B-%Y"}),
        (["Mär 2025", "Dez 2025"], None, {"values": {"Mär 2025": "2025-03", "Dez 2025": "2025-12"}}),
        (["Jan", "Feb"], 2025, {"values": {"Jan": "2025-01", "Feb": "2025-02"}}),
        (["Jan", "Feb"], None, {}),
        (["soon"], 2025, {}),
    ],
)
def test_periods_are_declared_by_format_or_one_by_one(texts, year, declared):
    assert periods_of(texts, YEAR, year, where="here").keys == declared


@pytest.mark.parametrize(
    ("text", "label"),
    [
        ("2025", "2025"),
        ("2025-03", "2025-03"),
        ("2025-03-31", "2025-03"),
        ("03/2025", "2025-03"),
        ("Jan 25", "2025-01"),
        ("Mär-2025", "2025-03"),
        ("2025 février", "2025-02"),
        ("Q3/2025", "2025-Q3"),
        ("3. Quartal 2025", "2025-Q3"),
        ("T1 2025", "2025-Q1"),
        ("Ist Mrz 2025", "2025-03"),
        ("2024/25", "2024/25"),
        ("Q1 FY2025/26", "Q1 FY2025/26"),
        ("2025/26 Q4", "2025/26 Q4"),
        ("Actual 2025", "2025"),
        ("2024/25 Actual", "2024/25"),
        ("Q1 2025 · Actual", "2025-Q1"),
        ("2024 · Jan", "2024-01"),
        ("Q1 · Jan 2025", "2025-01"),
        ("Q1 2025 · Plan", ""),
        ("K1", ""),
        ("2011-12", "2011-12"),  # a year or a month: intake sees what else stands there
        ("2024/26", ""),
        ("FY2025", "FY2025"),
        ("Jan", ""),
        ("Q1", ""),
        ("13/2025", ""),
        ("Target 2025", ""),
        ("Mary 2025", ""),
        ("2025 Jan 24", ""),
    ],
)
def test_a_heading_is_a_period_where_it_can_be_nothing_else(text, label):
    assert canonical(text) == label


def test_a_month_without_a_year_is_of_the_year_that_is_said():
    assert (canonical("Jan", 2024), canonical("Q4", 2024)) == ("2024-01", "2024-Q4")


@pytest.mark.parametrize(
    ("rows", "row"),
    [
        ([["KPI", "Period", "Value"], ["A", "2025", "3"]], 0),
        ([["Report 2025"], [], ["KPI", "Period", "Value"], ["A", "2025", "3"]], 2),
        ([["Report", "of", "2025"], ["KPI", "Period", "Value"], ["A", "2025", "3"]], 1),
        ([["Only", "headings"]], None),
        ([["One"], ["Two"]], None),
        ([], None),
    ],
)
def test_headings_are_found_below_titles(rows, row):
    assert layout_of(rows) == (None if row is None else Layout(row))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("KPI-Nr. (neu)", "kpi nr"),
        ("latestProjectName", "latest project name"),
        ("Maßnahme", "massnahme"),
        ("(EUR)", "eur"),
    ],
)
def test_headings_are_compared_by_their_words(text, words):
    assert plain(text) == words


@pytest.mark.parametrize(
    ("column", "text", "word"),
    [
        ("direction", "↑", "higher"),
        ("direction", "Höher", "higher"),
        ("direction", "LOWER", "lower"),
        ("direction", "-", ""),
        ("direction", "maintain", ""),
        ("frequency", "vierteljährlich", "quarterly"),
        ("status_of_values", "vorläufig", "preliminary"),
        ("status_of_values", "estimated", ""),  # preliminary or projected: nobody can know
    ],
)
def test_words_are_translated_where_they_can_mean_one_thing(column, text, word):
    assert in_our_words(column, text) == word


# Headings, grades and days that take a second look


def test_headings_in_three_lines_are_joined_and_plan_and_actual_are_parted(tmp_path, start):
    rows = [
        ["", "2025", "", "", ""],
        ["", "Q1", "", "Q2", ""],
        ["KPI", "Plan", "Actual", "Plan", "Actual"],
        ["Sales", 10, 9.5, 11, 10.4],
        ["Returns", 5, 4.9, 4.8, 4.6],
    ]
    said, sources, intake = start(workbook(tmp_path / "three.xlsx", Results=rows))
    assert "actuals: sheet Results, headings in rows 1 to 3, 1 column and 2 headings that are periods" in said
    assert (sources["actuals"].header_row, sources["actuals"].header_rows) == (1, 3)
    assert dict(sources["actuals"].melt["period"]) == {"2025 · Q1 · Actual": "2025-Q1", "2025 · Q2 · Actual": "2025-Q2"}
    assert measured(intake)["Sales", "2025-Q2"] == 10.4
    assert intake.tables["targets"]["target"].tolist() == [10, 11, 5, 4.8]


def test_a_line_of_units_below_two_lines_of_headings_belongs_to_them(tmp_path, start):
    rows = [
        ["KPI", "2025", "", "2025", ""],
        ["", "Q1", "Q2", "Q3", "Q4"],
        ["", "EUR", "EUR", "EUR", "EUR"],
        ["Sales", 9, 9.5, 11, 10.4],
        ["Returns", 5, 4.9, 4.8, 4.6],
    ]
    _, sources, intake = start(workbook(tmp_path / "units.xlsx", Results=rows))
    assert sources["actuals"].header_rows == 3
    assert measured(intake)["Returns", "2025-Q4"] == 4.6
    assert {fault.file for fault in intake.faults} == {"data/kpis.csv"}


def test_headings_that_say_a_part_and_a_period_are_refused_with_what_to_do(tmp_path):
    rows = [["KPI", "North", "", "South", ""], ["", "2025", "", "2025", ""], ["", "Q1", "Q2", "Q1", "Q2"]]
    file = workbook(tmp_path / "both.xlsx", Results=[*rows, ["Sales", 9, 9.5, 11, 10.4], ["Returns", 5, 4, 5, 4]])
    done = call("new", tmp_path / "w", "--from", file)
    assert done.exit_code == 2
    assert "say a part and a period, and one of the two can be a heading" in done.output


@pytest.mark.parametrize(
    "rows",
    [
        [["", "2025-01", "2025-02"], ["Sales", 10, 9.5], ["Returns", 5, 4.9]],
        [["", "Sales", "Returns"], ["2025-01", 10, 5], ["2025-02", 9.5, 4.9]],
    ],
)
def test_a_blank_corner_is_told_with_what_to_write_there(tmp_path, rows):
    done = call("new", tmp_path / "w", "--from", workbook(tmp_path / "corner.xlsx", Results=rows))
    assert done.exit_code == 2
    told = "Results: the first column has no heading in row 1, and a column without one cannot be read."
    assert f"{told} Write what it holds (KPI, Month) there" in done.output


def test_numbers_of_rows_need_no_heading(tmp_path, start):
    rows = [["", "KPI", "2025-01", "2025-02"], [1, "Sales", 10, 9.5], [2, "Returns", 5, 4.9]]
    said, _, intake = start(workbook(tmp_path / "numbered.xlsx", Results=rows))
    assert measured(intake)["Sales", "2025-02"] == 9.5
    assert "has no heading in row" not in said


def risks(*grades: str) -> list[list[str]]:
    heads = ["Risk ID", "Risk", "Likelihood", "Impact", "Owner"]
    return [heads, *([f"R{at}", f"Risk {at}", word, "3", "Ann"] for at, word in enumerate(grades, start=1))]


@pytest.mark.parametrize(
    ("words", "grades", "asked"),
    [
        (("likely", "Rare", "almost certain"), [4, 1, 5], "'Rare' 1, 'likely' 4, 'almost certain' 5. Is that meant?"),
        (("4 - likely", "1 - rare", "5: certain"), [4, 1, 5], ""),
        (("Likely (4)", "(2) unlikely", "3"), [4, 2, 3], ""),
        (("wahrscheinlich", "unwahrscheinlich", "möglich"), [4, 2, 3], "'wahrscheinlich' 4. Is that meant?"),
        (("very high", "low", "medium"), [5, 2, 3], "'low' 2, 'medium' 3, 'very high' 5. Is that meant?"),
    ],
)
def test_grades_of_risks_in_words_are_put_on_the_scale_and_asked_about(tmp_path, start, words, grades, asked):
    said, _, intake = start(workbook(tmp_path / "risks.xlsx", Risks=risks(*words)))
    assert intake.tables["risks"]["likelihood"].tolist() == grades
    assert asked in said
    assert ("its words were put on the scale" in said) == bool(asked)


def test_grades_that_nobody_knows_are_left_aside(tmp_path, start):
    said, sources, _ = start(workbook(tmp_path / "risks.xlsx", Risks=risks("now and then", "rare", "likely")))
    assert "likelihood" not in sources["risks"].columns
    assert "nothing is taken from Likelihood" in said


DAYS = [dt.date(2025, 1, 1) + dt.timedelta(days=at) for at in range(40)]


def test_days_below_each_other_are_asked_about_whether_kpis_are_rows_or_headings(tmp_path, start):
    rows = [["Date", "Sales", "Returns"], *([day, 50 + at % 7, 5] for at, day in enumerate(DAYS))]
    said, _, _ = start(workbook(tmp_path / "days.xlsx", Daily=rows))
    assert "each KPI has 31 values in 2025-01, and one a month can count." in said


def test_days_that_are_headings_are_not_melted_and_asked_about(tmp_path, start):
    rows = [["KPI", *DAYS[:20]], ["Sales", *range(50, 70)], ["Returns", *range(20)]]
    said, sources, intake = start(workbook(tmp_path / "days.xlsx", Daily=rows))
    assert "and 14 more are days, and of a month one value can count." in said
    assert not sources["actuals"].melt
    assert any(fault.rule == "missing-column" for fault in intake.errors)


def test_one_day_in_each_month_stands_for_its_month(tmp_path, start):
    rows = [["KPI", dt.date(2025, 1, 31), dt.date(2025, 2, 28)], ["Sales", 5, 6], ["Returns", 7, 8]]
    _, _, intake = start(workbook(tmp_path / "ends.xlsx", Monthly=rows))
    assert measured(intake)["Returns", "2025-02"] == 8


def test_a_first_line_for_excel_is_passed_over(tmp_path, start):
    file = tmp_path / "excel.csv"
    file.write_text("sep=;\nKPI;Month;Value\nSales;2025-01;4,5\nSales;2025-02;4,6\nReturns;2025-01;1,5\n")
    _, sources, intake = start(file)
    assert (sources["actuals"].header_row, sources["actuals"].delimiter) == (2, ";")
    assert measured(intake)["Sales", "2025-02"] == 4.6
