"""A small sound cycle: six KPIs by three departments in four quarters of 2026, and the ways to write it to files."""

import csv
import io
import re
import sqlite3
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path

import openpyxl
import pandas as pd

OBJECTIVES = [
    ["objective_id", "name"],
    ["O1", "Serve customers well"],
    ["O2", "Grow with care"],
]
KPIS = [
    ["kpi_id", "name", "objective_id", "unit", "direction", "target", "baseline", "aggregate", "frequency", "weight",
     "owner", "restricted_to"],
    ["K01", "Late deliveries", "O1", "%", "lower", "4.0", "6.0", "mean", "quarterly", "0.20", "Ann", ""],
    ["K02", "Time to repair", "O1", "days", "lower", "7.0", "9.0", "mean", "quarterly", "0.20", "Ann", ""],
    ["K03", "Calls answered", "O1", "ratio", "higher", "0.95", "0.90", "mean", "quarterly", "0.20", "Bob", ""],
    ["K04", "Sales", "O2", "kEUR", "higher", "62000", "58000", "sum", "quarterly", "0.20", "Bob", "executive"],
    ["K05", "Complaints", "O2", "count", "lower", "400", "520", "sum", "quarterly", "0.10", "Eve", ""],
    ["K06", "Satisfaction", "O2", "points", "higher", "80", "75", "mean", "quarterly", "0.10", "Eve", "executive;it"],
]  # fmt: skip
QUARTERS = ("2026-03-31", "2026-06-30", "2026-09-30", "2026-12-31")
DEPARTMENTS = ("North", "South", "West")
_FIRST = {"K01": "4.9", "K02": "8.2", "K03": "0.91", "K04": "5137.91337", "K05": "40", "K06": "76.5"}
_STEP = {"K01": "-0.1", "K02": "-0.15", "K03": "0.01", "K04": "75.24342", "K05": "-2", "K06": "0.5"}
PARAMS = """\
cycle: "2026"
organisation: Snacks
calendar: {start: 2026-01-01, end: 2026-12-31}
sources:
  objectives: data/objectives.csv
  kpis: data/kpis.csv
  actuals: data/actuals.csv
editions:
  executive: {sees: [executive]}
  department: {sees: [department]}
"""


def _actuals() -> list[list[str]]:
    rows = [["kpi_id", "segment", "period", "value", "note"]]
    for quarter, day in enumerate(QUARTERS):
        for place, department in enumerate(DEPARTMENTS):
            for kpi, first in _FIRST.items():
                digits = len(first.partition(".")[2]) or len(_STEP[kpi].partition(".")[2])
                value = float(first) + float(_STEP[kpi]) * (quarter + place * 0.5)
                rows.append([kpi, department, day, f"{value:.{digits}f}", ""])
    return rows


Grid = list[list[str]]


@dataclass
class Cycle:
    """The texts of one workspace; cases change them, and `write` lays them out."""

    objectives: Grid = field(default_factory=lambda: deepcopy(OBJECTIVES))
    kpis: Grid = field(default_factory=lambda: deepcopy(KPIS))
    actuals: Grid = field(default_factory=_actuals)
    params: str = PARAMS
    raw: dict[str, bytes] = field(default_factory=dict)  # by name in data/: what stands there instead

    def set(self, table: str, row: int, column: str, value: str) -> None:
        """Change the cell at a line as a person sees it."""
        grid = getattr(self, table)
        grid[row - 1][grid[0].index(column)] = value

    def get(self, table: str, row: int, column: str) -> str:
        grid = getattr(self, table)
        return grid[row - 1][grid[0].index(column)]

    def rows(self, column: str, value: str, table: str = "actuals") -> list[int]:
        """The lines whose cell holds this."""
        grid = getattr(self, table)
        at = grid[0].index(column)
        return [number for number, row in enumerate(grid, 1) if number > 1 and row[at] == value]

    def declare(self, keys: str, table: str = "actuals") -> None:
        """Add keys to the source of a table."""
        line = re.compile(rf"  {table}: (data/\S+)\n")
        self.params, count = line.subn(lambda found: f"  {table}: {{path: {found[1]}, {keys}}}\n", self.params)
        assert count == 1

    def move_to(self, file: str, raw: bytes) -> None:
        """The actuals are this file."""
        self.params = self.params.replace("data/actuals.csv", f"data/{file}")
        self.raw[file] = raw

    def text(self, table: str = "actuals", delimiter: str = ",", end: str = "\n") -> str:
        lines = io.StringIO()
        csv.writer(lines, delimiter=delimiter, lineterminator=end).writerows(getattr(self, table))
        return lines.getvalue()

    def write(self, root: Path) -> Path:
        (root / "data").mkdir(parents=True)
        (root / "params").mkdir()
        for table in ("objectives", "kpis", "actuals"):
            if f"data/{table}.csv" in self.params and f"{table}.csv" not in self.raw:
                (root / "data" / f"{table}.csv").write_bytes(self.text(table).encode())
        for name, raw in self.raw.items():
            (root / "data" / name).write_bytes(raw)
        (root / "params" / "2026.yml").write_text(self.params, encoding="utf-8")
        return root


def typed(text: str, column: str) -> object:
    """The cell as a spreadsheet or a database keeps it."""
    if column == "value" and text:
        return float(text)
    return pd.Timestamp(text).to_pydatetime() if column == "period" and text in QUARTERS else (text or None)


def book_of(cycle: Cycle) -> openpyxl.Workbook:
    """The actuals as a workbook with real numbers and days."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Actuals"
    heading = cycle.actuals[0]
    sheet.append(heading)
    for row in cycle.actuals[1:]:
        sheet.append([typed(text, column) for text, column in zip(row, heading, strict=True)])
    for cell in sheet["C"][1:]:
        cell.number_format = "yyyy-mm-dd"
    return book


def bytes_of(book: openpyxl.Workbook) -> bytes:
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def frame_of(cycle: Cycle) -> pd.DataFrame:
    frame = pd.DataFrame(cycle.actuals[1:], columns=cycle.actuals[0])
    return frame.assign(value=pd.to_numeric(frame["value"]), period=pd.to_datetime(frame["period"]).dt.date)


def parquet_of(frame: pd.DataFrame) -> bytes:
    stream = io.BytesIO()
    frame.to_parquet(stream, index=False)
    return stream.getvalue()


def database_of(cycle: Cycle, path: Path, table: str = "actuals") -> None:
    """A SQLite file whose value column is REAL, which also takes text."""
    with sqlite3.connect(path) as connection:
        columns = ", ".join(f"{name} {'REAL' if name == 'value' else 'TEXT'}" for name in cycle.actuals[0])
        connection.execute(f"create table {table} ({columns})")
        marks = ", ".join("?" * len(cycle.actuals[0]))
        connection.executemany(f"insert into {table} values ({marks})", cycle.actuals[1:])  # noqa: S608 - ours alone
    connection.close()
