"""What holds for several audiences alike, told once: whom the review did not reach, and who waits for an answer."""

from collections.abc import Collection, Iterator

import pandas as pd

from review_kit.findings.evidence import Evidence, Finding
from review_kit.model import figures
from review_kit.stakeholders import feedback_closure, reach_by_audience

SEVERAL = 2  # audiences from which on the same finding about each is one story
_TOLD = {
    "audience-not-reached": "Too little of the influence in {audiences} was reached",
    "feedback-unanswered": "Replies from {audiences} still wait for an answer",
}


def shared_by_audiences(found: pd.DataFrame) -> frozenset[str]:
    """The rules that hold for several audiences; `found` needs rule, subject and subject_kind."""
    audiences = found[found["subject_kind"].eq("audience") & found["rule"].isin(_TOLD)]
    count = audiences.groupby("rule")["subject"].nunique()
    return frozenset(count.index[count.ge(SEVERAL)])


def head_id(rule: str) -> str:
    """The finding_id of what stands for all audiences together."""
    return f"many-{rule}:audiences"


def audience_heads(found: pd.DataFrame, evidence: Evidence, rules: Collection[str]) -> Iterator[Finding]:
    """One finding for each of these rules, which counts the audiences and ranks where the worst of them does.

    Several audiences are no larger part of the strategy than one: weights are not added up.
    """
    n_audiences = evidence.stakeholders["audience"].nunique()
    for rule in sorted(rules):
        alike = found[found["rule"].eq(rule)].sort_values(["cost", "finding_id"], ascending=[False, True])
        worst = alike.iloc[0]
        yield Finding(
            rule=f"many-{rule}",
            severity=worst["severity"],
            subject="audiences",
            subject_kind="audience",
            objective_id="",
            headline=_TOLD[rule].format(audiences=figures.part_of(len(alike), n_audiences, "audience")),
            evidence=_in_all(rule, evidence),
            recommendation=worst["recommendation"],
            owner="",
            weight=worst["weight"],
            gap=worst["gap"],
        )


def _in_all(rule: str, evidence: Evidence) -> str:
    """How many of all people or replies are concerned, whichever audience they belong to."""
    if rule == "feedback-unanswered":
        told = feedback_closure(evidence.feedback, evidence.stakeholders)
        waiting, replies = int(told["open"].sum()), int(told["replies"].sum())
        return f"{figures.number(waiting)} of {figures.plural(replies, 'reply', 'replies')} {_wait(waiting)} in all."
    reached = reach_by_audience(evidence.stakeholders, evidence.engagements)
    came, people = int(reached["people_reached"].sum()), int(reached["people"].sum())
    return f"{figures.number(came) if came else 'None'} of {figures.plural(people, 'stakeholder')} attended in all."


def _wait(count: int) -> str:
    return "waits" if count == 1 else "wait"
