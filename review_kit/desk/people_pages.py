"""What the report shows of the people concerned, and of what was learned."""

from collections.abc import Sequence

import pandas as pd

from review_kit import charts
from review_kit.desk.people_words import (
    decided_words,
    lesson_group,
    lesson_note,
    news_heading,
    plus_minus,
    sized_words,
)
from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.model.words import InitiativeProposal
from review_kit.narrative import (
    answers_lead,
    audience_called,
    feedback_lead,
    lessons_lead,
    past_decisions_lead,
    surveys_lead,
)
from review_kit.stakeholders import (
    OPEN_FEEDBACK,
    answers,
    engagement_gap,
    feedback_closure,
    news_by_audience,
    reach_by_audience,
    themes,
)
from review_kit.tables_view import Block, Column, Piece, Table, lead, paragraph, table

THEMES_SHOWN = 12
_COURSE = {InitiativeProposal.CONTINUE: "on course", InitiativeProposal.ACCELERATE: "to accelerate",
           InitiativeProposal.ADJUST: "to adjust", InitiativeProposal.STOP: "to stop"}  # fmt: skip
_VERDICTS = {"real": "Real", "noise": "Noise", "first": "First of its kind"}


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
        return feedback_closure(self._review.feedback, self._review.sound["stakeholders"])

    def reach(self) -> charts.Chart:
        """Reach by audience, weighted by influence."""
        return charts.reach_by_audience(self._reach)

    def engagement(self) -> charts.Chart:
        """Where each stakeholder stands, and where support is wanted."""
        return charts.engagement_ladder(engagement_gap(self._review.sound["stakeholders"]))

    def feedback(self) -> charts.Chart:
        """What became of the feedback."""
        return charts.feedback_status(self._closure)

    def feedback_table(self) -> Sequence[Table]:
        """What people said, and what was done: open ones first; nothing where nobody said anything."""
        rows = self._review.feedback
        if rows.empty:
            return []
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
            Column("answered_on", "Answered on", "date"),
        ]
        if rows["answered_on"].isna().all():
            columns = columns[:-1]
        return [table(rows, columns, key="feedback-list", caption="You said, we did")]

    def answers_table(self) -> Sequence[Table]:
        """How many were answered by audience, how long it took, and how long the others have waited; or nothing."""
        review = self._review
        rows = answers(review.feedback, review.sound["stakeholders"], review.checkpoint.as_of)
        if rows.empty:
            return []
        rows = rows.assign(audience=rows["audience"].map(audience_called))
        columns = [
            Column("audience", "Audience"),
            Column("replies", "Replies", "number", 0),
            Column("responded", "Got a response", "percent"),
            Column("closed", "Settled", "percent"),
            Column("days", "Time to answer", "number", 0, hint="days, median"),
            Column("waiting", "Open", "number", 0),
            Column("longest", "Waits longest", "number", 0, hint="days"),
        ]
        if rows["days"].isna().all():
            columns = [column for column in columns if column.key != "days"]
        caption = "Who was answered, and how soon"
        return [table(rows, columns, key="answers", caption=caption)]

    def answers_conclusion(self) -> Sequence[Piece]:
        """How long answers took, and which theme waits most; nothing where nobody said anything."""
        review = self._review
        rows = answers(review.feedback, review.sound["stakeholders"], review.checkpoint.as_of)
        return [paragraph(answers_lead(rows, self._themes))] if len(rows) else []

    @property
    def _themes(self) -> pd.DataFrame:
        sound = self._review.sound
        keys = (("kpis", "kpi_id", "name"), ("objectives", "objective_id", "name"),
                ("initiatives", "initiative_id", "name"), ("risks", "risk_id", "title"))  # fmt: skip
        names = {key: name for table, column, title in keys for key, name in sound[table][[column, title]].to_numpy()}
        return themes(self._review.feedback, names)

    def themes_table(self) -> Sequence[Table]:
        """What people spoke about, and how much of it stands open; nothing where nobody said anything."""
        if self._themes.empty:
            return []
        shown, note = first_rows(self._themes, "feedback", most=THEMES_SHOWN)
        columns = [
            Column("theme", "Theme", wide=True),
            Column("replies", "Replies", "number", 0),
            Column("people", "People", "number", 0),
            Column("open", "Open", "number", 0),
            Column("latest", "Latest", "date"),
        ]
        caption = "What people spoke about"
        return [table(shown, columns, key="themes", caption=caption, note=note)]

    def news_table(self) -> Sequence[Table]:
        """What changed for each audience since the last review; nothing without one."""
        review = self._review
        if review.last is None:
            return []
        found = review.findings[review.findings["subject_kind"].eq("initiative")]
        before = {"new": "on course", "resolved": "off course"}
        known = review.initiatives.set_index("initiative_id")
        moved = found[found["state"].isin(list(before)) & found["subject"].isin(known.index)]
        now = moved["subject"].map(known["proposal"]).map(lambda word: _COURSE.get(word, word))
        initiatives = pd.DataFrame(
            {
                "name": moved["subject"].map(known["name"]),
                "department": moved["subject"].map(known["department"]),
                "before": moved["state"].map(before),
                "now": now,
            }
        )
        last = review.last.scores
        rows = news_by_audience(review.sound["stakeholders"], review.kpis, review.scores, last, initiatives)
        told = rows.groupby(["audience", "what", "before", "now"], sort=False)["name"].agg(list).reset_index()
        told = told.assign(
            audience=told["audience"].map(audience_called),
            many=[news_heading(what, len(names)) for what, names in zip(told["what"], told["name"], strict=True)],
        )
        columns = [
            Column("many", "What"),
            Column("before", review.last.title.removeprefix("Year ")),
            Column("now", "Now"),
            Column("name", "Which", "list", wide=True),
        ]
        caption = "What changed for whom since the last review"
        note = "By the departments where the people of an audience work."
        return [table(told, columns, key="news", group="audience", caption=caption, note=note,
                      empty="Nothing changed in the departments of the people concerned.")]  # fmt: skip

    def surveys(self) -> Sequence[Piece]:
        """What surveys tell, each with its margin, and whether a change is more than chance; nothing without any."""
        results = self._review.survey_results
        if results.empty:
            return []
        rows = results.assign(
            unit=results["kind"].map({"nps": "", "csat": "%"}),
            places=results["kind"].map({"nps": 0, "csat": 1}),
            off=plus_minus(results["margin"]),
            change_off=plus_minus(results["change_margin"]),
            said=results["verdict"].map(_VERDICTS),
        )
        columns = [
            Column("name", "Survey", wide=True, below="audience"),
            Column("period", "Asked in"),
            Column("replies", "Replies", "number", 0),
            Column("response_rate", "Of those asked", "percent"),
            Column("value", "Result", "number", "places", unit_key="unit", below="off"),
            Column("change", "Change", "signed", "places", below="change_off"),
            Column("said", "Is it real?"),
        ]
        note = "NPS in points, satisfaction in percent. ± is the 95 % margin: how far chance alone can move a figure."
        drawn = table(rows, columns, key="surveys", caption="What surveys can tell, and what is noise", note=note)
        return [paragraph(surveys_lead(results)), drawn]

    def lessons_conclusion(self) -> Block:
        """How many lessons, how many done, what is carried, overdue and repeated."""
        return lead(lessons_lead(self._review.lesson_reviews))

    def lessons_table(self) -> Sequence[Table]:
        """What was learned: open ones of earlier cycles first, done ones last; nothing where nothing was."""
        rows = self._review.lesson_reviews
        if rows.empty:
            return []
        rows = rows.assign(
            group=[lesson_group(row) for row in rows.to_dict("records")],
            late=rows["overdue"].astype(bool).map({True: "overdue", False: ""}),
            note=[lesson_note(row) for row in rows.to_dict("records")],
        )
        columns = [
            Column("lesson", "Lesson", wide=True, below="note"),
            Column("cycle", "From"),
            Column("action", "Action", wide=True, below="owner"),
            Column("due", "Due", "date", below="late"),
            Column("status", "State"),
        ]
        caption = "What was learned, what is still open from earlier reviews first"
        return [table(rows, columns, key="lessons", group="group", caption=caption)]

    def past_decisions(self) -> Sequence[Piece]:
        """What became of the decisions of the last review; nothing where none were recorded.

        A quarter or a month shows none: what was predicted for the year would be held against a part of it.
        """
        rows = self._review.past_decisions
        if rows.empty or not self._review.is_annual:
            return []
        rows = rows.assign(
            what=[decided_words(row, self._names) for row in rows.to_dict("records")],
            late=rows["overdue"].astype(bool).map({True: "overdue", False: ""}),
            expected_words=[sized_words(row, "expected") for row in rows.to_dict("records")],
            change_words=[sized_words(row, "change") for row in rows.to_dict("records")],
        )
        columns = [
            Column("what", "Decision", wide=True, below="by"),
            Column("due", "Due", "date", below="late"),
            Column("status", "State"),
            Column("kpi_name", "Was to move", wide=True),
            Column("expected_words", "Expected"),
            Column("change_words", "Moved"),
            Column("moved", "As predicted?"),
        ]
        since = self._review.params.previous_cycle or ""
        caption = f"What became of the decisions of the review of {since}"
        return [
            paragraph(past_decisions_lead(rows, since)),
            table(rows, columns, key="past-decisions", caption=caption),
        ]

    @property
    def _names(self) -> dict[str, str]:
        """By id, what people call the KPIs, objectives and initiatives of this cycle."""
        sound = self._review.sound
        keys = (("kpis", "kpi_id"), ("objectives", "objective_id"), ("initiatives", "initiative_id"))
        return {key: name for table, column in keys for key, name in sound[table][[column, "name"]].to_numpy()}
