"""What must hold between the counts of one survey and the days of one reply, and what lies after the review."""

from datetime import date

import numpy as np
import pandas as pd

from review_kit.intake.coded import Mask
from review_kit.intake.ledger import OUTSIDE, Ledger, shown

_GROUPS = ["promoters", "passives", "detractors"]
_WAVE = ["name", "kind", "kpi_id", "audience", "period_start", "period_end"]  # one wave of one survey has one row


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
    _refuse_second_rows(frame, ledger)


def _refuse_second_rows(frame: pd.DataFrame, ledger: Ledger) -> None:
    """One wave has one row: two of them would be held against each other as if one had come before the other."""
    order = pd.Series(range(len(frame)), index=frame.index)
    sound = order[ledger.used & frame["name"].notna().to_numpy() & frame["period_end"].notna().to_numpy()]
    first = sound.groupby([frame[name].loc[sound.index] for name in _WAVE], dropna=False, sort=False).transform("first")
    second = np.zeros(len(frame), dtype=bool)
    second[sound[first.ne(sound)].to_numpy()] = True
    of_row = dict(zip(sound.tolist(), first.tolist(), strict=True))

    def told(at: int) -> str:
        row = frame.iloc[at]
        asked = f" of {shown(row['audience'])}" if isinstance(row["audience"], str) else ""
        return f"{ledger.row_name(of_row[at])} gives '{shown(row['name'])}'{asked} in {row['period']} already."

    hint = "add the replies of the two rows up in one, or give them different names, audiences or periods."
    ledger.refuse(second, "period", "duplicate-key", told, hint)


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
