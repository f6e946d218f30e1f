"""Weights that are written as shares of a whole, and do not make one."""

import numpy as np
import pandas as pd

from review_kit.intake.coded import Mask
from review_kit.intake.ledger import DUPLICATE, REFUSED, USED, Ledger

_EXACT = 1e-6  # of the whole: what adding up may lose
_NEARLY = 0.25  # weights that make 0.75 to 1.25 are meant to make 1
_SMALLEST_PERCENT = 5.0  # weights up to 5 are marks such as 1, 2 and 3, not percentages
_FEWEST = 2  # one weight alone is no share
_MOST_DIGITS = 6
_SLIPS = (10.0, 100.0)  # a point that was left out, or stands elsewhere
_HUGE = 1000.0  # times the usual weight: nothing else in the average would count


def check_weights(frame: pd.DataFrame, ledger: Ledger, group: str, what: str) -> None:
    """Weights that are shares, all of them below 1 (or written in percent), have to be shares of a whole.

    `group` is the column by which weights are taken together, called `what` in messages; blank is a group as well.
    Nothing is said where a weight could not be read, or where a row may be there twice.
    """
    if "weight" not in ledger.texts:
        return
    groups = frame[group].fillna("")
    _warn_useless(frame, ledger, groups, what)
    counted = (ledger.state == USED) | (ledger.state == REFUSED)  # a slip elsewhere in the row leaves its weight
    given = counted & ~ledger.blank("weight")
    doubtful = ledger.unreadable or ledger.faulty.get("weight", np.zeros(1, dtype=bool)).any()
    doubtful = doubtful or any(fault.rule == "duplicate-key" for fault in ledger.faults)
    weights = frame["weight"][given]
    if doubtful or len(weights) < _FEWEST or weights.isna().any():
        return
    if not (given == counted).all():
        _warn_blank(weights, counted & ~given, ledger)
        return
    for whole in (1.0, 100.0):
        if weights.max() < whole and (whole == 1.0 or weights.max() > _SMALLEST_PERCENT):
            _refuse_sums(weights, groups[given], whole, ledger, what)
    _refuse_slips(weights, ledger)


def _warn_useless(frame: pd.DataFrame, ledger: Ledger, groups: pd.Series, what: str) -> None:
    nothing = frame["weight"].groupby(groups).transform("max").eq(0).to_numpy() & ledger.used
    told = f"all weights of the {what} are 0, so it cannot be scored."
    ledger.warn(nothing, "weight", "bad-weight", told, "give one of them a weight above 0.")


def _warn_blank(weights: pd.Series, blank: Mask, ledger: Ledger) -> None:
    """Among shares a blank weight, which counts 1, outweighs all others."""
    if (weights.lt(1.0) & weights.gt(0.0)).all() and weights.sum() < 1.0 + _NEARLY:
        told = "the weight is empty and counts 1, while the others are shares below 1."
        ledger.warn(blank, "weight", "bad-weight", told, "give it a share too, or write weights such as 1, 2 and 3.")


def _rounding(weights: pd.Series, whole: float) -> float:
    """What each share may have lost to rounding: half of its last digit, where there are at least two of them."""
    digits = next((d for d in range(_MOST_DIGITS) if (weights.round(d) - weights).abs().le(_EXACT).all()), _MOST_DIGITS)
    return 0.5 * 10.0**-digits if digits > 1 or whole > 1.0 else 0.0


def _refuse_sums(weights: pd.Series, groups: pd.Series, whole: float, ledger: Ledger, what: str) -> None:
    """Nothing is said where all together or each group make a whole, or where none comes near one."""
    by_group, counts = weights.groupby(groups).transform("sum"), weights.groupby(groups).transform("size")
    total, lost = weights.sum(), _rounding(weights, whole)
    fits = (by_group - whole).abs().le(lost * counts + _EXACT * whole)
    if abs(total - whole) <= lost * len(weights) + _EXACT * whole or fits.all():
        return
    off = (by_group - whole).abs().le(_NEARLY * whole) & counts.gt(1) & ~fits
    if off.any() and (fits & counts.gt(1)).any():
        told = f"the weights of the {what} make {by_group[off].iloc[0]:g}, not {whole:g}."
        place = int(np.array(weights.index)[np.flatnonzero(off)[0]])
    elif abs(total - whole) <= _NEARLY * whole:
        told = f"all weights make {total:g}, not {whole:g}."
        place = int(np.array(weights.index)[np.argmax(weights)])
    else:
        return
    hint = "correct the weights; where they are no shares, write numbers such as 1, 2 and 3."
    ledger.refuse(_at(place, ledger), "weight", "weights-sum", told, hint)


def _refuse_slips(weights: pd.Series, ledger: Ledger) -> None:
    """One weight that would complete the whole if its point stood elsewhere, or that leaves nothing to all others."""
    largest = int(np.argmax(weights))
    place, weight = int(np.array(weights.index)[largest]), float(weights.iloc[largest])
    others = weights.drop(weights.index[largest])
    if ledger.state[place] == DUPLICATE or others.empty or others.max() >= 1.0:
        return
    slip = next((factor for factor in _SLIPS if abs(others.sum() + weight / factor - 1.0) <= _EXACT), None)
    if slip is not None and weight >= 1.0 and len(weights) > _FEWEST:
        told = f"the other weights are shares that make a whole with {weight / slip:g}, not with '{{value}}'."
        ledger.refuse(_at(place, ledger), "weight", "weights-sum", told, "is its point misplaced?")
    elif weight > _HUGE * others.median() > 0:
        told = f"'{{value}}' is more than {_HUGE:,.0f} times the usual weight: nothing else would count."
        ledger.warn(_at(place, ledger), "weight", "bad-weight", told, "correct the weight.")


def _at(place: int, ledger: Ledger) -> Mask:
    where = np.zeros(len(ledger.rows), dtype=bool)
    where[place] = True
    return where
