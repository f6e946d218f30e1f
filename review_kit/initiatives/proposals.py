"""What a rule proposes to do with each initiative: continue, accelerate, adjust or stop."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Self

import numpy as np
import pandas as pd

from review_kit.initiatives.performance import BY_PERIOD, planned_share, with_figures, with_progress
from review_kit.initiatives.portfolio import standing
from review_kit.model import figures
from review_kit.model.words import NOTHING_ASKED, InitiativeProposal, Standing, is_called_off, is_closed
from review_kit.params import Initiatives

DONE, UNKNOWN, CALLED_OFF = NOTHING_ASKED
_SHARE_DECIMALS = 9
_TOLD = ("forecast_cost", "people", "planned_told", "forecast_told")
_ALL = 100.0  # percent
_CENT = 0.005  # below it an index is printed as 1.00


@dataclass(frozen=True, slots=True, kw_only=True)
class InitiativeRules:
    """From where on a slip or an overspend counts, and how money is told; every threshold of the proposals is here."""

    late_days: int = 30
    behind_points: float = 10.0
    overspent: float = 0.10
    half_done: float = 50.0
    dearer: float = 0.10
    currency: str = ""  # a sign or a code, in which the money is told; '' where nobody says it

    @classmethod
    def of(cls, params: Initiatives) -> Self:
        """As the cycle's parameters have them, where they also say what each means."""
        return cls(**{field.name: getattr(params, field.name) for field in fields(cls)})


DEFAULT_RULES = InitiativeRules.of(Initiatives())


def slip_days(initiatives: pd.DataFrame, as_of: date) -> pd.Series:
    """Days by which the forecast finish lies after the planned one; negative where it is earlier.

    A finish that has passed while work is known to be left (percent_complete below 100, and no status that says that it
    is over) was no finish: such work ends on the day of the review at the earliest, and slips by that at least.
    """
    planned, forecast = initiatives["planned_finish"], initiatives["forecast_finish"]
    finish = forecast.fillna(planned)
    over = [is_closed(status) or is_called_off(status) for status in initiatives["status"]]
    passed = initiatives["percent_complete"].lt(_ALL) & finish.lt(pd.Timestamp(as_of)) & ~np.array(over, dtype=bool)
    return (forecast.mask(passed, pd.Timestamp(as_of)) - planned).dt.days.astype("float64")


def spends_ahead(overspend: float, rules: InitiativeRules = DEFAULT_RULES) -> bool:
    """Whether this share of the budget, spent ahead of the work, counts as overspent; no where it is not known."""
    return round(float(overspend), _SHARE_DECIMALS) >= rules.overspent  # 0.6 - 0.5 falls short of 0.1 in binary


