"""Opening a review: from the parameters of a notebook to a desk."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd

from review_kit.decisions import Decision, load_decisions
from review_kit.desk.desk import Desk
from review_kit.desk.handover import READ_AS, SOUND, Handover
from review_kit.desk.last import LAST, LastReview, checkpoint_before
from review_kit.desk.review import Review, nothing_stored
from review_kit.desk.stored import StoredTables
from review_kit.desk.visibility import visible_last, visible_tables
from review_kit.errors import ParamsError, UsageError
from review_kit.intake import Intake, faults_table, read_cycle
from review_kit.model import figures
from review_kit.model.nearest import did_you_mean
from review_kit.model.period import Checkpoint
from review_kit.model.words import Audience
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
    stored = StoredTables(tables)
    sound = StoredTables(tables, {plain: READ_AS.get(plain, plain) for plain in _plain_names()})
    decisions = load_decisions(folder / INPUTS / "params", params.cycle)
    if not sees_all(params, edition):
        decisions = known_decisions(decisions, sound)
    review = Review(params, point, sound, decisions, last=last_stored(tables, params, point), stored=stored.get)
    return Desk(
        review,
        of_sources=stored,
        edition=edition,
        is_partial=not sees_all(params, edition),
        handover=Handover(folder, None),
    )


def _plain_names() -> list[str]:
    back = {read: plain for plain, read in READ_AS.items()}
    return [back.get(name, name) for name in SOUND]


def check_cycle_decisions(params: Params, folder: Path, sound: Mapping[str, pd.DataFrame]) -> tuple[Decision, ...]:
    """The cycle's decisions from the folder of its params; they and its params are held against its tables.

    Raises:
        ParamsError: a file cannot be read, or names what there is not, or a decision is beyond what can be.

    """
    check_named_kpis(params.signals, folder / f"{params.cycle}.yml", set(sound["kpis"]["kpi_id"]))
    decisions = load_decisions(folder, params.cycle)
    check_decisions(decisions, sound, f"params/{params.cycle}.decisions.yml")
    return decisions


def check_decisions(decisions: Sequence[Decision], sound: Mapping[str, pd.DataFrame], file: str) -> None:
    """Refuse a decision about something that the cycle does not have: it would never count, and nobody would notice.

    Raises:
        ParamsError: all such decisions, each with the nearest id.

    """
    keys = {"target": ("kpis", "kpi_id"), "initiative": ("initiatives", "initiative_id")}
    keys["objective"] = ("objectives", "objective_id")
    told = []
    for one in decisions:
        table, key = keys[one.about]
        known = list(sound[table][key])
        if one.subject not in known:
            hint = did_you_mean(one.subject, known, f"the {table} table lists them.")
            told.append(f"{file}, decision {one.id}, key subject: {table} has no '{one.subject}'.\nHint: {hint}")
        elif one.about == "target":
            told += _beyond_bounds(one, sound["kpis"], file)
    if told:
        raise ParamsError("\n".join(told))


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
    """The decisions about what the tables hold; one about something hidden is hidden with it."""
    keys = (("kpis", "kpi_id"), ("objectives", "objective_id"), ("initiatives", "initiative_id"))
    subjects = {subject for table, key in keys for subject in sound[table][key]}
    return tuple(one for one in decisions if one.subject in subjects)


def last_stored(tables: Path, params: Params, point: Checkpoint) -> LastReview | None:
    """The last review as the first stage left it."""
    found = StoredTables(tables, {name: name for name in LAST})
    return LastReview(title=_last_title(params, point), tables=found) if len(found) == len(LAST) else None


def _last_title(params: Params, point: Checkpoint) -> str:
    before = checkpoint_before(point)
    if before is not None:
        return before.title
    shifted = point.calendar.shifted(-1)
    return Checkpoint.of_cycle(params.previous_cycle or "", shifted).title


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
    decisions = load_decisions(root / "params", params.cycle)
    if not intake.errors:
        check_cycle_decisions(params, root / "params", sound)
    last = None if intake.errors else last_review(root, params, point, intake)
    if not whole:
        sees = params.editions[edition].sees
        sound = visible_tables(sound, sees)
        last = visible_last(last, intake.tables, sound, sees)
        decisions = known_decisions(decisions, sound)
    return Desk(
        Review(params, point, sound, decisions, last=last, stored=nothing_stored),
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
    annual = _previous_annual(root, params)
    before = checkpoint_before(point)
    if before is None:
        return annual
    known = intake.tables
    measures = known["measures"]
    earlier = {**known, "measures": measures[measures["period_end"].le(pd.Timestamp(before.as_of))]}
    for name in ("initiatives", "risks", "stakeholders", "engagements", "feedback"):
        earlier[name] = known[name].head(0)
    kept = Review(params, before, earlier).as_last()
    others = None if annual is None else annual.found[annual.found["subject_kind"].ne("kpi")]
    found = kept.found if others is None or others.empty else pd.concat([kept.found, others], ignore_index=True)
    return LastReview.of(kept.title, scores=kept.scores, rollup=kept.rollup, found=found)


def _previous_annual(root: Path, params: Params) -> LastReview | None:
    if params.previous_cycle is None:
        return None
    if params.previous_cycle not in known_cycles(root / "params"):
        msg = (
            f"{params.file}, key previous_cycle: params/{params.previous_cycle}.yml is missing."
            "\nHint: put the file of the last cycle there, or remove the key; changes are then not shown."
        )
        raise UsageError(msg)
    before, point = find_checkpoint(params.previous_cycle, root / "params")
    intake = read_cycle(before, point, root)
    intake.refuse()
    return Review(before, point, intake.tables, load_decisions(root / "params", before.cycle)).as_last()
