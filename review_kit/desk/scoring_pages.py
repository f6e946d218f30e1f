"""What notebook 02 shows: how each KPI did against its target, and what is signal."""

from collections.abc import Sequence
from functools import cached_property

import numpy as np
import pandas as pd

from review_kit import charts
from review_kit.desk.review import Review
from review_kit.desk.rows import MOST_LISTED, first_rows
from review_kit.findings.evidence import Row, in_unit, promised, text
from review_kit.model import figures
from review_kit.model.words import Certainty, Direction, Level, Status, Variation
from review_kit.narrative import (
    kpi_sentence,
    scorecard_lead,
    scores_lead,
    signals_lead,
    verdict_detail,
    verdict_sentence,
)
from review_kit.tables_view import Block, Column, Piece, Table, kpi_page, lead, scorecard, table, verdict

OBJECTIVES_LISTED = 60  # more of them than these are listed by perspective alone
PAGES_FOR_ALL = 40  # up to so many KPIs each has a page; beyond, those that readers ask about first
PAGES_OF_MANY = 24


_AS_IT_RUNS = {"pass": "always met", "fail": "never met", "hit or miss": "met by chance", "unknown": "not known"}
_BETTER = {"higher": "upwards", "lower": "downwards", "range": "inside its range"}


def _with_certainty(row: Row) -> str:
    """'18.7 %, preliminary': a figure that is not final says so wherever it stands."""
    certainty = text(row["certainty"])
    return in_unit(row, row["actual"]) + (f", {certainty}" if certainty and certainty != Certainty.ACTUAL else "")


