import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import kpi_table, monthly, no_targets

from review_kit.scoring import ScoringRules, roll_up, score_kpis, whole_series, with_year_targets
from review_kit.scoring.profiles import attainment, band_progress, met, progress, rounded
from review_kit.scoring.rollup import weighted_mean
from review_kit.scoring.status import status_of
from review_kit.scoring.targets_at import targets_at


def column(*values):
    return pd.Series(list(values), dtype="float64")


def one(kpis, measures, checkpoint, **rules):
    return score_kpis(measures, kpis, no_targets(), checkpoint, ScoringRules(**rules)).iloc[0]


@pytest.mark.parametrize("example", ["quantive_decrease", "okrtracker_increase", "servicenow_simple", "hp2020_ptca"])
def test_progress_agrees_with_published_examples(anchors, example):
    published = next(entry for entry in anchors["progress"] if entry["id"] == example)
    for actual, percent in published["cases"]:
        found = progress(column(actual), column(published["initial"]), column(published["target"]))
        assert found[0] * 100 == pytest.approx(percent)


def test_progress_is_missing_where_the_baseline_equals_the_target():
    assert progress(column(5, 6), column(5, 5), column(5, 5)).isna().all()


def test_progress_into_a_band_is_whole_anywhere_inside_and_counts_the_way_outside():
    found = band_progress(column(85, 76, 95), column(70, 70, 100), column(80, 80, 80), column(90, 90, 90))
    assert found.tolist() == [1.0, 0.6, 0.5]


def test_attainment_divides_the_right_way_round_and_only_what_can_be_divided():
    direction = pd.Series(["higher", "lower", "lower", "lower", "higher", "higher", "lower"])
    found = attainment(column(80, 50, 0, 5.6, 3, -1, 0), column(100, 40, 10, 0, 0, 10, 0), direction)
    assert found[:4].tolist() == [0.8, 0.8, np.inf, 0.0]
    assert found[4:6].isna().all()  # more than a target of nothing, and less than nothing, are no shares
    assert found[6] == 1.0


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0.001, 1e3), st.floats(-1e3, 1e3))
def test_progress_does_not_depend_on_the_unit(actual, baseline, target, factor, offset):
    if abs(target - baseline) < 1:
        return
    plain = progress(column(actual), column(baseline), column(target))[0]
    other = progress(
        column(actual * factor + offset), column(baseline * factor + offset), column(target * factor + offset)
    )[0]
    assert other == pytest.approx(plain, rel=1e-6, abs=1e-6)


@given(st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(-1e6, 1e6), st.floats(0, 1e6))
def test_a_better_actual_never_scores_less(actual, baseline, target, gain):
    if abs(target - baseline) < 1:
        return
    better = actual + gain if target > baseline else actual - gain
    now = progress(column(actual, better), column(baseline, baseline), column(target, target))
    assert now[1] >= now[0]


@pytest.mark.parametrize(
    ("direction", "actual", "expected"),
    [
        ("higher", 100.0, True),
        ("higher", 99.94, False),
        ("lower", 100.0, True),
        ("lower", 100.01, False),
        ("range", 100.0, False),
        ("range", 90.0, True),
    ],
)
def test_a_tie_is_met_and_less_than_a_tie_is_not(direction, actual, expected):
    found = met(column(actual), column(100), column(80), column(90), pd.Series([direction]), column(np.nan))
    assert found[0] is np.bool_(expected) or bool(found[0]) is expected


def test_met_is_judged_at_the_precision_that_is_published():
    found = met(
        column(94.96, 94.94), column(95, 95), *[column(np.nan, np.nan)] * 2, pd.Series(["higher"] * 2), column(1, 1)
    )
    assert found.tolist() == [True, False]


def test_met_is_missing_without_an_actual_or_a_target():
    nothing = column(np.nan, np.nan)
    assert met(column(np.nan, 5), column(5, np.nan), nothing, nothing, pd.Series(["higher"] * 2), nothing).isna().all()


@pytest.mark.parametrize("whole", [620_000_000.0, 2.5e9, 1e12, 999_999_999_999.0])
def test_published_precision_leaves_large_whole_numbers_alone(whole):
    assert rounded(column(whole, -whole), column(0, 2)).tolist() == [whole, -whole]


