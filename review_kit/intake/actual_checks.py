"""Measured values against their KPIs and the cycle."""

from collections.abc import Collection, Mapping

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, Codes, Groups, Mask
from review_kit.intake.duplicates import note_unlikely_segments, settle_duplicates, tell_ambiguous_names
from review_kit.intake.keys import Keys
from review_kit.intake.ledger import OUTSIDE, REFUSED, Ledger, shown
from review_kit.intake.level_checks import check_ratios, find_ratios, odd_denominators, tell_ratios, worked_out
from review_kit.intake.references import refuse_unknown
from review_kit.intake.sign_checks import refuse_percent_parts, tell_foreign_signs
from review_kit.intake.steady_checks import check_steadiness
from review_kit.intake.strangers import leave_out_strangers
from review_kit.intake.totals import check_totals
from review_kit.intake.unit_checks import check_units
from review_kit.model.fault import Severity
from review_kit.model.period import Checkpoint, long_date
from review_kit.params import Source

_KEY = ["kpi_id", "period", "segment"]


def check_actuals(
    frame: pd.DataFrame,
    words: Mapping[str, Coded],
    keys: Keys,
    ledger: Ledger,
    kpis: pd.DataFrame,
    known: Collection[str] | None,
    checkpoint: Checkpoint,
    source: Source,
    *,
    unread: int,
    unnamed: Mapping[str, str],
    of_later: Collection[str] = (),
) -> None:
    """Unknown KPIs, values out of bounds, half ratios, duplicates, overlaps, and rows outside the cycle.

    `known` holds the ids of all rows of the kpis source, refused ones too; None where it could not be read. Of `unread`
    rows more the ids are not known. `unnamed` are KPIs that no row names, each with its place. `of_later` are ids of
    a later cycle, which may share the file.
    """
    if known is not None:
        leave_out_strangers(
            keys.kpi, "kpi_id", frame["period_start"], frame["period_end"], ledger, known=known, of_later=of_later,
            what="KPI", rows=("value", "values"), checkpoint=checkpoint,
        )  # fmt: skip
        refuse_unknown(keys.kpi, "kpi_id", known, "KPI", "kpis", ledger, unread=unread, unnamed=unnamed)
    of_kpi = keys.of_kpis(kpis)
    _must_have_values(keys, ledger, of_kpi)
    _check_bounds(frame, keys, ledger, of_kpi)
    _refuse_half_ratios(frame, keys, ledger, of_kpi)
    tell_ambiguous_names(words, ledger)
    repeated = keys.same.repeated(ledger.used)
    settle_duplicates(frame.drop(columns="unit"), _KEY, repeated, ledger, distinct=source.distinct)
    check_units(frame, words["unit"], keys, ledger, of_kpi, source)
    if source.signs:
        units = Coded.of(of_kpi["unit"])
        tell_foreign_signs(ledger, Coded(units.texts, keys.of_kpi(units.numbers, otherwise=-1)), ["value"], source)
        refuse_percent_parts(ledger, source)
    check_ratios(frame, keys, ledger, of_kpi)
    inside = _check_cycle(frame, ledger, checkpoint)
    _check_overlaps(frame, keys, ledger, checkpoint)
    _check_segments(keys, ledger, inside)
    check_totals(frame, keys, ledger)
    check_steadiness(frame, keys, ledger, of_kpi)
    _warn_blank(frame, keys, ledger, inside, source)
    note_unlikely_segments(keys.segment, ledger)


def _must_have_values(keys: Keys, ledger: Ledger, kpis: pd.DataFrame) -> None:
    """A file without a value column can hold ratios alone."""
    if "value" in ledger.texts:
        return
    others = ledger.used & keys.of_kpi(kpis["known"].to_numpy() & ~find_ratios(kpis), otherwise=False)
    if others.any():
        name = keys.kpi.at(int(np.flatnonzero(others)[0]))
        message = f"no column is called 'value', and KPI '{name}' is no ratio."
        ledger.note("missing-column", message, ledger.value_hint, Severity.ERROR, column="value")
        ledger.state[others] = REFUSED


def _check_bounds(frame: pd.DataFrame, keys: Keys, ledger: Ledger, kpis: pd.DataFrame) -> None:
    if kpis[["lower_bound", "upper_bound"]].isna().all(axis=None):
        return
    value = frame["value"].to_numpy()
    share = worked_out(frame, keys, kpis)
    for column, side in (("lower_bound", "below"), ("upper_bound", "above")):
        bound = keys.of_kpi(kpis[column].to_numpy(), otherwise=np.nan)
        beyond = value < bound if side == "below" else value > bound
        told = f"'{{value}}' lies {side} the {column} of the KPI."
        hint = "correct the value or its unit, or the bound in the kpis table."
        ledger.refuse(ledger.used & beyond, "value", "out-of-range", told, hint)
        beyond = share < bound if side == "below" else share > bound
        beyond &= ledger.used
        if beyond.any():
            below = odd_denominators(frame, keys, ledger.used & ~np.isnan(share))
            told = f"{{ratio}} lies {side} the {column} of the KPI."
            hint = "correct one of the two, or the bound in the kpis table."
            tell_ratios(ledger.refuse, ledger, beyond, below, "out-of-range", told, hint)


