"""Which candidate becomes the proposal, why, and what a person should look at twice."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from review_kit.model import figures
from review_kit.model.words import Direction, Variation
from review_kit.outlook import Normal
from review_kit.smart import out_of_bounds
from review_kit.targets.candidates import ResetRules, candidates

_WHOLE_PERCENT = 0.095  # from here on a step is told without decimals


def propose_targets(
    scores: pd.DataFrame,
    kpis: pd.DataFrame,
    next_year: Normal,
    rules: ResetRules,
    approved: Mapping[str, tuple[float, str]],
) -> pd.DataFrame:
    """One row per KPI and candidate, exactly one `chosen` per KPI that has any.

    Columns: kpi_id method candidate chosen reason flags p_meet old_target baseline_next. `approved` holds, by KPI,
    the target that a person decided and the words of that decision; it always wins. `p_meet` is the chance
    to meet the candidate if next year follows the past (missing without three years). The rule, first match decides:
    approved; nothing measured: keep; an impossible target: percent inside the bounds; met but with a signal of
    concern: keep; met: the projection where it asks for more, else the better of target and level reached; missed by
    at most the guardrail: keep; missed by more: percent, which never goes beyond the guardrail.
    """
    table = candidates(scores, kpis, next_year.mean, rules)
    judged = scores[["kpi_id", "actual", "met", "sigma", "variation"]]
    known = kpis.merge(judged, on="kpi_id", how="left", validate="1:1")
    known["impossible"] = out_of_bounds(known["target"], known["lower_bound"], known["upper_bound"])
    known = known.set_index("kpi_id")
    by_kpi = table.pivot_table(index="kpi_id", columns="method", values="candidate", sort=False).reindex(
        columns=METHOD_ORDER
    )
    facts = known[_FACTS].to_dict("index")
    chosen = {kpi_id: _choose(facts[kpi_id], found, rules) for kpi_id, found in by_kpi.to_dict("index").items()}
    table["chosen"] = [
        chosen[kpi_id][0] == method for kpi_id, method in zip(table["kpi_id"], table["method"], strict=True)
    ]
    table["reason"] = [chosen[kpi_id][1] for kpi_id in table["kpi_id"]]
    table = _with_approved(table, approved)
    table["old_target"] = table["kpi_id"].map(known["target"])
    table["baseline_next"] = table["kpi_id"].map(known["actual"])
    table["flags"] = _flags(table, known, rules)
    table["p_meet"] = _chances(table, known, next_year)
    return table.drop(columns=["raw", "clipped"]).reset_index(drop=True)


_FACTS = ["actual", "met", "direction", "variation", "impossible"]
METHOD_ORDER = ["keep", "maintain", "percent", "projection"]


def _choose(kpi: Mapping[Hashable, Any], found: Mapping[Hashable, Any], rules: ResetRules) -> tuple[str, str]:
    """The method and the reason in words for one KPI: the first case that holds."""
    old, actual, projected = found["keep"], kpi["actual"], found["projection"]
    way = -1.0 if kpi["direction"] == Direction.LOWER else 1.0
    met = pd.notna(kpi["met"]) and bool(kpi["met"])
    step = abs(old - actual) / abs(actual) if actual else np.inf
    reachable = abs(projected - actual) <= rules.max_step * abs(actual)
    asks_for_more = way * projected > max(way * actual, way * old)
    limit, missed = figures.percent(rules.max_step), figures.percent(step, 0 if step >= _WHOLE_PERCENT else 1)
    cases = (
        (pd.isna(actual), "keep", "nothing was measured that a new target could rest on"),
        (kpi["direction"] == Direction.RANGE, "keep", "the band still holds"),
        (pd.isna(old), "maintain", "it had no target: hold the level reached until one is agreed"),
        (
            bool(kpi["impossible"]),
            "percent",
            "the old target cannot exist: a step inside the bounds instead",
        ),
        (
            met and kpi["variation"] == Variation.CONCERN,
            "keep",
            "met, but drifting: hold the target until the cause is found",
        ),
        (met and reachable and asks_for_more, "projection", "met: ask for what the past steps lead to anyway"),
        (met and way * actual > way * old, "maintain", "met: hold the level reached, better than the old target"),
        (met, "keep", "met exactly: hold it"),
        (
            step <= rules.max_step,
            "keep",
            f"missed by {missed}, within one year's reach: keep the promise",
        ),
        (True, "percent", f"missed by {missed}, more than the {limit} that a year can move"),
    )
    return next((method, reason) for holds, method, reason in cases if holds)


def _with_approved(table: pd.DataFrame, approved: Mapping[str, tuple[float, str]]) -> pd.DataFrame:
    """An approved target as a candidate of its own, chosen instead of the rule's."""
    rows = [
        {
            "kpi_id": kpi_id,
            "method": "approved",
            "candidate": value,
            "raw": value,
            "clipped": False,
            "chosen": True,
            "reason": words,
        }
        for kpi_id, (value, words) in approved.items()
        if kpi_id in set(table["kpi_id"])
    ]
    if not rows:
        return table
    table = table.assign(chosen=table["chosen"] & ~table["kpi_id"].isin([row["kpi_id"] for row in rows]))
    together = pd.concat([table, pd.DataFrame(rows)], ignore_index=True)
    order = {kpi_id: place for place, kpi_id in enumerate(table["kpi_id"].unique())}
    return together.iloc[together["kpi_id"].map(order).argsort(kind="stable")].reset_index(drop=True)


