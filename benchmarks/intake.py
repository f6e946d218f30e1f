"""What intake costs beside the plain readers of pandas: 1.2 million rows of CSV, and 50,000 rows of a workbook.

Both sides read the same file in processes of their own, taking turns, so that a busy machine slows both. Ours reads
with every check and the place of each row; the plain one reads alone. The time is that of reading, libraries loaded.
Linux only.

    python benchmarks/intake.py             # the sizes above, three turns
    python benchmarks/intake.py --rows 100000 --sheet-rows 5000 --turns 1
"""

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import xlsxwriter

ROOT = Path(__file__).resolve().parents[1]
MONTHS = [f"{year}-{month:02d}" for year in range(2021, 2026) for month in range(1, 13)]
SEGMENTS = 50
PARAMS = """\
cycle: "2025"
organisation: Benchmark
calendar: {{start: 2025-01-01, end: 2025-12-31}}
sources:
  objectives: data/objectives.csv
  kpis: data/kpis.csv
  actuals: data/{actuals}
"""
OURS = """
import json, sys, time
from pathlib import Path
from review_kit.intake import read_cycle
from review_kit.params import find_checkpoint
root = Path(sys.argv[1])
cycle = find_checkpoint("2025", root / "params")
import pyarrow.csv, python_calamine
start = time.perf_counter()
intake = read_cycle(*cycle, root)
seconds = time.perf_counter() - start
assert not intake.errors, intake.errors[0]
"""
PLAIN = """
import json, sys, time
from pathlib import Path
import openpyxl, pandas
start = time.perf_counter()
path = sys.argv[1]
table = pandas.read_csv(path) if path.endswith("csv") else pandas.read_excel(path, engine="openpyxl")
seconds = time.perf_counter() - start
"""
TOLD = """
status = Path("/proc/self/status").read_text()  # the peak that getrusage tells would be that of the parent
print(json.dumps([seconds, int(status.partition("VmHWM:")[2].split()[0]) / 1024]))
"""


def rows_of(count: int) -> list[list[str]]:
    """Actuals as a program exports them: KPI after KPI, segment after segment, month after month."""
    chance = random.Random(1)  # noqa: S311 - figures for a benchmark
    rows = []
    for number in range(count):
        series, month = divmod(number, len(MONTHS))
        kpi, segment = divmod(series, SEGMENTS)
        value = f"{chance.uniform(500, 1_000):.3f}"
        rows.append([f"K{kpi:03d}", MONTHS[month], value, f"Region {segment + 1:02d}", "actual", ""])
    return rows


def make(folder: Path, rows: list[list[str]], *, sheet: bool) -> Path:
    """A workspace with these actuals; the path of their file."""
    (folder / "data").mkdir(parents=True)
    (folder / "params").mkdir()
    path = folder / "data" / ("actuals.xlsx" if sheet else "actuals.csv")
    (folder / "params" / "2025.yml").write_text(PARAMS.format(actuals=path.name))
    (folder / "data" / "objectives.csv").write_text("objective_id,name\nO1,One\n")
    kpis = sorted({row[0] for row in rows})
    heads = "kpi_id,name,objective_id,unit,direction,target,baseline,aggregate,frequency\n"
    lines = "".join(f"{kpi},KPI {kpi},O1,hours,higher,900,700,mean,monthly\n" for kpi in kpis)
    (folder / "data" / "kpis.csv").write_text(heads + lines)
    names = ["kpi_id", "period", "value", "segment", "status", "note"]
    if not sheet:
        path.write_text("\n".join(",".join(row) for row in [names, *rows]) + "\n")
        return path
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Actuals")
        page.write_row(0, 0, names)
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, [*row[:2], float(row[2]), *row[3:]])
    return path


def measured(script: str, argument: Path) -> tuple[float, float]:
    """Seconds of one reading, and the peak memory of its process in MB."""
    command = [sys.executable, "-c", script + TOLD, str(argument)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8")
    if done.returncode:
        sys.exit(done.stderr)
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def compare(name: str, folder: Path, file: Path, turns: int) -> None:
    """Both sides in turns; the median time of each, the median of the ratios, and the highest peak."""
    ours, plain = [], []
    for _ in range(turns):
        plain.append(measured(PLAIN, file))
        ours.append(measured(OURS, folder))
    ratio = statistics.median(mine[0] / other[0] for mine, other in zip(ours, plain, strict=True))
    seconds = [statistics.median(took[0] for took in side) for side in (plain, ours)]
    peaks = [max(took[1] for took in side) for side in (plain, ours)]
    print(f"| {name} | {seconds[0]:.2f} s | {seconds[1]:.2f} s | {ratio:.2f} | {peaks[0]:.0f} MB | {peaks[1]:.0f} MB |")


def main() -> None:
    """Make the files, read them, print a table for docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_200_000)
    parser.add_argument("--sheet-rows", type=int, default=50_000)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    print("| file | pandas | intake with all checks | ours / pandas | peak of pandas | peak of intake |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as place:
        for name, count, sheet in (("CSV", asked.rows, False), ("xlsx", asked.sheet_rows, True)):
            folder = Path(place) / name
            file = make(folder, rows_of(count), sheet=sheet)
            compare(f"{name}, {count:,} rows", folder, file, asked.turns)


if __name__ == "__main__":
    main()
