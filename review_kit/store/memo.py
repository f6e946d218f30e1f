"""Texts that are dear to make, kept under everything that they were made from; a whole run works without it as well.

The variable REVIEW_MEMO names the folder; who sets it sees to it that another version of the code gets another folder.
Without it nothing is kept.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterator
from pathlib import Path

from review_kit.errors import ReviewError
from review_kit.store.files import write_bytes

MEMO = "REVIEW_MEMO"
_DIGEST = 32  # bytes of SHA-256


def remembered(made_from: str, make: Callable[[], str]) -> str:
    """The text that `make` gives; taken from the folder where one was made from the same before."""
    folder = os.environ.get(MEMO)
    if not folder:
        return make()
    name = hashlib.sha256(made_from.encode()).hexdigest()
    path = Path(folder, name[:2], name[2:])
    with contextlib.suppress(OSError):
        kept = path.read_bytes()
        digest, content = kept[:_DIGEST], kept[_DIGEST:]
        if hashlib.sha256(content).digest() == digest:  # a damaged one is made again
            os.utime(path)  # it was asked for: what nobody asks for is cleared one day
            return content.decode()
    text = make()
    with contextlib.suppress(OSError, ReviewError):  # what cannot be kept is made again next time
        content = text.encode()
        write_bytes(path, hashlib.sha256(content).digest() + content, durable=False)
    return text


@contextlib.contextmanager
def without_memory() -> Iterator[None]:
    """Everything is made anew within the block and nothing kept, as by a process that wants to have done it once."""
    folder = os.environ.pop(MEMO, None)
    try:
        yield
    finally:
        if folder is not None:
            os.environ[MEMO] = folder
