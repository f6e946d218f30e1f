"""Values and segments far outside what is usual for their KPI, where the rest is so steady that a slip is likelier."""

from dataclasses import dataclass
from itertools import pairwise
from math import log10

import numpy as np
import pandas as pd

from review_kit.intake.coded import Codes, Mask
from review_kit.intake.keys import Keys
from review_kit.intake.ledger import Ledger, shown
from review_kit.intake.level_checks import figures, find_ratios, lasting, odd_denominators, tell_ratios
from review_kit.intake.units import counts_time, is_amount
from review_kit.model.period import MONTHS_A_YEAR
from review_kit.model.words import Aggregate

_FACTORS = (10.0, 24.0, 60.0)  # a misplaced point; hours for days; minutes for hours. Other rules tell 100 and more
_OF_TIME = (24.0, 60.0)  # which say something of a KPI in days or hours alone
_NEAR = 0.18  # in powers of ten: usual values lie within a factor of 1.5 of the middle of their series
_NEIGHBOURS = 8  # usual values, below which nobody can say how steady a KPI is
_FEWEST = 4  # values of a series whose middle can be trusted, though one of them is odd
_ODD_SHARE = 1 / 8  # of the values; where more are odd they are no slips
_SHARP = 0.8  # in powers of ten: a series that spans less holds nothing 10 times as large
_STEPS = (2.0, 3.0, 6.0)  # powers of ten by which the unit of a whole segment is mistaken
_NEAR_STEP = 0.2
_NEAR_TIME = 0.1  # the steps from days to hours and from hours to minutes are no guess
_ALIKE = 0.5  # in powers of ten: segments of one size lie within a factor of 3
_SEGMENTS = 3  # of which one is odd
_VALUES = 2  # of a segment that show its usual size


@dataclass(frozen=True, slots=True)
class _Sizes:
    """The figures that can be compared, and what is usual for the series of each."""

    places: Codes  # the rows
    figure: np.ndarray  # never 0
    series: Codes  # KPI, segment and length of the period, from 0
    kpi: Codes
    off: np.ndarray  # powers of ten between the figure and the middle of its series
    middle: np.ndarray  # of each series, in powers of ten
    count: Codes  # of each series
    month: Codes  # in which the period of each figure begins, counted from any year

    @classmethod
    def of(cls, places: Codes, figure: np.ndarray, series: Codes, kpi: Codes, month: Codes) -> "_Sizes":
        """The sizes of figures at rows."""
        level = pd.Series(np.log10(np.abs(figure)))
        middle = level.groupby(series).median().to_numpy()
        return cls(places, figure, series, kpi, level.to_numpy() - middle[series], middle, np.bincount(series), month)


def check_steadiness(frame: pd.DataFrame, keys: Keys, ledger: Ledger, kpis: pd.DataFrame) -> None:
    """Warns of single values 10 or 24 times their steady neighbours or of the other sign, and of whole segments.

    `kpis` are the definitions of the KPIs in the order of the keys.
    """
    figure = figures(frame, keys, kpis)
    rows = ledger.used & keys.of_kpi(kpis["known"].to_numpy(), otherwise=False) & ~np.isnan(figure) & (figure != 0.0)
    for column in ("value", "numerator"):  # what has been told needs no second word, and is no good neighbour
        if column in ledger.faulty:
            rows &= ~ledger.faulty[column]
    in_time = np.array([counts_time(unit) for unit in kpis["unit"]], dtype=bool)
    places = _worth_a_look(figure, np.flatnonzero(rows & _of_wide_kpis(figure, rows, keys)), keys, in_time)
    if not len(places):
        return
    length = lasting(frame, keys, _only(places, len(rows))).astype(np.int64)
    series = keys.series.codes[places] * (length.max(initial=MONTHS_A_YEAR) + 1) + length
    numbers, _ = pd.factorize(series)
    starts = frame["period_start"].take(places).dt
    month = (starts.year * MONTHS_A_YEAR + starts.month).to_numpy(dtype=np.int64)
    numbers = numbers.astype(np.int64, copy=False)
    sizes = _Sizes.of(places, figure[places], numbers, keys.kpi.numbers[places], month)
    ratios = keys.of_kpi(find_ratios(kpis), otherwise=False)
    _warn_segments(sizes, keys, ledger, kpis, ratios, in_time)
    below = odd_denominators(frame, keys, ratios & _only(places, len(rows)))
    _warn_values(sizes, ledger, ratios, below, keys.of_kpi(in_time, otherwise=False)[places])


def _of_wide_kpis(figure: np.ndarray, rows: Mask, keys: Keys) -> Mask:
    """The rows of KPIs that hold both signs, or one value 10 times as large as another."""
    if not rows.any():
        return rows
    size = np.where(rows, np.abs(figure), np.nan)
    of = np.where(rows, keys.kpi.numbers, -1)
    low, high = np.full(len(keys.kpi.texts) + 1, np.inf), np.zeros(len(keys.kpi.texts) + 1)
    np.fmin.at(low, of, size)
    np.fmax.at(high, of, size)
    wide = high >= low * 10**_SHARP
    for_sign = np.zeros((2, len(wide)), dtype=bool)
    for_sign[0, of[rows & (figure < 0)]] = True
    for_sign[1, of[rows & (figure > 0)]] = True
    wide |= for_sign.all(axis=0)
    wide[-1] = False
    return wide[of]


