"""From KPI scores to objectives, perspectives and the strategy as a whole.

In arrays, since a review asks for some sixty roll-ups: to take its change apart and to see what would turn it.
"""

from dataclasses import dataclass, fields, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from review_kit.model.profile import Origin, Rollup
from review_kit.model.words import Level, Status
from review_kit.scoring.families import Floats, Ints
from review_kit.scoring.status import FROM_WORST, roll_up_status

_BINARY_NOISE = 1e-12  # weights of 0.1 and 0.7 cover 0.8 of 1, but for the last binary digit
_STATUSES = np.array(FROM_WORST, dtype=object)
_OFF_TARGET, _NOT_SCORED = FROM_WORST.index(Status.OFF_TARGET), FROM_WORST.index(Status.NOT_SCORED)

Bools = npt.NDArray[np.bool_]


def weighted_mean(scores: pd.Series, weights: pd.Series, parents: pd.Series) -> pd.DataFrame:
    """As `brought_together` by weighted means."""
    return brought_together(scores, weights, parents, Rollup.MEAN)


def brought_together(scores: pd.Series, weights: pd.Series, parents: pd.Series, method: str) -> pd.DataFrame:
    """Per parent: score (of the children that have one), coverage (their share of all weight), counts.

    Columns score, coverage, weight, n (children), n_scored; indexed by parent in order of first appearance.
    `mean` is the weighted mean; `geometric` the weighted geometric mean, 0 where one child stands at 0 or below;
    `worst` the lowest score of a child that has any weight.
    Source of geometric: COINr, a_gmean, which refuses what is not above 0; 0 is where it tends to.
    """
    codes, parent_ids = pd.factorize(parents)
    n = len(parent_ids)
    value, weight = scores.to_numpy(dtype=np.float64), weights.to_numpy(dtype=np.float64)
    total, scored = _sum(weight, codes, n), _sum(np.where(np.isnan(value), 0.0, weight), codes, n)
    return pd.DataFrame(
        {
            "score": _score(value, weight, codes, n, method),
            "coverage": _share(scored, total),
            "weight": total,
            "n": np.bincount(codes, minlength=n),
            "n_scored": _count(~np.isnan(value), codes, n),
        },
        index=pd.Index(parent_ids, name=parents.name),
    )


def _score(value: Floats, weight: Floats, codes: Ints, n: int, method: str) -> Floats:
    """By parent, the scores of its children brought together; missing where none with any weight has one."""
    present = ~np.isnan(value)
    counted = np.where(present, weight, 0.0)
    scored = _sum(counted, codes, n)
    with np.errstate(invalid="ignore", divide="ignore"):
        if method == Rollup.WORST:
            score = np.full(n, np.inf)
            np.minimum.at(score, codes[counted > 0], value[counted > 0])
            score[np.isinf(score)] = np.nan
        elif method == Rollup.GEOMETRIC:
            logs = np.log(np.maximum(np.where(present, value, 1.0), 0.0))
            score = np.exp(_sum(np.where(counted > 0, logs * weight, 0.0), codes, n) / scored)
        else:
            score = _sum(np.where(present, value * weight, 0.0), codes, n) / scored
    score[scored <= 0] = np.nan
    return score


def _sum(values: Floats | Ints | Bools, codes: Ints, n: int) -> Floats:
    """By parent, the sum over its children."""
    return np.bincount(codes, values, minlength=n).astype(np.float64)  # of no children at all numpy counts whole ones


def _count(holds: Bools, codes: Ints, n: int) -> Ints:
    """By parent, of how many children it holds."""
    return np.bincount(codes[holds], minlength=n)


def _share(part: Floats, total: Floats) -> Floats:
    """Part of total; missing where the total is nothing."""
    return np.divide(part, total, out=np.full(len(total), np.nan), where=total > 0)


def weights_by_target(kpis: pd.DataFrame) -> pd.Series:
    """Each KPI's share of the targets of its objective, where they can be added up; elsewhere the stated weights.

    They can where all KPIs of the objective count the same unit and have targets above 0.
    Source: MicrosoftDocs/Viva, issue 518 (targets of 100,000, 20,000 and 1,000 weigh 82.6, 16.5 and 0.8 %).
    """
    parent, target = kpis["objective_id"], kpis["target"]
    total = target.where(target > 0).groupby(parent).transform("sum")
    alike = kpis["unit"].fillna("").groupby(parent).transform("nunique").eq(1)
    alike &= (target > 0).groupby(parent).transform("all")
    return (target / total).where(alike, kpis["weight"])


