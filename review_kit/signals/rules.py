"""What counts as a signal on a process behaviour chart: named rule sets, and each rule on plain arrays.

Arrays are as in `review_kit.signals.xmr`: series side by side, `codes` tells which.
"""

from dataclasses import dataclass

import numpy as np

from review_kit.signals.xmr import LIMIT_FACTOR, SCREEN_FACTOR, Bools, Floats, Ints, Middle, starts_of

_BINARY_NOISE = 1e-12
_COUNTS = {2: "two", 3: "three", 4: "four"}


@dataclass(frozen=True, slots=True, kw_only=True)
class NearLimit:
    """So many of so many neighbours close to the same limit."""

    least: int
    of: int
    share: float  # of the distance from the central line to the limit; what lies beyond it is close
    one_side: bool  # all neighbours, close or not, must lie on one side of the central line
    beyond_counts: bool  # whether a point beyond the limit is close to it too
    place: str  # where that is, in words

    @property
    def words(self) -> str:
        """'two of three close to a limit'."""
        return f"{_COUNTS[self.least]} of {_COUNTS[self.of]} {self.place}"


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """A published choice of rules; every threshold stands here and nowhere else."""

    name: str
    source: str
    centre: Middle = "mean"
    screen: bool = False  # leave extreme moving ranges out of the limits
    factor: float = LIMIT_FACTOR  # of the mean moving range, from the central line to a limit
    range_factor: float = SCREEN_FACTOR  # of the mean moving range, up to the limit of the moving ranges
    outside: bool = True  # a point beyond a limit is a signal
    run: int | None = None  # so many in a row on one side of the central line
    trend: int | None = None  # so many in a row that rise, or that fall
    near: NearLimit | None = None
    runs_analysis: bool = False  # Anhøj: the longest run and the number of crossings against what chance allows


_NHS_NEAR = NearLimit(least=2, of=3, share=2 / 3, one_side=True, beyond_counts=False, place="close to a limit")

RULE_SETS = {
    "nhs_r": RuleSet(
        name="nhs_r",
        source="NHSRplotthedots (screened limits), after NHS England, Making Data Count",
        screen=True,
        run=7,
        trend=7,
        near=_NHS_NEAR,
    ),
    "nhs_excel": RuleSet(
        name="nhs_excel",
        source="NHS England, Making Data Count, Excel tool (limits not screened), as NHSRplotthedots tells it",
        run=7,
        trend=7,
        near=_NHS_NEAR,
    ),
    "wheeler": RuleSet(
        name="wheeler",
        source="Wheeler, Understanding Variation and Making Sense of Data",
        range_factor=3.268,  # as Making Sense of Data prints it; Understanding Variation rounds to 3.27
        run=8,
        near=NearLimit(
            least=3,
            of=4,
            share=1 / 2,
            one_side=False,
            beyond_counts=True,
            place="nearer to a limit than to the centre",
        ),
    ),
    "anhoej": RuleSet(
        name="anhoej",
        source="Anhøj and Olesen (2014), as qicharts2 has them; Schilling (2012), Chen (2010)",
        centre="median",
        factor=3 / 1.128,  # as qicharts2 writes it
        outside=False,
        runs_analysis=True,
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


def close_to_limit(values: Floats, mean: Floats, upper: Floats, outside: Bools, near: NearLimit) -> Bools:
    """Further from the central line than `near.share` of the way to a limit; exactly there is not close."""
    reach = near.share * (upper - mean)
    close = np.abs(values - mean) > reach + slack(mean)
    return close if near.beyond_counts else close & ~outside


def near_a_limit(close: Bools, side: Ints, codes: Ints, near: NearLimit) -> Bools:
    """Close points that belong to `near.of` in a row of which `near.least` or more are close to the same limit."""
    n, width = close.size, near.of
    found = np.zeros(n, dtype=bool)
    if n < width:
        return found
    last = n - width + 1
    same_series = codes[width - 1 :] == codes[:last]
    for which in (1, -1):
        here = close & (side == which)
        count = _moving_sum(here, width)
        window = same_series & (count >= near.least)
        if near.one_side:
            window &= _moving_sum(side == which, width) == width
        for offset in range(width):
            found[offset : last + offset] |= window & here[offset : last + offset]
    return found


def _moving_sum(marks: Bools, width: int) -> Ints:
    """How many of each `width` neighbours are marked, at the place of the first of them."""
    total = np.r_[0, np.cumsum(marks)]
    return total[width:] - total[:-width]