def _worth_a_look(figure: np.ndarray, places: Codes, keys: Keys, in_time: Mask) -> Codes:
    """The rows of KPIs with a series that is itself wide or of both signs, or with one far from all others.

    So are all of KPIs that are spans of time: a factor of 24 may hide in what a series spans.
    A quick look: where values are steady the middle of a series lies within _SHARP / 2 of half way between its ends.
    """
    if not len(places):
        return places
    level, series = np.log10(np.abs(figure[places])), keys.series.codes[places]
    low, high = np.full(keys.series.count, np.inf), np.full(keys.series.count, -np.inf)
    np.minimum.at(low, series, level)
    np.maximum.at(high, series, level)
    below, above = np.zeros((2, keys.series.count), dtype=bool)
    below[series[figure[places] < 0]] = True
    above[series[figure[places] > 0]] = True
    of = np.full(keys.series.count, -1)
    of[series] = keys.kpi.numbers[places]
    held = np.flatnonzero(of >= 0)
    worth = in_time.copy()
    wide = held[(high[held] - low[held] >= _SHARP) | (below & above)[held]]
    worth[of[wide]] = True
    half = (low[held] + high[held]) / 2
    order = np.lexsort((half, of[held]))
    kpi, gaps = of[held][order], np.diff(half[order])
    worth[kpi[1:][(kpi[1:] == kpi[:-1]) & (gaps >= _STEPS[0] - _NEAR_STEP - _ALIKE - _SHARP)]] = True
    return places[worth[keys.kpi.numbers[places]]]


def _only(places: Codes, length: int) -> Mask:
    where = np.zeros(length, dtype=bool)
    where[places] = True
    return where


def _warn_values(sizes: _Sizes, ledger: Ledger, ratios: Mask, below: Mask, in_time: Mask) -> None:
    """The few values of a series, or of all series of a KPI together, that the steady others leave no room for.

    `in_time` are those of KPIs that count hours, days and the like; of ratios those in `below` have an odd denominator.
    """
    usual_sign = np.bincount(sizes.series, np.sign(sizes.figure), minlength=len(sizes.count)) >= 0
    turned = (sizes.figure > 0) != usual_sign[sizes.series]
    usual = (np.abs(sizes.off) <= _NEAR) & ~turned
    trusted = (sizes.count >= _FEWEST)[sizes.series]
    slips = np.zeros(len(sizes.places), dtype=np.int64)  # 1, 2 …: which factor; -1 for a sign
    for groups in (sizes.series, sizes.kpi):
        slips = np.where(slips == 0, _slips(sizes.off, groups, usual, turned, trusted, in_time), slips)
    slips[_parts_of_events(sizes, slips, odd=~usual & ~turned) | _of_a_season(sizes, slips)] = 0

    said = dict(zip(sizes.places.tolist(), range(len(slips)), strict=True))

    def factor_told(at: int) -> str:
        place = said[at]
        word = "times" if sizes.off[place] > 0 else "times smaller than"
        usually = 10 ** sizes.middle[sizes.series[place]]
        others = f"the KPI's other values are ({_rounded(usually)}), which are steady"
        return f"{{ratio}} is about {_FACTORS[slips[place] - 1]:g} {word} what {others}."

    def of_value(at: int) -> str:
        return factor_told(at).replace("{ratio}", f"'{shown(ledger.cell('value', at).strip())}'")

    hint = "is its point misplaced, or is it given in another unit, such as hours for days?"
    sign = "{ratio} has another sign than the KPI's other values, which are steady."
    factor, turn = (_only(sizes.places[found], len(ratios)) for found in (slips > 0, slips < 0))
    ledger.warn(factor & ~ratios, "value", "unit-mismatch", of_value, hint)
    ledger.warn(turn & ~ratios, "value", "unlikely-sign", sign.replace("{ratio}", "'{value}'"), "is its sign a slip?")
    tell_ratios(ledger.warn, ledger, factor & ratios, below, "unit-mismatch", factor_told, hint)
    tell_ratios(ledger.warn, ledger, turn & ratios, below, "unlikely-sign", sign, "is its sign a slip?")


def _parts_of_events(sizes: _Sizes, slips: Codes, odd: Mask) -> Mask:
    """Values of which the one before or after is as odd and no slip: what lasts for months did happen."""
    order = np.lexsort((sizes.month, sizes.series))
    series, rising = sizes.series[order], sizes.off[order] > 0
    told, strange = slips[order], odd[order]
    joined = (series[1:] == series[:-1]) & strange[1:] & strange[:-1] & (rising[1:] == rising[:-1])
    runs = np.cumsum(np.r_[True, ~joined]) - 1
    apart = np.bincount(runs, strange & (told == 0)) > 0
    part = np.zeros(len(slips), dtype=bool)
    part[order] = apart[runs] & (told > 0)
    return part


