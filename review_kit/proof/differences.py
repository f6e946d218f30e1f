"""Two states of one table held against each other, cell by cell."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from pandas.api.types import is_datetime64_any_dtype

from review_kit.proof.texts import where_they_part
from review_kit.schema import HANDOVER

# Of tables whose contract states no key, the columns by which a person knows a row.
_KEYS = {
    "initiatives_read": ("initiative_id",),
    "risks_read": ("risk_id",),
    "proposals": ("kpi_id", "method"),
    "faults": ("file", "sheet", "column", "rule", "message"),
    "reconciliation": ("table", "source"),
    "last_scores": ("kpi_id",),
    "last_rollup": ("level", "id"),
    "last_findings": ("finding_id",),
    "last_kpis": ("kpi_id",),
    "last_objectives": ("objective_id",),
    "last_measures": ("kpi_id", "period", "segment"),
    "last_targets": ("kpi_id", "period"),
    "last_initiatives": ("initiative_id",),
    "last_risks": ("risk_id",),
    "compared": ("kind", "subject_kind", "subject", "what"),
}
_DECIMALS = (4, 6, 9, 12)  # tried in turn, until two numbers look different
PLACE = "place"  # a difference that says only from where a value was read
_ALL_DIGITS = 1e15  # beyond, a float does not hold every whole number
_LONGEST = 40  # characters of a cell that are shown; --json has all of them
# Where a value was read from, and no value itself: these shift when a row is put in above.
_PLACES = {"source", "source_row", "source_column", "trace"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One cell that differs, or a whole row or column that only one side has."""

    table: str
    key: str  # 'csat', 'csat/2025-09'; empty for a column
    column: str  # empty for a row
    old: Any = None  # text, number, true or false; None where it is missing
    new: Any = None
    what: str = "value"  # value, place, row added, row removed, column added, column removed
    edition: str = ""  # empty: the tables of the whole review

    @property
    def name(self) -> str:
        """'scores/csat/actual': by what a person finds it."""
        return "/".join(part for part in (self.table, self.key, self.column) if part)

    def __str__(self) -> str:
        """'scores/csat/actual: 4.25 -> 4.31'."""
        if self.what in {"value", PLACE}:
            return f"{self.name}: {shown(self.old, self.new)}"
        return f"{self.name}: {self.what}"


def key_of(table: str) -> tuple[str, ...]:
    """The columns that tell the rows of a table apart."""
    schema = HANDOVER.get(table)
    stated = () if schema is None else schema.unique or schema.key
    return tuple(stated) or _KEYS.get(table, ())


def compare_tables(old: pd.DataFrame, new: pd.DataFrame, table: str, edition: str = "") -> Iterator[Difference]:
    """Every cell that differs, row by row in the order of the old table; then the rows that only the new one has."""
    told = {"table": table, "edition": edition}
    keys = [column for column in key_of(table) if column in old and column in new]
    before, after = _row_names(old, keys), _row_names(new, keys)
    shared = [column for column in old.columns if column in new]
    yield from (
        Difference(key="", column=str(name), what=f"column {'added' if name in new else 'removed'}", **told)
        for name in [*old.columns, *new.columns]
        if name not in shared
    )
    at = pd.Index(after).get_indexer(pd.Index(before))  # for each old row where it stands now; -1: it is gone
    kept = np.flatnonzero(at >= 0)
    left = old[shared].take(kept).reset_index(drop=True)
    right = new[shared].take(at[kept]).reset_index(drop=True)
    cells: list[tuple[int, int, Difference]] = []
    for position, column in enumerate(shared):
        a, b = left[column], right[column]
        what = PLACE if column in _PLACES or (table, column) == ("faults", "row") else "value"
        for row in _unequal(a, b):
            row_name, values = before[kept[row]], {"old": plain(a[row]), "new": plain(b[row])}
            found = Difference(key=row_name, column=str(column), what=what, **values, **told)
            cells.append((int(kept[row]), position, found))
    cells += [
        (int(place), -1, Difference(key=before[place], column="", what="row removed", **told))
        for place in np.flatnonzero(at < 0)
    ]
    yield from (found for *_, found in sorted(cells, key=lambda cell: cell[:2]))
    known = set(before)
    yield from (Difference(key=name, column="", what="row added", **told) for name in after if name not in known)


def _row_names(frame: pd.DataFrame, keys: Sequence[str]) -> list[str]:
    """A name for each row; a second one of the same key is called 'csat (2)'."""
    names = pd.Series("", index=frame.index, dtype="str")
    for place, key in enumerate(keys):
        names = names + ("/" if place else "") + _key_texts(frame[key])
    names = names.str.rstrip("/")
    number = names.groupby(names).cumcount() + 1
    counted = (names + " (" + number.astype("str") + ")").str.strip()
    return list(names.where(number.eq(1) & names.ne(""), counted))


def _key_texts(column: pd.Series) -> pd.Series:
    """A column of keys as text; days as people write them."""
    texts = column.dt.strftime("%Y-%m-%d") if is_datetime64_any_dtype(column) else column.astype("str")
    return texts.fillna("").astype("str")


def _unequal(old: pd.Series, new: pd.Series) -> list[int]:
    """The rows in which two columns differ; missing equals missing."""
    if old.dtype != new.dtype:
        old, new = old.astype(object), new.astype(object)
    differs = old.ne(new).fillna(value=True).astype(bool) & ~(old.isna() & new.isna())
    return [int(row) for row in differs.to_numpy().nonzero()[0]]


def plain(value: Any) -> Any:
    """A cell as JSON can hold it: days as text, None where it is missing, numbers with all their digits."""
    if pd.isna(value):
        return None
    if isinstance(value, pd.Timestamp):
        return value.date().isoformat() if value == value.normalize() else value.isoformat()
    return value.item() if hasattr(value, "item") else value


def shown(old: Any, new: Any) -> str:
    """'4.25 -> 4.31', with as many decimals as it takes to tell the two apart; a dash where a value is missing."""
    if isinstance(old, float) and isinstance(new, float):
        for decimals in _DECIMALS:
            texts = {f"{value:.{decimals}f}".rstrip("0").rstrip("."): value for value in (old, new)}
            if len(texts) > 1 and all(float(text) or not value for text, value in texts.items()):
                return " -> ".join(texts)
    if isinstance(old, str) and isinstance(new, str) and max(len(old), len(new)) > _LONGEST:
        return where_they_part(" ".join(old.split()), " ".join(new.split()))
    return f"{_shown(old)} -> {_shown(new)}"


def _shown(value: Any) -> str:
    """A cell as people read it; long text is cut."""
    if value is None or value == "":
        return "–"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < _ALL_DIGITS else repr(value)
    text = str(value).replace("\n", " ")
    return text if len(text) <= _LONGEST else f"{text[: _LONGEST - 1]}…"
