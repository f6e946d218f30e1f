"""From the series of all KPIs to points with signals, and one reading per KPI."""

import numpy as np
import pandas as pd

from review_kit.model.words import Assurance, Direction, Variation
from review_kit.signals.rules import (
    RuleSet,
    long_run,
    long_trend,
    outside_limits,
    run_lengths,
    side_of_mean,
    steps_of,
    two_of_three,
)
from review_kit.signals.xmr import limits

MIN_POINTS = 6  # Wheeler: five or six values already make useful limits; fewer say nothing
TRIAL_LIMITS_BELOW = 12  # Wheeler: limits firm up at a dozen points; the report calls fewer "trial limits"

_RULE_WORDS = {
    "outside": "beyond a natural limit",
    "run": "long run on one side of the mean",
    "trend": "steady rise or fall",
    "two_of_three": "two of three close to a limit",
}


def process_behaviour(series: pd.DataFrame, kpis: pd.DataFrame, rules: RuleSet) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read every KPI's series (kpi_id, period_end, value; sorted) against its natural limits.

    Returns:
        points: the rows of `series` with mean, lower, upper, sigma, signal (Variation word), rule (which one fired,
            in words; empty for none). KPIs with fewer than six points have no limits and no signal.
        readings: one row per KPI of `kpis`: n_points, trial (fewer than twelve), mean, lower, upper, sigma,
            variation (of the latest point), rule, rising (the latest points all move the better way, as many as make a
            trend), assurance (whether the target lies outside the limits; unknown
            while the latest point is a signal, which is stricter than NHSRplotthedots).

    """
    points = series[series["kpi_id"].isin(kpis["kpi_id"])].reset_index(drop=True).copy()
    codes, ids = pd.factorize(points["kpi_id"])
    codes = codes.astype(np.int64)
    values = points["value"].to_numpy(dtype=np.float64)
    found = limits(values, codes, screen=rules.screen)
    mean, lower, upper = found.mean[codes], found.lower[codes], found.upper[codes]
    side = side_of_mean(values, mean)
    outside = outside_limits(values, lower, upper)
    close = ~outside & (np.abs(values - mean) > rules.near * (upper - mean))
    fired = {
        "outside": outside,
        "run": long_run(side, codes, rules.run),
        "trend": long_trend(values, codes, rules.trend),
        "two_of_three": two_of_three(close, side, codes),
    }
    enough = found.n[codes] >= MIN_POINTS
    goals = kpis.set_index("kpi_id").reindex(ids)
    better = _better_side(goals, found.mean)[codes]
    special = enough & np.logical_or.reduce(list(fired.values()))
    points["mean"], points["lower"], points["upper"] = (np.where(enough, x, np.nan) for x in (mean, lower, upper))
    points["sigma"] = np.where(enough, found.sigma[codes], np.nan)
    points["signal"] = np.select(
        [~enough, ~special, side == better],
        [Variation.TOO_FEW, Variation.COMMON_CAUSE, Variation.IMPROVEMENT],
        default=Variation.CONCERN,
    )
    steps = steps_of(values, codes)
    points["rising"] = (run_lengths(steps, codes) >= rules.trend - 1) & (steps == better) & (steps != 0)
    points["rule"] = np.select([special & mark for mark in fired.values()], [_RULE_WORDS[k] for k in fired], default="")
    readings = points.drop_duplicates("kpi_id", keep="last").set_index("kpi_id")
    readings = readings[["mean", "lower", "upper", "sigma", "signal", "rule", "rising"]].rename(
        columns={"signal": "variation"}
    )
    readings["n_points"] = found.n
    # limits of a process that is changing promise nothing about its next value
    stable = readings["variation"].eq(Variation.COMMON_CAUSE)
    readings["assurance"] = _assurance(readings, goals).where(stable, str(Assurance.UNKNOWN))
    readings = readings.reindex(kpis["kpi_id"]).rename_axis("kpi_id").reset_index()
    readings["n_points"] = readings["n_points"].fillna(0).astype("int64")
    readings["trial"] = readings["n_points"].lt(TRIAL_LIMITS_BELOW)
    readings["variation"] = readings["variation"].fillna(str(Variation.TOO_FEW)).astype("str")
    readings["assurance"] = readings["assurance"].fillna(str(Assurance.UNKNOWN)).astype("str")
    readings["rule"] = readings["rule"].fillna("").astype("str")
    readings["rising"] = readings["rising"].eq(other=True).fillna(value=False).astype(bool)
    return points, readings


def _better_side(goals: pd.DataFrame, mean: np.ndarray) -> np.ndarray:
    """Per series, the better side of the mean: +1 above, -1 below; a range KPI gets better toward its middle."""
    middle = (goals["target_low"] + goals["target_high"]).to_numpy(dtype=np.float64) / 2
    toward_middle = np.nan_to_num(np.sign(middle - mean))
    direction = goals["direction"].to_numpy()
    return np.select([direction == Direction.HIGHER, direction == Direction.LOWER], [1, -1], default=toward_middle)


def _assurance(readings: pd.DataFrame, goals: pd.DataFrame) -> pd.Series:
    """Pass or fail where the target lies beyond a natural limit, hit or miss where it lies between them.

    The target of one period is compared with the limits of single periods; for KPIs that add up over the year the
    caller gives the target of a period. Source: NHSRplotthedots, ptd_calculate_assurance_type.
    """
    target, lower, upper = goals["period_target"], readings["lower"], readings["upper"]
    higher = goals["direction"].eq(Direction.HIGHER)
    is_range = goals["direction"].eq(Direction.RANGE)
    inside = goals["target_low"].le(lower) & goals["target_high"].ge(upper)
    apart = goals["target_low"].gt(upper) | goals["target_high"].lt(lower)
    words = np.select(
        [
            lower.isna() | (target.isna() & ~is_range) | (goals["target_low"].isna() & is_range),
            is_range & inside,
            is_range & apart,
            is_range,
            target.gt(upper),
            target.lt(lower),
        ],
        [
            Assurance.UNKNOWN,
            Assurance.PASS,
            Assurance.FAIL,
            Assurance.HIT_OR_MISS,
            higher.map({True: str(Assurance.FAIL), False: str(Assurance.PASS)}),
            higher.map({True: str(Assurance.PASS), False: str(Assurance.FAIL)}),
        ],
        default=Assurance.HIT_OR_MISS,
    )
    return pd.Series(words, index=readings.index, dtype="str")
