"""How a review is explained: what drove its changes, and which of its conclusions rest on a choice."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import pandas as pd

from review_kit.comparison import compare, empty_bridge, empty_comparison, score_bridge
from review_kit.model.profile import Rollup
from review_kit.model.words import Status
from review_kit.scoring import ScoringRules, score_kpis
from review_kit.scoring.drivers import ratio_drivers, segment_drivers
from review_kit.scoring.families import Limits
from review_kit.scoring.score_drivers import score_drivers
from review_kit.scoring.sensitivity import MISSING, ROLL_UP, sensitivity

if TYPE_CHECKING:
    from review_kit.desk.review import Review

_METHODS = {Rollup.MEAN: "weighted mean", Rollup.GEOMETRIC: "geometric mean", Rollup.WORST: "worst score"}


def rollup_of(review: "Review") -> pd.DataFrame:
    """Scores of the strategy, its perspectives and its objectives, with the last review's beside them."""
    table = rolled_up(review, review.scores, review.rules)
    previous = {} if review.last is None else review.last.rollup.set_index(["level", "id"])["score"].to_dict()
    pairs = zip(table["level"], table["id"], strict=True)
    table["previous_score"] = pd.Series([previous.get(pair, float("nan")) for pair in pairs], dtype="float64")
    table["change"] = table["score"] - table["previous_score"]
    return table


def drivers_of(review: "Review") -> pd.DataFrame:
    """What each KPI gave to the change of the strategy's score since the last review; empty without one."""
    last = review.last
    scores, rollup = review.scores, review.rollup
    then, rolled = (scores.head(0), rollup.head(0)) if last is None else (last.scores, last.rollup)
    return score_drivers(scores, rollup, then, rolled, cap=review.rules.cap, floor=review.rules.floor)


def compared_with_last(review: "Review") -> pd.DataFrame:
    """Everything that changed since the last review; empty without one."""
    then = None if review.last is None else review.last.as_side()
    if review.last is None or then is None:
        return empty_comparison()
    return compare(then, review.as_side(), review.last.unseen)


def bridge_from_last(review: "Review") -> pd.DataFrame:
    """The change of the score by causes; empty without a last score that these readers may see."""
    then = None if review.last is None else review.last.as_side()
    return empty_bridge() if then is None else score_bridge(then, review.as_side())


def segments_of(review: "Review") -> pd.DataFrame:
    """What each segment gave to the change of its KPI since the year before."""
    changes = review.scores.set_index("kpi_id")["change"]
    return segment_drivers(review.measures, review.kpis, review.checkpoint, changes)


def ratios_of(review: "Review") -> pd.DataFrame:
    """What numerator and denominator gave to the change of each ratio since the year before."""
    changes = review.scores.set_index("kpi_id")["change"]
    return ratio_drivers(review.measures, review.kpis, review.checkpoint, changes)


def limits_of(review: "Review") -> Limits:
    """What makes a status in this cycle."""
    rules = review.rules
    return Limits(
        green=rules.green, amber=rules.amber, min_confidence=rules.min_confidence, floor=rules.floor, cap=rules.cap
    )


def sensitivity_of(review: "Review") -> pd.DataFrame:
    """Which conclusions would fall under other choices."""
    green, amber = review.rules.limits(review.scores["profile"])
    scores = review.scores.assign(green=green, amber=amber)
    return sensitivity(scores, review.rollup, limits_of(review), others=review.other_rollups)


def other_rollups(review: "Review") -> Mapping[tuple[str, str], pd.DataFrame]:
    """The same strategy rolled up by other choices, by what was chosen."""
    missing = {
        (MISSING, name): rolled_up(review, scores, review.rules) for name, scores in _other_scores(review).items()
    }
    methods = {
        (ROLL_UP, name): rolled_up(review, review.scores, replace(review.rules, rollup=str(method)))
        for method, name in _METHODS.items()
        if method != review.rules.rollup
    }
    return methods | missing


def rolled_up(review: "Review", scores: pd.DataFrame, rules: ScoringRules) -> pd.DataFrame:
    """The roll-up of these scores by these rules."""
    return rules.rolled_up(scores, review.objectives, review.params.organisation)


def _other_scores(review: "Review") -> Mapping[str, pd.DataFrame]:
    """The scores with something in place of those that are missing; none where none is missing.

    Missing is the score of a KPI that has a target and of which values were due. As last known, what came of its values
    stands for all of them, however few; where none came, the score of the last review does.
    """
    scores = review.scores
    has_target = scores["target"].notna() | scores["target_low"].notna()
    missing = scores["status"].eq(Status.NOT_SCORED) & has_target & scores["n_expected"].gt(0)
    if not missing.any():
        return {}
    nothing = scores.assign(
        score=scores["score"].mask(missing, 0.0), status=scores["status"].mask(missing, str(Status.OFF_TARGET))
    )
    return {"as nothing": nothing, "as last known": _last_known(review, missing)}


def _last_known(review: "Review", missing: pd.Series) -> pd.DataFrame:
    scores = review.scores
    few = review.kpis[review.kpis["kpi_id"].isin(scores.loc[missing, "kpi_id"])].reset_index(drop=True)
    own = {name: table[table["kpi_id"].isin(few["kpi_id"])] for name, table in _values(review).items()}
    rules = replace(review.rules, min_confidence=0.0)
    came = score_kpis(own["measures"], few, own["targets"], review.checkpoint, rules).set_index("kpi_id")
    known = scores["kpi_id"].map(came["score"])
    status = scores["kpi_id"].map(came["status"]).where(known.notna())
    if review.last is not None:
        then = review.last.scores.set_index("kpi_id")
        status = status.fillna(scores["kpi_id"].map(then["status"]))
        known = known.fillna(scores["kpi_id"].map(then["score"]))
    return scores.assign(
        score=scores["score"].mask(missing, known), status=scores["status"].mask(missing & known.notna(), status)
    )


def _values(review: "Review") -> Mapping[str, pd.DataFrame]:
    return {"measures": review.measures, "targets": review.sound["targets"]}
