"""Phases of a series: where people said that a process changed, limits start anew."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from review_kit.signals.xmr import Bools, Ints, Middle, starts_of


@dataclass(frozen=True, slots=True, kw_only=True)
class Rebase:
    """From this day on a KPI runs differently, for a reason that somebody stated."""

    kpi_id: str
    since: date
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ChartChoices:
    """What a cycle chose beside the rule set."""

    centre: Middle | None = None  # the rule set's own where nothing is said
    ranges: Middle | None = None  # mean or median moving range; as the centre that was chosen
    freeze: int | None = None  # limits of each phase rest on its first so many points
    rebase: Sequence[Rebase] = ()
    test_seasons: bool = True  # look for seasons
    seasonal: frozenset[str] = field(default_factory=frozenset)  # KPIs that have one without a test
    not_seasonal: frozenset[str] = field(default_factory=frozenset)  # KPIs that have none, whatever a test would say


def phase_starts(series: pd.DataFrame, codes: Ints, ids: pd.Index, rebase: Sequence[Rebase]) -> tuple[Bools, list[str]]:
    """Which points begin a phase, and for each point the reason of the phase that it begins.

    A phase begins with the first period that starts on or after the day of the rebase: a period in which the process
    changed belongs to neither. A day before the first or after the last point changes nothing.
    """
    starts = starts_of(codes)
    reasons = [""] * codes.size
    if not rebase:
        return starts, reasons
    days = series["period_start"].to_numpy(dtype="datetime64[D]")
    for one in rebase:
        if one.kpi_id not in ids:
            continue
        begin, end = np.searchsorted(codes, np.flatnonzero(ids == one.kpi_id)[0] + np.arange(2)).tolist()
        at = begin + int(np.searchsorted(days[begin:end], np.datetime64(one.since, "D")))
        if begin < at < end:
            starts[at] = True
            reasons[at] = one.reason
    return starts, reasons
