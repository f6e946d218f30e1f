"""What the report shows of each objective: how it did, what works for and against it, and what a rule proposes."""

from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.findings.evidence import Row, promised, text
from review_kit.model import figures
from review_kit.model.words import NOTHING_ASKED, InitiativeProposal, ObjectiveProposal
from review_kit.narrative import objectives_lead
from review_kit.objectives import course
from review_kit.risks import open_risks
from review_kit.tables_view import Block, Column, Piece, Table, anchor, kpi_page, lead, note, table
from review_kit.tables_view.cells import attached
from review_kit.tables_view.labels import sentence_case

PAGES_FOR_ALL = 12  # up to so many objectives each has a page; of more, those that a rule would not keep
PAGES_OF_MANY = 12
LISTED_OF_MANY = 40
LISTED_AROUND = 12  # initiatives on the page of an objective
OPEN_ON_A_SLIDE = 6
PERIODS_DRAWN = 24


class ObjectivePages:
    """The re-evaluation of the objectives."""

    def __init__(self, review: Review) -> None:
        self._review = review

    @property
    def _standing(self) -> pd.DataFrame:
        reviewed = self._review.objective_reviews
        return reviewed[reviewed["subject_kind"].eq("objective")]

    def conclusion(self) -> Block:
        """How many to keep, sharpen or retire, and whether a change outside asks for a new one."""
        return lead(objectives_lead(self._review.objective_reviews))

    def open_table(self) -> Sequence[Piece]:
        """What asks for a decision, in short, with a count of what does not fit; for slides. Often nothing."""
        reviewed = self._review.objective_reviews
        rows = reviewed[reviewed["proposal"].ne(ObjectiveProposal.KEEP) & reviewed["decided"].isna()]
        if rows.empty:  # the conclusion above says so already
            return []
        rows = rows.assign(
            points=100.0 * rows["score"],
            finer=rows["score"].map(figures.score_decimals),
            said=rows["proposal"].map(sentence_case),
        )
        left = len(rows) - OPEN_ON_A_SLIDE
        columns = [
            Column("name", "Objective", wide=True, below="owner"),
            Column("points", "Score", "number", "finer", hint="of 100"),
            Column("said", "Proposal", below="rule", wide=True),
        ]
        shown = table(
            rows.head(OPEN_ON_A_SLIDE),
            columns,
            key="objectives-open",
            caption="What asks for a decision",
            note=f"{left} more in the part on objectives of the report." if left > 0 else "",
        )
        return [shown]

    def table(self) -> Table:
        """Each objective with its evidence in figures and the proposal, those that need a decision first."""
        reviewed = self._review.objective_reviews
        keep = reviewed["proposal"].eq(ObjectiveProposal.KEEP)
        rows = pd.concat([reviewed[~keep], reviewed[keep]])
        left = len(rows) - LISTED_OF_MANY
        is_objective = rows["subject_kind"].eq("objective")
        rows = rows.assign(
            address=[f"#{anchor('objective', name)}" for name in rows["subject"]],
            points=100.0 * rows["score"],
            finer=rows["score"].map(figures.score_decimals),
            moved=100.0 * rows["change"],
            reached=[_share(met, scored) for met, scored in zip(rows["met"], rows["scored"], strict=True)],
            grave_risks=rows["grave"].astype("float64").where(is_objective),
            said=rows["proposal"].map(sentence_case),
        )
        columns = [
            Column("name", "Objective", "link", link_key="address", below="owner", wide=True),
            Column("points", "Score", "number", "finer", hint="of 100"),
            Column("moved", "Change", "signed", 0, hint="points"),
            Column("reached", "KPIs met", hint="of those judged"),
            Column("grave_risks", "High or critical risks", "number", 0),
            Column("weightiest", "Weightiest change", "number", 0, hint="of 25"),
            Column("said", "Proposal", below="rule", wide=True),
            Column("decided", "Decided", below="decided_because", wide=True),
        ]
        if rows["decided"].isna().all():
            columns = columns[:-1]
        more = f"{figures.plural(left, 'more objective')} in the table objective_reviews that comes with this report."
        return table(
            rows.head(LISTED_OF_MANY),
            columns,
            key="objective-reviews",
            caption="What to do with each objective, those that ask for a decision first",
            note=f"A rule proposes, people decide. {more if left > 0 else ''}".strip(),
            empty="This cycle names no objectives.",
        )

    def pages(self) -> Sequence[Piece]:
        """A page for each objective; of very many for those that a rule would not keep, with a line that says so."""
        standing = self._standing
        if len(standing) <= PAGES_FOR_ALL:
            return [self.page(subject) for subject in standing["subject"]]
        asked = standing[standing["proposal"].ne(ObjectiveProposal.KEEP)]
        shown = asked.sort_values("score", kind="stable", na_position="first").head(PAGES_OF_MANY)
        kept = len(standing) - len(asked)
        said = f"{figures.plural(kept, 'objective')} to keep {'has' if kept == 1 else 'have'} no page here"
        if len(asked) > len(shown):
            said += f", and of {len(asked)} others the {len(shown)} with the lowest scores have one"
        return [note(f"{said[0].upper()}{said[1:]}."), *(self.page(subject) for subject in shown["subject"])]

    def page(self, objective_id: str) -> Block:
        """All that speaks for and against one objective."""
        row: Row = self._standing.set_index("subject").loc[objective_id].to_dict()
        objective = self._review.objectives.set_index("objective_id").loc[objective_id]
        shares = self._review.strategy_weights
        mine = self._review.scores["kpi_id"][self._review.scores["objective_id"].eq(objective_id)]
        facts: list[tuple[str, str]] = (
            [("Score", f"{figures.score(row['score'])} of 100")] if pd.notna(row["score"]) else []
        )
        if pd.notna(row["change"]):
            facts.append(("Change", f"{figures.score_change(row['change'])} points"))
        facts.append(("Weight in the strategy", figures.percent(float(shares.reindex(mine).sum()))))
        facts += [("KPIs met", _share(row["met"], row["scored"]))] if row["scored"] else []
        facts.append(("Proposal", sentence_case(str(row["proposal"]))))
        facts += [("Decided", sentence_case(str(row["decided"])))] if pd.notna(row["decided"]) else []
        terms = [("Why it matters", text(objective["business_goal"])), ("Decided", text(row["decided_because"]))]
        pieces = [piece for piece in (self._kpis(objective_id), self._around(objective_id)) if piece.n_rows]
        return kpi_page(
            key=objective_id,
            kind="objective",
            name=str(row["name"]),
            conclusion=f"{sentence_case(str(row['proposal']))}: {row['rule']}. {row['why']}",
            status=text(row["status"]),
            facts=facts,
            pieces=pieces,
            definition=[(name, value) for name, value in terms if value],
            owner=text(row["owner"]),
        )

    def _kpis(self, objective_id: str) -> Table:
        """Its KPIs with their trend, target and what the latest values say."""
        scores = self._review.scores
        rows = scores[scores["objective_id"].eq(objective_id)]
        part = self._review.history.part(list(rows["kpi_id"]))
        rows = rows.assign(
            address=[f"#{anchor('kpi', name)}" for name in rows["kpi_id"]],
            trend=pd.Series(
                [part.series_of(name)["value"].tail(PERIODS_DRAWN).tolist() for name in rows["kpi_id"]],
                index=rows.index,
                dtype="object",
            ),
            period_goal=rows["kpi_id"].map(part.period_goals["target"]),
            counted=[_long_unit(row) for row in rows.to_dict("records")],
            promise=[_promise(row) for row in rows.to_dict("records")],
            reached=[_figure(row) for row in rows.to_dict("records")],
        )
        columns = [
            Column("name", "KPI", "link", link_key="address", below="counted", wide=True),
            Column("trend", "Trend", "sparkline", target_key="period_goal"),
            Column("reached", "Actual"),
            Column("promise", "Target"),
            Column("status", "Status", "status"),
            Column("variation", "Signal", "signal"),
        ]
        return table(rows, columns, key=f"objective-kpis-{objective_id}", caption="How it is measured")

    def _around(self, objective_id: str) -> Table:
        """What works on it, what threatens it, and what changes around it; of very many initiatives the first."""
        initiatives = self._review.initiatives
        mine, left = first_rows(_those_that_ask_first(initiatives, objective_id), "initiatives", most=LISTED_AROUND)
        found = [
            *_initiatives(mine),
            *_risks(open_risks(self._review.risks), objective_id),
            *_changes(self._review.sound["changes"], objective_id),
        ]
        rows = pd.DataFrame(found, columns=["group", "name", "owner", "state", "note"])
        columns = [
            Column("name", "What", wide=True, below="owner"),
            Column("state", "State"),
            Column("note", "More", wide=True),
        ]
        caption = "What works on it, what threatens it, what changes around it"
        return table(rows, columns, key=f"objective-around-{objective_id}", group="group", caption=caption, note=left)


