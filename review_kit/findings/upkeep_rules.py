"""Rules about the upkeep of the strategy: what nobody answers for, what serves nothing, what says too little."""

from collections.abc import Iterator, Mapping

import pandas as pd

from review_kit.findings.evidence import Evidence, Finding, movement, recovers, signal_words, text
from review_kit.findings.kpi_rules import about_kpi
from review_kit.model import figures
from review_kit.model.words import Assurance, Status, Variation, is_closed

_UPKEEP_GAP = 0.02  # costs nothing yet; a review that nobody keeps up does


def adverse_signal(evidence: Evidence) -> Iterator[Finding]:
    """A KPI that is not judged, for want of a target or of values, and whose latest values are a signal of concern.

    Where a KPI is judged, the same signal stands in what is said of its target.
    """
    for row, weight in evidence.weighted_rows:
        unjudged = row["status"] == Status.NOT_SCORED and pd.notna(row["actual"])
        if unjudged and row["variation"] == Variation.CONCERN and not recovers(row):
            yield about_kpi(
                row,
                weight,
                rule="adverse-signal",
                severity="medium",
                headline=f"{row['name']} moves the wrong way, and no target says how far it may",
                evidence=f"It {movement(row)}. The latest values are {signal_words(row)}.",
                recommendation="Find what changed when the signal began, and agree a target.",
                gap=0.25,
            )


def met_by_chance(evidence: Evidence) -> Iterator[Finding]:
    """A target that is met now and lies inside the routine variation: without any change the next year may miss it."""
    for row, weight in evidence.weighted_rows:
        routine = row["variation"] == Variation.COMMON_CAUSE and row["assurance"] == Assurance.HIT_OR_MISS
        if row["status"] == Status.ON_TARGET and routine:
            yield about_kpi(
                row,
                weight,
                rule="hit-or-miss",
                severity="low",
                headline=f"{row['name']} is on target, and a routine swing can take it off again",
                evidence=f"It {movement(row)}. Its target lies inside the limits of its routine variation.",
                recommendation="Narrow the spread, or move the level further from the target.",
                gap=_UPKEEP_GAP,
            )


def kpis_without_owner(evidence: Evidence) -> Iterator[Finding]:
    """A KPI that nobody answers for: neither it nor its objective names an owner."""
    owners = evidence.objectives.set_index("objective_id")["owner"].map(text)
    for row, weight in evidence.weighted_rows:
        if not text(row["owner"]) and not owners.get(text(row["objective_id"]), ""):
            yield about_kpi(
                row,
                weight,
                rule="no-owner",
                severity="low",
                headline=f"Nobody answers for {row['name']}",
                evidence="Neither the KPI nor its objective names an owner.",
                recommendation="Name one person who answers for it.",
                gap=_UPKEEP_GAP,
            )


def initiatives_without_kpi(evidence: Evidence) -> Iterator[Finding]:
    """An initiative under way that names no KPI: nobody can tell whether it brings anything."""
    for row in evidence.initiatives.to_dict("records"):
        done = row["percent_complete"] >= 100.0 or is_closed(row["status"])  # noqa: PLR2004 - all of the work
        if done or text(row["kpi_ids"]).strip(" ;"):
            continue
        amount = figures.money(row["spent"], evidence.initiative_rules.currency, exact=True)
        spent = "" if pd.isna(row["spent"]) else f" {amount} has been spent on it."
        yield Finding(
            rule="initiative-without-kpi",
            severity="low",
            subject=row["initiative_id"],
            subject_kind="initiative",
            objective_id=text(row["objective_id"]),
            headline=f"{row['name']} names no KPI that it is to move",
            evidence=f"Its benefit cannot be followed.{spent}",
            recommendation="Name the KPI it is to move, and by how much, or question the initiative.",
            owner=text(row["owner"]),
            weight=evidence.objective_shares.get(text(row["objective_id"]), 0.0),
            gap=_UPKEEP_GAP,
        )


def commentary_outdated(evidence: Evidence) -> Iterator[Finding]:
    """What people wrote about figures that have changed since."""
    changed = changed_figures(evidence.scores, evidence.commentary)
    if not changed:
        return
    yield Finding(
        rule="commentary-outdated",
        severity="low",
        subject="commentary",
        subject_kind="strategy",
        objective_id="",
        headline=f"The commentary was written about other figures: {figures.listed(changed)}",
        evidence="The figures that it rests on stand in the parameters of the cycle, key commentary.rests_on.",
        recommendation="Have its author read it again, and write the figures anew.",
        owner="",
        weight=_UPKEEP_GAP,
        gap=1.0,
    )


def changed_figures(scores: pd.DataFrame, written: Mapping[str, str]) -> list[str]:
    """'Inventory turnover stood at 7.65 and is 7.70 turns now', for every KPI whose figure is no longer as written.

    Compared as published: at the KPI's decimals, or at those that were written where it has none.
    """
    told = []
    rows = {row["kpi_id"]: row for row in scores.to_dict("records")}
    for kpi_id, figure in written.items():
        row = rows.get(kpi_id)
        if row is None:
            continue
        places = int(row["decimals"]) if pd.notna(row["decimals"]) else len(figure.partition(".")[2])
        if pd.isna(row["actual"]):
            told.append(f"{row['name']} stood at {figure} and has no value now")
        elif figures.number(float(figure), places) != figures.number(row["actual"], places):
            unit = text(row["unit"])
            now = figures.with_unit(row["actual"], unit, places)
            # a currency stands before each amount, another unit once behind both
            is_money = bool(figures.currency_and_rest(figures.shown_unit(unit))[0])
            then = figures.with_unit(float(figure), unit if is_money else "", places)
            told.append(f"{row['name']} stood at {then} and is {now} now")
    return told
