"""Earned value and earned schedule against published worked examples, and what holds for every project."""

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from review_kit.initiatives import earned_schedule as es
from review_kit.initiatives import earned_value as ev

LINEAR = [10_000.0 * period for period in range(1, 11)]  # 100,000 over ten periods
MONEY = st.floats(0.01, 1e9)


def figures(bac, pv, earned, ac):
    cpi, spi = ev.cost_performance(earned, ac), ev.schedule_performance(earned, pv)
    eac = ev.estimate_by_cost(bac, cpi)
    return {
        "cv": ev.cost_variance(earned, ac),
        "sv": ev.schedule_variance(earned, pv),
        "cpi": cpi,
        "spi": spi,
        "eac": eac,
        "eac_typical": ev.estimate_at_budget(bac, earned, ac),
        "etc": ev.estimate_to_complete(eac, ac),
        "vac": ev.variance_at_completion(bac, eac),
        "tcpi_bac": ev.to_complete(bac, earned, ac, within=bac),
    }


def schedule(earned, at, planned):
    found, length = es.earned_schedule(earned, planned), es.planned_duration(planned)
    pace = es.time_performance(found, at)
    return {"es": found, "sv_t": es.time_variance(found, at), "spi_t": pace, "ieac_t": es.time_estimate(length, pace)}


def test_the_published_anchors_are_reproduced(anchors):
    for case in anchors["evm"]:
        found = figures(case["bac"], case["pv"], case["ev"], case["ac"])
        if "at" in case:
            found |= schedule(case["ev"], case["at"], LINEAR)
        for name, value in {**case["expected"], **case.get("exact", {})}.items():
            assert found[name] == pytest.approx(value, abs=case["tol"]), (case["id"], name)
        for name, value in case.get("exact", {}).items():
            assert found[name] == pytest.approx(value), (case["id"], name)


@pytest.mark.parametrize(
    ("case", "earned", "ac", "at", "expected"),
    [
        ("evm-on-plan-002", 40_000.0, 40_000.0, 4, {"cpi": 1.0, "eac": 100_000.0, "es": 4.0, "ieac_t": 10.0}),
        (
            "evm-ahead-003",
            50_000.0,
            45_000.0,
            4,
            {"cv": 5000, "spi": 1.25, "eac": 90_000.0, "eac_typical": 95_000.0, "sv_t": 1.0, "ieac_t": 8.0},
        ),
        (
            "evm-behind-under-004",
            40_000.0,
            38_000.0,
            5,
            {"cv": 2000, "sv": -10_000, "eac": 95_000.0, "vac": 5000.0, "spi_t": 0.8, "ieac_t": 12.5},
        ),
        (
            "evm-complete-005",
            100_000.0,
            110_000.0,
            10,
            {"cpi": 10 / 11, "eac": 110_000.0, "es": 10.0, "spi_t": 1.0, "ieac_t": 10.0},
        ),
    ],
)
def test_the_cases_of_pmcontrols_are_reproduced(case, earned, ac, at, expected):
    """Source: pmcontrols, validation_cases.json, by the id of each case."""
    found = figures(100_000.0, LINEAR[at - 1], earned, ac) | schedule(earned, at, LINEAR)
    for name, value in expected.items():
        assert found[name] == pytest.approx(value), (case, name)


@pytest.mark.parametrize(
    ("earned", "planned", "found"),
    [(34_000.0, LINEAR, 3.4), (70.0, [20, 50, 90, 140, 200], 2.5), (100.0, [30, 70, 120, 180, 250], 2.6)],
)
def test_earned_schedule_interpolates_as_lipke_does(earned, planned, found):
    """Source: pmcontrols, es-interp-001, -003 and -004, on curves that are not straight too."""
    assert es.earned_schedule(earned, planned) == pytest.approx(found)


def test_the_three_estimates_at_completion_are_those_of_the_r_package_pra():
    """Source: PRA, reference of eac and cpi: BAC 100,000, CPI 0.83; AC 63,000, EV 35,000; EV 35,000, AC 36,000."""
    assert ev.estimate_by_cost(100_000, 0.83) == pytest.approx(120_481.9, abs=0.05)
    assert ev.estimate_at_budget(100_000, 35_000, 63_000) == 128_000
    assert ev.estimate_by_cost_and_schedule(100_000, 35_000, 63_000, 0.83, 0.875) == pytest.approx(
        63_000 + 65_000 / (0.83 * 0.875)
    )
    assert ev.cost_performance(35_000, 36_000) == pytest.approx(0.9722222)
    assert ev.schedule_performance(35_000, 40_000) == 0.875


