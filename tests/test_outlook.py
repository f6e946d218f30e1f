import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tables import kpi_table, monthly

from review_kit.model import figures
from review_kit.model.period import Checkpoint
from review_kit.outlook import Outlook, calibration, judged_goals, next_year, year_end
from review_kit.outlook.candidates import METHODS, Candidates
from review_kit.outlook.choice import choose
from review_kit.scoring import actuals_at, whole_series

SEASON = np.array([1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 2.0, 3.0, 4.0])


def found(measures, kpis, checkpoint):
    series = whole_series(measures, kpis)
    actual = actuals_at(series, kpis, checkpoint).set_index("kpi_id")["actual"]
    return year_end(series, kpis, actual, checkpoint)


def of_one(values, checkpoint, start="2024-01-01", **kpi):
    return found(monthly("a", values, start=start), kpi_table({"kpi_id": "a", **kpi}), checkpoint)


def ahead(values, checkpoint, start="2024-01-01", **kpi):
    outlook = of_one(values, checkpoint, start, **kpi).ahead
    return outlook.mean["a"], outlook.sd["a"]


def told(values, checkpoint, start="2024-01-01", **kpi):
    return of_one(values, checkpoint, start, **kpi).told.loc["a"]


def noise(*shape, seed=7):
    return np.random.default_rng(seed).normal(100, 10, shape)


def many(values, start, **kpi):
    """Measures and KPIs of consecutive months, a KPI in each row."""
    ids = [f"k{number:03d}" for number in range(len(values))]
    one = monthly("k", [0.0] * values.shape[1], start=start)
    measures = pd.concat([one] * len(values), ignore_index=True)
    measures = measures.assign(kpi_id=np.repeat(ids, values.shape[1]), value=values.ravel())
    return measures, kpi_table(*({"kpi_id": kpi_id, **kpi} for kpi_id in ids))


# What is known, and what is forecast


def test_a_year_that_is_over_is_known_and_not_forecast(year_2025):
    assert ahead([1.0] * 12 + [2.0] * 12, year_2025, aggregate="sum") == (24.0, 0.0)
    assert ahead([1.0] * 12 + [2.0] * 11, year_2025, aggregate="sum") == (22.0, 0.0)
    over = of_one([1.0] * 24, year_2025, aggregate="sum")
    assert over.told.loc["a", ["forecast_model", "forecast_note", "required_note"]].tolist() == ["", "", ""]
    assert over.past == ()


def test_months_that_have_come_stand_and_the_open_ones_are_forecast(third_quarter):
    values = [10.0] * 12 + [11.0, 9.0, 12.0, 10.0, 11.0, 9.0, 12.0, 10.0, 11.0]
    mean, sd = ahead(values, third_quarter, aggregate="sum")
    path = Candidates(np.array([values]), 12).paths(np.array([0]), 3, 9)["combination"][0, -1]
    assert mean == pytest.approx(sum(values[12:]) + path.sum())
    assert sd > 0


def test_a_month_that_was_left_out_is_forecast_and_not_taken_for_nothing(third_quarter):
    this = [100.0] * 4 + [np.nan] + [100.0] * 4
    assert ahead(this, third_quarter, start="2025-01-01", aggregate="sum")[0] == 1200.0


def test_months_before_a_kpi_began_are_taken_for_months_like_those_that_came(third_quarter):
    assert ahead([100.0] * 6, third_quarter, start="2025-04-01", aggregate="sum")[0] == 1200.0


def test_a_kpi_whose_latest_value_is_old_is_forecast_over_all_months_since(third_quarter):
    values = [10.0, 20.0] * 8 + [10.0, 20.0]  # until June
    assert (
        ahead(values, third_quarter, aggregate="sum")[1]
        > ahead([*values, 10, 20, 10], third_quarter, aggregate="sum")[1]
    )


def test_the_mean_of_a_year_is_surer_than_its_last_month(third_quarter):
    values = list(noise(21))
    assert ahead(values, third_quarter, aggregate="mean")[1] < ahead(values, third_quarter, aggregate="last")[1]


@pytest.mark.parametrize(("aggregate", "expected"), [("min", 2.0), ("max", 9.0), ("last", 5.0), ("mean", 5.0)])
def test_the_smallest_and_the_largest_value_of_the_year_so_far_stay(third_quarter, aggregate, expected):
    values = [5.0] * 12 + [5.0, 2.0, 9.0, 4.0, 5.0, 5.0, 5.0, 5.0, 5.0]
    assert ahead(values, third_quarter, aggregate=aggregate)[0] == pytest.approx(expected, abs=0.01)


