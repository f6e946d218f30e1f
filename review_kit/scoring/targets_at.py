"""What each KPI promised for the stretch that its actual stands for."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint
from review_kit.model.profile import Origin, Window
from review_kit.model.words import Aggregate
from review_kit.scoring.actual import Rows, Windows, period_months, windows
from review_kit.scoring.series import Bools, Floats, Ints, adds_up, month_numbers, over_time, window_of

GOALS = ["target", "target_low", "target_high"]
_AVERAGED = (str(Aggregate.MEAN), str(Aggregate.RATIO))


def column(table: pd.DataFrame, name: str, dtype: str = "float64") -> pd.Series:
    """A column that older tables may lack."""
    return (
        table[name] if name in table else pd.Series(pd.NA if dtype != "float64" else np.nan, table.index, dtype=dtype)
    )


@dataclass(frozen=True, slots=True)
class _Months:
    """The twelve months of each KPI's window: which of them are asked for, and which share of a year each carries."""

    reach: Windows
    asked: Bools  # KPIs by months: those that came, or where none came those that are over
    due: Ints  # months of the window that are over, by KPI
    to_due: Floats  # over so many months a target is spread evenly: up to the due day, or over the year
    seasonal: Floats  # what the same months of the year before came to; missing where that year is not complete


def targets_at(
    kpis: pd.DataFrame,
    targets: pd.DataFrame,
    checkpoint: Checkpoint,
    series: pd.DataFrame | None = None,
    *,
    level_path: pd.Series | None = None,
    rows: Rows | None = None,
) -> pd.DataFrame:
    """Per KPI: target, target_low, target_high, red_flag and baseline as they apply at the checkpoint; in their order.

    Also target_origin (read as it stands, or computed) and strict (whether a tie misses).

    Rows of the `targets` table inside the KPI's window win: for KPIs that add up the sum of those of the periods that
    came (all of which they must cover), for means and ratios their mean, otherwise the latest, which holds until
    the next. Without them the year's target follows the KPI's path. For KPIs that add up, `linear` (the default)
    spreads it evenly over the year or up to the due day, `seasonal` as the year before was spread (from `series`;
    linear where that year is not complete), both over the months that came, so that seven months are held against the
    target of seven. For all others `flat` (the default, or what `level_path` says) asks for the whole at any time, and
    `linear` (or `seasonal`, which has nothing to spread there) runs from baseline to target. `step` asks for the
    baseline before the due day and for the whole from then on. `rows` are those of the series, where somebody has them.
    """
    months = _months(kpis, checkpoint, series, rows)
    sums = adds_up(kpis).to_numpy(dtype=bool)
    path = column(kpis, "path", "str").astype(object).to_numpy()
    blank = pd.isna(path)
    usual = np.full(len(kpis), "flat", dtype=object) if level_path is None else level_path.to_numpy(dtype=object)
    path = np.where(blank, np.where(sums, "linear", usual), path)
    share = _share(months, path)
    stepped = (path == "step") & ~_is_due(kpis, checkpoint)
    way = _way(kpis, checkpoint, months)
    table = kpis[["kpi_id", *GOALS, "baseline"]].copy()
    table["red_flag"] = column(kpis, "red_flag")
    baseline = kpis["baseline"].to_numpy(dtype=np.float64)
    spread = np.where(stepped, months.asked.sum(axis=1) / MONTHS_A_YEAR, share)
    table["baseline"] = np.where(sums & (path != "flat"), baseline * spread, baseline)
    for goal in [*GOALS, "red_flag"]:
        year = table[goal].to_numpy(dtype=np.float64)
        rising = baseline + (year - baseline) * way
        rising = np.where(np.isnan(rising), year, rising)
        level = np.where(np.isin(path, ["linear", "seasonal"]) & (goal != "red_flag"), rising, year)
        found = np.where(sums, year * share, level)
        table[goal] = np.where(stepped & ~np.isnan(year), table["baseline"], found)
    as_it_stands = _same(table["target"], kpis["target"])
    table["strict"] = column(kpis, "strict", "boolean")
    if not targets.empty:
        as_it_stands = as_it_stands | _put_rows(table, kpis, targets, months, sums)
    table["strict"] = table["strict"].fillna(value=False).astype("boolean")
    words = pd.Series(np.where(as_it_stands, str(Origin.READ), str(Origin.COMPUTED)), index=table.index, dtype="str")
    has_goal = table[GOALS].notna().any(axis=1)
    table["target_origin"] = words.where(has_goal)
    return table


def _same(found: pd.Series, said: pd.Series) -> Bools:
    return (found.eq(said) | said.isna()).to_numpy(dtype=bool)


