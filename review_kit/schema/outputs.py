"""The tables that one stage hands to the next, and to readers in `outputs/<checkpoint>/tables`."""

from collections.abc import Mapping
from typing import Any

from review_kit.model.profile import Origin, Profile, Rollup
from review_kit.model.words import (
    Assurance,
    Direction,
    FindingState,
    Level,
    ObjectiveProposal,
    Status,
    Variation,
)
from review_kit.schema.accounts import FAULTS, RECONCILIATION
from review_kit.schema.columns import Column, TableCheck, TableSchema, date, figure, truth, words
from review_kit.schema.comparison import COMPARED, SCORE_BRIDGE
from review_kit.schema.delivered import BENEFITS, INITIATIVES, REALLOCATION
from review_kit.schema.explained import DRIVERS, SEGMENTS, SENSITIVITY
from review_kit.schema.fitness import SMART
from review_kit.schema.inputs import typed_schema
from review_kit.schema.people import LESSON_REVIEWS, PAST_DECISIONS, SURVEY_RESULTS


def _table(
    name: str, title: str, columns: Mapping[str, Column], unique: tuple[str, ...] = (), *checks: TableCheck
) -> TableSchema:
    return TableSchema(name=name, title=title, columns=columns, unique=unique, checks=checks)


SCORES = _table(
    "scores",
    "How every KPI did",
    {
        "kpi_id": words("the KPI", filled=True),
        "objective_id": words("the objective it measures", filled=True),
        "name": words("what people call it"),
        "unit": words("what its values count"),
        "decimals": figure("digits as published"),
        "direction": words("which way it gets better", Direction, filled=True),
        "weight": figure("share in its objective", low=0),
        "owner": words("who answers for it"),
        "actual": figure("the value at the checkpoint"),
        "origin": words("whether the actual was read as it stands, computed, or rolled up from segments", Origin),
        "target": figure("what was promised for it"),
        "target_low": figure("lower end of a range"),
        "target_high": figure("upper end of a range"),
        "target_origin": words("whether the target was read as it stands, or computed by its path", Origin),
        "strict": truth("whether a tie misses the target"),
        "baseline": figure("the value it started from"),
        "met": truth("whether the target is met; missing where there is none"),
        "progress": figure("share of the way from baseline to target"),
        "profile": words("how the score was worked out", Profile),
        "score": figure("unrounded and uncapped; 1 is the target"),
        "points": figure("the score on the scale of the profile's source: of 10, -5 to 5, or of 100"),
        "status": words("in words", Status, filled=True),
        "variation": words("what the latest points say", Variation),
        "rule": words("the rule that tells so, of the cycle's rule set"),
        "assurance": words("whether the process meets its target as it is", Assurance),
        "n_points": figure("values of the latest phase", low=0),
        "trial": truth("whether the limits rest on fewer than twelve values"),
        "mean": figure("central line of the latest phase, in an average month"),
        "lower": figure("lower natural limit of the latest phase, in an average month"),
        "upper": figure("upper natural limit"),
        "sigma": figure("routine standard deviation of one value"),
        "range_upper": figure("upper limit of the moving ranges"),
        "seasonal": words("ratio or difference where it is judged without its season; otherwise empty"),
        "phase_start": date("first day of the latest phase"),
        "phase_reason": words("why the phase began; blank for the first"),
        "shifted_since": date("first day of a run so long that a rebase may be justified"),
        "stood_out": words("periods of the cycle beyond a natural limit while the latest is routine; blank for none"),
        "forecast": figure("expected at the end of the cycle"),
        "forecast_low": figure("lower end of its interval"),
        "forecast_high": figure("upper end of its interval"),
        "p_meet": figure("probability of meeting the target", low=0, high=1),
        "forecast_model": words("the method that forecasts it"),
        "forecast_note": words("why this method, and what the interval rests on"),
        "forecast_error": figure("how far its past forecasts of the year were off, on average", low=0),
        "required_rate": figure("what each open period must bring; the step of each where the last value counts"),
        "best_rate": figure("the best that as many periods in a row ever brought"),
        "required_note": words("the required rate against the best so far, in words"),
        "confidence": figure("share of the due values that came", low=0, high=1),
        "n_periods": figure("values behind the actual", low=0),
        "previous_actual": figure("the same stretch one year earlier"),
        "previous_origin": words("whether that was read as it stood, computed, or rolled up from segments", Origin),
        "change": figure("actual minus previous actual"),
        "gap": figure("actual minus target"),
        "caveat": words("what the actual lacks: missing, preliminary or projected values"),
        "trace": words("where the number comes from"),
    },
    ("kpi_id",),
)

