"""Which files a process reads and writes, heard from Python itself and not from what code declares."""

import contextlib
import json
import os
import sys
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
_CODE = (".py", ".pyc", ".pyi")  # imports and tracebacks; what code a step uses is known otherwise
_listening: list["Tracer"] = []
_hooked: list[bool] = []  # an audit hook cannot be taken away again: one is enough for a process


@dataclass(frozen=True, slots=True)
class Trace:
    """Paths with forward slashes, from the workspace for what lies in it; code is left out.

    What a step wrote and then read itself counts as written; what it changed in its place was read and written.
    """

    reads: tuple[str, ...]  # whether the file was there or not; a whole path is of a file outside of the workspace
    writes: tuple[str, ...]  # that are still there, in the workspace


class Tracer:
    """Hears of every file that is opened or renamed, by all threads or by the one that is named."""

    def __init__(self, folder: Path, thread: int | None = None) -> None:
        self.folder = Path(os.path.realpath(folder))
        self.root = f"{self.folder}{os.sep}"
        self.thread = thread
        self.reads: dict[str, None] = {}
        self.writes: dict[str, None] = {}  # outside of the folder too, until the trace is asked for
        self.told = 0

    def note(self, name: str, *, reading: bool, writing: bool) -> None:
        """Keep the path unless it is code."""
        if self.thread not in (None, threading.get_ident()):
            return
        path = os.path.abspath(name)  # noqa: PTH100 - within every call of open(), where pathlib would be felt
        if path.endswith(_CODE):
            return
        inner = path.removeprefix(self.root).replace(os.sep, "/")
        if reading and inner not in self.writes:
            self.reads[inner] = None
        if writing:
            self.writes[inner] = None

    def trace(self) -> Trace:
        """What was heard so far; files that are gone again, such as temporary ones, were not written."""
        written = (name for name in self.writes if not Path(name).is_absolute() and (self.folder / name).is_file())
        return Trace(tuple(sorted(self.reads)), tuple(sorted(written)))

    def tell(self, target: Path) -> None:
        """Write down what was heard, if there is anything new; whole, since the owner of the process may be reading."""
        heard = len(self.reads) + len(self.writes)
        if heard > self.told:
            self.told = heard
            trace = self.trace()
            part = target.with_suffix(".part")
            part.write_text(json.dumps({"reads": trace.reads, "writes": trace.writes}), encoding="utf-8")
            part.replace(target)


def listen(folder: Path) -> Tracer:
    """A tracer that hears all of this process from now on."""
    tracer = Tracer(folder)
    _start(tracer)
    return tracer


@contextlib.contextmanager
def listening(folder: Path) -> Iterator[Tracer]:
    """A tracer that hears this thread for as long as the block runs."""
    tracer = Tracer(folder, threading.get_ident())
    _start(tracer)
    try:
        yield tracer
    finally:
        _listening.remove(tracer)


def read_trace(target: Path) -> Trace:
    """What a process has told of itself; nothing where it opened nothing."""
    try:
        told = json.loads(target.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return Trace((), ())
    return Trace(tuple(told["reads"]), tuple(told["writes"]))


def _start(tracer: Tracer) -> None:
    _listening.append(tracer)
    if not _hooked:
        _hooked.append(True)
        sys.addaudithook(_hear)


def _hear(event: str, arguments: tuple[Any, ...]) -> None:
    """Python calls this for very much and waits for it: everything else is left at once."""
    if not _listening or event not in {"open", "os.rename"}:
        return
    if event == "os.rename":
        path, reading, writing = arguments[1], False, True
    else:
        path, mode, flags = arguments
        reading, writing = intents(mode, flags)
    if isinstance(path, (str, bytes, os.PathLike)):
        name = os.fsdecode(path)
        for tracer in _listening:
            tracer.note(name, reading=reading, writing=writing)


def intents(mode: str | None, flags: int) -> tuple[bool, bool]:
    """Whether what is in a file matters to who opens it, and whether it is changed; of what is added to both are true.

    `mode` is that of open(); os.open() has none, and its flags count.
    """
    if mode is not None:
        return "r" in mode or "a" in mode, "r" not in mode or "+" in mode
    return not flags & (os.O_TRUNC | os.O_EXCL), bool(flags & _WRITING)
