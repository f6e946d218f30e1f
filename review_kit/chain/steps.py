"""The nouns of a chain: the steps that it is made of, what became of each, and what remembers their results."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from review_kit.chain.failures import Failure
from review_kit.chain.tracing import Trace


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """One notebook to run."""

    name: str  # '02_kpi_scoring': of the template and of the executed notebook
    template: Path
    parameters: Mapping[str, object]
    executed: Path  # where the executed notebook is written
    after: tuple[str, ...] = ()  # names of the steps whose results it reads


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One function of ours to call in a process of its own, where there is fork, and otherwise in this one."""

    name: str
    function: str  # 'module:function'; it returns nothing and leaves its result in files
    arguments: Mapping[str, object]  # what JSON can hold
    after: tuple[str, ...] = ()


Step = Stage | Call


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """What became of one step."""

    name: str
    state: str  # 'done', 'recalled' or 'failed': see events
    seconds: float
    reason: str = ""  # why it was run and not recalled
    failure: Failure | None = None


class StageStopped(Exception):  # noqa: N818 - it stops the chain; what people see is `failure.as_error()`
    """A step did not finish, and nothing after it was run."""

    def __init__(self, failure: Failure) -> None:
        super().__init__(failure.told())
        self.failure = failure


class Memory(Protocol):
    """Keeps the results of steps, so that one whose surroundings have not changed need not run again."""

    def recall(self, step: Step) -> str | None:
        """Put the step's kept result in place and answer None; or say in a sentence why it has to run."""

    def remember(self, step: Step, trace: Trace, seconds: float) -> None:
        """Keep the result of a step that has run, with what it has read and written."""
