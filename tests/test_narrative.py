import numpy as np
import pandas as pd
import pytest

from review_kit.cli.run import most_important
from review_kit.narrative import (
    changes_lead,
    data_lead,
    feedback_lead,
    findings_lead,
    five_findings,
    guardrail_words,
    initiatives_lead,
    kpi_sentence,
    lessons_lead,
    method_statement,
    reconciliation_line,
    risks_lead,
    scorecard_lead,
    scores_lead,
    signals_lead,
    targets_asked_words,
    targets_lead,
    verdict_detail,
    verdict_sentence,
)
from review_kit.scoring import ScoringRules
from review_kit.signals import RULE_SETS
from review_kit.targets import ResetRules


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def statuses(*words):
    met = pd.array([{"on target": True, "not scored": None}.get(word, False) for word in words], dtype="boolean")
    return pd.DataFrame({"status": list(words), "met": met, "variation": "common cause"})


ALL = ("on target", "near", "off target", "not scored")


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (ALL, "1 of 3 KPIs that could be judged reached their target, 1 came near and 1 fell short."),
        (("on target",), "The one KPI that could be judged reached its target."),
        (("on target",) * 2, "All 2 KPIs that could be judged reached their target."),
        (("off target",) * 2, "None of 2 KPIs that could be judged reached their target, 2 fell short."),
        (("not scored",), "No KPI could be judged: targets or values are missing."),
    ],
)
def test_the_verdict_counts_what_could_be_judged(words, sentence):
    assert verdict_sentence(pd.Series({"score": 0.8, "coverage": 1.0}), statuses(*words)) == sentence


def test_the_verdict_counts_targets_that_were_met_and_not_scores_that_came_close_enough():
    table = statuses("on target", "on target", "off target").assign(met=[True, False, False])
    told = "1 of 3 KPIs that could be judged reached their target, 1 came near and 1 fell short."
    assert verdict_sentence(pd.Series({"score": 0.8, "coverage": 1.0}), table) == told


def test_the_verdict_names_no_share_where_there_are_no_weights():
    told = verdict_sentence(pd.Series({"score": np.nan, "coverage": np.nan}), statuses("on target"))
    assert told == "The one KPI that could be judged reached its target; without weights there is no overall score."


def test_the_verdict_says_when_too_little_could_be_scored_for_a_score():
    told = plain(verdict_sentence(pd.Series({"score": np.nan, "coverage": 0.31}), statuses(*ALL)))
    assert told == (
        "1 of 3 KPIs that could be judged reached their target, 1 came near and 1 fell short; only 31 % of the "
        "strategy's weight could be scored, too little for an overall score."
    )


def rollup(*rows):
    return pd.DataFrame(rows, columns=["level", "id", "name", "score", "status", "change"])


def test_the_strongest_and_the_weakest_objective_are_named_with_their_points():
    table = rollup(
        ("objective", "1", "Grow", 1.02, "on target", 0.1), ("objective", "2", "Save", 0.5, "off target", -0.2)
    )
    scores_are = "Scores are rolled up from those of KPIs; 100 stands for targets met."
    assert verdict_detail(table) == f"Strongest: Grow (102). Weakest: Save (50). {scores_are}"
    assert verdict_detail(table.head(1)) == scores_are
    tied = [("objective", str(at), f"O{at}", 0.0, "off target", 0.0) for at in (3, 4, 5)]
    two = rollup(("objective", "1", "Grow", 1.02, "on target", 0.1), *tied[:2])
    assert verdict_detail(two) == f"Strongest: Grow (102). Weakest: O3 and O4 (0 each). {scores_are}"
    three = rollup(("objective", "1", "Grow", 1.02, "on target", 0.1), *tied)
    assert verdict_detail(three) == f"Strongest: Grow (102). Weakest: 3 objectives (0 each). {scores_are}"
    assert verdict_detail(rollup(*tied)) == f"All 3 objectives score 0. {scores_are}"
    assert verdict_detail(rollup(*tied[:2])) == f"Both objectives score 0. {scores_are}"
    silent = ("objective", "6", "O6", np.nan, "not scored", np.nan)
    assert verdict_detail(rollup(*tied, silent)) == f"All 3 objectives that could be scored stand at 0. {scores_are}"
    assert verdict_detail(table.head(0)) == ""


