"""What only rows and tables together tell: segments without values, rows that `where` leaves, ids that nobody names."""

from collections.abc import Callable

import pytest
from faults.base import Cycle, book_of, bytes_of
from test_fault_corpus import hold_balance, hold_same_tables, intake_of

from review_kit.intake import Intake
from review_kit.model.fault import Fault, Severity

Change = Callable[[Cycle], object]


def read(tmp_path, *changes: Change) -> Intake:
    cycle = Cycle()
    for change in changes:
        change(cycle)
    intake = intake_of(cycle, tmp_path / "workspace")
    hold_balance(intake)
    return intake


def only(intake: Intake) -> Fault:
    assert len(intake.faults) == 1, [str(fault) for fault in intake.faults]
    return intake.faults[0]


def place(fault: Fault) -> tuple[str, str, int | None, str]:
    return fault.rule, fault.file.removeprefix("data/"), fault.row, fault.column


def empty(kpi: str, *segments: str) -> Change:
    def change(cycle: Cycle) -> None:
        for row in cycle.rows("kpi_id", kpi):
            if cycle.get("actuals", row, "segment") in segments:
                cycle.set("actuals", row, "value", "")

    return change


def declared(keys: str) -> Change:
    return lambda cycle: cycle.declare(keys)


EMPTY_IS_MEANT = declared('missing: [""]')


# Values that nobody brought


def not_measured(kpi: str, segment: str, count: int) -> Change:
    """'n/a' in the first quarters of a segment."""

    def change(cycle: Cycle) -> None:
        rows = [row for row in cycle.rows("kpi_id", kpi) if cycle.get("actuals", row, "segment") == segment]
        for row in rows[:count]:
            cycle.set("actuals", row, "value", "n/a")

    return change


@pytest.mark.parametrize("count", [2, 3, 4])
def test_a_new_segment_of_which_the_file_says_that_nothing_was_measured_is_no_fault(tmp_path, count):
    assert read(tmp_path, not_measured("K01", "South", count), declared('missing: ["n/a"]')).faults == ()


def test_a_whole_kpi_that_the_file_calls_not_measured_is_still_told(tmp_path):
    unmeasured = [not_measured("K01", segment, 4) for segment in ("North", "South", "West")]
    fault = only(read(tmp_path, *unmeasured, declared('missing: ["n/a"]')))
    assert place(fault) == ("missing-period", "kpis.csv", 2, "kpi_id")


@pytest.mark.parametrize("more", [(), (EMPTY_IS_MEANT,)])
def test_a_segment_without_any_value_is_told_once_at_its_first_row_whatever_empty_means(tmp_path, more):
    fault = only(read(tmp_path, empty("K01", "South"), *more))
    assert place(fault) == ("missing-value", "actuals.csv", 8, "value")
    assert fault.message == "the segment 'South' of KPI 'K01' has 4 periods, and no value in any of them."
    assert fault.severity is Severity.WARNING


def test_a_segment_with_one_value_is_told_at_each_empty_cell(tmp_path):
    intake = read(tmp_path, empty("K01", "South"), lambda cycle: cycle.set("actuals", 26, "value", "4.7"))
    assert [place(fault)[2:] for fault in intake.faults if fault.file.endswith("actuals.csv")] == [
        (8, "value"),
        (44, "value"),
        (62, "value"),
    ]


def test_a_kpi_without_any_value_is_told_at_its_row_where_empty_is_meant(tmp_path):
    fault = only(read(tmp_path, empty("K01", "North", "South", "West"), EMPTY_IS_MEANT))
    assert place(fault) == ("missing-period", "kpis.csv", 2, "kpi_id")
    assert "has no value for 1 January 2026 to 31 December 2026" in fault.message


def targets(*rows: str, keys: str = "") -> Change:
    def change(cycle: Cycle) -> None:
        cycle.raw["targets.csv"] = "\n".join(["kpi_id,period,target", *rows]).encode()
        source = f"{{path: data/targets.csv{keys}}}"
        cycle.params = cycle.params.replace("sources:\n", f"sources:\n  targets: {source}\n")

    return change


def test_an_empty_target_of_a_period_is_a_warning_at_its_cell(tmp_path):
    fault = only(read(tmp_path, targets("K01,2026-Q1,4.8", "K01,2026-Q2,", "K01,2026-Q3,4.2")))
    assert (*place(fault), fault.severity) == ("missing-value", "targets.csv", 3, "target", Severity.WARNING)
    assert fault.message == "the cell is empty: this period has no target."


def test_a_kpi_whose_targets_are_all_empty_is_told_once(tmp_path):
    fault = only(read(tmp_path, targets("K01,2026-Q1,", "K02,2026-Q1,8", "K01,2026-Q2,", "K01,2026-Q3,")))
    assert place(fault) == ("missing-value", "targets.csv", 2, "target")
    assert fault.message == "KPI 'K01' has 3 periods here, and no target for any of them."


