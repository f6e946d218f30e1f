from datetime import date

import numpy as np
import pandas as pd
import pytest
from tables import kpi_table, monthly, no_targets

from review_kit.findings import Evidence, compare_with_last, find, strategy_weights
from review_kit.findings.evidence import (
    Finding,
    difference,
    movement,
    promised,
    promised_beside,
    sentence,
    shortfall_words,
    signal_words,
    table_of,
)
from review_kit.findings.kpi_advice import advice, noise_or_signal, reached
from review_kit.findings.success_rules import got_better
from review_kit.initiatives import review_initiatives
from review_kit.lessons import review_lessons
from review_kit.narrative import feedback_lead
from review_kit.risks import review_risks
from review_kit.scoring import ScoringRules, period_targets, score_kpis, whole_series
from review_kit.scoring.rollup import roll_up
from review_kit.signals import RULE_SETS, process_behaviour
from review_kit.smart import breaks_bounds, unreachable
from review_kit.stakeholders import feedback_closure, reach_by_audience
from review_kit.store import read_table, write_table

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
        "status": "open", "inherent_likelihood": np.nan, "inherent_impact": np.nan, "assessed": pd.NaT,
    }  # fmt: skip
    return typed(blank, rows)


def people(*rows):
    table = pd.DataFrame(rows, columns=["stakeholder_id", "name", "audience", "influence"])
    return table.assign(engagement_now="neutral", engagement_wanted="supportive")


def found(kpis, measures, checkpoint, **tables):
    scores = score_kpis(measures, kpis, no_targets(), checkpoint, tables.pop("rules", ScoringRules()))
    series = whole_series(measures, kpis)
    goals = period_targets(kpis, series)["target"]
    readings = process_behaviour(series, kpis.assign(period_target=kpis["kpi_id"].map(goals)), RULE_SETS["nhs_r"])[1]
    scores = scores.merge(readings, on="kpi_id").assign(p_meet=tables.pop("p_meet", np.nan), forecast=90.0)
    scores["period_months"] = 1
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
        changes=tables.get("changes", pd.DataFrame({"change_id": [], "objective_id": []})),
        segments=tables.get("segments", pd.DataFrame({"kpi_id": [], "segment": [], "effect": []})),
        lessons=tables.get("lessons", pd.DataFrame()),
        min_confidence=tables.get("min_confidence", 0.5),
        approved=tables.get("approved", {}),
    )
    return find(evidence)


TOO_SLOW = ", and add to it or give the target a later date"
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


def test_an_objective_that_nothing_measures_leaves_its_weight_to_its_perspective():
    # P weighs 3 + 1 + 1 of 10 in the roll-up, and O1 and O2 alone have a score there: 3/4 and 1/4 of that half
    more = pd.DataFrame({
        "objective_id": ["O3", "O4", "O5"], "name": ["New", "Save", "Old"], "perspective": ["P", "Q", "Q"],
        "weight": [1.0, 5.0, 9.0], "owner": np.nan, "status": ["new", "active", "retired"],
    })  # fmt: skip
    objectives = pd.concat([OBJECTIVES, more], ignore_index=True)
    kpis = kpi_table({"kpi_id": "a"}, {"kpi_id": "b", "objective_id": "O2"}, {"kpi_id": "c", "objective_id": "O4"})
    assert strategy_weights(kpis, objectives).to_dict() == {"a": 0.375, "b": 0.125, "c": 0.5}
    scored = kpis.assign(score=[0.0, 1.0, 1.0], met=[False, True, True], confidence=1.0, status="on target")
    rolled = roll_up(scored, objectives, organisation="All", green=1.0, amber=0.8, cap=1.2, min_confidence=0.5)
    assert rolled.iloc[0]["score"] == pytest.approx(1 - 0.375)  # the strategy lacks what the missed KPI weighs


def test_kpis_of_no_weight_carry_nothing_and_break_nothing():
    kpis = kpi_table({"kpi_id": "a", "weight": 0.0}, {"kpi_id": "b", "weight": 0.0})
    assert strategy_weights(kpis, OBJECTIVES).to_dict() == {"a": 0.0, "b": 0.0}
    assert strategy_weights(kpis, OBJECTIVES.assign(weight=0.0)).to_dict() == {"a": 0.0, "b": 0.0}


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
    decided = found(*both([99.0] * 12, [120.0] * 12, *kpis), year_2025, approved={"a": (99.5, "The board: it is hard")})
    told = decided.set_index("finding_id").loc["impossible-target:a"]
    assert told["recommendation"].replace("\u202f", " ") == (
        "Decided: 99.5 % for the next cycle. The board: it is hard."
    )
    assert bool(told["settled"])
    assert not table["settled"].any()


