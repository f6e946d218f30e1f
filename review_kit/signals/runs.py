"""Anhøj's runs rules: whether the points of a run chart cross their median as chance would have it.

Arrays are as in `review_kit.signals.xmr`: series side by side, `codes` tells which.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np

from review_kit.signals.xmr import Bools, Floats, Ints, starts_of

RUN_ALLOWANCE = 3  # what a run may be longer than log2(n), rounded
ONE_IN = 20  # the lower 5 % prediction limit of crossings, in whole numbers: 20 of so many are enough


@dataclass(frozen=True, slots=True)
class RunsAnalysis:
    """What qicharts2 tells of a chart, one entry per series, and the points that make the signal."""

    n_useful: Ints  # observations that do not lie on the central line
    longest_run: Ints
    longest_run_max: Ints  # a longer one is a signal
    n_crossings: Ints
    n_crossings_min: Ints  # fewer are a signal
    in_long_run: Bools  # one entry per point: useful, and in a run that is too long

    @property
    def too_long(self) -> Bools:
        """Series with a run longer than chance allows."""
        return self.longest_run > self.longest_run_max

    @property
    def too_few_crossings(self) -> Bools:
        """Series that cross their central line less often than chance would have it."""
        return self.n_crossings < self.n_crossings_min

    @property
    def signal(self) -> Bools:
        """Series that do not vary as chance would have it."""
        return self.too_long | self.too_few_crossings


def runs_analysis(side: Ints, codes: Ints) -> RunsAnalysis:
    """Longest run and crossings of every series; `side` is +1 above the central line, -1 below, 0 on it.

    Points on the line are no useful observations: they neither count nor break a run. A run is a signal when it is
    longer than log2(n) + 3, rounded; crossings when they are fewer than the 5 % lower prediction limit of the binomial
    distribution of n - 1 crossings with a chance of one half.
    Source: qicharts2, runs.analysis; Anhøj and Olesen (2014); Schilling (2012) for runs, Chen (2010) for crossings.
    """
    n_series = int(codes[-1]) + 1 if codes.size else 0
    useful = side != 0
    sides, series = side[useful], codes[useful]
    n_useful = np.bincount(series, minlength=n_series).astype(np.int64)
    new = starts_of(series) | np.r_[True, sides[1:] != sides[:-1]] if sides.size else np.zeros(0, dtype=bool)
    run = np.cumsum(new) - 1
    lengths = np.bincount(run) if run.size else np.zeros(0, dtype=np.int64)
    longest = np.zeros(n_series, dtype=np.int64)
    np.maximum.at(longest, series[new], lengths)
    crossings = np.maximum(np.bincount(series[new], minlength=n_series) - 1, 0).astype(np.int64)
    longest_max = longest_run_max(n_useful)
    in_long_run = np.zeros(side.size, dtype=bool)
    in_long_run[useful] = lengths[run] > longest_max[series]
    return RunsAnalysis(
        n_useful=n_useful,
        longest_run=longest,
        longest_run_max=longest_max,
        n_crossings=crossings,
        n_crossings_min=np.array([fewest_crossings(n) for n in range(int(n_useful.max(initial=0)) + 1)])[n_useful],
        in_long_run=in_long_run,
    )


def longest_run_max(n_useful: Ints) -> Ints:
    """The longest run that chance allows among so many useful observations."""
    n: Floats = np.maximum(n_useful, 1).astype(np.float64)
    return np.where(n_useful > 0, np.round(np.log2(n)) + RUN_ALLOWANCE, 0).astype(np.int64)


@cache
def fewest_crossings(n_useful: int) -> int:
    """The lower 5 % prediction limit of crossings among so many useful observations: qbinom(0.05, n - 1, 0.5)."""
    chances = max(n_useful - 1, 0)
    ways, total, crossings = 1, 1, 0  # in whole numbers, so that no limit hangs on the last binary digit
    while ONE_IN * total < 2**chances:
        crossings += 1
        ways = ways * (chances - crossings + 1) // crossings
        total += ways
    return crossings
