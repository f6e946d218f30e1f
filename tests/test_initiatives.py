"""Progress by period, proposals, benefits, what moves, and the list of Canada: by hand, and what always holds."""

import math
import re
from dataclasses import replace
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from review_kit.desk import open_cycle
from review_kit.desk.visibility import visible_tables
from review_kit.findings import Evidence
from review_kit.findings.delivery_rules import benefits_not_showing, initiatives_off_plan
from review_kit.findings.success_rules import initiatives_that_deliver
from review_kit.initiatives import (
    BY_PERIOD,
    InitiativeRules,
    balance,
    benefit_not_showing,
    benefits,
    by_department,
    by_standing,
    reallocation,
    review_initiatives,
    standing,
)
from review_kit.model.words import Standing
from review_kit.narrative import (
    benefits_lead,
    decided_note,
    earned_value_lead,
    initiatives_lead,
    reallocation_lead,
    resources_told,
)
from review_kit.params import Initiatives
from review_kit.yaml_text import mistakes_of

ROOT = Path(__file__).parents[1]
CANADA = ROOT / "data" / "canada_it_projects"
YEAR_END = date(2025, 12, 31)
BLANK = {
    "initiative_id": "I1", "name": "Portal", "objective_id": "O1", "kpi_ids": "a", "owner": "Head", "department": "IT",
    "start": pd.Timestamp("2025-01-01"), "planned_finish": pd.Timestamp("2025-12-31"),
    "forecast_finish": pd.Timestamp("2025-12-31"), "budget": 100.0, "spent": 50.0, "planned_percent": 50.0,
    "percent_complete": 50.0, "fit": "keep", "status": "on track", "forecast_cost": math.nan, "people": math.nan,
}  # fmt: skip


def initiatives(*rows):
    return pd.DataFrame([{**BLANK, **row} for row in rows])


def progress(initiative_id, *rows):
    """Rows of period, planned, earned and spent."""
    periods = [pd.Period(row[0]) for row in rows]
    return pd.DataFrame(
        {
            "initiative_id": initiative_id,
            "period_start": [period.start_time.normalize() for period in periods],
            "period_end": [period.end_time.normalize() for period in periods],
            "planned_value": [row[1] for row in rows],
            "earned_value": [row[2] for row in rows],
            "actual_cost": [row[3] for row in rows],
        }
    )


def small_desk(folder, tables, beside="", *, currency=""):
    """A cycle with one KPI and these tables; `beside` is written beside the path of the initiatives."""
    tables = {
        "objectives": "objective_id,name\nO1,Serve\n",
        "kpis": "kpi_id,name,objective_id,unit,direction,target,owner,frequency\na,Speed,O1,days,lower,3,Head,annual\n",
        "actuals": "kpi_id,period,value\na,2025,4\n",
        **tables,
    }
    for name in ("params", "data"):
        (folder / name).mkdir()
    for name, text in tables.items():
        (folder / "data" / f"{name}.csv").write_text(text)
    paths = {name: f"data/{name}.csv" for name in tables}
    paths["initiatives"] = f"{{path: data/initiatives.csv{beside}}}"
    sources = "".join(f"  {name}: {path}\n" for name, path in paths.items())
    (folder / "params" / "2025.yml").write_text(
        'cycle: "2025"\norganisation: X\ncalendar: {start: 2025-01-01, end: 2025-12-31}\nsources:\n'
        + sources
        + (f"initiatives: {{currency: {currency}}}\n" if currency else "")
    )
    return open_cycle("2025", workspace=folder)


def evidence(rows, **tables):
    """One objective with one KPI, and nothing else than initiatives."""
    nothing = pd.DataFrame()
    return Evidence(
        as_of=YEAR_END, year_is_over=True, scores=pd.DataFrame({"kpi_id": [], "weight": [], "objective_id": []}),
        kpis=pd.DataFrame({"kpi_id": ["a"], "objective_id": ["O1"]}),
        objectives=pd.DataFrame({"objective_id": ["O1"], "weight": [1.0], "perspective": ["P"], "status": ["active"]}),
        initiatives=review_initiatives(rows, YEAR_END), risks=nothing, stakeholders=nothing, engagements=nothing,
        feedback=nothing, changes=nothing, segments=nothing, **tables,
    )  # fmt: skip


def reviewed(*rows, as_of=YEAR_END, rules=None, told=None):
    return review_initiatives(initiatives(*rows), as_of, rules or InitiativeRules(), told).iloc[0]


# progress by period ---------------------------------------------------------------------------------------------------


def test_progress_by_period_counts_before_the_figures_of_the_initiative():
    told = progress(
        "I1",
        ("2025Q1", 20, 20, 25),
        ("2025Q2", 50, 30, 45),
        ("2025Q3", 80, math.nan, math.nan),
        ("2025Q4", 100, 60, 90),
    )
    half = reviewed({"spent": 1.0}, as_of=date(2025, 8, 31), told=told)
    assert (half["evm_source"], half["planned_value"], half["earned_value"], half["actual_cost"]) == (
        BY_PERIOD,
        50,
        30,
        45,
    )
    assert (half["planned_percent"], half["percent_complete"], half["spent"]) == (50, 30, 45)
    assert half["cpi"] == pytest.approx(30 / 45)
    # 20 of the first quarter and a third of the 30 of the second: 2.92 months and a third of 2.99
    ends = [(pd.Timestamp(day) - BLANK["start"]).days / (365.25 / 12) for day in ("2025-03-31", "2025-06-30")]
    assert half["earned_months"] == pytest.approx(ends[0] + (ends[1] - ends[0]) / 3)
    assert half["months_passed"] == pytest.approx(ends[1])
    end = reviewed({}, told=told)
    assert (end["spi"], end["percent_complete"], end["overspend"]) == (0.6, 60, pytest.approx(0.3))


def test_what_is_told_of_later_periods_alone_says_nothing_of_the_work_by_the_day_of_the_review():
    """The figures of the initiative itself are of that later day too: 58 % in February would be 21 % in March."""
    told = progress("I1", ("2025Q3", 60, 10, 20), ("2025Q4", 100, 50, 70))
    row = reviewed({"spent": 70.0}, as_of=date(2025, 6, 30), told=told)
    days = [(pd.Timestamp(day) - BLANK["start"]).days for day in ("2025-06-30", "2025-09-30")]
    assert row["planned_percent"] == pytest.approx(60 * days[0] / days[1])
    assert row[["percent_complete", "spent", "earned_value", "actual_cost", "cpi", "spi_t"]].isna().all()
    assert row["proposal"] == "continue"


def test_a_plan_that_nobody_has_reported_on_leaves_the_figures_of_the_initiative():
    told = progress("I1", ("2026Q1", 50, math.nan, math.nan))
    row = reviewed({}, told=told)
    assert (row["planned_value"], row["earned_value"], row["actual_cost"]) == (50, 50, 50)


