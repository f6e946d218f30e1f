"""From KPI scores to objectives, perspectives and the strategy as a whole."""

import pandas as pd

from review_kit.model.words import Level, Status
from review_kit.scoring.status import roll_up_status


def weighted_mean(scores: pd.Series, weights: pd.Series, parents: pd.Series) -> pd.DataFrame:
    """Per parent: score (weighted mean of the children that have one), coverage (their share of all weight), counts.

    Columns score, coverage, weight, n (children), n_scored; indexed by parent in order of first appearance.
    """
    present = scores.notna()
    parts = pd.DataFrame(
        {
            "parent": parents,
            "points": (scores * weights).where(present, 0.0),
            "present": weights.where(present, 0.0),
            "weight": weights,
            "n": 1,
            "n_scored": present.astype("int64"),
        }
    )
    summed = parts.groupby("parent", sort=False).sum()
    summed["score"] = summed["points"] / summed["present"].where(summed["present"] > 0)
    summed["coverage"] = summed["present"] / summed["weight"].where(summed["weight"] > 0)
    return summed[["score", "coverage", "weight", "n", "n_scored"]]


def roll_up(
    scores: pd.DataFrame,
    objectives: pd.DataFrame,
    *,
    organisation: str,
    green: float,
    amber: float,
    cap: float,
    min_confidence: float,
) -> pd.DataFrame:
    """One row for the strategy, one per perspective, one per objective, in that order; retired ones without KPIs go.

    Columns: level id name parent score status coverage confidence weight n_kpis n_scored n_met. KPI scores are
    capped to [0, cap] where they are averaged, so that one runaway success cannot hide a failure. A parent
    whose scored weight covers less than `min_confidence` is not scored: a mean of few is not the mean of all. A KPI
    of which `guardrail` is set counts for coverage and status but an off-target one keeps its parents from being on
    target, however good the mean. Weights that are missing count 1.
    """
    weights = scores["weight"].fillna(1.0)
    capped = scores["score"].clip(lower=0.0, upper=cap)
    by_objective = weighted_mean(capped, weights, scores["objective_id"])
    # a KPI that is not due yet says nothing about how many values came
    by_objective["confidence"] = scores["confidence"].groupby(scores["objective_id"], sort=False).mean()
    by_objective["broken"] = _breached(scores).groupby(scores["objective_id"], sort=False).any()
    by_objective["n_met"] = scores["met"].fillna(value=False).astype("int64").groupby(scores["objective_id"]).sum()
    retired = objectives["status"].eq("retired") & ~objectives["objective_id"].isin(scores["objective_id"])
    table = objectives.loc[~retired, ["objective_id", "name", "perspective", "weight"]].copy()
    table["perspective"] = table["perspective"].fillna(organisation)
    table["weight"] = table["weight"].fillna(1.0)
    found = by_objective.reindex(table["objective_id"]).reset_index(drop=True)
    table = table.reset_index(drop=True).rename(columns={"objective_id": "id", "perspective": "parent"})
    for column in ("score", "coverage", "confidence"):
        table[column] = found[column]
    table["coverage"] = table["coverage"].fillna(0.0)
    for count, name in (("n", "n_kpis"), ("n_scored", "n_scored"), ("n_met", "n_met")):
        table[name] = found[count].fillna(0).astype("int64")
    table["broken"] = found["broken"].eq(other=True)
    table["level"] = str(Level.OBJECTIVE)
    table["score"] = table["score"].where(table["coverage"] >= min_confidence)
    perspectives = _parents(table, Level.PERSPECTIVE, organisation, min_confidence)
    strategy = _parents(perspectives, Level.STRATEGY, "", min_confidence)
    everything = pd.concat([strategy, perspectives, table], ignore_index=True)
    everything["status"] = roll_up_status(everything["score"], green=green, amber=amber)
    held_back = everything["broken"] & everything["status"].eq(Status.ON_TARGET)
    everything["status"] = everything["status"].mask(held_back, str(Status.NEAR))
    return everything[
        [
            "level",
            "id",
            "name",
            "parent",
            "score",
            "status",
            "coverage",
            "confidence",
            "weight",
            "n_kpis",
            "n_scored",
            "n_met",
        ]
    ]


def _breached(scores: pd.DataFrame) -> pd.Series:
    return scores["guardrail"].fillna(value=False).astype(bool) & scores["status"].eq(Status.OFF_TARGET)


def _parents(children: pd.DataFrame, level: Level, parent: str, min_confidence: float) -> pd.DataFrame:
    """One row per distinct parent of `children`, its score withheld where too little weight below it is scored."""
    table = weighted_mean(children["score"], children["weight"], children["parent"])
    grouped = children.groupby("parent", sort=False)
    # what is scored below: a child that is itself half covered brings half of its weight, withheld or not
    scored = children["coverage"] * children["weight"]
    total = table["weight"].where(table["weight"] > 0)
    table["coverage"] = (scored.groupby(children["parent"], sort=False).sum() / total).fillna(0.0)
    table["score"] = table["score"].where(table["coverage"] >= min_confidence)
    known = children["weight"].where(children["confidence"].notna(), 0.0).groupby(children["parent"], sort=False).sum()
    summed = (children["confidence"] * children["weight"]).groupby(children["parent"], sort=False).sum()
    table["confidence"] = summed / known.where(known > 0)
    table["broken"] = grouped["broken"].any()
    for column in ("n_kpis", "n_scored", "n_met"):
        table[column] = grouped[column].sum()
    table = table.drop(columns="n").rename_axis("id").reset_index()
    return table.assign(level=str(level), name=table["id"], parent=parent)
