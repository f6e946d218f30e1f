"""Makes workspaces of any size to measure reviews with: sound, realistic, and the same for the same size and seed.

    python benchmarks/workspaces.py small|medium|large|KPISxMONTHS FOLDER [--seed 2025]

| size | KPIs | months | values | last year's review |
| --- | --: | --: | --: | --- |
| small | 40 | 12 | 480 | none: the first year |
| medium | 2,000 | 60 | 120,000 | yes |
| large | 20,000 | 60 | 1,200,000 | yes |

KPIs drift, have seasons, noise and shifts of level; one value in a hundred is missing. All aggregates, directions and
ways to write a target occur. A tenth of the KPIs and of the objectives, initiatives and risks is restricted, and three
editions see different parts of them. Objectives, initiatives, risks and people grow more slowly than KPIs, as they do
in organisations.
"""

import argparse
import csv
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import company
import numpy as np
from company import DEPARTMENTS, NAMES, PLACES, THINGS, YEAR, Row, Size, restricted, turn

REPOSITORY = Path(__file__).resolve().parents[1]
MONTHS = 12
DATA = "data/company"

_AGGREGATES = ("mean", "sum", "last", "ratio", "max")
_SHARE_OF_AGGREGATES = (0.5, 0.2, 0.15, 0.1, 0.05)
_DIRECTIONS = ("higher", "lower", "range")
_SHARE_OF_DIRECTIONS = (0.55, 0.4, 0.05)
_UNIT_OF = {"mean": "%", "sum": "EUR k", "last": "days", "ratio": "%", "max": "hours"}
_MISSING = 0.01  # share of values that never came


SIZES = {"small": Size(40, 12), "medium": Size(2_000, 60), "large": Size(20_000, 60)}


def size_of(text: str) -> Size:
    """One of the named sizes, or '300x24' for 300 KPIs over 24 months; whole years of months."""
    if text in SIZES:
        return SIZES[text]
    kpis, months = (int(part) for part in text.split("x"))
    if kpis < 1 or months < MONTHS or months % MONTHS:
        msg = f"'{text}' is no size"
        raise ValueError(msg)
    return Size(kpis, months)


def make_workspace(folder: Path, amount: Size, seed: int = YEAR) -> Path:
    """Params, data and notebooks in `folder`, which need not be there; `review run 2025` works in it."""
    chance = np.random.default_rng(seed)
    data = folder / DATA
    data.mkdir(parents=True, exist_ok=True)
    write_table(data / "objectives.csv", company.OBJECTIVES, company.objectives(amount))
    kpis = Kpis.drawn(amount, chance)
    values = kpis.values(amount.months, chance)
    has_last = amount.months > MONTHS
    for year in (YEAR, YEAR - 1) if has_last else (YEAR,):
        name = "kpis.csv" if year == YEAR else f"kpis_{year}.csv"
        write_table(data / name, _KPIS, kpis.rows(values, years_ago=YEAR - year))
    write_actuals(data / "actuals.csv", kpis, values, chance)
    write_table(data / "initiatives.csv", company.INITIATIVES, company.initiatives(amount, chance))
    write_table(data / "risks.csv", company.RISKS, company.risks(amount, chance))
    write_table(data / "changes.csv", company.CHANGES, company.changes(chance))
    write_table(data / "lessons.csv", company.LESSONS, company.lessons())
    write_table(data / "stakeholders.csv", company.STAKEHOLDERS, company.stakeholders(amount, chance))
    write_table(data / "engagements.csv", company.ENGAGEMENTS, company.engagements(amount, chance))
    write_table(data / "feedback.csv", company.FEEDBACK, company.feedback(amount, chance))
    (folder / "params").mkdir(exist_ok=True)
    for year in (YEAR, YEAR - 1) if has_last else (YEAR,):
        text = _PARAMS.format(year=year, data=DATA, kpis="kpis.csv" if year == YEAR else f"kpis_{year}.csv")
        previous = f'previous_cycle: "{year - 1}"\n' if year == YEAR and has_last else ""
        (folder / "params" / f"{year}.yml").write_text(text + previous, encoding="utf-8")
    hidden = shutil.ignore_patterns(".*")
    shutil.copytree(REPOSITORY / "notebooks", folder / "notebooks", ignore=hidden, dirs_exist_ok=True)
    return folder


