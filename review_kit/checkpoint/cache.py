"""What a workspace keeps from run to run: files by the hash of their bytes, and records of the steps that made them.

Several runs may use it at once, since every write is whole; what is damaged counts as not there. All of it may be
deleted: the next run then does everything again.
"""

import contextlib
import hashlib
import json
import os
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_kit.checkpoint.fingerprint import hash_of
from review_kit.store import disk, remove_leftovers, write_bytes, write_text

FORMAT = 2
BYTES_KEPT = 2_000_000_000
DAYS_KEPT = 90  # what nobody has asked for in that time goes, whatever room there is
_DAY = 86_400

Record = dict[str, Any]  # format, step, base, reads, writes, rows, seconds, unsure: see Recall


@dataclass(frozen=True, slots=True)
class Cache:
    """The folder `outputs/.cache` of a workspace."""

    folder: Path

    def object_path(self, sha256: str) -> Path:
        """Where the bytes of this hash lie, or would."""
        return self.folder / "objects" / sha256[:2] / sha256[2:]

    def put(self, content: bytes) -> str:
        """Keep the bytes; returns their hash."""
        sha256 = hashlib.sha256(content).hexdigest()
        path = self.object_path(sha256)
        if not path.is_file():
            write_bytes(path, content, durable=False)
        return sha256

    def get(self, sha256: str) -> bytes | None:
        """The bytes, or None where they are not there or not what they were."""
        path = self.object_path(sha256)
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if hashlib.sha256(content).hexdigest() != sha256:
            with contextlib.suppress(OSError):
                disk.remove_file(path)
            return None
        _touch(path)
        return content

    def holds(self, hashes: Iterable[str]) -> bool:
        """Whether there is something for each of the hashes; `get` finds out whether it is what it was."""
        return all(self.object_path(sha256).is_file() for sha256 in hashes)

    def records(self, base: Mapping[str, Any]) -> Iterator[Record]:
        """All runs of a step that had this base."""
        for path in sorted(self._base_folder(base).glob("*.json")):
            if record := _record(path):
                _touch(path)
                yield record

    def keep(self, record: Record) -> None:
        """Keep the record of a run; one that was made from the same takes its place."""
        path = self._base_folder(record["base"]) / f"{hash_of(record['reads'])[:32]}.json"
        write_sure(path, record)

    def last(self, checkpoint: str, step: str) -> Record:
        """The record of the result that this step of the checkpoint had last; empty where it had none."""
        return _record(self._last_path(checkpoint, step))

    def keep_last(self, checkpoint: str, record: Record) -> None:
        """Note the result that a step of the checkpoint has now."""
        write_sure(self._last_path(checkpoint, record["step"]), record)

    def clear(self) -> None:
        """Remove what nobody has asked for in a long time, and the oldest where there is no room for all."""
        with contextlib.suppress(OSError):  # somebody may be deleting all of it; the next run clears then
            remove_leftovers(self.folder)
            self._clear()

    def _clear(self) -> None:
        oldest, total = time.time() - DAYS_KEPT * _DAY, 0
        for asked, size, path in sorted(self._files(), reverse=True):
            total += size
            if total > BYTES_KEPT or asked < oldest:
                with contextlib.suppress(OSError):
                    disk.remove_file(path)

    def _files(self) -> Iterator[tuple[float, int, Path]]:
        for path in self.folder.rglob("*"):
            with contextlib.suppress(OSError):
                if path.is_file():
                    found = path.stat()
                    yield found.st_mtime, found.st_size, path

    def _base_folder(self, base: Mapping[str, Any]) -> Path:
        return self.folder / "steps" / hash_of(base)[:32]

    def _last_path(self, checkpoint: str, step: str) -> Path:
        return self.folder / "last" / checkpoint / f"{step}.json"


def write_sure(path: Path, tree: Mapping[str, Any]) -> None:
    """Write it as JSON with its own hash.

    Raises:
        CannotWriteError: as `write_text`.

    """
    write_text(path, json.dumps({**tree, "sha256": hash_of(tree)}), durable=False)


def read_sure(path: Path) -> dict[str, Any]:
    """What `write_sure` wrote; empty where it is not there or damaged, were it by one letter."""
    try:
        tree: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return tree if tree.pop("sha256") == hash_of(tree) else {}
    except (OSError, ValueError, TypeError, AttributeError, KeyError, RecursionError):
        return {}


def _record(path: Path) -> Record:
    found = read_sure(path)
    return found if found.get("format") == FORMAT else {}


def _touch(path: Path) -> None:
    """It was asked for: see clear."""
    with contextlib.suppress(OSError):
        os.utime(path)
