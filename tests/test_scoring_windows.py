"""How far back an actual reaches, what is asked for that stretch, and where the numbers come from."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import kpi_table, monthly, no_targets

from review_kit.model.period import Checkpoint
from review_kit.scoring import ScoringRules, over_time, period_targets, roll_up, score_kpis, whole_series
from review_kit.scoring.profiles import goalposts
from review_kit.scoring.rollup import brought_together, weights_by_target
from review_kit.scoring.targets_at import targets_at


def column(*values):
    return pd.Series(list(values), dtype="float64")


def row(checkpoint, measures, targets=None, **kpi):
    """The scored row of one KPI."""
    table = no_targets() if targets is None else targets
    return score_kpis(measures, kpi_table(kpi), table, checkpoint, ScoringRules(min_confidence=0.1)).iloc[0]


def dated(values, *, start="2025-01-01", **columns):
    """Targets of consecutive months."""
    rows = monthly("a", values, start=start)[["kpi_id", "period", "period_start", "period_end"]]
    return rows.assign(target=values, target_low=np.nan, target_high=np.nan, **columns)


# Windows


@pytest.mark.parametrize(
    ("window", "aggregate", "actual", "previous"),
    [
        ("year_to_date", "sum", 9 * 3.0, 9 * 2.0),
        ("rolling_12", "sum", 3 * 2.0 + 9 * 3.0, 3 * 1.0 + 9 * 2.0),
        ("rolling_12", "mean", (3 * 2.0 + 9 * 3.0) / 12, (3 * 1.0 + 9 * 2.0) / 12),
        ("rolling_12", "min", 2.0, 1.0),
        ("rolling_12", "max", 3.0, 2.0),
        ("latest_period", "mean", 3.0, 2.0),
        ("latest_period", "sum", 3.0, 2.0),
        (np.nan, "sum", 9 * 3.0, 9 * 2.0),
    ],
)
def test_an_actual_reaches_as_far_back_as_its_window(third_quarter, window, aggregate, actual, previous):
    measures = monthly("a", [1.0] * 12 + [2.0] * 12 + [3.0] * 12, start="2023-01-01")
    found = row(third_quarter, measures, window=window, aggregate=aggregate)
    assert (found["actual"], found["previous_actual"]) == (pytest.approx(actual), pytest.approx(previous))


def test_a_ratio_over_twelve_months_divides_sums_of_twelve_months(third_quarter):
    parts = monthly("a", [np.nan] * 24, start="2024-01-01", denominator=100.0)
    parts["numerator"] = [50.0] * 12 + [80.0] * 12
    found = row(third_quarter, parts, window="rolling_12", aggregate="ratio", unit="%")
    assert found["actual"] == pytest.approx(100 * (3 * 50 + 9 * 80) / 1200)
    assert (found["n_periods"], found["n_expected"], found["origin"]) == (12, 12, "computed")


def test_of_a_stock_segments_are_added_and_months_are_not(third_quarter):
    """Headcount of two sites: 40 and 60 in January, 45 and 65 in September."""
    north = monthly("a", [40.0] * 8 + [45.0], segment="North")
    south = monthly("a", [60.0] * 8 + [65.0], segment="South")
    kpi = {"window": "latest_period", "aggregate": "sum", "target": 120.0, "baseline": 100.0}
    found = row(third_quarter, pd.concat([north, south], ignore_index=True), **kpi)
    assert (found["actual"], found["target"], found["baseline"]) == (110.0, 120.0, 100.0)
    assert (found["origin"], found["confidence"]) == ("rolled up", 1.0)
    assert over_time(kpi_table(kpi)).tolist() == ["last"]
    assert period_targets(kpi_table(kpi), whole_series(north, kpi_table(kpi)))["target"].tolist() == [120.0]


def test_twelve_rolling_months_are_held_against_the_whole_target_of_a_year(third_quarter):
    measures = monthly("a", [100.0] * 24, start="2024-01-01")
    kpi = {"window": "rolling_12", "aggregate": "sum", "target": 1500.0, "baseline": 1000.0, "path": "seasonal"}
    found = row(third_quarter, measures, **kpi)
    assert (found["actual"], found["target"], found["baseline"]) == (1200.0, 1500.0, pytest.approx(1000.0))
    gap = measures.assign(value=[100.0] * 13 + [np.nan] * 2 + [100.0] * 9)
    assert row(third_quarter, gap, **{**kpi, "path": "linear"})["target"] == pytest.approx(1250.0)


def test_a_month_in_the_middle_of_a_quarter_asks_for_the_quarters_that_are_over(calendar):
    """At the end of August six months of a quarterly sum came; they are held against six months of the target."""
    august = Checkpoint.of_cycle("2025", calendar, "08")
    ends = pd.to_datetime(["2025-03-31", "2025-06-30"]).as_unit("s")
    measures = monthly("a", [4.0, 3.9]).assign(
        period_start=pd.to_datetime(["2025-01-01", "2025-04-01"]).as_unit("s"), period_end=ends
    )
    found = row(august, measures, aggregate="sum", frequency="quarterly", target=16.0, baseline=12.5)
    assert (found["target"], found["baseline"], found["confidence"]) == (8.0, 6.25, 1.0)


def test_missing_months_of_a_season_take_their_own_share_of_the_target_with_them(year_2025):
    """Last year December made 30 of 100; without it the others are asked for 70 % and not for eleven twelfths."""
    last_year = monthly("a", [5.0] * 9 + [10.0, 15.0, 30.0], start="2024-01-01")
    this_year = monthly("a", [10.0] * 11)
    found = row(
        year_2025, pd.concat([last_year, this_year], ignore_index=True), aggregate="sum", path="seasonal",
        target=200.0, baseline=100.0,
    )  # fmt: skip
    assert (found["target"], found["baseline"]) == (pytest.approx(140.0), pytest.approx(70.0))
    assert (found["caveat"], found["target_origin"]) == ("11 of 12 values came", "computed")


def test_all_months_of_a_year_are_asked_for_the_target_of_the_year_to_the_last_digit(year_2025):
    shares = monthly("a", [17.1, 18.3, 19.7, 16.9, 18.1, 17.7, 18.9, 19.3, 20.1, 21.7, 24.3, 29.9], start="2024-01-01")
    measures = pd.concat([shares, monthly("a", [0.1] * 12)], ignore_index=True)
    for path in ("linear", "seasonal", "flat"):
        found = row(year_2025, measures, aggregate="sum", path=path, target=255.0, baseline=227.6)
        assert (found["target"], found["baseline"], found["actual"]) == (255.0, 227.6, pytest.approx(1.2, rel=1e-15))


def test_a_step_asks_for_the_baseline_before_its_day_and_for_the_whole_from_then_on(calendar):
    kpi = {"path": "step", "due": pd.Timestamp("2025-06-30"), "aggregate": "last", "target": 100.0, "baseline": 80.0}
    kpis = kpi_table(kpi, {**kpi, "kpi_id": "none", "baseline": np.nan}, {**kpi, "kpi_id": "sum", "aggregate": "sum"})
    before = targets_at(kpis, no_targets(), Checkpoint.of_cycle("2025", calendar, "05"))
    assert before["target"].tolist() == pytest.approx([80.0, np.nan, 80.0 * 5 / 12], nan_ok=True)
    after = targets_at(kpis, no_targets(), Checkpoint.of_cycle("2025", calendar, "06"))
    assert after["target"].tolist() == [100.0, 100.0, 100.0]


def test_a_line_reaches_its_target_on_the_due_day(calendar):
    kpi = {"path": "linear", "due": pd.Timestamp("2025-10-31"), "target": 100.0, "baseline": 80.0}
    kpis = kpi_table({**kpi, "aggregate": "last"}, {**kpi, "kpi_id": "b", "aggregate": "sum"})
    half = targets_at(kpis, no_targets(), Checkpoint.of_cycle("2025", calendar, "05"))
    assert half["target"].tolist() == [90.0, 50.0]
    assert targets_at(kpis, no_targets(), Checkpoint.of_cycle("2025", calendar))["target"].tolist() == [100.0, 100.0]


def test_a_mean_is_held_against_the_mean_of_its_targets_and_a_level_against_the_latest(third_quarter):
    measures = monthly("a", [50.0] * 9)
    steps = dated([10.0 * month for month in range(1, 13)])
    assert row(third_quarter, measures, steps, aggregate="mean")["target"] == 50.0
    assert row(third_quarter, measures, steps, aggregate="last")["target"] == 90.0
    some = dated([96.0], start="2025-07-01")  # from July on
    found = row(third_quarter, measures, some, aggregate="mean")
    assert (found["target"], found["target_origin"]) == (96.0, "read")


def test_missing_months_are_not_asked_for_by_targets_of_months(third_quarter):
    measures = monthly("a", [10.0] * 7 + [np.nan, 10.0])
    found = row(third_quarter, measures, dated([1.0] * 7 + [100.0, 1.0]), aggregate="sum")
    assert (found["actual"], found["target"]) == (80.0, 8.0)


def test_a_strict_target_of_a_period_holds_where_the_kpi_says_nothing(third_quarter):
    strict = pd.Series([True] * 9, dtype="boolean")
    measures = monthly("a", [95.0] * 9)
    targets = dated([95.0] * 9, strict=strict)
    assert not row(third_quarter, measures, targets, aggregate="last")["met"]
    own = pd.array([False], dtype="boolean")[0]
    assert row(third_quarter, measures, targets, aggregate="last", strict=own)["met"]


# Where numbers come from


def test_a_number_says_whether_it_was_read_computed_or_rolled_up(year_2025):
    whole, part = monthly("a", [5.0] * 12), monthly("a", [5.0] * 12, segment="North")
    both = pd.concat([part, monthly("a", [5.0] * 12, segment="South")], ignore_index=True)
    assert row(year_2025, whole, aggregate="last")["origin"] == "read"
    assert row(year_2025, whole, aggregate="mean")["origin"] == "computed"
    assert row(year_2025, both, aggregate="sum")["origin"] == "rolled up"
    assert row(year_2025, part, aggregate="last")["origin"] == "read"
    ratio = monthly("a", [np.nan], numerator=1.0, denominator=2.0)
    assert row(year_2025, ratio, aggregate="ratio", frequency="annual")["origin"] == "computed"
    assert pd.isna(row(year_2025, monthly("a", []))["origin"])


def test_the_figure_of_a_year_ago_says_its_own_origin(year_2025):
    """Read as one value then, rolled up from two segments now; and nothing is said where nothing is shown."""
    now = [monthly("a", [2.0], start="2025-12-01").assign(segment=name) for name in ("north", "south")]
    then = monthly("a", [3.0], start="2024-12-01")
    last = row(year_2025, pd.concat([then, *now], ignore_index=True), aggregate="last")
    assert (last["origin"], last["previous_actual"], last["previous_origin"]) == ("rolled up", 3.0, "read")
    assert pd.isna(row(year_2025, now[0], aggregate="last")["previous_origin"])


def test_values_that_are_not_final_are_said_to_be_behind_the_actual(year_2025):
    measures = monthly("a", [5.0] * 12).assign(status=["actual"] * 10 + ["preliminary", "projected"])
    assert row(year_2025, measures)["caveat"] == "includes projected values"
    fewer = measures.head(11)
    assert row(year_2025, fewer)["caveat"] == "11 of 12 values came; includes preliminary values"
    assert row(year_2025, monthly("a", [5.0] * 12))["caveat"] == ""


# Roll-up


def test_the_geometric_mean_agrees_with_the_published_test(anchors):
    published = next(entry for entry in anchors["aggregate"] if entry["id"] == "coinr_gmean")
    scores, weights = column(*published["x"]), column(*published["w"])
    found = brought_together(scores, weights, pd.Series(["p"] * 3), "geometric")
    assert found.loc["p", "score"] == pytest.approx((1 * 2 * 3**2) ** (1 / 4))
    with_gap = brought_together(column(*published["x"], np.nan), column(1, 1, 2, 5), pd.Series(["p"] * 4), "geometric")
    assert with_gap.loc["p", "score"] == pytest.approx(found.loc["p", "score"])


def test_a_geometric_mean_does_not_let_one_great_value_make_up_for_three_small_ones():
    # OECD and JRC, Handbook on constructing composite indicators (2008), step 6: 21, 1, 1, 1 and four times 6
    parents = pd.Series(["uneven"] * 4 + ["even"] * 4)
    values, weights = column(21, 1, 1, 1, 6, 6, 6, 6), column(*[0.25] * 8)
    assert brought_together(values, weights, parents, "mean")["score"].tolist() == [6.0, 6.0]
    found = brought_together(values, weights, parents, "geometric")["score"]
    assert [round(score, 2) for score in found] == [2.14, 6.0]


def test_the_geometric_mean_of_goalposts_is_the_human_development_index_of_china():
    # UNDP, Human Development Report 2010, technical note 1: life 0.847, education 0.589, income 0.584, HDI 0.663
    def index(value, low, high):
        return goalposts(column(value), column(low), column(high))[0]

    life = index(73.5, 20.0, 83.2)
    schooling = (index(7.5, 0.0, 13.2) * index(11.4, 0.0, 20.6)) ** 0.5
    education = index(schooling, 0.0, 0.951)
    income = index(np.log(7263), np.log(163), np.log(108211))
    # the source rounds the parts of education before it goes on
    assert [life, education, income] == pytest.approx([0.847, 0.589, 0.584], abs=0.001)
    found = brought_together(column(life, education, income), column(1, 1, 1), pd.Series(["China"] * 3), "geometric")
    assert round(found.loc["China", "score"], 3) == 0.663


def test_a_child_at_nought_takes_a_geometric_mean_to_nought_and_one_without_weight_does_nothing():
    parents = pd.Series(["p"] * 2)
    assert brought_together(column(0, 1), column(1, 9), parents, "geometric").loc["p", "score"] == 0.0
    assert brought_together(column(0, 1), column(0, 9), parents, "geometric").loc["p", "score"] == 1.0
    assert brought_together(column(0, 1), column(0, 9), parents, "worst").loc["p", "score"] == 1.0


def test_weights_by_target_agree_with_the_published_example(anchors):
    published = next(entry for entry in anchors["aggregate"] if entry["id"] == "viva_weight_by_target")
    kpis = kpi_table(
        *({"kpi_id": str(n), "target": float(target)} for n, target in enumerate(published["targets"])),
        {"kpi_id": "other", "objective_id": "O2", "unit": "days", "weight": 3.0},
        {"kpi_id": "share", "objective_id": "O2", "unit": "%", "weight": 2.0},
    )
    found = weights_by_target(kpis)
    assert (100 * found.head(3)).tolist() == pytest.approx(published["expected_weights_pct"], abs=0.05)
    assert found.tail(2).tolist() == [3.0, 2.0]  # days and percent cannot be added up


OBJECTIVES = pd.DataFrame({
    "objective_id": ["O1", "O2"], "name": ["One", "Two"], "perspective": ["P", "P"], "weight": [1.0, 3.0],
    "status": ["active", "active"],
})  # fmt: skip


def rolled(scores, method="mean", objectives=OBJECTIVES):
    rules = {"green": 1.0, "amber": 0.8, "cap": 1.2, "min_confidence": 0.5}
    return roll_up(scores, objectives, organisation="City", method=method, **rules).set_index("id")


def scored(*rows):
    blank = {
        "objective_id": "O1", "score": 1.0, "weight": 1.0, "confidence": 1.0, "guardrail": False, "met": True,
        "status": "on target",
    }  # fmt: skip
    table = pd.DataFrame([{**blank, **row} for row in rows])
    return table.assign(met=table["met"].astype("boolean"))


def test_the_worst_score_and_the_worst_status_win_on_every_level():
    table = scored(
        {"score": 1.2}, {"score": 0.85, "status": "off target"},
        {"score": np.nan, "status": "not scored", "weight": 0.1},
        {"score": 1.0, "objective_id": "O2"},
    )  # fmt: skip
    found = rolled(table, "worst")
    assert found["score"].to_dict() == pytest.approx({"City": 0.85, "P": 0.85, "O1": 0.85, "O2": 1.0})
    assert found["status"].to_dict() == {
        "City": "off target", "P": "off target", "O1": "off target", "O2": "on target",
    }  # fmt: skip
    assert found["method"].unique().tolist() == ["worst"]
    assert found["origin"].unique().tolist() == ["rolled up"]


def test_the_worst_status_wins_on_every_step_of_a_published_cascade():
    """ServiceNow: growth (green, red) is red, efficiency green, innovation yellow, and the parent goal red."""
    goals = ["growth", "efficiency", "innovation"]
    table = scored(
        {"objective_id": "growth"}, {"objective_id": "growth", "status": "off target"},
        {"objective_id": "efficiency"}, {"objective_id": "innovation", "status": "near"},
    )  # fmt: skip
    objectives = pd.DataFrame(
        {"objective_id": goals, "name": goals, "perspective": "P", "weight": 1.0, "status": "active"}
    )
    found = rolled(table, "worst", objectives)["status"]
    assert found[goals].tolist() == ["off target", "on target", "near"]
    assert found["City"] == found["P"] == "off target"
    # what has no status, or no weight, is no worst one
    silent = scored({"status": "not scored", "score": np.nan}, {"status": "near", "weight": 1.0})
    assert rolled(silent, "worst").loc["O1", "status"] == "near"
    light = scored({"status": "off target", "weight": 0.0}, {"status": "near"})
    assert rolled(light, "worst").loc["O1", "status"] == "near"


def test_what_is_withheld_stays_withheld_however_scores_are_brought_together():
    table = scored({"score": 1.0}, {"score": np.nan, "weight": 2.0, "status": "not scored"})
    for method in ("mean", "geometric", "worst"):
        found = rolled(table, method)
        assert np.isnan(found.loc["O1", "score"])
        assert found.loc["O1", "status"] == "not scored"


@settings(max_examples=6, deadline=None)
@given(
    st.lists(
        st.tuples(st.floats(0.01, 1.2), st.floats(0.1, 5.0), st.sampled_from(["O1", "O2"])), min_size=2, max_size=9
    ),
    st.integers(0, 8),
    st.floats(0.1, 10.0),
)
def test_parents_lie_between_their_children_in_any_order_and_the_parts_add_up(rows, place, factor):
    table = scored(*({"score": score, "weight": weight, "objective_id": parent} for score, weight, parent in rows))
    means = {method: rolled(table, method)["score"] for method in ("worst", "geometric", "mean")}
    assert (means["worst"].dropna() <= means["geometric"].dropna() + 1e-9).all()
    assert (means["geometric"].dropna() <= means["mean"].dropna() + 1e-9).all()
    for method, found in means.items():
        turned = rolled(table.iloc[::-1].reset_index(drop=True), method, OBJECTIVES.iloc[::-1])["score"]
        assert turned.reindex(found.index).tolist() == pytest.approx(found.tolist(), nan_ok=True)
        heavier = rolled(table.assign(weight=table["weight"] * factor), method)["score"]
        assert heavier.tolist() == pytest.approx(found.tolist(), nan_ok=True)
        at = place % len(table)
        better = table.assign(score=table["score"].where(table.index != at, 1.2))
        assert (rolled(better, method)["score"].dropna() >= found.dropna() - 1e-9).all()
    points = table["score"] * table["weight"]
    for parent, its in table.groupby("objective_id"):
        assert points[its.index].sum() / its["weight"].sum() == pytest.approx(means["mean"][parent])


def test_a_value_that_came_before_it_was_due_is_scored(third_quarter):
    measures = monthly("a", [95.0], start="2025-06-01")
    survey = row(third_quarter, measures, aggregate="last", frequency="annual")
    assert (survey["n_expected"], survey["confidence"], survey["caveat"]) == (0, 1.0, "")
    assert survey["score"] == pytest.approx(0.75)
    nothing = row(third_quarter, measures.iloc[:0], aggregate="last", frequency="annual")
    assert np.isnan(nothing["confidence"])
    assert nothing["status"] == "not scored"


def test_a_target_that_is_the_baseline_but_for_the_last_binary_digit_is_kept_not_progressed_to(year_2025):
    months = monthly("a", [8.1] * 12)  # twelve times 8.1 is 97.19999999999999
    targets = months[["kpi_id", "period", "period_start", "period_end"]].assign(
        target=8.1, target_low=np.nan, target_high=np.nan
    )
    missed = monthly("a", [98.0 / 12] * 12)
    found = row(year_2025, missed, targets, direction="lower", aggregate="sum", target=97.2, baseline=97.2)
    assert found["target"] != found["baseline"]
    assert found["score"] == pytest.approx(1 - 0.8 / 97.2)
    assert found["status"] == "near"
