"""Slips of the same families as the list, which it does not name: rules, not cases."""

import pandas as pd
import pytest
from faults.base import Cycle
from faults.cases import KPIS, At, Case, cell, cells, declare, every
from test_fault_corpus import hold_balance, hold_faults, intake_of

from review_kit.model.fault import Fault, Severity
from review_kit.store import write_csv

ACTUALS = "data/actuals.csv"


def faults_of(tmp_path, *changes) -> tuple[Fault, ...]:
    cycle = Cycle()
    for change in changes:
        change(cycle)
    intake = intake_of(cycle, tmp_path / "workspace")
    hold_balance(intake)
    return intake.faults


def only(faults: tuple[Fault, ...]) -> Fault:
    assert len(faults) == 1, [str(fault) for fault in faults]
    return faults[0]


def place(fault: Fault) -> tuple[str, int | None, str, str, str]:
    return fault.file, fault.row, fault.column, fault.value, fault.rule


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("nan", "missing-value"),
        ("-inf", "not-finite"),
        ("1e-400", "out-of-range"),
        ("1e16", "out-of-range"),
        ("0x10", "not-a-number"),
        ("1,234", "not-a-number"),
        ("4.62.5", "not-a-number"),
        ("1'000", "not-a-number"),
        ("5-", "not-a-number"),
        ("4\u202f625", "not-a-number"),
        ("5\u200b", "not-a-number"),
        ("5 days", "not-a-number"),
        ("~5", "not-a-number"),
        ("<5", "not-a-number"),
        ("FALSE", "not-a-number"),
        ("½", "not-a-number"),
        ("#VALUE!", "spreadsheet-error"),
        ("#NAME?", "spreadsheet-error"),
        ("tbc", "missing-value"),
    ],
)
def test_a_text_that_is_no_plain_number_is_one_fault_at_its_cell(tmp_path, value, rule):
    assert place(only(faults_of(tmp_path, cell(62, "value", value)))) == (
        ACTUALS,
        62,
        "value",
        value.replace("\u200b", "\\u200b"),
        rule,
    )


def test_a_mark_that_nobody_sees_is_named(tmp_path):
    fault = only(faults_of(tmp_path, cell(62, "value", "5\u200b")))
    assert "U+200B (zero width space)" in fault.message


@pytest.mark.parametrize(
    ("keys", "text", "value"),
    [
        ("negatives: brackets", "(5)", -5),
        ("negatives: brackets", "( 5.5 )", -5.5),
        ("negatives: trailing", "5.5-", -5.5),
        ("negatives: dash", "−5", -5),
        ("negatives: [brackets, dash]", "−5", -5),
        ('negatives: brackets, signs: ["$"]', "($5)", -5),
        ('negatives: brackets, signs: ["$"]', "$(5)", -5),
        ('signs: ["€"]', "-€5", -5),
        ('signs: ["€"]', "€-5", -5),
        ('signs: ["EUR"]', "5 EUR", 5),
        ('signs: ["%"]', "5 %", 5),
        ('negatives: brackets, thousands: ",", decimal: "."', "(1,234.5)", -1234.5),
    ],
)
def test_a_declared_way_to_write_a_number_is_read(tmp_path, keys, text, value):
    cycle = Cycle()
    cycle.set("actuals", 62, "value", text)
    cycle.declare(keys)
    measures = intake_of(cycle, tmp_path / "workspace").tables["measures"]
    assert measures.loc[measures["source_row"].eq(62), "value"].tolist() == [value]


@pytest.mark.parametrize(
    ("keys", "text"),
    [
        ("negatives: brackets", "(-5)"),
        ('signs: ["EUR"]', "1EUR5"),
        ("negatives: brackets", "(5"),
        ("negatives: dash", "5−"),
    ],
)
def test_a_declaration_does_not_open_the_door_to_other_texts(tmp_path, keys, text):
    assert place(only(faults_of(tmp_path, cell(62, "value", text), declare(keys))))[:3] == (ACTUALS, 62, "value")


