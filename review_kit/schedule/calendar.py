"""When each checkpoint is due and how it stands: a function of the params, of what is known of it, and of a day.

There is no clock, no file and no guess from data here. A day is the local date of the machine that runs the schedule.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from review_kit.model.period import Checkpoint, Rhythm, long_date
from review_kit.params import Params

# Every name that a cycle gives, the shortest periods first: a month is run before the quarter and the year it ends.
SUFFIXES = (*(f"{month:02d}" for month in range(1, 13)), "Q1", "Q2", "Q3", "Q4", "")


class State(StrEnum):
    """How a checkpoint stands."""

    NOT_SCHEDULED = "not scheduled"
    NOT_YET_DUE = "not yet due"
    DUE = "due"
    DONE = "done"
    CHANGED = "done, inputs changed since"
    SEALED = "sealed"
    HELD = "being run"
    MISSING = "inputs missing"
    REFUSED = "inputs refused"
    FAILED = "failed"

    @property
    def is_open(self) -> bool:
        """Whether the checkpoint is due and a trigger tries it."""
        return self in {State.DUE, State.MISSING, State.REFUSED, State.FAILED}

    @property
    def needs_a_hand(self) -> bool:
        """Whether waiting alone will not mend it."""
        return self in {State.MISSING, State.REFUSED, State.FAILED}


@dataclass(frozen=True, slots=True, kw_only=True)
class Appointment:
    """A checkpoint and the day from which it is due; no day where it is not scheduled."""

    checkpoint: Checkpoint
    due: date | None = None
    why_not: str = ""  # a sentence, where it is not scheduled

    @property
    def name(self) -> str:
        """'2025-Q3'."""
        return self.checkpoint.name

    @property
    def place(self) -> tuple[date, int, str]:
        """Where it stands in the order of running: by the end of its period, the shorter period first."""
        return self.checkpoint.period.end, self.checkpoint.rhythm.months, self.name


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What is known of a checkpoint besides its calendar."""

    made_on: date | None = None  # when its review was made; None where there is no finished one
    kept: bool = False  # the schedule itself made that review, or found it good, when it was due
    sealed: bool = False
    changed: Sequence[str] = ()  # inputs that are not what the review was made from
    holder: str = ""  # a sentence about the process that runs it now
    missing: str = ""  # a sentence about inputs that are not there
    last_state: State | None = None  # how the last try ended, where it did not end well
    last_stage: str = ""  # the stage that failed then


@dataclass(frozen=True, slots=True)
class Standing:
    """How a checkpoint stands on a day, with a sentence for people."""

    state: State
    sentence: str


def appointments(cycles: Iterable[Params]) -> list[Appointment]:
    """Every checkpoint of every cycle in the order in which they are run."""
    cycles = tuple(cycles)
    names = {params.cycle for params in cycles}
    found = [appointment for params in cycles for appointment in _of_cycle(params, names)]
    return sorted(found, key=lambda appointment: appointment.place)


def _of_cycle(params: Params, cycles: Collection[str]) -> Iterator[Appointment]:
    for suffix in SUFFIXES:
        checkpoint = Checkpoint.of_cycle(params.cycle, params.twelve_months, suffix)
        if suffix and checkpoint.name in cycles:
            why_not = f"the name is that of a cycle of its own, params/{checkpoint.name}.yml."
            yield Appointment(checkpoint=checkpoint, why_not=why_not)
        else:
            yield _appointment(params, checkpoint)


def _appointment(params: Params, checkpoint: Checkpoint) -> Appointment:
    schedule, end = params.schedule, checkpoint.period.end
    if schedule is None:
        return Appointment(checkpoint=checkpoint, why_not=f"{params.file} takes the cycle out of the schedule.")
    days = schedule.grace(checkpoint.rhythm)
    if days is None:
        what = {Rhythm.MONTHLY: "months", Rhythm.QUARTERLY: "quarters", Rhythm.ANNUAL: "years"}[checkpoint.rhythm]
        return Appointment(checkpoint=checkpoint, why_not=f"{params.file} schedules no {what}.")
    if schedule.since is not None and end < schedule.since:
        told = f"its period ended before {long_date(schedule.since)}, with which the schedule begins."
        return Appointment(checkpoint=checkpoint, why_not=told)
    return Appointment(checkpoint=checkpoint, due=end + timedelta(days=days))


def standing(appointment: Appointment, known: Known, day: date) -> Standing:
    """How the checkpoint stands on this day.

    A review that was made before its day is a preview of figures that were still coming in, so it does not count.
    """
    name, due = appointment.name, appointment.due
    if due is None:
        return Standing(State.NOT_SCHEDULED, appointment.why_not)
    if known.sealed:
        more = f"; {_inputs(known.changed)} changed since" if known.changed else ""
        return Standing(State.SEALED, f"it is sealed and is not run again{more}.")
    if day < due:
        return Standing(State.NOT_YET_DUE, f"it is due on {long_date(due)}.")
    if known.made_on is not None and (known.kept or known.made_on >= due):
        return _done(name, known)
    return Standing(State.HELD, known.holder) if known.holder else _open(due, known)


def _done(name: str, known: Known) -> Standing:
    """Run once, and not again by itself: people may have read it."""
    if not known.changed:
        return Standing(State.DONE, "it is done.")
    return Standing(State.CHANGED, f"{_inputs(known.changed)} changed since; `review run {name}` makes it anew.")


def _open(due: date, known: Known) -> Standing:
    """Due and not done: what stood or stands in its way."""
    since = f"due since {long_date(due)}"
    if known.missing:
        return Standing(State.MISSING, f"{since}; {known.missing}")
    if known.last_state is State.FAILED:
        where = f" in {known.last_stage}" if known.last_stage else ""
        return Standing(State.FAILED, f"{since}; the last try failed{where}.")
    if known.last_state is State.REFUSED:
        return Standing(State.REFUSED, f"{since}; its inputs were refused at the last try.")
    if known.made_on is not None:
        return Standing(State.DUE, f"{since}; the review that is there was made before that day.")
    return Standing(State.DUE, f"{since}.")


def _inputs(changed: Sequence[str]) -> str:
    """'data/actuals.csv has', 'data/actuals.csv and 2 more inputs have'."""
    more = len(changed) - 1
    if not more:
        return f"{changed[0]} has"
    return f"{changed[0]} and {more} more input{'s' if more > 1 else ''} have"


def coming(planned: Iterable[Appointment], day: date) -> list[Appointment]:
    """Those of the next day after `day` on which anything becomes due; empty where nothing is scheduled any more."""
    later = [appointment for appointment in planned if appointment.due is not None and appointment.due > day]
    first = min((appointment.due for appointment in later if appointment.due), default=None)
    return [appointment for appointment in later if appointment.due == first]
