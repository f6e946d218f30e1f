"""What a month's and a quarter's report open with, and what each department is asked."""

import re

import numpy as np
import pandas as pd
import pytest
from tables import kpi_table
from test_findings import OBJECTIVES, initiatives, risks
from workspaces import REPOSITORY, words

from review_kit.desk import open_cycle
from review_kit.desk.outlook_pages import outlook_brief
from review_kit.findings import DepartmentView, Evidence, department_views
from review_kit.narrative import department_lead, department_words, moved_words, moves_lead, unnamed_words, waiting_note
from review_kit.scoring import moved


def plain(text):
    return text.replace("\u00a0", " ").replace("\u202f", " ")


def scores(*rows):
    blank = {"kpi_id": "a", "status": "near", "variation": "common cause", "p_meet": np.nan, "rule": ""}
    return pd.DataFrame([{**blank, **row} for row in rows])


@pytest.mark.parametrize(
    ("then", "now", "way", "words"),
    [
        ({"status": "on target"}, {"status": "near"}, "worse", "Was on target."),
        ({"status": "off target"}, {"status": "near"}, "better", "Was off target."),
        ({"status": "not scored"}, {"status": "near"}, "other", "Was not scored."),
        (
            {},
            {"variation": "concern", "rule": "long run"},
            "worse",
            "The latest values became a signal of concern (long run).",
        ),
        ({"variation": "concern"}, {"variation": "common cause"}, None, ""),  # a signal that ended asks for nothing
        (
            {"p_meet": 0.62},
            {"p_meet": 0.31},
            "worse",
            "The chance to meet the year's target fell from 62 % to 31 %.",
        ),
        ({"p_meet": 0.62}, {"p_meet": 0.55}, None, ""),
        (
            {"p_meet": 0.62},
            {"p_meet": 0.004},
            "worse",
            "The chance to meet the year's target fell from 62 % to < 1 %.",  # 0 % would leave nothing to chance
        ),
        (
            {"status": "near", "p_meet": 0.4},
            {"status": "off target", "p_meet": 0.5},
            "worse",  # the status counts before the outlook
            "Was near; the chance to meet the year's target rose from 40 % to 50 %.",
        ),
    ],
)
def test_a_kpi_moved_where_its_status_its_signal_or_its_likely_end_is_another(then, now, way, words):
    found = moved(scores(now), scores(then))
    assert found["way"].tolist() == ([way] if way else [])
    if way:
        row = found.merge(scores(now), on="kpi_id").to_dict("records")[0]
        assert plain(moved_words(row)) == words


def test_what_got_worse_stands_first_and_what_came_or_went_is_not_moved():
    then = scores({"kpi_id": "b", "status": "off target"}, {"kpi_id": "a", "status": "on target"}, {"kpi_id": "gone"})
    now = scores({"kpi_id": "b"}, {"kpi_id": "a"}, {"kpi_id": "new", "status": "off target"})
    assert moved(now, then)["kpi_id"].tolist() == ["a", "b"]


def test_a_chance_to_meet_another_years_target_is_not_compared():
    then, now = scores({"p_meet": 1.0}), scores({"p_meet": 0.1})
    assert len(moved(now, then)) == 1
    assert moved(now, then, same_cycle=False).empty


QUARTER_END = pd.Timestamp("2025-09-30")


@pytest.fixture(scope="module")
def quarter():
    return open_cycle("2025-Q3", workspace=REPOSITORY)


def test_a_quarter_holds_nothing_that_is_dated_after_it(quarter):
    review = quarter.review
    for name in ("engagements", "feedback"):
        assert review.sound[name]["date"].le(QUARTER_END).all()
    assert not review.feedback["answered_on"].gt(QUARTER_END).any()
    assert not review.risks["assessed"].gt(QUARTER_END).any()
    assert not {"R11", "R15"} & set(review.risks["risk_id"])  # first assessed in December
    # assessed at 5 x 4 on 10 December, and at 3 x 3 before
    assert review.risks.set_index("risk_id").loc["R02", "exposure"] == 9
    moves = review.compared[review.compared["kind"].eq("risk")]
    assert not moves["subject"].isin(["R02", "R11", "R15"]).any()


def test_what_happened_after_the_day_is_counted_as_outside_the_period(quarter):
    counts = quarter.intake.reconciliation.set_index("table").loc["feedback"]
    assert (counts["read"], counts["used"], counts["outside"]) == (30, 21, 9)


