"""What the outlook is worth on public figures: forecasts made in the past against what came.

Reads `nhs_ae/ae_attendances.csv` (NHS England: a series of months for each trust, over three years from April) and
`nyc_mmr/tidy_indicator_level_data.csv` (New York City: a value a year since 2016) from the folder that is named; a file
that is not there is left out. Every forecast is made by `review_kit.outlook` from what had come by its day; nothing
later is read, and nothing is fitted here. Prints, of the trusts for forecasts made at the end of each of the first
eleven months (their mean, or `--each`), and of the city for each year:

    error     mean absolute error of the year's figure over that of the naive forecast; below 1 is better
    covered   share of outcomes inside the 80 % interval
    Brier     of the chance to meet the target, beside that of always saying the share that met it

How much better another method must be before it is taken, and how many degrees of freedom errors of overlapping
stretches have, was settled on half of the trusts (third letter of the code) and of the city's indicators (even ids).
`--half held-out` shows the other half alone.

    python benchmarks/outlook.py data
    python benchmarks/outlook.py data --half held-out
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from review_kit.model.period import Calendar, Checkpoint, first_of_month
from review_kit.outlook import judged_goals, year_end

FEWEST_VISITS = 500  # a month; smaller departments open and close
STANDARD = 95.0  # per cent within four hours: what the National Health Service asks for
GROWTH = 1.03  # attendances against last year's: a target that about half of the trusts reach
NHS_YEAR = 2018  # April 2018 to March 2019, the last of the three years
NHS_DAYS = ("04", "05", "06", "07", "08", "09", "10", "11", "12", "01", "02")  # the ends of these months
NYC_YEARS = (2020, 2021, 2022, 2023)
HEAD = f"{'figure':40} {'day':>6} {'series':>7} {'error':>7} {'covered':>8} {'Brier':>7} {'base':>7}"


@dataclass(frozen=True)
class Trial:
    """Series as known on a day, and the figure of the year as it came; arrays are in the order of the KPIs."""

    figure: str
    day: str
    series: pd.DataFrame
    kpis: pd.DataFrame
    checkpoint: Checkpoint
    outcome: np.ndarray
    naive: np.ndarray
    scale: np.ndarray  # what an error is measured in, so that large and small KPIs count alike
    held_out: np.ndarray


def kpi_table(ids: Sequence[str], aggregate: str, target: np.ndarray, direction: np.ndarray | str) -> pd.DataFrame:
    """KPIs with the columns that an outlook reads."""
    blank = dict.fromkeys(("target_low", "target_high", "lower_bound", "upper_bound", "baseline", "decimals"), np.nan)
    return pd.DataFrame({"kpi_id": ids, "aggregate": aggregate, "target": target, "direction": direction, **blank})


def series_table(
    ids: Sequence[str], starts: Sequence[date], months: int, values: np.ndarray, weights: np.ndarray, aggregate: str
) -> pd.DataFrame:
    """A row a KPI and period that has a value; `values` and `weights` have a KPI in each row."""
    ends = [pd.Timestamp(first_of_month(start, months)) - pd.Timedelta(days=1) for start in starts]
    table = pd.DataFrame(
        {
            "kpi_id": np.repeat(ids, len(starts)),
            "period_start": pd.DatetimeIndex(np.tile(pd.DatetimeIndex(starts), len(ids))),
            "period_end": pd.DatetimeIndex(np.tile(pd.DatetimeIndex(ends), len(ids))),
            "value": values.ravel(),
            "denominator": weights.ravel(),
            "aggregate": aggregate,
        }
    )
    return table[table["value"].notna()].reset_index(drop=True)


def hospital_trials(path: Path) -> Iterator[Trial]:
    """Trusts that reported every month: share of patients within four hours, and attendances."""
    rows = pd.read_csv(path, parse_dates=["period"])
    starts = [day.date() for day in sorted(rows["period"].unique())]
    rows["department"] = rows["org_code"] + " " + rows["type"].astype(str)
    for whose in ("org_code", "department"):
        seen = rows.pivot_table(index=whose, columns="period", values=["attendances", "breaches"], aggfunc="sum")
        visits = seen["attendances"]
        steady = visits.notna().all(axis=1) & visits.mean(axis=1).ge(FEWEST_VISITS)
        ids = visits.index[steady].tolist()
        count = visits[steady].to_numpy()
        share = 100.0 * (1.0 - seen["breaches"][steady].to_numpy() / count)
        named = {"org_code": "trusts", "department": "departments"}[whose]
        for aggregate, values in (("ratio", share), ("sum", count)):
            for day in NHS_DAYS:
                yield _hospital_trial(named, day, ids, starts, values, count, aggregate)


def _hospital_trial(
    named: str, day: str, ids: list[str], starts: list[date], values: np.ndarray, count: np.ndarray, aggregate: str
) -> Trial:
    calendar = Calendar(date(NHS_YEAR, 4, 1), date(NHS_YEAR + 1, 3, 31), NHS_YEAR)
    checkpoint = Checkpoint.of_cycle(str(NHS_YEAR), calendar, day)
    known = checkpoint.months_elapsed
    this, last = slice(len(starts) - 12, len(starts)), slice(len(starts) - 24, len(starts) - 12)
    as_naive = np.concatenate(
        [values[:, this][:, :known], np.repeat(values[:, this][:, known - 1 : known], 12 - known, 1)], 1
    )
    is_ratio = aggregate == "ratio"
    weight = count[:, this].copy() if is_ratio else np.ones((len(ids), 12))
    outcome = _together(values[:, this], weight, is_ratio=is_ratio)
    weight[:, known:] = weight[:, :known].mean(axis=1, keepdims=True)
    target = np.full(len(ids), STANDARD) if is_ratio else GROWTH * count[:, last].sum(axis=1)
    came = slice(0, len(starts) - 12 + known)
    return Trial(
        f"{named}, {'% within four hours' if is_ratio else 'attendances'}",
        f"{known} m",
        series_table(
            ids,
            starts[came],
            1,
            values[:, came],
            count[:, came] if is_ratio else np.full_like(count[:, came], np.nan),
            aggregate,
        ),
        kpi_table(ids, aggregate, target, "higher"),
        checkpoint,
        outcome,
        _together(as_naive, weight, is_ratio=is_ratio),
        np.ones(len(ids)) if is_ratio else outcome,
        np.array([ord(name[2]) % 2 == 1 for name in ids]),
    )


def _together(values: np.ndarray, weights: np.ndarray, *, is_ratio: bool) -> np.ndarray:
    return (values * weights).sum(axis=1) / weights.sum(axis=1) if is_ratio else values.sum(axis=1)


def city_trials(path: Path) -> Iterator[Trial]:
    """Indicators of a value a year, forecast a quarter into the year.

    The target is the value of the year before; of the last year it is the one that is published.
    """
    rows = pd.read_csv(path).drop_duplicates("ID")
    years = [str(year) for year in range(2016, 2023)]
    values = rows[[*years, "YTDScaled"]].apply(pd.to_numeric, errors="coerce").to_numpy(dtype=float)
    steps = np.abs(np.diff(values, axis=1))
    scale = np.where(np.isnan(steps), 0.0, steps).sum(axis=1) / np.maximum((~np.isnan(steps)).sum(axis=1), 1)
    ids = rows["ID"].astype(str).tolist()
    direction = rows["Desired.Direction"].map({"Up": "higher", "Down": "lower"}).fillna("higher").to_numpy()
    published = pd.to_numeric(rows["Target.MMR"], errors="coerce").to_numpy(dtype=float)
    for year in NYC_YEARS:
        calendar = Calendar(date(year - 1, 7, 1), date(year, 6, 30), year)
        past = values[:, : year - 2016]
        target = published if year == NYC_YEARS[-1] else past[:, -1]
        starts = [date(one - 1, 7, 1) for one in range(2016, year)]
        yield Trial(
            "New York City, " + ("published target" if year == NYC_YEARS[-1] else "better than before"),
            str(year),
            series_table(ids, starts, 12, past, np.full_like(past, np.nan), "last"),
            kpi_table(ids, "last", target, direction),
            Checkpoint.of_cycle(str(year), calendar, "Q1"),
            values[:, year - 2016],
            past[:, -1],
            np.where(scale > 0, scale, np.nan),
            rows["ID"].mod(2).eq(1).to_numpy(),
        )


@dataclass(frozen=True)
class Result:
    """What a trial shows; a share is missing where nothing could be judged."""

    series: int
    error: float
    covered: float
    brier: float
    base: float


def judge(trial: Trial, *, held_out: bool) -> Result:
    """Forecasts of the day against what came, over all series or the half that no rule was settled on."""
    found = year_end(trial.series, trial.kpis, pd.Series(dtype=float), trial.checkpoint).ahead
    asked = judged_goals(trial.kpis.set_index("kpi_id"))
    chance = found.probability(asked["direction"], asked["target"], asked["low"], asked["high"]).to_numpy()
    whose = trial.held_out if held_out else np.ones(len(trial.kpis), dtype=bool)
    missed = np.abs(trial.outcome - found.mean.to_numpy()) / trial.scale
    by_naive = np.abs(trial.outcome - trial.naive) / trial.scale
    both = whose & np.isfinite(missed) & np.isfinite(by_naive)
    inside = (found.low.to_numpy() <= trial.outcome) & (trial.outcome <= found.high.to_numpy())
    judged = both & found.sd.notna().to_numpy()
    target, higher = asked["target"].to_numpy(), trial.kpis["direction"].eq("higher").to_numpy()
    met = np.where(higher, trial.outcome >= target, trial.outcome <= target)
    said = judged & np.isfinite(chance)
    rate = met[said].mean()
    return Result(
        int(both.sum()),
        float(missed[both].mean() / by_naive[both].mean()),
        float(inside[judged].mean()),
        float(((chance[said] - met[said]) ** 2).mean()),
        float(rate * (1.0 - rate)),
    )


def main() -> None:
    """Print a line a trial, and the means of each source."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="holds nhs_ae/ and nyc_mmr/")
    parser.add_argument("--half", choices=("all", "held-out"), default="all")
    parser.add_argument("--each", action="store_true", help="a line for each day")
    chosen = parser.parse_args()
    sources = (
        ("NHS England", chosen.folder / "nhs_ae" / "ae_attendances.csv", hospital_trials),
        ("New York City", chosen.folder / "nyc_mmr" / "tidy_indicator_level_data.csv", city_trials),
    )
    print(HEAD)
    for name, path, trials in sources:
        if not path.exists():
            print(f"{name}: {path} is not there.")
            continue
        results: dict[str, list[Result]] = {}
        for trial in trials(path):
            result = judge(trial, held_out=chosen.half == "held-out")
            results.setdefault(trial.figure, []).append(result)
            if chosen.each:
                print(_line(trial.figure, trial.day, result))
        for figure, found in results.items():
            print(_line(figure, "mean", _mean(found)))
        print(_line(f"{name}, all", "mean", _mean([one for found in results.values() for one in found])))


def _mean(results: Sequence[Result]) -> Result:
    def mean(field: str) -> float:
        return float(np.mean([getattr(result, field) for result in results]))

    return Result(sum(one.series for one in results), mean("error"), mean("covered"), mean("brier"), mean("base"))


def _line(figure: str, day: str, result: Result) -> str:
    return (
        f"{figure:40} {day:>6} {result.series:>7} {result.error:>7.3f} {result.covered:>8.3f} "
        f"{result.brier:>7.3f} {result.base:>7.3f}"
    )


if __name__ == "__main__":
    main()
