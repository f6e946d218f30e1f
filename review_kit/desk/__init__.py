"""The desk: all that a notebook holds. `desk = open_cycle("2025")`, then one verb a cell."""

from review_kit.desk.comparing import Comparison, compare_checkpoints
from review_kit.desk.desk import Desk
from review_kit.desk.editions import build_edition
from review_kit.desk.opening import check_cycle_decisions, open_cycle

__all__ = ["Comparison", "Desk", "build_edition", "check_cycle_decisions", "compare_checkpoints", "open_cycle"]
