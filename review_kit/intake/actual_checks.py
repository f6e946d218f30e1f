"""Measured values against their KPIs and the cycle."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from review_kit.intake.duplicates import note_unlikely_segments, settle_duplicates, tell_ambiguous_names
from review_kit.intake.ledger import OUTSIDE, REFUSED, Ledger, Mask
from review_kit.intake.level_checks import check_ratios
from review_kit.intake.references import refuse_unknown
from review_kit.intake.sign_checks import refuse_percent_parts, tell_foreign_signs
from review_kit.intake.totals import check_totals
from review_kit.intake.unit_checks import check_units
from review_kit.intake.units import counts_percent
from review_kit.model.fault import Severity
from review_kit.model.nearest import did_you_mean
from review_kit.model.period import Checkpoint, long_date
from review_kit.model.words import Aggregate
from review_kit.params import Source

_KEY = ["kpi_id", "period", "segment"]


def check_actuals(
    frame: pd.DataFrame,
    ledger: Ledger,
    kpis: pd.DataFrame,
    known: Collection[str] | None,
    checkpoint: Checkpoint,
    source: Source,
    *,
    unread: int,
) -> None:
    """Unknown KPIs, values out of bounds, half ratios, duplicates, overlaps, and rows outside the cycle.

    `known` holds the ids of all rows of the kpis source, refused ones too; None where it could not be read. Of `unread`
    rows more the ids are not known.
    """
    if known is not None:
        _leave_out_strangers(frame, ledger, known, checkpoint)
        refuse_unknown(frame, "kpi_id", known, "KPI", "kpis", ledger, unread=unread)
    of_kpi = kpis.drop_duplicates("kpi_id").set_index("kpi_id")
    codes = of_kpi.index.get_indexer(pd.Index(frame["kpi_id"]))
    _must_have_values(ledger, of_kpi, codes)
    _check_bounds(frame, ledger, of_kpi, codes)
    _check_ratios(frame, ledger, of_kpi, codes)
    tell_ambiguous_names(frame, ledger)
    settle_duplicates(frame.drop(columns="unit"), _KEY, ledger, distinct=source.distinct)
    check_units(frame, ledger, of_kpi, codes, source)
    if source.signs:
        tell_foreign_signs(ledger, pd.Series(_of(of_kpi, "unit", codes)), ["value"], source)
        refuse_percent_parts(ledger, source)
    check_ratios(frame, ledger, kpis)
    inside = _check_cycle(frame, ledger, checkpoint)
    _check_overlaps(frame, ledger, checkpoint)
    _check_segments(frame, ledger, inside)
    check_totals(frame, ledger)
    _warn_blank(frame, ledger, inside, source)
    note_unlikely_segments(frame, ledger)


def _leave_out_strangers(frame: pd.DataFrame, ledger: Ledger, known: Collection[str], checkpoint: Checkpoint) -> None:
    """KPIs that this cycle does not define and that have no value in it belong to other cycles of the same file."""
    stranger = ~frame["kpi_id"].isin(list(known)).to_numpy() & frame["kpi_id"].notna().to_numpy() & ledger.used
    if not stranger.any():
        return
    start, end = pd.Timestamp(checkpoint.calendar.start), pd.Timestamp(checkpoint.calendar.end)
    within = (frame["period_end"].ge(start) & frame["period_start"].le(end)).to_numpy() & ledger.used
    elsewhere = stranger & ~frame["kpi_id"].isin(frame["kpi_id"][stranger & within].unique()).to_numpy()
    for name, places in pd.Series(np.flatnonzero(elsewhere)).groupby(frame["kpi_id"].to_numpy()[elsewhere]):
        count = (
            "1 value lies in another cycle and is"
            if len(places) == 1
            else f"{len(places)} values lie in other cycles and are"
        )
        message = f"no KPI is called '{name}'; its {count} left out."
        hint = did_you_mean(str(name), known, "nothing to do where another cycle measured it.")
        ledger.note("unknown-kpi", message, hint, Severity.WARNING, at=int(places.iloc[0]), column="kpi_id")
    ledger.state[elsewhere] = OUTSIDE


def _of(kpis: pd.DataFrame, column: str, codes: np.ndarray) -> np.ndarray:
    """The KPI's column for every row; missing where the KPI is unknown."""
    values = kpis[column].to_numpy()
    if not len(values):
        return np.full(len(codes), np.nan)
    return np.where(codes >= 0, values[np.maximum(codes, 0)], np.nan)


