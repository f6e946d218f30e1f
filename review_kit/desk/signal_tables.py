"""Which KPIs changed, and where colour and chart say different things."""

import pandas as pd

from review_kit.desk.rows import first_rows
from review_kit.model.figures import known
from review_kit.model.words import Variation
from review_kit.signals import Conflict, conflicts
from review_kit.tables_view import Column, Table, table
from review_kit.tables_view.cells import records
from review_kit.tables_view.scorecard import target_text

_REBASE_NOTE = (
    "Where a KPI has stayed on one side since a change that is known, wanted and meant to last, signals.rebase in "
    "params draws its limits anew from then."
)


def signals_table(scores: pd.DataFrame) -> Table:
    """KPIs whose latest values are a signal, concerns first."""
    found = scores[scores["variation"].isin([Variation.CONCERN, Variation.IMPROVEMENT])]
    found = found.sort_values(["variation", "weight"], ascending=[True, False], kind="stable")
    shown, note = first_rows(found, "scores")
    since = shown["shifted_since"]
    side = shown["rule"].str.contains("on one side", regex=False).map({True: "", False: "on one side "})
    lasting = (", " + side + since.dt.strftime("since %B %Y")).fillna("")
    if since.notna().any():
        note = f"{note} {_REBASE_NOTE}".strip()
    columns = [
        Column("name", "KPI", wide=True, below="owner"),
        Column("variation", "Signal", "signal"),
        Column("which", "Which", wide=True),
        Column("status", "Status", "status"),
        Column("actual", "Actual", "number", "decimals", unit_key="unit"),
        Column("asked", "Target"),
    ]
    return table(
        shown.assign(which=shown["rule"] + lasting, asked=_asked(shown)),
        columns,
        key="signals",
        caption="What changed, and is more than noise",
        note=note,
        empty="The latest values of no KPI are a signal.",
    )


def _asked(scores: pd.DataFrame) -> list[str]:
    """The target of each row as the scorecard has it: '≥ 95.0 %', '< 12.0 hours', '80.0-90.0 %'."""
    return [
        target_text(row, str(row["unit"]), int(row["decimals"]) if known(row["decimals"]) else None)
        for row in records(scores)
    ]


def conflicts_table(scores: pd.DataFrame) -> Table:
    """KPIs whose colour and chart say different things: missed but routine, met but drifting."""
    found = conflicts(scores).merge(scores, on="kpi_id", validate="1:1")
    found = found.assign(is_green=found["conflict"].eq(str(Conflict.GREEN_BUT_DRIFTING)))
    found = found.sort_values(["is_green", "weight"], ascending=[True, False], kind="stable")
    shown, note = first_rows(found, "scores")
    columns = [
        Column("name", "KPI", wide=True, below="owner"),
        Column("actual", "Actual", "number", "decimals", unit_key="unit"),
        Column("asked", "Target"),
        Column("lower", "Routine from", "number", "finer", unit_key="unit", hint="single values"),
        Column("upper", "to", "number", "finer", unit_key="unit", hint="single values"),
        Column("advice", "What to do", wide=True),
    ]
    return table(
        # limits of counts lie between whole numbers: 0.4 is not 0
        shown.assign(conflict=shown["conflict"].str.capitalize(), asked=_asked(shown), finer=shown["decimals"] + 1),
        columns,
        key="conflicts",
        group="conflict",
        note=note,
        caption="Where the colour alone would mislead",
        empty="No KPI misses its target by routine variation alone, and none that meets it drifts away.",
    )