def review_initiatives(
    initiatives: pd.DataFrame,
    as_of: date,
    rules: InitiativeRules = DEFAULT_RULES,
    progress: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """The initiatives with slip_days, behind_points, spend_ratio, overspend, cost_growth, proposal, rule and why.

    To these come the columns of `with_progress` and `with_figures`, and `standing` by dates alone. spend_ratio is money
    spent over budget; overspend is how much of the budget was spent ahead of the work done (0.10 = ten percent of the
    budget); cost_growth is by how much the expected cost exceeds the budget, as a share of it.

    The first rule that holds decides, from the gravest to the mildest: done, which continues to its end, and called
    off, of which nothing is asked any more; lost fit, late and spent ahead of the work: stop; lost fit: adjust; late
    and spent ahead of the work, less than half of which is done: adjust, since more people on a plan that fails buy
    little; no longer listed, or without a date and a word on the work: continue, since there is nothing to judge by;
    late and dearer, and nobody says how much is done: adjust; late otherwise: accelerate; spent ahead of the work, or
    dearer: adjust; else continue.
    """
    table = initiatives.copy()
    for name in _TOLD:  # older tables do not have them
        if name not in table:
            table[name] = pd.Series(np.nan, index=table.index, dtype="str" if name.endswith("told") else "float64")
    by_time = planned_share(table["start"], table["planned_finish"], as_of)
    table["planned_percent"] = table["planned_percent"].fillna(by_time)
    table = with_figures(with_progress(table, _NO_PROGRESS if progress is None else progress, as_of))
    table["slip_days"] = slip_days(table, as_of)
    table["behind_points"] = table["planned_percent"] - table["percent_complete"]
    table["spend_ratio"] = table["spent"] / table["budget"].where(table["budget"] > 0)
    table["overspend"] = table["spend_ratio"] - table["percent_complete"] / 100.0
    table["cost_growth"] = table["forecast_cost"] / table["budget"].where(table["budget"] > 0) - 1.0
    table["standing"] = standing(
        table["planned_finish"], table["forecast_finish"], as_of, table["planned_told"], table["forecast_told"]
    )
    cases = _cases(table, rules)
    conditions = [case[0].fillna(value=False).to_numpy(dtype=bool) for case in cases]
    table["proposal"] = np.select(
        conditions, [str(case[1]) for case in cases], default=str(InitiativeProposal.CONTINUE)
    )
    table["rule"] = np.select(conditions, [case[2] for case in cases], default="on plan")
    told = [_numbers(row, rules.currency) for row in table.to_dict("records")]
    table["why"] = pd.Series(told, index=table.index, dtype="str")
    return table


_NO_PROGRESS = pd.DataFrame(
    {"initiative_id": [], "period_start": [], "period_end": [], "planned_value": [], "earned_value": [],
     "actual_cost": []}
)  # fmt: skip


def _cases(table: pd.DataFrame, rules: InitiativeRules) -> list[tuple[pd.Series, InitiativeProposal, str]]:
    """When each rule holds, what it proposes, and its name, in the order in which they are asked."""
    closed = pd.Series([is_closed(status) for status in table["status"]], index=table.index, dtype=bool)
    called_off = pd.Series([is_called_off(status) for status in table["status"]], index=table.index, dtype=bool)
    unsaid = table["percent_complete"].isna()
    over = table["standing"].isin([Standing.COMPLETED, Standing.COMPLETED_AHEAD, Standing.COMPLETED_BEHIND])
    unknown = table["standing"].isin([Standing.PAST_DUE, Standing.NO_DATES])
    done = table["percent_complete"].ge(_ALL) | closed | (over & unsaid)
    late = table["slip_days"].ge(rules.late_days) | table["behind_points"].ge(rules.behind_points)
    overspent = table["overspend"].map(lambda share: spends_ahead(share, rules)).astype(bool)
    dearer = table["cost_growth"].round(_SHARE_DECIMALS).ge(rules.dearer)
    lost = table["fit"].eq("lost")
    stop, adjust = InitiativeProposal.STOP, InitiativeProposal.ADJUST
    return [
        (done, InitiativeProposal.CONTINUE, DONE),
        (called_off, InitiativeProposal.CONTINUE, CALLED_OFF),
        (lost & late & overspent, stop, "fits the strategy no longer, late and spent ahead of the work"),
        (lost, adjust, "fits the strategy no longer"),
        (
            late & overspent & table["percent_complete"].lt(rules.half_done),
            adjust,
            "late and spent ahead of the work, less than half of which is done",
        ),
        (unknown & unsaid, InitiativeProposal.CONTINUE, UNKNOWN),
        (late & dearer & unsaid, adjust, "late and dearer, and nobody says how much is done"),
        (late, InitiativeProposal.ACCELERATE, "late, but still fits the strategy"),
        (overspent, adjust, "spent ahead of the work"),
        (dearer, adjust, "dearer than its budget"),
    ]


def _numbers(row: Mapping[Any, Any], currency: str) -> str:
    """The work and the money behind a proposal: '62 % of the work is done against 100 % planned, … '."""
    parts = []
    done, planned, growth = (row[name] for name in ("percent_complete", "planned_percent", "cost_growth"))
    if figures.known(done):
        told = f"{figures.percent(done / 100)} of the work is done"
        parts.append(f"{told} against {figures.percent(planned / 100)} planned" if figures.known(planned) else told)
    if figures.known(row["spend_ratio"]):
        parts.append(f"{figures.percent(row['spend_ratio'])} of the budget is spent")
    if not parts and figures.known(growth) and abs(growth) >= _CENT:
        parts.append(f"it is to cost {figures.percent(abs(growth))} {'more' if growth > 0 else 'less'} than budgeted")
    told = f"{figures.listed(parts)}.".capitalize() if parts else ""
    silent = row["silent_since"]
    since = f"Nobody has told its progress since {silent:%B %Y}." if isinstance(silent, pd.Timestamp) else ""
    return " ".join(words for words in (told, since, _pace(row, currency)) if words)


def _pace(row: Mapping[Any, Any], currency: str) -> str:
    """What the pace and the cost so far lead to, where they lead elsewhere than planned and the work goes on."""
    done, eac, bac = row["percent_complete"], row["eac"], row["bac"]
    if not figures.known(done) or done >= _ALL or row["evm_source"] != BY_PERIOD:
        return ""
    told = []
    if figures.known(eac) and eac > bac and figures.compact(eac) != figures.compact(bac):
        told.append(f"costs {figures.money(eac, currency)} instead of {figures.money(bac, currency)}")
    finish = row["pace_finish"]
    planned = row["planned_finish"]
    if isinstance(finish, pd.Timestamp) and finish > planned and f"{finish:%Y%m}" != f"{planned:%Y%m}":
        told.append(f"ends in {finish:%B %Y}")
    return f"At the cost and pace so far it {figures.listed(told)}." if told else ""
