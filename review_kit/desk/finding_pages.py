"""What notebook 03 shows: where the strategy fell short, why, and what should be done."""

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.findings import cost_of_stories, members_told
from review_kit.narrative import findings_lead
from review_kit.tables_view import Block, Column, Table, lead, table

STORIES_SHOWN = 10
SUCCESSES_SHOWN = 10


class FindingPages:
    """What was found, and what it costs."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """How many findings, and how many of them are new."""
        return lead(findings_lead(self._review.findings))

    def problems_table(self, count: int = STORIES_SHOWN) -> Table:
        """What fell short, the costliest story first, with what belongs to it."""
        found = self._review.findings
        problems = found[found["severity"].ne("success") & found["state"].ne("resolved")]
        return self._stories(problems, count, "problems", "What fell short, the costliest first")

    def successes_table(self, count: int = SUCCESSES_SHOWN) -> Table:
        """What went well, with what belongs to it."""
        found = self._review.findings
        successes = found[found["severity"].eq("success") & found["state"].ne("resolved")]
        return self._stories(successes, count, "successes", "What went well")

    def _stories(self, found: pd.DataFrame, count: int, key: str, caption: str) -> Table:
        """One row per story: its head, and what stands under it."""
        kpis = self._review.kpis
        members = members_told(found, dict(zip(kpis["kpi_id"], kpis["name"], strict=True)))
        heads = found[found["story"].eq(found["finding_id"])]
        told = heads.assign(
            cost=cost_of_stories(found)[heads.index],
            members=heads["story"].map(lambda story: list(members.get(story, ()))),
        )
        return self._table(told, count, key, caption)

    def triage_table(self, severities: tuple[str, ...], owner: str | None) -> Table:
        """The standing findings of these severities, of one owner or of all."""
        found = self._review.findings
        found = found[found["severity"].isin(severities) & found["state"].ne("resolved")]
        mine = found if owner is None else found[found["owner"].eq(owner)]
        return self._table(mine, len(mine), "triage", "Findings, the costliest first")

    def _table(self, found: pd.DataFrame, count: int, key: str, caption: str) -> Table:
        columns = [
            Column("headline", "Finding", wide=True, below="evidence", listed="members"),
            Column("recommendation", "What to do", wide=True),
            Column("owner", "Owner"),
            Column("state", "State"),
            Column("cost", "Points", "number", 1, hint="of 100"),
        ]
        if key == "successes":
            columns = [column for column in columns if column.key != "cost"]
        left = len(found) - count
        note = (
            "Points: weight × gap × confidence, what it costs the strategy of 100; each KPI of a story counts once."
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
