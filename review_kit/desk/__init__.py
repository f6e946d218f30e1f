"""The desk: all that a notebook holds. `desk = open_cycle("2025")`, then one verb a cell."""

from review_kit.desk.desk import Desk
from review_kit.desk.editions import build_edition
from review_kit.desk.opening import check_cycle_decisions, open_cycle

__all__ = ["Desk", "build_edition", "check_cycle_decisions", "open_cycle"]