def test_a_kpi_whose_figures_stopped_is_weak_data_and_one_that_never_came_too(year_2025):
    table = found(*both([110.0] * 7, []), year_2025)
    headlines = table[table["rule"].eq("weak-data")].set_index("subject")["headline"].to_dict()
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
        ({"forecast_finish": pd.Timestamp("2026-01-30")}, "accelerate", "late, but still fits the strategy"),
        ({"forecast_finish": pd.Timestamp("2026-01-29")}, "continue", "on plan"),
        ({"planned_percent": 60.0}, "accelerate", "late, but still fits the strategy"),
        ({"spent": 60.0}, "adjust", "spent ahead of the work"),
        ({"spent": 59.0}, "continue", "on plan"),
        ({"fit": "lost"}, "adjust", "fits the strategy no longer"),
        (
            {"planned_percent": 60.0, "percent_complete": 40.0},
            "adjust",
            "late and spent ahead of the work, less than half of which is done",
        ),
        (
            {"fit": "lost", "planned_percent": 60.0, "spent": 60.0},
            "stop",
            "fits the strategy no longer, late and spent ahead of the work",
        ),
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


def test_a_late_initiative_names_the_missed_kpi_that_costs_the_strategy_most(year_2025):
    # Alpha lost half of a promise that weighs 3/4 (37.5 points), Beta all of one that weighs 1/4, and more than all
    late = initiatives({"forecast_finish": pd.Timestamp("2026-06-30"), "kpi_ids": "b;a"})
    table = found(*both([90.0] * 12, [40.0] * 12), year_2025, initiatives=late)
    costs = table[table["rule"].eq("target-missed")].set_index("subject")["cost"]
    assert costs.to_dict() == pytest.approx({"a": 37.5, "b": 25.0})
    assert "It serves Alpha, " in table[table["subject"].eq("I1")].iloc[0]["evidence"]


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
    assert row["recommendation"] == (
        "Accelerate: add the people or money that bring the finish forward from June 2026, or agree to that date."
    )
    behind = initiatives({"forecast_finish": pd.NaT, "percent_complete": 80.0, "planned_percent": 100.0})
    table = found(*both([90.0] * 12, [120.0] * 12), year_2025, initiatives=behind)
    assert table.loc[table["subject"].eq("I1"), "recommendation"].iloc[0] == (
        "Accelerate: add the people or money that bring it back to its plan, or agree on a later finish."
    )


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
    for status, asked in (
        ("active", "Agree one KPI with a target, or retire the objective."),
        ("new", "Agree one KPI with a target."),  # nobody retires what was just taken up
    ):
        told = found(kpis, measures, year_2025, objectives=OBJECTIVES.assign(status=["active", status]))
        assert told.set_index("rule").loc["objective-without-kpi", "recommendation"] == asked


@pytest.mark.parametrize(
    ("row", "rule"),
    [
        ({"likelihood": 4.0, "due": pd.Timestamp("2025-06-30")}, "risk-rising"),
        ({"due": pd.Timestamp("2025-06-30"), "impact": 5.0, "previous_impact": 5.0}, "mitigation-overdue"),
        ({"impact": 5.0, "previous_impact": 5.0}, "risk-exposed"),
        ({"assessed": pd.Timestamp("2025-05-20")}, "risk-stale"),
    ],
)
def test_a_risk_is_one_finding_by_the_first_rule_that_holds_and_keeps_its_id(year_2025, row, rule):
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, risks=risks(row))
    mine = table[table["subject_kind"].eq("risk")]
    assert mine[["rule", "finding_id"]].to_numpy().tolist() == [[rule, "risk-exposed:R1"]]


def test_a_risk_that_nobody_assessed_is_told_with_its_age_and_a_closed_one_is_not(year_2025):
    old = {"assessed": pd.Timestamp("2025-05-20")}
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, risks=risks(old, {**old, "status": "closed"}))
    row = table[table["rule"].eq("risk-stale")].iloc[0]
    assert row["headline"] == "Risk: People leave was last assessed in May 2025, then high at 12 of 25"
    assert row["evidence"] == "That is 225 days before the day of this review."
    assert table["subject_kind"].eq("risk").sum() == 1


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


def learned(*rows):
    blank = {"action": "Check first", "owner": "Ann", "due": pd.NaT, "status": "open", "repeats": None}
    return review_lessons(pd.DataFrame([{**blank, **row} for row in rows]), 2025, date(2025, 12, 31))


