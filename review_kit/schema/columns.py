"""One way to declare a column of each kind: how text becomes its values, what they must keep, how people read of it.

Declarations are plain data and know no pandas: who only asks for names (the parameters, the command line) does not load
it. `review_kit.schema.frames` holds tables against them.
"""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Self


class Kind(StrEnum):
    """What the text of a cell stands for."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    PERIOD = "period"
    CHOICE = "choice"
    LIST = "list"
    FLAG = "flag"
    TARGET = "target"
    INTEGER = "integer"


DTYPES = {
    Kind.TEXT: "str",
    Kind.NUMBER: "float64",
    Kind.DATE: "datetime64[s]",
    Kind.PERIOD: "str",
    Kind.CHOICE: "str",
    Kind.LIST: "str",
    Kind.FLAG: "boolean",
    Kind.TARGET: "float64",
    Kind.INTEGER: "int64",
}


@dataclass(frozen=True, slots=True)
class Check:
    """What every value of a column that is there must keep."""

    error: str  # said of a value that does not: 'is below 0'
    title: str  # said in the contract: 'at least 0'
    holds: Callable[[Any], Any]  # for a pandas column without gaps, where it does


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The contract of one column."""

    kind: Kind
    description: str
    dtype: str | None  # of pandas; None: any that holds numbers
    checks: tuple[Check, ...] = ()
    filled: bool = False  # every cell must hold something
    converts: bool = False  # values are made to fit the dtype when a table is handed over; intake has done so before
    named: bool = False  # its heading must stand in the source
    key: bool = False  # it tells rows of its table apart
    lines: bool = False  # its text may hold line breaks
    choices: tuple[str, ...] = ()  # its closed vocabulary, empty where it has none
    default: float | str | None = None  # what a blank cell stands for; None where it stays missing


@dataclass(frozen=True, slots=True, kw_only=True)
class TableCheck:
    """What the rows of a table must keep together."""

    error: str
    holds: Callable[[Any], bool]  # of a pandas frame


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSchema:
    """The contract of one table: its columns in order, and what its rows keep."""

    name: str
    title: str
    columns: Mapping[str, Column]
    key: tuple[str, ...] = ()  # columns that tell the rows of a source apart
    unique: tuple[str, ...] = ()  # columns that tell the rows of a hand-over table apart
    checks: tuple[TableCheck, ...] = field(default=())

    def with_columns(self, added: Mapping[str, Column]) -> Self:
        """The same table with more columns at its end."""
        return type(self)(
            name=self.name,
            title=self.title,
            columns={**self.columns, **added},
            key=self.key,
            unique=self.unique,
            checks=self.checks,
        )


def _typed(kind: Kind, description: str, **told: Any) -> Column:
    """A column of an input table: intake gives it the dtype of its kind."""
    return Column(kind=kind, description=description, dtype=DTYPES[kind], **told)


def text(description: str, *, named: bool = False, filled: bool = False, lines: bool = False) -> Column:
    """Words; on one line unless `lines`."""
    return _typed(Kind.TEXT, description, named=named, filled=filled, lines=lines)


def key(description: str) -> Column:
    """The identity of a row, compared as text: 010 and 10 are two ids."""
    return _typed(Kind.TEXT, description, named=True, filled=True, key=True)


def bounds(low: float | None, high: float | None) -> tuple[Check, ...]:
    """Checks that tell in words how far a number may go."""
    checks = []
    if low is not None:
        checks.append(Check(f"is below {low:g}", f"at least {low:g}", lambda values: values >= low))
    if high is not None:
        checks.append(Check(f"is above {high:g}", f"at most {high:g}", lambda values: values <= high))
    return tuple(checks)


def number(
    description: str,
    *,
    low: float | None = None,
    high: float | None = None,
    default: float | None = None,
    named: bool = False,
) -> Column:
    """A finite number, within bounds where they are given; blank cells become `default`."""
    return _typed(Kind.NUMBER, description, checks=bounds(low, high), named=named, default=default)


def integer(description: str) -> Column:
    """A whole number that is never missing."""
    return _typed(Kind.INTEGER, description, filled=True)


def target(description: str, *, named: bool = False) -> Column:
    """A number, or what people write for one: '≥ 95%', 'at least 12', '80–90 %'."""
    return _typed(Kind.TARGET, description, named=named)


def date(description: str, *, named: bool = False, filled: bool = False) -> Column:
    """A day of the calendar."""
    return _typed(Kind.DATE, description, named=named, filled=filled)


def period(description: str, *, named: bool = False, filled: bool = False) -> Column:
    """A stretch of whole months, kept under one label: 2025, 2025-Q3, 2025-09."""
    return _typed(Kind.PERIOD, description, named=named, filled=filled)


def one_of(words: Iterable[str]) -> Check:
    """The check of a closed vocabulary, in words."""
    choices = [str(word) for word in words]
    listed = ", ".join(choices[:-1]) + f" or {choices[-1]}" if len(choices) > 1 else choices[0]
    return Check(f"is not {listed}", f"one of {', '.join(choices)}", lambda values: values.isin(choices))


def choice(
    description: str,
    words: Iterable[str],
    *,
    default: str | None = None,
    named: bool = False,
    filled: bool = False,
) -> Column:
    """One word of a closed vocabulary; blank cells become `default`."""
    known = tuple(str(word) for word in words)
    return _typed(
        Kind.CHOICE, description, checks=(one_of(known),), named=named, filled=filled, choices=known, default=default
    )


def listing(description: str, words: Iterable[str] = ()) -> Column:
    """Several entries, parted in the source by ; or , and here by ; alone; `words` closes the vocabulary."""
    return _typed(Kind.LIST, description, choices=tuple(str(word) for word in words))


def flag(description: str) -> Column:
    """Yes or no; missing where nobody said."""
    return _typed(Kind.FLAG, description, choices=("yes", "no"))


def figure(description: str = "", *, low: float | None = None, high: float | None = None) -> Column:
    """A computed number of a hand-over table, whole or not."""
    return Column(kind=Kind.NUMBER, description=description, dtype=None, checks=bounds(low, high))


def words(description: str = "", choices: Iterable[str] = (), *, filled: bool = False) -> Column:
    """A text column of a hand-over table, from a closed vocabulary where `choices` says so."""
    known = tuple(str(word) for word in choices)
    return Column(
        kind=Kind.CHOICE if known else Kind.TEXT,
        description=description,
        dtype="str",
        checks=(one_of(known),) if known else (),
        filled=filled,
        converts=True,
        choices=known,
    )


def truth(description: str = "", *, filled: bool = False) -> Column:
    """A yes or no of a hand-over table; missing where it cannot be told."""
    return Column(kind=Kind.FLAG, description=description, dtype="boolean", filled=filled, converts=True)
