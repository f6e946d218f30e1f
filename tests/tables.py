"""Small tables in the shape that intake hands over, for tests of everything above it."""

from typing import Any

import numpy as np
import pandas as pd

from review_kit.model.period import first_of_month


def kpi_table(*rows: dict[str, Any]) -> pd.DataFrame:
    """KPIs as intake leaves them: every column of the contract, the given cells filled in."""
    blank: dict[str, Any] = {
        "kpi_id": "a", "name": "A", "objective_id": "O1", "unit": "units", "direction": "higher", "target": 100.0,
        "baseline": 80.0, "baseline_period": "2024", "target_low": np.nan, "target_high": np.nan, "stretch": np.nan,
        "lower_bound": np.nan, "upper_bound": np.nan, "aggregate": "mean", "frequency": "monthly",
        "due": pd.Timestamp("2025-12-31"), "weight": 1.0, "owner": "Head of A", "department": "IT", "kind": "it",
        "definition": "what is counted", "data_source": "report 1", "source": "kpis.csv", "decimals": np.nan,
        "guardrail": False, "achievable_because": "it was done before", "restricted_to": np.nan, "source_row": 2,
    }  # fmt: skip
    return pd.DataFrame([{**blank, **row} for row in rows])


def monthly(kpi_id: str, values: list[float], *, start: str = "2025-01-01", **columns: Any) -> pd.DataFrame:
    """Measures of consecutive months from `start`; NaN is a month that was reported empty."""
    first = pd.Timestamp(start).date()
    starts = [pd.Timestamp(first_of_month(first, shift)) for shift in range(len(values))]
    table = pd.DataFrame(
        {
            "kpi_id": kpi_id,
            "period": [f"{day:%Y-%m}" for day in starts],
            "period_start": pd.Series(starts, dtype="datetime64[s]"),
            "period_end": pd.Series([day + pd.offsets.MonthEnd(1) for day in starts], dtype="datetime64[s]"),
            "value": np.array(values, dtype=float),
            "numerator": np.nan,
            "denominator": np.nan,
            "segment": "",
            "status": "actual",
            "note": np.nan,
            "source": "actuals.csv",
            "source_row": np.arange(2, len(values) + 2),
            "source_column": "value",
        }
    )
    return table.assign(**columns)


def no_targets() -> pd.DataFrame:
    """A cycle without a table of targets per period."""
    dates = {name: pd.Series(dtype="datetime64[s]") for name in ("period_start", "period_end")}
    numbers = {name: pd.Series(dtype="float64") for name in ("target", "target_low", "target_high")}
    return pd.DataFrame({"kpi_id": pd.Series(dtype="str"), "period": pd.Series(dtype="str"), **dates, **numbers})
