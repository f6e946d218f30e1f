"""The figures of earned value and earned schedule for every initiative, from its progress by period or from its own."""

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from review_kit.initiatives import earned_schedule as by_time
from review_kit.initiatives import earned_value as by_money
from review_kit.model.words import is_called_off, is_closed

DAYS_A_MONTH = 365.25 / 12
BY_PERIOD, STRAIGHT = "progress by period", "straight line"
_LONGEST = 1_200.0  # months; a pace that takes a century has no date
_ALL = 100.0  # percent
_SILENT_AFTER_DAYS = 62  # after the next report was due: two months are more than a late one
_SHARE_DECIMALS = 9  # 11,470,000 of 18,500,000 is 62 %, and not 62.000000000000007


def months_between(start: pd.Series, end: pd.Series | pd.Timestamp) -> pd.Series:
    """Months from one day to another, with parts; a month is a twelfth of a year."""
    return (end - start).dt.days / DAYS_A_MONTH


def planned_share(start: pd.Series, planned_finish: pd.Series, as_of: date) -> pd.Series:
    """Share of the planned time that has passed, 0 to 100 %; what a plan without own milestones promises by now."""
    length = (planned_finish - start).dt.days
    passed = (pd.Timestamp(as_of) - start).dt.days
    return (_ALL * passed / length.where(length > 0)).clip(0.0, _ALL)


