"""Values and segments that only a slip explains, because everything else of their KPI is steady."""

from collections.abc import Callable

import pytest
from faults.base import Cycle
from test_fault_corpus import hold_balance, intake_of

from review_kit.model.fault import Fault, Severity

USUAL = (46, 44, 48, 45, 47, 43, 46, 49, 45, 44, 47, 46)  # tenths of K01, one a month; the middle is 4.6
MAY = 6  # the line of K01 in May


def months(cycle: Cycle) -> None:
    """K01 alone, whole, in twelve months."""
    rows = [["K01", "", f"2026-{month:02d}", f"{tenths / 10:g}", ""] for month, tenths in enumerate(USUAL, start=1)]
    cycle.actuals[1:] = rows
    cycle.kpis[1][8] = "monthly"
    cycle.kpis[1][9] = "1"
    del cycle.kpis[2:]
    del cycle.objectives[2:]


def value(row: int, text: str) -> Callable[[Cycle], None]:
    return lambda cycle: cycle.set("actuals", row, "value", text)


def times(factor: float, kpi: str, segment: str, row: int | None = None) -> Callable[[Cycle], None]:
    """The values of a segment, or the one at a line, multiplied."""

    def change(cycle: Cycle) -> None:
        for at in cycle.rows("kpi_id", kpi) if row is None else [row]:
            if cycle.get("actuals", at, "segment") == segment:
                cycle.set("actuals", at, "value", f"{float(cycle.get('actuals', at, 'value')) * factor:.10g}")

    return change


def faults_of(tmp_path, *changes: Callable[[Cycle], None]) -> tuple[Fault, ...]:
    cycle = Cycle()
    for change in changes:
        change(cycle)
    intake = intake_of(cycle, tmp_path / "workspace")
    hold_balance(intake)
    return intake.faults


@pytest.mark.parametrize(
    ("text", "rule", "words"),
    [
        ("47", "unit-mismatch", "'47' is about 10 times what the KPI's other values are (4.6), which are steady."),
        ("0.47", "unit-mismatch", "'0.47' is about 10 times smaller than what the KPI's other values are (4.55)"),
        ("-4.7", "unlikely-sign", "'-4.7' has another sign than the KPI's other values, which are steady."),
    ],
)
def test_a_slip_among_steady_months_is_one_warning_at_its_cell(tmp_path, text, rule, words):
    (fault,) = faults_of(tmp_path, months, value(MAY, text))
    assert (fault.rule, fault.row, fault.column, fault.severity) == (rule, MAY, "value", Severity.WARNING)
    assert words in fault.message


@pytest.mark.parametrize(
    ("unit", "text", "words"),
    [
        ("days", "112.8", "'112.8' is about 24 times what the KPI's other values are (4.6)"),
        ("days per case", "0.2", "'0.2' is about 24 times smaller than"),
        ("hours", "282", "'282' is about 60 times what the KPI's other values are (4.6)"),
        ("h", "0.08", "'0.08' is about 60 times smaller than"),
    ],
)
def test_hours_for_days_and_minutes_for_hours_are_slips_of_spans_of_time_alone(tmp_path, unit, text, words):
    of_time = lambda cycle: cycle.kpis[1].__setitem__(3, unit)  # noqa: E731
    (fault,) = faults_of(tmp_path / "time", months, of_time, value(MAY, text))
    assert (fault.rule, fault.row, fault.column) == ("unit-mismatch", MAY, "value")
    assert words in fault.message
    assert faults_of(tmp_path / "share", months, value(MAY, text)) == ()


def years(*values: list[str]) -> Callable[[Cycle], None]:
    """K01 monthly in as many years, the last of which is 2026."""

    def change(cycle: Cycle) -> None:
        months(cycle)
        first = 2027 - len(values)
        of_year = (
            (year, month, text) for year, texts in enumerate(values, first) for month, text in enumerate(texts, 1)
        )
        cycle.actuals[1:] = [["K01", "", f"{year}-{month:02d}", text, ""] for year, month, text in of_year]

    return change


STEADY = [f"{tenths / 10:g}" for tenths in USUAL]


