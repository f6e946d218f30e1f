"""How the figures were worked out, said with the limits that the cycle really used."""

from collections.abc import Sequence

import pandas as pd

from review_kit.model import figures
from review_kit.model.profile import PROFILES, Profile, Rollup
from review_kit.narrative.signals import signal_statement
from review_kit.scoring import ScoringRules
from review_kit.scoring.profiles import goal_redflag_points
from review_kit.signals import ChartChoices, RuleSet
from review_kit.targets import ResetRules

_TOGETHER = {
    Rollup.MEAN: ("Means weighted by {weights}, over what has a score; scores below {floor} count as {floor}."),
    Rollup.GEOMETRIC: (
        "Geometric means weighted by {weights}, over what has a score; one that stands at 0 takes its parent to 0."
    ),
    Rollup.WORST: "The worst score below counts, and the worst status, over what has a score.",
}
_WEIGHTS = {
    "stated": "the stated weights",
    "target": "the targets of KPIs that count one unit below one objective, otherwise by the stated weights",
}
_PROFILES = {
    "progress": (
        "The share of the way from baseline to target: 0 at the baseline, 100 at the target, capped at {cap} where "
        "scores meet. A KPI whose baseline is its target scores by how close to that it stays; one without a baseline, "
        "or with a target easier than its baseline, by the actual over the target."
    ),
    "attainment": (
        "The actual over the target, or the target over the actual where less is better: 100 at the target, capped at "
        "{cap} where scores meet."
    ),
    "goal_redflag": (
        "The way from the red flag to the goal: 0 at the red flag ({red} of {most}), 100 at the goal ({goal} of "
        "{most}), held between {floor} and {cap} where scores meet."
    ),
    "health": (
        "Progress over expected progress: 100 when the KPI is where it should be by now, capped at {cap} where scores "
        "meet."
    ),
    "bands": (
        "The share of the way from start to target as planned so far; of what adds up, actuals so far over what was "
        "planned so far; of what is to be maintained, the share of periods that met the target."
    ),
    "cagr": (
        "The annual growth rate achieved over the annual rate that reaches the target on time: 100 keeps pace, below 0 "
        "moves away; held between {floor} and {cap} where scores meet."
    ),
}


def method_statement(
    scoring: ScoringRules,
    signal: RuleSet,
    reset: ResetRules,
    charts: ChartChoices | None = None,
    profiles: Sequence[str] = (),
) -> list[tuple[str, str]]:
    """Term and meaning, in the order of the work; every number comes from the rules that were applied.

    `profiles` are those by which single KPIs were scored, beside that of the cycle.
    """
    enough = figures.percent(scoring.min_confidence)
    status = (
        f"{_limits(scoring, scoring.profile)} Not scored when fewer than {enough} of the values came that were due."
    )
    floor = figures.number(100 * scoring.floor)
    roll_up = (
        f"{_TOGETHER[Rollup(scoring.rollup)].format(floor=floor, weights=_WEIGHTS[scoring.weights])} Where less than "
        f"{enough} of the weight has a score, none is given. A guardrail that is off target keeps its objective "
        "and all above it from being on target."
    )
    targets = (
        f"Candidates: this target again, the level reached, {figures.percent(reset.percent)} better, and where the "
        f"past yearly steps lead. No step above {figures.percent(reset.max_step)} of the actual without an approval. "
        "The reason for the choice stands beside it."
    )
    actual = (
        "All values of the cycle up to the day of the review, brought together as the KPI says: the last, the sum, the "
        "mean, the smallest or the largest; for a ratio the sum of numerators over the sum of denominators. Where a "
        "KPI says so, the last twelve months or the latest period alone."
    )
    met = (
        "The actual reaches the target in the KPI's direction, at the precision that is published; a tie is met, but "
        "for a target written as > or <."
    )
    others = [name for name in profiles if name != scoring.profile]
    return [
        ("Actual", actual),
        ("Met", met),
        ("Score", _scored(scoring, scoring.profile)),
        ("Status", status),
        *(
            (f"KPIs scored by {PROFILES[name].title}", f"{_scored(scoring, name)} {_limits(scoring, name)}")
            for name in others
        ),
        ("Objectives and strategy", roll_up),
        ("Signal or noise", signal_statement(signal, charts or ChartChoices())),
        ("Proposed targets", targets),
        ("Findings", "Ranked by weight × gap × confidence, in points of the strategy's 100."),
    ]


def _scored(scoring: ScoringRules, profile: str) -> str:
    """What a score says by this profile; scores meet within the bounds of the cycle."""
    floor, cap = figures.number(100 * scoring.floor), figures.number(100 * scoring.cap)
    ends = pd.Series([0.0, 1.0, PROFILES[Profile.GOAL_REDFLAG].cap])  # red flag, goal, and as far beyond it
    red, goal, most = (figures.number(figures.rounded(point, 1)) for point in goal_redflag_points(ends))
    words = _PROFILES[profile].format(floor=floor, cap=cap, red=red, goal=goal, most=most)
    return f"{words} Source: {PROFILES[profile].source}."


def _limits(scoring: ScoringRules, profile: str) -> str:
    green, amber = (figures.number(100 * limit.iloc[0]) for limit in scoring.limits(pd.Series([profile])))
    return f"On target when the target is met or the score is {green} or more, near from {amber}, off target below."
