"""What changed between two reviews: the score's change by causes that add up, and every fact that is another one."""

import json
import math
import shutil

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import kpi_table, monthly, no_targets
from workspaces import DATA, REPOSITORY, copy_workspace, replace_text

from review_kit.cli import main
from review_kit.comparison import CAUSES, Side, compare, restated_values, score_bridge
from review_kit.comparison.bridge import shapley
from review_kit.comparison.cycles import moved_kpis
from review_kit.comparison.delivery_changes import initiatives as initiative_changes
from review_kit.comparison.kpi_changes import around_the_difference
from review_kit.desk import compare_checkpoints, open_cycle
from review_kit.model.figures import rounded
from review_kit.model.period import Calendar, Checkpoint
from review_kit.narrative.comparison import bridge_title, bridge_words, comparison_lead, printed_bridge
from review_kit.scoring import ScoringRules, roll_up, score_kpis


def test_shapley_parts_are_the_means_over_all_orders():
    # both together give 10, a alone 4, b alone 2: a gives (4 + 8) / 2, b gives (2 + 6) / 2; c never changes anything
    worth = {frozenset(): 0.0, frozenset("a"): 4.0, frozenset("b"): 2.0, frozenset("ab"): 10.0}
    parts = shapley("abc", lambda chosen: worth[chosen - {"c"}])
    assert parts == pytest.approx({"a": 6.0, "b": 4.0, "c": 0.0}, abs=1e-15)


def year(number):
    calendar = Calendar(pd.Timestamp(f"{number}-01-01").date(), pd.Timestamp(f"{number}-12-31").date(), number)
    return Checkpoint.of_cycle(str(number), calendar)


def objective_table(*rows):
    blank = {"name": "Aim", "perspective": np.nan, "owner": "x", "weight": 1.0, "status": "active"}
    return pd.DataFrame([{**blank, **row} for row in rows]).astype({"perspective": "str"})


def side(number, kpis, values, objectives=None, rules=None, history=(), **more):
    """A review of the year: `values` has one level a month by KPI, `history` measures of earlier years."""
    checkpoint, rules = year(number), rules or ScoringRules()
    objectives = objective_table({"objective_id": "O1"}) if objectives is None else objectives
    own = [monthly(kpi_id, [level] * 12, start=f"{number}-01-01") for kpi_id, level in values.items()]
    measures = pd.concat([*history, *own], ignore_index=True)
    measures = measures[measures["kpi_id"].isin(kpis["kpi_id"])].reset_index(drop=True)
    scores = score_kpis(measures, kpis, no_targets(), checkpoint, rules)
    rollup = roll_up(
        scores, objectives, organisation="us", green=rules.green, amber=rules.amber, cap=rules.cap,
        min_confidence=rules.min_confidence, floor=rules.floor, method=rules.rollup,
    )  # fmt: skip
    return Side(
        title=f"Year {number}", checkpoint=checkpoint, rules=rules, organisation="us", kpis=kpis, objectives=objectives,
        measures=measures, targets=no_targets(), scores=scores, rollup=rollup, **more,
    )  # fmt: skip


def points(then, now):
    bridge = score_bridge(then, now)
    assert bridge["cause"].tolist() == list(CAUSES)
    assert bridge["effect"].sum() == pytest.approx(now.strategy_score - then.strategy_score, abs=1e-12)
    return {cause: 100 * effect for cause, effect in zip(bridge["cause"], bridge["effect"], strict=True) if effect}


ONE = kpi_table({"kpi_id": "a"})  # from 80 to 100


def test_other_figures_alone_are_performance():
    assert points(side(2024, ONE, {"a": 90.0}), side(2025, ONE, {"a": 96.0})) == pytest.approx({"performance": 30.0})


def test_a_moved_target_alone_is_a_definition():
    harder = kpi_table({"kpi_id": "a", "target": 120.0})
    # 90 is half of the way to 100 and a quarter of that to 120
    assert points(side(2024, ONE, {"a": 90.0}), side(2025, harder, {"a": 90.0})) == pytest.approx(
        {"definitions": -25.0}
    )


