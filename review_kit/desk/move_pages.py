"""What the month's and the quarter's report open with: what moved since the one before."""

import pandas as pd

from review_kit.desk.last import checkpoint_before
from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.model.period import Rhythm
from review_kit.narrative import moved_words, moves_lead
from review_kit.scoring import moved
from review_kit.tables_view import Block, Column, Piece, Table, lead, table
from review_kit.tables_view.cells import records

MOST_MOVES = 12  # of a quarter; the report of a month is one page
MOVES_OF_A_MONTH = 6
NEW_OF_A_MONTH = 3


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
        is_monthly = self._review.checkpoint.rhythm is Rhythm.MONTHLY
        shown, note = first_rows(told, "scores", most=MOVES_OF_A_MONTH if is_monthly else MOST_MOVES)
        columns = [
            Column("name", "KPI", wide=True, below="owner"),
            Column("actual", "Actual", "number", "decimals", unit_key="unit"),
            Column("target", "Due by now", "number", "decimals", unit_key="unit"),
            Column("status", "Status", "status"),
            Column("moved", "What moved", wide=True),
        ]
        return [table(shown, columns, key="moves", caption="What moved, what got worse first", note=note)]

    def new_findings(self) -> list[Piece]:
        """What was found of KPIs that did not move, and that the last report did not have; nothing where there is none.

        Of each KPI the weightiest. How initiatives, risks and people stood at that day nobody knows, so nothing of
        theirs is called new.
        """
        rows, found = self._moved, self._review.findings
        of_kpis = found[found["subject_kind"].eq("kpi") & found["severity"].ne("success")]
        if rows is None:
            return []
        fresh = of_kpis[of_kpis["state"].eq("new") & ~of_kpis["subject"].isin(rows["kpi_id"])]
        fresh = fresh.drop_duplicates("subject")
        if fresh.empty:
            return []
        columns = [
            Column("headline", "Finding", wide=True),
            Column("recommendation", "What to do", wide=True),
            Column("owner", "Owner"),
        ]
        shown, note = first_rows(fresh, "findings", most=NEW_OF_A_MONTH)
        return [table(shown, columns, key="new-findings", caption="What else is new of the KPIs", note=note)]
