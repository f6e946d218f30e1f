"""What share of its target a KPI reached: one small rule per profile, on whole columns."""

import numpy as np
import pandas as pd

from review_kit.model.profile import PROFILES, Profile
from review_kit.model.words import Direction

_BINARY_NOISE = 1e-12  # of the larger of two numbers
_NOTHING = 0.001  # what Open SDG puts in the place of a base or a target of 0, from which nothing can grow


def rounded(values: pd.Series, decimals: pd.Series) -> pd.Series:
    """Values at their published precision, halves away from zero; unrounded where `decimals` is missing.

    Half away from zero is how printed tables round; a nudge of four units in the last place undoes binary noise such
    as 2.675 = 2.67499…, and is nothing to a number of any size.
    """
    power = 10.0 ** decimals.fillna(0)
    scaled = values.abs() * power
    published = np.sign(values) * np.floor(scaled + 0.5 + 4 * np.spacing(scaled)) / power
    return published.where(decimals.notna(), values)


def met(
    actual: pd.Series,
    target: pd.Series,
    low: pd.Series,
    high: pd.Series,
    direction: pd.Series,
    decimals: pd.Series,
    strict: pd.Series | None = None,
) -> pd.Series:
    """Whether the actual reaches its target in the KPI's direction; missing where either is missing.

    A tie is met, and where `strict` says so it is not. Judged at the published precision where `decimals` says so;
    what binary arithmetic adds to a sum is no difference. A range KPI meets its target inside [low, high].
    Source of strict: Quantive, should stay below / above: "the comparison is < or >, not <= or >=".
    """
    value = rounded(actual, decimals)
    is_range = direction.eq(Direction.RANGE)
    least = np.where(pd.Series(False, actual.index) if strict is None else strict.fillna(value=False), 1, 0)
    side = side_of(value, rounded(target, decimals))
    from_low, to_high = side_of(value, rounded(low, decimals)), -side_of(value, rounded(high, decimals))
    reached = np.select(
        [direction.eq(Direction.HIGHER), direction.eq(Direction.LOWER), is_range],
        [side >= least, -side >= least, (from_low >= least) & (to_high >= least)],
        default=False,
    )
    known = actual.notna() & (low.notna() & high.notna()).where(is_range, target.notna())
    return pd.Series(reached, index=actual.index).astype("boolean").where(known, pd.NA)


def side_of(value: pd.Series, goal: pd.Series) -> pd.Series:
    """+1 above the goal, -1 below, 0 at it: three times 0.1 is 0.30000000000000004, and meets a limit of 0.3."""
    apart = value - goal
    return pd.Series(np.sign(apart), index=apart.index).mask(
        apart.abs() <= _BINARY_NOISE * value.abs().clip(lower=goal.abs()), 0.0
    )


