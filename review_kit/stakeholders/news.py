"""What changed for each audience since the last review: the KPIs, targets and initiatives of its departments."""

import pandas as pd

from review_kit.model import figures

COLUMNS = ("audience", "what", "name", "before", "now")


def news_by_audience(
    stakeholders: pd.DataFrame, kpis: pd.DataFrame, scores: pd.DataFrame, last: pd.DataFrame, initiatives: pd.DataFrame
) -> pd.DataFrame:
    """One row per piece of news and audience: audience, what, name, before, now.

    What concerns an audience is what is measured or done in a department where one of its stakeholders works. `last`
    holds the scores of the last review (kpi_id, status, target), `initiatives` those whose standing changed
    (initiative_id, name, department, before, now). News of a KPI are another status, or that it is new; that targets
    were set anew is one row with their number. Nothing is told of an audience that knows no department.
    """
    theirs = stakeholders[["audience", "department"]].dropna().drop_duplicates()
    now = scores.merge(kpis[["kpi_id", "department"]], on="kpi_id", how="inner")
    known = last[["kpi_id", "status", "target"]].rename(columns={"status": "before", "target": "target_before"})
    table = theirs.merge(now, on="department").merge(known, on="kpi_id", how="left")
    is_new = table["before"].isna()
    flipped = table[is_new | table["before"].ne(table["status"])]
    told = [
        flipped.assign(what="KPI", before=flipped["before"].fillna("new"), now=flipped["status"]),
        _targets(table[~is_new]),
        theirs.merge(initiatives, on="department").assign(what="Initiative"),
    ]
    rows = pd.concat([part.reindex(columns=list(COLUMNS)).astype("str") for part in told], ignore_index=True)
    return rows.sort_values("audience", kind="stable").reset_index(drop=True)


def _targets(table: pd.DataFrame) -> pd.DataFrame:
    """One row an audience: for how many of its KPIs another target holds than at the last review."""
    both = table[table["target"].notna() & table["target_before"].notna()]
    moved = both.assign(moved=both["target"].ne(both["target_before"]).astype("int64"))
    groups = moved.groupby("audience")["moved"]
    counts = pd.DataFrame({"moved": groups.sum(), "all": groups.size()}).reset_index()
    counts = counts[counts["moved"].gt(0)]
    names = [
        f"{figures.number(row['moved'])} of {figures.plural(int(row['all']), 'target')}"
        for row in counts.to_dict("records")
    ]
    return pd.DataFrame(
        {"audience": counts["audience"], "what": "Targets", "name": names, "before": "as promised then",
         "now": "set anew"}
    )  # fmt: skip
