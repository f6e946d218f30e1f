"""The roll-up again with one weight changed, for very many changes at once.

To roll everything up anew for each of twenty thousand weights would take minutes; one weight moves only what lies above
it, and what stands beside it is known. `test_sensitivity` holds that this gives what `roll_up` gives.
"""

from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import pandas as pd

from review_kit.model.words import Level, Status
from review_kit.scoring.families import STATUSES, Family, Floats, Ints, Limits, Nodes


@dataclass(frozen=True, slots=True, kw_only=True)
class Path:
    """A KPI's objective, perspective and strategy after each of many changes, one change at a time."""

    objective: Nodes
    perspective: Nodes
    strategy: Nodes

    def at(self, level: Level) -> Nodes:
        """Those of one level."""
        return {
            Level.OBJECTIVE: self.objective,
            Level.PERSPECTIVE: self.perspective,
            Level.STRATEGY: self.strategy,
        }[level]


@dataclass(frozen=True, slots=True, kw_only=True)
class Tree:
    """A strategy: KPIs below objectives, these below perspectives, these below the strategy."""

    kpi_ids: list[str]
    objective_ids: list[str]
    perspective_ids: list[str]
    strategy_id: str
    kpis: Family
    objectives: Family
    perspectives: Family

    @classmethod
    def of(cls, scores: pd.DataFrame, rollup: pd.DataFrame, limits: Limits) -> Self:
        """From the scores and their roll-up, which says what belongs where, what it weighs and how scores meet.

        KPIs of no objective are left out.
        """
        objectives = rollup[rollup["level"].eq(Level.OBJECTIVE)]
        objective_ids = list(objectives["id"])
        method = str(rollup["method"].iloc[0])
        perspective_of, perspective_ids = pd.factorize(objectives["parent"])
        places = pd.Index(objective_ids).get_indexer(pd.Index(scores["objective_id"]))
        scores, places = scores[places >= 0], places[places >= 0].astype(np.int64)
        below = Family.of(_leaves(scores, limits), places, len(objective_ids), method, limits)
        own = replace(below.parents(), weight=objectives["weight"].to_numpy(dtype=np.float64))
        middle = Family.of(own, perspective_of.astype(np.int64), len(perspective_ids), method, limits)
        above = middle.parents()
        return cls(
            kpi_ids=list(scores["kpi_id"]),
            objective_ids=objective_ids,
            perspective_ids=[str(name) for name in perspective_ids],
            strategy_id=str(rollup.loc[rollup["level"].eq(Level.STRATEGY), "id"].iloc[0]),
            kpis=below,
            objectives=middle,
            perspectives=Family.of(above, np.zeros(len(perspective_ids), dtype=np.int64), 1, method, limits),
        )

    @property
    def objective_of(self) -> Ints:
        """Of each KPI the place of its objective."""
        return self.kpis.parent_of

    @property
    def perspective_of(self) -> Ints:
        """Of each objective the place of its perspective."""
        return self.objectives.parent_of

    def with_kpi(self, factor: Floats) -> Path:
        """Each KPI in turn, its weight times its factor; at 0 it is left out, and breaks nothing."""
        leaves = self.kpis.children
        gone = np.where(factor == 0, 0.0, leaves.breaches)
        moved = self.kpis.with_one(
            np.arange(len(self.kpi_ids), dtype=np.int64), replace(leaves, weight=leaves.weight * factor, breaches=gone)
        )
        own = self.objectives.children.weight[self.objective_of]  # an objective weighs what it weighed
        return self._above(self.objective_of, replace(moved, weight=own))

    def with_objective(self, factor: Floats) -> Path:
        """Each objective in turn, its weight times its factor."""
        own = self.objectives.children
        return self._above(np.arange(len(self.objective_ids), dtype=np.int64), replace(own, weight=own.weight * factor))

    def _above(self, place: Ints, objective: Nodes) -> Path:
        """What becomes of the perspective and of the strategy above each changed objective."""
        perspective = self.objectives.with_one(place, objective)
        strategy = self.perspectives.with_one(self.perspective_of[place], perspective)
        return Path(objective=objective, perspective=perspective, strategy=strategy)


def _leaves(scores: pd.DataFrame, limits: Limits) -> Nodes:
    score = scores["score"].clip(lower=limits.floor, upper=limits.cap).to_numpy(dtype=np.float64)
    off = scores["status"].eq(Status.OFF_TARGET)
    breach = scores["guardrail"].fillna(value=False).astype(bool) & off
    return Nodes(
        score=score,
        status=pd.Index([str(status) for status in STATUSES]).get_indexer(pd.Index(scores["status"])).astype(np.int64),
        weight=scores["weight"].fillna(1.0).to_numpy(dtype=np.float64),
        coverage=np.where(np.isnan(score), 0.0, 1.0),
        breaches=breach.to_numpy().astype(np.float64),
    )
