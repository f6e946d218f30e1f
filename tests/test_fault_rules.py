"""Rules for slips that no list names: each is told once, at its cell, with a way out that works."""

from collections.abc import Callable

import pytest
from faults.base import Cycle, frame_of, parquet_of
from faults.cases import cell, cells, declare, put, sheet, text
from test_fault_corpus import hold_balance, hold_same_tables, intake_of

from review_kit.desk.visibility import visible_tables
from review_kit.intake import Intake
from review_kit.intake.number_hints import why_not_a_number
from review_kit.model.fault import Severity
from review_kit.params import Source

PLAIN = Source(path="a.csv")


def read(tmp_path, *changes) -> Intake:
    cycle = Cycle()
    for change in changes:
        change(cycle)
    intake = intake_of(cycle, tmp_path / "workspace")
    hold_balance(intake)
    return intake


def told(intake: Intake) -> list[tuple[str, str, int | None, str, Severity]]:
    return [(f.rule, f.file.removeprefix("data/"), f.row, f.column, f.severity) for f in intake.faults]


@pytest.fixture(scope="module")
def control(tmp_path_factory) -> Intake:
    return intake_of(Cycle(), tmp_path_factory.mktemp("control") / "workspace")


DECLARED = {
    "1,5": 'decimal: ","',
    "1.234,5": 'decimal: ",", thousands: "."',
    "1.234.567": 'decimal: ",", thousands: "."',
    "1\u00a0234,5": 'decimal: ",", thousands: "\\u00a0"',
    "1,234.5": 'thousands: ","',
    "5 EUR": 'signs: ["EUR"]',
    "CHF 5": 'signs: ["CHF"]',
    "5*": 'signs: ["*"]',
    "(5%)": 'negatives: brackets, signs: ["%"]',
    "($1,234.50)": 'thousands: ",", negatives: brackets, signs: ["$"]',
    "−1.234,5": 'decimal: ",", thousands: ".", negatives: dash',
}


@pytest.mark.parametrize("written", DECLARED)
def test_the_hint_names_every_declaration_that_the_number_needs(written):
    assert f"add {DECLARED[written]} to this source" in why_not_a_number(written, PLAIN, "params/2025.yml").hint


@pytest.mark.parametrize(
    ("written", "words"),
    [
        ("1,234", 'thousands: ",", or decimal: ","'),
        ("5,-", "no cents"),
        ("<5", "a bound or an estimate"),
        ("5 ca.", "a bound or an estimate"),
        ("5k", "without 'k'"),
        ("1.2 Mio", "without 'Mio'"),
        ("$5m", "without 'm'"),
        ("'4.9", "apostrophe"),
        ("5 (p)", "write a plain number."),
        ("5/10", "write a plain number."),
    ],
)
def test_no_hint_asks_to_declare_what_would_change_the_number(written, words):
    hint = why_not_a_number(written, PLAIN, "params/2025.yml").hint
    assert words in hint
    assert "missing" not in hint


def test_what_people_write_for_nothing_and_what_spreadsheets_show_for_errors_is_known_in_other_languages():
    rules = {
        written: why_not_a_number(written, PLAIN, "").rule for written in ("k.A.", "n. a.", "#NV", "#BEZUG!", "####")
    }
    assert rules == {
        "k.A.": "missing-value", "n. a.": "missing-value", "#NV": "spreadsheet-error", "#BEZUG!": "spreadsheet-error",
        "####": "spreadsheet-error",
    }  # fmt: skip


PERIODS = {
    "2026-13": "there is no month 13",
    "2026-1": 'date_format: "%Y-%m"',
    "2026/12": 'date_format: "%Y/%m"',
    "202612": 'date_format: "%Y%m"',
    "2026M12": 'date_format: "%YM%m"',
    "4Q26": "such as 2025-Q4",
    "4. Quartal 2026": "such as 2025-Q4",
    "KW 52 2026": "months, quarters or years",
    "2026-Q4*": "write 2026-Q4 alone",
    "2026-12-31 (prelim.)": "write 2026-12-31 alone",
    "2025-26": "spans two years",
    "2206-12-31": "between 1900 and 2199",
    "2026-12-31\u200b": "U+200B",
    "1798675200": "2026-12-31",
    "46387.5": "2026-12-31",
}


def test_a_text_that_is_no_period_is_told_with_what_it_is(tmp_path):
    rows = dict(zip(range(20, 74), PERIODS, strict=False))
    intake = read(tmp_path, *(cell(row, "period", written) for row, written in rows.items()))
    found = {fault.row: f"{fault.message} {fault.hint}" for fault in intake.faults}
    assert found.keys() == rows.keys()
    assert [written for row, written in rows.items() if PERIODS[written] not in found[row]] == []


