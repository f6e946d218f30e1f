"""From sound measures to one actual per KPI, with the rows it came from."""

from collections.abc import Sequence
from datetime import date

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint, first_of_month
from review_kit.model.words import PERCENT_UNITS, Aggregate, Certainty

CERTAINTY = tuple(map(str, Certainty))  # a figure is only as certain as the least certain row in it


def ratio_scale(unit: pd.Series) -> pd.Series:
    """100 for a KPI published in percent, 1 for any other ratio."""
    is_percent = unit.str.strip().str.lower().str.startswith(PERCENT_UNITS).fillna(value=False).astype(bool)
    return pd.Series(np.where(is_percent, 100.0, 1.0), index=unit.index)


def _numbered(rows: pd.DataFrame, keys: Sequence[str]) -> np.ndarray:
    """For each row the number of its key in sorted order, from 0; keys without rows have no number."""
    codes = np.zeros(len(rows), dtype=np.int64)
    for name in keys:
        of_column, distinct = pd.factorize(rows[name], sort=True)
        codes = codes * len(distinct) + of_column
    return np.unique(codes, return_inverse=True)[1]


def combine(rows: pd.DataFrame, keys: Sequence[str], *, labels: Sequence[str] = ()) -> pd.DataFrame:
    """One row per key, in its order: the values of its rows brought together by the KPI's aggregate.

    `rows` holds value, numerator, denominator, aggregate, scale and certainty, in time order within a key. A ratio
    is the sum of numerators over the sum of denominators, never the mean of ratios; a ratio over nothing is missing.
    `labels` are columns of which the first row of a key is kept.
    """
    numbers = _numbered(rows, keys)
    alone = np.bincount(numbers)[numbers] == 1 if len(rows) else np.ones(0, dtype=bool)
    # most keys of a series have one row; to group a million of them would take most of the time of a review
    parts = [_of_one(rows[alone]).set_axis(numbers[alone])]
    if not alone.all():
        parts.append(_of_several(rows[~alone], numbers[~alone]))
    figures = parts[0] if len(parts) == 1 else pd.concat(parts)
    firsts = np.flatnonzero(~pd.Index(numbers).duplicated())
    told = rows.iloc[firsts][[*keys, *labels]].set_axis(numbers[firsts])
    return pd.concat([told, figures], axis=1).sort_index().reset_index(drop=True)


def _of_one(rows: pd.DataFrame) -> pd.DataFrame:
    """Keys of a single row stand as they are."""
    value = rows["value"]
    adds_up, is_ratio = rows["aggregate"].eq(Aggregate.SUM), rows["aggregate"].eq(Aggregate.RATIO)
    above, below = (rows[name].fillna(0.0) + 0.0 for name in ("numerator", "denominator"))  # as sums have no -0.0
    computed = adds_up | rows["aggregate"].eq(Aggregate.MEAN)
    value = value.mask(computed, value + 0.0).mask(adds_up & value.isna(), 0.0)
    return pd.DataFrame(
        {
            "aggregate": rows["aggregate"],
            "scale": rows["scale"],
            "numerator": above,
            "denominator": below,
            "certainty": rows["certainty"],
            "n_values": np.ones(len(rows), dtype=np.int64),
            "value": value.mask(is_ratio, rows["scale"] * above / below.where(below != 0)),
        }
    )


def _of_several(rows: pd.DataFrame, numbers: np.ndarray) -> pd.DataFrame:
    """Keys of several rows, brought together."""
    combined = rows.groupby(numbers, sort=True).agg(
        aggregate=("aggregate", "first"),
        scale=("scale", "first"),
        last=("value", "last"),
        total=("value", "sum"),
        average=("value", "mean"),
        least=("value", "min"),
        most=("value", "max"),
        numerator=("numerator", "sum"),
        denominator=("denominator", "sum"),
        certainty=("certainty", "max"),
        n_values=("aggregate", "size"),
    )
    over = combined["denominator"].where(combined["denominator"] != 0)
    combined["value"] = np.select(
        [combined["aggregate"].eq(name) for name in (Aggregate.SUM, Aggregate.MEAN, Aggregate.MIN, Aggregate.MAX)],
        [combined["total"], combined["average"], combined["least"], combined["most"]],
        default=combined["last"],
    )
    is_ratio = combined["aggregate"].eq(Aggregate.RATIO)
    combined["value"] = combined["value"].mask(is_ratio, combined["scale"] * combined["numerator"] / over)
    return combined.drop(columns=["last", "total", "average", "least", "most"])