def test_a_percentage_of_a_kpi_in_other_units_is_refused_though_the_sign_is_declared(tmp_path):
    fault = only(faults_of(tmp_path, cell(63, "value", "8%"), declare('signs: ["%"]')))
    assert place(fault) == (ACTUALS, 63, "value", "8%", "unit-mismatch")


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("03/04/2026", ['"%d/%m/%Y" (2026-04-03)', '"%m/%d/%Y" (2026-03-04)']),
        ("31/12/2026", ['add date_format: "%d/%m/%Y"']),
        ("March 31, 2026", ['add date_format: "%B %d, %Y"']),
        ("31-Dec-26", ['add date_format: "%d-%b-%y"']),
        ("20261231", ['add date_format: "%Y%m%d"']),
        ("46387", ["Excel stores 2026-12-31"]),
        ("2026-13", ["2025-09"]),
        ("H2 2026", ["2025-09"]),
    ],
)
def test_a_period_that_is_not_read_is_told_with_the_way_to_declare_it(tmp_path, text, words):
    fault = only(faults_of(tmp_path, cell(62, "period", text)))
    assert place(fault) == (ACTUALS, 62, "period", text, "bad-period")
    assert [part for part in words if part not in fault.hint] == []


@pytest.mark.parametrize(
    ("written", "keys"),
    [
        ("Snack-%b-%Y", 'date_format: "Snack-%b-%Y"'),
        ("%B %d, %Y", 'date_format: "%B %d, %Y"'),
        ("%d.%m.%Y", 'date_format: "%d.%m.%Y"'),
    ],
)
def test_a_declared_pattern_reads_like_the_control(tmp_path, written, keys):
    assert faults_of(tmp_path, every("period", lambda old: pd.Timestamp(old).strftime(written)), declare(keys)) == ()


def _fiscal(cycle: Cycle) -> None:
    """April 2025 to March 2026, called by its start."""
    cycle.params = cycle.params.replace("start: 2026-01-01, end: 2026-12-31", "start: 2026-04-01, end: 2027-03-31")
    quarters = {"2026-03-31": "2026-Q1", "2026-06-30": "2026-Q2", "2026-09-30": "2026-Q3", "2026-12-31": "2026-Q4"}
    every("period", quarters.__getitem__)(cycle)


@pytest.mark.parametrize(
    ("change", "keys"),
    [
        (lambda old: old.replace("2026", "2026/27 ").replace("-", ""), ""),
        (lambda old: f"{old[-2:]} 2026-27", ""),
        (lambda old: f"FY2026 {old[-2:]}", "fiscal_year: start"),
        (lambda old: f"{old[-2:]} FY2027", "fiscal_year: end"),
        (lambda old: f"{old[-2:]} FY27", "fiscal_year: end"),
    ],
)
def test_fiscal_quarters_are_read_as_people_write_them(tmp_path, change, keys):
    changes = [_fiscal, every("period", change), *([declare(keys)] if keys else [])]
    assert faults_of(tmp_path, *changes) == ()


def test_a_fiscal_year_that_may_be_called_by_its_start_or_its_end_is_refused(tmp_path):
    fault = only(faults_of(tmp_path, _fiscal, cell(62, "period", "FY2027-Q4")))
    assert place(fault) == (ACTUALS, 62, "period", "FY2027-Q4", "bad-period")
    assert "fiscal_year: end" in fault.hint


def test_a_month_that_may_be_a_year_is_refused_where_nothing_else_tells(tmp_path):
    fault = only(
        faults_of(
            tmp_path, every("period", lambda old: f"2026-Q{(int(old[5:7]) + 2) // 3}"), cell(62, "period", "2011-12")
        )
    )
    assert place(fault) == (ACTUALS, 62, "period", "2011-12", "bad-period")


def test_a_month_among_months_is_a_month(tmp_path):
    cycle = Cycle()
    cycle.actuals.append(["K01", "North", "2011-12", "5.1", ""])
    cycle.actuals.append(["K01", "North", "2011-11", "5.1", ""])
    measures = intake_of(cycle, tmp_path / "workspace").tables["measures"]
    assert measures["period"].tolist()[-2:] == ["2011-12", "2011-11"]


@pytest.mark.parametrize("name", ["\u041a01", "K\u200b01", "K０1", "k01"])
def test_an_id_that_only_looks_like_one_is_told_with_what_differs(tmp_path, name):
    fault = only(faults_of(tmp_path, cell(56, "kpi_id", name)))
    assert (fault.rule, fault.row, fault.column) == ("unknown-kpi", 56, "kpi_id")
    assert "did you mean 'K01'?" in fault.hint
    assert ("U+" in fault.hint) == (name != "k01")


@pytest.mark.parametrize("name", ["k01", "\u041a01", "K01\u200b"])
def test_two_ids_that_look_the_same_are_refused(tmp_path, name):
    faults = faults_of(tmp_path, lambda c: c.kpis.append([name, *c.kpis[1][1:9], "", *c.kpis[1][10:]]))
    assert ("ambiguous-name", 8, "kpi_id") in {(fault.rule, fault.row, fault.column) for fault in faults}


