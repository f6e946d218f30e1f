"""Their columns become ours, as params say; text stays text."""

import re
from collections.abc import Set as AbstractSet
from difflib import SequenceMatcher
from functools import partial

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, joined
from review_kit.intake.ledger import OUTSIDE, REFUSED, Ledger, shown
from review_kit.intake.raw import JOINT, RawTable
from review_kit.intake.readers.delimited import excel_delimiter, likely_delimiter
from review_kit.model.fault import Severity
from review_kit.model.nearest import nearest
from review_kit.params import Source
from review_kit.schema import Kind, TableSchema

_LISTED = 10  # texts of a column that a hint names
_COMPARED = 1_000  # texts of a column that are compared letter by letter; more would take long and help nobody
ANY_OTHER = "*"  # in `values`: every text that is not named
_BRACKETS = re.compile(r"\(([^()]*)\)[^()]*$")
_HARDLY_REPEATED = frozenset({Kind.NUMBER, Kind.TARGET})
_MELTED_INTO = {"actuals": "value", "targets": "target"}


def map_columns(raw: RawTable, table: str, schema: TableSchema, source: Source) -> tuple[Ledger, dict[str, Coded]]:
    """The ledger of the source, and its cells under our names, missing where nothing was measured."""
    ledger = Ledger(table=table, file=source.name, sheet=raw.sheet, faults=list(raw.faults), unreadable=raw.unreadable)
    ledger.turned = raw.turned
    if any(fault.severity is Severity.ERROR and fault.row is None for fault in raw.faults) or not raw.headings:
        ledger.sound = False
        return _lost(ledger, raw, schema, source)
    origin = _origins(raw, table, schema, source, ledger)
    ledger.declared, ledger.own = frozenset((*source.constants, *source.melt)), frozenset((*origin, *source.constants))
    if not ledger.sound:
        ledger.faults = [fault for fault in ledger.faults if fault.rule not in {"extra-cell", "missing-cell"}]
        return _lost(ledger, raw, schema, source)
    if source.melt:
        cells = _melt(raw, table, schema, source, origin, ledger)
        return (ledger, cells) if ledger.sound else _lost(ledger, raw, schema, source)
    ledger.rows = raw.rows
    ledger.state = np.zeros(len(raw.rows), dtype=np.int8)
    ledger.texts |= {ours: _cells(ours, raw, theirs, schema, source) for ours, theirs in origin.items()}
    cells = _finish(source, ledger)
    _keep_where(raw, source, ledger)
    return (ledger, cells) if ledger.sound else _lost(ledger, raw, schema, source)


def _lost(ledger: Ledger, raw: RawTable, schema: TableSchema, source: Source) -> tuple[Ledger, dict[str, Coded]]:
    """Every row (every cell of a wide table) refused, because the file as a whole cannot be used."""
    width = len(next(iter(source.melt.values()), ("",)))
    ledger.rows = np.repeat(raw.rows, width)
    ledger.unreadable = raw.unreadable * width
    ledger.state = np.full(len(ledger.rows), REFUSED, dtype=np.int8)
    return ledger, dict.fromkeys(schema.columns, Coded.absent(len(ledger.rows)))


def _origins(
    raw: RawTable, table: str, schema: TableSchema, source: Source, ledger: Ledger
) -> dict[str, tuple[int, ...]]:
    """For each of our columns that the file holds, the positions of theirs. Faults where headings are missing."""
    at: dict[str, list[int]] = {}
    for position, heading in enumerate(raw.headings):
        at.setdefault(heading, []).append(position)
    melted = {heading for entries in source.melt.values() for heading, _ in entries}
    given = set(source.constants) | set(source.melt) | ({_MELTED_INTO[table]} if source.melt else set())
    wanted = source.columns | {ours: (theirs,) for ours, theirs in source.in_brackets.items()}
    wanted |= {ours: (ours,) for ours in schema.columns if ours not in wanted and ours not in given and ours in at}
    origin = {}
    for ours, theirs in wanted.items():
        ledger.headings[ours] = JOINT.join(theirs)
        for heading in theirs:
            _must_stand_once(heading, at, raw, ledger, source)
        if all(len(at.get(heading, ())) == 1 for heading in theirs):
            origin[ours] = tuple(at[heading][0] for heading in theirs)
    for heading in (*sorted(melted), *source.where):
        _must_stand_once(heading, at, raw, ledger, source)
    _must_be_complete(table, raw, schema, wanted.keys() | given, ledger, source)
    _tell_unused(raw, schema, wanted, melted | given, ledger)
    return origin