_MEASURED = ("kpi_id", "period", "period_start", "period_end", "segment", "value", "numerator", "denominator", "status")
_PLACE = ("source", "source_column", "source_row")


def usable_rows(measures: pd.DataFrame, kpis: pd.DataFrame, more: Sequence[str] = ()) -> pd.DataFrame:
    """The measures that make up each KPI: those of the whole, and the segments of periods that have no whole.

    Has the columns that values are made of, and `more`; adds aggregate, scale (100 for a ratio published in percent)
    and certainty (0 actual to 2 projected). Rows without a value, and ratios without both parts, are left out. Sorted
    by KPI and time.
    """
    of_row = pd.Index(kpis["kpi_id"]).get_indexer(pd.Index(measures["kpi_id"]))
    rows = measures[[name for name in (*_MEASURED, *more) if name in measures]]
    if (of_row < 0).any():
        rows, of_row = rows[of_row >= 0], of_row[of_row >= 0]
    aggregate = kpis["aggregate"].take(of_row).set_axis(rows.index)
    has_value = rows["value"].notna()
    is_ratio = aggregate.eq(Aggregate.RATIO)
    if is_ratio.any():
        has_value = has_value.where(~is_ratio, rows["numerator"].notna() & rows["denominator"].notna())
    is_whole = rows["segment"].eq("")
    usable = has_value
    if not is_whole.all():
        keys = pd.MultiIndex.from_frame(rows[["kpi_id", "period_end"]])
        usable = has_value & (is_whole | ~keys.isin(keys[has_value & is_whole]))
    rows = rows.assign(aggregate=aggregate, scale=ratio_scale(kpis["unit"]).to_numpy()[of_row])[usable]
    certainty = rows["status"].map({word: rank for rank, word in enumerate(CERTAINTY)}).fillna(0).astype("int64")
    return _in_order(rows.assign(certainty=certainty))


def _in_order(rows: pd.DataFrame) -> pd.DataFrame:
    """By KPI, time and segment; a file that stands in this order is left as it is."""
    names = ("segment", "period_end", "kpi_id")
    order = np.lexsort([pd.factorize(rows[name], sort=True)[0] for name in names])
    return rows if (np.diff(order) == 1).all() else rows.iloc[order]


def whole_series(measures: pd.DataFrame, kpis: pd.DataFrame) -> pd.DataFrame:
    """One row per KPI and period that has a value: the KPI as a whole, segments rolled up.

    Columns: kpi_id, period, period_start, period_end, value, numerator, denominator, aggregate, scale, certainty,
    n_values (rows behind it), status. Sorted by KPI and time.
    """
    rows = usable_rows(measures, kpis)
    series = combine(rows, ["kpi_id", "period_end"], labels=["period", "period_start"])
    series["status"] = pd.Series(
        np.array(CERTAINTY, dtype=object)[series["certainty"]], index=series.index, dtype="str"
    )
    return series[series["value"].notna()].reset_index(drop=True)


