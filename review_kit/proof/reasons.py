"""Why a second run may differ: whatever the review was made from, held against what is there now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_kit.checkpoint.fingerprint import ABSENT
from review_kit.proof.notebooks import compare_notebooks
from review_kit.proof.reason import (
    CODE,
    DECISION,
    ENVIRONMENT,
    INPUT,
    NOTEBOOK,
    PARAMETER,
    VERSION,
    Reason,
    kind_of,
)
from review_kit.proof.settings import compare_settings
from review_kit.proof.sources import compare_source

# Told of a file whose bytes changed, and nothing that is read of it.
_UNREAD = {
    INPUT: "not in a cell that is read: line ends, quotes, blank rows, formats or other sheets",
    PARAMETER: "not in a value: comments or layout",
    DECISION: "not in a value: comments or layout",
    NOTEBOOK: "not in a cell: metadata",
}


def of_surroundings(recorded: Mapping[str, Any], now: Mapping[str, Any]) -> Iterator[Reason]:
    """Modules of the package, versions of libraries, and the one variable that is honoured."""
    for kind, key in ((CODE, "code"), (VERSION, "versions")):
        yield from _of_mapping(kind, recorded.get(key, {}), now.get(key, {}))
    old, new = (str(made_from.get("source_date_epoch", "")) for made_from in (recorded, now))
    if old != new:
        yield Reason(kind=ENVIRONMENT, file="SOURCE_DATE_EPOCH", old=old, new=new)


def _of_mapping(kind: str, old: Mapping[str, str], new: Mapping[str, str]) -> Iterator[Reason]:
    for name in sorted({*old, *new}):
        before, after = (known.get(name, ABSENT) for known in (old, new))
        if before == after:
            continue
        if ABSENT in {before, after}:
            yield Reason(kind=kind, file=name, what="added" if before == ABSENT else "removed")
        elif kind == VERSION:
            yield Reason(kind=kind, file=name, old=before, new=after)
        else:
            yield Reason(kind=kind, file=name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Inputs:
    """One state of everything that a checkpoint reads."""

    root: Path  # laid out as a workspace
    hashes: Mapping[str, str]  # of each file; 'absent' for one that was looked for and is not there

    def __contains__(self, file: str) -> bool:
        return self.hashes.get(file, ABSENT) != ABSENT


def changed_files(old: Inputs, new: Inputs) -> list[str]:
    """The files that one side has and the other has not, or has otherwise; sources first, notebooks last."""
    order = [INPUT, PARAMETER, DECISION, NOTEBOOK]
    names = {
        name for name in (*old.hashes, *new.hashes) if old.hashes.get(name, ABSENT) != new.hashes.get(name, ABSENT)
    }
    return sorted(names, key=lambda name: (order.index(kind_of(name)), name))


def of_inputs(old: Inputs, new: Inputs) -> Iterator[Reason]:
    """Every row, key and cell that changed in sources, parameters, decisions and notebooks."""
    for file in changed_files(old, new):
        kind = kind_of(file)
        if file not in old or file not in new:
            yield Reason(kind=kind, file=file, what="added" if file in new else "removed")
            continue
        if kind == INPUT:
            found = list(compare_source(file, old.root, new.root))
        elif kind == NOTEBOOK:
            found = list(compare_notebooks(file, old.root, new.root))
        else:
            found = list(compare_settings(file, old.root, new.root))
        yield from found or [Reason(kind=kind, file=file, place=_UNREAD[kind])]
