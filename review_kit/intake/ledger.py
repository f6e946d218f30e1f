"""What became of every row of one source, and every fault found in it."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, Mask
from review_kit.intake.hostile_text import SECRET
from review_kit.intake.raw import LISTED, Rows, column_letters
from review_kit.model.fault import Fault, Severity

Told = str | Callable[[int], str]  # words, or what gives them for the position of a row

USED, REFUSED, OUTSIDE, DUPLICATE = 0, 1, 2, 3
_LONGEST_VALUE = 200
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\U000e0000-\U000e007f]")


def without_unseen(text: str) -> str:
    """A text with its control characters and marks that nobody sees written out by their numbers."""
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def shown(text: str) -> str:
    """A cell's text as it may be printed: no control characters, no secrets, not longer than a line or two."""
    text = without_unseen(SECRET.sub("[secret]", text))
    return text if len(text) <= _LONGEST_VALUE else text[:_LONGEST_VALUE] + "…"


def _same_slip(one: Fault, other: Fault) -> bool:
    """Whether two columns are missing for one reason, such as headings that stand in another row."""
    return one.rule == other.rule == "missing-column" and (one.row, one.hint) == (other.row, other.hint)


@dataclass(slots=True)
class Ledger:
    """The rows of one source (the cells, where a wide table is melted), what became of each, and the faults."""

    table: str  # the input table it feeds
    file: str
    sheet: str = ""
    rows: Rows = field(default_factory=lambda: np.empty(0, dtype=np.int64))  # as a person sees them
    texts: dict[str, Coded] = field(default_factory=dict)  # our column: cells as they stand in the file
    headings: dict[str, str] = field(default_factory=dict)  # our column: theirs
    cell_headings: pd.Series | None = None  # of the melted values, one per cell
    turned: dict[str, int] = field(default_factory=dict)  # heading: its row, where records are columns of the file
    value_hint: str = ""  # how to declare the column of values where no heading names it
    melted: str = ""  # our column that `cell_headings` belongs to
    own: frozenset[str] = frozenset()  # our columns that the file itself holds
    declared: frozenset[str] = frozenset()  # our columns whose texts stand in params: labels of headings, constants
    state: np.ndarray[tuple[int], np.dtype[np.int8]] = field(default_factory=lambda: np.empty(0, dtype=np.int8))
    unreadable: int = 0
    unread: tuple[str, ...] = ()  # their headings that nobody asks for
    faults: list[Fault] = field(default_factory=list)
    faulty: dict[str, Mask] = field(default_factory=dict)  # our column: where a fault has been told already
    sound: bool = True  # False where the file as a whole could not be used

    @property
    def source(self) -> str:
        """'data/actuals.xlsx#Actuals': what the tables say about the origin of a row."""
        return f"{self.file}#{self.sheet}" if self.sheet else self.file

    @property
    def used(self) -> Mask:
        """Which rows are still in."""
        return self.state == USED

    def whole_file(self, rule: str, message: str, hint: str, *, column: str = "", row: int | None = None) -> None:
        """An error after which nothing of the file can be used."""
        self.sound = False
        fault = Fault(
            file=self.file, sheet=self.sheet, rule=rule, message=message, hint=hint, row=row, column=shown(column)
        )
        if rule == "wrong-delimiter" and any(told.rule == rule for told in self.faults):
            return  # every column is missing for the one reason that has been told
        same = next((at for at, told in enumerate(self.faults) if _same_slip(told, fault)), None)
        if same is None:
            self.faults.append(fault)
        else:
            told = self.faults[same]
            self.faults[same] = replace(told, message=f"{told.message[:-1]}, and none '{fault.column}'.")

    def refuse(self, where: Mask, column: str, rule: str, message: Told, hint: Told) -> None:
        """Errors at these rows; the rows are out. In `message`, {value} stands for the cell."""
        self._tell(where, column, rule, message, hint, Severity.ERROR)
        self.state[where] = REFUSED

    def refuse_silently(self, where: Mask, column: str) -> None:
        """The rows are out for a reason that has been told at another row."""
        self.faulty[column] = self.faulty.get(column, np.zeros(len(self.rows), dtype=bool)) | where
        self.state[where] = REFUSED

    def warn(self, where: Mask, column: str, rule: str, message: Told, hint: Told) -> None:
        """Warnings at these rows; the rows stay in."""
        self._tell(where, column, rule, message, hint, Severity.WARNING)

    def note(
        self, rule: str, message: str, hint: str, severity: Severity, *, at: int | None = None, column: str = ""
    ) -> None:
        """One fault about the source as a whole, or shown at one row of it."""
        place: dict[str, Any] = {"row": None, "column": self.heading(column) if column else ""}
        if at is not None:
            place = self.place(column, at)
        self.faults.append(
            Fault(
                file=self.file,
                sheet=self.sheet,
                rule=rule,
                message=message,
                hint=hint,
                **place,
                value="" if at is None else shown(self.cell(column, at)),
                severity=severity,
            )
        )

    def tell_heading(self, row: int, rule: str, message: str, hint: str) -> None:
        """A warning about a heading that is not there, shown at the row of the headings."""
        fault = Fault(
            file=self.file, sheet=self.sheet, rule=rule, message=message, hint=hint, row=row, severity=Severity.WARNING
        )
        self.faults.append(fault)

    def place(self, column: str, at: int) -> dict[str, Any]:
        """Row and column of a cell as a person finds it; of a transposed table its heading names the row."""
        row, heading = int(self.rows[at]), self.heading(column, at) if column else ""
        if not self.turned:
            return {"row": row, "column": heading}
        return {"row": self.turned.get(heading), "column": f"{column_letters(row)} ({heading})" if heading else ""}

    def row_name(self, at: int) -> str:
        """'row 7', or 'column C' where each column of the file is a record."""
        row = int(self.rows[at])
        return f"column {column_letters(row)}" if self.turned else f"row {row}"

    def heading(self, column: str, at: int | None = None) -> str:
        """Their heading of our column at a row; our name where their file has none."""
        of_cell = column == self.melted or (column in self.declared and column not in self.own)
        if of_cell and self.cell_headings is not None and at is not None:
            return shown(str(self.cell_headings.iloc[at]))
        return shown(self.headings.get(column, column))

    def cell(self, column: str, at: int) -> str:
        """The text of a cell as it stands in the file."""
        return self.texts[column].at(at) if column in self.texts else ""

    def blank(self, column: str) -> Mask:
        """Where the file has the column and nothing stands in its cell; nowhere without the column."""
        if column not in self.texts:
            return np.zeros(len(self.rows), dtype=bool)
        cells = self.texts[column]
        return cells.where(cells.texts.str.strip().eq(""))

    def says_missing(self) -> Mask:
        """Where a cell of figures holds a text; of rows without a value, one that params call missing."""
        said = np.zeros(len(self.rows), dtype=bool)
        for column in ("value", "numerator", "denominator"):
            if column in self.texts:
                said |= ~self.blank(column)
        return said

    def _tell(
        self,
        where: Mask,
        column: str,
        rule: str,
        message: Told,
        hint: Told,
        severity: Severity,
    ) -> None:
        places = np.flatnonzero(where)
        if not len(places):
            return
        self.faulty[column] = self.faulty.get(column, np.zeros(len(self.rows), dtype=bool)) | where
        places, more = self._once(column, places)
        for at in places[:LISTED].tolist():
            value = shown(self.cell(column, at))
            told = message(at) if callable(message) else message.replace("{value}", value)
            told += more.get(at, "")
            fault = Fault(
                file=self.file,
                sheet=self.sheet,
                rule=rule,
                message=told,
                hint=hint(at) if callable(hint) else hint,
                **self.place(column, at),
                value=value,
                severity=severity,
            )
            self.faults.append(fault)
        if len(places) > LISTED:
            rest = self.rows[places[LISTED:]]
            told = f"the same holds for {len(rest)} more cells, in rows {rest.min()} to {rest.max()}."
            fault = Fault(
                file=self.file,
                sheet=self.sheet,
                rule=rule,
                message=told,
                hint="the first of them are told one by one.",
                row=int(rest[0]),
                column=self.heading(column),
                severity=severity,
            )
            self.faults.append(fault)

    def _once(self, column: str, places: Rows) -> tuple[Rows, dict[int, str]]:
        """The places at which something is told, and what is added there.

        A text that params give is told once, for all rows that have it; a cell of a wide table that stands beside
        its values once, and not again for each of them.
        """
        if column in self.declared:
            cells = self.texts[column].taken(places).rows()
            counts = cells.value_counts()
            first = places[~cells.duplicated().to_numpy()]
            rest = {at: int(counts[self.cell(column, at)]) - 1 for at in first.tolist()}
            added = {at: f" It stands in params, and so do {count} more cells." for at, count in rest.items() if count}
            return first, added
        if self.cell_headings is not None and column != self.melted:
            return places[np.unique(self.rows[places], return_index=True)[1]], {}
        return places, {}

    def refuse_rows(self, where: Mask, column: str, rule: str, message: Told, hint: Told) -> None:
        """One error for each of these rows as a whole: nothing more is told of any of their cells."""
        self.refuse(where, column, rule, message, hint)
        for name in self.texts:
            self.faulty[name] = self.faulty.get(name, np.zeros(len(self.rows), dtype=bool)) | where

    @property
    def broken(self) -> bool:
        """Whether an error was told about the file as a whole, so that nobody knows what it lacks."""
        errors = [fault for fault in self.faults if fault.severity is Severity.ERROR]
        return any(fault.row is None or fault.rule == "no-rows" for fault in errors)

    def counts(self) -> dict[str, object]:
        """The line that proves that no row is lost."""
        tally = np.bincount(self.state, minlength=4)
        return {
            "table": self.table,
            "source": self.source,
            "read": len(self.rows) + self.unreadable,
            "used": int(tally[USED]),
            "refused": int(tally[REFUSED]) + self.unreadable,
            "outside": int(tally[OUTSIDE]),
            "duplicate": int(tally[DUPLICATE]),
        }
