"""Single periods that a review has to explain, although the latest values are routine again."""

import calendar as gregorian

import pandas as pd

from review_kit.model.figures import listed
from review_kit.model.period import Period, Rhythm
from review_kit.model.words import Variation
from review_kit.signals.judging import BEYOND_A_LIMIT

_NOUNS = {rhythm.months: rhythm.noun for rhythm in Rhythm}


def standing_out(points: pd.DataFrame, since: pd.Timestamp) -> pd.Series:
    """By kpi_id, the periods from `since` on that lay beyond a natural limit, in words: 'October 2024'.

    Only of KPIs whose latest value is routine: of the others the signal itself is told. `points` are those of
    `process_behaviour`; a KPI without such a period is not in the result.
    """
    latest = points.drop_duplicates("kpi_id", keep="last")
    routine = latest.loc[latest["signal"].eq(Variation.COMMON_CAUSE), "kpi_id"]
    odd = points["rule"].eq(BEYOND_A_LIMIT) & points["period_start"].ge(since) & points["kpi_id"].isin(routine)
    found = points.loc[odd, ["kpi_id", "period_start", "period_end"]]
    named = [_named(start, end) for start, end in zip(found["period_start"], found["period_end"], strict=True)]
    told = pd.Series(named, index=found["kpi_id"].to_numpy(), dtype="object").groupby(level=0, sort=False).agg(listed)
    return told.astype("str")


def _named(start: pd.Timestamp, end: pd.Timestamp) -> str:
    """'October 2024' for a month, 'the quarter to March 2024' for a longer stretch."""
    until = f"{gregorian.month_name[end.month]} {end.year}"
    months = Period(start.date(), end.date(), "").months
    return until if months == 1 else f"the {_NOUNS.get(months, 'period')} to {until}"
