"""What stands beside a finding: its size, whether it is signal or noise, and what bears on it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import pandas as pd

from review_kit.findings.evidence import Evidence, text
from review_kit.model import figures
from review_kit.model.words import Variation

_NATURE = {Variation.CONCERN: "signal", Variation.IMPROVEMENT: "signal", Variation.COMMON_CAUSE: "noise"}
_SEGMENTS_TOLD = 3
LINKED = ["size", "unit", "nature", "drivers", "initiatives", "risks", "changes"]


def with_links(found: pd.DataFrame, evidence: Evidence) -> pd.DataFrame:
    """The findings with size, unit, nature, drivers, initiatives, risks and changes.

    `size` is actual minus target of a KPI in its `unit`, or days of slip of an initiative; `nature` says whether a
    KPI's latest values are signal or noise; `drivers` names the segments that moved it most; the other three hold
    the ids that bear on it, parted by semicolons.
    """
    scores = {row["kpi_id"]: row for row, _ in evidence.weighted_rows}
    slips = dict(zip(evidence.initiatives["initiative_id"], evidence.initiatives["slip_days"], strict=True))
    serving, threats, drivers = _serving(evidence), _threats(evidence), _drivers(evidence)
    changes = _listed(zip(evidence.changes["objective_id"], evidence.changes["change_id"], strict=True))
    beside = []
    for row in found.to_dict("records"):
        kind, subject = row["subject_kind"], row["subject"]
        mine: dict[str, Any] = {
            "size": float("nan"),
            "unit": "",
            "nature": "",
            "drivers": "",
            "initiatives": "",
            "risks": "",
        }
        if kind == "kpi":
            kpi = scores[subject]
            mine |= {"size": kpi["gap"], "unit": text(kpi["unit"]), "nature": _NATURE.get(kpi["variation"], "")}
            mine |= {"drivers": drivers.get(subject, ""), "initiatives": serving.get(subject, "")}
        elif kind == "initiative":
            mine |= {"size": slips[subject], "unit": "days", "initiatives": subject}
        bearing = [subject] if kind == "risk" else [threats.get(one, "") for one in mine["initiatives"].split(";")]
        mine |= {"risks": ";".join(filter(None, bearing)), "changes": changes.get(row["objective_id"], "")}
        beside.append(mine)
    kinds = {name: "float64" if name == "size" else "str" for name in LINKED}
    return pd.concat([found, pd.DataFrame(beside, columns=LINKED, index=found.index).astype(kinds)], axis=1)


def _listed(pairs: Iterable[tuple[object, object]]) -> Mapping[str, str]:
    """By the first of the pairs, all second ones, parted by semicolons."""
    by: dict[str, list[str]] = defaultdict(list)
    for key, value in pairs:
        if text(key):
            by[text(key)].append(text(value))
    return {key: ";".join(values) for key, values in by.items()}


def _serving(evidence: Evidence) -> Mapping[str, str]:
    """By kpi_id, the initiatives that are to move it."""
    rows = evidence.initiatives[["initiative_id", "kpi_ids"]].to_dict("records")
    return _listed((one, row["initiative_id"]) for row in rows for one in text(row["kpi_ids"]).split(";"))


def _threats(evidence: Evidence) -> Mapping[str, str]:
    """By initiative_id, the risks that threaten it."""
    return _listed(zip(evidence.risks["initiative_id"], evidence.risks["risk_id"], strict=True))


def _drivers(evidence: Evidence) -> Mapping[str, str]:
    """By kpi_id, 'West −1.2 pp, North +0.4 pp': the segments that gave most to its change since the year before."""
    units = dict(zip(evidence.scores["kpi_id"], evidence.scores["unit"], strict=True))
    digits = dict(zip(evidence.scores["kpi_id"], evidence.scores["decimals"], strict=True))
    told = {}
    for kpi_id, rows in evidence.segments.groupby("kpi_id", sort=False):
        most = (
            rows.assign(by=rows["effect"].abs())
            .sort_values(["by", "segment"], ascending=[False, True])
            .head(_SEGMENTS_TOLD)
        )
        unit = text(units[kpi_id])
        unit = "pp" if unit.startswith("%") else unit  # between two percentages lie percentage points
        places: int | None = int(digits[kpi_id]) if pd.notna(digits[kpi_id]) else None
        told[str(kpi_id)] = ", ".join(
            f"{segment or 'the whole'} {figures.with_unit(effect, unit, places, sign=True)}"
            for segment, effect in zip(most["segment"], most["effect"], strict=True)
        )
    return told
