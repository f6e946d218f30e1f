"""A sheet as a proposal sees it: where its headings stand, what stands above them, and its columns as text."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from review_kit.intake.preview import SheetPreview
from review_kit.intake.sources import Library
from review_kit.model.words import INPUT_TABLES
from review_kit.params import Source
from review_kit.scaffold.spans import canonical
from review_kit.scaffold.words import NOT_MEASURED, headings_of, plain
from review_kit.schema import INPUTS

_SEARCHED = 40  # rows among which the headings are looked for
_SAMPLE = 1_000  # different texts that show what a column holds; what is declared is held against all of them
_BELOW = 10  # rows below a heading that show how wide the table is
_NUMBER = re.compile(r"[^0-9\w]{0,4}(?:[A-Z]{2,3} ?)?[(+-−–]?[0-9][0-9.,'’   ]*\)?\s*[^0-9]{0,4}")
_DAY = re.compile(
    r"[0-9]{4}[-/.][0-9]{1,2}[-/.][0-9]{1,2}.*|[0-9]{1,2}[-/. ][0-9]{1,2}[-/. ][0-9]{2,4}|[0-9]{8}"
    r"|[0-9]{1,2}\.?[- ]\w{3,9}\.?[- ,]+[0-9]{2,4}|\w{3,9}\.? [0-9]{1,2}, [0-9]{4}"
)
_A_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_UNWRITABLE = re.compile(r"[\x00-\x1f\x7f\u202a-\u202e\u2066-\u2069]")  # params hold a heading on one line
_FISCAL = re.compile(r"(?:FY ?)?(?:19|20)[0-9]{2}(?:[-/][0-9]{2,4})?|Q[1-4].*[0-9]{2,4}.*", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column of a sheet, and what its cells look like."""

    heading: str
    cells: pd.Series  # text as it stands in the file
    distinct: tuple[str, ...]  # without blanks and without words that say that nothing was measured
    is_typed: bool = False  # its numbers are numbers in the workbook, so that no sign needs to be read

    def share(self, pattern: re.Pattern[str]) -> float:
        """The share of the distinct texts that look so; a lone dash or point says nothing of the others."""
        sample = [text for text in self.distinct[:_SAMPLE] if any(map(str.isalnum, text))]
        return sum(pattern.fullmatch(text) is not None for text in sample) / max(len(sample), 1)

    @property
    def numeric(self) -> float:
        """The share of the texts that look like numbers, however they are written."""
        return self.share(_NUMBER)

    @property
    def dated(self) -> float:
        """The share of the texts that look like days."""
        return self.share(_DAY)

    @property
    def periodic(self) -> float:
        """The share of the texts that look like months, quarters, years or days."""
        sample = self.distinct[:_SAMPLE]
        spans = sum(bool(canonical(text, 2000) or _DAY.fullmatch(text) or _FISCAL.fullmatch(text)) for text in sample)
        return spans / max(len(sample), 1)

    @property
    def holds_years(self) -> bool:
        """Whether it holds years alone."""
        return bool(self.distinct) and all(_A_YEAR.fullmatch(text) for text in self.distinct)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """One sheet with its headings found."""

    source: Source  # how the reader of intake came to the columns
    titles: tuple[str, ...]  # what stands above the headings
    columns: tuple[Column, ...]  # those with a heading of their own
    unusable: tuple[str, ...] = ()  # headings that stand twice or cannot be written on one line
    refused: int = 0  # rows that the reader could not cut into cells
    hidden: bool = False

    @property
    def name(self) -> str:
        """Its name in the workbook, or the file's."""
        return self.source.sheet or Path(self.source.path).name

    @property
    def n_rows(self) -> int:
        """Rows below the headings."""
        return len(self.columns[0].cells) if self.columns else 0

    def column(self, heading: str) -> Column:
        """The column below this heading."""
        return next(column for column in self.columns if column.heading == heading)


@cache
def known_headings() -> frozenset[str]:
    """Everything that a column of ours may be called, and our own names."""
    ours = {plain(column) for table in INPUT_TABLES for column in INPUTS[table].columns}
    return frozenset(
        ours | {word for table in INPUT_TABLES for name in INPUTS[table].columns for word in headings_of(table, name)}
    )


def look_at(root: Path, path: str, seen: SheetPreview) -> Sheet | None:
    """The sheet from its headings on; None where it has nothing like a table."""
    row = header_row(seen.rows)
    if row is None:
        return None
    source = Source(
        path=path,
        sheet=seen.sheet or None,
        header_row=row + 1,
        delimiter=seen.delimiter,
        encoding=seen.encoding,
    )
    raw = Library(root).read(source)
    columns = tuple(
        _column(heading, cells, at, row, seen)
        for at, (heading, cells) in enumerate(zip(raw.headings, raw.columns, strict=False))
        if heading and not _is_unusable(heading, raw.headings)
    )
    unusable = tuple(dict.fromkeys(heading for heading in raw.headings if _is_unusable(heading, raw.headings)))
    if not columns or not len(columns[0].cells):
        return None
    titles = tuple(cell.strip() for line in seen.rows[:row] for cell in line if cell.strip())
    return Sheet(
        source=source, titles=titles, columns=columns, unusable=unusable, refused=raw.unreadable, hidden=seen.hidden
    )


def _is_unusable(heading: str, headings: Sequence[str]) -> bool:
    return bool(heading) and (headings.count(heading) > 1 or _UNWRITABLE.search(heading) is not None)


def _column(heading: str, cells: pd.Series, at: int, row: int, seen: SheetPreview) -> Column:
    distinct = [text.strip() for text in cells.unique() if text.strip()]
    told = tuple(text for text in distinct if text.casefold() not in NOT_MEASURED)
    below = {line for line, column in seen.texts if column == at and line > row}
    typed = bool(seen.sheet) and not any(_NUMBER.fullmatch(seen.rows[line][at].strip()) for line in below)
    return Column(heading=heading, cells=cells, distinct=told, is_typed=typed)


def header_row(rows: Sequence[Sequence[str]]) -> int | None:
    """The row (from 0) that reads most like headings: words we know, as many as the table below is wide."""
    scores = {row: _header_score(rows, row) for row in range(min(len(rows), _SEARCHED))}
    told = {row: score for row, score in scores.items() if score is not None}
    return max(told, key=lambda row: (told[row], -row)) if told else None


def _header_score(rows: Sequence[Sequence[str]], row: int) -> float | None:
    cells = [cell.strip() for cell in rows[row] if cell.strip()]
    below = [line for line in rows[row + 1 : row + 1 + _BELOW] if any(cell.strip() for cell in line)]
    if len(cells) < 2 or not below:  # noqa: PLR2004 - a title is one cell
        return None
    width = sorted(sum(bool(cell.strip()) for cell in line) for line in below)[len(below) // 2]
    known = sum(plain(cell) in known_headings() or bool(canonical(cell[:10], 2000)) for cell in cells)
    words = sum(_NUMBER.fullmatch(cell) is None for cell in cells) / len(cells)
    twice = len(cells) - len(set(cells))
    return 3.0 * known + min(len(cells), width) + words - 2.0 * max(0, width - len(cells)) - 2.0 * twice - 0.5 * row
