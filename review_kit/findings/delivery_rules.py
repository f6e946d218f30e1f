"""Rules about initiatives, risks and the shape of the strategy itself."""

from collections.abc import Iterator, Mapping

import pandas as pd

from review_kit.findings.evidence import (
    Evidence,
    Finding,
    Row,
    movement,
    objective_shares,
    promise_words,
    sentence,
    shortfall_words,
    text,
)
from review_kit.initiatives import DAYS_A_MONTH, DEFAULT_RULES, spends_ahead
from review_kit.model import figures
from review_kit.model.words import InitiativeProposal, Status
from review_kit.risks import BANDS, GRAVE, open_risks

_ADVICE = {
    InitiativeProposal.ACCELERATE: (
        "Accelerate: add the people or money that bring {finish} forward, or agree to that date."
    ),
    InitiativeProposal.ADJUST: "Adjust: narrow it to where it still serves the strategy, and re-plan the money.",
    InitiativeProposal.STOP: "Stop: release its money and people for initiatives that serve the strategy.",
}
_FULL_SLIP_MONTHS = 12.0  # a slip of a year or more costs all that the initiative was to bring this year
_BENEFIT = 0.5  # share of an objective's promise that one initiative is taken to carry
_SMALLEST_GAP = 0.3  # of that share: what a proposal to change course puts at stake even without a slip
_HIGHEST_EXPOSURE = 25.0
_UNSEEN = 0.02  # what a risk that nobody assessed is taken to cost, before somebody looks
_AT_STAKE = 0.25  # share of an objective's promise that one risk is taken to threaten; it has not happened yet


def initiatives_off_plan(evidence: Evidence) -> Iterator[Finding]:
    """An initiative for which the rule proposes anything but to continue."""
    shares = objective_shares(evidence)
    for row in evidence.initiatives.to_dict("records"):
        if row["proposal"] == InitiativeProposal.CONTINUE:
            continue
        slip = row["slip_days"] if pd.notna(row["slip_days"]) else 0.0
        months = slip / DAYS_A_MONTH
        yield Finding(
            rule="initiative-off-plan",
            severity="high" if months >= 3 or row["proposal"] == InitiativeProposal.STOP else "medium",  # noqa: PLR2004 - a quarter
            subject=row["initiative_id"],
            subject_kind="initiative",
            objective_id=text(row["objective_id"]),
            headline=f"{row['name']} {_standing(row)}",
            evidence=f"{row['why']} {_missed_benefit(row, evidence)}".strip(),
            recommendation=_ADVICE[InitiativeProposal(row["proposal"])].format(finish=_month(row["forecast_finish"])),
            owner=text(row["owner"]),
            weight=shares.get(text(row["objective_id"]), 0.0),
            gap=_BENEFIT * max(_SMALLEST_GAP, min(1.0, months / _FULL_SLIP_MONTHS)),
        )


def _month(day: pd.Timestamp) -> str:
    return f"{day:%B %Y}" if pd.notna(day) else "the finish"


def _standing(row: Row) -> str:
    """'will finish 6 months late, in June 2026, and spends ahead of its work'; nothing is said of what is not known."""
    told = [_on_time(row)]
    if row["fit"] == "lost":
        told.append("no longer fits the strategy as planned")
    elif spends_ahead(row["overspend"]):
        told.append("spends ahead of its work")
    return ", and ".join(words for words in told if words)


def _on_time(row: Row) -> str:
    """How it stands on time: late by the rule's own limit, else behind plan, else late by days, else on time."""
    slip, behind = row["slip_days"], row["behind_points"]
    if slip >= DEFAULT_RULES.late_days:
        months = max(1, round(slip / DAYS_A_MONTH))
        return f"will finish {figures.plural(months, 'month')} late, in {row['forecast_finish']:%B %Y}"
    if behind >= 1:
        return f"is {figures.plural(round(behind), 'percentage point')} behind plan"
    if slip >= 1:
        return f"will finish {figures.plural(int(slip), 'day')} late"
    return "is on time" if pd.notna(slip) or pd.notna(behind) else ""


def _missed_benefit(initiative: Row, evidence: Evidence) -> str:
    """The costliest missed KPI among those that the initiative serves, in a sentence; nothing where all are met."""
    served = {evidence.places[one] for one in text(initiative["kpi_ids"]).split(";") if one in evidence.places}
    rows = [evidence.weighted_rows[place][0] for place in sorted(served)]
    missed = [row for row in rows if row["status"] in {Status.OFF_TARGET, Status.NEAR}]
    if not missed:
        return ""
    row = max(missed, key=_lost)
    return f"It serves {row['name']}, which {movement(row)}, {shortfall_words(row)} {promise_words(evidence)}."


def _lost(row: Row) -> float:
    """What a missed KPI costs its objective: its weight by the share of its promise that it lost."""
    score: float = 0.0 if pd.isna(row["score"]) else float(row["score"])
    return float(row["weight"]) * (1.0 - min(score, 1.0))


