"""Conclusions that rest on a choice: found exactly, by hand and against the roll-up itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from strategies import LIMITS, REVIEWS, strategy

from review_kit.model.words import Level
from review_kit.narrative.sensitivity import fragile_conclusions, how_tried, sensitivity_lead
from review_kit.scoring import roll_up
from review_kit.scoring.families import STATUSES, Limits
from review_kit.scoring.ranks import rank_ranges
from review_kit.scoring.reweighting import Tree
from review_kit.scoring.sensitivity import sensitivity

SET = Limits(green=1.0, amber=0.8, min_confidence=0.5)
LEVELS = (Level.OBJECTIVE, Level.PERSPECTIVE, Level.STRATEGY)
NAMES = {"O1": "One", "O2": "Two", "O3": "Three", **{letter: letter.upper() for letter in "abcdefgh"}}


def tried(scores, rollup, others=None):
    return sensitivity(scores, rollup, SET, others=others or {})


def of(table, change, key, conclusion="status"):
    """The rows of one conclusion under one change."""
    return table[table["change"].eq(change) & table["id"].eq(key) & table["conclusion"].eq(conclusion)]


def test_the_least_change_of_a_weight_that_turns_a_status_is_found():
    # (3 x 0.7 + 1 x 1.0) / 4 = 0.775; with the second at 1.5 it is 0.8
    scores, _, rollup = strategy(("a", "O1", 3.0, 0.7), ("b", "O1", 1.0, 1.0), ("c", "O3", 1.0, 1.0))
    found = of(tried(scores, rollup), "weight", "O1").iloc[0]
    # a third less of 3 is 2 as well: (2 x 0.7 + 1) / 3 = 0.8
    assert (found["by"], found["becomes"], found["holds"]) == ("a", "near", True)
    assert found["takes"] == pytest.approx(-1 / 3, abs=1e-6)


def test_a_conclusion_that_a_fifth_of_a_weight_turns_does_not_hold():
    # (0.76 + 0.83) / 2 = 0.795; near as soon as 0.83 weighs 4 / 3 or 0.76 weighs 3 / 4 of what it does
    scores, _, rollup = strategy(("a", "O1", 1.0, 0.76), ("b", "O1", 1.0, 0.83), ("c", "O3", 1.0, 1.0))
    assert of(tried(scores, rollup), "weight", "O1")["takes"].iloc[0] == pytest.approx(-0.25, abs=1e-6)
    # 0.79 and 0.83: 0.81 is near as it is, and off target as soon as 0.83 weighs a third
    scores, _, rollup = strategy(("a", "O1", 1.0, 0.78), ("b", "O1", 1.0, 0.818), ("c", "O3", 1.0, 1.0))
    found = of(tried(scores, rollup), "weight", "O1").iloc[0]
    assert found["takes"] == pytest.approx(-0.1, abs=1e-6)
    assert (found["by"], bool(found["holds"])) == ("a", False)


def test_the_weight_of_an_objective_turns_what_lies_above_it_alone():
    # Customer 1.2 x 2, Process 0.6 x 1: the strategy is 1.0; any less of One or any more of Three takes it to near
    scores, _, rollup = strategy(
        ("a", "O1", 1.0, 1.2), ("b", "O2", 1.0, 1.2), ("c", "O3", 1.0, 0.66), weights=(1.0, 1.0, 1.0)
    )
    table = tried(scores, rollup)
    found = of(table, "weight", "Org").iloc[0]
    # (2.4 + 0.66 w) / (2 + w) = 1 at w = 0.4 / 0.34
    assert (found["by"], found["becomes"]) == ("O3", "near")
    assert found["takes"] == pytest.approx(0.4 / 0.34 - 1, abs=1e-6)
    assert of(table, "weight", "O3")["takes"].isna().all()


def test_without_one_kpi_a_status_turns_or_rests_on_nothing():
    scores, _, rollup = strategy(("a", "O1", 1.0, 0.5), ("b", "O1", 1.0, 1.2), ("c", "O3", 1.0, 1.0))
    table = tried(scores, rollup)
    assert dict(of(table, "left out", "O1")[["by", "becomes"]].to_numpy()) == {"a": "on target", "b": "off target"}
    assert dict(of(table, "left out", "O3")[["by", "becomes"]].to_numpy()) == {"c": "not scored"}
    assert of(table, "left out", "O2")["holds"].tolist() == [True]


def test_a_breached_guardrail_that_is_left_out_breaks_nothing():
    scores, _, rollup = strategy(("a", "O1", 0.0, 0.5), ("b", "O1", 1.0, 1.2), ("c", "O3", 1.0, 1.0), guardrails=["a"])
    assert rollup.set_index("id").loc["O1", "status"] == "near"
    found = of(tried(scores, rollup), "left out", "O1")
    assert dict(found[["by", "becomes"]].to_numpy()) == {"a": "on target", "b": "not scored"}


@pytest.mark.parametrize(
    ("score", "by", "takes", "becomes"),
    [
        (1.03, "green", 0.03, "near"),
        (0.97, "green", -0.03, "on target"),
        (0.83, "amber", 0.03, "off target"),
        (0.7, "amber", -0.1, "near"),
    ],
)
def test_the_nearer_limit_and_how_far_it_would_have_to_move_are_told(score, by, takes, becomes):
    scores, _, rollup = strategy(("a", "O1", 1.0, score), ("b", "O3", 1.0, 0.9))
    table = tried(scores, rollup)
    found = of(table, "limit", "O1").iloc[0]
    assert (found["by"], found["becomes"]) == (by, becomes)
    assert found["takes"] == pytest.approx(takes)
    assert bool(found["holds"]) is (abs(takes) > 0.05)
    # a KPI that met its target is on target by that alone, wherever limits lie
    assert len(of(table, "limit", "a")) == (0 if score >= 1 else 1)


def test_an_objective_that_a_guardrail_keeps_near_is_put_on_target_by_no_limit():
    scores, _, rollup = strategy(("a", "O1", 1.0, 0.5), ("b", "O1", 9.0, 1.2), ("c", "O3", 1.0, 1.0), guardrails=["a"])
    found = of(tried(scores, rollup), "limit", "O1").iloc[0]
    assert (found["by"], found["becomes"]) == ("amber", "off target")


def test_the_strongest_objective_falls_to_the_weight_that_puts_another_first():
    # One (0.9 + 1.1) / 2 = 1.0, Three 0.995: One falls below it when 1.1 weighs 0.095 / 0.105
    scores, _, rollup = strategy(("a", "O1", 1.0, 0.9), ("b", "O1", 1.0, 1.1), ("c", "O3", 1.0, 0.995))
    table = tried(scores, rollup)
    found = of(table, "weight", "O1", "strongest").iloc[0]
    assert (found["becomes"], bool(found["holds"])) == ("O3", False)
    assert found["takes"] == pytest.approx(0.095 / 0.105 - 1, abs=1e-6)
    assert of(table, "left out", "O1", "strongest")["by"].tolist() == ["b"]
    assert of(table, "weight", "O3", "weakest").shape[0] == 1


def test_other_roll_ups_are_held_against_this_one():
    scores, objectives, rollup = strategy(("a", "O1", 1.0, 0.9), ("b", "O1", 1.0, None), ("c", "O3", 1.0, 0.8))
    zeros = roll_up(scores.assign(score=scores["score"].fillna(0.0)), objectives, **LIMITS)
    table = tried(scores, rollup, {("missing", "as nothing"): zeros})
    found = of(table, "missing", "O1").iloc[0]
    assert (found["now"], found["becomes"], bool(found["holds"])) == ("near", "off target", False)
    assert of(table, "missing", "O1", "strongest")["becomes"].tolist() == ["O3"]
    assert of(table, "missing", "O3")["holds"].tolist() == [True]


def test_the_least_change_of_a_weight_is_found_where_the_geometric_mean_rolls_up():
    # the root of 0.64 x 1.0 is 0.8; with the second at w it is 0.64 to the power of 1 / (1 + w)
    scores, _, rollup = strategy(
        ("a", "O1", 1.0, 0.64), ("b", "O1", 1.2, 1.0), ("c", "O3", 1.0, 1.0), method="geometric"
    )
    found = of(tried(scores, rollup), "weight", "O1").iloc[0]
    # near now; off target as soon as 1.0 weighs less than 1 of its 1.2, or 0.64 weighs a fifth more
    assert (found["by"], found["becomes"], bool(found["holds"])) == ("b", "off target", False)
    assert found["takes"] == pytest.approx(-1 / 6, abs=1e-6)


def test_a_kpi_at_nought_takes_its_objective_to_nought_until_it_is_left_out():
    scores, _, rollup = strategy(
        ("a", "O1", 1.0, -0.2), ("b", "O1", 1.0, 0.9), ("c", "O1", 1.0, 0.0), ("d", "O3", 1.0, 0.0), method="geometric"
    )
    assert rollup.set_index("id").loc["O1", "score"] == 0
    found = tried(scores, rollup)
    assert of(found, "weight", "O1")["takes"].isna().all()  # no weight of a product that holds a nought
    assert of(found, "left out", "O1")["holds"].tolist() == [True]  # each of two noughts leaves the other
    scores, _, rollup = strategy(
        ("a", "O1", 1.0, 0.0), ("b", "O1", 1.0, 0.9), ("d", "O3", 1.0, 0.9), method="geometric"
    )
    found = of(tried(scores, rollup), "left out", "O1")
    assert dict(found[["by", "becomes"]].to_numpy()) == {"a": "near"}


def test_where_the_worst_counts_no_weight_matters_but_the_kpi_that_is_the_worst_does():
    scores, _, rollup = strategy(
        ("a", "O1", 1.0, 0.5), ("b", "O1", 9.0, 0.9), ("c", "O1", 5.0, 0.95), ("d", "O3", 1.0, 0.7), method="worst"
    )
    table = tried(scores, rollup)
    assert of(table, "weight", "O1")["takes"].isna().all()
    assert dict(of(table, "left out", "O1")[["by", "becomes"]].to_numpy()) == {"a": "near"}
    # without its 0.5 the first objective stands at 0.9 and the other, at 0.7, is the weakest
    assert dict(of(table, "left out", "O1", "weakest")[["by", "becomes"]].to_numpy()) == {"a": "O3"}
    # the whole is off target all the same, by that other; without any KPI of it too little is scored
    assert dict(of(table, "left out", "Org")[["by", "becomes"]].to_numpy()) == {"d": "not scored"}
    ranks = rank_ranges(rollup, Tree.of(scores, rollup, SET), {}).set_index("id")
    assert ranks[["rank", "best", "worst"]].to_numpy().tolist() == [[1, 1, 2], [2, 1, 2]]
    assert list(ranks.index) == ["O3", "O1"]


def test_a_weight_matters_to_the_worst_where_it_decides_whether_enough_is_scored():
    # 6 of 10 are scored; without nought, a third less of 6 leaves 4 of 8: just enough, and any less is not
    scores, _, rollup = strategy(("a", "O1", 6.0, 0.9), ("b", "O1", 4.0, None), ("c", "O3", 1.0, 0.9), method="worst")
    found = of(tried(scores, rollup), "weight", "O1").iloc[0]
    assert (found["by"], found["becomes"]) == ("a", "not scored")
    assert found["takes"] == pytest.approx(-1 / 3, abs=1e-6)


def test_where_the_worst_counts_limits_are_tried_on_single_kpis_and_that_is_said():
    scores, _, rollup = strategy(("a", "O1", 1.0, 0.78), ("b", "O3", 1.0, 1.0), method="worst")
    limits = tried(scores, rollup).query("change == 'limit'")
    assert limits[["level", "id", "becomes"]].to_numpy().tolist() == [["kpi", "a", "near"]]
    assert "those of single KPIs" in how_tried("worst")
    assert {how_tried("mean"), how_tried("geometric")} == {"Each choice is changed alone."}


def test_a_limit_that_lies_five_points_away_is_within_what_is_tried():
    # 0.75 is 5 points below 0.8, and in binary arithmetic a little more
    scores, _, rollup = strategy(("a", "O1", 1.0, 0.75), ("b", "O3", 1.0, 1.0))
    assert of(tried(scores, rollup), "limit", "O1")["holds"].tolist() == [False]


@pytest.mark.parametrize("method", ["mean", "geometric", "worst"])
@settings(deadline=None, max_examples=12)
@given(REVIEWS, st.sampled_from([0.0, 0.8, 1.2, 3.0]), st.sets(st.sampled_from("abcdefgh")))
def test_one_weight_changed_gives_what_the_roll_up_gives(method, kpis, factor, guardrails):
    scores, objectives, rollup = strategy(*kpis, weights=(1.0, 2.0, 3.0), guardrails=sorted(guardrails), method=method)
    limits = {**LIMITS, "method": method}
    tree = Tree.of(scores, rollup, SET)
    paths = tree.with_kpi(np.full(len(scores), factor)), tree.with_objective(np.full(3, factor or 0.5))
    for at, kpi_id in enumerate(tree.kpi_ids):
        alone = scores["kpi_id"].eq(kpi_id)
        weights = scores["weight"].mask(alone, scores["weight"] * factor)
        anew = roll_up(scores.assign(weight=weights)[~alone | (factor > 0)], objectives, **limits)
        above(tree, paths[0], at, int(tree.objective_of[at]), anew)
    for at in range(3):
        weights = objectives["weight"] * np.where(np.arange(3) == at, factor or 0.5, 1.0)
        anew = roll_up(scores, objectives.assign(weight=weights), **limits)
        above(tree, paths[1], at, at, anew)


def above(tree, path, at, objective, anew):
    """Hold the path of one change against the roll-up made anew."""
    ids = (tree.objective_ids[objective], tree.perspective_ids[tree.perspective_of[objective]], tree.strategy_id)
    known = anew.set_index(["level", "id"])
    for level, key in zip(LEVELS, ids, strict=True):
        want, found = known.loc[(str(level), key)], path.at(level)
        assert found.coverage[at] == pytest.approx(want["coverage"])
        if abs(found.coverage[at] - 0.5) < 1e-9:
            return  # whether it is withheld, and what lies above it, is up to binary noise
        score = found.score[at]
        assert score == pytest.approx(want["score"], nan_ok=True)
        if np.isnan(score) or min(abs(score - 1.0), abs(score - 0.8)) > 1e-9:
            assert STATUSES[found.status[at]] == want["status"]


@pytest.mark.parametrize("method", ["mean", "geometric", "worst"])
@settings(deadline=None, max_examples=10)
@given(REVIEWS)
def test_a_change_that_is_told_turns_the_conclusion_and_a_little_less_does_not(method, kpis):
    scores, objectives, rollup = strategy(*kpis, method=method)
    if (np.abs(rollup["score"].to_numpy()[:, None] - [0.8, 1.0]) < 1e-9).any():
        return  # on a limit binary noise decides
    turned = tried(scores, rollup)
    turned = turned[turned["change"].eq("weight") & turned["takes"].notna() & turned["conclusion"].eq("status")]
    for row in turned.to_dict("records"):
        for less, turns in ((1e-4, True), (-1e-4, False)):
            step = row["takes"] + np.sign(row["takes"]) * less
            if not turns and np.sign(step) != np.sign(row["takes"]):
                continue
            weights = scores["weight"].mask(scores["kpi_id"].eq(row["by"]), scores["weight"] * (1 + step))
            own = objectives["weight"].mask(objectives["objective_id"].eq(row["by"]), objectives["weight"] * (1 + step))
            anew = roll_up(scores.assign(weight=weights), objectives.assign(weight=own), **LIMITS, method=method)
            status = anew.set_index(["level", "id"]).loc[(row["level"], row["id"]), "status"]
            assert (status != row["now"]) is turns, row


@pytest.mark.parametrize("method", ["mean", "geometric", "worst"])
@settings(deadline=None, max_examples=10)
@given(REVIEWS)
def test_no_rank_lies_outside_its_range_and_order_of_rows_does_not_matter(method, kpis):
    scores, objectives, rollup = strategy(*kpis, method=method)
    tree = Tree.of(scores, rollup, SET)
    found = rank_ranges(rollup, tree, {}).set_index("id")
    assert (found["best"] <= found["rank"]).all()
    assert (found["worst"] >= found["rank"]).all()
    for kpi_id in scores["kpi_id"]:
        for factor in (0.8, 1.2):
            weights = scores["weight"].mask(scores["kpi_id"].eq(kpi_id), scores["weight"] * factor)
            anew = roll_up(scores.assign(weight=weights), objectives, **LIMITS, method=method)
            anew = anew[anew["level"].eq("objective")].set_index("id")["score"].round(12)
            ranks = anew.rank(method="min", ascending=False).dropna()
            if set(ranks.index) == set(found.index):
                assert (ranks.reindex(found.index) >= found["best"]).all()
                assert (ranks.reindex(found.index) <= found["worst"]).all()
    backwards = tried(scores[::-1].reset_index(drop=True), rollup).sort_values(["conclusion", "level", "id", "change"])
    forwards = tried(scores, rollup).sort_values(["conclusion", "level", "id", "change"])
    keys = ["conclusion", "level", "id", "change", "holds"]
    assert backwards[keys].drop_duplicates().to_csv(index=False) == forwards[keys].drop_duplicates().to_csv(index=False)


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def test_what_is_said_of_conclusions_names_them_once_and_in_order():
    scores, _, rollup = strategy(
        ("a", "O1", 1.0, 0.78), ("b", "O1", 1.0, 0.818), ("c", "O3", 1.0, 1.0), ("d", "O3", 1.0, 1.0),
        weights=(1.0, 0.0, 1.0),
    )  # fmt: skip
    table = tried(scores, rollup)
    assert plain(sensitivity_lead(table, NAMES)) == (
        "Of 8 conclusions, 4 do not survive all that was tried: 2 with a weight 20 % heavier or lighter, "
        "4 with a limit 5 points higher or lower and 2 with a KPI left out. "
        "The strategy as a whole is near whatever was tried."
    )
    told = [" | ".join(row) for row in fragile_conclusions(table, NAMES).to_numpy()]
    assert [plain(line) for line in told] == [
        "Customer: off target | A weighing 10 % less | Near",
        "Customer: off target | “Near” beginning 0.1 points lower | Near",
        "Customer: off target | Leaving out A | Near",
        "Process: on target | “On target” beginning 0.1 points higher | Near",
        "One: off target | A weighing 10 % less | Near",
        "One: off target | “Near” beginning 0.1 points lower | Near",
        "One: off target | Leaving out A | Near",
        "Three: on target | “On target” beginning 0.1 points higher | Near",
        "KPIs that stand close to a limit | A: off target; “near” beginning 2.0 points lower | Near",
        "KPIs that stand close to a limit | B: near; “near” beginning 1.8 points higher | Off target",
    ]


def test_a_whole_that_turns_is_said_to_with_what_turns_it():
    scores, objectives, rollup = strategy(
        ("a", "O1", 1.0, 0.88), ("b", "O1", 1.0, 0.88), ("c", "O3", 1.0, 1.0), ("d", "O3", 1.0, None),
        weights=(1.0, 0.0, 1.0),
    )  # fmt: skip
    zeros = roll_up(scores.assign(score=scores["score"].fillna(0.0)), objectives, **LIMITS)
    told = sensitivity_lead(tried(scores, rollup, {("missing", "as nothing"): zeros}), NAMES)
    assert told.endswith("is near, which does not survive counting missing values as nothing: it is off target then.")


def test_conclusions_that_all_stand_are_said_to():
    scores, _, rollup = strategy(("a", "O3", 1.0, 1.2), ("b", "O3", 1.0, 1.2))
    assert "stand whatever was tried" in sensitivity_lead(tried(scores, rollup), NAMES)
    empty = tried(scores.head(0), rollup.head(0))
    assert empty.empty
    assert sensitivity_lead(empty, NAMES).startswith("Nothing was scored")


def test_objectives_without_kpis_conclude_nothing_that_could_fall():
    scores, objectives, _ = strategy(("a", "O1", 1.0, 1.0))
    table = tried(scores.head(0), roll_up(scores.head(0), objectives, **LIMITS))
    assert table["holds"].all()
    assert set(table["now"]) == {"not scored"}
    assert sensitivity_lead(table, NAMES).startswith("Nothing was scored")