def distance_to_band(values: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    """How far a value lies outside [low, high]; 0 inside."""
    return (low - values).clip(lower=values - high).clip(lower=0.0)


def progress(actual: pd.Series, baseline: pd.Series, target: pd.Series) -> pd.Series:
    """Share of the way from baseline to target: 0 at the baseline, 1 at the target, beyond either without a cap.

    Serves both directions, since the target lies below the baseline where lower is better. Missing where the
    baseline is missing or equals the target: such a KPI maintains, it does not progress.
    Source: Healthy People 2020, percentage of targeted change achieved.
    """
    return (actual - baseline) / (target - baseline).where(side_of(target, baseline) != 0)


def band_progress(actual: pd.Series, baseline: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    """Share of the way from the baseline into the band: 1 anywhere inside, missing where the baseline lies inside."""
    start = distance_to_band(baseline, low, high)
    return 1.0 - distance_to_band(actual, low, high) / start.where(start != 0)


def attainment(actual: pd.Series, target: pd.Series, direction: pd.Series) -> pd.Series:
    """Actual over target where higher is better, target over actual where lower is better; 1 at the target.

    Only a ratio of quantities that are not negative means anything: missing where the actual or the target is below
    0, and where more is better than a target of 0. Fewer than a target above 0 down to none at all reaches
    infinitely far, which the cap of the cycle bounds; none where none was promised is exactly 1.
    Source: the attainment percentage of balanced-scorecard practice.
    """
    lower = direction.eq(Direction.LOWER)
    share = (actual / target).where(~lower, target / actual).mask(lower & actual.eq(0) & target.eq(0), 1.0)
    return share.where((actual >= 0) & (target >= 0) & (lower | (target > 0)))


def closeness(actual: pd.Series, target: pd.Series) -> pd.Series:
    """1 at the target, falling by the relative distance from it, never below 0; for KPIs that maintain a level.

    From a target of nought every distance is without measure: 1 at it, 0 anywhere else.
    """
    share = (1.0 - (actual - target).abs() / target.abs().where(target != 0)).clip(lower=0.0)
    return share.mask(target.eq(0) & actual.notna(), actual.eq(0).astype(float))


def goalposts(values: pd.Series, low: pd.Series, high: pd.Series, direction: int = 1) -> pd.Series:
    """Share of the way from the lower to the upper goalpost, 0 to 1; with `direction` -1 from the upper to the lower.

    Source: COINr, n_goalposts.
    """
    share = (values - low) / (high - low).where(high != low)
    return (share if direction > 0 else 1.0 - share).clip(lower=0.0, upper=1.0)


def goal_redflag(actual: pd.Series, goal: pd.Series, red_flag: pd.Series) -> pd.Series:
    """0 at the red flag, 1 at the goal, beyond either without a cap; the red flag is on the worse side of the goal."""
    return progress(actual, red_flag, goal)


def goal_redflag_points(score: pd.Series) -> pd.Series:
    """The same on the source's scale of 0 to 10: a third at the red flag, two thirds at the goal.

    0 lies as far beyond the red flag, and 10 as far beyond the goal, as they lie apart.
    Source: Spider Strategies, using KPI scoring types (goal 700, red flag 500: 300 is 0 and 900 is 10).
    """
    published = PROFILES[Profile.GOAL_REDFLAG]
    ends = pd.Series(published.floor, score.index), pd.Series(published.cap, score.index)
    return 10.0 * goalposts(score, *ends)


def health(progress_made: pd.Series, expected: pd.Series) -> pd.Series:
    """Progress over expected progress; missing where nothing is expected yet.

    Source: Cascade, what does each health mean (50 of 55 is 91 %, 15 of 22 is 68 %).
    """
    return progress_made / expected.where(expected != 0)


def periods_met(met_by_period: pd.Series, keys: pd.Series) -> pd.Series:
    """By key, the share of its periods that met the target; of periods without a value nothing is said.

    Source: ServiceNow, maintain above / below / constant (11 of 12 months: 92 %), which counts a period without a value
    as not met.
    """
    return met_by_period.astype("Float64").astype("float64").groupby(keys, sort=False).mean()


def growth(value: pd.Series, base: pd.Series, years: pd.Series) -> pd.Series:
    """Compound annual growth rate; missing where the sign changes or no time has passed. Nought counts as 0.001."""
    ratio = value / base.mask(base.eq(0), _NOTHING)
    return (ratio.where(ratio >= 0) ** (1.0 / years.where(years > 0))) - 1.0


def growth_ratio(
    actual: pd.Series,
    base: pd.Series,
    target: pd.Series,
    direction: pd.Series,
    years: pd.Series,
    years_in_all: pd.Series,
) -> pd.Series:
    """Annual rate achieved over annual rate required to reach the target on time; 1 keeps pace, below 0 moves away.

    `years` from base to actual, `years_in_all` from base to target. The rate is counted the better way, and turned
    where all values are negative. Missing where base and actual or target differ in sign, and where base is target.
    Source: Open SDG, progress measurement methodology (Statistics Canada, after Eurostat).
    """
    required = growth(target.mask(target.eq(0), _NOTHING), base, years_in_all).abs()
    way = np.where(direction.eq(Direction.LOWER), -1.0, 1.0) * np.where(base < 0, -1.0, 1.0)
    return growth(actual, base, years) * way / required.where(required != 0)


def growth_points(ratio: pd.Series, reached: pd.Series) -> pd.Series:
    """The ratio on the source's scale: -5 at -60 %, 0 at 60 %, 5 at 130 % and where the target is reached."""
    published = PROFILES[Profile.CAGR]
    points = np.interp(ratio, [published.floor, published.amber, published.cap], [-5.0, 0.0, 5.0])
    return (
        pd.Series(points, index=ratio.index).where(ratio.notna()).mask(reached.eq(other=True).fillna(value=False), 5.0)
    )
