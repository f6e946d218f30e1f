"""What notebook 04 shows: what the next cycle should promise."""

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.desk.rows import MOST_ROWS, first_rows
from review_kit.narrative import targets_lead
from review_kit.tables_view import Block, Column, Table, lead, table
from review_kit.targets import FLAGS

CHANGES_SHOWN = 20
CANDIDATES_SHOWN = 400  # about a hundred KPIs; an analyst looks further in the table itself


class TargetPages:
    """Candidates, the chosen targets, and the draft of the next cycle."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """What the reset proposes, by method; before the year is over, that there is nothing to propose yet."""
        if not self._review.year_is_over:
            return lead("Targets are reset once a year, when the year is over.")
        return lead(targets_lead(self._review.proposals))

    def _with_names(self, proposals: pd.DataFrame) -> pd.DataFrame:
        known = self._review.scores[["kpi_id", "name", "unit", "decimals", "direction", "actual", "owner"]]
        return proposals.merge(known, on="kpi_id", how="left")

    def chosen_table(self) -> Table:
        """Old and new target of every KPI, with method, reason, chance and flags."""
        chosen = self._with_names(self._review.proposals[self._review.proposals["chosen"].astype(bool)])
        # of very many those that change a promise come first; a KPI that had none has nothing to change
        moved = chosen["old_target"].notna() & chosen["candidate"].ne(chosen["old_target"])
        if len(chosen) > MOST_ROWS:
            chosen = pd.concat(
                [chosen[moved], chosen[~moved & chosen["old_target"].notna()], chosen[chosen["old_target"].isna()]]
            )
        chosen, left = first_rows(chosen, "proposals")
        chosen = chosen.copy()
        columns = [
            Column("name", "KPI", wide=True, below="owner"),
            Column("actual", "Actual", "number", "decimals", unit_key="unit"),
            Column("old_target", "Old target", "number", "decimals", unit_key="unit"),
            Column("candidate", "New target", "number", "decimals", unit_key="unit"),
            Column("p_meet", "Chance", "chance", hint="if the past goes on"),
            Column("reason", "Why", wide=True, below="aside"),
        ]
        if chosen["p_meet"].isna().all():  # too few years to tell any: a column of dashes says nothing
            columns = [column for column in columns if column.key != "p_meet"]
        chosen["aside"] = [
            _aside(method, flags) for method, flags in zip(chosen["method"], chosen["flags"], strict=True)
        ]
        met_flags = [flag for flag in FLAGS if chosen["flags"].str.contains(flag, regex=False).any()]
        note = " ".join([*(f"{flag.capitalize()}: {FLAGS[flag]}." for flag in met_flags), left]).strip()
        return table(
            chosen, columns, key="proposals", caption="Proposed targets: old to new, with the reason", note=note
        )

    def candidates_table(self) -> Table:
        """Every candidate by method, so that another choice can be argued."""
        rows, left = first_rows(self._with_names(self._review.proposals), "proposals", most=CANDIDATES_SHOWN)
        rows = rows.copy()
        columns = [
            Column("method", "Method"),
            Column("candidate", "Candidate", "number", "decimals", unit_key="unit"),
            Column("p_meet", "Chance", "chance"),
            Column("flags", "Look twice", "list"),
            Column("chosen_word", ""),
        ]
        rows["chosen_word"] = rows["chosen"].map({True: "chosen", False: ""})
        caption = "All candidates, KPI by KPI"
        return table(rows, columns, key="candidates", group="name", strong="chosen", caption=caption, note=left)

    def candidates_of(self, kpi_id: str) -> Table:
        """The candidates of one KPI."""
        rows = self._with_names(self._review.proposals[self._review.proposals["kpi_id"].eq(kpi_id)])
        columns = [
            Column("method", "Method"),
            Column("candidate", "Candidate", "number", "decimals", unit_key="unit"),
            Column("p_meet", "Chance", "chance"),
            Column("flags", "Look twice", "list"),
            Column("reason", "Why", wide=True),
        ]
        rows["reason"] = rows["reason"].where(rows["chosen"].astype(bool), "")
        return table(rows, columns, key=f"candidates-{kpi_id}", strong="chosen", caption="Candidates")

    def proposed(self, kpi_id: str) -> str:
        """The chosen target of a KPI as a person would type it; empty where there is none."""
        rows = self._review.proposals
        chosen = rows.loc[rows["kpi_id"].eq(kpi_id) & rows["chosen"].astype(bool), "candidate"]
        return f"{float(chosen.iloc[0])!r}".removesuffix(".0") if chosen.notna().any() else ""

    def target_changes(self, count: int = CHANGES_SHOWN) -> charts.Chart:
        """The largest changes, as an index of the current value."""
        return charts.target_changes(self._review.proposals, self._review.scores, limit=count)


def _aside(method: str, flags: str) -> str:
    """'Method: keep. Look twice: inside noise'."""
    said = f"Method: {method}"
    return f"{said}. Look twice: {flags.replace('; ', ', ')}" if isinstance(flags, str) and flags else said
