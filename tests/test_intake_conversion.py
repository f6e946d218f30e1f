"""Text to numbers, periods and targets: what is plain is read, anything else is told how to declare."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from review_kit.intake.number_hints import why_not_a_number
from review_kit.intake.numbers import Problem, convert_numbers
from review_kit.intake.periods import PeriodReader
from review_kit.intake.target_text import convert_targets, read_target
from review_kit.intake.units import Unit, read_unit
from review_kit.model.period import Calendar
from review_kit.params import Source

PLAIN = Source(path="a.csv")
GERMAN = Source(path="a.csv", decimal=",", thousands=".")
FISCAL_BY_END = Calendar(date(2022, 7, 1), date(2023, 6, 30), 2023)
FISCAL_BY_START = Calendar(date(2025, 4, 1), date(2026, 3, 31), 2025)


def number(text: str, source: Source = PLAIN) -> float | None:
    values, bad = convert_numbers(pd.Series([text], dtype="str"), source)
    return None if bad[0] else float(values[0])


@pytest.mark.parametrize(
    ("text", "value"),
    [("0", 0), ("-1.5", -1.5), ("+2", 2), (".5", 0.5), ("5.", 5), ("010", 10), ("1E5", 1e5), ("2.5e-3", 0.0025)],
)
def test_a_plain_number_is_read_exactly(text, value):
    assert number(text) == value


def test_numbers_are_rounded_as_python_rounds_them():
    texts = ["0.1", "96.73333333333333", "123456.789012345678", "2.2250738585072014e-30"]
    values, bad = convert_numbers(pd.Series(texts, dtype="str"), PLAIN)
    assert not bad.any()
    assert values.tolist() == [float(text) for text in texts]


@pytest.mark.parametrize(
    ("text", "rule", "hint"),
    [
        ("12%", "not-a-number", 'signs: ["%"]'),
        ("(5)", "not-a-number", "-5"),
        ("1,234", "not-a-number", 'thousands: ","'),
        ("12,5", "not-a-number", 'decimal: ","'),
        ("n/a", "missing-value", 'missing: ["n/a"]'),
        ("-", "missing-value", 'missing: ["-"]'),
        ("tbd", "missing-value", "leave the cell empty"),
        ("NaN", "missing-value", "leave the cell empty"),
        ("∞", "not-finite", "leave the cell empty"),
        ("inf", "not-finite", "leave the cell empty"),
        ("-Infinity", "not-finite", "leave the cell empty"),
        ("1e309", "not-finite", "write the number out"),
        ("1e308", "out-of-range", "look at the unit"),
        ("\uff11\uff12", "not-a-number", "digits 0 to 9"),
        ("4\u00a0625", "not-a-number", "no-break space"),
        ("1_000", "not-a-number", "underscores"),
        ("TRUE", "not-a-number", "measured"),
        ("−5", "not-a-number", "minus"),
        ("€5200", "not-a-number", 'signs: ["€"]'),
        ("#DIV/0!", "spreadsheet-error", "formula"),
        ("#N/A", "spreadsheet-error", "formula"),
        ("abc", "not-a-number", "plain number"),
        ("0x1F", "not-a-number", "plain number"),
        ("1 2", "not-a-number", "plain number"),
        ("30:00:00", "not-a-number", "30.5 for 30:30:00 in hours"),
        ("-00:00:05.5", "not-a-number", "unit of its KPI"),
        ("6:30", "not-a-number", "unit of its KPI"),
    ],
)
def test_what_is_not_plainly_a_number_is_refused_with_the_way_to_declare_it(text, rule, hint):
    assert number(text) is None
    problem = why_not_a_number(text, PLAIN, "params/2025.yml")
    assert problem.rule == rule
    assert hint in problem.hint


@pytest.mark.parametrize(
    ("text", "value"), [("1.234,5", 1234.5), ("12,5", 12.5), ("1234", 1234), ("-1.234.567", -1234567)]
)
def test_declared_signs_are_read(text, value):
    assert number(text, GERMAN) == value


@pytest.mark.parametrize("text", ["1.23", "12.34,5", "1,234.5"])
def test_a_misplaced_thousands_sign_is_refused(text):
    assert number(text, GERMAN) is None


def test_a_declared_sign_beside_a_number_says_nothing():
    assert number("$ 5.5 %", Source(path="a.csv", signs=("%", "$"))) == 5.5


@pytest.mark.parametrize(
    ("text", "label", "start", "end"),
    [
        ("2025", "2025", "2025-01-01", "2025-12-31"),
        ("FY2025", "2025", "2025-01-01", "2025-12-31"),
        ("2025-Q3", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("Q3 2025", "2025-Q3", "2025-07-01", "2025-09-30"),
        ("2025-09", "2025-09", "2025-09-01", "2025-09-30"),
        ("2024-02-29", "2024-02", "2024-02-01", "2024-02-29"),
        ("2025-09-30 00:00:00", "2025-09", "2025-09-01", "2025-09-30"),
        ("2011-12", "2011-12", "2011-12-01", "2011-12-31"),
    ],
)
def test_periods_of_the_calendar_year(calendar, text, label, start, end):
    period = PeriodReader(calendar).period(text)
    assert (period.label, str(period.start), str(period.end)) == (label, start, end)


@pytest.mark.parametrize(
    ("calendar_of", "text", "label", "start"),
    [
        (FISCAL_BY_START, "Q1 2025-26", "2025-Q1", "2025-04-01"),
        (FISCAL_BY_START, "2025-26", "2025", "2025-04-01"),
        (FISCAL_BY_START, "FY2024/25", "2024", "2024-04-01"),
        (FISCAL_BY_START, "2025/2026", "2025", "2025-04-01"),
        (FISCAL_BY_END, "2022-23", "2023", "2022-07-01"),
        (FISCAL_BY_END, "FY2023", "2023", "2022-07-01"),
        (FISCAL_BY_END, "2023-Q1", "2023-Q1", "2022-07-01"),
        (FISCAL_BY_END, "2022-07", "2022-07", "2022-07-01"),
    ],
)
def test_periods_of_a_fiscal_year_follow_the_calendar_of_the_cycle(calendar_of, text, label, start):
    period = PeriodReader(calendar_of).period(text)
    assert (period.label, str(period.start)) == (label, start)


@pytest.mark.parametrize(
    "text",
    [
        "Total",
        "31/12/2026",
        "46112",
        "2026-02-30",
        "31-03-26",
        "2026-12-31T23:30:00-05:00",
        "20260331",
        "2025-13",
        "2025-Q5",
        "31. Dezember 2026",
        "2025-27",
        "Q1 2025-27",
        "2026-12-30T23:00Z",
        "1625",
        "\uff12\uff10\uff12\uff15",
    ],
)
def test_a_period_that_needs_guessing_is_refused(calendar, text):
    problem = PeriodReader(calendar).period(text)
    assert isinstance(problem, Problem)
    assert problem.rule == "bad-period"


def test_a_declared_date_format_is_read_beside_the_plain_forms(calendar):
    reader = PeriodReader(calendar, "%d.%m.%Y")
    assert reader.period("30.09.2025").label == "2025-09"
    assert reader.period("2025-Q3").label == "2025-Q3"
    assert reader.day("30.09.2025") == date(2025, 9, 30)
    assert isinstance(reader.day("2025-Q3"), Problem)


@pytest.mark.parametrize(
    ("text", "scale", "base"),
    [
        ("$M", 1e6, "$"),
        ("EUR m", 1e6, "€"),
        ("kEUR", 1e3, "€"),
        ("$000", 1e3, "$"),
        ("$000,000", 1e6, "$"),
        ("thousand", 1e3, ""),
        ("million gallons", 1e6, "gallon"),
        ("%", 1, "%"),
        ("Hours", 1, "hour"),
        ("m", 1, "m"),
        ("minutes", 1, "minute"),
        ("USD bn", 1e9, "$"),
    ],
)
def test_a_unit_has_a_scale_and_one_name(text, scale, base):
    assert read_unit(text) == Unit(scale, base)


def target(text: str, unit: str = "", direction: str = "higher", source: Source = PLAIN):
    table, problems = convert_targets(*(pd.Series([part], dtype="str") for part in (text, unit, direction)), source)
    return problems[0] if problems else tuple(table.iloc[0])


@pytest.mark.parametrize(
    ("text", "unit", "direction", "value"),
    [
        ("12", "days", "lower", 12),
        ("≥ 95%", "%", "higher", 95),
        (">=95", "%", "higher", 95),
        ("at least 12", "", "higher", 12),
        ("12 or more", "", "higher", 12),
        ("< 12 hours", "hours", "lower", 12),
        ("below 0.54", "", "lower", 0.54),
        ("no more than 3 days", "days", "lower", 3),
        ("$10.4M", "$M", "higher", 10.4),
        ("$10.4M", "$", "higher", 10_400_000),
        ("$10.4m", "USD million", "higher", 10.4),
        ("€ 250k", "EUR m", "higher", 0.25),
        ("95 percent", "%", "higher", 95),
        ("= 5", "", "lower", 5),
        ("-2", "", "lower", -2),
    ],
)
def test_what_people_write_for_a_target_is_read(text, unit, direction, value):
    assert target(text, unit, direction)[0] == pytest.approx(value)


def test_an_operator_says_whether_the_number_itself_is_enough():
    strict = ["< 12", "> 12", "below 12", "under 12", "less than 12", "fewer than 12", "more than 12", "over 12"]
    loose = ["≤ 12", "<= 12", "≥ 12", "at least 12", "at most 12", "up to 12", "within 12", "not more than 12",
             "12 or more", "12 or above", "12+", "no less than 12", "not above 12"]  # fmt: skip
    table, problems = convert_targets(*(pd.Series(part, dtype="str") for part in zip(
        *((text, "", None) for text in [*strict, *loose, "12", "= 12", "10–12"]), strict=True)), PLAIN)  # fmt: skip
    assert not problems
    said = table["strict"].tolist()
    assert said[: len(strict)] == [1.0] * len(strict)
    assert said[len(strict) : -3] == [0.0] * len(loose)
    assert np.isnan(said[-3:]).all()


@pytest.mark.parametrize("text", ["80–90 %", "80-90%", "80% to 90%", "between 80 and 90"])
def test_a_range_fills_both_ends_and_no_target(text):
    only, low, high, _ = target(text, "%", "range")
    assert np.isnan(only)
    assert (low, high) == (80, 90)


@pytest.mark.parametrize(
    ("text", "unit", "direction", "rule"),
    [
        ("TBD", "", "higher", "bad-target"),
        ("See dashboard", "", "higher", "bad-target"),
        ("95% by 2027", "%", "higher", "bad-target"),
        ("1,234", "", "higher", "bad-target"),
        ("90–80", "", "range", "bad-target"),
        ("≥ 80 or less", "", "higher", "bad-target"),
        ("≥ 95%", "%", "lower", "direction-contradicts-target"),
        ("80–90", "%", "higher", "direction-contradicts-target"),
        ("< 12 hours", "days", "lower", "unit-mismatch"),
        ("95%", "ratio", "higher", "unit-mismatch"),
        ("$10", "$M", "higher", "unit-mismatch"),
        ("1e400", "", "higher", "bad-target"),
    ],
)
def test_a_target_that_needs_guessing_is_refused(text, unit, direction, rule):
    assert target(text, unit, direction).rule == rule


def test_a_target_uses_the_declared_signs_of_its_source():
    assert target("≥ 1.234,5", source=GERMAN)[0] == 1234.5
    assert read_target("≥ 1.234,5", PLAIN).rule == "bad-target"