@pytest.mark.parametrize("december", ["47", "0.46", "460", "4700", "-4.6"])
def test_what_comes_again_in_the_same_month_is_a_season_and_once_a_slip(tmp_path, december):
    peak = [*STEADY[:11], december]
    assert faults_of(tmp_path / "season", years(peak, peak, peak, peak)) == ()
    (fault,) = faults_of(tmp_path / "once", years(STEADY, STEADY, STEADY, peak))
    assert (fault.row, fault.column) == (49, "value")


def test_a_collapse_of_some_months_is_no_slip_though_one_of_them_is_a_tenth(tmp_path):
    """March to June: 1.5, 0.46, 0.3 and 1.3, of which the second alone is a tenth of the usual 4.6."""
    assert faults_of(tmp_path, years(STEADY, STEADY, [*STEADY[:2], "1.5", "0.46", "0.3", "1.3", *STEADY[6:]])) == ()


@pytest.mark.parametrize("text", ["9.2", "2.1", "17", "0", "-12"])
def test_a_value_that_no_factor_explains_is_no_slip(tmp_path, text):
    """Twice or half as much, 3.7 times, nothing, and a fall far beyond what was lost of the sign."""
    assert faults_of(tmp_path, months, value(MAY, text)) == ()


def test_values_that_vary_by_a_factor_of_ten_hide_no_slip(tmp_path):
    unsteady = [value(row, text) for row, text in enumerate(("1", "9", "2", "8", "47", "3", "7", "1.5", "6"), 2)]
    assert faults_of(tmp_path, months, *unsteady) == ()


def test_seven_neighbours_say_too_little_and_eight_enough(tmp_path):
    def first(count: int) -> Callable[[Cycle], None]:
        return lambda cycle: (cycle.actuals.__delitem__(slice(count + 1, None)), cycle.kpis[1].__setitem__(8, ""))

    assert faults_of(tmp_path / "8", months, first(8), value(MAY, "47")) == ()
    (fault,) = faults_of(tmp_path / "9", months, first(9), value(MAY, "47"))
    assert (fault.rule, fault.row) == ("unit-mismatch", MAY)


def test_two_of_twelve_are_no_slips_but_another_level(tmp_path):
    assert faults_of(tmp_path, months, value(12, "46"), value(13, "47")) == ()


def test_a_year_beside_its_months_is_no_slip_though_it_is_their_sum(tmp_path):
    def change(cycle: Cycle) -> None:
        cycle.kpis[1][7] = "sum"
        cycle.kpis[1][5:7] = ["54", "60"]
        cycle.actuals += [["K01", "", str(year), "55.1", ""] for year in (2023, 2024, 2025)]

    assert faults_of(tmp_path, months, change) == ()


@pytest.mark.parametrize("kpi", ["K01", "K04", "K05"])
def test_the_other_segments_are_neighbours_where_each_has_only_four_quarters(tmp_path, kpi):
    row = {"K01": 20, "K04": 23, "K05": 24}[kpi]
    (fault,) = faults_of(tmp_path, times(10, kpi, "North", row))
    assert (fault.rule, fault.row, fault.column) == ("unit-mismatch", row, "value")
    assert "about 10 times what" in fault.message


def _ratio(cycle: Cycle) -> None:
    months(cycle)
    cycle.kpis[1][7] = "ratio"
    cycle.actuals[0] += ["numerator", "denominator"]
    for row, tenths in zip(cycle.actuals[1:], USUAL, strict=True):
        row[3] = ""
        row += [str(tenths), "1000"]


def test_a_part_of_a_ratio_is_held_against_its_neighbours_too(tmp_path):
    (fault,) = faults_of(tmp_path, _ratio, lambda cycle: cycle.set("actuals", MAY, "numerator", "470"))
    assert (fault.rule, fault.row, fault.column) == ("unit-mismatch", MAY, "numerator")
    assert "'470' over its denominator '1000' is about 10 times what the KPI's other values are (4.6)" in fault.message


