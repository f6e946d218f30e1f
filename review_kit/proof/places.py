"""Clean places to run a review again: a workspace of its own that holds what the checkpoint reads, and nothing else."""

import shutil
from collections.abc import Collection
from pathlib import Path

from review_kit.checkpoint.fingerprint import ABSENT, hash_file
from review_kit.checkpoint.freezing import freeze_inputs
from review_kit.checkpoint.places import find_templates
from review_kit.errors import UsageError
from review_kit.params import find_checkpoint
from review_kit.proof.reasons import Inputs
from review_kit.store import freeze


def as_read(recorded: Inputs, live: Path | None, into: Path) -> Inputs:
    """The inputs that the run read, byte for byte: from the copies in the review, or from the workspace where equal.

    Raises:
        UsageError: a copy was altered, and the workspace does not have the same bytes any more.

    """
    lost = []
    for name, sha256 in recorded.hashes.items():
        if sha256 == ABSENT:
            continue
        if "\0" in name or not (into / name).resolve().is_relative_to(into.resolve()):
            raise UsageError(f"run.json names a file outside of the workspace: {name!r}.")
        places = [recorded.root / name, *([] if live is None else [live / name])]
        origin = next((place for place in places if hash_file(place) == sha256), None)
        if origin is None:
            lost.append(name)
            continue
        (into / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(origin, into / name)
    if lost:
        told = "it cannot be run again from what it read: the copies of these files are not what they were."
        raise UsageError("\n".join([told, *(f"  {name}" for name in lost)]))
    return Inputs(root=into, hashes=recorded.hashes)


def as_today(workspace: Path, checkpoint: str, into: Path, opened: Collection[str] = ()) -> Inputs:
    """What the checkpoint would read now; `opened` names the files that its notebooks opened by themselves.

    Raises:
        ReviewError: the parameters are not there or cannot be used.

    """
    params, _ = find_checkpoint(checkpoint, workspace / "params")
    into.mkdir(parents=True)
    hashes = freeze_inputs(workspace, params, find_templates(workspace), into)
    freeze(root=workspace, sources=opened, into=into)
    return Inputs(root=into, hashes=hashes | {name: hash_file(into / name) for name in opened})


def as_lies_there(recorded: Inputs, workspace: Path) -> Inputs:
    """The files that the run read as they are in the workspace, where nobody can tell what it would read now."""
    hashes = {name: hash_file(workspace / name) for name in recorded.hashes}
    if not (workspace / "notebooks").is_dir():  # those of the package are used
        hashes |= {name: sha256 for name, sha256 in recorded.hashes.items() if name.startswith("notebooks/")}
    return Inputs(root=workspace, hashes=hashes)
