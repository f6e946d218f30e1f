"""Targets, baselines and ratios that are a power of ten away from everything else that is known of their KPI."""

import numpy as np
import pandas as pd

from review_kit.intake.ledger import Ledger, Mask
from review_kit.intake.units import counts_percent
from review_kit.model.period import MONTHS_A_YEAR, Rhythm
from review_kit.model.words import Aggregate

_STEPS = (2.0, 3.0, 6.0)  # powers of ten by which units are mistaken: % and shares, thousands, millions
_NEAR_STEP = 0.2  # in powers of ten: a target is meant to differ from the values, so a factor from 63 to 158 is 100
_ALIKE = 0.5  # in powers of ten: two figures of one unit, about a factor of 3
_FEWEST = 4  # ratios, below which nobody can say which of them is odd
_ODD_SHARE = 0.25  # of the ratios of a KPI
_FEW_TARGETS = 3  # of a KPI, from which on they are held against each other
_SAME = 0.01  # of a ratio that is also given as a value: what rounding may lose
_HINT = "is it given in another unit, such as a share for a percentage or single units for thousands?"


def check_levels(
    kpis: pd.DataFrame,
    kpi_ledger: Ledger,
    actuals: pd.DataFrame,
    ledger: Ledger,
    targets: pd.DataFrame | None,
    target_ledger: Ledger | None,
) -> None:
    """Warns of a target or a baseline that stands alone against values, baseline and target of its KPI."""
    table = kpis.drop_duplicates("kpi_id").set_index("kpi_id")
    usual = _usual(actuals, ledger, table)
    value = kpis["kpi_id"].map(usual).to_numpy("float64")
    target, baseline = kpis["target"].to_numpy("float64"), kpis["baseline"].to_numpy("float64")
    named = (("target", target, baseline), ("baseline", baseline, target))
    for column, figure, other in named:
        odd = _lone(figure, value, other) & kpi_ledger.used
        name = "target" if column == "baseline" else "baseline"
        _tell(odd, column, figure, value, kpi_ledger, f"'{{value}}' is {{times}} the KPI's values and its {name} are.")
    adds_up = kpis["aggregate"].eq(Aggregate.SUM).to_numpy() & kpi_ledger.used
    odd_values = actuals["kpi_id"].isin(kpis["kpi_id"][_lone(value, target, baseline) & adds_up])
    told = "'{value}' and the other values of the KPI add up to a power of ten more or less than its target."
    ledger.warn(odd_values.to_numpy() & ledger.used, "value", "unit-mismatch", told, _HINT)
    if targets is not None and target_ledger is not None and len(targets):
        _check_targets(targets, target_ledger, table, usual)


def _check_targets(targets: pd.DataFrame, ledger: Ledger, table: pd.DataFrame, usual: pd.Series) -> None:
    """Targets of parts of the cycle against the others of their KPI and against its values, all of a whole year."""
    months = (targets["period_end"].dt.year - targets["period_start"].dt.year) * MONTHS_A_YEAR
    months += targets["period_end"].dt.month - targets["period_start"].dt.month + 1
    adds_up = targets["kpi_id"].map(table["aggregate"]).eq(Aggregate.SUM)
    yearly = (targets["target"] * (MONTHS_A_YEAR / months).where(adds_up, 1.0)).abs()
    by_kpi = yearly.groupby(targets["kpi_id"])
    own = by_kpi.transform("median").where(by_kpi.transform("count").ge(_FEW_TARGETS))
    reference = own.fillna(targets["kpi_id"].map(table["target"]).abs()).to_numpy("float64")
    value = targets["kpi_id"].map(usual).to_numpy("float64")
    figure = yearly.to_numpy("float64")
    odd = _lone(figure, value, reference) & ledger.used
    _tell(odd, "target", figure, value, ledger, "'{value}' is {times} the KPI's values and its other targets are.")


def _usual(actuals: pd.DataFrame, ledger: Ledger, table: pd.DataFrame) -> pd.Series:
    """By kpi_id the usual size of a value of the KPI as a whole; of one that adds up, of a whole year."""
    rows = actuals.loc[ledger.used, ["kpi_id", "segment", "period", "period_start", "period_end"]]
    rows = rows.assign(size=_figures(actuals, table)[ledger.used])
    rows = rows[rows["size"].notna() & rows["size"].ne(0.0)]
    adds_up = rows["kpi_id"].map(table["aggregate"]).eq(Aggregate.SUM)
    alike = rows["size"][~adds_up].abs().groupby(rows["kpi_id"]).median()
    parts = rows[adds_up]
    if parts.empty:
        return alike
    whole = parts["segment"].eq("")
    parts = parts[whole | ~whole.groupby([parts["kpi_id"], parts["period"]]).transform("any")]
    lasts = (parts["period_end"].dt.year - parts["period_start"].dt.year) * MONTHS_A_YEAR
    lasts += parts["period_end"].dt.month - parts["period_start"].dt.month + 1
    stated = table["frequency"].map({str(rhythm): rhythm.months for rhythm in Rhythm})
    months = np.fmax(lasts, parts["kpi_id"].map(stated).astype("float64"))  # the last day of a quarter may stand for it
    yearly = parts["size"] * MONTHS_A_YEAR / months
    sums = yearly.groupby([parts["kpi_id"], parts["period"]]).sum().abs()
    return pd.concat([alike, sums.groupby(level=0).median()])


