"""Values against the unit of their KPI: what is said beside them, what cannot be, and slips by a power of ten."""

import re
from dataclasses import dataclass
from typing import Self

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, Codes, Groups, Mask, at_rows
from review_kit.intake.keys import Keys
from review_kit.intake.ledger import Ledger
from review_kit.intake.units import counts_things, is_number_of_things, read_unit
from review_kit.model.words import Aggregate, Direction
from review_kit.params import Source

_STEPS = (2, 3, 6)  # powers of ten by which units are mistaken: % and shares, thousands, millions
_NEAR_STEP = 0.1  # in powers of ten: a factor from 79 to 126 is taken for 100
_STEADY = 0.5  # values of one unit lie within this many powers of ten, about a factor of 3
_FEWEST = 4  # values, below which nobody can say which of them is odd
_ODD_SHARE = 0.25  # of the values of a KPI; where more are fractions, fractions are usual


def check_units(
    frame: pd.DataFrame, stated: Coded, keys: Keys, ledger: Ledger, kpis: pd.DataFrame, source: Source
) -> None:
    """`stated` are units beside the values; `kpis` the definitions of the KPIs in the order of the keys."""
    _refuse_other_units(stated, keys, ledger, kpis)
    _refuse_percent_signs(keys, ledger, kpis, source)
    _check_counts(frame, keys, ledger, kpis)
    value = frame["value"].to_numpy()
    rows = ledger.used & keys.of_kpi(kpis["known"].to_numpy(), otherwise=False) & ~np.isnan(value) & (value != 0)
    level = np.abs(at_rows(value, rows))
    np.log10(level, out=level)
    spans = _Spans.of_levels(level, at_rows(keys.kpi.numbers, rows), len(kpis))
    places = np.flatnonzero(rows)
    _warn_slips(frame, keys, ledger, places, level, spans)
    _warn_other_level(ledger, kpis, places, level, spans)


def _refuse_other_units(stated: Coded, keys: Keys, ledger: Ledger, kpis: pd.DataFrame) -> None:
    """A column of units that says something else than the KPI."""
    if not len(stated.texts):
        return
    told = stated.given & ledger.used & keys.of_kpi(kpis["known"].to_numpy(), otherwise=False)
    units, of = kpis["unit"].to_numpy(), keys.kpi.numbers
    pairs = Groups.of(stated, keys.kpi)
    other = np.zeros(pairs.count, dtype=bool)
    for at in pairs.first(told).tolist():
        unit = units[of[at]]
        other[pairs.codes[at]] = isinstance(unit, str) and read_unit(stated.at(at)) != read_unit(unit)
    ledger.refuse(
        told & other[pairs.codes],
        "unit",
        "unit-mismatch",
        lambda at: f"the value is in '{{value}}', the KPI in '{units[of[at]]}'.".replace(
            "{value}", ledger.cell("unit", at)
        ),
        "give the value in the unit of the KPI, or correct one of the two units.",
    )


def _refuse_percent_signs(keys: Keys, ledger: Ledger, kpis: pd.DataFrame, source: Source) -> None:
    """'12 %' read as 12 for a KPI that is no percentage would be 100 times what was meant."""
    if "%" not in source.signs or "value" not in ledger.texts:
        return
    others = kpis["known"].to_numpy() & ~np.array([_is_percentage(unit) for unit in kpis["unit"]], dtype=bool)
    cells = ledger.texts["value"]
    signed = cells.where(cells.texts.str.contains("%", regex=False))
    where = ledger.used & signed & keys.of_kpi(others, otherwise=False)
    told = "'{value}' is a percentage, and the unit of the KPI is not."
    ledger.refuse(where, "value", "unit-mismatch", told, "write the value in the unit of the KPI, or correct its unit.")


def _is_percentage(unit: object) -> bool:
    return isinstance(unit, str) and (
        "%" in unit or re.search(r"per ?cent|\bpct\b|\bpp\b", unit.casefold()) is not None
    )


def _check_counts(frame: pd.DataFrame, keys: Keys, ledger: Ledger, kpis: pd.DataFrame) -> None:
    """Things are counted from zero, and mostly whole."""
    value = frame["value"].to_numpy()
    numbers = np.array([is_number_of_things(unit) for unit in kpis["unit"]], dtype=bool)
    if not numbers.any():
        return
    never_below = keys.of_kpi(numbers & ~(kpis["lower_bound"].to_numpy() < 0), otherwise=False)
    told = "'{value}' is below zero, and the KPI counts things."
    hint = "correct the value, or give the KPI a lower_bound below zero where that can be."
    ledger.refuse(ledger.used & never_below & (value < 0), "value", "out-of-range", told, hint)
    counts = np.array([counts_things(unit) for unit in kpis["unit"]], dtype=bool)
    counted = ledger.used & keys.of_kpi(counts, otherwise=False) & ~np.isnan(value)
    broken = counted & (value != np.floor(value))
    sizes, odd = (np.bincount(keys.kpi.numbers[rows], minlength=len(kpis)) for rows in (counted, broken))
    rare = (odd <= _ODD_SHARE * sizes) & (sizes >= _FEWEST)
    told = "'{value}' is not a whole number, and the KPI counts things."
    hint = "correct the value or the unit of the KPI."
    ledger.warn(broken & keys.of_kpi(rare, otherwise=False), "value", "out-of-range", told, hint)


