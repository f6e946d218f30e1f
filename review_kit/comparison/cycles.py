"""What one cycle promises, moved to the same days of another, so that both can be held against each other."""

import re
from collections.abc import Mapping

import pandas as pd

from review_kit.comparison.side import Side

_YEAR = re.compile(r"(\d{4})(-Q[1-4]|-(?:0[1-9]|1[0-2]))?")  # 2024, 2024-Q3, 2024-09
_A_YEAR = 12


def months_between(own: Side, data: Side) -> int:
    """Months by which the cycle of the data starts after that of the definitions."""
    start, other = own.checkpoint.calendar.start, data.checkpoint.calendar.start
    return (other.year - start.year) * _A_YEAR + other.month - start.month


def moved_kpis(kpis: pd.DataFrame, other: pd.DataFrame, months: int) -> pd.DataFrame:
    """KPIs with their due day and the year of their baseline as many months later, as the other cycle counts them.

    Due at the end of June means that of each cycle. What both cycles tell by the same day or year stays as it is: a
    baseline of 2020 is that of 2020 in each of them.
    """
    if not months or kpis.empty:
        return kpis
    after = kpis["due"] + pd.Timedelta(days=1) + pd.DateOffset(months=months)  # the end of a month stays one
    moved = {"due": (after - pd.Timedelta(days=1)).astype(kpis["due"].dtype)}
    if months % _A_YEAR == 0 and "baseline_period" in kpis:
        labels = kpis["baseline_period"].map(lambda label: _years_later(label, months // _A_YEAR), na_action="ignore")
        moved["baseline_period"] = labels.astype(kpis["baseline_period"].dtype)
    return kpis.assign(**{name: column.where(~_same(kpis, other, name), kpis[name]) for name, column in moved.items()})


def _same(kpis: pd.DataFrame, other: pd.DataFrame, name: str) -> pd.Series:
    """Which KPIs have the very same cell in the other table."""
    if name not in other:
        return pd.Series(data=False, index=kpis.index)
    told = kpis["kpi_id"].map(dict(zip(other["kpi_id"], other[name].astype("object"), strict=True)))
    return kpis[name].astype("object").eq(told.astype("object"))


def _years_later(label: str, years: int) -> str:
    told = _YEAR.fullmatch(label)
    return f"{int(told[1]) + years}{told[2] or ''}" if told else label


def moved_targets(targets: pd.DataFrame, months: int) -> pd.DataFrame:
    """Targets for parts of a cycle, moved to the same parts of another."""
    if not months or targets.empty:
        return targets
    first = (targets["period_start"] + pd.DateOffset(months=months)).astype(targets["period_start"].dtype)
    after = targets["period_end"] + pd.Timedelta(days=1) + pd.DateOffset(months=months)
    return targets.assign(
        period_start=first, period_end=(after - pd.Timedelta(days=1)).astype(targets["period_end"].dtype)
    )


def stages(targets: pd.DataFrame) -> Mapping[str, list[tuple[object, ...]]]:
    """By kpi_id the targets of its periods, comparable."""
    columns = ["period_start", "period_end", "target", "target_low", "target_high"]
    plain = targets[columns].astype("object").where(targets[columns].notna(), None)
    found: dict[str, list[tuple[object, ...]]] = {}
    for kpi_id, *row in zip(targets["kpi_id"], *(plain[name] for name in columns), strict=True):
        found.setdefault(kpi_id, []).append(tuple(row))
    return {kpi_id: sorted(rows, key=str) for kpi_id, rows in found.items()}