def risks_that_need_eyes(evidence: Evidence) -> Iterator[Finding]:
    """An open risk or issue that rose into the upper half, whose response is overdue, that is critical, or is stale.

    It is one finding, by the first of these rules that holds; what else holds is told with it.
    """
    shares = objective_shares(evidence)
    for row in open_risks(evidence.risks).to_dict("records"):
        rule = _risk_rule(row)
        if not rule:
            continue
        if rule == "risk-stale":
            yield _forgotten(row, shares)
            continue
        kind = "Issue" if row["kind"] == "issue" else "Risk"
        rated = pd.notna(row["exposure"])
        state = [f"{row['band']} at {figures.number(row['exposure'], 0)} of 25" if rated else "not rated"]
        if row["movement"] in {"rising", "falling"}:
            state.append(f"{row['movement']} from {figures.number(row['previous_exposure'], 0)}")
        if bool(row["overdue"]):
            state.append(f"its response overdue since {row['due']:%B %Y}")
        yield Finding(
            rule=rule,
            severity="high" if row["band"] == "critical" else "medium",
            subject=row["risk_id"],
            subject_kind="risk",
            objective_id=text(row["objective_id"]),
            headline=f"{kind}: {row['title']} is {', '.join(state)}",
            evidence=f"Response: {sentence(row['response']) or 'none stated.'} {_last_look(row)}".strip(),
            recommendation=_risk_advice(row),
            owner=text(row["owner"]),
            weight=shares.get(text(row["objective_id"]), 0.0),
            gap=_AT_STAKE * (float(row["exposure"]) / _HIGHEST_EXPOSURE if pd.notna(row["exposure"]) else 1.0),
        )


def _risk_rule(row: Row) -> str:
    """The first rule that holds for a risk; nothing where none does."""
    cases = (
        (row["movement"] == "rising" and row["band"] in GRAVE, "risk-rising"),
        (bool(row["overdue"]), "mitigation-overdue"),
        (row["band"] == BANDS[-1], "risk-exposed"),
        (bool(row["stale"]), "risk-stale"),
    )
    return next((rule for holds, rule in cases if holds), "")


def _forgotten(row: Row, shares: Mapping[str, float]) -> Finding:
    """A risk that nobody looked at for too long: what it would cost is not known, so it ranks low."""
    kind = "Issue" if row["kind"] == "issue" else "Risk"
    rated: str = (
        f", then {row['band']} at {figures.number(row['exposure'], 0)} of 25" if pd.notna(row["exposure"]) else ""
    )
    return Finding(
        rule="risk-stale",
        severity="low",
        subject=row["risk_id"],
        subject_kind="risk",
        objective_id=text(row["objective_id"]),
        headline=f"{kind}: {row['title']} was last assessed in {row['assessed']:%B %Y}{rated}",
        evidence=f"That is {figures.plural(int(row['assessed_days']), 'day')} before the day of this review.",
        recommendation="Assess it anew; an old figure is no evidence that it stands still.",
        owner=text(row["owner"]),
        weight=shares.get(text(row["objective_id"]), 0.0),
        gap=_UNSEEN,
    )


def _last_look(row: Row) -> str:
    return f"It was last assessed in {row['assessed']:%B %Y}." if bool(row["stale"]) else ""


def _risk_advice(row: Row) -> str:
    """What is due: a way down to the exposure that was wanted, by the date that was given, or a response at all."""
    nothing_done = not text(row["response"]).strip()
    if bool(row["overdue"]) and nothing_done:
        return f"A response was due in {row['due']:%B %Y}, and none is stated: agree one, with a new date and a name."
    if bool(row["overdue"]):
        return f"The response was due in {row['due']:%B %Y}: carry it out, or give it a new date and a name."
    if pd.isna(row["target_exposure"]):
        to_what = "to which exposure it is to come down, and by when."
        return f"Agree a response, and say {to_what}" if nothing_done else f"Say {to_what}"
    wanted = f"{figures.number(row['target_exposure'], 0)} of {_HIGHEST_EXPOSURE:g}"
    by = f" by {row['due']:%B %Y}" if pd.notna(row["due"]) else ""
    if nothing_done:
        return f"Agree a response that brings it down to {wanted}{by}."
    opening = (
        "It rose although there is a response" if row["movement"] == "rising" else "The response has not worked yet"
    )
    return f"{opening}: bring it down to {wanted}{by}, or change the response."


def objectives_without_kpi(evidence: Evidence) -> Iterator[Finding]:
    """An active objective that nothing measures: it cannot be reviewed."""
    shares = objective_shares(evidence)
    measured = set(evidence.kpis["objective_id"])
    for row in evidence.objectives.to_dict("records"):
        if row["objective_id"] in measured or text(row["status"]) == "retired":
            continue
        yield Finding(
            rule="objective-without-kpi",
            severity="medium",
            subject=row["objective_id"],
            subject_kind="objective",
            objective_id=row["objective_id"],
            headline=f"Nothing measures the objective “{row['name']}”",
            evidence="No KPI of this cycle names it.",
            recommendation="Agree one KPI with a target, or retire the objective.",
            owner=text(row["owner"]),
            weight=shares.get(row["objective_id"], 0.0),
            gap=0.5,
        )