@pytest.mark.parametrize(
    "change",
    [
        targets("K01,2026-Q1,4.8", "K01,2026-Q2,", keys=', missing: [""]'),
        targets("K01,2026-Q1,4.8", "K01,2026-Q2,tbd", keys=", missing: [tbd]"),
        targets("K01,2025-Q4,", "K01,2026-Q1,4.8"),  # of another cycle
    ],
)
def test_an_empty_target_that_is_meant_or_of_another_cycle_is_no_fault(tmp_path, change):
    assert read(tmp_path, change).faults == ()


def test_targets_that_miss_some_months_of_a_sum_are_told_once_since_none_of_them_counts(tmp_path):
    fault = only(
        read(tmp_path, targets("K04,2026-Q1,15500", "K04,2026-Q2,15500", "K04,2026-Q4,15500", "K01,2026-Q1,5"))
    )
    assert (*place(fault), fault.severity) == ("missing-target", "targets.csv", 2, "period", Severity.WARNING)
    assert fault.message == ("KPI 'K04' has values but no target for 2026-09, so none of its targets here counts.")


@pytest.mark.parametrize(
    "change",
    [
        targets("K04,2026,62000"),
        targets("K04,2026-Q1,15500", "K04,2026-Q2,15500", "K04,2026-Q3,15500", "K04,2026-Q4,15500"),
        targets("K01,2026-Q1,4.8"),  # a level holds until the next one
        targets("K04,2025-Q1,15000"),  # of another cycle
    ],
)
def test_targets_that_cover_all_that_came_are_no_fault(tmp_path, change):
    assert read(tmp_path, change).faults == ()


# Rows that `where` leaves


@pytest.mark.parametrize(
    ("where", "column", "message", "hint"),
    [
        ("segment: [Wets]", "segment", "none says 'Wets'.", "the column says 'West', "),
        ("segment: [A, B]", "segment", "none says 'A' and none 'B'.", "correct `where` of this source."),
        ("note: [final]", "note", "none says 'final'.", "the column is empty."),
        (
            "segment: [North], period: [2026-06-31]",
            "period",
            "none says '2026-06-31'.",
            "the column says '2026-03-31', '2026-06-30'",
        ),
    ],
)
def test_a_where_that_leaves_nothing_is_refused_with_what_the_column_says(tmp_path, where, column, message, hint):
    intake = read(tmp_path, declared(f"where: {{{where}}}"))
    fault = only(intake)
    assert (fault.rule, fault.column, fault.severity) == ("nothing-selected", column, Severity.ERROR)
    assert fault.message == f"`where` leaves no row: {message}"
    assert hint in fault.hint
    counts = intake.reconciliation.set_index("table").loc["actuals"]
    assert (counts["read"], counts["refused"]) == (72, 72)


def test_two_conditions_that_no_row_keeps_together_are_refused_at_the_second(tmp_path):
    cut = [lambda cycle: [cycle.actuals.remove(row) for row in cycle.actuals[1:] if row[:2] == ["K06", "West"]]]
    fault = only(read(tmp_path, *cut, declared("where: {segment: [West], kpi_id: [K06]}")))
    assert fault.message == "`where` leaves no row: none says 'K06' among the rows that the rest of `where` leaves."
    assert fault.hint == "the column says 'K01', 'K02', 'K03', 'K04', 'K05': correct `where` of this source."


def test_of_a_wide_table_all_cells_are_refused_that_no_row_is_left_of(tmp_path):
    def wide(cycle: Cycle) -> None:
        cycle.actuals[:] = [["kpi_id", "Region", "2025", "2026"], ["K01", "North", "5", "4"]]
        cycle.declare('where: {Region: [Nord]}, melt: {period: ["2025", "2026"]}')

    intake = read(tmp_path, wide)
    assert (only(intake).rule, only(intake).column) == ("nothing-selected", "Region")
    counts = intake.reconciliation.set_index("table").loc["actuals"]
    assert (counts["read"], counts["refused"]) == (2, 2)


def test_one_text_of_where_that_is_a_slip_is_a_warning(tmp_path):
    fault = next(
        fault
        for fault in read(tmp_path, declared("where: {segment: [North, Sout]}")).faults
        if fault.rule == "nothing-selected"
    )
    assert fault.severity is Severity.WARNING
    assert fault.message == "`where` asks for 'Sout', which no row says; rows with 'South' are left out."


