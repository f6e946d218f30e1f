"""What notebook 01 shows: whether the figures are complete and sound."""

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.narrative import data_lead
from review_kit.tables_view import Block, Column, Table, lead, note, table

FAULTS_SHOWN = 100


class IntakePages:
    """Rows read and what became of them, faults, and which values came."""

    def __init__(self, review: Review, faults: pd.DataFrame, reconciliation: pd.DataFrame) -> None:
        self._review = review
        self.faults = faults
        self.reconciliation = reconciliation

    def conclusion(self) -> Block:
        """The reconciliation over all sources, in a sentence."""
        return lead(data_lead(self.reconciliation, self.faults))

    def reconciliation_table(self) -> Table:
        """Per source: rows read = used + refused + outside + duplicate."""
        columns = [
            Column("table", "Table"),
            Column("source", "Source", wide=True),
            Column("read", "Read", "number"),
            Column("used", "Used", "number"),
            Column("refused", "Refused", "number"),
            Column("outside", "Outside the period", "number"),
            Column("duplicate", "Duplicate", "number"),
        ]
        return table(
            self.reconciliation,
            columns,
            key="reconciliation",
            caption="Every row read is accounted for",
            note="Read = used + refused + outside the period + duplicate. Of a wide table cells are counted.",
        )

    def faults_table(self) -> Table | Block:
        """What is wrong with the sources, located; the first hundred."""
        if self.faults.empty:
            return note("Nothing is wrong with the sources.")
        columns = [
            Column("file", "File"),
            Column("sheet", "Sheet"),
            Column("row", "Row", "number"),
            Column("column", "Column"),
            Column("value", "Value"),
            Column("message", "What is wrong", wide=True),
            Column("hint", "What to do", wide=True),
            Column("severity", "Severity"),
        ]
        more = len(self.faults) - FAULTS_SHOWN
        small = f"{more} more are in the table of faults beside this report." if more > 0 else ""
        return table(
            self.faults.head(FAULTS_SHOWN),
            [column for column in columns if self.faults[column.key].notna().any()],
            key="faults",
            caption="What to look at in the sources",
            note=small,
        )

    def completeness(self) -> charts.Chart:
        """Which values of the cycle came, KPI by KPI."""
        review = self._review
        checkpoint = review.checkpoint
        inside = review.measures["period_end"].ge(pd.Timestamp(checkpoint.calendar.start))
        names = review.objectives.set_index("objective_id")["name"]
        return charts.completeness(
            review.measures[inside],
            names=dict(zip(review.kpis["kpi_id"], review.kpis["name"], strict=True)),
            objectives=dict(zip(review.kpis["kpi_id"], review.kpis["objective_id"].map(names), strict=True)),
            start=checkpoint.calendar.start,
            end=checkpoint.as_of,
        )
