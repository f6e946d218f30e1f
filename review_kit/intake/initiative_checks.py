"""What must hold between the days and the figures of one initiative."""

import numpy as np
import pandas as pd

from review_kit.intake.ledger import Ledger

_MOST_OVER = 20.0  # times the budget: no project is let go so far, but thousands are taken for single units


def check_initiatives(frame: pd.DataFrame, ledger: Ledger) -> None:
    """Nothing finishes before it starts, as planned or as expected now; percentages are no shares."""
    for column, what in (("planned_finish", "planned"), ("forecast_finish", "expected")):
        reversed_ = (frame[column] < frame["start"]).to_numpy(dtype=bool) & ledger.used
        told = f"the initiative starts after its {what} finish, '{{value}}'."
        ledger.refuse(reversed_, column, "dates-reversed", told, "correct one of the two days.")
    for column in ("planned_percent", "percent_complete"):
        share = (frame[column].gt(0.0) & frame[column].lt(1.0)).to_numpy(dtype=bool) & ledger.used
        told = "'{value}' is less than one percent, and looks like a share."
        ledger.warn(share, column, "unit-mismatch", told, "write 45 for 45 %, not 0.45.")
    low = (frame["forecast_cost"] < frame["spent"]).to_numpy(dtype=bool) & ledger.used
    told = "'{value}' is expected as the whole cost, and more is spent already."
    ledger.warn(low, "forecast_cost", "out-of-range", told, "is one of the two out of date, or in another unit?")
    beyond = (frame["spent"] > _MOST_OVER * frame["budget"]).to_numpy(dtype=bool) & frame["budget"].gt(0.0).to_numpy()
    told = f"'{{value}}' is more than {_MOST_OVER:.0f} times the budget."
    ledger.warn(beyond & ledger.used, "spent", "unit-mismatch", told, "is one of the two given in thousands?")


def check_progress(frame: pd.DataFrame, ledger: Ledger) -> None:
    """What is cumulative never falls: plan, work and cost of an initiative from one period to the next."""
    order = frame.assign(place=range(len(frame)))[ledger.used].sort_values(["initiative_id", "period_end"])
    for column in ("planned_value", "earned_value", "actual_cost"):
        known = order[order[column].notna()]
        before = known.groupby("initiative_id", sort=False)[column].shift()
        falls = np.zeros(len(frame), dtype=bool)
        falls[known.loc[(known[column] < before).to_numpy(dtype=bool), "place"].to_numpy()] = True
        told = "'{value}' is less than in the period before, and the column adds up since the start."
        ledger.warn(falls, column, "not-cumulative", told, "give what had come together by the end of each period.")
