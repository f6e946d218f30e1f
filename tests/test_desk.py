"""What a notebook holds: a checkpoint opened from its sources, or from what earlier stages of a run left."""

import re

import pytest
from workspaces import DATA, contents, copy_workspace, page, replace_text, table, words

from review_kit.desk import open_cycle
from review_kit.desk.course_news import initiatives_moved
from review_kit.desk.review import Review
from review_kit.errors import InputsRefusedError, ParamsError, UsageError

DRAWERS = (
    "intake", "scoring", "drivers", "sensitivity", "findings", "initiatives", "risks", "objectives", "people",
    "targets", "report",
)  # fmt: skip


@pytest.fixture(scope="module")
def desk(example):
    return open_cycle("2025", workspace=example)


@pytest.fixture
def workspace(tmp_path):
    return copy_workspace(tmp_path / "workspace")


@pytest.mark.parametrize(
    ("checkpoint", "title"),
    [("2025", "Year 2025"), ("2025-Q3", "Third quarter of 2025"), ("2025-09", "September 2025"), (2025, "Year 2025")],
)
def test_a_checkpoint_is_opened_by_its_name_or_by_the_number_that_papermill_makes_of_a_year(example, checkpoint, title):
    assert open_cycle(checkpoint, workspace=example).review.checkpoint.title == title


def test_the_workspace_is_found_from_the_folder_of_the_notebooks(workspace, monkeypatch):
    monkeypatch.chdir(workspace / "notebooks")
    assert open_cycle("2025").review.params.organisation == "Global Snack Retailer"


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ({"checkpoint": "2052"}, "no cycle is called '2052'"),
        ({"checkpoint": "2025", "edition": "bord"}, "cycle 2025 has no edition 'bord'"),
        ({"checkpoint": "2025", "run": "outputs/.work/2025"}, "the run '2025' is not there any more"),
    ],
)
def test_what_cannot_be_opened_is_refused_with_what_to_do(example, asked, told):
    with pytest.raises(UsageError, match=rf"{told}(?s:.*)\nHint: "):
        open_cycle(**asked, workspace=example)


@pytest.mark.parametrize(
    "name",
    ["scores", "rollup", "drivers", "segments", "sensitivity", "findings", "proposals", "risks", "objective_reviews"],
)
def test_a_desk_opened_from_the_sources_holds_what_the_chain_wrote(desk, annual_review, name):
    found = getattr(desk.review, name).reset_index(drop=True)
    written = table(annual_review, name)
    assert found.to_csv() == written[list(found.columns)].to_csv()


@pytest.mark.parametrize("drawer", DRAWERS)
def test_all_that_a_drawer_shows_is_one_piece_in_markup_and_in_plain_words(desk, drawer):
    assert_shown_whole(getattr(desk, drawer))


def assert_shown_whole(opened):
    """Every verb of a drawer shows pieces that are whole."""
    verbs = [
        name
        for name in dir(opened)
        if not name.startswith("_") and name not in NO_PIECES and callable(getattr(opened, name))
    ]
    assert verbs
    for name in verbs:
        found = getattr(opened, name)()
        for piece in found if isinstance(found, list) else [found]:
            assert piece._repr_html_().startswith("<"), name
            assert words(repr(piece)) == " ".join(repr(piece).split()), name  # no markup in it


NO_PIECES = {
    "chart", "kpi_page", "page", "segment_bridges", "paged", "unscored", "triage_table", "candidates_of", "proposed",
    "faults", "reconciliation",
}  # fmt: skip


def test_a_kpi_says_how_it_is_scored_what_it_rests_on_and_where_its_figures_come_from(desk):
    told = repr(desk.scoring.kpi_page("time_to_resolve"))
    assert "Actual, computed: 12.9" in told.replace("\u00a0", " ")
    assert "Target, read: < 12.0" in told.replace("\u00a0", " ")
    markup = str(desk.scoring.kpi_page("ai_coverage")._repr_html_())
    assert "5 of 12 values came" in markup
    assert "Scored by</dt><dd>progress from baseline to target" in str(desk.scoring.kpi_page("uptime")._repr_html_())
    assert "Scored by progress from baseline to target. r: read as it stands" in desk.scoring.scorecard().html
    assert "All scores are rolled up. Weighted means of KPI scores." in desk.scoring.rollup_table().html