def test_a_lesson_that_was_learned_before_is_one_finding_named_after_its_first(year_2025):
    known = learned(
        {"lesson_id": "L1", "lesson": "Interfaces were forgotten", "cycle": "2023"},
        {"lesson_id": "L2", "lesson": "They were again.", "cycle": "2024", "repeats": "L1"},
        {"lesson_id": "L3", "lesson": "And again.", "cycle": "2025", "repeats": "L2"},
    )
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, lessons=known)
    row = table[table["rule"].eq("lesson-repeated")].iloc[0]
    assert row["finding_id"] == "lesson-repeated:L1"
    assert row["headline"] == "A lesson of 2023 was learned for the third time: And again"
    assert row["evidence"] == "Then: Interfaces were forgotten. What was to follow, “Check first”, is still open."
    assert table["rule"].eq("lesson-repeated").sum() == 1


@pytest.mark.parametrize(("status", "owner"), [("open", "Bea"), ("done", "Cem")])
def test_the_first_action_of_a_lesson_is_asked_of_whoever_owes_it(year_2025, status, owner):
    known = learned(
        {"lesson_id": "L1", "lesson": "Interfaces were forgotten", "cycle": "2023", "owner": "Bea", "status": status},
        {"lesson_id": "L2", "lesson": "They were again.", "cycle": "2025", "repeats": "L1", "owner": "Cem"},
    )
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, lessons=known)
    assert table.loc[table["rule"].eq("lesson-repeated"), "owner"].tolist() == [owner]


def test_a_lesson_that_did_not_come_back_this_year_is_no_finding(year_2025):
    known = learned(
        {"lesson_id": "L1", "lesson": "A", "cycle": "2023"},
        {"lesson_id": "L2", "lesson": "B", "cycle": "2024", "repeats": "L1"},
        {"lesson_id": "L3", "lesson": "C", "cycle": "2025"},
    )
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, lessons=known)
    assert not table["rule"].eq("lesson-repeated").any()


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


def findings_of(*ids):
    parts = [name.split(":") for name in ids]
    kinds = {"risk-exposed": "risk"}
    severities = {"target-met": "success"}
    return pd.DataFrame({
        "finding_id": list(ids), "story": list(ids),
        "rule": pd.Series([rule for rule, _ in parts], dtype="str"), "subject": [subject for _, subject in parts],
        "subject_kind": [kinds.get(rule, "kpi") for rule, _ in parts],
        "severity": [severities.get(rule, "high") for rule, _ in parts], "rank": range(1, len(ids) + 1),
    })  # fmt: skip


def states(now, last, judged=None):
    return compare_with_last(now, last, judged).set_index("finding_id")["state"].to_dict()


def test_a_finding_is_new_persisting_or_resolved_against_the_last_review():
    now = findings_of("target-missed:a", "target-missed:b")
    last = findings_of("target-missed:a", "weak-data:c", "target-met:d")
    got = {"target-missed:a": "persisting", "target-missed:b": "new", "weak-data:c": "resolved"}
    assert states(now, last) == got
    assert set(compare_with_last(now, None)["state"]) == {"new"}


def test_what_stood_of_a_kpi_that_is_gone_or_was_not_judged_is_not_called_resolved():
    last = findings_of("target-missed:judged", "target-missed:retired", "weak-data:unjudged", "risk-exposed:R1")
    got = {"target-missed:judged": "resolved", "risk-exposed:R1": "resolved"}
    assert states(findings_of(), last, judged={"judged"}) == got
    assert states(findings_of(), last, judged=set()) == {"risk-exposed:R1": "resolved"}


def test_a_miss_that_goes_by_a_graver_name_now_is_not_resolved_but_weak_data_of_the_same_kpi_is():
    now = findings_of("impossible-target:a", "target-missed:b")
    last = findings_of("target-missed:a", "weak-data:a", "drifting:b", "unlikely:b", "drifting:c")
    assert states(now, last, judged={"a", "b", "c"}) == {
        "impossible-target:a": "new", "target-missed:b": "new", "weak-data:a": "resolved", "drifting:c": "resolved",
    }  # fmt: skip


def test_a_warning_that_came_true_is_not_resolved():
    now = findings_of("target-missed:a", "drifting:b", "target-met:c")
    last = findings_of(
        "hit-or-miss:a", "adverse-signal:a", "hit-or-miss:b", "unlikely:b", "target-missed:b", "hit-or-miss:c"
    )
    assert states(now, last, judged={"a", "b", "c"}) == {
        "target-missed:a": "new", "drifting:b": "new", "target-met:c": "new",
        "target-missed:b": "resolved",  # it is met now, though it drifts
        "hit-or-miss:c": "resolved",
    }  # fmt: skip