FLAGS = {
    "out of bounds": "the method's value lay beyond what the measure can be, and was moved to the bound",
    "easier": "asks for less than this cycle's target did",
    "ratchet": "asks for more only because this year was good",
    "inside noise": "the step from the actual is smaller than routine variation",
    "large step": "moves further from the actual than the cycle's guardrail allows",
}


def _flags(table: pd.DataFrame, known: pd.DataFrame, rules: ResetRules) -> pd.Series:
    """Per candidate, what to look at twice, joined by '; '."""
    kpi = known.reindex(table["kpi_id"]).reset_index(drop=True)
    candidate, actual, old = table["candidate"].reset_index(drop=True), kpi["actual"], kpi["target"]
    way = pd.Series(np.where(kpi["direction"].eq(Direction.LOWER), -1.0, 1.0))
    change = (candidate - actual).abs()
    harder = way * candidate > way * old
    beyond = out_of_bounds(candidate, kpi["lower_bound"], kpi["upper_bound"])
    by_level = table["method"].reset_index(drop=True).eq("maintain")
    was_met = kpi["met"].eq(other=True).fillna(value=False)
    checks = {
        "out of bounds": table["clipped"].reset_index(drop=True) | beyond,
        "easier": way * candidate < way * old,
        "ratchet": harder & was_met & by_level,
        "inside noise": change.lt(kpi["sigma"]) & change.gt(0),
        "large step": change.gt(rules.max_step * actual.abs()),
    }
    words = [[flag for flag, hits in checks.items() if bool(hits.iloc[i])] for i in range(len(table))]
    return pd.Series(["; ".join(flags) for flags in words], index=table.index, dtype="str")


def _chances(table: pd.DataFrame, known: pd.DataFrame, next_year: Normal) -> pd.Series:
    kpi = known.reindex(table["kpi_id"]).reset_index(drop=True)
    mine = Normal(
        next_year.mean.reindex(table["kpi_id"]).reset_index(drop=True),
        next_year.sd.reindex(table["kpi_id"]).reset_index(drop=True),
    )
    candidate = table["candidate"].reset_index(drop=True)
    chance = mine.probability(kpi["direction"], candidate, kpi["target_low"], kpi["target_high"])
    return pd.Series(chance.where(mine.sd.notna()).to_numpy(), index=table.index)
