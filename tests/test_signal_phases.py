"""Phases, seasons and conflicts: what a review says of a KPI whose process changed, or that has good and bad months."""

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import kpi_table, monthly

from review_kit.scoring import whole_series
from review_kit.signals import RULE_SETS, ChartChoices, Rebase, conflicts, process_behaviour, standing_out
from review_kit.signals.phases import phase_starts

NOISE = [
    0.3, -0.8, 1.1, -0.2, 0.6, -1.3, 0.1, 0.9, -0.5, -0.4, 1.2, -0.9, 0.7, -0.1, -1.1, 0.5, 0.2, -0.6, 1.0, -0.7, 0.4,
    0.8, -1.0, 0.0, -0.3, 1.3, -0.2, -1.2, 0.6, 0.1, 0.9, -0.8, 0.3, -0.4, 1.1, -0.5,
]  # fmt: skip
WINTER = np.array([0.0] * 10 + [8.0, 12.0])
SHIFTED = [50 + x for x in NOISE[:14]] + [56 + x for x in NOISE[14:28]]  # from 2024-03 on


def behaviour(values, *, rules="nhs_r", start="2023-01-01", choices=None, **kpi):
    kpis = kpi_table({"period_target": kpi.pop("target", 100.0), **kpi})
    measures = monthly("a", list(values), start=start)
    points, readings = process_behaviour(whole_series(measures, kpis), kpis, RULE_SETS[rules], choices)
    return points.set_index("period"), readings.iloc[0]


def rebased(day, reason="New depot"):
    return ChartChoices(rebase=[Rebase(kpi_id="a", since=pd.Timestamp(day).date(), reason=reason)])


def test_after_a_rebase_each_phase_has_limits_of_its_own_and_the_last_one_is_read():
    points, reading = behaviour(SHIFTED, choices=rebased("2024-03-01"), target=55.5)
    assert points.loc["2024-02", "mean"] == pytest.approx(np.mean(SHIFTED[:14]))
    assert points.loc["2024-03", "mean"] == pytest.approx(np.mean(SHIFTED[14:]))
    assert points["signal"].eq("common cause").all()
    assert np.isnan(points.loc["2024-03", "moving_range"])  # the step between two processes is no range of either
    assert (reading["variation"], reading["assurance"], reading["n_points"]) == ("common cause", "hit or miss", 14)
    assert (reading["phase_start"], reading["phase_reason"]) == (pd.Timestamp("2024-03-01"), "New depot")
    assert points["phase"].tolist() == [0] * 14 + [1] * 14


def test_without_a_rebase_the_same_series_is_a_signal_and_the_day_is_offered():
    points, reading = behaviour(SHIFTED)
    assert points["phase"].eq(0).all()  # nothing is rebased by itself
    assert (reading["variation"], reading["assurance"]) == ("improvement", "unknown")
    assert (reading["shifted_since"], reading["phase_reason"]) == (pd.Timestamp("2024-03-01"), "")
    assert pd.isna(behaviour(SHIFTED, choices=rebased("2024-03-01"))[1]["shifted_since"])


@pytest.mark.parametrize(
    ("day", "first"),
    [("2024-03-01", "2024-03"), ("2024-02-29", "2024-03"), ("2024-03-02", "2024-04"), ("2020-01-01", None),
     ("2031-01-01", None)],
)  # fmt: skip
def test_a_phase_begins_with_the_first_whole_period(day, first):
    points, _ = behaviour(SHIFTED, choices=rebased(day))
    later = points.index[points["phase"].eq(1)]
    assert (later[0] if len(later) else None) == first


def test_a_young_phase_has_no_limits_and_then_trial_limits():
    points, reading = behaviour(SHIFTED[:19], choices=rebased("2024-03-01"))
    assert (reading["variation"], reading["n_points"]) == ("too few points", 5)
    assert np.isnan(reading["upper"])
    assert points.loc["2024-02", "signal"] == "common cause"
    assert behaviour(SHIFTED[:25], choices=rebased("2024-03-01"))[1]["trial"]
    assert not behaviour(SHIFTED[:26], choices=rebased("2024-03-01"))[1]["trial"]


