"""What is said of one KPI, in one sentence."""

import pandas as pd

from review_kit.findings.evidence import movement, promised
from review_kit.model.words import Direction, Status, Variation

_VERDICTS = {
    Status.ON_TARGET: "met the target of {target}",
    Status.NEAR: "came near the target of {target}",
    Status.OFF_TARGET: "missed the target of {target}",
}
_SIGNALS = {
    Variation.IMPROVEMENT: "the latest values are a signal of improvement ({rule})",
    Variation.CONCERN: "the latest values are a signal of concern ({rule})",
    Variation.COMMON_CAUSE: "what varies is routine",
    Variation.TOO_FEW: "there are too few values to tell signal from noise",
}


def kpi_sentence(row: pd.Series) -> str:
    """What it did, whether that met the target, and whether it is signal or noise.

    'It rose 2.0 % to 7.65 turns and missed the target of 8.10 turns; what varies is routine.'
    """
    if pd.isna(row["actual"]):
        return "No value came in this cycle."
    said = _SIGNALS[Variation(row["variation"])].format(rule=row["rule"])
    if row["status"] == Status.NOT_SCORED:
        has_goal = pd.notna(row["target"]) or (row["direction"] == Direction.RANGE and pd.notna(row["target_low"]))
        why = "too few of its values came to judge it" if has_goal else "no target was set"
        return f"It {movement(row)}; {why}; {said}."
    judged = _VERDICTS[Status(row["status"])].format(target=promised(row))
    if row["direction"] == Direction.RANGE and row["status"] == Status.ON_TARGET:
        judged = f"stayed inside the range of {promised(row)}"
    return f"It {movement(row)} and {judged}; {said}."