def roll_up(
    scores: pd.DataFrame,
    objectives: pd.DataFrame,
    *,
    organisation: str,
    green: float,
    amber: float,
    cap: float,
    min_confidence: float,
    floor: float = 0.0,
    method: str = Rollup.MEAN,
) -> pd.DataFrame:
    """One row for the strategy, one per perspective, one per objective, in that order; retired ones without KPIs go.

    Columns: level id name parent score method origin status coverage confidence weight n_kpis n_scored n_met. KPI
    scores are held within [floor, cap] where they are brought together, so that one runaway success cannot hide a
    failure. A parent whose scored weight covers less than `min_confidence` is not scored: a mean of few is not the mean
    of all. A KPI of which `guardrail` is set counts for coverage and status but an off-target one keeps its parents
    from being on target, however good the mean. Where the worst wins, the status is that of the worst child too.
    Weights that are missing count 1.
    """
    retired = objectives["status"].eq("retired") & ~objectives["objective_id"].isin(scores["objective_id"])
    held = objectives[~retired]
    objective_of = pd.Index(held["objective_id"]).get_indexer(pd.Index(scores["objective_id"])).astype(np.int64)
    kpis = _kpis(scores[objective_of >= 0], floor, cap)
    # of KPIs the plain mean: how many values came is no matter of weight
    sure = np.ones(len(kpis.weight))
    objectives_found = _above(kpis, objective_of[objective_of >= 0], len(held), min_confidence, method, sure)
    at_objective = replace(objectives_found, weight=held["weight"].fillna(1.0).to_numpy(dtype=np.float64))
    parents = held["perspective"].fillna(organisation)
    perspective_of, perspectives = pd.factorize(parents)
    n = len(perspectives)
    at_perspective = _above(at_objective, perspective_of, n, min_confidence, method)
    whole = min(n, 1)  # of no objectives there is no strategy
    at_strategy = _above(at_perspective, np.zeros(n, dtype=np.int64), whole, min_confidence, method)
    levels = {Level.STRATEGY: whole, Level.PERSPECTIVE: n, Level.OBJECTIVE: len(held)}
    found = _stacked(at_strategy, at_perspective, at_objective)
    tops, names = [organisation] * whole, list(perspectives)
    status = roll_up_status(pd.Series(found.score), green=green, amber=amber).to_numpy(dtype=object)
    if method == Rollup.WORST:
        status = np.where(np.isnan(found.score), status, _STATUSES[found.worst])
    status = np.where(found.broken & (status == Status.ON_TARGET), str(Status.NEAR), status)
    return pd.DataFrame(
        {
            "level": pd.Series([str(level) for level, count in levels.items() for _ in range(count)], dtype="str"),
            "id": pd.Series([*tops, *names, *held["objective_id"]], dtype="str"),
            "name": pd.Series([*tops, *names, *held["name"]], dtype="str"),
            "parent": pd.Series([*[""] * whole, *[organisation] * n, *parents], dtype="str"),
            "score": found.score,
            "method": pd.Series(str(method), index=range(len(status)), dtype="str"),
            "origin": pd.Series(str(Origin.ROLLED_UP), index=range(len(status)), dtype="str"),
            "status": pd.Series(status, dtype="str"),
            "coverage": found.coverage,
            "confidence": found.confidence,
            "weight": found.weight,
            "n_kpis": found.n_kpis,
            "n_scored": found.n_scored,
            "n_met": found.n_met,
        }
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Level:
    """All KPIs, objectives, perspectives, or the strategy: one place each."""

    score: Floats
    weight: Floats
    coverage: Floats  # share of the weight below that is scored
    confidence: Floats
    broken: Bools  # whether a guardrail below is off target
    worst: Ints  # place in STATUSES of the worst status below
    n_kpis: Ints
    n_scored: Ints
    n_met: Ints


def _kpis(scores: pd.DataFrame, floor: float, cap: float) -> _Level:
    """The KPIs; one without any weight has no say in which status is the worst."""
    score = scores["score"].clip(lower=floor, upper=cap).to_numpy(dtype=np.float64)
    status = pd.Index(FROM_WORST).get_indexer(pd.Index(scores["status"])).astype(np.int64)
    guardrail = scores["guardrail"].fillna(value=False).to_numpy(dtype=bool)
    is_scored = ~np.isnan(score)
    return _Level(
        score=score,
        weight=scores["weight"].fillna(1.0).to_numpy(dtype=np.float64),
        coverage=is_scored.astype(np.float64),
        confidence=scores["confidence"].to_numpy(dtype=np.float64),
        broken=guardrail & (status == _OFF_TARGET),
        worst=status,
        n_kpis=np.ones(len(scores), dtype=np.int64),
        n_scored=is_scored.astype(np.int64),
        n_met=scores["met"].fillna(value=False).to_numpy(dtype=bool).astype(np.int64),
    )


def _above(
    children: _Level, parent_of: Ints, n: int, min_confidence: float, method: str, sure: Floats | None = None
) -> _Level:
    """Each of n parents, its score withheld where too little weight below it is scored.

    A child that is itself half covered brings half of its weight, withheld or not. `sure` says how much the confidence
    of each child counts; by default as much as it weighs.
    """
    weight = _sum(children.weight, parent_of, n)
    coverage = np.nan_to_num(_share(_sum(children.coverage * children.weight, parent_of, n), weight))
    score = _score(children.score, children.weight, parent_of, n, method)
    score[coverage < min_confidence - _BINARY_NOISE] = np.nan
    known = np.where(np.isnan(children.confidence), 0.0, children.weight if sure is None else sure)
    summed = _sum(np.nan_to_num(children.confidence) * known, parent_of, n)
    worst = np.full(n, _NOT_SCORED)
    np.minimum.at(worst, parent_of, np.where(children.weight > 0, children.worst, _NOT_SCORED))
    return _Level(
        score=score,
        weight=weight,
        coverage=coverage,
        confidence=_share(summed, _sum(known, parent_of, n)),
        broken=_sum(children.broken, parent_of, n) > 0,
        worst=np.where(np.isnan(score), _NOT_SCORED, worst),
        n_kpis=_sum(children.n_kpis, parent_of, n).astype(np.int64),
        n_scored=_sum(children.n_scored, parent_of, n).astype(np.int64),
        n_met=_sum(children.n_met, parent_of, n).astype(np.int64),
    )


def _stacked(*levels: _Level) -> _Level:
    """One level below the other."""
    columns = (field.name for field in fields(_Level))
    return _Level(**{name: np.concatenate([getattr(level, name) for level in levels]) for name in columns})
