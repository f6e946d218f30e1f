"""Runs notebooks as stages of one chain, each in a process of its own, and says what became of each of them."""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from review_kit.chain.events import Observer, StageFinished, StageStarted, ignore
from review_kit.chain.failures import Cause, Failure, failed_with
from review_kit.chain.inside import describe, read_evidence, read_log
from review_kit.chain.kernels import Kernels
from review_kit.chain.limits import Limits

WAKE_SECONDS = 0.5  # Windows answers Ctrl-C only between waits
ENDING_SECONDS = 3.0  # how long threads may take to notice that their processes were killed


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One notebook to run."""

    name: str  # '02_kpi_scoring': of the template and of the executed notebook
    template: Path
    parameters: Mapping[str, object]
    executed: Path  # where the executed notebook is written


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One function of ours to call in a process of its own, where there is fork, and otherwise in this one."""

    name: str
    function: str  # 'module:function'; it returns nothing and leaves its result in files
    arguments: Mapping[str, object]  # what JSON can hold


Step = Stage | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one step."""

    name: str
    state: str  # 'done' or 'failed'
    seconds: float
    failure: Failure | None = None


class StageStopped(Exception):  # noqa: N818 - it stops the chain; what people see is `failure.as_error()`
    """A step did not finish, and nothing after it was run."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.told())
        self.failure = failure


class Chain:
    """Processes for one run of a checkpoint: made before the first step, gone after the last."""

    def __init__(
        self,
        *,
        folder: Path,
        limits: Limits | None = None,
        observer: Observer = ignore,
        preload: tuple[str, ...] = (),
    ) -> None:
        self.folder = folder  # the working directory of every process
        self.limits = limits or Limits()
        self.observer = observer
        self.outcomes: dict[str, Outcome] = {}
        self.lock = threading.Lock()
        self.one_at_a_time = threading.Lock()
        self.stopping = False
        self.kernels = Kernels(folder=folder, preload=preload)

    def announce(self, notebooks: int) -> None:
        """So many notebooks will follow: each kernel is started while the notebook before it runs."""
        self.kernels.announce(notebooks)

    def load(self, *modules: str) -> None:
        """Have modules ready in the processes that are started from now on."""
        self.kernels.load(modules)

    def run(self, steps: Sequence[Step]) -> None:
        """Run the steps one after another.

        Raises:
            StageStopped: a step did not finish.

        """
        self.together([steps])

    def together(self, tracks: Sequence[Sequence[Step]]) -> None:
        """Run several sequences of steps beside each other, as many as there are processors.

        Raises:
            StageStopped: a step did not finish; the others were stopped too.

        """
        if not tracks:
            return
        with ThreadPoolExecutor(min(len(tracks), os.cpu_count() or 1), thread_name_prefix="review") as threads:
            futures = [threads.submit(self._run_track, track) for track in tracks]
            try:
                self._wait(futures)
            except BaseException:
                self.stop()
                threads.shutdown(wait=False, cancel_futures=True)
                wait(futures, ENDING_SECONDS)
                raise
        for future in futures:
            future.result()

    def _wait(self, futures: list[Future[None]]) -> None:
        """Wait for all, or raise what the first of them to fail has raised."""
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, WAKE_SECONDS, return_when=FIRST_EXCEPTION)
            for future in done:
                future.result()

    def _run_track(self, steps: Sequence[Step]) -> None:
        for step in steps:
            if self.stopping:
                return
            self._tell(StageStarted(name=step.name))
            started = time.perf_counter()
            failure = self._run_notebook(step) if isinstance(step, Stage) else self._run_call(step)
            seconds = time.perf_counter() - started
            outcome = Outcome(
                name=step.name, state="failed" if failure else "done", seconds=round(seconds, 3), failure=failure
            )
            with self.lock:
                self.outcomes[step.name] = outcome
            self._tell(StageFinished(name=step.name, state=outcome.state, seconds=outcome.seconds))
            if failure:
                raise StageStopped(failure)

    def _run_notebook(self, stage: Stage) -> Failure | None:
        from review_kit.chain.notebooks import run_notebook  # noqa: PLC0415 - loads papermill while kernels start

        failure = run_notebook(stage, self.kernels.take(), self.limits, self.folder)
        return self._interrupted(stage.name) if failure and self.stopping else failure

    def _run_call(self, call: Call) -> Failure | None:
        asked = self.kernels.call(call.function, call.arguments)
        if asked is None:
            return self._call_here(call)
        process, stem = asked
        exit_code = process.wait(self.limits.left)
        if exit_code == 0:
            return None
        if self.stopping:
            return self._interrupted(call.name)
        if exit_code is None:
            process.send_signal(9)
            return Failure(stage=call.name, cause=Cause.TIME_OUT, seconds=self.limits.run_seconds)
        if exit_code < 0:
            return Failure(stage=call.name, cause=Cause.DEAD_KERNEL, exit_code=exit_code, last_words=read_log(stem))
        return failed_with(read_evidence(stem), call.name)

    def _call_here(self, call: Call) -> Failure | None:
        """The same without fork: one call at a time, since drawing is not made for threads."""
        module, _, function = call.function.partition(":")
        try:
            with self.one_at_a_time:
                getattr(import_module(module), function)(**call.arguments)
        except Exception as error:  # noqa: BLE001 - it is told as that of a forked call is
            return failed_with(describe(error), call.name)
        return None

    @staticmethod
    def _interrupted(name: str) -> Failure:
        return Failure(stage=name, cause=Cause.INTERRUPTED)

    def _tell(self, event: Any) -> None:
        with self.lock:
            self.observer(event)

    def stop(self) -> None:
        """End every process now; what is running fails as interrupted."""
        self.stopping = True
        self.kernels.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()
