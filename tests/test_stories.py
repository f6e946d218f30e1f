"""Findings that belong together are one story, each KPI of it counts once, and nothing is lost by telling it so."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import kpi_table, monthly
from test_findings import NOISE, OBJECTIVES, found, initiatives, people, risks

from review_kit.findings import changed_figures, compare_with_last, cost_of_stories, members_told
from review_kit.model.period import Calendar, Checkpoint

LATE = {"forecast_finish": pd.Timestamp("2026-06-30")}
YEAR = Checkpoint.of_cycle("2025", Calendar(date(2025, 1, 1), date(2025, 12, 31), 2025))
SHORT, REACHED = [90.0] * 12, [120.0] * 12


def story_of(table):
    return dict(zip(table["finding_id"], table["story"], strict=True))


def kpis(n, **cells):
    return [{"kpi_id": f"k{number}", "name": f"KPI {number}", **cells} for number in range(n)]


def told(rows, values, year, **tables):
    measures = pd.concat([monthly(row["kpi_id"], values) for row in rows], ignore_index=True)
    return found(kpi_table(*rows), measures, year, **tables)


def test_a_missed_kpi_and_a_risk_are_told_with_the_late_initiative_that_is_to_move_them(year_2025):
    table = told(
        kpis(2), SHORT, year_2025,
        initiatives=initiatives({**LATE, "kpi_ids": "k0"}),
        risks=risks({"likelihood": 5.0, "impact": 4.0}),
    )  # fmt: skip
    stories = story_of(table)
    assert stories["target-missed:k0"] == "initiative-off-plan:I1"
    assert stories["risk-exposed:R1"] == "initiative-off-plan:I1"
    assert stories["target-missed:k1"] == "target-missed:k1"


def test_a_kpi_of_two_late_initiatives_is_told_with_the_one_that_costs_more(year_2025):
    later = {"forecast_finish": pd.Timestamp("2026-12-31"), "initiative_id": "I2", "kpi_ids": "k0"}
    table = told(kpis(1), SHORT, year_2025, initiatives=initiatives({**LATE, "kpi_ids": "k0"}, later))
    assert story_of(table)["target-missed:k0"] == "initiative-off-plan:I2"


@pytest.mark.parametrize(("serving", "story"), [(3, "initiative-off-plan:I0"), (4, "target-missed:k0")])
def test_a_kpi_that_many_late_initiatives_are_to_move_is_no_story_of_one_of_them(year_2025, serving, story):
    late = [{**LATE, "initiative_id": f"I{number}", "kpi_ids": "k0"} for number in range(serving)]
    table = told(kpis(1), SHORT, year_2025, initiatives=initiatives(*late))
    assert story_of(table)["target-missed:k0"] == story


def test_very_many_late_initiatives_are_one_story_but_for_those_that_have_a_kpi_of_their_own(year_2025):
    late = [{**LATE, "initiative_id": f"I{number:02}", "kpi_ids": "k0" if number else "k1"} for number in range(14)]
    table = told(kpis(2), SHORT, year_2025, initiatives=initiatives(*late))
    stories = story_of(table)
    assert stories["target-missed:k1"] == stories["initiative-off-plan:I00"] == "initiative-off-plan:I00"
    assert stories["target-missed:k0"] == "target-missed:k0"
    # 12 of 14 are named, and one finding counts all
    under = [name for name, story in stories.items() if story == "initiatives-off-plan:strategy"]
    assert sorted(under) == [f"initiative-off-plan:I{number:02}" for number in range(1, 12)] + [
        "initiatives-off-plan:strategy"
    ]
    assert table.loc[table["story"].eq("initiatives-off-plan:strategy"), "finding_id"].iloc[0] == (
        "initiatives-off-plan:strategy"
    )


def test_targets_that_were_met_are_told_with_the_initiative_on_plan_that_is_to_move_them(year_2025):
    rising = [float(value) for value in range(100, 124, 2)]
    rows = kpis(3)
    before = pd.concat([monthly(row["kpi_id"], [90.0] * 12, start="2024-01-01") for row in rows], ignore_index=True)
    now = pd.concat([monthly(row["kpi_id"], rising) for row in rows], ignore_index=True)
    on_plan = initiatives({"kpi_ids": "k0;k1", "planned_percent": 50.0, "percent_complete": 50.0})
    table = found(kpi_table(*rows), pd.concat([before, now], ignore_index=True), year_2025, initiatives=on_plan)
    head = table[table["finding_id"].eq("initiative-delivers:I1")].iloc[0]
    assert head["headline"] == "Portal is on plan, and both KPIs it serves met their targets"
    later = on_plan.assign(start=pd.Timestamp("2026-01-01"), planned_percent=0.0, percent_complete=0.0, spent=0.0)
    unbegun = found(kpi_table(*rows), pd.concat([before, now], ignore_index=True), year_2025, initiatives=later)
    assert not unbegun["rule"].eq("initiative-delivers").any()  # it is on plan, and has moved nothing yet
    stories = story_of(table)
    assert [stories[f"target-met:k{number}"] for number in range(3)] == [head["finding_id"]] * 2 + ["target-met:k2"]


def test_an_initiative_half_of_whose_kpis_fall_short_of_it_is_no_success(year_2025):
    rows = kpis(3)
    values = {"k0": REACHED, "k1": SHORT, "k2": SHORT}
    measures = pd.concat(
        [monthly(kpi_id, value) for kpi_id, value in values.items()]
        + [monthly(kpi_id, [80.0] * 12, start="2024-01-01") for kpi_id in values],
        ignore_index=True,
    )
    table = found(kpi_table(*rows), measures, year_2025, initiatives=initiatives({"kpi_ids": "k0;k1;k2"}))
    assert not table["rule"].eq("initiative-delivers").any()
    both = found(kpi_table(*rows), measures, year_2025, initiatives=initiatives({"kpi_ids": "k0;k1"}))
    one = both[both["rule"].eq("initiative-delivers")]  # one of two is half of them
    assert one["headline"].tolist() == ["Portal is on plan, and 1 of the 2 KPIs it serves met its target"]


@pytest.mark.parametrize(("count", "gathered"), [(2, False), (3, True), (12, True)])
def test_three_misses_alike_under_one_objective_are_one_story_that_counts_them(year_2025, count, gathered):
    table = told(kpis(count), SHORT, year_2025)
    heads = table[table["rule"].eq("many-target-missed")]
    assert len(heads) == gathered
    if gathered:
        head = heads.iloc[0]
        assert head["headline"].replace("\u00a0", " ") == (
            f"{count} of {count} KPIs under “Serve better” missed their targets"
        )
        assert (table.loc[table["rule"].eq("target-missed"), "story"] == head["finding_id"]).all()
        assert head["cost"] == pytest.approx(table.loc[table["rule"].eq("target-missed"), "cost"].sum())


@pytest.mark.parametrize(
    ("owners", "answers"),
    [(["Ann", "Ann", "Ann"], "Ann"), (["Ann", "Bo", "Cy"], "Head of O1"), (["Ann", np.nan, "Ann"], "Head of O1")],
)
def test_what_counts_the_misses_of_several_owners_is_for_the_owner_of_the_objective(year_2025, owners, answers):
    rows = [{**row, "owner": owner} for row, owner in zip(kpis(3), owners, strict=True)]
    measures = pd.concat([monthly(row["kpi_id"], SHORT) for row in rows], ignore_index=True)
    table = found(kpi_table(*rows), measures, year_2025).set_index("finding_id")
    assert table.loc["many-target-missed:O1", "owner"] == answers


def test_before_the_year_is_over_no_target_is_called_missed(third_quarter):
    table = told(kpis(3), SHORT[:9], third_quarter)
    head = table.set_index("finding_id").loc["many-target-missed:O1"]
    assert head["headline"].replace("\u00a0", " ") == (
        "3 of 3 KPIs under “Serve better” are short of what is due by now"
    )


def test_what_counts_the_misses_counts_those_too_that_are_told_elsewhere(year_2025):
    rows = [*kpis(5), {"kpi_id": "u", "name": "Uptime", "target": 110.0, "upper_bound": 100.0}, *kpis(1, kpi_id="m")]
    values = {**dict.fromkeys(("k0", "k1", "k2", "k3", "u"), SHORT), "k4": SHORT[:7], "m": REACHED}
    measures = pd.concat([monthly(kpi_id, value) for kpi_id, value in values.items()], ignore_index=True)
    table = found(kpi_table(*rows), measures, year_2025, initiatives=initiatives({**LATE, "kpi_ids": "k0"}))
    stories = story_of(table)
    # one with the late initiative, one with its figures that stopped, one as a target that cannot be reached
    assert stories["target-missed:k0"] == "initiative-off-plan:I1"
    assert stories["target-missed:k4"] != "many-target-missed:O1"
    assert stories["impossible-target:u"] == "impossible-target:u"
    head = table.set_index("finding_id").loc["many-target-missed:O1"]
    assert head["headline"].replace("\u00a0", " ") == "6 of 7 KPIs under “Serve better” missed their targets"
    assert head["evidence"].startswith("3 of them are told with other findings. Costliest of the others: KPI ")
    assert [name for name, story in stories.items() if story == "many-target-missed:O1"] == [
        "many-target-missed:O1", "target-missed:k1", "target-missed:k2", "target-missed:k3",
    ]  # fmt: skip


def test_upkeep_counts_over_all_objectives_and_not_what_is_left_alone(year_2025):
    nobody = OBJECTIVES.assign(owner=np.nan)
    rows = [{**row, "owner": np.nan} for row in (*kpis(2), *kpis(2, objective_id="O2"))]
    rows = [{**row, "kpi_id": f"k{number}"} for number, row in enumerate([*rows, {**rows[0]}])]
    values = {**{f"k{number}": NOISE for number in range(4)}, "k4": SHORT}
    rows = [{**row, "target": 100.0 if row["kpi_id"] == "k4" else 50.0} for row in rows]
    measures = pd.concat([monthly(kpi_id, value) for kpi_id, value in values.items()], ignore_index=True)
    table = found(kpi_table(*rows), measures, year_2025, objectives=nobody).set_index("finding_id")
    told = table.loc["many-no-owner:strategy"]
    assert told["headline"].replace("\u00a0", " ") == "5 of 5 KPIs have no owner"
    assert told["evidence"].startswith("1 of them is told with another finding. Costliest of the others: Nobody")


def test_upkeep_is_gathered_over_objectives_that_have_few_each(year_2025):
    rows = [
        {
            "kpi_id": f"k{number}",
            "name": f"KPI {number}",
            "objective_id": "O1" if number < 2 else "O2",
            "target": np.nan,
        }
        for number, objective in enumerate(["O1", "O1", "O2", "O2"])
    ]
    table = told(rows, NOISE, year_2025)
    assert set(table.loc[table["rule"].eq("no-target"), "story"]) == {"many-no-target:strategy"}
    head = table[table["finding_id"].eq("many-no-target:strategy")].iloc[0]
    assert head["headline"].replace("\u00a0", " ") == "4 of 4 KPIs have no target"


def test_a_story_costs_what_its_kpis_cost_and_its_initiative_only_where_that_is_more():
    table = pd.DataFrame({
        "story": ["a", "a", "a", "a", "b"], "subject": ["I1", "k0", "k0", "k1", "R1"],
        "subject_kind": ["initiative", "kpi", "kpi", "kpi", "risk"], "cost": [4.0, 2.0, 1.0, 3.0, 7.0],
    })  # fmt: skip
    assert cost_of_stories(table).tolist() == [5.0, 5.0, 5.0, 5.0, 7.0]
    assert cost_of_stories(table.assign(cost=[6.0, 2.0, 1.0, 3.0, 7.0])).tolist() == [6.0, 6.0, 6.0, 6.0, 7.0]


@settings(deadline=None, max_examples=40)  # each scores a cycle
@given(st.lists(st.sampled_from(["short", "reached"]), min_size=1, max_size=9), st.sets(st.integers(0, 8)))
def test_every_finding_is_told_once_its_head_first_and_ranks_have_no_gaps(outcomes, served):
    rows = kpis(len(outcomes))
    measures = pd.concat(
        [monthly(row["kpi_id"], SHORT if how == "short" else REACHED) for row, how in zip(rows, outcomes, strict=True)],
        ignore_index=True,
    )
    of = initiatives({**LATE, "kpi_ids": ";".join(f"k{number}" for number in sorted(served))})
    table = found(kpi_table(*rows), measures, YEAR, initiatives=of)
    assert table["finding_id"].is_unique
    assert table["rank"].tolist() == list(range(1, len(table) + 1))
    heads = table.groupby("story", sort=False)["finding_id"].first()
    assert (heads == heads.index).all()
    assert set(table["story"]) <= set(table["finding_id"])
    missed = {row["kpi_id"] for row, how in zip(rows, outcomes, strict=True) if how == "short"}
    assert set(table.loc[table["rule"].eq("target-missed"), "subject"]) == missed


def test_what_counts_others_persists_where_most_of_them_stood_and_is_never_called_resolved(year_2025):
    now = told(kpis(4), SHORT, year_2025)
    last = told(kpis(3), SHORT, year_2025)
    compared = compare_with_last(now, last).set_index("finding_id")["state"]
    assert compared["target-missed:k3"] == "new"
    assert compared["many-target-missed:O1"] == "persisting"
    gone = compare_with_last(told(kpis(2), SHORT, year_2025), last, {"k0", "k1", "k2"})
    assert gone.loc[gone["state"].eq("resolved"), "finding_id"].tolist() == ["target-missed:k2"]


WHO = people(["S1", "Board", "executive", 5.0], ["S2", "Ops", "it", 3.0])


def replies(*said):
    return pd.DataFrame(said, columns=["stakeholder_id", "status"])


def test_what_holds_for_several_audiences_is_one_story_that_ranks_as_the_worst_of_them(year_2025):
    # executive: both of 2 wait, 100 x 0.02 x 1 = 2 points; IT: 1 of 2 waits, 1 point. Weights are not added up.
    table = told(
        kpis(1), REACHED, year_2025,
        stakeholders=WHO,
        engagements=pd.DataFrame({"stakeholder_id": ["S2"], "attended": [True]}),
        feedback=replies(["S1", "open"], ["S1", "open"], ["S2", "open"], ["S2", "answered"]),
    ).set_index("finding_id")  # fmt: skip
    head = table.loc["many-feedback-unanswered:audiences"]
    assert (head["headline"], head["evidence"]) == (
        "Replies from both audiences still wait for an answer", "3 of 4 replies wait in all.",
    )  # fmt: skip
    assert (head["cost"], head["subject_kind"], head["story"]) == (2.0, "audience", head.name)
    waiting = table[table["rule"].eq("feedback-unanswered")]
    assert waiting["cost"].to_dict() == {"feedback-unanswered:executive": 2.0, "feedback-unanswered:it": 1.0}
    assert set(waiting["story"]) == {head.name}
    # only the executives were not reached: that stays a story of its own
    assert table.loc["audience-not-reached:executive", "story"] == "audience-not-reached:executive"


def test_audiences_that_were_not_reached_are_one_story_and_one_alone_is_told_with_its_replies(year_2025):
    nobody = pd.DataFrame({"stakeholder_id": ["S9"], "attended": [True]})
    table = told(
        kpis(1), REACHED, year_2025, stakeholders=WHO, engagements=nobody, feedback=replies(["S1", "answered"])
    )
    head = table[table["finding_id"].eq("many-audience-not-reached:audiences")].iloc[0]
    assert head["headline"] == "Too little of the influence in both audiences was reached"
    assert head["evidence"] == "None of 2 stakeholders attended in all."
    alone = told(
        kpis(1), REACHED, year_2025, stakeholders=WHO.head(1), engagements=nobody, feedback=replies(["S1", "open"])
    )
    assert story_of(alone)["audience-not-reached:executive"] == story_of(alone)["feedback-unanswered:executive"]
    assert not alone["rule"].str.startswith("many-").any()


def test_feedback_of_audiences_persists_where_most_of_them_waited_then_too(year_2025):
    def waiting(*names):
        said = replies(*([name, "open"] for name in names))
        return told(kpis(1), REACHED, year_2025, stakeholders=WHO, feedback=said)

    state = compare_with_last(waiting("S1", "S2"), waiting("S1", "S2")).set_index("finding_id")["state"]
    assert state["many-feedback-unanswered:audiences"] == "persisting"
    state = compare_with_last(waiting("S1", "S2"), waiting("S1")).set_index("finding_id")["state"]
    assert state["many-feedback-unanswered:audiences"] == "new"  # one of two is not most
    state = compare_with_last(waiting("S1"), waiting("S1", "S2")).set_index("finding_id")["state"]
    assert state["feedback-unanswered:it"] == "resolved"
    assert "many-feedback-unanswered:audiences" not in state.index


def test_an_initiative_off_plan_is_the_same_finding_whichever_rule_finds_it(year_2025):
    late, dearer = (
        told(kpis(1), REACHED, year_2025, initiatives=initiatives(change))
        for change in (LATE, {"forecast_cost": 150.0, "budget": 100.0, "spent": 50.0})
    )
    assert (set(late["rule"]) & set(dearer["rule"])).isdisjoint({"initiative-late", "initiative-overspent"})
    now = compare_with_last(dearer, late).set_index("finding_id").loc["initiative-off-plan:I1"]
    assert (now["rule"], now["state"]) == ("initiative-overspent", "persisting")


def test_what_the_first_finding_tells_already_is_not_told_again_under_it(year_2025):
    table = told(kpis(6), SHORT, year_2025, initiatives=initiatives({**LATE, "kpi_ids": "k0;k1;k2;k3;k4;k5"}))
    names = {f"k{number}": f"KPI {number}" for number in range(6)}
    members = members_told(table.assign(state="new"), names)["initiative-off-plan:I1"]
    assert "KPI 0" in table.loc[table["finding_id"].eq("initiative-off-plan:I1"), "evidence"].iloc[0]
    assert [line.split(" stood")[0] for line in members] == ["KPI 1", "KPI 2", "KPI 3", "KPI 4", "KPI 5"]
    fewer = members_told(table.assign(state="new"), names, most=2)["initiative-off-plan:I1"]
    assert fewer[2:] == ["3 more"]


def test_beside_a_finding_stand_its_size_its_nature_and_what_bears_on_it(year_2025):
    changes = pd.DataFrame({"change_id": ["X1", "X2"], "objective_id": ["O1", "O2"]})
    segments = pd.DataFrame({"kpi_id": ["k0"] * 4, "segment": ["N", "S", "W", ""], "effect": [1.0, -3.0, 0.5, -2.0]})
    table = told(
        kpis(1), NOISE, year_2025, initiatives=initiatives({**LATE, "kpi_ids": "k0"}),
        risks=risks({"likelihood": 5.0, "impact": 4.0}), changes=changes, segments=segments,
    ).set_index("finding_id")  # fmt: skip
    missed = table.loc["target-missed:k0"]
    assert (missed["size"], missed["unit"], missed["nature"]) == (pytest.approx(-10.0), "units", "noise")
    assert (missed["initiatives"], missed["risks"], missed["changes"]) == ("I1", "R1", "X1")
    assert missed["drivers"].replace("\u00a0", " ") == "S −3 units, the whole −2 units, N +1 units"
    shares = told(kpis(1, unit="%"), NOISE, year_2025, segments=segments).set_index("finding_id")
    assert shares.loc["target-missed:k0", "drivers"].replace("\u00a0", " ") == "S −3 pp, the whole −2 pp, N +1 pp"
    late = table.loc["initiative-off-plan:I1"]
    assert (late["size"], late["unit"], late["risks"]) == (181.0, "days", "R1")


@pytest.mark.parametrize(
    ("change", "rule", "headline"),
    [
        ({"owner": np.nan, "objective_id": "O2"}, "no-owner", "Nobody answers for KPI 0"),
        ({"owner": "Head", "objective_id": "O2"}, "no-owner", None),
        ({"owner": np.nan, "objective_id": "O1"}, "no-owner", None),  # who answers for the objective answers for it
    ],
)
def test_a_kpi_that_nobody_answers_for_is_a_finding(year_2025, change, rule, headline):
    table = told(kpis(1, **change), REACHED, year_2025, objectives=OBJECTIVES)
    assert table.loc[table["rule"].eq(rule), "headline"].tolist() == ([headline] if headline else [])


@pytest.mark.parametrize(
    ("change", "is_found"),
    [
        ({"kpi_ids": ""}, True),
        ({"kpi_ids": np.nan}, True),
        ({"kpi_ids": "k0"}, False),
        ({"kpi_ids": "", "status": "completed"}, False),
        ({"kpi_ids": "", "percent_complete": 100.0}, False),
    ],
)
def test_an_initiative_under_way_that_moves_no_kpi_is_a_finding(year_2025, change, is_found):
    table = told(kpis(1), REACHED, year_2025, initiatives=initiatives(change))
    assert table["rule"].eq("initiative-without-kpi").any() == is_found


def test_a_target_inside_the_routine_variation_is_met_by_chance(year_2025):
    around = [101.0, 99.0, 102.0, 98.0, 103.0, 97.0, 104.0, 99.0, 101.0, 100.0, 102.0, 100.0]  # mean 100.5
    table = told(kpis(1, aggregate="mean"), around, year_2025)
    assert table["rule"].eq("hit-or-miss").any()
    assert not told(kpis(1), REACHED, year_2025)["rule"].eq("hit-or-miss").any()


def test_an_adverse_signal_without_a_target_is_told_and_with_one_stands_in_the_miss(year_2025):
    falling = [*[130.0, 131, 129, 130, 131], *[112.0, 111, 110, 109, 108, 107, 106]]
    watched = told(kpis(1, target=np.nan), falling, year_2025)
    assert watched.loc[watched["rule"].eq("adverse-signal"), "subject"].tolist() == ["k0"]
    assert not told(kpis(1, target=140.0), falling, year_2025)["rule"].eq("adverse-signal").any()


@pytest.mark.parametrize(
    ("actual", "decimals", "written", "told_now"),
    [
        (7.654, 2.0, "7.65", []),
        (7.656, 2.0, "7.65", ["Turns stood at 7.65 and is 7.66 turns now"]),
        (7.654, np.nan, "7.65", []),
        (7.0, 0.0, "8", ["Turns stood at 8 and is 7 turns now"]),
        (np.nan, 0.0, "8", ["Turns stood at 8 and has no value now"]),
    ],
)
def test_commentary_is_outdated_where_the_figure_it_rests_on_is_published_otherwise(
    actual, decimals, written, told_now
):
    assert [line.replace("\u00a0", " ") for line in changed(actual, decimals, written)] == told_now


def changed(actual, decimals, written, unit="turns"):
    scores = pd.DataFrame(
        {"kpi_id": ["t"], "name": ["Turns"], "unit": [unit], "actual": [actual], "decimals": [decimals]}
    )
    return changed_figures(scores, {"t": written, "gone": "1"})


def test_outdated_commentary_about_money_says_the_currency_of_both_amounts():
    [told] = changed(147.8, 1.0, "148.0", "£ m")
    assert told.replace("\u00a0", " ").replace("\u202f", " ") == "Turns stood at £148.0 m and is £147.8 m now"
