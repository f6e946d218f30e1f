"""The KPI table of the next cycle, as the chosen proposals leave it."""

import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR
from review_kit.model.words import Direction
from review_kit.scoring.profiles import rounded


def next_kpis(
    kpis: pd.DataFrame, proposals: pd.DataFrame, *, baseline_period: str, actuals: pd.Series | None = None
) -> pd.DataFrame:
    """The KPIs with the chosen target, this cycle's actual as baseline and the due date a year on.

    `actuals`, by kpi_id, serves KPIs that have no proposal, such as ranges. A KPI without an actual keeps its old
    baseline. Baselines stand at published precision, as targets do: one made of the same figure must equal it. A KPI
    that is to hold a target which it has passed starts without a baseline, since progress towards that target would
    be a step back; it is then scored by attainment. A stretch that the chosen target has reached is no stretch any more
    and is left blank. The places of the rows are left out, since the new file has rows of its own; where figures of a
    KPI come from (`data_source`) is called `source` again, as people wrote it.
    """
    chosen = proposals[proposals["chosen"]].set_index("kpi_id")
    places = [name for name in kpis.columns if name in {"source", "source_row", "source_column"}]
    table = kpis.drop(columns=places).rename(columns={"data_source": "source"})
    table["target"] = table["kpi_id"].map(chosen["candidate"]).fillna(table["target"])
    reached = table["kpi_id"].map(chosen["baseline_next"]).astype("float64")
    if actuals is not None:
        reached = reached.fillna(table["kpi_id"].map(actuals))
    reached = rounded(reached, table["decimals"])
    table["baseline_period"] = table["baseline_period"].mask(reached.notna(), baseline_period)
    table["baseline"] = reached.fillna(table["baseline"])
    higher, lower = (table["direction"].eq(way) for way in (Direction.HIGHER, Direction.LOWER))
    passed = (higher & table["baseline"].gt(table["target"])) | (lower & table["baseline"].lt(table["target"]))
    table.loc[passed, ["baseline", "baseline_period"]] = None
    beyond = (higher & table["stretch"].gt(table["target"])) | (lower & table["stretch"].lt(table["target"]))
    table["stretch"] = table["stretch"].where(beyond | table["target"].isna())
    for name in table.select_dtypes("boolean").columns:
        table[name] = table[name].map({True: "yes", False: "no"})
    table["due"] = table["due"] + pd.DateOffset(months=MONTHS_A_YEAR)
    return table
