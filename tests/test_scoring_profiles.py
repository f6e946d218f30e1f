"""Ways to score a KPI, each held to the examples that its source prints."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import kpi_table, monthly, no_targets

from review_kit.findings.evidence import shortfall_words
from review_kit.model.period import Checkpoint
from review_kit.model.profile import PROFILES, Profile
from review_kit.scoring import ScoringRules, roll_up, score_kpis
from review_kit.scoring.profiles import (
    goal_redflag,
    goal_redflag_points,
    goalposts,
    growth,
    growth_points,
    growth_ratio,
    health,
    met,
    periods_met,
    progress,
)
from review_kit.scoring.status import status_of


def column(*values):
    return pd.Series(list(values), dtype="float64")


def words(*values):
    return pd.Series(list(values), dtype="str")


def row(checkpoint, values, *, start="2025-01-01", targets=None, measures=None, **kpi):
    """The scored row of one KPI of monthly values; `profile` among the cells of the KPI says how."""
    rules = ScoringRules.published(kpi.pop("cycle_profile", "progress"))
    measures = monthly("a", values, start=start) if measures is None else measures
    return score_kpis(measures, kpi_table(kpi), no_targets() if targets is None else targets, checkpoint, rules).iloc[0]


# Each rule against its source


def test_goal_and_red_flag_agree_with_the_published_example(anchors):
    published = next(entry for entry in anchors["normalise"] if entry["id"] == "spider_goal_redflag")
    actual = column(*(case[0] for case in published["cases"]))
    goal, red_flag = (pd.Series(float(published[name]), actual.index) for name in ("goal", "red_flag"))
    points = goal_redflag_points(goal_redflag(actual, goal, red_flag))
    assert points.tolist() == pytest.approx([case[1] for case in published["cases"]], abs=published["tol"])
    # the same where less is better: the red flag lies above the goal
    turned = goal_redflag_points(goal_redflag(-actual, -goal, -red_flag))
    assert turned.tolist() == pytest.approx(points.tolist())


def test_goalposts_agree_with_the_published_tests_in_both_directions(anchors):
    published = next(entry for entry in anchors["normalise"] if entry["id"] == "coinr_goalposts_pos")
    for value, share in published["cases"]:
        assert goalposts(column(value), column(0), column(10), published["direction"])[0] == pytest.approx(share)
    # COINr test-normalise.R, direction = -1
    turned = goalposts(column(1, -1, 11), column(0, 0, 0), column(10, 10, 10), -1)
    assert turned.tolist() == pytest.approx([0.9, 1.0, 0.0])


@pytest.mark.parametrize(
    ("actual", "expected", "share", "word"),
    [
        (50, 55, 50 / 55, "near"),
        (99, 100, 0.99, "on target"),
        (120, 100, 1.2, "on target"),
        (15, 22, 0.68, "off target"),
    ],
)
def test_health_agrees_with_the_published_table_of_success_criteria(actual, expected, share, word):
    """Cascade, what does each health mean: behind (90 %), on track, exceeded, at risk."""
    found = health(column(actual), column(expected))
    assert found[0] == pytest.approx(share, abs=0.005)
    published = PROFILES[Profile.HEALTH]
    unknown = pd.Series([pd.NA], dtype="boolean")
    assert status_of(unknown, found, green=published.green, amber=published.amber)[0] == word


def test_bands_agree_with_the_published_cumulative_quarters_and_the_latest_wins(anchors, calendar):
    published = next(entry for entry in anchors["aggregate"] if entry["id"] == "servicenow_cumulative")
    colours = {"on target": "Green", "near": "Yellow", "off target": "Red"}
    share = progress(column(*published["actual_cum"]), column(0, 0, 0, 0), column(*published["plan_cum"]))
    assert (100 * share).tolist() == pytest.approx(published["pct"], abs=0.05)
    bands = PROFILES[Profile.BANDS]
    found = status_of(pd.Series([pd.NA] * 4, dtype="boolean"), share, green=bands.green, amber=bands.amber)
    assert [colours[word] for word in found] == published["status"]


def quarterly(values, **columns):
    """Values of the four quarters of 2025."""
    ends = pd.to_datetime(["2025-03-31", "2025-06-30", "2025-09-30", "2025-12-31"][: len(values)]).as_unit("s")
    table = monthly("a", values, **columns)
    starts = pd.to_datetime(["2025-01-01", "2025-04-01", "2025-07-01", "2025-10-01"][: len(values)]).as_unit("s")
    return table.assign(period_start=starts, period_end=ends, period=[f"2025-Q{n + 1}" for n in range(len(values))])


def planned(values):
    """Targets of the four quarters of 2025."""
    rows = quarterly(values)[["kpi_id", "period", "period_start", "period_end"]]
    return rows.assign(target=values, target_low=np.nan, target_high=np.nan)


@pytest.mark.parametrize(
    ("suffix", "percent", "word"), [("Q1", 88, "near"), ("Q2", 92, "on target"), ("Q3", 88, "near")]
)
def test_bands_of_what_adds_up_are_the_window_of_all_quarters_so_far(calendar, suffix, percent, word):
    """ServiceNow, non-cumulative breakdowns: 220, 240, 200, 230 of 250 each."""
    checkpoint = Checkpoint.of_cycle("2025", calendar, suffix)
    count = int(suffix[1])
    found = row(
        checkpoint, [], measures=quarterly([220.0, 240.0, 200.0, 230.0][:count]), targets=planned([250.0] * 4),
        aggregate="sum", frequency="quarterly", profile="bands", target=1000.0, baseline=np.nan,
    )  # fmt: skip
    assert (round(found["points"]), found["status"], found["profile"]) == (percent, word, "bands")


def test_bands_of_the_whole_year_are_the_published_yellow(year_2025):
    found = row(
        year_2025, [], measures=quarterly([220.0, 240.0, 200.0, 230.0]), targets=planned([250.0] * 4),
        aggregate="sum", frequency="quarterly", profile="bands", target=1000.0, baseline=np.nan,
    )  # fmt: skip
    assert (found["points"], found["status"]) == (pytest.approx(89.0), "near")


@pytest.mark.parametrize(
    ("start", "target", "actual", "direction", "percent", "word"),
    [
        (0.0, 1e6, 7e5, "higher", 70, "off target"),  # achieve $1,000,000 revenue
        (1e6, 1.5e6, 1.35e6, "higher", 70, "off target"),  # maximize
        (5e5, 4e5, 4.2e5, "lower", 80, "near"),  # minimize
    ],
)
def test_bands_of_a_level_agree_with_the_published_targets_without_breakdowns(
    year_2025, start, target, actual, direction, percent, word
):
    found = row(
        year_2025, [actual] * 12, aggregate="last", profile="bands", baseline=start, target=target, direction=direction
    )
    assert (found["points"], found["status"]) == (pytest.approx(percent), word)


def test_what_is_to_be_maintained_is_scored_by_the_share_of_its_periods_that_met(year_2025):
    """ServiceNow, service uptime: 11 of 12 months at 98 % or more are 92 %; operating cost cap: all of 4."""
    uptime = row(year_2025, [98.5] * 10 + [97.0, 99.0], profile="bands", target=98.0, baseline=98.0)
    assert (round(uptime["points"]), uptime["status"]) == (92, "on target")
    cap = row(
        year_2025, [], measures=quarterly([1.2, 1.1, 1.3, 1.5]), profile="bands", direction="lower", target=1.5,
        baseline=1.5, aggregate="last", frequency="quarterly",
    )  # fmt: skip
    assert cap["points"] == 100.0
    heads = row(
        year_2025, [250.0] * 11 + [268.0], profile="bands", direction="range", target=np.nan, target_low=237.5,
        target_high=262.5, aggregate="mean",
    )  # fmt: skip
    assert heads["points"] == pytest.approx(100 * 11 / 12)
    assert periods_met(pd.Series([True, False, pd.NA], dtype="boolean"), pd.Series([7, 7, 7]))[7] == 0.5


@pytest.mark.parametrize(
    ("base", "actual", "target", "direction", "years", "in_all", "ratio"),
    [
        # worked by hand: 100 to 121 in two years is 10 % a year, 100 to 161.051 in five years as well
        (100, 121, 161.051, "higher", 2, 5, 1.0),
        # 100 to 110.25 in two years is 5 % a year
        (100, 110.25, 161.051, "higher", 2, 5, 0.5),
        # a fall of 10 % a year, where 19 % in two years were to fall
        (100, 90, 81, "lower", 1, 2, 1.0),
        # the wrong way
        (100, 110, 81, "lower", 1, 2, -1.0),
        # all negative: growing from -100 towards -81 is a rate below 0, turned
        (-100, -90, -81, "higher", 1, 2, 1.0),
        # a target of 0 counts as 0.001
        (100, 10, 0, "lower", 1, 5, 0.9 / (1 - (0.001 / 100) ** 0.2)),
    ],
)
def test_the_annual_rate_is_held_against_the_rate_that_reaches_the_target(
    base, actual, target, direction, years, in_all, ratio
):
    parts = (column(part) for part in (actual, base, target))
    found = growth_ratio(*parts, words(direction), column(years), column(in_all))
    assert found[0] == pytest.approx(ratio)


def test_growth_across_nought_cannot_be_told_and_a_target_equal_to_its_base_asks_for_none():
    found = growth_ratio(
        column(-5, 5), column(10, 10), column(20, 10), words("higher", "higher"), column(1, 1), column(2, 2)
    )
    assert found.isna().all()


def test_growth_points_follow_the_published_cut_offs():
    """Open SDG: -60 % is -5, 60 % is 0, 130 % is 5; 95 % is 2.5; a target that is reached is 5 whatever the trend."""
    ratio = column(-1.0, -0.6, 0.0, 0.6, 0.95, 1.3, 2.0, -0.4)
    reached = pd.Series([False] * 7 + [True], dtype="boolean")
    assert growth_points(ratio, reached).tolist() == pytest.approx([-5, -5, -2.5, 0, 2.5, 5, 5, 5])


# Edges of every profile


def test_a_tie_misses_where_the_target_is_written_strictly():
    """Quantive, should stay below: "if the actual meets the target exactly, the KR progress is 0 %"."""
    nothing = column(*[np.nan] * 4)
    found = met(
        column(25, 24.9, 95, 95.1), column(25, 25, 95, 95), nothing, nothing,
        words("lower", "lower", "higher", "higher"), column(1, 1, 1, 1), pd.Series([True] * 4, dtype="boolean"),
    )  # fmt: skip
    assert found.tolist() == [False, True, False, True]
    # as published: 24.96 is printed as 25.0, which is not below 25
    one = met(column(24.96), column(25), column(np.nan), column(np.nan), words("lower"), column(1), pd.Series([True]))
    assert one.tolist() == [False]


def test_a_tie_with_a_strict_target_is_near_and_told_as_no_better_than_it(year_2025):
    cells = {"direction": "lower", "target": 12.0, "baseline": 20.0, "decimals": 1.0, "unit": "hours"}
    tie = row(year_2025, [12.0] * 12, **cells, strict=True)
    assert (bool(tie["met"]), tie["score"], tie["status"]) == (False, 1.0, "near")
    assert shortfall_words(tie.to_dict()) == "not below the 12.0"
    assert row(year_2025, [11.9] * 12, **cells, strict=True)["status"] == "on target"
    assert row(year_2025, [12.0] * 12, **cells, strict=False)["status"] == "on target"


def test_what_binary_arithmetic_adds_to_a_sum_is_no_miss():
    nothing = column(np.nan)
    assert met(column(0.1 + 0.2), column(0.3), nothing, nothing, words("lower"), nothing)[0]
    assert not met(column(0.1 + 0.2), column(0.3), nothing, nothing, words("higher"), nothing, pd.Series([True]))[0]


def test_health_of_a_level_expects_it_to_move_with_time_and_of_a_sum_to_grow_with_it(third_quarter):
    level = row(third_quarter, [95.0] * 9, profile="health", aggregate="last", target=120.0, baseline=80.0)
    assert (level["target"], level["score"]) == (110.0, pytest.approx(15 / 30))
    # Cascade: revenue of 12,000 in twelve months is expected at 1,000 a month
    total = row(third_quarter, [900.0] * 9, profile="health", aggregate="sum", target=12_000.0, baseline=8_000.0)
    assert (total["score"], total["status"]) == (pytest.approx(0.9), "near")


def test_a_kpi_is_scored_by_its_own_profile_with_its_published_limits_and_the_cycle_by_another(year_2025):
    """740 lies 1.2 of the way from 500 to 700; 0.92 of the way is near by progress and on target by bands."""
    flagged = row(year_2025, [740.0] * 12, profile="goal_redflag", target=700.0, red_flag=500.0, baseline=np.nan)
    assert (flagged["score"], flagged["status"]) == (pytest.approx(1.2), "on target")
    below = row(year_2025, [499.0] * 12, profile="goal_redflag", target=700.0, red_flag=500.0)
    assert (below["status"], round(below["points"], 2)) == ("off target", 3.32)
    amber = row(year_2025, [500.0] * 12, profile="goal_redflag", target=700.0, red_flag=500.0)
    assert amber["status"] == "near"
    assert row(year_2025, [98.4] * 12, profile="bands")["status"] == "on target"
    assert row(year_2025, [98.4] * 12)["status"] == "near"


def test_a_kpi_without_what_its_profile_starts_from_is_measured_by_attainment(year_2025):
    flagless = row(year_2025, [70.0] * 12, profile="goal_redflag", red_flag=np.nan)
    assert (flagless["score"], flagless["profile"], flagless["status"]) == (0.7, "attainment", "off target")
    band = {"direction": "range", "target": np.nan, "target_low": 80.0, "target_high": 90.0, "baseline": 60.0}
    ranged = row(year_2025, [70.0] * 12, profile="goal_redflag", red_flag=50.0, **band)
    assert (ranged["score"], ranged["profile"], ranged["status"]) == (0.5, "progress", "off target")
    assert row(year_2025, [90.0] * 12, profile="bands", baseline=np.nan, aggregate="last")["score"] == pytest.approx(
        0.9
    )


def test_growth_over_one_year_is_the_progress_of_that_year(year_2025):
    found = row(year_2025, [95.0] * 12, profile="cagr", baseline=80.0, target=100.0, baseline_period="2024")
    assert found["score"] == pytest.approx((95 / 80 - 1) / (100 / 80 - 1))
    multi = row(
        year_2025, [121.0] * 12, aggregate="last", profile="cagr", baseline=100.0, target=161.051,
        baseline_period="2023", due=pd.Timestamp("2028-12-31"),
    )  # fmt: skip
    assert (multi["score"], multi["status"]) == (pytest.approx(1.0), "on target")


def test_growth_that_cannot_be_told_is_not_scored_and_met_all_the_same(year_2025):
    found = row(year_2025, [-5.0] * 12, profile="cagr", baseline=10.0, target=20.0)
    assert np.isnan(found["score"])
    assert (bool(found["met"]), found["status"]) == (False, "off target")


@pytest.mark.parametrize("profile", [str(profile) for profile in Profile])
@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_no_profile_gives_a_missing_value_a_score_or_turns_it_into_nought(year_2025, profile, direction):
    nothing = row(year_2025, [np.nan] * 12, profile=profile, direction=direction, red_flag=70.0)
    assert np.isnan(nothing["score"])
    assert (nothing["status"], nothing["confidence"]) == ("not scored", 0.0)
    no_target = row(year_2025, [5.0] * 12, profile=profile, direction=direction, target=np.nan)
    assert np.isnan(no_target["score"])
    assert no_target["status"] == "not scored"


WAYS = [(str(profile), aggregate) for profile in Profile for aggregate in ("last", "mean", "sum")]


def scored_in_every_way(checkpoint, values, *, scale=1.0, rows=slice(None), ways=WAYS):
    """One KPI for each profile and aggregate, all of the same values: their scores by (profile, aggregate)."""
    goals = {"target": 300.0 * scale, "baseline": 100.0 * scale, "red_flag": 150.0 * scale, "baseline_period": "2024"}
    ids = ["-".join(way) for way in ways]
    kpis = kpi_table(
        *(
            {"kpi_id": name, "profile": way[0], "aggregate": way[1], **goals}
            for name, way in zip(ids, ways, strict=True)
        )
    )
    measures = pd.concat([monthly(name, [value * scale for value in values]) for name in ids], ignore_index=True)
    found = score_kpis(measures.iloc[rows].reset_index(drop=True), kpis, no_targets(), checkpoint, ScoringRules())
    return found.set_index("kpi_id").loc[["-".join(way) for way in WAYS], "score"]


@settings(max_examples=6, deadline=None)
@given(
    values=st.lists(st.floats(1.0, 500.0), min_size=12, max_size=12),
    gain=st.floats(0.0, 50.0),
    factor=st.sampled_from([0.001, 0.5, 8.0, 1000.0]),
)
def test_scores_are_monotone_in_the_actual_and_depend_on_no_order_and_no_unit(year_2025, values, gain, factor):
    plain = scored_in_every_way(year_2025, values)
    turned = scored_in_every_way(year_2025, values, rows=slice(None, None, -1), ways=WAYS[::-1])
    assert turned.tolist() == pytest.approx(plain.tolist())
    other = scored_in_every_way(year_2025, values, scale=factor)
    assert other.tolist() == pytest.approx(plain.tolist(), rel=1e-6, abs=1e-9)
    better = scored_in_every_way(year_2025, [value + gain for value in values])
    assert (better >= plain - 1e-9).all()


def test_a_compound_rate_agrees_with_a_textbook_example():
    # Wikipedia, compound annual growth rate: revenues of 9,000 and three years later of 13,000 grew by 13 % a year
    assert growth(column(13000), column(9000), column(3))[0] == pytest.approx(0.1304, abs=5e-5)


SETS = st.sampled_from([(-40.0, -100.0, "lower"), (60.0, 0.0, "lower"), (-30.0, 45.0, "higher"), (50.0, 50.0, "lower")])


@settings(max_examples=20, deadline=None)
@given(
    values=st.lists(st.floats(-150.0, 150.0), min_size=12, max_size=12),
    promise=SETS,
    gain=st.floats(0.0, 80.0),
    factor=st.sampled_from([0.001, 1000.0]),
)
def test_whatever_the_signs_met_score_and_strategy_rise_with_the_actual_and_know_no_unit_and_no_order(
    year_2025, values, promise, gain, factor
):
    baseline, target, direction = promise
    objectives = pd.DataFrame(
        {"objective_id": ["O1"], "name": ["One"], "perspective": [None], "weight": [1.0], "status": ["active"]}
    )

    def scored(scale=1.0, better=0.0, turn=1):
        goals = {"target": target * scale, "baseline": baseline * scale, "direction": direction}
        kpis = kpi_table(
            *({"kpi_id": name, "aggregate": name, "weight": w, **goals} for name, w in [("last", 1.0), ("mean", 3.0)]),
            {"kpi_id": "steady", "weight": 2.0},
        ).iloc[::turn]
        way = better if direction == "higher" else -better
        moved = [(value + way) * scale for value in values]
        parts = [monthly("last", moved), monthly("mean", moved), monthly("steady", [90.0] * 12)]
        measures = pd.concat(parts, ignore_index=True).iloc[::turn].reset_index(drop=True)
        found = score_kpis(measures, kpis, no_targets(), year_2025, ScoringRules())
        rolled = roll_up(found, objectives, organisation="all", green=1.0, amber=0.8, cap=1.2, min_confidence=0.5)
        return found.set_index("kpi_id").sort_index()[["score", "met"]], rolled["score"].iloc[0]

    plain, whole = scored()
    for other, its in (scored(turn=-1), scored(scale=factor)):
        assert other["score"].tolist() == pytest.approx(plain["score"].tolist(), rel=1e-6, abs=1e-9)
        assert its == pytest.approx(whole, rel=1e-6, abs=1e-9)
    improved, risen = scored(better=gain)
    assert (improved["score"] >= plain["score"] - 1e-9).all()
    assert (improved["met"].astype(int) >= plain["met"].astype(int)).all()
    assert risen >= whole - 1e-9
