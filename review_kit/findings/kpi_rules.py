"""Rules about KPIs: each takes the evidence and returns what it found."""

from collections.abc import Iterator
from typing import Any

import pandas as pd

from review_kit.findings.evidence import (
    Evidence,
    Finding,
    Row,
    in_unit,
    is_met,
    movement,
    promise_words,
    promised,
    recovers,
    sentence,
    shortfall_words,
    signal_words,
    text,
)
from review_kit.findings.kpi_advice import advice, noise_or_signal, reached
from review_kit.model import figures
from review_kit.model.words import Direction, Status, Variation
from review_kit.smart import breaks_bounds, unreachable

STALE_AFTER_DAYS = 62  # two months without a value: the monthly figure was not just late
NAMED_ONE_BY_ONE = 10  # more KPIs without a target than these make one finding
LIKELY = 0.5  # below an even chance a target is called unlikely
_WATCHED_GAP = 0.02  # what costs nothing yet, but ranks before what is no finding


def about_kpi(row: Row, weight: float, **told: Any) -> Finding:
    """A finding about this KPI: whose it is stands in its row, the rest is told."""
    return Finding(
        subject=row["kpi_id"],
        subject_kind="kpi",
        objective_id=text(row["objective_id"]),
        owner=text(row["owner"]),
        weight=weight,
        **told,
    )


def lost(row: Row) -> float:
    """How much of its promise a KPI lost: 1 - score, between 0 and 1; all of it where a missed KPI has no score."""
    return 1.0 if pd.isna(row["score"]) else min(1.0, max(0.0, 1.0 - float(row["score"])))


def target_missed(evidence: Evidence) -> Iterator[Finding]:
    """A KPI did not meet its target; how far, and whether that is signal or noise."""
    beyond_reach = set(evidence.kpis.loc[unreachable(evidence.kpis), "kpi_id"])
    for row, weight in evidence.weighted_rows:
        if row["status"] in {Status.OFF_TARGET, Status.NEAR} and row["kpi_id"] not in beyond_reach:
            yield about_kpi(
                row,
                weight,
                rule="target-missed",
                severity="high" if row["status"] == Status.OFF_TARGET else "medium",
                headline=f"{row['name']} {movement(row)}, {shortfall_words(row)} {promise_words(evidence)}",
                evidence=f"{reached(row)} {noise_or_signal(row)}".strip(),
                recommendation=advice(row, is_weak=pd.notna(row["confidence"]) and bool(_weakness(row, evidence))),
                gap=lost(row),
                confidence=float(row["confidence"]) if pd.notna(row["confidence"]) else 1.0,
            )


def impossible_target(evidence: Evidence) -> Iterator[Finding]:
    """A target that breaks the bounds of its measure; nobody can be held to one that arithmetic forbids.

    A band that only sticks out of the bounds, or a target that every value meets, is a mistake that costs nothing.
    """
    wrong = evidence.kpis[breaks_bounds(evidence.kpis)]
    kpis = dict(zip(wrong["kpi_id"], wrong.to_dict("records"), strict=True))
    beyond_reach = set(wrong.loc[unreachable(wrong), "kpi_id"])
    for row, weight in evidence.weighted_rows:
        if row["kpi_id"] not in kpis:
            continue
        forbidden = row["kpi_id"] in beyond_reach
        verdict = "cannot be reached, since" if forbidden else "lies beyond what can be:"
        settled = row["kpi_id"] in evidence.approved
        yield about_kpi(
            row,
            weight,
            rule="impossible-target",
            severity="high" if forbidden else "medium",
            headline=f"{row['name']}: {_impossible(row, kpis[row['kpi_id']], verdict)}",
            evidence=f"It {movement(row)}. The target breaks the bounds of the measure.",
            recommendation=_decided(row, *evidence.approved[row["kpi_id"]])
            if settled
            else "Set a target inside the bounds; close to a bound, halve what is still missing.",
            gap=1.0 if forbidden else _WATCHED_GAP,
            settled=settled,
        )


def _decided(row: Row, target: float, because: str) -> str:
    """What people have set instead, for the next cycle, and why."""
    return f"Decided: {in_unit(row, target)} for the next cycle. {sentence(because)}"


