"""Sentences made from numbers: the verdict, what each part concludes, and what is said of one KPI."""

from review_kit.narrative.drivers import score_drivers_lead, segment_called, segments_lead, segments_title
from review_kit.narrative.explained import explained_statement, not_parted
from review_kit.narrative.freshness import freshness_lead, late_words
from review_kit.narrative.guardrails import guardrail_words
from review_kit.narrative.kpi import kpi_sentence
from review_kit.narrative.method import method_statement
from review_kit.narrative.outlook import outlook_statement
from review_kit.narrative.parts import (
    changes_lead,
    data_lead,
    feedback_lead,
    findings_lead,
    initiatives_lead,
    lessons_lead,
    reconciliation_line,
    risks_lead,
    scorecard_lead,
    scores_lead,
    signals_lead,
    targets_lead,
)
from review_kit.narrative.sensitivity import fragile_conclusions, how_tried, sensitivity_lead
from review_kit.narrative.verdict import five_findings, verdict_detail, verdict_sentence

__all__ = [
    "changes_lead",
    "data_lead",
    "explained_statement",
    "feedback_lead",
    "findings_lead",
    "five_findings",
    "fragile_conclusions",
    "freshness_lead",
    "guardrail_words",
    "how_tried",
    "initiatives_lead",
    "kpi_sentence",
    "late_words",
    "lessons_lead",
    "method_statement",
    "not_parted",
    "outlook_statement",
    "reconciliation_line",
    "risks_lead",
    "score_drivers_lead",
    "scorecard_lead",
    "scores_lead",
    "segment_called",
    "segments_lead",
    "segments_title",
    "sensitivity_lead",
    "signals_lead",
    "targets_lead",
    "verdict_detail",
    "verdict_sentence",
]