def _must_be_complete(
    table: str, raw: RawTable, schema: TableSchema, named: AbstractSet[str], ledger: Ledger, source: Source
) -> None:
    """Whether every column that the contract asks for has an origin; actuals need a value or the parts of a ratio."""
    for ours, column in schema.columns.items():
        if column.named and ours not in named:
            _tell_missing(ours, raw, ledger, source)
    if table == "actuals" and "value" not in named:
        if {"numerator", "denominator"} <= named:
            ledger.value_hint = _missing_hint("value", raw, source)
        else:
            _tell_missing("value", raw, ledger, source)


def _must_stand_once(heading: str, at: dict[str, list[int]], raw: RawTable, ledger: Ledger, source: Source) -> None:
    if len(at.get(heading, ())) > 1:
        message = f"the heading '{shown(heading)}' stands {len(at[heading])} times."
        hint = "rename or remove the columns that are not meant."
        ledger.whole_file("duplicate-column", message, hint, column=heading, row=source.header_row)
    elif heading not in at:
        _tell_missing(heading, raw, ledger, source)


def _tell_missing(heading: str, raw: RawTable, ledger: Ledger, source: Source) -> None:
    excels = excel_delimiter(raw.headings, source.delimiter) if source.header_row == 1 else ""
    sign = excels or likely_delimiter(raw.headings, source.delimiter)
    if excels:
        how = "" if excels == source.delimiter else f"'delimiter: \"{_named(excels)}\"' and "
        rule = "wrong-delimiter" if how else "missing-column"
        hint = f"the first line only tells Excel how cells are parted: add {how}'header_row: 2' to its source."
    elif sign:
        name = _named(sign)
        rule, hint = "wrong-delimiter", f"its cells seem to be parted by '{name}': add 'delimiter: \"{name}\"'."
    else:
        rule, hint = "missing-column", _missing_hint(heading, raw, source)
    message = f"no column is called '{shown(heading)}'."
    ledger.whole_file(rule, message, hint, column=heading, row=source.header_row)


def _named(delimiter: str) -> str:
    return "tab" if delimiter == "\t" else delimiter


def _missing_hint(heading: str, raw: RawTable, source: Source) -> str:
    for row, cells in raw.first:
        if heading in {cell.strip() for cell in cells}:
            alone = ", and take header_rows out" if source.header_rows > 1 else ""
            return f"row {row} looks like the row of the headings: add 'header_row: {row}'{alone}."
    names = [name for name in raw.headings if name]
    near = nearest(heading, names) or next((name for name in names if heading.casefold() in name.casefold()), "")
    if near and heading in {theirs for theirs, _ in _melted(source)} | set(source.where):
        return f"if '{shown(near)}' is meant, correct '{shown(heading)}' in params."
    if near:
        return f"if '{shown(near)}' is meant, add 'columns: {{{heading}: {shown(near)}}}' to its source."
    if below := _second_line(raw, source):
        return (
            f"row {below} looks like a second line of headings: add 'header_rows: 2', and name them as "
            "'upper · lower' in columns."
        )
    listed = ", ".join(shown(name) for name in names[:20])
    return f"row {source.header_row} has the headings {listed}."


def _melted(source: Source) -> list[tuple[str, str]]:
    return [entry for entries in source.melt.values() for entry in entries]


def _second_line(raw: RawTable, source: Source) -> int:
    """The row below the headings, where it holds words alone and fills gaps that they leave; 0 for any other."""
    row = source.header_row + 1
    cells = next((cells for at, cells in raw.first if at == row), [])
    texts = [cell.strip() for cell in cells]
    gaps = any(text and (at >= len(raw.headings) or not raw.headings[at]) for at, text in enumerate(texts))
    words = texts and all(not any(letter.isdigit() for letter in text) for text in texts)
    return row if source.header_rows == 1 and gaps and words else 0