def test_published_precision_rounds_halves_away_from_zero_also_where_binary_numbers_fall_short():
    assert rounded(column(2.675, -2.675, 0.5, 1.25), column(2, 2, 0, np.nan)).tolist() == [2.68, -2.68, 1.0, 1.25]


def test_status_follows_met_and_score_and_is_not_scored_without_either():
    found = status_of(
        pd.Series([True, False, False, pd.NA, False], dtype="boolean"), column(0.5, 0.8, 0.79, np.nan, np.nan),
        green=1.0, amber=0.8,
    )  # fmt: skip
    assert found.tolist() == ["on target", "near", "off target", "not scored", "off target"]


@pytest.mark.parametrize(
    ("aggregate", "actual"), [("last", 6.0), ("sum", 15.0), ("mean", 3.75), ("min", 2.0), ("max", 6.0)]
)
def test_the_periods_of_a_cycle_become_one_actual_by_the_kpis_aggregate(year_2025, aggregate, actual):
    kpis = kpi_table({"kpi_id": "a", "aggregate": aggregate, "frequency": "quarterly"})
    assert one(kpis, monthly("a", [3, 4, np.nan, 2, 6]), year_2025)["actual"] == actual


def test_a_ratio_is_sum_over_sum_across_segments_and_time_and_never_the_mean_of_ratios(year_2025):
    north = monthly("r", [np.nan] * 2, numerator=[90.0, 80.0], denominator=[100.0, 100.0], segment="North")
    south = monthly("r", [np.nan] * 2, numerator=[1.0, 0.0], denominator=[10.0, 0.0], segment="South")
    kpis = kpi_table({"kpi_id": "r", "aggregate": "ratio", "unit": "%"})
    row = one(kpis, pd.concat([north, south], ignore_index=True), year_2025, min_confidence=0.1)
    assert row["actual"] == pytest.approx(100 * 171 / 210)


@pytest.mark.parametrize(
    ("unit", "actual"), [("%", 75.0), ("% of milestones", 75.0), ("Percent", 75.0), ("share", 0.75)]
)
def test_a_ratio_is_published_in_percent_where_its_unit_says_so(year_2025, unit, actual):
    parts = monthly("r", [np.nan] * 12, numerator=3.0, denominator=4.0)
    assert one(kpi_table({"kpi_id": "r", "aggregate": "ratio", "unit": unit}), parts, year_2025)["actual"] == actual


@pytest.mark.parametrize(("actual", "score"), [(0.0, 1.0), (5.6, 0.0)])
def test_a_promise_of_nought_is_kept_or_broken_and_always_scored(year_2025, actual, score):
    kpi = kpi_table({"direction": "lower", "target": 0.0, "baseline": 0.0})
    assert one(kpi, monthly("a", [actual] * 12), year_2025)["score"] == score


def test_segments_are_only_added_up_where_the_whole_is_not_given():
    whole = monthly("s", [10.0])
    parts = pd.concat([monthly("s", [4.0, 5.0], segment="N"), monthly("s", [3.0, 2.0], segment="S")])
    kpis = kpi_table({"kpi_id": "s", "aggregate": "sum"})
    series = whole_series(pd.concat([whole, parts], ignore_index=True), kpis)
    assert series["value"].tolist() == [10.0, 7.0]


def test_only_values_of_the_cycle_up_to_the_checkpoint_count(third_quarter):
    measures = monthly("a", [1.0] * 12 + [5.0] * 12, start="2024-01-01")
    row = one(kpi_table({"aggregate": "sum"}), measures, third_quarter)
    assert (row["actual"], row["previous_actual"], row["change"]) == (45.0, 9.0, 36.0)
    assert (row["n_periods"], row["n_expected"], row["confidence"]) == (9, 9, 1.0)


def test_a_kpi_with_too_few_of_its_values_is_not_scored(year_2025):
    row = one(kpi_table({}), monthly("a", [200.0] * 5), year_2025)
    assert row["status"] == "not scored"
    assert row["actual"] == 200.0
    assert pd.isna(row["met"])


def test_an_annual_kpi_is_not_due_in_the_third_quarter(third_quarter):
    row = one(kpi_table({"frequency": "annual", "aggregate": "last"}), monthly("a", []), third_quarter)
    assert row["status"] == "not scored"
    assert pd.isna(row["confidence"])


