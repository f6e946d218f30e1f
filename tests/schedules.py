"""The smallest sound workspace with a schedule, whose figures arrive month by month."""

import csv
import datetime as dt
from pathlib import Path

from review_kit.params import Params, load_params

ACTUALS = Path("data") / "actuals.csv"
_TABLES = {
    "objectives": [["objective_id", "name"], ["O1", "Serve customers better"]],
    "kpis": [
        ["kpi_id", "name", "objective_id", "unit", "direction", "target", "frequency", "aggregate"],
        ["csat", "Customer satisfaction", "O1", "%", "higher", "80", "monthly", "mean"],
    ],
    "actuals": [["kpi_id", "period", "value"]],
}


def write_params(workspace: Path, year: int, more: str = "") -> Path:
    """params/<year>.yml with one edition; `more` is what it says beyond the least."""
    sources = ", ".join(f"{name}: data/{name}.csv" for name in _TABLES)
    text = (
        f'cycle: "{year}"\norganisation: Acme Secret Holdings\n'
        f"calendar: {{start: {year}-01-01, end: {year}-12-31}}\nsources: {{{sources}}}\n{more}"
    )
    path = workspace / "params" / f"{year}.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def tiny_workspace(workspace: Path, *years: int, more: str = "") -> Path:
    """One objective, one monthly KPI, no figures yet."""
    for name, rows in _TABLES.items():
        path = workspace / "data" / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding="utf-8", newline="") as file:
            csv.writer(file, lineterminator="\n").writerows(rows)
    for year in years:
        write_params(workspace, year, more)
    return workspace


def arrive(workspace: Path, *periods: str, value: str = "81.5") -> None:
    """The figures of these months come in."""
    with (workspace / ACTUALS).open("a", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows(["csat", period, value] for period in periods)


def params_with(folder: Path, year: int, more: str = "") -> Params:
    """The params of a year, read from a file."""
    return load_params(write_params(folder, year, more))


def day(text: str) -> dt.date:
    return dt.date.fromisoformat(text)
