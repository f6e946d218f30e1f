"""Rules about initiatives and the shape of the strategy itself."""

from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd

from review_kit.findings.evidence import (
    Evidence,
    Finding,
    Row,
    movement,
    promise_words,
    sentence,
    shortfall_words,
    text,
)
from review_kit.findings.kpi_advice import rhythm
from review_kit.findings.kpi_rules import lost
from review_kit.initiatives import (
    CALLED_OFF,
    DAYS_A_MONTH,
    DONE,
    UNKNOWN,
    WORSE,
    InitiativeRules,
    benefit_not_showing,
    spends_ahead,
)
from review_kit.model import figures
from review_kit.model.words import Aggregate, InitiativeProposal, Status

_ADVICE = {
    InitiativeProposal.ACCELERATE: "Accelerate: add the people or money that {bring}.",
    InitiativeProposal.ADJUST: "Adjust: narrow it to where it still serves the strategy, and re-plan the money.",
    InitiativeProposal.STOP: "Stop: release its money and people for initiatives that serve the strategy.",
}
NAMED_ONE_BY_ONE = 12  # of more initiatives off plan than these the rest make one finding
_SHARE_DECIMALS = 9
_FULL_SLIP_MONTHS = 12.0  # a slip of a year or more costs all that the initiative was to bring this year
_BENEFIT = 0.5  # share of an objective's promise that one initiative is taken to carry
_FEW = 12  # initiatives of one objective from which on they share it
_SMALLEST_GAP = 0.3  # of that share: what a proposal to change course puts at stake even without a slip


def initiatives_off_plan(evidence: Evidence) -> Iterator[Finding]:
    """An initiative for which the rule proposes anything but to continue; of very many the costliest, and the rest.

    It is one finding, by the first that holds of lost fit, late and overspent; what else holds is told with it. Where
    people have decided, the finding tells their decision and no longer advises anything.
    """
    rows = [row for row in evidence.initiatives.to_dict("records") if row["proposal"] != InitiativeProposal.CONTINUE]
    going = evidence.initiatives[~evidence.initiatives["rule"].isin([DONE, CALLED_OFF])]
    beside = going.groupby("objective_id").size()  # half of a promise cannot rest on each of very many
    part = (_FEW / beside).clip(upper=1.0).to_dict()
    found = []
    for row in rows:
        objective = text(row["objective_id"])
        found.append(_off_plan(row, evidence.objective_shares.get(objective, 0.0) * part.get(objective, 1.0), evidence))
    if len(found) <= NAMED_ONE_BY_ONE:
        yield from found
        return
    sizes = [row["budget"] if pd.notna(row["budget"]) else 0.0 for row in rows]
    order = sorted(range(len(rows)), key=lambda at: (found[at].settled, -found[at].weight * found[at].gap, -sizes[at]))
    yield from (found[at] for at in order[:NAMED_ONE_BY_ONE])
    yield _many_off_plan(rows, found, int(going["rule"].ne(UNKNOWN).sum()))


def _off_plan(row: Row, weight: float, evidence: Evidence) -> Finding:
    slip: float = row["slip_days"] if pd.notna(row["slip_days"]) else 0.0
    months = slip / DAYS_A_MONTH
    decided = text(row.get("decided"))
    advice = _ADVICE[InitiativeProposal(row["proposal"])].format(bring=_bring(row, evidence.as_of))
    return Finding(
        rule=_off_plan_rule(row, evidence.initiative_rules),
        severity="high" if months >= 3 or row["proposal"] == InitiativeProposal.STOP else "medium",  # noqa: PLR2004 - a quarter
        subject=row["initiative_id"],
        subject_kind="initiative",
        objective_id=text(row["objective_id"]),
        headline=f"{row['name']} {_standing(row, evidence)}",
        evidence=f"{row['why']} {_missed_benefit(row, evidence)}".strip(),
        recommendation=f"Decided: {decided}. {sentence(row['decided_because'])}" if decided else advice,
        owner=text(row["owner"]),
        weight=weight,
        gap=_BENEFIT * max(_SMALLEST_GAP, min(1.0, months / _FULL_SLIP_MONTHS)),
        settled=bool(decided),
    )


