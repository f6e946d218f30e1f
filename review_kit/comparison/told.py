"""Everything that changed between two reviews, one row a change, in the words and units of the reviews."""

from collections.abc import Collection, Iterable

import pandas as pd

from review_kit.comparison.change import KINDS, Change, in_both
from review_kit.comparison.delivery_changes import decisions, initiatives, risks
from review_kit.comparison.kpi_changes import definitions, members, promises, restated, statuses, weights
from review_kit.comparison.side import Side


def empty_comparison() -> pd.DataFrame:
    """The comparison where there is nothing to compare with."""
    return _table([], "")


def _table(changes: Iterable[Change], since: str) -> pd.DataFrame:
    table = pd.DataFrame(list(changes), columns=list(Change._fields)).astype("str")
    return table.assign(since=table["since"].where(table["since"].ne(""), since))


def compare(then: Side, now: Side, unseen: Collection[str] = ()) -> pd.DataFrame:
    """Everything that changed from `then` to `now`, kind by kind in the order of KINDS.

    Columns: kind subject_kind subject name what before now before_detail now_detail since. `unseen` holds ids of which
    nothing may be told, as one of the reviews did not show them to these readers.
    """
    of_kpis = in_both(then.kpis, now.kpis, "kpi_id")
    changes = [
        *statuses(then, now),
        *restated(then, now),
        *definitions(of_kpis, *(_names(side.objectives, unseen) for side in (then, now))),
        *promises(of_kpis),
        *weights(then, now),
        *members(then, now),
        *initiatives(then, now),
        *risks(then, now),
        *decisions(then, now),
    ]
    place = {kind: at for at, kind in enumerate(KINDS)}
    kept = [one for one in changes if one.subject not in unseen]
    return _table(sorted(kept, key=lambda one: place[one.kind]), then.title)


def _names(objectives: pd.DataFrame, unseen: Collection[str]) -> dict[str, str]:
    """By objective_id, what readers call it; nothing of what they may not see."""
    shown = objectives[~objectives["objective_id"].isin(list(unseen))]
    return dict(zip(shown["objective_id"], shown["name"], strict=True))