def test_tables_are_handed_over_by_name_and_to_drafts_outside_a_run(workspace):
    desk = open_cycle("2025-Q3", workspace=workspace)
    desk.write("scores", "rollup")
    written = workspace / "outputs" / ".drafts" / "2025-Q3" / "tables"
    assert sorted(path.stem for path in written.iterdir()) == ["rollup", "scores"]
    with pytest.raises(UsageError, match=r"there is no table 'score' to hand over\.\nHint: the tables are "):
        desk.write("score")


def test_only_a_year_has_a_draft_of_the_next(workspace):
    assert open_cycle("2025-Q3", workspace=workspace).write_next_cycle() == []
    assert [path.name for path in open_cycle("2025", workspace=workspace).write_next_cycle()] == [
        "kpis_2026.csv",
        "2026.yml",
    ]


def test_faulty_sources_can_be_looked_at_and_are_not_accepted(workspace):
    replace_text(workspace / DATA / "actuals.csv", ("csat,2025-02,", "csta,2025-02,"))
    desk = open_cycle("2025", workspace=workspace)
    assert "no KPI is called 'csta'." in words(desk.intake.faults_table()[0]._repr_html_())
    with pytest.raises(InputsRefusedError, match="no KPI is called 'csta'"):
        desk.accept_sources()


def test_an_edition_that_sees_less_is_worked_out_from_less(example, desk):
    department = open_cycle("2025", edition="department", workspace=example)
    hidden = set(desk.review.kpis["kpi_id"]) - set(department.review.kpis["kpi_id"])
    assert hidden == {"digital_margin", "security_incidents"}
    assert not hidden & set(department.review.measures["kpi_id"])
    assert department.intake.faults.empty
    assert set(desk.review.risks["risk_id"]) - set(department.review.risks["risk_id"]) == {"R14", "R15"}
    assert len(department.report.partial_note()) == 1
    assert desk.report.partial_note() == []


def test_opening_changes_no_file(workspace):
    before = contents(workspace)
    open_cycle("2025", workspace=workspace)
    assert contents(workspace) == before


def test_a_missing_review_of_the_year_before_is_told(workspace):
    (workspace / "params" / "2024.yml").unlink()
    with pytest.raises(
        UsageError, match=r"params/2025\.yml, key previous_cycle: params/2024\.yml is missing\.\nHint: "
    ):
        open_cycle("2025", workspace=workspace)


def test_faults_of_the_review_before_are_told_as_its_own(workspace):
    old = "digital_revenue,Revenue from digital channels,"
    replace_text(workspace / DATA / "kpis_2024.csv", (f"{old}F1,", f"{old}F9,"))
    told = r"The sources of the review before, as params/2024\.yml reads them, hold 1 error(?s:.*)'F9'"
    with pytest.raises(InputsRefusedError, match=told):
        open_cycle("2025", workspace=workspace)


def test_a_new_kpi_may_have_values_from_before_its_first_cycle_in_the_file_that_both_cycles_share(workspace):
    with (workspace / DATA / "actuals.csv").open("a", encoding="utf-8") as file:
        file.write("ai_coverage,2024-12,3,,,,actual,\n")
    review = open_cycle("2025", workspace=workspace).review
    assert "ai_coverage" not in set(review.last.scores["kpi_id"])
    measures = review.sound["measures"]
    assert measures.loc[measures["kpi_id"].eq("ai_coverage"), "value"].tolist()[-1] == 3
    faults = open_cycle("2024", workspace=workspace).intake.faults  # by itself, 2024 takes it for a slip
    assert faults.loc[faults["severity"].eq("error"), "rule"].tolist() == ["unknown-kpi"]