def test_a_format_without_parting_signs_needs_all_digits(tmp_path):
    changes = [cells(range(2, 74), "period", lambda old: old.replace("-", "")), cell(62, "period", "2026113")]
    intake = read(tmp_path, *changes, declare('date_format: "%Y%m%d"'))
    assert told(intake) == [("bad-period", "actuals.csv", 62, "period", Severity.ERROR)]


GERMAN = 'decimal: ",", thousands: "."'


@pytest.mark.parametrize(
    "change",
    [
        sheet(lambda page: page.__setitem__("D62", "4,8")),
        lambda cycle: cycle.move_to("actuals.parquet", parquet_of(frame_of(cycle))),
    ],
)
def test_a_real_number_is_itself_whatever_is_declared_for_texts(tmp_path, control, change):
    intake = read(tmp_path, cell(62, "value", "4.8"), change, declare(GERMAN))
    assert intake.faults == ()
    ours, theirs = (found.tables["measures"]["value"].drop(60) for found in (intake, control))
    assert ours.tolist() == theirs.tolist()


def test_a_percent_cell_of_a_sheet_obeys_the_declared_decimal_sign(tmp_path):
    intake = read(tmp_path, put((62,), "D", 0.04625, look="0.0%"), declare(f'{GERMAN}, signs: ["%"]'))
    measures = intake.tables["measures"]
    assert measures.loc[measures["source_row"].eq(62), "value"].tolist() == [4.625]


@pytest.mark.parametrize("kinds", [(" ", "\u202f"), (" ", "\u00a0"), ("'", "’")])
def test_a_sign_between_thousands_stands_for_those_that_look_the_same(tmp_path, control, kinds):
    declared, written = kinds
    rows = [row for row in range(2, 74) if (row - 2) % 6 == 3]
    intake = read(
        tmp_path, cells(rows, "value", lambda old: f"{old[0]}{written}{old[1:]}"), declare(f'thousands: "{declared}"')
    )
    assert intake.faults == ()
    hold_same_tables(intake, control)


FORMS = {
    "a number cut by its decimal comma": (text(lambda whole: whole.replace(",4.9,", ",4,9,", 1)), "extra-cell", 2),
    "UTF-16 without a mark": (text(str, "utf-16-le"), "bad-encoding", 1),
    "a page without a head": (
        lambda c: c.raw.update({"actuals.csv": b"<table><tr><td>kpi_id"}),
        "format-mismatch",
        None,
    ),
    "JSON": (lambda c: c.raw.update({"actuals.csv": b'[{"kpi_id": "K01"}]'}), "format-mismatch", None),
    "text called .xlsx": (lambda c: c.move_to("actuals.xlsx", c.text().encode()), "format-mismatch", None),
    "a quote that swallows the rest": (
        text(lambda w: w.replace("K01,North,2026-06", '"K01,North,2026-06')),
        "bad-quotes",
        20,
    ),
    "headings again in capitals": (lambda c: c.actuals.insert(37, [h.upper() for h in c.actuals[0]]), "bad-period", 38),
    "KPIs without rows": (lambda c: c.kpis.__delitem__(slice(1, None)), "no-rows", 2),
    "two rows of one KPI": (lambda c: c.kpis.append(["K01", "Else", *c.kpis[1][2:]]), "duplicate-key", 8),
    "bounds exchanged": (
        lambda c: [
            row.extend(end)
            for row, end in zip(c.kpis, [("lower_bound", "upper_bound"), ("10", "1"), *[("", "")] * 5], strict=True)
        ],
        "out-of-range",
        2,
    ),
    "a constant of no vocabulary": (declare("constants: {status: finalish}"), "bad-status", 2),
}


@pytest.mark.parametrize("name", FORMS)
def test_one_slip_of_form_is_one_fault(tmp_path, name):
    change, rule, row = FORMS[name]
    intake = read(tmp_path, change)
    assert [(fault.rule, fault.row) for fault in intake.faults] == [(rule, row)], [str(f) for f in intake.faults]


def test_an_encoding_that_is_not_that_of_the_file_is_refused_before_it_garbles_names(tmp_path):
    fault = read(tmp_path, cells((8, 9), "segment", "Süd"), declare("encoding: cp1252")).faults[0]
    assert (fault.rule, fault.hint) == ("bad-encoding", "take encoding out of its source.")


@pytest.mark.parametrize("change", [declare("header_row: 3"), declare("header_rows: 2")])
def test_headings_that_stand_elsewhere_are_found_above_too(tmp_path, change):
    (fault,) = read(tmp_path, change).faults
    assert "add 'header_row: 1'" in fault.hint