def _of_a_season(sizes: _Sizes, slips: Codes) -> Mask:
    """Values that stand out in the same month of two years in the same way: a Christmas trade, a yearly bonus."""
    at = np.flatnonzero(slips)
    season = pd.DataFrame(
        {
            "series": sizes.series[at],
            "month": sizes.month[at] % MONTHS_A_YEAR,
            "slip": slips[at],
            "up": sizes.off[at] > 0,
        }
    )
    again = np.zeros(len(slips), dtype=bool)
    again[at] = season.duplicated(keep=False).to_numpy()
    return again


def _slips(off: np.ndarray, groups: Codes, usual: Mask, turned: Mask, trusted: Mask, in_time: Mask) -> Codes:
    """For each value 0, or the number of the factor (-1: the sign) that would make it one of the others."""
    count = np.bincount(groups, trusted)
    near = np.bincount(groups, usual & trusted, minlength=len(count))
    steady = (near >= _NEIGHBOURS) & (count - near <= np.maximum(count * _ODD_SHARE, 1.0))
    odd = steady[groups] & trusted & ~usual
    found = np.zeros(len(off), dtype=np.int64)
    if not odd.any():
        return found
    low, high = np.full(len(count), np.inf), np.full(len(count), -np.inf)
    np.minimum.at(low, groups[usual & trusted], off[usual & trusted])
    np.maximum.at(high, groups[usual & trusted], off[usual & trusted])
    for number, factor in enumerate(_FACTORS, start=1):
        mended = np.abs(off) - np.log10(factor)
        mended = np.where(off > 0, mended, -mended)
        within = (mended >= low[groups]) & (mended <= high[groups])
        if factor in _OF_TIME:
            within &= in_time
        found[odd & ~turned & within & (found == 0)] = number
    found[odd & turned & (np.abs(off) <= _NEAR)] = -1
    return found


def _warn_segments(sizes: _Sizes, keys: Keys, ledger: Ledger, kpis: pd.DataFrame, ratios: Mask, in_time: Mask) -> None:
    """A segment whose values are 100 or 1,000 times those of all others, which agree: told at its first row.

    So is one that is 24 or 60 times the others where the KPI (`in_time`, in the order of the keys) is a span of time.

    Where values add up, and of amounts such as money and people, a segment may well be 100 times as large as two
    others; 1,000 times hardly.
    """
    first = np.unique(sizes.series, return_index=True)[1]
    parted = keys.parted[sizes.places[first]] & (sizes.count >= _VALUES)
    first = first[parted]
    if not len(first):
        return
    kpi, middle = sizes.kpi[first], sizes.middle[sizes.series[first]]
    order = np.lexsort((middle, kpi))
    first, kpi, middle = first[order], kpi[order], middle[order]
    edges = [0, *(np.flatnonzero(kpi[1:] != kpi[:-1]) + 1).tolist(), len(kpi)]
    amounts = np.array([is_amount(unit) for unit in kpis["unit"]], dtype=bool) & ~find_ratios(kpis)
    differ = kpis["aggregate"].eq(Aggregate.SUM).to_numpy() | amounts
    where = np.zeros(len(ratios), dtype=bool)
    told: dict[int, str] = {}
    for start, end in pairwise(edges):
        levels = middle[start:end]
        odd = _odd_one(levels, _STEPS[1:] if differ[kpi[start]] else _STEPS, _NEAR_STEP)
        if odd is None and in_time[kpi[start]] and not differ[kpi[start]]:
            odd = _odd_one(levels, tuple(map(log10, _OF_TIME)), _NEAR_TIME)
        if odd is None:
            continue
        at, step = odd
        place = int(sizes.places[first[start + at]])
        word = "times" if at else "times smaller than"
        usually = 10 ** float(np.median(np.delete(middle[start:end], at)))
        more = int(sizes.count[sizes.series[first[start + at]]]) - 1
        others = "another value" if more == 1 else f"{more} other values"
        where[place] = True
        told[place] = (
            f"this and {others} of the segment '{keys.segment.at(place)}' are about {10**step:,.0f} {word} what the "
            f"KPI's other segments have ({_rounded(usually)})."
        )
    hint = (
        "is it given in another unit, such as a share for a percentage, hours for days or single units for thousands?"
    )
    ledger.warn(where & ~ratios, "value", "unit-mismatch", told.__getitem__, hint)
    ledger.warn(where & ratios, "numerator", "unit-mismatch", told.__getitem__, hint)


def _rounded(figure: float) -> str:
    """Three digits of a figure without an exponent: '5330', '0.0047'."""
    return f"{float(f'{figure:.3g}'):.15g}"


def _odd_one(levels: np.ndarray, steps: tuple[float, ...], near: float) -> tuple[int, float] | None:
    """The first or the last of ascending levels where it alone lies a step away from all others, and which step."""
    if len(levels) < _SEGMENTS:
        return None
    for at, others in ((0, levels[1:]), (len(levels) - 1, levels[:-1])):
        apart = abs(float(levels[at] - np.median(others)))
        step = next((step for step in steps if abs(apart - step) <= near), None)
        if step is not None and others[-1] - others[0] <= _ALIKE:
            return at, step
    return None
