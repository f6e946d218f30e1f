"""The private folder of a run: sockets, logs and evidence, for this user alone, and gone when the run has ended."""

import contextlib
import os
import shutil
import signal
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from filelock import FileLock, Timeout

from review_kit.errors import CannotWriteError

LONGEST_SOCKET_PATH = 100  # bytes; sockaddr_un holds 104 on macOS and 108 on Linux, with a closing zero
SOCKET_SUFFIX = "/k0000-5"
PREFIX = "review-chain-"
OWNED = "owned"  # a file in it that the owner holds locked; the system lets go of that when the owner dies
LEFTOVER_SECONDS = 86_400  # far longer than a run may take
PROCESSES = Path("/proc")
LOOK_SECONDS = 0.02  # between two looks at processes
ENDING_SECONDS = 5.0  # how long killed processes may take to end
ROOM = 1 << 20  # bytes; several times what the small files of a run need, of which each takes a page or two
TEMPORARY = "The folder for temporary files (see TMPDIR)"


class PrivateFolder:
    """A new folder, with a path short enough for sockets if the system has such a place for temporary files.

    Raises:
        CannotWriteError: there is no place for temporary files that can be written, or it has no room.

    """

    def __init__(self) -> None:
        with told_as_temporary():
            place = temporary_place()
            clear_leftovers(place)
            while not self._made(place):
                pass
        try:
            self.check_room()
        except CannotWriteError:
            self.remove()
            raise

    def _made(self, place: Path) -> bool:
        """Make and own it; False where another process took it for a leftover before it was owned."""
        self.path = Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))
        self.lock = FileLock(self.path / OWNED, timeout=0)
        try:
            with contextlib.suppress(Timeout, FileNotFoundError):
                self.lock.acquire()
        except OSError:
            self.remove()
            raise
        return self.lock.is_locked and (self.path / OWNED).exists()

    def check_room(self) -> None:
        """Find out, by writing, whether what a run has to put here fits in.

        Without room a kernel cannot even start, or cannot say why a cell failed: nothing else tells that it was this.

        Raises:
            CannotWriteError: it does not.

        """
        probe = self.path / "probe"
        with told_as_temporary():
            try:
                probe.write_bytes(bytes(ROOM))
            finally:
                probe.unlink(missing_ok=True)

    def remove(self) -> None:
        """Remove it with all that is in it; safe to call twice."""
        self.lock.release()  # before, since Windows removes no file that is open
        shutil.rmtree(self.path, ignore_errors=True)


@contextlib.contextmanager
def told_as_temporary() -> Iterator[None]:
    """Any failure of the file system as one of the folder for temporary files."""
    try:
        yield
    except OSError as error:
        msg = f"{TEMPORARY} cannot be written: {error.strerror or error}."
        raise CannotWriteError(f"{msg}\nHint: make room there, or name another folder in TMPDIR.") from error


def temporary_place() -> Path:
    """The system's folder for temporary files, or /tmp where the path of that is too long."""
    places = [Path(tempfile.gettempdir())]
    if sys.platform != "win32" and os.access("/tmp", os.W_OK):  # noqa: S108 - mkdtemp makes it 0700
        places.append(Path("/tmp"))  # noqa: S108
    return next((place for place in places if has_ipc(place / f"{PREFIX}12345678")), places[0])


def has_ipc(folder: Path) -> bool:
    """Whether sockets in this folder can be reached by name, so that no port has to be opened."""
    return sys.platform != "win32" and len(os.fsencode(f"{folder}{SOCKET_SUFFIX}")) <= LONGEST_SOCKET_PATH


def processes_of(folder: Path) -> list[int]:
    """The other processes that name this folder in their environment and have not ended; Linux alone tells."""
    mark = os.fsencode(f"={folder}/")
    found = []
    for process in PROCESSES.glob("[1-9]*"):
        with contextlib.suppress(OSError):  # it has ended, or is another user's
            if mark in (process / "environ").read_bytes():
                found.append(int(process.name))
    return sorted({*found} - {os.getpid()})


def end_processes_of(folder: Path) -> list[int]:
    """End what names this folder in its environment, in whatever session it is; those that have not ended in time."""
    deadline = time.monotonic() + ENDING_SECONDS
    while left := processes_of(folder):
        for pid in left:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        if time.monotonic() > deadline:
            return left
        time.sleep(LOOK_SECONDS)
    return []


def clear_leftovers(place: Path) -> None:
    """Remove the folders whose owners were killed; one that does not say whether it is owned is left for a day."""
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError, Timeout):
            if (folder / OWNED).exists():
                with FileLock(folder / OWNED, timeout=0):
                    shutil.rmtree(folder)
            elif time.time() - folder.lstat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(folder)
