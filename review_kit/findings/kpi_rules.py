"""Rules about KPIs: each takes the evidence and returns what it found."""

import math
from collections.abc import Iterator

import pandas as pd

from review_kit.findings.evidence import (
    Evidence,
    Finding,
    difference,
    in_unit,
    movement,
    promised,
    promised_beside,
    shortfall_words,
    strategy_weights,
    text,
)
from review_kit.model import figures
from review_kit.model.words import Assurance, Status, Variation
from review_kit.smart import out_of_bounds

STALE_AFTER_DAYS = 62  # two months without a value: the monthly figure was not just late
NAMED_ONE_BY_ONE = 10  # more KPIs without a target than these make one finding
_WATCHED_GAP = 0.02  # a missing target costs nothing yet, but it ranks before what is no finding
_MONTHS_A_YEAR = 12
_LONG_AWAY = 60  # months; beyond five years a pace says nothing
LIKELY = 0.5  # below an even chance a target is called unlikely


def impossible_targets(evidence: Evidence) -> set[str]:
    """KPIs whose target lies beyond what the measure can be."""
    kpis = evidence.kpis
    beyond = out_of_bounds(kpis["target"], kpis["lower_bound"], kpis["upper_bound"])
    return set(kpis.loc[beyond, "kpi_id"])


def _weighted(evidence: Evidence) -> Iterator[tuple[pd.Series, float]]:
    weights = strategy_weights(evidence.scores, evidence.objectives)
    for _, row in evidence.scores.iterrows():
        yield row, float(weights[row["kpi_id"]])


def _lost(row: pd.Series) -> float:
    """How much of its promise a KPI lost: 1 - score, between 0 and 1; all of it where a missed KPI has no score."""
    return 1.0 if pd.isna(row["score"]) else min(1.0, max(0.0, 1.0 - float(row["score"])))


def _noise_or_signal(row: pd.Series) -> str:
    if row["variation"] == Variation.CONCERN:
        return f"The latest values are a signal of concern ({row['rule']}), not noise."
    if row["variation"] == Variation.IMPROVEMENT:
        return f"The latest values are a signal of improvement ({row['rule']})."
    if row["variation"] == Variation.COMMON_CAUSE:
        return "All that varies is routine: no single month asks for an explanation."
    return f"With {figures.plural(int(row['n_points']), 'value')} it is too early to tell signal from noise."


def _advice(row: pd.Series) -> str:
    """What helps depends on whether the process changed, and on whether it can reach the target at all."""
    if row["variation"] == Variation.CONCERN:
        return "Find what changed when the signal began, and undo it."
    if row["variation"] == Variation.IMPROVEMENT:
        return f"Keep what changed{_pace(row)}."
    if row["assurance"] == Assurance.FAIL:
        return "Change the process: as it runs today it will not reach the target, however hard people try."
    if row["assurance"] == Assurance.HIT_OR_MISS:
        return "Work on the spread, not on single months: as it runs today the target is met by chance."
    if row["variation"] == Variation.TOO_FEW:
        return "Collect more values before judging; keep the target until there are twelve."
    return "Look for what holds the level, since month-to-month variation is not the reason."


def _pace(row: pd.Series) -> str:
    """How long the rest of the way takes at this year's pace; nothing where this year went no way at all."""
    ahead = row["target"] - row["actual"]
    if pd.isna(row["change"]) or pd.isna(ahead) or row["change"] * ahead <= 0:
        return ", and check why the year as a whole did not get nearer to the target"
    months = math.ceil(_MONTHS_A_YEAR * ahead / row["change"])
    if months > _LONG_AWAY:
        return f": at this year's pace the target is more than {_LONG_AWAY // _MONTHS_A_YEAR} years away"
    return f": at this year's pace the target is {figures.plural(months, 'month')} away"


