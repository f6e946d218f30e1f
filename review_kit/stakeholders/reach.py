"""Whom the review reached, and how far they stand behind the strategy."""

from datetime import date

import numpy as np
import pandas as pd

from review_kit.model.words import ENGAGEMENT_LADDER

_STEP = {word: step for step, word in enumerate(ENGAGEMENT_LADDER)}


def engagement_gap(stakeholders: pd.DataFrame) -> pd.DataFrame:
    """The stakeholders with `now` and `wanted` as steps 0 (unaware) to 4 (leading) and `gap`, steps still to climb."""
    now, wanted = (
        # without a single stakeholder the mapped column would stay text
        stakeholders[name].map(_STEP).astype("float64")
        for name in ("engagement_now", "engagement_wanted")
    )
    return stakeholders.assign(now=now, wanted=wanted, gap=(wanted - now).clip(lower=0))


def engaged_until(engagements: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The engagements of the twelve months up to a day: who was told years ago was not told of this strategy."""
    day = pd.Timestamp(as_of)
    held = engagements["date"]
    return engagements[held.le(day) & held.gt(day - pd.DateOffset(years=1))].reset_index(drop=True)


def reached(stakeholders: pd.DataFrame, engagements: pd.DataFrame) -> pd.Series:
    """Per stakeholder, whether at least one engagement was attended; a blank in `attended` counts as attended."""
    attended = engagements["attended"].fillna(value=True).astype(bool)
    return stakeholders["stakeholder_id"].isin(engagements.loc[attended, "stakeholder_id"])


def reach_by_audience(
    stakeholders: pd.DataFrame, engagements: pd.DataFrame, *, is_recorded: bool = True
) -> pd.DataFrame:
    """One row per audience: people, people_reached, influence, influence_reached and share (of influence).

    Missing influence counts 1. `share` weighs each stakeholder by influence, so that ten who were told do not make
    up for the one who decides. It is missing where nobody keeps a record of engagements (`is_recorded`).
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
    summed["share"] = summed["influence_reached"] / (summed["influence"] if is_recorded else np.nan)
    return summed
