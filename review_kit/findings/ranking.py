"""All rules together: found, ranked, and compared with the last review."""

from collections.abc import Callable, Collection, Iterator

import pandas as pd

from review_kit.findings import delivery_rules, kpi_rules, people_rules
from review_kit.findings.evidence import Evidence, Finding, table_of
from review_kit.model.words import FindingState

SEVERITIES = ("high", "medium", "low", "success")

SHORT_OF_TARGET = ("target-missed", "impossible-target")
HEADING_SHORT = ("target-missed", "drifting", "unlikely")  # what is not resolved while its KPI is short of its target

# one finding a risk, whatever drew the eye to it this time: by its id it stays the same from review to review
SAME_FINDING = dict.fromkeys(("risk-rising", "mitigation-overdue", "risk-stale"), "risk-exposed")

RULES: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    kpi_rules.target_missed,
    kpi_rules.impossible_target,
    kpi_rules.drifting,
    kpi_rules.unlikely,
    kpi_rules.weak_data,
    kpi_rules.without_promise,
    kpi_rules.successes,
    delivery_rules.initiatives_off_plan,
    delivery_rules.risks_that_need_eyes,
    delivery_rules.objectives_without_kpi,
    people_rules.audiences_not_reached,
    people_rules.feedback_unanswered,
    people_rules.lessons_repeated,
)


def find(evidence: Evidence) -> pd.DataFrame:
    """One row per finding, problems before successes, each by weight x gap x confidence, the costliest first.

    Columns: finding_id rank severity rule subject subject_kind objective_id headline evidence recommendation owner
    weight gap confidence cost. `cost` is weight x gap x confidence in points of the strategy (0 to 100). The id is made
    of rule and subject, so that the same finding has the same id in every review.
    """
    table = table_of(finding for rule in RULES for finding in rule(evidence))
    table["cost"] = 100.0 * table["weight"] * table["gap"] * table["confidence"]
    table["finding_id"] = table["rule"].replace(SAME_FINDING) + ":" + table["subject"]
    table["is_success"] = table["severity"].eq("success")
    table = table.sort_values(["is_success", "cost", "finding_id"], ascending=[True, False, True], kind="stable")
    table = table.drop(columns="is_success").reset_index(drop=True)
    table["rank"] = table.index + 1
    return table


def compare_with_last(
    found: pd.DataFrame, last: pd.DataFrame | None, judged: Collection[str] | None = None
) -> pd.DataFrame:
    """The findings with `state`: new, or persisting where the last review had the same; then those it had, resolved.

    Resolved ones come last, without rank, and only problems are resolved. Without a last review all are new. `judged`
    holds the ids of the KPIs that exist and were judged this time (None: all): what stood of another KPI, retired or
    without figures, is left out, since nobody knows whether it is resolved. So is a miss that now goes by a graver
    name.
    """
    table = found.copy()
    if last is None:
        return table.assign(state=str(FindingState.NEW))
    stood = table["finding_id"].isin(last["finding_id"])
    table["state"] = stood.map({True: str(FindingState.PERSISTING), False: str(FindingState.NEW)}).astype("str")
    gone = last[~last["finding_id"].isin(table["finding_id"]) & last["severity"].ne("success")]
    known = gone["subject_kind"].ne("kpi") | (judged is None) | gone["subject"].isin(list(judged or ()))
    short = table.loc[table["rule"].isin(SHORT_OF_TARGET), "subject"]
    gone = gone[known & ~(gone["rule"].isin(HEADING_SHORT) & gone["subject"].isin(short))]
    gone = gone.assign(state=str(FindingState.RESOLVED))
    gone["rank"] = 0
    return pd.concat([table, gone], ignore_index=True) if len(gone) else table