def target_missed(evidence: Evidence) -> Iterator[Finding]:
    """A KPI did not meet its target; how far, and whether that is signal or noise."""
    impossible = impossible_targets(evidence)
    for row, weight in _weighted(evidence):
        if row["status"] not in {Status.OFF_TARGET, Status.NEAR} or row["kpi_id"] in impossible:
            continue
        promise = "promised" if evidence.year_is_over else "due by now"
        headline = f"{row['name']} {movement(row)}, {shortfall_words(row)} {promise}"
        yield Finding(
            rule="target-missed",
            severity="high" if row["status"] == Status.OFF_TARGET else "medium",
            subject=row["kpi_id"],
            subject_kind="kpi",
            objective_id=text(row["objective_id"]),
            headline=headline,
            evidence=f"{_reached(row)} {_noise_or_signal(row)}".strip(),
            recommendation=_advice(row),
            owner=text(row["owner"]),
            weight=weight,
            gap=_lost(row),
            confidence=float(row["confidence"]) if pd.notna(row["confidence"]) else 1.0,
        )


def _reached(row: pd.Series) -> str:
    """How much of the way was gone, in words that stay true when it went backwards."""
    if pd.isna(row["progress"]):
        return f"It is {difference(row, row['gap'])} away from its target." if pd.notna(row["gap"]) else ""
    if row["progress"] < 0:
        return f"It moved away from its target: the baseline was {in_unit(row, row['baseline'])}."
    return f"It went {figures.percent(row['progress'])} of the way from {in_unit(row, row['baseline'])} to its target."


def impossible_target(evidence: Evidence) -> Iterator[Finding]:
    """A target that arithmetic forbids: nobody can be held to it, and nobody should have to explain missing it."""
    impossible = impossible_targets(evidence)
    bounds = evidence.kpis.set_index("kpi_id")
    for row, weight in _weighted(evidence):
        if row["kpi_id"] not in impossible:
            continue
        kpi = bounds.loc[row["kpi_id"]]
        above = pd.notna(kpi["upper_bound"]) and kpi["target"] > kpi["upper_bound"]
        bound = kpi["upper_bound"] if above else kpi["lower_bound"]
        yield Finding(
            rule="impossible-target",
            severity="high",
            subject=row["kpi_id"],
            subject_kind="kpi",
            objective_id=text(row["objective_id"]),
            headline=(
                f"{row['name']}: the target of {in_unit(row, kpi['target'])} cannot be reached, since "
                f"{in_unit(row, bound)} is the {'most' if above else 'least'} there can be"
            ),
            evidence=f"It {movement(row)}. The target breaks the bounds of the measure.",
            recommendation="Set a target inside the bounds; close to a bound, halve what is still missing.",
            owner=text(row["owner"]),
            weight=weight,
            gap=1.0,
        )


def drifting(evidence: Evidence) -> Iterator[Finding]:
    """A KPI on target whose latest values are an adverse signal: green today, and on its way out."""
    for row, weight in _weighted(evidence):
        if row["status"] == Status.ON_TARGET and row["variation"] == Variation.CONCERN:
            yield Finding(
                rule="drifting",
                severity="medium",
                subject=row["kpi_id"],
                subject_kind="kpi",
                objective_id=text(row["objective_id"]),
                headline=f"{row['name']} met the target of {promised(row)}, but drifted the wrong way",
                evidence=f"It {movement(row)}. Signal: {row['rule']}.",
                recommendation="Find what changed before the target is missed.",
                owner=text(row["owner"]),
                weight=weight,
                gap=0.5,
            )


def unlikely(evidence: Evidence) -> Iterator[Finding]:
    """Before the year is over: a KPI that looks fine today and will probably miss its target at the year end."""
    if evidence.year_is_over:
        return
    for row, weight in _weighted(evidence):
        if row["status"] == Status.ON_TARGET and pd.notna(row["p_meet"]) and row["p_meet"] < LIKELY:
            yield Finding(
                rule="unlikely",
                severity="medium",
                subject=row["kpi_id"],
                subject_kind="kpi",
                objective_id=text(row["objective_id"]),
                headline=f"{row['name']}: on target today, heading for {in_unit(row, row['forecast'])} at the year end",
                evidence=f"The chance to meet the year's target is {figures.percent(row['p_meet'])}.",
                recommendation="Decide now what brings it back; after the year end it is history.",
                owner=text(row["owner"]),
                weight=weight,
                gap=1.0 - float(row["p_meet"]),
            )