def test_rows_of_another_cycle_in_a_shared_table_are_left_out_and_a_slip_of_this_cycle_is_refused(workspace):
    path = workspace / DATA / "progress.csv"
    with path.open("a", encoding="utf-8") as file:
        file.write("I98,2023-Q4,100,90,80\nI98,2024-Q1,200,190,180\n")
    held = open_cycle("2025", workspace=workspace).intake
    [told] = held.faults[held.faults["rule"].eq("unknown-initiative")].to_dict("records")
    assert (told["severity"], told["column"]) == ("warning", "initiative_id")
    assert told["message"] == "no initiative is called 'I98'; its 2 rows are of other cycles and are left out."
    assert told["hint"] == "did you mean 'I09'? If not, there is nothing to do where another cycle lists it."
    rows = held.reconciliation.set_index("table").loc["progress"]
    assert rows["outside"] == 2
    assert rows["read"] == rows["used"] + rows["outside"]
    with path.open("a", encoding="utf-8") as file:
        file.write("I98,2025-Q1,300,290,280\n")  # has a row in this cycle: somebody meant another id
    faults = open_cycle("2025", workspace=workspace).intake.faults
    assert faults.loc[faults["severity"].eq("error"), "rule"].tolist() == ["unknown-initiative"]


def test_who_is_new_among_the_stakeholders_may_have_attended_before_and_who_left_may_too(workspace):
    lines = (workspace / DATA / "stakeholders.csv").read_text(encoding="utf-8").splitlines(keepends=True)
    then = workspace / DATA / "stakeholders_2024.csv"
    then.write_text("".join(line for line in lines if not line.startswith("S07")), encoding="utf-8")
    replace_text(workspace / "params" / "2024.yml", ("/stakeholders.csv", "/stakeholders_2024.csv"))
    with (workspace / DATA / "engagements.csv").open("a", encoding="utf-8") as file:
        file.write("2023-11-08,S99,meeting,Farewell,yes\n")
    desk = open_cycle("2025", workspace=workspace)  # S07 attended in 2024, when the list did not have that person yet
    assert desk.review.last is not None
    faults = desk.intake.faults.set_index("rule")
    assert faults.loc[["unknown-stakeholder"], "severity"].tolist() == ["warning"]
    assert not desk.review.sound["engagements"]["stakeholder_id"].eq("S99").any()


def test_beside_an_initiative_the_kpi_is_drawn_that_is_told_and_none_whose_name_begins_alike(workspace):
    name = "data_quality,Master data records without error,"  # stands before the other among what the upgrade serves
    replace_text(workspace / DATA / "kpis_2024.csv", (name, "data_quality,IT spend,"))
    drawn = open_cycle("2024", workspace=workspace).report.things_to_know().html
    assert "It serves IT spend against budget, which fell" in drawn
    assert '<p class="thing-of">IT spend against budget</p>' in drawn
    assert '<p class="thing-of">IT spend</p>' not in drawn


def test_an_initiative_that_is_over_is_done_on_the_page_of_its_objective_and_not_to_continue(desk):
    over = desk.review.initiatives.set_index("initiative_id").loc["I04"]
    assert (over["rule"], over["proposal"]) == ("done", "continue")
    told = words(desk.objectives.page(over["objective_id"])._repr_html_())
    after = told[told.index(over["name"]) + len(over["name"]) :].removeprefix(" ").removeprefix(over["owner"])
    assert after.split()[0] == "Done"


BARE = """cycle: "2025"
organisation: Works
calendar: {start: 2025-01-01, end: 2025-12-31}
sources: {objectives: data/objectives.csv, kpis: data/kpis.csv, actuals: data/actuals.csv}
"""


@pytest.fixture(scope="module")
def bare(tmp_path_factory):
    """A cycle of three tables: two objectives with one KPI each, one of which is met."""
    root = tmp_path_factory.mktemp("bare")
    for folder in ("params", "data"):
        (root / folder).mkdir()
    kpis = "kpi_id,name,objective_id,unit,direction,target,baseline\nK1,Calls,O1,,higher,5,1\nK2,Waits,O2,,lower,5,9\n"
    texts = {
        "params/2025.yml": BARE,
        "data/objectives.csv": "objective_id,name\nO1,Serve\nO2,Save\n",
        "data/kpis.csv": kpis,
        "data/actuals.csv": "kpi_id,period,value\nK1,2025,6\nK2,2025,8\n",
    }
    for name, text in texts.items():
        (root / name).write_text(text, encoding="utf-8")
    return open_cycle("2025", workspace=root)


