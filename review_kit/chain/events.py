"""What a run tells while it works: plain events, for a terminal, a notebook or a log to show."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStarted:
    """A checkpoint is being run; `steps` are the names of all that will be announced."""

    checkpoint: str
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class StageStarted:
    """A notebook, or another step with a name, has begun."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class StageFinished:
    """It has ended: 'done' or 'failed'."""

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


Event = RunStarted | StageStarted | StageFinished | FileWritten | Notice
Observer = Callable[[Event], None]


def ignore(_: Event) -> None:
    """The observer of a run that nobody watches."""
