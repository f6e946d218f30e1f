"""The bytes of a file of the workspace: an ordinary file, of bearable size, that nobody is writing just then."""

import os
import stat
from io import RawIOBase
from pathlib import Path

MOST_BYTES = 500_000_000
_LONGEST_LINE = 16_000_000  # bytes; no row of a table is longer, and one that is would fill the memory
_CHUNK = 1 << 20


class CannotReadError(Exception):
    """A file or a place that gives no table: the rule that is broken, what is wrong, and what to do about it."""

    def __init__(self, rule: str, message: str, hint: str) -> None:
        super().__init__(message)
        self.rule, self.message, self.hint = rule, message, hint


def contents(path: Path, *, lines: bool) -> bytes:
    """All bytes of an ordinary file; with `lines` those of a text, whose lines must end somewhere.

    Raises:
        CannotReadError: it is no ordinary file, too large, being written, or may not be read.

    """
    try:
        # a pipe would wait for a writer for ever
        handle = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0))
        with os.fdopen(handle, "rb", buffering=0) as file:
            before = os.fstat(handle)
            _must_be_bearable(before)
            content = _taken(file, before.st_size, lines=lines)
            after = os.fstat(handle)
    except OSError as error:
        told = f"the file cannot be read ({error.strerror})."
        raise CannotReadError("unreadable-file", told, "check its rights.") from None
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or len(content) != before.st_size:
        told = "the file is being written just now."
        raise CannotReadError("changing-file", told, "wait until it is whole, and run again.")
    return content


def _must_be_bearable(state: os.stat_result) -> None:
    if not stat.S_ISREG(state.st_mode):
        told = "this is a pipe or a device, not a file."
        raise CannotReadError("unreadable-file", told, "put an ordinary file there.")
    if state.st_size > MOST_BYTES:
        raise too_large(f"the file has {state.st_size // 1_000_000:,} MB; at most {MOST_BYTES // 1_000_000} are read.")


def is_text(raw: bytes) -> bool:
    """Whether people can read the beginning of a file: text, or a web page, under the name of something else."""
    start = raw[:4096]
    return bool(start.strip()) and not set(start) & set(range(9))


def too_large(told: str) -> CannotReadError:
    """The refusal of what would fill the memory."""
    return CannotReadError("file-too-large", told, "keep the rows and columns that are needed.")


def _taken(file: RawIOBase, size: int, *, lines: bool) -> bytes:
    parts: list[bytes] = []
    taken = line = 0  # bytes in all, and since the last end of a line
    while taken <= size and (part := file.read(_CHUNK)):
        parts.append(part)
        taken += len(part)
        if lines:
            end = max(part.rfind(b"\n"), part.rfind(b"\r"))
            line = len(part) - end - 1 if end >= 0 else line + len(part)
            if line > _LONGEST_LINE:
                raise too_large(f"a line of the file is longer than {_LONGEST_LINE // 1_000_000} MB.")
    return b"".join(parts)