def weak_data(evidence: Evidence) -> Iterator[Finding]:
    """A KPI whose figures stopped coming, came too seldom, or never came: its status is worth little."""
    for row, weight in _weighted(evidence):
        due = pd.notna(row["confidence"])
        missing = int(row["n_expected"]) - int(row["n_periods"])
        if due and row["n_periods"] == 0:
            headline = f"{row['name']}: none of {figures.plural(int(row['n_expected']), 'value')} came"
        elif due and missing > 0 and (pd.Timestamp(evidence.as_of) - row["last_end"]).days > STALE_AFTER_DAYS:
            month = row["last_end"].strftime("%B %Y")
            headline = f"{row['name']}: the last value is that of {month}"
        else:
            continue
        yield Finding(
            rule="weak-data",
            severity="medium",
            subject=row["kpi_id"],
            subject_kind="kpi",
            objective_id=text(row["objective_id"]),
            headline=headline,
            evidence=f"{int(row['n_periods'])} of {int(row['n_expected'])} values came in this cycle.",
            recommendation="Name who delivers the figure and by when, or retire the KPI.",
            owner=text(row["owner"]),
            weight=weight,
            gap=1.0 - float(row["confidence"]),
        )


def without_promise(evidence: Evidence) -> Iterator[Finding]:
    """A KPI that is measured and has no target: it can neither be met nor missed."""
    no_goal = evidence.scores["target"].isna() & evidence.scores["target_low"].isna()
    watched = set(evidence.scores.loc[no_goal & evidence.scores["actual"].notna(), "kpi_id"])
    if len(watched) > NAMED_ONE_BY_ONE:
        yield _many_without_promise(evidence, watched)
        return
    for row, weight in _weighted(evidence):
        if row["kpi_id"] in watched:
            yield Finding(
                rule="no-target",
                severity="low",
                subject=row["kpi_id"],
                subject_kind="kpi",
                objective_id=text(row["objective_id"]),
                headline=f"{row['name']}: no target was set",
                evidence=f"It {movement(row)}.",
                recommendation="Agree a target, or say that it is only watched.",
                owner=text(row["owner"]),
                weight=weight,
                gap=_WATCHED_GAP,
            )


def _many_without_promise(evidence: Evidence, watched: set[str]) -> Finding:
    """One finding for all of them: a reader needs to know that they are many, not read each."""
    weights = strategy_weights(evidence.scores, evidence.objectives)
    share = float(weights[weights.index.isin(watched)].sum())
    return Finding(
        rule="no-target",
        severity="low",
        subject="strategy",
        subject_kind="strategy",
        objective_id="",
        headline=f"{figures.number(len(watched))} of {figures.plural(len(evidence.scores), 'KPI')} have no target",
        evidence=f"They carry {figures.percent(share)} of the strategy's weight and can be neither met nor missed.",
        recommendation="Agree targets for those that matter, and say of the rest that they are only watched.",
        owner="",
        weight=share,
        gap=_WATCHED_GAP,
    )


def successes(evidence: Evidence) -> Iterator[Finding]:
    """A KPI that met its target and got better: worth knowing, keeping and copying."""
    for row, weight in _weighted(evidence):
        better = row["score"] >= 1.0 and row["variation"] != Variation.CONCERN and pd.notna(row["change"])
        in_doubt = not evidence.year_is_over and pd.notna(row["p_meet"]) and row["p_meet"] < LIKELY
        if row["status"] != Status.ON_TARGET or not better or row["change"] == 0 or in_doubt:
            continue
        yield Finding(
            rule="target-met",
            severity="success",
            subject=row["kpi_id"],
            subject_kind="kpi",
            objective_id=text(row["objective_id"]),
            headline=f"{row['name']} {movement(row)} and met the target of {promised_beside(row)}",
            evidence=_noise_or_signal(row),
            recommendation="Keep what works, and see where else it would.",
            owner=text(row["owner"]),
            weight=weight,
            gap=min(
                1.0, max(0.2, float(row["score"]) - 1.0 + (0.5 if row["variation"] == Variation.IMPROVEMENT else 0.2))
            ),
            confidence=float(row["confidence"]),
        )
