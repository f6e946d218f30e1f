"""The methods of the outlook against published examples and against the library that is known for them."""

import numpy as np
import pytest
from statsmodels.tsa.api import Holt, SimpleExpSmoothing
from statsmodels.tsa.forecasting.theta import ThetaModel

from review_kit.outlook.candidates import METHODS, Candidates
from review_kit.outlook.smoothing import exponential_smoothing, slope, theta_ahead

# Hyndman and Athanasopoulos, Forecasting: Principles and Practice, first edition, 7.2: air passengers of Australia,
# 1990 to 2004, as data and forecasts stand in statsmodels' test_holtwinters.py
AIR = [17.5534, 21.8601, 23.8866, 26.9293, 26.8885, 28.8314, 30.0751, 30.9535, 30.1857, 31.5797, 32.577569, 33.477398,
       39.021581, 41.386432, 41.596552]  # fmt: skip
# oil production of Saudi Arabia, 1965 to 2013 (fpp2), as it stands in statsmodels' test_exponential_smoothing.py
OIL = [111.0091346, 130.8284341, 141.2870879, 154.2277747, 162.7408654, 192.1664835, 240.7997253, 304.2173901,
       384.0045673, 429.6621566, 359.3169299, 437.2518544, 468.4007898, 424.4353365, 487.9794299, 509.8284478,
       506.3472527, 340.1842374, 240.2589210, 219.0327876, 172.0746632, 252.5900922, 221.0710774, 276.5187735,
       271.1479517, 342.6186005, 428.3558357, 442.3945534, 432.7851482, 437.2497186, 437.2091599, 445.3640981,
       453.1950104, 454.4096410, 422.3789058, 456.0371217, 440.3866047, 425.1943725, 486.2051735, 500.4290861,
       521.2759092, 508.9476170, 488.8888577, 509.8705750, 456.7229123, 473.8166029, 525.9508706, 549.8338076,
       542.3404698]  # fmt: skip


def ahead(smoothed, steps):
    return smoothed.ahead(steps)[0, -1]


def test_exponential_smoothing_gives_the_published_forecast(anchors):
    (oil,) = [one for one in anchors["forecast"] if one["id"] == "ses_oil_0.2"]
    smoothed = exponential_smoothing(oil["y"], alphas=(oil["alpha"],))
    assert ahead(smoothed, 1) == pytest.approx([oil["expected"]], abs=oil["tol"])
    # the same test prints the level after each value, and the forecast with a weight of 0.6
    levels = [446.6565229, 448.21987962, 449.7084985, 444.49324656, 446.84886283, 445.59670028, 441.54386424,
              450.26498098, 461.4216172, 474.49569042, 482.45033014, 484.80246797]  # fmt: skip
    assert smoothed.level[0] == pytest.approx(levels, abs=1e-4)
    assert ahead(exponential_smoothing(oil["y"], alphas=(0.6,)), 1) == pytest.approx([501.837461], abs=1e-4)


def test_exponential_smoothing_gives_the_forecast_of_a_worked_sheet():
    # wongsteve.com, Exponential Smoothing: ten sales, alpha 0.3, forecast of the eleventh
    sales = [99, 88, 50, 58, 62, 60, 55, 62, 71, 65]
    assert ahead(exponential_smoothing(sales, alphas=(0.3,)), 1) == pytest.approx(
        [65.42], abs=0.02
    )  # the sheet rounds each forecast to a tenth


def test_holts_trend_gives_the_published_forecasts():
    smoothed = exponential_smoothing(AIR, alphas=(0.8,), betas=(0.2,))
    assert ahead(smoothed, 5) == pytest.approx([43.76, 45.59, 47.43, 49.27, 51.10], abs=0.005)
    trends = [3.617628, 3.59006512, 3.33438212, 3.23657639, 2.69263502, 2.46388914, 2.2229097, 1.95959226, 1.47054601,
              1.3604894, 1.28045881, 1.20355193, 1.88267152, 2.09564416, 1.83655482]  # fmt: skip
    assert smoothed.trend[0] == pytest.approx(trends, abs=1e-4)


@pytest.mark.parametrize(
    ("alpha", "beta", "phi", "start", "expected"),
    [  # R's forecast::ets, AAdN and AAN, in statsmodels' fit_ets_results_nonseasonal.json; its beta is ours x alpha
        (0.99989969, 0.11886985, 0.80000197, (36.46466837, 34.72584983),
         [545.35213563, 547.76044926, 549.68710489, 551.22843318]),
        (0.99770564, 0.0001001, 1.0, (21.3150686, 11.71213626),
         [554.09126495, 565.79806815, 577.50487134, 589.21167453]),
    ],
)  # fmt: skip
def test_damped_and_plain_trends_give_the_forecasts_of_r(alpha, beta, phi, start, expected):
    smoothed = exponential_smoothing(OIL, alphas=(alpha,), betas=(beta / alpha,), phis=(phi,), start=start)
    assert ahead(smoothed, 4) == pytest.approx(expected, abs=1e-4)


