import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import kpi_table

from review_kit.outlook import Outlook
from review_kit.targets import FLAGS, ResetRules, candidates, next_kpis, propose_targets
from review_kit.targets.candidates import better_by, halve_the_rest, within_bounds

RULES = ResetRules()


def column(*values):
    return pd.Series(list(values), dtype="float64")


def scored(kpis, actual, *, met=False, variation="common cause", sigma=0.1):
    return kpis[["kpi_id"]].assign(
        actual=actual, met=pd.array([met] * len(kpis), dtype="boolean"), sigma=sigma, variation=variation, n_expected=12
    )


def outlook(mean, sd=np.nan):
    index = pd.Index(["a"], name="kpi_id")
    return Outlook(pd.Series([mean], index=index, dtype=float), pd.Series([sd], index=index, dtype=float))


def chosen(actual, *, projection=np.nan, sd=np.nan, approved=None, met=False, variation="common cause", **kpi):
    kpis = kpi_table({"kpi_id": "a", **kpi})
    table = propose_targets(
        scored(kpis, actual, met=met, variation=variation), kpis, outlook(projection, sd), RULES, approved or {}
    )
    assert table["chosen"].sum() == 1
    return table[table["chosen"]].iloc[0]


def test_ten_percent_better_agrees_with_healthy_people_2020(anchors):
    published = anchors["target_setting"][0]
    got = better_by(column(published["baseline"]), 0.10, pd.Series(["higher"]))[0]
    assert got == pytest.approx(published["expected"], abs=published["tol"])


@pytest.mark.parametrize(
    ("actual", "direction", "better"),
    [(100.0, "higher", 110.0), (100.0, "lower", 90.0), (-100.0, "higher", -90.0), (-100.0, "lower", -110.0)],
)
def test_a_percentage_better_is_better_on_either_side_of_zero(actual, direction, better):
    assert better_by(column(actual), 0.10, pd.Series([direction]))[0] == pytest.approx(better)


@given(st.floats(-1e6, 1e6), st.floats(0.001, 0.5), st.sampled_from(["higher", "lower"]))
def test_a_percentage_better_never_asks_for_less(actual, share, direction):
    got = better_by(column(actual), share, pd.Series([direction]))[0]
    assert got >= actual if direction == "higher" else got <= actual


def test_bounds_hold_and_a_missing_bound_bounds_nothing():
    got = within_bounds(column(108.9, -5, 1e9), column(0, 0, np.nan), column(100, 100, np.nan))
    assert got.tolist() == [100.0, 0.0, 1e9]
    assert halve_the_rest(column(99.0), column(100.0))[0] == 99.5


def test_a_percentage_step_beyond_the_bound_goes_half_of_the_way_to_it():
    kpis = kpi_table({"kpi_id": "a", "upper_bound": 100.0, "decimals": 1.0})
    got = candidates(scored(kpis, 99.0), kpis, pd.Series({"a": 101.0}), RULES).set_index("method")
    assert got.loc["percent", "candidate"] == 99.5
    assert not got.loc["percent", "clipped"]
    assert (got.loc["projection", "candidate"], got.loc["projection", "clipped"]) == (100.0, True)


def test_a_percentage_step_never_goes_beyond_the_guardrail():
    kpis = kpi_table({"kpi_id": "a"})
    got = candidates(scored(kpis, 50.0), kpis, pd.Series({"a": np.nan}), ResetRules(max_step=0.05)).set_index("method")
    assert got.loc["percent", "candidate"] == 52.5


def test_candidates_are_published_precision_and_one_per_method():
    kpis = kpi_table({"kpi_id": "a", "decimals": 1.0, "target": 33.0})
    got = candidates(scored(kpis, 32.44), kpis, pd.Series({"a": 34.06}), RULES).set_index("method")["candidate"]
    assert got.to_dict() == {"keep": 33.0, "maintain": 32.4, "percent": 35.7, "projection": 34.1}


