"""What one audience may see: rows are taken out of the sound tables before anything is worked out or drawn."""

import re
from collections.abc import Collection, Mapping
from dataclasses import replace

import pandas as pd

from review_kit.desk.last import KNEW, LastReview
from review_kit.findings import COUNTED

_ABOUT_KPIS = ("measures", "targets", "surveys")


def may_see(restricted_to: pd.Series, sees: Collection[str]) -> pd.Series:
    """Which rows an edition may hold: those restricted to nobody, and those that name one of its audiences."""
    named = restricted_to.fillna("").map(lambda cell: {word.strip() for word in re.split("[;,]", cell) if word.strip()})
    return named.map(lambda audiences: not audiences or not audiences.isdisjoint(sees)).astype(bool)


def visible_tables(sound: Mapping[str, pd.DataFrame], sees: Collection[str]) -> dict[str, pd.DataFrame]:
    """The sound tables without what the audiences may not see, and without what would point to it.

    With a hidden objective go its KPIs, initiatives, risks and changes; with a hidden KPI its values, targets and
    mentions; with a hidden initiative its risks and its progress; feedback about anything hidden goes too. Of the
    stakeholders an edition holds those of its own audiences, with their engagements and feedback. Nothing is blanked
    that could be guessed from what is left: the row is gone.
    """
    shown = dict(sound)
    for name, table in sound.items():
        if "restricted_to" in table:
            shown[name] = table[may_see(table["restricted_to"], sees)]
    hidden_objectives = _gone(sound, shown, "objectives", "objective_id")
    for name in ("kpis", "initiatives", "risks", "changes"):
        shown[name] = shown[name][~shown[name]["objective_id"].isin(hidden_objectives)]
    hidden_kpis = _gone(sound, shown, "kpis", "kpi_id")
    for name in _ABOUT_KPIS:
        shown[name] = shown[name][~shown[name]["kpi_id"].isin(hidden_kpis)]
    hidden_initiatives = _gone(sound, shown, "initiatives", "initiative_id")
    shown["risks"] = shown["risks"][~shown["risks"]["initiative_id"].isin(hidden_initiatives)]
    shown["progress"] = shown["progress"][~shown["progress"]["initiative_id"].isin(hidden_initiatives)]
    kept = shown["initiatives"]
    shown["initiatives"] = kept.assign(
        kpi_ids=kept["kpi_ids"].map(lambda ids: _without(ids, hidden_kpis), na_action="ignore")
    )
    # where a person stands is told to that person's own audience, and what was said goes with who said it
    shown["stakeholders"] = shown["stakeholders"][shown["stakeholders"]["audience"].isin(sees)]
    people = set(shown["stakeholders"]["stakeholder_id"])
    for name in ("engagements", "feedback"):
        shown[name] = shown[name][shown[name]["stakeholder_id"].isin(people)]
    hidden = hidden_objectives | hidden_kpis | hidden_initiatives | _gone(sound, shown, "risks", "risk_id")
    hidden |= _gone(sound, shown, "changes", "change_id")
    shown["feedback"] = shown["feedback"][~shown["feedback"]["about"].isin(hidden)]
    return {name: table.reset_index(drop=True) for name, table in shown.items()}


def _gone(before: Mapping[str, pd.DataFrame], after: Mapping[str, pd.DataFrame], table: str, key: str) -> set[str]:
    return set(before[table][key]) - set(after[table][key])


def _without(ids: str, hidden: Collection[str]) -> str:
    return ";".join(part for part in ids.split(";") if part not in hidden)


