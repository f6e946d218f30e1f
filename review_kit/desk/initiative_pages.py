"""What notebook 03 and the report show of initiatives: time, money, and what a rule proposes."""

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.model.words import InitiativeProposal
from review_kit.narrative import initiatives_lead
from review_kit.tables_view import Block, Column, Table, lead
from review_kit.tables_view import table as make_table


class InitiativePages:
    """How each initiative stands, and what should become of it."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """What the rules propose."""
        return lead(initiatives_lead(self._review.initiatives))

    def timeline(self) -> charts.Chart:
        """Planned and forecast finish of each initiative."""
        return charts.initiative_timeline(self._review.initiatives, self._review.checkpoint.as_of)

    def quadrant(self) -> charts.Chart:
        """Progress against plan, and money against work."""
        return charts.initiative_quadrant(self._review.initiatives)

    def table(self) -> Table:
        """Each initiative with time, money and the proposal; what people decided stands beside the rule."""
        rows = self._review.initiatives.copy()
        order = [InitiativeProposal.STOP, InitiativeProposal.ADJUST, InitiativeProposal.ACCELERATE]
        rows["place"] = rows["proposal"].map({str(word): place for place, word in enumerate(order)}).fillna(len(order))
        rows["is_open"] = rows["decided"].isna()
        rows = rows.sort_values(["is_open", "place", "slip_days"], ascending=[False, True, False], kind="stable")
        rows = pd.concat(
            [
                rows[rows["is_open"] & rows["place"].lt(len(order))],
                rows[~rows["is_open"]],
                rows[rows["is_open"] & rows["place"].eq(len(order))],
            ]
        )
        rows["finish"] = [
            _finish(planned, ahead)
            for planned, ahead in zip(rows["planned_finish"], rows["forecast_finish"], strict=True)
        ]
        columns = [
            Column("name", "Initiative", wide=True, below="owner"),
            Column("percent_complete", "Done", "number", 0, unit="%"),
            Column("planned_percent", "Planned", "number", 0, unit="%"),
            Column("spend_ratio", "Budget spent", "percent"),
            Column("finish", "Finish"),
            Column("proposal", "Proposal", below="rule"),
            Column("decided", "Decided", below="decided_because"),
        ]
        if rows["decided"].isna().all():
            columns = columns[:-1]
        return make_table(rows, columns, key="initiatives", caption="The initiatives, those that need a decision first")


def _finish(planned: object, ahead: object) -> str:
    """'Oct 2025 → Jun 2026', or one month where they agree."""
    months = [day.strftime("%b %Y") for day in (planned, ahead) if isinstance(day, pd.Timestamp) and pd.notna(day)]
    return " → ".join(dict.fromkeys(months)) or "–"
