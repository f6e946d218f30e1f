"""From sound measures to one value per KPI and period: on plain arrays, since there are millions of rows."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from review_kit.model.profile import Window
from review_kit.model.words import PERCENT_UNITS, Aggregate, Certainty

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

CERTAINTY = tuple(map(str, Certainty))  # a figure is only as certain as the least certain row in it


def ratio_scale(unit: pd.Series) -> pd.Series:
    """100 for a KPI published in percent, 1 for any other ratio."""
    is_percent = unit.str.strip().str.lower().str.startswith(PERCENT_UNITS).fillna(value=False).astype(bool)
    return pd.Series(np.where(is_percent, 100.0, 1.0), index=unit.index)


def window_of(kpis: pd.DataFrame) -> pd.Series:
    """How far back the actual of each KPI reaches; the year to date where nobody said."""
    if "window" not in kpis:
        return pd.Series(str(Window.YEAR_TO_DATE), index=kpis.index, dtype="str")
    return kpis["window"].astype("str").fillna(str(Window.YEAR_TO_DATE))


def over_time(kpis: pd.DataFrame) -> pd.Series:
    """How the periods of each KPI become one: its aggregate, which only joins segments where the latest period counts.

    Headcount is summed over sites and never over months.
    """
    return kpis["aggregate"].mask(window_of(kpis).eq(str(Window.LATEST_PERIOD)), str(Aggregate.LAST))


def adds_up(kpis: pd.DataFrame) -> pd.Series:
    """Whether the periods of a KPI are summed, so that a part of the year has a part of the target."""
    return over_time(kpis).eq(Aggregate.SUM)


def month_numbers(days: pd.Series) -> Ints:
    """Months since 1970 in which days lie; the same number for all days of a month."""
    return days.to_numpy().astype("datetime64[M]").astype(np.int64)


def places_in(words: pd.Series, known: pd.Series | Sequence[str]) -> Ints:
    """For each word its place among the known ones, -1 where it is none of them."""
    of = pa.array(known, type=pa.large_string(), from_pandas=True)
    found = pc.index_in(pa.array(words, type=pa.large_string(), from_pandas=True), value_set=of)
    return pc.fill_null(found, -1).to_numpy(zero_copy_only=False).astype(np.int64)


@dataclass(frozen=True, slots=True)
class Usable:
    """The rows of the measures that make up KPIs, in order of KPI (by id), time and segment."""

    places: Ints  # which rows of the measures
    kpis: Ints  # the row of `kpis` that each belongs to
    first_month: Ints
    last_month: Ints


def usable_rows(measures: pd.DataFrame, kpis: pd.DataFrame) -> Usable:
    """The measures of the KPIs as a whole, and the segments of periods that have no whole.

    Rows without a value, and ratios without both parts, are left out.
    """
    of_kpi = places_in(measures["kpi_id"], kpis["kpi_id"])
    has_value = measures["value"].notna().to_numpy()
    is_ratio = kpis["aggregate"].eq(Aggregate.RATIO).to_numpy(dtype=bool)
    if is_ratio.any():
        has_parts = (measures["numerator"].notna() & measures["denominator"].notna()).to_numpy()
        has_value = np.where(is_ratio[of_kpi], has_parts, has_value)
    usable = has_value & (of_kpi >= 0)
    first, last = month_numbers(measures["period_start"]), month_numbers(measures["period_end"])
    is_whole = measures["segment"].eq("").to_numpy(dtype=bool, na_value=False)
    if not is_whole.all():
        key = of_kpi * (last.max(initial=0) + 1) + last
        usable &= is_whole | ~np.isin(key, key[usable & is_whole])
    places = np.flatnonzero(usable)
    rank = np.argsort(np.argsort(kpis["kpi_id"].to_numpy(dtype=object), kind="stable"))
    key = rank[of_kpi[places]] * (last.max(initial=0) + 1) + last[places]
    if not is_whole.all():
        segments = pd.factorize(measures["segment"].iloc[places], sort=True)[0]
        key = key * (segments.max(initial=0) + 1) + segments
    if (key[1:] < key[:-1]).any():  # most files stand in this order already
        places = places[np.argsort(key, kind="stable")]
    return Usable(places, of_kpi[places], first[places], last[places])


_EXTREMES = {Aggregate.MIN: np.minimum, Aggregate.MAX: np.maximum}


@dataclass(frozen=True, slots=True)
class Combined:
    """One value per key, in the order of their rows."""

    firsts: NDArray[np.intp]  # the first row of each key
    value: Floats
    numerator: Floats
    denominator: Floats
    certainty: Ints
    n_values: Ints  # rows behind it


def _sums(values: Floats, counts: Ints) -> Floats:
    """The sum of each run of so many values, rounding errors made up for: ten times 0.1 is 1."""
    if counts.size == values.size:
        return values
    runs = np.repeat(np.arange(counts.size), counts)
    total: Floats = np.asarray(pd.Series(values).groupby(runs, sort=False).sum(), dtype=np.float64)
    return total


def combine(
    keys: Ints,
    kpis: Ints,
    how: NDArray[np.object_],
    scale: Floats,
    value: Floats,
    numerator: Floats,
    denominator: Floats,
    certainty: Ints,
) -> Combined:
    """Bring together the rows of each key, which stand side by side and in time order, by their KPI's aggregate.

    `kpis` numbers the KPI of each row; by this number `how` holds the aggregates and `scale` what a ratio is multiplied
    by, 100 for one published in percent. A ratio is the sum of numerators over the sum of denominators, never the mean
    of ratios; over nothing it is missing.
    """
    if not keys.size:
        none = np.zeros(0)
        return Combined(np.zeros(0, dtype=np.intp), none, none, none, *(np.zeros(0, dtype=np.int64) for _ in range(2)))
    firsts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]])
    counts = np.diff(np.r_[firsts, keys.size])
    of = kpis[firsts]
    found = value[firsts + counts - 1].copy()
    if firsts.size < keys.size:
        for name, rule in _EXTREMES.items():
            if (its := (how == name)[of]).any():
                found[its] = rule.reduceat(value, firsts)[its]
        summed, averaged = ((how == name)[of] for name in (Aggregate.SUM, Aggregate.MEAN))
        if summed.any() or averaged.any():
            total = _sums(value, counts)
            found = np.where(averaged, total / counts, np.where(summed, total, found))
    is_ratio = (how == Aggregate.RATIO)[of]
    above, below = np.zeros(firsts.size), np.zeros(firsts.size)
    if is_ratio.any():
        above, below = (_sums(np.nan_to_num(part), counts) for part in (numerator, denominator))
        with np.errstate(invalid="ignore", divide="ignore"):
            found[is_ratio] = (scale[of] * above / np.where(below == 0, np.nan, below))[is_ratio]
    return Combined(firsts, found, above, below, np.maximum.reduceat(certainty, firsts), counts)


def whole_series(measures: pd.DataFrame, kpis: pd.DataFrame) -> pd.DataFrame:
    """One row per KPI and period that has a value: the KPI as a whole, segments rolled up.

    Columns: kpi_id, period, period_start, period_end, value, numerator, denominator, aggregate, scale (100 for a ratio
    published in percent), certainty (0 actual to 2 projected), n_values (rows behind it), status. Sorted by KPI and
    time.
    """
    rows = usable_rows(measures, kpis)
    every = rows.places.size == len(measures) and bool((np.diff(rows.places) == 1).all())
    used = measures if every else measures.iloc[rows.places]
    how, scales = kpis["aggregate"].to_numpy(dtype=object), ratio_scale(kpis["unit"]).to_numpy()
    certainty = places_in(used["status"], CERTAINTY).clip(min=0)
    keys = rows.kpis * (rows.last_month.max(initial=0) + 1) + rows.last_month
    value, above, below = (used[name].to_numpy(dtype=np.float64) for name in ("value", "numerator", "denominator"))
    found = combine(keys, rows.kpis, how, scales, value, above, below, certainty)
    keep = ~np.isnan(found.value)
    firsts = found.firsts[keep]
    if firsts.size < len(used):
        used = used.iloc[firsts]
    of_kpi = rows.kpis[firsts]
    told = {name: used[name].reset_index(drop=True) for name in ("kpi_id", "period", "period_start", "period_end")}
    words = pd.array(CERTAINTY, dtype="str").take(found.certainty[keep])
    return pd.DataFrame(
        {
            **told,
            "value": found.value[keep],
            "numerator": found.numerator[keep],
            "denominator": found.denominator[keep],
            "aggregate": pd.array(how, dtype="str").take(of_kpi),
            "scale": scales[of_kpi],
            "certainty": found.certainty[keep],
            "n_values": found.n_values[keep],
            "status": words,
        },
        copy=False,
    )
