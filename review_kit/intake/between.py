"""What must hold between the tables of a cycle: each names only what another defines, and nothing of a later day."""

from collections.abc import Collection, Mapping

from review_kit.intake.part import Part
from review_kit.intake.references import refuse_unknown, warn_unused
from review_kit.intake.strangers import leave_out_strangers
from review_kit.intake.survey_checks import leave_out_later
from review_kit.model.period import Checkpoint

_REFERENCES = (  # table, column, what it names, and the table and column that define it
    ("kpis", "objective_id", "objective", "objectives", "objective_id"),
    ("targets", "kpi_id", "KPI", "kpis", "kpi_id"),
    ("initiatives", "objective_id", "objective", "objectives", "objective_id"),
    ("initiatives", "kpi_ids", "KPI", "kpis", "kpi_id"),
    ("progress", "initiative_id", "initiative", "initiatives", "initiative_id"),
    ("risks", "objective_id", "objective", "objectives", "objective_id"),
    ("risks", "initiative_id", "initiative", "initiatives", "initiative_id"),
    ("changes", "objective_id", "objective", "objectives", "objective_id"),
    ("engagements", "stakeholder_id", "stakeholder", "stakeholders", "stakeholder_id"),
    ("feedback", "stakeholder_id", "stakeholder", "stakeholders", "stakeholder_id"),
    ("lessons", "repeats", "lesson", "lessons", "lesson_id"),
    ("surveys", "kpi_id", "KPI", "kpis", "kpi_id"),
)
_HAPPENED = ("engagements", "feedback")  # tables of what happened on a day
_SHARED = {  # tables that go on from cycle to cycle, and the columns with the first and last day of a row
    **dict.fromkeys(("targets", "progress", "surveys"), ("period_start", "period_end")),
    **dict.fromkeys(_HAPPENED, ("date", "date")),
}


def check_references(parts: dict[str, Part], checkpoint: Checkpoint, of_later: Mapping[str, Collection[str]]) -> None:
    """Refuse rows that name what no table defines; of tables that cycles share, leave out what is of other cycles.

    `of_later` are by table the ids that a later cycle defines. Objectives that no KPI measures are warned of.
    """
    for table, column, what, defined_in, key in _REFERENCES:
        known = known_ids(parts, defined_in, key)
        if table in parts and parts[table].ledger.sound and known is not None:
            part = parts[table]
            unread = unread_rows(parts, defined_in)
            if table in _SHARED:
                begin, end = (part.frame[name] for name in _SHARED[table])
                leave_out_strangers(
                    part.words[column], column, begin, end, part.ledger, known=known, what=what, rows=("row", "rows"),
                    of_later=of_later.get(defined_in, ()), checkpoint=checkpoint,
                )  # fmt: skip
            own = part.words[key] if table == defined_in else None
            refuse_unknown(part.words[column], column, known, what, defined_in, part.ledger, unread=unread, own=own)
    if {"objectives", "kpis"} <= parts.keys() and parts["kpis"].ledger.sound and not unread_rows(parts, "kpis"):
        objectives = parts["objectives"]
        live = objectives.ledger.used & ~objectives.frame["status"].isin(["new", "retired"]).to_numpy()
        named = parts["kpis"].frame["objective_id"]
        warn_unused(objectives.frame["objective_id"], "objective_id", named, live, objectives.ledger)


def leave_out_later_days(parts: dict[str, Part], checkpoint: Checkpoint) -> None:
    """What happened after the day of the review lies outside, as values of later periods do."""
    for name in _HAPPENED:
        if name in parts and parts[name].ledger.sound:
            leave_out_later(parts[name].frame, parts[name].ledger, checkpoint.as_of)


def known_ids(parts: dict[str, Part], table: str, column: str) -> frozenset[str] | None:
    """The ids of all rows, refused ones too: a slip in one row must not make its whole family unknown."""
    if table not in parts:
        return frozenset()
    if not parts[table].ledger.sound or not (len(parts[table].frame) or parts[table].ledger.unreadable):
        return None
    return frozenset(parts[table].frame[column].dropna())


def unread_rows(parts: dict[str, Part], table: str) -> int:
    """How many rows of a table could not be cut into cells, so that nobody knows what they define."""
    return parts[table].ledger.unreadable if table in parts else 0