def _months(kpis: pd.DataFrame, checkpoint: Checkpoint, series: pd.DataFrame | None, rows: Rows | None) -> _Months:
    n = len(kpis)
    reach = windows(kpis, checkpoint)
    rows = Rows.of(pd.DataFrame(_NO_ROWS) if series is None else series, kpis) if rows is None else rows
    every = Windows(reach.first, reach.last, np.zeros(n, dtype=bool))
    came = _covered(rows, rows.within(every), reach.first)
    length: Ints = reach.last - reach.first + 1
    own = period_months(rows, kpis, unknown=MONTHS_A_YEAR if series is not None else 1)
    over: Ints = length // own * own
    over = np.where(over > 0, over, length)
    place = np.arange(MONTHS_A_YEAR)
    is_due: Bools = np.less(place, over[:, None])
    asked = np.where(came.any(axis=1, keepdims=True), came, is_due)
    rolling = window_of(kpis).eq(str(Window.ROLLING_12)).to_numpy(dtype=bool)
    to_due = np.where(rolling, float(MONTHS_A_YEAR), _months_to_due(kpis, checkpoint))
    return _Months(reach, asked, over, to_due, _seasonal(rows, series, kpis, checkpoint, reach))


_NO_ROWS: dict[str, pd.Series] = {
    "kpi_id": pd.Series(dtype="str"),
    "period_start": pd.Series(dtype="datetime64[s]"),
    "period_end": pd.Series(dtype="datetime64[s]"),
}


def _covered(rows: Rows, inside: np.ndarray, first: Ints) -> Bools:
    """KPIs by the twelve months from `first`: those that the rows stand for."""
    return _filled(rows, inside, first, np.ones(inside.size)) > 0


def _filled(rows: Rows, inside: np.ndarray, first: Ints, values: Floats) -> Floats:
    """KPIs by the twelve months from `first`: the values of the rows that stand for each month, added up."""
    of = rows.kpis[inside]
    begin, end = rows.first[inside] - first[of], rows.last[inside] - first[of]
    if (begin == end).all():  # a month each, as most are
        flat = np.bincount(of * MONTHS_A_YEAR + begin, values, minlength=first.size * MONTHS_A_YEAR)
        return flat.astype(np.float64).reshape(-1, MONTHS_A_YEAR)
    edges = np.zeros((first.size, MONTHS_A_YEAR + 1))
    np.add.at(edges, (of, begin), values)
    np.add.at(edges, (of, end + 1), -values)
    return edges.cumsum(axis=1)[:, :MONTHS_A_YEAR]


def _due_months(kpis: pd.DataFrame, checkpoint: Checkpoint) -> Floats:
    """By KPI, in how many months of the cycle its target is due; missing where the day lies outside or is not said."""
    due = column(kpis, "due", "datetime64[s]")
    start = month_numbers(pd.Series([pd.Timestamp(checkpoint.calendar.start)]))[0]
    found = np.where(due.isna(), np.nan, month_numbers(due.fillna(pd.Timestamp(0))) - start + 1)
    return np.where((found >= 1) & (found <= MONTHS_A_YEAR), found, np.nan)


def _months_to_due(kpis: pd.DataFrame, checkpoint: Checkpoint) -> Floats:
    return np.nan_to_num(_due_months(kpis, checkpoint), nan=float(MONTHS_A_YEAR))


def _is_due(kpis: pd.DataFrame, checkpoint: Checkpoint) -> Bools:
    """Whether the due day has come; the end of the cycle where no day of it is said."""
    return _months_to_due(kpis, checkpoint) <= checkpoint.months_elapsed


def _way(kpis: pd.DataFrame, checkpoint: Checkpoint, months: _Months) -> Floats:
    """Share of the way from baseline to target that a level should have gone: of the time up to the due day."""
    gone = np.minimum(months.due, checkpoint.months_elapsed)
    return np.minimum(1.0, gone / _months_to_due(kpis, checkpoint))


def _share(months: _Months, path: np.ndarray) -> Floats:
    """Of KPIs that add up, the share of the year's target that the asked months carry."""
    counted = months.asked & (np.arange(MONTHS_A_YEAR) < months.to_due[:, None])
    linear = counted.sum(axis=1) / months.to_due
    before = (months.seasonal * months.asked).sum(axis=1) / months.seasonal.sum(axis=1)
    seasonal = np.where(np.isnan(before), linear, before)
    whole = np.minimum(1.0, months.asked.sum(axis=1) / months.due)
    return np.select([path == "seasonal", np.isin(path, ["flat", "step"])], [seasonal, whole], default=linear)


