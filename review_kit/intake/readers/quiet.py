"""Keeps what Rust prints of a panic off the terminal: the verdict says it in words, and where it is mended."""

import os
import re
from collections.abc import Iterator
from contextlib import contextmanager

_ERRORS = 2  # the standard error stream, to which Rust writes without asking Python
_PANIC = re.compile(
    rb"\n?thread '[^\n]*panicked at [^\n]*\n.*?(?:\n(?:note:[^\n]*RUST_BACKTRACE[^\n]*\n|(?=\nthread '))|\Z)", re.DOTALL
)


@contextmanager
def without_words_of_a_panic() -> Iterator[None]:
    """Hold standard error back while a library in Rust reads, and hand on everything but the report of a panic.

    The hook that prints it belongs to Rust and cannot be reached from Python, and a process for each workbook would
    cost more than the reading. So the stream leads into a pipe for these milliseconds. What other threads write
    meanwhile comes a moment later; the pipe never waits for a reader, so that nobody can hang on it. Only where there
    are such streams: on Windows a pipe may wait, and the report stays.
    """
    try:
        kept = os.dup(_ERRORS) if os.name == "posix" else -1
    except OSError:  # a program without a terminal may have closed it
        kept = -1
    if kept < 0:
        yield
        return
    reading, writing = os.pipe()
    try:
        for end in (reading, writing):
            os.set_blocking(end, False)
        os.dup2(writing, _ERRORS)
        yield
    finally:
        os.dup2(kept, _ERRORS)
        os.close(writing)
        told = _drained(reading)
        os.close(reading)
        os.close(kept)
        _hand_on(_PANIC.sub(b"", told))


def _drained(pipe: int) -> bytes:
    parts = []
    try:
        while part := os.read(pipe, 1 << 16):
            parts.append(part)
    except BlockingIOError:  # a process that was started meanwhile holds the other end
        pass
    return b"".join(parts)


def _hand_on(words: bytes) -> None:
    try:
        while words:
            words = words[os.write(_ERRORS, words) :]
    except OSError:  # nobody listens any more
        pass