def test_a_broken_guardrail_is_named_with_what_it_keeps_from_being_on_target():
    scores = pd.DataFrame({
        "name": ["Uptime", "Safety", "Growth"], "guardrail": [True, True, None],
        "status": ["off target", "on target", "off target"],
    })  # fmt: skip
    table = rollup(
        ("strategy", "Org", "Org", 1.0 - 1e-15, "near", 0.0), ("objective", "1", "Run", 1.1, "near", 0.0),
        ("objective", "2", "Save", 0.9, "near", 0.0), ("objective", "3", "Grow", 1.1, "on target", 0.0),
    ).assign(method="mean")  # fmt: skip
    assert guardrail_words(scores, table, 1.0) == (
        "1 guardrail is off target: Uptime. That alone keeps from being on target: the strategy as a whole and Run."
    )
    assert guardrail_words(scores, table.tail(2), 1.0) == "1 guardrail is off target: Uptime."
    assert guardrail_words(scores, table.assign(method="worst"), 1.0) == "1 guardrail is off target: Uptime."
    assert guardrail_words(scores.tail(2), table, 1.0) == ""


def test_the_scores_part_says_who_moved_most():
    table = rollup(
        ("objective", "1", "Grow", 1.02, "on target", 0.1),
        ("objective", "2", "Save", 0.5, "off target", -0.01),
        ("objective", "3", "Learn", np.nan, "not scored", np.nan),
    )
    assert plain(scores_lead(table)) == (
        "Of 2 objectives with a score, 1 is on target and 1 off target. 1 more could not be scored. "
        "Grow gained most (+10 points), Save lost most (−1 point)."
    )


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (ALL, "Of 3 KPIs that can be judged, 1 is on target, 1 near and 1 off target; 1 KPI could not be judged."),
        (("on target",) * 2, "Of 2 KPIs that can be judged, 2 are on target, none near and none off target."),
        (("not scored",), "No KPI can be judged: targets or values are missing."),
    ],
)
def test_the_scorecard_part_counts_every_status(words, sentence):
    assert scorecard_lead(statuses(*words)) == sentence


def test_the_signals_part_tells_signal_from_noise():
    table = pd.DataFrame({"variation": ["improvement", "improvement", "concern", "common cause", "too few points"]})
    assert signals_lead(table) == (
        "The latest values signal improvement in 2 KPIs and concern in 1; 1 only varies as usual, "
        "and 1 has too few values to tell."
    )
    assert signals_lead(table.iloc[[0, 3]]) == (
        "The latest values signal improvement in 1 KPI and concern in none; 1 only varies as usual."
    )
    assert signals_lead(table.tail(1)) == "No KPI has enough values yet to tell signal from noise."


def test_the_findings_part_counts_what_persists_and_what_is_resolved():
    table = pd.DataFrame({
        "severity": ["high", "low", "success", "high"], "state": ["new", "persisting", "new", "resolved"],
        "rule": "target-missed", "story": list("abcd"),
    })  # fmt: skip
    assert findings_lead(table) == (
        "2 findings, and 1 success. 1 of the findings stood in the last review too; 1 from then is resolved."
    )


def test_the_findings_part_counts_stories_and_not_what_counts_them():
    table = pd.DataFrame({
        "severity": ["high"] * 4 + ["success"] * 2, "state": "new", "story": ["m", "m", "m", "m", "s", "s"],
        "rule": ["many-target-missed", "target-missed", "target-missed", "target-missed", "a", "b"],
    })  # fmt: skip
    assert findings_lead(table) == "3 findings in 1 story, and 2 successes in 1 story."


def test_page_one_takes_one_finding_per_objective_first_and_successes_last():
    table = pd.DataFrame({
        "finding_id": list("abcdefg"), "story": list("abcdefg"), "rank": range(1, 8), "state": "new",
        "severity": ["high"] * 4 + ["success"] * 3, "objective_id": ["1", "1", "2", "3", "1", "1", "2"],
    })  # fmt: skip
    assert five_findings(table)["finding_id"].tolist() == ["a", "c", "d", "e", "g"]
    assert five_findings(table.head(2))["finding_id"].tolist() == ["a", "b"]
    assert five_findings(table.tail(1))["finding_id"].tolist() == ["g"]
    assert five_findings(table.head(0)).empty
    assert five_findings(table.assign(story=list("abaaefg")))["finding_id"].tolist() == ["a", "b", "e", "g"]