@pytest.mark.parametrize("where", ["segment: [North, Online]", "period: [2026-03-31, 2027-03-31]"])
def test_one_text_of_where_that_is_like_none_or_another_year_is_no_slip(tmp_path, where):
    assert not any(fault.rule == "nothing-selected" for fault in read(tmp_path, declared(f"where: {{{where}}}")).faults)


# Objectives and ids that nobody names


def test_an_objective_without_kpis_is_a_warning_at_its_row(tmp_path):
    fault = only(read(tmp_path, lambda cycle: cycle.objectives.append(["O3", "Be loved"])))
    assert (*place(fault), fault.value) == ("objective-without-kpis", "objectives.csv", 4, "objective_id", "O3")
    assert fault.message == "no KPI measures the objective 'O3', so it will not be scored."


@pytest.mark.parametrize("status", ["new", "retired"])
def test_an_objective_that_is_new_or_retired_needs_no_kpi(tmp_path, status):
    def change(cycle: Cycle) -> None:
        cycle.objectives[0].append("status")
        for row in cycle.objectives[1:]:
            row.append("active")
        cycle.objectives.append(["O3", "Be loved", status])

    assert read(tmp_path, change).faults == ()


def test_an_empty_cell_that_loses_an_objective_its_kpis_is_one_fault(tmp_path):
    change = [lambda cycle, row=row: cycle.set("kpis", row, "objective_id", "") for row in (5, 6, 7)]
    intake = read(tmp_path, *change)
    assert [place(fault) for fault in intake.faults] == [
        ("missing-value", "kpis.csv", row, "objective_id") for row in (5, 6, 7)
    ]


def annual(cycle: Cycle) -> None:
    """K06 has one row of actuals, in line 62."""
    cycle.actuals[1:] = [row for row in cycle.actuals[1:] if row[0] != "K06"] + [["K06", "", "2026", "77", ""]]
    cycle.kpis[6][8] = "annual"


@pytest.mark.parametrize(
    ("called", "hint"),
    [("K66", "did you mean 'K66'?"), ("happy", "is one of the two ids a slip? Write both the same way.")],
)
def test_a_changed_id_of_a_kpi_with_one_row_names_the_row_of_the_kpi_too(tmp_path, called, hint):
    fault = only(read(tmp_path, annual, lambda cycle: cycle.set("kpis", 7, "kpi_id", called)))
    assert place(fault) == ("unknown-kpi", "actuals.csv", 62, "kpi_id")
    assert fault.message == f"no KPI is called 'K06', and no row names KPI '{called}' (row 7 of data/kpis.csv)."
    assert fault.hint == hint


def test_a_changed_id_of_a_kpi_with_several_rows_is_told_at_both_places(tmp_path):
    intake = read(tmp_path, lambda cycle: cycle.set("kpis", 7, "kpi_id", "happy"))
    assert [place(fault) for fault in intake.faults] == [
        ("kpi-without-actuals", "kpis.csv", 7, "kpi_id"),
        ("unknown-kpi", "actuals.csv", 7, "kpi_id"),
    ]
    assert "KPI 'happy' has no value at all" in intake.faults[0].message
    assert "and 11 more rows name it" in intake.faults[1].message


def test_several_ids_of_one_row_each_may_be_slips_of_the_kpi_that_lacks_values(tmp_path):
    """Each of the twelve rows of K06 names another id: they have been told, and K06 lacks its values for that alone."""

    def change(cycle: Cycle) -> None:
        for number, row in enumerate(row for row in cycle.actuals if row[0] == "K06"):
            row[0] = f"K06{chr(97 + number)}"

    intake = read(tmp_path, change)
    assert {place(fault)[:2] for fault in intake.faults} == {("unknown-kpi", "actuals.csv")}


# Usual sizes are asked only where they can tell something


@pytest.mark.parametrize(
    ("aggregate", "target", "baseline", "rules"),
    [
        ("mean", "400", "6.0", {("unit-mismatch", "target")}),  # about 100 apart, and the values side with the baseline
        ("mean", "4.0", "0.06", {("unit-mismatch", "baseline")}),
        ("mean", "4.0", "60", set()),  # 10 apart is no step
        ("mean", "4.0", "", set()),
        ("sum", "60", "66", set()),  # target and baseline agree, and a year of the values is 57
        ("sum", "6000", "6600", {("unit-mismatch", "value")}),  # they agree, and the values lie 100 below both
        ("mean", "400", "600", {("unit-mismatch", "value")}),
    ],
)
def test_target_baseline_and_values_are_held_against_each_other_where_one_may_stand_alone(
    tmp_path, aggregate, target, baseline, rules
):
    def change(cycle: Cycle) -> None:
        cycle.kpis[1][5:8] = [target, baseline, aggregate]
        cycle.kpis[1][4] = "lower" if not baseline or float(target) < float(baseline) else "higher"

    assert {(fault.rule, fault.column) for fault in read(tmp_path, change).faults} == rules


