"""What notebook 03 and the report show of risks, issues and the world outside."""

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.model import figures
from review_kit.narrative import changes_lead, risks_lead
from review_kit.risks import open_risks, risks_by_objective
from review_kit.tables_view import Block, Column, Table, lead
from review_kit.tables_view import table as make_table


class RiskPages:
    """What may go wrong, what already has, and what changes outside."""

    def __init__(self, review: Review) -> None:
        self._review = review

    @property
    def _open(self) -> pd.DataFrame:
        return open_risks(self._review.risks)

    @property
    def _edges(self) -> tuple[int, int, int]:
        bands = self._review.risk_rules.bands
        return bands.moderate, bands.high, bands.critical

    def conclusion(self) -> Block:
        """How grave, and which way it goes."""
        return lead(risks_lead(self._review.risks))

    def matrix(self, listed: int = charts.MOST_LISTED) -> charts.Chart:
        """Likelihood against impact, with movement; what is closed does not stand there."""
        return charts.risk_matrix(self._open, edges=self._edges, listed=listed)

    def paths(self) -> charts.Chart:
        """From the exposure if nothing were done to that of today and the one that is wanted."""
        return charts.risk_paths(self._open, edges=self._edges)

    def table(self) -> Table:
        """Open risks and issues, the gravest first; how many are closed is said below."""
        rows = self._open
        rows = rows.assign(
            before=rows["previous_exposure"].where(rows["moved"].ne(0)).map(_from, na_action="ignore"),
            due_state=rows["overdue"].astype(bool).map({True: "overdue", False: ""}),
            assessed_state=rows["stale"].astype(bool).map({True: "too long ago", False: ""}),
        )
        columns = [
            Column("title", "Risk or issue", wide=True, below="owner"),
            Column("risk_id", "No."),
            Column("exposure", "Exposure", "number", 0, hint="of 25", below="band"),
            Column("movement", "Movement", below="before"),
            Column("target_exposure", "Wanted", "number", 0),
            Column("response", "Response", wide=True),
            Column("due", "Due", "date", below="due_state"),
            Column("assessed", "Assessed", "date", below="assessed_state"),
        ]
        empty = {name for name in ("assessed", "movement") if rows[name].isna().all()}
        columns = [column for column in columns if column.key not in empty]
        closed = len(self._review.risks) - len(rows)
        are = "is" if closed == 1 else "are"
        what = figures.plural(closed, "closed risk or issue", "closed risks and issues")
        left = f"{what} {are} in the table of risks that comes with this report."
        return make_table(
            rows,
            columns,
            key="risks",
            caption="Open risks and issues, the gravest first",
            note=left if closed else "",
            empty="No risk or issue is open.",
        )

    def by_objective_table(self) -> Table:
        """Which objective is threatened by what, the gravest first."""
        found = risks_by_objective(self._review.risks)
        names = self._review.objectives.set_index("objective_id")["name"]
        risks = self._review.risks.set_index("risk_id")
        rows = found.assign(
            name=found["objective_id"].map(names),
            title=found["top"].map(risks["title"]),
            owner=found["top"].map(risks["owner"]),
        )
        columns = [
            Column("name", "Objective", wide=True),
            Column("risks", "Open", "number", 0),
            Column("grave", "High or critical", "number", 0),
            Column("rising", "Rising", "number", 0),
            Column("title", "The gravest", wide=True, below="owner"),
            Column("exposure", "Exposure", "number", 0, hint="of 25"),
        ]
        return make_table(
            rows,
            columns,
            key="risks-by-objective",
            caption="What threatens which objective, the gravest first",
            empty="No open risk names an objective.",
        )

    def changes_conclusion(self) -> Block:
        """What the outside world brings."""
        return lead(changes_lead(self._review.sound["changes"]))

    def changes_table(self) -> Table:
        """Outside changes, the weightiest first, each with the objective it bears on."""
        rows = self._review.sound["changes"]
        names = self._review.objectives.set_index("objective_id")["name"]
        rows = rows.assign(
            weight=rows["likelihood"] * rows["impact"], objective=rows["objective_id"].map(names)
        ).sort_values("weight", ascending=False, kind="stable")
        columns = [
            Column("description", "Change", wide=True, below="category"),
            Column("effect", "Effect"),
            Column("weight", "Weight", "number", 0, hint="of 25"),
            Column("objective", "Bears on", wide=True),
            Column("response", "Response", wide=True),
        ]
        return make_table(rows, columns, key="changes", caption="What changes outside, the weightiest first")


def _from(exposure: float) -> str:
    return f"from {figures.number(exposure, 0)}"
