"""The desk in JupyterLab: explore KPIs, triage findings, decide on targets, run the review."""

from review_kit.widgets.decide import decide
from review_kit.widgets.explore import explore, triage
from review_kit.widgets.run import run_review

__all__ = ["decide", "explore", "run_review", "triage"]
