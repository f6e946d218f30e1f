"""From KPI scores to objectives, perspectives and the strategy as a whole."""

import numpy as np
import pandas as pd

from review_kit.model.profile import Origin, Rollup
from review_kit.model.words import Level, Status
from review_kit.scoring.status import roll_up_status, worst_status

_BINARY_NOISE = 1e-12  # weights of 0.1 and 0.7 cover 0.8 of 1, but for the last binary digit
_COLUMNS = [
    "level", "id", "name", "parent", "score", "method", "origin", "status", "coverage", "confidence", "weight",
    "n_kpis", "n_scored", "n_met",
]  # fmt: skip


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
    present = ~np.isnan(value)
    counted = np.where(present, weight, 0.0)
    total, scored = np.bincount(codes, weight, minlength=n), np.bincount(codes, counted, minlength=n)
    with np.errstate(invalid="ignore", divide="ignore"):
        if method == Rollup.WORST:
            score = np.full(n, np.inf)
            np.minimum.at(score, codes[counted > 0], value[counted > 0])
            score[np.isinf(score)] = np.nan
        elif method == Rollup.GEOMETRIC:
            logs = np.log(np.maximum(np.where(present, value, 1.0), 0.0))
            score = np.exp(np.bincount(codes, np.where(counted > 0, logs * weight, 0.0), minlength=n) / scored)
        else:
            score = np.bincount(codes, np.where(present, value * weight, 0.0), minlength=n) / scored
        score[scored <= 0] = np.nan
        coverage = np.where(total > 0, scored / total, np.nan)
    return pd.DataFrame(
        {
            "score": score,
            "coverage": coverage,
            "weight": total,
            "n": np.bincount(codes, minlength=n),
            "n_scored": np.bincount(codes, present.astype(np.float64), minlength=n).astype(np.int64),
        },
        index=pd.Index(parent_ids, name=parents.name),
    )


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
    weights = scores["weight"].fillna(1.0)
    capped = scores["score"].clip(lower=floor, upper=cap)
    by_objective = brought_together(capped, weights, scores["objective_id"], method)
    # a KPI that is not due yet says nothing about how many values came
    by_objective["confidence"] = scores["confidence"].groupby(scores["objective_id"], sort=False).mean()
    by_objective["broken"] = _breached(scores).groupby(scores["objective_id"], sort=False).any()
    by_objective["n_met"] = scores["met"].fillna(value=False).astype("int64").groupby(scores["objective_id"]).sum()
    counted = scores["status"].mask(weights.le(0), str(Status.NOT_SCORED))
    by_objective["worst"] = worst_status(counted, scores["objective_id"])
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
    table["worst"] = found["worst"].fillna(str(Status.NOT_SCORED))
    table["level"] = str(Level.OBJECTIVE)
    table["score"] = table["score"].where(_is_enough(table["coverage"], min_confidence))
    perspectives = _parents(table, Level.PERSPECTIVE, organisation, min_confidence, method)
    strategy = _parents(perspectives, Level.STRATEGY, "", min_confidence, method)
    everything = pd.concat([strategy, perspectives, table], ignore_index=True)
    everything["status"] = roll_up_status(everything["score"], green=green, amber=amber)
    if method == Rollup.WORST:
        everything["status"] = everything["worst"].where(everything["score"].notna(), everything["status"])
    held_back = everything["broken"] & everything["status"].eq(Status.ON_TARGET)
    everything["status"] = everything["status"].mask(held_back, str(Status.NEAR))
    return everything.assign(method=str(method), origin=str(Origin.ROLLED_UP))[_COLUMNS]


def _is_enough(coverage: pd.Series, limit: float) -> pd.Series:
    """Whether so much of the weight is scored that the whole may be; at the limit itself it may."""
    return coverage >= limit - _BINARY_NOISE


def _breached(scores: pd.DataFrame) -> pd.Series:
    return scores["guardrail"].fillna(value=False).astype(bool) & scores["status"].eq(Status.OFF_TARGET)


def _parents(children: pd.DataFrame, level: Level, parent: str, min_confidence: float, method: str) -> pd.DataFrame:
    """One row per distinct parent of `children`, its score withheld where too little weight below it is scored."""
    table = brought_together(children["score"], children["weight"], children["parent"], method)
    grouped = children.groupby("parent", sort=False)
    # what is scored below: a child that is itself half covered brings half of its weight, withheld or not
    scored = children["coverage"] * children["weight"]
    total = table["weight"].where(table["weight"] > 0)
    table["coverage"] = (scored.groupby(children["parent"], sort=False).sum() / total).fillna(0.0)
    table["score"] = table["score"].where(_is_enough(table["coverage"], min_confidence))
    known = children["weight"].where(children["confidence"].notna(), 0.0).groupby(children["parent"], sort=False).sum()
    summed = (children["confidence"] * children["weight"]).groupby(children["parent"], sort=False).sum()
    table["confidence"] = summed / known.where(known > 0)
    table["broken"] = grouped["broken"].any()
    shown = children["score"].notna() & children["weight"].gt(0)
    table["worst"] = worst_status(children["worst"].where(shown, str(Status.NOT_SCORED)), children["parent"])
    for column in ("n_kpis", "n_scored", "n_met"):
        table[column] = grouped[column].sum()
    table = table.drop(columns="n").rename_axis("id").reset_index()
    return table.assign(level=str(level), name=table["id"], parent=parent)