def with_progress(initiatives: pd.DataFrame, progress: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The initiatives with what their plan and their work were worth at the day of the review.

    Adds evm_source, silent_since, bac, planned_value, earned_value, actual_cost, months_passed, planned_months and
    earned_months. Where `progress` (initiative_id, period_end, planned_value, earned_value, actual_cost; cumulative)
    tells of an initiative, its curve counts, at its last period with an earned value up to `as_of`; planned_percent,
    percent_complete and spent then say the same. A curve without any cost leaves what the initiative says is spent.
    Where work is told for later periods alone, the initiative's own figures are of a later day too: the plan stands as
    of `as_of`, and work and cost are missing. A plan that stops short of the budget goes on to it at the planned
    finish. Otherwise the plan is a straight line from start to planned finish: PV is planned_percent of the budget, EV
    percent_complete of it, AC what is spent; periods that tell work and no plan say how much is done and spent. Time
    stops when an initiative is done.
    It does not stop where nobody tells any more: of work that goes on and of which the next report and two months have
    passed without a word, `silent_since` is the last day that was told, and the plan and the time are those of `as_of`.
    Nothing is done before the start: figures that say so are of a later day, and are missing.
    """
    table = _as_known(initiatives, progress, pd.Timestamp(as_of))
    table = _with_work_told(table, progress, pd.Timestamp(as_of))
    own = _straight(table, as_of)
    told = _by_period(table, progress, pd.Timestamp(as_of))
    for name in own.columns:
        table[name] = told[name].where(told["evm_source"].notna(), own[name])
    table["silent_since"] = told["silent_since"]
    known = told["evm_source"].notna() & table["bac"].gt(0)
    for share, value in (("planned_percent", "planned_value"), ("percent_complete", "earned_value")):
        percent = (100.0 * table[value] / table["bac"].where(known)).round(_SHARE_DECIMALS)
        table[share] = percent.clip(0.0, 100.0).where(known, table[share])
    table["spent"] = table["actual_cost"].where(told["evm_source"].notna(), table["spent"])
    return table


def _as_known(initiatives: pd.DataFrame, progress: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The initiatives without planned_percent, percent_complete and spent where these are of a later day."""
    told = progress[progress["earned_value"].notna()]
    first = told.groupby("initiative_id")["period_end"].min()
    unknown = initiatives["initiative_id"].isin([one for one, ended in first.items() if ended > as_of])
    ahead = initiatives["start"].gt(as_of) & initiatives["percent_complete"].gt(0.0)
    later = unknown | ahead
    own = ("planned_percent", "percent_complete", "spent")
    return initiatives.assign(**{name: initiatives[name].mask(later) for name in own})


def _with_work_told(table: pd.DataFrame, progress: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """The initiatives with percent_complete and spent as told by period, where the periods tell work and no plan.

    What the initiative says itself stays where the periods do not say it, unless more of them have been told since:
    that is of a later day, and the plan is then the time that has passed.
    """
    planned = progress.loc[progress["planned_value"].gt(0), "initiative_id"]
    told = progress[progress["earned_value"].notna() & ~progress["initiative_id"].isin(planned)]
    if told.empty:
        return table
    is_later = table["initiative_id"].isin(told.loc[told["period_end"].gt(as_of), "initiative_id"])
    came = told[told["period_end"].le(as_of)].sort_values("period_end")
    last = came.groupby("initiative_id")[["earned_value", "actual_cost"]].last()
    # without a single initiative the mapped column would stay text
    earned, cost = (table["initiative_id"].map(last[name]).astype("float64") for name in last.columns)
    percent = (100.0 * earned / table["budget"].where(table["budget"] > 0)).round(_SHARE_DECIMALS).clip(0.0, _ALL)
    by_time = planned_share(table["start"], table["planned_finish"], as_of)
    found = {"percent_complete": percent, "spent": cost, "planned_percent": by_time.where(is_later)}
    return table.assign(**{name: of_day.fillna(table[name].mask(is_later)) for name, of_day in found.items()})


def _straight(table: pd.DataFrame, as_of: date) -> pd.DataFrame:
    bac = table["budget"]
    done = table["percent_complete"].ge(100.0)
    today = pd.Series(pd.Timestamp(as_of), index=table.index)
    until = today.where(~done | table["forecast_finish"].isna(), np.minimum(table["forecast_finish"], today))
    planned = months_between(table["start"], table["planned_finish"]).clip(lower=0.0)
    return pd.DataFrame(
        {
            "evm_source": pd.Series(STRAIGHT, index=table.index, dtype="str"),
            "bac": bac,
            "planned_value": bac * table["planned_percent"] / 100.0,
            "earned_value": bac * table["percent_complete"] / 100.0,
            "actual_cost": table["spent"],
            "months_passed": months_between(table["start"], until).clip(lower=0.0),
            "planned_months": planned,
            "earned_months": planned * table["percent_complete"].clip(0.0, 100.0) / 100.0,
        }
    )


def _by_period(table: pd.DataFrame, progress: pd.DataFrame, as_of: pd.Timestamp) -> pd.DataFrame:
    """What the periods say of each initiative; empty cells for one of which they say nothing by `as_of`."""
    rows: dict[Any, dict[str, Any]] = {}
    wanted = progress[progress["initiative_id"].isin(table["initiative_id"])]
    curves = {name: curve.sort_values("period_end") for name, curve in wanted.groupby("initiative_id", sort=False)}
    for place, row in zip(table.index, table.to_dict("records"), strict=True):
        if row["initiative_id"] in curves:
            told = _at(curves[row["initiative_id"]], row, as_of)
            rows |= {place: told} if told else {}
    types = {"evm_source": "str", "silent_since": "datetime64[s]"}
    columns = ["evm_source", "silent_since", "bac", "planned_value", "earned_value", "actual_cost"]
    columns += ["months_passed", "planned_months", "earned_months"]
    found = pd.DataFrame.from_dict(rows, orient="index", columns=columns).reindex(table.index)
    return found.astype({name: types.get(name, "float64") for name in columns})


def _at(curve: pd.DataFrame, row: Mapping[Any, Any], as_of: pd.Timestamp) -> dict[str, Any]:
    first = row["start"] if pd.notna(row["start"]) else curve["period_start"].iloc[0]
    budget = row["budget"]
    told = curve[curve["earned_value"].notna()]
    came = told[told["period_end"].le(as_of)]
    if told.empty:
        return {}
    if not curve["planned_value"].gt(0).any():  # without a plan of its own it follows a straight line
        return {"silent_since": came["period_end"].iloc[-1]} if _is_silent(came, row, as_of) else {}
    ends, planned = _plan(curve, row, first)
    times, values = by_time.plan_curve(planned, ends)
    earned = float(came["earned_value"].iloc[-1]) if len(came) else np.nan
    until = came["period_end"].iloc[-1] if len(came) else as_of
    silent_since: Any = pd.NaT
    if len(times) and earned >= values[-1]:  # done: time stopped when the last of it was earned
        until = came.loc[came["earned_value"].ge(values[-1]), "period_end"].iloc[0]
    elif _is_silent(came, row, as_of):
        silent_since, until = until, as_of
    passed = max((until - first).days / DAYS_A_MONTH, 0.0)
    costs = came["actual_cost"].dropna()
    # many tables of progress tell no money: what the initiative itself says is spent is of the same day, unless more
    # periods have been told since
    spent = row["spent"] if len(came) == len(told) and curve["actual_cost"].isna().all() else np.nan
    return {
        "evm_source": BY_PERIOD,
        "silent_since": silent_since,
        "bac": budget if pd.notna(budget) else (values[-1] if len(values) else np.nan),
        "planned_value": float(np.interp(passed, times, values)) if len(times) else np.nan,
        "earned_value": earned,
        "actual_cost": float(costs.iloc[-1]) if len(costs) else float(spent),
        "months_passed": passed,
        "planned_months": by_time.planned_duration(planned, ends),
        "earned_months": by_time.earned_schedule(earned, planned, ends),
    }


def _is_silent(came: pd.DataFrame, row: Mapping[Any, Any], as_of: pd.Timestamp) -> bool:
    """Whether the next report was due more than two months ago, and nobody told a word on work that goes on.

    Reports are as far apart as the last two of them, or as long as the period of the last one: many tables tell each
    quarter, or each year, as it stood at the end of one month. Before the start there is nothing to tell.
    """
    if came.empty or is_closed(row["status"]) or is_called_off(row["status"]) or row["percent_complete"] >= _ALL:
        return False
    last = came.iloc[-1]
    apart = (last["period_end"] - last["period_start"]).days + 1
    if len(came) > 1:
        apart = max(apart, (last["period_end"] - came["period_end"].iloc[-2]).days)
    since = max(last["period_end"], row["start"]) if pd.notna(row["start"]) else last["period_end"]
    return bool((as_of - since).days > apart + _SILENT_AFTER_DAYS)


def _plan(curve: pd.DataFrame, row: Mapping[Any, Any], first: pd.Timestamp) -> tuple[list[float], list[float]]:
    """The ends of the periods in months since the start, and what is planned by each, to the end of the work.

    Many tables tell the plan up to now and no further. Its last period is then not the planned end: the rest of the
    budget is taken to be planned for the planned finish, where that is still to come.
    """
    known = curve[curve["planned_value"].notna()]
    days, planned = known["period_end"].to_list(), known["planned_value"].to_list()
    if planned and max(planned) < row["budget"] and row["planned_finish"] > days[-1]:
        days.append(row["planned_finish"])
        planned.append(float(row["budget"]))
    return [(day - first).days / DAYS_A_MONTH for day in days], planned


def with_figures(table: pd.DataFrame) -> pd.DataFrame:
    """What follows from the columns of `with_progress`: cv sv cpi spi, three estimates, and the same in time.

    `eac` rests on the cost of the work so far; months where the name says so. `pace_finish` is the day on which the
    work ends at the pace so far; missing where it is done or nothing is earned.
    """
    table = table.copy()
    bac, pv, ev, ac = (table[name] for name in ("bac", "planned_value", "earned_value", "actual_cost"))
    passed, planned, earned = (table[name] for name in ("months_passed", "planned_months", "earned_months"))
    table["cv"], table["sv"] = by_money.cost_variance(ev, ac), by_money.schedule_variance(ev, pv)
    cpi, spi = by_money.cost_performance(ev, ac), by_money.schedule_performance(ev, pv)
    # work that is told to be worth more than the budget leaves nothing to do: no estimate lies below what is spent
    eac = by_money.estimate_by_cost(bac, cpi).clip(lower=ac)
    table["cpi"], table["spi"], table["eac"] = cpi, spi, eac
    table["eac_at_budget"] = by_money.estimate_at_budget(bac, ev, ac).clip(lower=ac)
    table["eac_cost_schedule"] = by_money.estimate_by_cost_and_schedule(bac, ev, ac, cpi, spi).clip(lower=ac)
    table["etc"] = by_money.estimate_to_complete(eac, ac)
    table["vac"] = by_money.variance_at_completion(bac, eac)
    table["tcpi"] = by_money.to_complete(bac, ev, ac, within=bac).clip(lower=0.0)
    table["tcpi_eac"] = by_money.to_complete(bac, ev, ac, within=eac).clip(lower=0.0)
    table["sv_t"], table["spi_t"] = by_time.time_variance(earned, passed), by_time.time_performance(earned, passed)
    table["ieac_t"] = by_time.time_estimate(planned, table["spi_t"])
    table["tspi"] = by_time.to_complete_schedule(planned, earned, passed, within=planned)
    months = table["ieac_t"].where(table["ieac_t"].le(_LONGEST) & table["percent_complete"].lt(100.0))
    days = pd.to_timedelta((months * DAYS_A_MONTH).round(), unit="D")
    table["pace_finish"] = (table["start"] + days).astype(table["start"].dtype)
    return table
