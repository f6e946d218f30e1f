"""What the next cycle should promise: candidates by method, one of them chosen by a stated rule, in the open."""

from review_kit.targets.candidates import ResetRules, candidates
from review_kit.targets.choice import FLAGS, propose_targets
from review_kit.targets.next_cycle import next_kpis

__all__ = ["FLAGS", "ResetRules", "candidates", "next_kpis", "propose_targets"]
