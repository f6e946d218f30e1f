"""What the month's and the quarter's report open with: what moved since the one before."""

import pandas as pd

from review_kit.desk.last import checkpoint_before
from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.narrative import moved_words, moves_lead
from review_kit.scoring import moved
from review_kit.tables_view import Block, Column, Piece, Table, lead, table
from review_kit.tables_view.cells import records

MOST_MOVES = 12  # the report of a month is read in a minute


class MovePages:
    """What stands otherwise than at the last checkpoint, and what was found since."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """How many KPIs moved which way."""
        last = self._review.last
        return lead(moves_lead(self._moved, "" if last is None else last.when))

    @property
    def _moved(self) -> pd.DataFrame | None:
        review = self._review
        if review.last is None:
            return None
        same_cycle = checkpoint_before(review.checkpoint) is not None
        return moved(review.scores, review.last.scores, same_cycle=same_cycle)

    def table(self) -> list[Table]:
        """Each KPI that moved: from where, to where; nothing without a last review or where nothing moved."""
        rows = self._moved
        if rows is None or rows.empty:
            return []
        told = rows.merge(self._review.scores, on="kpi_id", how="left", validate="1:1")
        told["moved"] = [moved_words(row) for row in records(told)]
        shown, note = first_rows(told, "scores", most=MOST_MOVES)
        columns = [
            Column("name", "KPI", wide=True, below="owner"),
            Column("actual", "Actual", "number", "decimals", unit_key="unit"),
            Column("target", "Due by now", "number", "decimals", unit_key="unit"),
            Column("status", "Status", "status"),
            Column("moved", "What moved", wide=True),
        ]
        return [table(shown, columns, key="moves", caption="What moved, what got worse first", note=note)]

    def new_findings(self) -> list[Piece]:
        """What was found of KPIs that the last report did not have; nothing where there is none.

        How initiatives, risks and people stood at that day nobody knows, so nothing of theirs is called new.
        """
        found = self._review.findings
        of_kpis = found[found["subject_kind"].eq("kpi") & found["severity"].ne("success")]
        fresh = of_kpis[of_kpis["state"].eq("new")].drop_duplicates("subject")  # the weightiest of each KPI
        if self._review.last is None or fresh.empty:
            return []
        columns = [
            Column("headline", "Finding", wide=True, below="evidence"),
            Column("recommendation", "What to do", wide=True),
            Column("owner", "Owner"),
        ]
        shown, note = first_rows(fresh, "findings", most=MOST_MOVES)
        return [table(shown, columns, key="new-findings", caption="What is new of the KPIs", note=note)]
