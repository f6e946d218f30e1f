"""Rules about the people concerned: who was not reached, who was not answered, and what was not learned."""

from collections.abc import Iterator

from review_kit.findings.evidence import Evidence, Finding, Row, sentence, text
from review_kit.model import figures
from review_kit.stakeholders import feedback_closure, reach_by_audience

REACH_WANTED = 0.8  # share of an audience's influence that a socialised strategy has reached
CLOSURE_WANTED = 0.8  # share of feedback that got an answer
_OFTEN = 4.0  # a lesson learned so often was not learned at all
_PEOPLE_WEIGHT = 0.02  # share of the strategy: people come after results, and before nothing at all


def audiences_not_reached(evidence: Evidence) -> Iterator[Finding]:
    """An audience of which too little influence attended anything."""
    if evidence.stakeholders.empty:
        return
    reach = reach_by_audience(evidence.stakeholders, evidence.engagements, is_recorded=evidence.engagements_recorded)
    for _, row in reach[reach["share"].lt(REACH_WANTED)].iterrows():
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
                f"{_first_large(figures.part_of(int(row['open']), int(row['replies']), 'reply', 'replies'))} from the "
                f"{_audience(row['audience'])} audience still {wait} for an answer"
            ),
            evidence=f"{figures.percent(row['closed'])} were answered, acted on or declined with a reason.",
            recommendation="Answer them with the review: what was heard, and what was done.",
            owner="",
            weight=_PEOPLE_WEIGHT,
            gap=1.0 - float(row["closed"]),
        )


def lessons_repeated(evidence: Evidence) -> Iterator[Finding]:
    """A lesson of the latest cycle that people say was learned before: one finding for all its repetitions."""
    if evidence.lessons.empty:
        return
    by_id: dict[str, Row] = {row["lesson_id"]: row for row in evidence.lessons.to_dict("records")}
    latest: dict[str, Row] = {}  # by the first lesson of a chain, its latest repetition
    for row in by_id.values():
        if row["times"] > latest.get(row["root"], {"times": 1})["times"]:
            latest[row["root"]] = row
    newest = evidence.lessons["year"].max()
    for root, row in latest.items():
        first = by_id[root]
        if row["year"] != newest:
            continue
        done = not first["is_open"]
        action = _plain(first["action"])
        follow = (
            f"What was to follow, “{action}”, is {'called done' if done else 'still open'}."
            if action
            else ("What was to follow from it is not told.")
        )
        yield Finding(
            rule="lesson-repeated",
            severity="medium",
            subject=root,
            subject_kind="lesson",
            objective_id="",
            headline=f"A lesson{_of_year(first['year'])} was learned {_times(row['times'])}: {_plain(row['lesson'])}",
            evidence=f"Then: {sentence(first['lesson'])} {follow}",
            recommendation=_lesson_advice(done=done, action=action),
            # what is asked for is the first action: whoever owes it answers, not whoever wrote the lesson down again
            owner=text(row["owner"] if done else first["owner"]) or text(row["owner"]),
            weight=_PEOPLE_WEIGHT,
            gap=min(1.0, row["times"] / _OFTEN),
        )


def _lesson_advice(*, done: bool, action: str) -> str:
    if done:
        return "Ask why the first action did not work before a new one is agreed."
    return "Carry out the first action, or say why it cannot be done." if action else "Agree what is to follow from it."


def _of_year(year: float) -> str:
    """' of 2023', and nothing of a lesson that names no cycle."""
    return f" of {year:.0f}" if figures.known(year) else ""


def _times(count: int) -> str:
    return {2: "again", 3: "for the third time", 4: "for the fourth time"}.get(count, f"{count} times")


def _first_large(words: str) -> str:
    return words[:1].upper() + words[1:]


def _plain(words: object) -> str:
    return text(words).strip().rstrip(".")


def _audience(word: str) -> str:
    return "IT" if word == "it" else word
