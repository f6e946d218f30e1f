"""What changed in a source: its rows and cells, as a person sees them in the file."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
import pandas as pd

from review_kit.errors import ReviewError
from review_kit.intake.raw import RawTable, Rows
from review_kit.intake.sources import Library
from review_kit.params import Params, Source, known_cycles, load_params
from review_kit.proof.reason import INPUT, Reason
from review_kit.schema import INPUTS

Record = tuple[str, ...]
Told = dict[str, str]  # the fields of a reason: what, old, new


class Side(NamedTuple):
    """One state of a table, cut down to the columns that both states have and the rows that may differ."""

    rows: Rows  # the row a person sees
    records: list[Record]


def compare_source(file: str, old_root: Path, new_root: Path) -> Iterator[Reason]:
    """One reason a cell, a row or a column; nothing where no cell changed that is read.

    Rows are numbered as in the new file, one that is gone as in the old.
    """
    libraries = [Library(root) for root in (old_root, new_root)]
    ways = readings(file, new_root) or readings(file, old_root)
    if not ways:  # no table comes from it: a notebook opened it by itself
        yield Reason(kind=INPUT, file=file)
    for source, keys in ways:
        old, new = (library.read(source) for library in libraries)
        where = f"sheet {new.sheet or old.sheet}, " if new.sheet or old.sheet else ""
        if not new.headings and new.faults:
            yield Reason(kind=INPUT, file=file, place=f"{where}cannot be read any more", what=new.faults[0].message)
            continue
        yield from _compare(old, new, keys, file, where)


def readings(file: str, root: Path) -> list[tuple[Source, list[str]]]:
    """Each way in which the parameters of this workspace read the file, and the headings by which rows are known."""
    found: dict[tuple[object, ...], tuple[Source, list[str]]] = {}
    for params in _cycles(root):
        for table, source in params.sources.items():
            if PurePosixPath(source.copy_path) != PurePosixPath(file):
                continue
            how = (source.sheet, source.header_row, source.header_rows, source.delimiter, source.encoding, source.sql)
            ours: Sequence[str] = INPUTS[table].key
            keys = [heading for column in ours for heading in source.columns.get(column, (column,))]
            if how not in found or len(keys) > len(found[how][1]):
                found[how] = (source, keys)
    return list(found.values())


def _cycles(root: Path) -> Iterator[Params]:
    """All cycles of the workspace whose parameters can be used."""
    for cycle in known_cycles(root / "params"):
        try:
            yield load_params(root / "params" / f"{cycle}.yml")
        except ReviewError:
            continue


def _compare(old: RawTable, new: RawTable, keys: Sequence[str], file: str, where: str) -> Iterator[Reason]:
    columns = [_by_heading(table) for table in (old, new)]
    shared = [heading for heading in columns[1] if heading in columns[0]]
    for number, what in ((1, "added"), (0, "removed")):
        for heading in columns[number]:
            if heading not in shared:
                yield Reason(kind=INPUT, file=file, place=f"{where}column {heading}", what=what)
    frames = [
        pd.DataFrame({heading: table.columns[found[heading]].rows() for heading in shared})
        for table, found in zip((old, new), columns, strict=True)
    ]
    before, after = (
        Side(table.rows[place], list(frame.iloc[place].itertuples(index=False, name=None)))
        for table, frame, place in zip((old, new), frames, parting_rows(*frames), strict=True)
    )
    by = [shared.index(key) for key in keys if key in shared]
    for place, reason in _row_by_row(before, after, shared, by):
        yield Reason(kind=INPUT, file=file, place=f"{where}{place}", **reason)


def parting_rows(old: pd.DataFrame, new: pd.DataFrame) -> tuple[Rows, Rows]:
    """The rows of each side that have to be looked at one by one: what is equal at the same place need not be.

    Of tables of unequal length all but the rows at the top, and those at the end, that are the same.
    """
    most = min(len(old), len(new))
    if len(old) == len(new):
        unequal = np.flatnonzero(~_same(old, new))
        return unequal, unequal
    top = _leading(_same(old.head(most), new.head(most)))
    rest = most - top
    end = _leading(_same(old.tail(rest), new.tail(rest))[::-1])
    return np.arange(top, len(old) - end), np.arange(top, len(new) - end)


def _same(old: pd.DataFrame, new: pd.DataFrame) -> np.ndarray:
    """Whether each row holds the same cells."""
    same = np.ones(len(old), dtype=bool)
    for heading in old.columns:
        same &= old[heading].to_numpy() == new[heading].to_numpy()
    return same


def _leading(same: np.ndarray) -> int:
    """How many are true before the first that is not."""
    return len(same) if same.all() else int(same.argmin())


def _row_by_row(old: Side, new: Side, headings: Sequence[str], keys: Sequence[int]) -> Iterator[tuple[str, Told]]:
    """The place and what became of it: cells and rows in the order of the new file, then the rows that are gone."""
    gone, come = unmatched(old.records, new.records)
    if not gone and not come and old.records != new.records:
        yield "rows stand in another order", {}
    pairs = paired(old.records, new.records, gone, come, keys)
    changed = {new_row: old_row for old_row, new_row in pairs}
    for place in come:
        row = f"row {new.rows[place]}"
        if place not in changed:
            yield row, {"what": "added", "new": " · ".join(new.records[place])}
            continue
        for heading, a, b in zip(headings, old.records[changed[place]], new.records[place], strict=True):
            if a != b:
                yield f"{row}, column {heading}", {"old": a, "new": b}
    for place in sorted(set(gone) - set(changed.values())):
        yield f"row {old.rows[place]} until then", {"what": "removed", "old": " · ".join(old.records[place])}


def _by_heading(table: RawTable) -> dict[str, int]:
    """The place of each column; a second one of the same heading is told by its number."""
    found: dict[str, int] = {}
    for number, heading in enumerate(table.headings):
        found[heading if heading not in found else f"{heading} ({number + 1})"] = number
    return found


def unmatched(old: Sequence[Record], new: Sequence[Record]) -> tuple[list[int], list[int]]:
    """The rows of each side that the other side has nowhere, by place; a row that stands twice needs two."""
    sides: list[list[int]] = []
    for rows, others in ((old, Counter(new)), (new, Counter(old))):
        alone = []
        for place, row in enumerate(rows):
            if others[row]:
                others[row] -= 1
            else:
                alone.append(place)
        sides.append(alone)
    return sides[0], sides[1]


def paired(
    old: Sequence[Record], new: Sequence[Record], gone: Sequence[int], come: Sequence[int], keys: Sequence[int]
) -> list[tuple[int, int]]:
    """Which row became which: rows with equal keys, then, where as many are left on both sides, in their order."""
    waiting: defaultdict[Record, list[int]] = defaultdict(list)
    for place in reversed(come):
        waiting[tuple(new[place][key] for key in keys)].append(place)
    pairs, left = [], []
    for place in gone:
        known = waiting[tuple(old[place][key] for key in keys)] if keys else []
        if known:
            pairs.append((place, known.pop()))
        else:
            left.append(place)
    taken = {place for _, place in pairs}
    free = [place for place in come if place not in taken]
    if len(free) == len(left):
        pairs += zip(left, free, strict=True)
    return pairs
