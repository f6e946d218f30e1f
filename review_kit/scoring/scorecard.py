"""The scorecard: actual, target, met, score and status of every KPI at a checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Self

import numpy as np
import pandas as pd

from review_kit.model.period import Checkpoint
from review_kit.model.profile import MIN_CONFIDENCE, PROFILES, Profile, Rollup
from review_kit.model.words import Direction
from review_kit.params import Scoring
from review_kit.scoring.actual import Rows, actuals_at, caveats
from review_kit.scoring.profile_scores import level_paths, points, profile_of, progress_made, scores
from review_kit.scoring.profiles import distance_to_band, met
from review_kit.scoring.rollup import roll_up, weights_by_target
from review_kit.scoring.series import whole_series
from review_kit.scoring.status import status_of
from review_kit.scoring.targets_at import targets_at
from review_kit.scoring.trace import traces

_CARRIED = ["kpi_id", "objective_id", "name", "unit", "decimals", "direction", "weight", "owner", "guardrail"]

_USUAL = PROFILES[Profile.PROGRESS]
_JUST_SHORT = 1.0 - 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRules:
    """How a cycle scores; the values come from its params, the defaults are those of `progress`."""

    profile: str = str(Profile.PROGRESS)
    green: float = _USUAL.green
    amber: float = _USUAL.amber
    cap: float = _USUAL.cap
    min_confidence: float = MIN_CONFIDENCE
    rollup: str = str(_USUAL.rollup)
    weights: str = "stated"
    thresholds: Mapping[str, tuple[float, float]] = field(default_factory=dict)  # green and amber of other profiles

    @classmethod
    def published(cls, profile: str, **changed: float | str) -> Self:
        """The rules of a profile as its source has them, but for what is `changed`."""
        usual = PROFILES[profile]
        told = {"green": usual.green, "amber": usual.amber, "cap": usual.cap, "rollup": str(usual.rollup)}
        return cls(profile=profile, **{**told, **changed})  # type: ignore[arg-type]

    @classmethod
    def of(cls, chosen: Scoring) -> Self:
        """The rules that the params of a cycle choose."""
        told = {name: getattr(chosen, name) for name in ("profile", "green", "amber", "cap", "rollup", "weights")}
        others = {str(name): (one.green, one.amber) for name, one in chosen.thresholds.items()}
        return cls(**told, min_confidence=chosen.min_confidence, thresholds=others)

    @property
    def floor(self) -> float:
        """The least that a score counts where scores are brought together."""
        return 0.0 if self.rollup == Rollup.GEOMETRIC else PROFILES[self.profile].floor

    def limits(self, profile: pd.Series) -> tuple[pd.Series, pd.Series]:
        """For each row the scores from which its profile calls it on target, and near."""
        known = {name: (published.green, published.amber) for name, published in PROFILES.items()}
        known |= {**self.thresholds, self.profile: (self.green, self.amber)}
        return (
            profile.map({name: green for name, (green, _) in known.items()}),
            profile.map({name: amber for name, (_, amber) in known.items()}),
        )

    def rolled_up(self, scores: pd.DataFrame, objectives: pd.DataFrame, organisation: str) -> pd.DataFrame:
        """Scores of KPIs brought together by these rules; see `roll_up`."""
        return roll_up(
            scores,
            objectives,
            organisation=organisation,
            green=self.green,
            amber=self.amber,
            cap=self.cap,
            min_confidence=self.min_confidence,
            floor=self.floor,
            method=self.rollup,
        )


def score_kpis(
    measures: pd.DataFrame,
    kpis: pd.DataFrame,
    targets: pd.DataFrame,
    checkpoint: Checkpoint,
    rules: ScoringRules,
    series: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per KPI, in the order of `kpis`.

    Columns: kpi_id objective_id name unit decimals direction weight owner guardrail actual origin target target_low
    target_high target_origin strict red_flag baseline met progress profile score points status confidence n_periods
    n_expected certainty last_end previous_actual previous_origin change gap caveat trace. `gap` is actual minus target
    (for a range: minus the nearest bound, 0 inside). A KPI is not scored without an actual, without a target, or when
    fewer than `min_confidence` of its due values came. Where values of a KPI that adds up are missing, target and
    baseline are those of the values that came. `series` is what `whole_series` makes of the measures, where somebody
    has made it already.
    """
    if series is None:
        series = whole_series(measures, kpis)
    kpis = kpis.reset_index(drop=True)
    profile = profile_of(kpis, rules.profile)
    rows = Rows.of(series, kpis)
    goals = targets_at(kpis, targets, checkpoint, series, level_path=level_paths(kpis, profile), rows=rows)
    found = actuals_at(series, kpis, checkpoint, rows)
    table = pd.concat([kpis[_CARRIED], found.drop(columns="kpi_id"), goals.drop(columns="kpi_id")], axis=1)
    table["profile"] = profile
    if rules.weights == "target":
        table["weight"] = weights_by_target(kpis)
    judged = table["actual"].where(table["confidence"].ge(rules.min_confidence))
    low, high, target = table["target_low"], table["target_high"], table["target"]
    is_range = table["direction"].eq(Direction.RANGE)
    table["met"] = met(judged, target, low, high, table["direction"], table["decimals"], table["strict"])
    table["progress"] = progress_made(table, judged)
    green, amber = rules.limits(profile)
    bounds = profile.map({name: published.cap for name, published in PROFILES.items()}).mask(
        profile.eq(rules.profile), rules.cap
    )
    score = scores(table, judged, kpis, series, checkpoint)
    table["score"] = score.mask(score.eq(np.inf), bounds)
    table["points"] = points(table)
    missed = table["met"].eq(other=False).fillna(value=False).astype(bool)
    # a tie that misses a strict target scores 1 and is near, not on target
    told = table["score"].mask(missed & table["strict"].astype(bool), table["score"].clip(upper=_JUST_SHORT))
    table["status"] = status_of(table["met"], told, green=green, amber=amber)
    table["change"] = table["actual"] - table["previous_actual"]
    beyond = np.sign(table["actual"] - low.where(table["actual"] < low, high))
    outside = beyond * distance_to_band(table["actual"], low, high)
    table["gap"] = (table["actual"] - target).where(~is_range, outside)
    table["caveat"] = caveats(table)
    table["trace"] = table["kpi_id"].map(traces(measures, kpis, checkpoint)).astype("str")
    return table


def named_profiles(scores: pd.DataFrame) -> list[Profile]:
    """The profiles that KPIs were scored by, in the order of the vocabulary."""
    used = set(scores["profile"])
    return [profile for profile in Profile if str(profile) in used]