def test_work_of_which_nobody_tells_any_more_is_not_on_plan():
    """Planned 10 a month for a year, earned as planned until June, and no word since: half of what is due is known."""
    nothing = [(f"2025-{month:02}", 10.0 * month, math.nan, math.nan) for month in range(7, 13)]
    told = progress("I1", *((f"2025-{month:02}", *[10.0 * month] * 3) for month in range(1, 7)), *nothing)
    late = {"budget": 120.0, "forecast_finish": BLANK["planned_finish"]}
    row = reviewed(late, told=told)
    assert (row["planned_value"], row["earned_value"], row["actual_cost"]) == (120, 60, 60)
    assert (row["cpi"], row["spi"], row["behind_points"]) == (1.0, 0.5, 50)
    assert row["spi_t"] == pytest.approx(180 / 364)  # days from the start to the ends of June and of December
    assert row["silent_since"] == pd.Timestamp("2025-06-30")
    assert (row["proposal"], row["rule"]) == ("accelerate", "late, but still fits the strategy")
    assert row["why"].replace("\N{NARROW NO-BREAK SPACE}", " ") == (
        "50 % of the work is done against 100 % planned and 50 % of the budget is spent. "
        "Nobody has told its progress since June 2025. At the cost and pace so far it ends in January 2027."
    )
    for over in ({"status": "completed"}, {"status": "cancelled"}, {"percent_complete": 100.0}):
        assert reviewed({**late, **over}, told=told)["proposal"] == "continue"
        assert pd.isna(reviewed({**late, **over}, told=told)["silent_since"])


@pytest.mark.parametrize(
    ("period", "as_of", "silent"),
    [
        ("2025-06", date(2025, 9, 30), False),  # 92 days: a month of 30 and 62 more
        ("2025-06", date(2025, 10, 1), True),
        ("2025Q1", date(2025, 8, 30), False),  # 152 days; the quarter has 90
        ("2025Q1", date(2025, 8, 31), True),
        ("2024", date(2025, 12, 31), False),  # a year that is told once a year
    ],
)
def test_a_late_report_is_no_silence(period, as_of, silent):
    told = progress("I1", (period, 50, 40, 40))
    row = reviewed({"start": pd.Timestamp("2024-01-01")}, as_of=as_of, told=told)
    assert pd.notna(row["silent_since"]) is silent


@pytest.mark.parametrize(
    ("periods", "as_of", "silent"),
    [
        (("2024-12", "2025-06"), date(2026, 2, 28), False),  # each half year as of one month: 181 days, and 62 more
        (("2024-12", "2025-06"), date(2026, 3, 1), True),
        (("2023-12", "2024-12"), date(2025, 12, 31), False),  # a year that is told once a year
        (("2024-12", "2025-06", "2025-07"), date(2025, 10, 31), False),  # 92 days: a month of 31 and 61 more
        (("2024-12", "2025-06", "2025-07"), date(2025, 11, 2), True),
    ],
)
def test_the_next_report_is_due_as_far_from_the_last_as_that_from_the_one_before(periods, as_of, silent):
    told = progress("I1", *((period, 40 + at, 40, 40) for at, period in enumerate(periods)))
    row = reviewed({"start": pd.Timestamp("2023-01-01")}, as_of=as_of, told=told)
    assert pd.notna(row["silent_since"]) is silent


def test_before_the_start_there_is_nothing_to_tell():
    told = progress("I1", ("2025-03", 0, 0, 0), ("2026-06", 50, math.nan, math.nan))
    begun = {"start": pd.Timestamp("2025-11-01"), "planned_finish": pd.Timestamp("2026-12-31")}
    assert pd.isna(reviewed(begun, told=told)["silent_since"])  # 60 days after the start
    assert pd.isna(reviewed({**begun, "start": pd.Timestamp("2026-01-01")}, told=told)["silent_since"])
    assert pd.notna(reviewed({**begun, "start": pd.Timestamp("2025-09-01")}, told=told)["silent_since"])


def test_progress_that_tells_no_money_leaves_what_the_initiative_says_is_spent():
    """Half of the plan and of the work, for 80 of 100: CPI 50 / 80, and the whole for 160."""
    told = progress("I1", ("2025Q2", 50, 30, math.nan), ("2025Q4", 100, 50, math.nan))
    row = reviewed({"spent": 80.0}, told=told)
    assert (row["actual_cost"], row["spent"], row["cpi"], row["eac"]) == (80, 80, 0.625, 160)
    assert row["overspend"] == pytest.approx(0.3)
    half = reviewed({"spent": 80.0}, as_of=date(2025, 6, 30), told=told)  # what is spent now was not spent in June
    assert half[["actual_cost", "spent", "cpi"]].isna().all()
    some = progress("I1", ("2025Q2", 50, 30, 45), ("2025Q4", 100, 50, math.nan))  # the last cost that was told
    assert reviewed({"spent": 80.0}, told=some)["actual_cost"] == 45


def test_progress_that_tells_no_plan_is_held_against_a_straight_line():
    """Half done on the last day of the plan: 50 points behind, whoever left the plan out of the table."""
    told = progress("I1", ("2025Q2", math.nan, 20, 30), ("2025Q4", math.nan, 50, 60))
    row = reviewed({"planned_percent": math.nan, "percent_complete": math.nan, "spent": math.nan}, told=told)
    assert (row["evm_source"], row["planned_percent"], row["percent_complete"], row["spent"]) == (
        "straight line", 100, 50, 60
    )  # fmt: skip
    assert (row["spi"], row["cpi"], row["behind_points"], row["proposal"]) == (0.5, 50 / 60, 50, "accelerate")


def test_without_a_plan_too_what_was_said_later_is_not_known_and_silence_is_told():
    """20 of 100 done in June, when nobody told any money: the 80 that are spent now were not spent then."""
    told = progress("I1", ("2025Q2", math.nan, 20, math.nan), ("2025Q4", math.nan, 50, math.nan))
    half = reviewed({"planned_percent": 100.0, "spent": 80.0}, as_of=date(2025, 6, 30), told=told)
    assert half[["spent", "actual_cost", "overspend"]].isna().all()
    assert half["percent_complete"] == 20
    assert half["planned_percent"] == pytest.approx(100 * 180 / 364)  # days passed; the plan of today is 100
    early = reviewed({"spent": 80.0}, as_of=date(2025, 3, 31), told=told)  # before anybody told any
    assert early[["spent", "percent_complete", "actual_cost"]].isna().all()
    unsized = reviewed({"budget": math.nan, "percent_complete": 50.0}, as_of=date(2025, 6, 30), told=told)
    assert pd.isna(unsized["percent_complete"])  # that half was done is said of today
    assert reviewed({"spent": 80.0}, told=told)["spent"] == 80
    silent = reviewed({"spent": 80.0}, told=told.head(1))
    assert (silent["evm_source"], silent["silent_since"]) == ("straight line", pd.Timestamp("2025-06-30"))
    assert "Nobody has told its progress since June 2025." in silent["why"]


def test_progress_without_a_plan_is_no_trouble_where_no_initiative_is_listed():
    """As of the month or quarter before, of which nobody kept the initiatives."""
    told = progress("I1", ("2025Q2", math.nan, 20, math.nan))
    none = initiatives({}).astype({"initiative_id": "str"}).head(0)
    assert review_initiatives(none, YEAR_END, progress=told).empty


