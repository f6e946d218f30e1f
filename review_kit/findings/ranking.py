"""All rules together: found, ranked, and compared with the last review."""

from collections.abc import Callable, Collection, Iterator, Mapping

import pandas as pd

from review_kit.findings import delivery_rules, kpi_rules, people_rules, risk_rules, success_rules, upkeep_rules
from review_kit.findings.evidence import Evidence, Finding, table_of
from review_kit.findings.links import with_links
from review_kit.findings.stories import OFF_PLAN, cost_of_stories, told_as_stories
from review_kit.model.words import FindingState

COUNTED = "many-"  # how the rules begin that count findings of another rule
SEVERITIES = ("high", "medium", "low", "success")

SHORT_OF_TARGET = ("target-missed", "impossible-target")
# what is not resolved while its KPI is short of its target, and what is not while it drifts: the warning came true
HEADING_SHORT = ("target-missed", "drifting", "unlikely", "hit-or-miss", "adverse-signal")
HEADING_DOWN = ("unlikely", "hit-or-miss", "adverse-signal")

# one finding a risk and an initiative, whatever drew the eye to it this time: by its id it stays the same from review
# to review
SAME_FINDING = {
    **dict.fromkeys(("risk-rising", "mitigation-overdue", "risk-stale"), "risk-exposed"),
    **dict.fromkeys(("initiative-unfit", "initiative-late", "initiative-overspent"), OFF_PLAN),
}

RULES: tuple[Callable[[Evidence], Iterator[Finding]], ...] = (
    kpi_rules.target_missed,
    kpi_rules.impossible_target,
    kpi_rules.drifting,
    kpi_rules.unlikely,
    kpi_rules.weak_data,
    kpi_rules.without_promise,
    upkeep_rules.adverse_signal,
    upkeep_rules.met_by_chance,
    upkeep_rules.kpis_without_owner,
    success_rules.successes,
    success_rules.initiatives_that_deliver,
    delivery_rules.initiatives_off_plan,
    delivery_rules.benefits_not_showing,
    risk_rules.risks_that_need_eyes,
    delivery_rules.objectives_without_kpi,
    upkeep_rules.initiatives_without_kpi,
    upkeep_rules.commentary_outdated,
    people_rules.audiences_not_reached,
    people_rules.feedback_unanswered,
    people_rules.lessons_repeated,
)


def find(evidence: Evidence) -> pd.DataFrame:
    """One row per finding, problems before successes, story by story, the costliest first.

    Columns: finding_id story rank severity rule subject subject_kind objective_id headline evidence recommendation
    owner weight gap confidence settled cost, and what `with_links` adds. `cost` is weight x gap x confidence in points
    of the strategy (0 to 100). The id is made of rule and subject, so that the same finding has the same id in every
    review. `story` is the id of the finding that stands for all that belong together; it comes first among them.
    What people have decided on already keeps its place: its cost is not undone by the decision.
    """
    table = table_of(finding for rule in RULES for finding in rule(evidence))
    table["finding_id"] = table["rule"].replace(SAME_FINDING) + ":" + table["subject"]
    table = _with_cost(told_as_stories(_with_cost(table), evidence))
    order = table.assign(
        is_success=table["severity"].eq("success"),
        of_story=cost_of_stories(table),
        is_under=table["story"].ne(table["finding_id"]),
    ).sort_values(
        ["is_success", "of_story", "story", "is_under", "cost", "finding_id"],
        ascending=[True, False, True, True, False, True],
        kind="stable",
    )
    table = table.loc[order.index].reset_index(drop=True)
    table["rank"] = table.index + 1
    return with_links(table, evidence)


def _with_cost(table: pd.DataFrame) -> pd.DataFrame:
    return table.assign(cost=100.0 * table["weight"] * table["gap"] * table["confidence"])


def compare_with_last(
    found: pd.DataFrame,
    last: pd.DataFrame | None,
    judged: Collection[str] | None = None,
    there: Mapping[str, Collection[str]] | None = None,
) -> pd.DataFrame:
    """The findings with `state`: new, or persisting where the last review had the same; then those it had, resolved.

    Resolved ones come last, without rank, and only problems are resolved. Without a last review all are new. `judged`
    holds the ids of the KPIs that exist and were judged this time (None: all): what stood of another KPI, retired or
    without figures, is left out, since nobody knows whether it is resolved; so is what stood of an initiative, a risk,
    an objective or an audience that is no longer among those `there`, by kind of subject (None or no such kind: all
    are). So is a miss that now goes by a graver name, and a warning that came true.
    """
    table = found.copy()
    if last is None:
        return table.assign(state=str(FindingState.NEW))
    stood = _stood(table, set(last["finding_id"]))
    table["state"] = stood.map({True: str(FindingState.PERSISTING), False: str(FindingState.NEW)}).astype("str")
    gone = last[~last["finding_id"].isin(table["finding_id"]) & last["severity"].ne("success")]
    gone = gone[~gone["rule"].str.startswith(COUNTED)]  # fewer of a kind is no end of it: each stands for itself
    known = gone["subject_kind"].ne("kpi") | (judged is None) | gone["subject"].isin(list(judged or ()))
    short = table.loc[table["rule"].isin(SHORT_OF_TARGET), "subject"]
    adrift = table.loc[table["rule"].eq("drifting"), "subject"]
    came_true = (gone["rule"].isin(HEADING_SHORT) & gone["subject"].isin(short)) | (
        gone["rule"].isin(HEADING_DOWN) & gone["subject"].isin(adrift)
    )
    for kind, ids in (there or {}).items():
        known &= gone["subject_kind"].ne(kind) | gone["subject"].isin(list(ids))
    gone = gone[known & ~came_true]
    gone = gone.assign(state=str(FindingState.RESOLVED))
    gone["rank"] = 0
    gone["story"] = gone["finding_id"]
    return pd.concat([table, gone], ignore_index=True) if len(gone) else table


def _stood(table: pd.DataFrame, last: set[str]) -> pd.Series:
    """Whether the last review had the finding; one that counts others, where it had most of them."""
    stood = table["finding_id"].isin(last)
    under = table["story"].ne(table["finding_id"])
    most = stood[under].groupby(table.loc[under, "story"]).mean().gt(0.5)
    counted = table["rule"].str.startswith(COUNTED)
    return stood.mask(counted, table["finding_id"].map(most).eq(other=True))
