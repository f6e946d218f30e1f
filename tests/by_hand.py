"""The scores of the example company worked out a second time: plain Python, exact decimals, no code of ours."""

import csv
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from workspaces import DATA, REPOSITORY

TARGETS_IN_WORDS = {"otif": "95", "time_to_resolve": "12", "training_hours": "16"}  # '≥ 95 %', '< 12 hours', …
RANGES = {"warehouse_fill": (Decimal(80), Decimal(90))}  # '80–90 %'
DUE = {"monthly": 12, "quarterly": 4, "annual": 1}
CAP = Decimal("1.2")
MIN_CONFIDENCE = Decimal("0.5")
Row = dict[str, Any]


def rows(name: str) -> list[dict[str, str]]:
    with (REPOSITORY / DATA / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def printed(value: Decimal, decimals: str) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-int(decimals)), ROUND_HALF_UP)


def actual(kpi: dict[str, str], year: str) -> tuple[Decimal, int]:
    """The figure of the year, and of how many periods it is made."""
    mine = sorted(
        (row for row in rows("actuals.csv") if row["kpi_id"] == kpi["kpi_id"] and row["period"].startswith(year)),
        key=lambda row: row["period"],
    )
    if kpi["aggregate"] == "ratio":
        parts = [(Decimal(row["numerator"]), Decimal(row["denominator"])) for row in mine]
        value = 100 * sum(above for above, _ in parts) / sum(below for _, below in parts)
        return value, len({row["period"] for row in mine})
    values = [Decimal(row["value"]) for row in mine if row["value"]]
    value = {"sum": sum(values), "mean": sum(values) / len(values), "last": values[-1]}[kpi["aggregate"]]
    return Decimal(value), len(values)


def judged(kpi: dict[str, str], year: str = "2025") -> Row:
    """Actual, met, progress and score of one KPI; None where there is nothing to say."""
    name = kpi["kpi_id"]
    value, came = actual(kpi, year)
    row: Row = {"kpi_id": name, "actual": value, "n_periods": came, "met": None, "progress": None, "score": None}
    if Decimal(came) / DUE[kpi["frequency"]] < MIN_CONFIDENCE:
        return row
    shown = printed(value, kpi["decimals"])
    if name in RANGES:
        low, high = RANGES[name]
        row["met"] = low <= shown <= high
        row["score"] = Decimal(1) if row["met"] else None
        return row
    text = TARGETS_IN_WORDS.get(name, kpi["target"])
    if not text:
        return row
    target, baseline = Decimal(text), Decimal(kpi["baseline"])
    row["met"] = shown >= target if kpi["direction"] == "higher" else shown <= target
    if target != baseline:
        row["progress"] = row["score"] = (value - baseline) / (target - baseline)
    elif row["met"]:
        row["score"] = Decimal(1)  # a KPI that maintains a level
    return row


def all_judged() -> dict[str, Row]:
    return {kpi["kpi_id"]: judged(kpi) for kpi in rows("kpis.csv")}


def weighted(pairs: list[tuple[Decimal | None, Decimal]]) -> Decimal:
    """Mean of what has a score, each at most 1.2 and at least 0."""
    present = [(min(max(score, Decimal(0)), CAP), weight) for score, weight in pairs if score is not None]
    return sum((score * weight for score, weight in present), Decimal(0)) / sum(weight for _, weight in present)


def rolled_up() -> dict[str, Decimal]:
    """Scores of the objectives, the perspectives and the strategy."""
    found, kpis = all_judged(), rows("kpis.csv")
    objectives = rows("objectives.csv")
    scores: dict[str, Decimal] = {}
    for objective in objectives:
        mine = [kpi for kpi in kpis if kpi["objective_id"] == objective["objective_id"]]
        scores[objective["objective_id"]] = weighted(
            [(found[kpi["kpi_id"]]["score"], Decimal(kpi["weight"])) for kpi in mine]
        )
    weights: dict[str, Decimal] = {}
    for perspective in dict.fromkeys(objective["perspective"] for objective in objectives):
        mine = [objective for objective in objectives if objective["perspective"] == perspective]
        weights[perspective] = sum((Decimal(objective["weight"]) for objective in mine), Decimal(0))
        scores[perspective] = weighted(
            [(scores[objective["objective_id"]], Decimal(objective["weight"])) for objective in mine]
        )
    scores["Global Snack Retailer"] = weighted([(scores[name], weight) for name, weight in weights.items()])
    return scores
