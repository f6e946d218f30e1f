"""What counts as a signal on a process behaviour chart: named rule sets, and each rule on plain arrays.

Arrays are as in `review_kit.signals.xmr`: series side by side, `codes` tells which.
"""

from dataclasses import dataclass

import numpy as np

from review_kit.signals.xmr import Bools, Floats, Ints, starts_of

_BINARY_NOISE = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A published choice of rules; every threshold stands here and nowhere else."""

    name: str
    source: str
    screen: bool  # leave extreme moving ranges out of the limits
    run: int  # so many in a row on one side of the mean
    trend: int  # so many in a row that rise, or that fall
    near: float  # share of the limits' distance from which a point counts as close to them


RULE_SETS = {
    "nhs_r": RuleSet(
        name="nhs_r",
        source="NHSRplotthedots (screened limits), after NHS England, Making Data Count",
        screen=True,
        run=7,
        trend=7,
        near=2 / 3,
    ),
}


def run_lengths(marks: Ints, codes: Ints) -> Ints:
    """For each point, how long the unbroken run of equal marks is that it belongs to, within its series."""
    if not marks.size:
        return np.zeros(0, dtype=np.int64)
    new = starts_of(codes) | np.r_[True, marks[1:] != marks[:-1]]
    run = np.cumsum(new) - 1
    return np.bincount(run)[run].astype(np.int64)


def outside_limits(values: Floats, lower: Floats, upper: Floats) -> Bools:
    """Beyond a natural limit; on it is inside, also where binary noise says otherwise."""
    return (values > upper + slack(upper)) | (values < lower - slack(lower))


def side_of_mean(values: Floats, mean: Floats) -> Ints:
    """+1 above the mean, -1 below, 0 on it; the mean of twelve times 98.2 is 98.20000000000003, with none below."""
    apart = values - mean
    return np.where(np.abs(apart) <= slack(mean), 0, np.sign(apart)).astype(np.int64)


def slack(level: Floats) -> Floats:
    """What binary arithmetic may add to a mean or a limit of this size."""
    return _BINARY_NOISE * np.abs(level)


def long_run(side: Ints, codes: Ints, run: int) -> Bools:
    """Every point of at least `run` in a row on one side of the mean; a point on the mean breaks the run."""
    return (run_lengths(side, codes) >= run) & (side != 0)


def long_trend(values: Floats, codes: Ints, trend: int) -> Bools:
    """Every point of at least `trend` in a row that all rise or all fall; equal neighbours break it."""
    steps = steps_of(values, codes)
    # trend - 1 equal steps join `trend` points; the point before the first step belongs to them
    long = (run_lengths(steps, codes) >= trend - 1) & (steps != 0)
    return long | np.r_[long[1:], np.zeros(min(1, long.size), dtype=bool)]


def steps_of(values: Floats, codes: Ints) -> Ints:
    """+1 where a value lies above the one before it, -1 below, 0 level with it and at the start of a series."""
    step = np.sign(np.diff(values, prepend=np.nan))
    step[starts_of(codes)] = 0
    return np.nan_to_num(step).astype(np.int64)


def two_of_three(close: Bools, side: Ints, codes: Ints) -> Bools:
    """Points close to a limit that belong to three in a row, all on one side, of which two or more are close.

    A point outside the limits is not `close`; it has a rule of its own.
    """
    n = close.size
    found = np.zeros(n, dtype=bool)
    if n < 3:  # noqa: PLR2004 - three in a row need three
        return found
    same_series = codes[2:] == codes[:-2]
    one_side = np.abs(side[2:] + side[1:-1] + side[:-2]) == 3  # noqa: PLR2004 - all three on one side
    two_close = close[2:].astype(int) + close[1:-1] + close[:-2] >= 2  # noqa: PLR2004 - the rule's name
    window = same_series & one_side & two_close
    for offset in range(3):
        found[offset : n - 2 + offset] |= window
    return found & close