@pytest.mark.parametrize(
    ("pages", "conclusion", "said", "pieces"),
    [
        ("initiatives", "conclusion", "This cycle names no initiatives.",
         ("standing_tables", "timeline", "quadrant", "table", "figures_table", "benefits_table", "reallocation_table")),
        ("risks", "conclusion", "This cycle names no risks.", ("matrix", "paths", "table", "by_objective_table")),
        ("risks", "changes_conclusion", "This cycle names no outside changes.", ("changes_table",)),
        ("people", "conclusion", "This cycle names no stakeholders.",
         ("reach", "engagement", "feedback", "answers_conclusion", "answers_table", "themes_table", "feedback_table",
          "news_table", "surveys")),
        ("people", "lessons_conclusion", "This cycle names no lessons.", ("lessons_table", "past_decisions")),
    ],
)  # fmt: skip
def test_what_a_cycle_does_not_have_is_said_in_one_sentence_and_no_heading_stands_empty(
    bare, pages, conclusion, said, pieces
):
    drawer = getattr(bare, pages)
    assert words(getattr(drawer, conclusion)()._repr_html_()) == said
    assert [list(getattr(drawer, piece)()) for piece in pieces] == [[]] * len(pieces)


def test_two_objectives_and_a_lone_kpi_are_told_as_people_say_it(bare):
    assert words(bare.objectives.conclusion()._repr_html_()) == "The rules propose to keep both objectives."
    why = bare.review.objective_reviews.set_index("subject")["why"]
    # from 9 down to 5 is 4, and 9 to 8 is a quarter of that
    assert why["O2"] == "It scores 25 of 100; its one KPI missed the target."
    assert why["O1"].endswith("its one KPI met the target.")


def test_without_a_year_before_all_findings_are_new(workspace):
    params = workspace / "params" / "2025.yml"
    lines = page(params).splitlines(keepends=True)
    params.write_text("".join(line for line in lines if "previous_cycle" not in line), encoding="utf-8")
    review = open_cycle("2025", workspace=workspace).review
    assert review.findings["state"].eq("new").all()
    assert review.rollup["change"].isna().all()


def test_a_quarter_knows_no_decision_that_was_taken_after_it_and_makes_no_proposals(example, desk):
    quarter = open_cycle("2025-Q3", workspace=example)
    assert quarter.review.initiatives["decided"].isna().all()
    assert quarter.review.proposals.empty
    assert "when the year is over" in repr(quarter.targets.conclusion())
    assert desk.review.initiatives["decided"].notna().sum() == 2
    assert desk.review.proposals["method"].eq("approved").sum() == 2


def test_a_decision_about_something_that_the_cycle_does_not_have_is_refused_with_the_nearest(workspace):
    replace_text(workspace / "params" / "2025.decisions.yml", ("subject: uptime", "subject: uptimes"))
    with pytest.raises(ParamsError, match=r"decision D-2025-02, key subject: kpis has no 'uptimes'.\nHint: .*'uptime'"):
        open_cycle("2025", workspace=workspace)


def test_what_a_decision_expects_of_a_kpi_that_there_is_not_is_refused_with_the_nearest(workspace):
    replace_text(
        workspace / "params" / "2025.decisions.yml",
        ('    subject: I03\n    choice: "adjust"', '    subject: I03\n    expects: {csta: 1}\n    choice: "adjust"'),
    )
    with pytest.raises(ParamsError, match=r"D-2025-0\d, key expects: kpis has no 'csta'.\nHint: .*'csat'"):
        open_cycle("2025", workspace=workspace)


def test_an_edition_knows_of_the_last_decisions_only_what_it_may_see(workspace):
    path = workspace / "params" / "2024.decisions.yml"
    said = path.read_text(encoding="utf-8").replace("expects: {order_to_shelf: -0.6}", "expects: {digital_margin: 1.0}")
    path.write_text(said, encoding="utf-8")
    whole = open_cycle("2025", workspace=workspace).review.past_decisions
    less = open_cycle("2025", edition="department", workspace=workspace).review.past_decisions
    assert "digital_margin" in set(whole["kpi_id"])
    assert "digital_margin" not in set(less["kpi_id"])
    assert "D-2024-03" in set(less["decision_id"])


