import numpy as np
import pandas as pd
import pytest
from tables import kpi_table, monthly

from review_kit.outlook import Normal, next_year, year_end
from review_kit.scoring import whole_series


def ahead(values, checkpoint, start="2024-01-01", **kpi):
    kpis = kpi_table({"kpi_id": "a", **kpi})
    found = year_end(whole_series(monthly("a", values, start=start), kpis), kpis, checkpoint)
    return found.mean["a"], found.sd["a"]


def test_a_complete_year_is_known_and_not_forecast(year_2025):
    assert ahead([1.0] * 12 + [2.0] * 12, year_2025, aggregate="sum") == (24.0, 0.0)


def test_open_months_repeat_last_year_moved_by_how_this_year_differs(third_quarter):
    last, this = [10.0] * 9 + [20.0, 30.0, 40.0], [11.0] * 9
    mean, sd = ahead(last + this, third_quarter, aggregate="sum")
    assert mean == pytest.approx(9 * 11 + 21 + 31 + 41)
    # mean moving range of the 21 values: 10, 10, 10 and a step of 29 over 20 gaps, by 1.128, for three open months
    assert sd == pytest.approx(59 / 20 / 1.128 * np.sqrt(3))


def test_without_a_year_before_the_last_six_values_go_on(third_quarter):
    mean, _ = ahead([1.0, 2, 3, 4, 5, 6, 7, 8, 9], third_quarter, start="2025-01-01", aggregate="last")
    assert mean == 6.5


def test_the_mean_of_a_year_is_surer_than_its_last_month(third_quarter):
    values = [1.0, 2.0] * 10 + [1.0]
    assert ahead(values, third_quarter, aggregate="mean")[1] < ahead(values, third_quarter, aggregate="last")[1]


def test_a_kpi_without_a_value_in_the_cycle_has_no_outlook(third_quarter):
    assert np.isnan(ahead([1.0] * 12, third_quarter, aggregate="sum")[0])


def test_next_year_goes_on_by_the_average_step():
    yearly = pd.DataFrame(
        {"kpi_id": ["a"] * 3 + ["b"], "year": [2023, 2024, 2025, 2025], "value": [10.0, 13.0, 14.0, 5.0]}
    )
    got = next_year(yearly)
    assert got.mean["a"] == 16.0
    # steps 3 and 1 around the drift of 2: variance (1 + 1) / 1, widened by 1 + 1/2
    assert got.sd["a"] == pytest.approx(np.sqrt(2 * 1.5))
    assert np.isnan(got.mean["b"])


def certain(mean, sd=0.0):
    return Normal(pd.Series([mean]), pd.Series([sd]))


@pytest.mark.parametrize(
    ("direction", "value", "chance"),
    [("higher", 10.0, 1.0), ("higher", 9.9, 0.0), ("lower", 10.0, 1.0), ("lower", 10.1, 0.0), ("range", 8.0, 1.0),
     ("range", 8.1, 0.0)],
)  # fmt: skip
def test_what_is_certain_is_met_or_not_and_a_tie_is_met(direction, value, chance):
    target, low, high = pd.Series([10.0]), pd.Series([7.0]), pd.Series([8.0])
    assert certain(value).probability(pd.Series([direction]), target, low, high)[0] == chance


def test_an_even_chance_is_a_half_and_one_sigma_is_84_percent():
    target, none = pd.Series([10.0]), pd.Series([np.nan])
    assert certain(10.0, 2.0).probability(pd.Series(["higher"]), target, none, none)[0] == pytest.approx(0.5)
    assert certain(12.0, 2.0).probability(pd.Series(["higher"]), target, none, none)[0] == pytest.approx(0.8413447)
    assert certain(12.0, 2.0).probability(pd.Series(["lower"]), target, none, none)[0] == pytest.approx(0.1586553)


def test_without_a_target_there_is_no_chance():
    none = pd.Series([np.nan])
    assert np.isnan(certain(10.0, 2.0).probability(pd.Series(["higher"]), none, none, none)[0])


def test_the_interval_holds_eighty_percent():
    assert certain(10.0, 1.0).low[0] == pytest.approx(10 - 1.2815516)
    assert certain(10.0, 1.0).high[0] == pytest.approx(10 + 1.2815516)


def test_without_any_complete_year_there_is_no_next_year():
    columns = {"kpi_id": "str", "year": "int64", "value": "float64"}
    none = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    assert next_year(none).mean.empty