def _must_have_values(ledger: Ledger, kpis: pd.DataFrame, codes: np.ndarray) -> None:
    """A file without a value column can hold ratios alone."""
    if "value" in ledger.texts:
        return
    others = ledger.used & (codes >= 0) & (_of(kpis, "aggregate", codes).astype("object") != Aggregate.RATIO)
    if others.any():
        name = kpis.index[codes[np.flatnonzero(others)[0]]]
        message = f"no column is called 'value', and KPI '{name}' is no ratio."
        ledger.note("missing-column", message, ledger.value_hint, Severity.ERROR, column="value")
        ledger.state[others] = REFUSED


def _check_bounds(frame: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame, codes: np.ndarray) -> None:
    value = frame["value"].to_numpy()
    share = _ratios(frame, kpis, codes)
    for column, side in (("lower_bound", "below"), ("upper_bound", "above")):
        bound = _of(kpis, column, codes).astype("float64")
        beyond = value < bound if side == "below" else value > bound
        told = f"'{{value}}' lies {side} the {column} of the KPI."
        hint = "correct the value or its unit, or the bound in the kpis table."
        ledger.refuse(ledger.used & beyond, "value", "out-of-range", told, hint)
        beyond = share < bound if side == "below" else share > bound
        told = f"'{{value}}' over its denominator lies {side} the {column} of the KPI."
        hint = "correct one of the two, or the bound in the kpis table."
        ledger.refuse(ledger.used & beyond, "numerator", "out-of-range", told, hint)


def _ratios(frame: pd.DataFrame, kpis: pd.DataFrame, codes: np.ndarray) -> np.ndarray:
    """What numerator and denominator of a ratio make, in the unit of the KPI; missing for every other row."""
    is_ratio = (codes >= 0) & (_of(kpis, "aggregate", codes).astype("object") == Aggregate.RATIO)
    below = frame["denominator"].to_numpy()
    scale = np.array([100.0 if counts_percent(unit) else 1.0 for unit in kpis["unit"]] + [1.0])[codes]
    over = np.where(is_ratio & (below != 0), below, np.nan)
    return scale * frame["numerator"].to_numpy() / over


def _check_ratios(frame: pd.DataFrame, ledger: Ledger, kpis: pd.DataFrame, codes: np.ndarray) -> None:
    is_ratio = (codes >= 0) & (_of(kpis, "aggregate", codes).astype("object") == Aggregate.RATIO)
    above, below = frame["numerator"].isna().to_numpy(), frame["denominator"].isna().to_numpy()
    value = frame["value"].notna().to_numpy()
    half = ledger.used & is_ratio & ((above != below) | (above & below & value))
    told = "the KPI is a ratio and needs a numerator and a denominator."
    hint = "give both, or choose another aggregate for the KPI."
    ledger.refuse(half & ~below, "numerator", "missing-value", told, hint)
    ledger.refuse(half & below, "denominator", "missing-value", told, hint)
    over_zero = ledger.used & is_ratio & (frame["denominator"].to_numpy() == 0) & (frame["numerator"].to_numpy() != 0)
    ledger.refuse(over_zero, "denominator", "out-of-range", "a part of nothing was counted.", "correct one of the two.")


