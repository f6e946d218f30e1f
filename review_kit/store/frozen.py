"""The copy of the sources that one whole run reads, whatever happens to the originals meanwhile."""

import hashlib
import os
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from review_kit.errors import UsageError
from review_kit.store import disk
from review_kit.store.files import whole

_CHUNK = 1 << 20  # bytes read at a time: large files are hashed while they are copied


@dataclass(frozen=True, slots=True)
class FrozenFile:
    """What was copied: enough to prove later that the same bytes were read."""

    path: str  # as params name it, relative to the workspace and to the copy
    sha256: str
    size: int  # bytes


def freeze(root: Path | str, sources: Iterable[str], into: Path | str) -> tuple[FrozenFile, ...]:
    """Copy every source once, under the same relative path, and hash what was copied; sorted by path.

    A source that is not there is left out: intake tells it as a fault. One that leads out of the workspace through a
    symbolic link is refused.

    Raises:
        UsageError: a source leads out of the workspace, cannot be read, or is being written.
        CannotWriteError: the copy cannot be written.

    """
    root, into = Path(root), Path(into)
    frozen = []
    for name in sorted(set(sources)):
        origin = (root / name).resolve()
        if not origin.is_relative_to(root.resolve()) or not (into / name).resolve().is_relative_to(into.resolve()):
            msg = f"{name}: the source leads out of the workspace.\nHint: put the file itself into the workspace."
            raise UsageError(msg)
        if origin.is_file():
            frozen.append(_copy(name, origin, into / name))
    return tuple(frozen)


def _copy(name: str, origin: Path, copy: Path) -> FrozenFile:
    digest, size = hashlib.sha256(), 0

    def parts() -> Iterator[bytes]:
        nonlocal size
        before = os.fstat(source.fileno())
        while size <= before.st_size and (part := source.read(_CHUNK)):
            digest.update(part)
            size += len(part)
            yield part
        after = os.fstat(source.fileno())
        if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns) or size != before.st_size:
            raise UsageError(f"{name}: the file is being written just now.\nHint: run again when it is whole.")

    try:
        source = origin.open("rb")
    except OSError as error:
        msg = f"{name}: cannot be read ({error.strerror}).\nHint: check the permissions of the file."
        raise UsageError(msg) from error
    with source, whole(copy, durable=False) as new:
        disk.write_new_file(new, parts(), mode=0o600)
    return FrozenFile(name, digest.hexdigest(), size)
