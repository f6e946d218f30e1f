"""One table's source on its way into params, with the reason for every key and the questions that remain."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from review_kit.intake.raw import JOINT
from review_kit.scaffold.looking import Sheet


@dataclass(slots=True, kw_only=True)
class Proposal:
    """One table's source as it will stand in params."""

    table: str
    sheet: Sheet
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)  # ours: theirs
    keys: dict[str, Any] = field(default_factory=dict)  # other keys of the source
    why: dict[str, str] = field(default_factory=dict)  # key, or column of ours: the reason
    unsure: set[str] = field(default_factory=set)  # columns of ours that a person should look at
    doubts: list[str] = field(default_factory=list)  # questions

    def take(self, ours: str, theirs: Sequence[str], why: str, *, sure: bool = True) -> None:
        """Propose where a column of ours comes from."""
        self.columns[ours] = tuple(theirs)
        self.why[ours] = why
        if not sure:
            self.unsure.add(ours)

    def key(self, name: str, value: Any, why: str) -> None:
        """Propose another key of the source."""
        self.keys[name] = value
        self.why[name] = why

    @property
    def place(self) -> str:
        """How people call the sheet in a sentence."""
        return f"sheet {self.sheet.source.sheet}" if self.sheet.source.sheet else self.sheet.source.path

    @property
    def headings_place(self) -> str:
        """'headings in row 3', 'headings in rows 2 and 3', 'headings in rows 1 to 3', or 'down the first column'."""
        source = self.sheet.source
        if source.transpose:
            return "headings down the first column" + (
                f" from row {source.header_row}" if source.header_row > 1 else ""
            )
        if source.header_rows > 1:
            joined = "and" if source.header_rows == 2 else "to"  # noqa: PLR2004 - two rows
            return f"headings in rows {source.header_row} {joined} {source.header_row + source.header_rows - 1}"
        return f"headings in row {source.header_row}"

    @property
    def unused(self) -> list[str]:
        """Headings that nothing of the table comes from."""
        used = {heading for theirs in self.columns.values() for heading in theirs}
        used |= {heading for entries in self.keys.get("melt", {}).values() for heading, _ in entries}
        used |= set(self.keys.get("where", ()))
        return [column.heading for column in self.sheet.columns if column.heading not in used]

    def texts(self, ours: str) -> pd.Series:
        """The cells of a column of ours, as intake will join them."""
        parts = [self.sheet.column(heading).cells.str.strip() for heading in self.columns[ours]]
        joined = parts[0]
        for part in parts[1:]:
            joined = joined.str.cat(part, sep=JOINT)
        return joined


def unsure_columns(proposal: Proposal) -> list[str]:
    """The questions whether a column is what its name only looks like."""
    return [
        f"{proposal.place}: is {' and '.join(theirs)} our {ours} of {proposal.table}? {proposal.why[ours]}."
        for ours, theirs in proposal.columns.items()
        if ours in proposal.unsure
    ]


def listed(texts: Iterable[str], most: int = 6) -> str:
    """'Jan', 'Feb' and 4 more."""
    texts = list(texts)
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(f"'{text}'" for text in texts[:most]) + more
