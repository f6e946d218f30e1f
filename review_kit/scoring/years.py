"""What each past year came to, in the same terms as this one."""

import pandas as pd

from review_kit.model.period import Checkpoint
from review_kit.scoring.actual import Rows, actuals_at

MOST_YEARS = 5  # a drift over more years than these says little about the next one


def yearly_actuals(series: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint) -> pd.DataFrame:
    """kpi_id, year and value of the complete cycle years up to the checkpoint, each worked out as its actual would be.

    `series` holds one value per KPI and period. A year that is not over, or lacks a period, is left out.
    """
    rows = Rows.of(series, kpis)
    parts = []
    for years_ago in range(MOST_YEARS - 1, -1, -1):
        calendar = checkpoint.calendar.shifted(-years_ago)
        year_end = Checkpoint.of_cycle(f"{checkpoint.cycle}-{years_ago}", calendar)
        if year_end.as_of > checkpoint.as_of:
            continue
        actuals = actuals_at(series, kpis, year_end, rows)
        complete = actuals["n_periods"].ge(actuals["n_expected"]) & actuals["actual"].notna()
        found = actuals.loc[complete, ["kpi_id", "actual"]].rename(columns={"actual": "value"})
        parts.append(found.assign(year=calendar.year))
    table = pd.concat(parts, ignore_index=True)
    return table.sort_values(["kpi_id", "year"], kind="stable").reset_index(drop=True)
