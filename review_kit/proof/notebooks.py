"""What changed in a template of a notebook, cell by cell."""

import json
from collections.abc import Iterator
from difflib import SequenceMatcher
from itertools import zip_longest
from pathlib import Path
from typing import Any

from review_kit.proof.reason import NOTEBOOK, Reason

Cell = tuple[str, str, str]  # kind, source, metadata


def compare_notebooks(file: str, old_root: Path, new_root: Path) -> Iterator[Reason]:
    """One reason a cell; cells are counted from 1, text included, in the new notebook, one that is gone in the old."""
    before, after = (read_cells(root / file) for root in (old_root, new_root))
    for operation, a, a_end, b, b_end in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        for old, new in zip_longest(range(a, a_end), range(b, b_end)):
            if old is None:
                cell = after[new]
                yield Reason(kind=NOTEBOOK, file=file, place=f"cell {new + 1}", what="added", new=cell[1])
            elif new is None:
                cell = before[old]
                yield Reason(kind=NOTEBOOK, file=file, place=f"cell {old + 1} until then", what="removed", old=cell[1])
            else:
                yield _changed(file, new + 1, before[old], after[new])


def read_cells(path: Path) -> list[Cell]:
    """The cells of a notebook file; none where it cannot be read as one."""
    try:
        book: Any = json.loads(path.read_text(encoding="utf-8"))
        return [
            (str(cell["cell_type"]), "".join(cell["source"]), json.dumps(cell.get("metadata", {}), sort_keys=True))
            for cell in book["cells"]
        ]
    except (OSError, ValueError, KeyError, TypeError):
        return []


def _changed(file: str, number: int, old: Cell, new: Cell) -> Reason:
    place = f"cell {number}"
    if old[:2] == new[:2]:
        return Reason(kind=NOTEBOOK, file=file, place=f"{place}, metadata", old=old[2], new=new[2])
    lines = zip_longest(old[1].splitlines(), new[1].splitlines(), fillvalue="")
    return next(
        (Reason(kind=NOTEBOOK, file=file, place=place, old=a, new=b) for a, b in lines if a != b),
        Reason(kind=NOTEBOOK, file=file, place=place, old=old[0], new=new[0]),  # text became code, or the reverse
    )