def test_a_summed_target_is_spread_over_the_year_and_a_level_is_not(third_quarter):
    kpis = kpi_table(
        {"kpi_id": "flow", "aggregate": "sum", "target": 120.0, "baseline": 100.0},
        {"kpi_id": "level", "aggregate": "last", "target": 120.0, "baseline": 100.0},
        {"kpi_id": "climb", "aggregate": "last", "target": 120.0, "baseline": 100.0, "path": "linear"},
    )
    found = targets_at(kpis, no_targets(), third_quarter)
    assert found["target"].tolist() == [90.0, 120.0, 115.0]
    assert found["baseline"].tolist() == [75.0, 100.0, 100.0]


def test_a_seasonal_target_is_spread_as_the_year_before_was(third_quarter):
    kpis = kpi_table({"aggregate": "sum", "target": 200.0, "baseline": 100.0, "path": "seasonal"})
    last_year = [5.0] * 9 + [10.0, 15.0, 30.0]  # 45 of 100 by September
    found = targets_at(
        kpis, no_targets(), third_quarter, whole_series(monthly("a", last_year, start="2024-01-01"), kpis)
    )
    assert (found["target"][0], found["baseline"][0]) == (pytest.approx(90.0), pytest.approx(45.0))
    incomplete = whole_series(monthly("a", last_year[:11], start="2024-01-01"), kpis)
    assert targets_at(kpis, no_targets(), third_quarter, incomplete)["target"][0] == 150.0


def test_a_target_per_period_wins_over_the_path(third_quarter):
    dated = monthly("a", [10.0] * 12)[["kpi_id", "period", "period_start", "period_end"]]
    dated = dated.assign(target=np.arange(1.0, 13.0), target_low=np.nan, target_high=np.nan)
    kpis = kpi_table({"aggregate": "sum"}, {"kpi_id": "b", "aggregate": "last"})
    found = targets_at(kpis, pd.concat([dated, dated.assign(kpi_id="b")]), third_quarter)
    assert found["target"].tolist() == [45.0, 9.0]


def test_a_kpi_that_maintains_scores_one_when_met_and_otherwise_by_its_closeness(year_2025):
    kpis = kpi_table({"target": 100.0, "baseline": 100.0})
    assert one(kpis, monthly("a", [100.0] * 12), year_2025)["score"] == 1.0
    missed = one(kpis, monthly("a", [90.0] * 12), year_2025)
    assert (missed["score"], missed["status"]) == (pytest.approx(0.9), "near")


def test_a_target_on_the_wrong_side_of_its_baseline_makes_no_progress(year_2025):
    row = one(kpi_table({"target": 75.0, "baseline": 80.0}), monthly("a", [70.0] * 12), year_2025)
    assert pd.isna(row["progress"])
    assert (row["score"], row["status"]) == (pytest.approx(70 / 75), "near")


def test_nothing_at_all_where_little_was_allowed_scores_the_cap_and_not_infinity(year_2025):
    kpi = kpi_table({"direction": "lower", "target": 5.0})
    assert one(kpi, monthly("a", [0.0] * 12), year_2025, profile="attainment")["score"] == 1.2


def test_a_sum_with_missing_months_is_held_against_the_target_of_those_that_came(year_2025):
    kpi = kpi_table({"aggregate": "sum", "target": 1200.0, "baseline": 600.0})
    row = one(kpi, monthly("a", [100.0] * 9 + [np.nan] * 3), year_2025)
    assert (row["actual"], row["target"], row["baseline"]) == (900.0, 900.0, 450.0)
    assert (row["score"], row["status"], row["confidence"]) == (1.0, "on target", 0.75)


def test_the_year_before_is_no_measure_where_fewer_values_came_then(year_2025):
    measures = monthly("a", [100.0] * 3 + [100.0] * 12, start="2024-10-01")
    row = one(kpi_table({"aggregate": "sum"}), measures, year_2025)
    assert pd.isna(row["previous_actual"])
    assert pd.isna(row["change"])


def test_targets_of_some_quarters_do_not_stand_for_the_year(year_2025, third_quarter):
    rows = monthly("a", [0.0] * 9)[["kpi_id", "period", "period_start", "period_end"]]
    dated = rows.assign(target=100.0, target_low=np.nan, target_high=np.nan)
    kpis = kpi_table({"aggregate": "sum", "target": 1500.0})
    assert targets_at(kpis, dated, third_quarter)["target"][0] == 900.0
    assert targets_at(kpis, dated, year_2025)["target"][0] == 1500.0


