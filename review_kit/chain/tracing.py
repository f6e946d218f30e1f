"""Which files of the workspace a process reads and writes, heard from Python itself and not from what code declares."""

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
    """Paths from the workspace with forward slashes; what a step wrote and then read itself counts as written."""

    reads: tuple[str, ...]  # whether the file was there or not
    writes: tuple[str, ...]  # that are still there


class Tracer:
    """Hears of every file below the folder that is opened or renamed, by all threads or by the one that is named."""

    def __init__(self, folder: Path, thread: int | None = None) -> None:
        self.folder = Path(os.path.realpath(folder))
        self.root = f"{self.folder}{os.sep}"
        self.thread = thread
        self.reads: dict[str, None] = {}
        self.writes: dict[str, None] = {}
        self.told = 0

    def note(self, name: str, *, writing: bool) -> None:
        """Keep the path if it lies in the folder and is not code."""
        if self.thread not in (None, threading.get_ident()):
            return
        path = os.path.abspath(name)  # noqa: PTH100 - within every call of open(), where pathlib would be felt
        if not path.startswith(self.root) or path.endswith(_CODE):
            return
        inner = path[len(self.root) :].replace(os.sep, "/")
        if writing:
            self.writes[inner] = None
        elif inner not in self.writes:
            self.reads[inner] = None

    def trace(self) -> Trace:
        """What was heard so far; files that are gone again, such as temporary ones, were not written."""
        written = (name for name in self.writes if (self.folder / name).is_file())
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
        path, writing = arguments[1], True
    else:
        path, mode, flags = arguments
        writing = bool(flags & _WRITING) if mode is None else not mode.startswith("r") or "+" in mode
    if isinstance(path, (str, bytes, os.PathLike)):
        name = os.fsdecode(path)
        for tracer in _listening:
            tracer.note(name, writing=writing)
