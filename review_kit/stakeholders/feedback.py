"""What people said: what about, what became of it, and how long an answer took."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

OPEN_FEEDBACK = "open"
CLOSED_FEEDBACK = ("answered", "changed", "declined")


def feedback_known(feedback: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The replies as they stood on a day: what was answered later was open, without a response."""
    later = feedback["answered_on"].gt(pd.Timestamp(as_of))
    return feedback.assign(
        status=feedback["status"].mask(later, OPEN_FEEDBACK),
        response=feedback["response"].mask(later),
        answered_on=feedback["answered_on"].mask(later),
    )


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


def answers(feedback: pd.DataFrame, stakeholders: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row per audience: replies, responded, closed, days, timed, waiting, longest.

    responded is the share of what was said that got any words in return or was settled; closed the share that was
    settled: answered, changed something or declined. days is the median from the day it was said to the day it was
    answered, over the `timed` replies that tell both; waiting counts what is open and longest is the age of the oldest
    of these in days at the review date.
    """
    table = feedback.assign(status=feedback["status"].fillna(OPEN_FEEDBACK)).merge(
        stakeholders[["stakeholder_id", "audience"]], on="stakeholder_id", how="inner"
    )
    closed = table["status"].isin(CLOSED_FEEDBACK)
    words = table["response"].fillna("").str.strip().ne("")
    days = (table["answered_on"] - table["date"]).dt.days.astype("float64")
    age = (pd.Timestamp(as_of) - table["date"]).dt.days.astype("float64")
    counted = table.assign(
        responded=(closed | words).astype("float64"),
        closed=closed.astype("float64"),
        days=days,
        is_open=(~closed).astype("int64"),
        age=age.where(~closed),
    )
    groups = counted.groupby("audience", sort=True)
    return pd.DataFrame(
        {
            "replies": groups.size(),
            "responded": groups["responded"].mean(),
            "closed": groups["closed"].mean(),
            "days": groups["days"].median(),
            "timed": groups["days"].count(),
            "waiting": groups["is_open"].sum(),
            "longest": groups["age"].max(),
        }
    ).reset_index()


def themes(feedback: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """One row per theme: theme, replies, people, open, latest; the most spoken of first.

    A theme is what the column `theme` says, or else what the reply is about, by its name in `names`, or as it is
    written. Nothing is read out of the words themselves: whether a reply praises or blames is for people to read.
    """
    about = feedback["about"].map(lambda word: names.get(word, word), na_action="ignore")
    table = feedback.assign(
        theme=feedback["theme"].fillna(about).fillna("Other"),
        open=feedback["status"].fillna(OPEN_FEEDBACK).eq(OPEN_FEEDBACK).astype("int64"),
    )
    groups = table.groupby("theme", sort=True)
    found = pd.DataFrame(
        {
            "replies": groups.size(),
            "people": groups["stakeholder_id"].nunique(),
            "open": groups["open"].sum(),
            "latest": groups["date"].max(),
        }
    ).reset_index()
    return found.sort_values(["replies", "open", "theme"], ascending=[False, False, True], kind="stable").reset_index(
        drop=True
    )
