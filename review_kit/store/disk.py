"""The only place that changes the file system for outputs: small steps, each of which announces itself first.

Nothing here knows what a review is, and every function may raise OSError. `files` and `folders` make whole files and
whole folders of these steps, and tell people what went wrong.
"""

import errno
import os
import shutil
import sys
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

RENAME_EXCHANGE = 2  # linux/fs.h
WORKING_FOLDER = -100  # AT_FDCWD of linux/fcntl.h: relative paths begin here
NOT_OFFERED = {errno.ENOSYS, errno.EINVAL, errno.EOPNOTSUPP, errno.EPERM}  # the last is what some containers answer


def announce(operation: str, path: Path) -> None:
    """Called before every step. Does nothing; the tests of faults put something in its place that kills or raises."""


def make_folder(folder: Path) -> None:
    """Make one folder; another process may have made it meanwhile."""
    announce("make folder", folder)
    folder.mkdir(exist_ok=True)


def write_new_file(path: Path, parts: Iterable[bytes], *, mode: int = 0o666) -> None:
    """Write a file that must not exist yet, with the permissions that the umask leaves of `mode`."""
    announce("create", path)
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0)
    with os.fdopen(os.open(path, flags, mode), "wb", buffering=0) as file:
        announce("write", path)
        for part in parts:
            left = memoryview(part)
            while left:  # a system may take less than it is given
                left = left[file.write(left) or 0 :]


def copy_to_new_file(source: Path, path: Path) -> None:
    """Copy the bytes into a file that must not exist yet; reflinked or copied in the kernel where that is offered."""
    announce("create", path)
    with path.open("xb") as file:
        announce("copy", path)
        with source.open("rb") as content:
            shutil.copyfileobj(content, file, 1 << 20)


def link_new_file(source: Path, path: Path) -> None:
    """Give a file a second name that must not exist yet; both names are the same bytes on disk."""
    announce("link", path)
    os.link(source, path)


def rename(source: Path, target: Path) -> None:
    """Move a file or folder within one file system; a file that stands at the target is replaced at once."""
    announce("rename", target)
    source.replace(target)


def exchange(one: Path, other: Path) -> bool:
    """Let two existing paths change places in one step that no reader can see half done.

    False where the system does not offer that: it is Linux that does, on all its usual file systems.
    """
    renameat2 = _renameat2()
    if renameat2 is None:
        return False
    import ctypes  # noqa: PLC0415 - see _renameat2

    announce("exchange", other)
    if renameat2(WORKING_FOLDER, os.fsencode(one), WORKING_FOLDER, os.fsencode(other), RENAME_EXCHANGE) == 0:
        return True
    number = ctypes.get_errno()
    if number in NOT_OFFERED:
        return False
    raise OSError(number, os.strerror(number), str(other))


def sync_file(path: Path) -> None:
    """Wait until the bytes of the file are on the disk itself."""
    announce("sync", path)
    handle = os.open(path, os.O_RDWR if sys.platform == "win32" else os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def sync_folder(folder: Path) -> None:
    """Wait until the names in the folder are on the disk itself; Windows does that by itself and offers no call."""
    if sys.platform == "win32":
        return
    announce("sync folder", folder)
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    except OSError as error:
        if error.errno != errno.EINVAL:  # some network file systems cannot sync a folder, and need not
            raise
    finally:
        os.close(handle)


def remove_file(path: Path) -> None:
    """Remove a file, or a symbolic link and not what it points to."""
    announce("remove", path)
    path.unlink(missing_ok=True)


def remove_folder(folder: Path) -> None:
    """Remove an empty folder."""
    announce("remove folder", folder)
    folder.rmdir()


def make_read_only(path: Path) -> None:
    """Take the right to write into a file from everybody."""
    announce("make read-only", path)
    path.chmod(0o444)


@cache
def _renameat2() -> Any:
    """The function of the C library, or None. ctypes is loaded for it alone: most commands replace no folder."""
    if sys.platform != "linux":
        return None
    import ctypes  # noqa: PLC0415

    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    if function is not None:
        function.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
    return function
