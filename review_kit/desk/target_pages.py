"""What notebook 04 shows: what the next cycle should promise."""

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.narrative import targets_lead
from review_kit.tables_view import Block, Column, Table, lead, table


class TargetPages:
    """Candidates, the chosen targets, and the draft of the next cycle."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """What the reset proposes, by method."""
        return lead(targets_lead(self._review.proposals))

    def _with_names(self, proposals: pd.DataFrame) -> pd.DataFrame:
        known = self._review.scores[["kpi_id", "name", "unit", "decimals", "direction", "actual", "owner"]]
        return proposals.merge(known, on="kpi_id", how="left")

    def chosen_table(self) -> Table:
        """Old and new target of every KPI, with method, reason, chance and flags."""
        chosen = self._with_names(self._review.proposals[self._review.proposals["chosen"].astype(bool)])
        columns = [
            Column("name", "KPI", wide=True, below="owner"),
            Column("actual", "Actual", "number", "decimals", unit_key="unit"),
            Column("old_target", "Old target", "number", "decimals", unit_key="unit"),
            Column("candidate", "New target", "number", "decimals", unit_key="unit"),
            Column("method", "Method"),
            Column("reason", "Why", wide=True),
            Column("p_meet", "Chance", "percent", hint="if the past goes on"),
            Column("flags", "Look twice", "list"),
        ]
        return table(chosen, columns, key="proposals", caption="Proposed targets: old to new, with the reason")

    def candidates_table(self) -> Table:
        """Every candidate by method, so that another choice can be argued."""
        rows = self._with_names(self._review.proposals)
        columns = [
            Column("method", "Method"),
            Column("candidate", "Candidate", "number", "decimals", unit_key="unit"),
            Column("p_meet", "Chance", "percent"),
            Column("flags", "Look twice", "list"),
            Column("chosen_word", ""),
        ]
        rows["chosen_word"] = rows["chosen"].map({True: "chosen", False: ""})
        return table(
            rows, columns, key="candidates", group="name", strong="chosen", caption="All candidates, KPI by KPI"
        )

    def target_changes(self) -> charts.Chart:
        """The largest changes, as an index of the current value."""
        return charts.target_changes(self._review.proposals, self._review.scores)