def _refuse_half_ratios(frame: pd.DataFrame, keys: Keys, ledger: Ledger, kpis: pd.DataFrame) -> None:
    are_ratios = find_ratios(kpis)
    if not are_ratios.any():
        return
    is_ratio = ledger.used & keys.of_kpi(are_ratios, otherwise=False)
    above, below = frame["numerator"].isna().to_numpy(), frame["denominator"].isna().to_numpy()
    value = frame["value"].notna().to_numpy()
    half = is_ratio & ((above != below) | (above & below & value))
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


def _check_overlaps(frame: pd.DataFrame, keys: Keys, ledger: Ledger, checkpoint: Checkpoint) -> None:
    """A year beside one of its months would count twice: an error inside the cycle; before it the months count."""
    starts, ends = (frame[f"period_{side}"].to_numpy().view("int64") for side in ("start", "end"))
    if not _overlap_anywhere(keys.period, starts, ends, ledger.used):
        return
    rows = np.flatnonzero(ledger.used)
    series = keys.series.codes
    order = rows[np.lexsort((-ends[rows], starts[rows], series[rows]))]
    here, following = order[:-1], order[1:]
    holds_next = (series[here] == series[following]) & (starts[following] <= ends[here])
    where = np.zeros(len(frame), dtype=bool)
    where[here[holds_next]] = True
    within = frame["period_end"].ge(pd.Timestamp(checkpoint.calendar.start)).to_numpy()
    told = "the KPI also has values for parts of these months, which would count twice"
    hint = "keep the parts or the whole, not both."
    ledger.refuse(where & within, "period", "overlapping-periods", f"{told}.", hint)
    ledger.warn(
        where & ~within, "period", "overlapping-periods", f"{told}; the parts count, this row is left out.", hint
    )
    ledger.state[where & ~within] = OUTSIDE


def _overlap_anywhere(periods: Coded, starts: Codes, ends: Codes, used: Mask) -> bool:
    """Whether any two periods of the file share months; where all of them are months there is nothing to sort."""
    one_each = Groups.of(periods).first(used)
    one_each = one_each[np.argsort(starts[one_each], kind="stable")]
    return bool((starts[one_each[1:]] <= np.maximum.accumulate(ends[one_each])[:-1]).any())


def _check_segments(keys: Keys, ledger: Ledger, inside: Mask) -> None:
    """A row without a segment among rows with one, when other periods have none: its segment was forgotten."""
    rows = inside & ledger.used
    parted = keys.parted & rows
    whole = rows & ~parted
    if not parted.any() or not whole.any():
        return
    periods, kpis = keys.side_by_side, Groups.of(keys.kpi)
    has_parts, has_whole = periods.holding(parted), periods.holding(whole)
    mixed = (has_parts & has_whole)[periods.codes]
    kpi_mixed = kpis.holding(rows & mixed) & kpis.holding(rows & ~has_whole[periods.codes])
    told = "the row has no segment, while other rows of the KPI and period do and other periods have none like it."
    hint = "fill in its segment, or give the whole in every period."
    ledger.refuse(whole & mixed & kpi_mixed[kpis.codes], "segment", "missing-key", told, hint)


def _warn_blank(frame: pd.DataFrame, keys: Keys, ledger: Ledger, inside: Mask, source: Source) -> None:
    """Cells of the cycle that hold nothing, where params do not say that empty means not measured.

    A segment of which all cells are empty is told once, whatever params say: no period can miss it. Where the file says
    'n/a' of it, and params that this means not measured, somebody wrote down that it has no values.
    """
    nothing = ledger.used & inside
    for name in ("value", "numerator", "denominator"):
        nothing &= frame[name].isna().to_numpy()
    if not nothing.any():
        return
    silent = _warn_silent_segments(keys, ledger, nothing, ledger.used & inside & ~nothing)
    if "" in source.missing:
        return
    blank = ledger.blank("value") if "value" in ledger.texts else nothing
    told = "the cell is empty: nothing was measured."
    hint = 'fill it in, or add "" to `missing` of this source if empty is meant.'
    ledger.warn(nothing & blank & ~silent, "value", "missing-value", told, hint)


def _warn_silent_segments(keys: Keys, ledger: Ledger, nothing: Mask, valued: Mask) -> Mask:
    """Tells segments with periods and no value, beside others of their KPI, at their first row; gives all rows."""
    series, kpis = keys.series, Groups.of(keys.kpi)
    periods = series.sizes(nothing)
    silent = nothing & keys.parted & (~series.holding(valued) & (periods > 1))[series.codes]
    silent &= kpis.holding(valued)[kpis.codes] & ~series.holding(nothing & ledger.says_missing())[series.codes]
    if silent.any():
        where = np.zeros(len(silent), dtype=bool)
        where[series.first(silent)] = True

        def told(at: int) -> str:
            return (
                f"the segment '{shown(keys.segment.at(at))}' of KPI '{shown(keys.kpi.at(at))}' has "
                f"{periods[series.codes[at]]} periods, and no value in any of them."
            )

        hint = "fill its values in, remove its rows, or write n/a there and add it to `missing` of this source."
        column = "value" if "value" in ledger.texts else "numerator"
        ledger.warn(where, column, "missing-value", told, hint)
    return silent
