"""The tables that say how initiatives stand, what they brought, and what moves if their proposals are followed."""

from review_kit.model.words import InitiativeProposal, Standing
from review_kit.schema.columns import TableSchema, date, figure, truth, words
from review_kit.schema.inputs import typed_schema

INITIATIVES = typed_schema("initiatives").with_columns(
    {
        "slip_days": figure("forecast minus planned finish"),
        "spend_ratio": figure("spent over budget"),
        "proposal": words("what a rule proposes", InitiativeProposal),
        "rule": words("the rule that fired"),
        "why": words("in words"),
        "standing": words("by its dates alone", Standing),
        "evm_source": words("whether plan and work come from progress by period or from a straight line"),
        "silent_since": date("the last day that its progress tells of, where nobody has told any for too long"),
        "bac": figure("budget at completion"),
        "planned_value": figure("worth of the work planned by now"),
        "earned_value": figure("worth of the work done, at its planned cost"),
        "actual_cost": figure("what it cost so far"),
        "cv": figure("earned value minus actual cost"),
        "sv": figure("earned minus planned value"),
        "cpi": figure("earned value over actual cost"),
        "spi": figure("earned over planned value"),
        "eac": figure("cost in the end where the rest costs as the work so far"),
        "eac_at_budget": figure("cost in the end where the rest costs what was planned"),
        "eac_cost_schedule": figure("cost in the end where being late costs too"),
        "etc": figure("eac minus actual cost"),
        "vac": figure("bac minus eac"),
        "tcpi": figure("cost performance that the rest needs to keep the budget"),
        "tcpi_eac": figure("cost performance that the rest needs to keep eac"),
        "months_passed": figure("months since the start"),
        "planned_months": figure("months that were planned"),
        "earned_months": figure("earned schedule: months that the plan takes for the work done"),
        "sv_t": figure("earned minus passed months"),
        "spi_t": figure("earned over passed months"),
        "ieac_t": figure("months that it takes at the pace so far"),
        "tspi": figure("pace that the rest needs to keep the planned finish"),
        "pace_finish": date("the finish at the pace so far"),
        "cost_growth": figure("forecast cost over budget, minus 1"),
        "decided": words("what people decided"),
        "decided_because": words("who decided, and why"),
    },
)

BENEFITS = TableSchema(
    name="benefits",
    title="What each initiative brought: its KPIs before it started, and since it finished or runs",
    columns={
        "initiative_id": words("the initiative", filled=True),
        "name": words("what people call it"),
        "kpi_id": words("the KPI that it is to move", filled=True),
        "kpi": words("what people call the KPI"),
        "unit": words("what its values count"),
        "decimals": figure("digits as published"),
        "phase": words("since when", ("since it finished", "since it started"), filled=True),
        "since": date("from when the values after count"),
        "n_before": figure("values before", low=0),
        "n_after": figure("values after", low=0),
        "before": figure("their mean in the twelve months before the start, without a season"),
        "after": figure("their mean since then, over the latest twelve months at most"),
        "change": figure("after minus before; missing where either has too few values"),
        "better": truth("whether it went the better way"),
        "verdict": words(
            "signal or noise, by the rules of the cycle",
            ("better, a signal", "worse, a signal", "no more than noise", "too few values to tell"),
            filled=True,
        ),
    },
    unique=("initiative_id", "kpi_id"),
)

REALLOCATION = TableSchema(
    name="reallocation",
    title="What money and people move if every proposal is followed, or what people decided instead",
    columns={
        "from_id": words("the initiative that frees them; new: nobody does", filled=True),
        "from": words("what people call it"),
        "to_id": words("the initiative that needs them; free: nobody does", filled=True),
        "to": words("what people call it"),
        "money": figure("in whole units", low=0),
        "people": figure("whole full-time equivalents", low=0),
    },
    unique=("from_id", "to_id"),
)
