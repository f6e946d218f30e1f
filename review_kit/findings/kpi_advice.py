"""What is said of a missed KPI beside the miss: how far it came, whether that is noise, and what would help."""

import math

import pandas as pd

from review_kit.findings.evidence import Row, difference, in_unit, nearest_goal, recovers, signal_words, text
from review_kit.model import figures
from review_kit.model.words import Assurance, Direction, Variation

_MONTHS_A_YEAR = 12
_LONG_AWAY = 60  # months; beyond five years a pace says nothing
_ALMOST = 0.995  # of the way; from here on a rounded share would claim that the target is met
_TOO_SLOW = ", and add to it or give the target a later date"
_RHYTHMS = {1: "month", 3: "quarter", 12: "year"}


def noise_or_signal(row: Row) -> str:
    """Whether the latest values ask for an explanation, in a sentence."""
    if row["variation"] in {Variation.CONCERN, Variation.IMPROVEMENT}:
        noise = ", not noise" if row["variation"] == Variation.CONCERN and not recovers(row) else ""
        return f"The latest values are {signal_words(row)}{noise}."
    if row["variation"] == Variation.COMMON_CAUSE:
        if odd := text(row.get("stood_out")):
            return f"Ask what happened in {odd}, beyond a natural limit; all else that varies is routine."
        return f"All that varies is routine: no single {rhythm(row)} asks for an explanation."
    return f"With {figures.plural(int(row['n_points']), 'value')} it is too early to tell signal from noise."


def rhythm(row: Row) -> str:
    """'month', 'quarter' or 'year': what one value of the KPI stands for; 'value' where it is another stretch."""
    months = row.get("period_months")
    return "value" if months is None or pd.isna(months) else _RHYTHMS.get(int(months), "value")


def advice(row: Row, *, is_weak: bool = False) -> str:
    """What helps depends on whether the process changed, and on whether it can reach the target at all.

    `is_weak` says that its figures are late or few; then no pace is read off them.
    """
    if row["variation"] in {Variation.CONCERN, Variation.IMPROVEMENT}:
        return _advice_on_a_signal(row, is_weak=is_weak)
    if row["assurance"] == Assurance.FAIL:
        return "Change the process: as it runs today it will not reach the target, however hard people try."
    if row["assurance"] == Assurance.HIT_OR_MISS and _mean_meets(row):
        return f"Work on the spread, not on single {rhythm(row)}s: as it runs today the target is met by chance."
    if row["assurance"] == Assurance.HIT_OR_MISS:
        return "Move the level: even its average misses the target, which is met only by chance."
    if row["variation"] == Variation.TOO_FEW:
        return (
            "Keep the target, and follow it more often than once a year: twelve values would take too long."
            if (rhythm(row) == "year")
            else "Collect more values before judging; keep the target until there are twelve."
        )
    return f"Look for what holds the level, since {rhythm(row)}-to-{rhythm(row)} variation is not the reason."


def _advice_on_a_signal(row: Row, *, is_weak: bool) -> str:
    """Undo what made it worse; keep what made it better, or what turned it after it had become worse."""
    if row["variation"] == Variation.CONCERN and not recovers(row):
        return "Find what changed when the signal began, and undo it."
    return f"Keep what {'turned it' if recovers(row) else 'changed'}{'' if is_weak else _pace(row)}."


def _mean_meets(row: Row) -> bool:
    """Whether the average of single values meets what the target asks of one; then only the spread makes it miss."""
    if row["direction"] == Direction.RANGE:
        return bool(row["target_low"] <= row["mean"] <= row["target_high"])
    asked = row.get("period_target")
    target = row["target"] if asked is None or pd.isna(asked) else asked
    return bool(row["mean"] <= target if row["direction"] == Direction.LOWER else row["mean"] >= target)


def _pace(row: Row) -> str:
    """How long the rest of the way takes at this year's pace; nothing where this year went no way at all.

    Where a year does not do, keeping on is no answer alone.
    """
    ahead = nearest_goal(row) - row["actual"]
    if pd.isna(row["change"]) or pd.isna(ahead):
        return ""
    if row["change"] * ahead <= 0:
        return ", and check why the year as a whole did not get nearer to the target"
    months = math.ceil(_MONTHS_A_YEAR * ahead / row["change"])
    if months > _LONG_AWAY:
        return f"{_TOO_SLOW}: at this year's pace the target is more than {_LONG_AWAY // _MONTHS_A_YEAR} years away"
    slow = _TOO_SLOW if months > _MONTHS_A_YEAR else ""
    return f"{slow}: at this year's pace the target is {figures.plural(months, 'month')} away"


def reached(row: Row) -> str:
    """How much of the way was gone, in words that stay true when it went backwards and when it fell just short."""
    if pd.isna(row["progress"]):
        return f"It is {difference(row)} away from its target." if pd.notna(row["gap"]) else ""
    baseline = in_unit(row, row["baseline"])
    if row["progress"] < 0:
        return f"It moved away from its target: the baseline was {baseline}."
    share = figures.percent(row["progress"]) if row["progress"] < _ALMOST else "almost all"
    return f"It went {share} of the way from {baseline} to its target."
