"""What notebook 02 shows: how each KPI did against its target, and what is signal."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from review_kit import charts
from review_kit.desk.driver_pages import DriverPages
from review_kit.desk.history import History
from review_kit.desk.kpi_facts import facts_of, terms_of
from review_kit.desk.outlook_pages import outlook_brief, outlook_pieces
from review_kit.desk.review import Review
from review_kit.desk.rows import MOST_LISTED
from review_kit.desk.signal_tables import conflicts_table, signals_table
from review_kit.findings.evidence import Row, text
from review_kit.model import figures
from review_kit.model.profile import PROFILES, Rollup
from review_kit.model.words import Direction, Level, Variation
from review_kit.narrative import (
    guardrail_words,
    kpi_sentence,
    scorecard_lead,
    scores_lead,
    signals_lead,
    verdict_detail,
    verdict_sentence,
)
from review_kit.scoring import adds_up, named_profiles
from review_kit.tables_view import Block, Column, Piece, Table, kpi_page, lead, scorecard, table, verdict
from review_kit.tables_view.labels import ORIGIN_LEGEND

OBJECTIVES_LISTED = 60  # more of them than these are listed by perspective alone
PAGES_FOR_ALL = 40  # up to so many KPIs each has a page; beyond, those that readers ask about first
PAGES_OF_MANY = 24


_BROUGHT_TOGETHER = {
    Rollup.MEAN: "Weighted means of KPI scores.",
    Rollup.GEOMETRIC: "Weighted geometric means of KPI scores: one at 0 takes its objective to 0.",
    Rollup.WORST: "The worst score below counts.",
}


class ScoringPages:
    """Scores, signals and a page per KPI."""

    def __init__(self, review: Review, drivers: DriverPages) -> None:
        self._review = review
        self._drivers = drivers

    def verdict(self) -> Block:
        """The strategy's score with its change, and the sentence that goes with it."""
        review, row = self._review, self._review.strategy
        since = "" if review.last is None else review.last.when
        return verdict(
            verdict_sentence(row, review.scores),
            score=row["score"],
            change=row["change"],
            status=row["status"],
            since=since,
            detail=verdict_detail(review.rollup),
        )

    def conclusion(self) -> Block:
        """What the objectives' scores say together."""
        return lead(scores_lead(self._review.rollup))

    def scorecard_conclusion(self) -> Block:
        """How many KPIs stand where."""
        return lead(scorecard_lead(self._review.scores))

    def signals_conclusion(self) -> Block:
        """How much of what moved is more than noise."""
        return lead(signals_lead(self._review.scores))

    def objective_scores(self, most: int | None = None) -> charts.Chart:
        """Objectives by perspective, with the last review's score; at most so many rows where there is little room."""
        rules = self._review.rules
        return charts.objective_scores(self._review.rollup, green=rules.green, amber=rules.amber, most=most)

    def rollup_table(self) -> Table:
        """The whole, each perspective and each objective with score, change, coverage and counts."""
        rollup = self._review.rollup
        objectives = int(rollup["level"].eq(Level.OBJECTIVE).sum())
        shown = rollup if objectives <= OBJECTIVES_LISTED else rollup[rollup["level"].ne(Level.OBJECTIVE)]
        left = "" if len(shown) == len(rollup) else f" The {objectives} objectives stand in the scorecard workbook."
        rows = shown.assign(
            points=lambda frame: 100 * frame["score"],
            finer=lambda frame: frame["score"].map(figures.score_decimals),
            moved=lambda frame: 100 * frame["change"],
            is_total=lambda frame: frame["level"].ne(Level.OBJECTIVE),
            met=lambda frame: [f"{met} of {n}" for met, n in zip(frame["n_met"], frame["n_scored"], strict=True)],
        )
        columns = [
            Column("name", "Objective", wide=True),
            Column("points", "Score", "number", "finer", hint="of 100"),
            Column("moved", "Change", "signed", 0, hint=self._since()),
            Column("status", "Status", "status"),
            Column("met", "KPIs met", hint="of those judged"),
            Column("coverage", "Weight scored", "percent"),
            Column("confidence", "Values that came", "percent"),
        ]
        if rows["moved"].isna().all():
            columns = [column for column in columns if column.key != "moved"]
        limit = figures.percent(self._review.rules.min_confidence)
        return table(
            rows,
            columns,
            key="rollup",
            strong="is_total",
            caption="Scores of the strategy, its perspectives and its objectives",
            note=f"All scores are rolled up. {_BROUGHT_TOGETHER[Rollup(self._review.rules.rollup)]} "
            f"Not scored where less than {limit} of the weight below has one. {self._guardrails()}{left}".strip(),
        )

    def _guardrails(self) -> str:
        return guardrail_words(self._review.scores, self._review.rollup, self._review.rules.green)

    def _since(self) -> str:
        return "" if self._review.last is None else f"since {self._review.last.when}"

    def scorecard(self) -> Table:
        """Every KPI in a row."""
        review = self._review
        # once the year is over there is no outlook left: what will be is what was
        over = review.checkpoint.as_of == review.checkpoint.calendar.end
        scores, note = self._listed()
        part = review.history.part(scores["kpi_id"])
        scores = scores.assign(period_target=scores["kpi_id"].map(part.period_goals["target"]))
        if over:
            scores = scores.assign(p_meet=float("nan"))
        return scorecard(
            scores.assign(scored_by=self._scored_by(scores)),
            history=part.series.assign(segment=""),
            rollup=review.rollup,
            note=" ".join(part for part in (note, self._profiles(), ORIGIN_LEGEND) if part),
            since="the same time a year before",
        )

    def _scored_by(self, scores: pd.DataFrame) -> pd.Series:
        """How a KPI is scored, where it is not as the cycle says."""
        other = scores["profile"].ne(self._review.rules.profile)
        titles = scores["profile"].map({name: f"scored by {found.title}" for name, found in PROFILES.items()})
        return titles.where(other, "")

    def _profiles(self) -> str:
        """By what the KPIs are scored, in words."""
        used = [PROFILES[profile].title for profile in named_profiles(self._review.scores)]
        return f"Scored by {figures.listed(used)}." if used else ""

    def _listed(self) -> tuple[pd.DataFrame, str]:
        """The scores that a page lists: all, or of very many those that cost most, and words that say so."""
        review, scores = self._review, self._review.scores
        left = len(scores) - MOST_LISTED
        if left <= 0:
            return scores, ""
        lost = (review.rules.green - scores["score"]).clip(lower=0.0, upper=1.0).fillna(0.0)
        cost = lost * scores["kpi_id"].map(review.strategy_weights)
        costliest = np.sort(np.argsort(-cost.to_numpy(), kind="stable")[:MOST_LISTED])
        more = figures.plural(left, "more KPI")
        return scores.iloc[costliest], (
            f"Those whose shortfall costs most; {more} are in the table of scores that comes with this report."
        )

    def signals_table(self) -> Table:
        """KPIs whose latest values are a signal, concerns first."""
        return signals_table(self._review.scores)

    def conflicts_table(self) -> Table:
        """KPIs whose colour and chart say different things: missed but routine, met but drifting."""
        return conflicts_table(self._review.scores)

    def process_charts(self) -> Sequence[Piece]:
        """The process behaviour charts of KPIs with a signal of concern, small."""
        return [self.chart(kpi_id, half=True) for kpi_id in self._concerned]

    @cached_property
    def _concerned(self) -> list[str]:
        concerned = self._review.scores[self._review.scores["variation"].eq(Variation.CONCERN)]
        return list(concerned["kpi_id"].head(PAGES_OF_MANY))

    @cached_property
    def _drawn(self) -> frozenset[str]:
        return frozenset([*self._concerned, *self.paged()])

    @cached_property
    def _part(self) -> History:
        return self._review.history.part(self._drawn)

    def outlook(self) -> Sequence[Piece]:
        """Where each KPI will end the year, and whether such chances can be believed."""
        return outlook_pieces(self._review)

    def outlook_brief(self) -> Sequence[Piece]:
        """As `outlook`, without the methods of the forecasts: what a quarter's meeting needs."""
        return outlook_brief(self._review)

    def chart(self, kpi_id: str, *, half: bool = False) -> charts.Chart:
        """The process behaviour chart of one KPI, with its target per period."""
        part = self._part if kpi_id in self._drawn else self._review.history
        row, goals = self._row(kpi_id), part.period_goals.loc[kpi_id].to_dict()
        is_range = row["direction"] == Direction.RANGE
        low, high = float(goals["target_low"]), float(goals["target_high"])
        target = low if is_range else float(goals["target"])
        points = part.points_of(kpi_id).reset_index(drop=True)
        begins = np.flatnonzero(points["phase_reason"].ne("") & points["phase"].ne(points["phase"].shift())).tolist()
        return charts.process_behaviour(
            points,
            phases={at: str(points["phase_reason"].iloc[at]) for at in begins},
            key=f"{'small-' if half else ''}{kpi_id}",
            name=row["name"],
            unit=text(row["unit"]),
            decimals=int(row["decimals"]) if pd.notna(row["decimals"]) else None,
            target=None if pd.isna(target) else self._by_season(kpi_id, points, target),
            target_high=self._by_season(kpi_id, points, high) if is_range and pd.notna(high) else None,
            half=half,
        )

    def _by_season(self, kpi_id: str, points: pd.DataFrame, goal: float) -> list[float]:
        """A period's target at each point: of a KPI that adds up, the year's target is shared out as its season is."""
        shared = points["season_factor"] * goal + points["season_added"]
        return (shared if self._adding_up[self._place(kpi_id)] else shared * 0 + goal).tolist()

    @cached_property
    def _adding_up(self) -> list[bool]:
        """Of each KPI whether its periods are summed, so that one of them is asked for its share of the target."""
        return [bool(one) for one in adds_up(self._review.kpis)]

    @cached_property
    def _places(self) -> dict[str, int]:
        """By kpi_id, the row that a KPI has in every table of one row a KPI."""
        return {kpi_id: place for place, kpi_id in enumerate(self._review.kpis["kpi_id"])}

    def _place(self, kpi_id: str) -> int:
        return self._places[kpi_id]

    def _row(self, kpi_id: str) -> Row:
        return self._review.scores.iloc[self._place(kpi_id)].to_dict()

    def kpi_page(self, kpi_id: str) -> Block:
        """All there is about one KPI: verdict, figures, chart, definition, and the rows its actual came from."""
        row = self._row(kpi_id)
        kpi = self._review.kpis.iloc[self._place(kpi_id)].to_dict()
        return kpi_page(
            key=kpi_id,
            name=row["name"],
            conclusion=kpi_sentence(row),
            status=row["status"],
            facts=facts_of(row, kpi, self._review.checkpoint),
            pieces=[self.chart(kpi_id), *self._drivers.segment_bridges(kpi_id)],
            definition=terms_of(row, kpi),
            trace=f"Worked out as the {row['trace']}." if text(row["trace"]) else "",
            owner=text(row["owner"]),
        )

    def paged(self) -> list[str]:
        """The KPIs that have a page: all of them, or of very many those that cost or matter most."""
        scores = self._review.scores
        if len(scores) <= PAGES_FOR_ALL:
            return list(scores["kpi_id"])
        found = self._review.findings
        ranked = found[found["subject_kind"].eq("kpi") & found["state"].ne("resolved")].sort_values(
            "rank", kind="stable"
        )
        problems = ranked[ranked["severity"].ne("success")]["subject"].drop_duplicates().head(PAGES_OF_MANY)
        return list(scores.loc[scores["kpi_id"].isin(problems), "kpi_id"])

    def kpi_pages(self) -> list[Piece]:
        """The pages of all KPIs, or of the costliest of very many, with a line that says so."""
        chosen = self.paged()
        total = len(self._review.scores)
        pages: list[Piece] = [self.kpi_page(kpi_id) for kpi_id in chosen]
        if len(chosen) < total:
            everyone = "scorecard" if total <= MOST_LISTED else "table of scores"
            said = (
                f"Of {figures.plural(total, 'KPI')}, the {len(chosen)} whose shortfall costs most have a page here; "
                f"the {everyone} has all of them."
            )
            return [lead(said), *pages]
        return pages
