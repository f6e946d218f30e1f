"""The tables that people bring, as section 5 of the design lists them."""

from collections.abc import Mapping
from functools import cache

from review_kit.model.period import Rhythm
from review_kit.model.profile import Profile, Window
from review_kit.model.words import ENGAGEMENT_LADDER, Aggregate, Audience, Direction
from review_kit.schema.columns import (
    Column,
    TableSchema,
    choice,
    date,
    flag,
    integer,
    key,
    listing,
    number,
    period,
    target,
    text,
)

LIKELIHOOD_SCALE = (1, 5)  # the 5 x 5 matrix of ISO 31010; a workspace with another scale maps it by `values`


def _who_may_see() -> Column:
    return listing("the audiences that may see the row; blank: everyone", Audience)


def _graded(description: str) -> Column:
    return number(f"{description}, 1 (least) to 5 (most)", low=LIKELIHOOD_SCALE[0], high=LIKELIHOOD_SCALE[1])


def _table(name: str, title: str, columns: dict[str, Column], unique: list[str]) -> TableSchema:
    return TableSchema(name=name, title=title, columns=columns, key=tuple(unique))


OBJECTIVES = _table(
    "objectives",
    "What the strategy wants to reach",
    {
        "objective_id": key("stable across cycles"),
        "name": text("what people call it", named=True, filled=True),
        "perspective": text("the group it is rolled up into; blank: the organisation as a whole"),
        "owner": text("who answers for it"),
        "weight": number("share in its perspective; blank: 1", low=0, default=1.0),
        "business_goal": text("the goal of the organisation it serves", lines=True),
        "status": choice("where it stands", ("active", "new", "retired")),
        "restricted_to": _who_may_see(),
    },
    ["objective_id"],
)

KPIS = _table(
    "kpis",
    "The measures that the strategy is judged by",
    {
        "kpi_id": key("stable across cycles"),
        "name": text("what people call it", named=True, filled=True),
        "objective_id": text("the objective it measures", named=True, filled=True),
        "unit": text("what its values count: %, days, $M", named=True),
        "direction": choice("which way it gets better", Direction, named=True, filled=True),
        "target": target("what the cycle promised; blank: not scored", named=True),
        "baseline": number("the value it started from"),
        "baseline_period": period("when the baseline was measured"),
        "target_low": number("lower end of the target of a range KPI"),
        "target_high": number("upper end of the target of a range KPI"),
        "stretch": number("a target beyond the target"),
        "lower_bound": number("no value can lie below"),
        "upper_bound": number("no value can lie above"),
        "aggregate": choice("how periods and segments become one value; blank: last", Aggregate, default="last"),
        "frequency": choice("how often it is measured", Rhythm),
        "due": date("when the target is to be reached"),
        "weight": number("share in its objective; blank: 1", low=0, default=1.0),
        "owner": text("who answers for it"),
        "department": text("where it is measured"),
        "kind": choice("whose measure it is", ("business", "it")),
        "definition": text("what is counted, and how", lines=True),
        "source": text("where its values come from", lines=True),
        "decimals": number("digits after the point as published; targets are judged at them", low=0, high=9),
        "guardrail": flag("must hold whatever the average says"),
        "achievable_because": text("why the target can be reached", lines=True),
        "restricted_to": _who_may_see(),
        "path": choice("how the year's target spreads over the year", ("flat", "linear", "step", "seasonal")),
        "window": choice("how far back the actual reaches; blank: year_to_date", Window, default="year_to_date"),
        "strict": flag("a tie misses the target, as in > 95 or < 12 hours; blank: as the target is written"),
        "profile": choice("how it is scored; blank: as the cycle says", Profile),
        "red_flag": number("the value from which it is red, for the profile goal_redflag"),
    },
    ["kpi_id"],
)

ACTUALS = _table(
    "actuals",
    "The values that were measured",
    {
        "kpi_id": key("the KPI it belongs to"),
        "period": period("the months it stands for", named=True, filled=True),
        "value": number("the measured value; not needed where numerator and denominator are given"),
        "numerator": number("upper part of a ratio"),
        "denominator": number("lower part of a ratio", low=0),
        "segment": text("a department, region or product; blank: the KPI as a whole"),
        "unit": text("what the value counts; has to be the unit of its KPI"),
        "status": choice("how final it is", ("actual", "preliminary", "projected")),
        "note": text("what a reader should know about it", lines=True),
    },
    ["kpi_id", "period", "segment"],
)

TARGETS_IN = _table(
    "targets",
    "Targets for parts of the cycle",
    {
        "kpi_id": key("the KPI it belongs to"),
        "period": period("the months it stands for", named=True, filled=True),
        "target": target("what these months promised", named=True),
        "target_low": number("lower end of a range"),
        "target_high": number("upper end of a range"),
        "strict": flag("a tie misses the target; blank: as it is written"),
    },
    ["kpi_id", "period"],
)

INITIATIVES = _table(
    "initiatives",
    "The projects that are to move the KPIs",
    {
        "initiative_id": key("stable across cycles"),
        "name": text("what people call it", named=True, filled=True),
        "objective_id": text("the objective it serves"),
        "kpi_ids": listing("the KPIs it is to move"),
        "owner": text("who answers for it"),
        "department": text("where it is done"),
        "start": date("first day"),
        "planned_finish": date("last day as planned"),
        "forecast_finish": date("last day as expected now"),
        "budget": number("money granted", low=0),
        "spent": number("money spent", low=0),
        "planned_percent": number("share that should be done by now, 0 to 100", low=0, high=100),
        "percent_complete": number("share that is done, 0 to 100", low=0, high=100),
        "fit": choice("whether it still serves the strategy", ("keep", "lost")),
        "status": text("where it stands"),
        "note": text("what a reader should know about it", lines=True),
        "restricted_to": _who_may_see(),
    },
    ["initiative_id"],
)