def test_an_approved_target_that_cannot_exist_is_refused_with_the_bounds(workspace):
    replace_text(workspace / "params" / "2025.decisions.yml", ('choice: "99.5"', 'choice: "140"'))
    with pytest.raises(ParamsError, match=r"D-2025-02, key choice: 140 lies beyond what 'uptime' can be"):
        open_cycle("2025", workspace=workspace)


@pytest.mark.parametrize("heading", ["restricted to", "Audience", "Confidential?", "clearance"])
def test_a_heading_that_seems_to_say_who_may_see_a_row_is_refused_rather_than_passed_over(workspace, heading):
    path = workspace / DATA / "risks.csv"
    path.write_text(path.read_text(encoding="utf-8").replace("restricted_to", heading, 1), encoding="utf-8")
    with pytest.raises(InputsRefusedError, match="seems to say who may see a row"):
        open_cycle("2025", workspace=workspace).accept_sources()


def test_an_edition_knows_of_people_only_those_of_its_own_audiences(example):
    department = open_cycle("2025", edition="department", workspace=example).review.sound
    assert set(department["stakeholders"]["audience"]) == {"department"}
    assert set(department["feedback"]["stakeholder_id"]) <= set(department["stakeholders"]["stakeholder_id"])
    assert len(department["feedback"]) == 17


def test_a_rebase_stands_on_the_chart_and_hides_with_its_kpi(workspace):
    rebase = (
        "signals:\n  rules: nhs_r\n  rebase:\n"
        "    - {kpi_id: order_to_shelf, from: 2025-03-31, reason: Cross-docking in all depots}\n"
        "    - {kpi_id: digital_margin, from: 2025-01-01, reason: A secret supplier}\n"
    )
    replace_text(workspace / "params" / "2025.yml", ("signals: {rules: nhs_r}\n", rebase))
    whole = open_cycle("2025", workspace=workspace)
    row = whole.review.scores.set_index("kpi_id").loc["order_to_shelf"]
    assert (row["n_points"], row["trial"], row["variation"]) == (9, True, "common cause")
    assert round(row["mean"], 2) == 5.31
    assert "Process changed in April 2025: Cross-docking in all depots." in whole.scoring.chart("order_to_shelf").alt
    said = words(whole.report.method()._repr_html_())
    assert "digital_margin from 2025-01-01 (A secret supplier)" in said
    less = open_cycle("2025", edition="department", workspace=workspace)
    said = words(less.report.method()._repr_html_())
    assert "order_to_shelf from 2025-03-31 (Cross-docking in all depots)" in said
    assert "secret" not in said
    assert "digital_margin" not in said


def test_a_rebase_of_a_kpi_that_the_cycle_does_not_have_is_refused_at_its_line(workspace):
    rebase = "signals: {rebase: [{kpi_id: order_to_shelv, from: 2025-04-01, reason: Cross-docking}]}\n"
    replace_text(workspace / "params" / "2025.yml", ("signals: {rules: nhs_r}\n", rebase))
    lines = (workspace / "params" / "2025.yml").read_text(encoding="utf-8").splitlines(keepends=True)
    with pytest.raises(ParamsError) as told:
        open_cycle("2025", workspace=workspace)
    place = f"line {lines.index(rebase) + 1}, key signals.rebase[1].kpi_id"
    assert str(told.value) == (
        f"params/2025.yml, {place}: no KPI is called 'order_to_shelv'.\nHint: did you mean 'order_to_shelf'?"
    )


def test_what_the_colour_alone_would_mislead_about_is_one_table(desk):
    said = words(desk.scoring.conflicts_table()._repr_html_())
    assert "Missed, but routine Time to resolve an incident" in said
    assert "Met, but drifting Incidents solved at first contact" in said
    assert said.count("routine") == said.count("drifting") == 1


def test_an_initiative_that_is_over_is_called_done_on_the_page_of_its_objective_too(desk):
    said = words(desk.objectives.page("P1")._repr_html_())
    assert re.search(r"Cross-docking and later order cut-off \S.{0,40} Done 100\s%", said)
    assert "Continue Done" not in said


def test_a_change_in_a_table_of_benefits_is_that_of_the_figures_beside_it(desk):
    _, told = desk.initiatives.benefits_table()
    said = words(told._repr_html_()).replace("\u202f", " ").replace("\u00a0", " ")
    assert re.search(r"Projects within budget ERP upgrade .{0,40} 76 % 81 % \+5 pp", said)


