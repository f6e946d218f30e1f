"""How each KPI did: its series, its actual at the checkpoint, met, score, status, and the roll-up."""

from review_kit.scoring.actual import actuals_at
from review_kit.scoring.rollup import roll_up
from review_kit.scoring.scorecard import ScoringRules, named_profiles, score_kpis
from review_kit.scoring.series import adds_up, over_time, whole_series
from review_kit.scoring.targets_at import period_targets, with_year_targets
from review_kit.scoring.years import yearly_actuals

__all__ = [
    "ScoringRules",
    "actuals_at",
    "adds_up",
    "named_profiles",
    "over_time",
    "period_targets",
    "roll_up",
    "score_kpis",
    "whole_series",
    "with_year_targets",
    "yearly_actuals",
]
