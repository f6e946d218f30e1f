"""Whether every KPI has the values that its rhythm promises."""

import numpy as np
import pandas as pd

from review_kit.intake.ledger import REFUSED, Ledger, Mask
from review_kit.model.period import Checkpoint, Rhythm, long_date
from review_kit.model.words import Aggregate

_FEW = 2  # values outside the cycle that may have been meant for it
_OFTEN = 3  # values of another segment, beside which a single one looks lost


def check_coverage(
    actuals: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame, kpi_ledger: Ledger, checkpoint: Checkpoint
) -> None:
    """KPIs without values, KPIs with gaps in their rhythm, and segments that nobody said how to bring together.

    KPIs of which rows were refused are left alone: the refusal has told what is missing.
    """
    refused = actuals["kpi_id"][ledger.state == REFUSED]
    used = kpi_ledger.used & ~kpis["kpi_id"].isin(refused.dropna().unique()).to_numpy()
    lost = ledger.unreadable + int((~refused.isin(kpis["kpi_id"])).sum())  # rows that may belong to any KPI
    ever = kpis["kpi_id"].isin(actuals["kpi_id"].unique()).to_numpy()
    told = "KPI '{value}' has no value at all and will not be scored."
    never = used & ~ever
    strangers = refused[~refused.isin(kpis["kpi_id"])].nunique()  # ids that are slips for those that lack values
    never &= never.sum() > ledger.unreadable + strangers
    kpi_ledger.warn(never, "kpi_id", "kpi-without-actuals", told, "add its values to the actuals.")
    start = pd.Timestamp(checkpoint.calendar.start)
    rows = actuals[ledger.used & actuals["period_start"].ge(start).to_numpy()]
    now = kpis["kpi_id"].isin(rows["kpi_id"].unique()).to_numpy()
    due = _periods_due(kpis["frequency"], checkpoint)
    days = f"{long_date(checkpoint.calendar.start)} to {long_date(checkpoint.as_of)}"
    told = f"KPI '{{value}}' has no value for {days} and will not be scored."
    late = used & ever & ~now & (due > lost)
    kpi_ledger.warn(late, "kpi_id", "missing-period", told, "add its values to the actuals.")
    elsewhere = actuals[~actuals.index.isin(rows.index) & actuals["period"].notna().to_numpy()]
    _warn_gaps(rows, kpis, kpi_ledger, due, used & now, ledger, lost, elsewhere)
    parted = rows[rows["segment"].ne("")]
    wholes = pd.MultiIndex.from_frame(rows.loc[rows["segment"].eq(""), ["kpi_id", "period"]])
    parted = parted[~pd.MultiIndex.from_frame(parted[["kpi_id", "period"]]).isin(wholes)]
    several = parted.groupby(["kpi_id", "period"])["segment"].nunique().gt(1).groupby(level=0).any()
    unclear = kpis["kpi_id"].isin(several.index[several]).to_numpy() & kpis["aggregate"].eq(Aggregate.LAST).to_numpy()
    told = "the KPI has values of segments alone, and nobody can know whether to add or to average them."
    hint = "set its aggregate to sum, mean, min, max or ratio, or add a row without a segment."
    kpi_ledger.refuse(used & unclear, "aggregate", "unclear-aggregate", told, hint)


def _periods_due(frequency: pd.Series, checkpoint: Checkpoint) -> np.ndarray:
    """How many values each KPI should have by now; 0 before its first period is over. Unstated: one a year."""
    months = frequency.map({str(rhythm): rhythm.months for rhythm in Rhythm}).fillna(Rhythm.ANNUAL.months)
    return (checkpoint.months_elapsed // months.to_numpy()).astype("int64")


def _warn_gaps(
    rows: pd.DataFrame,
    kpis: pd.DataFrame,
    ledger: Ledger,
    due: np.ndarray,
    used: Mask,
    actuals: Ledger,
    lost: int,
    elsewhere: pd.DataFrame,
) -> None:
    """KPIs of stated rhythm whose segments lack values that are due, more of them than rows are `lost`.

    A segment that has a single value where others have many is told at that value: its name may be a slip. So may be
    the year of a value that lies `elsewhere`, outside the cycle, all alone.
    """
    stated = kpis["frequency"].notna().to_numpy()
    counts = rows[rows["value"].notna() | rows["numerator"].notna()].groupby(["kpi_id", "segment"])["period"].nunique()
    fewest = kpis["kpi_id"].map(counts.groupby(level=0).min()).fillna(0).to_numpy()
    where = used & stated & (fewest + lost < due) & (fewest > 0)
    behind = counts[counts.index.get_level_values(0).isin(kpis["kpi_id"][where])]
    least = dict(behind.groupby(level=0).idxmin())  # by KPI, the first of its segments that lack most
    most = counts.groupby(level=0).max()

    def told(at: int) -> str:
        kpi_id, rhythm = kpis["kpi_id"].iloc[at], kpis["frequency"].iloc[at]
        segment = least[kpi_id][1]
        of = f" for {segment}" if segment else ""
        away = elsewhere[elsewhere["kpi_id"].eq(kpi_id) & elsewhere["segment"].eq(segment)]
        places = [
            f"row {actuals.rows[place]} of {actuals.file} gives {period}"
            for place, period in zip(away.index.to_list(), away["period"], strict=True)
        ]
        outside = f"; outside the cycle {' and '.join(places)}" if 0 < len(places) <= _FEW else ""
        return f"of KPI '{kpi_id}' {due[at]} {rhythm} values are due by now, {int(fewest[at])} came{of}{outside}."

    strays = {
        kpi_id: segment
        for kpi_id, segment in least.values()
        if segment and counts[kpi_id, segment] == 1 and most[kpi_id] >= _OFTEN
    }
    alone = rows["segment"].eq(rows["kpi_id"].map(strays)).fillna(value=False)
    stray = np.zeros(len(actuals.rows), dtype=bool)
    stray[rows.index[alone]] = True
    seen = actuals.faulty.get("segment", np.zeros(len(stray), dtype=bool))
    message = "the segment '{value}' has this one value, other segments of the KPI have many."
    actuals.warn(stray & ~seen, "segment", "missing-period", message, "is its name a slip? Or add its missing values.")
    where &= ~kpis["kpi_id"].isin(list(strays)).to_numpy()
    ledger.warn(where, "kpi_id", "missing-period", told, "add the missing values, or correct the frequency.")
