"""What notebook 01 shows: whether the figures are complete and sound."""

from collections.abc import Mapping, Sequence
from functools import cached_property

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.intake import faults_table
from review_kit.narrative import data_lead
from review_kit.tables_view import Block, Column, Piece, lead, note, table

FAULTS_SHOWN = 100


class IntakePages:
    """Rows read and what became of them, faults, and which values came."""

    def __init__(self, review: Review, of_sources: Mapping[str, pd.DataFrame], *, is_partial: bool = False) -> None:
        """`of_sources` holds the tables `faults` and `reconciliation`; an edition that must not tell them has none."""
        self._review = review
        self._is_partial = is_partial
        self._of_sources = of_sources

    @cached_property
    def faults(self) -> pd.DataFrame:
        """What is wrong with the sources, one row each."""
        return self._of_sources.get("faults", faults_table(()))

    @cached_property
    def reconciliation(self) -> pd.DataFrame:
        """What became of the rows of every source."""
        return self._of_sources.get("reconciliation", pd.DataFrame())

    def conclusion(self) -> Block:
        """The reconciliation over all sources; not for a partial edition, where counts would tell what it hides."""
        if self._is_partial:
            return lead("The quality of the data is told in the edition that sees all of it.")
        return lead(data_lead(self.reconciliation, self.faults))

    def reconciliation_table(self) -> Sequence[Piece]:
        """Per source: rows read = used + refused + outside + duplicate."""
        if self._is_partial:
            return []
        columns = [
            Column("table", "Table"),
            Column("source", "Source", wide=True),
            Column("read", "Read", "number"),
            Column("used", "Used", "number"),
            Column("refused", "Refused", "number"),
            Column("outside", "Outside the period", "number"),
            Column("duplicate", "Duplicate", "number"),
        ]
        counted = table(
            self.reconciliation,
            columns,
            key="reconciliation",
            caption="Every row read is accounted for",
            note="Read = used + refused + outside the period + duplicate. Of a wide table cells are counted.",
        )
        return [counted]

    def faults_table(self) -> Sequence[Piece]:
        """What is wrong with the sources, located; the first hundred."""
        if self._is_partial:
            return []
        if self.faults.empty:
            return [note("Nothing is wrong with the sources.")]
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
        listed = table(
            self.faults.head(FAULTS_SHOWN),
            [column for column in columns if self.faults[column.key].notna().any()],
            key="faults",
            caption="What to look at in the sources",
            note=small,
        )
        return [listed]

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
