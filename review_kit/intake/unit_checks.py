"""Values against the unit of their KPI: what is said beside them, what cannot be, and slips by a power of ten."""

import re

import numpy as np
import pandas as pd

from review_kit.intake.ledger import Ledger, Mask
from review_kit.intake.units import counts_things, is_number_of_things, read_unit
from review_kit.model.words import Aggregate, Direction
from review_kit.params import Source

_STEPS = (2, 3, 6)  # powers of ten by which units are mistaken: % and shares, thousands, millions
_NEAR_STEP = 0.1  # in powers of ten: a factor from 79 to 126 is taken for 100
_STEADY = 0.5  # values of one unit lie within this many powers of ten, about a factor of 3
_FEWEST = 4  # values, below which nobody can say which of them is odd
_ODD_SHARE = 0.25  # of the values of a KPI; where more are fractions, fractions are usual


def check_units(frame: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame, codes: np.ndarray, source: Source) -> None:
    """`codes` is the position of each row's KPI in `kpis`, which is indexed by their ids; -1 where it is unknown."""
    _refuse_other_units(frame, ledger, kpis, codes)
    _refuse_percent_signs(ledger, kpis, codes, source)
    _check_counts(frame, ledger, kpis, codes)
    _warn_slips(frame, ledger, codes)
    _warn_other_level(frame, ledger, kpis, codes)


def _refuse_other_units(frame: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame, codes: np.ndarray) -> None:
    """A column of units that says something else than the KPI."""
    stated = frame["unit"].notna().to_numpy() & ledger.used & (codes >= 0)
    if not stated.any():
        return
    places = np.flatnonzero(stated)
    pairs = pd.DataFrame({"unit": frame["unit"].to_numpy()[places], "kpi": codes[places]})
    units = kpis["unit"].to_numpy()
    distinct = pairs.drop_duplicates()
    other = [
        isinstance(units[kpi], str) and read_unit(str(unit)) != read_unit(units[kpi])
        for unit, kpi in zip(distinct["unit"], distinct["kpi"], strict=True)
    ]
    where = np.zeros(len(frame), dtype=bool)
    where[places] = pairs.merge(distinct.assign(other=other), how="left")["other"].to_numpy(dtype=bool)
    ledger.refuse(
        where,
        "unit",
        "unit-mismatch",
        lambda at: f"the value is in '{{value}}', the KPI in '{units[codes[at]]}'.".replace(
            "{value}", ledger.cell("unit", at)
        ),
        "give the value in the unit of the KPI, or correct one of the two units.",
    )


def _refuse_percent_signs(ledger: Ledger, kpis: pd.DataFrame, codes: np.ndarray, source: Source) -> None:
    """'12 %' read as 12 for a KPI that is no percentage would be 100 times what was meant."""
    if "%" not in source.signs or "value" not in ledger.texts:
        return
    percentages = np.array([_is_percentage(unit) for unit in kpis["unit"]] + [True])  # the last: unknown KPIs
    where = ~percentages[codes] & ledger.used
    where[where] = ledger.texts["value"][where].str.contains("%", regex=False).to_numpy(dtype=bool)
    told = "'{value}' is a percentage, and the unit of the KPI is not."
    ledger.refuse(where, "value", "unit-mismatch", told, "write the value in the unit of the KPI, or correct its unit.")


def _is_percentage(unit: object) -> bool:
    return isinstance(unit, str) and (
        "%" in unit or re.search(r"per ?cent|\bpct\b|\bpp\b", unit.casefold()) is not None
    )


def _check_counts(frame: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame, codes: np.ndarray) -> None:
    """Things are counted from zero, and mostly whole."""
    value = frame["value"].to_numpy()
    is_number = np.array([is_number_of_things(unit) for unit in kpis["unit"]] + [False])[codes]
    allowed = np.append(kpis["lower_bound"].to_numpy() < 0, [False])[codes]
    told = "'{value}' is below zero, and the KPI counts things."
    hint = "correct the value, or give the KPI a lower_bound below zero where that can be."
    ledger.refuse(is_number & ledger.used & (value < 0) & ~allowed, "value", "out-of-range", told, hint)
    counted = np.array([counts_things(unit) for unit in kpis["unit"]] + [False])[codes]
    counted = counted & ledger.used & ~np.isnan(value)
    broken = counted & (value != np.floor(value))
    if not broken.any():
        return
    rows = pd.Series(broken[counted]).groupby(codes[counted])
    rare = (rows.transform("mean") <= _ODD_SHARE).to_numpy() & (rows.transform("size") >= _FEWEST).to_numpy()
    where = np.zeros(len(frame), dtype=bool)
    where[counted] = rare
    told = "'{value}' is not a whole number, and the KPI counts things."
    ledger.warn(where & broken, "value", "out-of-range", told, "correct the value or the unit of the KPI.")


