"""One run that holds the lock, from the frozen inputs to the swap of the folder."""

import shutil
import time
from collections.abc import Collection
from dataclasses import dataclass, field

from review_kit.chain.events import FileWritten, Notice, Observer, RunStarted
from review_kit.chain.failures import Cause, Failure
from review_kit.chain.stages import Chain, StageStopped
from review_kit.checkpoint.fingerprint import hash_folder, surroundings
from review_kit.checkpoint.freezing import freeze_inputs
from review_kit.checkpoint.ledger import LEDGER, Ledger
from review_kit.checkpoint.plan import FROZEN, Plan
from review_kit.checkpoint.result import RunResult
from review_kit.errors import CannotWriteError, InputsRefusedError, ReviewError, StageFailedError
from review_kit.store import recover_folder, replace_folder, write_text

FOR_DOCUMENTS = ("review_kit.checkpoint.documents",)


@dataclass(slots=True, kw_only=True)
class Run:
    """One run that holds the lock."""

    plan: Plan
    chain: Chain
    observer: Observer
    started: float
    partial: bool
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = self.plan.ledger()

    def work(self) -> RunResult:
        """Everything from the frozen inputs to the swap.

        Raises:
            ReviewError: it failed; what is worth looking at was kept, and the last good review stands.

        """
        places = self.plan.places
        recover_folder(places.final)
        places.clear_work()
        self.observer(RunStarted(checkpoint=places.checkpoint, steps=self.plan.steps()))
        try:
            self.freeze()
            self.run_steps()
        except StageStopped as stopped:
            self.keep(stopped.failure)
            raise self.told(stopped.failure) from None
        except InputsRefusedError as error:
            self.keep(Failure(stage="inputs", cause=Cause.REFUSED, name=type(error).__name__, message=str(error)))
            raise
        return self.publish()

    def freeze(self) -> None:
        """Copy what the run reads, so that nothing can change under it, and note the hashes of the copies."""
        plan, places = self.plan, self.plan.places
        files = freeze_inputs(places.workspace, plan.params, plan.templates, places.work / FROZEN)
        self.ledger.made_from = {**surroundings(), "files": files}

    def run_steps(self) -> None:
        """Stages in their order, then all editions, then all documents."""
        chain, plan = self.chain, self.plan
        stages = [plan.notebook(name) for name in plan.stages]
        chain.announce(len(plan.notebooks()))
        chain.run(stages[:1])
        chain.load(*FOR_DOCUMENTS)  # while the later stages run
        chain.run(stages[1:])
        chain.together(list(plan.building()))
        chain.together(list(plan.writing()))

    def publish(self) -> RunResult:
        """Complete the private folder and put it in place of the last one."""
        plan, places = self.plan, self.plan.places
        main = places.work / "editions" / plan.main_edition / "report.html"
        if main.is_file():
            shutil.copyfile(main, places.work / "report.html")
        shutil.rmtree(places.work / FROZEN)
        seconds = time.perf_counter() - self.started
        self.ledger.files = hash_folder(places.work)
        write_text(places.work / LEDGER, self.ledger.text(self.chain.outcomes, seconds))
        target = places.partial if self.partial else places.final
        target.parent.mkdir(parents=True, exist_ok=True)
        replace_folder(places.work, target)
        shutil.rmtree(places.failed, ignore_errors=True)
        written = tuple(f"{places.relative(target)}/{name}" for name in to_be_opened(self.ledger.files))
        for path in written:
            self.observer(FileWritten(path=path))
        if self.partial and places.final.exists():
            text = f"{places.relative(places.final)}/ stays as it was: this run made only a part of a review."
            self.observer(Notice(text=text))
        return RunResult(
            checkpoint=places.checkpoint,
            folder=target,
            written=written,
            outcomes=tuple(self.chain.outcomes.values()),
            seconds=time.perf_counter() - self.started,
            partial=self.partial,
        )

    def keep(self, failure: Failure) -> None:
        """Put the executed notebooks and the ledger of a failed run where people can look at them."""
        places = self.plan.places
        kept = places.work.with_name(f"{places.checkpoint}.failed")
        shutil.rmtree(kept, ignore_errors=True)
        kept.mkdir()
        for notebook in places.work.rglob("*.ipynb"):
            path = notebook.relative_to(places.work)
            if FROZEN not in path.parts:
                (kept / path).parent.mkdir(parents=True, exist_ok=True)
                shutil.copyfile(notebook, kept / path)
        seconds = time.perf_counter() - self.started
        write_text(kept / LEDGER, self.ledger.text(self.chain.outcomes, seconds, failure))
        places.failed.parent.mkdir(parents=True, exist_ok=True)
        replace_folder(kept, places.failed)

    def told(self, failure: Failure) -> ReviewError:
        """The error for people, with where to look and what still stands."""
        places, error = self.plan.places, failure.as_error()
        if "[Errno 28]" in failure.message:
            return CannotWriteError("No space left for outputs/.\nHint: free some, then run again.")
        if isinstance(error, StageFailedError):
            hint = f"{places.relative(places.failed)}/ keeps the notebooks as they were then."
            if places.final.exists():
                hint += f" The last good review stands in {places.relative(places.final)}/."
            error = StageFailedError(f"{error}\nHint: {hint}")
        return error


def to_be_opened(files: Collection[str]) -> list[str]:
    """Of all files those that people open, the report first."""
    wanted = [name for name in files if name.endswith((".html", ".xlsx", ".yml"))]
    return sorted(wanted, key=lambda name: (name != "report.html", "/" in name, name))
