"""What notebook 03 and the report show of risks, issues and the world outside."""

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.narrative import changes_lead, risks_lead
from review_kit.tables_view import Block, Column, Table, lead
from review_kit.tables_view import table as make_table


class RiskPages:
    """What may go wrong, what already has, and what changes outside."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """How grave, and which way it goes."""
        return lead(risks_lead(self._review.risks))

    def matrix(self) -> charts.Chart:
        """Likelihood against impact, with movement."""
        return charts.risk_matrix(self._review.risks)

    def table(self) -> Table:
        """Risks and issues, the gravest first."""
        columns = [
            Column("risk_id", "No."),
            Column("title", "Risk or issue", wide=True, below="owner"),
            Column("exposure", "Exposure", "number", 0, hint="of 25"),
            Column("band", "Band"),
            Column("movement", "Movement"),
            Column("target_exposure", "Wanted", "number", 0),
            Column("response", "Response", wide=True),
            Column("due", "Due", "date"),
        ]
        return make_table(self._review.risks, columns, key="risks", caption="Risks and issues, the gravest first")

    def changes_conclusion(self) -> Block:
        """What the outside world brings."""
        return lead(changes_lead(self._review.sound["changes"]))

    def changes_table(self) -> Table:
        """Outside changes, the weightiest first."""
        rows = self._review.sound["changes"]
        rows = rows.assign(weight=rows["likelihood"] * rows["impact"]).sort_values(
            "weight", ascending=False, kind="stable"
        )
        columns = [
            Column("description", "Change", wide=True),
            Column("category", "Where"),
            Column("effect", "Effect"),
            Column("likelihood", "Likelihood", "number", 0, hint="of 5"),
            Column("impact", "Impact", "number", 0, hint="of 5"),
            Column("response", "Response", wide=True),
        ]
        return make_table(rows, columns, key="changes", caption="What changes outside, the weightiest first")
