"""What a trigger found and did: plain nouns, for a terminal, for JSON and for alerts to tell."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from review_kit.errors import ExitCode
from review_kit.schedule.calendar import State

# Of several results the gravest is the exit code of the whole: first what stops everything, last what ends by itself.
GRAVEST_FIRST = (
    ExitCode.CANNOT_WRITE,
    ExitCode.STAGE_FAILED,
    ExitCode.WRONG_USAGE,
    ExitCode.INPUTS_REFUSED,
    ExitCode.ALREADY_RUNNING,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """What became of one checkpoint, or of a parameter file that cannot be read."""

    name: str  # '2025-Q3', or 'params/2025.yml'
    cycle: str
    state: State
    sentence: str
    due: date | None = None
    ran: bool = False
    exit_code: ExitCode = ExitCode.DONE
    stage: str = ""  # that failed
    message: str = ""  # the whole of an error, as people are told it
    changed: Sequence[str] = ()  # inputs that are not what the review was made from
    seconds: float = 0.0
    look_at: str = ""  # a path from the workspace, or a command

    @property
    def was_tried(self) -> bool:
        """Whether this trigger did something about it; it may have found that nothing has changed."""
        return self.seconds > 0

    @property
    def needs_a_hand(self) -> bool:
        """Whether it was to be done and was not, and waiting alone will not mend it."""
        return self.state.needs_a_hand


@dataclass(frozen=True, slots=True, kw_only=True)
class Trigger:
    """All that a trigger found and did."""

    day: date
    entries: tuple[Entry, ...]
    next_day: date | None = None  # on which something becomes due; None where nothing is scheduled any more
    next_names: tuple[str, ...] = ()
    alerted: tuple[str, ...] = ()  # names of the alerts that were sent
    undelivered: tuple[str, ...] = ()  # a sentence for each that could not be sent

    @property
    def exit_code(self) -> ExitCode:
        """The gravest of all entries; an alert that was not sent does not count."""
        codes = {entry.exit_code for entry in self.entries}
        return next((code for code in GRAVEST_FIRST if code in codes), ExitCode.DONE)