def test_kpis_without_a_score_are_not_said_to_have_moved_it(desk):
    (told,) = desk.drivers.scores_table()
    # the fill rate alone: of the two that have no score nothing is said
    assert "1 KPI moved it by less than shows here." in words(told._repr_html_()).replace("\u00a0", " ")


def test_tables_of_signals_say_targets_as_the_scorecard_does(desk):
    said = words(desk.scoring.signals_table()._repr_html_())
    assert re.search(r"Warehouse fill rate .{0,200} 86\.4\s%\s+80\.0–90\.0\s%", said)
    assert re.search(r"Uptime of core systems .{0,200} ≥\s108\.9\s%", said)
    assert "on one side since April 2025" in said  # order-to-shelf: cross-docking since 31 March
    assert "since 2025-" not in said
    assert "on one side of the mean, since April 2025" in said  # projects within budget: the side is named once
    told = words(desk.scoring.conflicts_table()._repr_html_())
    assert re.search(r"Time to resolve an incident .{0,200} <\s12\.0\shours\s+\d\.\d\d\shours", told)


def test_a_chart_shares_the_years_target_out_by_season_only_where_months_are_added_up(desk, workspace):
    shared = desk.scoring.chart("digital_revenue").data["Target"].tail(12)
    assert round(shared.sum()) == 225
    assert shared.nunique() == 12
    kpis = workspace / DATA / "kpis.csv"
    lines = kpis.read_text(encoding="utf-8").splitlines()
    latest = [lines[0] + ",window", lines[1] + ",latest_period", *(f"{line}," for line in lines[2:])]
    kpis.write_text("\n".join(latest), encoding="utf-8")  # a sum over shops of the latest month is no sum over months
    alone = open_cycle("2025", workspace=workspace).scoring.chart("digital_revenue").data["Target"]
    assert alone.unique().tolist() == [225]


@pytest.mark.parametrize(
    ("method", "said"),
    [("geometric", "Weighted geometric means of KPI scores"), ("worst", "The worst score below counts.")],
)
def test_a_cycle_that_rolls_up_otherwise_shows_all_that_others_show_and_says_how(workspace, method, said):
    for year in ("2024", "2025"):
        told = ("min_confidence: 0.5}", f"min_confidence: 0.5, rollup: {method}}}")
        replace_text(workspace / "params" / f"{year}.yml", told)
    desk = open_cycle("2025", workspace=workspace)
    for drawer in DRAWERS:
        assert_shown_whole(getattr(desk, drawer))
    assert said in desk.scoring.rollup_table().html
    assert set(desk.review.sensitivity["change"]) == {"weight", "left out", "limit", "roll-up", "missing"}
    assert "cannot be taken apart by KPIs" in repr(desk.drivers.conclusion())
    alone = "limits of a status are those of single KPIs" in desk.sensitivity.fragile_table().html
    assert alone is (method == "worst")


def test_news_of_initiatives_are_those_that_came_in_or_changed_their_course(desk):
    (told,) = desk.people.news_table()
    assert "Cross-docking" not in told.html  # done now, on course then
    assert "Augmented-reality shelf planner" in told.html  # not in the list of 2024; to be adjusted, as was decided
    assert "to adjust" in told.html
    assert "to stop" not in told.html  # what the rule proposed, and people did not take


@pytest.mark.parametrize(("status", "now"), [("cancelled", "called off"), ("completed", "done")])
def test_an_initiative_that_is_over_did_not_come_back_to_its_course(desk, status, now):
    review = desk.review
    listed = review.sound["initiatives"]
    ended = listed.assign(status=listed["status"].mask(listed["initiative_id"].isin(["I01", "I02", "I10"]), status))
    told = initiatives_moved(
        Review(review.params, review.checkpoint, {**review.sound, "initiatives": ended}, last=review.last), review.last
    ).set_index("name")
    assert told.loc["ERP upgrade", ["before", "now"]].tolist() == ["off course", now]
    assert told.loc["Augmented-reality shelf planner", ["before", "now"]].tolist() == ["new", now]
    assert not told.index.str.startswith("Loyalty app").any()  # on course to its end