def test_what_stood_of_a_risk_that_is_no_longer_listed_is_not_called_resolved():
    last = findings_of("risk-exposed:R1", "risk-exposed:R2", "target-missed:a")
    gone = compare_with_last(findings_of(), last, None, {"risk": {"R1"}, "initiative": set()})
    assert gone.set_index("finding_id")["state"].to_dict() == {
        "risk-exposed:R1": "resolved", "target-missed:a": "resolved",
    }  # fmt: skip


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
        ({"actual": np.nan}, "has no value in this cycle"),
        # from 2 to 4 points nothing doubled: a net promoter score begins at -100
        ({"unit": "points", "decimals": 0.0, "actual": 4.0, "previous_actual": 2.0}, "rose from 2 to 4 points"),
        (
            {"unit": "Index points", "decimals": 0.0, "actual": 66.0, "previous_actual": 73.0},
            "fell from 73 to 66 Index points",
        ),
        # 10 of 100 000 is 0.01 %
        ({"decimals": 0.0, "actual": 100010.0, "previous_actual": 100000.0}, "stayed almost level at 100 010 turns"),
        ({"decimals": 0.0, "actual": 100060.0, "previous_actual": 100000.0}, "rose 0.1 % to 100 060 turns"),
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


def plain(words):
    return words.replace("\u202f", " ").replace("\u00a0", " ")


def missed(**cells):
    """A missed KPI of twelve months: 90 units against 100, up from 85, with routine variation around 90."""
    blank = {
        "unit": "units", "decimals": 0.0, "actual": 90.0, "previous_actual": 85.0, "target": 100.0, "change": 5.0,
        "gap": -10.0, "progress": 0.5, "baseline": 80.0, "met": False, "variation": "common cause", "rule": "",
        "assurance": "hit or miss", "mean": 90.0, "n_points": 12, "period_months": 1,
    }  # fmt: skip
    return row(**{**blank, **cells})


@pytest.mark.parametrize(
    ("cells", "stood", "short"),
    [
        # three digits write 99.95 as 100, one decimal as 100.0 since halves round up, two as 99.95
        ({"decimals": np.nan, "actual": 99.95}, "stood at 99.95 units", "short of the 100.00"),
        ({"decimals": np.nan, "actual": 99.5}, "stood at 99.5 units", "short of the 100"),
        ({"direction": "range", "target_low": 100.0, "target_high": 120.0, "decimals": np.nan, "actual": 99.95},
         "stood at 99.95 units", "outside the 100.00–120.00"),
        ({"decimals": 0.0, "actual": 99.95, "met": True}, "stood at 100 units", "short of the 100"),
        ({"decimals": 0.0, "actual": 99.95, "met": pd.NA}, "stood at 100 units", "short of the 100"),
    ],
)  # fmt: skip
def test_a_missed_target_is_told_with_as_many_decimals_as_tell_it_from_the_actual(cells, stood, short):
    kpi = missed(previous_actual=np.nan, **cells)
    assert plain(movement(kpi)) == stood
    assert plain(shortfall_words(kpi)) == short


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({}, "It went 50 % of the way from 80 units to its target."),
        ({"progress": 0.994}, "It went 99 % of the way from 80 units to its target."),
        ({"progress": 0.996}, "It went almost all of the way from 80 units to its target."),
        ({"progress": -0.1}, "It moved away from its target: the baseline was 80 units."),
        ({"progress": np.nan}, "It is 10 units away from its target."),
        ({"progress": np.nan, "unit": "%", "actual": 99.0}, "It is 1 percentage point away from its target."),
        # 200 against 173.5, told as 174, lie 26 apart to whoever reads both, and not 27
        (
            {"progress": np.nan, "direction": "lower", "actual": 200.0, "target": 173.5, "decimals": 0.0},
            "It is 26 units away from its target.",
        ),
        ({"progress": np.nan, "unit": "%", "actual": 98.0}, "It is 2 percentage points away from its target."),
        ({"progress": np.nan, "unit": "%", "actual": 99.9}, "It is 0.1 percentage points away from its target."),
    ],
)
def test_the_way_gone_never_reads_as_a_target_that_was_met(cells, words):
    assert plain(reached(missed(**cells))) == words


def test_a_distance_of_nothing_is_told_as_nothing():
    assert difference(missed(actual=100.0)).startswith("0")


