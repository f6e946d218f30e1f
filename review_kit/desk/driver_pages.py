"""What drove the changes: of the strategy's score by KPIs, of KPIs by segments and by both sides of a ratio."""

from collections.abc import Sequence
from functools import cached_property
from typing import Any

import pandas as pd

from review_kit import charts
from review_kit.desk.driver_rows import (
    OTHER_RULES,
    below,
    largest,
    largest_step,
    score_steps,
    segment_rows,
    segments_printed,
    summed,
)
from review_kit.desk.explaining import ratios_of
from review_kit.desk.last import within_sentence
from review_kit.desk.review import Review
from review_kit.desk.rows import MOST_ROWS
from review_kit.findings.evidence import Row, text
from review_kit.model import figures
from review_kit.model.parts import printed_parts
from review_kit.model.profile import Rollup
from review_kit.model.words import PERCENT_UNITS, Direction
from review_kit.narrative import not_parted, score_drivers_lead, segment_called, segments_lead, segments_title
from review_kit.scoring.printed import Printed, printed_scores
from review_kit.scoring.score_drivers import RULES
from review_kit.tables_view import Block, Column, Piece, Table, lead, table

KPIS_TAKEN_APART = 12  # as many as a reader goes through
_BETTER = {Direction.HIGHER: 1, Direction.LOWER: -1, Direction.RANGE: 0}


