"""One file, written so that a reader finds the old one or the new one and never half of either."""

import contextlib
import errno
import os
import re
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from review_kit.errors import CannotWriteError
from review_kit.store import disk

NO_ROOM = {errno.ENOSPC, errno.EDQUOT}
TEMPORARY = re.compile(r"\.(\d+)-[0-9a-f]{8}\.new$")  # ends the name of a file that is being written: see whole
LONGEST_NAME = 100  # characters of a name that its temporary file keeps; file systems end at 255 bytes


def told_path(path: Path) -> str:
    """The last two parts of a path: enough to find it, nothing about the machine."""
    return f"{path.parent.name}/{path.name}" if path.parent.name else path.name


@contextmanager
def told_errors(path: Path) -> Iterator[None]:
    """Any failure of the file system as one that names the file and what to do."""
    try:
        yield
    except OSError as error:
        full = error.errno in NO_ROOM
        hint = "make room on the disk, then run again." if full else "check that the folder may be written to."
        msg = f"{told_path(path)}: cannot be written ({error.strerror or error}).\nHint: {hint}"
        raise CannotWriteError(msg) from error


def write_bytes(path: Path | str, content: bytes, *, durable: bool = True) -> None:
    """Replace the file as a whole; its folder is made where it is missing.

    `durable` waits until it is on the disk itself. A file of a folder that `replace_folder` will sync need not be.

    Raises:
        CannotWriteError: the disk is full, the folder may not be written to, or the path is a symbolic link.

    """
    path = Path(path)
    with whole(path, durable=durable) as new:
        disk.write_new_file(new, [content])


def write_text(path: Path | str, text: str, *, durable: bool = True) -> None:
    """Replace the file by UTF-8 text with the line ends it has, on every system.

    Raises:
        CannotWriteError: as `write_bytes`.

    """
    write_bytes(path, text.encode(), durable=durable)


def copy_file(source: Path | str, path: Path | str, *, durable: bool = False) -> None:
    """Replace the file by a copy of `source`, as a whole.

    Raises:
        CannotWriteError: as `write_bytes`; also where the source cannot be read.

    """
    path = Path(path)
    with whole(path, durable=durable) as new:
        disk.copy_to_new_file(Path(source), new)


def link_file(source: Path | str, path: Path | str) -> None:
    """Replace the file by a second name of `source`; by a copy where the file system has no such names.

    What is written into one of them later stands in the other too: only files that are replaced and never changed may
    be linked.

    Raises:
        CannotWriteError: as `copy_file`.

    """
    path = Path(path)
    with whole(path, durable=False) as new:
        try:
            disk.link_new_file(Path(source), new)
        except OSError as error:
            if error.errno in NO_ROOM:
                raise
            disk.copy_to_new_file(Path(source), new)


@contextmanager
def whole(path: Path, *, durable: bool) -> Iterator[Path]:
    """A free name beside the file; what was written there takes the place of the file when the block has ended."""
    with told_errors(path):
        refuse_link(path)
        _make_folders(path.parent)
        new = path.with_name(f".{path.name[:LONGEST_NAME]}.{os.getpid()}-{os.urandom(4).hex()}.new")
        try:
            yield new
            if durable:
                disk.sync_file(new)
            disk.rename(new, path)
        except BaseException:
            with contextlib.suppress(OSError):
                disk.remove_file(new)
            raise
        if durable:
            disk.sync_folder(path.parent)


def make_folder(folder: Path | str) -> None:
    """Make the folder and those above it, as far as they are missing.

    Raises:
        CannotWriteError: one of them cannot be made.

    """
    folder = Path(folder)
    with told_errors(folder):
        _make_folders(folder)


def remove_file(path: Path | str) -> None:
    """Remove the file if it is there; of a symbolic link the link alone.

    Raises:
        CannotWriteError: it cannot be removed.

    """
    path = Path(path)
    with told_errors(path):
        disk.remove_file(path)


def remove_leftovers(folder: Path | str) -> None:
    """Remove the temporary files in the folder, and in folders of it, whose writers were killed."""
    for path in Path(folder).rglob(".*.new"):
        found = TEMPORARY.search(path.name)
        if found and not is_running(int(found[1])):
            with contextlib.suppress(OSError):
                disk.remove_file(path)


def is_running(pid: int) -> bool:
    """Whether there is such a process; on Windows it is taken for granted, since asking would end it."""
    if sys.platform == "win32":
        return True
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        pass
    return True


def refuse_link(path: Path) -> None:
    """A symbolic link in the place of an output would lead the writing elsewhere.

    Raises:
        CannotWriteError: the path is a symbolic link.

    """
    if path.is_symlink():
        msg = f"{told_path(path)}: is a symbolic link.\nHint: remove the link; outputs are written in their own place."
        raise CannotWriteError(msg)


def _make_folders(folder: Path) -> None:
    missing = []
    while not folder.is_dir():
        missing.append(folder)
        folder = folder.parent
    for one in reversed(missing):
        disk.make_folder(one)
