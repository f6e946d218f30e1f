"""What must hold between the days of one initiative."""

import pandas as pd

from review_kit.intake.ledger import Ledger


def check_initiatives(frame: pd.DataFrame, ledger: Ledger) -> None:
    """Nothing finishes before it starts, as planned or as expected now."""
    for column, what in (("planned_finish", "planned"), ("forecast_finish", "expected")):
        reversed_ = (frame[column] < frame["start"]).to_numpy(dtype=bool) & ledger.used
        told = f"the initiative starts after its {what} finish, '{{value}}'."
        ledger.refuse(reversed_, column, "dates-reversed", told, "correct one of the two days.")
