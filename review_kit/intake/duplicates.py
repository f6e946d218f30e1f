"""Rows that say the same twice, and rows that contradict each other."""

from collections.abc import Hashable
from typing import Any

import numpy as np
import pandas as pd

from review_kit.intake.ledger import DUPLICATE, REFUSED, Ledger, shown
from review_kit.intake.look_alikes import folded_name, how_written
from review_kit.model.nearest import nearest

_LISTED = 10  # headings that a hint names
_NAMES = ("segment", "owner", "department", "perspective")


def settle_duplicates(frame: pd.DataFrame, key: list[str], ledger: Ledger, *, distinct: bool) -> None:
    """Equal rows count once, with a warning; rows with one key and different values are all refused.

    With `distinct` the first row of a key is kept and the rest counted without a word, as params ask.
    """
    places = np.flatnonzero(ledger.used)
    rows = frame.iloc[places]
    again = rows.duplicated(key, keep=False).to_numpy()
    if not again.any():
        return
    rows, places = rows[again], places[again]
    if distinct:
        ledger.state[places[rows.duplicated(key).to_numpy()]] = DUPLICATE
        return
    equal = rows.duplicated().to_numpy()
    same = np.zeros(len(frame), dtype=bool)
    same[places[equal]] = True
    first_equal = dict(zip(places.tolist(), _first_rows(rows, list(rows.columns), ledger, places), strict=True))
    ledger.warn(
        same,
        key[0],
        "duplicate-row",
        lambda at: f"the row repeats row {first_equal[at]} word for word; it is counted once.",
        "remove one of the two rows.",
    )
    ledger.state[same] = DUPLICATE
    differ = rows[~equal].duplicated(key, keep=False).to_numpy()
    _refuse_contradictions(rows[~equal][differ], places[~equal][differ], key, ledger)


def _first_rows(rows: pd.DataFrame, key: list[str], ledger: Ledger, places: np.ndarray) -> np.ndarray:
    """For each row, the number in the file of the first row with the same key."""
    numbers = pd.Series(ledger.rows[places], index=rows.index)
    return numbers.groupby([rows[name] for name in key], dropna=False, sort=False).transform("first").to_numpy()


def _refuse_contradictions(rows: pd.DataFrame, places: np.ndarray, key: list[str], ledger: Ledger) -> None:
    """Refuses all of `rows`; each but the first of its key is told, with the first column in which they differ."""
    others = [name for name in rows.columns if name not in key and not name.startswith(tuple(f"{k}_" for k in key))]
    groups = rows.groupby(key, dropna=False, sort=False).ngroup()
    first: dict[int, tuple[int, dict[Hashable, Any]]] = {}
    later: dict[str, list[int]] = {}
    told: dict[int, str] = {}
    for at, group, row in zip(places.tolist(), groups.tolist(), rows.to_dict("records"), strict=True):
        origin, other = first.setdefault(group, (at, row))
        if origin == at:
            continue
        named = ", ".join(str(row[name]) for name in key if not pd.isna(row[name]) and row[name] != "")
        column = next((name for name in others if not _equal(row[name], other[name])), "")
        both = f"rows {ledger.rows[origin]} and {ledger.rows[at]} both give"
        if ledger.rows[origin] == ledger.rows[at]:  # two cells of a wide table
            both = f"'{ledger.heading(ledger.melted, origin)}' and '{ledger.heading(ledger.melted, at)}' both give"
        told[at] = f"{both} {named}{_values(other, row, column)}."
        later.setdefault(column, []).append(at)
    for column, positions in later.items():
        where = np.zeros(len(ledger.rows), dtype=bool)
        where[positions] = True
        hint = "keep the row that is right, or tell the rows apart."
        if "segment" in key and "segment" not in ledger.headings and ledger.unread:
            listed = ", ".join(shown(heading) for heading in ledger.unread[:_LISTED])
            hint = f"if the segment stands in a column that is not read ({listed}), add 'columns: {{segment: …}}'."
        ledger.refuse(where, column or key[0], "duplicate-key", told.__getitem__, hint)
    ledger.state[places] = REFUSED


def _equal(one: Any, other: Any) -> bool:
    return bool(one == other) or (bool(pd.isna(one)) and bool(pd.isna(other)))


def _values(one: dict[Hashable, Any], other: dict[Hashable, Any], column: str) -> str:
    if not column:
        return ""
    return f", with {column} {_as_text(one[column])} and {_as_text(other[column])}"


def _as_text(value: Any) -> str:
    if pd.isna(value):
        return "nothing"
    return f"{value:%Y-%m-%d}" if isinstance(value, pd.Timestamp) else str(value)


def tell_ambiguous_names(frame: pd.DataFrame, ledger: Ledger) -> None:
    """Names that look alike but are different text: two spellings of a segment would be two segments."""
    for column in _NAMES:
        if column not in frame:
            continue
        spellings = frame[column][ledger.used].dropna().value_counts()
        spellings = spellings[spellings.index != ""]
        by_look: dict[str, str] = {}
        for text in spellings.index:
            look = folded_name(text)
            usual = by_look.setdefault(look, text)
            if usual != text:
                where = frame[column].eq(text).fillna(value=False).to_numpy() & ledger.used
                message = _look_alike(text, usual)
                if column == "segment":
                    ledger.refuse(where, column, "ambiguous-name", message, "write both the same way.")
                else:
                    ledger.warn(where, column, "ambiguous-name", message, "write both the same way.")


def _look_alike(text: str, usual: str) -> str:
    differs = how_written(text, usual)
    return f"{text!a} looks like {usual!a}, which is written differently" + (f": {differs}." if differs else ".")


def refuse_ambiguous_ids(frame: pd.DataFrame, key: str, ledger: Ledger) -> None:
    """Two ids that a person takes for one: the second of them is refused."""
    ids = frame[key][ledger.used].dropna()
    if frame[key].dtype != "str" or ids.nunique() == ids.map(folded_name).nunique():
        return
    by_look: dict[str, str] = {}
    other = {text: usual for text in ids.unique() if (usual := by_look.setdefault(folded_name(text), text)) != text}
    where = frame[key].isin(list(other)).to_numpy() & ledger.used

    def told(at: int) -> str:
        text = str(frame[key].iloc[at])
        return _look_alike(text, other[text])

    ledger.refuse(where, key, "ambiguous-name", told, "write both the same way, or call one of them otherwise.")


def note_unlikely_segments(frame: pd.DataFrame, ledger: Ledger) -> None:
    """A segment that stands once and is like one that stands often is probably a slip."""
    counts = frame["segment"][ledger.used].value_counts()
    counts = counts[counts.index != ""]
    often = [str(name) for name in counts.index[counts > 2]]  # noqa: PLR2004
    if not often or len(often) > 1_000:  # noqa: PLR2004 - with so many names every slip is like one of them
        return
    for name in counts.index[counts == 1]:
        near = nearest(str(name), often)
        if near:
            where = (frame["segment"].eq(name) & ledger.used).to_numpy()
            told = f"the segment '{name}' stands once, '{near}' stands {counts[near]} times."
            ledger.warn(where, "segment", "unknown-unit", told, f"did you mean '{near}'?")
