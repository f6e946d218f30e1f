"""What a rule proposes for each objective: keep, sharpen or retire it, and which change outside asks for a new one.

A strategy is tested by its own results and by what changes around it, at least once a year: after Kaplan and Norton,
The Execution Premium (2008), stage 6, "test and adapt". The thresholds are ours and stand in `ObjectiveRules`.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model import figures
from review_kit.model.words import NOTHING_ASKED, InitiativeProposal, ObjectiveProposal, Status

RETIRED = "retired"
NEW = "new"  # one that was just taken up may still wait for its first KPI
_DONE = NOTHING_ASKED[0]
_Case = tuple[pd.Series, ObjectiveProposal, str]


@dataclass(frozen=True, slots=True)
class ObjectiveRules:
    """From where on something speaks against an objective as it stands."""

    weighty: float = 15.0  # likelihood x impact of a change outside, of 25: as a critical risk
    most: float = 0.5  # share of its initiatives beyond which another course is not one project's affair


DEFAULT_RULES = ObjectiveRules()


def review_objectives(
    objectives: pd.DataFrame,
    rollup: pd.DataFrame,
    initiatives: pd.DataFrame,
    risks: pd.DataFrame,
    changes: pd.DataFrame,
    rules: ObjectiveRules = DEFAULT_RULES,
) -> pd.DataFrame:
    """One row per objective that is not retired, then one per weighty change that bears on no objective.

    `rollup` holds the rows of the level objective with score, previous_score (0 to 1, missing where not known), status,
    n_kpis, n_scored and n_met; initiatives and risks are those that the rules of their own have seen. Columns: subject
    (id of the objective or the change), subject_kind, name, perspective, owner, score, previous_score, change, status,
    kpis, scored, met, initiatives, active, off_course, lost, risks, grave, changes, weightiest (likelihood x impact, 1
    to 25), weightiest_id, proposal, rule, why.

    The first rule that holds proposes, from the gravest to the mildest; one that cannot be told, since a figure is
    missing, does not hold. What is not on target but gets nearer is kept: an objective is no worse for taking time.
    Where people have decided on an initiative (`decided`), its course is theirs and not that of the proposal. What
    nobody can judge is no reason to retire an objective, since something may work on it.
    """
    table = _counted(objectives, rollup, initiatives, risks, changes)
    cases = _cases(table, rules)
    conditions = [case[0].fillna(value=False).to_numpy(dtype=bool) for case in cases]
    table["proposal"] = np.select(conditions, [str(case[1]) for case in cases], default=str(ObjectiveProposal.KEEP))
    on_target = table["status"].eq(Status.ON_TARGET)
    nearer = _points(table["change"]).gt(0.0)
    otherwise = on_target.map({True: "on target", False: "short of target"})
    otherwise = otherwise.mask(~on_target & nearer, "short of target, and getting nearer")
    table["rule"] = np.select(conditions, [case[2] for case in cases], default=otherwise)
    table["why"] = pd.Series([_numbers(row) for _, row in table.iterrows()], index=table.index, dtype="str")
    told = table.drop(columns=["unfinished", "is_new"])
    return _typed(pd.concat([told, _homeless(changes, objectives, rules)], ignore_index=True))


def course(initiatives: pd.DataFrame) -> pd.Series:
    """What happens to each initiative: what people decided, or else what the rule proposes."""
    return initiatives["decided"].fillna(initiatives["proposal"])


def _counted(
    objectives: pd.DataFrame,
    rollup: pd.DataFrame,
    initiatives: pd.DataFrame,
    risks: pd.DataFrame,
    changes: pd.DataFrame,
) -> pd.DataFrame:
    """The evidence of each objective, in figures."""
    kept = objectives[~objectives["status"].fillna("").eq(RETIRED)]
    columns = {"objective_id": "subject"}
    table = kept[["objective_id", "name", "perspective", "owner"]].rename(columns=columns).reset_index(drop=True)
    table.insert(1, "subject_kind", "objective")
    table["is_new"] = kept["status"].eq(NEW).to_numpy()
    of_objective = rollup.set_index("id")
    for name in ("score", "previous_score"):
        table[name] = table["subject"].map(of_objective[name]).astype("float64")  # text where there is no objective
    table["status"] = table["subject"].map(of_objective["status"])
    table["change"] = table["score"] - table["previous_score"]
    for name, counted in (("kpis", "n_kpis"), ("scored", "n_scored"), ("met", "n_met")):
        table[name] = table["subject"].map(of_objective[counted]).fillna(0).astype("int64")
    ids = table["subject"]
    active = initiatives[~initiatives["rule"].isin(NOTHING_ASKED)]
    off_course = course(active).ne(InitiativeProposal.CONTINUE)
    table["initiatives"] = _count(ids, initiatives["objective_id"])
    table["unfinished"] = _count(ids, initiatives.loc[initiatives["rule"].ne(_DONE), "objective_id"])
    table["active"] = _count(ids, active["objective_id"])
    table["off_course"] = _count(ids, active.loc[off_course, "objective_id"])
    table["lost"] = _count(ids, active.loc[active["fit"].eq("lost"), "objective_id"])
    still = risks[risks["is_open"].astype(bool)]
    table["risks"] = _count(ids, still["objective_id"])
    table["grave"] = _count(ids, still.loc[still["band"].isin(["high", "critical"]), "objective_id"])
    table["changes"] = _count(ids, changes["objective_id"])
    weighed = changes.assign(weight=changes["likelihood"] * changes["impact"])
    weighed = weighed[weighed["weight"].notna() & weighed["objective_id"].notna()]
    weighed = weighed.sort_values(["weight", "change_id"], ascending=[False, True], kind="stable")
    first = weighed.drop_duplicates("objective_id").set_index("objective_id")
    table["weightiest"] = ids.map(first["weight"]).astype("float64")
    table["weightiest_id"] = ids.map(first["change_id"])
    table["weightiest_name"] = ids.map(first["description"])
    return table


def _points(change: pd.Series) -> pd.Series:
    """A change of score in whole points, as it is told: what rounds to nothing has not moved."""
    return pd.Series([figures.rounded(value, 2) if pd.notna(value) else value for value in change], index=change.index)


def _count(ids: pd.Series, named: pd.Series) -> pd.Series:
    return ids.map(named.value_counts()).fillna(0).astype("int64")


def _cases(table: pd.DataFrame, rules: ObjectiveRules) -> Sequence[_Case]:
    """The rules from the gravest to the mildest: where each holds, what it proposes, and its name."""
    on_target, off_target = table["status"].eq(Status.ON_TARGET), table["status"].eq(Status.OFF_TARGET)
    weighty = table["weightiest"].ge(rules.weighty)
    settled = on_target & table["previous_score"].ge(1.0) & table["met"].eq(table["scored"])
    return [
        (table["kpis"].eq(0) & table["is_new"], ObjectiveProposal.SHARPEN, "new, and nothing measures it yet"),
        (
            table["kpis"].eq(0) & table["unfinished"].eq(0),
            ObjectiveProposal.RETIRE,
            "nothing measures it or works on it",
        ),
        (table["kpis"].eq(0), ObjectiveProposal.SHARPEN, "nothing measures it"),
        (
            table["active"].gt(0) & table["lost"].eq(table["active"]) & ~on_target,
            ObjectiveProposal.RETIRE,
            "short of target, and all that works on it lost its fit",
        ),
        (
            settled & table["unfinished"].eq(0) & table["grave"].eq(0) & ~weighty,
            ObjectiveProposal.RETIRE,
            "reached twice, and nothing works on it any more",
        ),
        (table["score"].isna(), ObjectiveProposal.SHARPEN, "too few of its KPIs can be judged"),
        (weighty & ~on_target, ObjectiveProposal.SHARPEN, "short of target while a weighty change bears on it"),
        (
            off_target & _points(table["change"]).le(0.0),
            ObjectiveProposal.SHARPEN,
            "off target, and no nearer than before",
        ),
        (
            ~on_target & (table["off_course"] > rules.most * table["active"]),
            ObjectiveProposal.SHARPEN,
            "short of target, and most of what works on it needs another course",
        ),
    ]


def _numbers(row: pd.Series) -> str:
    """The figures behind a proposal: score and KPIs, initiatives off course, grave risks, the weightiest change."""
    if not row["kpis"]:
        told = "It has no KPI"
    elif pd.isna(row["score"]):
        told = f"{row['scored'] or 'None'} of {figures.plural(row['kpis'], 'KPI')} could be judged"
    else:
        told = f"It scores {figures.score(row['score'])} of 100{_moved(row['change'])}"
        told += f"; {_met(row['met'], row['scored'], row['kpis'])}"
    parts = [f"{told}."]
    against = []
    if row["off_course"]:
        against.append(f"{figures.part_of(row['off_course'], row['active'], 'open initiative')} off course")
    if row["grave"]:
        against.append(figures.plural(row["grave"], "high or critical risk"))
    if against:
        parts.append(f"Against it: {figures.listed(against)}.")
    if pd.notna(row["weightiest"]):
        name = str(row["weightiest_name"]).rstrip(".")
        parts.append(f"The weightiest change, {figures.number(row['weightiest'], 0)} of 25: {name}.")
    return " ".join(parts)


def _met(met: int, scored: int, kpis: int) -> str:
    """'3 of 5 KPIs met the target'; one alone is not counted."""
    if scored > 1:
        return f"{met or 'none'} of {figures.plural(scored, 'KPI')} met the target"
    one = "its one KPI" if kpis == 1 else "the one KPI that could be judged"
    return f"{one} {'met' if met else 'missed'} the target"


def _moved(change: float) -> str:
    if pd.isna(change):
        return ""
    told = figures.score_change(change)
    return ", as at the last review" if told == "0" else f" ({told} since the last review)"


def _homeless(changes: pd.DataFrame, objectives: pd.DataFrame, rules: ObjectiveRules) -> pd.DataFrame:
    """The weighty changes that bear on no objective that stands: a new one may be needed."""
    standing = objectives.loc[~objectives["status"].fillna("").eq(RETIRED), "objective_id"]
    weight = changes["likelihood"] * changes["impact"]
    found = changes.assign(weightiest=weight)[weight.ge(rules.weighty) & ~changes["objective_id"].isin(standing)]
    found = found.sort_values(["weightiest", "change_id"], ascending=[False, True], kind="stable")
    why = [
        f"{_EFFECTS.get(row['effect'], 'A change')} of {figures.number(row['weightiest'], 0)} of 25, "
        "which no objective takes up."
        for row in found.to_dict("records")
    ]
    return pd.DataFrame(
        {
            "subject": found["change_id"],
            "subject_kind": "change",
            "name": found["description"],
            "weightiest": found["weightiest"],
            "weightiest_id": found["change_id"],
            "weightiest_name": found["description"],
            "changes": 1,
            "proposal": str(ObjectiveProposal.NEW),
            "rule": "a weighty change that bears on no objective",
            "why": why,
        }
    )


_EFFECTS = {"threat": "A threat", "opportunity": "An opportunity"}
_TEXTS = ("subject", "subject_kind", "name", "perspective", "owner", "status", "weightiest_id", "weightiest_name",
          "proposal", "rule", "why")  # fmt: skip
_COUNTS = ("kpis", "scored", "met", "initiatives", "active", "off_course", "lost", "risks", "grave", "changes")


def _typed(table: pd.DataFrame) -> pd.DataFrame:
    """Columns of their kind, also where a table is empty or a change has no such figure."""
    kinds = dict.fromkeys(_TEXTS, "str") | dict.fromkeys(("score", "previous_score", "change", "weightiest"), "float64")
    return table.assign(**{name: table[name].fillna(0) for name in _COUNTS}).astype(
        {**kinds, **dict.fromkeys(_COUNTS, "int64")}
    )