def _off_plan_rule(row: Row, rules: InitiativeRules) -> str:
    """The first rule that holds for an initiative that is not to go on as planned."""
    if row["fit"] == "lost":
        return "initiative-unfit"
    late = row["slip_days"] >= rules.late_days or row["behind_points"] >= rules.behind_points
    return "initiative-late" if late else "initiative-overspent"


def _many_off_plan(rows: Sequence[Row], found: Sequence[Finding], going: int) -> Finding:
    """One finding for all of them, of which not all are named: how many, and what is proposed for how many."""
    asked = [(verb, sum(row["proposal"] == verb for row in rows)) for verb in _ADVICE]
    told = figures.listed(f"to {verb} {figures.number(count)}" for verb, count in asked if count)
    late = sum(bool(row["slip_days"] > 0) for row in rows)
    count = len(found)
    objectives = {one.objective_id for one in found}
    return Finding(
        rule="initiatives-off-plan",
        severity="medium",
        subject="strategy",
        subject_kind="strategy",
        objective_id=objectives.pop() if len(objectives) == 1 else "",
        headline=f"{figures.number(count)} of {figures.plural(going, 'initiative')} under way are off plan",
        evidence=(
            f"{figures.number(late) if late else 'None'} of them {'is' if late == 1 else 'are'} late. Those that cost "
            "most are findings of their own."
        ),
        recommendation=f"The rules propose {told}; the table of initiatives names each.",
        owner="",
        weight=sum(one.weight for one in found) / count,
        gap=sum(one.gap for one in found) / count,
        settled=all(one.settled for one in found),
    )


def _bring(row: Row, as_of: date) -> str:
    """What more people or money are to do for the finish: bring it forward, keep it, or make one that can be kept."""
    finish = row["forecast_finish"]
    if pd.isna(finish):
        return "bring it back to its plan, or agree on a later finish"
    if finish < pd.Timestamp(as_of):
        return f"finish it, and agree on a new day: {finish:%B %Y} has passed"
    if row["slip_days"] > 0:
        return f"bring the finish forward from {finish:%B %Y}, or agree to that date"
    return f"keep {finish:%B %Y}, or agree on a later finish"


def _standing(row: Row, evidence: Evidence) -> str:
    """'will finish 6 months late, in June 2026, and spends ahead of its work'; nothing is said of what is not known."""
    rules = evidence.initiative_rules
    told = [_on_time(row, rules, evidence.as_of)]
    if row["fit"] == "lost":
        told.append("no longer fits the strategy as planned")
    elif spends_ahead(row["overspend"], rules):
        told.append("spends ahead of its work")
    elif round(row["cost_growth"], _SHARE_DECIMALS) >= rules.dearer:
        told.append(f"is to cost {figures.percent(row['cost_growth'])} more than budgeted")
    return ", and ".join(words for words in told if words)


def _on_time(row: Row, rules: InitiativeRules, as_of: date) -> str:
    """How it stands on time: late by the rule's own limit, else behind plan, else late by days, else on time."""
    slip, behind = row["slip_days"], row["behind_points"]
    if slip >= rules.late_days:
        months = max(1, round(slip / DAYS_A_MONTH))
        if row["forecast_finish"] < pd.Timestamp(as_of):
            late = f"{figures.plural(months, 'month')} after its planned finish"
            return f"was expected to finish in {row['forecast_finish']:%B %Y}, and is not done {late}"
        return f"will finish {figures.plural(months, 'month')} late, in {row['forecast_finish']:%B %Y}"
    if behind >= 1:
        return f"is {figures.plural(round(behind), 'percentage point')} behind plan"
    if slip >= 1:
        return f"will finish {figures.plural(int(slip), 'day')} late"
    return "is on time" if pd.notna(slip) or pd.notna(behind) else ""