def test_a_figure_and_a_target_that_both_move_share_what_they_do_together():
    harder = kpi_table({"kpi_id": "a", "target": 120.0})
    # scores in %: then 50; better figure 100, harder target 25, both 50. Figure: (50 + 25) / 2, target: (-25 - 50) / 2
    found = points(side(2024, ONE, {"a": 90.0}), side(2025, harder, {"a": 100.0}))
    assert found == pytest.approx({"performance": 37.5, "definitions": -37.5})


def test_a_changed_weight_is_found_where_it_belongs():
    kpis = [kpi_table({"kpi_id": "a"}, {"kpi_id": "b", "weight": weight}) for weight in (1.0, 3.0)]
    # a at 100, b at 50: (100 + 50) / 2 = 75, then (100 + 150) / 4 = 62.5
    then, now = (side(number, table, {"a": 100.0, "b": 90.0}) for number, table in zip((2024, 2025), kpis, strict=True))
    assert points(then, now) == pytest.approx({"weights": -12.5})
    told = compare(then, now)
    assert told[["kind", "subject", "before", "now"]].to_numpy().tolist() == [["weight", "b", "1", "3"]]


@pytest.mark.parametrize(
    ("called", "unseen", "told"),
    [
        (("Sell", "Serve"), (), ["Sell", "Serve"]),
        (("Sell", "Sell"), (), ["O1", "O2"]),  # names that are the same tell nothing
        (("Sell", "Serve"), ("O2",), ["Sell", "O2"]),
    ],
)
def test_a_kpi_that_moved_to_another_objective_is_told_by_names(called, unseen, told):
    aims = objective_table(*({"objective_id": f"O{at}", "name": name} for at, name in enumerate(called, start=1)))
    here, there = (kpi_table({"kpi_id": "a", "objective_id": aim}) for aim in ("O1", "O2"))
    changes = compare(side(2024, here, {"a": 90.0}, aims), side(2025, there, {"a": 90.0}, aims), unseen)
    moved = changes.set_index("what").loc["objective"]
    assert [moved["before"], moved["now"]] == told


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("turns a year", "90.0 against 100.0 turns a year"),
        ("EUR m", "EUR 90.0 m against EUR 100.0 m"),  # a currency stands in front: the first figure needs it too
        ("%", "90.0 % against 100.0 %"),
    ],
)
def test_a_status_is_told_with_its_figures_and_their_unit(unit, told):
    kpis = kpi_table({"kpi_id": "a", "unit": unit, "decimals": 1.0})
    (flip,) = compare(side(2024, kpis, {"a": 90.0}), side(2025, kpis, {"a": 100.0})).to_dict("records")
    assert flip["before_detail"].replace("\u00a0", " ").replace("\u202f", " ") == told


def test_kpis_in_and_out_are_membership():
    two = kpi_table({"kpi_id": "a"}, {"kpi_id": "gone"})
    other = kpi_table({"kpi_id": "a"}, {"kpi_id": "come"})
    then, now = side(2024, two, {"a": 90.0, "gone": 100.0}), side(2025, other, {"a": 90.0, "come": 80.0})
    assert points(then, now) == pytest.approx({"membership": -50.0})  # (50 + 100) / 2, then (50 + 0) / 2
    told = compare(then, now).set_index("subject")["what"].to_dict()
    assert told == {"come": "new", "gone": "retired"}


def test_an_objective_that_weighs_more_is_a_weight_and_one_that_is_new_is_membership():
    kpis = kpi_table({"kpi_id": "a"}, {"kpi_id": "b", "objective_id": "O2"})
    aims = [objective_table({"objective_id": "O1"}, {"objective_id": "O2", "weight": weight}) for weight in (1.0, 3.0)]
    levels = {"a": 100.0, "b": 90.0}
    then, now = side(2024, kpis, levels, aims[0]), side(2025, kpis, levels, aims[1])
    assert points(then, now) == pytest.approx({"weights": -12.5})
    alone = side(2024, kpis.iloc[:1], levels, aims[0].iloc[:1])
    assert points(alone, side(2025, kpis, levels, aims[0])) == pytest.approx({"membership": -25.0})


