"""Exposure of risks and issues on the 5 x 5 grid, and how they moved since the last review."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from review_kit.model.words import ACCEPTED, is_closed

BANDS = ("low", "moderate", "high", "critical")


@dataclass(frozen=True, slots=True)
class RiskBands:
    """Lowest exposure (likelihood x impact, 1 to 25) of each band above 'low'."""

    moderate: int = 5
    high: int = 10
    critical: int = 15


DEFAULT_BANDS = RiskBands()


def band_of(exposure: pd.Series, bands: RiskBands = DEFAULT_BANDS) -> pd.Series:
    """The band's word; missing where the exposure is."""
    words = np.select(
        [exposure >= bands.critical, exposure >= bands.high, exposure >= bands.moderate], BANDS[:0:-1], default=BANDS[0]
    )
    return pd.Series(words, index=exposure.index, dtype="str").where(exposure.notna())


def review_risks(risks: pd.DataFrame, as_of: date, bands: RiskBands = DEFAULT_BANDS) -> pd.DataFrame:
    """The risks with exposure, previous_exposure, target_exposure, band, movement and overdue, the gravest first.

    movement is rising, falling or steady against the previous assessment, and new where there was none; overdue
    is a response whose due date has passed at the review date, unless the risk is closed or accepted as it is.
    """
    table = risks.copy()
    table["exposure"] = table["likelihood"] * table["impact"]
    table["previous_exposure"] = table["previous_likelihood"] * table["previous_impact"]
    table["target_exposure"] = table["target_likelihood"] * table["target_impact"]
    table["band"] = band_of(table["exposure"], bands)
    moved = table["exposure"] - table["previous_exposure"]
    words = np.select([moved.isna(), moved > 0, moved < 0], ["new", "rising", "falling"], default="steady")
    table["movement"] = pd.Series(words, index=table.index, dtype="str")
    nothing_due = [is_closed(status) or _is_accepted(status) for status in table["status"]]
    table["overdue"] = table["due"].lt(pd.Timestamp(as_of)) & ~np.array(nothing_due, dtype=bool)
    return table.sort_values(["exposure", "risk_id"], ascending=[False, True], kind="stable").reset_index(drop=True)


def _is_accepted(status: object) -> bool:
    return isinstance(status, str) and status.strip().lower() == ACCEPTED
