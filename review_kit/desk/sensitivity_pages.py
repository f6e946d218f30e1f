"""Which conclusions do not survive another choice of weights, limits, roll-up or missing values."""

from collections.abc import Mapping

from review_kit.desk.explaining import limits_of
from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.model import figures
from review_kit.narrative import fragile_conclusions, how_tried, sensitivity_lead
from review_kit.scoring.ranks import rank_ranges
from review_kit.scoring.reweighting import Tree
from review_kit.tables_view import Block, Column, Table, lead, table


class SensitivityPages:
    """What stands whatever is chosen, and what does not."""

    def __init__(self, review: Review) -> None:
        self._review = review

    def conclusion(self) -> Block:
        """How many conclusions stand, and whether that of the whole does."""
        return lead(sensitivity_lead(self._review.sensitivity, self._names))

    @property
    def _names(self) -> Mapping[str, str]:
        """Of objectives and KPIs by their ids."""
        review = self._review
        objectives = zip(review.objectives["objective_id"], review.objectives["name"], strict=True)
        return dict([*objectives, *zip(review.scores["kpi_id"], review.scores["name"], strict=True)])

    def fragile_table(self) -> Table:
        """The conclusions that do not survive: when each falls, and what it becomes then."""
        shown, note = first_rows(fragile_conclusions(self._review.sensitivity, self._names), "sensitivity")
        return table(
            shown,
            [Column("by", "It does not survive", wide=True), Column("then", "Then it is", wide=True)],
            key="sensitivity",
            group="conclusion",
            caption="Conclusions that do not survive",
            note=f"{how_tried(self._review.rules.rollup)} {note}".strip(),
            empty="No conclusion falls.",
        )

    def ranks_table(self) -> Table:
        """Where each objective stands among the others, and where other choices would put it."""
        review = self._review
        tree = Tree.of(review.scores, review.rollup, limits_of(review))
        ranks = rank_ranges(review.rollup, tree, review.other_rollups)
        shown, note = first_rows(
            ranks.assign(points=100 * ranks["score"], finer=ranks["score"].map(figures.score_decimals)), "roll-ups"
        )
        return table(
            shown,
            [
                Column("name", "Objective", wide=True),
                Column("points", "Score", "number", "finer", hint="of 100"),
                Column("rank", "Rank", "number", 0),
                Column("best", "At best", "number", 0),
                Column("worst", "At worst", "number", 0),
            ],
            key="ranks",
            caption="How far the ranking of the objectives depends on choices",
            note=note,
            empty="No objective has a score.",
        )
