"""Targets that cannot exist, that nothing can meet, or that promise less than what already is."""

import pandas as pd

from review_kit.model.words import Direction


def out_of_bounds(target: pd.Series, lower_bound: pd.Series, upper_bound: pd.Series) -> pd.Series:
    """Targets that cannot exist: beyond a bound of the measure, such as an uptime of 108.9 %; no bound, no limit."""
    return target.gt(upper_bound) | target.lt(lower_bound)


def breaks_bounds(kpis: pd.DataFrame) -> pd.Series:
    """KPIs whose target, or an end of whose band, lies beyond a bound of the measure."""
    beyond = [
        out_of_bounds(kpis[goal], kpis["lower_bound"], kpis["upper_bound"])
        for goal in ("target", "target_low", "target_high")
    ]
    return beyond[0] | beyond[1] | beyond[2]


def unreachable(kpis: pd.DataFrame) -> pd.Series:
    """KPIs whose target no value inside the bounds can meet; a band that only sticks out of them can be met."""
    higher, lower = kpis["direction"].eq(Direction.HIGHER), kpis["direction"].eq(Direction.LOWER)
    least, most = kpis["lower_bound"], kpis["upper_bound"]
    apart = kpis["target_low"].gt(most) | kpis["target_high"].lt(least)
    beyond = (higher & kpis["target"].gt(most)) | (lower & kpis["target"].lt(least))
    return beyond | (kpis["direction"].eq(Direction.RANGE) & apart)


def easier_than_baseline(kpis: pd.DataFrame) -> pd.Series:
    """Targets that promise less than what already is, in the KPI's direction."""
    higher, lower = kpis["direction"].eq(Direction.HIGHER), kpis["direction"].eq(Direction.LOWER)
    return (higher & kpis["target"].lt(kpis["baseline"])) | (lower & kpis["target"].gt(kpis["baseline"]))
