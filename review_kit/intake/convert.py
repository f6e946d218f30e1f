"""Cells to typed columns by the table's contract; each distinct text is converted once."""

import re
from collections.abc import Callable, Iterable
from typing import Any

import numpy as np
import pandas as pd

from review_kit.intake.hostile_text import LOST, SUSPECT, why_hostile
from review_kit.intake.ledger import Ledger, shown
from review_kit.intake.number_hints import why_not_numbers
from review_kit.intake.numbers import Problem, convert_numbers
from review_kit.intake.periods import PeriodReader
from review_kit.intake.target_text import convert_targets
from review_kit.model.nearest import did_you_mean
from review_kit.model.period import Period
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

    def table(self, texts: pd.DataFrame, schema: TableSchema) -> pd.DataFrame:
        """All columns of the contract but targets, which need the KPI's unit; what is absent is missing."""
        texts = self._without_repeated_header(texts)
        columns: dict[str, pd.Series] = {}
        absent = pd.Series(np.nan, index=texts.index, dtype="str")
        for name, column in schema.columns.items():
            given = texts.get(name, absent)
            columns |= self._column(name, column, given)
        return pd.DataFrame(columns, index=texts.index)

    def _without_repeated_header(self, texts: pd.DataFrame) -> pd.DataFrame:
        """Exports put one behind the other repeat their headings among the rows: one fault for each such row."""
        ledger = self.ledger
        named = [name for name in texts if name in ledger.headings and name in ledger.texts and name != ledger.melted]
        again = np.ones(len(texts), dtype=bool)
        for name in named:
            if not again.any():
                return texts
            heading = ledger.headings[name]
            again &= texts[name].isin(
                [heading, heading.upper(), heading.lower(), heading.capitalize(), heading.title()]
            )
        if len(named) < _LEAST_HEADINGS or not again.any():
            return texts
        column = "period" if "period" in named else named[0]
        rule = "bad-period" if column == "period" else "repeated-header"
        ledger.refuse_rows(again, column, rule, "the headings stand here again.", "take the row out of the file.")
        return texts.mask(pd.Series(again, index=texts.index))

    def _column(self, name: str, column: Column, texts: pd.Series) -> dict[str, pd.Series]:
        kind, words = column.kind, column.choices
        values = texts  # targets stay text until the unit of their KPI is known
        if kind is Kind.PERIOD:
            return self.periods(name, texts)
        if kind is Kind.DATE:
            return {name: self.dates(name, texts)}
        if kind is Kind.NUMBER:
            values = self.numbers(name, texts)
        elif kind is Kind.FLAG:
            values = self._by_distinct(name, texts, _flag).astype("boolean")
        elif kind is Kind.LIST:
            values = self._by_distinct(name, _as_meant(texts), lambda text: _listing(text, words, name)).astype("str")
        elif kind is not Kind.TARGET:
            self._refuse_unsafe(name, texts, lines=column.lines)
            values = _as_meant(texts)
        if kind is Kind.CHOICE:
            by_fold = {word.casefold(): word for word in words}
            values = self._by_distinct(name, texts, lambda text: by_fold.get(text.casefold(), text)).astype("str")
        return {name: values if column.default is None else values.fillna(column.default)}

    def numbers(self, name: str, texts: pd.Series) -> pd.Series:
        """Finite numbers; each text that is none becomes a fault with the way to declare it."""
        values, bad = convert_numbers(texts, self.source)
        if bad.any():
            codes, distinct = pd.factorize(texts.where(bad))
            self._refuse_coded(name, codes, list(why_not_numbers(map(str, distinct), self.source, self.params_file)))
        return pd.Series(values, index=texts.index)

    def periods(self, name: str, texts: pd.Series) -> dict[str, pd.Series]:
        """Label, first and last day."""
        codes, distinct = pd.factorize(texts)
        reader = self.reader.seeing(distinct)
        found = self._judge(name, codes, distinct, reader.period)
        spans = [period if isinstance(period, Period) else None for period in found]
        labels = pd.Series([span.label if span else None for span in spans], dtype="str")
        taken = {name: _take(labels, codes, texts.index)}
        for side in ("start", "end"):
            days = pd.Series([getattr(span, side) if span else None for span in spans], dtype="datetime64[s]")
            taken[f"{name}_{side}"] = _take(days, codes, texts.index)
        return taken

    def dates(self, name: str, texts: pd.Series) -> pd.Series:
        """Days of the calendar."""
        codes, found = self._read(name, texts, self.reader.day)
        days = pd.Series([None if isinstance(day, Problem) else day for day in found], dtype="datetime64[s]")
        return _take(days, codes, texts.index)

    def targets(self, frame: pd.DataFrame, units: pd.Series, directions: pd.Series) -> pd.DataFrame:
        """The frame with its target texts as numbers; a written range fills target_low and target_high."""
        read, problems = convert_targets(frame["target"].astype("str"), units, directions, self.source)
        self._refuse_each("target", problems)
        frame = frame.assign(target=read["target"].to_numpy())
        written = read["target_low"].notna().to_numpy()
        for side in ("target_low", "target_high"):
            given = frame[side].to_numpy()
            differs = written & ~np.isnan(given) & (given != read[side].to_numpy())
            told = f"'{{value}}' differs from the {side} of the row."
            self.ledger.refuse(differs, "target", "bad-target", told, "say the range once.")
            frame[side] = np.where(written, read[side].to_numpy(), given)
        return frame

    def _by_distinct(self, name: str, texts: pd.Series, rule: Callable[[str], Any]) -> pd.Series:
        codes, found = self._read(name, texts, rule)
        made = pd.Series([None if isinstance(value, Problem) else value for value in found], dtype="object")
        return _take(made, codes, texts.index)

    def _read(self, name: str, texts: pd.Series, rule: Callable[[str], Any]) -> tuple[np.ndarray, list[Any]]:
        """Codes of the rows and what the rule makes of each distinct text; problems become faults."""
        codes, distinct = pd.factorize(texts)
        return codes, self._judge(name, codes, distinct, rule)

    def _judge(self, name: str, codes: np.ndarray, distinct: Iterable[str], rule: Callable[[str], Any]) -> list[Any]:
        """What the rule makes of each distinct text; problems become faults."""
        found = [rule(str(text)) for text in distinct]
        problems = [value if isinstance(value, Problem) else None for value in found]
        if any(problems):
            self._refuse_coded(name, codes, problems)
        return found

    def _refuse_coded(self, name: str, codes: np.ndarray, problems: list[Problem | None]) -> None:
        """Faults of the same kind told together, so that a thousand of them stay a thousand lines at most."""
        kinds = {problem: None for problem in problems if problem is not None}
        for kind in kinds:
            its = np.array([problem == kind for problem in problems])
            where = np.zeros(len(codes), dtype=bool)
            where[codes >= 0] = its[codes[codes >= 0]]
            self.ledger.refuse(where, name, kind.rule, kind.message, kind.hint)

    def _refuse_each(self, name: str, problems: dict[int, Problem]) -> None:
        codes = np.full(len(self.ledger.rows), -1)
        kinds = list(dict.fromkeys(problems.values()))
        for at, problem in problems.items():
            codes[at] = kinds.index(problem)
        self._refuse_coded(name, codes, list(kinds))

    def _refuse_unsafe(self, name: str, texts: pd.Series, *, lines: bool) -> None:
        codes, distinct = pd.factorize(texts)
        suspect = pd.Series(distinct, dtype="str").str.contains(SUSPECT, regex=True)
        if suspect.any():
            found = [
                why_hostile(str(text), lines=lines) if odd else None
                for text, odd in zip(distinct, suspect, strict=True)
            ]
            self._refuse_coded(name, codes, found)
        lost = pd.Series(distinct, dtype="str").str.contains(LOST, regex=True).to_numpy(dtype=bool)
        if lost.any():
            told = "letters of '{value}' were lost or garbled when it was saved in another encoding."
            hint = "type the text anew, or export the table again as UTF-8."
            self.ledger.warn(np.append(lost, [False])[codes], name, "bad-encoding", told, hint)


def _as_meant(texts: pd.Series) -> pd.Series:
    """Texts without the apostrophe that keeps a spreadsheet from running them: "'=1+1" is meant as =1+1."""
    marked = texts.str.startswith("'").fillna(value=False)
    if not marked.any():
        return texts
    return texts.mask(marked, texts.str.replace(_KEPT_FROM_RUNNING, r"\1", regex=True))


def _take(values: pd.Series, codes: np.ndarray, index: pd.Index) -> pd.Series:
    """The value of each code, missing where the code is -1."""
    if not len(values):
        return pd.Series(index=index, dtype=values.dtype)
    return pd.Series(values.array.take(codes, allow_fill=bool((codes < 0).any())), index=index)


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