def test_the_other_parts_open_with_their_numbers():
    assert initiatives_lead(pd.DataFrame({"proposal": ["continue", "stop", "adjust", "adjust"]})) == (
        "Of 4 initiatives, 1 can go on as planned; the rules propose to adjust 2 and to stop 1."
    )
    risks = pd.DataFrame({
        "band": ["critical", "low", "critical"], "movement": ["rising", "steady", "rising"],
        "status": ["open", np.nan, "Closed"],
    })  # fmt: skip
    assert risks_lead(risks) == (
        "Of 2 open risks and issues, 1 is critical and none high; 1 rose since the last review and none fell; "
        "1 more is closed."
    )
    assert risks_lead(risks.head(2)).endswith("and none fell.")
    assert risks_lead(risks.tail(1)) == "1 risk or issue, none of them open."
    changes = pd.DataFrame({
        "effect": ["threat", "opportunity"], "likelihood": [5.0, 1.0], "impact": [4.0, 1.0], "description": ["A.", "B"],
    })  # fmt: skip
    assert changes_lead(changes) == "2 outside changes: 1 threat and 1 opportunity. The weightiest: A."
    lessons = pd.DataFrame({
        "is_open": [False, True], "carried": False, "overdue": False, "times": 1, "root": ["L1", "L2"],
    })  # fmt: skip
    assert lessons_lead(lessons) == "2 lessons are on record; 1 is done."
    proposals = pd.DataFrame({"chosen": [True, True, False], "method": ["keep", "approved", "percent"]})
    assert targets_lead(proposals) == "Of 2 targets for the next cycle, 1 is approved already and 1 stays as it is."
    many = pd.DataFrame({"chosen": True, "method": ["keep", "keep", "percent", "projection", "projection"]})
    assert targets_lead(many) == (
        "Of 5 targets for the next cycle, 2 stay as they are, 1 moves by a stated step and 2 follow the past trend."
    )
    assert targets_asked_words(0) == "Each has a proposal with its method and reason."
    assert targets_asked_words(1).endswith("1 KPI without a target is to hold its level until one is agreed.")
    assert targets_asked_words(2).endswith("2 KPIs without a target are to hold their level until one is agreed.")
    reach = pd.DataFrame({"influence": [4.0, 1.0], "influence_reached": [4.0, 0.0], "share": [1.0, 0.0]})
    closure = pd.DataFrame({"replies": [3], "open": [1]})
    assert plain(feedback_lead(reach, closure)) == (
        "The strategy reached 80 % of the influence among its stakeholders; of 3 replies, 1 still waits for an answer."
    )


@pytest.mark.parametrize(
    ("lead", "words"),
    [
        (initiatives_lead, "This cycle names no initiatives."),
        (risks_lead, "This cycle names no risks."),
        (changes_lead, "This cycle names no outside changes."),
        (lessons_lead, "This cycle names no lessons."),
    ],
)
def test_a_part_without_rows_says_so(lead, words):
    assert lead(pd.DataFrame()) == words


def test_the_reconciliation_is_one_line_that_adds_up():
    table = pd.DataFrame(
        {"read": [1000, 35], "used": [990, 30], "refused": [0, 0], "outside": [10, 4], "duplicate": [0, 1]}
    )
    assert plain(reconciliation_line(table)) == (
        "1 035 rows read = 1 020 used + 0 refused + 14 outside the period + 1 duplicate"
    )


@pytest.mark.parametrize(
    ("severities", "words"),
    [
        ([], "with no warnings."),
        (["warning"], "with 1 warning."),
        (["error", "error"], "with 2 errors."),
        (["error", "warning", "warning"], "with 1 error and 2 warnings."),
    ],
)
def test_the_data_part_tells_errors_from_warnings(severities, words):
    counts = pd.DataFrame({"read": [1], "used": [1], "refused": [0], "outside": [0], "duplicate": [0]})
    assert data_lead(counts, pd.DataFrame({"severity": severities})).endswith(f"0 duplicate, {words}")


