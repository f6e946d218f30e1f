"""Rules about the people concerned: who was not reached, and who was not answered."""

from collections.abc import Iterator

from review_kit.findings.evidence import Evidence, Finding, text
from review_kit.model import figures
from review_kit.stakeholders import feedback_closure, reach_by_audience

REACH_WANTED = 0.8  # share of an audience's influence that a socialised strategy has reached
CLOSURE_WANTED = 0.8  # share of feedback that got an answer
_PEOPLE_WEIGHT = 0.02  # share of the strategy: people come after results, and before nothing at all


def audiences_not_reached(evidence: Evidence) -> Iterator[Finding]:
    """An audience of which too little influence attended anything."""
    if evidence.stakeholders.empty:
        return
    for _, row in reach_by_audience(evidence.stakeholders, evidence.engagements).iterrows():
        if row["share"] >= REACH_WANTED:
            continue
        yield Finding(
            rule="audience-not-reached",
            severity="low",
            subject=text(row["audience"]),
            subject_kind="audience",
            objective_id="",
            headline=(
                f"The review reached {figures.percent(row['share'])} of the influence in the "
                f"{_audience(row['audience'])} audience"
            ),
            evidence=f"{int(row['people_reached'])} of {figures.plural(int(row['people']), 'stakeholder')} attended.",
            recommendation="Invite those who were not reached before the targets are agreed.",
            owner="",
            weight=_PEOPLE_WEIGHT,
            gap=1.0 - float(row["share"]),
        )


def feedback_unanswered(evidence: Evidence) -> Iterator[Finding]:
    """Feedback of an audience that mostly stands open."""
    if evidence.feedback.empty or evidence.stakeholders.empty:
        return
    for _, row in feedback_closure(evidence.feedback, evidence.stakeholders).iterrows():
        if row["closed"] >= CLOSURE_WANTED:
            continue
        wait = "waits" if row["open"] == 1 else "wait"
        yield Finding(
            rule="feedback-unanswered",
            severity="low",
            subject=text(row["audience"]),
            subject_kind="audience",
            objective_id="",
            headline=(
                f"{int(row['open'])} of {figures.plural(int(row['replies']), 'reply', 'replies')} from the "
                f"{_audience(row['audience'])} audience still {wait} for an answer"
            ),
            evidence=f"{figures.percent(row['closed'])} were answered, acted on or declined with a reason.",
            recommendation="Answer them with the review: what was heard, and what was done.",
            owner="",
            weight=_PEOPLE_WEIGHT,
            gap=1.0 - float(row["closed"]),
        )


def _audience(word: str) -> str:
    return "IT" if word == "it" else word
