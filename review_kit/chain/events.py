"""What a run tells while it works: plain events, for a terminal, a notebook, a log or another program to show."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

DONE = "done"
RECALLED = "recalled"  # nothing that it depends on has changed, so its last result was taken
FAILED = "failed"


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A checkpoint is being run; `steps` are the names of all that will be announced."""

    checkpoint: str
    steps: tuple[str, ...]
    durations: Mapping[str, float] = field(default_factory=dict)  # seconds of each step when it last ran, where known
    after: Mapping[str, Sequence[str]] = field(default_factory=dict)  # names of the steps that each step waits for


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStarted:
    """A notebook, or another step with a name, has begun."""

    name: str
    reason: str = ""  # a sentence: why it is run and not recalled


@dataclass(frozen=True, slots=True, kw_only=True)
class CellStarted:
    """A notebook has come to this cell; empty cells and text are passed over."""

    name: str  # of the stage
    cell: int  # 1-based, as the template counts all its cells
    cells: int  # how many it has


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFinished:
    """It has ended: 'done', 'recalled' or 'failed'; what is recalled ends without having started."""

    name: str
    state: str
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWritten:
    """A file stands under its final name."""

    path: str  # relative to the workspace, with forward slashes


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """A sentence that people should read, such as 'nothing has changed since the last run'."""

    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RunFinished:
    """The run is over: 'done', or 'failed' and why."""

    checkpoint: str
    state: str
    seconds: float
    message: str = ""


Event = RunStarted | StageStarted | CellStarted | StageFinished | FileWritten | Notice | RunFinished
Observer = Callable[[Event], None]


def ignore(_: Event) -> None:
    """The observer of a run that nobody watches."""


def as_dict(event: Event) -> dict[str, Any]:
    """The event as JSON can hold it; the key `event` names its class."""
    return {"event": type(event).__name__, **asdict(event)}