def test_another_cap_is_a_rule_of_scoring():
    then = side(2024, ONE, {"a": 110.0}, rules=ScoringRules(cap=1.2))
    now = side(2025, ONE, {"a": 110.0}, rules=ScoringRules(cap=1.5))
    assert points(then, now) == pytest.approx({"rules": 30.0})


def test_a_kpi_that_counts_another_unit_moves_with_its_definition():
    thousands = kpi_table({"kpi_id": "a", "unit": "k", "target": 0.1, "baseline": 0.08})
    found = points(side(2024, ONE, {"a": 90.0}), side(2025, thousands, {"a": 0.1}))
    assert found == pytest.approx({"definitions": 50.0})


def test_a_restated_month_is_told_with_both_rows_and_takes_its_own_part():
    old = monthly("a", [90.0] * 12, start="2024-01-01")
    values = [90.0] * 12
    values[2] = 102.0
    then = side(2024, ONE, {}, history=[old])
    now = side(2025, ONE, {"a": 91.0}, history=[monthly("a", values, start="2024-01-01")])
    found = restated_values(then, now)
    assert found[["period", "kind", "value_before", "value_now"]].to_numpy().tolist() == [
        ["2024-03", "restated", 90.0, 102.0]
    ]
    # the mean of 2024 is 91 with the new figure: 55 points instead of 50, and 2025 then adds nothing
    assert points(then, now) == pytest.approx({"restatement": 5.0})
    told = compare(then, now).iloc[0]
    assert (told["kind"], told["what"], told["before"], told["now"]) == (
        "restated",
        "March 2024",
        "90\xa0units",
        "102\xa0units",
    )
    assert (told["before_detail"], told["now_detail"]) == ("actuals.csv, row 4", "actuals.csv, row 4")


def test_values_that_came_later_or_were_withdrawn_are_told_so():
    then = side(2024, ONE, {}, history=[monthly("a", [90.0] * 11, start="2024-01-01")])
    later = side(2025, ONE, {"a": 90.0}, history=[monthly("a", [90.0] * 12, start="2024-01-01")])
    assert restated_values(then, later)[["period", "kind"]].to_numpy().tolist() == [["2024-12", "added later"]]
    fewer = side(2025, ONE, {"a": 90.0}, history=[monthly("a", [90.0] * 10, start="2024-01-01")])
    assert restated_values(then, fewer)[["period", "kind"]].to_numpy().tolist() == [["2024-11", "withdrawn"]]


def test_a_later_review_that_does_not_tell_the_past_restates_nothing():
    then, now = side(2024, ONE, {"a": 90.0}), side(2025, ONE, {"a": 90.0})
    assert restated_values(then, now).empty
    assert points(then, now) == {}


def test_a_missing_weight_and_one_of_1_weigh_the_same():
    then, now = (
        side(year, kpi_table({"kpi_id": "a", "weight": weight}), {"a": 90.0})
        for year, weight in ((2024, np.nan), (2025, 1.0))
    )
    assert score_bridge(then, now).set_index("cause").loc["weights", "concerned"] == 0
    assert compare(then, now).empty


def test_a_due_day_that_moves_with_the_cycle_is_the_same_promise():
    step = [{"kpi_id": "a", "path": "step", "due": pd.Timestamp(f"{year}-06-30")} for year in (2024, 2025)]
    then, same = side(2024, kpi_table(step[0]), {"a": 90.0}), side(2025, kpi_table(step[1]), {"a": 90.0})
    assert score_bridge(then, same).set_index("cause").loc["definitions", "concerned"] == 0
    # the harder target alone: 90 is half of the way to 100 and a quarter of that to 120
    harder = side(2025, kpi_table({**step[1], "target": 120.0}), {"a": 90.0})
    assert points(then, harder) == pytest.approx({"definitions": -25.0})


def test_a_baseline_of_one_year_moves_with_the_cycle_and_one_that_stays_does_not():
    def of(*labels):
        return kpi_table(*({"kpi_id": str(at), "baseline_period": label} for at, label in enumerate(labels)))

    moved = moved_kpis(of("2023", "2020", "2023-Q4", "2023-24"), of("2024", "2020", "2024-Q4", "2024-25"), 12)
    assert moved["baseline_period"].tolist() == ["2024", "2020", "2024-Q4", "2023-24"]


