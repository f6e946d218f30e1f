"""What the report shows of each department: how its part of the strategy stands, and what is asked of it."""

from typing import Any

import pandas as pd

from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.findings import DepartmentView, department_views
from review_kit.narrative import department_lead, department_words, unnamed_words
from review_kit.tables_view import Block, Column, Table, lead, table

ASKED_EACH = 6  # findings that a department is shown; the rest stand in the table of findings
MOST_ASKED = 120
MOST_QUIET = 8  # departments of which nothing is asked that are named; of more a line says how many


class DepartmentPages:
    """The review seen by each department, for reviews across departments."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """Which departments there are, and where most is to be done."""
        return lead(department_lead(self._all))

    @property
    def _all(self) -> list[DepartmentView]:
        return list(department_views(self._review.evidence, self._review.findings))

    def table(self) -> list[Table]:
        """By department, what is asked of it, the costliest first; nothing where no row names a department."""
        found = self._review.findings.set_index("finding_id")
        views = self._all
        quiet = sum(not view.findings and not view.n_unnamed for view in views)
        rows: list[dict[Any, Any]] = []
        for view in views:
            told = found.loc[list(view.findings[:ASKED_EACH])]
            left = len(view.findings) - len(told)
            group = department_words(view, left)
            rows += [{**row, "department": group} for row in told.to_dict("records")]
            blank: dict[Any, Any] = {"department": group, "recommendation": "", "owner": ""}
            if view.n_unnamed:
                headline, advice = unnamed_words(view)
                rows.append({**blank, "headline": headline, "recommendation": advice})
            elif told.empty and quiet <= MOST_QUIET:
                rows.append({**blank, "headline": "Nothing stands open."})
        if not rows:
            return []
        columns = [
            Column("headline", "What stands open", wide=True),
            Column("recommendation", "What to do", wide=True),
            Column("owner", "Owner"),
        ]
        beside = f"Nothing stands open with the other {quiet} departments." if quiet > MOST_QUIET else ""
        shown, note = first_rows(pd.DataFrame(rows), "findings", most=MOST_ASKED)
        return [
            table(
                shown,
                columns,
                key="departments",
                caption="What is asked of each department",
                group="department",
                note=f"{beside} {note}".strip(),
            )
        ]