@pytest.mark.parametrize(
    ("case", "method", "target"),
    [
        ({"actual": np.nan}, "keep", 100.0),
        ({"actual": 90.0}, "keep", 100.0),  # 11 % short: within the guardrail
        ({"actual": 50.0}, "percent", 55.0),  # twice as much is not
        ({"actual": 110.0, "met": True}, "maintain", 110.0),
        ({"actual": 110.0, "met": True, "projection": 120.0}, "projection", 120.0),
        ({"actual": 110.0, "met": True, "projection": 105.0}, "maintain", 110.0),  # the trend asks for less
        ({"actual": 110.0, "met": True, "projection": 150.0}, "maintain", 110.0),  # beyond the guardrail
        ({"actual": 100.0, "met": True}, "keep", 100.0),
        ({"actual": 110.0, "met": True, "projection": 120.0, "variation": "concern"}, "keep", 100.0),
        ({"actual": 99.0, "target": 108.9, "upper_bound": 100.0}, "percent", 99.5),
        ({"actual": 80.0, "target": np.nan}, "maintain", 80.0),
        ({"actual": 0.0}, "keep", 100.0),  # no percentage of nothing leads further
        ({"actual": 90.0, "met": None}, "keep", 100.0),
        ({"actual": 3.0, "target": 0.0, "direction": "lower"}, "keep", 0.0),  # nought has no easier step
        ({"actual": 80.0, "target": 70.0, "direction": "lower"}, "keep", 70.0),
        ({"actual": 60.0, "target": 70.0, "direction": "lower", "met": True}, "maintain", 60.0),
    ],
)
def test_the_first_rule_that_holds_chooses_the_target(case, method, target):
    got = chosen(**case)
    assert (got["method"], got["candidate"]) == (method, pytest.approx(target))


def test_a_miss_is_told_as_a_share_of_the_target():
    assert chosen(20.0, target=10.0, direction="lower")["reason"].replace("\u202f", " ") == (
        "missed by 100 %, more than the 25 % of the actual that a year can move"
    )


@pytest.mark.parametrize(
    ("unit", "actual", "target", "told"),
    [
        ("%", 67.0, 75.0, "missed by 8 percentage points"),
        ("%", 81.0, 82.0, "missed by 1 percentage point"),
        ("points", 37.0, 38.0, "missed by 1 point"),
        ("hours", 90.0, 100.0, "missed by 10 %"),
    ],
)
def test_a_miss_in_percent_or_points_is_told_in_points_and_a_kept_promise_claims_no_reach(unit, actual, target, told):
    got = chosen(actual, target=target, unit=unit, decimals=0.0)["reason"].replace("\u202f", " ")
    assert got == f"{told}, a step within the guardrail of 25 %: keep the promise"


def test_a_band_is_kept_and_has_a_row_of_its_own():
    got = chosen(85.0, direction="range", target=np.nan, target_low=80.0, target_high=90.0)
    assert (got["method"], got["reason"]) == ("keep", "the band still holds")
    assert np.isnan(got["candidate"])


def test_a_kpi_of_which_nothing_is_known_has_no_proposal_and_breaks_nothing():
    kpis = kpi_table({"kpi_id": "a", "target": np.nan})
    table = propose_targets(scored(kpis, np.nan, met=None), kpis, outlook(np.nan), RULES, {})
    assert table.empty
    assert next_kpis(kpis, table, baseline_period="2025")["target"].isna().all()


def test_an_approved_target_of_a_kpi_without_candidates_counts_too():
    kpis = kpi_table({"kpi_id": "a", "target": np.nan})
    table = propose_targets(scored(kpis, np.nan, met=None), kpis, outlook(np.nan), RULES, {"a": (5.0, "agreed")})
    assert table.loc[table["chosen"], "candidate"].tolist() == [5.0]