def test_what_binary_arithmetic_adds_is_no_restatement():
    then = side(2024, ONE, {}, history=[monthly("a", [0.3] * 12, start="2024-01-01")])
    history = [monthly("a", [0.1 + 0.2] * 12, start="2024-01-01")]
    assert restated_values(then, side(2025, ONE, {"a": 0.3}, history=history)).empty


def test_other_published_digits_are_no_other_target_and_a_small_change_is_told_with_the_digits_that_show_it():
    def aims(year, decimals, target):
        return side(year, kpi_table({"kpi_id": "a", "decimals": decimals, "target": target}), {"a": 90.0})

    finer = compare(aims(2024, 0, 100.0), aims(2025, 1, 100.0))
    assert finer[["kind", "what"]].to_numpy().tolist() == [["definition", "published digits"]]
    (row,) = compare(aims(2024, 0, 100.0), aims(2025, 0, 100.2)).to_dict("records")
    assert (row["kind"], row["before"], row["now"]) == ("target", "100.0\xa0units", "100.2\xa0units")


def test_causes_that_cannot_be_told_apart_are_said_so_where_both_scores_are_known():
    # what weighs now weighed nothing then, and what weighed then is gone: with weights of then there is no mean
    kpis = kpi_table({"kpi_id": "a", "weight": 0.0}, {"kpi_id": "b"})
    then, now = side(2024, kpis, {"a": 90.0, "b": 95.0}), side(2025, kpi_table({"kpi_id": "a"}), {"a": 92.0})
    printed = printed_bridge(score_bridge(then, now), then.strategy_score, now.strategy_score)
    assert printed.table.empty
    assert bridge_words(printed, then.strategy_score, now.strategy_score, "2024") == (
        "The score fell by 15.0 points since 2024, from 75.0 to 60.0. Its causes cannot be told apart, as a mixture of "
        "both reviews has no score."
    )
    assert bridge_words(printed, math.nan, now.strategy_score, "2024") == ""


@settings(max_examples=200, deadline=None)
@given(st.floats(0.0, 1.2), st.floats(0.0, 1.2), st.floats(-0.5, 0.5))
def test_printed_scores_and_parts_agree_to_the_last_digit_whatever_the_scores(before, now, first):
    bridge = pd.DataFrame({
        "cause": ["performance", "weights"], "effect": [first, now - before - first], "concerned": [1.0, 1.0],
    })  # fmt: skip
    printed = printed_bridge(bridge, before, now)
    unit = 10**printed.decimals
    then, today = (round(rounded(100 * score, printed.decimals) * unit) for score in (before, now))
    assert then + sum(round(part * unit) for part in printed.table["printed"]) == today


def test_without_a_score_there_is_no_bridge():
    unscored = kpi_table({"kpi_id": "a", "target": np.nan})
    assert score_bridge(side(2024, unscored, {"a": 90.0}), side(2025, ONE, {"a": 90.0})).empty


LEVELS = st.floats(60.0, 130.0)
WEIGHTS = st.sampled_from([1.0, 2.0, 5.0])


@st.composite
def reviews(draw):
    """Two reviews of up to four KPIs each, of which some are in both; what may differ is drawn."""
    same = {name: draw(st.booleans()) for name in ("levels", "targets", "weights", "members", "rules")}
    sides, first = [], {}
    for number in (2024, 2025):
        ids = ["a", "b", *(["c"] if same["members"] or number == 2024 else ["d"])]
        rows, levels = [], {}
        for kpi_id in ids:
            drawn = {"target": draw(st.floats(95.0, 125.0)), "weight": draw(WEIGHTS), "level": draw(LEVELS)}
            known = first.setdefault(kpi_id, drawn)
            told = {name: known[name] if same[f"{name}s"] else drawn[name] for name in drawn}
            rows.append({"kpi_id": kpi_id, "target": told["target"], "weight": told["weight"]})
            levels[kpi_id] = told["level"]
        rules = ScoringRules() if same["rules"] or number == 2024 else ScoringRules(cap=1.0)
        sides.append(side(number, kpi_table(*rows), levels, rules=rules))
    return sides, same


