"""The review in one sentence, and which findings a reader must know first."""

import pandas as pd

from review_kit.model import figures
from review_kit.model.words import Level, Status

PROBLEMS_ON_PAGE_ONE = 3
SUCCESSES_ON_PAGE_ONE = 2
_SCORES_ARE = "Scores are rolled up from those of KPIs; 100 stands for targets met."


def points_of(score: float) -> str:
    """A score as readers see it, out of 100."""
    return figures.score(score)


def verdict_sentence(strategy: pd.Series, scores: pd.DataFrame) -> str:
    """How the strategy did, in one sentence that stays true when little could be scored.

    Counts targets that were met; a KPI that is on target by its score alone came near.
    """
    judged = scores[scores["status"].ne(Status.NOT_SCORED)]
    reached = judged["met"].eq(other=True).fillna(value=False).astype(bool)
    met = int(reached.sum())
    near = int((~reached & judged["status"].isin([Status.ON_TARGET, Status.NEAR])).sum())
    off = len(judged) - met - near
    if judged.empty:
        return "No KPI could be judged: targets or values are missing."
    whose = "its" if len(judged) == 1 else "their"
    told = f"{met or 'None'} of {figures.plural(len(judged), 'KPI')} that could be judged reached {whose} target"
    rest = [f"{count} {words}" for count, words in ((near, "came near"), (off, "fell short")) if count]
    if rest:
        told = f"{told}, {figures.listed(rest)}"
    elif len(judged) > 1:
        told = f"All {len(judged)} KPIs that could be judged reached their target"
    else:
        told = "The one KPI that could be judged reached its target"
    if pd.isna(strategy["score"]) and pd.isna(strategy["coverage"]):
        return f"{told}; without weights there is no overall score."
    if pd.isna(strategy["score"]):
        share = figures.percent(strategy["coverage"])
        return f"{told}; only {share} of the strategy's weight could be scored, too little for an overall score."
    return f"{told}."


def verdict_detail(rollup: pd.DataFrame) -> str:
    """Where the strategy is strongest and where it is weakest, by objective; and what scores are."""
    objectives = rollup[rollup["level"].eq(Level.OBJECTIVE) & rollup["score"].notna()]
    if objectives.empty:
        return ""
    if len(objectives) == 1:  # a strongest and a weakest are two
        return _SCORES_ARE
    ordered = objectives.sort_values(["score", "id"], ascending=[False, True], kind="stable")
    best, worst = (
        f"{row['name'].rstrip('.')} ({points_of(row['score'])})" for _, row in ordered.iloc[[0, -1]].iterrows()
    )
    return f"Strongest: {best}. Weakest: {worst}. {_SCORES_ARE}"


def five_findings(findings: pd.DataFrame) -> pd.DataFrame:
    """The costliest problems and the greatest successes, one per story and objective; successes last.

    One finding per objective keeps page one from telling the same story five times; where objectives run out, the
    next in rank fill up.
    """
    standing = findings[findings["state"].ne("resolved") & findings["story"].eq(findings["finding_id"])]
    standing = standing.sort_values("rank", kind="stable")
    problems, successes = standing[standing["severity"].ne("success")], standing[standing["severity"].eq("success")]
    wanted = PROBLEMS_ON_PAGE_ONE + SUCCESSES_ON_PAGE_ONE
    won = _one_per_objective(successes, min(SUCCESSES_ON_PAGE_ONE, len(successes)))
    lost = _one_per_objective(problems, min(wanted - len(won), len(problems)))
    return pd.concat([lost, won], ignore_index=True)


def _one_per_objective(findings: pd.DataFrame, count: int) -> pd.DataFrame:
    first = findings[~findings.duplicated("objective_id")]
    others = findings[findings.duplicated("objective_id")]
    return pd.concat([first, others]).head(count).sort_values("rank", kind="stable")
