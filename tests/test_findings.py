from datetime import date

import numpy as np
import pandas as pd
import pytest
from tables import kpi_table, monthly, no_targets

from review_kit.findings import Evidence, compare_with_last, find, strategy_weights
from review_kit.findings.evidence import movement, promised, promised_beside, shortfall_words
from review_kit.initiatives import review_initiatives
from review_kit.risks import review_risks
from review_kit.scoring import ScoringRules, period_targets, score_kpis, whole_series
from review_kit.signals import RULE_SETS, process_behaviour
from review_kit.smart import lint

OBJECTIVES = pd.DataFrame({
    "objective_id": ["O1", "O2"], "name": ["Serve better", "Spend wisely"], "perspective": ["P", "P"],
    "weight": [3.0, 1.0], "owner": ["Head of O1", np.nan], "status": ["active", "active"],
})  # fmt: skip


def typed(blank, rows):
    """As intake hands it over: the right kind of column also where there is no row."""
    return pd.DataFrame([{**blank, **row} for row in rows] or [blank]).head(len(rows))


def initiatives(*rows):
    blank = {
        "initiative_id": "I1", "name": "Portal", "objective_id": "O1", "kpi_ids": "a", "owner": "Head",
        "start": pd.Timestamp("2025-01-01"), "planned_finish": pd.Timestamp("2025-12-31"),
        "forecast_finish": pd.Timestamp("2025-12-31"), "budget": 100.0, "spent": 50.0, "planned_percent": 50.0,
        "percent_complete": 50.0, "fit": "keep", "status": "on track",
    }  # fmt: skip
    return typed(blank, rows)


def risks(*rows):
    blank = {
        "risk_id": "R1", "title": "People leave", "kind": "risk", "objective_id": "O1", "initiative_id": "I1",
        "owner": "Head", "likelihood": 3.0, "impact": 4.0, "previous_likelihood": 3.0, "previous_impact": 4.0,
        "target_likelihood": 2.0, "target_impact": 2.0, "response": "Second person", "due": pd.Timestamp("2026-03-31"),
        "status": "open",
    }  # fmt: skip
    return typed(blank, rows)


def people(*rows):
    table = pd.DataFrame(rows, columns=["stakeholder_id", "name", "audience", "influence"])
    return table.assign(engagement_now="neutral", engagement_wanted="supportive")


def found(kpis, measures, checkpoint, **tables):
    scores = score_kpis(measures, kpis, no_targets(), checkpoint, ScoringRules())
    series = whole_series(measures, kpis)
    goals = period_targets(kpis, series)["target"]
    readings = process_behaviour(series, kpis.assign(period_target=kpis["kpi_id"].map(goals)), RULE_SETS["nhs_r"])[1]
    scores = scores.merge(readings, on="kpi_id").assign(p_meet=tables.pop("p_meet", np.nan), forecast=90.0)
    evidence = Evidence(
        as_of=checkpoint.as_of,
        year_is_over=checkpoint.as_of == checkpoint.calendar.end,
        scores=scores,
        kpis=kpis,
        objectives=tables.get("objectives", OBJECTIVES),
        initiatives=review_initiatives(tables.get("initiatives", initiatives()), checkpoint.as_of),
        risks=review_risks(tables.get("risks", risks()), checkpoint.as_of),
        stakeholders=tables.get("stakeholders", people()),
        engagements=tables.get("engagements", pd.DataFrame({"stakeholder_id": [], "attended": []})),
        feedback=tables.get("feedback", pd.DataFrame({"stakeholder_id": [], "status": []})),
        lessons=pd.DataFrame(),
        smart=lint(kpis, scores.set_index("kpi_id")["n_periods"]),
    )
    return find(evidence)


TWO = ({"kpi_id": "a", "name": "Alpha"}, {"kpi_id": "b", "name": "Beta", "objective_id": "O2"})
NOISE = [88, 92, 89, 91, 90, 88, 92, 89, 91, 90, 89, 91]


def both(a, b, *kpis):
    return kpi_table(*(kpis or TWO)), pd.concat([monthly("a", a), monthly("b", b)], ignore_index=True)


