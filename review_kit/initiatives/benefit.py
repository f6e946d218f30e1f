"""What an initiative brought: its KPIs before it started, and since it finished or runs."""

from datetime import date

import pandas as pd

from review_kit.model.words import Direction, Variation

MONTHS_BEFORE = 12  # the year before the start, so that a season stands on both sides where it can
FEWEST = 3  # values on either side below which nothing is said
DUE_AFTER = 6  # months after the finish from which a benefit should show

_COLUMNS = {
    "initiative_id": "str", "name": "str", "kpi_id": "str", "kpi": "str", "unit": "str", "decimals": "float64",
    "phase": "str", "since": "datetime64[s]", "n_before": "float64", "n_after": "float64", "before": "float64",
    "after": "float64", "change": "float64", "better": "boolean", "verdict": "str",
}  # fmt: skip
FINISHED, RUNNING = "since it finished", "since it started"
SHOWS, NOISE, WORSE, TOO_FEW = "better, a signal", "no more than noise", "worse, a signal", "too few values to tell"


def benefits(
    initiatives: pd.DataFrame, kpis: pd.DataFrame, points: pd.DataFrame, as_of: date, *, months: int = MONTHS_BEFORE
) -> pd.DataFrame:
    """One row per initiative that has started and KPI that it is to move, in the order of the initiatives.

    `before` is the mean of the KPI's values in the twelve months before the start. `after` is the mean of the values of
    whole periods since the finish, the latest twelve months of them at most, or since the start while it runs: `phase`
    says which and `since` from when. Both are values without their season where the KPI has one, in the KPI's unit.

    `points` are those of the cycle's process behaviour charts (kpi_id, period_start, period_end, adjusted, signal). The
    verdict is a signal where the rules of the cycle mark a point since then, and the values moved the same way; the
    latest marked point decides. Otherwise the change is no more than noise. A KPI that is kept within a range has
    no better side, and is told by its marks alone.
    """
    served = _served(initiatives, as_of)
    if served.empty or points.empty:
        return _empty()
    wanted = points.loc[points["kpi_id"].isin(served["kpi_id"])]
    told = ["kpi_id", "period_start", "period_end", "adjusted", "signal"]
    rows = served.merge(wanted[told], on="kpi_id", how="left")
    ends = rows["period_end"]
    year = pd.DateOffset(months=months)
    is_before = ends.lt(rows["start"]) & ends.ge(rows["start"] - year)
    is_after = rows["period_start"].ge(rows["since"]) & ends.le(pd.Timestamp(as_of))
    is_after &= ends.gt(pd.Timestamp(as_of) - year)
    rows["before"], rows["after"] = rows["adjusted"].where(is_before), rows["adjusted"].where(is_after)
    rows["mark"] = rows["signal"].where(is_after & rows["signal"].isin([Variation.IMPROVEMENT, Variation.CONCERN]))
    key = ["place", "kpi_id"]
    grouped = rows.sort_values([*key, "period_end"]).groupby(key, sort=False)
    found = grouped.agg(
        before=("before", "mean"), after=("after", "mean"), n_before=("before", "count"), n_after=("after", "count"),
        mark=("mark", "last"),
    )  # fmt: skip
    table = served.join(found, on=key)
    own = kpis.drop_duplicates("kpi_id").set_index("kpi_id")
    for name, source in (("kpi", "name"), ("unit", "unit"), ("decimals", "decimals"), ("direction", "direction")):
        table[name] = table["kpi_id"].map(own[source])
    return _judged(table)[list(_COLUMNS)].astype(_COLUMNS).reset_index(drop=True)


def _served(initiatives: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """Initiative and KPI, each pair once, of initiatives that have started: place, start, since and phase."""
    today = pd.Timestamp(as_of)
    table = initiatives[initiatives["start"].le(today) & initiatives["kpi_ids"].notna()]
    finish = table["forecast_finish"].fillna(table["planned_finish"])
    over = table["percent_complete"].ge(100.0) & finish.le(today)
    since = (finish + pd.Timedelta(days=1)).where(over, table["start"])
    pairs = table[["initiative_id", "name", "start"]].assign(
        place=range(len(table)),
        since=since,
        phase=over.map({True: FINISHED, False: RUNNING}),
        kpi_id=[text.split(";") for text in table["kpi_ids"]],
    )
    pairs = pairs.explode("kpi_id")
    return pairs[pairs["kpi_id"].ne("")].drop_duplicates(["place", "kpi_id"])


def _judged(table: pd.DataFrame) -> pd.DataFrame:
    table = table.copy()
    enough = table["n_before"].ge(FEWEST) & table["n_after"].ge(FEWEST)
    change = (table["after"] - table["before"]).where(enough)
    up = table["direction"].eq(Direction.HIGHER)
    sided = table["direction"].isin([Direction.HIGHER, Direction.LOWER]) & enough & change.ne(0)
    better = (change.gt(0) == up).astype("boolean").where(sided)
    shows = enough & table["mark"].eq(Variation.IMPROVEMENT) & better.fillna(value=True).astype(bool)
    worse = enough & table["mark"].eq(Variation.CONCERN) & ~better.fillna(value=False).astype(bool)
    table["change"], table["better"] = change, better
    table["verdict"] = NOISE
    table.loc[shows, "verdict"] = SHOWS
    table.loc[worse, "verdict"] = WORSE
    table.loc[~enough, "verdict"] = TOO_FEW
    return table


def _empty() -> pd.DataFrame:
    return pd.DataFrame({name: [] for name in _COLUMNS}).astype(_COLUMNS)


def benefit_not_showing(table: pd.DataFrame, as_of: date, *, due_after: int = DUE_AFTER) -> pd.DataFrame:
    """The initiatives that finished at least `due_after` months ago and of whose KPIs none got better by a signal.

    One row each: initiative_id, n_kpis, and kpi_id, kpi, unit, decimals, before, after, change and verdict of the KPI
    that tells most: one that got worse by a signal, else the first. Those of which all have too few values are left
    out: nobody knows.
    """
    today = pd.Timestamp(as_of)
    due = table[table["phase"].eq(FINISHED) & table["since"].le(today - pd.DateOffset(months=due_after))]
    known = due[due["verdict"].ne(TOO_FEW)]
    shows = set(known.loc[known["verdict"].eq(SHOWS), "initiative_id"])
    missing = known[~known["initiative_id"].isin(shows)]
    counts = missing.groupby("initiative_id").size()
    order = missing.assign(other=missing["verdict"].ne(WORSE)).sort_values("other", kind="stable")
    first = order.drop_duplicates("initiative_id").sort_index()
    told = ["initiative_id", "kpi_id", "kpi", "unit", "decimals", "since", "before", "after", "change", "verdict"]
    return first[told].assign(n_kpis=first["initiative_id"].map(counts)).reset_index(drop=True)
