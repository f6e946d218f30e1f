"""What must hold between the numbers of one KPI."""

import numpy as np
import pandas as pd

from review_kit.intake.coded import Mask
from review_kit.intake.ledger import REFUSED, USED, Ledger
from review_kit.intake.units import is_strange
from review_kit.model.profile import Profile
from review_kit.model.words import Direction

_ROUNDED = 0.005  # shares with two digits: 0.33 three times make 0.99... is told by the whole, 1/3 is not
_NEARLY = 0.25  # weights that make 0.75 to 1.25 are meant to make 1
_FROM_BASELINE = (str(Profile.PROGRESS), str(Profile.HEALTH), str(Profile.BANDS))  # a score counts the way from it
_SMALLEST_PERCENT = 5.0  # weights up to 5 are marks such as 1, 2 and 3, not percentages


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
    scored_by = frame["profile"].fillna(profile)
    _tell_contradictions(frame, ledger, used, scored_by)
    _check_red_flags(frame, ledger, used & _true(scored_by.eq(str(Profile.GOAL_REDFLAG))) & ~is_range)
    _refuse_beyond_bounds(frame, ledger, used)
    _check_weights(frame, ledger)
    _warn_strange_units(frame, ledger)
    target = frame["target"].to_numpy()
    without = used & np.isnan(np.where(is_range, low, target)) & ~ledger.faulty.get("target", np.zeros(len(used), bool))
    blank = ledger.blank("target") if "target" in ledger.texts else ~used
    if not declared:
        told = "the KPI has no target and will not be scored."
        ledger.warn(without & blank, "target", "missing-value", told, "write its target, or leave it so on purpose.")
    if not declared and "owner" in ledger.texts:
        empty = used & frame["owner"].isna().to_numpy() & ledger.blank("owner")
        ledger.warn(empty, "owner", "missing-owner", "nobody answers for this KPI.", "name who does.")


def _tell_contradictions(frame: pd.DataFrame, ledger: Ledger, used: Mask, scored_by: pd.Series) -> None:
    """A target on the wrong side of its baseline: progress towards it would be progress backwards."""
    step = (frame["target"] - frame["baseline"]).to_numpy()
    higher, lower = (_true(frame["direction"].eq(word)) for word in (Direction.HIGHER, Direction.LOWER))
    wrong = used & ((higher & (step < 0)) | (lower & (step > 0)))

    def told(at: int) -> str:
        side, way = ("below", "higher") if step[at] < 0 else ("above", "lower")
        target, baseline = frame["target"].iloc[at], frame["baseline"].iloc[at]
        return f"the target {target:g} lies {side} the baseline {baseline:g}, but the KPI gets better {way}."

    hint = "correct the direction, the target or the baseline."
    counted = _true(scored_by.isin(_FROM_BASELINE))
    ledger.refuse(wrong & counted, "direction", "direction-contradicts-target", told, hint)
    ledger.warn(wrong & ~counted, "direction", "direction-contradicts-target", told, hint)


def _check_red_flags(frame: pd.DataFrame, ledger: Ledger, where: Mask) -> None:
    """KPIs scored between a red flag and a goal need both, the red flag on the worse side."""
    step = (frame["target"] - frame["red_flag"]).to_numpy()
    higher, lower = (_true(frame["direction"].eq(word)) for word in (Direction.HIGHER, Direction.LOWER))
    wrong = where & ((higher & (step <= 0)) | (lower & (step >= 0)))
    told = "the red flag '{value}' does not lie on the worse side of the target."
    hint = "correct the red flag, the target or the direction."
    ledger.refuse(wrong, "red_flag", "direction-contradicts-target", told, hint)
    missing = where & frame["red_flag"].isna().to_numpy() & frame["target"].notna().to_numpy()
    told = "the profile goal_redflag needs a red flag; without one the KPI is scored by attainment."
    ledger.warn(
        missing, "red_flag", "missing-value", told, "write the value from which the KPI is red, or another profile."
    )


