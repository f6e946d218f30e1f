"""Drivers as they are printed: every part, every sum of parts and the change itself agree to the last digit."""

from typing import NamedTuple

import pandas as pd

from review_kit.model.parts import printed_change, printed_in_groups, telling_decimals
from review_kit.scoring.score_drivers import NEW, RETIRED, RULES, SCORED_ANEW, STAYED, UNSCORED

SCORE, WEIGHTS, CAME, WENT = "score", "weights", "came", "went"
MADE_UP = {STAYED: WEIGHTS, NEW: CAME, SCORED_ANEW: CAME, RETIRED: WENT, UNSCORED: WENT}


class Printed(NamedTuple):
    """Parts with what is printed of them, and the decimals that all of it has."""

    table: pd.DataFrame
    decimals: int


def printed_scores(drivers: pd.DataFrame, before: float, now: float, *, at_least: int = 1) -> Printed:
    """The drivers of a score in points of 100: adds printed_rate, printed_mix and printed (their sum).

    The sums of all rates, of the mixes of what stayed, came and went, and of changed rules are rounded first, and then
    the KPIs within each. `before` and `now` are the scores of the strategy (1 is 100 points).
    """
    if drivers.empty:
        return Printed(drivers.assign(printed_rate=0.0, printed_mix=0.0, printed=0.0), at_least)
    decimals = telling_decimals(100 * before, 100 * now, at_least)
    is_rule = drivers["state"].eq(RULES)
    rates = 100 * drivers["rate"].mask(is_rule, drivers["effect"]).fillna(0.0)
    mixes = 100 * drivers["mix"].fillna(0.0)
    groups = [RULES if one else SCORE for one in is_rule] + list(drivers["state"].map(MADE_UP).fillna(WEIGHTS))
    return _with_printed(drivers, rates, mixes, groups, printed_change(100 * before, 100 * now, decimals), decimals)


def printed_segments(parts: pd.DataFrame, before: float, now: float, *, at_least: int) -> Printed:
    """The drivers of one KPI in its own unit: adds printed_rate, printed_mix and printed; a sum has no mix."""
    decimals = telling_decimals(before, now, at_least)
    rates, mixes = parts["rate"].fillna(parts["effect"]), parts["mix"].fillna(0.0)
    groups = [SCORE] * len(parts) + [WEIGHTS] * len(parts)
    return _with_printed(parts, rates, mixes, groups, printed_change(before, now, decimals), decimals)


def _with_printed(
    table: pd.DataFrame, rates: pd.Series, mixes: pd.Series, groups: list[str], total: float, decimals: int
) -> Printed:
    told = printed_in_groups([*rates.tolist(), *mixes.tolist()], groups, total, decimals)
    half = len(table)
    printed = pd.DataFrame({"rate": told[:half], "mix": told[half:]}, index=table.index)
    summed = (printed["rate"] + printed["mix"]).round(decimals) + 0.0
    table = table.assign(printed_rate=printed["rate"], printed_mix=printed["mix"], printed=summed)
    return Printed(table, decimals)
