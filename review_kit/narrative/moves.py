"""What moved since the last report, in words."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from review_kit.model import figures


def moves_lead(moved: pd.DataFrame | None, since: str) -> str:
    """How many KPIs moved which way since the last report."""
    if moved is None:
        return "There is no earlier report to compare with."
    if moved.empty:
        return f"No KPI changed its status, its signal or its outlook since {since}."
    worse, better = int(moved["way"].eq("worse").sum()), int(moved["way"].eq("better").sum())
    told = f"Since {since}, {figures.plural(len(moved), 'KPI')} moved"
    ways = [f"{count} for the {way}" for count, way in ((worse, "worse"), (better, "better")) if count]
    return f"{told}: {figures.listed(ways)}." if ways else f"{told}."


def moved_words(row: Mapping[str, Any]) -> str:
    """'Was on target; the chance to meet the year's target fell from 62 % to 31 %.', of one row of what moved."""
    told = []
    if isinstance(row["status_then"], str):
        told.append(f"was {row['status_then']}")
    if isinstance(row["signal_now"], str):
        rule = f" ({row['rule']})" if isinstance(row.get("rule"), str) and row["rule"] else ""
        told.append(f"the latest values became a signal of {row['signal_now']}{rule}")
    if pd.notna(row["chance_now"]):
        verb = "fell" if row["chance_now"] < row["chance_then"] else "rose"
        chances = f"from {figures.percent(row['chance_then'])} to {figures.percent(row['chance_now'])}"
        told.append(f"the chance to meet the year's target {verb} {chances}")
    said = "; ".join(told)
    return f"{said[0].upper()}{said[1:]}." if said else ""
