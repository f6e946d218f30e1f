"""One run of a checkpoint at a time; the system lets go of the lock when its holder dies, however it dies."""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from review_kit.errors import AlreadyRunningError

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")  # Linux; elsewhere a process id alone has to do


@contextlib.contextmanager
def hold(lock: Path, checkpoint: str) -> Iterator[None]:
    """Hold the lock file for as long as the block runs; the file itself stays.

    Raises:
        AlreadyRunningError: another process holds it; says which, and since when.

    """
    lock.parent.mkdir(parents=True, exist_ok=True)
    holder = lock.with_suffix(".json")
    file_lock = FileLock(lock, timeout=0)
    try:
        file_lock.acquire()
    except Timeout:
        raise AlreadyRunningError(who_holds(holder, checkpoint)) from None
    try:
        told = {"pid": os.getpid(), "boot_id": boot_id(), "since": datetime.now(UTC).isoformat(timespec="seconds")}
        holder.write_text(json.dumps(told), encoding="utf-8")
        yield
    finally:
        holder.unlink(missing_ok=True)
        file_lock.release()


def who_holds(holder: Path, checkpoint: str) -> str:
    """'2025 is being run by process 4711 since 14:03 …', as far as it is known."""
    hint = "\nHint: wait until it has ended; the last good report can be read meanwhile."
    with contextlib.suppress(OSError, ValueError, KeyError):
        told: dict[str, Any] = json.loads(holder.read_text(encoding="utf-8"))
        since = datetime.fromisoformat(told["since"]).astimezone()
        if told["boot_id"] == boot_id():
            clock = f"{since:%H:%M:%S} on {since:%Y-%m-%d}"
            return f"{checkpoint} is being run by process {told['pid']} since {clock}.{hint}"
    return f"{checkpoint} is being run by another process.{hint}"


def boot_id() -> str:
    """What tells this start of the machine from the last; empty where the system does not say."""
    with contextlib.suppress(OSError):
        return BOOT_ID.read_text(encoding="ascii").strip()
    return ""