def kpi(**cells):
    blank = {
        "name": "X", "unit": "%", "decimals": 1.0, "direction": "higher", "actual": 82.1, "previous_actual": 78.2,
        "target": 82.0, "target_low": np.nan, "target_high": np.nan, "status": "on target", "variation": "common cause",
        "rule": "", "met": cells.get("status", "on target") == "on target",
    }  # fmt: skip
    return pd.Series({**blank, **cells})


@pytest.mark.parametrize(
    ("cells", "sentence"),
    [
        ({}, "It rose from 78.2 to 82.1 % and met the target of 82.0 %; what varies is routine."),
        (
            {"status": "off target", "target": 90.0, "variation": "concern", "rule": "beyond a natural limit"},
            (
                "It rose from 78.2 to 82.1 % and missed the target of 90.0 %; the latest values are low, a signal of "
                "concern (beyond a natural limit)."
            ),
        ),
        ({"actual": np.nan}, "No value came in this cycle."),
        (
            {"status": "not scored", "target": np.nan, "variation": "too few points"},
            "It rose from 78.2 to 82.1 %; no target was set; there are too few values to tell signal from noise.",
        ),
        (
            {"status": "not scored"},
            "It rose from 78.2 to 82.1 %; too few of its values came to judge it; what varies is routine.",
        ),
        (
            {"direction": "range", "target": np.nan, "target_low": 80.0, "target_high": 90.0},
            "It rose from 78.2 to 82.1 % and is inside the range of 80.0–90.0 %; what varies is routine.",
        ),
        (
            {"direction": "range", "target": np.nan, "target_low": 78.0, "target_high": 90.0},
            "It rose from 78.2 to 82.1 % and stayed inside the range of 78.0–90.0 %; what varies is routine.",
        ),
        (
            {"stood_out": "May 2025"},
            (
                "It rose from 78.2 to 82.1 % and met the target of 82.0 %; what varies is routine but for May 2025, "
                "beyond a natural limit."
            ),
        ),
        (
            {"target": 84.0, "met": False},
            (
                "It rose from 78.2 to 82.1 % and came close enough to the target of 84.0 % to count as on target; "
                "what varies is routine."
            ),
        ),
        (
            {"status": "near", "target": 84.0, "variation": "concern", "rule": "long run", "rising": True},
            (
                "It rose from 78.2 to 82.1 % and came near the target of 84.0 %; the latest values are low, but "
                "recovering (long run)."
            ),
        ),
    ],
)
def test_a_kpi_is_told_in_one_sentence(cells, sentence):
    assert plain(kpi_sentence(kpi(**cells))) == sentence


def test_the_method_names_the_limits_that_were_used():
    rules = ScoringRules(amber=0.75, cap=1.5, min_confidence=0.6)
    told = {term: plain(words) for term, words in method_statement(rules, RULE_SETS["nhs_r"], ResetRules(max_step=0.3))}
    assert "near from 75" in told["Status"]
    assert "capped at 150" in told["Score"]
    assert "less than 60 %" in told["Objectives and strategy"]
    assert "7 in a row on one side" in told["Signal or noise"]
    assert "No step above 30 %" in told["Proposed targets"]


def scores_in(folder, *met):
    table = pd.DataFrame({"met": pd.array(met, dtype="boolean")})
    (folder / "tables").mkdir()
    table.to_parquet(folder / "tables" / "scores.parquet")
    nothing = pd.DataFrame({"state": pd.Series(dtype="str"), "severity": pd.Series(dtype="str"), "rank": []})
    nothing.to_parquet(folder / "tables" / "findings.parquet")


@pytest.mark.parametrize(
    ("met", "line"),
    [
        ((True, True), "No finding: every target was met."),
        ((True, None), "No finding: every target that could be judged was met."),
        ((True, False), "No finding: every KPI that could be judged is on target."),
        ((None, None), "No finding, and no target that could be judged."),
    ],
)
def test_nothing_found_says_how_much_could_be_judged(tmp_path, met, line):
    scores_in(tmp_path, *met)
    assert most_important(tmp_path) == [line]