def _tell_unused(
    raw: RawTable, schema: TableSchema, wanted: dict[str, tuple[str, ...]], taken: set[str], ledger: Ledger
) -> None:
    """Warns of headings that look like one of our columns that the file does not have: a typing slip loses a column."""
    told = any(fault.rule == "missing-column" for fault in ledger.faults)  # its hint names the heading already
    used = {heading for theirs in wanted.values() for heading in theirs} | taken
    free = [ours for ours in schema.columns if ours not in wanted and ours not in taken]
    for heading in raw.headings:
        if heading and heading not in used:
            folded = heading.casefold().replace(" ", "_")
            near = nearest(folded, free) if len(folded) > 3 else ""  # noqa: PLR2004 - shorter words are like any
            if (
                near
                and not (told and _is_named(near, schema))
                and (near == folded or (abs(len(near) - len(folded)) <= 1 and _one_slip(near, folded)))
            ):
                message = f"the column '{shown(heading)}' is not used."
                hint = f"did you mean '{near}'? Rename it, or add 'columns: {{{near}: {shown(heading)}}}'."
                ledger.note("unused-column", message, hint, Severity.WARNING, column=heading)
            if "restricted_to" in free and _SAYS_WHO_MAY_SEE.search(heading):
                message = f"the column '{shown(heading)}' seems to say who may see a row, and would not be heeded."
                hint = f"add 'columns: {{restricted_to: {shown(heading)}}}', or take the column out of the file."
                ledger.note("unknown-clearance", message, hint, Severity.ERROR, column=heading)


# what cannot be heeded must not be passed over: an edition would show what somebody meant to hold back
_SAYS_WHO_MAY_SEE = re.compile(r"restrict|confidential|clearance|visib|vertraulich|audience|may[ _-]see", re.IGNORECASE)


def _is_named(ours: str, schema: TableSchema) -> bool:
    return schema.columns[ours].named or ours == "value"


def _one_slip(one: str, other: str) -> bool:
    """Whether two words differ by one letter, or by two that changed places."""
    if len(one) == len(other):
        differ = [index for index in range(len(one)) if one[index] != other[index]]
        swapped = len(differ) == 2 and one[differ[0]] == other[differ[1]] and one[differ[1]] == other[differ[0]]  # noqa: PLR2004
        return len(differ) <= 1 or swapped
    short, long = sorted((one, other), key=len)
    return any(long[:index] + long[index + 1 :] == short for index in range(len(long)))


def _cells(ours: str, raw: RawTable, theirs: tuple[int, ...], schema: TableSchema, source: Source) -> Coded:
    """The cells of our column as they stand in the file; of several one text, those that say nothing left out."""
    if len(theirs) == 1:
        column = raw.columns[theirs[0]]
        reworded = ours in source.values or ours in source.in_brackets
        return column if schema.columns[ours].kind in _HARDLY_REPEATED and not reworded else column.numbered()
    nothing = {"", *source.missing}
    parts = [raw.columns[at].changed(lambda texts: texts.str.strip()).numbered() for at in theirs]
    return joined(parts, lambda cells: JOINT.join(cell for cell in cells if cell not in nothing))


def _finish(source: Source, ledger: Ledger) -> dict[str, Coded]:
    """The cells with constants, brackets, translated values and missing texts, in this order."""
    cells = dict(ledger.texts)
    for ours, constant in source.constants.items():
        cells[ours] = Coded.constant(constant, len(ledger.rows))
        ledger.texts.setdefault(ours, cells[ours])
        ledger.headings.setdefault(ours, ours)
    return {ours: column.changed(partial(_meant, ours=ours, source=source)) for ours, column in cells.items()}


def _meant(texts: pd.Series, ours: str, source: Source) -> pd.Series:
    """The texts as params say that they are meant; missing where nothing was measured."""
    texts = texts.str.strip()
    if ours in source.in_brackets:
        texts = pd.Series([_in_brackets(text) for text in texts], dtype="str")
    if ours in source.values:
        words = source.values[ours]
        texts = pd.Series([words.get(text, words.get(ANY_OTHER, text)) for text in texts], dtype="str")
    nothing = texts.eq("")
    if source.missing:
        nothing |= texts.isin([entry.strip() for entry in source.missing])
    return texts.mask(nothing) if nothing.any() else texts


def _in_brackets(text: str) -> str:
    found = _BRACKETS.search(text)
    return found[1].strip() if found else ""


