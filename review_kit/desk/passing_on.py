"""What a review passes on, so that another can be compared with it."""

from dataclasses import replace
from typing import TYPE_CHECKING

from review_kit.comparison import Side
from review_kit.desk.last import KNEW, LastReview

if TYPE_CHECKING:
    from review_kit.desk.review import Review


def as_last(review: "Review") -> LastReview:
    """What the next review needs to know of this one; rows carry who may see them."""
    audience = review.kpis.set_index("kpi_id")["restricted_to"]
    of_objective = review.objectives.set_index("objective_id")["restricted_to"]
    restricted_to = review.scores["kpi_id"].map(audience).fillna(review.scores["objective_id"].map(of_objective))
    scores = review.scores.assign(restricted_to=restricted_to.astype("str"))
    rollup = review.rollup.assign(restricted_to=review.rollup["id"].map(of_objective).astype("str"))
    kept = LastReview.of(review.checkpoint.title, scores=scores, rollup=rollup, found=review.found)
    knew = {f"last_{name}": review.kpis if name == "kpis" else review.sound[name] for name in KNEW}
    return replace(kept, tables={**kept.tables, **knew}, opened=lambda: (review.params, review.checkpoint))


def as_side(review: "Review") -> Side:
    """The review as a comparison needs it."""
    return Side(
        title=review.checkpoint.title,
        checkpoint=review.checkpoint,
        rules=review.rules,
        organisation=review.params.organisation,
        kpis=review.kpis,
        objectives=review.objectives,
        measures=review.measures,
        targets=review.sound["targets"],
        scores=review.scores,
        rollup=review.rollup,
        initiatives=review.sound["initiatives"],
        risks=review.risks_known,
        currency=review.params.initiatives.currency,
        decisions=review.decisions,
    )
