"""Rules about initiatives, risks and the shape of the strategy itself."""

from collections.abc import Iterator

import pandas as pd

from review_kit.findings.evidence import Evidence, Finding, objective_shares, text
from review_kit.initiatives import DAYS_A_MONTH
from review_kit.model import figures
from review_kit.model.words import InitiativeProposal

_ADVICE = {
    InitiativeProposal.ACCELERATE: "Accelerate: add the people or money that bring the date back, or agree a new one.",
    InitiativeProposal.ADJUST: "Adjust: narrow it to where it still serves the strategy, and re-plan the money.",
    InitiativeProposal.STOP: "Stop: release its money and people for initiatives that serve the strategy.",
}
_FULL_SLIP_MONTHS = 12.0  # a slip of a year or more puts all of an objective's benefit at stake
_HIGHEST_EXPOSURE = 25.0


def initiatives_off_plan(evidence: Evidence) -> Iterator[Finding]:
    """An initiative for which the rule proposes anything but to continue."""
    shares = objective_shares(evidence)
    for _, row in evidence.initiatives.iterrows():
        if row["proposal"] == InitiativeProposal.CONTINUE:
            continue
        slip = row["slip_days"] if pd.notna(row["slip_days"]) else 0.0
        months = slip / DAYS_A_MONTH
        yield Finding(
            rule=f"initiative-{row['proposal']}",
            severity="high" if months >= 3 or row["proposal"] == InitiativeProposal.STOP else "medium",  # noqa: PLR2004 - a quarter
            subject=row["initiative_id"],
            subject_kind="initiative",
            objective_id=text(row["objective_id"]),
            headline=f"{row['name']} {_standing(row, months)}",
            evidence=_numbers(row),
            recommendation=_ADVICE[InitiativeProposal(row["proposal"])],
            owner=text(row["owner"]),
            weight=shares.get(text(row["objective_id"]), 0.0),
            gap=max(0.3, min(1.0, months / _FULL_SLIP_MONTHS)),
        )


def _standing(row: pd.Series, months: float) -> str:
    if months >= 1:
        when = f"will finish {figures.plural(round(months), 'month')} late, in {row['forecast_finish']:%B %Y}"
    elif pd.notna(row["behind_points"]) and row["behind_points"] >= 1:
        when = f"is {figures.plural(round(row['behind_points']), 'percentage point')} behind plan"
    else:
        when = "is on time"
    if row["fit"] == "lost":
        return f"{when} and no longer fits the strategy as planned"
    if pd.notna(row["overspend"]) and row["overspend"] >= 0.1:  # noqa: PLR2004 - the rule's own limit words it
        return f"{when} and spends ahead of its work"
    return when


def _numbers(row: pd.Series) -> str:
    parts = []
    if pd.notna(row["percent_complete"]):
        planned = (
            f" against {figures.number(row['planned_percent'], 0)} % planned"
            if pd.notna(row["planned_percent"])
            else ""
        )
        parts.append(f"{figures.number(row['percent_complete'], 0)} % of the work is done{planned}")
    if pd.notna(row["spend_ratio"]):
        parts.append(f"{figures.percent(row['spend_ratio'])} of the budget is spent")
    rule = f" Rule: {row['rule']}."
    return (figures.listed(parts) + "." if parts else "") + rule


def risks_that_need_eyes(evidence: Evidence) -> Iterator[Finding]:
    """A risk or issue that is critical, or that rose into the upper half of the grid, or whose response is overdue."""
    shares = objective_shares(evidence)
    for _, row in evidence.risks.iterrows():
        if text(row["status"]).lower() in {"closed", "done"}:
            continue
        rising = row["movement"] == "rising" and row["band"] in {"high", "critical"}
        if not (rising or row["band"] == "critical" or bool(row["overdue"])):
            continue
        kind = "Issue" if row["kind"] == "issue" else "Risk"
        state = [f"{row['band']} at {figures.number(row['exposure'], 0)} of 25"]
        if row["movement"] in {"rising", "falling"}:
            state.append(f"{row['movement']} from {figures.number(row['previous_exposure'], 0)}")
        if bool(row["overdue"]):
            state.append(f"its response overdue since {row['due']:%B %Y}")
        yield Finding(
            rule="risk-overdue"
            if bool(row["overdue"]) and not rising
            else "risk-rising"
            if rising
            else "risk-critical",
            severity="high" if row["band"] == "critical" else "medium",
            subject=row["risk_id"],
            subject_kind="risk",
            objective_id=text(row["objective_id"]),
            headline=f"{kind}: {row['title']} is {', '.join(state)}",
            evidence=f"Response: {text(row['response']) or 'none stated'}.",
            recommendation="Check whether the response still works, and give it a date and a name.",
            owner=text(row["owner"]),
            weight=shares.get(text(row["objective_id"]), 0.0),
            gap=float(row["exposure"]) / _HIGHEST_EXPOSURE if pd.notna(row["exposure"]) else 0.2,
        )


def objectives_without_kpi(evidence: Evidence) -> Iterator[Finding]:
    """An active objective that nothing measures: it cannot be reviewed."""
    shares = objective_shares(evidence)
    measured = set(evidence.kpis["objective_id"])
    for _, row in evidence.objectives.iterrows():
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