@settings(max_examples=8, deadline=None)
@given(reviews())
def test_the_causes_add_up_and_what_did_not_change_gives_nothing(drawn):
    (then, now), same = drawn
    bridge = score_bridge(then, now)
    effects = dict(zip(bridge["cause"], bridge["effect"], strict=True))
    before, today = then.strategy_score, now.strategy_score
    assert sum(effects.values()) == pytest.approx(today - before, abs=1e-12)
    assert effects["restatement"] == 0.0
    for cause, name in (
        ("definitions", "targets"),
        ("weights", "weights"),
        ("membership", "members"),
        ("rules", "rules"),
    ):
        if same[name]:
            assert effects[cause] == 0.0
    if same["levels"]:
        assert effects["performance"] == pytest.approx(0.0, abs=1e-12)
    printed = printed_bridge(bridge, before, today)
    unit = 10**printed.decimals
    shown = [round(100 * score * unit) for score in (before, today)]
    if printed.decimals < 4:  # as many decimals as are tried
        assert abs(sum(round(part * unit) for part in printed.table["printed"]) - (shown[1] - shown[0])) <= 1


def test_long_texts_are_cut_to_where_they_part():
    text = (
        "Minutes in which tills, order system, ERP and web shop were all usable, in percent of opening minutes; nights "
    )
    before, now = around_the_difference(text + "are not counted.", text + "count.")
    assert before.startswith("… ")
    assert before.endswith("nights are not counted.")
    assert now.endswith("nights count.")
    assert around_the_difference("EUR", "USD") == ("EUR", "USD")


@pytest.fixture(scope="module")
def years():
    return compare_checkpoints(REPOSITORY, "2024", "2025", folders=(REPOSITORY / "none", REPOSITORY / "none"))


def test_the_bridge_of_the_example_sums_to_the_last_digit(years):
    before, now, printed = years.then.strategy_score, years.now.strategy_score, years.printed
    assert years.bridge["effect"].sum() == pytest.approx(now - before, abs=1e-12)
    assert [round(100 * score, 1) for score in (before, now)] == [70.4, 84.3]
    assert dict(zip(printed.table["cause"], printed.table["printed"], strict=True)) == {
        "performance": 60.8, "definitions": -45.2, "weights": -0.7, "membership": -1.0
    }  # fmt: skip
    assert round(sum(printed.table["printed"]), 1) == 13.9 == round(84.3 - 70.4, 1)


def told(changes, kind):
    rows = changes[changes["kind"].eq(kind)]
    return rows[["subject", "what", "before", "now"]].to_numpy().tolist()


def test_what_the_example_changed_appears_where_it_belongs(years):
    changes = years.changes
    assert told(changes, "weight") == [["inventory_turnover", "weight", "3", "5"]]
    assert told(changes, "membership") == [
        ["ai_coverage", "new", "", "target 40\u202f%"], ["paper_invoices", "retired", "target 20.0\u202f%", ""]
    ]  # fmt: skip
    assert told(changes, "restated") == []
    assert ["I02", "finish", "31 December 2025", "30 June 2026"] in told(changes, "initiative")
    assert told(changes, "risk")[0] == ["R02", "exposure", "9 (3 × 3)", "20 (5 × 4)"]
    assert len(told(changes, "status")) == 13
    # the 13 entries of the review of 2024 were written after its last day
    decided = told(changes, "decision")
    ids = [f"D-2024-{number:02}" for number in range(1, 14)] + [f"D-2025-{number:02}" for number in range(1, 5)]
    assert [row[1] for row in decided] == ids
    assert decided[0] == ["inventory_turnover", "D-2024-01", "", "next target 8.10\u00a0turns a year"]
    # what became of a decision is told of what it was about
    assert decided[11] == ["I03", "D-2024-12", "", "continue: dropped"]


