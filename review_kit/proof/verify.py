"""Proves a review: it is as its run left it, and comes out again from what it read, and from today's inputs."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from review_kit.chain.events import Event, FileWritten, Notice, Observer, ignore
from review_kit.chain.private import PrivateFolder
from review_kit.checkpoint import run_checkpoint
from review_kit.checkpoint.fingerprint import hash_file, surroundings
from review_kit.checkpoint.seal import current, revision_of, revisions
from review_kit.errors import CannotWriteError, ReviewError, UsageError
from review_kit.proof.comparison import INPUTS, Document, compare_files, compare_reviews
from review_kit.proof.differences import Difference
from review_kit.proof.places import as_lies_there, as_read, as_today
from review_kit.proof.proof import Attempt, Proof, Question
from review_kit.proof.reason import Reason
from review_kit.proof.reasons import Inputs, changed_files, of_inputs, of_surroundings
from review_kit.proof.record import Record, open_record


def verify_review(
    workspace: Path,
    checkpoint: str,
    *,
    revision: int | None = None,
    question: Question = Question.BOTH,
    observer: Observer = ignore,
) -> Proof:
    """Run a review of the workspace again in a clean place and compare; the workspace itself is only read.

    Raises:
        UsageError: there is no such review, or no such revision of it.
        ReviewError: it could not be looked at, or there was no room to run it.

    """
    outputs = workspace.resolve() / "outputs"
    folder = current(outputs, checkpoint) if revision is None else find_revision(outputs, checkpoint, revision)
    return _prove(folder, checkpoint, workspace.resolve(), question, observer)


def verify_folder(folder: Path, *, observer: Observer = ignore) -> Proof:
    """Run a review that was handed over again, from what it holds itself.

    Raises:
        UsageError: the folder holds no review.
        ReviewError: it could not be looked at, or there was no room to run it.

    """
    return _prove(folder.resolve(), folder.resolve().name, None, Question.OWN, observer)


def find_revision(outputs: Path, checkpoint: str, revision: int) -> Path:
    """The folder of one revision.

    Raises:
        UsageError: it is not there; says which are.

    """
    found = {revision_of(path.name, checkpoint): path for path in revisions(outputs, checkpoint)}
    if revision not in found:
        known = ", ".join(str(number) for number in found) or "none"
        msg = f"{checkpoint} has no revision {revision}.\nHint: its revisions are: {known}."
        raise UsageError(msg)
    return found[revision]


def _prove(folder: Path, name: str, workspace: Path | None, question: Question, observer: Observer) -> Proof:
    private = PrivateFolder()  # if this process is killed, the next run or proof removes it
    try:
        bench = private.path.resolve()
        record = open_record(folder, name, bench / "review")
        if workspace is not None and record.checkpoint != name:
            told = f"outputs/{folder.name}/ holds a review of {record.checkpoint}, not of {name}."
            raise UsageError(f"{told}\nHint: move it to its own place, then review run {name}")
        return Proving(record=record, bench=bench, workspace=workspace, observer=observer).prove(question)
    except OSError as error:
        reason = error.strerror or str(error)
        hint = "check that it may be read, and that the folder for temporary files has room."
        msg = f"the review cannot be run again in a clean place: {reason}.\nHint: {hint}"
        raise CannotWriteError(msg) from error
    finally:
        private.remove()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proving:
    """The work of proving one review, on a bench of its own."""

    record: Record
    bench: Path  # a private folder
    workspace: Path | None  # None: the review was handed over alone
    observer: Observer

    def prove(self, question: Question) -> Proof:
        """Everything that the question asks for; what answers both halves of it is run once."""
        record = self.record
        changed = tuple(of_surroundings(record.made_from, surroundings()))
        today, moved_on = None, None
        if question != Question.OWN and self.workspace is not None and not record.altered:
            today, moved_on = self.todays_run(self.workspace, changed, asked=question == Question.TODAY)
        own = None
        if question != Question.TODAY or record.altered:
            told = f"{record.checkpoint}: run again in a clean place, from what it read"
            own = self.attempt(told, lambda: as_read(record.inputs, self.workspace, self.bench / "own"), changed)
        return Proof(
            checkpoint=record.checkpoint,
            revision=record.revision,
            seal=record.seal,
            altered=record.altered,
            restored=tuple(self.restored()),
            own=own,
            today=today,
            moved_on=moved_on,
        )

    def todays_run(self, workspace: Path, changed: tuple[Reason, ...], *, asked: bool) -> tuple[Attempt | None, bool]:
        """A run from today's inputs, unless they are the same and nobody asked; and whether they are others."""
        record = self.record
        try:
            inputs = as_today(workspace, record.checkpoint, self.bench / "today", record.opened)
        except CannotWriteError:
            raise
        except ReviewError as error:
            reasons = (*of_inputs(record.inputs, as_lies_there(record.inputs, workspace)), *changed)
            return Attempt(reasons=reasons, failure=str(error)), True
        moved_on = bool(changed_files(record.inputs, inputs))
        if not moved_on and not asked:
            return None, False
        told = f"{record.checkpoint}: run again in a clean place, from today's inputs"
        reasons = (*of_inputs(record.inputs, inputs), *changed)
        return self.attempt(told, lambda: inputs, reasons), moved_on

    def attempt(self, told: str, place: Callable[[], Inputs], reasons: tuple[Reason, ...]) -> Attempt:
        """One run and its comparison; a run that fails is an answer too."""
        self.observer(Notice(text=told))
        try:
            folder = run_checkpoint(place().root, self.record.checkpoint, force=True, observer=self.progress).folder
        except CannotWriteError:
            raise
        except ReviewError as error:
            return Attempt(reasons=reasons, failure=str(error))
        passed_over = {one.path for one in self.record.altered}
        return Attempt(reasons=reasons, comparison=compare_reviews(self.record.folder, folder, passed_over))

    def progress(self, event: Event) -> None:
        """What a run tells, without the files that it writes: they are compared and thrown away."""
        if not isinstance(event, FileWritten | Notice):
            self.observer(event)

    def restored(self) -> Iterator[Difference | Document]:
        """What stood in each altered file and what stands there now, where the second run made the very same bytes."""
        record = self.record
        own = self.bench / "own"
        again = own / "outputs" / record.checkpoint
        for one in record.altered:
            known = record.ledger["files"].get(one.path)
            place = own / one.path.removeprefix(INPUTS) if one.path.startswith(INPUTS) else again / one.path
            if one.what == "altered" and known is not None and hash_file(place) == known:
                yield from compare_files(one.path, place, record.folder / one.path)
            else:
                unknown = "what stood there before is not known" if one.what == "altered" else ""
                yield Document(path=one.path, what=one.what, detail=unknown)
