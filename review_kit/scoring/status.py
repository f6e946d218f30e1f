"""One word for how a KPI or a roll-up stands."""

import numpy as np
import pandas as pd

from review_kit.model.words import Status


def status_of(met: pd.Series, score: pd.Series, *, green: float, amber: float) -> pd.Series:
    """On target where the target is met or the score reaches `green`; near from `amber`; else off target.

    A KPI that misses its target but has no score (no baseline, for instance) is off target; one of which neither
    is known is not scored.
    """
    hit = met.fillna(value=False).astype(bool) | score.ge(green)
    known = met.notna() | score.notna()
    words = np.select(
        [~known, hit, score.ge(amber)], [Status.NOT_SCORED, Status.ON_TARGET, Status.NEAR], default=Status.OFF_TARGET
    )
    return pd.Series(words, index=score.index, dtype="str")


def roll_up_status(score: pd.Series, *, green: float, amber: float) -> pd.Series:
    """The status of an average of scores, by the same limits."""
    return status_of(pd.Series(pd.NA, index=score.index, dtype="boolean"), score, green=green, amber=amber)
