"""Targets, baselines and ratios that are a power of ten away from everything else that is known of their KPI."""

from collections.abc import Callable

import numpy as np
import pandas as pd

from review_kit.intake.coded import Groups, Mask
from review_kit.intake.keys import Keys
from review_kit.intake.ledger import Ledger, Told, shown
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
    keys: Keys,
    ledger: Ledger,
    targets: pd.DataFrame | None,
    target_ledger: Ledger | None,
) -> None:
    """Warns of a target or a baseline that stands alone against values, baseline and target of its KPI."""
    of_kpi = keys.of_kpis(kpis)
    asked = _may_tell(of_kpi)
    if targets is not None:
        asked |= keys.kpi.texts.isin(targets["kpi_id"]).to_numpy()
    usual = pd.Series(_usual(actuals, keys, ledger, of_kpi, asked), index=pd.Index(keys.kpi.texts))
    value = kpis["kpi_id"].map(usual).to_numpy("float64")
    target, baseline = kpis["target"].to_numpy("float64"), kpis["baseline"].to_numpy("float64")
    named = (("target", target, baseline), ("baseline", baseline, target))
    for column, figure, other in named:
        odd = _lone(figure, value, other) & kpi_ledger.used
        name = "target" if column == "baseline" else "baseline"
        _tell(odd, column, figure, value, kpi_ledger, f"'{{value}}' is {{times}} the KPI's values and its {name} are.")
    adds_up = kpis["aggregate"].eq(Aggregate.SUM).to_numpy() & kpi_ledger.used
    odd_values = keys.kpi.where(keys.kpi.texts.isin(kpis["kpi_id"][_lone(value, target, baseline) & adds_up]))
    odd_values &= ~keys.kpi.where(keys.kpi.texts.isin(keys.kpi.among(_told_of_units(ledger))))
    told = "'{value}' and the other values of the KPI add up to a power of ten more or less than its target."
    ledger.warn(odd_values & ledger.used, "value", "unit-mismatch", told, _HINT)
    if targets is not None and target_ledger is not None and len(targets):
        table = kpis.drop_duplicates("kpi_id").set_index("kpi_id")
        _check_targets(targets, target_ledger, table, usual)


def _told_of_units(ledger: Ledger) -> Mask:
    """The rows of which another unit has been told: one segment of a KPI that adds up makes the whole too large."""
    rows = [fault.row for fault in ledger.faults if fault.rule == "unit-mismatch" and fault.row is not None]
    return np.isin(ledger.rows, rows)


def _check_targets(targets: pd.DataFrame, ledger: Ledger, table: pd.DataFrame, usual: pd.Series) -> None:
    """Targets of parts of the cycle against the others of their KPI and against its values, all of a whole year."""
    months = _months(targets)
    adds_up = targets["kpi_id"].map(table["aggregate"]).eq(Aggregate.SUM)
    yearly = (targets["target"] * (MONTHS_A_YEAR / months).where(adds_up, 1.0)).abs()
    by_kpi = yearly.groupby(targets["kpi_id"])
    own = by_kpi.transform("median").where(by_kpi.transform("count").ge(_FEW_TARGETS))
    reference = own.fillna(targets["kpi_id"].map(table["target"]).abs()).to_numpy("float64")
    value = targets["kpi_id"].map(usual).to_numpy("float64")
    figure = yearly.to_numpy("float64")
    odd = _lone(figure, value, reference) & ledger.used
    _tell(odd, "target", figure, value, ledger, "'{value}' is {times} the KPI's values and its other targets are.")


def _may_tell(kpis: pd.DataFrame) -> Mask:
    """The KPIs of which target or baseline may stand alone, or their values beside both: of others nobody need ask."""
    apart = _apart(kpis["target"].to_numpy("float64"), kpis["baseline"].to_numpy("float64"))
    adds_up = kpis["aggregate"].eq(Aggregate.SUM).to_numpy()
    with np.errstate(invalid="ignore"):
        return _is_step(apart) | (adds_up & (np.abs(apart) <= _ALIKE))