def test_a_quarter_calls_no_chance_certain_that_its_scorecard_calls_open(quarter):
    _, told, _ = outlook_brief(quarter.review)
    said = plain(words(told._repr_html_()))
    assert re.search(r"Inventory turnover .{0,90} < 1 %", said)
    assert re.search(r"Complaints per 10,000 online orders .{0,90} > 99 %", said)
    assert not re.search(r"[^\d.]100 %", said)


def test_a_quarter_says_that_its_tables_were_written_later_and_the_year_does_not(quarter):
    (told,) = quarter.report.partial_note()
    assert "after 30 September 2025" in plain(repr(told))
    assert "7 risks and issues assessed since then stand as before, 5 that nobody had assessed are left out" in plain(
        repr(told)
    )
    assert open_cycle("2025", workspace=REPOSITORY).report.partial_note() == []


def test_the_commentary_on_the_year_is_no_finding_of_a_quarter(quarter):
    assert not quarter.review.findings["rule"].eq("commentary-outdated").any()


def test_a_month_tells_each_kpi_once_and_asks_in_few_words():
    desk = open_cycle("2025-01", workspace=REPOSITORY)
    (moves,), (fresh,) = desk.moves.table(), desk.moves.new_findings()
    assert "10 more are in the table of scores" in plain(moves._repr_html_())
    scores = desk.review.scores.set_index("kpi_id")
    told = [name for name in scores["name"] if f"{name}" in repr(fresh)]
    assert not [name for name in told if name in repr(moves)]
    asked = plain(repr(desk.report.decisions_asked()[0]))
    assert "Late, but still fits the strategy." in asked
    assert "of the work is done" not in asked


def test_a_report_of_one_page_names_what_else_waits_for_a_decision():
    """It has no part on initiatives that could name it."""
    assert plain(waiting_note(["Till"], on_one_page=True)) == "1 more initiative waits for a decision: Till."
    assert (
        plain(waiting_note(["Till", "App"], on_one_page=True)) == "2 more initiatives wait for a decision: Till; App."
    )
    assert plain(waiting_note(["Till"] * 7, on_one_page=True)) == (
        "7 more initiatives wait for a decision; the table of initiatives that comes with this report names them."
    )
    assert plain(waiting_note(["Till"], on_one_page=False)) == (
        "1 more initiative waits for a decision, in the part on initiatives."
    )
    assert waiting_note([], on_one_page=True) == ""


def test_what_moved_has_one_home_in_a_quarter(quarter):
    assert "changed status" not in repr(quarter.compared.conclusion())
    assert "changed status" in repr(open_cycle("2025", workspace=REPOSITORY).compared.conclusion())


def test_the_lead_says_how_many_moved_which_way():
    ways = pd.DataFrame({"way": ["worse", "better", "better", "other"]})
    assert plain(moves_lead(ways, "May 2025")) == (
        "Since May 2025, 4 KPIs moved: 1 for the worse, 2 for the better and 1 scored for the first time or no longer."
    )
    assert plain(moves_lead(ways.tail(1), "May 2025")) == "Since May 2025, 1 KPI moved."
    assert plain(moves_lead(ways.tail(2), "2024")) == (
        "Since 2024, 2 KPIs moved: 1 for the better and 1 scored for the first time or no longer."
    )
    assert moves_lead(ways.head(0), "2024").startswith("No KPI changed")
    assert moves_lead(None, "") == "There is no earlier report to compare with."


def evidence(**tables):
    kpis = kpi_table(
        {"kpi_id": "a", "department": "Sales"},
        {"kpi_id": "b", "department": "IT"},
        {"kpi_id": "c", "department": np.nan},
    )
    blank = pd.DataFrame()
    table = {
        "kpis": kpis, "scores": kpis[["kpi_id"]].assign(status=["off target", "on target", "near"]),
        "initiatives": initiatives({"department": "IT", "proposal": "accelerate"}),
        "risks": risks(
            {}, {"risk_id": "R2", "status": "closed"}, {"risk_id": "R3", "initiative_id": np.nan, "owner": "Ann"}
        ),
        "objectives": OBJECTIVES, **tables,
    }  # fmt: skip
    rest = dict.fromkeys(("stakeholders", "engagements", "feedback", "changes", "segments"), blank)
    return Evidence(as_of=pd.Timestamp("2025-12-31").date(), year_is_over=True, **table, **rest)


