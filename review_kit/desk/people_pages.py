"""What the report shows of the people concerned, and of what was learned."""

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.narrative import feedback_lead, lessons_lead
from review_kit.stakeholders import OPEN_FEEDBACK, engagement_gap, feedback_closure, reach_by_audience
from review_kit.tables_view import Block, Column, Table, lead, table


class PeoplePages:
    """Whom the review reached, what they said, and what was learned."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """Whom the review reached, and how many were answered."""
        return lead(feedback_lead(self._reach, self._closure))

    @property
    def _reach(self) -> pd.DataFrame:
        return reach_by_audience(self._review.sound["stakeholders"], self._review.sound["engagements"])

    @property
    def _closure(self) -> pd.DataFrame:
        return feedback_closure(self._review.sound["feedback"], self._review.sound["stakeholders"])

    def reach(self) -> charts.Chart:
        """Reach by audience, weighted by influence."""
        return charts.reach_by_audience(self._reach)

    def engagement(self) -> charts.Chart:
        """Where each stakeholder stands, and where support is wanted."""
        return charts.engagement_ladder(engagement_gap(self._review.sound["stakeholders"]))

    def feedback(self) -> charts.Chart:
        """What became of the feedback."""
        return charts.feedback_status(self._closure)

    def feedback_table(self) -> Table:
        """What people said, and what was done: open ones first."""
        rows = self._review.sound["feedback"]
        people = self._review.sound["stakeholders"].set_index("stakeholder_id")["name"]
        rows = rows.assign(
            who=rows["stakeholder_id"].map(people), is_open=rows["status"].fillna(OPEN_FEEDBACK).eq(OPEN_FEEDBACK)
        )
        rows = rows.sort_values(["is_open", "date"], ascending=[False, False], kind="stable")
        columns = [
            Column("text", "You said", wide=True, below="who"),
            Column("status", "State"),
            Column("response", "We did", wide=True),
            Column("date", "Said on", "date"),
        ]
        return table(rows, columns, key="feedback-list", caption="You said, we did", empty="Nobody said anything yet.")

    def lessons_conclusion(self) -> Block:
        """How many lessons, how many done."""
        return lead(lessons_lead(self._review.sound["lessons"]))

    def lessons_table(self) -> Table:
        """What was learned, the latest first."""
        rows = self._review.sound["lessons"].sort_values("cycle", ascending=False, kind="stable")
        columns = [
            Column("lesson", "Lesson", wide=True),
            Column("cycle", "From"),
            Column("action", "Action", wide=True, below="owner"),
            Column("due", "Due", "date"),
            Column("status", "State"),
        ]
        return table(rows, columns, key="lessons", caption="What was learned, the latest first")