def test_work_worth_more_than_the_budget_leaves_nothing_to_do():
    told = progress("I1", ("2025Q2", 50, 70, 50), ("2025Q4", 100, 110, 80))
    row = reviewed({}, told=told)
    assert (row["earned_value"], row["percent_complete"], row["rule"]) == (110, 100, "done")
    assert (row["eac"], row["eac_at_budget"], row["eac_cost_schedule"]) == (80, 80, 80)
    assert (row["etc"], row["vac"], row["tcpi"]) == (0, 20, 0)


def test_nothing_is_done_before_the_start():
    row = reviewed({}, as_of=date(2024, 12, 1))
    assert BLANK["start"] > pd.Timestamp("2024-12-01")
    assert row[["percent_complete", "spent"]].isna().all()


def test_a_plan_told_up_to_now_goes_on_to_the_budget_at_the_planned_finish():
    """Earned 50 of 100; the plan was to have 50 after a half year and, in truth, 100 after the whole."""
    told = progress("I1", ("2025Q1", 30, 20, 20), ("2025Q2", 50, 50, 50))
    row = reviewed({}, as_of=date(2025, 6, 30), told=told)
    whole = (BLANK["planned_finish"] - BLANK["start"]).days / (365.25 / 12)
    assert row["planned_months"] == pytest.approx(whole)
    assert (row["spi_t"], row["percent_complete"]) == (pytest.approx(1.0), 50)
    assert row["ieac_t"] == pytest.approx(whole)
    assert row["pace_finish"] == BLANK["planned_finish"]
    ahead = progress("I1", ("2025Q1", 30, 40, 20), ("2025Q2", 50, 75, 50))
    row = reviewed({}, as_of=date(2025, 6, 30), told=ahead)
    days = [(pd.Timestamp(day) - BLANK["start"]).days for day in ("2025-06-30", "2025-12-31")]
    assert row["earned_months"] == pytest.approx(sum(days) / 2 / (365.25 / 12))  # half way from 50 to 100
    assert row["months_passed"] == pytest.approx(days[0] / (365.25 / 12))  # not done: time goes on


def test_without_progress_the_plan_is_a_straight_line_from_start_to_planned_finish():
    row = reviewed({"percent_complete": 25.0, "planned_percent": math.nan}, as_of=date(2025, 7, 2))
    assert row["planned_percent"] == 50.0
    assert row["earned_months"] == pytest.approx(0.25 * row["planned_months"])
    assert row["spi_t"] == pytest.approx(0.5)
    assert row["ieac_t"] == pytest.approx(2 * row["planned_months"])


def test_time_stops_when_an_initiative_is_done():
    row = reviewed({"percent_complete": 100.0, "forecast_finish": pd.Timestamp("2025-07-02")})
    assert row["spi_t"] == pytest.approx(2.0)
    assert pd.isna(row["pace_finish"])
    told = progress("I1", ("2025Q1", 50, 100, 90), ("2025Q2", 100, 100, 95))
    assert reviewed({}, told=told)["months_passed"] == pytest.approx(89 / (365.25 / 12))


def test_nothing_spent_or_planned_leaves_indices_missing_and_never_infinite():
    rows = review_initiatives(
        initiatives({"spent": 0.0}, {"budget": 0.0}, {"percent_complete": 0.0}, {"start": pd.NaT}), YEAR_END
    )
    assert not np.isinf(rows.select_dtypes("number")).any().any()
    assert rows.loc[0, "cpi"] != rows.loc[0, "cpi"]


def test_progress_that_falls_is_told_at_its_cell(tmp_path):
    tables = {
        "initiatives": "initiative_id,name,spent,forecast_cost\nI1,Portal,90,80\n",
        "progress": "initiative_id,period,planned_value,earned_value,actual_cost\n"
        "I1,2025-Q2,50,20,40\nI1,2025-Q1,20,30,\nI1,2025-Q3,80,25,35\n",
    }
    desk = small_desk(tmp_path, tables)
    faults = desk.intake.faults
    assert faults[["file", "row", "column", "rule", "severity"]].to_numpy().tolist() == [
        ["data/initiatives.csv", 2, "forecast_cost", "out-of-range", "warning"],
        ["data/progress.csv", 2, "earned_value", "not-cumulative", "warning"],
        ["data/progress.csv", 4, "actual_cost", "not-cumulative", "warning"],
    ]


def test_two_currencies_in_the_money_of_initiatives_are_told(tmp_path):
    rows = "I1,Portal,$100,$20,\nI2,App,$50,10,€60\nI3,Desk,€7,,\n"
    tables = {"initiatives": f"initiative_id,name,budget,spent,forecast_cost\n{rows}"}
    faults = small_desk(tmp_path, tables, ", signs: [$, €]").intake.faults
    told = faults[faults["rule"].eq("unit-mismatch")]
    assert told[["row", "column", "message", "severity"]].to_numpy().tolist() == [
        [3, "forecast_cost", "'€60' is in €, and most money of this table in $.", "warning"],
        [4, "budget", "'€7' is in €, and most money of this table in $.", "warning"],
    ]


def currency_faults(folder, tables, currency, beside=""):
    folder.mkdir(exist_ok=True)
    faults = small_desk(folder, tables, beside, currency=currency).intake.faults
    told = faults[faults["rule"].eq("unit-mismatch")]
    return [
        (row["column"], None if pd.isna(row["row"]) else row["row"], row["message"], row["severity"])
        for row in told.to_dict("records")
    ]


def test_money_in_another_currency_than_the_parameters_say_is_told_at_its_cell(tmp_path):
    tables = {"initiatives": "initiative_id,name,budget,spent\nI1,Portal,€100,€20\nI2,App,$50,10\nI3,Desk,CHF 7,\n"}
    assert currency_faults(tmp_path, tables, "EUR", ", signs: [$, €, CHF]") == [
        ("budget", 3, "'$50' is in $, and params/2025.yml says EUR.", "warning"),
        ("budget", 4, "'CHF 7' is in CHF, and params/2025.yml says EUR.", "warning"),
    ]


def test_a_heading_in_another_currency_or_in_thousands_is_told_once(tmp_path):
    tables = {
        "initiatives": "initiative_id,name,Budget (USD),Spent in kEUR\nI1,Portal,100,20\nI2,App,50,10\n",
    }
    mapped = ", columns: {budget: Budget (USD), spent: Spent in kEUR}"
    assert currency_faults(tmp_path, tables, "EUR", mapped) == [
        ("Budget (USD)", None, "the money under 'Budget (USD)' is in USD, and params/2025.yml says EUR.", "warning"),
        (
            "Spent in kEUR",
            None,
            "the heading 'Spent in kEUR' counts in units of 1,000, and the report tells single EUR.",
            "warning",
        ),
    ]