def test_no_run_reaches_over_a_rebase():
    level = [10.0, 12] * 6 + [11.5] * 4 + [11.5] * 4 + [10.0, 12, 10, 12]
    assert behaviour(level)[0]["signal"].eq("improvement").sum() >= 7
    assert behaviour(level, choices=rebased("2024-05-01"))[0]["signal"].eq("common cause").all()


def test_frozen_limits_rest_on_the_first_values_of_each_phase():
    points, reading = behaviour(SHIFTED, choices=ChartChoices(freeze=12))
    assert points["mean"].unique() == pytest.approx([np.mean(SHIFTED[:12])])
    assert points.loc["2024-03":, "signal"].eq("improvement").all()
    assert not reading["trial"]
    assert behaviour(SHIFTED, choices=ChartChoices(freeze=8))[1]["trial"]
    both = ChartChoices(freeze=12, rebase=rebased("2024-03-01").rebase)
    assert behaviour(SHIFTED, choices=both)[0]["mean"].iloc[-1] == pytest.approx(np.mean(SHIFTED[14:26]))


def test_a_rebase_touches_its_own_kpi_alone():
    kpis = kpi_table({"period_target": 1.0}, {"kpi_id": "b", "period_target": 1.0})
    measures = pd.concat([monthly(name, SHIFTED, start="2023-01-01") for name in "ab"], ignore_index=True)
    series = whole_series(measures, kpis)
    told = [*rebased("2024-03-01").rebase, Rebase(kpi_id="gone", since=pd.Timestamp("2024-01-01").date(), reason="?")]
    starts, reasons = phase_starts(series, np.repeat([0, 1], 28), pd.Index(["a", "b"]), told)
    assert np.flatnonzero(starts).tolist() == [0, 14, 28]
    assert reasons[14] == "New depot"


# seasons


def in_season(level=50.0, years=3, *, share=False):
    season = np.tile(WINTER, years)
    noise = np.array(NOISE)[: 12 * years]
    return level * (1 + season / 50) + noise if share else level + season + noise


def test_months_that_come_back_every_year_are_no_signal():
    plain = ChartChoices(test_seasons=False)
    raw, _ = behaviour(in_season(), choices=plain)
    assert raw.loc[["2024-12", "2025-12"], "signal"].eq("improvement").all()
    points, reading = behaviour(in_season())
    assert reading["seasonal"] in {"ratio", "difference"}
    assert points["signal"].eq("common cause").all()
    assert points["value"].tolist() == pytest.approx(in_season())
    assert points.loc["2025-12", "adjusted"] == pytest.approx(50, abs=3)
    # the limits move with the season, so that the raw value can be drawn with them
    assert points.loc["2025-12", "lower"] < points.loc["2025-12", "value"] < points.loc["2025-12", "upper"]
    assert points.loc["2025-12", "mean"] - points.loc["2025-06", "mean"] == pytest.approx(12, abs=1.5)
    # the reading is that of an average month: 50 and a twelfth of 8 + 12
    assert reading["mean"] == pytest.approx(50 + 20 / 12, abs=0.1)


@pytest.mark.parametrize(("direction", "variation"), [("higher", "concern"), ("lower", "improvement")])
def test_a_real_shift_is_found_beneath_a_season(direction, variation):
    values = in_season()
    values[-8:] -= 3.0  # December is still the highest month of the year
    assert behaviour(values, direction=direction)[1]["variation"] == variation
    assert behaviour(values)[1]["rule"].endswith("its season taken out")