@pytest.mark.parametrize(
    ("cells", "opening"),
    [
        ({"mean": 101.0}, "Work on the spread, not on single months"),
        ({"mean": 100.0, "period_months": 3}, "Work on the spread, not on single quarters"),
        ({"mean": 99.0}, "Move the level: even its average misses the target"),
        ({"direction": "lower", "mean": 101.0}, "Move the level"),
        ({"direction": "lower", "mean": 99.0}, "Work on the spread"),
        # 100 in the year are 8.33 a month: 9 a month meet it, 8 do not
        ({"mean": 9.0, "period_target": 100 / 12}, "Work on the spread"),
        ({"mean": 8.0, "period_target": 100 / 12}, "Move the level"),
        ({"mean": 101.0, "period_target": np.nan}, "Work on the spread"),
        ({"direction": "range", "target_low": 95.0, "target_high": 105.0, "mean": 96.0}, "Work on the spread"),
        ({"direction": "range", "target_low": 95.0, "target_high": 105.0, "mean": 94.0}, "Move the level"),
        ({"assurance": "unknown"}, "Look for what holds the level, since month-to-month"),
        ({"assurance": "unknown", "period_months": 12}, "Look for what holds the level, since year-to-year"),
        ({"assurance": "unknown", "period_months": 6}, "Look for what holds the level, since value-to-value"),
    ],
)
def test_the_spread_is_blamed_only_where_the_average_meets_the_target_of_one_period(cells, opening):
    assert advice(missed(**cells)).startswith(opening)


def test_what_one_value_stands_for_is_named_by_the_rhythm_of_the_kpi():
    told = {months: noise_or_signal(missed(period_months=months)) for months in (1, 3, 12, 6)}
    words = {1: "month", 3: "quarter", 12: "year", 6: "value"}
    assert told == {
        months: f"All that varies is routine: no single {word} asks for an explanation."
        for months, word in words.items()
    }
    assert "no single value" in noise_or_signal(missed().drop("period_months"))
    assert noise_or_signal(missed(stood_out="October 2024")) == (
        "Ask what happened in October 2024, beyond a natural limit; all else that varies is routine."
    )


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({"variation": "concern"}, "low, a signal of concern (run)"),
        ({"variation": "improvement"}, "high, a signal of improvement (run)"),
        ({"variation": "concern", "direction": "lower"}, "high, a signal of concern (run)"),
        ({"variation": "concern", "rising": False}, "low, a signal of concern (run)"),
        ({"variation": "concern", "rising": np.nan}, "low, a signal of concern (run)"),
        ({"variation": "concern", "rising": True}, "low, but recovering (run)"),
        ({"variation": "concern", "rising": True, "direction": "lower"}, "high, but recovering (run)"),
        ({"variation": "improvement", "rising": True}, "high, a signal of improvement (run)"),
        # a band gets better toward its middle, 85: a mean of 90 makes high values worse
        ({"variation": "concern", "direction": "range", "target_low": 80.0, "target_high": 90.0},
         "high, a signal of concern (run)"),
        ({"variation": "concern", "direction": "range", "target_low": 85.0, "target_high": 95.0},
         "a signal of concern (run)"),
    ],
)  # fmt: skip
def test_a_signal_names_its_side_and_a_low_level_that_rises_is_recovering(cells, words):
    assert signal_words(missed(rule="run", **cells)) == words


def test_what_recovers_is_not_to_be_undone():
    turned = missed(variation="concern", rule="run", rising=True)
    # 10 units ahead at 5 a year
    assert advice(turned) == (f"Keep what turned it{TOO_SLOW}: at this year's pace the target is 24 months away.")
    assert noise_or_signal(turned) == "The latest values are low, but recovering (run)."
    assert advice(missed(variation="concern", rising=False)) == "Find what changed when the signal began, and undo it."


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        ({}, f"Keep what changed{TOO_SLOW}: at this year's pace the target is 24 months away."),
        ({"change": np.nan}, "Keep what changed."),
        ({"change": 1.0}, f"Keep what changed{TOO_SLOW}: at this year's pace the target is more than 5 years away."),
        ({"change": -5.0}, "Keep what changed, and check why the year as a whole did not get nearer to the target."),
        # a band of 95 to 99 is 5 ahead of 90, one of 80 to 85 lies 5 behind it
        ({"direction": "range", "target_low": 95.0, "target_high": 99.0},
         "Keep what changed: at this year's pace the target is 12 months away."),
        ({"direction": "range", "target_low": 80.0, "target_high": 85.0, "change": -2.5},
         f"Keep what changed{TOO_SLOW}: at this year's pace the target is 24 months away."),
    ],
)  # fmt: skip
def test_the_pace_is_that_to_the_target_or_to_the_nearer_end_of_a_band(cells, words):
    assert advice(
        missed(variation="improvement", **{"target": np.nan, **cells} if "direction" in cells else cells)
    ) == (words)


