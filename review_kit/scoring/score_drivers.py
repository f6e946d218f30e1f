"""What drove the change of the whole score: which KPIs, by what they scored and by what they weigh."""

import numpy as np
import pandas as pd

from review_kit.model.profile import Rollup
from review_kit.model.words import Level
from review_kit.scoring.drivers import rate_mix

STAYED, NEW, RETIRED = "stayed", "new", "retired"
SCORED_ANEW, UNSCORED = "scored anew", "no longer scored"
RULES = "rules"  # what is left where the rules of averaging themselves have changed
_FIGURES = ("before", "now", "share_before", "share_now", "rate", "mix", "effect")
_KINDS = dict.fromkeys(("kpi_id", "name", "objective_id", "state"), "str") | dict.fromkeys(_FIGURES, "float64")


def effective_weights(scores: pd.DataFrame, rollup: pd.DataFrame) -> pd.Series:
    """By kpi_id, the share of the strategy's score that rests on the KPI; 0 for what is not scored or withheld.

    What is withheld hands its weight on to what is beside it, so that the shares of a strategy that has a score add up
    to 1, and with scores capped as they are averaged they make up that score.
    """
    of_objective = rollup[rollup["level"].eq(Level.OBJECTIVE)]
    of_perspective = rollup[rollup["level"].eq(Level.PERSPECTIVE)]
    above = of_perspective.set_index("id")
    perspective = _shares(of_perspective["weight"], of_perspective["score"], of_perspective["parent"])
    perspective.index = above.index
    objective = _shares(of_objective["weight"], of_objective["score"], of_objective["parent"])
    objective *= of_objective["parent"].map(perspective).fillna(0.0)
    objective.index = pd.Index(of_objective["id"])
    within = _shares(scores["weight"].fillna(1.0), scores["score"], scores["objective_id"])
    share = within * scores["objective_id"].map(objective).fillna(0.0)
    return (share * (0.0 if np.isnan(_whole(rollup)) else 1.0)).set_axis(scores["kpi_id"])


def _shares(weights: pd.Series, scores: pd.Series, parents: pd.Series) -> pd.Series:
    """The weight of what has a score over that of all beside it that have one; 0 for the others."""
    present = weights.where(scores.notna(), 0.0)
    total = present.groupby(parents).transform("sum")
    return (present / total.where(total > 0)).fillna(0.0)


def score_drivers(
    scores: pd.DataFrame,
    rollup: pd.DataFrame,
    last_scores: pd.DataFrame,
    last_rollup: pd.DataFrame,
    *,
    cap: float,
    floor: float = 0.0,
) -> pd.DataFrame:
    """What each KPI gave to the change of the strategy's score since the last review; empty without both scores.

    Only of a weighted mean are there parts: empty too where either review was rolled up otherwise.

    One row per KPI of either review, the greatest effect first, and a last one (kpi_id 'rules') only where the score
    then was averaged by other rules, such as another cap. Columns: kpi_id, name, objective_id, state (stayed, new,
    retired, scored anew, no longer scored), before and now (scores, capped as they are averaged), share_before and
    share_now (of the strategy's score), rate (by its score), mix (by weights, its own and those beside it), effect.
    Effects add up to the change of the strategy's score. Split as `rate_mix` does.
    """
    now, before = _whole(rollup), _whole(last_rollup)
    others = pd.concat([rollup["method"], last_rollup["method"]]).ne(str(Rollup.MEAN))
    if np.isnan(now) or np.isnan(before) or others.any():
        return pd.DataFrame(columns=list(_KINDS)).astype(_KINDS)
    table = _both(_side(last_scores, last_rollup, floor, cap), _side(scores, rollup, floor, cap)).astype(_KINDS)
    rest = (now - before) - float(table["effect"].sum())
    table = table.sort_values(["effect", "kpi_id"], key=_greatest_first, kind="stable").reset_index(drop=True)
    if abs(rest) <= 1e-9:  # noqa: PLR2004 - what binary arithmetic leaves of a score of about 1
        return table
    left = pd.DataFrame({"kpi_id": [RULES], "name": [""], "objective_id": [""], "state": [RULES], "effect": [rest]})
    return pd.concat([table, left], ignore_index=True).astype(_KINDS)


def _whole(rollup: pd.DataFrame) -> float:
    score = rollup.loc[rollup["level"].eq(Level.STRATEGY), "score"]
    return float(score.iloc[0]) if len(score) else float("nan")


def _greatest_first(column: pd.Series) -> pd.Series:
    return -column.abs() if column.name == "effect" else column


def _both(then: pd.DataFrame, today: pd.DataFrame) -> pd.DataFrame:
    """Both reviews' KPIs side by side, and the split of what changed."""
    table = then.add_suffix("_before").join(today.add_suffix("_now"), how="outer").sort_index()
    table = table.rename_axis("kpi_id").reset_index()
    is_new, is_gone = ~table["kpi_id"].isin(then.index), ~table["kpi_id"].isin(today.index)
    share_before, share_now = table["share_before"].fillna(0.0), table["share_now"].fillna(0.0)
    split = rate_mix(
        pd.Series(0, index=table.index),
        table["score_before"].fillna(0.0) * share_before,
        share_before,
        table["score_now"].fillna(0.0) * share_now,
        share_now,
    )
    unscored, anew = share_now.eq(0) & share_before.gt(0), share_before.eq(0) & share_now.gt(0)
    state = np.select([is_new, is_gone, unscored, anew], [NEW, RETIRED, UNSCORED, SCORED_ANEW], default=STAYED)
    return pd.DataFrame(
        {
            "kpi_id": table["kpi_id"],
            "name": table["name_now"].fillna(table["name_before"]),
            "objective_id": table["objective_id_now"].fillna(table["objective_id_before"]),
            "state": pd.Series(state, index=table.index, dtype="str"),
            "before": table["score_before"],
            "now": table["score_now"],
            "share_before": share_before,
            "share_now": share_now,
            "rate": split["rate"],
            "mix": split["mix"],
            "effect": split["effect"],
        }
    )


def _side(scores: pd.DataFrame, rollup: pd.DataFrame, floor: float, cap: float) -> pd.DataFrame:
    table = scores.set_index("kpi_id")[["name", "objective_id", "score"]]
    return table.assign(
        score=table["score"].clip(lower=floor, upper=cap), share=effective_weights(scores, rollup).reindex(table.index)
    )
