"""What notebook 03 shows: where the strategy fell short, why, and what should be done."""

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.model.words import InitiativeProposal
from review_kit.narrative import (
    changes_lead,
    feedback_lead,
    findings_lead,
    initiatives_lead,
    lessons_lead,
    risks_lead,
)
from review_kit.stakeholders import OPEN_FEEDBACK, engagement_gap, feedback_closure, reach_by_audience
from review_kit.tables_view import Block, Column, Table, lead, table

FINDINGS_SHOWN = 20
SUCCESSES_SHOWN = 10


class FindingPages:
    """Findings, initiatives, risks, the outside world, people and lessons."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """How many findings, and how many of them are new."""
        return lead(findings_lead(self._review.findings))

    def problems_table(self, count: int = FINDINGS_SHOWN) -> Table:
        """What fell short, the costliest first."""
        found = self._review.findings
        problems = found[found["severity"].ne("success") & found["state"].ne("resolved")]
        return self._table(problems, count, "problems", "What fell short, the costliest first")

    def successes_table(self, count: int = SUCCESSES_SHOWN) -> Table:
        """What went well."""
        found = self._review.findings
        successes = found[found["severity"].eq("success") & found["state"].ne("resolved")]
        return self._table(successes, count, "successes", "What went well")

    def triage_table(self, severities: tuple[str, ...], owner: str | None) -> Table:
        """The standing findings of these severities, of one owner or of all."""
        found = self._review.findings
        found = found[found["severity"].isin(severities) & found["state"].ne("resolved")]
        mine = found if owner is None else found[found["owner"].eq(owner)]
        return self._table(mine, len(mine), "triage", "Findings, the costliest first")

    def _table(self, found: pd.DataFrame, count: int, key: str, caption: str) -> Table:
        columns = [
            Column("headline", "Finding", wide=True, below="evidence"),
            Column("recommendation", "What to do", wide=True),
            Column("owner", "Owner"),
            Column("state", "State"),
            Column("cost", "Points", "number", 1, hint="of 100"),
        ]
        if key == "successes":
            columns = [column for column in columns if column.key != "cost"]
        left = len(found) - count
        note = (
            "Points: weight x gap x confidence, what the finding costs the strategy of 100."
            if key == "problems"
            else ""
        )
        if left > 0:
            note = f"{note} {left} more {'is' if left == 1 else 'are'} in the table of findings.".strip()
        return table(found.head(count), columns, key=key, caption=caption, note=note, empty="Nothing was found.")

    def gap_ranking(self) -> charts.Chart:
        """The KPIs whose shortfall costs the strategy most."""
        review = self._review
        lost = (review.rules.green - review.scores["score"]).clip(lower=0.0, upper=1.0)
        weights = review.scores["kpi_id"].map(review.strategy_weights)
        return charts.gap_ranking(review.scores.assign(shortfall=100 * weights * lost), green=review.rules.green)

    def smart_table(self) -> Table:
        """Which KPIs are not yet specific, measurable, achievable, relevant and time-bound."""
        names = self._review.kpis.set_index("kpi_id")["name"]
        found = self._review.smart.assign(name=lambda frame: frame["kpi_id"].map(names))
        shown, note = first_rows(found, "KPIs")
        columns = [
            Column("name", "KPI", wide=True),
            Column("letter", "Not yet"),
            Column("reason", "Because", wide=True),
            Column("mend", "What would mend it", wide=True),
        ]
        return table(
            shown,
            columns,
            key="smart",
            note=note,
            caption="KPIs whose promise is not yet SMART",
            empty="Every KPI is specific, measurable, achievable, relevant and time-bound by the evidence asked for.",
        )

    def initiatives_conclusion(self) -> Block:
        """What the rules propose."""
        return lead(initiatives_lead(self._review.initiatives))

    def initiative_timeline(self) -> charts.Chart:
        """Planned and forecast finish of each initiative."""
        return charts.initiative_timeline(self._review.initiatives, self._review.checkpoint.as_of)

    def initiative_quadrant(self) -> charts.Chart:
        """Progress against plan, and money against work."""
        return charts.initiative_quadrant(self._review.initiatives)

    def initiatives_table(self) -> Table:
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
        return table(rows, columns, key="initiatives", caption="The initiatives, those that need a decision first")

    def risks_conclusion(self) -> Block:
        """How grave, and which way it goes."""
        return lead(risks_lead(self._review.risks))

    def risk_matrix(self) -> charts.Chart:
        """Likelihood against impact, with movement."""
        return charts.risk_matrix(self._review.risks)

    def risks_table(self) -> Table:
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
        return table(self._review.risks, columns, key="risks", caption="Risks and issues, the gravest first")

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
        return table(rows, columns, key="changes", caption="What changes outside, the weightiest first")

    def people_conclusion(self) -> Block:
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


def _finish(planned: object, ahead: object) -> str:
    """'Oct 2025 → Jun 2026', or one month where they agree."""
    months = [day.strftime("%b %Y") for day in (planned, ahead) if isinstance(day, pd.Timestamp) and pd.notna(day)]
    return " → ".join(dict.fromkeys(months)) or "–"
