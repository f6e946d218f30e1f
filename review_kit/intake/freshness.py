"""How far the values of each KPI reach, against what is due at the checkpoint."""

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint, Period, Rhythm

_BY_MONTHS = {rhythm.months: rhythm for rhythm in Rhythm}
_OLD = 10_000  # months: further back than any value


def freshness(kpis: pd.DataFrame, measures: pd.DataFrame, checkpoint: Checkpoint) -> pd.DataFrame:
    """One row per KPI, in the order of `kpis`.

    Columns: kpi_id, name, rhythm (as stated, otherwise the length of its own periods), last (the last period with a
    value, of any segment; missing where there is none), due (the last period that is over at the checkpoint; missing
    where the cycle has none yet), behind (periods from `last` to `due`; within the cycle alone where nothing came),
    expected and came (periods of the cycle), preliminary and projected (of those that came, the ones that are not
    final).
    """
    rows = measures[_holds_a_value(measures)]
    table = kpis[["kpi_id", "name"]].reset_index(drop=True)
    months = _months(kpis, rows)
    table["rhythm"] = pd.Series([str(_BY_MONTHS.get(length, "")) for length in months], dtype="str")
    latest = rows.sort_values("period_end", kind="stable").drop_duplicates("kpi_id", keep="last").set_index("kpi_id")
    table["last"] = latest["period"].reindex(table["kpi_id"]).astype("str").to_numpy()
    expected = checkpoint.months_elapsed // months
    due = [_last_due(checkpoint, int(length)) for length in months]
    table["due"] = pd.Series([period.label if period else None for period in due], dtype="str")
    due_ends = pd.Series([period.end if period else None for period in due], dtype="datetime64[s]")
    ends = latest["period_end"].reindex(table["kpi_id"]).reset_index(drop=True)
    late = (_month_number(due_ends) - _month_number(ends).fillna(-_OLD)).fillna(0).clip(lower=0) // months
    table["behind"] = np.where(ends.isna(), expected, late).astype("int64")
    inside = rows[rows["period_start"].ge(pd.Timestamp(checkpoint.calendar.start))]
    table["expected"] = expected.astype("int64")
    table["came"] = _periods(inside, table["kpi_id"])
    for word in ("preliminary", "projected"):
        table[word] = _periods(inside[inside["status"].eq(word)], table["kpi_id"])
    return table


def _holds_a_value(measures: pd.DataFrame) -> pd.Series:
    return measures["value"].notna() | (measures["numerator"].notna() & measures["denominator"].notna())


def _months(kpis: pd.DataFrame, rows: pd.DataFrame) -> np.ndarray:
    """Length of each KPI's period: stated, otherwise the shortest that came, otherwise a year."""
    stated = kpis["frequency"].map({str(rhythm): rhythm.months for rhythm in Rhythm}).reset_index(drop=True)
    lengths = _month_number(rows["period_end"]) - _month_number(rows["period_start"]) + 1
    own = lengths.groupby(rows["kpi_id"]).min().reindex(kpis["kpi_id"]).reset_index(drop=True)
    return stated.astype("float64").fillna(own).fillna(MONTHS_A_YEAR).clip(upper=MONTHS_A_YEAR).to_numpy("int64")


def _month_number(days: pd.Series) -> pd.Series:
    return days.dt.year * MONTHS_A_YEAR + days.dt.month


def _last_due(checkpoint: Checkpoint, months: int) -> Period | None:
    """The last whole period of the cycle that is over."""
    over, calendar = checkpoint.months_elapsed // months, checkpoint.calendar
    if not over:
        return None
    if months == MONTHS_A_YEAR:
        return calendar.cycle_year(calendar.year)
    if months == Rhythm.QUARTERLY.months:
        return calendar.quarter(calendar.year, over)
    day = checkpoint.as_of
    return calendar.month(day.year, day.month)


def _periods(rows: pd.DataFrame, kpi_ids: pd.Series) -> np.ndarray:
    return rows.groupby("kpi_id")["period"].nunique().reindex(kpi_ids).fillna(0).to_numpy("int64")
