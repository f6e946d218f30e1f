"""One actual per KPI: its series from the first day of its window to the checkpoint, brought together."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint, Rhythm
from review_kit.model.profile import Origin, Window
from review_kit.model.words import Aggregate
from review_kit.scoring.series import (
    CERTAINTY,
    Combined,
    Ints,
    combine,
    month_numbers,
    over_time,
    places_in,
    ratio_scale,
    window_of,
)


def months_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Length in whole months of periods that start on a first and end on a last day of a month."""
    return (end.dt.year - start.dt.year) * MONTHS_A_YEAR + end.dt.month - start.dt.month + 1


@dataclass(frozen=True, slots=True)
class Windows:
    """From which month to which the actual of each KPI reaches, both included; in the order of the KPIs."""

    first: Ints
    last: Ints
    latest: np.ndarray  # whether only the latest period within them counts

    def shifted(self, months: int) -> "Windows":
        """The same stretch so many months earlier."""
        return Windows(self.first - months, self.last - months, self.latest)


def windows(kpis: pd.DataFrame, checkpoint: Checkpoint) -> Windows:
    """Year to date: from the first month of the cycle. Rolling 12: the twelve months up to the checkpoint.

    Latest period: as the year to date, of which only the latest period counts.
    """
    start, end = (pd.Series([pd.Timestamp(day)]) for day in (checkpoint.calendar.start, checkpoint.as_of))
    first, last = int(month_numbers(start)[0]), int(month_numbers(end)[0])
    named = window_of(kpis)
    rolling = named.eq(str(Window.ROLLING_12)).to_numpy(dtype=bool)
    return Windows(
        np.where(rolling, last - MONTHS_A_YEAR + 1, first),
        np.full(len(kpis), last),
        named.eq(str(Window.LATEST_PERIOD)).to_numpy(dtype=bool),
    )


@dataclass(frozen=True, slots=True)
class Rows:
    """A series by month, each row with the KPI it belongs to; -1 where it is none of them."""

    kpis: Ints
    first: Ints
    last: Ints

    @classmethod
    def of(cls, series: pd.DataFrame, kpis: pd.DataFrame) -> "Rows":
        """The rows of what `whole_series` gives."""
        of_kpi = places_in(series["kpi_id"], kpis["kpi_id"])
        return cls(of_kpi, month_numbers(series["period_start"]), month_numbers(series["period_end"]))

    def within(self, reach: Windows) -> np.ndarray:
        """Which rows lie inside the window of their KPI; they stand in time order within a KPI."""
        inside = (self.kpis >= 0) & (self.first >= reach.first[self.kpis]) & (self.last <= reach.last[self.kpis])
        found = np.flatnonzero(inside)
        if reach.latest.any() and found.size:
            of = self.kpis[found]
            ends = np.r_[of[1:] != of[:-1], True]
            found = found[~reach.latest[of] | ends]
        return found


def _brought_together(
    series: pd.DataFrame, rows: Rows, inside: np.ndarray, how: np.ndarray, scale: np.ndarray
) -> Combined:
    """The rows of each KPI as one value; `how` and `scale` by KPI."""
    value, above, below = (
        series[name].to_numpy(dtype=np.float64)[inside] for name in ("value", "numerator", "denominator")
    )
    of = rows.kpis[inside]
    return combine(of, of, how, scale, value, above, below, series["certainty"].to_numpy(np.int64)[inside])


def actuals_at(
    series: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint, rows: Rows | None = None
) -> pd.DataFrame:
    """One row per KPI: its actual over its window up to the checkpoint, and the year before likewise.

    Columns: kpi_id, actual, origin, previous_actual (the same stretch one year earlier, missing
    where fewer values came then), previous_origin, n_periods (values present),
    n_expected (values due by now, from `frequency` or else from the length of the KPI's own periods), confidence
    (present over expected, 0 where nothing came; of what was not due yet 1 where it came, otherwise missing),
    certainty, last_end, period_months (length of the KPI's own periods). `rows` are those of the series, where somebody
    has them already.
    """
    rows = Rows.of(series, kpis) if rows is None else rows
    reach = windows(kpis, checkpoint)
    how = over_time(kpis).to_numpy(dtype=object)
    inside = rows.within(reach)
    scale = ratio_scale(kpis["unit"]).to_numpy() if "unit" in kpis else np.ones(len(kpis))
    now = _brought_together(series, rows, inside, how, scale)
    n = len(kpis)
    table = kpis[["kpi_id"]].copy()
    of = rows.kpis[inside][now.firsts]
    table["actual"] = _placed(now.value, of, n)
    is_ratio = kpis["aggregate"].eq(Aggregate.RATIO).to_numpy(dtype=bool)
    table["origin"] = _origins(series, inside, now, how[of] == Aggregate.LAST, is_ratio[of], of, n)
    every = rows.within(Windows(reach.first, reach.last, np.zeros(n, dtype=bool))) if reach.latest.any() else inside
    came = np.bincount(rows.kpis[every], minlength=n)
    table["n_periods"] = came
    ranks = pd.Series(_placed(now.certainty.astype(np.float64), of, n), index=table.index)
    table["certainty"] = ranks.map(dict(enumerate(CERTAINTY))).astype("str")
    then = rows.within(_a_year_before(reach, rows, inside, n))
    before = _brought_together(series, rows, then, how, scale)
    # three months of last year are no measure for twelve of this one
    of_before = rows.kpis[then][before.firsts]
    whole = before.n_values >= np.bincount(rows.kpis[inside], minlength=n)[of_before]
    table["previous_actual"] = _placed(np.where(whole, before.value, np.nan), of_before, n)
    origins = _origins(series, then, before, how[of_before] == Aggregate.LAST, is_ratio[of_before], of_before, n)
    table["previous_origin"] = origins.where(table["previous_actual"].notna())
    known = rows.kpis >= 0
    table["last_end"] = _last_days(series, rows, known, n)
    table["period_months"] = period_months(rows, kpis)
    months = reach.last - reach.first + 1
    table["n_expected"] = months // table["period_months"]
    share = table["n_periods"] / table["n_expected"].where(table["n_expected"] > 0)
    early = table["n_expected"].le(0) & table["n_periods"].gt(0)  # the year's survey of June, seen in September
    table["confidence"] = share.clip(upper=1.0).mask(early, 1.0)
    return table


