"""What changed between two reviews: fact by fact, and the change of the score by its causes."""

from review_kit.comparison.bridge import (
    CAUSES,
    DEFINITIONS,
    MEMBERSHIP,
    PERFORMANCE,
    RESTATEMENT,
    RULES,
    WEIGHTS,
    empty_bridge,
    score_bridge,
)
from review_kit.comparison.change import KINDS
from review_kit.comparison.restated import restated_values
from review_kit.comparison.side import Side
from review_kit.comparison.told import compare, empty_comparison

__all__ = [
    "CAUSES",
    "DEFINITIONS",
    "KINDS",
    "MEMBERSHIP",
    "PERFORMANCE",
    "RESTATEMENT",
    "RULES",
    "WEIGHTS",
    "Side",
    "compare",
    "empty_bridge",
    "empty_comparison",
    "restated_values",
    "score_bridge",
]