def _usual(actuals: pd.DataFrame, keys: Keys, ledger: Ledger, kpis: pd.DataFrame, asked: Mask) -> np.ndarray:
    """For each KPI asked for the usual size of its value as a whole; of one that adds up, of a whole year."""
    if not asked.any():
        return np.full(len(kpis), np.nan)
    size = figures(actuals, keys, kpis)
    rows = ledger.used & keys.of_kpi(asked, otherwise=False) & ~np.isnan(size) & (size != 0.0)
    added = rows & keys.of_kpi(kpis["aggregate"].eq(Aggregate.SUM).to_numpy(), otherwise=False)
    usual = np.full(len(kpis), np.nan)
    _put_medians(usual, np.abs(size[rows & ~added]), keys.kpi.numbers[rows & ~added])
    pairs = keys.side_by_side
    parted = keys.parted
    added &= ~parted | ~pairs.holding(added & ~parted)[pairs.codes]
    stated = kpis["frequency"].map({str(rhythm): rhythm.months for rhythm in Rhythm}).to_numpy("float64")
    stated = keys.of_kpi(stated, otherwise=np.nan)[added]  # the last day of a quarter may stand for it
    yearly = size[added] * MONTHS_A_YEAR / np.fmax(lasting(actuals, keys, added), stated)
    sums = np.bincount(pairs.codes[added], yearly, minlength=pairs.count)
    first = pairs.first(added)
    _put_medians(usual, np.abs(sums[pairs.codes[first]]), keys.kpi.numbers[first])
    return usual


def _put_medians(usual: np.ndarray, sizes: np.ndarray, numbers: np.ndarray) -> None:
    medians = pd.Series(sizes).groupby(numbers).median()
    usual[medians.index.to_numpy()] = medians.to_numpy()


def lasting(actuals: pd.DataFrame, keys: Keys, rows: Mask) -> np.ndarray:
    """How many months the period of each of the rows lasts, looked at once for each period."""
    periods = Groups.of(keys.period)
    first = periods.first(rows)
    months = np.full(periods.count, np.nan)
    months[periods.codes[first]] = _months(actuals[["period_start", "period_end"]].take(first)).to_numpy()
    return months[periods.codes[rows]]


def _months(frame: pd.DataFrame) -> pd.Series:
    start, end = frame["period_start"].dt, frame["period_end"].dt
    return (end.year - start.year) * MONTHS_A_YEAR + end.month - start.month + 1


def figures(frame: pd.DataFrame, keys: Keys, kpis: pd.DataFrame) -> np.ndarray:
    """The value of every row; of a ratio what its parts make, in the unit of the KPI."""
    value = frame["value"].to_numpy("float64")
    are_ratios = find_ratios(kpis)
    if not are_ratios.any():
        return value
    return np.where(keys.of_kpi(are_ratios, otherwise=False), worked_out(frame, keys, kpis), value)


def find_ratios(kpis: pd.DataFrame) -> Mask:
    """Which of the KPIs are ratios."""
    return kpis["aggregate"].eq(Aggregate.RATIO).to_numpy(dtype=bool)


def worked_out(frame: pd.DataFrame, keys: Keys, kpis: pd.DataFrame) -> np.ndarray:
    """What numerator and denominator of a ratio make, in the unit of the KPI; missing for every other row."""
    scale = np.array([100.0 if counts_percent(unit) else 1.0 for unit in kpis["unit"]])
    scale = keys.of_kpi(np.where(find_ratios(kpis), scale, np.nan), otherwise=np.nan)
    below = frame["denominator"].to_numpy()
    return scale * frame["numerator"].to_numpy() / np.where(below != 0, below, np.nan)


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