def test_a_step_is_held_against_the_variation_of_the_year_and_not_of_a_month():
    # sigma 1 of a month: a sum of twelve varies by 3.5, a mean of twelve by 0.3
    kpis = kpi_table({"kpi_id": "a", "aggregate": "sum"}, {"kpi_id": "b", "aggregate": "mean"})
    index = pd.Index(["a", "b"], name="kpi_id")
    unknown = Outlook(pd.Series(np.nan, index=index), pd.Series(np.nan, index=index))
    table = propose_targets(scored(kpis, 98.0, sigma=1.0), kpis, unknown, RULES, {})
    keep = table[table["method"].eq("keep")].set_index("kpi_id")["flags"]
    assert keep.to_dict() == {"a": "inside noise", "b": ""}


def test_an_approved_target_always_wins_and_carries_its_reason():
    got = chosen(50.0, approved={"a": (77.0, "agreed by the board (Chief)")})
    assert (got["method"], got["candidate"], got["reason"]) == ("approved", 77.0, "agreed by the board (Chief)")


@pytest.mark.parametrize(
    ("case", "flag"),
    [
        ({"actual": 110.0, "met": True}, "ratchet"),
        ({"actual": 50.0}, "easier"),
        ({"actual": 99.99}, "inside noise"),
        ({"actual": 50.0, "approved": {"a": (77.0, "because")}}, "large step"),
        ({"actual": 99.0, "upper_bound": 100.0, "approved": {"a": (105.0, "because")}}, "out of bounds"),
    ],
)
def test_what_to_look_at_twice_is_flagged(case, flag):
    assert flag in chosen(**case)["flags"].split("; ")
    assert flag in FLAGS


def test_a_sound_step_has_no_flag():
    assert chosen(90.0)["flags"] == ""


def test_the_chance_to_meet_a_target_is_that_of_the_trend():
    assert chosen(90.0, projection=100.0, sd=5.0)["p_meet"] == pytest.approx(0.5)
    assert np.isnan(chosen(90.0, projection=100.0)["p_meet"])
    band = {"direction": "range", "target": np.nan, "target_low": 95.0, "target_high": 100.0, "upper_bound": 100.0}
    # what the trend puts beyond 100 comes out at 100: all but what lies 1.5 spreads below 98
    assert chosen(98.0, projection=98.0, sd=2.0, **band)["p_meet"] == pytest.approx(0.933193, abs=1e-6)


def test_the_next_cycle_starts_from_this_ones_actual_and_promises_what_was_chosen():
    kpis = kpi_table({"kpi_id": "a", "guardrail": True}, {"kpi_id": "b", "target": 5.0, "baseline": 4.0})
    kpis["guardrail"] = kpis["guardrail"].astype("boolean")
    proposals = pd.DataFrame({
        "kpi_id": ["a", "a", "b"], "candidate": [100.0, 110.0, 5.0], "chosen": [False, True, True],
        "baseline_next": [95.0, 95.0, np.nan],
    })  # fmt: skip
    got = next_kpis(kpis, proposals, baseline_period="2025").set_index("kpi_id")
    assert got["target"].to_dict() == {"a": 110.0, "b": 5.0}
    assert got["baseline"].to_dict() == {"a": 95.0, "b": 4.0}
    assert got["baseline_period"].to_dict() == {"a": "2025", "b": "2024"}
    assert got["due"].tolist() == [pd.Timestamp("2026-12-31")] * 2
    assert got["guardrail"].tolist() == ["yes", "no"]
    assert "source_row" not in got


@pytest.mark.parametrize(
    ("direction", "stretch", "left"),
    [
        ("higher", 120.0, 120.0),
        ("higher", 110.0, np.nan),
        ("higher", 105.0, np.nan),
        ("lower", 100.0, 100.0),
        ("lower", 110.0, np.nan),
        ("lower", 115.0, np.nan),
    ],
)
def test_a_stretch_that_the_new_target_has_reached_is_left_blank(direction, stretch, left):
    kpis = kpi_table({"kpi_id": "a", "direction": direction, "stretch": stretch})
    proposals = pd.DataFrame({"kpi_id": ["a"], "candidate": [110.0], "chosen": [True], "baseline_next": [95.0]})
    got = next_kpis(kpis, proposals, baseline_period="2025")
    np.testing.assert_array_equal(got["stretch"], [left])
