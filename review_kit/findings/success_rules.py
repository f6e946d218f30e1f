"""What went well: targets that were met, and initiatives that brought what they promised."""

from collections.abc import Iterator, Sequence

import pandas as pd

from review_kit.findings.evidence import (
    Evidence,
    Finding,
    Row,
    in_unit,
    is_met,
    movement,
    promised_beside,
    recovers,
    text,
)
from review_kit.findings.kpi_advice import noise_or_signal
from review_kit.findings.kpi_rules import LIKELY, about_kpi
from review_kit.initiatives import CALLED_OFF, UNKNOWN
from review_kit.model.words import Direction, InitiativeProposal, Status, Variation, is_closed

_HELD_GAP = 0.02  # a target that was held and not bettered ranks behind what got better
_LEAST_GAIN = 0.2  # what a target met is worth at least where the KPI got better
_ALL_DONE = 100.0  # percent of the work
_NAMED = 3  # KPIs of an initiative that got better, in one breath


def successes(evidence: Evidence) -> Iterator[Finding]:
    """A KPI that met its target: worth knowing, and where it got better worth copying.

    None where the latest values are a signal of concern, or where the year will probably end short of the target. One
    that is no better than a year ago held its target, and one without a year ago is only said to have met it; both
    rank behind those that got better.
    """
    for row, weight in evidence.weighted_rows:
        concern = row["variation"] == Variation.CONCERN and not recovers(row)
        in_doubt = not evidence.year_is_over and pd.notna(row["p_meet"]) and row["p_meet"] < LIKELY
        if is_met(row) and not concern and not in_doubt:
            better = got_better(row)
            yield about_kpi(
                row,
                weight,
                rule="target-met",
                severity="success",
                headline=f"{row['name']} {movement(row)} and {_met_words(row)} {promised_beside(row)}",
                evidence=noise_or_signal(row),
                recommendation="Keep what works, and see where else it would." if better else "Hold the level.",
                gap=_gain(row) if better else _HELD_GAP,
                confidence=float(row["confidence"]),
            )


def _met_words(row: Row) -> str:
    return "held the target of" if pd.notna(row["previous_actual"]) and not got_better(row) else "met the target of"


def _gain(row: Row) -> float:
    """What a target met by getting better is worth, 0 to 1: how far it was passed, and more where it is a signal."""
    beyond: float = 0.0 if pd.isna(row["score"]) else float(row["score"]) - 1.0
    return min(1.0, max(_LEAST_GAIN, beyond + (0.5 if row["variation"] == Variation.IMPROVEMENT else 0.2)))


def got_better(row: Row) -> bool:
    """Whether the KPI is better than a year ago as published; a band KPI: no further from its band. No year, no claim.

    A change that the published decimals do not show is none.
    """
    now, before = row["actual"], row["previous_actual"]
    if pd.isna(now) or pd.isna(before):
        return False
    if row["direction"] == Direction.RANGE:
        return _off_band(row, now) <= _off_band(row, before)
    if in_unit(row, now) == in_unit(row, before):
        return False
    return bool(now < before if row["direction"] == Direction.LOWER else now > before)


def _off_band(row: Row, value: float) -> float:
    return max(float(row["target_low"]) - value, value - float(row["target_high"]), 0.0)


def initiatives_that_deliver(evidence: Evidence) -> Iterator[Finding]:
    """An initiative on plan or done, of whose KPIs at least half met their targets and one at least got better.

    That they moved together is no proof that the initiative moved them; the sentence claims no more.
    """
    for initiative in evidence.initiatives.to_dict("records"):
        course = text(initiative.get("decided")) or initiative["proposal"]
        if course != initiative["proposal"] or course != InitiativeProposal.CONTINUE:
            continue
        if initiative["rule"] in {UNKNOWN, CALLED_OFF}:  # on no plan that anybody knows, or on none any more
            continue
        if initiative["start"] > pd.Timestamp(evidence.as_of):  # what has not begun moved nothing
            continue
        judged = [
            (row, weight) for row, weight in served_by(initiative, evidence) if row["status"] != Status.NOT_SCORED
        ]
        met = [(row, weight) for row, weight in judged if is_met(row)]
        better = sorted((pair for pair in met if got_better(pair[0])), key=lambda pair: -pair[1] * _gain(pair[0]))
        if not better or 2 * len(met) < len(judged):
            continue
        done = initiative["percent_complete"] >= _ALL_DONE or is_closed(initiative["status"])
        if len(judged) == 1:
            told = f"{better[0][0]['name']} met its target"
        else:
            count = "both" if len(met) == len(judged) == 2 else f"{len(met)} of"  # noqa: PLR2004 - two are both
            told = f"{count} the {len(judged)} KPIs it serves met {'its target' if len(met) == 1 else 'their targets'}"
            told = told.replace("both the 2 KPIs", "both KPIs")
        yield Finding(
            rule="initiative-delivers",
            severity="success",
            subject=initiative["initiative_id"],
            subject_kind="initiative",
            objective_id=text(initiative["objective_id"]),
            headline=f"{initiative['name']} is {'done' if done else 'on plan'}, and {told}",
            evidence=" ".join(f"{row['name']} {movement(row)}." for row, _ in better[:_NAMED]),
            recommendation="See where else it would work." if done else "Keep it going as planned.",
            owner=text(initiative["owner"]),
            weight=sum(weight for _, weight in better),
            gap=_HELD_GAP,
        )


def served_by(initiative: Row, evidence: Evidence) -> Sequence[tuple[Row, float]]:
    """The KPIs that an initiative is to move, each with its share of the strategy."""
    ids = text(initiative["kpi_ids"]).split(";")
    return [evidence.weighted_rows[evidence.places[one]] for one in dict.fromkeys(ids) if one in evidence.places]