_Told = tuple[str, str, str, str, str]


def _those_that_ask_first(initiatives: pd.DataFrame, objective_id: str) -> pd.DataFrame:
    """The initiatives of an objective: off course, then on course, then over; within each as they stand."""
    mine = initiatives[initiatives["objective_id"].eq(objective_id)]
    is_over, is_on_course = mine["rule"].isin(NOTHING_ASKED), course(mine).eq(InitiativeProposal.CONTINUE)
    order = mine.assign(is_over=is_over, is_on_course=is_on_course)
    return mine.loc[order.sort_values(["is_over", "is_on_course"], kind="stable").index]


def _initiatives(mine: pd.DataFrame) -> list[_Told]:
    return [
        (
            "Initiatives",
            str(row["name"]),
            text(row["owner"]),
            *_course_and_why(row),
        )
        for row in mine.to_dict("records")
    ]


def _course_and_why(row: Mapping[Any, Any]) -> tuple[str, str]:
    """What becomes of an initiative, and its figures; of one that is over, that it is, and nothing of its course."""
    rule, why = sentence_case(str(row["rule"])), text(row["why"])
    if text(row["decided"]):
        return f"{sentence_case(text(row['decided']))} (decided)", f"{rule}. {why}".strip()
    if row["rule"] in NOTHING_ASKED:
        return rule, why
    return sentence_case(str(row["proposal"])), f"{rule}. {why}".strip()