# Lines that are neither headings nor records


@pytest.mark.parametrize(
    ("line", "text"),
    [
        (["", "", "", "EUR", ""], "EUR"),
        (["", "", "", "in %", ""], "in %"),
        (["Unit", "", "", "%", ""], "%"),
        (["(text)", "(text)", "(day)", "(number)", ""], "(number)"),
    ],
)
def test_a_line_of_units_below_the_headings_is_one_fault_that_says_how_to_declare_it(tmp_path, line, text):
    fault = only(read(tmp_path, lambda cycle: cycle.actuals.insert(1, line)))
    assert (*place(fault), fault.value) == ("units-below-headings", "actuals.csv", 2, "value", text)
    assert "add 'header_rows: 2' to its source" in fault.hint
    assert f"'value · {text}'" in fault.hint


def test_a_line_of_units_is_read_as_its_fault_says(tmp_path):
    change = [
        lambda cycle: cycle.actuals.insert(1, ["", "", "", "in %", ""]),
        declared("header_rows: 2, columns: {value: value · in %}"),
    ]
    intake = read(tmp_path / "declared", *change)
    assert intake.faults == ()
    hold_same_tables(intake, read(tmp_path / "control"))


def test_a_line_of_units_below_the_months_of_a_wide_table_is_one_fault(tmp_path):
    def wide(cycle: Cycle) -> None:
        cycle.actuals[:] = [["kpi_id", "2025", "2026"], ["", "EUR", "EUR"], ["K01", "5", "4"]]
        cycle.declare('melt: {period: ["2025", "2026"]}')

    intake = read(tmp_path, wide)
    (fault,) = intake.errors
    assert place(fault) == ("units-below-headings", "actuals.csv", 2, "2025")
    assert "'2025 · EUR', '2026 · EUR'" in fault.hint


@pytest.mark.parametrize("value", ["n/a", "-", "4.9", "tbd", "#N/A"])
def test_a_first_record_without_a_key_is_no_line_of_units(tmp_path, value):
    intake = read(tmp_path, lambda cycle: cycle.actuals.insert(1, ["", "North", "2026-03-31", value, ""]))
    assert "units-below-headings" not in {fault.rule for fault in intake.faults}
    assert ("missing-key", "actuals.csv", 2, "kpi_id") in {place(fault) for fault in intake.faults}


@pytest.mark.parametrize(
    ("sign", "keys", "named"),
    [
        (";", "", """'delimiter: ";"' and 'header_row: 2'"""),
        ("\t", "", """'delimiter: "tab"' and 'header_row: 2'"""),
        (";", 'delimiter: ";"', "'header_row: 2'"),
        (",", "", "'header_row: 2'"),
    ],
)
def test_a_first_line_for_excel_is_one_fault_that_names_all_that_is_to_be_declared(tmp_path, sign, keys, named):
    def change(cycle: Cycle) -> None:
        cycle.raw["actuals.csv"] = f"sep={sign}\n{cycle.text(delimiter=sign)}".encode()

    more = [declared(keys)] if keys else []
    fault = only(read(tmp_path / "first", change, *more))
    assert fault.row == 1
    assert f"the first line only tells Excel how cells are parted: add {named} to its source." == fault.hint
    settled = declared('header_row: 2, delimiter: "tab"' if sign == "\t" else f'header_row: 2, delimiter: "{sign}"')
    assert read(tmp_path / "second", change, settled).faults == ()


def test_a_column_called_sep_is_no_line_for_excel(tmp_path):
    intake = read(tmp_path, lambda cycle: cycle.actuals[0].__setitem__(0, "sep=kpi"))
    assert "tells Excel" not in only(intake).hint


def test_a_minus_of_typography_in_a_target_is_a_minus(tmp_path):
    def change(cycle: Cycle) -> None:
        cycle.kpis[1][5:7] = ["≤ −5", "-4"]
        cycle.actuals[1:] = [[*row[:3], f"-{row[3]}", row[4]] if row[0] == "K01" else row for row in cycle.actuals[1:]]

    kpis = read(tmp_path, change).tables["kpis"].set_index("kpi_id")
    assert kpis.loc["K01", "target"] == -5


def test_a_name_of_a_sheet_that_turns_what_follows_it_is_written_out(tmp_path):
    cycle = Cycle()
    book = book_of(cycle)
    book.create_sheet("\u202estoB")
    cycle.move_to("actuals.xlsx", bytes_of(book))
    (fault,) = intake_of(cycle, tmp_path / "workspace").faults
    assert (fault.rule, "\\u202estoB" in fault.hint, "\u202e" in str(fault)) == ("ambiguous-sheet", True, False)