def test_no_pace_is_read_off_figures_that_are_late_or_few():
    assert advice(missed(variation="improvement"), is_weak=True) == "Keep what changed."
    assert advice(missed(variation="concern", rising=True), is_weak=True) == "Keep what turned it."


@pytest.mark.parametrize(
    ("cells", "better"),
    [
        ({}, True),
        ({"direction": "lower"}, False),
        ({"direction": "lower", "previous_actual": 95.0}, True),
        ({"previous_actual": 95.0}, False),
        ({"previous_actual": np.nan}, False),
        ({"previous_actual": 89.8}, False),  # published as 90, as it is now
        ({"direction": "range", "target_low": 80.0, "target_high": 95.0}, True),  # inside then and now
        ({"direction": "range", "target_low": 80.0, "target_high": 88.0}, False),  # inside then, 2 above now
        ({"direction": "range", "target_low": 92.0, "target_high": 99.0}, True),  # 7 below then, 2 below now
    ],
)
def test_better_is_what_moved_the_better_way_since_last_year(cells, better):
    assert got_better(missed(**cells)) is better


def with_last_year(kpi_id, before, now):
    return pd.concat([monthly(kpi_id, before, start="2024-01-01"), monthly(kpi_id, now)], ignore_index=True)


@pytest.mark.parametrize(
    ("before", "headline", "gap"),
    [
        (100.0, "Alpha rose 10 % to 110 units and met the target of 100", 0.7),  # 1.5 of the way, and 0.2
        (115.0, "Alpha fell 4.3 % to 110 units and held the target of 100", 0.02),
        (110.0, "Alpha stayed at 110 units and held the target of 100", 0.02),
        (None, "Alpha stood at 110 units and met the target of 100", 0.02),
    ],
)
def test_a_success_says_that_it_got_better_only_where_it_did(year_2025, before, headline, gap):
    # wide enough for no signal, and no season: high months of one year are low ones of the other
    then = [] if before is None else [before - 10.0, before + 10.0] * 6
    measures = pd.concat([with_last_year("a", then, [120.0, 100.0] * 6), monthly("b", [120.0] * 12)], ignore_index=True)
    table = found(kpi_table(*TWO), measures, year_2025)
    got = table[table["finding_id"].eq("target-met:a")].iloc[0]
    assert plain(got["headline"]) == headline
    assert got["gap"] == pytest.approx(gap)


def test_green_below_one_makes_no_target_met(year_2025):
    # 97.6 is 0.88 of the way from 80 to 100
    table = found(*both([97.6] * 12, [120.0] * 12), year_2025, rules=ScoringRules(green=0.85))
    assert "a" not in set(table["subject"])
    falling = [*[103.0, 104, 102, 103, 104], *[96.0, 95, 94, 93, 92, 91, 90]]
    slid = found(*both(falling, [120.0] * 12), year_2025, rules=ScoringRules(green=0.8))
    drift = slid[slid["finding_id"].eq("drifting:a")]
    assert plain(drift["headline"].item()) == ("Alpha came close to the target of 100 units, but drifted the wrong way")


def test_figures_that_came_too_seldom_are_weak_data_below_the_confidence_of_the_cycle(year_2025):
    late = monthly("a", [110.0] * 5, start="2025-08-01")
    measures = pd.concat([late, monthly("b", [120.0] * 12)], ignore_index=True)
    told = found(kpi_table(*TWO), measures, year_2025)
    weak = told[told["rule"].eq("weak-data")].iloc[0]
    assert (weak["headline"], weak["evidence"]) == (
        "Alpha: too few values came to judge it",
        "5 of 12 values came in this cycle.",
    )
    assert weak["gap"] == pytest.approx(7 / 12)
    assert "weak-data" not in set(found(kpi_table(*TWO), measures, year_2025, min_confidence=0.4)["rule"])


def test_one_value_that_was_due_and_did_not_come_is_told_as_one(year_2025):
    kpis = kpi_table({**TWO[0], "frequency": "annual"}, TWO[1])
    told = found(kpis, monthly("b", [120.0] * 12), year_2025)
    weak = told[told["rule"].eq("weak-data")].iloc[0]
    assert (weak["headline"], weak["evidence"]) == (
        "Alpha: the one value that was due did not come",
        "None came in this cycle.",
    )


def test_an_impossible_target_without_a_value_claims_no_movement(year_2025):
    kpi = {"kpi_id": "a", "name": "Uptime", "unit": "%", "target": 108.9, "upper_bound": 100.0, "decimals": 1.0}
    measures = pd.concat([monthly("a", [99.0] * 12, start="2024-01-01"), monthly("b", [120.0] * 12)])
    table = found(kpi_table(kpi, TWO[1]), measures, year_2025)
    told = table.loc[table["finding_id"].eq("impossible-target:a"), "evidence"].item()
    assert told == "It has no value in this cycle. The target breaks the bounds of the measure."


