"""What became of the decisions of the last review: done or not, and whether they moved their KPIs as predicted."""

from collections.abc import Sequence
from datetime import date

import pandas as pd

from review_kit.decisions import Decision
from review_kit.model import figures

OPEN = "open"
AS_PREDICTED = "as predicted"
_TEXTS = ("decision_id", "by", "about", "subject", "choice", "reason", "status", "kpi_id", "kpi_name", "unit", "moved")
_NUMBERS = ("expected", "change", "decimals")
_DAYS = ("on", "due", "settled_on")
COLUMNS = (*_TEXTS[:6], *_DAYS, "status", "overdue", *_TEXTS[7:10], *_NUMBERS, "moved")


def follow_up(decisions: Sequence[Decision], scores: pd.DataFrame, kpis: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """One row per standing decision and KPI that it was to move; one without a KPI where it named none.

    A later decision on the same subject replaces an earlier one. status is what the latest entry about the decision
    says (open, done, dropped) and settled_on its day; entries after `as_of` are left out, so that a review is told from
    its own day. Without such an entry a decision on a target is done where the target of this cycle is the number that
    was agreed, and any other is open. overdue is open beyond its due day.

    change is the actual of this review minus that of the last, expected what was predicted, both in the KPI's unit.
    moved is 'as predicted' where the change reaches what was expected at the published decimals, 'less than predicted'
    where it goes that way only in part, 'not at all' and 'the other way' by their names, and 'not known' without
    figures. Rows keep the order of the decisions.
    """
    known = [one for one in decisions if one.about != "decision"]
    standing = {(one.about, one.subject): one for one in known}
    said = {one.subject: one for one in decisions if one.about == "decision" and one.on <= as_of}
    targets = kpis.set_index("kpi_id")["target"].to_dict()
    rows = []
    for one in (one for one in known if standing[one.about, one.subject] is one):
        entry = said.get(one.id)
        adopted = one.about == "target" and targets.get(one.subject) == float(one.choice)
        status = entry.choice if entry else "done" if adopted else OPEN
        due = entry.due if entry and entry.due else one.due
        told = {
            "decision_id": one.id, "by": one.by, "about": one.about, "subject": one.subject, "choice": one.choice,
            "reason": one.reason, "on": one.on, "due": due, "status": status,
            "settled_on": entry.on if entry and status != OPEN else None,
            "overdue": status == OPEN and due is not None and due < as_of,
        }  # fmt: skip
        sizes: list[tuple[str | None, float | None]] = [*one.expects.items()] or [(None, None)]
        rows += [{**told, "kpi_id": kpi_id, "expected": size} for kpi_id, size in sizes]
    table = pd.DataFrame(rows, columns=[name for name in COLUMNS if name not in {"kpi_name", "unit", "change",
                                                                                 "decimals", "moved"}])  # fmt: skip
    by_kpi = scores.set_index("kpi_id")
    for name, column in (("kpi_name", "name"), ("unit", "unit"), ("decimals", "decimals"), ("change", "change")):
        table[name] = table["kpi_id"].map(by_kpi[column])
    typed = table.astype(dict.fromkeys(_NUMBERS, "float64") | dict.fromkeys(_DAYS, "datetime64[s]"))
    typed["moved"] = [
        _moved(*pair)
        for pair in zip(typed["kpi_id"], typed["expected"], typed["change"], typed["decimals"], strict=True)
    ]
    typed["overdue"] = typed["overdue"].astype(bool)
    return typed.astype(dict.fromkeys(_TEXTS, "str"))[list(COLUMNS)]


def _moved(kpi_id: object, expected: float, change: float, decimals: float) -> str | None:
    """How the change compares with what was expected, both as people see them; nothing where no KPI was named."""
    if not isinstance(kpi_id, str):
        return None
    if pd.isna(change):
        return "not known"
    places = int(decimals) if pd.notna(decimals) else 2
    seen = figures.rounded(change, places)
    if seen == 0.0:
        return "not at all"
    share = seen / expected
    if share < 0.0:
        return "the other way"
    return AS_PREDICTED if share >= 1.0 else "less than predicted"
