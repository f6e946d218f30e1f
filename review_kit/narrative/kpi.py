"""What is said of one KPI, in one sentence."""

import pandas as pd

from review_kit.findings.evidence import Row, is_met, movement, promised, signal_words, text
from review_kit.model.words import Direction, Status, Variation

_MISSES = {
    Status.ON_TARGET: "came close enough to the target of {target} to count as on target",
    Status.NEAR: "came near the target of {target}",
    Status.OFF_TARGET: "missed the target of {target}",
}
_NO_SIGNALS = {
    Variation.COMMON_CAUSE: "what varies is routine",
    Variation.TOO_FEW: "there are too few values to tell signal from noise",
}


def kpi_sentence(row: Row) -> str:
    """What it did, whether that met the target, and whether it is signal or noise.

    'It rose 2.0 % to 7.65 turns and missed the target of 8.10 turns; what varies is routine.'
    """
    if pd.isna(row["actual"]):
        return "No value came in this cycle."
    said = _NO_SIGNALS.get(Variation(row["variation"])) or f"the latest values are {signal_words(row)}"
    if odd := text(row.get("stood_out")):
        said = f"{said} but for {odd}, beyond a natural limit"
    if row["status"] == Status.NOT_SCORED:
        has_goal = pd.notna(row["target"]) or (row["direction"] == Direction.RANGE and pd.notna(row["target_low"]))
        why = "too few of its values came to judge it" if has_goal else "no target was set"
        return f"It {movement(row)}; {why}; {said}."
    return f"It {movement(row)} and {_judged(row)}; {said}."


def _judged(row: Row) -> str:
    """Whether the target itself was met; near it, or on target by the score alone, is said as such."""
    if not is_met(row):
        return _MISSES[Status(row["status"])].format(target=promised(row))
    if row["direction"] != Direction.RANGE:
        return f"met the target of {promised(row)}"
    before = row["previous_actual"]
    stayed: bool = pd.notna(before) and row["target_low"] <= before <= row["target_high"]
    return f"{'stayed' if stayed else 'is'} inside the range of {promised(row)}"
