"""Where next year's figure of each KPI would stand if the past yearly steps went on."""

import numpy as np
import pandas as pd

from review_kit.outlook.distribution import Outlook

MIN_YEARS = 2  # a drift needs a first and a last year


def next_year(yearly: pd.DataFrame) -> Outlook:
    """Next year's value if the average yearly step of the past goes on, indexed by kpi_id.

    `yearly` has one row per kpi_id and year (complete years only, sorted) with `value`. The mean is the last year
    plus the drift (last - first) / (n - 1); the spread is that of the yearly steps around the drift, widened for the
    drift's own uncertainty, with Student's t of n - 2 degrees of freedom, and missing with fewer than three years.
    Needs two years.
    Source: the drift method, Hyndman and Athanasopoulos, Forecasting: Principles and Practice, 5.2 and 5.5.
    """
    grouped = yearly.groupby("kpi_id", sort=False)["value"]
    n, first, last = grouped.size(), grouped.first(), grouped.last()
    steps = n - 1
    drift = (last - first) / steps.where(n >= MIN_YEARS)
    residual = grouped.diff() - yearly["kpi_id"].map(drift).astype("float64")
    squares = (residual**2).groupby(yearly["kpi_id"], sort=False).sum()
    df = (steps - 1).where(steps > 1).astype("float64")
    return Outlook(last + drift, np.sqrt(squares / df * (1 + 1 / steps.where(steps > 0))), df)
