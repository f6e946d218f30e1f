"""What went well, what fell short, why it matters and what to do about it: one row per finding, the costliest first."""

from review_kit.findings.evidence import Evidence, strategy_weights
from review_kit.findings.ranking import SEVERITIES, compare_with_last, find

__all__ = ["SEVERITIES", "Evidence", "compare_with_last", "find", "strategy_weights"]