def test_late_projects_end_with_a_perfect_index_of_money_and_a_true_one_of_time():
    """The reason for earned schedule (Lipke 2003): twelve months of work done in fifteen."""
    planned = [100.0 * month for month in range(1, 13)]
    assert ev.schedule_performance(1200.0, planned[-1]) == 1.0
    assert schedule(1200.0, 15, planned) == {"es": 12.0, "sv_t": -3.0, "spi_t": 0.8, "ieac_t": 15.0}


@pytest.mark.parametrize(
    ("earned", "planned", "found"),
    [
        (0.0, [20, 50], 0.0),
        (5.0, [20, 50], 0.25),  # before the first period: its share of what was planned for it
        (50.0, [20, 50, 50, 50], 2.0),  # all of it: the planned end, and not the last period of the table
        (60.0, [20, 50], 2.0),  # more than all of it
        (20.0, [20, 20, 50], 2.0),  # a month without plan: the later of the periods that are earned
        (30.0, [20, math.nan, 50], 1 + 2 / 3),  # a month that nobody planned lies between its neighbours
        (30.0, [20, 10, 50], 2 + 1 / 3),  # a plan that falls is held
        (math.nan, [20, 50], math.nan),
        (5.0, [], math.nan),
        (5.0, [0, 0], math.nan),
    ],
)
def test_earned_schedule_at_its_edges(earned, planned, found):
    assert es.earned_schedule(earned, planned) == pytest.approx(found, nan_ok=True)


def test_the_ends_of_periods_may_be_given_in_months():
    assert es.earned_schedule(75.0, [50, 100], ends=[3.0, 5.0]) == pytest.approx(4.0)
    assert es.planned_duration([50, 100, 100], ends=[3.0, 5.0, 8.0]) == 5.0


def test_what_cannot_be_said_is_missing_and_never_infinite():
    zero = pd.Series([0.0, 10.0])
    assert ev.cost_performance(pd.Series([5.0, 5.0]), zero).tolist() == pytest.approx([math.nan, 0.5], nan_ok=True)
    assert math.isnan(ev.schedule_performance(5.0, 0.0))
    assert math.isnan(ev.estimate_by_cost(100.0, 0.0))
    assert math.isnan(ev.to_complete(100.0, 50.0, 100.0, within=100.0))
    assert math.isnan(es.time_performance(1.0, 0.0))
    assert math.isnan(es.time_estimate(10.0, 0.0))
    assert math.isnan(es.to_complete_schedule(10.0, 6.0, 10.0, within=10.0))
    assert es.to_complete_schedule(10.0, 3.0, 4.0, within=10.0) == pytest.approx(7 / 6)


@given(bac=MONEY, share=st.floats(0.01, 1.0), ac=MONEY)
def test_what_is_spent_and_still_to_spend_is_the_estimate_and_what_is_left_of_it_the_budget(bac, share, ac):
    earned = bac * share
    eac = ev.estimate_by_cost(bac, ev.cost_performance(earned, ac))
    assert ac + ev.estimate_to_complete(eac, ac) == pytest.approx(eac)
    assert eac + ev.variance_at_completion(bac, eac) == pytest.approx(bac, abs=1e-6 * max(eac, bac))
    assert eac == pytest.approx(ac / share)


@given(st.lists(st.floats(0.1, 1e6), min_size=1, max_size=24), st.floats(0.0, 1.5))
def test_earned_schedule_rises_with_the_work_and_stays_within_the_plan(steps, share):
    planned = pd.Series(steps).cumsum().tolist()
    found = es.earned_schedule(pd.Series([share * planned[-1] / 2, share * planned[-1]]), planned)
    assert 0.0 <= found[0] <= found[1] <= len(planned)
    assert es.earned_schedule(planned[-1], planned) == len(planned)
    for period, value in enumerate(planned, start=1):
        assert es.earned_schedule(value, planned) == pytest.approx(period)