def _figures(actuals: pd.DataFrame, table: pd.DataFrame) -> np.ndarray:
    """The value of every row; of a ratio what its parts make, in the unit of the KPI."""
    ratios = table.index[table["aggregate"].eq(Aggregate.RATIO)]
    value = actuals["value"].to_numpy("float64")
    if not len(ratios):
        return value
    percent = [name for name in ratios if counts_percent(table["unit"].get(name))]
    scale = np.where(actuals["kpi_id"].isin(percent), 100.0, 1.0)
    below = actuals["denominator"].where(actuals["denominator"].ne(0.0)).to_numpy("float64")
    return np.where(actuals["kpi_id"].isin(ratios), scale * actuals["numerator"].to_numpy("float64") / below, value)


def _apart(one: np.ndarray, other: np.ndarray) -> np.ndarray:
    """How many powers of ten lie between two figures; missing where one is 0 or unknown."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found = np.log10(np.abs(one)) - np.log10(np.abs(other))
    return np.where(np.isfinite(found), found, np.nan)


def _is_step(apart: np.ndarray) -> Mask:
    with np.errstate(invalid="ignore"):
        return np.any([np.abs(np.abs(apart) - step) <= _NEAR_STEP for step in _STEPS], axis=0)


def _lone(figure: np.ndarray, value: np.ndarray, other: np.ndarray) -> Mask:
    """Where a figure is a step away from two others that agree."""
    by_value, by_other = _apart(figure, value), _apart(figure, other)
    with np.errstate(invalid="ignore"):
        return _is_step(by_value) & _is_step(by_other) & (np.abs(_apart(value, other)) <= _ALIKE)


def _tell(odd: Mask, column: str, figure: np.ndarray, value: np.ndarray, ledger: Ledger, told: str) -> None:
    apart = _apart(figure, value)

    def message(at: int) -> str:
        step = min(_STEPS, key=lambda power: abs(abs(apart[at]) - power))
        times = f"about {10**step:,.0f} times {'what' if apart[at] > 0 else 'smaller than what'}"
        return told.replace("{value}", ledger.cell(column, at).strip()).replace("{times}", times)

    ledger.warn(odd, column, "unit-mismatch", message, _HINT)


def check_ratios(frame: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame) -> None:
    """Warns of parts of a ratio that are in other units than those of the other rows, and of a value that differs."""
    table = kpis.drop_duplicates("kpi_id").set_index("kpi_id")
    is_ratio = frame["kpi_id"].isin(table.index[table["aggregate"].eq(Aggregate.RATIO)]).to_numpy() & ledger.used
    if not is_ratio.any():
        return
    ratio = np.where(is_ratio, _figures(frame, table), np.nan)
    keys = [frame["kpi_id"], frame["segment"]]
    with np.errstate(divide="ignore", invalid="ignore"):
        level = pd.Series(np.log10(np.where(ratio > 0, ratio, np.nan)), index=frame.index)
        off = (level - level.groupby(keys).transform("median")).to_numpy()
        usual = pd.Series(np.where(np.isnan(off), np.nan, np.abs(off) <= _ALIKE), index=frame.index)
        groups = usual.groupby(keys)
        enough = groups.transform("mean").ge(1 - _ODD_SHARE) & groups.transform("count").ge(_FEWEST)
        slip = is_ratio & enough.to_numpy(dtype=bool) & _is_step(off)
        whole = pd.Series(
            np.where(np.isnan(ratio), np.nan, frame["numerator"] > frame["denominator"]), index=frame.index
        )
        shares = whole.groupby(frame["kpi_id"])
        rare = shares.transform("mean").le(_ODD_SHARE) & shares.transform("count").ge(_FEWEST)
        larger = is_ratio & (whole.eq(1.0) & rare).to_numpy(dtype=bool) & (np.abs(off) > _ALIKE)
        differs = is_ratio & (np.abs(frame["value"].to_numpy() - ratio) > _SAME * np.abs(ratio))
    told = "'{value}' over its denominator is a power of ten away from what it is in the KPI's other rows."
    ledger.warn(slip, "numerator", "unit-mismatch", told, "is one of the two in another unit, such as thousands?")
    told = "'{value}' is larger than its denominator, far from what it is in the KPI's other rows."
    hint = "are the two exchanged, or is one in another unit?"
    ledger.warn(larger & ~slip, "numerator", "out-of-range", told, hint)

    def message(at: int) -> str:
        return f"'{ledger.cell('value', at).strip()}' is not what its numerator and denominator make, {ratio[at]:.6g}."

    hint = "correct one of the three; the ratio is worked out from its parts."
    ledger.warn(differs, "value", "unit-mismatch", message, hint)