@dataclass(frozen=True, slots=True)
class _Spans:
    """From which power of ten to which the values of each group go; the other way round where it has none."""

    of: Codes  # the group of each value
    low: np.ndarray  # by group
    high: np.ndarray

    @classmethod
    def of_levels(cls, level: np.ndarray, of: Codes, count: int) -> Self:
        """The spans of values with these levels and groups."""
        low, high = np.full(count, np.inf), np.full(count, -np.inf)
        np.minimum.at(low, of, level)
        np.maximum.at(high, of, level)
        return cls(of, low, high)

    @property
    def wide(self) -> Mask:
        """Which values belong to a group that spans the smallest power of ten that is looked for."""
        wide = self.high - self.low >= _STEPS[0] - _NEAR_STEP
        return wide[self.of] if wide.any() else np.zeros(len(self.of), dtype=bool)

    @property
    def steady(self) -> Mask:
        """Which groups have values of one unit alone."""
        return (self.low <= self.high) & (self.high - self.low <= _STEADY)


def _warn_slips(
    frame: pd.DataFrame, keys: Keys, ledger: Ledger, places: Codes, level: np.ndarray, spans: _Spans
) -> None:
    """Values that are 100, 1,000 or a million times the others of the same KPI and segment."""
    wide = spans.wide
    if len(places) < _FEWEST or not wide.any():
        return
    places, level = places[wide], level[wide]
    series = keys.series.codes[places]
    wide = _Spans.of_levels(level, series, keys.series.count).wide
    places, level, series = places[wide], level[wide], series[wide]
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
    if _of_a_season(frame, odd, usual):
        return {}
    usually = float(np.median(frame["value"].to_numpy()[usual]))
    word = "times" if high_is_odd else "times smaller than"
    times = f"about {10**step:,} {word} what the KPI's other values are ({float(f'{usually:.6g}'):,.15g})"
    return {int(at): f"'{frame['value'].iloc[at]:.15g}' is {times}." for at in odd}


def _of_a_season(frame: pd.DataFrame, odd: np.ndarray, usual: np.ndarray) -> bool:
    """Whether the odd values are those of one month, year after year, as a yearly bonus or a Christmas trade is."""
    month = frame["period_start"].dt.month
    one = month.iloc[odd[0]]
    return len(odd) > 1 and bool(month.iloc[odd].eq(one).all()) and not month.iloc[usual].eq(one).any()


def _warn_other_level(ledger: Ledger, kpis: pd.DataFrame, places: Codes, level: np.ndarray, spans: _Spans) -> None:
    """All values of a KPI 100 or 1,000 times its baseline and its target, or a part of them: one unit is wrong."""
    alike = ~kpis["aggregate"].isin([Aggregate.SUM, Aggregate.RATIO]).to_numpy(dtype=bool)
    target = np.where(kpis["direction"].eq(Direction.RANGE), kpis["target_low"], kpis["target"]).astype("float64")
    baseline = kpis["baseline"].to_numpy().astype("float64")
    percent = np.array([_is_percentage(unit) for unit in kpis["unit"]], dtype=bool)
    known = alike & (target != 0) & ~np.isnan(target) & ((baseline != 0) & ~np.isnan(baseline) | percent)
    near = (known & _near_a_step(target, spans))[spans.of]
    if not near.any():
        return
    medians = pd.Series(level[near]).groupby(spans.of[near]).median()
    at, median = medians.index.to_numpy(), medians.to_numpy()
    with np.errstate(divide="ignore", invalid="ignore"):
        by_target = np.log10(np.abs(target[at])) - median
        by_baseline = np.log10(np.abs(baseline[at])) - median
    wrong = np.zeros(len(at), dtype=bool)
    for step in _STEPS:
        for way in (step, -step):
            both = (np.abs(by_target - way) <= 2 * _NEAR_STEP) & (
                np.isnan(baseline[at]) | (np.abs(by_baseline - way) <= 2 * _NEAR_STEP)
            )
            wrong |= both
    where = np.zeros(len(ledger.rows), dtype=bool)
    where[places] = np.isin(spans.of, at[wrong])
    told = "'{value}' and the other values of the KPI are a power of ten away from its target."
    hint = "are they given in another unit, such as shares for a percentage? Correct them, or the unit of the KPI."
    ledger.warn(where & ledger.used & ~_told(ledger, len(where)), "value", "unit-mismatch", told, hint)


def _near_a_step(target: np.ndarray, spans: _Spans) -> Mask:
    """The KPIs whose values are steady and may lie a power of ten away from the target: of these the median tells."""
    near = np.zeros(len(target), dtype=bool)
    with np.errstate(divide="ignore"):
        level = np.log10(np.abs(target))
    for step in _STEPS:
        for way in (step, -step):
            median = level - way  # where it would lie, give or take what is near, and what counting may lose
            near |= (spans.low - 3 * _NEAR_STEP <= median) & (median <= spans.high + 3 * _NEAR_STEP)
    return near & spans.steady


def _told(ledger: Ledger, length: int) -> Mask:
    return ledger.faulty.get("value", np.zeros(length, dtype=bool))