def test_progress_is_held_against_the_currency_too(tmp_path):
    tables = {
        "initiatives": "initiative_id,name,budget\nI1,Portal,100\n",
        "progress": "initiative_id,period,planned_value,earned_value,Cost (GBP)\nI1,2025-Q1,20,10,15\n",
    }
    mapped = ", columns: {actual_cost: Cost (GBP)}"
    small_desk(tmp_path, tables, currency="EUR")
    params = tmp_path / "params" / "2025.yml"
    params.write_text(params.read_text().replace("data/progress.csv", f"{{path: data/progress.csv{mapped}}}"))
    told = open_cycle("2025", workspace=tmp_path).intake.faults
    assert told["message"].tolist() == ["the money under 'Cost (GBP)' is in GBP, and params/2025.yml says EUR."]


def test_a_heading_as_programs_write_it_names_its_currency(tmp_path):
    tables = {"initiatives": "initiative_id,name,budget_usd\nI1,Portal,100\n"}
    told = currency_faults(tmp_path, tables, "EUR", ", columns: {budget: budget_usd}")
    assert [message for _, _, message, _ in told] == [
        "the money under 'budget_usd' is in USD, and params/2025.yml says EUR."
    ]


def test_headings_in_two_currencies_are_told_where_the_parameters_name_none(tmp_path):
    tables = {"initiatives": "initiative_id,name,Budget EUR,Spent USD\nI1,Portal,100,20\n"}
    assert currency_faults(tmp_path, tables, "", ", columns: {budget: Budget EUR, spent: Spent USD}") == [
        ("Spent USD", None, "the money under 'Spent USD' is in USD, and most money of this table in EUR.", "warning")
    ]


@pytest.mark.parametrize(
    ("currency", "heading", "cell"),
    [
        ("CAD", "Budget", "$100"),
        ("$", "Budget (AUD)", "100"),
        ("EUR", "Budget ALL YEARS", "€100"),
        ("EUR", "Budget (PMO)", "100"),
        ("JPY", "Budget", "¥100"),
        ("", "Budget in kEUR", "100"),
    ],
)
def test_a_sign_agrees_with_its_codes_and_words_are_no_currency(tmp_path, currency, heading, cell):
    tables = {"initiatives": f"initiative_id,name,{heading}\nI1,Portal,{cell}\n"}
    assert not currency_faults(tmp_path, tables, currency, f", columns: {{budget: {heading}}}, signs: [$, €, ¥]")


def test_one_currency_and_amounts_without_a_sign_are_no_fault(tmp_path):
    tables = {"initiatives": "initiative_id,name,budget,spent\nI1,Portal,€100,20\nI2,App,€50,€10\n"}
    faults = small_desk(tmp_path, tables, ", signs: [€]").intake.faults
    assert not faults["rule"].eq("unit-mismatch").any()


def test_pages_give_what_is_over_no_course_and_draw_nothing_that_was_called_off(tmp_path):
    tables = {
        "initiatives": "initiative_id,name,start,planned_finish,forecast_finish,budget,spent,percent_complete,status\n"
        "I1,Portal,2025-01-01,2025-06-30,2025-06-30,100,90,100,done\n"
        "I2,App,2025-01-01,2025-06-30,2026-06-30,100,90,20,stopped\n"
        "I3,Desk,2025-01-01,2026-06-30,2026-06-30,100,70,70,on track\n"
    }
    pages = small_desk(tmp_path, tables).initiatives
    assert pages.conclusion().text.replace("\u00a0", " ") == (
        "Of 3 initiatives, 2 are over. Of the others, 1 can go on as planned."
    )
    for word in ("Done", "Called off", "Continue"):
        assert pages.table()[0].html.count(f">{word}<") == 1 + (word == "Done")  # Done is the head of a column too
    drawn = pages.timeline()[0].data.set_index("Initiative")["Proposal"].to_dict()
    assert drawn == {"Portal": "", "Desk": "continue"}
    [table] = pages.figures_table()
    assert "App" not in table.html


def test_an_edition_holds_no_progress_of_an_initiative_that_it_may_not_see():
    sound = dict(open_cycle("2025", workspace=ROOT).review.sound)
    secret = sound["progress"].head(1).assign(initiative_id="I13")  # for the executive only
    sound["progress"] = pd.concat([sound["progress"], secret], ignore_index=True)
    assert "I13" in set(visible_tables(sound, ["executive"])["progress"]["initiative_id"])
    shown = set(visible_tables(sound, ["department"])["progress"]["initiative_id"])
    assert shown == {"I01", "I02", "I03", "I07", "I10"}


# proposals ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("row", "proposal", "rule"),
    [
        ({"forecast_cost": 109.0}, "continue", "on plan"),
        ({"forecast_cost": 110.0}, "adjust", "dearer than its budget"),
        (
            {"forecast_cost": 150.0, "forecast_finish": pd.Timestamp("2026-02-28")},
            "accelerate",
            "late, but still fits the strategy",
        ),
        (
            {
                "forecast_cost": 150.0, "forecast_finish": pd.Timestamp("2026-02-28"), "percent_complete": math.nan,
                "spent": math.nan, "planned_percent": math.nan,
            },
            "adjust",
            "late and dearer, and nobody says how much is done",
        ),
        (
            {"planned_finish": pd.NaT, "forecast_finish": pd.NaT, "percent_complete": math.nan, "spent": math.nan},
            "continue",
            "nothing to judge by",
        ),
        (
            {
                "planned_finish": pd.Timestamp("2025-06-30"), "forecast_finish": pd.Timestamp("2025-09-30"),
                "percent_complete": math.nan, "spent": math.nan,
            },
            "continue",
            "done",
        ),
    ],
)  # fmt: skip
def test_a_portfolio_with_budgets_and_dates_alone_gets_proposals_too(row, proposal, rule):
    found = reviewed(row)
    assert (found["proposal"], found["rule"]) == (proposal, rule)


@pytest.mark.parametrize(
    ("row", "slip", "proposal", "headline", "advice"),
    [
        (
            {"forecast_finish": pd.Timestamp("2026-03-31")},
            90,
            "accelerate",
            "Portal will finish 3 months late, in March 2026",
            "Accelerate: add the people or money that bring the finish forward from March 2026, or agree to that date.",
        ),
        (  # the day that was expected has passed, and the work has not ended
            {"planned_finish": pd.Timestamp("2025-06-30"), "forecast_finish": pd.Timestamp("2025-06-30"),
             "planned_percent": 100.0, "percent_complete": 95.0},
            184,
            "accelerate",
            "Portal was expected to finish in June 2025, and is not done 6 months after its planned finish",
            "Accelerate: add the people or money that finish it, and agree on a new day: June 2025 has passed.",
        ),
        (
            {"planned_finish": pd.Timestamp("2026-06-30"), "forecast_finish": pd.Timestamp("2026-06-30"),
             "planned_percent": 70.0},
            0,
            "accelerate",
            "Portal is 20 percentage points behind plan",
            "Accelerate: add the people or money that keep June 2026, or agree on a later finish.",
        ),
        (
            {"planned_finish": pd.Timestamp("2026-06-30"), "forecast_finish": pd.NaT, "planned_percent": 70.0},
            math.nan,
            "accelerate",
            "Portal is 20 percentage points behind plan",
            "Accelerate: add the people or money that bring it back to its plan, or agree on a later finish.",
        ),
    ],
)  # fmt: skip
def test_what_is_said_of_a_finish_fits_the_day_of_the_review(row, slip, proposal, headline, advice):
    found = reviewed(row)
    assert found["proposal"] == proposal
    assert found["slip_days"] == pytest.approx(slip, nan_ok=True)
    [finding] = initiatives_off_plan(evidence(initiatives(row)))
    assert (finding.headline, finding.recommendation) == (headline, advice)


