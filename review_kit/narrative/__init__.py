"""Sentences made from numbers: the verdict, what each part concludes, and what is said of one KPI."""

from review_kit.narrative.delivery import (
    benefits_lead,
    decided_note,
    earned_value_lead,
    initiatives_lead,
    reallocation_lead,
    resources_told,
    standing_lead,
    waiting_note,
)
from review_kit.narrative.departments import department_lead, department_words, unnamed_words
from review_kit.narrative.drivers import score_drivers_lead, segment_called, segments_lead, segments_title
from review_kit.narrative.explained import explained_statement, not_parted
from review_kit.narrative.freshness import freshness_lead, late_words
from review_kit.narrative.guardrails import guardrail_words
from review_kit.narrative.kpi import kpi_sentence
from review_kit.narrative.method import method_statement
from review_kit.narrative.moves import hindsight_note, moved_words, moves_lead
from review_kit.narrative.objectives import objectives_lead
from review_kit.narrative.outlook import outlook_statement
from review_kit.narrative.parts import (
    changes_lead,
    data_lead,
    feedback_lead,
    findings_lead,
    lessons_lead,
    reconciliation_line,
    risks_lead,
    scorecard_lead,
    scores_lead,
    signals_lead,
    targets_asked_words,
    targets_lead,
)
from review_kit.narrative.people import answers_lead, audience_called, past_decisions_lead, surveys_lead
from review_kit.narrative.sensitivity import fragile_conclusions, how_tried, sensitivity_lead
from review_kit.narrative.smart import smart_lead
from review_kit.narrative.verdict import five_findings, verdict_detail, verdict_sentence

__all__ = [
    "answers_lead",
    "audience_called",
    "benefits_lead",
    "changes_lead",
    "data_lead",
    "decided_note",
    "department_lead",
    "department_words",
    "earned_value_lead",
    "explained_statement",
    "feedback_lead",
    "findings_lead",
    "five_findings",
    "fragile_conclusions",
    "freshness_lead",
    "guardrail_words",
    "hindsight_note",
    "how_tried",
    "initiatives_lead",
    "kpi_sentence",
    "late_words",
    "lessons_lead",
    "method_statement",
    "moved_words",
    "moves_lead",
    "not_parted",
    "objectives_lead",
    "outlook_statement",
    "past_decisions_lead",
    "reallocation_lead",
    "reconciliation_line",
    "resources_told",
    "risks_lead",
    "score_drivers_lead",
    "scorecard_lead",
    "scores_lead",
    "segment_called",
    "segments_lead",
    "segments_title",
    "sensitivity_lead",
    "signals_lead",
    "smart_lead",
    "standing_lead",
    "surveys_lead",
    "targets_asked_words",
    "targets_lead",
    "unnamed_words",
    "verdict_detail",
    "verdict_sentence",
    "waiting_note",
]