ROLLUP = _table(
    "rollup",
    "From KPIs to objectives, perspectives and the strategy",
    {
        "level": words("the step", Level, filled=True),
        "id": words("the objective's id, or a name", filled=True),
        "name": words("what people call it"),
        "parent": words("what it is rolled up into"),
        "score": figure("what is scored below it, brought together"),
        "method": words("how: weighted mean, geometric mean or worst", Rollup),
        "origin": words("rolled up, always", Origin),
        "previous_score": figure("at the last review"),
        "status": words("in words", Status, filled=True),
        "coverage": figure("scored share of the weight below it", low=0, high=1),
        "confidence": figure("weighted confidence below it", low=0, high=1),
        "weight": figure("share in its parent", low=0),
        "n_kpis": figure("KPIs below it", low=0),
        "n_scored": figure("scored KPIs below it", low=0),
    },
    ("level", "id"),
)

FINDINGS = _table(
    "findings",
    "Where the strategy fell short, and what should be done",
    {
        "finding_id": words("stable while the finding stands", filled=True),
        "rule": words("the rule that fired", filled=True),
        "severity": words("how much it matters", ("high", "medium", "low", "success"), filled=True),
        "subject": words("the id it is about"),
        "subject_kind": words("what the id names"),
        "headline": words("one sentence", filled=True),
        "evidence": words("the numbers behind it"),
        "recommendation": words("what to do"),
        "owner": words("who answers for it"),
        "state": words("whether the last review had it too", FindingState, filled=True),
        "weight": figure("share of the strategy that is concerned", low=0),
        "gap": figure("how much of that is at stake or gained, 0 to 1"),
        "confidence": figure("how sure the evidence is, 0 to 1"),
        "cost": figure("weight x gap x confidence, in points of the strategy's 100"),
        "rank": figure("1 is the costliest story's first finding; 0 where it is resolved"),
        "story": words("the finding_id of the one that stands for all that belong together", filled=True),
        "objective_id": words("the objective it belongs to"),
        "size": figure("actual minus target of a KPI, or days of slip of an initiative"),
        "unit": words("what size counts"),
        "nature": words("whether the KPI's latest values are signal or noise; empty: too few, or no KPI"),
        "drivers": words("the segments that gave most to the KPI's change since the year before"),
        "initiatives": words("ids of the initiatives that bear on it, parted by semicolons"),
        "risks": words("ids of the risks that bear on it"),
        "changes": words("ids of the outside changes that bear on its objective"),
        "settled": truth("whether people have decided on it already"),
    },
    ("finding_id",),
)


def _chosen_once(proposals: Any) -> bool:
    """Whether each KPI has at most one chosen candidate."""
    chosen = proposals.loc[proposals["chosen"].fillna(value=False).astype(bool), "kpi_id"]
    return bool(chosen.is_unique)


PROPOSALS = _table(
    "proposals",
    "What the next cycle may promise",
    {
        "kpi_id": words("the KPI", filled=True),
        "method": words("how the candidate was found", filled=True),
        "candidate": figure("the target it proposes"),
        "chosen": truth("the one that is proposed", filled=True),
        "reason": words("why"),
        "flags": words("what to look at before it is taken"),
        "p_meet": figure("probability of meeting it", low=0, high=1),
        "old_target": figure("this cycle's target"),
        "baseline_next": figure("what the next cycle starts from"),
    },
    (),
    TableCheck(error="a KPI has more than one chosen candidate", holds=_chosen_once),
)


