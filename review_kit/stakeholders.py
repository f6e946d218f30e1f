"""Whom the review reached, how far they stand behind the strategy, and whether they were answered."""

import pandas as pd

from review_kit.model.words import ENGAGEMENT_LADDER

_STEP = {word: step for step, word in enumerate(ENGAGEMENT_LADDER)}
OPEN_FEEDBACK = "open"
CLOSED_FEEDBACK = ("answered", "changed", "declined")


def engagement_gap(stakeholders: pd.DataFrame) -> pd.DataFrame:
    """The stakeholders with `now` and `wanted` as steps 0 (unaware) to 4 (leading) and `gap`, steps still to climb."""
    now, wanted = (
        # without a single stakeholder the mapped column would stay text
        stakeholders[name].map(_STEP).astype("float64")
        for name in ("engagement_now", "engagement_wanted")
    )
    return stakeholders.assign(now=now, wanted=wanted, gap=(wanted - now).clip(lower=0))


def reached(stakeholders: pd.DataFrame, engagements: pd.DataFrame) -> pd.Series:
    """Per stakeholder, whether at least one engagement was attended; a blank in `attended` counts as attended."""
    attended = engagements["attended"].fillna(value=True).astype(bool)
    return stakeholders["stakeholder_id"].isin(engagements.loc[attended, "stakeholder_id"])


def reach_by_audience(stakeholders: pd.DataFrame, engagements: pd.DataFrame) -> pd.DataFrame:
    """One row per audience: people, people_reached, influence, influence_reached and share (of influence).

    Missing influence counts 1. `share` weighs each stakeholder by influence, so that ten who were told do not make
    up for the one who decides.
    """
    table = stakeholders.assign(
        reached=reached(stakeholders, engagements), influence=stakeholders["influence"].fillna(1.0)
    )
    table["influence_reached"] = table["influence"].where(table["reached"], 0.0)
    summed = (
        table.assign(people=1, people_reached=table["reached"].astype("int64"))
        .groupby("audience", sort=True)[["people", "people_reached", "influence", "influence_reached"]]
        .sum()
        .reset_index()
    )
    summed["share"] = summed["influence_reached"] / summed["influence"].where(summed["influence"] > 0)
    return summed


def feedback_closure(feedback: pd.DataFrame, stakeholders: pd.DataFrame) -> pd.DataFrame:
    """One row per audience: replies, and how many stand at each status; `closed` is the share that got an answer.

    A reply whose status is blank is open: nobody said that it was answered.
    """
    known = feedback.assign(status=feedback["status"].fillna(OPEN_FEEDBACK)).merge(
        stakeholders[["stakeholder_id", "audience"]], on="stakeholder_id", how="left"
    )
    counts = pd.crosstab(known["audience"], known["status"]).reindex(
        columns=[OPEN_FEEDBACK, *CLOSED_FEEDBACK], fill_value=0
    )
    counts["replies"] = counts.sum(axis=1)
    counts["closed"] = counts[list(CLOSED_FEEDBACK)].sum(axis=1) / counts["replies"].where(counts["replies"] > 0)
    return counts.rename_axis(columns=None).reset_index()
