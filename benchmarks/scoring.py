"""The core of scoring in several engines: actual, progress, XmR limits and roll-up of very many KPIs.

    python benchmarks/scoring.py                 # 1.2 million rows, in turn; then 12 million without groupby-apply
    python benchmarks/scoring.py --kpis 2000 --turns 1 --no-large
    python -m pip install -e .[bench]            # polars and duckdb; an engine that is missing is left out

Every engine starts from the same rows (number of the KPI, month, value), sorted by KPI and month, in memory and in its
own form, in a process of its own, one at a time. By KPI it works out the actual (the last, sum, mean, least or most of
the last twelve months, as the KPI says), the progress from baseline to target, the mean and the natural limits of all
months (2.66 x mean moving range), and by objective the weighted mean of the progress, held within 0 and 1.2. Results
have to be equal. Engines take turns, so that a busy machine slows all of them. Told are the least seconds, the ratio
to the fastest, and the peak memory of the process (Linux).

The line "review_kit, tables" is the whole of scoring as a review runs it: from the typed table of measures (texts,
days, segments, states, places) to series, actuals with the year before, targets, scores, status, traces and roll-up.
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from datetime import date
from pathlib import Path

import engines
import numpy as np
import pandas as pd
from engines import MONTHS, Input, Results, Work

from review_kit.model.period import Calendar, Checkpoint
from review_kit.scoring import ScoringRules, roll_up, score_kpis, whole_series
from review_kit.signals import limits

REPEATS = 3  # in one process; the first pays for what is loaded and set up
TABLES = "review_kit, tables"


def tables_core(data: Input) -> Work:
    """All of scoring, from the table that intake hands over."""
    kpis, measures = _kpi_table(data), _measures(data)
    objectives = pd.DataFrame({"objective_id": kpis["objective_id"].unique(), "weight": 1.0})
    objectives = objectives.assign(name=objectives["objective_id"], perspective="P", status="active")
    none = pd.DataFrame({"kpi_id": pd.Series(dtype="str")})
    checkpoint = Checkpoint.of_cycle("2025", Calendar(date(2025, 1, 1), date(2025, 12, 31), 2025))
    rules = ScoringRules()

    def work() -> Results:
        series = whole_series(measures, kpis)
        scores = score_kpis(measures, kpis, none, checkpoint, rules, series)
        limits(series["value"].to_numpy(), pd.factorize(series["kpi_id"])[0].astype(np.int64), screen=False)
        same = {"green": rules.green, "amber": rules.amber, "cap": rules.cap, "min_confidence": rules.min_confidence}
        roll_up(scores, objectives, organisation="Benchmark", **same)
        return {"actual": scores["actual"].to_numpy()}

    return work


def _kpi_table(data: Input) -> pd.DataFrame:
    """The columns of the contract that scoring looks at."""
    table = data.kpis().drop(columns="how").rename(columns={"kpi": "kpi_id", "objective": "objective_id"})
    table = table.assign(kpi_id=_ids("K", table["kpi_id"]), objective_id=_ids("O", table["objective_id"]))
    words = {"name": "A KPI", "unit": "EUR", "direction": "higher", "frequency": "monthly", "owner": "Somebody"}
    text = {name: pd.Series(word, index=table.index, dtype="str") for name, word in words.items()}
    missing = dict.fromkeys(("target_low", "target_high", "decimals"), np.nan)
    return table.assign(aggregate=pd.Series(data.how, dtype="str"), guardrail=False, **text, **missing)


def _ids(letter: str, numbers: pd.Series) -> pd.Series:
    return letter + numbers.astype("str").str.zfill(6)


def _measures(data: Input) -> pd.DataFrame:
    """The values with all that intake keeps beside them."""
    starts = pd.date_range("2021-01-01", periods=MONTHS, freq="MS")
    ends = starts + pd.offsets.MonthEnd(1)
    ids = _ids("K", pd.Series(np.arange(data.how.size))).array
    one = {name: pd.array([word], dtype="str").take(np.zeros(data.kpi.size, dtype=np.int64)) for name, word in (
        ("segment", ""), ("status", "actual"), ("source", "actuals.csv"), ("source_column", "value"))}  # fmt: skip
    return pd.DataFrame(
        {
            "kpi_id": ids.take(data.kpi),
            "period": pd.array(starts.strftime("%Y-%m"), dtype="str").take(data.month),
            "period_start": starts.to_numpy().astype("datetime64[s]")[data.month],
            "period_end": ends.to_numpy().astype("datetime64[s]")[data.month],
            "value": data.value,
            "numerator": np.nan,
            "denominator": np.nan,
            "source_row": np.arange(data.kpi.size) + 2,
            **one,
        },
        copy=False,
    )


CORES = {**engines.CORES, TABLES: tables_core}


def run_one(engine: str, kpis: int, path: Path) -> None:
    """In a process of its own: the work a few times; results to a file, seconds and memory to the screen."""
    work = CORES[engine](Input.made(kpis))
    seconds = []
    for _ in range(1 if engine in {"groupby-apply", TABLES} else REPEATS):
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
    np.savez(path, **{name: np.asarray(column, dtype=np.float64) for name, column in found.items()})
    status = Path("/proc/self/status")
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024 if status.exists() else float("nan")
    print(json.dumps([min(seconds), peak]))


def installed(engine: str) -> bool:
    """Whether the library of an engine is there."""
    return engine not in {"polars", "duckdb"} or importlib.util.find_spec(engine) is not None


def compare(kpis: int, names: list[str], turns: int) -> bool:
    """All engines on so many KPIs, taking turns; whether their results are equal."""
    took: dict[str, list[tuple[float, float]]] = {engine: [] for engine in names}
    equal = True
    with tempfile.TemporaryDirectory() as place:
        for turn in range(turns):
            for engine in names:
                if turn == 0 or engine not in {"groupby-apply", TABLES}:
                    took[engine].append(measured(engine, kpis, Path(place) / f"{engine}.npz"))
        found = {engine: dict(np.load(Path(place) / f"{engine}.npz")) for engine in names}
    for engine in names:
        for name, column in found[engine].items():
            if not np.allclose(column, found[names[0]][name], rtol=1e-9, atol=1e-9):
                print(f"{engine} differs in {name}", file=sys.stderr)
                equal = False
    least = {engine: min(seconds for seconds, _ in each) for engine, each in took.items()}
    fastest = min(seconds for engine, seconds in least.items() if engine != TABLES)
    for engine in names:
        peak = max(megabytes for _, megabytes in took[engine])
        print(f"| {kpis * MONTHS:,} | {engine} | {least[engine]:.3f} | {least[engine] / fastest:.2f} | {peak:,.0f} |")
    return equal


def measured(engine: str, kpis: int, path: Path) -> tuple[float, float]:
    """Least seconds and peak memory in MB of one process; it stops with the words of one that fails."""
    command = [sys.executable, __file__, "--engine", engine, "--kpis", str(kpis), "--into", str(path)]
    done = subprocess.run(command, capture_output=True, check=False, encoding="utf-8")
    if done.returncode:
        sys.exit(f"{engine}:\n{done.stderr}")
    seconds, megabytes = json.loads(done.stdout)
    return seconds, megabytes


def main() -> None:
    """Print a table for docs/performance.md; exit 1 where engines disagree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kpis", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=3)
    parser.add_argument("--no-large", action="store_true", help="leave out ten times as many rows")
    parser.add_argument("--engine", choices=list(CORES), help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.engine:
        run_one(asked.engine, asked.kpis, asked.into)
        return
    others = [engine for engine in engines.CORES if installed(engine)]
    print("| rows | engine | s | of the fastest | peak MB |")
    print("| --: | --- | --: | --: | --: |")
    equal = compare(asked.kpis, [*others, TABLES], asked.turns)
    if not asked.no_large:
        equal &= compare(10 * asked.kpis, [*others[:-1], TABLES], asked.turns)
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
