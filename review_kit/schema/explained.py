"""The tables that explain a review: what drove its changes, and which conclusions rest on a choice."""

from review_kit.schema.columns import TableSchema, figure, truth, words

DRIVERS = TableSchema(
    name="drivers",
    title="What each KPI gave to the change of the strategy's score",
    columns={
        "kpi_id": words("the KPI; 'rules': what other rules of averaging gave", filled=True),
        "name": words("what people call it"),
        "objective_id": words("the objective it measures"),
        "state": words(
            "what became of it since the last review",
            ("stayed", "new", "retired", "scored anew", "no longer scored", "rules"),
            filled=True,
        ),
        "before": figure("its score at the last review, capped as it was averaged"),
        "now": figure("its score now, capped as it is averaged"),
        "share_before": figure("share of the strategy's score that rested on it", low=0, high=1),
        "share_now": figure("share of the strategy's score that rests on it", low=0, high=1),
        "rate": figure("what its score gave"),
        "mix": figure("what weights gave"),
        "effect": figure("both; all add up to the change of the strategy's score"),
    },
    unique=("kpi_id",),
)

SEGMENTS = TableSchema(
    name="segments",
    title="What each segment gave to the change of its KPI",
    columns={
        "kpi_id": words("the KPI", filled=True),
        "segment": words("the segment; empty: values of the KPI as a whole"),
        "before": figure("its own value a year before"),
        "now": figure("its own value"),
        "share_before": figure("its share of the denominator a year before", low=0, high=1),
        "share_now": figure("its share of the denominator", low=0, high=1),
        "state": words("whether it was there then and is there now", ("stays", "enters", "leaves"), filled=True),
        "rate": figure("what its level gave"),
        "mix": figure("what its share gave"),
        "effect": figure("both; all of a KPI add up to its change"),
    },
    unique=("kpi_id", "segment"),
)

SENSITIVITY = TableSchema(
    name="sensitivity",
    title="Which conclusions rest on a choice",
    columns={
        "conclusion": words("what is concluded", ("status", "strongest", "weakest"), filled=True),
        "level": words("of what", ("strategy", "perspective", "objective", "kpi"), filled=True),
        "id": words("its id, or a name", filled=True),
        "name": words("what people call it"),
        "now": words("the status, or the id of the objective", filled=True),
        "change": words(
            "the choice that is changed", ("weight", "limit", "left out", "roll-up", "missing"), filled=True
        ),
        "by": words("the KPI or objective, the limit, or the other choice"),
        "takes": figure("share of the weight, or difference between scores, that turns the conclusion first"),
        "becomes": words("what it turns into"),
        "holds": truth("whether it stands under what is tried", filled=True),
    },
    unique=("conclusion", "level", "id", "change", "by"),
)
