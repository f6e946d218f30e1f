"""One word for how a KPI or a roll-up stands."""

import numpy as np
import pandas as pd

from review_kit.model.words import Status

# Source: ServiceNow, status rollup: target to goal and goal to parent goal, the worst of those that are scored wins
FROM_WORST = (str(Status.OFF_TARGET), str(Status.NEAR), str(Status.ON_TARGET), str(Status.NOT_SCORED))
_BINARY_NOISE = 1e-12  # (1.62 - 0.9) / (1.7 - 0.9) falls short of 0.9 by less than this


def status_of(met: pd.Series, score: pd.Series, *, green: float | pd.Series, amber: float | pd.Series) -> pd.Series:
    """On target where the target is met or the score reaches `green`; near from `amber`; else off target.

    The limits are those of all, or each row's own; a share that only binary arithmetic keeps below a limit reaches it.
    A KPI that misses its target but has no score (no baseline, for instance) is off target; one of which neither is
    known is not scored.
    """
    hit = met.fillna(value=False).astype(bool) | score.ge(green - _BINARY_NOISE)
    known = met.notna() | score.notna()
    words = np.select(
        [~known, hit, score.ge(amber - _BINARY_NOISE)],
        [Status.NOT_SCORED, Status.ON_TARGET, Status.NEAR],
        default=Status.OFF_TARGET,
    )
    return pd.Series(words, index=score.index, dtype="str")


def roll_up_status(score: pd.Series, *, green: float, amber: float) -> pd.Series:
    """The status of an average of scores, by the same limits."""
    return status_of(pd.Series(pd.NA, index=score.index, dtype="boolean"), score, green=green, amber=amber)
