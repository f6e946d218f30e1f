"""The KPI table of the next cycle, as the chosen proposals leave it."""

import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR


def next_kpis(kpis: pd.DataFrame, proposals: pd.DataFrame, *, baseline_period: str) -> pd.DataFrame:
    """The KPIs with the chosen target, this cycle's actual as baseline and the due date a year on.

    A KPI without an actual keeps its old baseline. The places of the rows are left out, since the new file has rows of
    its own; where a KPI's figures come from (`data_source`) is called `source` again, as people wrote it.
    """
    chosen = proposals[proposals["chosen"]].set_index("kpi_id")
    places = [name for name in kpis.columns if name in {"source", "source_row", "source_column"}]
    table = kpis.drop(columns=places).rename(columns={"data_source": "source"})
    table["target"] = table["kpi_id"].map(chosen["candidate"]).fillna(table["target"])
    reached = table["kpi_id"].map(chosen["baseline_next"])
    table["baseline_period"] = table["baseline_period"].mask(reached.notna(), baseline_period)
    table["baseline"] = reached.fillna(table["baseline"])
    for name in table.select_dtypes("boolean").columns:
        table[name] = table[name].map({True: "yes", False: "no"})
    table["due"] = table["due"] + pd.DateOffset(months=MONTHS_A_YEAR)
    return table
