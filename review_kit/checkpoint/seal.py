"""Sealed reviews: a manifest of hashes beside the files, after which nothing is written into the folder any more.

The first revision of a review is `outputs/2025/`; a run after it was sealed goes to `outputs/2025.r2/`, and so on.
"""

import json
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_kit.checkpoint.fingerprint import ABSENT, files_of, hash_file, hash_folder, hash_of
from review_kit.errors import CannotWriteError, UsageError

SEAL = "seal.json"
FORMAT = 1
RUN = "run.json"
READ = "inputs/"  # what the paths of the copies of everything that was read begin with
_SHOWN = 20  # files that are named one by one


@dataclass(frozen=True, slots=True)
class Alteration:
    """A file that is not as it was when the review was made."""

    path: str  # from the folder of the review, with forward slashes
    what: str  # altered, missing or added

    def __str__(self) -> str:
        """'tables/scores.parquet (altered)'."""
        return f"{self.path} ({self.what})"


def is_sealed(folder: Path) -> bool:
    """Whether the review in this folder may not be written to any more."""
    return os.path.lexists(folder / SEAL)


def revisions(outputs: Path, checkpoint: str) -> list[Path]:
    """The folders of all revisions that are there, the oldest first."""
    found = {}
    with suppress(FileNotFoundError, NotADirectoryError):
        for path in outputs.iterdir():
            number = revision_of(path.name, checkpoint)
            if number is not None and path.is_dir():
                found[number] = path
    return [found[number] for number in sorted(found)]


def revision_of(name: str, checkpoint: str) -> int | None:
    """1 for '2025' and 2 for '2025.r2' where the checkpoint is 2025; None for the name of anything else."""
    if name == checkpoint:
        return 1
    found = re.fullmatch(re.escape(checkpoint) + r"\.r([2-9]|[1-9][0-9]+)", name)
    return int(found[1]) if found else None


def current(outputs: Path, checkpoint: str) -> Path:
    """Where the latest review lies, sealed or not; outputs/2025 where there is none yet."""
    found = revisions(outputs, checkpoint)
    return found[-1] if found else outputs / checkpoint


def target(outputs: Path, checkpoint: str) -> Path:
    """Where the next run writes: the folder of the latest review, or beside it where that is sealed."""
    latest = current(outputs, checkpoint)
    if not is_sealed(latest):
        return latest
    return outputs / f"{checkpoint}.r{(revision_of(latest.name, checkpoint) or 1) + 1}"


def alterations(known: Mapping[str, str], found: Mapping[str, str]) -> list[Alteration]:
    """What differs between the hashes that were written down and those of the files, by path."""
    told = []
    for path in sorted({*known, *found}):
        if path not in found:
            told.append(Alteration(path, "missing"))
        elif path not in known:
            told.append(Alteration(path, "added"))
        elif known[path] != found[path]:
            told.append(Alteration(path, "altered"))
    return told


def check_run(folder: Path) -> list[Alteration]:
    """The files that are not as the run left them, by the hashes in run.json; that too where it contradicts itself."""
    ledger = read_json(folder / RUN)
    altered = alterations(mapping(ledger, "files"), hash_folder(folder, leave_out=(RUN, SEAL)))
    return altered if agrees(ledger) else sorted([*altered, Alteration(RUN, "altered")], key=lambda one: one.path)


def agrees(ledger: Mapping[str, Any]) -> bool:
    """Whether what the ledger says of the inputs is the same wherever it says it."""
    made_from, files = mapping(ledger, "made_from"), mapping(ledger, "files")
    read = {name: sha256 for name, sha256 in mapping(made_from, "files").items() if sha256 != ABSENT}
    copied = all(files.get(f"{READ}{name}") == sha256 for name, sha256 in read.items())
    return copied and ledger.get("fingerprint") == hash_of(made_from)


def mapping(tree: Mapping[str, Any], key: str) -> dict[str, Any]:
    """The mapping under a key; empty where something else stands there."""
    found = tree.get(key)
    return found if isinstance(found, dict) else {}