class ScoringPages:
    """Scores, signals and a page per KPI."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def verdict(self) -> Block:
        """The strategy's score with its change, and the sentence that goes with it."""
        review, row = self._review, self._review.strategy
        since = "" if review.last is None else review.last.title.removeprefix("Year ")
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

    def objective_scores(self) -> charts.Chart:
        """Objectives by perspective, with the last review's score."""
        rules = self._review.rules
        return charts.objective_scores(self._review.rollup, green=rules.green, amber=rules.amber)

    def rollup_table(self) -> Table:
        """The whole, each perspective and each objective with score, change, coverage and counts."""
        rollup = self._review.rollup
        objectives = int(rollup["level"].eq(Level.OBJECTIVE).sum())
        shown = rollup if objectives <= OBJECTIVES_LISTED else rollup[rollup["level"].ne(Level.OBJECTIVE)]
        left = "" if len(shown) == len(rollup) else f" The {objectives} objectives stand in the scorecard workbook."
        rows = shown.assign(
            points=lambda frame: 100 * frame["score"],
            moved=lambda frame: 100 * frame["change"],
            is_total=lambda frame: frame["level"].ne(Level.OBJECTIVE),
            met=lambda frame: [f"{met} of {n}" for met, n in zip(frame["n_met"], frame["n_kpis"], strict=True)],
        )
        columns = [
            Column("name", "Objective", wide=True),
            Column("points", "Score", "number", 0, hint="of 100"),
            Column("moved", "Change", "signed", 0, hint=self._since()),
            Column("status", "Status", "status"),
            Column("met", "KPIs met"),
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
            note=f"Weighted means of KPI scores. Not scored where less than {limit} of the weight below has one.{left}",
        )

    def _since(self) -> str:
        return "" if self._review.last is None else f"since {self._review.last.title.removeprefix('Year ')}"

    def scorecard(self) -> Table:
        """Every KPI in a row."""
        review = self._review
        # once the year is over there is no outlook left: what will be is what was
        over = review.checkpoint.as_of == review.checkpoint.calendar.end
        scores, note = self._listed()
        part = review.part(scores["kpi_id"])
        scores = scores.assign(period_target=scores["kpi_id"].map(part.period_goals["target"]))
        if over:
            scores = scores.assign(p_meet=float("nan"))
        return scorecard(
            scores,
            history=part.series.assign(segment=""),
            rollup=review.rollup,
            note=note,
            since="the same time a year before",
        )

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
        found = self._review.scores
        found = found[found["variation"].isin([Variation.CONCERN, Variation.IMPROVEMENT])]
        found = found.sort_values(["variation", "weight"], ascending=[True, False], kind="stable")
        shown, note = first_rows(found, "scores")
        columns = [
            Column("name", "KPI", wide=True, below="owner"),
            Column("variation", "Signal", "signal"),
            Column("rule", "Which"),
            Column("status", "Status", "status"),
            Column("actual", "Actual", "number", "decimals", unit_key="unit"),
            Column("target", "Target", "number", "decimals", unit_key="unit"),
        ]
        return table(
            shown,
            columns,
            key="signals",
            caption="What changed, and is more than noise",
            note=note,
            empty="No KPI shows a signal: all that varies is routine.",
        )

    def routine_misses_table(self) -> Table:
        """KPIs that miss their target while nothing unusual happens: only a better process helps."""
        found = self._review.scores
        missed = found["status"].isin([Status.OFF_TARGET, Status.NEAR])
        found = found[missed & found["variation"].eq(Variation.COMMON_CAUSE)]
        shown, note = first_rows(found.sort_values("weight", ascending=False, kind="stable"), "scores")
        columns = [
            Column("name", "KPI", wide=True, below="owner"),
            Column("status", "Status", "status"),
            Column("actual", "Actual", "number", "decimals", unit_key="unit"),
            Column("target", "Target", "number", "decimals", unit_key="unit"),
            Column("lower", "Routine from", "number", "decimals", unit_key="unit"),
            Column("upper", "to", "number", "decimals", unit_key="unit"),
            Column("as_it_runs", "As it runs, the target is"),
        ]
        return table(
            shown.assign(as_it_runs=shown["assurance"].map(_AS_IT_RUNS)),
            columns,
            key="routine-misses",
            note=note,
            caption="Missed, and yet routine: change the process, do not ask for an explanation",
            empty="No KPI misses its target by routine variation alone.",
        )

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
    def _part(self) -> Review:
        return self._review.part(self._drawn)

    def chart(self, kpi_id: str, *, half: bool = False) -> charts.Chart:
        """The process behaviour chart of one KPI, with its target per period."""
        part = self._part if kpi_id in self._drawn else self._review
        row, goals = self._row(kpi_id), part.period_goals.loc[kpi_id].to_dict()
        is_range = row["direction"] == Direction.RANGE
        low, high = float(goals["target_low"]), float(goals["target_high"])
        target = low if is_range else float(goals["target"])
        return charts.process_behaviour(
            part.points_of(kpi_id),
            key=f"{'small-' if half else ''}{kpi_id}",
            name=row["name"],
            unit=text(row["unit"]),
            decimals=int(row["decimals"]) if pd.notna(row["decimals"]) else None,
            target=None if pd.isna(target) else target,
            target_high=high if is_range and pd.notna(high) else None,
            half=half,
        )

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
        kpi = self._review.kpis.iloc[self._place(kpi_id)]
        terms = [
            ("What is measured", text(kpi["definition"])),
            ("Gets better", _BETTER[str(kpi["direction"])]),
            ("Measured", text(kpi["frequency"])),
            ("Comes from", text(kpi["data_source"])),
            ("Why it is achievable", text(kpi["achievable_because"])),
        ]
        return kpi_page(
            key=kpi_id,
            name=row["name"],
            conclusion=kpi_sentence(row),
            status=row["status"],
            facts=self._facts(row, float(kpi["stretch"])),
            pieces=[self.chart(kpi_id)],
            definition=[(name, words) for name, words in terms if words],
            trace=f"Worked out as the {row['trace']}." if text(row["trace"]) else "",
            owner=text(row["owner"]),
        )

    def _facts(self, row: Row, stretch: float) -> list[tuple[str, str]]:
        """Actual, target, stretch, baseline, a year ago, score and outlook, as far as they are known."""
        calendar = self._review.checkpoint
        known = [
            ("Actual", _with_certainty(row) if pd.notna(row["actual"]) else ""),
            ("Target", promised(row) if pd.notna(row["target"]) or pd.notna(row["target_low"]) else "none"),
            ("Stretch", in_unit(row, stretch) if pd.notna(stretch) else ""),
            ("Baseline", in_unit(row, row["baseline"]) if pd.notna(row["baseline"]) else ""),
            ("A year ago", in_unit(row, row["previous_actual"]) if pd.notna(row["previous_actual"]) else ""),
            ("Score", f"{figures.number(100 * row['score'], 0)} of 100" if pd.notna(row["score"]) else ""),
        ]
        if calendar.as_of != calendar.calendar.end and pd.notna(row["forecast"]):
            known.append(("Year-end outlook", in_unit(row, row["forecast"])))
            known.append(("Chance to meet", figures.percent(row["p_meet"]) if pd.notna(row["p_meet"]) else ""))
        return [(name, value) for name, value in known if value]

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
