"""How the figures were worked out, said with the limits that the cycle really used."""

from review_kit.model import figures
from review_kit.model.profile import PROFILES, Rollup
from review_kit.narrative.signals import signal_statement
from review_kit.scoring import ScoringRules
from review_kit.signals import ChartChoices, RuleSet
from review_kit.targets import ResetRules

_TOGETHER = {
    Rollup.MEAN: (
        "Means weighted by the stated weights, over what has a score; scores below {floor} count as {floor}."
    ),
    Rollup.GEOMETRIC: (
        "Geometric means weighted by the stated weights, over what has a score; one that stands at 0 takes its parent "
        "to 0."
    ),
    Rollup.WORST: "The worst score below counts, and the worst status, over what has a score.",
}
_PROFILES = {
    "progress": (
        "The share of the way from baseline to target: 0 at the baseline, 100 at the target, capped at {cap} where it "
        "is averaged. A KPI that has no baseline, or whose baseline is its target, scores by how close it is."
    ),
    "attainment": (
        "The actual over the target, or the target over the actual where less is better: 100 at the target, capped at "
        "{cap} where it is averaged."
    ),
    "goal_redflag": (
        "The way from the red flag to the goal: 0 at the red flag (3.3 of 10), 100 at the goal (6.7 of 10), held "
        "between {floor} and {cap} where it is averaged."
    ),
    "health": (
        "Progress over expected progress: 100 when the KPI is where it should be by now, capped at {cap} where it is "
        "averaged."
    ),
    "bands": (
        "The share of the way from start to target as planned so far; of what adds up, actuals so far over what was "
        "planned so far; of what is to be maintained, the share of periods that met the target."
    ),
    "cagr": (
        "The annual growth rate achieved over the annual rate that reaches the target on time: 100 keeps pace, below 0 "
        "moves away; held between {floor} and {cap} where it is averaged."
    ),
}


def method_statement(
    scoring: ScoringRules, signal: RuleSet, reset: ResetRules, charts: ChartChoices | None = None
) -> list[tuple[str, str]]:
    """Term and meaning, in the order of the work; every number comes from the rules that were applied."""
    enough = figures.percent(scoring.min_confidence)
    green, amber = figures.number(100 * scoring.green), figures.number(100 * scoring.amber)
    status = (
        f"On target when the target is met or the score is {green} or more, near from {amber}, off target below. "
        f"Not scored when fewer than {enough} of the values came that were due."
    )
    floor, cap = figures.number(100 * scoring.floor), figures.number(100 * scoring.cap)
    roll_up = (
        f"{_TOGETHER[Rollup(scoring.rollup)].format(floor=floor)} Where less than "
        f"{enough} of the weight has a score, the mean is withheld. A guardrail that is off target keeps its objective "
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
    score = f"{_PROFILES[scoring.profile].format(floor=floor, cap=cap)} Source: {PROFILES[scoring.profile].source}."
    return [
        ("Actual", actual),
        ("Met", met),
        ("Score", score),
        ("Status", status),
        ("Objectives and strategy", roll_up),
        ("Signal or noise", signal_statement(signal, charts or ChartChoices())),
        ("Proposed targets", targets),
        ("Findings", "Ranked by weight × gap × confidence, in points of the strategy's 100."),
    ]
