"""Targets of single periods that nobody wrote down."""

import pandas as pd

from review_kit.intake.ledger import Ledger
from review_kit.model.period import Calendar

_HINT = 'fill it in, remove the row, or add "" to `missing` of this source if empty is meant.'


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
