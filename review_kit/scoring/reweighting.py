"""The roll-up again with one weight changed, for very many changes at once.

To roll everything up anew for each of twenty thousand weights would take minutes; one weight moves only what lies above
it, and sums without it are known. `test_sensitivity` holds that this gives what `roll_up` gives.
"""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt
import pandas as pd

from review_kit.model.words import Level, Status

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
STATUSES = (Status.ON_TARGET, Status.NEAR, Status.OFF_TARGET, Status.NOT_SCORED)  # by their codes below
_NOISE = 1e-12  # what sums in another order may lack of a limit that they reach


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What makes a status of a score, how much must be scored, and within what scores count."""

    green: float
    amber: float
    min_confidence: float
    floor: float = 0.0
    cap: float = 1.2


@dataclass(frozen=True, slots=True)
class Sums:
    """Of each parent: the weighted points and weights of what is scored below, all weight, scored weight, breaches."""

    points: Floats
    present: Floats
    weight: Floats
    covered: Floats  # weight times coverage
    breaches: Floats  # guardrails below that are off target

    def moved(self, parents: Ints, *changes: Floats) -> Self:
        """The sums of one parent for each change, with what is added to each of the five."""
        mine = (self.points, self.present, self.weight, self.covered, self.breaches)
        return type(self)(*(own[parents] + more for own, more in zip(mine, changes, strict=True)))

    def score(self, limit: float) -> Floats:
        """The weighted mean; nan where too little weight is covered."""
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(self.present > 0, self.points / self.present, np.nan)
        return np.where(self.coverage() >= limit - _NOISE, mean, np.nan)

    def coverage(self) -> Floats:
        """Covered share of the weight; 0 where there is none."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.where(self.weight > 0, self.covered / self.weight, 0.0)

    def status(self, limits: Limits) -> Ints:
        """Codes of `STATUSES`; a breached guardrail keeps what would be on target near."""
        score = self.score(limits.min_confidence)
        reached = [np.isnan(score), score >= limits.green - _NOISE, score >= limits.amber - _NOISE]
        code = np.select(reached, [3, 0, 1], default=2)
        return np.where((code == 0) & (self.breaches > 0), 1, code).astype(np.int64)


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """The sums of a KPI's objective, perspective and strategy after each of many changes, one change at a time."""

    objective: Sums
    perspective: Sums
    strategy: Sums

    def at(self, level: Level) -> Sums:
        """The sums of one level."""
        return {
            Level.OBJECTIVE: self.objective,
            Level.PERSPECTIVE: self.perspective,
            Level.STRATEGY: self.strategy,
        }[level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A strategy as sums: KPIs below objectives, these below perspectives, these below the strategy."""

    limits: Limits
    kpi_ids: list[str]
    objective_ids: list[str]
    perspective_ids: list[str]
    strategy_id: str
    objective_of: Ints  # of each KPI
    perspective_of: Ints  # of each objective
    weight: Floats  # of each KPI in its objective
    score: Floats  # of each KPI, capped; nan where it has none
    breach: Floats  # 1 for a guardrail that is off target
    objective_weight: Floats
    objectives: Sums
    perspectives: Sums
    strategy: Sums

    @classmethod
    def of(cls, scores: pd.DataFrame, rollup: pd.DataFrame, limits: Limits) -> Self:
        """From the scores and their roll-up, which says what belongs where and weighs how much."""
        objectives = rollup[rollup["level"].eq(Level.OBJECTIVE)]
        objective_ids = list(objectives["id"])
        perspective_of, perspective_ids = pd.factorize(objectives["parent"])
        places = pd.Index(objective_ids).get_indexer(pd.Index(scores["objective_id"]))
        scores, places = scores[places >= 0], places[places >= 0].astype(np.int64)
        weight = scores["weight"].fillna(1.0).to_numpy(dtype=np.float64)
        score = scores["score"].clip(lower=limits.floor, upper=limits.cap).to_numpy(dtype=np.float64)
        off = scores["status"].eq(Status.OFF_TARGET)
        breach = (scores["guardrail"].fillna(value=False).astype(bool) & off).to_numpy().astype(np.float64)
        below = _sums(places, len(objective_ids), weight, score, np.where(np.isnan(score), 0.0, 1.0), breach)
        own = objectives["weight"].to_numpy(dtype=np.float64)
        middle = _parents(perspective_of.astype(np.int64), len(perspective_ids), own, below, limits)
        top = _parents(np.zeros(len(perspective_ids), dtype=np.int64), 1, middle.weight, middle, limits)
        return cls(
            limits=limits,
            kpi_ids=list(scores["kpi_id"]),
            objective_ids=objective_ids,
            perspective_ids=[str(name) for name in perspective_ids],
            strategy_id=str(rollup.loc[rollup["level"].eq(Level.STRATEGY), "id"].iloc[0]),
            objective_of=places,
            perspective_of=perspective_of.astype(np.int64),
            weight=weight,
            score=score,
            breach=breach,
            objective_weight=own,
            objectives=below,
            perspectives=middle,
            strategy=top,
        )

    def with_kpi(self, factor: Floats) -> Path:
        """Each KPI in turn, its weight times its factor; at 0 it is left out, and breaks nothing."""
        more = (factor - 1.0) * self.weight
        scored = ~np.isnan(self.score)
        points = np.where(scored, more * np.nan_to_num(self.score), 0.0)
        present = np.where(scored, more, 0.0)
        gone = np.where(factor == 0, -self.breach, 0.0)
        place = self.objective_of
        objective = self.objectives.moved(place, points, present, more, present, gone)
        return self._above(place, objective, self.objective_weight[place])

    def with_objective(self, factor: Floats) -> Path:
        """Each objective in turn, its weight times its factor."""
        place = np.arange(len(self.objective_ids), dtype=np.int64)
        nothing = np.zeros(len(place))
        return self._above(place, self.objectives.moved(place, *[nothing] * 5), self.objective_weight * factor)

    def _above(self, place: Ints, objective: Sums, weight: Floats) -> Path:
        """What becomes of the perspective and of the strategy above each changed objective."""
        limit = self.limits.min_confidence
        before = self.objectives.moved(place, *[np.zeros(len(place))] * 5)
        parent = self.perspective_of[place]
        middle = self.perspectives.moved(
            parent, *_differences(before, self.objective_weight[place], objective, weight, limit)
        )
        then = self.perspectives.moved(parent, *[np.zeros(len(place))] * 5)
        top = self.strategy.moved(
            np.zeros(len(place), dtype=np.int64), *_differences(then, then.weight, middle, middle.weight, limit)
        )
        return Path(objective=objective, perspective=middle, strategy=top)


def _sums(parents: Ints, n: int, weight: Floats, score: Floats, coverage: Floats, breaches: Floats) -> Sums:
    """Children gathered below their parents; a child without a score brings no points."""
    present = np.where(np.isnan(score), 0.0, weight)
    columns = (present * np.nan_to_num(score), present, weight, weight * coverage, breaches)
    return Sums(*(np.bincount(parents, weights=column, minlength=n).astype(np.float64) for column in columns))


def _parents(parents: Ints, n: int, weight: Floats, children: Sums, limits: Limits) -> Sums:
    score = children.score(limits.min_confidence)
    return _sums(parents, n, weight, score, children.coverage(), children.breaches)


def _differences(
    before: Sums, weight_before: Floats, after: Sums, weight_after: Floats, limit: float
) -> tuple[Floats, ...]:
    """What a child that changes adds to each sum of its parent."""
    old, new = before.score(limit), after.score(limit)
    present_old, present_new = np.where(np.isnan(old), 0.0, weight_before), np.where(np.isnan(new), 0.0, weight_after)
    return (
        present_new * np.nan_to_num(new) - present_old * np.nan_to_num(old),
        present_new - present_old,
        weight_after - weight_before,
        weight_after * after.coverage() - weight_before * before.coverage(),
        after.breaches - before.breaches,
    )
