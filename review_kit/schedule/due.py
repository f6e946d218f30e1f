"""Runs what is due and not done: in calendar order, one after another, each exactly once."""

import time
import traceback
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from typing import Any

from review_kit.chain.events import Event, Observer, StageFinished, ignore
from review_kit.chain.limits import Limits
from review_kit.checkpoint import run_checkpoint
from review_kit.checkpoint.lock import hold
from review_kit.checkpoint.logbook import Logbook
from review_kit.checkpoint.places import Places
from review_kit.errors import AlreadyRunningError, CannotWriteError, ExitCode, ReviewError
from review_kit.params import Params
from review_kit.schedule.alerts import message_about, send_alert
from review_kit.schedule.calendar import Appointment, State, appointments, coming, standing
from review_kit.schedule.inputs import Arrivals
from review_kit.schedule.looking import NEVER_TRIED, Broken, Outputs, read_cycles
from review_kit.schedule.memory import Memory, identity
from review_kit.schedule.trigger import Entry, Trigger

NAME = "due"  # of the lock and of the folder of logs; no checkpoint is called so, since each holds a year
WHAT = "review due"  # as the message of a held lock calls it
STATES = {ExitCode.INPUTS_REFUSED: State.REFUSED, ExitCode.ALREADY_RUNNING: State.HELD}  # all others: failed
CODES = {State.HELD: ExitCode.ALREADY_RUNNING, State.MISSING: ExitCode.INPUTS_REFUSED}


@dataclass(slots=True, kw_only=True)
class Schedule:
    """A workspace as one trigger sees it."""

    workspace: Path
    day: date
    cycles: dict[str, Params]
    broken: list[Broken]
    planned: list[Appointment]
    outputs: Outputs
    arrivals: Arrivals
    memory: Memory

    @classmethod
    def of(cls, workspace: Path, day: date) -> "Schedule":
        """Read params and outputs as they are now."""
        workspace = workspace.resolve()
        cycles, broken = read_cycles(workspace)
        return cls(
            workspace=workspace,
            day=day,
            cycles=cycles,
            broken=broken,
            planned=appointments(cycles.values()),
            outputs=Outputs(workspace),
            arrivals=Arrivals(workspace),
            memory=Memory.of(workspace / "outputs"),
        )

    def stand(self, appointment: Appointment, *, open_inputs: bool = True) -> Entry:
        """How a checkpoint stands. Where it would be run, its inputs are looked through for whether they have come."""
        name, cycle = appointment.name, appointment.checkpoint.cycle
        known = self.outputs.known(name, self.memory.tries.get(name, NEVER_TRIED))
        found = standing(appointment, known, self.day)
        if found.state.is_open and open_inputs:
            missing = self.arrivals.missing(self.cycles[cycle], appointment.checkpoint)
            found = standing(appointment, replace(known, missing=missing), self.day)
        return Entry(
            name=name,
            cycle=cycle,
            state=found.state,
            sentence=found.sentence,
            due=appointment.due,
            exit_code=CODES.get(found.state, ExitCode.DONE),
            changed=known.changed,
            look_at="Hint: review due --dry-run" if found.state is State.MISSING else "",
        )

    def trigger(self, entries: Sequence[Entry], **alerts: Any) -> Trigger:
        """The whole: params that cannot be read, then every checkpoint in its order, then what comes next."""
        following = coming(self.planned, self.day)
        return Trigger(
            day=self.day,
            entries=(*map(of_broken, self.broken), *entries),
            next_day=following[0].due if following else None,
            next_names=tuple(appointment.name for appointment in following),
            **alerts,
        )


def of_broken(broken: Broken) -> Entry:
    """Params that cannot be read, and with them all checkpoints of their cycle."""
    return Entry(
        name=broken.name,
        cycle=broken.cycle,
        state=State.REFUSED,
        sentence=f"no checkpoint of this cycle can be run: {str(broken.error).splitlines()[0]}",
        exit_code=ExitCode.INPUTS_REFUSED,
        message=str(broken.error),
        look_at=f"Hint: review check {broken.cycle}",
    )


def look(workspace: Path, day: date) -> Trigger:
    """What a trigger on this day would find; nothing is run, written or sent."""
    schedule = Schedule.of(workspace, day)
    return schedule.trigger([schedule.stand(appointment) for appointment in schedule.planned])


def run_due(workspace: Path, day: date, *, observer: Observer = ignore, limits: Limits | None = None) -> Trigger:
    """Run every checkpoint that is due on this day and not done, and tell how all of them stand.

    One that fails, or whose inputs are refused or missing, does not stop the others and is tried again at the next
    trigger; the alerts of its cycle are told of each failure once. Where another trigger is at work in this workspace,
    that is all that is told. KeyboardInterrupt passes through.
    """
    schedule = Schedule.of(workspace, day)
    found = schedule.trigger([schedule.stand(appointment, open_inputs=False) for appointment in schedule.planned])
    if not any(entry.state.is_open or entry.state is State.HELD for entry in found.entries):
        return found  # what is held may be held by another trigger, which the lock tells
    outputs = workspace.resolve() / "outputs"
    try:
        with hold(outputs / ".locks" / f"{NAME}.lock", WHAT), Logbook(outputs / ".logs" / NAME) as log:
            schedule = Schedule.of(workspace, day)  # the trigger before this one may have ended meanwhile
            return Doing(schedule=schedule, observer=observer, limits=limits, log=log).all()
    except CannotWriteError as error:
        return without_outputs(schedule, found, error)
    except AlreadyRunningError as error:
        return beside_another(found, error)