def visible_last(
    last: LastReview | None,
    sound: Mapping[str, pd.DataFrame],
    shown: Mapping[str, pd.DataFrame],
    sees: Collection[str],
) -> LastReview | None:
    """The last review with nothing that the audiences may not see, now or then; `shown` is what they see of `sound`.

    Its roll-up was made from everything, so it is kept only where nothing was hidden; an edition that sees less shows
    no change of scores rather than one that would tell what it hides. Of its findings those about what is shown are
    kept, without what may name or count something else.
    """
    if last is None:
        return None
    hidden_objectives = _gone(sound, shown, "objectives", "objective_id")
    hidden_kpis = _gone(sound, shown, "kpis", "kpi_id")
    seen = may_see(last.scores["restricted_to"], sees)
    seen &= ~last.scores["kpi_id"].isin(hidden_kpis) & ~last.scores["objective_id"].isin(hidden_objectives)
    hidden_then = set(last.scores.loc[~seen, "kpi_id"])
    subjects = {
        "kpi": set(shown["kpis"]["kpi_id"]) - hidden_then,
        "initiative": set(shown["initiatives"]["initiative_id"]),
        "risk": set(shown["risks"]["risk_id"]),
        "objective": set(shown["objectives"]["objective_id"]),
        "audience": set(shown["stakeholders"]["audience"]),
        "lesson": set(shown["lessons"]["lesson_id"]),
    }
    whole = seen.all() and may_see(last.rollup["restricted_to"], sees).all() and not hidden_objectives
    about = zip(last.found["subject_kind"], last.found["subject"], strict=True)
    known = pd.Series([subject in subjects.get(kind, ()) for kind, subject in about], dtype=bool)
    counts_others = last.found["rule"].str.startswith(COUNTED)
    found = _alone(last.found[known & ~counts_others].reset_index(drop=True), shown)
    tables = {
        "last_scores": last.scores[seen].reset_index(drop=True),
        "last_rollup": last.rollup if whole else last.rollup.head(0),
        "last_findings": found,
    }
    knew, unseen = _visible_then(last, sound, shown, sees)
    return replace(last, tables={**tables, **knew}, unseen=frozenset(unseen))


def _alone(found: pd.DataFrame, shown: Mapping[str, pd.DataFrame]) -> pd.DataFrame:
    """The findings without what each may tell of others: the story it was part of, and what bore on it.

    An initiative's evidence tells of a KPI that it serves, and its success how many KPIs it serves.
    """
    names_others = found["subject_kind"].ne("kpi")
    counts_others = names_others & found["severity"].eq("success")
    plain = found.assign(
        evidence=found["evidence"].mask(names_others, ""),
        headline=found["headline"].mask(counts_others, ""),
        story=found["finding_id"],
    )
    for table, key in (("initiatives", "initiative_id"), ("risks", "risk_id"), ("changes", "change_id")):
        known = set(shown[table][key])
        plain[table] = [";".join(one for one in ids.split(";") if one in known) for ids in plain[table]]
    return plain


_KEYS = {"objectives": "objective_id", "kpis": "kpi_id", "initiatives": "initiative_id", "risks": "risk_id"}


def _visible_then(
    last: LastReview,
    sound: Mapping[str, pd.DataFrame],
    shown: Mapping[str, pd.DataFrame],
    sees: Collection[str],
) -> tuple[dict[str, pd.DataFrame], set[str]]:
    """What the last review knew, without what is hidden then or now; and the ids of all that is hidden at either.

    What was hidden then and is not now would seem to be new, and the other way round to be gone: neither is told.
    """
    known = {name: last.tables[f"last_{name}"] for name in KNEW if f"last_{name}" in last.tables}
    if not known:
        return {}, set()
    before = {name: known.get(name, table.head(0)) for name, table in sound.items()}
    visible = visible_tables(before, sees)
    unseen: set[str] = set()
    for name, key in _KEYS.items():
        unseen |= _gone(before, visible, name, key) | _gone(sound, shown, name, key)
    kept = {}
    for name in known:
        key = _KEYS.get(name, "kpi_id")
        kept[f"last_{name}"] = visible[name][~visible[name][key].isin(unseen)].reset_index(drop=True)
    return kept, unseen