def test_a_value_a_year_is_forecast_before_it_comes(third_quarter):
    years = [
        monthly("a", [value], start=f"{year}-01-01")
        for year, value in zip(range(2020, 2025), (1, 3, 2, 4, 3), strict=True)
    ]
    measures = pd.concat(years, ignore_index=True)
    measures["period_end"] = (measures["period_start"] + pd.offsets.YearEnd(1)).astype("datetime64[s]")
    got = found(measures, kpi_table({"kpi_id": "a", "aggregate": "last", "frequency": "annual"}), third_quarter)
    assert got.ahead.mean["a"] == 3.0
    # errors of the last value going on: 2, 1, 2, 1
    assert got.ahead.sd["a"] == pytest.approx(np.sqrt(10 / 4))
    assert got.ahead.df["a"] == 2.0
    assert got.told.loc["a", "forecast_error"] == 1.5


def test_nothing_is_forecast_from_values_that_are_more_than_a_year_old(third_quarter):
    assert np.isnan(ahead([1.0] * 4, third_quarter, start="2022-01-01", aggregate="sum")[0])
    assert (
        "more than a year old" in told([1.0] * 4, third_quarter, start="2022-01-01", aggregate="sum")["forecast_note"]
    )


def test_a_kpi_without_any_value_says_so(third_quarter):
    got = told([np.nan] * 3, third_quarter)
    assert (got["forecast_model"], got["forecast_note"]) == ("", "No value has come that a forecast could start from.")


def test_a_ratio_is_forecast_by_its_denominators_and_not_as_a_mean_of_ratios(third_quarter):
    kpis = kpi_table({"kpi_id": "r", "aggregate": "ratio", "unit": "%"})
    small, large = {"numerator": 9.0, "denominator": 10.0}, {"numerator": 500.0, "denominator": 1000.0}
    measures = pd.concat([
        monthly("r", [np.nan] * 6, **small), monthly("r", [np.nan] * 3, start="2025-07-01", **large),
    ], ignore_index=True)  # fmt: skip
    values = np.array([[90.0] * 6 + [50.0] * 3])
    path = Candidates(values, 12).paths(np.array([0]), 3, 9)["combination"][0, -1]
    # known: 6 x 10 at 90 % and 3 x 1000 at 50 %; open: 3 x 340, the usual size
    assert found(measures, kpis, third_quarter).ahead.mean["r"] == pytest.approx(
        (60 * 90 + 3000 * 50 + 340 * path.sum()) / 4080
    )


def test_a_forecast_does_not_pass_what_the_measure_can_be(third_quarter):
    rising = [80.0 + month for month in range(21)]
    free, bound = (
        of_one(rising, third_quarter, aggregate="last", **more).ahead for more in ({}, {"upper_bound": 100.0})
    )
    assert free.mean["a"] > 100
    assert bound.mean["a"] == bound.high["a"] == 100.0


# How the method is chosen


def chosen(forecasts, outcome, steps=1, limits=(0.8, 0.6)):
    usual = [np.zeros(1, dtype=int)]
    return choose(np.array(forecasts, dtype=float)[:, None, :], np.array([outcome], dtype=float), steps, usual, limits)


def test_another_method_is_taken_only_where_its_past_error_is_clearly_less():
    outcome = [0.0] * 6 + [np.nan]
    usual, half, near = [10.0] * 7, [2.0] * 7, [8.0] * 7
    assert chosen([usual, half], outcome).method[0].tolist() == [0, 0, 0, 0, 0, 1, 1]  # from five checks on
    assert chosen([usual, near], outcome).method[0, -1] == 0
    # three checks in which both were equal stand beside five of 10 against 2: (10 + 30) / (50 + 30) = 0.5
    assert chosen([usual, half], outcome, limits=(0.8, 0.49)).method[0, 5] == 0


def test_a_check_counts_once_its_year_is_over():
    outcome = [0.0] * 6 + [np.nan] * 3
    got = chosen([[1.0] * 9, [2.0] * 9], outcome, steps=3)
    assert got.n_checked[0].tolist() == [0, 0, 0, 1, 2, 3, 4, 5, 6]
    assert got.error[0, -1] == 1.0
    assert np.isnan(got.sd[0, 4])
    assert got.sd[0, 5] == 1.0
    assert got.df[0, -1] == 3.0  # six checks of overlapping stretches count as three