def test_a_target_that_stands_only_in_the_targets_table_is_the_years_target_too(year_2025):
    rows = monthly("a", [0.0] * 12)[["kpi_id", "period", "period_start", "period_end"]]
    dated = rows.assign(target=100.0, target_low=np.nan, target_high=np.nan)
    kpis = kpi_table({"aggregate": "sum", "target": np.nan}, {"kpi_id": "b", "target": 7.0})
    assert with_year_targets(kpis, dated, year_2025)["target"].tolist() == [1200.0, 7.0]


def test_a_kpi_without_a_target_is_not_scored_and_never_zero(year_2025):
    row = one(kpi_table({"target": np.nan}), monthly("a", [90.0] * 12), year_2025)
    assert row["status"] == "not scored"
    assert pd.isna(row["score"])


def test_scores_do_not_depend_on_the_order_of_the_rows(year_2025):
    kpis = kpi_table({"kpi_id": "a"}, {"kpi_id": "b", "aggregate": "last"})
    measures = pd.concat([monthly("a", list(range(12))), monthly("b", list(range(12)))], ignore_index=True)
    shuffled = measures.sample(frac=1.0, random_state=7)
    in_order = score_kpis(measures, kpis, no_targets(), year_2025, ScoringRules())
    pd.testing.assert_frame_equal(in_order, score_kpis(shuffled, kpis, no_targets(), year_2025, ScoringRules()))


def test_every_actual_names_its_formula_and_its_source_rows(year_2025):
    row = one(kpi_table({"aggregate": "mean"}), monthly("a", [1.0] * 12), year_2025)
    assert row["trace"] == "mean of 12 values: actuals.csv, rows 2–13, column value"
    last = one(kpi_table({"aggregate": "last"}), monthly("a", [1.0] * 12), year_2025)
    assert last["trace"] == "last of 1 value: actuals.csv, row 13, column value"


def test_a_trace_joins_neighbouring_rows_only(year_2025):
    measures = monthly("a", [1.0] * 6).assign(source_row=[20, 2, 3, 4, 9, 8])
    row = one(kpi_table({"aggregate": "sum"}), measures, year_2025)
    assert row["trace"] == "sum of 6 values: actuals.csv, rows 2–4, 8–9, 20, column value"


def test_a_weighted_mean_passes_over_what_is_missing_and_says_how_much_it_covers():
    found = weighted_mean(column(1.0, 0.5, np.nan), column(1, 3, 4), pd.Series(["o", "o", "o"])).loc["o"]
    assert found["score"] == (1.0 + 1.5) / 4
    assert found["coverage"] == 0.5
    assert (found["n"], found["n_scored"]) == (3, 2)


def test_perdoo_counts_a_third_where_one_of_three_key_results_is_done(anchors):
    published = next(entry for entry in anchors["aggregate"] if entry["id"] == "perdoo")
    found = weighted_mean(column(*published["progress"]), column(1, 1, 1), pd.Series(["o"] * 3))
    assert int(found.loc["o", "score"]) == published["expected"]


def rolled(scores, **changes):
    objectives = pd.DataFrame({
        "objective_id": ["O1", "O2"], "name": ["One", "Two"], "perspective": ["P", "P"], "weight": [1.0, 3.0],
        "status": "active",
    })  # fmt: skip
    rules = {"green": 1.0, "amber": 0.8, "cap": 1.2, "min_confidence": 0.5, **changes}
    return roll_up(scores, objectives, organisation="City", **rules).set_index("id")


def scored(*rows):
    blank = {
        "objective_id": "O1",
        "weight": 1.0,
        "confidence": 1.0,
        "guardrail": False,
        "met": True,
        "status": "on target",
    }
    table = pd.DataFrame([{**blank, **row} for row in rows])
    return table.assign(met=table["met"].astype("boolean"))


def test_the_strategy_is_the_weighted_mean_of_its_perspectives_and_objectives():
    found = rolled(scored({"score": 1.0}, {"score": 0.6, "objective_id": "O2", "met": False}))
    assert found.loc["City", "score"] == pytest.approx((1.0 * 1 + 0.6 * 3) / 4)
    assert found["level"].tolist() == ["strategy", "perspective", "objective", "objective"]
    assert found.loc["City", ["n_kpis", "n_met"]].tolist() == [2, 1]


