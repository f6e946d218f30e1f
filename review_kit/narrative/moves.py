"""What moved since the last report, in words."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import pandas as pd

from review_kit.model import figures
from review_kit.model.period import long_date


def moves_lead(moved: pd.DataFrame | None, since: str) -> str:
    """How many KPIs moved which way since the last report."""
    if moved is None:
        return "There is no earlier report to compare with."
    if moved.empty:
        return f"No KPI changed its status, its signal or its outlook since {since}."
    worse, better = int(moved["way"].eq("worse").sum()), int(moved["way"].eq("better").sum())
    told = f"Since {since}, {figures.plural(len(moved), 'KPI')} moved"
    other = len(moved) - worse - better
    ways = [f"{count} for the {way}" for count, way in ((worse, "worse"), (better, "better")) if count]
    ways += [f"{other} scored for the first time or no longer"] * (other > 0 and bool(ways))
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
        chances = f"from {figures.chance_told(row['chance_then'])} to {figures.chance_told(row['chance_now'])}"
        told.append(f"the chance to meet the year's target {verb} {chances}")
    said = "; ".join(told)
    return f"{said[0].upper()}{said[1:]}." if said else ""


def hindsight_note(day: date, is_reported_on: bool, set_back: int, left_out: int) -> str:
    """What it means that the tables were written after the day of the report; nothing where nothing shows that."""
    if not (is_reported_on or set_back or left_out):
        return ""
    told = [f"Tables of this report were written after {long_date(day)}: what is dated later is left out."]
    risks = []
    if set_back:
        stand = "stands" if set_back == 1 else "stand"
        noun = figures.plural(set_back, "risk or issue", "risks and issues")
        risks.append(f"{noun} assessed since then {stand} as before")
    if left_out:
        noun = (
            figures.plural(left_out, "risk or issue", "risks and issues") if not set_back else figures.number(left_out)
        )
        risks.append(f"{noun} that nobody had assessed {'is' if left_out == 1 else 'are'} left out")
    told += [f"{', '.join(risks)}."] * bool(risks)
    told.append("What bears no date, such as forecasts of initiatives and lessons, stands as it is known now.")
    return " ".join(told)
