import numpy as np
import pandas as pd
import pytest
from tables import kpi_table, monthly

from review_kit.outlook import Outlook, next_year, year_end
from review_kit.scoring import actuals_at, whole_series


def ahead(values, checkpoint, start="2024-01-01", **kpi):
    kpis = kpi_table({"kpi_id": "a", **kpi})
    series = whole_series(monthly("a", values, start=start), kpis)
    actual = actuals_at(series, kpis, checkpoint).set_index("kpi_id")["actual"]
    found = year_end(series, kpis, actual, checkpoint)
    return found.mean["a"], found.sd["a"]


def test_a_year_that_is_over_is_known_and_not_forecast(year_2025):
    assert ahead([1.0] * 12 + [2.0] * 12, year_2025, aggregate="sum") == (24.0, 0.0)
    assert ahead([1.0] * 12 + [2.0] * 11, year_2025, aggregate="sum") == (22.0, 0.0)


def test_open_months_repeat_last_year_moved_by_how_this_year_differs(third_quarter):
    last, this = [10.0] * 9 + [20.0, 30.0, 40.0], [11.0] * 9
    mean, sd = ahead(last + this, third_quarter, aggregate="sum")
    assert mean == pytest.approx(9 * 11 + 21 + 31 + 41)
    # ranges of the 21 values: 10, 10, 10 and 29 over 20 gaps; three open months, last year's three, a drift from nine
    assert sd == pytest.approx(59 / 20 / 1.128 * np.sqrt(3 + 3 + 2 * 9 / 9))


def test_without_a_year_before_the_last_six_values_go_on(third_quarter):
    mean, sd = ahead([1.0, 2, 3, 4, 5, 6, 7, 8, 9], third_quarter, start="2025-01-01", aggregate="last")
    assert mean == 6.5
    assert sd == pytest.approx(1 / 1.128 * np.sqrt(1 + 1 / 6))


def test_a_month_that_was_left_out_is_forecast_and_not_taken_for_nothing(third_quarter):
    this = [100.0] * 4 + [np.nan] + [100.0] * 4
    assert ahead(this, third_quarter, start="2025-01-01", aggregate="sum")[0] == 1200.0


def test_the_mean_of_a_year_is_surer_than_its_last_month(third_quarter):
    values = [1.0, 2.0] * 10 + [1.0]
    assert ahead(values, third_quarter, aggregate="mean")[1] < ahead(values, third_quarter, aggregate="last")[1]


def test_the_last_month_of_the_year_is_known_once_it_has_come(third_quarter):
    assert ahead([5.0] * 9, third_quarter, start="2025-04-01", aggregate="last")[1] == 0.0


def test_a_kpi_without_a_value_in_the_cycle_has_no_outlook(third_quarter):
    assert np.isnan(ahead([1.0] * 12, third_quarter, aggregate="sum")[0])


def test_a_ratio_is_forecast_by_its_denominators_and_not_as_a_mean_of_ratios(third_quarter):
    kpis = kpi_table({"kpi_id": "r", "aggregate": "ratio", "unit": "%"})
    small, large = {"numerator": 9.0, "denominator": 10.0}, {"numerator": 500.0, "denominator": 1000.0}
    measures = pd.concat([
        monthly("r", [np.nan] * 6, **small), monthly("r", [np.nan] * 3, start="2025-07-01", **large),
    ], ignore_index=True)  # fmt: skip
    series = whole_series(measures, kpis)
    actual = actuals_at(series, kpis, third_quarter).set_index("kpi_id")["actual"]
    found = year_end(series, kpis, actual, third_quarter)
    # known: 6 x 10 at 90 % and 3 x 1000 at 50 %; open: 3 x 340 (the usual size) at 70 %, the mean of the last six
    assert found.mean["r"] == pytest.approx((60 * 90 + 3000 * 50 + 1020 * 70) / 4080)


def covered(n_years, checkpoint, aggregate):
    """Share of 400 seeded years of plain noise whose outcome lies in the printed interval."""
    noise = np.random.default_rng(7).normal(100, 10, (400, 12 * n_years))
    n_came = 12 * (n_years - 1) + checkpoint.months_elapsed
    ids = [f"k{number:03d}" for number in range(400)]
    kpis = kpi_table(*({"kpi_id": kpi_id, "aggregate": aggregate} for kpi_id in ids))
    one = monthly("k", [0.0] * n_came, start=f"{2026 - n_years}-01-01")
    measures = pd.concat([one] * 400, ignore_index=True)
    measures = measures.assign(kpi_id=np.repeat(ids, n_came), value=noise[:, :n_came].ravel())
    found = year_end(whole_series(measures, kpis), kpis, pd.Series(dtype=float), checkpoint)
    truth = noise[:, -12:].sum(axis=1) if aggregate == "sum" else noise[:, -1]
    return ((found.low.to_numpy() <= truth) & (truth <= found.high.to_numpy())).mean()


@pytest.mark.parametrize("aggregate", ["sum", "last"])
@pytest.mark.parametrize("n_years", [1, 2])
def test_the_interval_holds_four_outcomes_of_five(third_quarter, n_years, aggregate):
    assert 0.72 <= covered(n_years, third_quarter, aggregate) <= 0.88


def test_next_year_goes_on_by_the_average_step():
    yearly = pd.DataFrame({
        "kpi_id": ["a"] * 3 + ["b"], "year": [2023, 2024, 2025, 2025], "value": [10.0, 13.0, 14.0, 5.0],
    })  # fmt: skip
    got = next_year(yearly)
    assert got.mean["a"] == 16.0
    # steps 3 and 1 around the drift of 2: variance (1 + 1) / 1, widened by 1 + 1/2, with one degree of freedom
    assert got.sd["a"] == pytest.approx(np.sqrt(2 * 1.5))
    assert got.df["a"] == 1
    assert np.isnan(got.mean["b"])


def test_three_years_of_steps_hold_next_year_four_times_of_five():
    random = np.random.default_rng(11)
    steps = random.normal(5, 2, (2000, 3))
    levels = np.cumsum(np.c_[np.zeros(2000), steps], axis=1)
    yearly = pd.DataFrame({
        "kpi_id": np.repeat([f"k{i}" for i in range(2000)], 3), "year": [2023, 2024, 2025] * 2000,
        "value": levels[:, :3].ravel(),
    })  # fmt: skip
    got = next_year(yearly)
    inside = (got.low.to_numpy() <= levels[:, 3]) & (levels[:, 3] <= got.high.to_numpy())
    assert 0.77 <= inside.mean() <= 0.83


def test_without_any_complete_year_there_is_no_next_year():
    columns = {"kpi_id": "str", "year": "int64", "value": "float64"}
    none = pd.DataFrame({name: pd.Series(dtype=dtype) for name, dtype in columns.items()})
    assert next_year(none).mean.empty


def certain(mean, sd=0.0):
    return Outlook(pd.Series([mean]), pd.Series([sd]))


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
