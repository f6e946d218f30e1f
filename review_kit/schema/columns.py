"""One way to declare a column of each kind; what intake needs to convert it stands in its metadata."""

from collections.abc import Iterable
from enum import StrEnum
from typing import Any

import pandera.pandas as pa
from pandas.api.types import is_numeric_dtype


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


def _column(
    kind: Kind,
    description: str,
    *,
    checks: Iterable[pa.Check] = (),
    named: bool = False,
    filled: bool = False,
    **metadata: Any,
) -> pa.Column:
    """`named`: its heading must stand in the source; `filled`: every cell must hold something."""
    return pa.Column(
        DTYPES[kind],
        checks=list(checks),
        nullable=not filled,
        description=description,
        metadata={"kind": kind, "named": named} | metadata,
    )


def text(description: str, *, named: bool = False, filled: bool = False, lines: bool = False) -> pa.Column:
    """Words; on one line unless `lines`."""
    return _column(Kind.TEXT, description, named=named, filled=filled, lines=lines)


def key(description: str) -> pa.Column:
    """The identity of a row, compared as text: 010 and 10 are two ids."""
    return _column(Kind.TEXT, description, named=True, filled=True, key=True)


def bounds(low: float | None, high: float | None) -> list[pa.Check]:
    """Checks that tell in words how far a number may go."""
    checks = []
    if low is not None:
        checks.append(pa.Check.ge(low, error=f"is below {low:g}", title=f"at least {low:g}"))
    if high is not None:
        checks.append(pa.Check.le(high, error=f"is above {high:g}", title=f"at most {high:g}"))
    return checks


def number(
    description: str,
    *,
    low: float | None = None,
    high: float | None = None,
    default: float | None = None,
    named: bool = False,
) -> pa.Column:
    """A finite number, within bounds where they are given; blank cells become `default`."""
    return _column(Kind.NUMBER, description, checks=bounds(low, high), named=named, default=default)


def integer(description: str) -> pa.Column:
    """A whole number that is never missing."""
    return _column(Kind.INTEGER, description, filled=True)


def target(description: str, *, named: bool = False) -> pa.Column:
    """A number, or what people write for one: '≥ 95%', 'at least 12', '80–90 %'."""
    return _column(Kind.TARGET, description, named=named)


def date(description: str, *, named: bool = False, filled: bool = False) -> pa.Column:
    """A day of the calendar."""
    return _column(Kind.DATE, description, named=named, filled=filled)


def period(description: str, *, named: bool = False, filled: bool = False) -> pa.Column:
    """A stretch of whole months, kept under one label: 2025, 2025-Q3, 2025-09."""
    return _column(Kind.PERIOD, description, named=named, filled=filled)


def one_of(words: Iterable[str]) -> pa.Check:
    """The check of a closed vocabulary, in words."""
    choices = [str(word) for word in words]
    listed = ", ".join(choices[:-1]) + f" or {choices[-1]}" if len(choices) > 1 else choices[0]
    return pa.Check.isin(choices, error=f"is not {listed}", title=f"one of {', '.join(choices)}")


def choice(
    description: str,
    words: Iterable[str],
    *,
    default: str | None = None,
    named: bool = False,
    filled: bool = False,
) -> pa.Column:
    """One word of a closed vocabulary; blank cells become `default`."""
    known = tuple(str(word) for word in words)
    return _column(
        Kind.CHOICE, description, checks=[one_of(known)], named=named, filled=filled, choices=known, default=default
    )


def listing(description: str, words: Iterable[str] = ()) -> pa.Column:
    """Several entries, parted in the source by ; or , and here by ; alone; `words` closes the vocabulary."""
    return _column(Kind.LIST, description, choices=tuple(str(word) for word in words))


def flag(description: str) -> pa.Column:
    """Yes or no; missing where nobody said."""
    return _column(Kind.FLAG, description, choices=("yes", "no"))


def figure(description: str = "", *, low: float | None = None, high: float | None = None) -> pa.Column:
    """A computed number of a hand-over table, whole or not."""
    numeric = pa.Check(lambda values: is_numeric_dtype(values), error="does not hold numbers")  # noqa: PLW0108 - pandera needs a function with a name of its own
    return pa.Column(
        None,
        checks=[numeric, *bounds(low, high)],
        nullable=True,
        description=description,
        metadata={"kind": Kind.NUMBER},
    )


def words(description: str = "", choices: Iterable[str] = (), *, filled: bool = False) -> pa.Column:
    """A text column of a hand-over table, from a closed vocabulary where `choices` says so."""
    known = tuple(str(word) for word in choices)
    kind = Kind.CHOICE if known else Kind.TEXT
    return pa.Column(
        "str",
        checks=[one_of(known)] if known else [],
        nullable=not filled,
        coerce=True,
        description=description,
        metadata={"kind": kind, "choices": known},
    )


def truth(description: str = "", *, filled: bool = False) -> pa.Column:
    """A yes or no of a hand-over table; missing where it cannot be told."""
    return pa.Column("boolean", nullable=not filled, coerce=True, description=description, metadata={"kind": Kind.FLAG})


def _meta(column: pa.Column, name: str, otherwise: Any) -> Any:
    return (column.metadata or {}).get(name, otherwise)


def kind_of(column: pa.Column) -> Kind:
    """What the text of its cells stands for."""
    return Kind(_meta(column, "kind", Kind.TEXT))


def choices_of(column: pa.Column) -> tuple[str, ...]:
    """Its closed vocabulary, empty where it has none."""
    return tuple(_meta(column, "choices", ()))


def default_of(column: pa.Column) -> Any:
    """What a blank cell stands for; None where it stays missing."""
    return _meta(column, "default", None)


def must_be_named(column: pa.Column) -> bool:
    """Whether its heading must stand in the source."""
    return bool(_meta(column, "named", False))


def is_key(column: pa.Column) -> bool:
    """Whether it tells rows of its table apart."""
    return bool(_meta(column, "key", False))


def spans_lines(column: pa.Column) -> bool:
    """Whether its text may hold line breaks."""
    return bool(_meta(column, "lines", False))
