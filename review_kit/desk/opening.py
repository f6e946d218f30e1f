"""Opening a review: from the parameters of a notebook to a desk."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType

import pandas as pd

from review_kit.decisions import Decision, load_decisions
from review_kit.desk.desk import Desk
from review_kit.desk.handover import READ_AS, SOUND, Handover
from review_kit.desk.last import LAST, THEN, LastReview, Opened, checkpoint_before
from review_kit.desk.review import Review, nothing_stored
from review_kit.desk.stored import StoredTables
from review_kit.desk.visibility import visible_last, visible_tables
from review_kit.errors import ParamsError, UsageError
from review_kit.intake import Intake, faults_table, read_cycle
from review_kit.model import figures
from review_kit.model.nearest import did_you_mean
from review_kit.model.period import Checkpoint
from review_kit.model.words import Audience, ObjectiveProposal
from review_kit.params import Params, check_named_kpis, find_checkpoint, known_cycles
from review_kit.store import find_workspace

DRAFTS = Path("outputs") / ".drafts"
INPUTS = "inputs"  # within a run: the workspace as it was when the run began


def open_cycle(
    checkpoint: str | int, *, edition: str = "analyst", run: str = "", workspace: Path | None = None
) -> Desk:
    """Open a checkpoint as one edition may see it.

    Args:
        checkpoint: '2025', '2025-Q3' or '2025-09'; 2025 as a number too, since plain Papermill makes one of it.
        edition: one of the cycle's editions.
        run: the folder of a run, relative to the workspace; its tables are read as earlier stages left them. Empty:
            everything is worked out anew from the sources, so that nothing stale can slip in.
        workspace: the folder that holds params/; found from the working directory where it is left out.

    Raises:
        UsageError: there is no such checkpoint, edition or run.
        ParamsError: the parameters cannot be used.

    """
    root, name = workspace or find_workspace(), str(checkpoint)
    if run:
        return open_run(root / run, name, edition)
    params, point = find_checkpoint(name, root / "params")
    return _open_sources(root, params, point, edition, root / DRAFTS / point.name)


def open_run(folder: Path, checkpoint: str, edition: str) -> Desk:
    """What earlier stages of the run wrote; the first stage reads the frozen sources."""
    if not folder.is_dir():
        told = f"the run '{folder.name}' is not there any more."
        raise UsageError(f"{told}\nHint: empty the parameter `run` to work everything out anew.")
    params, point = find_checkpoint(checkpoint, folder / INPUTS / "params")
    own = folder / "editions" / edition
    tables = (own if (own / "tables").is_dir() else folder) / "tables"
    if not (tables / "kpis.parquet").is_file():
        return _open_sources(folder / INPUTS, params, point, edition, folder)
    if tables.parent == folder and not sees_all(params, edition):
        told = f"the tables of edition '{edition}' are not in this run."
        raise UsageError(f"{told}\nHint: `review run` builds them before its documents.")
    return Desk(
        _stored_review(folder, tables, params, point, edition),
        of_sources=StoredTables(tables),
        edition=edition,
        is_partial=not sees_all(params, edition),
        handover=Handover(folder, None),
    )


def _stored_review(folder: Path, tables: Path, params: Params, point: Checkpoint, edition: str = "") -> Review:
    """What the stages of a run left of it; without an edition all that they left."""
    sound = StoredTables(tables, {plain: READ_AS.get(plain, plain) for plain in _plain_names()})
    cycles = folder / INPUTS / "params"
    decisions, past = load_decisions(cycles, params.cycle), past_decisions(cycles, params)
    if edition and not sees_all(params, edition):
        decisions, past = known_decisions(decisions, sound), known_decisions(past, sound)
    last = last_stored(tables, params, point, cycles)
    return Review(params, point, sound, decisions, past=past, last=last, stored=StoredTables(tables).get)


def review_of_run(folder: Path, checkpoint: str) -> Review:
    """All of the last good review in its folder, as its run left it.

    Raises:
        UsageError: it does not hold the parameters of this checkpoint.

    """
    params, point = find_checkpoint(checkpoint, folder / INPUTS / "params")
    return _stored_review(folder, folder / "tables", params, point)


def review_of_sources(
    root: Path, checkpoint: str, *, later: Mapping[str, pd.DataFrame] = MappingProxyType({})
) -> Review:
    """All of a checkpoint, worked out from the sources of a workspace, and compared with no other.

    `later` are the tables of a later cycle, which may share files with this one.

    Raises:
        UsageError: there is no such checkpoint.
        InputsRefusedError: the sources are not sound.
        ParamsError: the parameters or decisions cannot be used.

    """
    params, point = find_checkpoint(checkpoint, root / "params")
    intake = read_cycle(params, point, root, of_later=_defined(later))
    intake.refuse()
    decisions = check_cycle_decisions(params, root / "params", intake.tables)
    return Review(params, point, intake.tables, decisions)


def _plain_names() -> list[str]:
    back = {read: plain for plain, read in READ_AS.items()}
    return [back.get(name, name) for name in SOUND]


def check_cycle_decisions(params: Params, folder: Path, sound: Mapping[str, pd.DataFrame]) -> tuple[Decision, ...]:
    """The cycle's decisions from the folder of its params; they and its params are held against its tables.

    Raises:
        ParamsError: a file cannot be read, or names what there is not, or a decision is beyond what can be.

    """
    check_named_kpis(params, folder / f"{params.cycle}.yml", set(sound["kpis"]["kpi_id"]))
    decisions = load_decisions(folder, params.cycle)
    check_decisions(decisions, sound, f"params/{params.cycle}.decisions.yml")
    return decisions


def past_decisions(folder: Path, params: Params) -> tuple[Decision, ...]:
    """What people decided in the review before, from the folder of its params; nothing where the cycle names none."""
    return () if params.previous_cycle is None else load_decisions(folder, params.previous_cycle)


def check_decisions(decisions: Sequence[Decision], sound: Mapping[str, pd.DataFrame], file: str) -> None:
    """Refuse a decision about something that the cycle does not have: it would never count, and nobody would notice.

    Raises:
        ParamsError: all such decisions, each with the nearest id.

    """
    told = []
    kpis = list(sound["kpis"]["kpi_id"])
    for one in (one for one in decisions if one.about != "decision"):  # these are held against their own file
        for kpi_id in (kpi_id for kpi_id in one.expects if kpi_id not in kpis):
            hint = did_you_mean(kpi_id, kpis, "the kpis table lists them.")
            told.append(f"{file}, decision {one.id}, key expects: kpis has no '{kpi_id}'.\nHint: {hint}")
        table, key = _defined_in(one)
        known = list(sound[table][key])
        if one.subject not in known:
            hint = did_you_mean(one.subject, known, f"the {table} table lists them.")
            told.append(f"{file}, decision {one.id}, key subject: {table} has no '{one.subject}'.\nHint: {hint}")
        elif one.about == "target":
            told += _beyond_bounds(one, sound["kpis"], file)
    if told:
        raise ParamsError("\n".join(told))


def _defined_in(one: Decision) -> tuple[str, str]:
    """The table and column that hold the subject of a decision; a new objective starts from a change outside."""
    if one.about == "objective" and one.choice == ObjectiveProposal.NEW:
        return "changes", "change_id"
    return {
        "target": ("kpis", "kpi_id"),
        "initiative": ("initiatives", "initiative_id"),
        "objective": ("objectives", "objective_id"),
    }[one.about]


def _beyond_bounds(one: Decision, kpis: pd.DataFrame, file: str) -> list[str]:
    """What is told of an approved target that the measure cannot reach."""
    kpi = kpis[kpis["kpi_id"].eq(one.subject)].iloc[0]
    low, high, value = kpi["lower_bound"], kpi["upper_bound"], float(one.choice)
    if not (value < low or value > high):
        return []
    told = f"{file}, decision {one.id}, key choice: {one.choice} lies beyond what '{one.subject}' can be."
    bounds = figures.span(low, high)
    return [f"{told}\nHint: choose a target within {bounds}, or correct the bounds in the kpis table."]


def known_decisions(decisions: Sequence[Decision], sound: Mapping[str, pd.DataFrame]) -> tuple[Decision, ...]:
    """The decisions about what the tables hold; one about something hidden is hidden with it, as what it expects."""
    kpis = set(sound["kpis"]["kpi_id"])
    kept: dict[str, Decision] = {}
    for one in decisions:
        if one.about == "decision":
            known = one.subject in kept
        else:
            table, key = _defined_in(one)
            known = one.subject in set(sound[table][key])
        if known:
            kept[one.id] = replace(one, expects={name: size for name, size in one.expects.items() if name in kpis})
    return tuple(kept.values())


def last_stored(tables: Path, params: Params, point: Checkpoint, cycles: Path) -> LastReview | None:
    """The last review as the first stage left it; `cycles` holds the parameters of the cycles."""
    found = StoredTables(tables, {name: name for name in (*LAST, *THEN)})
    if not all(name in found for name in LAST):
        return None
    before = checkpoint_before(point)
    annual = _annual_title(params, point)
    return LastReview(
        title=annual if before is None else before.title,
        tables=found,
        opened=lambda: _last_opened(params, before, cycles),
        delivery_title="" if before is None else annual,
        delivery_opened=None if params.previous_cycle is None else lambda: _last_opened(params, None, cycles),
    )


def _annual_title(params: Params, point: Checkpoint) -> str:
    return Checkpoint.of_cycle(params.previous_cycle or "", point.calendar.shifted(-1)).title


def _last_opened(params: Params, before: Checkpoint | None, cycles: Path) -> Opened:
    return find_checkpoint(params.previous_cycle or "", cycles) if before is None else (params, before)


def sees_all(params: Params, edition: str) -> bool:
    """Whether the edition's audiences are all there are.

    Raises:
        UsageError: the cycle has no such edition.

    """
    if edition not in params.editions:
        hint = did_you_mean(edition, params.editions, f"the editions are {', '.join(params.editions)}.")
        msg = f"cycle {params.cycle} has no edition '{edition}'.\nHint: {hint}"
        raise UsageError(msg)
    return set(params.editions[edition].sees) >= set(Audience)


def _open_sources(root: Path, params: Params, point: Checkpoint, edition: str, folder: Path) -> Desk:
    """Everything worked out from the sources."""
    whole = sees_all(params, edition)
    intake = read_cycle(params, point, root)
    sound: Mapping[str, pd.DataFrame] = intake.tables
    decisions, past = load_decisions(root / "params", params.cycle), past_decisions(root / "params", params)
    if not intake.errors:
        check_cycle_decisions(params, root / "params", sound)
    last = None if intake.errors else last_review(root, params, point, intake)
    if not whole:
        sees = params.editions[edition].sees
        sound = visible_tables(sound, sees)
        last = visible_last(last, intake.tables, sound, sees)
        decisions, past = known_decisions(decisions, sound), known_decisions(past, sound)
    return Desk(
        Review(params, point, sound, decisions, past=past, last=last, stored=nothing_stored),
        of_sources={"faults": faults_table(intake.faults), "reconciliation": intake.reconciliation} if whole else {},
        edition=edition,
        is_partial=not whole,
        handover=Handover(folder, intake),
    )


def last_review(root: Path, params: Params, point: Checkpoint, intake: Intake) -> LastReview | None:
    """The checkpoint before this one, or at the first of a cycle the review of the cycle before; None without one.

    A quarter or month is compared with the one before, from the same tables. Of initiatives, risks and people only
    their present state is known, so their findings are compared with the last annual review.
    """
    annual = _previous_annual(root, params, intake.tables)
    before = checkpoint_before(point)
    if before is None:
        return annual
    known = intake.tables
    measures = known["measures"]
    earlier = {**known, "measures": measures[measures["period_end"].le(pd.Timestamp(before.as_of))]}
    for name in ("initiatives", "risks", "stakeholders", "engagements", "feedback", "lessons"):
        earlier[name] = known[name].head(0)
    kept = Review(params, before, earlier).as_last()
    others = None if annual is None else annual.found[annual.found["subject_kind"].ne("kpi")]
    found = kept.found if others is None or others.empty else pd.concat([kept.found, others], ignore_index=True)
    tables = {**kept.tables, "last_findings": found}
    for name in ("last_initiatives", "last_risks"):
        tables.pop(name)
        if annual is not None:
            tables[name] = annual.tables[name]
    if annual is None:
        return replace(kept, tables=tables)
    return replace(kept, tables=tables, delivery_title=annual.title, delivery_opened=annual.opened)


def _defined(tables: Mapping[str, pd.DataFrame]) -> dict[str, Collection[str]]:
    """By table, the ids that it defines and that dated tables name."""
    ids = {"kpis": "kpi_id", "initiatives": "initiative_id", "stakeholders": "stakeholder_id"}
    return {name: tables[name][key] for name, key in ids.items() if name in tables}


def _previous_annual(root: Path, params: Params, now: Mapping[str, pd.DataFrame]) -> LastReview | None:
    if params.previous_cycle is None:
        return None
    if params.previous_cycle not in known_cycles(root / "params"):
        msg = (
            f"{params.file}, key previous_cycle: params/{params.previous_cycle}.yml is missing."
            "\nHint: put the file of the last cycle there, or remove the key; changes are then not shown."
        )
        raise UsageError(msg)
    before, point = find_checkpoint(params.previous_cycle, root / "params")
    intake = read_cycle(before, point, root, of_later=_defined(now))
    intake.refuse(f"The sources of the review before, as params/{before.cycle}.yml reads them,")
    return Review(before, point, intake.tables, load_decisions(root / "params", before.cycle)).as_last()
