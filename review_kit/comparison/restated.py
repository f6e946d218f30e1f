"""Values of the past that the later review tells otherwise than the earlier one did."""

import pandas as pd

from review_kit.comparison.side import Side

RESTATED, ADDED, WITHDRAWN = "restated", "added later", "withdrawn"
_KEY = ["kpi_id", "period", "segment"]
_VALUES = ["value", "numerator", "denominator"]
_PLACE = ["source", "source_row"]
_BINARY = 1e-12  # of a value: what binary arithmetic adds where another program stored it


def told_anew(then: Side, now: Side) -> pd.Series:
    """By kpi_id, the end of the first period that the later review tells, of KPIs of which it tells the past.

    Those that count another unit now are left out: their values cannot be held against each other.
    """
    units = then.kpis.set_index("kpi_id")["unit"].fillna("")
    same = units.eq(now.kpis.set_index("kpi_id")["unit"].fillna("").reindex(units.index))
    past = _up_to(now.measures, then)
    past = past[past["kpi_id"].isin(same.index[same])]
    first = past.groupby("kpi_id")["period_end"].agg(["min", "max"])
    in_cycle = first["max"].ge(pd.Timestamp(then.checkpoint.calendar.start))
    return first.loc[in_cycle, "min"]


def restated_values(then: Side, now: Side) -> pd.DataFrame:
    """One row per KPI, period and segment that differs, up to the day of the earlier review.

    Columns: kpi_id period period_end segment kind (restated, added later, withdrawn), and value numerator denominator
    source source_row, each with _before and _now. Compared are KPIs of which the later review tells the past at all,
    from the first period that it tells.
    """
    first = told_anew(then, now)
    sides = []
    for side in (then, now):
        rows = _up_to(side.measures, then)
        rows = rows[rows["period_end"].ge(rows["kpi_id"].map(first))] if len(first) else rows.head(0)
        sides.append(rows[[*_KEY, "period_end", *_VALUES, *_PLACE]])
    both = sides[0].merge(sides[1], on=_KEY, how="outer", suffixes=("_before", "_now"), indicator="where")
    same = pd.Series(data=True, index=both.index)
    for name in _VALUES:
        before, today = both[f"{name}_before"], both[f"{name}_now"]
        noise = _BINARY * before.abs().clip(lower=today.abs())
        same &= (before - today).abs().le(noise) | (before.isna() & today.isna())
    had, has = _has_value(both, "before"), _has_value(both, "now")
    kind = pd.Series(RESTATED, index=both.index, dtype="str").mask(~had & has, ADDED).mask(had & ~has, WITHDRAWN)
    both["kind"] = kind
    both["period_end"] = both["period_end_before"].fillna(both["period_end_now"])
    told = both[~same & (had | has)]
    return told.sort_values(["kpi_id", "period_end", "segment"], kind="stable").reset_index(drop=True)


def as_known_today(then: Side, now: Side) -> pd.DataFrame:
    """The earlier review's measures with what the later one knows of the same periods in their place."""
    first = told_anew(then, now)
    if first.empty:
        return then.measures
    kept = then.measures
    kept = kept[~kept["period_end"].ge(kept["kpi_id"].map(first))]
    today = _up_to(now.measures, then)
    return pd.concat([kept, today[today["kpi_id"].isin(first.index)]], ignore_index=True)


def _up_to(measures: pd.DataFrame, then: Side) -> pd.DataFrame:
    return measures[measures["period_end"].le(pd.Timestamp(then.checkpoint.as_of))]


def _has_value(both: pd.DataFrame, side: str) -> pd.Series:
    return both[[f"{name}_{side}" for name in _VALUES]].notna().any(axis=1)
