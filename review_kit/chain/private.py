"""The private folder of a run: sockets, logs and evidence, for this user alone, and gone when the run has ended."""

import contextlib
import os
import shutil
import sys
import tempfile
import time
from pathlib import Path

from filelock import FileLock, Timeout

from review_kit.errors import CannotWriteError

LONGEST_SOCKET_PATH = 100  # bytes; sockaddr_un holds 104 on macOS and 108 on Linux, with a closing zero
SOCKET_SUFFIX = "/k0000-5"
PREFIX = "review-chain-"
OWNED = "owned"  # a file in it that the owner holds locked; the system lets go of that when the owner dies
LEFTOVER_SECONDS = 86_400  # far longer than a run may take


class PrivateFolder:
    """A new folder, with a path short enough for sockets if the system has such a place for temporary files.

    Raises:
        CannotWriteError: there is no place for temporary files that can be written.

    """

    def __init__(self) -> None:
        try:
            place = temporary_place()
            clear_leftovers(place)
            while not self._made(place):
                pass
        except OSError as error:
            msg = f"The folder for temporary files cannot be written: {error.strerror or error}."
            raise CannotWriteError(f"{msg}\nHint: make room there, or name another folder in TMPDIR.") from error

    def _made(self, place: Path) -> bool:
        """Make and own it; False where another process took it for a leftover before it was owned."""
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        self.lock = FileLock(self.path / OWNED, timeout=0)
        with contextlib.suppress(Timeout, FileNotFoundError):
            self.lock.acquire()
        return self.lock.is_locked and (self.path / OWNED).exists()

    def remove(self) -> None:
        """Remove it with all that is in it; safe to call twice."""
        self.lock.release()  # before, since Windows removes no file that is open
        shutil.rmtree(self.path, ignore_errors=True)


def temporary_place() -> Path:
    """The system's folder for temporary files, or /tmp where the path of that is too long."""
    places = [Path(tempfile.gettempdir())]
    if sys.platform != "win32" and os.access("/tmp", os.W_OK):  # noqa: S108 - mkdtemp makes it 0700
        places.append(Path("/tmp"))  # noqa: S108
    return next((place for place in places if has_ipc(place / f"{PREFIX}12345678")), places[0])


def has_ipc(folder: Path) -> bool:
    """Whether sockets in this folder can be reached by name, so that no port has to be opened."""
    return sys.platform != "win32" and len(os.fsencode(f"{folder}{SOCKET_SUFFIX}")) <= LONGEST_SOCKET_PATH


def clear_leftovers(place: Path) -> None:
    """Remove the folders whose owners were killed; one that does not say whether it is owned is left for a day."""
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            if (folder / OWNED).exists():
                with FileLock(folder / OWNED, timeout=0):
                    shutil.rmtree(folder)
            elif time.time() - folder.lstat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(folder)
