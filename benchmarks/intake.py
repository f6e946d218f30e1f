"""What intake costs beside the plain readers of pandas: 1.2 million rows of CSV, and 50,000 rows of a workbook.

Both sides read the same file in processes of their own, taking turns, so that a busy machine slows both. Ours reads
with every check and the place of each row; the plain one reads alone. The time is that of reading, libraries loaded;
beside the time on the clock stands that of the processors, which other work on the machine disturbs less. The rows of
the CSV come once in the order of their series and once in none.
Linux only.

    python benchmarks/intake.py             # the sizes above, three turns
    python benchmarks/intake.py --rows 100000 --sheet-rows 5000 --turns 1
"""

import argparse
import json
import os
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
start, busy = time.perf_counter(), time.process_time()
intake = read_cycle(*cycle, root)
seconds, busy = time.perf_counter() - start, time.process_time() - busy
assert not intake.errors, intake.errors[0]
"""
PLAIN = """
import json, sys, time
from pathlib import Path
import openpyxl, pandas
path = sys.argv[1]
start, busy = time.perf_counter(), time.process_time()
table = pandas.read_csv(path) if path.endswith("csv") else pandas.read_excel(path, engine="openpyxl")
seconds, busy = time.perf_counter() - start, time.process_time() - busy
"""
TOLD = """
status = Path("/proc/self/status").read_text()  # the peak that getrusage tells would be that of the parent
print(json.dumps([seconds, busy, int(status.partition("VmHWM:")[2].split()[0]) / 1024]))
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


def made(folder: Path, rows: list[list[str]], *, sheet: bool) -> tuple[Path, Path]:
    """A workspace with these actuals, and the path of their file."""
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
        return folder, path
    with xlsxwriter.Workbook(path) as book:
        page = book.add_worksheet("Actuals")
        page.write_row(0, 0, names)
        for number, row in enumerate(rows, start=1):
            page.write_row(number, 0, [*row[:2], float(row[2]), *row[3:]])
    return folder, path


def measured(script: str, argument: Path) -> tuple[float, float, float]:
    """Seconds of one reading, those of the processors, and the peak memory of its process in MB."""
    command = [sys.executable, "-c", script + TOLD, str(argument)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, check=False, encoding="utf-8")
    if done.returncode:
        sys.exit(done.stderr)
    seconds, busy, megabytes = json.loads(done.stdout)
    return seconds, busy, megabytes


def compare(name: str, folder: Path, file: Path, turns: int) -> None:
    """Both sides in turns; the median time of each, the medians of the ratios, and the highest peak."""
    ours, plain = [], []
    for _ in range(turns):
        plain.append(measured(PLAIN, file))
        ours.append(measured(OURS, folder))
    pairs = list(zip(ours, plain, strict=True))
    ratio, busy = (statistics.median(mine[kind] / other[kind] for mine, other in pairs) for kind in (0, 1))
    seconds = [statistics.median(took[0] for took in side) for side in (plain, ours)]
    peaks = [max(took[2] for took in side) for side in (plain, ours)]
    cells = [
        f"{seconds[0]:.2f} s",
        f"{seconds[1]:.2f} s",
        f"{ratio:.2f}",
        f"{busy:.2f}",
        *(f"{peak:.0f} MB" for peak in peaks),
    ]
    print(f"| {name} | {' | '.join(cells)} |", flush=True)


def main() -> None:
    """Make the files, read them, print a table for docs/performance.md."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=1_200_000)
    parser.add_argument("--sheet-rows", type=int, default=50_000)
    parser.add_argument("--turns", type=int, default=3)
    asked = parser.parse_args()
    print(
        f"Load of the machine: {', '.join(f'{load:.1f}' for load in os.getloadavg())} on {os.cpu_count()} processors.\n"
    )
    print(
        "| file | pandas | intake with all checks | ratio | ratio of processor time | peak of pandas | peak of intake |"
    )
    print("| --- | --: | --: | --: | --: | --: | --: |")
    with tempfile.TemporaryDirectory() as place:
        rows = rows_of(asked.rows)
        compare(f"CSV, {asked.rows:,} rows", *made(Path(place) / "csv", rows, sheet=False), asked.turns)
        random.Random(2).shuffle(rows)  # noqa: S311 - figures for a benchmark
        compare("the same in no order", *made(Path(place) / "mixed", rows, sheet=False), asked.turns)
        rows = rows_of(asked.sheet_rows)
        compare(f"xlsx, {asked.sheet_rows:,} rows", *made(Path(place) / "xlsx", rows, sheet=True), asked.turns)


if __name__ == "__main__":
    main()
