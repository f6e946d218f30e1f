"""What share of its target a KPI reached: one small rule per profile, on whole columns."""

import numpy as np
import pandas as pd

from review_kit.model.words import Direction


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
    actual: pd.Series, target: pd.Series, low: pd.Series, high: pd.Series, direction: pd.Series, decimals: pd.Series
) -> pd.Series:
    """Whether the actual reaches its target in the KPI's direction; a tie is met; missing where either is missing.

    Judged at the published precision where `decimals` says so. A range KPI meets its target inside [low, high].
    """
    value, goal = rounded(actual, decimals), rounded(target, decimals)
    is_range = direction.eq(Direction.RANGE)
    reached = np.select(
        [direction.eq(Direction.HIGHER), direction.eq(Direction.LOWER), is_range],
        [value >= goal, value <= goal, (value >= rounded(low, decimals)) & (value <= rounded(high, decimals))],
        default=False,
    )
    known = actual.notna() & (low.notna() & high.notna()).where(is_range, target.notna())
    return pd.Series(reached, index=actual.index).astype("boolean").where(known, pd.NA)


def distance_to_band(values: pd.Series, low: pd.Series, high: pd.Series) -> pd.Series:
    """How far a value lies outside [low, high]; 0 inside."""
    return (low - values).clip(lower=values - high).clip(lower=0.0)


def progress(actual: pd.Series, baseline: pd.Series, target: pd.Series) -> pd.Series:
    """Share of the way from baseline to target: 0 at the baseline, 1 at the target, beyond either without a cap.

    Serves both directions, since the target lies below the baseline where lower is better. Missing where the
    baseline is missing or equals the target: such a KPI maintains, it does not progress.
    Source: Healthy People 2020, percentage of targeted change achieved.
    """
    return (actual - baseline) / (target - baseline).where(target != baseline)


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
