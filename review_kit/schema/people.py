"""The tables that say what people told and learned: surveys, lessons, and what became of decisions."""

from review_kit.schema.columns import TableSchema, date, figure, truth, words
from review_kit.schema.inputs import typed_schema

SURVEY_RESULTS = TableSchema(
    name="survey_results",
    title="What surveys can tell",
    columns={
        **typed_schema("surveys").columns,
        "value": figure("NPS in points, CSAT in percent"),
        "margin": figure("half the width of its 95 % interval", low=0),
        "low": figure("lower end of the interval"),
        "high": figure("upper end of the interval"),
        "response_rate": figure("replies of those invited", low=0, high=1),
        "previous_id": words("the survey before it of the same name"),
        "previous_value": figure("its figure"),
        "change": figure("value minus previous value"),
        "change_margin": figure("how far the 95 % interval of the difference reaches from it towards 0", low=0),
        "verdict": words("whether the change is more than chance", ("first", "too few", "noise", "real")),
    },
    unique=("survey_id",),
)

LESSON_REVIEWS = TableSchema(
    name="lesson_reviews",
    title="What was learned, what is still open, and what came back",
    columns={
        **typed_schema("lessons").columns,
        "year": figure("of its cycle"),
        "is_open": truth("whether its action is not done", filled=True),
        "carried": truth("whether it is open from an earlier cycle", filled=True),
        "reviews": figure("reviews it has been open for, this one included", low=1),
        "overdue": truth("whether its action should be done by now", filled=True),
        "root": words("the first lesson that it goes back to", filled=True),
        "times": figure("how often the same was learned", low=1),
        "may_repeat": words("an earlier lesson that reads alike, where none is declared"),
    },
    unique=("lesson_id",),
)

PAST_DECISIONS = TableSchema(
    name="past_decisions",
    title="What became of the decisions of the last review",
    columns={
        "decision_id": words("the decision", filled=True),
        "by": words("who decided"),
        "about": words("target, initiative or objective"),
        "subject": words("the id of what was decided on"),
        "choice": words("what was decided"),
        "reason": words("why"),
        "on": date("the day of the decision"),
        "due": date("by when it was to be carried out"),
        "settled_on": date("the day it was done or dropped"),
        "status": words("how it stands", ("open", "done", "dropped"), filled=True),
        "overdue": truth("whether it should be done by now", filled=True),
        "kpi_id": words("the KPI that it was to move; blank: none was named"),
        "kpi_name": words("what people call it"),
        "unit": words("what its values count"),
        "expected": figure("the change that was predicted, in the KPI's unit"),
        "change": figure("the change since then"),
        "decimals": figure("digits as published"),
        "moved": words(
            "how the two compare",
            ("as predicted", "less than predicted", "not at all", "the other way", "not known"),
        ),
    },
    unique=("decision_id", "kpi_id"),
)
