"""The figures of a KPI's page, each with where it comes from, and the terms in small below them."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from review_kit.findings.evidence import Row, in_unit, is_strict, promised, text
from review_kit.model import figures
from review_kit.model.period import Checkpoint
from review_kit.model.profile import PROFILES, Origin, Profile
from review_kit.model.words import Certainty, Direction
from review_kit.tables_view.labels import ORIGIN_WORDS

_BETTER = {"higher": "upwards", "lower": "downwards", "range": "inside its range"}


def facts_of(row: Row, kpi: Mapping[Any, Any], checkpoint: Checkpoint) -> list[tuple[str, str]]:
    """Actual, target, stretch, baseline, a year ago, score, outlook, as far as they are known: 'Actual, computed'."""
    has_goal: bool = pd.notna(row["target"]) or pd.notna(row["target_low"])
    start = Origin.READ if row["baseline"] == kpi["baseline"] else Origin.COMPUTED
    score: str = _score_told(row) if pd.notna(row["score"]) else ""
    known: list[tuple[str, object, str]] = [
        ("Actual", row["origin"], _with_certainty(row) if pd.notna(row["actual"]) else ""),
        ("Target", row["target_origin"], _sign(row) + promised(row) if has_goal else "none"),
        ("Stretch", Origin.READ, _told(row, kpi["stretch"])),
        ("Baseline", start, _told(row, row["baseline"])),
        ("A year ago", row["previous_origin"], _told(row, row["previous_actual"])),
        ("Score", Origin.COMPUTED, score),
    ]
    if checkpoint.as_of != checkpoint.calendar.end and pd.notna(row["forecast"]):
        chance = figures.chance_told(row["p_meet"]) if pd.notna(row["p_meet"]) else ""
        known.append(("Year-end outlook", Origin.COMPUTED, in_unit(row, row["forecast"])))
        if pd.notna(row["forecast_low"]):
            ends = " to ".join(in_unit(row, row[name]) for name in ("forecast_low", "forecast_high"))
            known.append(("Four times of five", Origin.COMPUTED, ends))
        known.append(("Chance to meet", Origin.COMPUTED, chance))
    return [(f"{name}, {text(origin)}" if text(origin) else name, value) for name, origin, value in known if value]


def terms_of(row: Row, kpi: Mapping[Any, Any]) -> list[tuple[str, str]]:
    """What the actual rests on, how it is scored and what is measured."""
    terms = [
        ("To bear in mind", text(row["caveat"])),
        ("Scored by", PROFILES[row["profile"]].title if pd.notna(row["score"]) else ""),
        ("What is measured", text(kpi["definition"])),
        ("Gets better", _BETTER[str(kpi["direction"])]),
        ("Measured", text(kpi["frequency"])),
        ("Comes from", text(kpi["data_source"])),
        ("Why it is achievable", text(kpi["achievable_because"])),
        ("Forecast by", text(row.get("forecast_note"))),
        ("What is left to do", text(row.get("required_note"))),
        ("Figures are", ORIGIN_WORDS),
    ]
    return [(name, words) for name, words in terms if words]


def _with_certainty(row: Row) -> str:
    """'18.7 %, preliminary': a figure that is not final says so wherever it stands."""
    certainty = text(row["certainty"])
    return in_unit(row, row["actual"]) + (f", {certainty}" if certainty and certainty != Certainty.ACTUAL else "")


def _told(row: Row, value: float) -> str:
    return in_unit(row, value) if pd.notna(value) else ""


def _score_told(row: Row) -> str:
    """'87 of 100', and where the source of its profile counts otherwise, on that scale too: '100 of 100, 6.7 of 10'."""
    told = f"{figures.score(row['score'])} of 100"
    if row["profile"] == Profile.GOAL_REDFLAG:
        return f"{told}, {figures.number(row['points'], 1)} of 10"
    if row["profile"] == Profile.CAGR:
        return f"{told}, {figures.number(row['points'], 1)} on a scale from −5 to 5"
    return told


def _sign(row: Row) -> str:
    """'< ' or '> ' before a target that a tie misses."""
    return {Direction.HIGHER: "> ", Direction.LOWER: "< "}.get(row["direction"], "") if is_strict(row) else ""
