"""Whether every KPI has the values that its rhythm promises."""

import numpy as np
import pandas as pd

from review_kit.intake.coded import Groups, Mask
from review_kit.intake.keys import Keys
from review_kit.intake.ledger import REFUSED, Ledger
from review_kit.model.period import Checkpoint, Rhythm, long_date
from review_kit.model.words import Aggregate

_FEW = 2  # values outside the cycle that may have been meant for it
_OFTEN = 3  # values of another segment, beside which a single one looks lost


def check_coverage(
    actuals: pd.DataFrame,
    keys: Keys,
    ledger: Ledger,
    kpis: pd.DataFrame,
    kpi_ledger: Ledger,
    checkpoint: Checkpoint,
) -> None:
    """KPIs without values, KPIs with gaps in their rhythm, and segments that nobody said how to bring together.

    KPIs of which rows were refused are left alone: the refusal has told what is missing.
    """
    refused = ledger.state == REFUSED
    used = kpi_ledger.used & ~kpis["kpi_id"].isin(keys.kpi.among(refused)).to_numpy()
    named = keys.kpi.where(keys.kpi.texts.isin(kpis["kpi_id"]))
    if kpis["kpi_id"].isna().any():  # rows without an id may be those of the KPI without one
        named |= ~keys.kpi.given
    lost = ledger.unreadable + int((refused & ~named).sum())  # rows that may belong to any KPI
    ever = kpis["kpi_id"].isin(keys.kpi.texts).to_numpy()
    told = "KPI '{value}' has no value at all and will not be scored."
    never = used & ~ever
    never &= never.sum() > ledger.unreadable + _slips(keys, refused, kpis["kpi_id"])
    kpi_ledger.warn(never, "kpi_id", "kpi-without-actuals", told, "add its values to the actuals.")
    start = pd.Timestamp(checkpoint.calendar.start)
    rows = ledger.used & actuals["period_start"].ge(start).to_numpy()
    told_empty = ledger.faulty.get("value", np.zeros(len(rows), dtype=bool))
    of_kpi = Groups.of(keys.kpi)
    single = (of_kpi.sizes(rows) == 1)[of_kpi.codes]  # one cell may well be empty on purpose
    measured = (actuals["value"].notna() | actuals["numerator"].notna()).to_numpy() | told_empty | single
    now = kpis["kpi_id"].isin(keys.kpi.among(rows & measured)).to_numpy()
    due = _periods_due(kpis["frequency"], checkpoint)
    days = f"{long_date(checkpoint.calendar.start)} to {long_date(checkpoint.as_of)}"
    told = f"KPI '{{value}}' has no value for {days} and will not be scored."
    late = used & ever & ~now & (due > lost)
    kpi_ledger.warn(late, "kpi_id", "missing-period", told, "add its values to the actuals.")
    _warn_gaps(actuals, keys, rows, kpis, kpi_ledger, due, used & now, ledger, lost)
    parted = rows & keys.parted
    parted &= ~keys.side_by_side.holding(rows & ~parted)[keys.side_by_side.codes]
    several = keys.kpi.among(keys.side_by_side.repeated(parted))
    unclear = kpis["kpi_id"].isin(several).to_numpy() & kpis["aggregate"].eq(Aggregate.LAST).to_numpy()
    told = "the KPI has values of segments alone, and nobody can know whether to add or to average them."
    hint = (
        "set its aggregate to sum, mean, min, max or ratio (with window latest_period where only the latest period "
        "counts, as for headcount), or add a row without a segment."
    )
    kpi_ledger.refuse(used & unclear, "aggregate", "unclear-aggregate", told, hint)


def _slips(keys: Keys, refused: Mask, known: pd.Series) -> int:
    """How many ids of refused rows may be those of KPIs that lack values, written otherwise; each has been told.

    A single one that several rows name is none: rather the KPI itself is called by another id, and its row is told too.
    """
    rows = np.bincount(keys.kpi.numbers[refused & keys.kpi.given], minlength=len(keys.kpi.texts))
    strange = rows[~keys.kpi.texts.isin(known).to_numpy() & (rows > 0)]
    return 0 if len(strange) == 1 and strange[0] > 1 else len(strange)


