"""What must hold between the numbers of one KPI."""

import numpy as np
import pandas as pd

from review_kit.intake.ledger import Ledger, Mask
from review_kit.model.words import Direction


def check_kpis(frame: pd.DataFrame, ledger: Ledger, *, profile: str, declared: bool) -> None:
    """Direction against target and baseline, bounds in order, targets and owners that nobody gave.

    `declared`: params say that an empty cell is meant, so nothing is told about it.
    """
    used = ledger.used
    is_range = _true(frame["direction"].eq(Direction.RANGE)) & used
    low, high = frame["target_low"].to_numpy(), frame["target_high"].to_numpy()
    ledger.refuse(
        is_range & (np.isnan(low) | np.isnan(high)) & ~(np.isnan(low) & np.isnan(high)),
        "target",
        "bad-target",
        "a range needs both ends, and one of them is missing.",
        "fill target_low and target_high, or write the range as 80–90.",
    )
    ledger.refuse(
        is_range & np.isnan(low) & np.isnan(high) & frame["target"].notna().to_numpy(),
        "target",
        "bad-target",
        "a range needs two ends, and this is one number.",
        "write the range as 80–90, or fill target_low and target_high.",
    )
    ledger.refuse(
        used & (low > high), "target_low", "bad-target", "target_low lies above target_high.", "exchange them."
    )
    ledger.refuse(
        used & (frame["lower_bound"] > frame["upper_bound"]).to_numpy(),
        "lower_bound",
        "out-of-range",
        "lower_bound lies above upper_bound.",
        "exchange them.",
    )
    _tell_contradictions(frame, ledger, used, profile)
    target = frame["target"].to_numpy()
    without = used & np.isnan(np.where(is_range, low, target)) & ~ledger.faulty.get("target", np.zeros(len(used), bool))
    blank = ledger.texts["target"].str.strip().eq("").to_numpy() if "target" in ledger.texts else ~used
    if not declared:
        told = "the KPI has no target and will not be scored."
        ledger.warn(without & blank, "target", "missing-value", told, "write its target, or leave it so on purpose.")
    if not declared and "owner" in ledger.texts:
        empty = used & frame["owner"].isna().to_numpy() & ledger.texts["owner"].str.strip().eq("").to_numpy()
        ledger.warn(empty, "owner", "missing-owner", "nobody answers for this KPI.", "name who does.")


def _tell_contradictions(frame: pd.DataFrame, ledger: Ledger, used: Mask, profile: str) -> None:
    """A target on the wrong side of its baseline: progress towards it would be progress backwards."""
    step = (frame["target"] - frame["baseline"]).to_numpy()
    higher, lower = (_true(frame["direction"].eq(word)) for word in (Direction.HIGHER, Direction.LOWER))
    wrong = used & ((higher & (step < 0)) | (lower & (step > 0)))

    def told(at: int) -> str:
        side, way = ("below", "higher") if step[at] < 0 else ("above", "lower")
        target, baseline = frame["target"].iloc[at], frame["baseline"].iloc[at]
        return f"the target {target:g} lies {side} the baseline {baseline:g}, but the KPI gets better {way}."

    hint = "correct the direction, the target or the baseline."
    if profile == "progress":
        ledger.refuse(wrong, "direction", "direction-contradicts-target", told, hint)
    else:
        ledger.warn(wrong, "direction", "direction-contradicts-target", told, hint)


def _true(values: pd.Series) -> Mask:
    return values.fillna(value=False).to_numpy(dtype=bool)
