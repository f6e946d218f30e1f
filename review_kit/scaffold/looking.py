"""A sheet as a proposal sees it: where its headings stand, what stands above them, and its columns as text."""

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import pandas as pd

from review_kit.intake.preview import SheetPreview
from review_kit.intake.sources import Library
from review_kit.params import Source
from review_kit.scaffold.layout import NUMBER, Layout, layout_of
from review_kit.scaffold.spans import canonical, same_beginning
from review_kit.scaffold.words import NOT_MEASURED

_SAMPLE = 1_000  # different texts that show what a column holds; what is declared is held against all of them
DAY = re.compile(
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
        return self.share(NUMBER)

    @property
    def dated(self) -> float:
        """The share of the texts that look like days."""
        return self.share(DAY)

    @property
    def periodic(self) -> float:
        """The share of the texts that look like months, quarters, years or days; words before all of them count not."""
        begun = len(same_beginning(self.distinct[:_SAMPLE]))
        sample = [text[begun:] for text in self.distinct[:_SAMPLE]]
        spans = sum(bool(canonical(text, 2000) or DAY.fullmatch(text) or _FISCAL.fullmatch(text)) for text in sample)
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
    headless: bool = False  # the first column has no heading, so that nobody can name it
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

    def only(self, heading: str, texts: Collection[str]) -> "Sheet":
        """The sheet with the rows alone that say one of these texts below a heading."""
        kept = self.column(heading).cells.str.strip().isin(list(texts))
        columns = (
            _column(column.heading, column.cells[kept].reset_index(drop=True), typed=column.is_typed)
            for column in self.columns
        )
        return replace(self, columns=tuple(columns))


def look_at(root: Path, path: str, seen: SheetPreview) -> Sheet | None:
    """The sheet from its headings on; None where it has nothing like a table."""
    layout = layout_of(seen.rows)
    if layout is None:
        return None
    source = Source(
        path=path,
        sheet=seen.sheet or None,
        header_row=layout.row + 1,
        header_rows=layout.lines,
        transpose=layout.turned,
        delimiter=seen.delimiter,
        encoding=seen.encoding,
    )
    raw = Library(root).read(source)
    columns = tuple(
        _column(heading, cells.rows(), typed=_is_typed(seen, layout, raw.turned.get(heading, at + 1) - 1))
        for at, (heading, cells) in enumerate(zip(raw.headings, raw.columns, strict=False))
        if heading and not _is_unusable(heading, raw.headings)
    )
    unusable = tuple(dict.fromkeys(heading for heading in raw.headings if _is_unusable(heading, raw.headings)))
    if not columns or not len(columns[0].cells):
        return None
    names = raw.columns[0].texts.str.strip() if not raw.headings[0] else pd.Series([], dtype="str")
    headless = bool(names.ne("").any() and not names.str.fullmatch("[0-9]*").all())  # numbers of rows are no names
    titles = tuple(cell.strip() for line in seen.rows[: layout.row] for cell in line if cell.strip())
    return Sheet(
        source=source,
        titles=titles,
        columns=columns,
        unusable=unusable,
        headless=headless,
        refused=raw.unreadable,
        hidden=seen.hidden,
    )


def _is_unusable(heading: str, headings: Sequence[str]) -> bool:
    return bool(heading) and (headings.count(heading) > 1 or _UNWRITABLE.search(heading) is not None)


def _column(heading: str, cells: pd.Series, *, typed: bool) -> Column:
    distinct = [text.strip() for text in cells.unique() if text.strip()]
    told = tuple(text for text in distinct if text.casefold() not in NOT_MEASURED)
    return Column(heading=heading, cells=cells, distinct=told, is_typed=typed)


def _is_typed(seen: SheetPreview, layout: Layout, at: int) -> bool:
    """Whether no cell of the column `at` (of the row, in a turned sheet) is a number that was typed as a text."""
    if layout.turned:
        cells = {(row, column) for row, column in seen.texts if row == at and column}
    else:
        cells = {(row, column) for row, column in seen.texts if column == at and row >= layout.row + layout.lines}
    return bool(seen.sheet) and not any(NUMBER.fullmatch(seen.rows[row][column].strip()) for row, column in cells)
