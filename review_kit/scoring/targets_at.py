"""What each KPI promised for the stretch from the start of the cycle to a checkpoint."""

import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint
from review_kit.model.words import Aggregate
from review_kit.scoring.actual import months_between

_GOALS = ["target", "target_low", "target_high"]


def targets_at(
    kpis: pd.DataFrame, targets: pd.DataFrame, checkpoint: Checkpoint, series: pd.DataFrame | None = None
) -> pd.DataFrame:
    """Per KPI: target, target_low, target_high and baseline as they apply at the checkpoint, in the order of `kpis`.

    Rows of the `targets` table for periods of the cycle win: summed for KPIs that add up, where they cover all the time
    up to the checkpoint, otherwise the latest one. Without them the year's target follows the KPI's path, for KPIs
    that add up: `linear` (the default) spreads it evenly over the year, `seasonal` as the year before was spread (from
    `series`; linear where that year is not complete), baseline included. For all others `flat` (the default) asks for
    the whole at any time; `linear`, and `seasonal` which has nothing to spread there, runs from baseline to target.
    """
    adds_up = kpis["aggregate"].eq(Aggregate.SUM)
    path = kpis["path"] if "path" in kpis else pd.Series(pd.NA, index=kpis.index, dtype="str")
    is_linear = path.isin(["linear", "seasonal"]) | (path.isna() & adds_up)
    elapsed = pd.Series(checkpoint.months_elapsed / MONTHS_A_YEAR, index=kpis.index)
    if series is not None:
        seasonal = kpis["kpi_id"].map(seasonal_share(series, checkpoint))
        elapsed = seasonal.where(path.eq("seasonal") & adds_up).fillna(elapsed)
    table = kpis[["kpi_id", *_GOALS, "baseline"]].copy()
    for goal in _GOALS:
        year = kpis[goal]
        rising = kpis["baseline"] + (year - kpis["baseline"]) * elapsed
        partial = (year * elapsed).where(adds_up, rising.fillna(year))
        table[goal] = partial.where(is_linear, year)
    table["baseline"] = (kpis["baseline"] * elapsed).where(adds_up & is_linear, kpis["baseline"])
    if targets.empty:
        return table
    inside = targets["period_start"].ge(pd.Timestamp(checkpoint.calendar.start)) & targets["period_end"].le(
        pd.Timestamp(checkpoint.as_of)
    )
    rows = targets[inside].sort_values(["kpi_id", "period_end"], kind="stable")
    dated = rows.groupby("kpi_id")
    months = months_between(rows["period_start"], rows["period_end"]).groupby(rows["kpi_id"]).sum()
    covered = table["kpi_id"].map(months).eq(checkpoint.months_elapsed)
    for goal in _GOALS:
        total = table["kpi_id"].map(dated[goal].sum(min_count=1)).where(covered)
        of_kpi = total.where(adds_up, table["kpi_id"].map(dated[goal].last()))
        table[goal] = of_kpi.fillna(table[goal])
    return table


def with_year_targets(kpis: pd.DataFrame, targets: pd.DataFrame, year_end: Checkpoint) -> pd.DataFrame:
    """The KPIs with the year's target filled in from the `targets` table where the kpis table leaves it blank."""
    blank = kpis[_GOALS].isna().all(axis=1)
    if targets.empty or not blank.any():
        return kpis
    found = targets_at(kpis, targets, year_end).set_index(kpis.index)
    return kpis.assign(**{goal: kpis[goal].where(~blank, found[goal]) for goal in _GOALS})


def seasonal_share(series: pd.DataFrame, checkpoint: Checkpoint) -> pd.Series:
    """By KPI, which share of the year before had come by the same day; missing where that year is not complete.

    Needs a value for every period of that year and a total above 0.
    """
    year = checkpoint.calendar.shifted(-1)
    last = series[series["period_start"].ge(pd.Timestamp(year.start)) & series["period_end"].le(pd.Timestamp(year.end))]
    day = pd.Timestamp(checkpoint.as_of) - pd.DateOffset(years=1) + pd.offsets.MonthEnd(0)
    months = months_between(last["period_start"], last["period_end"]).groupby(last["kpi_id"]).sum()
    total = last.groupby("kpi_id")["value"].sum()
    so_far = last["value"].where(last["period_end"].le(day), 0.0).groupby(last["kpi_id"]).sum()
    return (so_far / total.where(total > 0)).where(months.eq(MONTHS_A_YEAR))


def period_targets(kpis: pd.DataFrame, series: pd.DataFrame) -> pd.DataFrame:
    """By kpi_id, what the year's target, target_low and target_high ask of one period of the KPI's series.

    That is their share of the year for KPIs that add up, and the whole for all others.
    """
    months = months_between(series["period_start"], series["period_end"]).groupby(series["kpi_id"]).min()
    length = months.reindex(kpis["kpi_id"]).to_numpy() / MONTHS_A_YEAR
    share = pd.Series(length, index=kpis.index).where(kpis["aggregate"].eq(Aggregate.SUM), 1.0)
    return kpis[_GOALS].mul(share, axis=0).set_axis(kpis["kpi_id"])
