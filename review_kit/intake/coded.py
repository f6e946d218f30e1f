"""Columns of text, numbered once: rules then look at each distinct text, and checks compare whole numbers.

A million rows of actuals hold a few hundred ids, months and places. Each of these texts is judged once and its verdict
spread over the rows where it stands; whatever compares rows compares their numbers.
"""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Self

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

Mask = np.ndarray[tuple[int], np.dtype[np.bool_]]
Codes = np.ndarray[tuple[int], np.dtype[np.int64]]

LARGE = pa.system_memory_pool()  # for columns that are made once and kept: a pool that keeps memory ready costs more
_SPARSE = 4  # numbers for each row; where more are possible, those that occur are numbered anew


def at_rows(values: np.ndarray, rows: Mask) -> np.ndarray:
    """The values at these rows; all of them as they are, for a million copied in vain take their time."""
    return values if rows.all() else values[rows]


@dataclass(frozen=True, slots=True)
class Coded:
    """The cells of one column: its texts, and for each row which of them stands there."""

    texts: pd.Series  # pandas text: the distinct ones as they first appear, or that of every row where codes are None
    codes: Codes | None  # of each row the position of its text, -1 where nothing stands

    @classmethod
    def of(cls, cells: pd.Series) -> Self:
        """The distinct texts of the cells, numbered."""
        codes, texts = pd.factorize(cells)
        return cls(pd.Series(texts, dtype="str"), codes.astype(np.int64, copy=False))

    @classmethod
    def each(cls, cells: pd.Series) -> Self:
        """Cells that hardly ever repeat, such as numbers: to look for equal ones would only cost time."""
        return cls(cells, None)

    @classmethod
    def constant(cls, text: str, length: int) -> Self:
        """The same text in every row."""
        return cls(pd.Series([text], dtype="str"), np.broadcast_to(np.int64(0), length))

    @classmethod
    def absent(cls, length: int) -> Self:
        """A column in which nothing stands."""
        return cls(pd.Series([], dtype="str"), np.broadcast_to(np.int64(-1), length))

    def __len__(self) -> int:
        return len(self.texts) if self.codes is None else len(self.codes)

    def __iter__(self) -> Iterator[str]:
        return iter(self.rows())

    def numbered(self) -> "Coded":
        """The same column with its texts numbered."""
        return Coded.of(self.texts) if self.codes is None else self

    @property
    def numbers(self) -> Codes:
        """The codes of a numbered column."""
        if self.codes is None:
            msg = "this column is not numbered"
            raise TypeError(msg)
        return self.codes

    @property
    def has_gaps(self) -> bool:
        """Whether there are rows in which nothing stands."""
        return bool(self.texts.isna().any() if self.codes is None else self.codes.min(initial=0) < 0)

    @property
    def given(self) -> Mask:
        """The rows in which something stands."""
        return self.texts.notna().to_numpy() if self.codes is None else self.codes >= 0

    def at(self, row: int) -> str:
        """The text of one row, '' where nothing stands."""
        place = row if self.codes is None else int(self.codes[row])
        text = self.texts.iloc[place] if place >= 0 else ""
        return text if isinstance(text, str) else ""

    def rows(self) -> pd.Series:
        """The column as pandas text, row by row."""
        return self.spread(self.texts)

    def spread(self, values: pd.Series) -> pd.Series:
        """What was found for each text, at each of its rows; missing where nothing stands."""
        if self.codes is None:
            return values
        gaps = self.codes < 0 if self.has_gaps else None
        if values.dtype == "str":
            rows = pc.take(pa.array(values), pa.array(self.codes, mask=gaps), memory_pool=LARGE)
            return pd.Series(pd.array(rows, dtype="str"))
        return pd.Series(values.array.take(self.codes, allow_fill=gaps is not None), copy=False)

    def where(self, holds: Any) -> Mask:
        """The rows whose text is one of those that hold: one truth for each text."""
        truths = np.array(holds, dtype=bool)
        if self.codes is None:
            return truths
        return np.append(truths, np.False_)[self.codes] if truths.any() else np.zeros(len(self.codes), dtype=bool)

    def among(self, rows: Mask) -> pd.Series:
        """The texts that stand in these rows."""
        found = np.zeros(len(self.texts) + 1, dtype=bool)
        found[at_rows(self.numbers, rows)] = True
        return self.texts[found[:-1]]

    def changed(self, rule: Callable[[pd.Series], pd.Series]) -> "Coded":
        """What the rule makes of each text: some may become equal, and some missing."""
        if not len(self.texts):
            return self
        made = rule(self.texts)
        if self.codes is None:
            return Coded(made, None)
        new = Coded.of(made)
        if len(new.texts) == len(made):
            return Coded(new.texts, self.codes)
        if not len(new.texts):
            return Coded.absent(len(self.codes))
        return Coded(new.texts, np.append(new.numbers, -1)[self.codes])

    def filled(self, text: str) -> "Coded":
        """A numbered column with the text wherever nothing stands."""
        if not self.has_gaps:
            return self
        known = np.flatnonzero(self.texts.eq(text).to_numpy())
        texts = self.texts if len(known) else pd.concat([self.texts, pd.Series([text], dtype="str")], ignore_index=True)
        return Coded(texts, np.where(self.numbers < 0, known[0] if len(known) else len(self.texts), self.numbers))

    def only(self, kept: Mask) -> "Coded":
        """The column with nothing in all other rows, numbered anew."""
        return Coded.of(self.rows().where(kept))

    def without(self, rows: Mask) -> "Coded":
        """The column without these rows."""
        cells = self.rows()[~rows].reset_index(drop=True)
        return Coded.each(cells) if self.codes is None else Coded.of(cells)

    def taken(self, rows: Codes) -> "Coded":
        """The cells at these rows."""
        if self.codes is None:
            return Coded(self.texts.take(rows).reset_index(drop=True), None)
        return Coded(self.texts, self.codes[rows])


