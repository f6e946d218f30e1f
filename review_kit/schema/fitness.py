"""The table that says whether each KPI's promise is fit to be judged."""

from review_kit.schema.columns import TableSchema, words

# as review_kit.smart has them; the schema lies below the rules and cannot ask them
_LETTERS = ("specific", "measurable", "achievable", "relevant", "time-bound")
_VERDICTS = ("met", "not met", "not judged")

SMART = TableSchema(
    name="smart",
    title="Whether each KPI is specific, measurable, achievable, relevant and time-bound",
    columns={
        "kpi_id": words("the KPI", filled=True),
        "letter": words("what its promise is held against", _LETTERS, filled=True),
        "verdict": words("not judged: without a target nobody can tell", _VERDICTS, filled=True),
        "rule": words("stable id of what is wrong; blank where nothing is"),
        "reason": words("the evidence"),
        "mend": words("what would mend it"),
    },
    unique=("kpi_id", "letter", "rule"),
)
