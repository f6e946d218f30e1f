"""What drove a change: parts that add up, exactly and as printed."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from strategies import LIMITS, REVIEWS, strategy
from tables import kpi_table, monthly

from review_kit.desk.driver_rows import largest_step
from review_kit.model.figures import rounded
from review_kit.model.parts import printed_in_groups, printed_parts, telling_decimals
from review_kit.model.period import Calendar, Checkpoint
from review_kit.narrative import score_drivers_lead, segments_lead, segments_title
from review_kit.scoring import actuals_at, roll_up, whole_series
from review_kit.scoring.drivers import above_below, price_volume, rate_mix, ratio_drivers, segment_drivers, sums
from review_kit.scoring.printed import printed_scores, printed_segments
from review_kit.scoring.score_drivers import effective_weights, score_drivers

YEAR = Checkpoint.of_cycle("2025", Calendar(date(2025, 1, 1), date(2025, 12, 31), 2025))
AMOUNTS = st.floats(min_value=0.0, max_value=1e6)


def column(*values):
    return pd.Series(list(values), dtype="float64")


def test_price_and_volume_agree_with_a_published_example():
    """Das Gupta 1993, example 2.1 (as DasGuptR prints it): mean earnings are pay per earner times earners per head."""
    pay, earners = (10930.0, 16591.0), (0.717892, 0.825974)
    values = [column(one * other) for one, other in zip(pay, earners, strict=True)]
    found = price_volume(values[0], column(earners[0]), values[1], column(earners[1])).iloc[0]
    assert found.round(3).tolist() == [4369.913, 1487.262, 5857.175]


def test_rate_and_mix_agree_with_a_published_example():
    """Das Gupta 1993, example 5.1 (as DasGuptR prints it): household headship in the United States, 1970 and 1985."""
    size_70 = column(12.9, 10.9, 9.5, 8.0, 7.8, 8.4, 8.6, 7.8, 7.0, 5.9, 4.7, 3.6, 4.9)
    size_85 = column(10.1, 11.2, 11.6, 10.9, 9.4, 7.7, 6.3, 6.0, 6.3, 5.9, 5.1, 4.0, 5.5)
    rate_70 = column(1.9, 25.8, 45.7, 49.6, 51.2, 51.6, 51.8, 54.9, 58.7, 60.4, 62.8, 66.6, 66.8)
    rate_85 = column(2.2, 24.3, 45.8, 52.5, 56.1, 55.6, 56.0, 57.4, 57.2, 61.2, 63.9, 68.6, 72.2)
    whole = pd.Series("US", index=size_70.index)
    found = rate_mix(whole, size_70 * rate_70, size_70, size_85 * rate_85, size_85)
    assert found[["rate", "mix", "effect"]].sum().round(4).tolist() == [1.7403, 1.2269, 2.9672]


def test_what_was_not_sold_had_no_price_and_all_of_its_change_is_volume():
    # stays: 10 x 2 -> 12 x 3; enters with 5 x 4; leaves with 6 x 1; was never there
    found = price_volume(column(20, 0, 6, 0), column(10, 0, 6, 0), column(36, 20, 0, 0), column(12, 5, 0, 0))
    assert found["price"].tolist() == [11.0, 0.0, 0.0, 0.0]
    assert found["volume"].tolist() == [5.0, 20.0, -6.0, 0.0]
    assert price_volume(column(1), column(np.nan), column(2), column(3)).isna().all(axis=None)


def test_a_ratio_is_moved_from_above_and_from_below_the_line():
    # 4 / 2 -> 6 / 4: a half and a quarter of two more above, and a quarter less of five on the mean
    found = above_below(column(4), column(2), column(6), column(4)).iloc[0]
    assert found.tolist() == [0.75, -1.25, -0.5]


def test_segments_enter_and_leave_through_the_mix_alone():
    # then A 1 of 2, B 3 of 4; now A 3 of 4, C 1 of 4: the mean of then and now is (4/6 + 4/8) / 2 = 7/12
    found = rate_mix(pd.Series(["k"] * 3), column(1, 3, np.nan), column(2, 4, np.nan), column(3, 0, 1), column(4, 0, 4))
    assert found["state"].tolist() == ["stays", "leaves", "enters"]
    assert found["rate"].to_numpy() == pytest.approx([0.25 * (1 / 3 + 1 / 2) / 2, 0, 0])
    assert found["mix"].to_numpy() == pytest.approx(
        [(1 / 2 - 1 / 3) * (0.625 - 7 / 12), -(2 / 3) * (0.75 - 7 / 12), (1 / 2) * (0.25 - 7 / 12)]
    )
    assert found["effect"].sum() == pytest.approx(4 / 8 - 4 / 6)


def test_of_a_total_each_segment_gives_what_it_changed_by():
    found = sums(column(3, 4, np.nan), column(5, np.nan, 2))
    assert found["effect"].tolist() == [2.0, -4.0, 2.0]
    assert found["state"].tolist() == ["stays", "leaves", "enters"]


SEGMENTS = st.lists(st.tuples(AMOUNTS, AMOUNTS, AMOUNTS, AMOUNTS), min_size=1, max_size=8)


@settings(deadline=None, max_examples=40)
@given(SEGMENTS, st.sampled_from([1e-3, 7.0, 1e4]))
def test_rate_and_mix_add_up_and_do_not_depend_on_order_unit_or_the_way_of_telling(rows, unit):
    parts = [column(*values) for values in zip(*rows, strict=True)]
    parts[1], parts[3] = parts[1].round(3), parts[3].round(3)  # what is a thousandth of a denominator is not there
    above_then, below_then, above_now, below_now = parts
    above_then, above_now = above_then.where(below_then > 0, 0.0), above_now.where(below_now > 0, 0.0)
    if not below_then.sum() or not below_now.sum():
        return
    whole = pd.Series(0, index=above_then.index)
    found = rate_mix(whole, above_then, below_then, above_now, below_now)
    change = above_now.sum() / below_now.sum() - above_then.sum() / below_then.sum()
    size = 1e-9 * max(1.0, found[["before", "now"]].max().max())
    assert found["effect"].sum() == pytest.approx(change, abs=size)
    back = rate_mix(whole, above_now, below_now, above_then, below_then)
    assert (back[["rate", "mix"]] + found[["rate", "mix"]]).abs().max().max() <= size
    reversed_rows = rate_mix(*(part[::-1] for part in (whole, above_then, below_then, above_now, below_now)))
    assert (reversed_rows["effect"].sort_index() - found["effect"]).abs().max() <= size
    scaled = rate_mix(whole, above_then * unit, below_then, above_now * unit, below_now)
    assert (scaled["effect"] - unit * found["effect"]).abs().max() <= size * max(1.0, unit)


def by_segment(kpi_id, segments, aggregate):
    """Two years of months: `segments` holds by name the values of 2024 and of 2025, or numerators over denominators."""
    parts = []
    for name, years in segments.items():
        for start, values in zip(("2024-01-01", "2025-01-01"), years, strict=True):
            own = monthly(kpi_id, [float(value) for value in values], start=start, segment=name)
            if aggregate == "ratio":
                own = own.assign(numerator=own["value"], denominator=10.0 + np.arange(len(own)), value=np.nan)
            parts.append(own)
    return pd.concat(parts, ignore_index=True)


def change_of(measures, kpis):
    found = actuals_at(whole_series(measures, kpis), kpis, YEAR).set_index("kpi_id")
    return found["actual"] - found["previous_actual"]


@pytest.mark.parametrize("aggregate", ["sum", "mean", "ratio"])
def test_segments_of_a_kpi_add_up_to_the_change_of_its_actual(aggregate):
    months = np.arange(12.0)
    segments = {"North": (3 + months, 5 + 2 * months), "South": (9 - months, np.full(12, 7.0)), "": ([], [])}
    kpis = kpi_table({"aggregate": aggregate, "unit": "%" if aggregate == "ratio" else "units"})
    measures = by_segment("a", segments, aggregate)
    measures = measures[~((measures["segment"] == "South") & measures["period"].isin(["2025-03", "2025-04"]))]
    changes = change_of(measures, kpis)
    found = segment_drivers(measures, kpis, YEAR, changes)
    assert found["segment"].tolist() == ["North", "South"]
    assert found["effect"].sum() == pytest.approx(changes["a"])
    if aggregate == "sum":  # 12 x 2 + 66; South lost two months of 7 and stood at 42 before
        assert found["effect"].tolist() == [90.0, 28.0]
        assert found["rate"].isna().all()
    else:
        assert (found["rate"] + found["mix"]).to_numpy() == pytest.approx(found["effect"].to_numpy())


def test_months_that_came_as_a_whole_are_a_part_of_their_own():
    kpis = kpi_table({"aggregate": "sum"})
    split = by_segment("a", {"North": ([1.0] * 6, [2.0] * 6), "South": ([1.0] * 6, [1.0] * 6)}, "sum")
    whole = pd.concat([monthly("a", [5.0] * 6, start=f"{year}-07-01") for year in (2024, 2025)])
    measures = pd.concat([split, whole], ignore_index=True)
    found = segment_drivers(measures, kpis, YEAR, change_of(measures, kpis))
    assert dict(zip(found["segment"], found["effect"], strict=True)) == {"": 0.0, "North": 6.0, "South": 0.0}


@pytest.mark.parametrize(
    ("kpi", "change"),
    [({"aggregate": "last"}, 1.0), ({"aggregate": "sum"}, 5.0), ({"aggregate": "sum"}, np.nan)],
    ids=["no sum", "an actual of other rows", "nothing to compare with"],
)
def test_a_kpi_whose_parts_would_not_add_up_is_not_taken_apart(kpi, change):
    measures = by_segment("a", {"North": ([1.0] * 12, [2.0] * 12), "South": ([1.0] * 12, [1.0] * 12)}, "sum")
    assert segment_drivers(measures, kpi_table(kpi), YEAR, pd.Series({"a": change})).empty


def test_a_ratio_of_value_over_quantity_has_a_price_and_a_volume():
    measures = pd.concat([
        monthly("a", [np.nan], start="2024-01-01", numerator=20.0, denominator=10.0),
        monthly("a", [np.nan], start="2025-01-01", numerator=36.0, denominator=12.0),
    ])  # fmt: skip
    kpis = kpi_table({"aggregate": "ratio", "unit": "EUR"})
    found = ratio_drivers(measures, kpis, YEAR, change_of(measures, kpis)).iloc[0]
    assert found["effect"] == pytest.approx(1.0)
    assert (found["above"], found["below"]) == pytest.approx((16 * (1 / 10 + 1 / 12) / 2, -28 * (1 / 10 - 1 / 12)))
    assert (found["price"], found["volume"]) == (11.0, 5.0)


def test_scores_of_kpis_by_their_weights_make_up_the_score_of_the_strategy():
    scores, _, rollup = strategy(
        ("a", "O1", 3.0, 0.5), ("b", "O1", 1.0, 1.5), ("c", "O2", 1.0, None), ("d", "O3", 2.0, 0.9)
    )
    weights = effective_weights(scores, rollup)
    # O2 is withheld and hands its weight to O1; Customer weighs 2 of 3
    assert weights.to_dict() == pytest.approx({"a": 0.5, "b": 2 / 3 / 4, "c": 0.0, "d": 1 / 3})
    assert (weights.to_numpy() * scores["score"].clip(0, 1.2).fillna(0)).sum() == pytest.approx(rollup["score"].iloc[0])


def test_new_retired_and_reweighted_kpis_are_told_apart_from_better_scores():
    last, _, last_rollup = strategy(("a", "O1", 1.0, 0.4), ("gone", "O1", 1.0, 1.0), ("d", "O3", 1.0, 1.0),
                                    weights=(1.0, 0.0, 1.0))  # fmt: skip
    now, _, rollup = strategy(("a", "O1", 1.0, 0.6), ("new", "O1", 1.0, 0.2), ("d", "O3", 1.0, 1.0),
                              weights=(1.0, 0.0, 1.0))  # fmt: skip
    found = score_drivers(now, rollup, last, last_rollup, cap=1.2).set_index("kpi_id")
    # 0.85 and 0.7, mean 0.775; each of O1's two KPIs carries a quarter
    assert found["state"].to_dict() == {"a": "stayed", "gone": "retired", "new": "new", "d": "stayed"}
    assert found["rate"].to_dict() == pytest.approx({"a": 0.05, "gone": 0, "new": 0, "d": 0}, abs=1e-12)
    assert found["mix"].to_dict() == pytest.approx(
        {"a": 0, "gone": -0.25 * 0.225, "new": 0.25 * (0.2 - 0.775), "d": 0}, abs=1e-12
    )
    assert found["effect"].sum() == pytest.approx(-0.15)


def test_another_cap_of_the_last_review_is_told_as_another_rule():
    last, objectives, _ = strategy(("a", "O1", 1.0, 1.5), ("d", "O3", 1.0, 1.0), weights=(1.0, 0.0, 1.0))
    last_rollup = roll_up(last, objectives, **{**LIMITS, "cap": 1.5})
    now, _, rollup = strategy(("a", "O1", 1.0, 1.5), ("d", "O3", 1.0, 1.0), weights=(1.0, 0.0, 1.0))
    found = score_drivers(now, rollup, last, last_rollup, cap=1.2).set_index("kpi_id")
    assert found.loc["rules", "effect"] == pytest.approx(1.1 - 1.25)
    assert found["effect"].sum() == pytest.approx(rollup["score"].iloc[0] - last_rollup["score"].iloc[0])


@pytest.mark.parametrize("method", ["geometric", "worst"])
def test_a_score_that_is_no_sum_of_parts_is_not_taken_apart(method):
    now, objectives, rollup = strategy(("a", "O1", 1.0, 0.5), ("d", "O3", 1.0, 1.0))
    otherwise = roll_up(now, objectives, **LIMITS, method=method)
    assert score_drivers(now, otherwise, now, otherwise, cap=1.2).empty
    assert score_drivers(now, rollup, now, otherwise, cap=1.2).empty


def test_a_kpi_of_its_latest_period_is_taken_apart_by_that_period():
    kpis = kpi_table({"aggregate": "sum", "window": "latest_period"})
    measures = by_segment("a", {"North": (range(12), range(5, 17)), "South": ([1.0] * 12, [4.0] * 12)}, "sum")
    found = segment_drivers(measures, kpis, YEAR, change_of(measures, kpis))
    assert dict(zip(found["segment"], found["effect"], strict=True)) == {"North": 5.0, "South": 3.0}


def test_without_a_score_then_or_now_nothing_is_told():
    now, _, rollup = strategy(("a", "O1", 1.0, 0.5), ("d", "O3", 1.0, 1.0))
    unscored, _, withheld = strategy(("a", "O1", 1.0, None), ("d", "O3", 1.0, None))
    assert score_drivers(now, rollup, unscored, withheld, cap=1.2).empty
    assert score_drivers(now, rollup, now.head(0), rollup.head(0), cap=1.2).empty


@settings(deadline=None, max_examples=25)
@given(REVIEWS, REVIEWS)
@example([("a", "O1", 3.0, 1.0), ("b", "O3", 5.0, 0.0)], [("a", "O1", 3.0, 0.62), ("b", "O3", 3.0, 0.0)])  # two thirds
def test_parts_of_a_score_add_up_exactly_and_as_printed(then, today):
    (last, _, last_rollup), (now, _, rollup) = strategy(*then), strategy(*today)
    before, after = last_rollup["score"].iloc[0], rollup["score"].iloc[0]
    found = score_drivers(now, rollup, last, last_rollup, cap=1.2)
    if np.isnan(before) or np.isnan(after):
        assert found.empty
        return
    assert found["effect"].sum() == pytest.approx(after - before)
    assert "rules" not in set(found["kpi_id"])
    table, decimals = printed_scores(found, before, after)
    units = 10**decimals
    change = round(rounded(100 * after, decimals) * units) - round(rounded(100 * before, decimals) * units)
    assert sum(round(part * units) for part in table["printed"]) == change
    assert abs(change - 100 * (after - before) * units) <= 1 + 1e-6
    assert (table["printed"] - 100 * table["effect"]).abs().max() < 3 / units + 1e-6
    shuffled = score_drivers(now[::-1], rollup, last[::-1], last_rollup, cap=1.2)
    assert shuffled.round(9).to_csv() == found.round(9).to_csv()


@pytest.mark.parametrize(
    ("parts", "decimals", "printed"),
    [
        ([1.4, 1.4, 1.4], 0, [2, 1, 1]),  # 4.2 is printed as 4: the first of equals gets the missing one
        ([0.5, 0.5], 0, [1, 0]),
        ([-0.5, -0.5], 0, [0, -1]),
        ([2.6, -1.3], 0, [2, -1]),  # 1.3 is printed as 1
        ([0.3, 0.3, 0.4], 1, [0.3, 0.3, 0.4]),
        ([float("nan"), 2.0], 0, [0, 2]),
        ([], 1, []),
    ],
)
def test_printed_parts_add_up_to_the_printed_total(parts, decimals, printed):
    total = sum(part for part in parts if part == part)  # noqa: PLR0124 - what is not known is no part
    assert printed_parts(parts, total, decimals) == printed


@given(st.lists(st.floats(min_value=-1e6, max_value=1e6), min_size=1, max_size=30), st.integers(0, 3))
def test_groups_of_printed_parts_add_up_as_well(parts, decimals):
    units = 10**decimals
    groups = [place % 3 for place in range(len(parts))]
    found = printed_in_groups(parts, groups, sum(parts), decimals)
    assert sum(round(part * units) for part in found) == round(rounded(sum(parts), decimals) * units)
    for group in set(groups):
        mine = [at for at, other in enumerate(groups) if other == group]
        whole = sum(parts[at] for at in mine)
        assert abs(sum(found[at] for at in mine) - whole) < 1 / units + 1e-6


@pytest.mark.parametrize(
    ("before", "now", "decimals"), [(70.0, 71.0, 0), (0.44, 0.66, 2), (82.44, 86.66, 2), (93.115, 94.695, 1)]
)
def test_as_many_decimals_are_told_as_make_then_and_the_change_now(before, now, decimals):
    assert telling_decimals(before, now, min(decimals, 1)) == decimals


def test_the_segments_of_a_kpi_are_printed_so_that_rows_and_columns_add_up():
    parts = pd.DataFrame({"rate": [0.44, 0.44, -0.05], "mix": [0.04, 0.04, 0.04], "effect": [0.48, 0.48, -0.01]})
    table, decimals = printed_segments(parts, 10.0, 10.95, at_least=1)
    assert decimals == 2  # 10.0 + 1.0 is not 10.9
    assert table["printed"].sum() == pytest.approx(0.95)
    assert (table["printed_rate"] + table["printed_mix"]).to_numpy() == pytest.approx(table["printed"].to_numpy())


def plain(text):
    return text.replace("\u202f", " ").replace("\u00a0", " ")


def told_of(last_kpis, now_kpis, **last_limits):
    last, objectives, last_rollup = strategy(*last_kpis, weights=(1.0, 0.0, 1.0))
    last_rollup = roll_up(last, objectives, **{**LIMITS, **last_limits}) if last_limits else last_rollup
    now, _, rollup = strategy(*now_kpis, weights=(1.0, 0.0, 1.0))
    before, after = last_rollup["score"].iloc[0], rollup["score"].iloc[0]
    drivers = score_drivers(now, rollup, last, last_rollup, cap=1.2)
    return plain(
        score_drivers_lead(printed_scores(drivers, before, after), before, after, "the second quarter of 2025")
    )


@pytest.mark.parametrize(
    ("steps", "told"),
    [
        ([("A", 7.8), ("B", -0.3), ("C", -11.5)], "C moved the score most: −11.5 points"),  # ups are drawn before downs
        ([("A", -0.2), ("B", -4.0)], "B moved the score most: −4.0 points"),
        ([("A", 7.8), ("B", -7.7)], "A moved the score most: +7.8 points"),
        ([], "No part of the score moved"),
    ],
)
def test_the_title_of_the_bridge_names_the_greatest_step_up_or_down(steps, told):
    assert plain(largest_step(pd.DataFrame(steps, columns=["name", "printed"]), 1)) == told


def test_the_sentence_of_what_drove_a_score_adds_up():
    a, d = ("a", "O1", 1.0, 0.4), ("d", "O3", 1.0, 1.0)
    better, worse = ("a", "O1", 1.0, 0.6), ("d", "O3", 1.0, 0.9)
    opening = "The score rose by 5.0 points, from 70.0 in the second quarter of 2025 to 75.0."
    assert told_of([a, d], [better, worse]) == (
        f"{opening} KPIs that scored better gave 10.0 points and those that scored worse took 5.0 points. "
        "A gave most (+10.0) and D took most (−5.0)."
    )
    assert told_of([a, d], [a, d]) == "The score stayed at 70.0."
    new, gone = ("new", "O1", 1.0, 0.2), ("gone", "O1", 1.0, 1.0)
    assert told_of([a, gone, d], [better, new, d]).endswith(
        "from 85.0 in the second quarter of 2025 to 70.0. KPIs that scored better gave 5.0 points; "
        "new and retired KPIs took 20.0 points. A gave most (+5.0) and NEW took most (−14.4)."
    )
    assert "Other rules of averaging took 7.5 points" in told_of(
        [("a", "O1", 1.0, 1.35), d], [("a", "O1", 1.0, 1.35), d], cap=1.35
    )
    assert told_of([a, d], [("a", "O1", 1.0, None), d]).startswith("There is no earlier score") is False
    assert told_of([("a", "O1", 1.0, None), ("d", "O3", 1.0, None)], [a, d]).startswith("There is no earlier score")


def test_the_segment_that_did_most_is_named_with_its_share_of_the_change():
    parts = pd.DataFrame(
        {"segment": ["North", "", "West"], "rate": [0.2, 0.9, -0.4], "mix": 0.0, "effect": [0.2, 0.9, -0.4]}
    )
    assert segments_title(printed_segments(parts, 10.0, 10.7, at_least=1), "%") == (
        "Not split did most: +0.9 of +0.7 percentage points"
    )
    level = parts.assign(rate=[0.2, 0.2, -0.4], effect=[0.2, 0.2, -0.4])
    assert segments_title(printed_segments(level, 10.0, 10.0, at_least=1), "EUR m") == (
        "The changes of its segments make up for each other"
    )
    assert segments_lead([("OTIF", "West did most: +1 of +2 days")], 1, 4) == (
        "1 KPI of 4 can be taken apart by segment. OTIF: West did most: +1 of +2 days."
    )
