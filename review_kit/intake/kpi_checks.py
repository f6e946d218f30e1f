"""What must hold between the numbers of one KPI."""

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, Mask
from review_kit.intake.ledger import Ledger
from review_kit.intake.number_hints import says_nothing_was_measured
from review_kit.intake.sign_checks import tell_foreign_signs
from review_kit.intake.units import is_strange
from review_kit.intake.weight_checks import check_weights
from review_kit.model.profile import Profile
from review_kit.model.words import Direction
from review_kit.params import Source

_FROM_BASELINE = (str(Profile.PROGRESS), str(Profile.HEALTH), str(Profile.BANDS))  # a score counts the way from it
_NOBODY = frozenset({"nobody", "no one", "vacant", "unassigned", "niemand", "offen"})


def check_kpis(frame: pd.DataFrame, ledger: Ledger, source: Source, *, profile: str) -> None:
    """Direction against target and baseline, bounds in order, targets and owners that nobody gave.

    Where params say that an empty cell is meant nothing is told about it.
    """
    declared = "" in source.missing
    figures = ("baseline", "target_low", "target_high", "stretch", "lower_bound", "upper_bound")
    tell_foreign_signs(ledger, Coded.of(frame["unit"]), figures, source)
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
    exchanged = (frame["lower_bound"] > frame["upper_bound"]).to_numpy() & used
    ledger.refuse(exchanged, "lower_bound", "out-of-range", "lower_bound lies above upper_bound.", "exchange them.")
    frame.loc[exchanged, ["lower_bound", "upper_bound"]] = np.nan  # nothing can keep to them
    scored_by = frame["profile"].fillna(profile)
    _tell_contradictions(frame, ledger, used, scored_by)
    _check_red_flags(frame, ledger, used & _true(scored_by.eq(str(Profile.GOAL_REDFLAG))) & ~is_range)
    _refuse_beyond_bounds(frame, ledger, used)
    _refuse_stretch(frame, ledger, used)
    decimals = frame["decimals"].to_numpy()
    told, hint = "'{value}' is no number of digits.", "write a whole number."
    ledger.refuse(used & (decimals != np.floor(decimals)) & ~np.isnan(decimals), "decimals", "out-of-range", told, hint)
    check_weights(frame, ledger, "objective_id", "objective")
    _warn_strange_units(frame, ledger)
    target = frame["target"].to_numpy()
    without = used & np.isnan(np.where(is_range, low, target)) & ~ledger.faulty.get("target", np.zeros(len(used), bool))
    blank = ledger.blank("target") if "target" in ledger.texts else ~used
    if not declared:
        told = "the KPI has no target and will not be scored."
        ledger.warn(without & blank, "target", "missing-value", told, "write its target, or leave it so on purpose.")
    if not declared and "owner" in ledger.texts:
        empty = used & frame["owner"].isna().to_numpy() & ledger.blank("owner")
        empty |= used & frame["owner"].map(_is_nobody, na_action="ignore").eq(other=True).to_numpy(dtype=bool)
        ledger.warn(empty, "owner", "missing-owner", "nobody answers for this KPI.", "name who does.")


def _tell_contradictions(frame: pd.DataFrame, ledger: Ledger, used: Mask, scored_by: pd.Series) -> None:
    """A target on the wrong side of its baseline: progress towards it would be progress backwards."""
    step = (frame["target"] - frame["baseline"]).to_numpy()
    higher, lower = (_true(frame["direction"].eq(word)) for word in (Direction.HIGHER, Direction.LOWER))
    wrong = used & ((higher & (step < 0)) | (lower & (step > 0)))

    def told(at: int) -> str:
        side, way = ("below", "higher") if step[at] < 0 else ("above", "lower")
        target, baseline = frame["target"].iloc[at], frame["baseline"].iloc[at]
        return f"the target {target:,.15g} lies {side} the baseline {baseline:,.15g}, but the KPI gets better {way}."

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


def _refuse_stretch(frame: pd.DataFrame, ledger: Ledger, used: Mask) -> None:
    """A stretch lies beyond the target, or it is none."""
    step = (frame["stretch"] - frame["target"]).to_numpy()
    higher, lower = (_true(frame["direction"].eq(word)) for word in (Direction.HIGHER, Direction.LOWER))
    told = "the stretch '{value}' is easier than the target."
    hint = "correct one of the two: a stretch is what lies beyond the target."
    ledger.refuse(used & ((higher & (step < 0)) | (lower & (step > 0))), "stretch", "bad-target", told, hint)


def _refuse_beyond_bounds(frame: pd.DataFrame, ledger: Ledger, used: Mask) -> None:
    """A baseline that cannot have been measured; of an impossible target the review itself tells, as not achievable."""
    for bound, side in (("lower_bound", "below"), ("upper_bound", "above")):
        beyond = frame["baseline"] < frame[bound] if side == "below" else frame["baseline"] > frame[bound]
        told = f"the baseline '{{value}}' lies {side} the {bound} of the KPI."
        ledger.refuse(used & _true(beyond), "baseline", "out-of-range", told, "correct the baseline or the bound.")


def _warn_strange_units(frame: pd.DataFrame, ledger: Ledger) -> None:
    strange = frame["unit"].map(is_strange, na_action="ignore").eq(other=True).to_numpy(dtype=bool)
    told = "nobody can hold values against the unit '{value}': neither part of it is known."
    ledger.warn(
        strange & ledger.used, "unit", "unknown-unit", told, "write it in usual words, such as tickets per day."
    )


def _is_nobody(owner: str) -> bool:
    return says_nothing_was_measured(owner) or owner.strip().casefold() in _NOBODY


def _true(values: pd.Series) -> Mask:
    return values.fillna(value=False).to_numpy(dtype=bool)
