"""From the series of all KPIs to points with signals, and one reading per KPI."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from pandas.api.extensions import ExtensionArray

from review_kit.model.words import Assurance, Direction, Variation
from review_kit.signals.judging import Judged, judge
from review_kit.signals.phases import ChartChoices, phase_starts
from review_kit.signals.rules import RuleSet, slack
from review_kit.signals.seasons import Season, seasons, timing_of
from review_kit.signals.xmr import Bools, Floats, Ints, moving_ranges

TRIAL_LIMITS_BELOW = 12  # Wheeler: limits firm up at a dozen points; the report calls fewer "trial limits"

_OF_LAST_POINT = {
    "sigma": "sigma", "range_upper": "range_upper", "signal": "variation", "rule": "rule", "rising": "rising",
    "phase_start": "phase_start", "phase_reason": "phase_reason", "shifted_since": "shifted_since",
}  # fmt: skip
_VARIATIONS = (Variation.TOO_FEW, Variation.COMMON_CAUSE, Variation.IMPROVEMENT, Variation.CONCERN)
_WITHOUT_POINTS: dict[str, tuple[str, object]] = {  # type and value of a KPI that has no point
    "n_points": ("int64", 0), "trial": ("bool", True), "variation": ("str", str(Variation.TOO_FEW)),
    "assurance": ("str", str(Assurance.UNKNOWN)), "rule": ("str", ""), "rising": ("bool", False),
    "seasonal": ("str", ""), "phase_reason": ("str", ""),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Places:
    """Which series and which phase each point belongs to."""

    codes: Ints  # of the series
    ids: pd.Index  # kpi_id of each series
    phases: Ints  # numbered over all series
    starts: Bools  # the first point of each phase
    reasons: list[str]  # why the phase begins that the point begins

    @property
    def first(self) -> Ints:
        """For each point, the first point of its phase."""
        return np.flatnonzero(self.starts)[self.phases] if self.phases.size else self.phases

    @property
    def last(self) -> Ints:
        """The last point of each series."""
        return np.flatnonzero(np.r_[self.codes[1:] != self.codes[:-1], True]) if self.codes.size else self.codes

    @property
    def number(self) -> Ints:
        """The phase within its series, 0 for the first."""
        begins = np.searchsorted(self.codes, self.codes)
        return self.phases - self.phases[begins] if self.phases.size else self.phases


def process_behaviour(
    series: pd.DataFrame, kpis: pd.DataFrame, rules: RuleSet, choices: ChartChoices | None = None
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Read every KPI's series (kpi_id, period_start, period_end, value; sorted) against its natural limits.

    A KPI with a season is judged without it. Limits, runs and signals start anew with each phase.

    Returns:
        points: the rows of `series` with
            adjusted: the value without its season, which is what the rules judge,
            mean, lower, upper: as they stand in the point's own month, so that they can be drawn with the raw value,
            season_factor, season_added: what makes the value of an average month that of the point's own month,
            sigma, moving_range, range_upper: of adjusted values,
            signal: Variation word; rule: which one fired, in words, empty for none,
            jump: whether the moving range lies above its limit,
            phase: 0 for the first; phase_start: its first day; phase_reason: why it began, empty for the first.
            Phases with fewer than six points have no limits and no signal.
        readings: one row per KPI of `kpis`, from its last phase:
            n_points, trial (limits that rest on fewer than twelve),
            mean, lower, upper, sigma: of an average month,
            variation (of the latest point), rule,
            rising: the latest points all move the better way, as many as make a trend,
            seasonal: 'ratio', 'difference', or empty,
            phase_start, phase_reason,
            shifted_since: first day of a run so long, up to the latest point, that a rebase may be justified,
            assurance: whether the target lies outside the limits; unknown while the latest point is a signal, which is
            stricter than NHSRplotthedots.

    """
    choices = choices or ChartChoices()
    points = series[series["kpi_id"].isin(kpis["kpi_id"])].reset_index(drop=True).copy()
    places = _places(points, choices)
    goals = kpis.set_index("kpi_id").reindex(places.ids)
    raw = points["value"].to_numpy(dtype=np.float64)
    season = seasons(raw, places.codes, places.number, timing_of(points, places.codes), *_seasonal(goals, choices))
    values = season.without(raw)
    judged = judge(values, places.phases, rules, choices)
    better = _better_side(goals, places.codes, judged.mean)
    overshoots = _overshoots(goals, places.codes, values, judged.mean)
    points = _told(points, values, places, season, judged, better, overshoots)
    readings = _of_last_phase(points, goals, places, season, judged)
    readings = readings.reindex(kpis["kpi_id"]).rename_axis("kpi_id").reset_index()
    for name, (_, blank) in _WITHOUT_POINTS.items():
        readings[name] = readings[name].astype("object").where(readings[name].notna(), blank)
    return points, readings.astype({name: kind for name, (kind, _) in _WITHOUT_POINTS.items()})