def _scored(table: str, added: Mapping[str, Column]) -> TableSchema:
    return typed_schema(table).with_columns(added)


def _read(table: str, title: str) -> TableSchema:
    return TableSchema(name=f"{table}_read", title=title, columns=typed_schema(table).columns)


RISKS = _scored(
    "risks",
    {
        "exposure": figure("likelihood times impact"),
        "inherent_exposure": figure("if nothing were done"),
        "previous_exposure": figure("at the last review"),
        "target_exposure": figure("as it shall be"),
        "band": words("in words", ("low", "moderate", "high", "critical")),
        "movement": words(
            "since the last review; empty where nobody rated it now, or nobody tells how any stood",
            ("rising", "falling", "steady", "new"),
        ),
        "moved": figure("exposure minus that at the last review"),
        "is_open": truth("whether it still stands", filled=True),
        "overdue": truth("whether its response should be done by now", filled=True),
        "assessed_days": figure("days since it was last assessed; below 0 where that day lies ahead"),
        "stale": truth("whether that was too long ago", filled=True),
    },
)

OBJECTIVE_REVIEWS = _table(
    "objective_reviews",
    "What to do with each objective, and which change outside asks for a new one",
    {
        "subject": words("the objective, or a change outside that bears on none", filled=True),
        "subject_kind": words("which of the two", ("objective", "change"), filled=True),
        "name": words("what people call it"),
        "score": figure("rolled up from its KPIs; 1 is the target"),
        "previous_score": figure("at the last review"),
        "change": figure("score minus previous score"),
        "status": words("in words", Status),
        "kpis": figure("KPIs that measure it", low=0),
        "scored": figure("KPIs that could be judged", low=0),
        "met": figure("KPIs that met their target", low=0),
        "initiatives": figure("initiatives that serve it", low=0),
        "active": figure("initiatives that are not done", low=0),
        "off_course": figure("of these, those that a rule would not continue", low=0),
        "lost": figure("of these, those that lost their fit", low=0),
        "risks": figure("open risks and issues", low=0),
        "grave": figure("of these, high or critical ones", low=0),
        "changes": figure("changes outside that bear on it", low=0),
        "weightiest": figure("likelihood times impact of the weightiest change"),
        "weightiest_id": words("its id"),
        "proposal": words("what a rule proposes", ObjectiveProposal, filled=True),
        "rule": words("the rule that fired", filled=True),
        "why": words("in words"),
        "decided": words("what people decided"),
        "decided_because": words("who, and why"),
    },
    ("subject_kind", "subject"),
)

READ_INITIATIVES = _read("initiatives", "The initiatives as intake left them")
READ_RISKS = _read("risks", "The risks as intake left them")

HANDOVER: dict[str, TableSchema] = {
    name: typed_schema(name)
    for name in (
        "objectives",
        "kpis",
        "measures",
        "targets",
        "progress",
        "changes",
        "lessons",
        "stakeholders",
        "engagements",
        "feedback",
        "surveys",
    )
} | {
    table.name: table
    for table in (
        READ_INITIATIVES,
        READ_RISKS,
        SCORES,
        ROLLUP,
        DRIVERS,
        SEGMENTS,
        SENSITIVITY,
        FINDINGS,
        INITIATIVES,
        BENEFITS,
        REALLOCATION,
        RISKS,
        OBJECTIVE_REVIEWS,
        SURVEY_RESULTS,
        LESSON_REVIEWS,
        PAST_DECISIONS,
        PROPOSALS,
        SMART,
        COMPARED,
        SCORE_BRIDGE,
        FAULTS,
        RECONCILIATION,
    )
}
