"""One run of a checkpoint at a time; the system lets go of the lock when its holder dies, however it dies.

Beside the lock lies a file that names its holder. One that is found when the lock could be had was left by a run that
was killed: what that run had started is brought to an end first, so that nothing of it writes into this run.
"""

import contextlib
import json
import os
import shutil
import time
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from review_kit.chain.private import PREFIX, PROCESSES, end_processes_of
from review_kit.errors import AlreadyRunningError, CannotWriteError, ReviewError
from review_kit.store import (
    is_running,
    make_folder,
    recover_folder,
    remove_file,
    remove_leftovers,
    remove_tree,
    write_text,
)

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # Linux; elsewhere a process id alone has to do
LOOK_SECONDS = 0.02  # between two looks at the lock
HOLDER_SECONDS = 2.0  # how long a holder may take to write down who it is
NOTICE_SECONDS = 2.0  # where processes cannot be found: kernels look once a second whether their owner lives


@dataclass(frozen=True, slots=True, kw_only=True)
class Holder:
    """The process that holds a lock."""

    pid: int
    boot_id: str  # a process id means nothing after the machine was started again
    since: str  # ISO, UTC
    private: str = ""  # folder of the sockets and logs of what it has started; all of that names it in its environment

    def lives(self) -> bool:
        """Whether there still is such a process."""
        return self.boot_id == boot_id() and is_running(self.pid)

    def clock(self) -> str:
        """'14:03:11 on 2026-01-31', by the clock of this machine."""
        return f"{datetime.fromisoformat(self.since).astimezone():%H:%M:%S on %Y-%m-%d}"


@contextlib.contextmanager
def hold(lock: Path, checkpoint: str, *, private: Path | None = None) -> Iterator[None]:
    """Hold the lock file for as long as the block runs; the file itself stays.

    `private` is the folder of the processes of this run: see Holder.

    Raises:
        AlreadyRunningError: another process holds it; says which, and since when.
        CannotWriteError: the lock cannot be made.

    """
    make_folder(lock.parent)
    holder = lock.with_suffix(".json")
    file_lock = FileLock(lock, timeout=0)
    acquire(file_lock, holder, checkpoint)
    try:
        end_dead_run(holder, checkpoint)
        since = datetime.now(UTC).isoformat(timespec="seconds")
        told = Holder(pid=os.getpid(), boot_id=boot_id(), since=since, private=str(private or ""))
        write_text(holder, json.dumps(asdict(told)), durable=False)
        yield
    finally:
        with contextlib.suppress(CannotWriteError):  # the next run takes it for what a dead one left
            remove_file(holder)
        file_lock.release()


def clear_after_kill(lock: Path, checkpoint: str, final: Path, *private: Path) -> None:
    """Remove what a dead run has left, where there is nothing to run that would: its processes, and these folders.

    That is a run that was killed when its review stood already, or whose inputs are again what they were before.
    """
    if any(path.exists() for path in (lock.with_suffix(".json"), *private)):
        with contextlib.suppress(ReviewError), hold(lock, checkpoint):  # unless it is being run just now
            recover_folder(final)
            for folder in private:
                remove_tree(folder)


def acquire(file_lock: FileLock, holder: Path, checkpoint: str) -> None:
    """Take the lock, or say who has it; one who has only just taken it is given time to say who it is.

    Raises:
        AlreadyRunningError: another process holds it.
        CannotWriteError: the lock file cannot be opened.

    """
    deadline = time.monotonic() + HOLDER_SECONDS
    hint = "\nHint: wait until it has ended; the last good report can be read meanwhile."
    while True:
        try:
            file_lock.acquire()
        except Timeout:
            told = read_holder(holder)
            if told is not None and told.lives():
                msg = f"{checkpoint} is being run by process {told.pid} since {told.clock()}.{hint}"
                raise AlreadyRunningError(msg) from None
            if time.monotonic() > deadline:
                raise AlreadyRunningError(f"{checkpoint} is being run by another process.{hint}") from None
            time.sleep(LOOK_SECONDS)
        except OSError as error:
            msg = f"outputs/.locks/{Path(file_lock.lock_file).name}: cannot be written ({error.strerror or error})."
            raise CannotWriteError(f"{msg}\nHint: check that the folder may be written to.") from error
        else:
            return


def read_holder(path: Path) -> Holder | None:
    """Who says to hold the lock; None where nobody does, or nothing that can be understood."""
    with contextlib.suppress(OSError, ValueError, TypeError):
        told = Holder(**json.loads(path.read_text(encoding="utf-8")))
        datetime.fromisoformat(told.since)
        return told if told.pid > 0 else None
    return None


def end_dead_run(path: Path, checkpoint: str) -> None:
    """End what a killed holder of this lock had started, and remove its private folder. The caller holds the lock.

    The fork server does both within milliseconds of its owner's death, unless it was killed as well.

    Raises:
        AlreadyRunningError: a process of it cannot be ended.

    """
    remove_leftovers(path.parent)
    dead = read_holder(path)
    if dead is None or dead.boot_id != boot_id() or not is_private(Path(dead.private)):
        return
    folder = Path(dead.private)
    if not PROCESSES.is_dir():
        time.sleep(NOTICE_SECONDS)
    if left := end_processes_of(folder):
        msg = f"process {left[0]} of a run of {checkpoint} that was killed does not end."
        raise AlreadyRunningError(f"{msg}\nHint: the system holds it; start the machine again if that goes on.")
    shutil.rmtree(folder, ignore_errors=True)


def is_private(folder: Path) -> bool:
    """Whether this is a folder as runs make it, and not what a damaged file happens to name."""
    return folder.is_absolute() and folder.name.startswith(PREFIX)


def boot_id() -> str:
    """What tells this start of the machine from the last; empty where the system does not say."""
    with contextlib.suppress(OSError):
        return BOOT_ID.read_text(encoding="ascii").strip()
    return ""
