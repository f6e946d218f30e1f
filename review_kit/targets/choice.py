"""Which candidate becomes the proposal, why, and what a person should look at twice."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from review_kit.model import figures
from review_kit.model.words import Direction, Variation
from review_kit.outlook import Outlook
from review_kit.smart import breaks_bounds, out_of_bounds, sigma_of_a_year
from review_kit.targets.candidates import ResetRules, candidates

_WHOLE_PERCENT = 0.095  # from here on a step is told without decimals


def propose_targets(
    scores: pd.DataFrame,
    kpis: pd.DataFrame,
    next_year: Outlook,
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
    judged = scores[["kpi_id", "actual", "met", "sigma", "variation", "n_expected"]]
    known = kpis.merge(judged, on="kpi_id", how="left", validate="1:1")
    known["impossible"] = breaks_bounds(known)
    known = known.set_index("kpi_id")
    offered: dict[str, dict[str, float]] = {}
    for kpi_id, method, candidate in zip(table["kpi_id"], table["method"], table["candidate"], strict=True):
        offered.setdefault(kpi_id, {})[method] = candidate
    facts = known[_FACTS].to_dict("index")
    chosen = {kpi_id: _choose(facts[kpi_id], found, rules) for kpi_id, found in offered.items()}
    picks = [chosen[kpi_id][0] == method for kpi_id, method in zip(table["kpi_id"], table["method"], strict=True)]
    table["chosen"] = pd.Series(picks, index=table.index, dtype=bool)
    table["reason"] = table["kpi_id"].map({kpi_id: reason for kpi_id, (_, reason) in chosen.items()}).astype("str")
    table = _with_approved(table, approved, list(kpis["kpi_id"]))
    table["old_target"] = table["kpi_id"].map(known["target"]).astype("float64")
    table["baseline_next"] = table["kpi_id"].map(known["actual"]).astype("float64")
    table["flags"] = _flags(table, known, rules)
    table["p_meet"] = _chances(table, known, next_year)
    return table.drop(columns=["raw", "clipped"]).reset_index(drop=True)


_FACTS = ["actual", "met", "direction", "variation", "impossible", "target", "unit", "decimals"]


def _choose(kpi: Mapping[Hashable, Any], found: Mapping[str, float], rules: ResetRules) -> tuple[str, str]:
    """The method and the reason in words for one KPI: the first case that holds."""
    nothing = float("nan")
    old, actual, projected = found.get("keep", nothing), kpi["actual"], found.get("projection", nothing)
    way = -1.0 if kpi["direction"] == Direction.LOWER else 1.0
    judged, met = pd.notna(kpi["met"]), pd.notna(kpi["met"]) and bool(kpi["met"])
    step = abs(old - actual) / abs(actual) if actual else np.inf
    short = abs(old - actual) / abs(old) if old else np.inf
    reachable = abs(projected - actual) <= rules.max_step * abs(actual)
    asks_for_more = way * projected > max(way * actual, way * old)
    limit, missed = figures.percent(rules.max_step), _missed(kpi, short)
    cases = (
        (kpi["direction"] == Direction.RANGE, "keep", "the band still holds"),
        (pd.isna(actual), "keep", "nothing was measured that a new target could rest on"),
        (pd.isna(old), "maintain", "it had no target: hold the level reached until one is agreed"),
        (bool(kpi["impossible"]), "percent", "the old target cannot exist: a step inside the bounds instead"),
        (not judged, "keep", "too few values came to judge it: keep the promise"),
        (
            met and kpi["variation"] == Variation.CONCERN,
            "keep",
            "met, but drifting: hold the target until the cause is found",
        ),
        (met and reachable and asks_for_more, "projection", "met: ask for what the past steps lead to anyway"),
        (met and way * actual > way * old, "maintain", "met: hold the level reached, better than the old target"),
        (met, "keep", "met exactly: hold it"),
        (old == 0, "keep", "missed, and a target of nought has no easier step: keep the promise"),
        (actual == 0, "keep", "nothing was reached, and no percentage of nothing leads further: keep the promise"),
        (
            step <= rules.max_step,
            "keep",
            f"missed by {missed}, a step within the guardrail of {limit}: keep the promise",
        ),
        (True, "percent", f"missed by {missed}, more than the {limit} of the actual that a year can move"),
    )
    return next((method, reason) for holds, method, reason in cases if holds)


def _missed(kpi: Mapping[Hashable, Any], short: float) -> str:
    """How far the target was missed: as a share of it, or in points of a unit that has no percentage of its own."""
    unit = kpi["unit"] if isinstance(kpi["unit"], str) else ""
    if not figures.is_share_or_scale(unit):
        return figures.percent(short, 0 if short >= _WHOLE_PERCENT else 1)
    places = int(kpi["decimals"]) if figures.known(kpi["decimals"]) else None
    printed = figures.printed_difference(kpi["actual"], kpi["target"], places)
    amount = figures.number(abs(printed or kpi["actual"] - kpi["target"]), places if printed else None)
    noun = "percentage point" if unit.startswith("%") else "point"
    return f"{amount} {noun}{'' if amount == '1' else 's'}"


def _with_approved(
    table: pd.DataFrame, approved: Mapping[str, tuple[float, str]], kpi_ids: Sequence[str]
) -> pd.DataFrame:
    """An approved target as a candidate of its own, chosen instead of the rule's; in the order of the KPIs."""
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
        if kpi_id in kpi_ids
    ]
    if not rows:
        return table
    table = table.assign(chosen=table["chosen"] & ~table["kpi_id"].isin([row["kpi_id"] for row in rows]))
    together = pd.concat([table, pd.DataFrame(rows)], ignore_index=True)
    order = {kpi_id: place for place, kpi_id in enumerate(kpi_ids)}
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
        "inside noise": change.lt(sigma_of_a_year(kpi["sigma"], kpi["aggregate"], kpi["n_expected"])) & change.gt(0),
        "large step": change.gt(rules.max_step * actual.abs()),
    }
    hits = np.column_stack([check.to_numpy(dtype=bool) for check in checks.values()])
    together, which = np.unique(hits, axis=0, return_inverse=True)  # few ways to be flagged, for many candidates
    words = ["; ".join(flag for flag, hit in zip(checks, way, strict=True) if hit) for way in together]
    return pd.Series(np.array(words, dtype=object)[which.reshape(-1)], index=table.index, dtype="str")


def _chances(table: pd.DataFrame, known: pd.DataFrame, next_year: Outlook) -> pd.Series:
    kpi = known.reindex(table["kpi_id"]).reset_index(drop=True)
    mine = Outlook(
        next_year.mean.reindex(table["kpi_id"]).reset_index(drop=True),
        next_year.sd.reindex(table["kpi_id"]).reset_index(drop=True),
        None if next_year.df is None else next_year.df.reindex(table["kpi_id"]).reset_index(drop=True),
        *(kpi[bound].astype("float64") for bound in ("lower_bound", "upper_bound")),
    )
    candidate = table["candidate"].reset_index(drop=True)
    chance = mine.probability(kpi["direction"], candidate, kpi["target_low"], kpi["target_high"])
    return pd.Series(chance.where(mine.sd.notna()).to_numpy(), index=table.index)
