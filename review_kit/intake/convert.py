"""Cells to typed columns by the table's contract; each distinct text is judged once."""

import re
from collections.abc import Callable, Mapping
from typing import Any

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded
from review_kit.intake.hostile_text import LOST, SUSPECT, why_hostile
from review_kit.intake.ledger import Ledger, shown
from review_kit.intake.number_hints import why_not_numbers
from review_kit.intake.numbers import Problem, convert_numbers
from review_kit.intake.periods import PeriodReader
from review_kit.intake.target_text import convert_targets
from review_kit.model.nearest import did_you_mean
from review_kit.params import Source
from review_kit.schema import Column, Kind, TableSchema

_KEPT_FROM_RUNNING = (
    r"^'(['\s]*(?:[=@\t\x{FF1D}\x{FF20}]|[+\x{FF0B}-]\s*[^0-9.\s]))"  # as the tables of the next cycle are written
)
_LEAST_HEADINGS = 2  # that a row repeats: a single text may well be the name of its column
_YES, _NO = frozenset({"yes", "y", "true", "1"}), frozenset({"no", "n", "false", "0"})


class Converter:
    """Turns the mapped text of one source into typed columns; faults go to its ledger."""

    def __init__(self, ledger: Ledger, source: Source, reader: PeriodReader, params_file: str) -> None:
        self.ledger = ledger
        self.source = source
        self.reader = reader
        self.params_file = params_file

    def table(self, cells: Mapping[str, Coded], schema: TableSchema) -> tuple[pd.DataFrame, dict[str, Coded]]:
        """All columns of the contract, what is absent missing, and those of them that hold texts also as numbered.

        Targets stay text: they need the KPI's unit.
        """
        length = len(self.ledger.rows)
        cells = self._without_repeated_header(cells)
        columns: dict[str, pd.Series | Coded] = {}
        for name, column in schema.columns.items():
            given = cells[name] if name in cells else Coded.absent(length)
            columns |= self._column(name, column, given)
        words = {name: column for name, column in columns.items() if isinstance(column, Coded)}
        typed = {name: column.rows() if isinstance(column, Coded) else column for name, column in columns.items()}
        return pd.DataFrame(typed, copy=False), words

    def _without_repeated_header(self, cells: Mapping[str, Coded]) -> Mapping[str, Coded]:
        """Exports put one behind the other repeat their headings among the rows: one fault for each such row."""
        ledger = self.ledger
        named = [name for name in cells if name in ledger.headings and name in ledger.texts and name != ledger.melted]
        again = np.ones(len(ledger.rows), dtype=bool)
        for name in named:
            if not again.any():
                return cells
            heading = ledger.headings[name]
            written = [heading, heading.upper(), heading.lower(), heading.capitalize(), heading.title()]
            again &= cells[name].where(cells[name].texts.isin(written))
        if len(named) < _LEAST_HEADINGS or not again.any():
            return cells
        column = "period" if "period" in named else named[0]
        rule = "bad-period" if column == "period" else "repeated-header"
        ledger.refuse_rows(again, column, rule, "the headings stand here again.", "take the row out of the file.")
        return {name: column.only(~again) for name, column in cells.items()}

    def _column(self, name: str, column: Column, cells: Coded) -> Mapping[str, pd.Series | Coded]:
        if column.kind is Kind.PERIOD:
            return self.periods(name, cells)
        return {name: self._values(name, column, cells)}

    def _values(self, name: str, column: Column, cells: Coded) -> pd.Series | Coded:
        kind, words = column.kind, column.choices
        if kind is Kind.NUMBER:
            numbers = self.numbers(name, cells)
            return numbers if column.default is None else numbers.fillna(column.default)
        if kind is Kind.DATE:
            return self.dates(name, cells)
        if kind is Kind.FLAG:
            return cells.spread(pd.Series(self._judge(name, cells, _flag), dtype="object")).astype("boolean")
        if kind is Kind.LIST:
            return self._reworded(name, cells.changed(_as_meant), lambda text: _listing(text, words, name))
        if kind is Kind.TARGET:
            return cells.rows()
        self._refuse_unsafe(name, cells, lines=column.lines)
        cells = cells.changed(_as_meant)
        if kind is Kind.CHOICE:
            by_fold = {word.casefold(): word for word in words}
            cells = self._reworded(name, cells, lambda text: by_fold.get(text.casefold(), text))
        return cells if column.default is None else cells.filled(str(column.default))

    def numbers(self, name: str, cells: Coded) -> pd.Series:
        """Finite numbers; each text that is none becomes a fault with the way to declare it."""
        values, bad = convert_numbers(cells.texts, self.source)
        if bad.any():
            wrong = cells.only(cells.where(bad))
            self._refuse(name, wrong, list(why_not_numbers(wrong.texts, self.source, self.params_file)))
        return cells.spread(pd.Series(values, copy=not values.flags.writeable))  # Arrow lends what nobody may change

    def periods(self, name: str, cells: Coded) -> Mapping[str, pd.Series | Coded]:
        """Label, first and last day."""
        spans = self._judge(name, cells, self.reader.seeing(cells.texts).period)
        labels = pd.Series([span.label if span else None for span in spans], dtype="str")
        found: dict[str, pd.Series | Coded] = {name: cells.changed(lambda _: labels)}
        for side in ("start", "end"):
            days = pd.Series([getattr(span, side) if span else None for span in spans], dtype="datetime64[s]")
            found[f"{name}_{side}"] = cells.spread(days)
        return found

    def dates(self, name: str, cells: Coded) -> pd.Series:
        """Days of the calendar."""
        return cells.spread(pd.Series(self._judge(name, cells, self.reader.day), dtype="datetime64[s]"))

    def targets(self, frame: pd.DataFrame, units: pd.Series, directions: pd.Series) -> pd.DataFrame:
        """The frame with its target texts as numbers; a written range fills target_low and target_high."""
        read, problems = convert_targets(frame["target"].astype("str"), units, directions, self.source)
        for kind in dict.fromkeys(problems.values()):
            where = np.zeros(len(frame), dtype=bool)
            where[[at for at, problem in problems.items() if problem == kind]] = True
            self.ledger.refuse(where, "target", kind.rule, kind.message, kind.hint)
        frame = frame.assign(target=read["target"].to_numpy())
        written = read["target_low"].notna().to_numpy()
        for side in ("target_low", "target_high"):
            given = frame[side].to_numpy()
            differs = written & ~np.isnan(given) & (given != read[side].to_numpy())
            told = f"'{{value}}' differs from the {side} of the row."
            self.ledger.refuse(differs, "target", "bad-target", told, "say the range once.")
            frame[side] = np.where(written, read[side].to_numpy(), given)
        said, strict = frame["strict"], read["strict"].set_axis(frame.index)
        differs = (said.notna() & strict.notna() & said.ne(strict.eq(1.0))).to_numpy(dtype=bool, na_value=False)
        told = "'{value}' says one thing about a tie, and the column strict the other."
        self.ledger.refuse(
            differs, "target", "bad-target", told, "write the operator that is meant, and leave strict blank."
        )
        frame["strict"] = said.fillna(strict.eq(1.0).astype("boolean").where(strict.notna()))
        return frame

    def _reworded(self, name: str, cells: Coded, rule: Callable[[str], str | Problem]) -> Coded:
        found = self._judge(name, cells, rule)
        return cells.changed(lambda _: pd.Series(found, dtype="str"))

    def _judge(self, name: str, cells: Coded, rule: Callable[[str], Any]) -> list[Any]:
        """What the rule makes of each distinct text; problems become faults, and None."""
        found = [rule(str(text)) for text in cells.texts]
        self._refuse(name, cells, [made if isinstance(made, Problem) else None for made in found])
        return [None if isinstance(made, Problem) else made for made in found]

    def _refuse(self, name: str, cells: Coded, problems: list[Problem | None]) -> None:
        """Faults of the same kind told together, so that a thousand of them stay a thousand lines at most."""
        for kind in dict.fromkeys(problem for problem in problems if problem is not None):
            where = cells.where([problem == kind for problem in problems])
            self.ledger.refuse(where, name, kind.rule, kind.message, kind.hint)

    def _refuse_unsafe(self, name: str, cells: Coded, *, lines: bool) -> None:
        if not len(cells.texts):
            return
        suspect = cells.texts.str.contains(SUSPECT, regex=True)
        if suspect.any():
            odd = zip(cells.texts, suspect, strict=True)
            self._refuse(name, cells, [why_hostile(str(text), lines=lines) if doubt else None for text, doubt in odd])
        lost = cells.texts.str.contains(LOST, regex=True)
        if lost.any():
            told = "letters of '{value}' were lost or garbled when it was saved in another encoding."
            hint = "type the text anew, or export the table again as UTF-8."
            self.ledger.warn(cells.where(lost), name, "bad-encoding", told, hint)