def _placed(values: np.ndarray, of: Ints, n: int) -> np.ndarray:
    """Values at the places of their KPIs, missing elsewhere."""
    found = np.full(n, np.nan)
    found[of] = values
    return found


def _a_year_before(reach: Windows, rows: Rows, inside: np.ndarray, n: int) -> Windows:
    """The same stretch a year earlier; of a KPI whose latest period counts, that very period."""
    earlier = reach.shifted(MONTHS_A_YEAR)
    if not reach.latest.any():
        return earlier
    first, last = earlier.first.copy(), earlier.last.copy()
    of = rows.kpis[inside]
    its = reach.latest[of]
    first[of[its]] = rows.first[inside][its] - MONTHS_A_YEAR
    last[of[its]] = rows.last[inside][its] - MONTHS_A_YEAR
    return Windows(first, last, np.zeros(n, dtype=bool))


def _origins(
    series: pd.DataFrame,
    inside: np.ndarray,
    now: Combined,
    is_last: np.ndarray,
    is_ratio: np.ndarray,
    of: Ints,
    n: int,
) -> pd.Series:
    """Read where one row of the source stands as it is; rolled up where segments were joined; else computed."""
    found = np.full(n, None, dtype=object)
    if inside.size:
        behind = series["n_values"].to_numpy(np.int64)[inside]
        ends = np.r_[now.firsts[1:], behind.size] - 1
        joined = np.where(is_last, behind[ends], np.maximum.reduceat(behind, now.firsts)) > 1
        single = (is_last | (now.n_values == 1)) & ~is_ratio
        found[of] = np.select([joined, single], [Origin.ROLLED_UP, Origin.READ], default=Origin.COMPUTED)
    return pd.Series(found, dtype="str")


def _last_days(series: pd.DataFrame, rows: Rows, known: np.ndarray, n: int) -> pd.Series:
    """The last day of each KPI's latest period of all, missing where it has none."""
    found = np.full(n, np.datetime64("NaT"), dtype="datetime64[s]")
    found[rows.kpis[known]] = series["period_end"].to_numpy().astype("datetime64[s]")[known]  # the latest comes last
    return pd.Series(found)


def period_months(rows: Rows, kpis: pd.DataFrame, *, unknown: int = MONTHS_A_YEAR) -> Ints:
    """Length of each KPI's periods in months: as stated, otherwise the shortest of its own, otherwise `unknown`."""
    known = rows.kpis >= 0
    own = np.full(len(kpis), np.iinfo(np.int64).max)
    np.minimum.at(own, rows.kpis[known], (rows.last - rows.first + 1)[known])
    own = np.where(own == np.iinfo(np.int64).max, unknown, own)
    stated = kpis["frequency"].map({str(rhythm): rhythm.months for rhythm in Rhythm}).to_numpy(dtype=np.float64)
    return np.where(np.isnan(stated), own, np.nan_to_num(stated)).astype(np.int64)


def caveats(table: pd.DataFrame) -> pd.Series:
    """What the actual lacks, in words: values that were due and did not come, and values that are not final."""
    short = table["n_periods"].gt(0) & table["confidence"].lt(1.0)
    missing = table["n_periods"].astype("str") + " of " + table["n_expected"].astype("str") + " values came"
    loose = table["certainty"].map({word: f"includes {word} values" for word in CERTAINTY[1:]})
    both = missing.where(short, "").str.cat(loose.fillna("").astype("str"), sep="; ")
    return both.str.strip("; ").astype("str")
