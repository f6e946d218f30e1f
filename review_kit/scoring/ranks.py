"""How far the ranking of the objectives depends on choices."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from review_kit.model.words import Level
from review_kit.scoring.families import Floats, Ints
from review_kit.scoring.reweighting import Tree
from review_kit.scoring.sensitivity import WEIGHT_STEP, ranked_objectives

_DIGITS = 12  # beyond these two scores differ by the order of a sum alone


def rank_ranges(rollup: pd.DataFrame, tree: Tree, others: Mapping[tuple[str, str], pd.DataFrame]) -> pd.DataFrame:
    """Each scored objective's rank by its score, and the best and worst that any of the changes gives it.

    Columns: id, name, score, rank (1 is the strongest, equals share the better), best, worst. Changes are every
    weight of a KPI a fifth heavier or lighter or none at all, and the roll-ups of `others`.
    """
    ranked = ranked_objectives(rollup)
    places = np.array([tree.objective_ids.index(name) for name in ranked["id"]], dtype=np.int64)
    score = ranked["score"].to_numpy(dtype=np.float64).round(_DIGITS)
    rank = score.size - np.searchsorted(np.sort(score), score, side="right") + 1
    best, worst = rank.copy(), rank.copy()
    for factor in (1.0 - WEIGHT_STEP, 1.0 + WEIGHT_STEP, 0.0):
        low, high = (reach.round(_DIGITS) for reach in _reach(tree, factor))
        best, worst = np.minimum(best, _rank_of(score, high[places])), np.maximum(worst, _rank_of(score, low[places]))
        best = np.minimum(best, rank - _passed(score, -low[places], downwards=True))
        worst = np.maximum(worst, rank + _passed(score, high[places], downwards=False))
    for other in others.values():
        objectives = other[other["level"].eq(Level.OBJECTIVE)].set_index("id")
        then = objectives["score"].reindex(ranked["id"]).to_numpy(dtype=np.float64).round(_DIGITS)
        among = np.sort(then[~np.isnan(then)])
        there = np.where(np.isnan(then), rank, among.size - np.searchsorted(among, then, side="right") + 1)
        best, worst = np.minimum(best, there), np.maximum(worst, there)
    return ranked[["id", "name", "score"]].assign(rank=rank, best=best, worst=worst)


def _reach(tree: Tree, factor: float) -> tuple[Floats, Floats]:
    """The lowest and highest score of each objective when one of its weights is changed by the factor."""
    own = tree.with_kpi(np.full(len(tree.kpi_ids), factor)).objective.score
    now = tree.objectives.children.score
    low, high = now.copy(), now.copy()
    scored = ~np.isnan(own)
    np.fmin.at(low, tree.objective_of[scored], own[scored])
    np.fmax.at(high, tree.objective_of[scored], own[scored])
    return low, high


def _rank_of(score: Floats, moved: Floats) -> Ints:
    """The rank that each would have if it alone had moved."""
    among = np.sort(score)
    return among.size - np.searchsorted(among, moved, side="right") + 1 - (score > moved)


def _passed(score: Floats, reach: Floats, *, downwards: bool) -> Ints:
    """1 where another that stood behind can come ahead (or one ahead can fall behind), one at a time."""
    own = -score if downwards else score
    order = np.argsort(own, kind="stable")
    furthest = np.maximum.accumulate(reach[order])
    behind = np.searchsorted(own[order], own, side="left")
    return ((behind > 0) & (furthest[np.maximum(behind - 1, 0)] > own)).astype(np.int64)
