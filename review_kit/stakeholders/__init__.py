"""The people concerned: whom the review reached, what they said, what changed for them, and what surveys can tell."""

from review_kit.stakeholders.feedback import (
    CLOSED_FEEDBACK,
    OPEN_FEEDBACK,
    answers,
    feedback_closure,
    feedback_known,
    themes,
)
from review_kit.stakeholders.news import news_by_audience
from review_kit.stakeholders.reach import engagement_gap, reach_by_audience, reached
from review_kit.stakeholders.surveys import newcombe, promoter_margin, review_surveys, wilson

__all__ = [
    "CLOSED_FEEDBACK",
    "OPEN_FEEDBACK",
    "answers",
    "engagement_gap",
    "feedback_closure",
    "feedback_known",
    "newcombe",
    "news_by_audience",
    "promoter_margin",
    "reach_by_audience",
    "reached",
    "review_surveys",
    "themes",
    "wilson",
]
