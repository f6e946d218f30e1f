import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from tables import kpi_table, monthly

from review_kit.scoring import whole_series
from review_kit.signals import RULE_SETS, limits, process_behaviour
from review_kit.signals.rules import long_run, long_trend, near_a_limit, outside_limits, run_lengths

NHS_R = RULE_SETS["nhs_r"]


def alone(values):
    return np.zeros(len(values), dtype=np.int64)


def marks(*values):
    return np.array(values, dtype=np.int64)


@pytest.mark.parametrize("example", ["montgomery_6.5", "nhsr_deviations_screened", "nhsr_deviations_excel"])
def test_natural_limits_agree_with_published_examples(anchors, example):
    published = next(entry for entry in anchors["xmr"] if entry["id"] == example)
    y = np.array(published["y"], dtype=float)
    factor = 3 / 1.128 if published["k"] == "3/1.128" else published["k"]
    found = limits(y, alone(y), screen=published["screen"], factor=factor, freeze=published.get("freeze"))
    expected, tolerance = published["expected"], published["tol"]
    assert found.mean[0] == pytest.approx(expected["mean"], abs=tolerance)
    assert found.lower[0] == pytest.approx(expected["lpl"], abs=tolerance)
    assert found.upper[0] == pytest.approx(expected["upl"], abs=tolerance)
    if "amr" in expected:
        assert found.mean_range[0] == pytest.approx(expected["amr"], abs=tolerance)
    if "outside_index_1based" in expected:
        outside = np.flatnonzero(outside_limits(y, found.lower[0], found.upper[0])) + 1
        assert outside.tolist() == expected["outside_index_1based"]
    if "special" in expected:
        outside = np.flatnonzero(outside_limits(y, found.lower[0], found.upper[0])) + 1
        assert {str(place) for place in outside} == set(expected["special"])


def test_the_limits_of_a_series_do_not_depend_on_its_neighbours():
    a, b = np.array([1.0, 2, 1, 2, 1]), np.array([50.0, 90, 10])
    both = limits(np.r_[a, b], np.r_[alone(a), alone(b) + 1], screen=True)
    for place, series in enumerate((a, b)):
        own = limits(series, alone(series), screen=True)
        assert (both.mean[place], both.lower[place], both.upper[place]) == (own.mean[0], own.lower[0], own.upper[0])


@pytest.mark.parametrize(
    ("sides", "run"),
    [
        ([], []),
        ([1] * 6, [False] * 6),
        ([1] * 7, [True] * 7),
        ([-1, *[1] * 8, -1], [False, *[True] * 8, False]),
        ([1, 1, 1, 0, 1, 1, 1, 1], [False] * 8),
        ([0] * 9, [False] * 9),
    ],
)
def test_seven_on_one_side_of_the_mean_are_a_signal_all_of_them(sides, run):
    assert long_run(marks(*sides), alone(sides), 7).tolist() == run


@pytest.mark.parametrize(
    ("values", "trend"),
    [
        ([], []),
        ([1, 2, 3, 4, 5, 6], [False] * 6),
        ([1, 2, 3, 4, 5, 6, 7], [True] * 7),
        ([7, 6, 5, 4, 3, 2, 1], [True] * 7),
        ([1, 2, 3, 3, 4, 5, 6, 7], [False] * 8),
        ([2, 1, 2, 3, 4, 5, 6, 7, 3], [False, *[True] * 7, False]),
    ],
)
def test_seven_that_all_rise_or_all_fall_are_a_signal_and_equal_neighbours_break_it(values, trend):
    assert long_trend(np.array(values, dtype=float), alone(values), 7).tolist() == trend


@pytest.mark.parametrize(
    ("close", "side", "found"),
    [
        ([0, 0, 1, 0, 1, 0, 0], [1] * 7, [0, 0, 1, 0, 1, 0, 0]),
        ([0, 1, 1], [1, 1, 1], [0, 1, 1]),
        ([1, 0, 0, 1], [1] * 4, [0] * 4),
        ([1, 0, 0, 1, 1], [1] * 5, [0, 0, 0, 1, 1]),
        ([1, 0, 1], [1, -1, 1], [0, 0, 0]),
        ([1, 1], [1, 1], [0, 0]),
    ],
)
def test_two_of_three_close_to_a_limit_need_three_on_one_side(close, side, found):
    got = near_a_limit(np.array(close, dtype=bool), marks(*side), alone(close), NHS_R.near)
    assert got.astype(int).tolist() == found


def test_no_rule_reaches_from_one_series_into_the_next():
    codes = np.repeat([0, 1], 4).astype(np.int64)
    assert not long_run(np.ones(8, dtype=np.int64), codes, 7).any()
    assert not long_trend(np.arange(8.0), codes, 7).any()
    assert run_lengths(np.ones(8, dtype=np.int64), codes).tolist() == [4] * 8


