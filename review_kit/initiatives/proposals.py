"""How each initiative stands on time and money, and what a rule proposes to do with it."""

from dataclasses import dataclass
from datetime import date

import numpy as np
import pandas as pd

from review_kit.model import figures
from review_kit.model.words import InitiativeProposal, is_closed

DAYS_A_MONTH = 365.25 / 12
_SHARE_DECIMALS = 9


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeRules:
    """From where on a slip or an overspend counts; every threshold of the proposals stands here."""

    late_days: int = 30  # slips below a month are planning noise
    behind_points: float = 10.0  # percentage points of progress behind plan
    overspent: float = 0.10  # share of budget spent ahead of the share of work done
    half_done: float = 50.0  # percent of the work; below it the plan itself is in doubt, not only its pace


DEFAULT_RULES = InitiativeRules()


def slip_days(planned_finish: pd.Series, forecast_finish: pd.Series) -> pd.Series:
    """Days by which the forecast finish lies after the planned one; negative where it is earlier."""
    return (forecast_finish - planned_finish).dt.days.astype("float64")


def spends_ahead(overspend: float, rules: InitiativeRules = DEFAULT_RULES) -> bool:
    """Whether this share of the budget, spent ahead of the work, counts as overspent; no where it is not known."""
    return round(float(overspend), _SHARE_DECIMALS) >= rules.overspent  # 0.6 - 0.5 falls short of 0.1 in binary


def planned_share(start: pd.Series, planned_finish: pd.Series, as_of: date) -> pd.Series:
    """Share of the planned time that has passed, 0 to 100 %; what a plan without own milestones promises by now."""
    length = (planned_finish - start).dt.days
    passed = (pd.Timestamp(as_of) - start).dt.days
    return (100.0 * passed / length.where(length > 0)).clip(0.0, 100.0)


def review_initiatives(initiatives: pd.DataFrame, as_of: date, rules: InitiativeRules = DEFAULT_RULES) -> pd.DataFrame:
    """The initiatives with slip_days, planned_percent, behind_points, spend_ratio, overspend, proposal, rule and why.

    spend_ratio is money spent over budget; overspend is how much of the budget was spent ahead of the work done
    (0.10 = ten percent of the budget). The first rule that holds decides, from the gravest to the mildest:
    lost fit, late and spent ahead of the work: stop; lost fit: adjust; late and spent ahead of the work, less than half
    of which is done: adjust, since more people on a plan that fails buy little; late otherwise: accelerate; spent ahead
    of the work: adjust; else continue. What is done continues to its end.
    """
    table = initiatives.copy()
    table["slip_days"] = slip_days(table["planned_finish"], table["forecast_finish"])
    by_time = planned_share(table["start"], table["planned_finish"], as_of)
    table["planned_percent"] = table["planned_percent"].fillna(by_time)
    table["behind_points"] = table["planned_percent"] - table["percent_complete"]
    table["spend_ratio"] = table["spent"] / table["budget"].where(table["budget"] > 0)
    table["overspend"] = table["spend_ratio"] - table["percent_complete"] / 100.0
    closed = pd.Series([is_closed(status) for status in table["status"]], index=table.index, dtype=bool)
    done = table["percent_complete"].ge(100.0) | closed
    late = table["slip_days"].ge(rules.late_days) | table["behind_points"].ge(rules.behind_points)
    overspent = table["overspend"].map(lambda share: spends_ahead(share, rules)).astype(bool)
    lost = table["fit"].eq("lost")
    cases: list[tuple[pd.Series, InitiativeProposal, str]] = [
        (done, InitiativeProposal.CONTINUE, "done"),
        (lost & late & overspent, InitiativeProposal.STOP, "fit lost, late and spent ahead of the work"),
        (lost, InitiativeProposal.ADJUST, "fit lost"),
        (
            late & overspent & table["percent_complete"].lt(rules.half_done),
            InitiativeProposal.ADJUST,
            "late and spent ahead of the work, less than half of which is done",
        ),
        (late, InitiativeProposal.ACCELERATE, "late, fit kept"),
        (overspent, InitiativeProposal.ADJUST, "spent ahead of the work"),
    ]
    conditions = [case[0].fillna(value=False).to_numpy(dtype=bool) for case in cases]
    table["proposal"] = np.select(
        conditions, [str(case[1]) for case in cases], default=str(InitiativeProposal.CONTINUE)
    )
    table["rule"] = np.select(conditions, [case[2] for case in cases], default="on plan")
    table["why"] = pd.Series([_numbers(row) for _, row in table.iterrows()], index=table.index, dtype="str")
    return table


def _numbers(row: pd.Series) -> str:
    """The work and the money behind a proposal: '62 % of the work is done against 100 % planned, …'."""
    parts = []
    done, planned = row["percent_complete"], row["planned_percent"]
    if pd.notna(done):
        told = f"{figures.percent(done / 100)} of the work is done"
        parts.append(told if pd.isna(planned) else f"{told} against {figures.percent(planned / 100)} planned")
    if pd.notna(row["spend_ratio"]):
        parts.append(f"{figures.percent(row['spend_ratio'])} of the budget is spent")
    return f"{figures.listed(parts)}." if parts else ""