@dataclass(frozen=True, slots=True)
class Groups:
    """Rows that belong together: each row has the number of its group."""

    codes: Codes  # from 0
    count: int  # numbers are below it; some of them may have no rows

    @classmethod
    def of(cls, column: Coded, *others: Coded) -> Self:
        """Rows with the same texts in all of these columns; where nothing stands counts as one text more."""
        gap = int(column.has_gaps)
        groups = cls(column.numbers + gap if gap else column.numbers, len(column.texts) + gap)
        for other in others:
            groups = groups.parted_by(other)
        return groups

    def parted_by(self, column: Coded) -> Self:
        """The groups parted by one more column."""
        gap = int(column.has_gaps)
        width = len(column.texts) + gap
        codes, count = self.codes * width, self.count * width
        codes += column.numbers
        codes += gap
        if count > _SPARSE * len(codes):
            numbers, found = pd.factorize(codes)
            codes, count = numbers.astype(np.int64, copy=False), len(found)
        return type(self)(codes, count)

    def sizes(self, rows: Mask) -> Codes:
        """How many of the rows each group has."""
        return np.bincount(at_rows(self.codes, rows), minlength=self.count)

    def holding(self, rows: Mask) -> Mask:
        """Which groups have any of the rows."""
        found = np.zeros(self.count, dtype=bool)
        found[at_rows(self.codes, rows)] = True
        return found

    def first(self, rows: Mask) -> Codes:
        """The first of the rows of each group, in the order of the rows."""
        at = np.full(self.count, -1)
        at[at_rows(self.codes, rows)[::-1]] = np.flatnonzero(rows)[::-1]
        return np.sort(at[at >= 0])

    def repeated(self, rows: Mask) -> Mask:
        """Those of the rows whose group has several of them."""
        several = self.sizes(rows) > 1
        return rows & several[self.codes] if several.any() else np.zeros(len(rows), dtype=bool)


def joined(parts: Sequence[Coded], rule: Callable[[tuple[str, ...]], str]) -> Coded:
    """One column of several: what the rule makes of the texts that stand side by side."""
    groups = Groups.of(*parts)
    first = groups.first(np.ones(len(groups.codes), dtype=bool))
    number = np.empty(groups.count, dtype=np.int64)
    number[groups.codes[first]] = np.arange(len(first))
    sides = zip(*(part.taken(first) for part in parts), strict=True)
    together = Coded(pd.Series([rule(side) for side in sides], dtype="str"), number[groups.codes])
    return together.changed(lambda texts: texts)