BAND = {"direction": "range", "target": np.nan, "upper_bound": 100.0, "lower_bound": 0.0, "unit": "%", "decimals": 0.0}


@pytest.mark.parametrize(
    ("kpi", "wrong", "forbidden"),
    [
        ({**BAND, "target_low": 80.0, "target_high": 90.0}, False, False),
        ({**BAND, "target_low": 80.0, "target_high": 120.0}, True, False),
        ({**BAND, "target_low": 110.0, "target_high": 120.0}, True, True),
        ({**BAND, "target_low": -20.0, "target_high": -10.0}, True, True),
        ({"target": 100.0, "upper_bound": 100.0}, False, False),
        ({"target": 101.0, "upper_bound": 100.0}, True, True),
        ({"target": 101.0, "upper_bound": 100.0, "direction": "lower"}, True, False),
        ({"target": -1.0, "lower_bound": 0.0, "direction": "lower"}, True, True),
    ],
)
def test_a_promise_may_break_the_bounds_and_still_be_one_that_can_be_met(kpi, wrong, forbidden):
    kpis = kpi_table(kpi)
    assert (bool(breaks_bounds(kpis)[0]), bool(unreachable(kpis)[0])) == (wrong, forbidden)


def test_a_band_beyond_the_bounds_is_impossible_and_one_that_sticks_out_can_be_missed(year_2025):
    beyond = {**BAND, "kpi_id": "a", "name": "Fill", "target_low": 110.0, "target_high": 120.0}
    sticks_out = {**BAND, "kpi_id": "b", "name": "Use", "objective_id": "O2", "target_low": 80.0, "target_high": 120.0}
    table = found(*both([90.0] * 12, [70.0] * 12, beyond, sticks_out), year_2025).set_index("finding_id")
    assert plain(table.loc["impossible-target:a", "headline"]) == (
        "Fill: the target of 110–120 % cannot be reached, since 100 % is the most there can be"
    )
    assert plain(table.loc["impossible-target:b", "headline"]) == (
        "Use: the target of 80–120 % lies beyond what can be: 100 % is the most there can be"
    )
    assert "target-missed:a" not in table.index
    assert table.loc[["impossible-target:a", "impossible-target:b"], "severity"].tolist() == ["high", "medium"]
    assert plain(table.loc["target-missed:b", "headline"]) == "Use stood at 70 %, outside the 80–120 % promised"


@pytest.mark.parametrize(
    ("row", "headline"),
    [
        # 30 days are the rule's limit, and less than a month of 30.4
        ({"forecast_finish": pd.Timestamp("2026-01-30")}, "Portal will finish 1 month late, in January 2026"),
        ({"forecast_finish": pd.Timestamp("2026-01-10"), "planned_percent": 60.0},
         "Portal is 10 percentage points behind plan"),
        ({"forecast_finish": pd.Timestamp("2026-01-10"), "fit": "lost"},
         "Portal will finish 10 days late, and no longer fits the strategy as planned"),
        ({"spent": 60.0}, "Portal is on time, and spends ahead of its work"),
        ({"fit": "lost", "planned_finish": pd.NaT, "forecast_finish": pd.NaT, "planned_percent": np.nan},
         "Portal no longer fits the strategy as planned"),
    ],
)  # fmt: skip
def test_an_initiative_is_called_late_from_the_same_day_on_that_the_rule_calls_it_late(year_2025, row, headline):
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, initiatives=initiatives(row))
    assert table.loc[table["subject"].eq("I1"), "headline"].item() == headline


@pytest.mark.parametrize(
    ("row", "headline", "evidence", "recommendation"),
    [
        (
            {"likelihood": np.nan, "due": pd.Timestamp("2025-10-31")},
            "Risk: People leave is not rated, its response overdue since October 2025",
            "Response: Second person.",
            "The response was due in October 2025: carry it out, or give it a new date and a name.",
        ),
        (
            {"likelihood": 5.0, "response": "Hire two. "},
            "Risk: People leave is critical at 20 of 25, rising from 12",
            "Response: Hire two.",
            "It rose although there is a response: bring it down to 4 of 25 by March 2026, or change the response.",
        ),
        (
            {"likelihood": 5.0, "response": np.nan},
            "Risk: People leave is critical at 20 of 25, rising from 12",
            "Response: none stated.",
            "Agree a response that brings it down to 4 of 25 by March 2026.",
        ),
        (
            {"likelihood": 5.0, "response": np.nan, "target_impact": np.nan},
            "Risk: People leave is critical at 20 of 25, rising from 12",
            "Response: none stated.",
            "Agree a response, and say to which exposure it is to come down, and by when.",
        ),
        (
            {"due": pd.Timestamp("2025-10-31"), "response": " "},
            "Risk: People leave is high at 12 of 25, its response overdue since October 2025",
            "Response: none stated.",
            "A response was due in October 2025, and none is stated: agree one, with a new date and a name.",
        ),
    ],
)
def test_a_risk_is_told_by_what_is_known_of_it(year_2025, row, headline, evidence, recommendation):
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, risks=risks(row))
    got = table[table["subject"].eq("R1")].iloc[0]
    assert (got["headline"], got["evidence"], got["recommendation"]) == (headline, evidence, recommendation)


