"""Rows that say the same twice, and rows that contradict each other."""

from collections.abc import Hashable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, Groups, Mask
from review_kit.intake.ledger import DUPLICATE, REFUSED, Ledger, shown
from review_kit.intake.look_alikes import folded_name, how_written
from review_kit.model.nearest import nearest

_LISTED = 10  # headings that a hint names
_NAMES = ("segment", "owner", "department", "perspective")


def settle_duplicates(frame: pd.DataFrame, key: list[str], repeated: Mask, ledger: Ledger, *, distinct: bool) -> None:
    """Equal rows count once, with a warning; rows with one key and different values are all refused.

    `repeated` are the used rows that share their key with another. With `distinct` the first row of a key is kept and
    the rest counted without a word, as params ask.
    """
    places = np.flatnonzero(repeated)
    if not len(places):
        return
    rows = frame.iloc[places]
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


def tell_ambiguous_names(words: Mapping[str, Coded], ledger: Ledger) -> None:
    """Names that look alike but are different text: two spellings of a segment would be two segments."""
    for column in _NAMES:
        if column not in words:
            continue
        names = words[column]
        if len(set(map(folded_name, names.texts))) == len(names.texts):
            continue
        by_look: dict[str, str] = {}
        for text in _by_frequency(names, ledger.used):
            usual = by_look.setdefault(folded_name(text), text)
            if usual != text:
                where = names.where(names.texts.eq(text)) & ledger.used
                first = int(np.flatnonzero(names.where(names.texts.eq(usual)) & ledger.used)[0])
                message = _look_alike(text, usual, ledger.row_name(first))
                if column == "segment":
                    ledger.refuse(where, column, "ambiguous-name", message, "write both the same way.")
                else:
                    ledger.warn(where, column, "ambiguous-name", message, "write both the same way.")


def _by_frequency(names: Coded, rows: Mask) -> dict[str, int]:
    """How often each name stands in these rows, the most frequent first, then as they appear; '' is none."""
    groups = Groups.of(names)
    places = groups.first(rows)
    counts = groups.sizes(rows)[groups.codes[places]]
    order = np.argsort(-counts, kind="stable")
    return {text: int(counts[at]) for at in order.tolist() if (text := names.at(int(places[at])))}


def _look_alike(text: str, usual: str, row: str) -> str:
    """Both spellings and where the other one stands: which of the two is the slip only a person can tell."""
    differs = how_written(text, usual)
    told = f"{text!a} looks like {usual!a} in {row}, which is written differently"
    return f"{told}: {differs}." if differs else f"{told}."


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
        first = int(np.flatnonzero(frame[key].eq(other[text]).to_numpy() & ledger.used)[0])
        return _look_alike(text, other[text], ledger.row_name(first))

    ledger.refuse(where, key, "ambiguous-name", told, "write both the same way, or call one of them otherwise.")


def note_unlikely_segments(segments: Coded, ledger: Ledger) -> None:
    """A segment that stands once and is like one that stands often is probably a slip."""
    counts = _by_frequency(segments, ledger.used)
    often = [name for name, count in counts.items() if count > 2]  # noqa: PLR2004
    if not often or len(often) > 1_000:  # noqa: PLR2004 - with so many names every slip is like one of them
        return
    for name in (name for name, count in counts.items() if count == 1):
        near = nearest(name, often)
        if near:
            where = segments.where(segments.texts.eq(name)) & ledger.used
            told = f"the segment '{name}' stands once, '{near}' stands {counts[near]} times."
            ledger.warn(where, "segment", "unknown-unit", told, f"did you mean '{near}'?")