class DriverPages:
    """Bridges and tables of what drove a change; what they print adds up."""

    def __init__(self, review: Review) -> None:
        self._review = review

    @cached_property
    def _scores(self) -> Printed:
        before, now = self._ends
        return printed_scores(self._review.drivers, before, now)

    @property
    def _ends(self) -> tuple[float, float]:
        strategy = self._review.strategy
        return float(strategy["previous_score"]), float(strategy["score"])

    @property
    def _since(self) -> str:
        return "" if self._review.last is None else self._review.last.when

    @property
    def _today(self) -> str:
        return within_sentence(self._review.checkpoint.title)

    def conclusion(self) -> Block:
        """How far the score moved, and what did it."""
        if self._review.rules.rollup != Rollup.MEAN:
            return lead(not_parted(self._review.rules.rollup))
        return lead(score_drivers_lead(self._scores, *self._ends, self._since))

    def bridge(self) -> Sequence[Piece]:
        """From the last score to this one, the greatest steps first; nothing without a last score."""
        printed, (before, now) = self._scores, self._ends
        if printed.table.empty:
            return []
        steps = score_steps(printed)
        return [
            charts.bridge(
                steps,
                before=100 * before,
                now=100 * now,
                before_name=self._since,
                now_name=self._today,
                decimals=printed.decimals,
                key="score-bridge",
                title=largest_step(steps, printed.decimals),
                subtitle="Points of the strategy's score, 100 = targets met; each KPI by what it scored, "
                "at the mean of its weights then and now",
            )
        ]

    def scores_table(self, count: int = MOST_ROWS) -> Sequence[Table]:
        """What each KPI gave by its score and by its weight; the columns add up to the change of the score."""
        found, decimals = self._scores
        if found.empty:
            return []
        moved = found[found[["printed_rate", "printed_mix"]].ne(0).any(axis=1)]
        names = self._review.objectives.set_index("objective_id")["name"]
        shown = moved if len(moved) <= count + 1 else moved.head(count)
        rows = pd.DataFrame(
            {
                "name": shown["name"].mask(shown["state"].eq(RULES), OTHER_RULES),
                "below": [below(row, names.get(row["objective_id"], "")) for row in shown.to_dict("records")],
                "before": 100 * shown["before"],
                "now": 100 * shown["now"],
                "rate": shown["printed_rate"],
                "mix": shown["printed_mix"],
                "effect": shown["printed"],
                "is_total": False,
            }
        )
        left = moved.iloc[len(shown) :]
        if len(left):
            rows = pd.concat([rows, summed(figures.plural(len(left), "more KPI"), left)], ignore_index=True)
        before, now = self._ends
        total = summed("The strategy as a whole", found).assign(before=100 * before, now=100 * now, is_total=True)
        has_score = found[["before", "now"]].notna().any(axis=1)  # what never had one moved nothing
        still = int((has_score & ~found.index.isin(moved.index)).sum())
        drawn = table(
            pd.concat([rows, total], ignore_index=True),
            [
                Column("name", "KPI", wide=True, below="below"),
                Column("before", "Score then", "number", 0, hint=self._since),
                Column("now", "Score now", "number", 0, hint=self._today),
                Column("rate", "By its score", "signed", decimals, hint="points"),
                Column("mix", "By weights", "signed", decimals, hint="points"),
                Column("effect", "Together", "signed", decimals, hint="points"),
            ],
            key="drivers",
            strong="is_total",
            caption="What each KPI gave to the change of the strategy's score",
            note=f"{figures.plural(still, 'KPI')} moved it by less than shows here." if still else "",
        )
        return [drawn]

    @cached_property
    def _rows_of(self) -> dict[str, Any]:
        """By kpi_id the places of its segments in the table of segments."""
        return {str(kpi_id): places for kpi_id, places in self._review.segments.groupby("kpi_id").indices.items()}

    @cached_property
    def _taken_apart(self) -> list[str]:
        """The KPIs that came by segment, in the order of the scores."""
        scores = self._review.scores["kpi_id"]
        return list(scores[scores.isin(self._rows_of)])

    def _parts(self, kpi_id: str) -> tuple[Row, Printed]:
        """The row of a KPI's scores, and its segments as they are printed."""
        scores = self._review.scores
        row = scores.iloc[int(scores["kpi_id"].eq(kpi_id).to_numpy().argmax())].to_dict()
        return row, segments_printed(row, self._review.segments.iloc[self._rows_of[kpi_id]])

    def segments_conclusion(self) -> Sequence[Block]:
        """Which KPIs can be taken apart, and which segment did most; nothing where none can."""
        apart = [self._parts(kpi_id) for kpi_id in self._taken_apart[:KPIS_TAKEN_APART]]
        told = [(str(row["name"]), segments_title(parts, text(row["unit"]))) for row, parts in apart]
        return [lead(segments_lead(told, len(self._taken_apart), len(self._review.scores)))] if told else []

    def segments_table(self) -> Sequence[Table]:
        """The segments of each KPI: their own figures, and what their level and their share gave to its change."""
        shown = [segment_rows(*self._parts(kpi_id)) for kpi_id in self._taken_apart[:KPIS_TAKEN_APART]]
        if not shown:
            return []
        left = len(self._taken_apart) - len(shown)
        more = f"{figures.plural(left, 'more KPI')} came by segment; the table of segments of this report has them."
        drawn = table(
            pd.concat(shown, ignore_index=True),
            [
                Column("name", "Segment", wide=True),
                Column("before", "A year before", "number", "places"),
                Column("now", "Now", "number", "places"),
                Column("share_before", "Share then", "percent", 1),
                Column("share_now", "Share now", "percent", 1),
                Column("printed_rate", "By its level", "signed", "places"),
                Column("printed_mix", "By its share", "signed", "places"),
                Column("printed", "Together", "signed", "places"),
            ],
            key="segments",
            group="kpi",
            strong="is_total",
            caption="Where the change of a KPI came from",
            note=more if left else "",
        )
        return [drawn]

    def segment_bridges(self, kpi_id: str) -> Sequence[Piece]:
        """From the year before to now, segment by segment; nothing for a KPI that did not come by segment."""
        if kpi_id not in self._rows_of:
            return []
        row, parts = self._parts(kpi_id)
        unit = text(row["unit"])
        found = parts.table.assign(name=parts.table["segment"].map(segment_called))
        return [
            charts.bridge(
                largest(found, "segment"),
                before=float(row["previous_actual"]),
                now=float(row["actual"]),
                before_name="A year before",
                now_name=self._today,
                decimals=parts.decimals,
                unit=unit,
                better=_BETTER[Direction(row["direction"])],
                key=f"bridge-{kpi_id}",
                title=segments_title(parts, unit),
                subtitle="What each segment gave to the change, by its level and by its share together",
            )
        ]

    def ratios_table(self) -> Sequence[Table]:
        """What numerator and denominator gave to the change of each ratio, and price and volume to the numerator's."""
        scores = self._review.scores.set_index("kpi_id")
        found = ratios_of(self._review)
        found = found[found["kpi_id"].isin(scores.index)].head(MOST_ROWS)
        if found.empty:
            return []
        unit = found["kpi_id"].map(scores["unit"]).fillna("")
        places = found["kpi_id"].map(scores["decimals"]).fillna(1) + 1
        sides = zip(found["above"], found["below"], found["effect"], places, strict=True)
        printed = [printed_parts(parts, total, int(digits)) for *parts, total, digits in sides]
        is_price = ~unit.str.lower().str.startswith(PERCENT_UNITS)
        rows = found.assign(
            name=found["kpi_id"].map(scores["name"]),
            unit=unit,
            places=places,
            above=[part[0] for part in printed],
            below=[part[1] for part in printed],
            price=found["price"].where(is_price),
            volume=found["volume"].where(is_price),
        )
        columns = [
            Column("name", "KPI", wide=True, below="unit"),
            Column("above_before", "Numerator then", "number"),
            Column("above_now", "Numerator now", "number"),
            Column("below_before", "Denominator then", "number"),
            Column("below_now", "Denominator now", "number"),
            Column("above", "By the numerator", "signed", "places"),
            Column("below", "By the denominator", "signed", "places"),
            Column("effect", "Together", "signed", "places"),
        ]
        if is_price.any():  # of a value per unit the numerator has a price and a volume
            columns += [Column("price", "Numerator by price", "signed"), Column("volume", "by volume", "signed")]
        return [table(rows, columns, key="ratios", caption="Which side of a ratio moved it")]