def beside_another(found: Trigger, error: AlreadyRunningError) -> Trigger:
    """What is due is the other trigger's to do; how everything stood is told all the same."""
    first, *rest = str(error).splitlines()
    entry = Entry(
        name=WHAT,
        cycle="",
        state=State.HELD,
        sentence=first,
        exit_code=ExitCode.ALREADY_RUNNING,
        message=str(error),
        look_at="\n".join(rest),
    )
    return replace(found, entries=(entry, *found.entries))


def without_outputs(schedule: Schedule, found: Trigger, error: CannotWriteError) -> Trigger:
    """Where the schedule cannot even remember what it did, everybody is told at each trigger, and nothing is run."""
    entry = Entry(
        name="outputs/",
        cycle="",
        state=State.FAILED,
        sentence=str(error).splitlines()[0],
        exit_code=ExitCode.CANNOT_WRITE,
        message=str(error),
        look_at="Hint: make room on the disk, or see whether outputs/ may be written to.",
    )
    names = sorted({alert for params in schedule.cycles.values() for alert in params.alerts})
    problems = {alert: send_alert(alert, message_about([entry])) for alert in names}
    return replace(
        found,
        entries=(entry, *found.entries),
        alerted=tuple(alert for alert, problem in problems.items() if not problem),
        undelivered=tuple(problem for problem in problems.values() if problem),
    )


@dataclass(slots=True, kw_only=True)
class Doing:
    """One trigger that holds the lock."""

    schedule: Schedule
    observer: Observer
    limits: Limits | None
    log: Logbook
    failed_stage: str = field(default="", init=False)

    def all(self) -> Trigger:
        """Try what is open, then tell whoever is to be told."""
        schedule = self.schedule
        schedule.memory.alerts |= {cycle: params.alerts for cycle, params in schedule.cycles.items()}
        for entry in map(of_broken, schedule.broken):
            self.log.note(f"{entry.name}: {entry.message}")
            self._remember(entry)
        entries = [self._deal_with(appointment) for appointment in schedule.planned]
        alerted, undelivered = self._alert(schedule.trigger(entries).entries)
        return schedule.trigger(entries, alerted=alerted, undelivered=undelivered)

    def _deal_with(self, appointment: Appointment) -> Entry:
        entry = self.schedule.stand(appointment)
        if entry.state.is_open:
            if entry.state is not State.MISSING:
                self.log.note(f"{entry.name}: {entry.sentence}")
                entry = self._attempt(entry)
            self.log.note(f"{entry.name}: {entry.state}: {entry.message or entry.sentence}")
            if entry.state is not State.HELD:  # it was not tried: what was remembered still holds
                self._remember(entry)
        return entry

    def _attempt(self, entry: Entry) -> Entry:
        """Run the checkpoint; whatever happens to it, the others have their turn."""
        self.failed_stage = ""
        started = time.monotonic()
        try:
            result = run_checkpoint(self.schedule.workspace, entry.name, observer=self._watch, limits=self.limits)
        except ReviewError as error:
            return replace(self._failed(entry, error.exit_code, str(error)), seconds=time.monotonic() - started)
        except Exception:  # noqa: BLE001 - a fault of the program in one checkpoint; its traceback is told in full
            told = self._failed(entry, ExitCode.STAGE_FAILED, traceback.format_exc())
            return replace(told, seconds=time.monotonic() - started)
        return replace(
            entry,
            state=State.DONE,
            sentence="nothing has changed since it was run." if result.unchanged else "it was run.",
            ran=not result.unchanged,
            changed=(),
            seconds=time.monotonic() - started,
        )

    def _failed(self, entry: Entry, exit_code: ExitCode, message: str) -> Entry:
        state = STATES.get(exit_code, State.FAILED)
        places = Places(workspace=self.schedule.workspace, checkpoint=entry.name)
        look_at = f"Look at {places.relative(places.failed)}/"
        if state is State.REFUSED or not places.failed.is_dir():
            look_at = f"Hint: review {'check' if state is State.REFUSED else 'run'} {entry.name}"
        said = [line for line in message.splitlines() if line.strip()]
        return replace(
            entry,
            state=state,
            sentence=said[-1] if said[0].startswith("Traceback") else said[0],
            ran=state is not State.HELD,
            exit_code=exit_code,
            stage=self.failed_stage if state is State.FAILED else "",
            message=message,
            look_at=look_at,
        )

    def _watch(self, event: Event) -> None:
        """Pass every event on, and note which stage failed."""
        if isinstance(event, StageFinished) and event.state == "failed":
            self.failed_stage = event.name
        self.observer(event)

    def _remember(self, entry: Entry) -> None:
        failure = ""
        if entry.needs_a_hand:
            failure = identity(entry.exit_code, entry.state, entry.stage, entry.message or entry.sentence)
        self.schedule.memory.note(entry.name, entry.state, stage=entry.stage, failure=failure)
        self.schedule.memory.save()

    def _alert(self, entries: Sequence[Entry]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        """One message to each alert about all that it has not told yet; who was told, and what went wrong."""
        memory, untold = self.schedule.memory, defaultdict[str, list[Entry]](list)
        everybody = sorted({alert for params in self.schedule.cycles.values() for alert in params.alerts})
        for entry in entries:
            if entry.needs_a_hand:
                for alert in memory.alerts.get(entry.cycle, everybody):  # params that could never be read name nobody
                    if memory.untold(entry.name, alert):
                        untold[alert].append(entry)
        undelivered = {alert: send_alert(alert, message_about(about)) for alert, about in untold.items()}
        alerted = [alert for alert, problem in undelivered.items() if not problem]
        for alert, problem in undelivered.items():
            self.log.note(problem or f"alert {alert} was sent.")
        for alert in alerted:
            memory.mark_told([entry.name for entry in untold[alert]], alert)
        if alerted:
            memory.save()
        return tuple(alerted), tuple(problem for problem in undelivered.values() if problem)