RISKS = _table(
    "risks",
    "What may go wrong, or already has",
    {
        "risk_id": key("stable across cycles"),
        "title": text("what people call it", named=True, filled=True),
        "kind": choice("whether it may happen or has happened", ("risk", "issue")),
        "objective_id": text("the objective it threatens"),
        "initiative_id": text("the initiative it threatens"),
        "owner": text("who answers for it"),
        "likelihood": _graded("how likely"),
        "impact": _graded("how bad"),
        "previous_likelihood": _graded("how likely at the last review"),
        "previous_impact": _graded("how bad at the last review"),
        "target_likelihood": _graded("how likely it shall be"),
        "target_impact": _graded("how bad it shall be"),
        "response": text("what is done about it", lines=True),
        "due": date("by when"),
        "status": text("where it stands"),
        "restricted_to": _who_may_see(),
    },
    ["risk_id"],
)

CHANGES = _table(
    "changes",
    "What changed outside",
    {
        "change_id": key("stable across cycles"),
        "description": text("what changed", named=True, filled=True, lines=True),
        "category": choice("where it comes from", ("business", "market", "technology", "regulation")),
        "effect": choice("what it means for us", ("opportunity", "threat")),
        "likelihood": _graded("how likely"),
        "impact": _graded("how much it matters"),
        "objective_id": text("the objective it touches"),
        "response": text("what is done about it", lines=True),
    },
    ["change_id"],
)

LESSONS = _table(
    "lessons",
    "What was learned",
    {
        "lesson_id": key("stable across cycles"),
        "lesson": text("what was learned", named=True, filled=True, lines=True),
        "cycle": text("the cycle it was learned in"),
        "action": text("what follows from it", lines=True),
        "owner": text("who answers for the action"),
        "due": date("by when"),
        "status": text("where the action stands"),
    },
    ["lesson_id"],
)

STAKEHOLDERS = _table(
    "stakeholders",
    "Whom the review is told to",
    {
        "stakeholder_id": key("stable across cycles"),
        "name": text("a person, a role or a group", named=True, filled=True),
        "audience": choice("which edition they read", Audience, named=True, filled=True),
        "department": text("where they work"),
        "role": text("what they do"),
        "influence": _graded("how much they decide"),
        "engagement_now": choice("where they stand", ENGAGEMENT_LADDER),
        "engagement_wanted": choice("where they should stand", ENGAGEMENT_LADDER),
    },
    ["stakeholder_id"],
)

ENGAGEMENTS = _table(
    "engagements",
    "When stakeholders were involved",
    {
        "date": date("the day it happened", named=True, filled=True),
        "stakeholder_id": text("who was involved", named=True, filled=True),
        "channel": choice("how", ("workshop", "presentation", "document", "meeting")),
        "topic": text("about what", lines=True),
        "attended": flag("whether they came or read it"),
    },
    ["date", "stakeholder_id", "channel", "topic"],
)

FEEDBACK = _table(
    "feedback",
    "What stakeholders said",
    {
        "feedback_id": key("stable across cycles"),
        "date": date("the day it came", named=True, filled=True),
        "stakeholder_id": text("who said it", named=True, filled=True),
        "about": text("the KPI, objective, initiative or topic it is about"),
        "text": text("what was said", named=True, filled=True, lines=True),
        "status": choice("what became of it", ("open", "answered", "changed", "declined")),
        "response": text("what was answered", lines=True),
    },
    ["feedback_id"],
)

INPUTS: dict[str, TableSchema] = {
    table.name: table
    for table in (
        OBJECTIVES,
        KPIS,
        ACTUALS,
        TARGETS_IN,
        INITIATIVES,
        RISKS,
        CHANGES,
        LESSONS,
        STAKEHOLDERS,
        ENGAGEMENTS,
        FEEDBACK,
    )
}

OWN_SOURCE = "data_source"
_PLACE = {
    "source": text("the file as params name it, '#Sheet' added for a workbook", filled=True),
    "source_row": integer("the row a person sees in the file"),
}
_SPAN = {
    "period_start": date("first day of the period", filled=True),
    "period_end": date("last day of the period", filled=True),
}


def _dated(columns: Mapping[str, Column]) -> dict[str, Column]:
    """The span of days set behind the label of the period."""
    dated: dict[str, Column] = {}
    for name, column in columns.items():
        dated |= {name: column} | (_SPAN if name == "period" else {})
    return dated


def _typed(name: str, table: TableSchema, columns: Mapping[str, Column]) -> TableSchema:
    """The table after intake. `source` is the place of the row, so what KPIs say of theirs becomes `data_source`."""
    renamed = {OWN_SOURCE if column == "source" else column: kept for column, kept in columns.items()}
    return TableSchema(name=name, title=table.title, columns=renamed | _PLACE, key=table.key)


MEASURES = _typed(
    "measures",
    ACTUALS,
    _dated({name: column for name, column in ACTUALS.columns.items() if name != "unit"})
    | {"segment": text("a department, region or product; empty: the KPI as a whole", filled=True)},
)
MEASURES = MEASURES.with_columns({"source_column": text("the heading of the value's cell", filled=True)})
TARGETS = _typed("targets", TARGETS_IN, _dated(TARGETS_IN.columns))


@cache
def typed_schema(table: str) -> TableSchema:
    """What an input table looks like after intake; actuals become `measures`."""
    if table in {"actuals", "measures"}:
        return MEASURES
    return TARGETS if table == "targets" else _typed(table, INPUTS[table], INPUTS[table].columns)
