"""Totals that stand among the rows as if they were one more segment, and would count everything twice."""

import numpy as np
import pandas as pd

from review_kit.intake.coded import Groups, Mask, at_rows
from review_kit.intake.keys import Keys
from review_kit.intake.ledger import Ledger
from review_kit.intake.look_alikes import folded_name

_WORDS = (
    "total|totals|grand total|sub total|subtotal|sub-total|sum|overall|all|everything|gesamt|summe|insgesamt|zusammen"
    "|gesamtsumme|total général|total general|totale|totaal|suma|suma końcowa|razem|łącznie|ogółem|toplam|всего|итого"
    "|合計|合计|总计|總計|∑"
)
_TOTAL = frozenset(_WORDS.split("|"))
_FEWEST_SEGMENTS = 3  # of two segments each is the sum of the others where they are equal
_FEWEST_PERIODS = 3
_EQUAL = 1e-9  # of the sum: what adding up may lose


def check_totals(frame: pd.DataFrame, keys: Keys, ledger: Ledger) -> None:
    """Refuses segments that are called a total beside others, and warns of one that always is the sum of the others."""
    rows = keys.parted & ledger.used
    total = rows & keys.segment.where([_is_total(name) for name in keys.segment.texts])
    if total.any():
        _refuse_named(rows, total, keys, ledger)
    _warn_sums(frame["value"].to_numpy(), rows & ~total, keys, ledger)


def _is_total(segment: str) -> bool:
    return segment.strip(" :.*").casefold() in _TOTAL or folded_name(segment).strip(" :.*") in _TOTAL


def _refuse_named(rows: Mask, total: Mask, keys: Keys, ledger: Ledger) -> None:
    periods = keys.side_by_side
    beside = periods.holding(rows & ~total)[periods.codes]
    told = "'{value}' seems to be the total of the other segments, and would count twice."
    hint = "leave its segment empty: it then stands for the KPI as a whole. Or remove the row."
    ledger.refuse(total & beside, "segment", "hidden-total", told, hint)


def _warn_sums(value: np.ndarray, rows: Mask, keys: Keys, ledger: Ledger) -> None:
    if Groups.of(keys.segment).holding(rows).sum() < _FEWEST_SEGMENTS:
        return
    periods, series = keys.side_by_side, keys.series
    odd = series.holding(rows & ~_may_be_sums(value, rows, periods))
    suspects = rows & ~odd[series.codes]
    if not suspects.any():
        return
    near = np.flatnonzero(rows & periods.holding(suspects)[periods.codes])
    cells = pd.Series(value[near])
    by_period = cells.groupby(periods.codes[near])
    whole, count = by_period.transform("sum"), by_period.transform("count")
    is_sum = (2 * cells - whole).abs().le(_EQUAL * whole.abs()) & cells.ne(0) & count.ge(_FEWEST_SEGMENTS)
    always = is_sum.groupby(series.codes[near]).transform("all")
    several = cells.groupby(series.codes[near]).transform("nunique").ge(_FEWEST_PERIODS)
    where = np.zeros(len(rows), dtype=bool)
    where[near] = always & several
    told = "'{value}' is the sum of the other segments in every period, and may count twice."
    hint = "leave its segment empty if it stands for the KPI as a whole."
    ledger.warn(where & suspects, "segment", "hidden-total", told, hint)


def _may_be_sums(value: np.ndarray, rows: Mask, periods: Groups) -> Mask:
    """A quick look at every value: those left out are certainly not half of what their period adds up to."""
    known = rows & ~np.isnan(value) & (value != 0)
    of, values = at_rows(periods.codes, known), at_rows(value, known)
    half = np.bincount(of, values, minlength=periods.count) / 2
    slack = _EQUAL * np.bincount(of, np.abs(values), minlength=periods.count)
    off = half[of]
    off -= values
    may = known.copy()
    may[known] = np.abs(off, out=off) <= slack[of]
    return may
