"""Exposure of risks and issues on the 5 x 5 grid, how they moved since the last review, and who forgot them."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from review_kit.model.words import ACCEPTED, is_closed

BANDS = ("low", "moderate", "high", "critical")
GRAVE = BANDS[2:]  # the upper half of the grid


@dataclass(frozen=True, slots=True)
class RiskBands:
    """Lowest exposure (likelihood x impact, 1 to 25) of each band above 'low'."""

    moderate: int = 5
    high: int = 10
    critical: int = 15


DEFAULT_BANDS = RiskBands()


@dataclass(frozen=True, slots=True)
class RiskRules:
    """How a cycle reads its risks."""

    bands: RiskBands = DEFAULT_BANDS
    stale_after_days: int = 180  # an assessment that is older than half a year says little of today


DEFAULT_RULES = RiskRules()


def band_of(exposure: pd.Series, bands: RiskBands = DEFAULT_BANDS) -> pd.Series:
    """The band's word; missing where the exposure is."""
    words = np.select(
        [exposure >= bands.critical, exposure >= bands.high, exposure >= bands.moderate], BANDS[:0:-1], default=BANDS[0]
    )
    return pd.Series(words, index=exposure.index, dtype="str").where(exposure.notna())


def risks_known(risks: pd.DataFrame, as_of: date) -> pd.DataFrame:
    """The risks as they were assessed on a day.

    One that was assessed later stands where it did before, unmoved and without a day of assessment; one that nobody
    had assessed before is left out. Without a day of assessment nobody can tell, and the risk stands as it is.
    """
    later = assessed_later(risks, as_of)
    was = {name: risks[f"previous_{name}"] for name in ("likelihood", "impact")}
    known = risks.assign(
        **{name: risks[name].mask(later, before) for name, before in was.items()},
        assessed=risks["assessed"].mask(later),
    )
    return known[~later | (was["likelihood"].notna() & was["impact"].notna())].reset_index(drop=True)


def assessed_later(risks: pd.DataFrame, as_of: date) -> pd.Series:
    """Which risks were last assessed after a day."""
    return risks["assessed"].gt(pd.Timestamp(as_of))


def review_risks(
    risks: pd.DataFrame, as_of: date, rules: RiskRules = DEFAULT_RULES, last: pd.DataFrame | None = None
) -> pd.DataFrame:
    """The risks with what the grid and the calendar say of them, the gravest first, closed ones last.

    exposure, inherent_exposure (before anything was done about it), previous_exposure and target_exposure are
    likelihood x impact, 1 to 25. movement is rising, falling or steady against the previous assessment, and new where
    there was none; it is missing for a risk that nobody rated now, and for all where nobody tells how any of them stood
    before. Where a row has no previous assessment, that of the register of the `last` review counts. moved is the
    movement in steps of exposure. is_open is false for what is closed. overdue is a response
    whose due date has passed at the review date, unless the risk is closed or accepted as it is. stale is an open
    risk that was last assessed more than `rules.stale_after_days` days ago; without a day of assessment nobody can
    tell, and it is not called stale. Source of grid and registers: ISO 31010, B.10.3.
    """
    table = _with_previous(risks, last)
    table["exposure"] = table["likelihood"] * table["impact"]
    for name in ("inherent", "previous", "target"):
        table[f"{name}_exposure"] = table[f"{name}_likelihood"] * table[f"{name}_impact"]
    table["band"] = band_of(table["exposure"], rules.bands)
    table["moved"] = table["exposure"] - table["previous_exposure"]
    moved = table["moved"]
    before = table["previous_exposure"]
    words = np.select([before.isna(), moved > 0, moved < 0], ["new", "rising", "falling"], default="steady")
    is_rated = table["exposure"].notna()
    nobody_tells = last is None and bool(before.isna().all())
    table["movement"] = pd.Series(words, index=table.index, dtype="str").mask(~is_rated | nobody_tells)
    closed = pd.Series([is_closed(status) for status in table["status"]], index=table.index, dtype=bool)
    accepted = pd.Series([is_accepted(status) for status in table["status"]], index=table.index, dtype=bool)
    table["is_open"] = ~closed
    table["overdue"] = table["due"].lt(pd.Timestamp(as_of)) & ~closed & ~accepted
    table["assessed_days"] = (pd.Timestamp(as_of) - table["assessed"]).dt.days.astype("float64")
    table["stale"] = table["assessed_days"].gt(rules.stale_after_days) & ~closed
    return table.sort_values(
        ["is_open", "exposure", "risk_id"], ascending=[False, False, True], kind="stable"
    ).reset_index(drop=True)


def _with_previous(risks: pd.DataFrame, last: pd.DataFrame | None) -> pd.DataFrame:
    """A copy, with the rating of the last review's register where a row tells none of its own."""
    table = risks.copy()
    if last is None:
        return table
    register = last.set_index("risk_id")
    blank = table["previous_likelihood"].isna() & table["previous_impact"].isna()
    for name in ("likelihood", "impact"):
        before = table["risk_id"].map(register[name]).astype("float64")
        table[f"previous_{name}"] = table[f"previous_{name}"].mask(blank, before)
    return table


def is_accepted(status: object) -> bool:
    """Whether a status says that the risk is borne as it is."""
    return isinstance(status, str) and status.strip().lower() == ACCEPTED


def open_risks(reviewed: pd.DataFrame) -> pd.DataFrame:
    """What still stands: neither the matrix nor a list of dangers holds what is closed."""
    return reviewed[reviewed["is_open"].astype(bool)]


def risks_by_objective(reviewed: pd.DataFrame) -> pd.DataFrame:
    """One row per objective with open risks: objective_id, risks, grave (high or critical), rising, exposure, top.

    exposure is that of its gravest risk and `top` its id; objectives with the gravest risk come first. Risks that
    name no objective are left out.
    """
    still = open_risks(reviewed)
    still = still[still["objective_id"].notna()]
    counted = still.assign(
        grave=still["band"].isin(GRAVE).astype("int64"), rising=still["movement"].eq("rising").astype("int64")
    )
    groups = counted.groupby("objective_id", sort=True)
    found = pd.DataFrame(
        {
            "risks": groups.size(),
            "grave": groups["grave"].sum(),
            "rising": groups["rising"].sum(),
            "exposure": groups["exposure"].max(),
            "top": groups["risk_id"].first(),  # the table holds the gravest first
        }
    ).reset_index()
    return found.sort_values(
        ["exposure", "grave", "objective_id"], ascending=[False, False, True], kind="stable"
    ).reset_index(drop=True)
