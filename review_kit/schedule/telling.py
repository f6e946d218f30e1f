"""A trigger in words and as JSON."""

from collections.abc import Iterator, Sequence
from typing import Any

from review_kit.model.period import long_date
from review_kit.schedule.calendar import State
from review_kit.schedule.trigger import Entry, Trigger

LISTED = 8  # names in one line; of more the number is told


def lines_of(trigger: Trigger) -> Iterator[str]:
    """A line for each checkpoint that was run or could not be, then the others in a few lines, then what comes next."""
    shown = [entry for entry in trigger.entries if is_worth_a_line(entry)]
    yield f"{long_date(trigger.day)}: {'nothing to do.' if not shown else ''}".rstrip(" :")
    names, states = (max((len(text) for text in column), default=0) for column in _columns(shown))
    for entry in shown:
        yield f"  {entry.name:{names}}  {entry.state:{states}}  {_told(entry)}"
        if hint := _hint(entry):
            yield f"  {'':{names}}  {'':{states}}  {hint}"
    yield from _others([entry for entry in trigger.entries if entry not in shown])
    following = f"Next: {', '.join(trigger.next_names)} on {long_date(trigger.next_day)}." if trigger.next_day else ""
    yield following or NOTHING_NEXT
    yield from _of_alerts(trigger)


NOTHING_NEXT = "Next: nothing. No cycle in params/ has a checkpoint that becomes due later; add the next cycle's file."


def is_worth_a_line(entry: Entry) -> bool:
    """Whether it was run, is due, or cannot be run."""
    return entry.was_tried or entry.state.is_open or bool(entry.exit_code)


def problem_lines(trigger: Trigger) -> Iterator[str]:
    """What is told even when nobody wants to hear anything: what was not done, and alerts that were not sent."""
    for entry in trigger.entries:
        if entry.exit_code:
            yield f"{entry.name}: {entry.state}. {_told(entry)}"
            if hint := _hint(entry):
                yield hint
    yield from trigger.undelivered


def as_json(trigger: Trigger) -> dict[str, Any]:
    """All of it; days as 2025-10-10."""
    return {
        "day": trigger.day.isoformat(),
        "exit_code": int(trigger.exit_code),
        "checkpoints": [
            {
                "checkpoint": entry.name,
                "cycle": entry.cycle,
                "state": entry.state.value,
                "sentence": entry.sentence,
                "due": entry.due.isoformat() if entry.due else None,
                "ran": entry.ran,
                "exit_code": int(entry.exit_code),
                "stage": entry.stage,
                "message": entry.message,
                "changed": list(entry.changed),
                "seconds": round(entry.seconds, 3),
            }
            for entry in trigger.entries
        ],
        "next": {
            "day": trigger.next_day.isoformat() if trigger.next_day else None,
            "checkpoints": list(trigger.next_names),
        },
        "alerted": list(trigger.alerted),
        "undelivered": list(trigger.undelivered),
    }


def _columns(entries: Sequence[Entry]) -> tuple[list[str], list[str]]:
    return [entry.name for entry in entries], [entry.state.value for entry in entries]


def _told(entry: Entry) -> str:
    stage = f"{entry.stage}: " if entry.stage and entry.stage not in entry.sentence else ""
    seconds = f" ({entry.seconds:.0f} s)" if entry.ran else ""
    return f"{stage}{entry.sentence}{seconds}"


def _hint(entry: Entry) -> str:
    """Where to look on; a sentence about what is missing says all."""
    return entry.look_at if entry.exit_code and entry.state is not State.MISSING else ""


def _others(entries: Sequence[Entry]) -> Iterator[str]:
    """The checkpoints about which there is nothing to say but how many they are, or which."""
    done = [entry.name for entry in entries if entry.state in {State.DONE, State.CHANGED}]
    changed = [entry.name for entry in entries if entry.state is State.CHANGED]
    sealed = [entry.name for entry in entries if entry.state is State.SEALED]
    if done:
        yield f"Done before: {_listed(done)}."
    if changed:
        yield f"Of these, inputs changed since: {_listed(changed)}. They are not run again by themselves."
    if sealed:
        yield f"Sealed, not run again: {_listed(sealed)}."
    absent = sum(entry.state is State.NOT_SCHEDULED for entry in entries)
    if absent:
        yield f"Not scheduled: {absent} (--json says why)."


def _listed(names: Sequence[str]) -> str:
    if len(names) <= LISTED:
        return ", ".join(names)
    return f"{', '.join(names[: LISTED - 1])} and {len(names) - LISTED + 1} more"


def _of_alerts(trigger: Trigger) -> Iterator[str]:
    if trigger.alerted:
        yield f"Told: {', '.join(trigger.alerted)}."
    yield from trigger.undelivered