def _risks(risks: pd.DataFrame, objective_id: str) -> list[_Told]:
    mine = risks[risks["objective_id"].eq(objective_id)]
    return [
        ("Risks and issues", str(row["title"]), text(row["owner"]), _exposure(row), text(row["response"]))
        for row in mine.to_dict("records")
    ]


def _exposure(row: Row) -> str:
    if pd.isna(row["exposure"]):
        return "Not rated"
    moved = f", {row['movement']}" if row["movement"] in {"rising", "falling"} else ""
    return f"{sentence_case(str(row['band']))}, {figures.number(row['exposure'], 0)} of 25{moved}"


def _changes(changes: pd.DataFrame, objective_id: str) -> list[_Told]:
    mine = changes[changes["objective_id"].eq(objective_id)]
    mine = mine.assign(weight=mine["likelihood"] * mine["impact"]).sort_values("weight", ascending=False, kind="stable")
    return [
        (
            "Outside changes",
            str(row["description"]),
            sentence_case(text(row["category"])),
            sentence_case(text(row["effect"]) or "change") + _weight(row["weight"]),
            text(row["response"]),
        )
        for row in mine.to_dict("records")
    ]


def _weight(weight: float) -> str:
    return f", {figures.number(weight, 0)} of 25" if pd.notna(weight) else ""


def _share(met: int, scored: int) -> str:
    return f"{met} of {scored}" if scored else figures.DASH


def _long_unit(row: Row) -> str:
    """A unit that does not stand with the figure, as under the name in the scorecard."""
    unit = figures.shown_unit(text(row["unit"]))
    return "" if attached(unit) else unit


def _figure(row: Row) -> str:
    places: int | None = int(row["decimals"]) if pd.notna(row["decimals"]) else None
    return figures.with_unit(row["actual"], attached(text(row["unit"])), places)


def _promise(row: Row) -> str:
    has_goal: bool = pd.notna(row["target"]) or pd.notna(row["target_low"])
    return promised(row, unit=attached(text(row["unit"]))) if has_goal else figures.DASH
