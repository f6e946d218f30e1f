"""The review in one sentence, and which findings a reader must know first."""

import pandas as pd

from review_kit.model import figures
from review_kit.model.words import Level, Status

PROBLEMS_ON_PAGE_ONE = 3
SUCCESSES_ON_PAGE_ONE = 2
_PAIR = 2
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
    every = rollup[rollup["level"].eq(Level.OBJECTIVE)]
    objectives = every[every["score"].notna()]
    if objectives.empty:
        return ""
    if len(objectives) == 1:  # a strongest and a weakest are two
        return _SCORES_ARE
    printed = objectives["score"].map(points_of)
    best, worst = points_of(objectives["score"].max()), points_of(objectives["score"].min())
    if best == worst:
        who = "Both" if len(objectives) == _PAIR else f"All {len(objectives)}"
        stand = "score" if len(objectives) == len(every) else "that could be scored stand at"
        return f"{who} objectives {stand} {best}. {_SCORES_ARE}"
    ends = (("Strongest", best), ("Weakest", worst))
    told = (f"{end}: {_alike(objectives.loc[printed.eq(score), 'name'], score)}." for end, score in ends)
    return f"{' '.join(told)} {_SCORES_ARE}"


def _alike(names: pd.Series, score: str) -> str:
    """'Grow (102)', 'Grow and Save (0 each)': all that stand at one score; three or more are counted."""
    names = names.str.rstrip(".")
    if len(names) == 1:
        return f"{names.iloc[0]} ({score})"
    return f"{figures.listed(names) if len(names) == _PAIR else f'{len(names)} objectives'} ({score} each)"


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
