"""What changed since the last review: the score by causes, and every fact that is another one than then."""

import re
from collections.abc import Sequence
from functools import cached_property

import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.model import figures
from review_kit.narrative.comparison import (
    BRIDGE_METHOD,
    CAUSE_MEANINGS,
    PrintedBridge,
    bridge_title,
    comparison_lead,
    printed_bridge,
)
from review_kit.tables_view import Block, Column, Piece, Table, lead, note, table
from review_kit.tables_view.labels import sentence_case

_NOUNS = {"restatement": "value", "performance": "KPI", "definitions": "KPI"}
_PROMISED = ("target", "baseline", "weight")
_WORTH_A_BRIDGE = 2  # causes
SHOWN = 12  # of what is told promise by promise, initiative by initiative, risk by risk
_FIGURE = re.compile(r"([A-Z]{3}\s|[$€£¥₹])?(.*\d)(\D*)")  # a currency before it, a unit behind


class ComparisonPages:
    """What is another one than at the last review, and what that did to the score."""

    def __init__(self, review: Review) -> None:
        self._review = review

    @property
    def _ends(self) -> tuple[float, float]:
        strategy = self._review.strategy
        return float(strategy["previous_score"]), float(strategy["score"])

    @property
    def _since(self) -> str:
        return "" if self._review.last is None else self._review.last.title.removeprefix("Year ")

    @property
    def _today(self) -> str:
        return self._review.checkpoint.title.removeprefix("Year ")

    @cached_property
    def _printed(self) -> PrintedBridge:
        return printed_bridge(self._review.score_bridge, *self._ends)

    def _of(self, *kinds: str) -> pd.DataFrame:
        compared = self._review.compared
        return compared[compared["kind"].isin(kinds)].reset_index(drop=True)

    def conclusion(self) -> Block:
        """How far the score moved and by what, and what else is new; a quarter opens with the KPIs that moved."""
        if self._review.last is None:
            return lead("There is no earlier review to compare with.")
        review = self._review
        told = comparison_lead(review.compared, self._printed, *self._ends, self._since, statuses=review.is_annual)
        return lead(told)

    def bridge(self) -> Sequence[Piece]:
        """From the last score to this one by causes.

        Nothing without a last score that these readers may see, or where one cause did it all: the conclusion says so.
        """
        printed, (before, now) = self._printed, self._ends
        steps = printed.table[printed.table["printed"].ne(0)].reset_index(drop=True)
        if len(steps) < _WORTH_A_BRIDGE:
            return []
        return [
            charts.bridge(
                steps,
                before=100 * before,
                now=100 * now,
                before_name=self._since,
                now_name=self._today,
                decimals=printed.decimals,
                key="cause-bridge",
                title=bridge_title(printed),
                subtitle="Points of the strategy's score, 100 = targets met; averages over every order of the causes",
            )
        ]

    def causes_table(self) -> Sequence[Piece]:
        """What each cause is about, and what it gave; the points add up to the change of the score."""
        found, decimals = self._printed
        if found["printed"].ne(0).sum() < _WORTH_A_BRIDGE:
            return []
        rows = found.assign(
            meaning=[sentence_case(CAUSE_MEANINGS[cause]) for cause in found["cause"]],
            concerned=[_concerned(*pair) for pair in zip(found["cause"], found["concerned"], strict=True)],
            is_total=False,
        )
        total = {"name": "The strategy as a whole", "meaning": "", "concerned": "", "is_total": True}
        rows = pd.concat([rows, pd.DataFrame([{**total, "printed": rows["printed"].sum()}])], ignore_index=True)
        drawn = table(
            rows,
            [
                Column("name", "Cause", wide=True, below="meaning"),
                Column("concerned", "About"),
                Column("printed", "Points", "signed", decimals, hint="of 100"),
            ],
            key="causes",
            strong="is_total",
            caption="What each cause gave to the change of the strategy's score",
        )
        return [drawn, note(BRIDGE_METHOD, "method")]

    def statuses_table(self) -> Sequence[Table]:
        """The KPIs with another status, those that fell first."""
        found = self._of("status")
        if found.empty:
            return []
        shown, left = first_rows(found, "comparisons")
        columns = [
            Column("name", "KPI", wide=True),
            Column("before", "Then", "status", below="before_detail", hint=self._since),
            Column("now", "Now", "status", below="now_detail", hint=self._today),
        ]
        return [table(shown, columns, key="statuses", caption="KPIs that changed status", note=left)]

    def promises_table(self, count: int = SHOWN) -> Sequence[Table]:
        """What is promised, from where, and what it weighs: then and now, the heaviest KPIs first."""
        found = self._of(*_PROMISED)
        if found.empty:
            return []
        found = found.assign(told=[_from_to(*pair) for pair in zip(found["before"], found["now"], strict=True)])
        wide = found.pivot_table(
            index=["subject_kind", "subject", "name"], columns="what", values="told", aggfunc="first", sort=False
        )
        wide = wide.reindex(columns=list(_PROMISED)).reset_index()
        weight = (
            wide["subject"].map(self._review.strategy_weights).where(wide["subject_kind"].eq("kpi"), 1.0).fillna(0.0)
        )
        wide = wide.assign(
            reweighted=wide["weight"].notna(), aimed=wide["target"].notna(), strategy_weight=weight
        ).sort_values(["reweighted", "aimed", "strategy_weight"], ascending=False, kind="stable")
        shown, left = first_rows(wide, "comparisons", most=count)
        columns = [
            Column("name", "KPI", wide=True),
            *(Column(what, sentence_case(what)) for what in _PROMISED if shown[what].notna().any()),
        ]
        caption = f"Targets, baselines and weights that changed since {self._since}"
        return [table(shown, columns, key="promises", caption=caption, note=left)]

    def facts_table(self) -> Sequence[Table]:
        """Restated figures, other definitions, KPIs and objectives in and out."""
        found = self._of("restated", "definition", "membership")
        if found.empty:
            return []
        heads = {"restated": "Restated figures", "definition": "Definitions", "membership": "In and out"}
        shown, left = first_rows(found.assign(group=found["kind"].map(heads)), "comparisons")
        columns = [
            Column("name", "KPI or objective", wide=True),
            Column("what", "What"),
            Column("before", "Then", wide=True, below="before_detail"),
            Column("now", "Now", wide=True, below="now_detail"),
        ]
        shown = shown.assign(**{name: shown[name].map(sentence_case) for name in ("what", "before", "now")})
        caption = "Figures, definitions and membership that changed"
        return [table(shown, columns, key="facts", caption=caption, group="group", note=left)]

    def delivery_table(self, count: int = SHOWN) -> Sequence[Table]:
        """Initiatives and risks in and out, and moved; so many of each."""
        found = self._of("initiative", "risk")
        if found.empty:
            return []
        heads = {"initiative": "Initiatives", "risk": "Risks and issues"}
        cased = {name: found[name].map(sentence_case) for name in ("what", "before", "now")}
        found = found.assign(group=found["kind"].map(heads), **cased)
        shown = found.groupby("kind", sort=False).head(count)
        n_left = len(found) - len(shown)
        are = "is" if n_left == 1 else "are"
        more = f"{figures.number(n_left)} more {are} in the table of comparisons that comes with this report."
        columns = [
            Column("name", "Initiative or risk", wide=True),
            Column("what", "What"),
            Column("before", "Then"),
            Column("now", "Now"),
        ]
        since = str(found["since"].iloc[0]).removeprefix("Year ")
        caption = f"Initiatives and risks that came, went or moved since {since}"
        exposure = "Exposure is likelihood × impact." if found["kind"].eq("risk").any() else ""
        small = " ".join(part for part in (exposure, more if n_left else "") if part)
        return [table(shown, columns, key="delivery", caption=caption, group="group", note=small)]

    def decisions_table(self) -> Sequence[Table]:
        """What people decided since."""
        found = self._of("decision")
        if found.empty:
            return []
        shown, left = first_rows(found.assign(now=found["now"].map(sentence_case)), "comparisons")
        columns = [
            Column("name", "About", wide=True),
            Column("now", "Decided"),
            Column("now_detail", "When, by whom and why", wide=True),
        ]
        return [table(shown, columns, key="decisions", caption=f"What was decided since {self._since}", note=left)]


def _concerned(cause: str, count: float) -> str:
    """'31 KPIs', '1 value', '2 KPIs or objectives'."""
    if cause == "rules":
        return "all KPIs"
    noun = _NOUNS.get(cause, "KPI or objective")
    return figures.plural(int(count), noun, "" if cause in _NOUNS else "KPIs or objectives")


def _from_to(before: str, now: str) -> str:
    """'EUR 195.0 → 225.0 m', '71 → 72 %': the unit once where both have the same."""
    old, new = _FIGURE.fullmatch(before), _FIGURE.fullmatch(now)
    if old and new and (old[1], old[3]) == (new[1], new[3]):
        return f"{old[1] or ''}{old[2]} → {new[2]}{new[3]}"
    return f"{before or '–'} → {now or '–'}"