def test_of_two_spellings_the_fault_names_the_row_of_the_other_one(tmp_path):
    cycle = Cycle()
    owner = cycle.kpis[0].index("owner")
    usual = cycle.kpis[1][owner]
    alone = next(row for row, kpi in enumerate(cycle.kpis) if row > 1 and kpi[owner] != usual)
    cycle.kpis[1][owner], cycle.kpis[alone][owner] = "BO", "Bo"
    fault = only(intake_of(cycle, tmp_path / "workspace").faults)
    assert place(fault) == (KPIS, alone + 1, "owner", "Bo", "ambiguous-name")
    assert fault.message == "'Bo' looks like 'BO' in row 2, which is written differently."


def test_bytes_of_another_encoding_in_one_kpi_are_one_fault(tmp_path):
    cycle = Cycle()
    cycle.set("kpis", 4, "name", "café")
    cycle.raw["kpis.csv"] = cycle.text("kpis").encode("latin-1")
    fault = only(intake_of(cycle, tmp_path / "workspace").faults)
    assert place(fault) == (KPIS, 4, "name", "caf\\xe9", "bad-encoding")


@pytest.mark.parametrize("name", ["Total", "TOTAL", "Gesamt", "All", "Sum", "Grand total"])
def test_a_total_among_the_segments_is_refused(tmp_path, name):
    faults = faults_of(tmp_path, lambda c: c.actuals.append(["K05", name, "2026-12-31", "99", ""]))
    assert place(only(tuple(f for f in faults if f.severity is Severity.ERROR))) == (
        ACTUALS,
        74,
        "segment",
        name,
        "hidden-total",
    )


def test_a_segment_that_always_is_the_sum_of_the_others_is_a_warning(tmp_path):
    def add(cycle: Cycle) -> None:
        for row in [row for row in cycle.actuals[1:] if row[0] == "K04" and row[1] == "North"]:
            parts = [float(other[3]) for other in cycle.actuals[1:] if other[0] == "K04" and other[2] == row[2]]
            cycle.actuals.append(["K04", "Group", row[2], repr(sum(parts)), ""])

    faults = faults_of(tmp_path, add)
    assert {fault.rule for fault in faults} == {"hidden-total"}
    assert [fault.row for fault in faults] == [74, 75, 76, 77]


@pytest.mark.parametrize(("factor", "kpi"), [(0.01, "K01"), (100, "K03"), (1000, "K04"), (0.001, "K04")])
def test_one_value_in_another_unit_is_a_warning_at_its_cell(tmp_path, factor, kpi):
    row = {"K01": 56, "K03": 58, "K04": 59}[kpi]
    fault = only(faults_of(tmp_path, cells([row], "value", lambda old: f"{float(old) * factor:.6g}")))
    assert (fault.rule, fault.row, fault.column, fault.severity) == ("unit-mismatch", row, "value", Severity.WARNING)


def test_shares_for_a_percentage_throughout_are_warnings_at_every_cell(tmp_path):
    rows = range(2, 74, 6)
    faults = faults_of(tmp_path, cells(rows, "value", lambda old: f"{float(old) / 100:.4f}"))
    assert [(fault.rule, fault.row) for fault in faults] == [("unit-mismatch", row) for row in rows]


CONTRADICTIONS = [
    Case(cell(2, "weight", "abc", "kpis"), "refuse", (At("not-a-number", 2, "weight", "abc", KPIS),)),
    Case(cell(2, "direction", "sideways", "kpis"), "refuse", (At("bad-direction", 2, "direction", "sideways", KPIS),)),
    Case(cell(2, "target", "TBD", "kpis"), "refuse", (At("bad-target", 2, "target", "TBD", KPIS),)),
    Case(cell(2, "target", "4 days", "kpis"), "refuse", (At("unit-mismatch", 2, "target", "4 days", KPIS),)),
    Case(
        cell(7, "restricted_to", "board", "kpis"),
        "refuse",
        (At("unknown-audience", 7, "restricted_to", "board", KPIS),),
    ),
    Case(cell(7, "restricted_to", "-", "kpis"), "refuse", (At("unknown-audience", 7, "restricted_to", "-", KPIS),)),
    Case(
        cell(1, "restricted_to", "clearance", "kpis"),
        "refuse",
        (At("unknown-clearance", None, "clearance", None, KPIS),),
    ),
    Case(
        cell(1, "restricted_to", "Spalte12", "kpis"), "refuse", (At("unknown-clearance", None, "Spalte12", file=KPIS),)
    ),
    Case(cell(1, "owner", "", "kpis"), "warn", (At("unused-column", file=KPIS),)),
    Case(cell(7, "objective_id", "O9", "kpis"), "refuse", (At("unknown-objective", 7, "objective_id", "O9", KPIS),)),
    Case(cell(57, "note", "AKIAIOSFODNN7EXAMPLE"), "refuse", (At("secret-in-data", 57, "note", "[secret]"),)),
    Case(cell(57, "note", "bell\x07"), "refuse", (At("unsafe-text", 57, "note", "bell\\x07"),)),
]


