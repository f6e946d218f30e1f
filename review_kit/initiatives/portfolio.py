"""Where a project stands by its dates alone, for lists that are published now and then and say no more."""

from datetime import date

import numpy as np
import pandas as pd

from review_kit.model.words import Standing


def standing(
    planned_finish: pd.Series,
    forecast_finish: pd.Series,
    as_of: date,
    planned_told: pd.Series | None = None,
    forecast_told: pd.Series | None = None,
) -> pd.Series:
    """A `Standing` for each project, by the first rule that holds.

    No finish is told: unknown (no dates specified). The latest finish lies before `as_of`: completed, ahead of schedule
    or behind it where the finish that was told first is another day. A finish that lies ahead and was not told in the
    latest list: unknown (past due), since the project is not listed any more or lost its date. First told in the latest
    list: new. Otherwise behind schedule, ahead of schedule or on schedule, as the latest finish lies after, before or
    on the day that was told first.

    `planned_told` and `forecast_told` name the list of each day ('2019', '2022'), and the greatest name is the latest
    list. Without them every finish counts as told in the latest list, and none as new.

    Source: large-government-of-canada-it-projects.github.io, "About the combined data", which says it in words; the
    publisher's code (`_handling/update.php`) only copies the column.
    """
    today = pd.Timestamp(as_of)
    finish = forecast_finish.fillna(planned_finish)
    later, earlier = finish.gt(planned_finish), finish.lt(planned_finish)
    over = finish.lt(today)
    if forecast_told is None or forecast_told.isna().all():
        listed, new = pd.Series(data=True, index=finish.index), pd.Series(data=False, index=finish.index)
    else:
        latest = forecast_told.dropna().max()
        listed = forecast_told.eq(latest)
        new = pd.Series(data=False, index=finish.index) if planned_told is None else planned_told.eq(latest)
    cases = [
        (finish.isna(), Standing.NO_DATES),
        (over & later, Standing.COMPLETED_BEHIND),
        (over & earlier, Standing.COMPLETED_AHEAD),
        (over, Standing.COMPLETED),
        (~listed, Standing.PAST_DUE),
        (new, Standing.NEW),
        (later, Standing.BEHIND),
        (earlier, Standing.AHEAD),
    ]
    found = np.select(
        [case.to_numpy(dtype=bool) for case, _ in cases], [str(word) for _, word in cases], str(Standing.ON_SCHEDULE)
    )
    return pd.Series(found, index=finish.index, dtype="str")


def by_standing(initiatives: pd.DataFrame) -> pd.DataFrame:
    """One row per standing in the order of the vocabulary, those without a project left out.

    Columns: standing, projects, budget and forecast_cost (of the projects that say both), growth (share of the budget).
    """
    return _summed(initiatives, "standing", [str(word) for word in Standing])


def by_department(initiatives: pd.DataFrame) -> pd.DataFrame:
    """One row per department, those with most open projects first: department, projects, behind, budget, growth.

    Only projects that are under way count: new, on, ahead of or behind schedule.
    """
    under_way = initiatives[initiatives["standing"].isin([str(word) for word in Standing if word.under_way])]
    names = under_way["department"].dropna().drop_duplicates().to_list()
    table = _summed(under_way, "department", names)
    behind = under_way[under_way["standing"].eq(Standing.BEHIND)].groupby("department").size()
    table["behind"] = table["department"].map(behind).fillna(0).astype("int64")
    order = ["behind", "projects", "department"]
    return table.sort_values(order, ascending=[False, False, True]).reset_index(drop=True)


def _summed(initiatives: pd.DataFrame, by: str, words: list[str]) -> pd.DataFrame:
    both = initiatives["budget"].notna() & initiatives["forecast_cost"].notna()
    money = initiatives[["budget", "forecast_cost"]].where(both)
    grouped = money.assign(projects=1, **{by: initiatives[by]}).groupby(by)
    table = grouped.agg(projects=("projects", "sum"), budget=("budget", "sum"), forecast_cost=("forecast_cost", "sum"))
    table = table.reindex([word for word in words if word in table.index]).rename_axis(by).reset_index()
    table["growth"] = table["forecast_cost"] / table["budget"].where(table["budget"].gt(0)) - 1.0
    return table