def test_a_season_a_trend_and_plain_noise_are_each_forecast_by_their_own(third_quarter):
    months = np.arange(33)
    random = np.random.default_rng(2).normal(0, 1, 33)
    season = 100 * SEASON[months % 12] * (1 + 0.003 * random)
    model = {
        "season": told(list(season), third_quarter, start="2023-01-01", aggregate="sum")["forecast_model"],
        "trend": told(list(10.0 * months + random), third_quarter, start="2023-01-01", aggregate="last")[
            "forecast_model"
        ],
        "noise": told(list(100 + random), third_quarter, start="2023-01-01", aggregate="mean")["forecast_model"],
    }
    assert "seasonal" in model["season"]
    assert model["trend"] in {"drift", "damped trend", "seasonal naive with drift"}
    assert model["noise"] == "combination with season"


def test_a_kpi_that_is_said_to_be_seasonal_is_forecast_so_from_its_first_whole_year_on(third_quarter):
    values = list(SEASON) + [2.0] * 9
    got = of_one(values, third_quarter, aggregate="sum", path="seasonal")
    assert got.told.loc["a", "forecast_model"] == "seasonal share"
    assert got.ahead.mean["a"] == pytest.approx(18 + 4 + 6 + 8)  # twice what last year had by now, and then


def test_the_reason_is_told_with_the_errors_of_the_past(third_quarter):
    got = told(list(noise(21)), third_quarter, decimals=0.0)
    error = f"{got['forecast_error']:.1f}"
    assert got["forecast_note"].startswith(
        "Combination with season: the mean of naive, run rate, exponential smoothing"
    )
    assert f"In 7 past forecasts it was off by {error} on average, the last value going on by " in got["forecast_note"]
    steps = told([100.0] * 12 + [110.0] * 9, third_quarter, aggregate="last")
    assert steps["forecast_note"].startswith("Naive: the last value goes on. In 18 past forecasts it was off by ")


def test_with_too_little_history_there_is_no_interval_and_the_note_says_why(third_quarter):
    got = of_one([4.0, 5.0, 6.0], third_quarter, start="2025-07-01", aggregate="mean")
    assert got.ahead.mean["a"] > 0
    assert np.isnan([got.ahead.sd["a"], got.ahead.low["a"], got.ahead.high["a"]]).all()
    assert "too little history" in got.told.loc["a", "forecast_note"]
    goals = judged_goals(kpi_table({"kpi_id": "a"}).set_index("kpi_id"))
    assert np.isnan(got.ahead.probability(goals["direction"], goals["target"], goals["low"], goals["high"])["a"])


def covered(n_years, checkpoint, aggregate):
    """Share of 400 seeded years of plain noise whose outcome lies in the printed interval."""
    values = noise(400, 12 * n_years)
    n_came = 12 * (n_years - 1) + checkpoint.months_elapsed
    outlook = found(*many(values[:, :n_came], f"{2026 - n_years}-01-01", aggregate=aggregate), checkpoint).ahead
    truth = values[:, -12:].sum(axis=1) if aggregate == "sum" else values[:, -1]
    return ((outlook.low.to_numpy() <= truth) & (truth <= outlook.high.to_numpy())).mean()


@pytest.mark.parametrize("aggregate", ["sum", "last"])
def test_the_interval_holds_about_four_outcomes_of_five_and_more_where_it_rests_on_little(third_quarter, aggregate):
    assert 0.75 <= covered(3, third_quarter, aggregate) <= 0.88
    assert 0.80 <= covered(1, third_quarter, aggregate) <= 0.92


# What the target still asks for


@pytest.mark.parametrize(
    ("kpi", "required", "best"),
    [
        ({"aggregate": "sum", "target": 150.0}, 20.0, 12.0),  # 90 came, three months are open
        ({"aggregate": "mean", "target": 10.5}, 12.0, 12.0),  # 126 in all
        ({"aggregate": "mean", "target": 10.0, "direction": "lower"}, 10.0, 7.0),
        ({"aggregate": "last", "target": 13.0}, 1.0, 5 / 3),  # from 10 in three steps; best from 7 to 12
        ({"aggregate": "min", "target": 8.0}, 8.0, 12.0),
        ({"aggregate": "mean", "direction": "range", "target_low": 9.0, "target_high": 11.0}, np.nan, np.nan),
    ],
)  # fmt: skip
def test_the_rate_that_is_required_stands_beside_the_best_that_ever_was(third_quarter, kpi, required, best):
    values = [7.0, 7.0, 7.0, 12.0, 12.0, 12.0] + [10.0] * 15
    got = told(values, third_quarter, **kpi)
    assert (got["required_rate"], got["best_rate"]) == pytest.approx((required, best), nan_ok=True)