def _periods_due(frequency: pd.Series, checkpoint: Checkpoint) -> np.ndarray:
    """How many values each KPI should have by now; 0 before its first period is over. Unstated: one a year."""
    months = frequency.map({str(rhythm): rhythm.months for rhythm in Rhythm}).fillna(Rhythm.ANNUAL.months)
    return (checkpoint.months_elapsed // months.to_numpy()).astype("int64")


def _warn_gaps(
    actuals: pd.DataFrame,
    keys: Keys,
    rows: Mask,
    kpis: pd.DataFrame,
    kpi_ledger: Ledger,
    due: np.ndarray,
    used: Mask,
    ledger: Ledger,
    lost: int,
) -> None:
    """KPIs of stated rhythm whose segments lack values that are due, more of them than rows are `lost`.

    A segment that has a single value where others have many is told at that value: its name may be a slip. So may be
    the year of a value that lies outside the cycle, all alone. A segment's 'n/a' that params call missing did come:
    somebody wrote down that nothing was measured, as before a site was opened.
    """
    stated = kpis["frequency"].notna().to_numpy()
    series, names = keys.series, pd.Index(keys.kpi.texts)
    valued = rows & (actuals["value"].notna() | actuals["numerator"].notna()).to_numpy()
    opened = series.holding(valued)[series.codes]
    valued |= rows & keys.parted & opened & ledger.says_missing()
    first = series.first(valued)  # a row of each series that has values
    came = pd.DataFrame({"series": series.codes[first], "kpi": keys.kpi.numbers[first]})
    came["count"] = series.sizes(valued)[came["series"]]
    by_kpi = came.groupby("kpi")["count"].agg(["min", "max"])
    by_kpi.index = names[by_kpi.index]
    fewest = kpis["kpi_id"].map(by_kpi["min"]).fillna(0).to_numpy()
    where = used & stated & (fewest + lost < due) & (fewest > 0)
    if not where.any():
        return
    came["segment"] = keys.segment.taken(first).rows()
    came["kpi_id"] = names[came["kpi"]]
    behind = came[came["kpi_id"].isin(kpis["kpi_id"][where])].sort_values("segment")
    least = behind.loc[behind.groupby("kpi_id")["count"].idxmin()].set_index("kpi_id")  # the first that lack most
    elsewhere = ~rows & keys.period.given
    outside = series.sizes(elsewhere)

    def told(at: int) -> str:
        kpi_id, rhythm = kpis["kpi_id"].iloc[at], kpis["frequency"].iloc[at]
        segment, number = least.loc[kpi_id, ["segment", "series"]]
        of = f" for {segment}" if segment else ""
        away = np.flatnonzero(elsewhere & (series.codes == number)).tolist() if outside[number] <= _FEW else []
        places = [f"row {ledger.rows[place]} of {ledger.file} gives {keys.period.at(place)}" for place in away]
        beyond = f"; outside the cycle {' and '.join(places)}" if places else ""
        return f"of KPI '{kpi_id}' {due[at]} {rhythm} values are due by now, {int(fewest[at])} came{of}{beyond}."

    often = by_kpi["max"].reindex(least.index).ge(_OFTEN)
    alone = series.sizes(rows)[least["series"]] == 1  # with empty rows beside it, its name is no slip
    strays = least[least["segment"].ne("") & least["count"].eq(1) & often & alone]
    stray = rows & np.isin(np.arange(series.count), strays["series"])[series.codes]
    seen = ledger.faulty.get("segment", np.zeros(len(stray), dtype=bool))
    message = "the segment '{value}' has this one value, other segments of the KPI have many."
    ledger.warn(stray & ~seen, "segment", "missing-period", message, "is its name a slip? Or add its missing values.")
    where &= ~kpis["kpi_id"].isin(strays.index).to_numpy()
    kpi_ledger.warn(where, "kpi_id", "missing-period", told, "add the missing values, or correct the frequency.")