def check_ratios(frame: pd.DataFrame, keys: Keys, ledger: Ledger, kpis: pd.DataFrame) -> None:
    """Warns of parts of a ratio that are in other units than those of the other rows, and of a value that differs."""
    are_ratios = find_ratios(kpis)
    if not are_ratios.any():
        return
    ratio = worked_out(frame, keys, kpis)
    rows = ledger.used & ~np.isnan(ratio)
    parts = ratio[rows]
    if not len(parts):
        return
    with np.errstate(divide="ignore", invalid="ignore"):
        level = pd.Series(np.log10(np.where(parts > 0, parts, np.nan)))
    series = keys.series.codes[rows]
    off = (level - level.groupby(series).transform("median")).to_numpy()
    near, known = np.abs(off) <= _ALIKE, ~np.isnan(off)
    slip = _mostly(near, known, series) & _is_step(off)
    whole = frame["numerator"].to_numpy()[rows] > frame["denominator"].to_numpy()[rows]
    rare = _mostly(~whole, np.ones(len(whole), dtype=bool), keys.kpi.numbers[rows])
    larger = whole & rare & (np.abs(off) > _ALIKE)
    given = frame["value"].to_numpy()[rows]
    differs = np.abs(given - parts) > _SAME * np.abs(parts)
    below = odd_denominators(frame, keys, rows)
    told = "{ratio} is a power of ten away from what it is in the KPI's other rows."
    hint = "is one of the two in another unit, such as thousands?"
    tell_ratios(ledger.warn, ledger, _at(slip, rows), below, "unit-mismatch", told, hint)
    told = "{ratio} is more than the whole, far from what it is in the KPI's other rows."
    hint = "are the two exchanged, or is one in another unit?"
    tell_ratios(ledger.warn, ledger, _at(larger & ~slip, rows), below, "out-of-range", told, hint)

    def message(at: int) -> str:
        return f"'{ledger.cell('value', at).strip()}' is not what its numerator and denominator make, {ratio[at]:.6g}."

    hint = "correct one of the three; the ratio is worked out from its parts."
    ledger.warn(_at(differs, rows), "value", "unit-mismatch", message, hint)


def odd_denominators(frame: pd.DataFrame, keys: Keys, rows: Mask) -> Mask:
    """The rows of ratios whose denominator is further from those of its series than the numerator from its own."""
    places = np.flatnonzero(rows)
    parts = frame[["numerator", "denominator"]].take(places).reset_index(drop=True)
    level = parts.where(parts > 0).apply(np.log10)
    off = (level - level.groupby(keys.series.codes[places]).transform("median")).abs()
    below = np.zeros(len(rows), dtype=bool)
    below[places] = off["denominator"].gt(off["numerator"]).to_numpy()
    return below


def tell_ratios(
    tell: Callable[[Mask, str, str, Told, Told], None],
    ledger: Ledger,
    where: Mask,
    below: Mask,
    rule: str,
    told: Told,
    hint: str,
) -> None:
    """Tell something of ratios, each at its denominator where `below` says so and else at its numerator.

    `{ratio}` in `told` stands for both parts: either may be the one that is wrong.
    """

    def message(at: int) -> str:
        above, under = (shown(ledger.cell(part, at).strip()) for part in ("numerator", "denominator"))
        text = told(at) if callable(told) else told
        return text.replace("{ratio}", f"'{above}' over its denominator '{under}'")

    tell(where & ~below, "numerator", rule, message, hint)
    tell(where & below, "denominator", rule, message, hint)


def _mostly(holds: Mask, known: Mask, groups: np.ndarray) -> Mask:
    """For each row whether it holds for nearly all rows of its group, where enough of them are known."""
    count = np.bincount(groups, known)
    share = np.bincount(groups, holds & known) / np.maximum(count, 1)
    return ((count >= _FEWEST) & (share >= 1 - _ODD_SHARE))[groups]


def _at(found: Mask, rows: Mask) -> Mask:
    """What was found at some rows, among all."""
    where = np.zeros(len(rows), dtype=bool)
    where[rows] = found
    return where
