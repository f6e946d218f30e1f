"""What must hold between the counts of one survey and the days of one reply, and what lies after the review."""

from datetime import date

import pandas as pd

from review_kit.intake.coded import Mask
from review_kit.intake.ledger import OUTSIDE, Ledger

_GROUPS = ["promoters", "passives", "detractors"]


def check_surveys(frame: pd.DataFrame, ledger: Ledger) -> None:
    """A survey tells the counts that its kind needs, and no part is larger than the whole."""
    nps, csat = frame["kind"].eq("nps"), frame["kind"].eq("csat")
    for column in _GROUPS:
        lacks = nps & frame[column].isna()
        told = f"a net promoter score needs promoters, passives and detractors, and {column} is empty."
        ledger.refuse(_where(lacks, ledger), column, "survey-counts", told, "add the number of replies.")
    for column in ("satisfied", "replies"):
        told = f"the share of the satisfied needs satisfied and replies, and {column} is empty."
        lacks = csat & frame[column].isna()
        ledger.refuse(_where(lacks, ledger), column, "survey-counts", told, "add the number of replies.")
    parts = frame[_GROUPS].sum(axis=1, min_count=len(_GROUPS))
    unequal = nps & frame["replies"].notna() & parts.notna() & frame["replies"].ne(parts)
    told = "'{value}' replies are not the sum of promoters, passives and detractors."
    ledger.refuse(_where(unequal, ledger), "replies", "survey-counts", told, "correct one of the four.")
    too_many = frame["satisfied"] > frame["replies"]
    told = "'{value}' are more than there are replies."
    ledger.refuse(_where(csat & too_many, ledger), "satisfied", "survey-counts", told, "correct one of the two.")
    uninvited = frame["replies"].fillna(parts) > frame["invited"]
    told = "'{value}' invited are fewer than those who replied."
    ledger.refuse(_where(uninvited, ledger), "invited", "survey-counts", told, "correct one of the two.")


def check_feedback(frame: pd.DataFrame, ledger: Ledger) -> None:
    """Nothing is answered before it is said."""
    told = "'{value}' lies before the day it was said."
    early = frame["answered_on"] < frame["date"]
    ledger.refuse(_where(early, ledger), "answered_on", "dates-reversed", told, "correct one of the two days.")


def leave_out_later(frame: pd.DataFrame, ledger: Ledger, as_of: date) -> None:
    """Rows of a later `date` than the day of the review lie outside; no review knows what comes after it."""
    ledger.state[_where(frame["date"] > pd.Timestamp(as_of), ledger)] = OUTSIDE


def _where(rows: pd.Series, ledger: Ledger) -> Mask:
    return rows.to_numpy(dtype=bool, na_value=False) & ledger.used
