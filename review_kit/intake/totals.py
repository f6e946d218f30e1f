"""Totals that stand among the rows as if they were one more segment, and would count everything twice."""

import numpy as np
import pandas as pd

from review_kit.intake.ledger import Ledger, Mask
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


def check_totals(frame: pd.DataFrame, ledger: Ledger) -> None:
    """Refuses segments that are called a total beside others, and warns of one that always is the sum of the others."""
    rows = frame[["kpi_id", "period", "segment", "value"]][ledger.used & frame["segment"].ne("").to_numpy()]
    if rows.empty:
        return
    names = {name for name in rows["segment"].unique() if _is_total(name)}
    if names:
        _refuse_named(rows, names, frame, ledger)
        rows = rows[~rows["segment"].isin(list(names))]
    _warn_sums(rows, frame, ledger)


def _is_total(segment: str) -> bool:
    return segment.strip(" :.*").casefold() in _TOTAL or folded_name(segment).strip(" :.*") in _TOTAL


def _refuse_named(rows: pd.DataFrame, names: set[str], frame: pd.DataFrame, ledger: Ledger) -> None:
    total = rows["segment"].isin(list(names))
    beside = (~total).groupby([rows["kpi_id"], rows["period"]]).transform("any")
    told = "'{value}' seems to be the total of the other segments, and would count twice."
    hint = "leave its segment empty: it then stands for the KPI as a whole. Or remove the row."
    ledger.refuse(_mask(rows.index[total & beside], frame), "segment", "hidden-total", told, hint)


def _warn_sums(rows: pd.DataFrame, frame: pd.DataFrame, ledger: Ledger) -> None:
    if rows["segment"].nunique() < _FEWEST_SEGMENTS:
        return
    by_period = rows.groupby(["kpi_id", "period"], sort=False)["value"]
    whole, count = by_period.transform("sum"), by_period.transform("count")
    compared = count >= _FEWEST_SEGMENTS
    is_sum = (2 * rows["value"] - whole).abs().le(_EQUAL * whole.abs()) & rows["value"].ne(0) & compared
    if not is_sum.any():
        return
    by_segment = [rows["kpi_id"], rows["segment"]]
    always = is_sum.groupby(by_segment, sort=False).transform("all")
    periods = rows["value"].groupby(by_segment, sort=False).transform("nunique")
    told = "'{value}' is the sum of the other segments in every period, and may count twice."
    hint = "leave its segment empty if it stands for the KPI as a whole."
    where = _mask(rows.index[always & (periods >= _FEWEST_PERIODS)], frame)
    ledger.warn(where, "segment", "hidden-total", told, hint)


def _mask(index: pd.Index, frame: pd.DataFrame) -> Mask:
    where = np.zeros(len(frame), dtype=bool)
    where[index] = True
    return where