@pytest.mark.parametrize(
    ("below", "upper", "rule", "words"),
    [
        ("100", "", "unit-mismatch", "is about 10 times what the KPI's other values are (4.6)"),
        ("10", "", "unit-mismatch", "is a power of ten away from what it is in the KPI's other rows."),
        ("30", "", "out-of-range", "is more than the whole, far from what it is in the KPI's other rows."),
        ("30", "100", "out-of-range", "lies above the upper_bound of the KPI."),
    ],
)
def test_of_a_ratio_the_part_that_is_unlike_its_neighbours_is_told_and_the_other_named(
    tmp_path, below, upper, rule, words
):
    """47 over 1000 in May; other denominators are 1000 and other numerators 43 to 49."""

    def bounded(cycle: Cycle) -> None:
        cycle.kpis[0].append("upper_bound")
        cycle.kpis[1].append(upper)

    change = lambda cycle: cycle.set("actuals", MAY, "denominator", below)  # noqa: E731
    (fault,) = faults_of(tmp_path, _ratio, bounded, change)
    assert (fault.rule, fault.row, fault.column, fault.value) == (rule, MAY, "denominator", below)
    assert f"'47' over its denominator '{below}' {words}" in fault.message


SEGMENTS = {  # KPI, factor of all values of West: the first of which stand in lines 14 to 19
    "hours of a mean in days": ("K02", 24, "about 24 times what"),
    "thousands of a mean": ("K01", 1000, "about 1,000 times what"),
    "shares of a mean": ("K01", 0.01, "about 100 times smaller than what"),
    "single euros of a sum in thousands": ("K04", 1000, "about 1,000 times what"),
    "millions of a sum in thousands": ("K04", 0.001, "about 1,000 times smaller than what"),
}


@pytest.mark.parametrize("name", SEGMENTS)
def test_a_segment_in_another_unit_than_all_others_is_one_warning_at_its_first_row(tmp_path, name):
    kpi, factor, words = SEGMENTS[name]
    (fault,) = faults_of(tmp_path, times(factor, kpi, "West"))
    assert (fault.rule, fault.row, fault.severity) == ("unit-mismatch", 13 + int(kpi[1:]), Severity.WARNING)
    assert f"this and 3 other values of the segment 'West' are {words} the KPI's other segments have" in fault.message


def test_a_segment_that_makes_its_whole_kpi_too_large_is_still_one_warning(tmp_path):
    """A year of West alone is 4 × 5,300,000, a thousand times the target and the baseline."""

    def change(cycle: Cycle) -> None:
        cycle.kpis[4][5:7] = ["22000", "21000"]

    (fault,) = faults_of(tmp_path, change, times(1000, "K04", "West"))
    assert (fault.rule, fault.row) == ("unit-mismatch", 17)


@pytest.mark.parametrize("unit", ["t", "employees", "EUR"])
def test_a_large_site_may_well_have_a_hundred_times_the_people_money_or_tonnes_of_others(tmp_path, unit):
    """The values are 485 to 505 and one segment's 100 times that; the same in days would be told."""

    def in_unit(unit: str) -> Callable[[Cycle], None]:
        def change(cycle: Cycle) -> None:
            for row in cycle.rows("kpi_id", "K01"):
                cycle.set("actuals", row, "value", f"{float(cycle.get('actuals', row, 'value')) * 100:g}")
            cycle.kpis[1][3:7] = [unit, "lower", "16000", "17000"]

        return change

    assert faults_of(tmp_path / "amount", in_unit(unit), times(100, "K01", "West")) == ()
    (fault,) = faults_of(tmp_path / "level", in_unit(f"{unit} per case"), times(100, "K01", "West"))
    assert "the segment 'West' are about 100 times what" in fault.message


@pytest.mark.parametrize(
    "changes",
    [
        (times(100, "K04", "West"),),  # a country may well sell 100 times as much as two others
        (times(30, "K01", "West"),),
        (times(24, "K06", "West"),),  # points are no span of time
        (times(1000, "K01", "West"), times(40, "K01", "South")),  # the others do not agree
    ],
)
def test_segments_of_different_size_are_no_slips(tmp_path, changes):
    assert faults_of(tmp_path, *changes) == ()
