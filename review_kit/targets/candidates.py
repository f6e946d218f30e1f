"""One candidate target per method and KPI; each method is a small rule on whole columns."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.words import Direction
from review_kit.params import Guardrails
from review_kit.scoring.profiles import rounded


@dataclass(frozen=True, slots=True, kw_only=True)
class ResetRules:
    """How far a target may move, and by how much `percent` asks for more."""

    max_step: float = Guardrails().max_step  # guardrail: largest relative step from this year's actual
    percent: float = 0.10  # Healthy People 2020: ten percent improvement where nothing better is known


METHODS = {
    "keep": "this cycle's target again",
    "maintain": "the level reached this cycle",
    "percent": "a stated percentage better than the level reached",
    "projection": "where the past yearly steps lead next year",
}


def better_by(actual: pd.Series, share: float, direction: pd.Series) -> pd.Series:
    """The actual improved by a share of its size: up where higher is better, down where lower is; sign-safe.

    Source: Healthy People 2020, target-setting method 'percent improvement' (baseline 32.4, 10 % better: 35.6).
    """
    way = np.where(direction.eq(Direction.LOWER), -1.0, 1.0)
    return actual + way * share * actual.abs()


def within_bounds(target: pd.Series, lower: pd.Series, upper: pd.Series) -> pd.Series:
    """The target, moved to the bound of the measure where it lies beyond it; a missing bound bounds nothing."""
    return target.clip(lower=lower.fillna(-np.inf), upper=upper.fillna(np.inf))


def halve_the_rest(actual: pd.Series, bound: pd.Series) -> pd.Series:
    """Half-way from the actual to the bound: what a percentage step means for a measure close to its limit."""
    return actual + (bound - actual) / 2.0


def candidates(scores: pd.DataFrame, kpis: pd.DataFrame, projection: pd.Series, rules: ResetRules) -> pd.DataFrame:
    """One row per KPI and method that has a value: kpi_id, method, candidate (published precision), raw, clipped.

    KPIs without an actual only keep. Range KPIs keep their band: one row whose candidate is missing, since a band is no
    number; they have no other. `clipped` tells that
    the method's own value lay beyond a bound of the measure; `percent` then halves the way to the bound instead, and
    never moves further from the actual than the guardrail.
    """
    table = kpis[["kpi_id", "direction", "target", "lower_bound", "upper_bound", "decimals"]].merge(
        scores[["kpi_id", "actual"]], on="kpi_id", how="left", validate="1:1"
    )
    moves = table["direction"].ne(Direction.RANGE)
    actual = table["actual"].where(moves)
    lower, upper = table["lower_bound"], table["upper_bound"]
    percent = better_by(actual, rules.percent, table["direction"])
    bound = upper.where(table["direction"].eq(Direction.HIGHER), lower)
    beyond = percent.gt(upper) | percent.lt(lower)
    halved = percent.mask(beyond, halve_the_rest(actual, bound))
    reach = rules.max_step * actual.abs()
    values = {
        "keep": table["target"],
        "maintain": actual,
        "percent": halved.clip(lower=actual - reach, upper=actual + reach),
        "projection": table["kpi_id"].map(projection).where(moves & actual.notna()),
    }
    parts = []
    for method, raw in values.items():
        inside = within_bounds(raw, lower, upper)
        parts.append(
            pd.DataFrame(
                {
                    "kpi_id": table["kpi_id"],
                    "method": method,
                    "candidate": rounded(inside, table["decimals"]),
                    "raw": raw,
                    "clipped": raw.ne(inside) & raw.notna(),
                }
            )
        )
    found = pd.concat(parts, ignore_index=True)
    band = found["method"].eq("keep") & found["kpi_id"].isin(table.loc[~moves, "kpi_id"])
    found = found[found["candidate"].notna() | band]
    order = pd.Series(range(len(table)), index=table["kpi_id"])
    return found.iloc[found["kpi_id"].map(order).argsort(kind="stable")].reset_index(drop=True)