@pytest.mark.parametrize("over", [{"status": "Completed"}, {"percent_complete": 100.0}, {"percent_complete": math.nan}])
def test_a_finish_that_has_passed_is_no_slip_where_the_work_is_over_or_nobody_says_how_much_is_left(over):
    past = {"planned_finish": pd.Timestamp("2025-06-30"), "forecast_finish": pd.Timestamp("2025-06-30")}
    assert reviewed({**past, **over})["slip_days"] == 0


def test_a_plan_that_people_decided_to_change_is_no_success():
    """Its KPIs do well, and the rules let it go on; people adjust it, and no page says: keep it going as planned."""
    told = open_cycle("2025", workspace=ROOT).review.evidence
    names = set(told.initiatives.set_index("initiative_id").index)
    told = replace(told, initiatives=told.initiatives.assign(decided=math.nan))
    found = {one.subject for one in initiatives_that_deliver(told)}
    assert "I01" in found <= names
    for column, value in (("decided", "adjust"), ("rule", "nothing to judge by"), ("rule", "called off")):
        changed = told.initiatives.assign(
            **{column: told.initiatives[column].astype(object).mask(told.initiatives["initiative_id"].eq("I01"), value)}
        )
        assert {one.subject for one in initiatives_that_deliver(replace(told, initiatives=changed))} == found - {"I01"}


@pytest.mark.parametrize("status", ["Stopped", "cancelled", "canceled", "abandoned "])
def test_nothing_is_asked_of_what_people_called_off(status):
    row = {"status": status, "fit": "lost", "spent": 90.0, "forecast_finish": pd.Timestamp("2026-12-31")}
    found = reviewed(row)
    assert (found["proposal"], found["rule"]) == ("continue", "called off")
    assert list(initiatives_off_plan(evidence(initiatives(row)))) == []
    assert balance(pd.DataFrame([found])).empty


def test_the_cycle_says_from_where_on_an_initiative_is_late():
    late = {"forecast_finish": pd.Timestamp("2026-02-28")}
    assert reviewed(late)["proposal"] == "accelerate"
    assert reviewed(late, rules=InitiativeRules.of(Initiatives(late_days=90)))["proposal"] == "continue"


@pytest.mark.parametrize(
    ("key", "value", "told"),
    [
        ("late_days", "0", "0 is not a number of days from 1 to 3660."),
        ("half_done", "120", "120 does not lie between 0 and 100 percent."),
        ("overspent", "10", "10 is not a share above 0."),
        ("late", "30", "there is no such key."),
    ],
)
def test_limits_that_cannot_be_are_refused(key, value, told):
    with pytest.raises(ValidationError) as refused:
        Initiatives.model_validate({key: value})
    [mistake] = mistakes_of(refused.value, Initiatives, {})
    assert (mistake.key, mistake.message) == (key, told)


# what people decided --------------------------------------------------------------------------------------------------


def test_a_finding_tells_the_decision_and_advises_nothing_else():
    review = open_cycle("2025", workspace=ROOT).review
    found = review.findings
    settled = found[found["settled"] & found["state"].ne("resolved")]
    assert set(settled["subject"]) == {"I03", "I10", "uptime"}
    # decided or not, a story keeps its place by what it costs: 8.7 and 5.2 points, 3.4, and 2.4 as the last of them
    places = found.set_index("finding_id")["rank"]
    course = [places[f"initiative-off-plan:{name}"] for name in ("I02", "I03", "I07", "I10")]
    assert course == sorted(course)
    ar = settled.set_index("subject").loc["I10", "recommendation"]
    assert ar.startswith("Decided: adjust. Priya Raman, Chief Digital Officer: Against the proposal to stop")
    assert "Stop:" not in ar
    desk = open_cycle("2025", workspace=ROOT)
    [asked, note] = desk.report.decisions_asked()
    assert "Augmented-reality" not in asked.text
    assert "adjust Augmented-reality shelf planner (Priya Raman, Chief Digital Officer)" in note.text
    assert "Adjust, decided" in desk.initiatives.table()[0].html
    assert "Stop" not in desk.initiatives.table()[0].text


def test_what_changes_course_is_told_with_who_decided_it_and_what_goes_on_by_name_alone():
    rows = initiatives(
        {"name": "Cloud, wave 2", "decided": "continue", "decided_because": "Eva, CTO: it works"},
        {"name": "ERP", "decided": "accelerate", "decided_because": "Tom, CIO: more people"},
        {"name": "Portal", "decided": None, "decided_because": None},
    )
    assert decided_note(rows) == "Decided already: accelerate ERP (Tom, CIO). These go on: Cloud, wave 2."
    assert decided_note(rows.head(1)) == "Decided already: these go on: Cloud, wave 2."
    assert not decided_note(rows.tail(1))


def test_the_conclusion_counts_what_waits_apart_from_what_is_decided():
    rows = pd.DataFrame({"proposal": ["continue", "stop", "adjust"], "decided": [None, "adjust", None]})
    assert initiatives_lead(rows) == (
        "Of 3 initiatives, 1 can go on as planned; the rules propose to adjust 1. Decided already: to adjust 1, "
        "against the proposal."
    )


# benefits -------------------------------------------------------------------------------------------------------------


def points(kpi_id, values, marks=None, first="2024-01"):
    months = pd.period_range(first, periods=len(values), freq="M")
    return pd.DataFrame(
        {
            "kpi_id": kpi_id,
            "period_start": months.start_time.normalize(),
            "period_end": months.end_time.normalize(),
            "adjusted": values,
            "signal": marks or ["common cause"] * len(values),
        }
    )


def kpis(direction="higher"):
    return pd.DataFrame(
        {"kpi_id": ["a"], "name": ["Speed"], "unit": ["days"], "decimals": [1.0], "direction": [direction]}
    )


FINISHED = {"percent_complete": 100.0, "planned_finish": pd.Timestamp("2025-04-30")} | {
    "forecast_finish": pd.Timestamp("2025-04-30")
}


def test_a_benefit_is_the_year_before_the_start_against_the_months_since_the_finish():
    values = [10.0] * 12 + [99.0] * 4 + [8.0] * 8  # while it ran nothing counts
    [row] = benefits(
        initiatives(FINISHED), kpis("lower"), points("a", values, ["common cause"] * 23 + ["improvement"]), YEAR_END
    ).to_dict("records")
    assert (row["before"], row["after"], row["change"], row["n_before"], row["n_after"]) == (10.0, 8.0, -2.0, 12, 8)
    assert (row["phase"], row["since"], row["verdict"]) == (
        "since it finished",
        pd.Timestamp("2025-05-01"),
        "better, a signal",
    )
    assert row["better"]