def test_ids_that_a_spreadsheet_made_numbers_are_told_once_each_with_what_happened(tmp_path):
    def change(cycle: Cycle) -> None:
        for row in cycle.kpis[1:]:
            row[0] = f"0{row[0][1:]}"
        for row in cycle.actuals[1:]:
            row[0] = row[0][2:]

    faults = read(tmp_path, change).faults
    assert [(fault.rule, fault.value) for fault in faults] == [("unknown-kpi", str(number)) for number in range(1, 7)]
    assert "did you mean '001'? Spreadsheets turn ids into numbers" in faults[0].hint


def kpi(row: int, column: str, value: str) -> Callable[[Cycle], None]:
    return cell(row, column, value, "kpis")


def targets(*rows: str) -> Callable[[Cycle], None]:
    def change(cycle: Cycle) -> None:
        cycle.raw["targets.csv"] = "\n".join(["kpi_id,period,target", *rows]).encode()
        cycle.params = cycle.params.replace("sources:\n", "sources:\n  targets: data/targets.csv\n")

    return change


BEYOND = {
    "a target as a share": (kpi(2, "target", "0.04"), "unit-mismatch", "target", 2),
    "a target in percent of a ratio": (kpi(4, "target", "95"), "unit-mismatch", "target", 4),
    "a target in euros of a sum in thousands": (kpi(5, "target", "62000000"), "unit-mismatch", "target", 5),
    "a baseline in millions": (kpi(5, "baseline", "58"), "unit-mismatch", "baseline", 5),
    "a quarter's target as a share": (
        targets("K01,2026-Q1,4.8", "K01,2026-Q2,0.045", "K01,2026-Q3,4.2", "K01,2026-Q4,4"),
        "unit-mismatch",
        "target",
        3,
    ),
    "hours, declared, of a KPI in days": (
        lambda c: (c.set("actuals", 57, "value", "7 hours"), c.declare('signs: ["hours"]')),
        "unit-mismatch",
        "value",
        57,
    ),
    "dollars, declared, of a KPI in euros": (
        lambda c: (c.set("actuals", 59, "value", "$5400"), c.declare('signs: ["$"]')),
        "unit-mismatch",
        "value",
        59,
    ),
    "nobody's KPI": (kpi(4, "owner", "TBD"), "missing-owner", "owner", 4),
    "a weight left out among shares": (kpi(3, "weight", ""), "bad-weight", "weight", 3),
}


@pytest.mark.parametrize("name", BEYOND)
def test_a_figure_that_stands_alone_against_all_others_is_one_warning_at_its_cell(tmp_path, name):
    change, rule, column, row = BEYOND[name]
    (fault,) = read(tmp_path, change).faults
    assert (fault.rule, fault.column, fault.row, fault.severity) == (rule, column, row, Severity.WARNING)


