"""The tables that say what initiatives brought, and what moves if their proposals are followed."""

from review_kit.schema.columns import TableSchema, date, figure, truth, words

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