@given(st.lists(st.floats(-1e6, 1e6), min_size=6, max_size=40), st.sampled_from([-1.0, 1.0]), st.integers(-1000, 1000))
def test_signals_do_not_depend_on_where_the_scale_starts(values, way, offset):
    """Turning the scale upside down or moving its zero moves no signal from one point to another."""
    whole = np.round(np.array(values) / 1000)  # whole numbers, so that moving them loses no digit
    there = np.round(way * whole + offset)
    here, other = (
        outside_limits(y, *(getattr(limits(y, alone(y), screen=False), side)[0] for side in ("lower", "upper")))
        for y in (whole, there)
    )
    near_limit = np.isclose(np.abs(whole - whole.mean()), 2.66 * np.abs(np.diff(whole)).mean())
    assert (here == other)[~near_limit].all()


def read(values, **kpi):
    kpis = kpi_table({"period_target": kpi.get("target", 100.0), **kpi})
    measures = monthly("a", values, start="2024-01-01")
    return process_behaviour(whole_series(measures, kpis), kpis, NHS_R)[1].iloc[0]


SHIFT = [10, 11, 9, 10, 11, 9, 10, 11, 9, 10, 11, 9, 10, *[15, 16, 14, 15, 16, 14, 15, 16]]


@pytest.mark.parametrize(("direction", "variation"), [("higher", "improvement"), ("lower", "concern")])
def test_a_lasting_shift_up_is_good_or_bad_by_the_direction_of_the_kpi(direction, variation):
    assert read(SHIFT, direction=direction)["variation"] == variation


def test_a_series_that_only_varies_is_common_cause():
    reading = read([10, 12, 9, 11, 10, 8, 12, 9, 11, 10, 9, 11])
    assert (reading["variation"], bool(reading["trial"])) == ("common cause", False)


def test_five_values_are_too_few_and_eleven_give_trial_limits():
    assert read([1, 2, 1, 2, 9])["variation"] == "too few points"
    assert np.isnan(read([1, 2, 1, 2, 9])["upper"])
    assert bool(read([10, 12, 9, 11, 10, 8, 12, 9, 11, 10, 9])["trial"])


@pytest.mark.parametrize(
    ("direction", "target", "assurance"),
    [("higher", 30.0, "fail"), ("higher", 1.0, "pass"), ("higher", 10.0, "hit or miss"), ("lower", 30.0, "pass"),
     ("lower", 1.0, "fail"), ("higher", np.nan, "unknown")],
)  # fmt: skip
def test_assurance_tells_whether_the_process_as_it_is_can_meet_the_target(direction, target, assurance):
    values = [10, 12, 9, 11, 10, 8, 12, 9, 11, 10, 9, 11]
    assert read(values, direction=direction, target=target)["assurance"] == assurance


def test_a_kpi_without_values_is_read_as_too_few():
    kpis = kpi_table({"period_target": 1.0}, {"kpi_id": "silent", "period_target": 1.0})
    series = whole_series(monthly("a", [1.0] * 12), kpis)
    readings = process_behaviour(series, kpis, NHS_R)[1].set_index("kpi_id")
    assert readings.loc["silent", "variation"] == "too few points"
    assert readings.loc["silent", "n_points"] == 0


@pytest.mark.parametrize("level", [5.0, 98.2, 99.9, 90.1, 1e-7, 123_456_789.1])
def test_a_series_that_never_moves_has_no_signal(level):
    assert read([level] * 24)["variation"] == "common cause"


def test_a_low_level_that_recovers_is_told_apart_from_one_that_falls():
    recovering = [110.0] * 14 + [70.0, 72, 75, 78, 80, 83, 85, 88]
    assert read(recovering)["variation"] == "concern"
    assert read(recovering)["rising"]
    assert not read(recovering[:14] + recovering[:13:-1])["rising"]


def test_natural_limits_agree_with_the_flow_rates_of_the_nist_handbook():
    # NIST/SEMATECH e-Handbook of Statistical Methods, 6.3.2.2, individuals control charts
    y = np.array([49.6, 47.6, 49.9, 51.3, 47.8, 51.2, 52.6, 52.4, 53.6, 52.1])
    found = limits(y, alone(y), screen=False, factor=3 / 1.128)
    assert (found.mean[0], found.mean_range[0]) == (pytest.approx(50.81), pytest.approx(1.8778, abs=5e-5))
    assert (found.lower[0], found.upper[0]) == (pytest.approx(45.8159, abs=5e-4), pytest.approx(55.8041, abs=5e-4))


@pytest.mark.parametrize("level", [98.2, 0.1, 50.0])
@pytest.mark.parametrize("direction", ["higher", "lower"])
@pytest.mark.parametrize("n", [6, 7, 11, 12])
def test_what_never_varies_and_stands_on_its_target_meets_it_unless_a_tie_misses(level, direction, n):
    assert read([level] * n, direction=direction, target=level)["assurance"] == "pass"
    assert read([level] * n, direction=direction, target=level, strict=True)["assurance"] == "fail"


def test_to_jump_from_below_a_band_to_as_far_above_it_is_no_improvement():
    band = {"direction": "range", "target": np.nan, "target_low": 80.0, "target_high": 90.0}
    quiet = [70.0, 71.0] * 6
    assert read([*quiet, 84.0], **band)["variation"] == "improvement"
    assert read([*quiet, 140.0], **band)["variation"] == "concern"