def rules_of(table):
    return set(zip(table["rule"], table["subject"], strict=True))


def test_the_strategys_weight_is_split_by_objective_and_then_by_kpi():
    kpis = kpi_table(
        {"kpi_id": "a", "weight": 1.0}, {"kpi_id": "b", "weight": 3.0}, {"kpi_id": "c", "objective_id": "O2"}
    )
    shares = strategy_weights(kpis, OBJECTIVES)
    assert shares.to_dict() == {"a": 0.1875, "b": 0.5625, "c": 0.25}


def test_a_missed_target_costs_its_weight_times_what_was_lost(year_2025):
    table = found(*both([90.0] * 12, [120.0] * 12), year_2025)
    missed = table[table["rule"].eq("target-missed")].iloc[0]
    assert missed["cost"] == pytest.approx(100 * 0.75 * 0.5)
    assert missed["headline"].replace("\u00a0", " ") == "Alpha stood at 90 units, short of the 100 promised"
    assert (missed["severity"], missed["finding_id"], missed["rank"]) == ("high", "target-missed:a", 1)


def test_a_miss_that_is_routine_asks_for_a_better_process_and_not_for_an_explanation(year_2025):
    table = found(*both(NOISE, [120.0] * 12), year_2025)
    missed = table[table["subject"].eq("a")].iloc[0]
    assert "no single month asks for an explanation" in missed["evidence"]
    assert missed["recommendation"].startswith("Change the process")


def test_a_kpi_on_target_with_an_adverse_signal_is_drifting_and_no_success(year_2025):
    falling = [*[130, 131, 129, 130, 131], *[112, 111, 110, 109, 108, 107, 106]]
    table = found(*both(falling, [120.0] * 12), year_2025)
    assert ("drifting", "a") in rules_of(table)
    assert ("target-met", "a") not in rules_of(table)


def test_a_target_beyond_what_the_measure_can_be_is_called_impossible_and_not_missed(year_2025):
    kpis = (
        {"kpi_id": "a", "name": "Uptime", "unit": "%", "target": 108.9, "upper_bound": 100.0, "decimals": 1.0},
        TWO[1],
    )
    table = found(*both([99.0] * 12, [120.0] * 12, *kpis), year_2025)
    assert ("impossible-target", "a") in rules_of(table)
    assert ("target-missed", "a") not in rules_of(table)
    headline = table.loc[table["subject"].eq("a"), "headline"].iloc[0]
    assert headline.replace("\u202f", " ") == (
        "Uptime: the target of 108.9 % cannot be reached, since 100.0 % is the most there can be"
    )


def test_a_kpi_whose_figures_stopped_is_weak_data_and_one_that_never_came_too(year_2025):
    table = found(*both([110.0] * 7, []), year_2025)
    headlines = table.set_index("subject")["headline"].to_dict()
    assert headlines["a"] == "Alpha: the last value is that of July 2025"
    assert headlines["b"] == "Beta: none of 12 values came"


def test_one_missing_target_is_named_and_many_are_one_finding(year_2025):
    few = found(*both([90.0] * 12, [90.0] * 12, {"kpi_id": "a", "target": np.nan}, TWO[1]), year_2025)
    assert ("no-target", "a") in rules_of(few)
    ids = [f"k{number}" for number in range(12)]
    kpis = kpi_table(*({"kpi_id": name, "target": np.nan} for name in ids))
    measures = pd.concat([monthly(name, [1.0] * 12) for name in ids], ignore_index=True)
    many = found(kpis, measures, year_2025)
    assert sorted(many["rule"]) == ["no-target", "objective-without-kpi"]
    assert many.loc[many["rule"].eq("no-target"), "headline"].item() == "12 of 12 KPIs have no target"


def test_before_the_year_end_a_kpi_that_will_probably_miss_is_told_in_time(third_quarter, year_2025):
    told = found(*both([120.0] * 9, [120.0] * 9), third_quarter, p_meet=0.3)
    assert ("unlikely", "a") in rules_of(told)
    over = found(*both([120.0] * 12, [120.0] * 12), year_2025, p_meet=0.3)
    assert "unlikely" not in set(over["rule"])