def test_a_runaway_success_is_capped_where_it_is_averaged():
    found = rolled(scored({"score": 9.0}, {"score": 0.0}, {"score": 1.0, "objective_id": "O2"}))
    assert found.loc["O1", "score"] == pytest.approx(0.6)


def test_a_parent_of_which_too_little_is_scored_is_withheld():
    found = rolled(scored({"score": 1.0, "weight": 1.0}, {"score": np.nan, "weight": 2.0}))
    assert pd.isna(found.loc["O1", "score"])
    assert found.loc["O1", "status"] == "not scored"
    assert pd.isna(found.loc["City", "score"])


def test_a_parent_at_the_limit_itself_is_scored_and_just_below_it_is_withheld():
    # 0.1 + 0.7 of 1, which binary arithmetic makes a little less than 0.8
    table = scored({"score": 1.0, "weight": 0.1}, {"score": 1.0, "weight": 0.7}, {"score": np.nan, "weight": 0.2})
    assert rolled(table, min_confidence=0.8).loc["O1", "score"] == 1.0
    assert pd.isna(rolled(table, min_confidence=0.8001).loc["O1", "score"])


def test_coverage_counts_only_the_weight_that_is_really_scored():
    table = scored(
        {"score": 1.0}, {"score": np.nan},
        {"score": 1.0, "objective_id": "O2"}, {"score": np.nan, "objective_id": "O2"},
    )  # fmt: skip
    assert rolled(table)["coverage"].tolist() == [0.5, 0.5, 0.5, 0.5]


def test_a_withheld_objective_still_counts_with_what_is_scored_of_it():
    table = scored({"score": 1.0}, {"score": np.nan, "weight": 2.0}, {"score": 1.0, "objective_id": "O2"})
    found = rolled(table)
    assert found["status"]["O1"] == "not scored"
    assert found.loc["City", "coverage"] == pytest.approx((1 * 1 / 3 + 3 * 1) / 4)


def test_a_kpi_that_is_not_due_yet_does_not_lower_the_share_of_values_that_came():
    found = rolled(
        scored({"score": 1.0}, {"score": np.nan, "confidence": np.nan}, {"score": 1.0, "objective_id": "O2"})
    )
    assert found["confidence"].tolist() == [1.0, 1.0, 1.0, 1.0]


def test_a_retired_objective_without_kpis_is_not_part_of_the_strategy():
    objectives = pd.DataFrame({
        "objective_id": ["O1", "O2"], "name": ["One", "Two"], "perspective": ["P", "P"], "weight": [1.0, 3.0],
        "status": ["active", "retired"],
    })  # fmt: skip
    rules = {"green": 1.0, "amber": 0.8, "cap": 1.2, "min_confidence": 0.5}
    found = roll_up(scored({"score": 0.9}), objectives, organisation="City", **rules)
    assert found["id"].tolist() == ["City", "P", "O1"]
    assert found["coverage"].tolist() == [1.0, 1.0, 1.0]


def test_a_broken_guardrail_keeps_its_parents_from_being_on_target():
    found = rolled(
        scored(
            {"score": 1.2, "weight": 9.0},
            {"score": 0.6, "guardrail": True, "status": "off target"},
            {"score": 1.2, "objective_id": "O2"},
        )
    )
    assert found.loc["O1", "score"] > 1.0
    assert found["status"].tolist() == ["near", "near", "near", "on target"]


@pytest.mark.parametrize("method", ["mean", "geometric", "worst"])
def test_a_guardrail_is_never_averaged_away_whatever_way_scores_are_rolled_up(method):
    """One without weight has no say in any score, and still keeps what lies above it from being on target."""
    table = scored({"score": 1.2}, {"score": 0.1, "weight": 0.0, "guardrail": True, "status": "off target"})
    found = rolled(table, method=method, min_confidence=0.2)
    assert found.loc["O1", "score"] == pytest.approx(1.2)
    assert found.loc[["City", "P", "O1"], "status"].tolist() == ["near"] * 3


def test_a_guardrail_that_is_kept_or_near_holds_nobody_back():
    for status in ("on target", "near", "not scored"):
        table = scored({"score": 1.2}, {"score": 1.0, "guardrail": True, "status": status})
        assert rolled(table, min_confidence=0.2).loc["O1", "status"] == "on target"
