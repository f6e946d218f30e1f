"""Where the colour of a KPI and its process behaviour chart say different things."""

from enum import StrEnum

import numpy as np
import pandas as pd

from review_kit.model.words import Assurance, Status, Variation


class Conflict(StrEnum):
    """What a traffic light alone would make people do wrong."""

    RED_BUT_ROUTINE = "missed, but routine"
    GREEN_BUT_DRIFTING = "met, but drifting"


_ADVICE = {
    Assurance.FAIL: "Change the process: as it runs, the target is never met. Do not ask what happened last time.",
    Assurance.HIT_OR_MISS: "Change the process: as it runs, the target is met by chance. No explanation will help.",
    Assurance.PASS: "Wait: as it runs, the process meets the target of a period. Ask how the year came to miss it.",
}
_ROUTINE = "Change the process, do not ask for an explanation: nothing unusual happened."
_DRIFTING = "Find the cause now: the target is met, but the latest values are a signal of concern."


def conflicts(scores: pd.DataFrame) -> pd.DataFrame:
    """The KPIs whose status and signal contradict each other: kpi_id, conflict and advice in words.

    Red but common cause: the target is missed while the process only varies as it always does; an explanation of the
    latest value would be made up. Green but drifting: the target is met while the latest values are a signal of
    concern. Takes kpi_id, status, variation and assurance; the order of the rows is kept, missed ones first.
    Source: Wheeler, Understanding Variation, chapter 1; NHS England, Making Data Count.
    """
    missed = scores["status"].isin([Status.OFF_TARGET, Status.NEAR])
    routine = missed & scores["variation"].eq(Variation.COMMON_CAUSE)
    drifting = scores["status"].eq(Status.ON_TARGET) & scores["variation"].eq(Variation.CONCERN)
    found = pd.concat([scores[routine], scores[drifting]])
    red = np.arange(len(found)) < int(routine.sum())
    advice = found["assurance"].map({str(word): told for word, told in _ADVICE.items()}).fillna(_ROUTINE)
    return pd.DataFrame(
        {
            "kpi_id": found["kpi_id"].to_numpy(),
            "conflict": np.where(red, str(Conflict.RED_BUT_ROUTINE), str(Conflict.GREEN_BUT_DRIFTING)),
            "advice": advice.where(red, _DRIFTING).to_numpy(),
        }
    )
