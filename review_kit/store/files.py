"""One file, written so that a reader finds the old one or the new one and never half of either."""

import contextlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from review_kit.errors import CannotWriteError

_READABLE = 0o666  # narrowed by the umask, as for any file that a program makes
_FULL = 28  # ENOSPC


def told_path(path: Path) -> str:
    """The last two parts of a path: enough to find it, nothing about the machine."""
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


@contextmanager
def told_errors(path: Path) -> Iterator[None]:
    """Any failure of the file system as one that names the file and what to do."""
    try:
        yield
    except OSError as error:
        hint = "make room on the disk." if error.errno == _FULL else "check that the folder may be written to."
        msg = f"{told_path(path)}: cannot be written ({error.strerror or error}).\nHint: {hint}"
        raise CannotWriteError(msg) from error


def write_bytes(path: Path | str, content: bytes) -> None:
    """Replace the file as a whole; its folder is made where it is missing.

    Raises:
        CannotWriteError: the disk is full, the folder may not be written to, or the path is a symbolic link.

    """
    path = Path(path)
    with told_errors(path):
        refuse_link(path)
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(prefix=f".{path.name[:100]}.", suffix=".new", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            Path(name).chmod(_READABLE & ~_umask())
            Path(name).replace(path)
        except BaseException:
            with contextlib.suppress(OSError):
                Path(name).unlink()
            raise
        sync_folder(path.parent)


def write_text(path: Path | str, text: str) -> None:
    """Replace the file by UTF-8 text with the line ends it has, on every system."""
    write_bytes(path, text.encode())


def refuse_link(path: Path) -> None:
    """A symbolic link in the place of an output would lead the writing elsewhere.

    Raises:
        CannotWriteError: the path is a symbolic link.

    """
    if path.is_symlink():
        msg = f"{told_path(path)}: is a symbolic link.\nHint: remove the link; outputs are written in their own place."
        raise CannotWriteError(msg)


def sync_folder(folder: Path) -> None:
    """Make renames in the folder last through a power cut; systems that cannot do not need it."""
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask
