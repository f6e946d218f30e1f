"""The methods by which the open periods of a year may be forecast, each from every period of the past at once.

`values` has a KPI in each row and a period in each column, the latest at the end; missing before a KPI began and
nowhere else. A forecast from a column uses nothing to the right of it. Paths have the shape of the values and a further
axis, the next 1 to `steps` periods; they are missing where a method has too little behind it.
Source of what is not named below: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2.
"""

import numpy as np

from review_kit.outlook.smoothing import exponential_smoothing, theta_ahead

COMBINATION = "combination"
WITH_SEASON = "combination with season"
NAIVE = "naive"
SEASONAL_SHARE = "seasonal share"
METHODS = {
    NAIVE: "the last value goes on",
    "run rate": "the mean of the year so far goes on",
    "drift": "the last value moves on by the average step from the first",
    "exponential smoothing": "simple exponential smoothing",
    "damped trend": "Holt's exponential smoothing with a trend that fades",
    "theta": "exponential smoothing with half the slope of the straight line",
    "seasonal naive": "the same period of the year before",
    "seasonal naive with drift": "the same period of the year before, moved by how much this year so far differs",
    SEASONAL_SHARE: "this year so far over the share of last year that had come by then",
    COMBINATION: "the mean of naive, run rate, exponential smoothing and theta",
    WITH_SEASON: "the mean of naive, run rate, exponential smoothing, theta and seasonal naive",
}
LEVEL_KEPT = frozenset({NAIVE, "exponential smoothing", "theta", COMBINATION, WITH_SEASON})
_COMBINED = (NAIVE, "run rate", "exponential smoothing", "theta")
_FEWEST = 3  # values from which a level and a trend can be told apart
_DAMPED_ALPHAS = (0.5, 0.3, 0.7, 0.1, 0.9)
DAMPED_BETAS = (0.1, 0.3)
DAMPED_PHIS = (0.9, 0.8, 0.98)  # below 0.8 it is no trend, above 0.98 it does not fade (Hyndman and Athanasopoulos)


def before(values: np.ndarray, lag: int) -> np.ndarray:
    """The values so many columns earlier, missing where there are none."""
    moved = np.full_like(values, np.nan)
    if lag < values.shape[1]:
        moved[:, lag:] = values[:, : values.shape[1] - lag]
    return moved


def latest_sum(values: np.ndarray, count: int) -> np.ndarray:
    """The sum of each value and those before it, `count` together or as many as there are; missing ones count 0."""
    total = np.cumsum(np.nan_to_num(values), axis=1)
    if count >= values.shape[1]:
        return total
    total[:, count:] -= total[:, :-count].copy()
    return total


def counts(values: np.ndarray) -> np.ndarray:
    """How many values a KPI has up to each column, 0 or less before its first."""
    first = np.argmax(~np.isnan(values), axis=1)
    return np.arange(values.shape[1]) - first[:, None] + 1.0


class Candidates:
    """Every method on the same values; what does not depend on how far one looks ahead is worked out once."""

    def __init__(self, values: np.ndarray, periods: int) -> None:
        """`periods` is the number of periods in a year: 12 for months, 1 for years."""
        self.values, self.periods, self.count = values, periods, counts(values)
        self._smoothed = exponential_smoothing(values)
        self._damped = exponential_smoothing(values, _DAMPED_ALPHAS, DAMPED_BETAS, DAMPED_PHIS)

    def paths(self, rows: np.ndarray, steps: int, n_known: int) -> dict[str, np.ndarray]:
        """By method the paths of some rows; `n_known` is how many periods of the year lie behind each column."""
        values, count = self.values[rows], self.count[rows]
        ahead = np.arange(1, steps + 1)
        known = n_known or self.periods  # before the year's first value, the year before is all there is of it
        flat = np.ones(steps)
        enough = (count >= _FEWEST)[:, :, None]
        first = np.nanmax(np.where(count == 1, values, np.nan), axis=1, keepdims=True)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = (values - first) / np.where(count > 1, count - 1.0, np.nan)
            mean = latest_sum(values, known) / np.where(count > 0, np.minimum(count, known), np.nan)
        smoothed, damped = self._smoothed.of(rows), self._damped.of(rows)
        found = {
            NAIVE: values[:, :, None] * flat,
            "run rate": mean[:, :, None] * flat,
            "drift": values[:, :, None] + step[:, :, None] * ahead,
            "exponential smoothing": smoothed.ahead(steps),
            "damped trend": np.where(enough, damped.ahead(steps), np.nan),
            "theta": np.where(enough, theta_ahead(values, smoothed, steps), np.nan),
        }
        if self.periods > 1:
            found |= self._seasonal(values, count, ahead, known)
        together = sum(found[name] for name in _COMBINED)
        found[COMBINATION] = together / len(_COMBINED)
        if self.periods > 1:
            found[WITH_SEASON] = (together + found["seasonal naive"]) / (len(_COMBINED) + 1)
        return found

    def _seasonal(self, values: np.ndarray, count: np.ndarray, ahead: np.ndarray, known: int) -> dict[str, np.ndarray]:
        """What repeats the year before; its level follows this year so far where that year has the same periods."""
        year = self.periods
        last_year = np.stack([before(values, year * -(-step // year) - step) for step in ahead.tolist()], axis=2)
        earlier = before(values, year)
        same = count - known >= year
        so_far, then = latest_sum(values, known), latest_sum(earlier, known)
        moved = np.where(same, (so_far - then) / known, np.nan)
        with np.errstate(divide="ignore", invalid="ignore"):
            share = np.where(same & (then > 0) & (so_far >= 0), so_far / then, np.nan)
        return {
            "seasonal naive": last_year,
            "seasonal naive with drift": last_year + moved[:, :, None],
            SEASONAL_SHARE: last_year * share[:, :, None],
        }