def test_a_season_is_taken_as_share_of_the_level_where_that_fits_better():
    growing = 30 * 1.02 ** np.arange(36) * (1 + np.tile(WINTER, 3) / 50) + np.array(NOISE) / 20
    points, reading = behaviour(growing)
    assert reading["seasonal"] == "ratio"
    assert points["season_factor"].groupby(points["period_end"].dt.year).mean().tolist() == pytest.approx([1, 1, 1])
    adding = np.linspace(30, 90, 36) + np.tile(WINTER, 3) + np.array(NOISE) / 20
    points, reading = behaviour(adding)
    assert reading["seasonal"] == "difference"
    assert points["season_added"].iloc[:12].sum() == pytest.approx(0, abs=1e-9)
    assert points["season_added"].iloc[11] - points["season_added"].iloc[0] == pytest.approx(12, abs=0.2)
    below = adding - 60  # with values below 0 there are no shares
    assert behaviour(below)[1]["seasonal"] == "difference"


@pytest.mark.parametrize(
    ("values", "choices", "kpi", "seasonal"),
    [
        (in_season()[:23], None, {}, False),  # two full years are needed
        (in_season()[:23], None, {"path": "seasonal"}, False),
        (50 + np.array(NOISE), None, {}, False),
        (50 + np.array(NOISE), None, {"path": "seasonal"}, True),  # a target that follows a season declares one
        (50 + np.array(NOISE), ChartChoices(seasonal=frozenset("a")), {}, True),
        (in_season(), ChartChoices(not_seasonal=frozenset("a")), {}, False),
        (in_season(), ChartChoices(not_seasonal=frozenset("a")), {"path": "seasonal"}, False),
        (in_season(), ChartChoices(test_seasons=False), {}, False),
        (in_season(), ChartChoices(test_seasons=False), {"path": "seasonal"}, True),
        (np.full(36, 98.2), None, {"path": "seasonal"}, False),
        (np.linspace(10, 90, 36), None, {}, False),  # a straight line has no season
    ],
)
def test_a_season_is_taken_out_only_where_it_is_shown_or_declared(values, choices, kpi, seasonal):
    assert bool(behaviour(values, choices=choices, **kpi)[1]["seasonal"]) is seasonal


def test_quarters_have_seasons_and_years_have_none():
    quarters = monthly("a", [10.0, 14.0, 10.0, 20.0] * 4)[["kpi_id", "value"]]
    starts = pd.date_range("2022-01-01", periods=16, freq="QS").astype("datetime64[s]")
    quarters["value"] += np.array(NOISE[:16]) / 4
    quarters = quarters.assign(
        period_start=starts, period_end=(starts + pd.offsets.QuarterEnd(0)).astype("datetime64[s]")
    )
    kpis = kpi_table({"period_target": 1.0})
    points, readings = process_behaviour(quarters, kpis, RULE_SETS["nhs_r"])
    assert readings["seasonal"].ne("").all()
    assert points["signal"].eq("common cause").all()
    years = quarters.assign(period_end=quarters["period_start"] + pd.offsets.YearEnd(0))
    assert process_behaviour(years, kpis, RULE_SETS["nhs_r"])[1]["seasonal"].eq("").all()


def test_a_missing_month_does_not_move_the_season_of_the_others():
    values = in_season()
    values[19] = np.nan
    points, reading = behaviour(values)
    assert reading["seasonal"]
    assert len(points) == 35
    assert points["signal"].eq("common cause").all()
    assert points.loc["2025-12", "adjusted"] == pytest.approx(51.7, abs=1.5)


def test_a_season_is_seen_over_a_step_that_was_declared():
    values = in_season(years=3)
    values[18:] += 15
    points, reading = behaviour(values, choices=rebased("2024-07-01"))
    assert reading["seasonal"]
    assert points["signal"].eq("common cause").all()
    assert points["phase"].tolist() == [0] * 18 + [1] * 18


