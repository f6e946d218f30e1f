"""What twelve months come to: those that are known and those still open, brought together by the KPI's aggregate."""

import numpy as np

from review_kit.model.words import Aggregate
from review_kit.outlook.candidates import counts, latest_sum


class Years:
    """A stretch of one year around every column: `n_known` periods up to it, and `n_open` of the `steps` after it.

    The last column stands for the cycle; the others are years of the past, seen from as far into them. Where a KPI is
    younger than the known part of such a year, that part is scaled up from what there is.
    """

    def __init__(
        self,
        values: np.ndarray,
        weights: np.ndarray,
        came: np.ndarray,
        aggregates: np.ndarray,
        *,
        n_known: int,
        steps: int,
        n_open: int,
    ) -> None:
        """Tables of KPIs and columns, as a layout has them, and an aggregate a KPI."""
        self.values, self.weights, self.came, self.aggregates = values, weights, came, aggregates
        self.n_known, self.steps, self.n_open = n_known, steps, n_open
        self.is_added = aggregates == Aggregate.SUM
        self.is_mean = (aggregates == Aggregate.MEAN) | (aggregates == Aggregate.RATIO)
        have = np.clip(counts(values), 0, n_known)
        grown = np.where(have > 0, n_known / np.maximum(have, 1.0), 0.0)
        # sum of value x weight and sum of weights over the known part
        self.known_sum = latest_sum(values * weights, n_known) * grown if n_known else np.zeros(values.shape)
        self.known_weight = latest_sum(weights, n_known) * grown if n_known else np.zeros(values.shape)
        over = n_known or n_open
        # of one open period: as the known ones, or as those of the year before where nothing is known
        self.usual_weight = latest_sum(weights, over) / np.clip(counts(weights), 1, over)
        self._extremes = {
            name: (least, self._extreme(least))
            for name, least in ((Aggregate.MIN, np.minimum), (Aggregate.MAX, np.maximum))
            if (aggregates == name).any()
        }

    def forecast(self, path: np.ndarray) -> np.ndarray:
        """The year's figure as seen from every column, if the open periods come as `path` says."""
        ahead = path[:, :, self.steps - self.n_open :]
        total = ahead.sum(axis=2)
        return self._together(ahead, total, total * self.usual_weight, self.usual_weight * self.n_open)

    def outcome(self) -> np.ndarray:
        """The year's figure as it came; missing where a value of the open part did not, or has not yet."""
        came, weights = self._ahead(np.where(self.came, self.values, np.nan)), self._ahead(self.weights)
        return self._together(came, came.sum(axis=2), (came * weights).sum(axis=2), weights.sum(axis=2))

    def of_known(self) -> np.ndarray:
        """The figure of a year of which every period is known, as of the last column."""
        with np.errstate(divide="ignore", invalid="ignore"):
            weighed = self.known_sum[:, -1] / self.known_weight[:, -1]
        figure = np.select([self.is_added, self.is_mean], [self.known_sum[:, -1], weighed], default=self.values[:, -1])
        for name, (_, known) in self._extremes.items():
            figure = np.where(self.aggregates == name, known[:, -1], figure)
        return figure

    def _ahead(self, table: np.ndarray) -> np.ndarray:
        """The columns of the open part, along a new last axis."""
        first = self.steps - self.n_open + 1
        return np.stack([_after(table, step) for step in range(first, self.steps + 1)], axis=2)

    def _together(self, ahead: np.ndarray, total: np.ndarray, weighed: np.ndarray, weight: np.ndarray) -> np.ndarray:
        """Known and open part: `total` of the open values, `weighed` their sum with weights, `weight` that of these."""
        figure = np.where(np.isnan(total), np.nan, ahead[:, :, -1])
        if self.is_added.any():
            figure = np.where(self.is_added[:, None], self.known_sum + total, figure)
        if self.is_mean.any():
            with np.errstate(divide="ignore", invalid="ignore"):
                mean = (self.known_sum + weighed) / (self.known_weight + weight)
            figure = np.where(self.is_mean[:, None], mean, figure)
        for name, (least, known) in self._extremes.items():
            figure = np.where((self.aggregates == name)[:, None], least(known, least.reduce(ahead, axis=2)), figure)
        return figure

    def _extreme(self, least: np.ufunc) -> np.ndarray:
        """The smallest or largest value of the known part; the neutral end where nothing is known."""
        neutral = np.inf if least is np.minimum else -np.inf
        filled = np.where(np.isnan(self.values), neutral, self.values)
        found = np.full(filled.shape, neutral)
        for back in range(min(self.n_known, filled.shape[1])):
            found[:, back:] = least(found[:, back:], filled[:, : filled.shape[1] - back])
        return found


def _after(table: np.ndarray, step: int) -> np.ndarray:
    """The values so many columns later, missing where there are none yet."""
    moved = np.full_like(table, np.nan)
    if step < table.shape[1]:
        moved[:, : table.shape[1] - step] = table[:, step:]
    return moved