def _impossible(row: Row, kpi: Row, verdict: str) -> str:
    """'the target of 108.9 % cannot be reached, since 100.0 % is the most there can be'; the year's target is meant."""
    goals = ("target_low", "target_high") if kpi["direction"] == Direction.RANGE else ("target",)
    above = any(kpi[goal] > kpi["upper_bound"] for goal in goals)
    bound = in_unit(row, kpi["upper_bound"] if above else kpi["lower_bound"])
    asked = promised({**row, **{goal: kpi[goal] for goal in goals}})
    return f"the target of {asked} {verdict} {bound} is the {'most' if above else 'least'} there can be"


def drifting(evidence: Evidence) -> Iterator[Finding]:
    """A KPI on target whose latest values are an adverse signal and do not turn: green today, and on its way out."""
    for row, weight in evidence.weighted_rows:
        if row["status"] == Status.ON_TARGET and row["variation"] == Variation.CONCERN and not recovers(row):
            stands = "met" if is_met(row) else "came close to"
            yield about_kpi(
                row,
                weight,
                rule="drifting",
                severity="medium",
                headline=f"{row['name']} {stands} the target of {promised(row)}, but drifted the wrong way",
                evidence=f"It {movement(row)}. The latest values are {signal_words(row)}.",
                recommendation="Find what changed before the target is missed.",
                gap=0.5,
            )


def unlikely(evidence: Evidence) -> Iterator[Finding]:
    """Before the year is over: a KPI that looks fine today and will probably miss its target at the year end."""
    if evidence.year_is_over:
        return
    for row, weight in evidence.weighted_rows:
        if row["status"] == Status.ON_TARGET and pd.notna(row["p_meet"]) and row["p_meet"] < LIKELY:
            yield about_kpi(
                row,
                weight,
                rule="unlikely",
                severity="medium",
                headline=f"{row['name']}: on target today, heading for {in_unit(row, row['forecast'])} at the year end",
                evidence=f"The chance to meet the year's target is {figures.chance_told(row['p_meet'])}.",
                recommendation="Decide now what brings it back; after the year end it is history.",
                gap=1.0 - float(row["p_meet"]),
            )


def weak_data(evidence: Evidence) -> Iterator[Finding]:
    """A KPI whose figures stopped coming, came too seldom, or never came: its status is worth little."""
    for row, weight in evidence.weighted_rows:
        headline: str = _weakness(row, evidence) if pd.notna(row["confidence"]) else ""
        if not headline:
            continue
        came, due = int(row["n_periods"]), int(row["n_expected"])
        yield about_kpi(
            row,
            weight,
            rule="weak-data",
            severity="medium",
            headline=f"{row['name']}: {headline}",
            evidence=f"{came or 'None'} of {due} values came in this cycle." if due > 1 else "None came in this cycle.",
            recommendation="Name who delivers the figure and by when, or retire the KPI.",
            gap=1.0 - float(row["confidence"]),
        )


def _weakness(row: Row, evidence: Evidence) -> str:
    """What is weak about a KPI's figures, in words; nothing where enough of them came in time."""
    came, due = int(row["n_periods"]), int(row["n_expected"])
    if came == 0:
        return f"none of {due} values came" if due > 1 else "the one value that was due did not come"
    if came < due and (pd.Timestamp(evidence.as_of) - row["last_end"]).days > STALE_AFTER_DAYS:
        return f"the last value is that of {row['last_end']:%B %Y}"
    return "too few values came to judge it" if row["confidence"] < evidence.min_confidence else ""


def without_promise(evidence: Evidence) -> Iterator[Finding]:
    """A KPI that is measured and has no target: it can neither be met nor missed."""
    no_goal = evidence.scores["target"].isna() & evidence.scores["target_low"].isna()
    watched = set(evidence.scores.loc[no_goal & evidence.scores["actual"].notna(), "kpi_id"])
    if len(watched) > NAMED_ONE_BY_ONE:
        yield _many_without_promise(evidence, watched)
        return
    for row, weight in evidence.weighted_rows:
        if row["kpi_id"] in watched:
            yield about_kpi(
                row,
                weight,
                rule="no-target",
                severity="low",
                headline=f"{row['name']}: no target was set",
                evidence=f"It {movement(row)}.",
                recommendation="Agree a target, or say that it is only watched.",
                gap=_WATCHED_GAP,
            )


def _many_without_promise(evidence: Evidence, watched: set[str]) -> Finding:
    """One finding for all of them: a reader needs to know that they are many, not read each."""
    share = float(evidence.weights[evidence.weights.index.isin(watched)].sum())
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
