"""The core of scoring in this package and in other engines, each from rows in its own form; see `scoring.py`."""

from collections.abc import Callable
from dataclasses import dataclass

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
