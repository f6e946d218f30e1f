"""The figures of a review: each takes tables and returns a `Chart`; an empty table gives one in words."""

from review_kit.charts.bridge import bridge
from review_kit.charts.chart import Chart
from review_kit.charts.completeness import completeness
from review_kit.charts.engagement import engagement_ladder
from review_kit.charts.gaps import gap_ranking, shortfall
from review_kit.charts.initiatives import MOST_DRAWN, initiative_timeline, slip_words
from review_kit.charts.objectives import objective_scores
from review_kit.charts.people import feedback_status, reach_by_audience
from review_kit.charts.process import process_behaviour
from review_kit.charts.quadrant import initiative_quadrant
from review_kit.charts.risk_paths import risk_paths
from review_kit.charts.risks import MOST_LISTED, risk_matrix
from review_kit.charts.surveys import survey_waves
from review_kit.charts.targets import target_changes
from review_kit.charts.trend import score_trend

__all__ = [
    "MOST_DRAWN",
    "MOST_LISTED",
    "Chart",
    "bridge",
    "completeness",
    "engagement_ladder",
    "feedback_status",
    "gap_ranking",
    "initiative_quadrant",
    "initiative_timeline",
    "objective_scores",
    "process_behaviour",
    "reach_by_audience",
    "risk_matrix",
    "risk_paths",
    "score_trend",
    "shortfall",
    "slip_words",
    "survey_waves",
    "target_changes",
]
