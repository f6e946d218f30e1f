"""Where the colour of a KPI and its process behaviour chart say different things."""

from enum import StrEnum

import numpy as np
import pandas as pd

from review_kit.model.words import Assurance, Status, Variation


class Conflict(StrEnum):
    """What a traffic light alone would make people do wrong."""

    RED_BUT_ROUTINE = "missed, but routine"
    GREEN_BUT_DRIFTING = "met, but drifting"


_ADVICE = {  # what to do, and what that spares people
    Assurance.FAIL: ("Change the process: as it runs, the target is never met.", "Do not ask what happened last time."),
    Assurance.HIT_OR_MISS: (
        "Change the process: as it runs, the target is met by chance.",
        "No explanation will help.",
    ),
    Assurance.PASS: (
        "Wait: as it runs, the process meets the target of a period.",
        "Ask how the year came to miss it.",
    ),
}
_ROUTINE = ("Change the process,", "do not ask for an explanation: nothing unusual happened.")
_DRIFTING = "Find the cause now: the target is met, but the latest values are a signal of concern."


def conflicts(scores: pd.DataFrame) -> pd.DataFrame:
    """The KPIs whose status and signal contradict each other: kpi_id, conflict and advice in words.

    Red but common cause: the target is missed while the process only varies as it always does; an explanation of the
    latest value would be made up. Green but drifting: the target is met while the latest values are a signal of
    concern. Takes kpi_id, status, variation and assurance; the order of the rows is kept, missed ones first. Periods
    named in `stood_out`, where the scores have it, are the only ones to explain.
    Source: Wheeler, Understanding Variation, chapter 1; NHS England, Making Data Count.
    """
    missed = scores["status"].isin([Status.OFF_TARGET, Status.NEAR])
    routine = missed & scores["variation"].eq(Variation.COMMON_CAUSE)
    drifting = scores["status"].eq(Status.ON_TARGET) & scores["variation"].eq(Variation.CONCERN)
    found = pd.concat([scores[routine], scores[drifting]])
    red = np.arange(len(found)) < int(routine.sum())
    odd = found["stood_out"].fillna("") if "stood_out" in found else [""] * len(found)
    advice = [_advice(assurance, periods) for assurance, periods in zip(found["assurance"], odd, strict=True)]
    return pd.DataFrame(
        {
            "kpi_id": found["kpi_id"].to_numpy(),
            "conflict": np.where(red, str(Conflict.RED_BUT_ROUTINE), str(Conflict.GREEN_BUT_DRIFTING)),
            "advice": np.where(red, np.array(advice, dtype="object"), _DRIFTING),
        }
    )


def _advice(assurance: str, stood_out: str) -> str:
    """What to do about a missed target while the process only varies; of what stood out people may still be asked."""
    known = {str(word): told for word, told in _ADVICE.items()}
    what, spared = known.get(assurance, _ROUTINE)
    return f"{what.rstrip(',.')}. Ask only what happened in {stood_out}." if stood_out else f"{what} {spared}"
