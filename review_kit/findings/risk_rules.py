"""Rules about risks and issues: what rose, what is overdue, what is critical, and what nobody looked at."""

from collections.abc import Iterator, Mapping

import pandas as pd

from review_kit.findings.evidence import Evidence, Finding, Row, sentence, text
from review_kit.model import figures
from review_kit.risks import BANDS, GRAVE, is_accepted, open_risks

_HIGHEST_EXPOSURE = 25.0
_UNSEEN = 0.02  # what a risk that nobody assessed is taken to cost, before somebody looks
_RESPONSES = {  # by movement, how far the response came
    "rising": "It rose although there is a response",
    "falling": "The response works, but not far enough yet",
}
_AT_STAKE = 0.25  # share of an objective's promise that one risk is taken to threaten; it has not happened yet


def risks_that_need_eyes(evidence: Evidence) -> Iterator[Finding]:
    """An open risk or issue that rose into the upper half, whose response is overdue, that is critical, or is stale.

    It is one finding, by the first of these rules that holds; what else holds is told with it.
    """
    shares = evidence.objective_shares
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
    """What is due: to ask whether it is still borne, to act on what is overdue, or a way down to what was wanted."""
    if is_accepted(row["status"]):
        return "It is accepted as it is: ask whether that still holds, and until when."
    if bool(row["overdue"]):
        return _overdue_advice(row)
    nothing_done = not text(row["response"]).strip()
    if pd.isna(row["target_exposure"]):
        to_what = "to which exposure it is to come down, and by when."
        return f"Agree a response, and say {to_what}" if nothing_done else f"Say {to_what}"
    wanted = f"{figures.number(row['target_exposure'], 0)} of {_HIGHEST_EXPOSURE:g}"
    if row["exposure"] <= row["target_exposure"]:
        return f"It stands no higher than wanted, {wanted}: ask whether that is low enough."
    by = f" by {row['due']:%B %Y}" if pd.notna(row["due"]) else ""
    if nothing_done:
        return f"Agree a response that brings it down to {wanted}{by}."
    opening = _RESPONSES.get(text(row["movement"]), "The response has not worked yet")
    return f"{opening}: bring it down to {wanted}{by}, or change the response."


def _overdue_advice(row: Row) -> str:
    if not text(row["response"]).strip():
        return f"A response was due in {row['due']:%B %Y}, and none is stated: agree one, with a new date and a name."
    return f"The response was due in {row['due']:%B %Y}: carry it out, or give it a new date and a name."