@pytest.mark.parametrize(
    ("row", "proposal", "rule"),
    [
        ({}, "continue", "on plan"),
        ({"percent_complete": 100.0, "fit": "lost"}, "continue", "done"),
        ({"forecast_finish": pd.Timestamp("2026-01-30")}, "accelerate", "late, fit kept"),
        ({"forecast_finish": pd.Timestamp("2026-01-29")}, "continue", "on plan"),
        ({"planned_percent": 60.0}, "accelerate", "late, fit kept"),
        ({"spent": 60.0}, "adjust", "spent ahead of the work"),
        ({"spent": 59.0}, "continue", "on plan"),
        ({"fit": "lost"}, "adjust", "fit lost"),
        (
            {"planned_percent": 60.0, "percent_complete": 40.0},
            "adjust",
            "late and overspent with less than half of the work done",
        ),
        ({"fit": "lost", "planned_percent": 60.0, "spent": 60.0}, "stop", "fit lost, late and overspent"),
    ],
)
def test_the_first_rule_that_holds_proposes_what_to_do_with_an_initiative(row, proposal, rule):
    got = review_initiatives(initiatives(row), date(2025, 6, 30)).iloc[0]
    assert (got["proposal"], got["rule"]) == (proposal, rule)


def test_a_plan_without_milestones_is_held_against_the_calendar():
    got = review_initiatives(initiatives({"planned_percent": np.nan}), date(2025, 7, 2)).iloc[0]
    assert got["planned_percent"] == 50.0  # 182 of 364 days
    assert got["why"].replace("\u202f", " ") == (
        "50 % of the work is done against 50 % planned and 50 % of the budget is spent."
    )


def test_a_late_initiative_says_by_how_much_and_which_benefit_is_missing(year_2025):
    late = initiatives(
        {"forecast_finish": pd.Timestamp("2026-06-30"), "percent_complete": 80.0, "planned_percent": 100.0}
    )
    table = found(*both([90.0] * 12, [120.0] * 12), year_2025, initiatives=late)
    row = table[table["subject"].eq("I1")].iloc[0]
    assert row["headline"] == "Portal will finish 6 months late, in June 2026"
    assert "It serves Alpha, which stood at 90 units, short of the 100 promised." in row["evidence"].replace(
        "\u00a0", " "
    )
    assert row["recommendation"].startswith("Accelerate")


@pytest.mark.parametrize(
    ("row", "severity"),
    [
        ({"likelihood": 5.0}, "high"),  # 20 of 25, rose from 12
        ({"likelihood": 4.0, "previous_likelihood": 3.0, "impact": 3.0}, None),  # 12, did not rise
        ({"likelihood": 4.0, "previous_likelihood": 2.0, "impact": 3.0, "previous_impact": 3.0}, "medium"),  # 6 to 12
        ({"due": pd.Timestamp("2025-10-31")}, "medium"),
        ({"due": pd.Timestamp("2025-10-31"), "status": "closed"}, None),
    ],
)
def test_a_risk_is_a_finding_when_it_is_critical_rose_high_or_its_response_is_overdue(year_2025, row, severity):
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, risks=risks(row))
    got = table.loc[table["subject"].eq("R1"), "severity"].tolist()
    assert got == ([severity] if severity else [])


def test_an_objective_that_nothing_measures_is_a_finding_unless_it_is_retired(year_2025):
    kpis, measures = kpi_table({"kpi_id": "a"}), monthly("a", [120.0] * 12)
    assert ("objective-without-kpi", "O2") in rules_of(found(kpis, measures, year_2025))
    retired = OBJECTIVES.assign(status=["active", "retired"])
    assert "objective-without-kpi" not in set(found(kpis, measures, year_2025, objectives=retired)["rule"])


