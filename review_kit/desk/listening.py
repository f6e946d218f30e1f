"""What people said and learned, and what became of what they decided, as known at the checkpoint of a review."""

from typing import TYPE_CHECKING

import pandas as pd

from review_kit.lessons import follow_up, review_lessons
from review_kit.risks import risks_known
from review_kit.stakeholders import review_surveys

if TYPE_CHECKING:
    from review_kit.desk.review import Review


def surveys_of(review: "Review") -> pd.DataFrame:
    """The surveys that were over by the checkpoint, with their margins."""
    surveys = review.sound["surveys"]
    asked = surveys["period_end"].le(pd.Timestamp(review.checkpoint.as_of))
    return review_surveys(surveys[asked].reset_index(drop=True))


def lessons_of(review: "Review") -> pd.DataFrame:
    """The lessons known by now: what is open from earlier cycles, what is overdue, what came back."""
    return review_lessons(review.sound["lessons"], review.params.year, review.checkpoint.as_of)


def past_decisions_of(review: "Review") -> pd.DataFrame:
    """What became of the decisions of the review before."""
    return follow_up(review.past, review.scores, review.kpis, review.checkpoint.as_of)


def risks_by_now(review: "Review") -> pd.DataFrame:
    """The risks as they were assessed by a day within the cycle.

    At its end all assessments count, as decisions do: people prepare the year's review after the year.
    """
    risks = review.sound["risks"]
    return risks if review.year_is_over else risks_known(risks, review.checkpoint.as_of)
