"""One log file a run: what it did, when, and why, in lines that people and `grep` can read."""

import contextlib
import os
import time
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from review_kit.chain.events import (
    CellStarted,
    Event,
    FileWritten,
    Notice,
    Observer,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
    ignore,
)
from review_kit.errors import ReviewError

LOGS_KEPT = 100


class Logbook:
    """An observer that writes down what it hears and passes it on; a log that cannot be written never stops a run.

    Use it as a context manager: an error that leaves the block is written down too.
    """

    def __init__(self, folder: Path, observer: Observer = ignore) -> None:
        self.folder = folder
        self.observer = observer
        self.file: IO[str] | None = None
        self.started = time.perf_counter()

    def __call__(self, event: Event) -> None:
        """Write one event down and pass it on."""
        line = told(event)
        if line:
            self.note(line)
        self.observer(event)

    def note(self, text: str) -> None:
        """Write lines with the moment before the first of them, in UTC."""
        if self.file is not None:
            moment = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
            with contextlib.suppress(OSError):
                self.file.write(f"{moment}  {text.replace(chr(10), chr(10) + ' ' * 26)}\n")
                self.file.flush()

    def __enter__(self) -> Self:
        with contextlib.suppress(OSError):
            self.folder.mkdir(parents=True, exist_ok=True)
            for old in sorted(self.folder.glob("*.log"))[: -LOGS_KEPT + 1]:
                old.unlink()
            stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%SZ")
            path = self.folder / f"{stamp}-{os.getpid()}.log"
            self.file = path.open("a", encoding="utf-8", newline="\n")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        seconds = f"{time.perf_counter() - self.started:.3f} s"
        if kind is None:
            self.note(f"done in {seconds}")
        elif isinstance(error, ReviewError):
            self.note(f"failed in {seconds}: {error}")
        else:
            self.note(f"ended by {kind.__name__} in {seconds}")
        if self.file is not None:
            with contextlib.suppress(OSError):
                self.file.close()


def told(event: Event) -> str:
    """The event as a line; empty for one that is of no use afterwards."""
    line = ""
    match event:
        case RunStarted():
            line = f"{event.checkpoint}: {len(event.steps)} steps"
        case StageStarted():
            line = f"{event.name} started: {event.reason}" if event.reason else f"{event.name} started"
        case StageFinished():
            line = f"{event.name} {event.state} in {event.seconds:.3f} s"
        case FileWritten():
            line = f"wrote {event.path}"
        case Notice():
            line = event.text
        case CellStarted() | RunFinished():  # the end is written down when everything has been put in order
            pass
    return line
