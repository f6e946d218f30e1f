"""How far a target lies from what the KPI does anyway, and from what it ever did."""

import numpy as np
import pandas as pd

from review_kit.model.words import Aggregate, Direction

NATURAL_LIMITS = 3.0  # sigma: where the natural limits of an XmR chart stand
FIRM_POINTS = 12  # of fewer the limits are trial limits, and nothing is said
LEAST_STEPS = 2  # yearly steps that show what a year can bring; of fewer nothing is said
BEYOND_THE_LARGEST = 2.0  # times the largest step ever
_VALUES_A_YEAR = {"monthly": 12.0, "quarterly": 4.0, "annual": 1.0}


def sigma_of_a_year(sigma: pd.Series, aggregate: pd.Series, n: pd.Series) -> pd.Series:
    """Routine standard deviation of a year's figure from that of one of its `n` values.

    Grown by adding up, shrunk by averaging, and that of one value where one value stands for the year.
    """
    root = np.sqrt(n.clip(lower=1))
    averaged = aggregate.isin([Aggregate.MEAN, Aggregate.RATIO])
    return sigma * root.where(aggregate.eq(Aggregate.SUM), (1 / root).where(averaged, 1.0))


def values_a_year(frequency: pd.Series) -> pd.Series:
    """How many values make a year; missing where the KPI does not say how often it is measured."""
    return frequency.map(_VALUES_A_YEAR).astype("float64")


def better_by(target: pd.Series, start: pd.Series, direction: pd.Series) -> pd.Series:
    """How much better than `start` the target asks to be, in the KPI's unit; below 0 where it asks for less."""
    way = direction.map({str(Direction.HIGHER): 1.0, str(Direction.LOWER): -1.0}).astype("float64")
    return way * (target - start)


def noise_of_a_year(kpis: pd.DataFrame, sigma: pd.Series, n_points: pd.Series) -> pd.Series:
    """Half the width of the natural limits of a year's figure; missing without firm limits, or for a best or worst."""
    told = sigma_of_a_year(sigma, kpis["aggregate"], values_a_year(kpis["frequency"]))
    firm = n_points.ge(FIRM_POINTS) & ~kpis["aggregate"].isin([Aggregate.MIN, Aggregate.MAX])
    return NATURAL_LIMITS * told.where(firm & kpis["frequency"].notna())


def largest_steps(yearly: pd.DataFrame, kpis: pd.DataFrame, before: int) -> pd.DataFrame:
    """By kpi_id of the complete years before the year `before`: best, step (the largest gain of a year), and in which.

    `yearly` has kpi_id, year and value. Missing where fewer than two steps are known, or none of them was a gain.
    """
    past = yearly[yearly["year"].lt(before)].sort_values(["kpi_id", "year"], kind="stable")
    better = kpis.set_index("kpi_id")["direction"].map({str(Direction.HIGHER): 1.0, str(Direction.LOWER): -1.0})
    way = past["kpi_id"].map(better).astype("float64")
    good = past["value"].astype("float64") * way
    gain = good.groupby(past["kpi_id"]).diff()
    next_year = past.groupby("kpi_id")["year"].diff().eq(1)  # a step over a gap is not one year's
    gain = gain.where(next_year)
    found = pd.DataFrame({"kpi_id": past["kpi_id"], "year": past["year"], "gain": gain}).dropna()
    n_steps = found.groupby("kpi_id").size()
    most = found.loc[found.groupby("kpi_id")["gain"].idxmax()] if len(found) else found
    most = most[most["gain"].gt(0)].set_index("kpi_id")
    most = most[n_steps.reindex(most.index).ge(LEAST_STEPS)]
    best = (good.groupby(past["kpi_id"]).max() * way.groupby(past["kpi_id"]).first()).reindex(most.index)
    return pd.DataFrame({"best": best, "step": most["gain"], "year": most["year"]})
