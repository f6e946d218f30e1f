"""The tables that say what changed since the last review, and why its score is another one."""

from review_kit.schema.columns import TableSchema, figure, words

# as review_kit.comparison has them; the schema lies below the rules and cannot ask them
_CAUSES = ("restatement", "performance", "definitions", "weights", "membership", "rules")
_KINDS = (
    "status",
    "restated",
    "definition",
    "target",
    "baseline",
    "weight",
    "membership",
    "initiative",
    "risk",
    "decision",
)

COMPARED = TableSchema(
    name="compared",
    title="What changed since the last review",
    columns={
        "kind": words("what kind of thing changed", _KINDS, filled=True),
        "subject_kind": words("what the id names", ("kpi", "objective", "initiative", "risk"), filled=True),
        "subject": words("the id it is about", filled=True),
        "name": words("what people call it"),
        "what": words("which of its properties, or which period"),
        "before": words("as the last review had it"),
        "now": words("as this one has it"),
        "before_detail": words("the figures behind it, or file and row, then"),
        "now_detail": words("the figures behind it, or file and row, now"),
        "since": words("the review with which it is compared"),
    },
)

SCORE_BRIDGE = TableSchema(
    name="score_bridge",
    title="The change of the strategy's score since the last review, by its causes",
    columns={
        "cause": words("what moved the score", _CAUSES, filled=True),
        "effect": figure("what it gave; 1 is 100 points, and all add up to the change of the score"),
        "concerned": figure("how many values, KPIs or objectives it is about", low=0),
    },
    unique=("cause",),
)