def _places(points: pd.DataFrame, choices: ChartChoices) -> _Places:
    codes, ids = pd.factorize(points["kpi_id"])
    codes = codes.astype(np.int64)
    starts, reasons = phase_starts(points, codes, pd.Index(ids), choices.rebase)
    return _Places(codes, pd.Index(ids), (np.cumsum(starts) - 1).astype(np.int64), starts, reasons)


def _seasonal(goals: pd.DataFrame, choices: ChartChoices) -> tuple[Bools, Bools]:
    """Per series, whether a season was declared (also by a target that follows one), and whether to look for one."""
    ids = goals.index
    never = ids.isin(list(choices.not_seasonal))
    declared = ids.isin(list(choices.seasonal))
    if "path" in goals:
        declared |= goals["path"].eq("seasonal").to_numpy(dtype=bool)
    return declared & ~never, np.full(len(ids), choices.test_seasons) & ~never


def _told(
    points: pd.DataFrame,
    values: Floats,
    places: _Places,
    season: Season,
    judged: Judged,
    better: Ints,
    overshoots: Bools,
) -> pd.DataFrame:
    """The points with what was found about each."""
    special, enough = judged.special, judged.enough
    moved, most = moving_ranges(values, places.phases), np.where(enough, judged.range_upper, np.nan)
    told: dict[str, np.ndarray | ExtensionArray] = {
        "adjusted": values,
        "season_factor": season.factor,
        "season_added": season.added,
        "moving_range": moved,
        "range_upper": most,
        "jump": moved > most + slack(judged.mean),
        "sigma": np.where(enough, judged.sigma, np.nan),
    }
    for name in ("mean", "lower", "upper"):
        told[name] = np.where(enough, season.within(getattr(judged, name)), np.nan)
    improves = (judged.side == better) & ~overshoots
    variation = np.select([~enough, ~special, improves], range(3), default=3)
    told["signal"] = _picked(_VARIATIONS, variation)
    told["rising"] = judged.moving & (judged.steps == better)
    told["rule"] = _picked(judged.rule_words, judged.rule)
    told["phase"] = places.number
    days = points["period_start"].to_numpy()
    told["phase_start"] = days[places.first]
    began = judged.run_began
    told["shifted_since"] = np.where(enough & (began > places.first), days[began], np.datetime64("NaT"))
    told["phase_reason"] = _picked([places.reasons[at] for at in np.flatnonzero(places.starts)], places.phases)
    return points.assign(**told)


def _picked(words: Sequence[str], which: Ints) -> ExtensionArray:
    """The words at these places, many times faster than texts made one by one."""
    return pd.array(list(words), dtype="str").take(which)