@given(
    st.lists(st.integers(-20, 20), min_size=24, max_size=36), st.sampled_from(["a", "b"]), st.sampled_from([2.0, 64.0])
)
@settings(max_examples=8, deadline=None)
def test_neither_unit_nor_order_of_kpis_changes_a_reading(values, first, unit):
    whole = np.tile(WINTER * 5, 3)[: len(values)] + np.array(values, dtype=float)
    kpis = kpi_table(*({"kpi_id": name, "period_target": 3.0 * unit} for name in sorted("ab", reverse=first == "b")))
    measures = pd.concat([monthly("a", list(unit * whole)), monthly("b", list(unit * whole[::-1]))], ignore_index=True)
    readings = process_behaviour(whole_series(measures, kpis), kpis, RULE_SETS["nhs_r"])[1].set_index("kpi_id")
    plain, reading = behaviour(whole, start="2025-01-01", target=3.0)[1], readings.loc["a"]
    for name in ("variation", "rule", "assurance", "seasonal"):
        assert reading[name] == plain[name]
    assert reading["upper"] == pytest.approx(unit * plain["upper"])


# conflicts


def test_what_colour_and_signal_contradict_is_listed_with_what_to_do():
    rows = [
        ("on and quiet", "on target", "common cause", "pass"),
        ("drifting", "on target", "concern", "unknown"),
        ("red, never", "off target", "common cause", "fail"),
        ("near, by chance", "near", "common cause", "hit or miss"),
        ("red with cause", "off target", "concern", "unknown"),
        ("red, no target of a period", "off target", "common cause", "unknown"),
        ("few", "off target", "too few points", "unknown"),
        ("not scored", "not scored", "common cause", "unknown"),
        ("better", "on target", "improvement", "unknown"),
    ]
    found = conflicts(pd.DataFrame(rows, columns=["kpi_id", "status", "variation", "assurance"])).set_index("kpi_id")
    assert found["conflict"].to_dict() == {
        "red, never": "missed, but routine",
        "near, by chance": "missed, but routine",
        "red, no target of a period": "missed, but routine",
        "drifting": "met, but drifting",
    }
    assert found.loc["red, never", "advice"].startswith("Change the process: as it runs, the target is never met.")
    assert "met by chance" in found.loc["near, by chance", "advice"]
    assert "do not ask for an explanation" in found.loc["red, no target of a period", "advice"]
    assert found.loc["drifting", "advice"].startswith("Find the cause now")


def points_of(values):
    """The points of a KPI with these months, from January 2024 on."""
    kpis = kpi_table({"kpi_id": "a", "period_target": 11.0})
    return process_behaviour(whole_series(monthly("a", values, start="2024-01-01"), kpis), kpis, RULE_SETS["nhs_r"])[0]


def test_a_month_beyond_a_limit_is_to_be_explained_though_the_latest_are_routine_again():
    # ten months swing between 10 and 12: mean moving range 2, limits near 11 ± 5.3; October stands at 30
    values = [10.0, 12.0] * 4 + [10.0, 30.0, 12.0, 10.0]
    assert standing_out(points_of(values), pd.Timestamp("2024-01-01")).to_dict() == {"a": "October 2024"}
    assert standing_out(points_of(values), pd.Timestamp("2024-11-01")).empty  # of an earlier cycle
    assert standing_out(
        points_of([*values[:9], 12.0, 10.0, 30.0]), pd.Timestamp("2024-01-01")
    ).empty  # signalled itself
    assert standing_out(points_of([10.0, 12.0] * 6), pd.Timestamp("2024-01-01")).empty


def test_what_stood_out_is_all_that_people_are_asked_about_a_routine_miss():
    cells = {"kpi_id": ["a", "b"], "status": "off target", "variation": "common cause", "assurance": "hit or miss"}
    told = conflicts(pd.DataFrame({**cells, "stood_out": ["October 2024", ""]})).set_index("kpi_id")["advice"]
    assert told["a"].endswith("is met by chance. Ask only what happened in October 2024.")
    assert told["b"].endswith("is met by chance. No explanation will help.")


def test_no_scores_hold_no_conflict():
    assert conflicts(pd.DataFrame(columns=["kpi_id", "status", "variation", "assurance"], dtype="str")).empty