_PARAMS = """\
cycle: "{year}"
organisation: Benchmark Company
calendar: {{start: {year}-01-01, end: {year}-12-31}}
sources:
  objectives: {data}/objectives.csv
  kpis: {data}/{kpis}
  actuals: {data}/actuals.csv
  initiatives: {data}/initiatives.csv
  risks: {data}/risks.csv
  changes: {data}/changes.csv
  lessons: {data}/lessons.csv
  stakeholders: {data}/stakeholders.csv
  engagements: {data}/engagements.csv
  feedback: {data}/feedback.csv
scoring: {{profile: progress, green: 1.0, amber: 0.8, cap: 1.2, min_confidence: 0.5}}
editions:
  analyst: {{sees: [executive, department, it]}}
  executive: {{sees: [executive]}}
  department: {{sees: [department]}}
"""


def write_table(path: Path, headings: str, rows: Sequence[Row]) -> None:
    """One CSV file; None and missing numbers are empty cells."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(headings.split())
        writer.writerows(rows)


_KPIS = (
    "kpi_id name objective_id unit direction target baseline baseline_period target_low target_high lower_bound "
    "upper_bound aggregate frequency due weight owner department kind definition source decimals guardrail "
    "achievable_because restricted_to"
)


@dataclass(frozen=True, slots=True)
class Kpis:
    """What tells the KPIs apart; one entry each."""

    aggregate: np.ndarray
    direction: np.ndarray
    objective: np.ndarray
    level: np.ndarray  # where it started
    noise: np.ndarray  # standard deviation of a month, as a share of the level
    drift: np.ndarray  # a month, as a share of the level
    ambition: np.ndarray  # how far the year's target lies from the year before, as a share of the level

    @classmethod
    def drawn(cls, amount: Size, chance: np.random.Generator) -> "Kpis":
        """Most KPIs stand still in their noise; some go up or down."""
        n = amount.kpis
        return cls(
            aggregate=chance.choice(_AGGREGATES, n, p=_SHARE_OF_AGGREGATES),
            direction=chance.choice(_DIRECTIONS, n, p=_SHARE_OF_DIRECTIONS),
            objective=np.arange(n) % amount.objectives,
            level=np.round(chance.uniform(20, 80, n), 1),
            noise=chance.uniform(0.01, 0.05, n),
            drift=chance.normal(0, 0.0008, n),
            ambition=np.abs(chance.normal(0.03, 0.02, n)) + 0.002,
        )

    def values(self, months: int, chance: np.random.Generator) -> np.ndarray:
        """Values by KPI (rows) and month (columns), rounded as published, missing where none came."""
        n, time = len(self.level), np.arange(months)
        shift = np.where(chance.random(n) < 0.15, chance.normal(0, 0.06, n), 0.0)  # noqa: PLR2004 - one in seven
        since = chance.integers(0, max(months, 2), n)
        season = np.where(self.aggregate == "sum", 0.08, 0.0)[:, None] * np.cos(2 * np.pi * (time % MONTHS) / MONTHS)
        relative = 1 + self.drift[:, None] * time + season + np.where(time >= since[:, None], shift[:, None], 0.0)
        relative += chance.normal(0, 1, (n, months)) * self.noise[:, None]
        found = np.round(np.clip(self.level[:, None] * relative, 0.1, 99.9), 1)
        return np.where(chance.random((n, months)) < _MISSING, np.nan, found)

    def year(self, values: np.ndarray, years_ago: int) -> np.ndarray:
        """What each KPI came to in a year, as its aggregate brings it together; its level where nothing is known."""
        stop = values.shape[1] - MONTHS * years_ago
        if stop < MONTHS:
            return np.where(self.aggregate == "sum", self.level * MONTHS, self.level)
        year = values[:, stop - MONTHS : stop]
        last = np.where(np.isnan(year[:, -1]), self.level, year[:, -1])
        mean = np.nanmean(year, axis=1)
        picks = [mean * MONTHS, last, np.nanmax(year, axis=1)]
        return np.select([self.aggregate == name for name in ("sum", "last", "max")], picks, default=mean)

    def rows(self, values: np.ndarray, years_ago: int) -> list[Row]:
        """The table of KPIs of a cycle: the baseline is the year before, the target lies an ambition away from it."""
        baseline = np.round(self.year(values, years_ago + 1), 1)
        sign = np.where(self.direction == "lower", -1, 1)
        target = np.round(baseline * (1 + sign * self.ambition), 1)
        target = np.where((self.aggregate == "sum") | (target < 100), target, 99.9)  # noqa: PLR2004 - percents end there
        year = YEAR - years_ago
        return [self._row(at, float(baseline[at]), float(target[at]), year) for at in range(len(baseline))]

    def _row(self, at: int, baseline: float, target: float, year: int) -> Row:
        aggregate, direction = str(self.aggregate[at]), str(self.direction[at])
        is_range, is_percent = direction == "range", _UNIT_OF[aggregate] == "%"
        department = turn(DEPARTMENTS, at)
        written = {"higher": f"at least {target:g}", "lower": f"≤ {target:g}", "range": ""}[direction]
        return (
            f"K{at:05d}",
            f"{turn(THINGS, at).capitalize()} of {turn(PLACES, at // 10)}, {department} ({at})",
            f"O{self.objective[at]:04d}",
            _UNIT_OF[aggregate],
            direction,
            "" if is_range or at % 50 == 1 else written if at % 9 == 0 else f"{target:g}",
            f"{baseline:g}",
            year - 1,
            f"{baseline * 0.97:.1f}" if is_range else "",
            f"{min(baseline * 1.03, 100) if is_percent else baseline * 1.03:.1f}" if is_range else "",
            0,
            100 if is_percent else "",
            aggregate,
            "monthly",
            f"{year}-12-31",
            at % 5 + 1,
            f"{turn(NAMES, at // 7)}, {department}",
            department,
            "it" if department.startswith(("IT", "Data")) else "business",
            f"Counted each month by {department} for {turn(PLACES, at // 10)}; corrections count in their own month.",
            f"Warehouse, report {at % 97:03d}",
            1,
            "yes" if at % 200 == 0 else "",
            "The measures agreed with the department carry it" if at % 3 else "",
            restricted(at),
        )


def write_actuals(path: Path, kpis: Kpis, values: np.ndarray, chance: np.random.Generator) -> None:
    """One line a value, KPI by KPI; a ratio by its parts."""
    n, months = values.shape
    first = YEAR + 1 - months // MONTHS
    periods = [f"{first + at // MONTHS}-{at % MONTHS + 1:02d}" for at in range(months)]
    weights = chance.integers(500, 2_000, (n, months))
    with path.open("w", encoding="utf-8", newline="") as file:
        file.write("kpi_id,period,value,numerator,denominator,status,note\n")
        for at in range(n):
            ratio = kpis.aggregate[at] == "ratio"
            lines = []
            for month in np.flatnonzero(~np.isnan(values[at])).tolist():
                value, weight = values[at, month], weights[at, month]
                cells = f",{round(value * weight / 100)},{weight}" if ratio else f"{value:g},,"
                status = "preliminary" if month == months - 1 and at % 10 == 0 else "actual"
                lines.append(f"K{at:05d},{periods[month]},{cells},{status},\n")
            file.writelines(lines)


def main() -> None:
    """Make one workspace."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("size", type=size_of, help="small, medium, large, or such as 300x24")
    parser.add_argument("folder", type=Path)
    parser.add_argument("--seed", type=int, default=YEAR)
    chosen = parser.parse_args()
    print(make_workspace(chosen.folder, chosen.size, chosen.seed))


if __name__ == "__main__":
    main()