def _warn_slips(frame: pd.DataFrame, ledger: Ledger, codes: np.ndarray) -> None:
    """Values that are 100, 1,000 or a million times the others of the same KPI and segment."""
    value = frame["value"].to_numpy()
    places = np.flatnonzero(ledger.used & (codes >= 0) & ~np.isnan(value) & (value != 0))
    if len(places) < _FEWEST:
        return
    level = np.log10(np.abs(value[places]))
    suspect = _wide(level, codes[places])
    places, level = places[suspect], level[suspect]
    segment = pd.factorize(frame["segment"].to_numpy()[places])[0].astype(np.int64)
    series = codes[places].astype(np.int64) * (int(segment.max(initial=0)) + 1) + segment
    suspect = _wide(level, series)
    places, level, series = places[suspect], level[suspect], series[suspect]
    if not len(places):
        return
    order = np.lexsort((level, series))
    places, level, series = places[order], level[order], series[order]
    first = np.r_[True, series[1:] != series[:-1]]
    starts = np.flatnonzero(first)
    ends = np.r_[starts[1:], len(series)]
    gaps = np.r_[0.0, np.diff(level)]
    gaps[first] = 0.0
    suspects = (np.maximum.reduceat(gaps, starts) > _STEPS[0] - _NEAR_STEP - 2 * _STEADY) & (ends - starts >= _FEWEST)
    told: dict[int, str] = {}
    for start, end in zip(starts[suspects].tolist(), ends[suspects].tolist(), strict=True):
        cut = start + int(np.argmax(gaps[start:end]))
        told |= _odd_values(places, level, frame, (start, cut, end))
    where = np.zeros(len(frame), dtype=bool)
    where[list(told)] = True
    hint = "is it given in another unit, such as a share for a percentage or single units for thousands?"
    ledger.warn(where, "value", "unit-mismatch", told.__getitem__, hint)


def _wide(level: np.ndarray, group: np.ndarray) -> Mask:
    """Which values belong to a group that spans the smallest power of ten that is looked for."""
    groups = pd.Series(level).groupby(group)
    span = groups.transform("max") - groups.transform("min")
    return span.to_numpy() >= _STEPS[0] - _NEAR_STEP


def _odd_values(
    places: np.ndarray, level: np.ndarray, frame: pd.DataFrame, span: tuple[int, int, int]
) -> dict[int, str]:
    """By row, what is said of the fewer (of the later, if as many) of two groups that a power of ten parts."""
    start, cut, end = span
    low, high = level[start:cut], level[cut:end]
    if max(low[-1] - low[0], high[-1] - high[0]) > _STEADY:
        return {}
    apart = float(np.median(high) - np.median(low))
    step = next((step for step in _STEPS if abs(apart - step) <= _NEAR_STEP), None)
    if step is None:
        return {}
    low_places, high_places = places[start:cut], places[cut:end]
    days = frame["period_end"].to_numpy()
    high_is_odd = len(high) < len(low) or (len(high) == len(low) and days[high_places].max() >= days[low_places].max())
    odd, usual = (high_places, low_places) if high_is_odd else (low_places, high_places)
    usually = float(np.median(frame["value"].to_numpy()[usual]))
    word = "times" if high_is_odd else "times smaller than"
    times = f"about {10**step:,} {word} what the KPI's other values are ({usually:g})"
    return {int(at): f"'{frame['value'].iloc[at]:.15g}' is {times}." for at in odd}


def _warn_other_level(frame: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame, codes: np.ndarray) -> None:
    """All values of a KPI 100 or 1,000 times its baseline and its target, or a part of them: one unit is wrong."""
    aggregate = kpis["aggregate"].astype("object").to_numpy()
    alike = ~np.isin(aggregate, [Aggregate.SUM, Aggregate.RATIO])
    target = np.where(kpis["direction"].eq(Direction.RANGE), kpis["target_low"], kpis["target"]).astype("float64")
    baseline = kpis["baseline"].to_numpy().astype("float64")
    percent = np.array([_is_percentage(unit) for unit in kpis["unit"]], dtype=bool)
    known = alike & (target != 0) & ~np.isnan(target) & ((baseline != 0) & ~np.isnan(baseline) | percent)
    value = frame["value"].to_numpy()
    rows = ledger.used & (codes >= 0) & ~np.isnan(value) & (value != 0)
    rows[rows] = known[codes[rows]]
    if not rows.any():
        return
    of = codes[rows]
    level = np.log10(np.abs(value[rows]))
    spread = pd.Series(level).groupby(of).agg(["min", "max", "median"])
    at = spread.index.to_numpy()
    steady = (spread["max"] - spread["min"]).to_numpy() <= _STEADY
    median = spread["median"].to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        by_target = np.log10(np.abs(target[at])) - median
        by_baseline = np.log10(np.abs(baseline[at])) - median
    wrong = np.zeros(len(at), dtype=bool)
    for step in _STEPS:
        for way in (step, -step):
            both = (np.abs(by_target - way) <= 2 * _NEAR_STEP) & (
                np.isnan(baseline[at]) | (np.abs(by_baseline - way) <= 2 * _NEAR_STEP)
            )
            wrong |= steady & both
    where = np.zeros(len(frame), dtype=bool)
    where[np.flatnonzero(rows)] = np.isin(of, at[wrong])
    told = "'{value}' and the other values of the KPI are a power of ten away from its target."
    hint = "are they given in another unit, such as shares for a percentage? Correct them, or the unit of the KPI."
    ledger.warn(where & ledger.used & ~_told(ledger, len(frame)), "value", "unit-mismatch", told, hint)


def _told(ledger: Ledger, length: int) -> Mask:
    return ledger.faulty.get("value", np.zeros(length, dtype=bool))
