"""Sound cycles made from a number: files, and beside them the tables that intake has to make of them, bit for bit.

The tables are worked out here with `csv` and `Decimal` alone; nothing of `review_kit` reads them.
"""

import csv
import io
import random
from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path

NAMES = (
    "Orders",
    "Łódź plant",
    "Süd",
    "東京 store",
    "R&D",
    "Ops, West",
    "Ärger",
    "North",
    "Q&A",
    'The "A" team',
    "É-shop",
)
Row = dict[str, str]


@dataclass(frozen=True)
class Sound:
    """The texts of one workspace, table by table, and its twelve months."""

    start: date
    year: int
    tables: dict[str, list[Row]]
    quoting: bool

    @property
    def end(self) -> date:
        last = months_later(self.start, 11)
        return last.replace(day=monthrange(last.year, last.month)[1])

    @property
    def cycle(self) -> str:
        return str(self.year)

    def grid(self, table: str) -> list[list[str]]:
        """Headings and rows as they stand in the file."""
        rows = self.tables[table]
        return [list(rows[0]), *([*row.values()] for row in rows)]

    def params(self) -> str:
        sources = "".join(f"  {name}: data/{name}.csv\n" for name in self.tables)
        return (
            f'cycle: "{self.cycle}"\norganisation: Snacks\ncalendar: {{start: {self.start}, end: {self.end}}}\n'
            f"sources:\n{sources}"
        )


def write(sound: Sound, root: Path, changed: dict[str, list[list[str]]] | None = None) -> Path:
    """The workspace, with the grids of some tables exchanged."""
    (root / "data").mkdir(parents=True)
    (root / "params").mkdir()
    for table in sound.tables:
        (root / "data" / f"{table}.csv").write_text(
            as_csv((changed or {}).get(table, sound.grid(table)), quoting=sound.quoting), encoding="utf-8", newline=""
        )
    (root / "params" / f"{sound.cycle}.yml").write_text(sound.params(), encoding="utf-8")
    return root


def as_csv(grid: list[list[str]], *, quoting: bool) -> str:
    text = io.StringIO()
    style = csv.QUOTE_ALL if quoting else csv.QUOTE_MINIMAL
    csv.writer(text, lineterminator="\r\n" if quoting else "\n", quoting=style).writerows(grid)
    return text.getvalue()


def lines_of(grid: list[list[str]]) -> list[int]:
    """The line at which each row starts, as a person sees it: a cell may span several."""
    starts, line = [], 1
    for row in grid:
        starts.append(line)
        line += 1 + sum(cell.count("\n") for cell in row)
    return starts


def months_later(day: date, months: int) -> date:
    at = day.year * 12 + day.month - 1 + months
    return date(at // 12, at % 12 + 1, 1)


def sound_cycle(seed: int) -> Sound:
    """A cycle without any fault; equal seeds give equal cycles."""
    dice = random.Random(seed)  # noqa: S311 - tests must repeat
    start = date(dice.choice((2021, 2024, 2025)), dice.choice((1, 1, 4, 7, 10)), 1)
    year = start.year + (0 if start.month == 1 else dice.choice((0, 1)))
    objectives = [
        {"objective_id": f"O{number}", "name": dice.choice(NAMES), "weight": dice.choice(("", "1", "2", "3.5"))}
        for number in range(1, dice.randint(2, 4))
    ]
    kpis, actuals, targets = [], [], []
    for number in range(1, dice.randint(3, 6)):
        kpi = _kpi(dice, number, dice.choice(objectives)["objective_id"])
        kpis.append(kpi)
        actuals += _values(dice, kpi, start, year)
        if kpi["direction"] != "range" and dice.random() < 0.3:
            targets += [
                {"kpi_id": kpi["kpi_id"], "period": f"{year}-Q{quarter}", "target": kpi["target"].strip("≥≤ %")}
                for quarter in range(1, 5)
            ]
    for objective in objectives:  # each of them is measured
        if objective["objective_id"] not in {kpi["objective_id"] for kpi in kpis}:
            kpis[0]["objective_id"] = objective["objective_id"]
    objectives = [row for row in objectives if row["objective_id"] in {kpi["objective_id"] for kpi in kpis}]
    if dice.random() < 0.5:
        dice.shuffle(actuals)
    tables = {"objectives": objectives, "kpis": kpis, "actuals": actuals} | ({"targets": targets} if targets else {})
    return Sound(start, year, tables, quoting=dice.random() < 0.3)


def _kpi(dice: random.Random, number: int, objective: str) -> Row:
    direction = dice.choice(("higher", "lower", "range"))
    aggregate = dice.choice(("sum", "mean", "ratio", "min", "max"))
    unit = "%" if aggregate == "ratio" else dice.choice(("%", "days", "EUR m", "points", "Wh/unit", ""))
    baseline = Decimal(dice.randint(4000, 9000)) / 100
    step = Decimal(dice.randint(100, 900)) / 100
    target = baseline - step if direction == "lower" else baseline + step
    sign = {"higher": dice.choice(("", "≥ ")), "lower": dice.choice(("", "≤ "))}.get(direction, "")
    written = f"{sign}{target}" + (" %" if unit == "%" and dice.random() < 0.4 else "")
    if direction == "range":
        written = f"{baseline}–{target}" if dice.random() < 0.5 else ""
    ends = ("", "") if written or direction != "range" else (str(baseline), str(target))
    return {
        "kpi_id": dice.choice((f"K{number}", f"kpi-{number}", f"0{number}", f"№ {number}")),
        "name": dice.choice(NAMES),
        "objective_id": objective,
        "unit": unit,
        "direction": direction,
        "target": written,
        "target_low": ends[0],
        "target_high": ends[1],
        "baseline": str(baseline),
        "lower_bound": dice.choice(("", "0")),
        "aggregate": aggregate,
        "frequency": dice.choice(("monthly", "quarterly")),
        "weight": dice.choice(("", "1", "2", "5")),
        "owner": dice.choice(("Ann Ångström", "Bo", "N. N.")),
        "definition": dice.choice(("", "what is counted,\nand how", 'the "open" ones')),
        "restricted_to": dice.choice(("", "", "executive", "executive;it")),
    }


def _values(dice: random.Random, kpi: Row, start: date, year: int) -> list[Row]:
    monthly = kpi["frequency"] == "monthly"
    segments = dice.choice(([""], [""], ["North", "Süd"], ["Ops, West", "東京 store", "Łódź plant"]))
    level = Decimal(kpi["baseline"])
    rows = []
    for at in range(12 if monthly else 4):
        month = months_later(start, at if monthly else at * 3)
        last = months_later(month, 0 if monthly else 2)
        day = last.replace(day=monthrange(last.year, last.month)[1])
        period = f"{month:%Y-%m}" if monthly else dice.choice((f"{year}-Q{at + 1}", f"Q{at + 1} {year}"))
        if monthly and dice.random() < 0.2:
            period = str(day)
        for segment in segments:
            value = level + Decimal(dice.randint(-1500, 1500)) / 100
            row = {"kpi_id": kpi["kpi_id"], "period": period, "value": str(value), "numerator": "", "denominator": ""}
            if kpi["aggregate"] == "ratio":
                below = dice.randint(200, 999)
                above = int(value * below / 100)
                row |= {"value": "", "numerator": str(above), "denominator": str(below)}
            status = dice.choice(("", "actual", "preliminary"))
            note = dice.choice(("", "", "late,\nbut complete", "see Q&A"))
            rows.append(row | {"segment": segment, "status": status, "note": note})
    return rows