@pytest.mark.parametrize(
    ("after", "mark", "verdict"),
    [
        (12.0, "improvement", "better, a signal"),
        (12.0, "common cause", "no more than noise"),
        (8.0, "concern", "worse, a signal"),
        (8.0, "improvement", "no more than noise"),  # the mark and the mean disagree
    ],
)
def test_a_change_is_a_signal_only_where_mark_and_mean_agree(after, mark, verdict):
    values = points("a", [10.0] * 16 + [after] * 8, ["common cause"] * 23 + [mark])
    assert benefits(initiatives(FINISHED), kpis(), values, YEAR_END)["verdict"].item() == verdict


def test_a_running_initiative_is_told_since_its_start_and_too_few_values_tell_nothing():
    table = benefits(initiatives({"kpi_ids": "a;b"}), kpis(), points("a", [10.0] * 14), YEAR_END)
    assert table["phase"].unique().tolist() == ["since it started"]
    assert table["verdict"].unique().tolist() == ["too few values to tell"]
    assert table["change"].isna().all()
    assert benefits(initiatives({"start": pd.Timestamp("2026-02-01")}), kpis(), points("a", [1.0]), YEAR_END).empty


def test_a_benefit_is_missed_only_of_what_finished_long_ago_and_moved_nothing():
    still = points("a", [10.0] * 24)
    table = benefits(initiatives(FINISHED), kpis(), still, YEAR_END)
    [missed] = benefit_not_showing(table, YEAR_END).to_dict("records")
    assert (missed["initiative_id"], missed["n_kpis"], missed["kpi_id"]) == ("I1", 1, "a")
    assert benefit_not_showing(table, date(2025, 10, 30)).empty  # not yet half a year ago
    better = points("a", [10.0] * 16 + [12.0] * 8, ["common cause"] * 23 + ["improvement"])
    assert benefit_not_showing(benefits(initiatives(FINISHED), kpis(), better, YEAR_END), YEAR_END).empty


def test_a_benefit_that_does_not_show_is_a_finding_and_the_example_has_none():
    review = open_cycle("2025", workspace=ROOT).review
    assert not review.found["rule"].eq("benefit-not-showing").any()

    told = benefits(initiatives(FINISHED), kpis(), points("a", [10.0] * 24), YEAR_END)
    [found] = benefits_not_showing(evidence(initiatives(FINISHED), benefits=told))
    assert found.headline == "Portal is finished, and no KPI that it serves got better by a signal"
    assert found.evidence == (
        "Speed: 10.0\u00a0days on average in the year before the start, 10.0\u00a0days since May 2025, "
        "no more than noise."
    )


def test_the_mean_of_a_kpi_that_adds_up_says_of_which_periods_it_is():
    told = benefits(initiatives(FINISHED), kpis(), points("a", [10.0] * 24), YEAR_END)
    plain = evidence(initiatives(FINISHED), benefits=told)
    summed = replace(
        plain,
        scores=pd.DataFrame(
            {"kpi_id": ["a"], "weight": 1.0, "objective_id": "O1", "status": "on target", "period_months": 1}
        ),
        kpis=plain.kpis.assign(aggregate="sum"),
    )
    [found] = benefits_not_showing(summed)
    assert found.evidence.startswith("Speed: 10.0\u00a0days a month on average in the year before the start")


@pytest.mark.parametrize(
    ("verdicts", "told"),
    [
        (["too few values to tell"], "Of the KPI that initiatives are to move too few values came to tell."),
        (["too few values to tell"] * 2, "Of all 2 KPIs that initiatives are to move too few values came to tell."),
        (
            ["no more than noise"],
            "Of 1 KPI that initiatives are to move, none is better than before by a signal and none worse.",
        ),
        (
            ["better, a signal", "worse, a signal", "too few values to tell"],
            (
                "Of 3 KPIs that initiatives are to move, 1 is better than before by a signal and 1 worse; of 1 too few "
                "values came to tell."
            ),
        ),
    ],
)
def test_the_conclusion_on_benefits_counts_kpis(verdicts, told):
    rows = pd.DataFrame({"kpi_id": [f"k{at}" for at in range(len(verdicts))], "verdict": verdicts})
    assert benefits_lead(rows).replace("\u00a0", " ") == told


# what moves -----------------------------------------------------------------------------------------------------------


def test_what_moves_is_worked_by_hand():
    rows = review_initiatives(
        initiatives(
            {"initiative_id": "S", "fit": "lost", "spent": 80.0, "forecast_finish": pd.Timestamp("2026-06-30"),
             "people": 4.0},
            {"initiative_id": "A", "fit": "lost", "forecast_cost": 90.0, "people": 6.0},
            {"initiative_id": "F", "forecast_finish": pd.Timestamp("2026-06-30"), "forecast_cost": 145.0,
             "people": 10.0, "percent_complete": 50.0, "planned_percent": 50.0},
            {"initiative_id": "C"},
        ),
        YEAR_END,
    )  # fmt: skip
    assert rows["proposal"].tolist() == ["stop", "adjust", "accelerate", "continue"]
    table = balance(rows).set_index("initiative_id")
    assert table["frees"].to_dict() == {"S": 20, "A": 10, "F": 0}
    assert table["needs"].to_dict() == {"S": 0, "A": 0, "F": 45}
    # a fifth of what A has not spent; of F half of the work in all of its time: twice the people
    assert table["people_frees"].to_dict() == {"S": 4, "A": 1, "F": 0}
    assert table["people_needs"].to_dict() == {"S": 0, "A": 0, "F": 10}
    moves = reallocation(balance(rows))
    assert moves[["from_id", "to_id", "money", "people"]].to_numpy().tolist() == [
        ["S", "F", 20, 4],
        ["A", "F", 10, 1],
        ["new", "F", 15, 5],
    ]
    assert reallocation_lead(balance(rows), moves) == (
        "What is proposed and decided frees 30 and needs 45: 15 would be new money, and 5 more people."
    )
    assert reallocation_lead(balance(rows), moves, "EUR").replace("\u202f", " ") == (
        "What is proposed and decided frees EUR 30 and needs EUR 45: EUR 15 would be new money, and 5 more people."
    )


def test_people_follow_what_the_owner_planned_where_the_plan_is_a_straight_line():
    """Begun in September 2025, 15 % planned by now and 12 % done: 15 / 12 of 8 people, and not those of the line."""
    late = {
        "start": pd.Timestamp("2025-09-01"), "planned_finish": pd.Timestamp("2026-12-31"), "planned_percent": 15.0,
        "forecast_finish": pd.Timestamp("2027-03-31"), "percent_complete": 12.0, "spent": 12.0, "people": 8.0,
    }  # fmt: skip
    rows = review_initiatives(initiatives(late), YEAR_END)
    assert rows["proposal"].tolist() == ["accelerate"]
    assert rows["spi_t"].iloc[0] < 0.5
    assert balance(rows)["people_needs"].tolist() == [2]


