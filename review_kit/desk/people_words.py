"""How lessons, decisions, surveys and news are put into words in the tables about people."""

from collections.abc import Mapping

import numpy as np
import pandas as pd

from review_kit.findings.evidence import Row, text
from review_kit.model import figures
from review_kit.tables_view.labels import sentence_case


def plus_minus(margin: pd.Series) -> pd.Series:
    """'± 7.9', and nothing where the margin is not known."""
    return margin.map(lambda half: f"±{figures.NO_BREAK}{figures.number(half, 1)}", na_action="ignore")


def margins(results: pd.DataFrame) -> pd.Series:
    """'± 7.9' where the 95 % interval reaches as far down as up, else both its ends, as '73.7–81.8'.

    A share's interval leans away from 0 and 100 %: a half width around 100 % would promise more than all.
    """
    is_even = np.isclose(results["high"] - results["value"], results["value"] - results["low"])
    ends = [figures.span(low, high, "", 1) for low, high in zip(results["low"], results["high"], strict=True)]
    return plus_minus(results["margin"]).where(is_even | results["value"].isna(), pd.Series(ends, results.index))


def lesson_group(row: Row) -> str:
    """Whether a lesson is done, carried from an earlier review, or of this cycle."""
    if not row["is_open"]:
        return "Done"
    if row["carried"]:
        return "Open from earlier reviews"
    return "Open, from this cycle" if pd.notna(row["year"]) else "Open, from no cycle that is named"


def lesson_note(row: Row) -> str:
    """'Learned 3 times since L01', 'May repeat L01: do they say the same?', and how long it has been open."""
    notes = []
    if row["carried"] and pd.notna(row["reviews"]):
        notes.append(f"Open for {figures.plural(int(row['reviews']), 'review')}")
    if row["times"] > 1:
        notes.append(f"learned {row['times']} times, first as {row['root']}")
    elif isinstance(row["may_repeat"], str):
        notes.append(f"may repeat {row['may_repeat']}: do they say the same?")
    told = "; ".join(notes)
    return f"{row['lesson_id']}. {told[:1].upper()}{told[1:]}" if told else str(row["lesson_id"])


def decided_words(row: Row, names: Mapping[str, str], kpis: Mapping[str, Row]) -> str:
    """'Target of Inventory turnover: 8.10 turns a year', 'Continue ERP upgrade'; `kpis` by kpi_id.

    More digits are shown than are published where the decision has them.
    """
    subject, choice = str(row["subject"]), str(row["choice"])
    name = names.get(subject, subject)
    if row["about"] != "target":
        return f"{sentence_case(choice)} {name}"
    kpi = kpis.get(subject, {})
    written = len(choice.partition(".")[2])
    places = max(int(kpi["decimals"]), written) if pd.notna(kpi.get("decimals")) else written
    return f"Target of {name}: {figures.with_unit(float(choice), text(kpi.get('unit')), places)}"


def sized_words(row: Row, column: str) -> str:
    """A change as the KPI is published, with its sign: '+0.60 turns a year', '+3.8 pp'."""
    places: int | None = int(row["decimals"]) if pd.notna(row["decimals"]) else None
    unit = text(row["unit"])
    if unit.startswith("%"):  # between two percentages lie percentage points
        unit = "pp"
    return figures.with_unit(row[column], unit, places, sign=True)


def news_heading(what: str, count: int) -> str:
    """'2 KPIs', '1 initiative', 'Targets': over what changed in the same way."""
    return what if what == "Targets" else figures.plural(count, what if what == "KPI" else what.lower())