CONTRADICTIONS = {
    "a misplaced point in a weight": (kpi(3, "weight", "2.0"), "weights-sum", "kpis.csv", 3),
    "a percent sign, declared, on a ratio": (
        lambda c: (c.set("kpis", 4, "baseline", "90%"), c.declare('signs: ["%"]', "kpis")),
        "unit-mismatch",
        "kpis.csv",
        4,
    ),
    "a target in percent, declared, of a ratio": (
        lambda c: (c.set("kpis", 4, "target", "95%"), c.declare('signs: ["%"]', "kpis")),
        "unit-mismatch",
        "kpis.csv",
        4,
    ),
    "weights of objectives": (
        lambda c: [row.append(w) for row, w in zip(c.objectives, ["weight", "0.5", "0.6"], strict=True)],
        "weights-sum",
        "objectives.csv",
        3,
    ),
    "an escape of eight bits": (cell(62, "note", "\x9b31mred"), "unsafe-text", "actuals.csv", 62),
    "a line break that is none of ASCII": (kpi(2, "owner", "Ann\u2028Bcc: x"), "unsafe-text", "kpis.csv", 2),
    "a login in an address": (
        cell(62, "note", "https://ann:s3cret@example.org/x"),
        "secret-in-data",
        "actuals.csv",
        62,
    ),
    "a password": (cell(62, "note", "Passwort: Sommer2026"), "secret-in-data", "actuals.csv", 62),
    "another token": (cell(62, "note", "glpat-abcdefghij0123456789"), "secret-in-data", "actuals.csv", 62),
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_what_contradicts_itself_or_must_not_be_passed_on_is_refused_at_its_cell(tmp_path, name):
    change, rule, file, row = CONTRADICTIONS[name]
    (fault,) = read(tmp_path, change).faults
    assert (fault.rule, fault.file, fault.row, fault.severity) == (rule, f"data/{file}", row, Severity.ERROR)


def _ratios(cycle: Cycle) -> None:
    cycle.kpis[1][7] = "ratio"
    cycle.actuals[0] += ["numerator", "denominator"]
    for row in cycle.actuals[1:]:
        row += ["", ""]
        if row[0] == "K01":
            row[3:] = ["", "", "49", "1000"]


@pytest.mark.parametrize(
    ("column", "value", "rule", "at"),
    [
        ("denominator", "1000000", "unit-mismatch", "denominator"),
        ("denominator", "20", "out-of-range", "denominator"),
        ("numerator", "4900", "unit-mismatch", "numerator"),
        ("numerator", "2000", "out-of-range", "numerator"),
        ("value", "77", "unit-mismatch", "value"),
    ],
)
def test_a_part_of_a_ratio_in_another_unit_is_a_warning_at_the_part_that_is_odd(tmp_path, column, value, rule, at):
    (fault,) = read(tmp_path, _ratios, cell(56, column, value)).faults
    assert (fault.rule, fault.column, fault.row, fault.severity) == (rule, at, 56, Severity.WARNING)


def _units(cycle: Cycle) -> None:
    """Other spellings of the same units."""
    written = {"%": "Prozent", "days": "d", "ratio": "share", "kEUR": "Tsd. EUR", "count": "#", "points": "pts"}
    units = {row[0]: written[row[3]] for row in cycle.kpis[1:]}
    for row in cycle.actuals:
        row.append(units.get(row[0], "unit"))


SOUND = {
    "spellings of units": _units,
    "shares of two digits that rounding explains": lambda c: [
        c.set("kpis", row, "weight", w) for row, w in enumerate(["0.33", "0.33", "0.33", "0.34", "0.33", "0.33"], 2)
    ],
    "half weights": lambda c: [
        c.set("kpis", row, "weight", w) for row, w in enumerate(["0.5", "0.5", "1", "1", "0.5", "1"], 2)
    ],
    "a currency before its number": kpi(5, "target", "EUR 62m"),
    "millions of another language": kpi(5, "target", "62 Mio. EUR"),
    "empty cells beyond the header": text(lambda w: w.replace("\n", ",\n").replace("note,\n", "note\n")),
    "words near tokens": cell(62, "note", "risk-adjusted; password policy was changed; eyJ is a prefix; São FRANÇÃO"),
    "a ratio of parts that vary": lambda c: (_ratios(c), c.set("actuals", 56, "numerator", "150")),
    "a sheet whose name ends in a blank": lambda c: (
        sheet(lambda page: setattr(page, "title", "Actuals "))(c),
        c.declare("sheet: Actuals"),
    ),
}


@pytest.mark.parametrize("name", SOUND)
def test_what_is_sound_though_odd_is_read_without_a_word(tmp_path, name):
    assert [str(fault) for fault in read(tmp_path, SOUND[name]).faults] == []


def test_a_share_for_a_percentage_and_spending_beyond_all_bounds_are_warnings_at_the_initiative(tmp_path):
    def change(cycle: Cycle) -> None:
        cycle.raw["initiatives.csv"] = (
            b"initiative_id,name,budget,spent,planned_percent,percent_complete\n"
            b"I1,Faster,120000,80000,60,0.45\nI2,Larger,120000,80000000,60,45\nI3,Dearer,120000,250000,1,0\n"
        )
        cycle.params = cycle.params.replace("sources:\n", "sources:\n  initiatives: data/initiatives.csv\n")

    assert told(read(tmp_path, change)) == [
        ("unit-mismatch", "initiatives.csv", 2, "percent_complete", Severity.WARNING),
        ("unit-mismatch", "initiatives.csv", 3, "spent", Severity.WARNING),
    ]


@pytest.mark.parametrize(
    ("written", "rule", "words"),
    [
        ("4,0", "bad-target", 'add decimal: ","'),
        ("1,234", "bad-target", 'add decimal: "," or thousands: ","'),
        ("#N/A", "spreadsheet-error", "mend the formula"),
        ("4.0\u200b", "bad-target", "type the target anew"),
    ],
)
def test_a_target_that_cannot_be_read_is_told_with_what_would_read_it(tmp_path, written, rule, words):
    (fault,) = read(tmp_path, kpi(2, "target", written)).faults
    assert (fault.rule, fault.file, fault.row, fault.column) == (rule, "data/kpis.csv", 2, "target")
    assert words in fault.hint


def test_garbled_letters_are_a_warning_at_their_cell(tmp_path):
    intake = read(tmp_path, cell(62, "note", "SÃ¼d"), cell(63, "note", "S\ufffdd"))
    assert told(intake) == [("bad-encoding", "actuals.csv", row, "note", Severity.WARNING) for row in (62, 63)]


def test_a_kpi_for_executives_is_in_no_table_of_another_audience(tmp_path):
    """Line 251 of the list: tests of editions look for such figures in every byte of a whole review."""
    canaries = {5137.91337, 5288.40021}
    tables = read(tmp_path).tables
    assert canaries <= set(tables["measures"]["value"])
    seen = visible_tables(tables, ["department"])
    assert not canaries & set(seen["measures"]["value"])
    assert "K04" not in set(seen["kpis"]["kpi_id"])