def months_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Length in whole months of periods that start on a first and end on a last day of a month."""
    return (end.dt.year - start.dt.year) * MONTHS_A_YEAR + end.dt.month - start.dt.month + 1


def _within(series: pd.DataFrame, start: date, end: date) -> pd.DataFrame:
    inside = series["period_start"].ge(pd.Timestamp(start)) & series["period_end"].le(pd.Timestamp(end))
    return series[inside]


def actuals_at(series: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint) -> pd.DataFrame:
    """One row per KPI: its actual from the first day of the cycle to the checkpoint, and the year before likewise.

    Columns: kpi_id, actual, previous_actual (the same stretch one year earlier, missing
    where fewer values came then), n_periods (values present),
    n_expected (values due by now, from `frequency` or else from the length of the KPI's own periods), confidence
    (present over expected, 0 where nothing came; missing where nothing was due yet), certainty, last_end,
    period_months (length of the KPI's own periods).
    """
    start, end = checkpoint.calendar.start, checkpoint.as_of
    now = _within(series, start, end)
    before = _within(
        series, first_of_month(start, -MONTHS_A_YEAR), (pd.Timestamp(end) - pd.offsets.MonthEnd(MONTHS_A_YEAR)).date()
    )
    table = kpis[["kpi_id", "frequency"]].copy()
    current = combine(now, ["kpi_id"]).set_index("kpi_id")
    table["actual"] = table["kpi_id"].map(current["value"])
    table["n_periods"] = table["kpi_id"].map(current["n_values"]).fillna(0).astype("int64")
    table["certainty"] = table["kpi_id"].map(current["certainty"]).map(dict(enumerate(CERTAINTY))).astype("str")
    earlier = combine(before, ["kpi_id"]).set_index("kpi_id")
    # three months of last year are no measure for twelve of this one
    whole = table["kpi_id"].map(earlier["n_values"]).ge(table["n_periods"])
    table["previous_actual"] = table["kpi_id"].map(earlier["value"]).where(whole)
    last_end = series.groupby("kpi_id")["period_end"].max()
    table["last_end"] = last_end.reindex(table["kpi_id"]).to_numpy()
    lengths = months_between(series["period_start"], series["period_end"]).groupby(series["kpi_id"]).min()
    declared = table["frequency"].map({"monthly": 1.0, "quarterly": 3.0, "annual": 12.0})
    period_months = declared.fillna(table["kpi_id"].map(lengths)).fillna(float(MONTHS_A_YEAR))
    table["n_expected"] = (checkpoint.months_elapsed // period_months).astype("int64")
    table["period_months"] = period_months.astype("int64")
    share = table["n_periods"] / table["n_expected"].where(table["n_expected"] > 0)
    table["confidence"] = share.clip(upper=1.0)
    return table.drop(columns="frequency")


def _runs(rows: np.ndarray, places: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """First and last of each run of consecutive rows within one place; both arrays are sorted together."""
    breaks = np.flatnonzero((np.diff(rows) > 1) | (np.diff(places) != 0))
    return rows[np.r_[0, breaks + 1]], rows[np.r_[breaks, len(rows) - 1]]


def _range(first: int, last: int) -> str:
    return str(first) if first == last else f"{first}–{last}"


def traces(measures: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint) -> pd.Series:
    """By KPI, the formula and the source rows behind the actual: 'mean of 12 values: actuals.csv, rows 2–13'."""
    rows = usable_rows(_within(measures, checkpoint.calendar.start, checkpoint.as_of), kpis, _PLACE)
    last = rows["period_end"].eq(rows.groupby("kpi_id")["period_end"].transform("max"))
    rows = rows[last | rows["aggregate"].ne(Aggregate.LAST)]
    if rows.empty:
        return pd.Series(dtype="str")
    place = ["kpi_id", "source", "source_column"]
    rows = rows.sort_values([*place, "source_row"], kind="stable")
    numbers = rows["source_row"].to_numpy()
    places = rows.groupby(place, sort=True, dropna=False).ngroup().to_numpy()
    firsts, lasts = _runs(numbers, places)
    opens = np.r_[True, (np.diff(numbers) > 1) | (np.diff(places) != 0)]
    runs = rows.loc[opens, ["kpi_id", "aggregate", "source", "source_column"]]
    found: dict[str, dict[tuple[str, str], list[str]]] = {}
    for kpi_id, source, column, a, b in zip(
        runs["kpi_id"], runs["source"], runs["source_column"], firsts, lasts, strict=True
    ):
        found.setdefault(kpi_id, {}).setdefault((source, column), []).append(_range(a, b))
    grouped = rows.groupby("kpi_id")["aggregate"]
    aggregates, sizes = grouped.first().to_dict(), grouped.size().to_dict()
    return pd.Series(
        {kpi_id: _trace(aggregates[kpi_id], sizes[kpi_id], where) for kpi_id, where in found.items()}, dtype="str"
    )


def _trace(aggregate: str, count: int, where: dict[tuple[str, str], list[str]]) -> str:
    places = []
    for (source, column), ranges in where.items():
        several = len(ranges) > 1 or "–" in ranges[0]
        places.append(f"{source}, {'rows' if several else 'row'} {', '.join(ranges)}, column {column}")
    return f"{aggregate} of {count} value{'s' if count > 1 else ''}: {'; '.join(places)}"