def _seasonal(
    rows: Rows, series: pd.DataFrame | None, kpis: pd.DataFrame, checkpoint: Checkpoint, reach: Windows
) -> Floats:
    """KPIs by the months of their windows: those of the year before, where all came and their sum is above 0."""
    path = column(kpis, "path", "str")
    wanted = path.eq("seasonal").to_numpy(dtype=bool, na_value=False)
    if series is None or not wanted.any():
        return np.full((len(kpis), MONTHS_A_YEAR), np.nan)
    start = month_numbers(pd.Series([pd.Timestamp(checkpoint.calendar.start)]))[0]
    first = np.full(len(kpis), start - MONTHS_A_YEAR)
    inside = rows.within(Windows(first, first + MONTHS_A_YEAR - 1, np.zeros(len(kpis), dtype=bool)))
    inside = inside[wanted[rows.kpis[inside]]]
    each = series["value"].to_numpy(dtype=np.float64)[inside] / (rows.last - rows.first + 1)[inside]
    values = _filled(rows, inside, first, each)
    total = values.sum(axis=1)
    whole = wanted & _covered(rows, inside, first).all(axis=1) & (total > 0)
    values = np.where(whole[:, None], values, np.nan)
    places = (reach.first[:, None] - start + np.arange(MONTHS_A_YEAR)) % MONTHS_A_YEAR
    return np.take_along_axis(values, places, axis=1)


def _put_rows(table: pd.DataFrame, kpis: pd.DataFrame, targets: pd.DataFrame, months: _Months, sums: Bools) -> Bools:
    """Put what the rows of the targets table say; returns where the target is that of one row as it stands."""
    rows = Rows.of(targets, kpis)
    reach = months.reach
    inside = rows.within(Windows(reach.first, reach.last, np.zeros(len(kpis), dtype=bool)))
    inside = inside[np.lexsort((rows.last[inside], rows.kpis[inside]))]
    of = rows.kpis[inside]
    latest = inside[np.r_[of[1:] != of[:-1], True]] if inside.size else inside
    averaged = over_time(kpis).isin(_AVERAGED).to_numpy(dtype=bool)
    lasting = (rows.last - rows.first + 1)[inside]
    stands = np.zeros(len(kpis), dtype=bool)
    for goal in GOALS:
        values = targets[goal].to_numpy(dtype=np.float64)
        said = inside[~np.isnan(values[inside])]
        covers = (_covered(rows, said, reach.first) | ~months.asked).all(axis=1) & months.asked.any(axis=1)
        filled = _filled(rows, said, reach.first, values[said] / lasting[~np.isnan(values[inside])])
        total = np.where(covers, (filled * months.asked).sum(axis=1), np.nan)
        each = _filled(rows, said, reach.first, values[said])
        mean = np.where(covers, (each * months.asked).sum(axis=1) / months.asked.sum(axis=1).clip(min=1), np.nan)
        last = np.full(len(kpis), np.nan)
        last[rows.kpis[latest]] = values[latest]
        level = np.where(averaged & ~np.isnan(mean), mean, last)
        found = np.where(sums, total, level)
        table[goal] = np.where(np.isnan(found), table[goal], found)
        stands |= ~np.isnan(found) & (found == last) & (goal == "target")
    strict = column(targets, "strict", "boolean").to_numpy(dtype=object)
    own = np.full(len(kpis), pd.NA, dtype=object)
    own[rows.kpis[latest]] = strict[latest]
    table["strict"] = table["strict"].fillna(pd.Series(own, index=table.index).astype("boolean"))
    return stands


def with_year_targets(kpis: pd.DataFrame, targets: pd.DataFrame, year_end: Checkpoint) -> pd.DataFrame:
    """The KPIs with the year's target filled in from the `targets` table where the kpis table leaves it blank."""
    blank = kpis[GOALS].isna().all(axis=1)
    if targets.empty or not blank.any():
        return kpis
    found = targets_at(kpis, targets, year_end).set_index(kpis.index)
    filled = kpis.assign(**{goal: kpis[goal].where(~blank, found[goal]) for goal in GOALS})
    if "strict" in kpis:
        filled["strict"] = kpis["strict"].where(~blank, found["strict"])
    return filled


def period_targets(kpis: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """By kpi_id, what the year's target, target_low and target_high ask of one period of the KPI's series.

    That is their share of the year for KPIs that add up, and the whole for all others; missing without a series.
    """
    rows = Rows.of(series, kpis)
    length = np.full(len(kpis), np.inf)
    known = rows.kpis >= 0
    np.minimum.at(length, rows.kpis[known], (rows.last - rows.first + 1)[known])
    length = np.where(np.isinf(length), np.nan, length)
    share = pd.Series(length / MONTHS_A_YEAR, index=kpis.index).where(adds_up(kpis), 1.0)
    return kpis[GOALS].mul(share, axis=0).set_axis(kpis["kpi_id"])