def test_what_is_spent_is_not_freed_again_and_people_leave_where_only_money_is_unknown():
    rows = review_initiatives(
        initiatives(
            {"initiative_id": "A", "fit": "lost", "spent": 90.0, "forecast_cost": 80.0, "people": 10.0},
            {"initiative_id": "S", "budget": math.nan, "people": 4.0},
        ),
        YEAR_END,
    ).assign(decided=["adjust", "stop"])
    found = balance(rows).set_index("initiative_id")
    assert found[["frees", "people_frees"]].to_numpy().tolist() == [[10, 10], [0, 4]]
    assert found["known"].tolist() == [True, False]


@pytest.mark.parametrize(
    ("moved", "told"),
    [
        ({"needs": 2_900_000.0, "people_needs": 27.0}, "It needs 2.9 m beyond its budget and 27 more people."),
        ({"needs": 20_000.0, "people_needs": 1.0}, "It needs 20 k beyond its budget and 1 more person."),
        ({"people_needs": 2.0}, "It needs 2 more people."),
        ({"frees": 90_000.0, "people_frees": 1.0}, "It frees 90 k and 1 person."),
        ({"needs": 1_000.0, "people_frees": 3.0}, "It needs 1 k beyond its budget."),
        ({}, ""),
    ],
)
def test_what_an_initiative_needs_or_frees_is_told_in_one_breath(moved, told):
    row = {"needs": 0.0, "frees": 0.0, "people_needs": 0.0, "people_frees": 0.0, **moved}
    assert resources_told(row).replace("\u202f", " ") == told


def test_money_is_told_in_the_currency_of_the_parameters():
    row = {"needs": 2_900_000.0, "frees": 0.0, "people_needs": 2.0, "people_frees": 0.0}
    assert (
        resources_told(row, "EUR").replace("\u202f", " ") == "It needs EUR 2.9 m beyond its budget and 2 more people."
    )
    frees = {"needs": 0.0, "frees": 90_000.0, "people_needs": 0.0, "people_frees": 0.0}
    assert resources_told(frees, "$").replace("\u202f", " ") == "It frees $90 k."


def test_cost_spending_tables_and_charts_tell_the_currency(tmp_path):
    """Half of the work is done for 60 of a budget of 100: at this cost the whole costs 120."""
    rows = "I1,Portal,O1,2025-01-01,2025-12-31,2026-06-30,100,60,100,50,110\n"
    head = "initiative_id,name,objective_id,start,planned_finish,forecast_finish,budget,spent,planned_percent"
    tables = {
        "initiatives": f"{head},percent_complete,forecast_cost\n{rows}",
        "progress": "initiative_id,period,planned_value,earned_value,actual_cost\nI1,2025,100,50,60\n",
    }
    desk = small_desk(tmp_path, tables, currency="EUR")
    row = desk.review.initiatives.iloc[0]
    assert "it costs EUR 120 instead of EUR 100" in row["why"].replace("\u202f", " ")
    found = desk.review.findings.set_index("rule")["evidence"]
    assert "EUR 60 has been spent on it." in found["initiative-without-kpi"].replace("\u202f", " ")
    [chart] = desk.initiatives.quadrant()
    assert chart.data["Budget, EUR"].tolist() == ["100"]
    told, table = desk.initiatives.figures_table()
    assert "costs EUR 120 and not EUR 110" in told.text.replace("\u202f", " ")
    assert "| Budget, EUR |" in table.text
    assert "| Cost at this rate, EUR | Expected cost, EUR |" in table.text
    told, table = desk.initiatives.reallocation_table()
    assert told.text.replace("\u202f", " ").startswith("What is proposed and decided needs EUR 10, all of it new money")
    assert "| Money, EUR" in table.text


def test_a_decision_counts_in_the_place_of_the_proposal():
    rows = review_initiatives(
        initiatives({"fit": "lost", "spent": 80.0, "forecast_finish": pd.Timestamp("2026-06-30")}), YEAR_END
    )
    assert balance(rows)["course"].tolist() == ["stop"]
    assert balance(rows.assign(decided="continue")).empty
    assert balance(rows.assign(decided="adjust", forecast_cost=100.0))[["course", "frees"]].values.tolist() == [
        ["adjust", 0]
    ]


AMOUNT = st.one_of(st.just(0.0), st.floats(0.0, 1e9))


@given(
    st.lists(st.tuples(st.sampled_from(["stop", "adjust", "accelerate"]), AMOUNT, AMOUNT, AMOUNT, AMOUNT), max_size=8)
)
def test_moves_settle_every_need_to_the_unit_and_name_what_is_new(told):
    rows = pd.DataFrame(
        {
            "initiative_id": [f"I{place}" for place in range(len(told))],
            "name": "x",
            "proposal": pd.Series([one[0] for one in told], dtype="str"),
            **{name: [one[at] for one in told] for at, name in enumerate(("budget", "spent", "forecast_cost"), 1)},
            "eac": math.nan,
            "people": [one[4] % 50 for one in told],
            "spi_t": 0.7,
            "evm_source": BY_PERIOD,
            **dict.fromkeys(("spi", "months_passed", "planned_months"), math.nan),
        }
    )
    table = balance(rows)
    moves = reallocation(table)
    for amount, freed, needed in (("money", "frees", "needs"), ("people", "people_frees", "people_needs")):
        assert moves.groupby("from_id")[amount].sum().drop(["new"], errors="ignore").to_dict() == pytest.approx(
            table.set_index("initiative_id")[freed].loc[lambda values: values.index.isin(moves["from_id"])].to_dict()
        )
        into = moves.groupby("to_id")[amount].sum().drop(["free"], errors="ignore")
        assert into.sum() == table[needed].sum()
        new, left = (
            moves.loc[moves[end].eq(word), amount].sum() for end, word in (("from_id", "new"), ("to_id", "free"))
        )
        assert new - left == table[needed].sum() - table[freed].sum()
        assert not (new and left)
        assert moves[amount].mod(1).eq(0).all()


def test_the_example_tells_where_cost_and_pace_lead_elsewhere_than_expected():
    review = open_cycle("2025", workspace=ROOT).review
    assert earned_value_lead(review.initiatives, review.initiative_rules).replace("\u202f", " ") == (
        "At the cost and pace of the work so far, ERP upgrade costs EUR 27.3 m and not EUR 21.4 m and ends in "
        "December 2026 and not in June 2026 as expected. 1 more heads the same way."
    )
    assert review.reallocation["money"].sum() == 3_620_000 == review.balance["needs"].sum()
    quarter = open_cycle("2025-Q3", workspace=ROOT).review.initiatives.set_index("initiative_id")
    assert quarter.loc["I02", ["planned_value", "earned_value", "actual_cost"]].tolist() == [17.2e6, 10.5e6, 14.8e6]


