"""The core of scoring in several engines: actual, progress, XmR limits and roll-up of very many KPIs.

    python benchmarks/scoring.py                 # 1.2 million rows, in turn; then 12 million without groupby-apply
    python benchmarks/scoring.py --kpis 2000 --turns 1 --no-large
    python -m pip install -e .[bench]            # polars and duckdb; engines that are not installed are left out

Every engine starts from the same rows (number of the KPI, month, value), sorted by KPI and month, in memory and in its
own form, in a process of its own, one at a time. By KPI it works out the actual (the last, sum, mean, least or most of
the last twelve months, as the KPI says), the progress from baseline to target, the mean and the natural limits of all
months (2.66 x mean moving range), and by objective the weighted mean of the progress, held within 0 and 1.2. Results
have to be equal. Told are the least seconds of the turns, the ratio to the fastest, and the peak memory of the process
(Linux).
"""

import argparse
import importlib.util
import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from review_kit.scoring.profiles import progress
from review_kit.scoring.rollup import brought_together
from review_kit.scoring.series import combine
from review_kit.signals import limits

MONTHS = 60
YEAR = 12  # months that make up an actual
HOW = ("last", "sum", "mean", "min", "max")
KPIS_AN_OBJECTIVE = 40
CAP = 1.2
FACTOR = 2.66
ENGINES = ("review_kit", "pandas", "polars", "duckdb", "groupby-apply")
RESULTS = ("actual", "progress", "mean", "lower", "upper", "objectives")


@dataclass(frozen=True, slots=True)
class Input:
    """Rows sorted by KPI and month, and what is known of each KPI."""

    kpi: np.ndarray
    month: np.ndarray
    value: np.ndarray
    how: np.ndarray
    baseline: np.ndarray
    target: np.ndarray
    weight: np.ndarray
    objective: np.ndarray

    @classmethod
    def made(cls, kpis: int) -> "Input":
        """The same figures every time: noise around levels of their own."""
        chance = np.random.default_rng(2025)
        level = chance.uniform(50.0, 150.0, kpis)
        value = np.repeat(level, MONTHS) + chance.normal(0.0, 5.0, kpis * MONTHS)
        number = np.arange(kpis)
        how = np.array(HOW, dtype=object)[number % len(HOW)]
        scale = np.where(how == "sum", YEAR, 1)
        return cls(
            kpi=np.repeat(number, MONTHS),
            month=np.tile(np.arange(MONTHS), kpis),
            value=value,
            how=how,
            baseline=level * 0.9 * scale,
            target=level * 1.05 * scale,
            weight=(number % 5 + 1).astype(np.float64),
            objective=number // KPIS_AN_OBJECTIVE,
        )

    def rows(self) -> pd.DataFrame:
        """The values as a table."""
        return pd.DataFrame({"kpi": self.kpi, "month": self.month, "value": self.value})

    def kpis(self) -> pd.DataFrame:
        """The KPIs as a table."""
        columns = {"how": self.how, "baseline": self.baseline, "target": self.target, "weight": self.weight}
        return pd.DataFrame({"kpi": np.arange(self.how.size), **columns, "objective": self.objective})


Results = dict[str, np.ndarray]
Work = Callable[[], Results]


def review_kit_core(data: Input) -> Work:
    """The functions of this package."""
    baseline, target, weight, objective = (
        pd.Series(column) for column in (data.baseline, data.target, data.weight, data.objective)
    )
    one = np.ones(data.how.size)

    def work() -> Results:
        last = np.flatnonzero(data.month >= MONTHS - YEAR)
        of, value = data.kpi[last], data.value[last]
        actual = combine(of, of, data.how, one, value, value, value, np.zeros(of.size, dtype=np.int64)).value
        way = progress(pd.Series(actual), baseline, target)
        found = limits(data.value, data.kpi, screen=False)
        rolled = brought_together(way.clip(0.0, CAP), weight, objective, "mean")
        return {
            "actual": actual,
            "progress": way.to_numpy(),
            "mean": found.mean,
            "lower": found.lower,
            "upper": found.upper,
            "objectives": rolled["score"].to_numpy(),
        }

    return work


def _rest(actual: pd.Series, mean: pd.Series, ranges: pd.Series, kpis: pd.DataFrame) -> Results:
    """Progress, limits and roll-up with plain pandas, once the groups are done."""
    way = (actual - kpis["baseline"]) / (kpis["target"] - kpis["baseline"])
    points = way.clip(0.0, CAP) * kpis["weight"]
    rolled = points.groupby(kpis["objective"]).sum() / kpis["weight"].groupby(kpis["objective"]).sum()
    numbers = {"actual": actual, "progress": way, "mean": mean}
    numbers |= {"lower": mean - FACTOR * ranges, "upper": mean + FACTOR * ranges, "objectives": rolled}
    return {name: column.to_numpy() for name, column in numbers.items()}


