"""Findings that belong together, told as one story each: a reader gets ten things and not ninety."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence

import pandas as pd

from review_kit.findings.audience_stories import audience_heads, head_id, shared_by_audiences
from review_kit.findings.evidence import Evidence, Finding, Row, is_met, table_of, text
from review_kit.model import figures
from review_kit.model.words import Status

OF_FEW = 3  # a KPI that more initiatives off plan than these are to move is no story of one of them
OFF_PLAN, MANY_OFF_PLAN = "initiative-off-plan", "initiatives-off-plan"  # how the ids of these findings begin
MANY_ALIKE = 3  # from here on findings of one rule under one objective, or of upkeep anywhere, are one story
_OF_UPKEEP = {
    "hit-or-miss": "{count} are on target, and a routine swing can take them off again",
    "no-owner": "{count} have no owner",
    "no-target": "{count} have no target",
    "weak-data": "{count} rest on figures that are late, few or missing",
}
_OF_OBJECTIVE = {
    "target-missed": "{count} of {all} under {objective} missed their targets",
    "impossible-target": "{count} of {all} under {objective} have a target that cannot exist",
    "drifting": "{count} of {all} under {objective} are on target and drift the wrong way",
    "unlikely": "{count} of {all} under {objective} will probably miss the year's target",
    "target-met": "{count} of {all} under {objective} met their targets",
    **{rule: words.replace("{count}", "{count} of {all} under {objective}") for rule, words in _OF_UPKEEP.items()},
}
_SO_FAR = {"target-missed": "{count} of {all} under {objective} are short of what is due by now"}  # the year goes on
_DO = {
    "target-missed": "Start with the costliest; see what they have in common before each is explained alone.",
    "impossible-target": "Set targets inside the bounds of the measures.",
    "drifting": "Find what changed before the targets are missed.",
    "unlikely": "Decide now what brings them back; after the year end it is history.",
    "target-met": "Keep what works, and see where else it would.",
    "hit-or-miss": "Narrow the spread, or move the level further from the target.",
    "no-owner": "Name one person for each.",
    "no-target": "Agree targets for those that matter, and say of the rest that they are only watched.",
    "weak-data": "Name who delivers each figure and by when, or retire the KPI.",
}


def told_as_stories(found: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """The findings with `story`, the finding_id of the one that stands for all that belong together.

    A finding about a KPI belongs to the initiative that is to move it, where that initiative is a finding of the same
    kind (a problem, or a success); of several to the costliest, and of more than `OF_FEW` to none. A risk belongs to
    its initiative. All findings about one subject are one story; of what holds for several audiences all that one
    rule found is one. Initiatives off plan with which nothing else is told stand under the finding that counts them,
    where there is one. What is left, and is `MANY_ALIKE` of one rule under one objective, gets a finding of its own
    that counts it; so does upkeep of one rule anywhere. `found` needs finding_id, rule, subject, subject_kind,
    objective_id, severity and cost; rows that were added stand behind the others.
    """
    shared = shared_by_audiences(found)
    table = found.assign(story=_homes(found, evidence, shared))
    table = table.assign(story=_under_all_off_plan(table))
    heads = table_of([
        *_counted(table, evidence, _OF_OBJECTIVE if evidence.year_is_over else _OF_OBJECTIVE | _SO_FAR, "objective"),
        *_counted_anywhere(table, evidence),
        *audience_heads(table, evidence, shared),
    ])  # fmt: skip
    if heads.empty:
        return table
    heads["finding_id"] = heads["rule"] + ":" + heads["subject"]
    heads["story"] = heads["finding_id"]
    joined = pd.concat([table, heads], ignore_index=True)
    return joined.assign(story=_with_heads(joined, set(heads["finding_id"])))


def _homes(found: pd.DataFrame, evidence: Evidence, shared: Collection[str]) -> pd.Series:
    """By row, the finding_id under which it is told before any are counted; rules in `shared` have their heads."""
    costliest_first = found.sort_values(["cost", "finding_id"], ascending=[False, True], kind="stable")
    costliest_first = costliest_first[~costliest_first["rule"].isin(shared)]
    problems = costliest_first[costliest_first["severity"].ne("success")].to_dict("records")
    successes = costliest_first[costliest_first["severity"].eq("success")].to_dict("records")
    homes = _homes_of_kind(problems, evidence) | _homes_of_kind(successes, evidence)
    return found["finding_id"].map(homes).mask(found["rule"].isin(shared), found["rule"].map(head_id))


def _homes_of_kind(rows: Sequence[Row], evidence: Evidence) -> dict[str, str]:
    """By finding_id, where it is told; the rows are all problems or all successes, the costliest first."""
    first: dict[tuple[str, str], str] = {}
    for row in rows:
        first.setdefault((row["subject_kind"], row["subject"]), row["finding_id"])
    of_initiative = {subject: finding for (kind, subject), finding in first.items() if kind == "initiative"}
    of_risk = dict(zip(evidence.risks["risk_id"], evidence.risks["initiative_id"].map(of_initiative.get), strict=True))
    above = {"kpi": _by_kpi(evidence.initiatives, of_initiative), "risk": of_risk}
    homes = {}
    for row in rows:
        subject = (row["subject_kind"], row["subject"])
        homes[row["finding_id"]] = text(above.get(subject[0], {}).get(subject[1])) or first[subject]
    return homes


def _by_kpi(initiatives: pd.DataFrame, of_initiative: Mapping[str, str]) -> Mapping[str, str]:
    """By kpi_id, the finding of the costliest initiative that is to move it; the findings stand in that order."""
    served = dict(zip(initiatives["initiative_id"], initiatives["kpi_ids"].map(text), strict=True))
    homes: dict[str, str] = {}
    serving: Counter[str] = Counter()
    for initiative, finding in of_initiative.items():
        for kpi_id in served.get(initiative, "").split(";"):
            homes.setdefault(kpi_id, finding)
            serving[kpi_id] += 1
    return {kpi_id: finding for kpi_id, finding in homes.items() if serving[kpi_id] <= OF_FEW}


def _under_all_off_plan(table: pd.DataFrame) -> pd.Series:
    """The stories, with initiatives off plan that stand alone under the finding that counts all of them."""
    head = table.loc[table["rule"].eq(MANY_OFF_PLAN), "finding_id"]
    if head.empty:
        return table["story"]
    size = table["story"].map(table["story"].value_counts())
    return table["story"].mask(is_off_plan(table) & size.eq(1), head.iloc[0])


def is_off_plan(found: pd.DataFrame) -> pd.Series:
    """Which of the findings are about one initiative off plan, whichever rule found it."""
    return found["finding_id"].str.startswith(f"{OFF_PLAN}:")


def _alone(table: pd.DataFrame) -> pd.DataFrame:
    """Findings about KPIs that no story holds yet, and that hold none."""
    size = table["story"].map(table["story"].value_counts())
    return table[size.eq(1) & table["story"].eq(table["finding_id"]) & table["subject_kind"].eq("kpi")]


def _counted(table: pd.DataFrame, evidence: Evidence, words: Mapping[str, str], kind: str) -> Iterator[Finding]:
    """One finding for each rule and objective with many findings alike."""
    objectives = evidence.objectives.set_index("objective_id")
    names, owners = objectives["name"], objectives["owner"].map(text)
    of_objective = Counter(evidence.kpis["objective_id"])
    held = _held(table, evidence)
    alone = _alone(table)
    for key, alike in alone[alone["rule"].isin(words)].groupby(["rule", "objective_id"], sort=True):
        rule, objective = map(str, key)
        if len(alike) < MANY_ALIKE:
            continue
        name = f"“{str(names.get(objective, objective)).rstrip('.')}”"
        count = len(set(alike["subject"]) | held[rule].get(objective, set()))
        told = words[rule].format(
            count=figures.number(count), all=figures.plural(of_objective[objective], "KPI"), objective=name
        )
        subject = {"subject": objective, "kind": kind, "objective": objective, "above": owners.get(objective, "")}
        yield _head(alike, rule=f"many-{rule}", headline=told, elsewhere=count - len(alike), **subject)


def _held(table: pd.DataFrame, evidence: Evidence) -> Mapping[str, Mapping[str, set[str]]]:
    """By rule and objective, the KPIs of which it holds, wherever that is told.

    Whether a target was met or missed is asked of the scores: what is met may be told as drifting, and what is missed
    as impossible.
    """
    held: dict[str, dict[str, set[str]]] = defaultdict(lambda: defaultdict(set))
    for row in table[table["subject_kind"].eq("kpi")].to_dict("records"):
        held[row["rule"]][row["objective_id"]].add(row["subject"])
    for scored, _ in evidence.weighted_rows:
        if is_met(scored):
            held["target-met"][text(scored["objective_id"])].add(scored["kpi_id"])
        elif scored["status"] in {Status.OFF_TARGET, Status.NEAR}:
            held["target-missed"][text(scored["objective_id"])].add(scored["kpi_id"])
    return held


def _counted_anywhere(table: pd.DataFrame, evidence: Evidence) -> Iterator[Finding]:
    """One finding for each rule of upkeep with many findings that no objective has many of."""
    alone = _alone(table)
    size = alone.groupby(["rule", "objective_id"])["rule"].transform("size")
    alone = alone[size.lt(MANY_ALIKE) & alone["rule"].isin(_OF_UPKEEP)]
    held = _held(table, evidence)
    for rule, alike in alone.groupby("rule", sort=True):
        if len(alike) >= MANY_ALIKE:
            count = len(set().union(*held[str(rule)].values()))
            told = _OF_UPKEEP[str(rule)].format(
                count=f"{figures.number(count)} of {figures.plural(len(evidence.kpis), 'KPI')}"
            )
            subject = {"subject": "strategy", "kind": "strategy", "objective": ""}
            yield _head(alike, rule=f"many-{rule}", headline=told, elsewhere=count - len(alike), **subject)


def _head(
    alike: pd.DataFrame,
    *,
    rule: str,
    subject: str,
    kind: str,
    objective: str,
    headline: str,
    elsewhere: int,
    above: str = "",
) -> Finding:
    """The finding that counts these; of how many more the same holds is told `elsewhere`.

    Where they have several owners it is for who is `above` them, the owner of their objective.
    """
    worst = alike.sort_values(["cost", "finding_id"], ascending=[False, True], kind="stable")
    grades = [grade for grade in ("high", "medium", "low", "success") if grade in set(alike["severity"])]
    weight = float(alike["weight"].sum())
    sure = float((alike["weight"] * alike["confidence"]).sum() / weight) if weight else 1.0
    cost = float((alike["weight"] * alike["gap"] * alike["confidence"]).sum())
    owners = set(alike["owner"])
    return Finding(
        rule=rule,
        severity=grades[0],
        subject=subject,
        subject_kind=kind,
        objective_id=objective,
        headline=headline,
        evidence=f"{_foremost(elsewhere, is_success=grades[0] == 'success')}: {worst['headline'].iloc[0]}.",
        recommendation=_DO[rule.removeprefix("many-")],
        owner=owners.pop() if len(owners) == 1 else above,
        weight=weight,
        gap=cost / (weight * sure) if weight * sure else 0.0,
        confidence=sure,
    )


def _foremost(elsewhere: int, *, is_success: bool) -> str:
    """How the first of those is introduced that are told here; that others stand elsewhere is said before."""
    if not elsewhere:
        return "Most" if is_success else "Costliest"
    are = "is told with another finding" if elsewhere == 1 else "are told with other findings"
    return f"{figures.number(elsewhere)} of them {are}. {'First' if is_success else 'Costliest'} of the others"


def _with_heads(table: pd.DataFrame, heads: set[str]) -> pd.Series:
    """The stories, with what is counted by a head told under it."""
    alone = set(_alone(table)["finding_id"])
    under = "many-" + table["rule"] + ":" + table["objective_id"]
    anywhere = "many-" + table["rule"] + ":strategy"
    free = table["finding_id"].isin(alone)
    by_objective, by_strategy = free & under.isin(heads), free & anywhere.isin(heads)
    return table["story"].mask(by_strategy, anywhere).mask(by_objective, under)


def cost_of_stories(table: pd.DataFrame) -> pd.Series:
    """By row, what its story costs: that of its KPIs together, or that of what stands for them where it is more.

    An initiative or a risk is a guess at what its KPIs lose, so both are not added; each KPI counts once.
    """
    is_kpi = table["subject_kind"].eq("kpi")
    each = table[is_kpi].groupby(["story", "subject"])["cost"].max().groupby(level="story").sum()
    others = table[~is_kpi].groupby("story")["cost"].max()
    return table["story"].map(each.to_frame("kpis").join(others.rename("others"), how="outer").max(axis=1))


def members_told(table: pd.DataFrame, names: Mapping[str, str], *, most: int = 4) -> Mapping[str, Sequence[str]]:
    """By story, the headlines of what stands under its head, the costliest first, and how many more there are.

    What the head's evidence tells already is left out; `names` are those of KPIs, by kpi_id.
    """
    standing = table[table["state"].ne("resolved")]
    said = standing[standing["story"].eq(standing["finding_id"])].set_index("finding_id")["evidence"]
    told: dict[str, list[str]] = {}
    for row in standing[standing["story"].ne(standing["finding_id"])].to_dict("records"):
        name = names.get(row["subject"])
        if name is None or name not in said.get(row["story"], ""):
            told.setdefault(row["story"], []).append(row["headline"])
    return {story: _shortened(lines, most) for story, lines in told.items()}


def _shortened(lines: Sequence[str], most: int) -> Sequence[str]:
    left = len(lines) - most
    return [*lines[:most], f"{figures.number(left)} more"] if left > 1 else lines