@pytest.mark.parametrize(
    ("kpi", "words"),
    [
        ({"aggregate": "sum", "target": 150.0},
         "The target still asks for 20 on average in 3 open months, {never}; the best {stretch} brought 12."),
        ({"aggregate": "mean", "target": 10.0, "direction": "lower"},
         "The target still allows 10 on average in 3 open months; the best {stretch} brought 7."),
        ({"aggregate": "last", "target": 13.0},
         "The target still asks for +1 a month for 3 months; the best {stretch} brought +1.67 a month."),
        ({"aggregate": "last", "target": 7.0}, "The target is reached, with room for −1 a month until the end."),
        ({"aggregate": "sum", "target": 80.0}, "The target of the year is reached already."),
        ({"target": np.nan}, ""),
    ],
)  # fmt: skip
def test_what_is_required_is_told_in_words(third_quarter, kpi, words):
    values = [7.0, 7.0, 7.0, 12.0, 12.0, 12.0] + [10.0] * 15
    told_so = words.format(stretch="3 months in a row so far", never="which was never reached")
    assert told(values, third_quarter, **kpi)["required_note"] == told_so


def test_the_rate_of_a_ratio_weighs_open_months_as_the_known_ones(third_quarter):
    kpis = kpi_table({"kpi_id": "r", "aggregate": "ratio", "unit": "%", "target": 60.0})
    measures = monthly("r", [np.nan] * 9, start="2025-01-01", numerator=50.0, denominator=100.0)
    # 9 months at 50 %: three of the same size must bring 60 x 12 - 50 x 9 = 270 points together
    assert found(measures, kpis, third_quarter).told.loc["r", "required_rate"] == pytest.approx(90.0)


# Whether chances can be believed


def test_chances_of_the_past_come_true_as_often_as_they_said(third_quarter):
    measures, kpis = many(noise(150, 57), "2021-01-01", aggregate="mean", target=101.0, baseline=100.0)
    got = calibration(found(measures, kpis, third_quarter).past, kpis)
    assert got.is_enough
    assert got.n_cases == got.table["cases"].sum()
    large = got.table[got.table["cases"] >= 300]
    assert len(large) >= 4
    assert (large["said"] - large["came"]).abs().max() < 0.1
    assert got.brier < got.base
    assert 0.75 <= got.covered <= 0.85


def test_chances_of_few_kpis_are_counted_but_are_no_base_to_judge_by(third_quarter):
    measures, kpis = many(noise(3, 45), "2022-01-01", aggregate="mean", target=101.0, baseline=100.0)
    got = calibration(found(measures, kpis, third_quarter).past, kpis)
    assert 0 < got.n_kpis <= 3
    assert not got.is_enough


def test_without_past_forecasts_there_is_nothing_to_judge(year_2025):
    kpis = kpi_table({"kpi_id": "a"})
    got = calibration(of_one([1.0] * 24, year_2025).past, kpis)
    assert (got.n_cases, got.n_kpis, len(got.table)) == (0, 0, 0)
    assert not got.is_enough


def test_a_chance_is_of_meeting_the_target_as_it_is_published():
    goals = judged_goals(
        kpi_table({"target": 71.5, "decimals": 1.0}, {"target": 12.0, "direction": "lower", "decimals": 0.0})
    )
    assert goals["target"].tolist() == pytest.approx([71.45, 12.5])
    assert judged_goals(kpi_table({"target": 71.5}))["target"].tolist() == [71.5]


def test_where_a_tie_misses_only_what_is_published_beyond_the_target_has_a_chance():
    strict = {"direction": "lower", "target": 12.0, "strict": True}
    goals = judged_goals(
        kpi_table({**strict, "decimals": 1.0}, {**strict, "direction": "higher", "decimals": 1.0}, strict)
    )
    assert goals["target"].tolist() == pytest.approx([11.95, 12.05, 12.0])
    came = Outlook(pd.Series([12.0, 12.0, 12.0]), pd.Series([0.0] * 3))
    assert came.probability(goals["direction"], goals["target"], goals["low"], goals["high"]).tolist() == [0.0] * 3
    beyond = Outlook(pd.Series([11.9, 12.1, 11.999]), pd.Series([0.0] * 3))
    assert beyond.probability(goals["direction"], goals["target"], goals["low"], goals["high"]).tolist() == [1.0] * 3


# What must not matter