def _refuse_beyond_bounds(frame: pd.DataFrame, ledger: Ledger, used: Mask) -> None:
    """A baseline that cannot have been measured; of an impossible target the review itself tells, as not achievable."""
    for bound, side in (("lower_bound", "below"), ("upper_bound", "above")):
        beyond = frame["baseline"] < frame[bound] if side == "below" else frame["baseline"] > frame[bound]
        told = f"the baseline '{{value}}' lies {side} the {bound} of the KPI."
        ledger.refuse(used & _true(beyond), "baseline", "out-of-range", told, "correct the baseline or the bound.")


def _check_weights(frame: pd.DataFrame, ledger: Ledger) -> None:
    """Weights that are shares, all of them below 1 (or written in percent), have to be shares of a whole."""
    if "weight" not in ledger.texts:
        return
    used = ledger.used & frame["objective_id"].notna().to_numpy()
    nothing = frame["weight"].groupby(frame["objective_id"]).transform("max").eq(0).to_numpy() & used
    told = "all weights of the objective are 0, so it cannot be scored."
    ledger.warn(nothing, "weight", "bad-weight", told, "give one of its KPIs a weight above 0.")
    counted = (ledger.state == USED) | (ledger.state == REFUSED)  # a slip elsewhere in the row leaves its weight
    given = counted & ~ledger.blank("weight")
    doubtful = ledger.unreadable or ledger.faulty.get("weight", np.zeros(1, dtype=bool)).any()
    weights = frame["weight"][given]
    if doubtful or len(weights) < 2 or not (given == counted).all() or weights.isna().any():  # noqa: PLR2004 - one is no share
        return
    for whole in (1.0, 100.0):
        if weights.max() < whole and (whole == 1.0 or weights.max() > _SMALLEST_PERCENT):
            _refuse_sums(weights, frame["objective_id"][given], whole, ledger)


def _refuse_sums(weights: pd.Series, objective: pd.Series, whole: float, ledger: Ledger) -> None:
    """Nothing is said where all together or each objective make a whole, or where none comes near one."""
    by_objective = weights.groupby(objective).transform("sum")
    total = weights.sum()
    if abs(total - whole) <= _ROUNDED * whole or (by_objective - whole).abs().le(_ROUNDED * whole).all():
        return
    counts = weights.groupby(objective).transform("size")
    near = (by_objective - whole).abs().le(_NEARLY * whole) & counts.gt(1)
    off = near & (by_objective - whole).abs().gt(_ROUNDED * whole)
    others_fit = ((by_objective - whole).abs().le(_ROUNDED * whole) & counts.gt(1)).any()
    if off.any() and others_fit:
        told = f"the weights of the objective make {by_objective[off].iloc[0]:g}, not {whole:g}."
        place = int(np.array(weights.index)[np.flatnonzero(off)[0]])
    elif abs(total - whole) <= _NEARLY * whole:
        told = f"the weights of all KPIs make {total:g}, not {whole:g}."
        place = int(np.array(weights.index)[np.argmax(weights)])
    else:
        return
    where = np.zeros(len(ledger.rows), dtype=bool)
    where[place] = True
    hint = "correct the weights; where they are no shares, write numbers such as 1, 2 and 3."
    ledger.refuse(where, "weight", "weights-sum", told, hint)


def _warn_strange_units(frame: pd.DataFrame, ledger: Ledger) -> None:
    strange = frame["unit"].map(is_strange, na_action="ignore").eq(other=True).to_numpy(dtype=bool)
    told = "nobody can hold values against the unit '{value}': neither part of it is known."
    ledger.warn(
        strange & ledger.used, "unit", "unknown-unit", told, "write it in usual words, such as tickets per day."
    )


def _true(values: pd.Series) -> Mask:
    return values.fillna(value=False).to_numpy(dtype=bool)