@pytest.mark.parametrize("series", [AIR, OIL, [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]])
def test_smoothing_equals_the_library_with_the_same_weights(series):
    values = np.array(series)
    known = {"initialization_method": "known", "initial_level": values[0]}
    simple = SimpleExpSmoothing(values, **known).fit(smoothing_level=0.35, optimized=False)
    assert ahead(exponential_smoothing(values, alphas=(0.35,)), 4) == pytest.approx(simple.forecast(4))
    damped = Holt(values, damped_trend=True, **known, initial_trend=values[1] - values[0])
    fit = damped.fit(smoothing_level=0.35, smoothing_trend=0.15, damping_trend=0.9, optimized=False)
    ours = exponential_smoothing(values, alphas=(0.35,), betas=(0.15,), phis=(0.9,))
    assert ahead(ours, 4) == pytest.approx(fit.forecast(4))


@pytest.mark.parametrize("series", [OIL, AIR[::-1], [3.0, 1.0, 4.0, 1.0, 5.0, 9.0, 2.0, 6.0]])
def test_theta_equals_the_library_with_the_weight_that_it_finds(series):
    fit = ThetaModel(np.array(series), period=1, deseasonalize=False).fit()
    smoothed = exponential_smoothing(series, alphas=(fit.params["alpha"],))
    assert theta_ahead(series, smoothed, 6)[0, -1] == pytest.approx(np.asarray(fit.forecast(6)))


def test_of_several_weights_those_with_the_least_squared_errors_count():
    fit = SimpleExpSmoothing(np.array(OIL), initialization_method="known", initial_level=OIL[0]).fit()
    fine = exponential_smoothing(OIL, alphas=tuple(np.arange(0.01, 1.0, 0.01)))
    assert fine.alpha[0, -1] == pytest.approx(fit.params["smoothing_level"], abs=0.011)


def test_the_slope_is_that_of_the_straight_line_through_all_values_so_far():
    assert slope([np.nan, 1.0, 3.0, 2.0])[0, 1:] == pytest.approx([0.0, 2.0, 0.5])
    assert slope(AIR)[0, -1] == pytest.approx(np.polyfit(range(len(AIR)), AIR, 1)[0])


def paths(values, periods, steps, n_known):
    found = Candidates(np.atleast_2d(np.array(values, dtype=float)), periods).paths(np.array([0]), steps, n_known)
    return {name: path[0, -1].tolist() for name, path in found.items()}


def test_each_simple_method_goes_on_as_its_name_says():
    # four quarters of last year and two of this one, two still open
    got = paths([10, 20, 30, 40, 12, 24], 4, 2, 2)
    assert got["naive"] == [24, 24]
    assert got["run rate"] == [18, 18]
    assert got["drift"] == pytest.approx([24 + 14 / 5, 24 + 28 / 5])
    assert got["seasonal naive"] == [30, 40]
    assert got["seasonal naive with drift"] == [33, 43]  # (12 - 10 + 24 - 20) / 2 more than last year
    assert got["seasonal share"] == pytest.approx([36, 48])  # 36 where 30 had come
    level = [got[name] for name in ("naive", "run rate", "exponential smoothing", "theta")]
    assert got["combination"] == pytest.approx(np.mean(level, axis=0))
    assert got["combination with season"] == pytest.approx(np.mean([*level, [30, 40]], axis=0))


def test_before_the_first_period_of_the_year_the_year_before_is_its_run_rate():
    got = paths([10, 20, 30, 40], 4, 4, 0)
    assert got["run rate"] == [25, 25, 25, 25]
    assert got["seasonal naive"] == [10, 20, 30, 40]
    assert got["seasonal naive with drift"] == pytest.approx([np.nan] * 4, nan_ok=True)


def test_a_year_of_one_period_has_no_seasons():
    assert set(paths([1, 2, 3], 1, 1, 0)) == {
        "naive", "run rate", "drift", "exponential smoothing", "damped trend", "theta", "combination"
    }  # fmt: skip
    assert set(paths([1, 2, 3], 1, 1, 0)) <= set(METHODS)


def test_a_forecast_of_the_past_uses_nothing_that_came_later():
    chance = np.random.default_rng(3)
    values = chance.normal(100, 10, (4, 30))
    values[1, :5] = np.nan
    changed = values.copy()
    changed[:, 20:] = chance.normal(50, 30, (4, 10))
    rows = np.arange(4)
    before, after = (Candidates(table, 12).paths(rows, 3, 9) for table in (values, changed))
    for name, path in before.items():
        assert path[:, 8:20] == pytest.approx(after[name][:, 8:20], nan_ok=True), name