def findings(*rows):
    blank = {"severity": "high", "state": "new", "rank": 1}
    return pd.DataFrame([{**blank, **row} for row in rows])


def test_each_department_has_its_kpis_its_initiatives_their_open_risks_and_what_is_found_of_them():
    found = findings(
        {"finding_id": "risk", "subject_kind": "risk", "subject": "R1", "rank": 3},
        {"finding_id": "late", "subject_kind": "initiative", "subject": "I1", "rank": 2},
        {"finding_id": "missed", "subject_kind": "kpi", "subject": "a"},
        {"finding_id": "met", "subject_kind": "kpi", "subject": "b", "severity": "success"},
        {"finding_id": "gone", "subject_kind": "kpi", "subject": "b", "state": "resolved"},
        {"finding_id": "nobody's", "subject_kind": "kpi", "subject": "c"},
    )
    it, sales = department_views(evidence(), found)
    assert (it.department, it.n_initiatives, it.n_risks, it.findings) == ("IT", 1, 1, ("late", "risk"))
    assert (sales.department, sales.n_initiatives, sales.n_risks, sales.findings) == ("Sales", 0, 0, ("missed",))
    assert plain(department_words(it, 0)) == "IT: 1 KPI, 1 on target; 1 initiative; 1 open risk"
    assert plain(department_words(sales, 2)) == "Sales: 1 KPI, 1 off target; 2 more findings in the table of findings"
    assert plain(department_lead([it, sales])) == (
        "2 departments carry the strategy. Most stands open with IT: 2 of the 3 findings that concern a department."
    )


def test_a_risk_without_an_initiative_belongs_to_the_one_department_of_its_owner():
    kpis = kpi_table(
        {"kpi_id": "a", "department": "Sales", "owner": "Ann"},
        {"kpi_id": "b", "department": "IT", "owner": "Bob"},
        {"kpi_id": "c", "department": "Sales", "owner": "Bob"},
    )
    alone = {"initiative_id": np.nan}
    register = risks(
        {**alone, "risk_id": "R1", "owner": "Ann"},
        {**alone, "risk_id": "R2", "owner": "Bob"},  # answers for two departments: nobody knows which
        {**alone, "risk_id": "R3", "owner": "Cem"},
        {**alone, "risk_id": "R4", "owner": np.nan},
        {"risk_id": "R5", "owner": "Ann"},  # that of its initiative, whoever owns it
    )
    views = department_views(evidence(kpis=kpis, risks=register), findings({"subject": "", "subject_kind": "",
        "finding_id": ""}).head(0))  # fmt: skip
    assert {view.department: view.n_risks for view in views} == {"IT": 1, "Sales": 1}


def test_initiatives_off_plan_that_no_finding_names_stand_open_too():
    """Of very many off plan the costliest alone are findings; the others are not nothing."""
    rows = [{"initiative_id": f"I{place}", "department": "IT", "proposal": "adjust"} for place in range(3)]
    table = initiatives(*rows, {"initiative_id": "S", "department": "Sales", "proposal": "stop"})
    found = findings({"finding_id": "late", "subject_kind": "initiative", "subject": "I1"})
    it, sales = department_views(evidence(initiatives=table), found)
    assert (it.n_unnamed, sales.n_unnamed) == (2, 1)
    assert [plain(text) for text in unnamed_words(it)] == [
        "2 more initiatives are off plan", "Decide on each; the table of initiatives names them."
    ]  # fmt: skip
    assert plain(unnamed_words(sales)[0]) == "1 initiative is off plan"
    assert plain(department_lead([it, sales])) == (
        "2 departments carry the strategy. Most stands open with IT: 3 of the 4 findings and initiatives "
        "off plan that concern a department."
    )
    decided = table.assign(decided=["adjust", "adjust", "adjust", "stop"])
    assert sum(view.n_unnamed for view in department_views(evidence(initiatives=decided), found)) == 0


def test_without_departments_there_is_no_view():
    nobody = kpi_table({"kpi_id": "a", "department": np.nan})
    bare = evidence(kpis=nobody, initiatives=initiatives({"department": np.nan, "proposal": "stop"}))
    assert list(department_views(bare, findings({"finding_id": "x", "subject_kind": "kpi", "subject": "a"}))) == []
    assert department_lead([]) == "No KPI and no initiative names a department."
    assert department_lead([DepartmentView("IT", {}, 1, 0, ())]) == (
        "1 department carries the strategy; nothing stands open in it."
    )