def _check_cycle(frame: pd.DataFrame, ledger: Ledger, checkpoint: Checkpoint) -> Mask:
    """Rows after the checkpoint lie outside; returns the rows of the cycle, whether before the checkpoint or after."""
    start, end = pd.Timestamp(checkpoint.calendar.start), pd.Timestamp(checkpoint.calendar.end)
    ends = frame["period_end"]
    inside = (frame["period_start"].ge(start) & ends.le(end)).to_numpy() & ledger.used
    beyond = ends.gt(end).to_numpy() & ledger.used
    if beyond.any() and inside.any():
        first = int(np.flatnonzero(beyond)[0])
        count = int(beyond.sum())
        day = long_date(checkpoint.calendar.end)
        message = (
            f"1 value ends after the cycle ({day}) and lies outside."
            if count == 1
            else f"{count} values end after the cycle ({day}) and lie outside, this one first."
        )
        hint = "nothing to do where the file also serves a later cycle."
        ledger.note("period-outside-cycle", message, hint, Severity.WARNING, at=first, column="period")
    if len(frame) and ledger.used.any() and not inside.any():
        days = f"{long_date(checkpoint.calendar.start)} to {long_date(checkpoint.calendar.end)}"
        told = f"no value lies in the cycle, {days}."
        ledger.note("period-outside-cycle", told, "is this the file of another year?", Severity.ERROR)
    ledger.state[ledger.used & ends.gt(pd.Timestamp(checkpoint.as_of)).to_numpy()] = OUTSIDE
    return inside


def _check_overlaps(frame: pd.DataFrame, ledger: Ledger, checkpoint: Checkpoint) -> None:
    """A year beside one of its months would count twice; an error inside the cycle, a warning before it."""
    places = np.flatnonzero(ledger.used)
    rows = frame.iloc[places][["kpi_id", "segment", "period_start", "period_end"]].reset_index(drop=True)
    rows["kpi_id"], rows["segment"] = pd.factorize(rows["kpi_id"])[0], pd.factorize(rows["segment"])[0]
    order = rows.sort_values(
        ["kpi_id", "segment", "period_start", "period_end"], ascending=[True, True, True, False], kind="stable"
    )
    following = order.shift(-1)
    same = order["kpi_id"].eq(following["kpi_id"]) & order["segment"].eq(following["segment"])
    holds_next = same & following["period_start"].le(order["period_end"])
    if not holds_next.any():
        return
    where = np.zeros(len(frame), dtype=bool)
    where[places[order.index[holds_next]]] = True
    within = frame["period_end"].ge(pd.Timestamp(checkpoint.calendar.start)).to_numpy()
    told = "the KPI also has values for parts of these months, which would count twice."
    hint = "keep the parts or the whole, not both."
    ledger.refuse(where & within, "period", "overlapping-periods", told, hint)
    ledger.warn(where & ~within, "period", "overlapping-periods", told, hint)


def _check_segments(frame: pd.DataFrame, ledger: Ledger, inside: Mask) -> None:
    """A row without a segment among rows with one, when other periods have none: its segment was forgotten."""
    rows = frame.loc[inside & ledger.used, ["kpi_id", "period", "segment"]]
    if not rows["segment"].ne("").any():
        return
    whole = rows["segment"].eq("")
    by_period = whole.groupby([rows["kpi_id"], rows["period"]]).agg(["any", "all"])
    mixed = by_period["any"] & ~by_period["all"]
    kpis_mixed = mixed.groupby(level=0).any() & (~by_period["any"]).groupby(level=0).any()
    suspects = rows.index[whole & rows["kpi_id"].isin(kpis_mixed.index[kpis_mixed])]
    mixed_keys = pd.MultiIndex.from_frame(rows.loc[suspects, ["kpi_id", "period"]]).isin(mixed.index[mixed])
    where = np.zeros(len(frame), dtype=bool)
    where[suspects[mixed_keys]] = True
    told = "the row has no segment, while other rows of the KPI and period do and other periods have none like it."
    ledger.refuse(where, "segment", "missing-key", told, "fill in its segment, or give the whole in every period.")


def _warn_blank(frame: pd.DataFrame, ledger: Ledger, inside: Mask, source: Source) -> None:
    """Cells of the cycle that hold nothing, where params do not say that empty means not measured."""
    if "" in source.missing:
        return
    nothing = frame[["value", "numerator", "denominator"]].isna().all(axis=1).to_numpy()
    blank = ledger.texts["value"].str.strip().eq("").to_numpy() if "value" in ledger.texts else nothing
    told = "the cell is empty: nothing was measured."
    hint = 'fill it in, or add "" to `missing` of this source if empty is meant.'
    ledger.warn(ledger.used & inside & nothing & blank, "value", "missing-value", told, hint)
