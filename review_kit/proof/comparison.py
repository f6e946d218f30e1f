"""Two runs of one review held against each other: every value of every table, and every other file by its bytes."""

import json
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from review_kit.checkpoint.fingerprint import hash_folder
from review_kit.checkpoint.seal import RUN, SEAL, alterations
from review_kit.errors import UsageError
from review_kit.proof.differences import PLACE, Difference, compare_tables
from review_kit.proof.texts import first_difference
from review_kit.store import read_table

INPUTS = "inputs/"  # what the run read: a reason, never a result
NOT_RESULTS = {"durations", "files", "made_from", "fingerprint"}  # keys of the ledger
# What a reader asks for first; tables that are not named here follow.
_ORDER = ("scores", "rollup", "findings", "proposals", "initiatives", "risks", "kpis", "targets", "measures")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file that differs and is not told value by value."""

    path: str
    what: str  # altered, missing, added
    detail: str = ""  # where, and what stands there, as far as it can be told

    def __str__(self) -> str:
        """'report.html, line 81: 77 % -> 78 %'."""
        return f"{self.named}, {self.detail}" if self.detail else self.named

    @property
    def named(self) -> str:
        """'report.html', 'tables/rollup.parquet (missing)'."""
        return self.path if self.what == "altered" else f"{self.path} ({self.what})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Comparison:
    """How a second run differs from the review; both lists are empty where every byte is the same."""

    files: int  # that were compared
    differences: tuple[Difference, ...] = ()
    documents: tuple[Document, ...] = ()

    @property
    def equal(self) -> bool:
        """Whether all bytes are the same."""
        return not self.differences and not self.documents

    @property
    def values(self) -> tuple[Difference, ...]:
        """What is no mere place in a source."""
        return tuple(one for one in self.differences if one.what != PLACE)


def compare_reviews(old: Path, new: Path, leave_out: Collection[str] = ()) -> Comparison:
    """Every file of two folders but the inputs and those left out; of the ledger what is a result."""
    hashes = [
        {name: found for name, found in hash_folder(folder, leave_out=(RUN, SEAL)).items() if not is_input(name)}
        for folder in (old, new)
    ]
    differences: list[Difference] = []
    documents: list[Document] = []
    for changed in alterations(*hashes):
        if changed.path in leave_out:
            continue
        if changed.what != "altered":
            documents.append(Document(path=changed.path, what=changed.what))
            continue
        for found in compare_files(changed.path, old / changed.path, new / changed.path):
            (differences if isinstance(found, Difference) else documents).append(found)  # type: ignore[arg-type]
    ledgers = [] if RUN in leave_out else [_results(folder) for folder in (old, new)]
    keys = sorted(key for key in set().union(*ledgers) if len({json.dumps(one.get(key)) for one in ledgers}) > 1)
    if keys:
        documents.append(Document(path=RUN, what="altered", detail=f"key {', '.join(keys)}"))
    differences.sort(key=lambda one: (bool(one.edition), one.edition, _rank(one.table)))
    files = len({*hashes[0], *hashes[1], RUN} - {*leave_out})
    return Comparison(files=files, differences=tuple(differences), documents=tuple(documents))


def is_input(name: str) -> bool:
    """Whether the file is a copy of what the run read."""
    return name.startswith(INPUTS)


def _results(folder: Path) -> dict[str, Any]:
    """The ledger without what depends on the clock, on other files, or on what the review was made from."""
    ledger: dict[str, Any] = json.loads((folder / RUN).read_text(encoding="utf-8"))
    return {key: value for key, value in ledger.items() if key not in NOT_RESULTS}


def _rank(table: str) -> tuple[int, str]:
    return (_ORDER.index(table) if table in _ORDER else len(_ORDER), table)


def compare_files(path: str, old: Path, new: Path) -> Iterator[Difference | Document]:
    """What differs between two states of one file: cells of a table, the place in a text, or only that it differs."""
    if not path.endswith(".parquet"):
        yield Document(path=path, what="altered", detail=first_difference(old, new))
        return
    try:
        before, after = read_table(old), read_table(new)
    except UsageError:
        yield Document(path=path, what="altered", detail="no whole table any more")
        return
    cells = list(compare_tables(before, after, Path(path).stem, edition_of(path)))
    yield from cells
    if not cells:
        yield Document(path=path, what="altered", detail="the same values in other bytes, or its rows in another order")


def edition_of(path: str) -> str:
    """'executive' for editions/executive/…, empty for the review as a whole."""
    parts = path.split("/")
    return parts[1] if parts[0] == "editions" else ""
