"""One rule set on the values of all phases: limits, and which rules fire where.

Arrays are as in `review_kit.signals.xmr`; each phase of a series is a series here, and all results have one entry per
point.
"""

from dataclasses import dataclass

import numpy as np

from review_kit.signals.phases import ChartChoices
from review_kit.signals.rules import (
    RuleSet,
    close_to_limit,
    long_run,
    long_trend,
    near_a_limit,
    outside_limits,
    run_lengths,
    side_of_mean,
    steps_of,
)
from review_kit.signals.runs import runs_analysis
from review_kit.signals.xmr import (
    MEDIAN_LIMIT_FACTOR,
    MEDIAN_RANGE_FACTOR,
    Bools,
    Floats,
    Ints,
    Limits,
    Middle,
    limits,
    starts_of,
)

MIN_POINTS = 6  # Wheeler: five or six values already make useful limits; fewer say nothing
RECOVERY = 7  # so many points in a row the better way are a recovery, also where the rules know no trend
BEYOND_A_LIMIT = "beyond a natural limit"  # the words of the rule on single points
SUSTAINED = 8  # Wheeler's long run: a level that lasted so long may be a new process


@dataclass(frozen=True, slots=True)
class Judged:
    """Limits and signals; a point counts only where its phase has enough of them."""

    mean: Floats
    lower: Floats
    upper: Floats
    sigma: Floats
    range_upper: Floats
    n: Ints  # points of the phase
    n_used: Ints  # points that its limits rest on
    side: Ints  # +1 above the central line, -1 below, 0 on it
    steps: Ints  # +1 above the point before, -1 below, 0 level with it
    enough: Bools  # the phase has limits
    special: Bools  # some rule fired
    rule: Ints  # which of the rules fired first, as the place of its words; the last are those of none
    rule_words: tuple[str, ...]
    moving: Bools  # part of a long way in one direction
    run_began: Ints  # place of the first point of a sustained run that this point ends or goes on; 0 without one


def centre_of(rules: RuleSet, choices: ChartChoices) -> Middle:
    """Mean or median: what the cycle chose, otherwise the rule set's own."""
    return choices.centre or rules.centre


def ranges_of(choices: ChartChoices) -> Middle:
    """Mean or median moving range: what the cycle chose, otherwise as the centre that it chose."""
    return choices.ranges or choices.centre or "mean"


def factors_of(rules: RuleSet, choices: ChartChoices) -> tuple[float, float]:
    """What the typical moving range is multiplied by for the natural limits, and for the limit of the ranges."""
    if ranges_of(choices) == "mean":
        return rules.factor, rules.range_factor
    return MEDIAN_LIMIT_FACTOR, MEDIAN_RANGE_FACTOR


def natural_limits(values: Floats, codes: Ints, rules: RuleSet, choices: ChartChoices) -> Limits:
    """The limits of every series by a rule set."""
    factor, range_factor = factors_of(rules, choices)
    return limits(
        values,
        codes,
        screen=rules.screen,
        factor=factor,
        freeze=choices.freeze,
        centre=centre_of(rules, choices),
        ranges=ranges_of(choices),
        range_factor=range_factor,
    )


def judge(values: Floats, codes: Ints, rules: RuleSet, choices: ChartChoices) -> Judged:
    """Limits of every phase and what its points say by the rules."""
    found = natural_limits(values, codes, rules, choices)
    mean, lower, upper = found.mean[codes], found.lower[codes], found.upper[codes]
    side = side_of_mean(values, mean)
    enough = found.n[codes] >= MIN_POINTS
    fired = rules_that_fire(values, codes, side, (mean, lower, upper), rules, centre_of(rules, choices))
    special = enough & np.logical_or.reduce(list(fired.values()))
    steps = steps_of(values, codes)
    lengths = run_lengths(side, codes)
    begins = np.flatnonzero(starts_of(codes) | np.r_[True, side[1:] != side[:-1]]) if side.size else side
    sustained = (lengths >= max(rules.run or 0, SUSTAINED)) & (side != 0)
    return Judged(
        mean=mean,
        lower=lower,
        upper=upper,
        sigma=found.sigma[codes],
        range_upper=found.range_upper[codes],
        n=found.n[codes],
        n_used=found.n_used[codes],
        side=side,
        steps=steps,
        enough=enough,
        special=special,
        rule=np.select([special & mark for mark in fired.values()], range(len(fired)), default=len(fired)),
        rule_words=(*fired, ""),
        moving=(run_lengths(steps, codes) >= (rules.trend or RECOVERY) - 1) & (steps != 0),
        run_began=np.where(sustained, np.repeat(begins, np.diff(np.r_[begins, side.size])), 0),
    )


def rules_that_fire(
    values: Floats, codes: Ints, side: Ints, lines: tuple[Floats, Floats, Floats], rules: RuleSet, centre: str
) -> dict[str, Bools]:
    """The points at which each rule of the set fires, by its words, in the order in which they are told."""
    mean, lower, upper = lines
    outside = outside_limits(values, lower, upper)
    fired: dict[str, Bools] = {}
    if rules.outside:
        fired[BEYOND_A_LIMIT] = outside
    if rules.run is not None:
        fired[f"long run on one side of the {centre}"] = long_run(side, codes, rules.run)
    if rules.trend is not None:
        fired["steady rise or fall"] = long_trend(values, codes, rules.trend)
    if rules.near is not None:
        close = close_to_limit(values, mean, upper, outside, rules.near)
        fired[rules.near.words] = near_a_limit(close, side, codes, rules.near)
    if rules.runs_analysis:
        runs = runs_analysis(side, codes)
        fired[f"run on one side of the {centre} longer than chance allows"] = runs.in_long_run
        fired[f"fewer crossings of the {centre} than chance allows"] = runs.too_few_crossings[codes] & (side != 0)
    return fired
