"""Exponential smoothing and Theta as published, on whole tables: a series a row, time along the last axis.

A series may begin late: what is missing before its first value is left out. After it nothing may be missing.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# the middle first: where two weights were equally good, or nothing tells yet, the milder one stays
ALPHAS = (0.5, 0.4, 0.6, 0.3, 0.7, 0.2, 0.8, 0.1, 0.9, 1.0)
THETA = 2.0


@dataclass(frozen=True, slots=True)
class Smoothed:
    """What smoothing knows after each value: level, trend a period, how fast the trend fades, and the level's weight.

    Every array has the shape of the values; missing before the first value. `trend` is 0 where there is none.
    """

    level: np.ndarray
    trend: np.ndarray
    phi: np.ndarray
    alpha: np.ndarray

    def of(self, rows: np.ndarray) -> "Smoothed":
        """What it knows of some series."""
        return Smoothed(self.level[rows], self.trend[rows], self.phi[rows], self.alpha[rows])

    def ahead(self, steps: int) -> np.ndarray:
        """The forecasts of the next 1 to `steps` periods after each value, along a new last axis."""
        faded = np.cumsum(self.phi[..., None] ** np.arange(1, steps + 1), axis=-1)
        return self.level[..., None] + faded * self.trend[..., None]


def exponential_smoothing(
    values: np.ndarray,
    alphas: Sequence[float] = ALPHAS,
    betas: Sequence[float] = (),
    phis: Sequence[float] = (1.0,),
    start: tuple[float, float] | None = None,
) -> Smoothed:
    """Simple exponential smoothing, or Holt's with `betas`, damped with `phis` below 1.

    level = alpha value + (1 - alpha) (level + phi trend);  trend = beta (level - level before) + (1 - beta) phi trend

    It starts from the first value and, with a trend, from the first step, or from the level and trend of `start`, and
    smooths the first value too. Of several weights, those count whose one-step errors up to that value have the least
    sum of squares; the error of the first value counts only where a start is given.
    Source: Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 8.1 and 8.2 (Brown; Holt; Gardner).
    """
    grid = np.array([(a, b, f) for f in phis for b in (betas or (0.0,)) for a in alphas]).T
    alpha, beta, phi = grid[:, None, :]
    values = np.atleast_2d(np.asarray(values, dtype=float))
    rows, length = values.shape
    first = np.argmax(~np.isnan(values), axis=1)
    told = {name: np.full(values.shape, np.nan) for name in ("level", "trend", "phi", "alpha")}
    level = np.zeros((rows, grid.shape[1]))
    trend, squares, each = np.zeros_like(level), np.zeros_like(level), np.arange(rows)
    following = np.minimum(first + 1, length - 1)
    step = np.nan_to_num(values[each, following] - values[each, first]) if betas else np.zeros(rows)
    for at in range(length):
        value = np.nan_to_num(values[:, at, None])
        begins, began = (first == at)[:, None], (first <= at)[:, None]
        level = np.where(begins, value if start is None else start[0], level)
        trend = np.where(begins, step[:, None] if start is None else start[1], trend)
        drift = phi * trend
        error = value - level - drift
        counts = began if start is not None else began & ~begins
        squares += np.where(counts, error * error, 0.0)
        level, trend = level + drift + alpha * error, drift + beta * alpha * error
        best = squares.argmin(axis=1)
        told["level"][:, at], told["trend"][:, at] = level[each, best], trend[each, best]
        told["phi"][:, at], told["alpha"][:, at] = grid[2][best], grid[0][best]
    blank = np.arange(length) < first[:, None]
    return Smoothed(**{name: np.where(blank, np.nan, table) for name, table in told.items()})


def slope(values: np.ndarray) -> np.ndarray:
    """After each value, the slope a period of the straight line through all values so far; 0 through one alone."""
    values = np.atleast_2d(np.asarray(values, dtype=float))
    first = np.argmax(~np.isnan(values), axis=1)
    place = np.arange(values.shape[1]) - first[:, None]
    filled = np.nan_to_num(values)
    count = place + 1.0
    total, weighted = np.cumsum(filled, axis=1), np.cumsum(place * filled, axis=1)
    with np.errstate(divide="ignore", invalid="ignore"):
        found = 12.0 * (weighted - (count - 1.0) / 2.0 * total) / (count * (count**2 - 1.0))
    return np.where(place >= 1, found, np.where(place == 0, 0.0, np.nan))


def theta_ahead(values: np.ndarray, smoothed: Smoothed, steps: int) -> np.ndarray:
    """The Theta forecasts (theta 2, without season) of the next 1 to `steps` periods after each value, on a new axis.

    Simple exponential smoothing with half the slope of the straight line as drift:
    level + slope / 2 x (h - 1 + (1 - (1 - alpha)^n) / alpha).
    Source: Assimakopoulos and Nikolopoulos (2000); in this form Hyndman and Billah, Unmasking the Theta method (2003).
    """
    values = np.atleast_2d(np.asarray(values, dtype=float))
    first = np.argmax(~np.isnan(values), axis=1)
    count = np.arange(values.shape[1]) - first[:, None] + 1.0
    drift = slope(values) * (THETA - 1.0) / THETA
    caught_up = (1.0 - (1.0 - smoothed.alpha) ** np.maximum(count, 0.0)) / smoothed.alpha
    return smoothed.level[..., None] + drift[..., None] * (np.arange(steps) + caught_up[..., None])
