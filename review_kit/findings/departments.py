"""What each department has to look at: its KPIs, its initiatives, their risks, and what is asked of it."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

import pandas as pd

from review_kit.findings.evidence import Evidence, text
from review_kit.model.words import InitiativeProposal, Status, is_closed


class DepartmentView(NamedTuple):
    """One department: how its KPIs stand, how many initiatives and open risks it has, and its findings, by id.

    `n_unnamed` are its initiatives off plan that no finding names: of very many the costliest alone are findings.
    """

    department: str
    statuses: Mapping[str, int]
    n_initiatives: int
    n_risks: int
    findings: tuple[str, ...]
    n_unnamed: int = 0


def department_views(evidence: Evidence, found: pd.DataFrame) -> Iterator[DepartmentView]:
    """The departments by name, each with what is its own; nothing where no KPI and no initiative names one.

    A KPI and an initiative belong to the department they name, a risk to that of its initiative, or else of its owner
    where all that its owner answers for belongs to one department, and a finding to that of its subject. Of the
    findings those that stand are told, problems alone, the costliest first.
    """
    of_kpi = _departments(evidence.kpis, "kpi_id")
    of_initiative = _departments(evidence.initiatives, "initiative_id")
    still_open = evidence.risks[[not is_closed(status) for status in evidence.risks["status"]]]
    of_owner = _owners(evidence.kpis, evidence.initiatives)
    of_risk = {
        row["risk_id"]: of_initiative.get(text(row["initiative_id"]), "") or of_owner.get(text(row["owner"]), "")
        for row in still_open.to_dict("records")
    }
    owners = {"kpi": of_kpi, "initiative": of_initiative, "risk": of_risk}
    standing = found[found["severity"].ne("success") & found["state"].ne("resolved")].sort_values("rank", kind="stable")
    whose = [
        owners.get(kind, {}).get(subject, "")
        for kind, subject in zip(standing["subject_kind"], standing["subject"], strict=True)
    ]
    by_department = standing["finding_id"].groupby(pd.Series(whose, index=standing.index, dtype="str"), sort=False)
    findings = {str(name): tuple(ids) for name, ids in by_department}
    unnamed = _unnamed(evidence.initiatives, set(standing["subject"][standing["subject_kind"].eq("initiative")]))
    status = evidence.scores.set_index("kpi_id")["status"]
    for name in sorted({*of_kpi.values(), *of_initiative.values()} - {""}):
        own = [status[kpi_id] for kpi_id, department in of_kpi.items() if department == name and kpi_id in status.index]
        yield DepartmentView(
            department=name,
            statuses={str(word): own.count(word) for word in Status},
            n_initiatives=list(of_initiative.values()).count(name),
            n_risks=list(of_risk.values()).count(name),
            findings=findings.get(name, ()),
            n_unnamed=[of_initiative[one] for one in unnamed].count(name),
        )


def _unnamed(initiatives: pd.DataFrame, named: Collection[str]) -> Sequence[str]:
    """The initiatives that wait for a decision on another course, and that no finding names."""
    waits = initiatives["proposal"].ne(InitiativeProposal.CONTINUE)
    if "decided" in initiatives:
        waits &= initiatives["decided"].isna()
    return initiatives.loc[waits & ~initiatives["initiative_id"].isin(named), "initiative_id"].to_list()


def _departments(table: pd.DataFrame, key: str) -> Mapping[str, str]:
    """By id, the department that the row names, or nothing."""
    names = table["department"].map(text) if "department" in table else pd.Series("", index=table.index)
    return dict(zip(table[key], names, strict=True))


def _owners(*tables: pd.DataFrame) -> Mapping[str, str]:
    """By owner the one department of the KPIs and initiatives that he or she answers for; of several, none."""
    found: dict[str, set[str]] = {}
    for table in tables:
        if {"owner", "department"} <= set(table.columns):
            for owner, department in zip(table["owner"].map(text), table["department"].map(text), strict=True):
                found.setdefault(owner, set()).add(department)
    single = {owner: departments - {""} for owner, departments in found.items() if owner}
    return {owner: departments.pop() for owner, departments in single.items() if len(departments) == 1}
