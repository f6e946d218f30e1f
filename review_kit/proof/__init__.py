"""Proves a review by running it again in a clean place, or names what differs and why."""

from review_kit.proof.proof import Attempt, Proof, Question, Verdict
from review_kit.proof.telling import as_json, as_lines
from review_kit.proof.verify import verify_folder, verify_review

__all__ = [
    "Attempt",
    "Proof",
    "Question",
    "Verdict",
    "as_json",
    "as_lines",
    "verify_folder",
    "verify_review",
]
