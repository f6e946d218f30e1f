"""Runs the steps of a review, each in a process of its own once those before it are done, and says how each ended."""

import os
import threading
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from graphlib import TopologicalSorter
from importlib import import_module
from pathlib import Path
from typing import Any, Self

from review_kit.chain.events import DONE, FAILED, RECALLED, Observer, StageFinished, StageStarted, ignore
from review_kit.chain.failures import Cause, Failure, failed_with
from review_kit.chain.inside import TRACE, describe, read_evidence, read_log
from review_kit.chain.kernels import Kernels
from review_kit.chain.limits import Limits
from review_kit.chain.steps import Call, Memory, Outcome, Stage, StageStopped, Step
from review_kit.chain.tracing import Trace, listening, read_trace

UNEXPLAINED = {Cause.EXCEPTION, Cause.DEAD_KERNEL}  # by what can also happen where evidence finds no room
WAKE_SECONDS = 0.5  # Windows answers Ctrl-C only between waits
ENDING_SECONDS = 3.0  # how long threads may take to notice that their processes were killed


class Chain:
    """Processes for one run of a checkpoint: made before the first step, gone after the last."""

    def __init__(
        self,
        *,
        folder: Path,
        limits: Limits | None = None,
        observer: Observer = ignore,
        preload: tuple[str, ...] = (),
        preload_later: Sequence[Sequence[str]] = (),
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder  # the working directory of every process
        self.limits = limits or Limits()
        self.observer = observer
        self.memory: Memory | None = None  # set once it is known what is to be run
        self.outcomes: dict[str, Outcome] = {}
        self.lock = threading.Lock()
        self.one_at_a_time = threading.Lock()
        self.stopping = False
        self.kernels = Kernels(
            folder=folder, preload=preload, preload_later=preload_later, tell=self._tell, variables=variables
        )

    def run(self, steps: Sequence[Step]) -> None:
        """Run each step when those it comes after are done, as many at a time as there are processors.

        Of steps that could run, those that stand first do.

        Raises:
            StageStopped: a step did not finish; the others were stopped too, and nothing after it was run.
            CannotWriteError: it did not finish since there is no room for temporary files.

        """
        by_name = {step.name: step for step in steps}
        place = {name: number for number, name in enumerate(by_name)}
        order = TopologicalSorter({step.name: [name for name in step.after if name in by_name] for step in steps})
        order.prepare()
        self.kernels.announce(sum(isinstance(step, Stage) for step in steps))
        processors = os.cpu_count() or 1
        waiting: list[str] = []
        running: dict[Future[None], str] = {}
        with ThreadPoolExecutor(processors, thread_name_prefix="review") as threads:
            try:
                while order.is_active():
                    waiting = sorted([*waiting, *order.get_ready()], key=place.__getitem__)
                    while waiting and len(running) < processors:
                        name = waiting.pop(0)
                        running[threads.submit(self._run_step, by_name[name])] = name
                    done, _ = wait(running, WAKE_SECONDS, return_when=FIRST_COMPLETED)
                    for future in done:
                        future.result()
                        order.done(running.pop(future))
            except BaseException:
                self.stop()
                threads.shutdown(wait=False, cancel_futures=True)
                wait(running, ENDING_SECONDS)
                raise

    def _run_step(self, step: Step) -> None:
        started = time.perf_counter()
        reason = self.memory.recall(step) if self.memory else ""
        if reason is None:
            if isinstance(step, Stage):
                self.kernels.forgo()
            self._end(Outcome(name=step.name, state=RECALLED, seconds=round(time.perf_counter() - started, 3)))
            return
        self._tell(StageStarted(name=step.name, reason=reason))
        failure, trace = self._run_notebook(step) if isinstance(step, Stage) else self._run_call(step)
        seconds = round(time.perf_counter() - started, 3)
        if failure is None and self.memory:
            self.memory.remember(step, trace, seconds)
        state = FAILED if failure else DONE
        self._end(Outcome(name=step.name, state=state, seconds=seconds, reason=reason, failure=failure))
        if failure:
            if failure.cause in UNEXPLAINED:
                self.kernels.own.check_room()
            raise StageStopped(failure)

    def _end(self, outcome: Outcome) -> None:
        with self.lock:
            self.outcomes[outcome.name] = outcome
        self._tell(StageFinished(name=outcome.name, state=outcome.state, seconds=outcome.seconds))

    def _run_notebook(self, stage: Stage) -> tuple[Failure | None, Trace]:
        from review_kit.chain.notebooks import run_notebook  # noqa: PLC0415 - loads papermill while kernels start

        failure, kernel = run_notebook(stage, self.kernels, self.limits, self.folder, self._tell)
        if failure and self.stopping:
            failure = self._interrupted(stage.name)
        heard = read_trace(Path(f"{kernel.stem}{TRACE}"))
        executed = os.path.relpath(stage.executed, self.folder).replace(
            os.sep, "/"
        )  # by this process, not by the kernel
        return failure, Trace(heard.reads, (*heard.writes, executed))

    def _run_call(self, call: Call) -> tuple[Failure | None, Trace]:
        asked = self.kernels.call(call.function, call.arguments)
        if asked is None:
            return self._call_here(call)
        process, stem = asked
        exit_code = process.wait(self.limits.left)
        trace = read_trace(Path(f"{stem}{TRACE}"))
        if exit_code == 0:
            return None, trace
        if self.stopping:
            return self._interrupted(call.name), trace
        if self.kernels.was_lost(process):
            return self._call_here(call)
        if exit_code is None:
            process.send_signal(9)
        return self._why(call.name, exit_code, stem), trace

    def _why(self, name: str, exit_code: int | None, stem: Path) -> Failure:
        """What ended a call early: the clock, the end of its process, or what it raised."""
        if exit_code is None:
            return Failure(stage=name, cause=Cause.TIME_OUT, seconds=self.limits.run_seconds)
        if exit_code < 0:
            words = read_log(stem)
            return Failure(stage=name, cause=Cause.DEAD_KERNEL, exit_code=exit_code, last_words=words)
        return failed_with(read_evidence(stem), name)

    def _call_here(self, call: Call) -> tuple[Failure | None, Trace]:
        """The same without fork: one call at a time, since drawing is not made for threads."""
        module, _, function = call.function.partition(":")
        with self.one_at_a_time, listening(self.folder) as tracer:
            try:
                getattr(import_module(module), function)(**call.arguments)
            except Exception as error:  # noqa: BLE001 - it is told as that of a forked call is
                return failed_with(describe(error), call.name), tracer.trace()
            return None, tracer.trace()

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