def _melt(
    raw: RawTable,
    table: str,
    schema: TableSchema,
    source: Source,
    origin: dict[str, tuple[int, ...]],
    ledger: Ledger,
) -> dict[str, Coded]:
    """One row per cell of a wide table, row by row as people read."""
    ours, entries = next(iter(source.melt.items()))
    value = _MELTED_INTO[table]
    count, width = len(raw.rows), len(entries)
    position = {heading: number for number, heading in enumerate(raw.headings)}
    again = np.repeat(np.arange(count), width)
    ledger.rows = raw.rows[again]
    ledger.unreadable = raw.unreadable * width
    ledger.state = np.zeros(len(again), dtype=np.int8)
    ledger.melted = value
    turn = np.tile(np.arange(width), count)
    ledger.cell_headings = pd.Series([heading for heading, _ in entries], dtype="str").take(turn).reset_index(drop=True)
    ledger.headings[ours] = ledger.headings[value] = ", ".join(heading for heading, _ in entries)
    ledger.texts |= {name: _cells(name, raw, at, schema, source).taken(again) for name, at in origin.items()}
    ledger.texts[ours] = Coded(pd.Series([label for _, label in entries], dtype="str"), turn)
    wide = pd.concat([raw.columns[position[heading]].rows() for heading, _ in entries], ignore_index=True)
    order = np.arange(count * width).reshape(width, count).T.reshape(-1)
    ledger.texts[value] = Coded.each(wide.take(order).reset_index(drop=True))
    cells = _finish(source, ledger)
    _keep_where(raw, source, ledger, again)
    return cells


def _keep_where(raw: RawTable, source: Source, ledger: Ledger, again: np.ndarray | None = None) -> None:
    """Rows whose cells do not say what `where` asks for lie outside; it is refused where it leaves nothing."""
    position = {heading: number for number, heading in enumerate(raw.headings)}
    kept = np.ones(len(raw.rows), dtype=bool)
    for heading, texts in source.where.items():
        cells = raw.columns[position[heading]].changed(lambda texts: texts.str.strip()).numbered()
        wanted = [text.strip() for text in texts]
        said = cells.where(cells.texts.isin(wanted))
        strangers = [text for text in wanted if not cells.texts.eq(text).any()]
        if len(raw.rows) and not said.any():
            _refuse_where(heading, strangers, cells, ledger)
        elif ledger.sound and len(raw.rows) and not (kept & said).any():
            there = Coded.of(cells.rows()[kept])
            _refuse_where(heading, wanted, there, ledger, " among the rows that the rest of `where` leaves")
        else:
            _warn_slips(heading, strangers, wanted, cells, ledger)
        kept &= said
    ledger.state[~(kept if again is None else kept[again])] = OUTSIDE


def _refuse_where(heading: str, wanted: list[str], cells: Coded, ledger: Ledger, among: str = "") -> None:
    """No row is left: the file as a whole has nothing to give."""
    none = " and none ".join(f"'{shown(text)}'" for text in wanted[:_LISTED])
    there = ", ".join(f"'{shown(text)}'" for text in _nearest_first(wanted, cells))
    message = f"`where` leaves no row: none says {none}{among}."
    hint = f"the column says {there}: correct `where` of this source." if there else "the column is empty."
    ledger.whole_file("nothing-selected", message, hint, column=heading)


def _nearest_first(wanted: list[str], cells: Coded) -> list[str]:
    """The texts of a column, the most like one that is wanted first, then as they stand there."""
    texts = [str(text) for text in cells.texts if str(text)]

    def unlike(text: str) -> float:
        return -max((SequenceMatcher(None, text.casefold(), one.casefold()).ratio() for one in wanted), default=0.0)

    return sorted(texts[:_COMPARED], key=unlike)[:_LISTED]


def _warn_slips(heading: str, strangers: list[str], wanted: list[str], cells: Coded, ledger: Ledger) -> None:
    """Texts that no row says while rows that are left out say nearly the same: a slip leaves them out.

    Texts with digits are like others of their kind without a slip: 2025 is like 2024.
    """
    left_out = [str(text) for text in cells.texts if str(text) and text not in wanted][:_COMPARED]
    for text in strangers:
        near = "" if any(map(str.isdigit, text)) else nearest(text, left_out)
        if near:
            message = f"`where` asks for '{shown(text)}', which no row says; rows with '{shown(near)}' are left out."
            hint = f"did you mean '{shown(near)}'? Correct `where` of this source."
            ledger.note("nothing-selected", message, hint, Severity.WARNING, column=heading)
