"""One run that holds the lock, from the frozen inputs to the swap of the folder."""

import errno
import os
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from review_kit.chain.events import FileWritten, Notice, Observer, RunStarted
from review_kit.chain.failures import Cause, Failure
from review_kit.chain.stages import Chain
from review_kit.chain.steps import StageStopped
from review_kit.checkpoint.fingerprint import ABSENT, OPENED, UNSURE, hash_folder, surroundings
from review_kit.checkpoint.freezing import freeze_inputs
from review_kit.checkpoint.ledger import LEDGER, Ledger
from review_kit.checkpoint.places import INPUTS, cannot_write
from review_kit.checkpoint.plan import Plan
from review_kit.checkpoint.recall import recall_for
from review_kit.checkpoint.result import RunResult
from review_kit.errors import InputsRefusedError, ReviewError, StageFailedError
from review_kit.store import copy_file, fresh_folder, recover_folder, remove_tree, replace_folder, write_text


@dataclass(slots=True, kw_only=True)
class Run:
    """One run that holds the lock."""

    plan: Plan
    chain: Chain
    observer: Observer
    started: float
    partial: bool
    force: bool
    ledger: Ledger = field(init=False)

    def __post_init__(self) -> None:
        self.ledger = self.plan.ledger()

    def work(self) -> RunResult:
        """Everything from the frozen inputs to the swap.

        Raises:
            ReviewError: it failed; what is worth looking at was kept, and the last good review stands.

        """
        places = self.plan.places
        for folder in (places.last, places.failed, places.partial):
            recover_folder(folder)
        fresh_folder(places.work)
        remove_tree(places.failing)  # of a run that found no room even for that
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
        files = freeze_inputs(places.workspace, plan.params, plan.templates, places.work / INPUTS)
        self.ledger.made_from = {**surroundings(), "files": files}

    def run_steps(self) -> None:
        """Everything up to the last document; what has not changed is recalled."""
        steps = self.plan.steps()
        memory = recall_for(self.plan, self.ledger.made_from, force=self.force)
        memory.begun -= time.perf_counter() - self.started  # its processes began to load the code then
        known = {step.name: memory.cache.last(self.plan.places.checkpoint, step.name) for step in steps}
        durations = {name: record["seconds"] for name, record in known.items() if record}
        names = tuple(step.name for step in steps)
        after = {step.name: step.after for step in steps}
        name = self.plan.places.checkpoint
        self.observer(RunStarted(checkpoint=name, steps=names, durations=durations, after=after))
        self.chain.memory = memory
        self.chain.run(steps)
        self.keep_opened(memory.opened)
        if memory.unsure:
            self.ledger.made_from[UNSURE] = sorted(memory.unsure)
        memory.cache.clear()

    def keep_opened(self, opened: Mapping[str, str]) -> None:
        """Count what notebooks opened by themselves among the inputs, by its path and hash, and keep copies of it."""
        places, files = self.plan.places, self.ledger.made_from["files"]
        new = {name: sha256 for name, sha256 in sorted(opened.items()) if name not in files}
        for name, sha256 in new.items():
            if sha256 != ABSENT and (places.workspace / name).is_file():  # it may have been there for a moment only
                copy_file(places.workspace / name, places.work / INPUTS / name)
        if new:
            files |= new
            self.ledger.made_from[OPENED] = [*new]

    def publish(self) -> RunResult:
        """Complete the private folder and put it in place of the last one."""
        plan, places = self.plan, self.plan.places
        main = places.work / "editions" / plan.main_edition / "report.html"
        if main.is_file():
            copy_file(main, places.work / "report.html")
        seconds = time.perf_counter() - self.started
        self.ledger.files = hash_folder(places.work)
        write_text(places.work / LEDGER, self.ledger.text(self.chain.outcomes, seconds), durable=False)
        target = places.partial if self.partial else places.final
        replace_folder(places.work, target)
        remove_tree(places.failed)
        written = tuple(f"{places.relative(target)}/{name}" for name in to_be_opened(self.ledger.files))
        for path in written:
            self.observer(FileWritten(path=path))
        if self.partial and places.last.exists():
            text = f"{places.relative(places.last)}/ stays as it was: this run made only a part of a review."
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
        """Put executed notebooks, faults and ledger of a failed run where people can look at them."""
        places = self.plan.places
        kept = places.failing
        fresh_folder(kept)
        for file in (*places.work.rglob("*.ipynb"), *places.work.glob("tables/faults.parquet")):
            path = file.relative_to(places.work)
            if path.parts[0] != INPUTS:
                copy_file(file, kept / path)
        seconds = time.perf_counter() - self.started
        write_text(kept / LEDGER, self.ledger.text(self.chain.outcomes, seconds, failure), durable=False)
        replace_folder(kept, places.failed)

    def told(self, failure: Failure) -> ReviewError:
        """The error for people, with where to look and what still stands."""
        places, error = self.plan.places, failure.as_error()
        for full in (errno.ENOSPC, errno.EDQUOT):
            if f"[Errno {full}]" in failure.message:
                return cannot_write(OSError(full, os.strerror(full)), "outputs/")
        if isinstance(error, StageFailedError):
            hint = f"{places.relative(places.failed)}/ keeps the notebooks as they were then."
            if places.last.exists():
                hint += f" The last good review stands in {places.relative(places.last)}/."
            error = StageFailedError(f"{error}\nHint: {hint}")
        return error


def to_be_opened(files: Collection[str]) -> list[str]:
    """Of all files those that people open, the report first."""
    made = (name for name in files if not name.startswith(f"{INPUTS}/"))
    wanted = [name for name in made if name.endswith((".html", ".xlsx", ".yml"))]
    return sorted(wanted, key=lambda name: (name != "report.html", "/" in name, name))