def _of_last_phase(
    points: pd.DataFrame, goals: pd.DataFrame, places: _Places, season: Season, judged: Judged
) -> pd.DataFrame:
    last = places.last
    readings = points.iloc[last].set_index("kpi_id")[list(_OF_LAST_POINT)].rename(columns=_OF_LAST_POINT)
    enough = judged.enough[last]
    for name in ("mean", "lower", "upper"):
        readings[name] = np.where(enough, getattr(judged, name)[last], np.nan)
    readings["n_points"] = judged.n[last]
    readings["trial"] = judged.n_used[last] < TRIAL_LIMITS_BELOW
    readings["seasonal"] = np.select([season.is_ratio, season.found], ["ratio", "difference"], default="")
    told = season.found & readings["rule"].ne("").to_numpy()
    readings["rule"] = readings["rule"].mask(told, readings["rule"] + ", its season taken out")
    # limits of a process that is changing promise nothing about its next value
    stable = readings["variation"].eq(Variation.COMMON_CAUSE)
    readings["assurance"] = _assurance(readings, goals).where(stable, str(Assurance.UNKNOWN))
    return readings


def _better_side(goals: pd.DataFrame, codes: Ints, mean: Floats) -> Ints:
    """Per point, the better side of the mean: +1 above, -1 below; a range KPI gets better toward its middle."""
    middle = ((goals["target_low"] + goals["target_high"]).to_numpy(dtype=np.float64) / 2)[codes]
    toward_middle = np.nan_to_num(np.sign(middle - mean))
    direction = goals["direction"].to_numpy()[codes]
    sides = np.select([direction == Direction.HIGHER, direction == Direction.LOWER], [1, -1], default=toward_middle)
    return sides.astype(np.int64)


def _overshoots(goals: pd.DataFrame, codes: Ints, values: Floats, mean: Floats) -> Bools:
    """Per point of a range KPI, whether it is as far from the middle of the band as the mean, or further.

    From below the band to as far above it is no improvement.
    """
    middle = ((goals["target_low"] + goals["target_high"]).to_numpy(dtype=np.float64) / 2)[codes]
    is_range = goals["direction"].eq(Direction.RANGE).to_numpy(dtype=bool)[codes]
    return is_range & (np.abs(values - middle) >= np.abs(mean - middle))


def _assurance(readings: pd.DataFrame, goals: pd.DataFrame) -> pd.Series:
    """Pass or fail where the target lies beyond a natural limit, hit or miss where it lies between them or on one.

    What never varies and stands on its target passes, and fails where a tie misses. The target of one period is
    compared with the limits of single periods; for KPIs that add up over the year the caller gives that of a period.
    Source: NHSRplotthedots, ptd_calculate_assurance_type.
    """
    target, lower, upper = goals["period_target"], readings["lower"], readings["upper"]
    spare = slack(readings["mean"].to_numpy(dtype=np.float64))  # limits of equal values differ in the last digit
    higher = goals["direction"].eq(Direction.HIGHER)
    is_range = goals["direction"].eq(Direction.RANGE)
    inside = goals["target_low"].le(lower + spare) & goals["target_high"].ge(upper - spare)
    apart = goals["target_low"].gt(upper + spare) | goals["target_high"].lt(lower - spare)
    above, below = target.gt(upper + spare), target.lt(lower - spare)
    still = (upper - lower).le(2 * spare) & ~above & ~below
    tie_misses = (goals["strict"] if "strict" in goals else pd.Series(False, goals.index)).eq(other=True)
    tie_misses = tie_misses.fillna(value=False).astype(bool)
    words = np.select(
        [
            lower.isna() | (target.isna() & ~is_range) | (goals["target_low"].isna() & is_range),
            is_range & inside,
            is_range & apart,
            is_range,
            above,
            below,
            still,
        ],
        [
            Assurance.UNKNOWN,
            Assurance.PASS,
            Assurance.FAIL,
            Assurance.HIT_OR_MISS,
            higher.map({True: str(Assurance.FAIL), False: str(Assurance.PASS)}),
            higher.map({True: str(Assurance.PASS), False: str(Assurance.FAIL)}),
            tie_misses.map({True: str(Assurance.FAIL), False: str(Assurance.PASS)}),
        ],
        default=Assurance.HIT_OR_MISS,
    )
    return pd.Series(words, index=readings.index, dtype="str")