def test_an_audience_is_not_reached_when_its_influence_was_not_however_many_came(year_2025):
    who = people(("S1", "Chief", "executive", 8.0), ("S2", "Aide", "executive", 1.0), ("S3", "Clerk", "executive", 1.0))
    came = pd.DataFrame(
        {"stakeholder_id": ["S2", "S3", "S1"], "attended": pd.array([True, None, False], dtype="boolean")}
    )
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, stakeholders=who, engagements=came)
    row = table[table["rule"].eq("audience-not-reached")].iloc[0]
    assert (
        row["headline"].replace("\u202f", " ") == "The review reached 20 % of the influence in the executive audience"
    )
    assert row["evidence"] == "2 of 3 stakeholders attended."


def test_feedback_that_waits_for_an_answer_is_a_finding(year_2025):
    who = people(("S1", "Chief", "it", 1.0))
    said = pd.DataFrame({"stakeholder_id": ["S1"] * 4, "status": ["open", "open", "answered", "declined"]})
    came = pd.DataFrame({"stakeholder_id": ["S1"], "attended": pd.array([True], dtype="boolean")})
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, stakeholders=who, engagements=came, feedback=said)
    assert table.loc[table["rule"].eq("feedback-unanswered"), "headline"].item() == (
        "2 of 4 replies from the IT audience still wait for an answer"
    )


def test_findings_are_ranked_by_cost_with_successes_behind_all_problems(year_2025):
    table = found(*both([90.0] * 12, [70.0] * 12), year_2025)
    problems = table[table["severity"].ne("success")]
    assert problems["cost"].is_monotonic_decreasing
    assert table["rank"].tolist() == list(range(1, len(table) + 1))


def test_a_finding_is_new_persisting_or_resolved_against_the_last_review():
    columns = ["finding_id", "severity", "rank"]
    now = pd.DataFrame([("target-missed:a", "high", 1), ("target-missed:b", "high", 2)], columns=columns)
    last = pd.DataFrame(
        [("target-missed:a", "high", 1), ("weak-data:c", "medium", 2), ("target-met:d", "success", 3)], columns=columns
    )
    got = compare_with_last(now, last).set_index("finding_id")["state"].to_dict()
    assert got == {"target-missed:a": "persisting", "target-missed:b": "new", "weak-data:c": "resolved"}
    assert set(compare_with_last(now, None)["state"]) == {"new"}


def row(**cells):
    blank = {
        "name": "X", "unit": "turns", "decimals": 2.0, "direction": "higher", "actual": 7.65, "previous_actual": 7.5,
        "target": 8.1, "target_low": np.nan, "target_high": np.nan,
    }  # fmt: skip
    return pd.Series({**blank, **cells})


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({}, "rose 2.0 % to 7.65 turns"),
        ({"previous_actual": 15.3}, "fell 50 % to 7.65 turns"),
        ({"unit": "%", "decimals": 1.0, "actual": 82.1, "previous_actual": 78.2}, "rose from 78.2 to 82.1 %"),
        ({"previous_actual": np.nan}, "stood at 7.65 turns"),
        ({"previous_actual": 7.652}, "stayed at 7.65 turns"),
        ({"previous_actual": 0.0}, "rose from 0.00 to 7.65 turns"),
        ({"actual": -2.0, "previous_actual": -1.0}, "fell from −1.00 to −2.00 turns"),
    ],
)
def test_a_change_is_told_in_percent_unless_percent_would_mislead(cells, words):
    assert movement(row(**cells)).replace("\u202f", " ").replace("\u00a0", " ") == words


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({}, "short of the 8.10"),
        ({"direction": "lower", "target": 7.0}, "above the 7.00"),
        ({"unit": "%", "decimals": 0.0, "target": 90.0}, "short of the 90 %"),
        ({"direction": "range", "target_low": 8.0, "target_high": 9.0}, "outside the 8.00–9.00"),
    ],
)
def test_a_miss_says_on_which_side_of_the_target_it_ended_and_a_worded_unit_only_once(cells, words):
    assert shortfall_words(row(**cells)).replace("\u202f", " ") == words


def test_a_target_alone_keeps_its_unit():
    assert promised(row()).replace("\u00a0", " ") == "8.10 turns"
    assert promised_beside(row()) == "8.10"
