"""All sources of a cycle, read, checked and reconciled in one pass."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pandas as pd
import pyarrow as pa

from review_kit.errors import InputsRefusedError
from review_kit.intake.actual_checks import check_actuals
from review_kit.intake.between import check_references, known_ids, leave_out_later_days, unread_rows
from review_kit.intake.coded import Mask
from review_kit.intake.contract import refuse_breaches
from review_kit.intake.convert import Converter
from review_kit.intake.coverage import check_coverage
from review_kit.intake.currencies import MONEY, tell_currencies
from review_kit.intake.duplicates import refuse_ambiguous_ids, settle_duplicates, tell_ambiguous_names
from review_kit.intake.initiative_checks import check_initiatives, check_progress
from review_kit.intake.keys import Keys
from review_kit.intake.kpi_checks import check_kpis
from review_kit.intake.ledger import USED, Ledger, without_unseen
from review_kit.intake.lesson_checks import check_lessons
from review_kit.intake.level_checks import check_levels
from review_kit.intake.mapping import map_columns
from review_kit.intake.neighbours import leave_to_neighbours
from review_kit.intake.part import Part
from review_kit.intake.periods import PeriodReader
from review_kit.intake.second_headings import without_line_of_units
from review_kit.intake.sources import Library
from review_kit.intake.survey_checks import check_feedback, check_surveys
from review_kit.intake.target_checks import warn_blank_targets, warn_target_gaps
from review_kit.intake.unheeded import tell_unheeded
from review_kit.intake.weight_checks import check_weights
from review_kit.model.fault import Fault, Severity
from review_kit.model.period import Checkpoint
from review_kit.model.words import INPUT_TABLES
from review_kit.params import Params
from review_kit.schema import HANDOVER, INPUTS, OWN_SOURCE, typed_schema
from review_kit.schema.frames import empty_table, typed_columns

_OWN_CHECKS: Mapping[str, Callable[[pd.DataFrame, Ledger], None]] = {
    "initiatives": check_initiatives,
    "progress": check_progress,
    "surveys": check_surveys,
    "feedback": check_feedback,
    "lessons": check_lessons,
}
_NAMING = frozenset(
    {"targets", "engagements", "progress"}
)  # the first column of their keys names what another table defines
_LISTED = 100  # faults that the refusal tells; the rest are in the table of faults


@dataclass(frozen=True, slots=True, kw_only=True)
class Intake:
    """What the sources of a cycle hold, and what is wrong with them."""

    tables: dict[str, pd.DataFrame]  # every input table by name; actuals as `measures`; absent ones empty
    faults: tuple[Fault, ...]  # in the order of the tables, files and rows
    reconciliation: pd.DataFrame  # table source read used refused outside duplicate

    @property
    def errors(self) -> tuple[Fault, ...]:
        """The faults that stop the review."""
        return tuple(fault for fault in self.faults if fault.severity is Severity.ERROR)

    @property
    def warnings(self) -> tuple[Fault, ...]:
        """The faults that a reader should know."""
        return tuple(fault for fault in self.faults if fault.severity is Severity.WARNING)

    def refuse(self, sources: str = "The sources") -> None:
        """Stop here if any fault is an error; `sources` are called so in the message.

        Raises:
            InputsRefusedError: with the first errors in words and the number of all.

        """
        errors = self.errors
        if not errors:
            return
        count = "1 error" if len(errors) == 1 else f"{len(errors)} errors"
        more = [f"and {len(errors) - _LISTED} more."] if len(errors) > _LISTED else []
        told = [str(fault) for fault in errors[:_LISTED]]
        msg = "\n".join([f"{sources} hold {count}, so nothing was scored.", *told, *more])
        raise InputsRefusedError(msg)


def read_cycle(
    params: Params,
    checkpoint: Checkpoint,
    root: Path | str,
    *,
    of_later: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Intake:
    """Every table of the cycle as it stands at the checkpoint. `root` is the workspace, or its frozen copy.

    `of_later` are by table the ids that a later cycle defines: cycles may share one file of actuals, of progress or of
    engagements, and what a new KPI has from before its first cycle is no mistake of the cycles before.
    Never raises for what stands in the sources: each mistake is a fault, and its row is refused.
    """
    library = Library(Path(root))
    parts = {name: _convert(name, params, checkpoint, library) for name in INPUT_TABLES if name in params.sources}
    _finish_targets(parts)
    for name, part in parts.items():
        _check_alone(name, part, params)
    check_references(parts, checkpoint, of_later)
    leave_out_later_days(parts, checkpoint)
    keys = Keys.of(parts["actuals"].words) if "actuals" in parts else None
    _check_measures(parts, keys, checkpoint, of_later.get("kpis", ()))
    tables = {
        _typed_name(name): _sound_rows(name, parts[name]) if name in parts else empty_table(typed_schema(name))
        for name in INPUT_TABLES
    }
    if keys is not None and all(
        name in parts and parts[name].ledger.sound and not parts[name].ledger.broken for name in ("actuals", "kpis")
    ):
        kpis = parts["kpis"]
        actuals = parts["actuals"]
        check_coverage(actuals.frame, keys, actuals.ledger, kpis.frame, kpis.ledger, checkpoint)
        _check_levels(parts, keys)
        if "targets" in parts and parts["targets"].ledger.sound:
            goals = parts["targets"]
            warn_target_gaps(goals.frame, goals.ledger, kpis.frame, actuals.frame, checkpoint)
        tables["kpis"] = _sound_rows("kpis", kpis)
    faults = tuple(_printable(fault) for part in parts.values() for fault in _ordered(part.ledger.faults))
    return Intake(tables=tables, faults=faults, reconciliation=_reconciliation(parts))


def _typed_name(table: str) -> str:
    return "measures" if table == "actuals" else table


def _convert(name: str, params: Params, checkpoint: Checkpoint, library: Library) -> Part:
    source = params.sources[name]
    schema = INPUTS[name]
    raw = library.read(source)
    ledger, cells = map_columns(raw, name, schema, source)
    leave_to_neighbours(ledger, name, params.sources)
    tell_unheeded(raw, schema, source, ledger)
    reader = PeriodReader(checkpoint.calendar, source.date_format, source.fiscal_year)
    converter = Converter(ledger, source, reader, params.file)
    frame, words = converter.table(without_line_of_units(cells, ledger, schema, source), schema)
    if name == "actuals" and words["segment"].has_gaps:
        words["segment"] = words["segment"].filled("")
        frame["segment"] = words["segment"].rows()
    return Part(ledger, frame, words, source, converter)


def _finish_targets(parts: dict[str, Part]) -> None:
    """Target texts need the unit and direction of their KPI."""
    if "kpis" in parts:
        kpis = parts["kpis"]
        kpis.frame = kpis.converter.targets(kpis.frame, kpis.frame["unit"], kpis.frame["direction"])
    if "targets" in parts:
        part = parts["targets"]
        columns = ["unit", "direction"]
        if "kpis" in parts:
            known = parts["kpis"].frame.drop_duplicates("kpi_id").set_index("kpi_id")[columns]
            of_kpi = known.reindex(part.frame["kpi_id"].astype("object")).reset_index(drop=True)
        else:
            of_kpi = pd.DataFrame(
                {column: part.frame["kpi_id"].iloc[:0].reindex(part.frame.index) for column in columns}
            )
        part.frame = part.converter.targets(part.frame, of_kpi["unit"], of_kpi["direction"])


def _check_alone(name: str, part: Part, params: Params) -> None:
    """What a table must keep by itself."""
    if not part.ledger.sound:
        return
    refuse_breaches(part.frame, part.words, INPUTS[name], part.ledger)
    if name != "actuals":
        key = list(INPUTS[name].key)
        tell_ambiguous_names(part.words, part.ledger)
        if name not in _NAMING:
            refuse_ambiguous_ids(part.frame, key[0], part.ledger)
        repeated = part.ledger.used
        repeated[repeated] = part.frame[key][repeated].duplicated(keep=False)
        settle_duplicates(part.frame, key, repeated, part.ledger, distinct=part.source.distinct)
    if name == "kpis":
        check_kpis(part.frame, part.ledger, part.source, profile=params.scoring.profile)
    if name == "objectives":
        check_weights(part.frame, part.ledger, "perspective", "perspective")
    if name in _OWN_CHECKS:
        _OWN_CHECKS[name](part.frame, part.ledger)
    if name in MONEY:
        tell_currencies(part.ledger, MONEY[name], params.initiatives.currency, params.file)
    if name == "targets" and "" not in part.source.missing:
        warn_blank_targets(part.frame, part.ledger, params.twelve_months)


def _check_measures(
    parts: dict[str, Part], keys: Keys | None, checkpoint: Checkpoint, of_later: Collection[str]
) -> None:
    if keys is None or not parts["actuals"].ledger.sound:
        return
    actuals = parts["actuals"]
    kpis = parts["kpis"].frame if "kpis" in parts else empty_table(typed_schema("kpis"))
    known = known_ids(parts, "kpis", "kpi_id")
    unread = unread_rows(parts, "kpis")
    unnamed = _unnamed(parts["kpis"], keys) if "kpis" in parts else {}
    check_actuals(
        actuals.frame,
        actuals.words,
        keys,
        actuals.ledger,
        kpis,
        known,
        checkpoint,
        actuals.source,
        unread=unread,
        unnamed=unnamed,
        of_later=of_later,
    )


def _unnamed(kpis: Part, keys: Keys) -> dict[str, str]:
    """The KPIs that no row of the actuals names, each with its place: 'row 7 of data/kpis.csv'."""
    ids = kpis.frame["kpi_id"]
    places = np.flatnonzero(kpis.ledger.used & (ids.notna() & ~ids.isin(keys.kpi.texts)).to_numpy())
    return {str(ids.iloc[at]): f"{kpis.ledger.row_name(at)} of {kpis.ledger.file}" for at in places.tolist()}


def _check_levels(parts: dict[str, Part], keys: Keys) -> None:
    kpis, actuals = parts["kpis"], parts["actuals"]
    targets = parts.get("targets")
    held = (targets.frame, targets.ledger) if targets is not None and targets.ledger.sound else (None, None)
    check_levels(kpis.frame, kpis.ledger, actuals.frame, keys, actuals.ledger, *held)


def _sound_rows(name: str, part: Part) -> pd.DataFrame:
    """The used rows with every column of the contract, its dtype, and the place each row stands at."""
    ledger, frame = part.ledger, part.frame
    kept = ledger.state == USED
    count = int(kept.sum())
    rows = ledger.rows if count == len(frame) else ledger.rows[kept]
    place = {"source": _repeated(ledger.source, count), "source_row": pd.Series(rows, copy=ledger.rows is rows)}
    if name == "actuals":
        place["source_column"] = _value_headings(part, kept)
    columns = {}
    for column, dtype in typed_columns(typed_schema(name)).items():
        if column in place:
            values = place[column]
        else:
            values = frame["source" if column == OWN_SOURCE else column]
            values = values if count == len(frame) else values[kept].reset_index(drop=True)
        columns[column] = values if values.dtype == dtype else values.astype(dtype)  # type: ignore[call-overload]
    return pd.DataFrame(columns, copy=False)


def _repeated(text: str, count: int) -> pd.Series:
    """The same text in every row, without a Python object for each of them."""
    return pd.Series(pd.array(pa.repeat(pa.scalar(text, pa.large_string()), count), dtype="str"))


def _value_headings(part: Part, kept: Mask) -> pd.Series:
    """The heading of the cell that each value was read from; of both cells for a ratio."""
    ledger = part.ledger
    if ledger.cell_headings is not None:
        return ledger.cell_headings[kept].reset_index(drop=True)
    without_parts = part.frame["denominator"].isna().to_numpy()
    if without_parts.all():
        return _repeated(ledger.heading("value"), int(kept.sum()))
    ratio = " / ".join(ledger.heading(name) for name in ("numerator", "denominator"))
    has_value = part.frame["value"].notna().to_numpy()[kept] | without_parts[kept]
    headings = pd.Series([ratio, ledger.heading("value")], dtype="str")
    return headings.take(has_value.astype(np.int64)).reset_index(drop=True)


def _ordered(faults: Iterable[Fault]) -> list[Fault]:
    """Faults of the file first, then by row as a person goes through it."""
    return sorted(faults, key=lambda fault: (fault.row is not None, fault.row or 0))


def _printable(fault: Fault) -> Fault:
    """The fault without what could turn a terminal round: names of sheets and headings come from the file too."""
    if f"{fault.message}{fault.hint}{fault.sheet}{fault.column}{fault.value}".isprintable():
        return fault
    return replace(
        fault,
        message=without_unseen(fault.message),
        hint=without_unseen(fault.hint),
        sheet=without_unseen(fault.sheet),
        column=without_unseen(fault.column),
        value=without_unseen(fault.value),
    )


def _reconciliation(parts: dict[str, Part]) -> pd.DataFrame:
    columns = list(HANDOVER["reconciliation"].columns)
    table = pd.DataFrame([part.ledger.counts() for part in parts.values()], columns=columns)
    return table.astype({name: "str" if name in {"table", "source"} else "int64" for name in columns})


def faults_table(faults: Iterable[Fault]) -> pd.DataFrame:
    """One row per fault, columns as the contract of `faults` has them; `row` is missing where a file is meant."""
    columns = list(HANDOVER["faults"].columns)
    table = pd.DataFrame([[getattr(fault, name) for name in columns] for fault in faults], columns=columns)
    return table.astype({name: "float64" if name == "row" else "str" for name in columns})