def pandas_core(data: Input) -> Work:
    """Grouped columns."""
    rows, kpis = data.rows(), data.kpis()

    def work() -> Results:
        year = rows[rows["month"] >= MONTHS - YEAR].groupby("kpi")["value"].agg(list(HOW))
        actual = pd.Series(
            np.select([kpis["how"] == word for word in HOW], [year[word] for word in HOW]), index=kpis.index
        )
        steps = rows["value"].diff().abs().where(rows["kpi"].eq(rows["kpi"].shift()))
        return _rest(actual, rows.groupby("kpi")["value"].mean(), steps.groupby(rows["kpi"]).mean(), kpis)

    return work


def apply_core(data: Input) -> Work:
    """One Python call for each KPI, as it is first written."""
    rows, kpis = data.rows(), data.kpis()
    how = dict(enumerate(kpis["how"]))
    rules = {"last": lambda year: year.iloc[-1], **{name: getattr(pd.Series, name) for name in HOW[1:]}}

    def of_one(group: pd.DataFrame) -> pd.Series:
        year = group["value"][group["month"] >= MONTHS - YEAR]
        actual = rules[how[int(group["kpi"].iloc[0])]](year)
        steps = group["value"].diff().abs()
        return pd.Series({"actual": actual, "mean": group["value"].mean(), "ranges": steps.mean()})

    def work() -> Results:
        found = rows.groupby("kpi", group_keys=False)[["kpi", "month", "value"]].apply(of_one)
        return _rest(found["actual"], found["mean"], found["ranges"], kpis)

    return work


def polars_core(data: Input) -> Work:
    """Lazy expressions over all processors."""
    import polars as pl  # noqa: PLC0415 - an engine that may be missing

    rows = pl.DataFrame({"kpi": data.kpi, "month": data.month, "value": data.value})
    kpis = pl.DataFrame(
        {name: (column.to_list() if name == "how" else column.to_numpy()) for name, column in data.kpis().items()}
    )
    value = pl.col("value")

    def work() -> Results:
        year = value.filter(pl.col("month") >= MONTHS - YEAR)
        words = {"last": year.last(), "sum": year.sum(), "mean": year.mean(), "min": year.min(), "max": year.max()}
        grouped = (
            rows.lazy()
            .group_by("kpi")
            .agg(
                *(rule.alias(word) for word, rule in words.items()),
                value.mean().alias("average"),
                value.diff().abs().mean().alias("ranges"),
            )
        )
        actual = pl.lit(None, dtype=pl.Float64)
        for word in HOW:
            actual = pl.when(pl.col("how") == word).then(pl.col(word)).otherwise(actual)
        scored = (
            grouped.join(kpis.lazy(), on="kpi")
            .with_columns(actual=actual)
            .with_columns(progress=(pl.col("actual") - pl.col("baseline")) / (pl.col("target") - pl.col("baseline")))
            .sort("kpi")
            .collect()
        )
        weight = pl.col("weight")
        rolled = (
            scored.lazy()
            .group_by("objective")
            .agg((pl.col("progress").clip(0.0, CAP) * weight).sum() / weight.sum())
            .sort("objective")
            .collect()
        )
        mean, ranges = scored["average"].to_numpy(), scored["ranges"].to_numpy()
        return {
            "actual": scored["actual"].to_numpy(),
            "progress": scored["progress"].to_numpy(),
            "mean": mean,
            "lower": mean - FACTOR * ranges,
            "upper": mean + FACTOR * ranges,
            "objectives": rolled["progress"].to_numpy(),
        }

    return work


_SQL = f"""
create or replace temp table scored as
with steps as (
    select kpi, month, value, abs(value - lag(value) over (partition by kpi order by month)) as step from rows
), grouped as (
    select kpi, avg(value) as average, avg(step) as ranges,
        arg_max(value, month) as last,
        sum(value) filter (month >= {MONTHS - YEAR}) as sum, avg(value) filter (month >= {MONTHS - YEAR}) as mean,
        min(value) filter (month >= {MONTHS - YEAR}) as min, max(value) filter (month >= {MONTHS - YEAR}) as max
    from steps group by kpi
), actuals as (
    select kpi, average, ranges, objective, weight, baseline, target,
        case how when 'last' then last when 'sum' then sum when 'mean' then mean when 'min' then min else max end
            as actual
    from grouped join kpis using (kpi)
)
select kpi, actual, (actual - baseline) / (target - baseline) as progress, average as mean,
    average - {FACTOR} * ranges as lower, average + {FACTOR} * ranges as upper, objective, weight
from actuals order by kpi
"""  # noqa: S608 - numbers of our own
_SQL_ROLLED = f"""
select sum(least(greatest(progress, 0.0), {CAP}) * weight) / sum(weight) as objectives
from scored group by objective order by objective
"""  # noqa: S608