def _missed_benefit(initiative: Row, evidence: Evidence) -> str:
    """The costliest missed KPI among those that the initiative serves, in a sentence; nothing where all are met."""
    served = {evidence.places[one] for one in text(initiative["kpi_ids"]).split(";") if one in evidence.places}
    rows = [evidence.weighted_rows[place] for place in sorted(served)]
    missed = [(row, weight) for row, weight in rows if row["status"] in {Status.OFF_TARGET, Status.NEAR}]
    if not missed:
        return ""
    row, _ = max(missed, key=lambda one: one[1] * lost(one[0]))
    return f"It serves {row['name']}, which {movement(row)}, {shortfall_words(row)} {promise_words(evidence)}."


def benefits_not_showing(evidence: Evidence) -> Iterator[Finding]:
    """An initiative that finished half a year ago or more and moved none of the KPIs that it was to move."""
    if evidence.benefits is None or evidence.benefits.empty:
        return
    owners = evidence.initiatives.set_index("initiative_id")
    for row in benefit_not_showing(evidence.benefits, evidence.as_of).to_dict("records"):
        own = owners.loc[row["initiative_id"]]
        before, after = (figures.with_unit(row[name], text(row["unit"]), _places(row)) for name in ("before", "after"))
        signal = "a signal of concern" if row["verdict"] == WORSE else "no more than noise"
        objective = text(own["objective_id"])
        yield Finding(
            rule="benefit-not-showing",
            severity="medium",
            subject=row["initiative_id"],
            subject_kind="initiative",
            objective_id=objective,
            headline=f"{own['name']} is finished, and no KPI that it serves got better by a signal",
            evidence=(
                f"{row['kpi']}: {before}{_each(row, evidence)} on average in the year before the start, {after} since "
                f"{row['since']:%B %Y}, {signal}. {_missed_benefit(own, evidence)}"
            ).strip(),
            recommendation="Say what holds the benefit back, or lower the promise that rests on it.",
            owner=text(own["owner"]),
            weight=evidence.objective_shares.get(objective, 0.0),
            gap=_BENEFIT,
        )


def _each(row: Row, evidence: Evidence) -> str:
    """' a month' behind the mean of a KPI that adds up, which would be taken for a figure of the year; else nothing."""
    found = evidence.kpis["kpi_id"].eq(row["kpi_id"])
    if "aggregate" not in evidence.kpis or not evidence.kpis.loc[found, "aggregate"].eq(Aggregate.SUM).any():
        return ""
    place = evidence.places.get(text(row["kpi_id"]))
    each = "value" if place is None else rhythm(evidence.weighted_rows[place][0])
    return "" if each == "value" else f" a {each}"


def _places(row: Row) -> int | None:
    """The decimals as published; None where they are not said."""
    return int(row["decimals"]) if pd.notna(row["decimals"]) else None


def objectives_without_kpi(evidence: Evidence) -> Iterator[Finding]:
    """An active objective that nothing measures: it cannot be reviewed."""
    measured = set(evidence.kpis["objective_id"])
    for row in evidence.objectives.to_dict("records"):
        if row["objective_id"] in measured or text(row["status"]) == "retired":
            continue
        is_new = text(row["status"]) == "new"  # it may still wait for its first KPI
        yield Finding(
            rule="objective-without-kpi",
            severity="medium",
            subject=row["objective_id"],
            subject_kind="objective",
            objective_id=row["objective_id"],
            headline=f"Nothing measures the objective “{str(row['name']).rstrip('.')}”",
            evidence="No KPI of this cycle names it.",
            recommendation=f"Agree one KPI with a target{'' if is_new else ', or retire the objective'}.",
            owner=text(row["owner"]),
            weight=evidence.objective_shares.get(row["objective_id"], 0.0),
            gap=0.5,
        )
