"""Earned schedule: how far in the plan the work done is, in time and not in money.

`planned` is a curve of planned value: cumulative at the end of each period, the first period first. Times are counted
in periods, from 0 at the start, unless the ends of the periods are given in another unit.

Sources: W. Lipke, Schedule is Different, The Measurable News (March 2003), and Earned Schedule (2009); K. Henderson,
Earned Schedule: A Breakthrough Extension to Earned Value Theory? (2003), for the independent estimate.
"""

from collections.abc import Sequence
from typing import TypeVar, overload

import numpy as np
import numpy.typing as npt
import pandas as pd

from review_kit.initiatives.earned_value import over

Floats = npt.NDArray[np.float64]
Figures = TypeVar("Figures", float, pd.Series)
_NOTHING = np.empty(0)


def plan_curve(planned: Sequence[float], ends: Sequence[float] | None = None) -> tuple[Floats, Floats]:
    """The curve from (0, 0) to the planned end, where the plan first reaches its whole value; (times, values).

    Periods without a planned value are left out, and so is what stands behind the planned end. A plan that falls is
    held at its highest value so far: work that was planned stays planned. Both are empty where nothing is planned.
    """
    values = np.asarray(planned, dtype=np.float64)
    times = np.arange(1.0, len(values) + 1.0) if ends is None else np.asarray(ends, dtype=np.float64)
    known = np.isfinite(values) & np.isfinite(times) & (times > 0)
    values, times = np.maximum.accumulate(values[known]), times[known]
    if not len(values) or values[-1] <= 0:
        return _NOTHING, _NOTHING
    last = int(np.argmax(values == values[-1])) + 1
    return np.r_[0.0, times[:last]], np.r_[0.0, values[:last]]


def planned_duration(planned: Sequence[float], ends: Sequence[float] | None = None) -> float:
    """PD, when the plan first reaches its whole value; missing where nothing is planned."""
    times, _ = plan_curve(planned, ends)
    return float(times[-1]) if len(times) else float("nan")


@overload
def earned_schedule(earned: float, planned: Sequence[float], ends: Sequence[float] | None = None) -> float: ...
@overload
def earned_schedule(earned: pd.Series, planned: Sequence[float], ends: Sequence[float] | None = None) -> pd.Series: ...
def earned_schedule(
    earned: float | pd.Series, planned: Sequence[float], ends: Sequence[float] | None = None
) -> float | pd.Series:
    """ES, the time by which the plan would have earned what is earned: C + (EV - PV_C) / (PV_C+1 - PV_C).

    C is the last period whose planned value is earned. Before the first period that is its share of the first planned
    value; with all of the plan earned, or more, it is the planned duration, however late. Missing where the earned
    value is, or where nothing is planned.
    """
    times, values = plan_curve(planned, ends)
    given = np.atleast_1d(np.asarray(earned, dtype=np.float64))
    if not len(times):
        found = np.full(len(given), np.nan)
    else:
        known = np.clip(given, 0.0, values[-1])
        at = np.clip(np.searchsorted(values, known, side="right") - 1, 0, len(values) - 1)
        then = np.minimum(at + 1, len(values) - 1)
        step = values[then] - values[at]
        share = np.divide(known - values[at], step, out=np.zeros(len(given)), where=step > 0)
        found = np.where(np.isnan(given), np.nan, times[at] + share * (times[then] - times[at]))
    if isinstance(earned, pd.Series):
        return pd.Series(found, index=earned.index, dtype="float64")
    return float(found[0])


def time_variance(es: Figures, at: Figures) -> Figures:
    """SV(t), the earned schedule less the time that has passed; negative is late."""
    return es - at


def time_performance(es: Figures, at: Figures) -> Figures:
    """SPI(t), the time earned for each unit of time that has passed; missing before any has."""
    return over(es, at)


def time_estimate(duration: Figures, spi_t: Figures) -> Figures:
    """IEAC(t), how long it all takes at the pace so far: PD / SPI(t); missing where nothing is earned."""
    return over(duration, spi_t)


def to_complete_schedule(duration: Figures, es: Figures, at: Figures, within: Figures) -> Figures:
    """TSPI, the pace that the rest needs to end `within` the planned duration or an estimate: (PD - ES) / left.

    Missing where that time is over.
    """
    return over(duration - es, within - at)