# Canada's list --------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def canada():
    return open_cycle("canada-it-2022", workspace=ROOT)


def test_where_no_kpi_has_an_owner_its_owner_is_not_asked(canada):
    asked = repr(canada.report.decisions_asked())
    assert "Agree 6 targets for the next cycle (The owners of the strategy, 30 May 2022)" in asked


def test_a_slide_without_anything_to_decide_shows_no_table(canada):
    assert canada.objectives.open_table() == []  # the conclusion says that all objectives stay
    assert len(canada.risks.conclusion().html.split("lead-all")) == 2  # and of risks there are none


def test_every_status_of_the_publisher_is_reproduced(canada):
    published = pd.read_csv(CANADA / "gc-it-projects-combined.csv", dtype=str).set_index("uniqueId")["estimatedStatus"]
    found = canada.review.initiatives.set_index("initiative_id")["standing"]
    assert found.to_dict() == published.to_dict()
    assert by_standing(canada.review.initiatives).set_index("standing")["projects"].to_dict() == {
        "completed": 508, "new": 348, "behind schedule": 112, "unknown (no dates specified)": 60,
        "completed (behind schedule)": 53, "unknown (past due)": 30, "on schedule": 6, "ahead of schedule": 5,
        "completed (ahead of schedule)": 4,
    }  # fmt: skip


def test_canada_is_read_by_mapping_alone_without_a_fault(canada):
    assert canada.intake.faults.empty
    assert canada.intake.reconciliation.set_index("table").loc["initiatives", ["read", "used"]].tolist() == [1126, 1126]


def test_the_figures_of_canada_are_what_the_command_in_its_readme_makes(tmp_path, monkeypatch):
    code = re.search(r"```python\n(.*?)```", (CANADA / "README.md").read_text(encoding="utf-8"), re.DOTALL)[1]
    folder = tmp_path / "data" / "canada_it_projects"
    folder.mkdir(parents=True)
    for file in CANADA.glob("gc-it-projects-*.csv"):
        (folder / file.name).write_bytes(file.read_bytes())
    monkeypatch.chdir(tmp_path)
    exec(code, {})  # noqa: S102 - the block of our own page
    assert (folder / "actuals.csv").read_text() == (CANADA / "actuals.csv").read_text()


def test_of_very_many_projects_pages_show_the_first_and_name_the_rest(canada):
    assert canada.initiatives.table()[0].n_rows == 20
    assert "1\u202f106 more are in the table of initiatives" in canada.initiatives.table()[0].html
    assert canada.initiatives.quadrant() == []
    [_, standings, departments] = canada.initiatives.standing_tables()
    assert (standings.n_rows, departments.n_rows) == (9, 15)
    off_plan = canada.review.found[canada.review.found["rule"].str.startswith("initiative")]
    assert off_plan["rule"].value_counts().to_dict() == {"initiative-late": 12, "initiatives-off-plan": 1}
    assert off_plan["headline"].iloc[0] == "107 of 471 initiatives under way are off plan"
    assert canada.initiatives.conclusion().text.startswith(
        "Of 1\u202f126 initiatives, 565 are over and 90 give nothing"
    )


@pytest.mark.parametrize(
    ("planned", "forecast", "told", "word"),
    [
        (None, None, (None, None), Standing.NO_DATES),
        ("2022-04-29", "2022-04-29", ("2019", "2019"), Standing.COMPLETED),
        ("2022-04-30", "2022-04-30", ("2022", "2022"), Standing.NEW),  # the day itself is not over
        ("2021-04-29", "2022-04-29", ("2019", "2022"), Standing.COMPLETED_BEHIND),
        ("2022-04-29", "2021-04-29", ("2019", "2022"), Standing.COMPLETED_AHEAD),
        ("2023-04-29", "2024-04-29", ("2016", "2019"), Standing.PAST_DUE),
        ("2023-04-29", "2024-04-29", ("2016", "2022"), Standing.BEHIND),
        ("2024-04-29", "2023-04-29", ("2016", "2022"), Standing.AHEAD),
        ("2024-04-29", "2024-04-29", ("2019", "2022"), Standing.ON_SCHEDULE),
    ],
)
def test_standing_follows_from_dates_and_the_lists_that_told_them(planned, forecast, told, word):
    days = pd.to_datetime(pd.Series([planned, "2030-01-01"])), pd.to_datetime(pd.Series([forecast, "2030-01-01"]))
    lists = pd.Series([told[0], "2022"], dtype="str"), pd.Series([told[1], "2022"], dtype="str")
    assert standing(*days, date(2022, 4, 30), *lists)[0] == word


def test_departments_are_ordered_by_how_many_of_their_projects_are_behind():
    late = {"forecast_finish": pd.Timestamp("2026-02-28"), "forecast_cost": 120.0}
    rows = review_initiatives(initiatives({"department": "A"}, {"department": "B", **late}), YEAR_END)
    table = by_department(rows)
    assert table["department"].tolist() == ["B", "A"]
    assert table["behind"].tolist() == [1, 0]
    assert table["growth"].iloc[0] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("row", "rule", "headline"),
    [
        # 29 days are on time by the limit of 30, 30 are not; so with 9 and 10 points behind the plan
        ({"forecast_finish": pd.Timestamp("2026-01-29"), "spent": 61.0}, "initiative-overspent", "late"),
        ({"forecast_finish": pd.Timestamp("2026-01-30")}, "initiative-late", "will finish 1 month late"),
        ({"planned_percent": 60.0}, "initiative-late", "is 10 percentage points behind plan"),
        ({"planned_percent": 59.0, "spent": 60.0}, "initiative-overspent", "and spends ahead of its work"),
        ({"forecast_cost": 110.0}, "initiative-overspent", "and is to cost 10 % more than budgeted"),
        ({"spent": 60.0, "planned_percent": 60.0}, "initiative-late", "and spends ahead of its work"),  # both are told
        ({"fit": "lost"}, "initiative-unfit", "no longer fits the strategy as planned"),
        ({"fit": "lost", "planned_percent": 60.0, "spent": 60.0}, "initiative-unfit", "behind plan"),
    ],
)
def test_an_initiative_off_plan_is_one_finding_by_the_first_rule_that_holds(row, rule, headline):
    [one] = initiatives_off_plan(evidence(initiatives(row)))
    assert one.rule == rule
    assert headline in one.headline.replace("\u00a0", " ").replace("\u202f", " ")


def test_of_very_many_initiatives_off_plan_the_rest_are_one_finding():
    late = {"forecast_finish": pd.Timestamp("2026-06-30"), "kpi_ids": ""}
    rows = initiatives(*({"initiative_id": f"I{number}", **late} for number in range(14)))
    found = list(initiatives_off_plan(evidence(rows)))
    assert [one.rule for one in found] == ["initiative-late"] * 12 + ["initiatives-off-plan"]
    assert found[-1].headline == "14 of 14 initiatives under way are off plan"
    assert found[-1].recommendation == "The rules propose to accelerate 14; the table of initiatives names each."
    assert found[0].weight == pytest.approx(12 / 14)