@pytest.mark.parametrize(
    ("currencies", "budgets", "told"),
    [
        (("EUR", "EUR"), (18_500_000.0, 20_000_000.0), [("EUR 18 500 000", "EUR 20 000 000")]),
        (("", "EUR"), (18_500_000.0, 18_500_000.0), []),  # the parameters began to name it, and nothing else is new
        (("", "$"), (100.0, 200.0), [("$100", "$200")]),
        (("", ""), (100.0, 200.0), [("100", "200")]),
        (("EUR", "CHF"), (100.0, 100.0), [("EUR 100", "CHF 100")]),
    ],
)
def test_budgets_are_compared_in_their_currency(currencies, budgets, told):
    day = pd.Timestamp("2026-06-30")
    row = {"initiative_id": "I1", "name": "Portal", "planned_finish": day, "forecast_finish": day, "fit": "keep"}
    then, now = (
        side(number, kpi_table({"kpi_id": "a"}), {"a": 1.0}, initiatives=pd.DataFrame([{**row, "budget": budget}]),
             currency=currency)
        for number, currency, budget in zip((2024, 2025), currencies, budgets, strict=True)
    )  # fmt: skip
    changes = [
        (one.before.replace("\u202f", " "), one.now.replace("\u202f", " ")) for one in initiative_changes(then, now)
    ]
    assert changes == told


def test_what_is_hidden_from_one_review_is_told_of_neither(years):
    seen = compare(years.then, years.now, {"paper_invoices", "inventory_turnover"})
    assert not seen["subject"].isin(["paper_invoices", "inventory_turnover"]).any()
    assert len(seen) < len(years.changes)


def test_the_words_say_what_the_bridge_prints(years):
    before, now, printed = years.then.strategy_score, years.now.strategy_score, years.printed
    assert bridge_title(printed) == "Performance gave 60.8 points; targets and definitions took 45.2 points"
    assert bridge_words(printed, before, now, "2024") == (
        "The score rose by 13.9 points since 2024, from 70.4 to 84.3: performance gave 60.8, targets and definitions "
        "took 45.2, new and retired KPIs took 1.0 and weights took 0.7."
    )
    lead = comparison_lead(years.changes, printed, before, now, "2024")
    assert "13 KPIs changed status, all to a better one." in lead
    assert "1 KPI is new and 1 KPI was retired." in lead


def test_one_cause_alone_needs_no_bridge():
    then, now = side(2024, ONE, {"a": 90.0}), side(2025, ONE, {"a": 96.0})
    printed = printed_bridge(score_bridge(then, now), then.strategy_score, now.strategy_score)
    assert bridge_words(printed, then.strategy_score, now.strategy_score, "2024") == (
        "The score rose by 30.0 points since 2024, from 50.0 to 80.0, all of it by performance."
    )


def test_an_edition_that_sees_less_has_changes_of_what_it_sees_and_no_bridge():
    review = open_cycle("2025", edition="department", workspace=REPOSITORY).review
    hidden = {"digital_margin", "security_incidents", "I13", "R14", "R15"}
    assert not review.compared["subject"].isin(hidden).any()
    assert len(review.compared) > 20
    assert review.score_bridge.empty


@pytest.fixture
def copy(tmp_path):
    return copy_workspace(tmp_path / "w")


def test_a_kpi_that_was_hidden_then_does_not_seem_new(copy):
    path = copy / DATA / "kpis_2024.csv"
    lines = path.read_text(encoding="utf-8").splitlines(keepends=True)
    heads = lines[0].rstrip("\n").split(",")
    assert heads[-2:] == ["restricted_to", "path"]
    at = next(place for place, line in enumerate(lines) if line.startswith("csat,"))
    before, _, path_cell = lines[at].rstrip("\n").rpartition(",")
    lines[at] = f"{before}executive,{path_cell}\n"
    path.write_text("".join(lines), encoding="utf-8")
    seen = open_cycle("2025", edition="department", workspace=copy).review
    assert not seen.compared["subject"].eq("csat").any()
    assert seen.scores["kpi_id"].eq("csat").any()
    assert open_cycle("2025", workspace=copy).review.compared["subject"].eq("csat").any()


