"""Targets of single periods that nobody wrote down."""

import numpy as np
import pandas as pd

from review_kit.intake.ledger import Ledger
from review_kit.model import figures
from review_kit.model.period import Calendar, Checkpoint
from review_kit.model.words import Aggregate

_HINT = 'fill it in, remove the row, or add "" to `missing` of this source if empty is meant.'
_MONTHS_NAMED = 3


def warn_blank_targets(frame: pd.DataFrame, ledger: Ledger, calendar: Calendar) -> None:
    """Empty targets of periods of the cycle; a KPI that has none at all in it is told once, at the first."""
    start, end = pd.Timestamp(calendar.start), pd.Timestamp(calendar.end)
    inside = (frame["period_start"].ge(start) & frame["period_end"].le(end)).to_numpy() & ledger.used
    nothing = inside & frame[["target", "target_low", "target_high"]].isna().all(axis=1).to_numpy()
    blank = nothing & ledger.blank("target")
    if not blank.any():
        return
    ids = frame["kpi_id"]
    periods = ids.map(ids[blank].value_counts())
    never = blank & ~ids.isin(ids[inside & ~nothing]).to_numpy() & periods.gt(1).to_numpy()
    first = never & ~ids.where(never).duplicated().to_numpy()

    def told(at: int) -> str:
        return f"KPI '{ids.iloc[at]}' has {int(periods.iloc[at])} periods here, and no target for any of them."

    ledger.warn(first, "target", "missing-value", told, _HINT)
    ledger.warn(blank & ~never, "target", "missing-value", "the cell is empty: this period has no target.", _HINT)


def warn_target_gaps(
    targets: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame, actuals: pd.DataFrame, checkpoint: Checkpoint
) -> None:
    """A KPI that adds up, with targets for some of the months that came and not for all of them.

    Such targets cannot be held against the sum of its values, so the year's target is taken instead; whoever wrote
    them has to know. Told once, at the first of its targets in the cycle.
    """
    start, end = pd.Timestamp(checkpoint.calendar.start), pd.Timestamp(checkpoint.as_of)
    adds_up = kpis.loc[kpis["aggregate"].eq(Aggregate.SUM), "kpi_id"]
    inside = targets["period_end"].ge(start) & targets["period_start"].le(end) & targets["kpi_id"].isin(adds_up)
    inside &= ledger.used
    if not inside.any():
        return
    came = actuals[actuals["kpi_id"].isin(targets.loc[inside, "kpi_id"])]
    came = came[came["period_start"].ge(start) & came["period_end"].le(end)]
    asked, covered = _months(came), _months(targets[inside])
    beside = asked.merge(covered, on=["kpi_id", "month"], how="left", indicator=True)
    missing: dict[str, list[int]] = {}
    for kpi_id, month in beside.loc[beside["_merge"].eq("left_only"), ["kpi_id", "month"]].itertuples(index=False):
        missing.setdefault(str(kpi_id), []).append(int(month))
    ids = targets["kpi_id"]
    first = (inside & ids.isin(list(missing)) & ~ids.where(inside).duplicated()).to_numpy()

    def told(at: int) -> str:
        months = [f"{month // 12}-{month % 12 + 1:02d}" for month in missing[ids.iloc[at]]]
        which = figures.listed(months[:_MONTHS_NAMED])
        more = len(months) - _MONTHS_NAMED
        rest = f", and {figures.plural(more, 'more month')}" if more > 0 else ""
        return f"KPI '{ids.iloc[at]}' has values but no target for {which}{rest}, so none of its targets here counts."

    ledger.warn(
        first, "period", "missing-target", told, "add the missing months, or give the KPI a target of the year."
    )


def _months(rows: pd.DataFrame) -> pd.DataFrame:
    """By kpi_id, every month that the rows stand for, each once, as the number of months since the year 0."""
    first = (rows["period_start"].dt.year * 12 + rows["period_start"].dt.month - 1).to_numpy()
    last = (rows["period_end"].dt.year * 12 + rows["period_end"].dt.month - 1).to_numpy()
    length = last - first + 1
    place = np.arange(length.sum()) - np.repeat(np.cumsum(length) - length, length)
    months = pd.DataFrame(
        {"kpi_id": np.repeat(rows["kpi_id"].to_numpy(), length), "month": np.repeat(first, length) + place}
    )
    return months.drop_duplicates().sort_values(["kpi_id", "month"], ignore_index=True)