def _as_meant(texts: pd.Series) -> pd.Series:
    """Texts without the apostrophe that keeps a spreadsheet from running them: "'=1+1" is meant as =1+1."""
    marked = texts.str.startswith("'").fillna(value=False)
    if not marked.any():
        return texts
    return texts.mask(marked, texts.str.replace(_KEPT_FROM_RUNNING, r"\1", regex=True))


def _flag(text: str) -> bool | Problem:
    folded = text.casefold()
    if folded in _YES | _NO:
        return folded in _YES
    return Problem("not-a-flag", "'{value}' is neither yes nor no.", "write yes or no, or leave the cell empty.")


def _listing(text: str, words: tuple[str, ...], name: str) -> str | Problem:
    """Entries joined by ';', each once."""
    entries = list(dict.fromkeys(entry.strip() for entry in re.split(r"[;,\n]", text) if entry.strip()))
    if not words:
        return ";".join(entries)
    known = {word.casefold(): word for word in words}
    unknown = next((entry for entry in entries if entry.casefold() not in known), None)
    if unknown is not None:
        rule = "unknown-audience" if name == "restricted_to" else f"bad-{name}"
        hint = did_you_mean(unknown, words, f"write {', '.join(words)}, parted by ';'.")
        return Problem(rule, f"'{{value}}' names '{shown(unknown)}', which is not {_or(words)}.", hint)
    return ";".join(known[entry.casefold()] for entry in entries)


def _or(words: tuple[str, ...]) -> str:
    return ", ".join(words[:-1]) + f" or {words[-1]}"