def duckdb_core(data: Input) -> Work:
    """SQL over all processors."""
    import duckdb  # noqa: PLC0415 - an engine that may be missing

    base = duckdb.connect()
    rows, kpis = data.rows(), data.kpis().astype({"how": "str"})
    for name, table in (("rows", rows), ("kpis", kpis)):
        base.register(f"{name}_given", table)
        base.execute(f"create table {name} as select * from {name}_given")  # noqa: S608 - names of our own
        base.unregister(f"{name}_given")

    def work() -> Results:
        base.execute(_SQL)
        found = base.execute("select actual, progress, mean, lower, upper from scored order by kpi").fetchnumpy()
        return {**found, **base.execute(_SQL_ROLLED).fetchnumpy()}

    return work


CORES: dict[str, Callable[[Input], Work]] = {
    "review_kit": review_kit_core,
    "pandas": pandas_core,
    "polars": polars_core,
    "duckdb": duckdb_core,
    "groupby-apply": apply_core,
}


def run_one(engine: str, kpis: int, turns: int, path: Path) -> None:
    """In a process of its own: the work in turns; results to a file, seconds and memory to the screen."""
    work = CORES[engine](Input.made(kpis))
    seconds = []
    for _ in range(turns):
        start = time.perf_counter()
        found = work()
        seconds.append(time.perf_counter() - start)
    np.savez(path, **{name: np.asarray(found[name], dtype=np.float64) for name in RESULTS})
    status = Path("/proc/self/status")
    peak = int(status.read_text().partition("VmHWM:")[2].split()[0]) / 1024 if status.exists() else float("nan")
    print(json.dumps([min(seconds), peak]))


def installed(engine: str) -> bool:
    """Whether the library of an engine is there."""
    return engine not in {"polars", "duckdb"} or importlib.util.find_spec(engine) is not None


def compare(kpis: int, engines: list[str], turns: int) -> bool:
    """All engines on so many KPIs, one after the other; whether their results are equal."""
    took: dict[str, tuple[float, float]] = {}
    equal = True
    with tempfile.TemporaryDirectory() as place:
        first: Results = {}
        for engine in engines:
            path = Path(place) / f"{engine}.npz"
            times = 1 if engine == "groupby-apply" else turns
            command = [sys.executable, __file__, "--engine", engine, "--kpis", str(kpis), "--turns", str(times)]
            done = subprocess.run([*command, "--into", str(path)], capture_output=True, check=False, encoding="utf-8")
            if done.returncode:
                sys.exit(f"{engine}:\n{done.stderr}")
            seconds, peak = json.loads(done.stdout)
            took[engine] = (seconds, peak)
            with np.load(path) as file:
                found = {name: file[name] for name in RESULTS}
            first = first or found
            for name in RESULTS:
                if not np.allclose(found[name], first[name], rtol=1e-9, atol=1e-9):
                    print(f"{engine} differs in {name}", file=sys.stderr)
                    equal = False
    fastest = min(seconds for seconds, _ in took.values())
    for engine, (seconds, peak) in took.items():
        print(f"| {kpis * MONTHS:,} | {engine} | {seconds:.2f} | {seconds / fastest:.2f} | {peak:.0f} |")
    return equal


def main() -> None:
    """Print a table for docs/performance.md; exit 1 where engines disagree."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kpis", type=int, default=20_000)
    parser.add_argument("--turns", type=int, default=5)
    parser.add_argument("--no-large", action="store_true", help="leave out ten times as many rows")
    parser.add_argument("--engine", choices=ENGINES, help=argparse.SUPPRESS)
    parser.add_argument("--into", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.engine:
        run_one(asked.engine, asked.kpis, asked.turns, asked.into)
        return
    engines = [engine for engine in ENGINES if installed(engine)]
    print("| rows | engine | s | of the fastest | peak MB |")
    print("| --: | --- | --: | --: | --: |")
    equal = compare(asked.kpis, engines, asked.turns)
    if not asked.no_large:
        equal &= compare(10 * asked.kpis, engines[:-1], asked.turns)
    sys.exit(0 if equal else 1)


if __name__ == "__main__":
    main()
