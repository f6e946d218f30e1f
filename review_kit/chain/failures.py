"""Why a notebook did not finish, told from evidence: the exception itself, the end of the process, the clock."""

import signal
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from enum import StrEnum
from typing import Any

import review_kit.errors
from review_kit.errors import ReviewError, StageFailedError

LINES_SHOWN = 3
COLUMNS_SHOWN = 100
MESSAGE_SHOWN = 600  # characters; a message may quote a whole table


class Cause(StrEnum):
    """What ended the notebook."""

    REFUSED = "refused"  # by one of our own errors, which a person can put right
    EXCEPTION = "exception"
    TIME_OUT = "time-out"
    DEAD_KERNEL = "dead kernel"
    INTERRUPTED = "interrupted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """One notebook that did not finish."""

    stage: str
    cause: Cause
    cell: int | None = None  # 1-based, as the template counts its cells
    source: str = ""  # the cell's code
    name: str = ""  # of the exception
    message: str = ""
    review_error: str = ""  # name of the class in review_kit.errors that the exception is one of
    frames: list[dict[str, Any]] = field(default_factory=list)  # file, line, function; the innermost last
    exit_code: int | None = None  # of the kernel; negative for a signal
    seconds: float | None = None  # the limit that was reached
    last_words: str = ""  # of the kernel's process

    def as_dict(self) -> dict[str, Any]:
        """For the ledger; what is not known is left out."""
        return {key: value for key, value in asdict(self).items() if value not in (None, "", [])}

    def as_error(self) -> ReviewError:
        """The error that a notebook raised for the person to read, or one that names the stage and the reason."""
        if self.cause is Cause.REFUSED:
            kind = getattr(review_kit.errors, self.review_error, ReviewError)
            return kind(self.message)
        return StageFailedError(self.told())

    def told(self) -> str:
        """Stage, cell, reason and place, in less than a screen."""
        where = f" in cell {self.cell}" if self.cell else ""
        parts = [f"{self.stage} failed{where}: {self.reason()}"]
        parts += [f"    {line[:COLUMNS_SHOWN]}" for line in self.source.splitlines()[:LINES_SHOWN]]
        if self.frames:
            place = self.frames[-1]
            parts.append(f"It happened in {place['file']}, line {place['line']}, in {place['function']}.")
        parts += self.last_words.splitlines()[-LINES_SHOWN:]
        return "\n".join(parts)

    def reason(self) -> str:
        """One sentence."""
        if self.cause is Cause.TIME_OUT:
            return f"it was stopped after {self.seconds:.0f} seconds, the limit."
        if self.cause is Cause.INTERRUPTED:
            return "it was interrupted."
        if self.cause is Cause.DEAD_KERNEL:
            return f"its kernel died ({ending(self.exit_code)})."
        message = self.message if len(self.message) <= MESSAGE_SHOWN else self.message[:MESSAGE_SHOWN] + " …"
        return f"{self.name}: {message}" if message else self.name


def ending(exit_code: int | None) -> str:
    """'killed by SIGKILL; often the memory was full' for -9."""
    if exit_code is None:
        return "it does not answer"
    if exit_code >= 0:
        return f"exit code {exit_code}"
    try:
        name = signal.Signals(-exit_code).name
    except ValueError:
        name = f"signal {-exit_code}"
    return f"killed by {name}" + ("; often because the memory was full" if name == "SIGKILL" else "")


def failed_with(evidence: Mapping[str, Any], name: str, **known: Any) -> Failure:
    """The failure that a process has written down; `known` is what its owner can add."""
    cause = Cause.REFUSED if evidence.get("review_error") else Cause.EXCEPTION
    fields = {key: evidence[key] for key in ("name", "message", "review_error", "frames") if key in evidence}
    return Failure(stage=name, cause=cause, **{"name": "an unknown error", **fields, **known})
