"""What notebook 03 and the report show of risks, issues and the world outside."""

from collections.abc import Sequence

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.model import figures
from review_kit.narrative import changes_lead, risks_lead
from review_kit.risks import open_risks, risks_by_objective
from review_kit.tables_view import Block, Column, Piece, Table, lead
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
        return lead(risks_lead(self._review.risks), is_all=self._review.risks.empty)

    def matrix(self, listed: int = charts.MOST_LISTED) -> Sequence[Piece]:
        """Likelihood against impact, with movement; what is closed does not stand there. Nothing if none is open."""
        rows = self._open
        return [] if rows.empty else [charts.risk_matrix(rows, edges=self._edges, listed=listed)]

    def paths(self) -> Sequence[Piece]:
        """From the exposure if nothing were done to that of today and the one wanted; nothing where none is told."""
        rows = self._open
        is_told = rows[["inherent_exposure", "target_exposure"]].notna().any(axis=None)
        return [charts.risk_paths(rows, edges=self._edges)] if is_told else []

    def table(self) -> Sequence[Table]:
        """Open risks and issues, the gravest first; how many are closed is said below. Nothing if none is open."""
        rows = self._open
        if rows.empty:
            return []
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
        caption = "Open risks and issues, the gravest first"
        return [make_table(rows, columns, key="risks", caption=caption, note=left if closed else "")]

    def by_objective_table(self) -> Sequence[Table]:
        """Which objective is threatened by what, the gravest first; nothing if no risk is open."""
        if self._open.empty:
            return []
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
        caption = "What threatens which objective, the gravest first"
        empty = "No open risk names an objective."
        return [make_table(rows, columns, key="risks-by-objective", caption=caption, empty=empty)]

    def changes_conclusion(self) -> Block:
        """What the outside world brings."""
        return lead(changes_lead(self._review.sound["changes"]))

    def changes_table(self) -> Sequence[Table]:
        """Outside changes, the weightiest first, each with the objective it bears on; nothing without any."""
        rows = self._review.sound["changes"]
        if rows.empty:
            return []
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
        return [make_table(rows, columns, key="changes", caption="What changes outside, the weightiest first")]


def _from(exposure: float) -> str:
    return f"from {figures.number(exposure, 0)}"