def check_seal(folder: Path) -> list[Alteration]:
    """The files that are not as they were sealed; seal.json itself where it cannot be read."""
    known = read_json(folder / SEAL).get("files")
    if not isinstance(known, dict):
        return [Alteration(SEAL, "altered")]
    return alterations(known, hash_folder(folder, leave_out=(SEAL,)))


def read_json(path: Path) -> dict[str, Any]:
    """The mapping in a JSON file; empty where there is none that can be read."""
    with suppress(OSError, ValueError):
        found = json.loads(path.read_text(encoding="utf-8"))
        return found if isinstance(found, dict) else {}
    return {}


def seal_review(workspace: Path, checkpoint: str) -> Path:
    """Seal the latest review of the checkpoint, and return its folder; one that is sealed already stays as it is.

    The files are then read-only. The seal holds no time, user or host: the same review gives the same seal.

    Raises:
        UsageError: there is no review, it is not whole, or a file was altered since its run.
        AlreadyRunningError: the checkpoint is being run.
        CannotWriteError: the seal cannot be written.

    """
    # Only sealing writes. Where a review lies is asked by commands that load next to nothing.
    from review_kit.checkpoint.lock import hold  # noqa: PLC0415
    from review_kit.store import disk, recover_folder, write_text  # noqa: PLC0415

    outputs = workspace.resolve() / "outputs"
    if not revisions(outputs, checkpoint):
        raise no_review(checkpoint)
    with hold(outputs / ".locks" / f"{checkpoint}.lock", checkpoint):
        folder = current(outputs, checkpoint)
        try:
            if not is_sealed(folder):
                recover_folder(folder)
                for leftover in folder.glob(f".{SEAL}.*.new"):  # of a sealing that was killed; nobody else seals now
                    disk.remove_file(leftover)
                write_text(folder / SEAL, seal_text(folder, checkpoint))
            for path in files_of(folder).values():
                if not path.is_symlink():
                    disk.make_read_only(path)
        except OSError as error:
            reason = error.strerror or str(error)
            hint = "seal as the user to whom the files belong; sealing again finishes what was begun."
            raise CannotWriteError(f"{folder.name}/ cannot be sealed: {reason}.\nHint: {hint}") from error
    return folder


def hash_of_seal(folder: Path) -> str:
    """SHA-256 of seal.json: who keeps this number apart from the folder can tell later whether all of it is genuine."""
    return hash_file(folder / SEAL)


def seal_text(folder: Path, checkpoint: str) -> str:
    """What is written down of a review that is whole and as its run left it.

    Raises:
        UsageError: it is not; names each file.

    """
    ledger = read_json(folder / RUN)
    if not ledger:
        raise no_review(checkpoint)
    if ledger.get("state") != "done" or "report.html" not in ledger.get("files", {}):
        told = f"{checkpoint} cannot be sealed: its last run did not make a whole review."
        raise UsageError(f"{told}\nHint: review run {checkpoint}")
    if ledger.get("checkpoint") != checkpoint:
        told = f"{checkpoint} cannot be sealed: {folder.name}/ holds a review of {ledger.get('checkpoint')}."
        raise UsageError(f"{told}\nHint: move it to its own place, then review run {checkpoint}")
    altered = check_run(folder)
    if altered:
        told = f"{checkpoint} cannot be sealed: it is not as its run left it."
        hint = f"`review run {checkpoint} --force` makes it anew; copy first what you want to keep."
        raise UsageError("\n".join([told, *listed(altered), f"Hint: {hint}"]))
    manifest = {
        "format": FORMAT,
        "checkpoint": checkpoint,
        "revision": revision_of(folder.name, checkpoint),
        "fingerprint": ledger.get("fingerprint", ""),
        "files": hash_folder(folder),
    }
    return json.dumps(manifest, sort_keys=True, indent=1, ensure_ascii=False) + "\n"


def listed(altered: Sequence[Alteration]) -> list[str]:
    """One line a file; of very many the first."""
    lines = [f"  {one}" for one in altered[:_SHOWN]]
    return [*lines, f"  … and {len(altered) - _SHOWN} more"] if len(altered) > _SHOWN else lines


def no_review(checkpoint: str) -> UsageError:
    """Nothing lies where the review should be."""
    return UsageError(f"there is no review of {checkpoint}.\nHint: review run {checkpoint}")
