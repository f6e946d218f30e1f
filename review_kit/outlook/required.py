"""What each open period must bring for the target to be met, and the best that such a stretch ever brought."""

import numpy as np

from review_kit.model.words import Aggregate, Direction
from review_kit.outlook.candidates import counts, latest_sum
from review_kit.outlook.years import Years


def required_rate(years: Years, target: np.ndarray) -> np.ndarray:
    """The mean that the open periods must have; for a KPI whose last value counts, the step that each must take.

    Of a KPI that adds up, what is left of the target over the open periods; of a mean or a ratio, the level that brings
    the year's to the target, an open period weighing as the known ones did; of a smallest or largest value, the target.
    """
    value, mass, weight = (table[:, -1] for table in (years.known_sum, years.known_weight, years.usual_weight))
    n_open = years.n_open
    with np.errstate(divide="ignore", invalid="ignore"):
        of_mean = (target * (mass + weight * n_open) - value) / (weight * n_open)
    of_step = (target - years.values[:, -1]) / years.steps
    return np.select(
        [years.is_added, years.is_mean, years.aggregates == Aggregate.LAST],
        [(target - value) / n_open, of_mean, of_step],
        default=target,
    )


def best_rate(years: Years, direction: np.ndarray) -> np.ndarray:
    """The best that as many periods in a row ever brought, in the same terms; missing where none came whole."""
    n_open = years.n_open
    if n_open > years.values.shape[1]:
        return np.full(len(years.values), np.nan)
    came = np.where(years.came, 1.0, 0.0)
    whole = (latest_sum(came, n_open) == n_open) & (counts(years.values) >= n_open)
    with np.errstate(divide="ignore", invalid="ignore"):
        mean = latest_sum(years.values * years.weights, n_open) / latest_sum(years.weights, n_open)
    steps = np.full_like(mean, np.nan)
    stride = years.steps
    if stride < steps.shape[1]:
        steps[:, stride:] = (years.values[:, stride:] - years.values[:, :-stride]) / stride
    steps_count = (years.aggregates == Aggregate.LAST)[:, None]
    rate = np.where(steps_count, steps, np.where(whole, mean, np.nan))
    for name, least in ((Aggregate.MIN, np.min), (Aggregate.MAX, np.max)):
        if (years.aggregates == name).any():
            over = np.lib.stride_tricks.sliding_window_view(years.values, n_open, axis=1)
            ends = np.full_like(mean, np.nan)
            ends[:, n_open - 1 :] = least(over, axis=2)
            rate = np.where((years.aggregates == name)[:, None] & whole, ends, rate)
    way = np.where(direction == Direction.LOWER, -1.0, 1.0)
    found = way * np.where(np.isnan(rate), -np.inf, way[:, None] * rate).max(axis=1)
    return np.where(np.isfinite(found) & (direction != Direction.RANGE), found, np.nan)
