"""Where the headings of a sheet stand: in one row, in two or three, or down the first column."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from review_kit.intake.raw import JOINT, joined_headings
from review_kit.model.words import INPUT_TABLES
from review_kit.scaffold.spans import canonical, is_unit, without_plan
from review_kit.scaffold.words import headings_of, plain
from review_kit.schema import INPUTS

# a number as people write it, with a sign or a unit at most
NUMBER = re.compile(r"[^0-9\w]{0,4}(?:[A-Z]{2,3} ?)?[-(+−–]?[0-9][0-9.,'’\u00a0\u202f ]*\)?\s*[^0-9]{0,4}")
_SEARCHED = 40  # rows among which the headings are looked for
_BELOW = 10  # rows below a heading that show how wide the table is
_FACTS = 3  # of a KPI that stand one below the other before a sheet is taken for turned
_LONGEST_PERIOD = 24  # letters of a heading that is a period

Lines = Sequence[Sequence[str]]


@dataclass(frozen=True, slots=True)
class Layout:
    """The place of the headings."""

    row: int  # their first row, from 0
    lines: int = 1
    turned: bool = False  # they run down the first column


@cache
def known_headings() -> frozenset[str]:
    """Everything that a column of ours may be called, and our own names."""
    ours = {plain(column) for table in INPUT_TABLES for column in INPUTS[table].columns}
    return frozenset(
        ours | {word for table in INPUT_TABLES for name in INPUTS[table].columns for word in headings_of(table, name)}
    )


def layout_of(rows: Lines) -> Layout | None:
    """The rows that read most like headings: words we know, as many as the table below is wide. None: no table."""
    turned = _turned_at(rows)
    if turned is not None:
        return Layout(turned, turned=True)
    scores = {}
    for row in range(min(len(rows), _SEARCHED)):
        scores[Layout(row)] = _score(rows, [cell.strip() for cell in rows[row]], row, row + 1)
        if _are_two_lines(rows[row], rows[row + 1] if row + 1 < len(rows) else ()):
            scores[Layout(row, lines=2)] = _score(rows, joined_headings(rows[row : row + 2]), row, row + 2)
        if _are_three_lines(rows[row : row + 3]):
            scores[Layout(row, lines=3)] = _score(rows, joined_headings(rows[row : row + 3]), row, row + 3)
    told = {layout: score for layout, score in scores.items() if score is not None}
    return max(told, key=lambda layout: (told[layout], -layout.row)) if told else None


def _score(rows: Lines, heads: Sequence[str], row: int, below: int) -> float | None:
    cells = [cell for cell in heads if cell]
    records = [line for line in rows[below : below + _BELOW] if any(cell.strip() for cell in line)]
    if len(cells) < 2 or not records:  # noqa: PLR2004 - a title is one cell
        return None
    width = sorted(sum(bool(cell.strip()) for cell in line) for line in records)[len(records) // 2]
    known = sum(_is_known(cell) for cell in cells)
    words = sum(NUMBER.fullmatch(cell) is None for cell in cells) / len(cells)
    twice = len(cells) - len(set(cells))
    figures = sum(NUMBER.fullmatch(cell) is not None and not _is_known(cell) for cell in cells)
    twice += 3 * (2 * figures > len(cells)) + _are_words(records[0])  # a record; headings that go on with units
    return 3.0 * known + min(len(cells), width) + words - 2.0 * max(0, width - len(cells)) - 2.0 * twice - 0.5 * row


def _is_known(heading: str) -> bool:
    """Whether it is a word that we know or a period; of a heading of two lines the lower one may say it alone."""
    last = heading.rpartition(JOINT)[2]
    return plain(last) in known_headings() or bool(
        canonical(heading[:_LONGEST_PERIOD], 2000) or canonical(last[:_LONGEST_PERIOD], 2000)
    )


def _are_two_lines(upper: Sequence[str], lower: Sequence[str]) -> bool:
    """Whether the upper line spans headings of the lower one.

    That shows where a heading of the lower line stands below nothing, and the lower line alone would not do: it says
    the same twice, or is blank below a heading.
    """
    above, below = ([cell.strip() for cell in line] for line in (upper, lower))
    width = max(len(above), len(below))
    above, below = (line + [""] * (width - len(line)) for line in (above, below))
    told = [text for text in below if text]
    first = next((at for at, text in enumerate(above) if text), width)
    spanned = any(low and not high for high, low in zip(above[first:], below[first:], strict=True))
    lacking = len(set(told)) < len(told) or any(high and not low for high, low in zip(above, below, strict=True))
    known = sum(_is_known(text) for text in told)
    return spanned and lacking and len(told) >= 2 and 2 * known >= len(told)  # noqa: PLR2004 - one cell spans nothing


def _are_three_lines(lines: Lines) -> bool:
    """Whether three lines make periods together, each with a word of its own: 2025 over Q1 over Actual or EUR."""
    if len(lines) < 3:  # noqa: PLR2004 - three lines
        return False
    heads = joined_headings(lines)
    spans = [at for at, head in enumerate(heads) if _is_period(head)]
    each = all(any(at < len(line) and line[at].strip() for at in spans) for line in lines)
    figures = [cell for cell in lines[2] if NUMBER.fullmatch(cell.strip()) and not canonical(cell.strip(), 2000)]
    return len(spans) >= 2 and each and not figures and len(heads) > len(spans)  # noqa: PLR2004 - one is no table


def _is_period(heading: str) -> bool:
    """Whether it is a period, a planned one or one of a part of the organisation."""
    text = without_plan(heading) or heading
    return bool(canonical(text, 2000) or canonical(text.partition(JOINT)[2], 2000))


def _are_words(line: Sequence[str]) -> bool:
    """Whether a line says units alone, and nothing in its first cell."""
    told = [cell.strip() for cell in line if cell.strip()]
    return not line[0].strip() and len(told) >= 2 and all(is_unit(text) for text in told)  # noqa: PLR2004 - one cell


def _turned_at(rows: Lines) -> int | None:
    """The row from which the first column tells what a KPI is: its name, and facts such as unit, target and owner."""
    names = _called(("name", "kpi_id"))
    told = _called(ours for ours in INPUTS["kpis"].columns if ours not in {"name", "kpi_id"}) - names
    for row, line in enumerate(rows[:_SEARCHED]):
        if line and plain(line[0]) in names:
            facts = {plain(cells[0]) for cells in rows[row:] if cells} & told
            if len(facts) >= _FACTS and len(facts) > sum(plain(cell) in known_headings() for cell in line[1:]):
                return row
    return None


def _called(columns: Iterable[str]) -> set[str]:
    """What people call these columns of KPIs."""
    return {word for ours in columns for word in (plain(ours), *headings_of("kpis", ours))}
