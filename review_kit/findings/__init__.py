"""What went well, what fell short, why it matters and what to do about it: one row per finding, the costliest first."""

from review_kit.findings.departments import DepartmentView, department_views
from review_kit.findings.evidence import Evidence, strategy_weights
from review_kit.findings.ranking import COUNTED, SEVERITIES, compare_with_last, find
from review_kit.findings.stories import MANY_OFF_PLAN, cost_of_stories, is_off_plan, members_told
from review_kit.findings.upkeep_rules import changed_figures

__all__ = [
    "COUNTED",
    "MANY_OFF_PLAN",
    "SEVERITIES",
    "DepartmentView",
    "Evidence",
    "changed_figures",
    "compare_with_last",
    "cost_of_stories",
    "department_views",
    "find",
    "is_off_plan",
    "members_told",
    "strategy_weights",
]
