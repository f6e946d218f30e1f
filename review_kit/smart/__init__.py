"""Whether a KPI's promise is specific, measurable, achievable, relevant and time-bound, judged by evidence."""

from review_kit.smart.bounds import breaks_bounds, easier_than_baseline, out_of_bounds, unreachable
from review_kit.smart.letters import LETTERS, Cycle
from review_kit.smart.lint import MET, NOT_JUDGED, NOT_MET, VERDICTS, judged, lint
from review_kit.smart.reach import sigma_of_a_year

__all__ = [
    "LETTERS",
    "MET",
    "NOT_JUDGED",
    "NOT_MET",
    "VERDICTS",
    "Cycle",
    "breaks_bounds",
    "easier_than_baseline",
    "judged",
    "lint",
    "out_of_bounds",
    "sigma_of_a_year",
    "unreachable",
]