@pytest.mark.parametrize("case", CONTRADICTIONS)
def test_a_slip_in_one_cell_is_one_fault_at_this_cell(tmp_path, case):
    cycle = Cycle()
    case.change(cycle)
    hold_faults(intake_of(cycle, tmp_path / "workspace"), case)


def test_weights_that_are_no_shares_need_no_sum(tmp_path):
    weights = iter(["5", "3", "1", "2", "1", "8"])
    assert faults_of(tmp_path, cells(range(2, 8), "weight", lambda _: next(weights), "kpis")) == ()


def test_a_ratio_beyond_its_bound_is_refused_at_its_numerator(tmp_path):
    def change(cycle: Cycle) -> None:
        cycle.kpis[0].append("upper_bound")
        for row in cycle.kpis[1:]:
            row.append("100" if row[0] == "K01" else "")
        cycle.kpis[1][7] = "ratio"
        cycle.actuals[0] += ["numerator", "denominator"]
        for row in cycle.actuals[1:]:
            row += ["", ""]
            if row[0] == "K01":
                row[3:] = ["", "", "5", "100"]
        cycle.set("actuals", 56, "numerator", "101")

    assert place(only(faults_of(tmp_path, change))) == (ACTUALS, 56, "numerator", "101", "out-of-range")


def test_an_initiative_that_finishes_before_it_starts_is_refused(tmp_path):
    def change(cycle: Cycle) -> None:
        cycle.raw["initiatives.csv"] = b"initiative_id,name,start,planned_finish\nI1,Faster,2026-05-01,2026-04-01\n"
        cycle.params = cycle.params.replace("sources:\n", "sources:\n  initiatives: data/initiatives.csv\n")

    fault = only(faults_of(tmp_path, change))
    assert place(fault) == ("data/initiatives.csv", 2, "planned_finish", "2026-04-01", "dates-reversed")


def test_many_slips_of_many_files_are_told_in_one_pass(tmp_path):
    faults = faults_of(
        tmp_path,
        cell(2, "weight", "heavy", "kpis"),
        cell(3, "direction", "up", "kpis"),
        cell(5, "value", "abc"),
        cell(9, "period", "soon"),
        cell(20, "kpi_id", "K99"),
        cell(40, "note", "bell\x07"),
        cell(2, "name", "", "objectives"),
    )
    assert [(fault.file.split("/")[1], fault.row) for fault in faults if fault.severity is Severity.ERROR] == [
        ("objectives.csv", 2),
        ("kpis.csv", 2),
        ("kpis.csv", 3),
        ("actuals.csv", 5),
        ("actuals.csv", 9),
        ("actuals.csv", 20),
        ("actuals.csv", 40),
    ]


def test_segments_in_a_column_that_is_not_read_are_told_where_rows_seem_to_repeat(tmp_path):
    faults = faults_of(tmp_path, cell(1, "segment", "Bereich"))
    hints = {fault.hint for fault in faults if fault.rule == "duplicate-key"}
    assert hints == {"if the segment stands in a column that is not read (Bereich), add 'columns: {segment: …}'."}


def test_a_value_that_slipped_into_another_year_is_named_where_it_is_missed(tmp_path):
    fault = only(faults_of(tmp_path, cell(62, "period", "2021-12-31")))
    assert (fault.rule, fault.file, fault.value) == ("missing-period", KPIS, "K01")
    assert "3 came for South; outside the cycle row 62 of data/actuals.csv gives 2021-12." in fault.message


@pytest.mark.parametrize("name", ["=1+1", "@SUM(1)", "+cmd", "-cmd", "'=1", "Plain", "'quoted'", "+5 %"])
def test_a_text_that_a_spreadsheet_would_run_is_written_harmless_and_read_as_it_was(tmp_path, name):
    path = tmp_path / "names.csv"
    write_csv(pd.DataFrame({"name": [name]}), path)
    written = path.read_text(encoding="utf-8").splitlines()[1].strip('"')
    assert not written.startswith(("=", "@", "-c", "+c"))
    cycle = Cycle()
    cycle.set("kpis", 2, "name", written)
    assert intake_of(cycle, tmp_path / "workspace").tables["kpis"]["name"].tolist()[0] == name
