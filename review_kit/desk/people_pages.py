"""What the report shows of the people concerned, and of what was learned."""

from collections.abc import Sequence

import pandas as pd

from review_kit import charts
from review_kit.desk.course_news import initiatives_moved
from review_kit.desk.people_words import (
    decided_words,
    lesson_group,
    lesson_note,
    margins,
    news_heading,
    plus_minus,
    sized_words,
)
from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.findings.evidence import Row
from review_kit.model.period import period_words
from review_kit.narrative import (
    answers_lead,
    audience_called,
    feedback_lead,
    lessons_lead,
    past_decisions_lead,
    surveys_lead,
)
from review_kit.stakeholders import (
    KINDS,
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
_VERDICTS = {"real": "Real", "noise": "Noise", "first": "First of its kind", "too few": "Too few replied to tell"}


class PeoplePages:
    """Whom the review reached, what they said, and what was learned."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """Whom the review reached, and how many were answered."""
        return lead(feedback_lead(self._reach, self._closure))

    @property
    def _reach(self) -> pd.DataFrame:
        review = self._review
        is_recorded = len(review.sound["engagements"]) > 0
        return reach_by_audience(review.sound["stakeholders"], review.engagements, is_recorded=is_recorded)

    @property
    def _closure(self) -> pd.DataFrame:
        return feedback_closure(self._review.feedback, self._review.sound["stakeholders"])

    def reach(self) -> Sequence[Piece]:
        """Reach by audience, weighted by influence; nothing where nobody recorded whom the strategy reached."""
        reached = self._reach
        return [charts.reach_by_audience(reached)] if reached["share"].notna().any() else []

    def engagement(self) -> Sequence[Piece]:
        """Where each stakeholder stands, and where support is wanted; nothing where neither is told."""
        gap = engagement_gap(self._review.sound["stakeholders"])
        is_told = gap[["engagement_now", "engagement_wanted"]].notna().any(axis=None)
        return [charts.engagement_ladder(gap)] if is_told else []

    def feedback(self) -> Sequence[Piece]:
        """What became of the feedback; nothing where nobody said anything."""
        closure = self._closure
        return [charts.feedback_status(closure)] if len(closure) else []

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
        """What changed for each audience since the last review; nothing without one, or without people."""
        review = self._review
        if review.last is None or review.sound["stakeholders"].empty:
            return []
        last, moved = review.last.scores, initiatives_moved(review, review.last)
        rows = news_by_audience(review.sound["stakeholders"], review.kpis, review.scores, last, moved)
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
            off=margins(results),
            change_off=plus_minus(results["change_margin"]),
            said=results["verdict"].map(_VERDICTS),
            asked_in=list(map(period_words, results["period"], results["period_end"])),
        )
        columns = [
            Column("name", "Survey", wide=True, below="audience"),
            Column("asked_in", "Asked in"),
            Column("replies", "Replies", "number", 0),
            Column("response_rate", "Of those asked", "percent"),
            Column("value", "Result", "number", "places", unit_key="unit", below="off"),
            Column("change", "Change", "signed", "places", below="change_off"),
            Column("said", "Is it real?"),
        ]
        note = (
            "NPS in points, satisfaction in percent. Below each figure stands its 95 % margin, as ± or from low to "
            "high: how far chance alone can move it."
        )
        drawn = table(rows, columns, key="surveys", caption="What surveys can tell, and what is noise", note=note)
        waves = [
            charts.survey_waves(results, kind)
            for kind in KINDS
            if (results["kind"].eq(kind) & results["value"].notna()).any()
        ]
        return [paragraph(surveys_lead(results)), *waves, drawn]

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
            what=[decided_words(row, self._names, self._kpis) for row in rows.to_dict("records")],
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
        last = self._review.last
        since = (self._review.params.previous_cycle or "") if last is None else last.when
        caption = f"What became of the decisions of the review of {since}"
        told = [*rows["expected_words"], *rows["change_words"]]
        note = "pp: percentage points." if any(words.endswith("pp") for words in told) else ""
        return [
            paragraph(past_decisions_lead(rows, since)),
            table(rows, columns, key="past-decisions", caption=caption, note=note),
        ]

    @property
    def _kpis(self) -> dict[str, Row]:
        """By kpi_id, the KPIs of this cycle, and those of the last one as they were then."""
        then = None if self._review.last is None else self._review.last.tables.get("last_kpis")
        tables = [table for table in (self._review.sound["kpis"], then) if table is not None]
        return {str(row["kpi_id"]): row for table in tables for row in table.to_dict("records")}

    @property
    def _names(self) -> dict[str, str]:
        """By id, what people call the KPIs, objectives and initiatives, also those of the last cycle."""
        keys = (("kpis", "kpi_id"), ("objectives", "objective_id"), ("initiatives", "initiative_id"))
        then = {} if self._review.last is None else self._review.last.tables
        tables = [(then.get(f"last_{name}"), key) for name, key in keys]
        tables += [(self._review.sound[name], key) for name, key in keys]
        known = [(table, key) for table, key in tables if table is not None]
        return {one: name for table, key in known for one, name in table[[key, "name"]].to_numpy()}