@pytest.mark.parametrize(
    ("row", "recommendation"),
    [
        (
            {"likelihood": 5.0, "impact": 5.0, "status": "accepted"},
            "It is accepted as it is: ask whether that still holds, and until when.",
        ),
        (  # 15 of 25 is critical, and it is what was wanted
            {"likelihood": 3.0, "impact": 5.0, "target_likelihood": 3.0, "target_impact": 5.0},
            "It stands no higher than wanted, 15 of 25: ask whether that is low enough.",
        ),
    ],
)
def test_nobody_is_asked_to_bring_a_risk_down_that_is_accepted_or_where_it_was_wanted(year_2025, row, recommendation):
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, risks=risks(row))
    assert table.loc[table["subject"].eq("R1"), "recommendation"].tolist() == [recommendation]


def test_a_lesson_without_a_cycle_or_an_action_is_told_without_them(year_2025):
    known = learned(
        {"lesson_id": "L1", "lesson": "Interfaces were forgotten", "cycle": None, "action": None},
        {"lesson_id": "L2", "lesson": "They were again.", "cycle": "2025", "repeats": "L1"},
    )
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, lessons=known)
    row = table[table["rule"].eq("lesson-repeated")].iloc[0]
    assert row["headline"] == "A lesson was learned again: They were again"
    assert row["evidence"] == "Then: Interfaces were forgotten. What was to follow from it is not told."
    assert row["recommendation"] == "Agree what is to follow from it."


def test_where_nobody_keeps_a_record_of_engagements_no_audience_is_called_not_reached():
    who = people(("S1", "Chief", "executive", 8.0))
    none = pd.DataFrame({"stakeholder_id": [], "attended": pd.array([], dtype="boolean")})
    assert reach_by_audience(who, none)["share"].tolist() == [0.0]
    reach = reach_by_audience(who, none, is_recorded=False)
    assert reach["share"].isna().tolist() == [True]
    assert feedback_lead(reach, feedback_closure(_NOTHING_SAID, who)) == "Nobody recorded whom the strategy reached."


_NOTHING_SAID = pd.DataFrame({"stakeholder_id": pd.Series(dtype="str"), "status": pd.Series(dtype="str")})


def test_a_sentence_ends_once():
    assert [sentence(words) for words in ("Done", "Done. ", "Why?", "", np.nan)] == ["Done.", "Done.", "Why?", "", ""]


def test_a_single_reply_waits(year_2025):
    who = people(("S1", "Chief", "it", 1.0))
    said = pd.DataFrame({"stakeholder_id": ["S1"] * 2, "status": [np.nan, "answered"]})
    table = found(*both([120.0] * 12, [120.0] * 12), year_2025, stakeholders=who, feedback=said)
    assert table.loc[table["rule"].eq("feedback-unanswered"), "headline"].item() == (
        "1 of 2 replies from the IT audience still waits for an answer"
    )


def test_a_benefit_that_is_due_by_now_is_not_called_promised_before_the_year_is_over(third_quarter):
    late = initiatives({"forecast_finish": pd.Timestamp("2026-06-30")})
    table = found(*both([90.0] * 9, [120.0] * 9), third_quarter, initiatives=late)
    told = table.loc[table["subject"].eq("I1"), "evidence"].item()
    assert plain(told).endswith("It serves Alpha, which stood at 90 units, short of the 100 due by now.")


def test_where_nothing_was_found_the_table_has_the_same_kinds_of_columns(tmp_path):
    blank = Finding("rule", "low", "a", "kpi", "O1", "Headline", "Evidence", "Advice", "Head", weight=0.5, gap=0.5)
    assert table_of(()).dtypes.to_dict() == table_of([blank]).dtypes.to_dict()
    write_table(table_of(()), tmp_path / "last_findings.parquet")
    assert read_table(tmp_path / "last_findings.parquet").empty