def test_a_quarter_is_compared_with_the_one_before_and_its_initiatives_with_the_last_year():
    review = open_cycle("2025-Q3", workspace=REPOSITORY).review
    since = review.compared.groupby("kind")["since"].unique().map(list).to_dict()
    assert since["status"] == ["Second quarter of 2025"]
    assert since["initiative"] == ["Year 2024"]
    effects = dict(zip(review.score_bridge["cause"], review.score_bridge["effect"], strict=True))
    assert effects.pop("performance") == pytest.approx(review.strategy["change"], abs=1e-12)
    assert set(effects.values()) == {0.0}


def test_budgets_of_the_last_year_stand_in_its_own_currency_in_a_quarter(copy):
    replace_text(copy / "params" / "2024.yml", ("currency: EUR", "currency: CHF"))
    review = open_cycle("2025-Q3", workspace=copy).review
    budgets = review.compared[review.compared["kind"].eq("initiative") & review.compared["what"].eq("budget")]
    assert len(budgets) > 0
    assert budgets["before"].str.startswith("CHF").all()
    assert budgets["now"].str.startswith("EUR").all()


def run(workspace, *arguments):
    return CliRunner().invoke(main, ["compare", *arguments, "--workspace", str(workspace)])


def test_the_command_tells_a_screen_or_two_and_everything_as_json():
    shown = run(REPOSITORY, "2024", "2025")
    assert shown.exit_code == 0
    assert len(shown.output.splitlines()) < 75
    assert "+60.8  Performance" in shown.output
    assert "Inventory turnover: 3 -> 5" in shown.output
    tree = json.loads(run(REPOSITORY, "2024", "2025", "--json").output)
    assert sum(one["effect"] for one in tree["score"]["causes"]) == pytest.approx(
        tree["score"]["now"] - tree["score"]["before"], abs=1e-12
    )
    assert {one["kind"] for one in tree["changes"]} >= {"status", "target", "weight", "membership", "risk", "decision"}


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("2024", "2026"), "no cycle is called '2026'"),
        (("2025", "2024"), "write `review compare 2024 2025`"),
        (("2025-Q3", "2025-Q3"), "does not end before"),
        (("2025-Q9", "2025"), "Hint:"),
        (("canada-it-2022", "2025"), "they share no KPI"),
    ],
)
def test_checkpoints_that_cannot_be_compared_are_told_with_a_hint(arguments, words):
    shown = run(REPOSITORY, *arguments)
    assert shown.exit_code == 2
    assert words in shown.output


def as_run(workspace, checkpoint):
    """What a run of the stages would leave, without its notebooks and documents."""
    desk = open_cycle(checkpoint, workspace=workspace)
    desk.write("sound", "scores", "rollup")
    left = workspace / "outputs" / checkpoint
    shutil.move(workspace / "outputs" / ".drafts" / checkpoint, left)
    shutil.copytree(workspace / "params", left / "inputs" / "params")


def test_a_month_that_was_restated_after_the_run_is_told_against_what_the_run_left(copy):
    as_run(copy, "2024")
    actuals = copy / DATA / "actuals.csv"
    row = next(line for line in actuals.read_text(encoding="utf-8").splitlines() if line.startswith("csat,2024-05,"))
    value = row.split(",")[2]
    replace_text(actuals, (row, row.replace(f"2024-05,{value}", "2024-05,84.4")))
    found = json.loads(run(copy, "2024", "2025", "--json").output)
    assert found["earlier"]["from"] == "outputs/2024"
    (restated,) = [one for one in found["changes"] if one["kind"] == "restated"]
    assert (restated["subject"], restated["what"], restated["now"]) == ("csat", "May 2024", "84.4\u202f%")
    assert restated["before"] == f"{value}\u202f%"
    assert restated["before_detail"].startswith("actuals.csv, row ")
    effects = {one["cause"]: one["effect"] for one in found["score"]["causes"]}
    assert effects["restatement"] > 0
    assert sum(effects.values()) == pytest.approx(found["score"]["now"] - found["score"]["before"], abs=1e-12)
