"""The review that is to be proved, and whether its folder is as its run left it."""

import shutil
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_kit.checkpoint.fingerprint import OPENED, files_of
from review_kit.checkpoint.ledger import FORMAT
from review_kit.checkpoint.seal import (
    RUN,
    SEAL,
    Alteration,
    check_run,
    check_seal,
    hash_of_seal,
    is_sealed,
    no_review,
    read_json,
    revision_of,
)
from review_kit.errors import AlreadyRunningError, UsageError
from review_kit.proof.comparison import INPUTS
from review_kit.proof.reasons import Inputs

STRANGE = "no file"
TRIES = 3  # to copy a folder that a run may be replacing just then


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """One review as it lies there, copied, so that it stays the same while it is proved."""

    folder: Path  # the copy
    checkpoint: str
    revision: int | None  # None: the folder was renamed, and no seal tells
    seal: str  # SHA-256 of seal.json; empty where the review is not sealed
    ledger: dict[str, Any]
    altered: tuple[Alteration, ...]

    @property
    def made_from(self) -> dict[str, Any]:
        """Hashes of files and code, and versions, as the run wrote them down."""
        return self.ledger["made_from"]

    @property
    def opened(self) -> list[str]:
        """The files that notebooks opened by themselves, whose hashes stand among those of the inputs."""
        told = self.made_from.get(OPENED)
        return [name for name in self.made_from["files"] if isinstance(told, list) and name in told]

    @property
    def inputs(self) -> Inputs:
        """What the run read."""
        return Inputs(root=self.folder / INPUTS, hashes=self.made_from["files"])


def open_record(folder: Path, checkpoint: str, into: Path) -> Record:
    """Copy the review and check its files; `checkpoint` is how people call it, for messages.

    Raises:
        UsageError: there is no review, or it was made before runs kept what they read.
        AlreadyRunningError: the folder was being replaced at every try.

    """
    if not (folder / RUN).is_file():
        raise no_review(checkpoint)
    copy_review(folder, into, checkpoint)
    ledger = read_json(into / RUN)
    if not is_whole(ledger):
        told = f"{folder.name}/{RUN} cannot be read, or is of another version of this program."
        raise UsageError(f"{told}\nHint: use the version that made the review, or run the review again.")
    sealed = is_sealed(into)
    told_revision = read_json(into / SEAL).get("revision")
    return Record(
        folder=into,
        checkpoint=ledger["checkpoint"],
        revision=told_revision if isinstance(told_revision, int) else revision_of(folder.name, ledger["checkpoint"]),
        seal=hash_of_seal(into) if sealed else "",
        ledger=ledger,
        altered=tuple(altered_since(into, sealed=sealed)),
    )


def is_whole(ledger: dict[str, Any]) -> bool:
    """Whether the ledger is one of ours and holds what a proof needs."""
    made_from = ledger.get("made_from")
    if not isinstance(made_from, dict):
        return False
    mappings = (ledger.get("files"), *(made_from.get(key) for key in ("files", "code", "versions")))
    named = isinstance(ledger.get("checkpoint"), str)
    return ledger.get("format") == FORMAT and named and all(isinstance(one, dict) for one in mappings)


def copy_review(folder: Path, into: Path, checkpoint: str) -> None:
    """All files of one state of the folder; links are copied as links, pipes and the like as a link to nothing.

    Raises:
        AlreadyRunningError: runs replaced it at every try.

    """
    for _ in range(TRIES):
        with suppress(FileNotFoundError):
            before = folder.stat().st_ino
            for name, path in files_of(folder).items():
                (into / name).parent.mkdir(parents=True, exist_ok=True)
                if path.is_symlink() or path.is_file():
                    shutil.copyfile(path, into / name, follow_symlinks=False)
                elif path.exists():  # a pipe would wait for a writer; a link to nothing stands for what is no file
                    (into / name).symlink_to(STRANGE)
            if folder.stat().st_ino == before:
                return
        shutil.rmtree(into, ignore_errors=True)
    msg = f"{checkpoint} is being run, and its folder was replaced while it was read.\nHint: try again in a moment."
    raise AlreadyRunningError(msg)


def altered_since(folder: Path, *, sealed: bool) -> list[Alteration]:
    """The files that are not as the run left them, or as they were sealed."""
    found = {one.path: one for one in (*check_run(folder), *(check_seal(folder) if sealed else ()))}
    return [found[path] for path in sorted(found)]