@settings(max_examples=6, deadline=None)
@given(
    seed=st.integers(0, 1000),
    scale=st.sampled_from([0.001, 7.0, 1e6]),
    aggregate=st.sampled_from(["sum", "mean", "last", "min"]),
    month=st.sampled_from(["Q1", "Q3", "11"]),
)
def test_neither_order_nor_unit_nor_company_changes_an_outlook(seed, scale, aggregate, month, calendar):
    checkpoint = Checkpoint.of_cycle("2025", calendar, month)
    n_came = 24 + checkpoint.months_elapsed
    values = noise(5, n_came, seed=seed).round(3)
    measures, kpis = many(values, "2023-01-01", aggregate=aggregate)
    plain = found(measures, kpis, checkpoint)
    shuffled = found(measures.sample(frac=1, random_state=seed), kpis.iloc[::-1].reset_index(drop=True), checkpoint)
    pd.testing.assert_series_equal(plain.ahead.mean, shuffled.ahead.mean.reindex(plain.ahead.mean.index))
    pd.testing.assert_series_equal(plain.ahead.sd, shuffled.ahead.sd.reindex(plain.ahead.sd.index))
    pd.testing.assert_frame_equal(plain.told, shuffled.told.reindex(plain.told.index))
    alone = found(measures[measures["kpi_id"].eq("k001")], kpis[kpis["kpi_id"].eq("k001")], checkpoint)
    assert alone.ahead.mean["k001"] == plain.ahead.mean["k001"]
    scaled = found(measures.assign(value=measures["value"] * scale), kpis, checkpoint)
    assert scaled.ahead.mean.to_numpy() == pytest.approx(plain.ahead.mean.to_numpy() * scale)
    assert scaled.ahead.sd.to_numpy() == pytest.approx(plain.ahead.sd.to_numpy() * scale)
    assert scaled.told["forecast_model"].equals(plain.told["forecast_model"])


def test_a_harder_target_is_never_likelier_to_be_met(third_quarter):
    outlook = of_one(list(noise(33)), third_quarter, start="2023-01-01", aggregate="sum").ahead
    asked = [kpi_table({"kpi_id": "a", "target": target}).set_index("kpi_id") for target in np.linspace(900, 1500, 25)]
    goals = [judged_goals(kpi) for kpi in asked]
    chances = [outlook.probability(one["direction"], one["target"], one["low"], one["high"])["a"] for one in goals]
    assert chances == sorted(chances, reverse=True)
    assert chances[0] > 0.95
    assert chances[-1] < 0.05


def test_every_method_is_described():
    assert all(words for words in METHODS.values())


# Next year


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


@pytest.mark.parametrize(("direction", "target"), [("higher", 1e6), ("lower", -1e6), ("range", 1e6)])
def test_a_chance_that_is_left_is_never_none_and_never_certain(direction, target):
    """A hundred thousand spreads away: the tail is smaller than any number, and still nobody knows the end."""
    goal, far = pd.Series([target]), certain(0.0, 10.0)
    missed = far.probability(pd.Series([direction]), goal, goal, goal + 1.0)[0]
    assert 0.0 < missed < 0.01
    assert figures.chance_told(missed) == "<\N{NARROW NO-BREAK SPACE}1\N{NARROW NO-BREAK SPACE}%"
    if direction != "range":
        sure = far.probability(pd.Series([direction]), -goal, goal, goal)[0]
        assert 0.99 < sure < 1.0


@pytest.mark.parametrize(
    ("direction", "goal", "chance"),
    [
        ("higher", (100.5, 100.5), 0.0),  # more than all cannot be
        ("lower", (-0.5, -0.5), 0.0),
        ("range", (101.0, 102.0), 0.0),
        ("higher", (0.0, 0.0), 1.0),  # nor less than nothing
        ("lower", (100.0, 100.0), 1.0),
        ("range", (0.0, 100.0), 1.0),
        ("higher", (100.0, 100.0), 0.158655),  # what the forecast puts beyond 100 comes out at 100
        ("range", (98.0, 100.0), 0.5),  # so all above the mean lies inside, and not the 0.341 up to 100
        ("range", (96.0, 98.0), 0.341345),
    ],
)
def test_what_cannot_be_has_no_chance_and_what_must_be_is_certain(direction, goal, chance):
    """98 expected, give or take 2, of a share that lies between 0 and 100; by the table of the normal distribution."""
    bounds = (pd.Series([0.0]), pd.Series([100.0]))
    share = Outlook(pd.Series([98.0]), pd.Series([2.0]), pd.Series([np.nan]), *bounds)
    low, high = (pd.Series([end]) for end in goal)
    assert share.probability(pd.Series([direction]), low, low, high)[0] == pytest.approx(chance, abs=1e-6)
    if chance in {0.0, 1.0}:
        assert share.probability(pd.Series([direction]), low, low, high)[0] == chance
        student = Outlook(share.mean, share.sd, pd.Series([5.0]), *bounds)
        assert student.probability(pd.Series([direction]), low, low, high)[0] == chance


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
