"""What moved between two checkpoints of a cycle: KPIs whose status, signal or chance is not what it was."""

import pandas as pd

from review_kit.model.words import Status, Variation

EVEN = 0.5  # the chance at which "will probably meet its target" turns
_GRADES = {Status.OFF_TARGET: 0, Status.NEAR: 1, Status.ON_TARGET: 2}
_SIGNALS = {Variation.CONCERN, Variation.IMPROVEMENT}


def moved(scores: pd.DataFrame, before: pd.DataFrame, *, same_cycle: bool = True) -> pd.DataFrame:
    """The KPIs that stand otherwise than before: kpi_id, way (worse, better, other), and for each thing then and now.

    `status_then`, `status_now`: where the status changed; `signal_now`: where the latest values became a signal that
    they were not; `chance_then`, `chance_now`: where the chance to meet the year's target passed one half. What did
    not change is missing. Chances are compared within one cycle alone, as another year has another target. A KPI that
    only one of the two has is not moved: it came or went, and `drivers` tells so.
    Worse stands before better, and within each a change of status before the rest.
    """
    both = scores.merge(before, on="kpi_id", how="inner", suffixes=("", "_before"), validate="1:1")
    status = both["status"].ne(both["status_before"])
    signal = both["variation"].isin(_SIGNALS) & both["variation"].ne(both["variation_before"])
    even, was_even = both["p_meet"].ge(EVEN), both["p_meet_before"].ge(EVEN)
    chance = both["p_meet"].notna() & both["p_meet_before"].notna() & even.ne(was_even) & same_cycle
    table = pd.DataFrame(
        {
            "kpi_id": both["kpi_id"],
            "status_then": both["status_before"].where(status),
            "status_now": both["status"].where(status),
            "signal_now": both["variation"].where(signal),
            "chance_then": both["p_meet_before"].where(chance),
            "chance_now": both["p_meet"].where(chance),
        }
    )
    steps = both["status"].map(_GRADES) - both["status_before"].map(_GRADES)
    way = _way(steps).where(steps.fillna(0).ne(0))
    way = way.fillna(both["variation"].map({Variation.CONCERN: "worse", Variation.IMPROVEMENT: "better"}).where(signal))
    way = way.fillna(_way(both["p_meet"] - both["p_meet_before"]).where(chance)).fillna("other")
    order = way.map({"worse": 0, "other": 1, "better": 2}) * 2 + (~status).astype(int)
    changed = status | signal | chance
    return table.assign(way=way.astype("str"))[changed].loc[order[changed].sort_values(kind="stable").index]


def _way(steps: pd.Series) -> pd.Series:
    return pd.Series("better", index=steps.index, dtype="str").mask(steps.lt(0), "worse")
