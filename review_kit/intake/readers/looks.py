"""What a look into a worksheet finds beside its values: how far it reaches, and cells that are not what they show."""

import re
from dataclasses import dataclass, field
from decimal import Decimal

from review_kit.intake.raw import column_letters

_MOST_CELLS = 12_000_000  # of the used range, which is laid out as a whole
_SPARSE_FROM = 1_000_000  # cells of a range that must hold something here and there
_SPARSE = 20  # places for each cell that stands there; beyond, one lies astray
_LITERAL = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')  # of a number format: what is no placeholder
BUILT_IN_PERCENT = frozenset({9, 10})

Place = tuple[int, int]  # row and column, from 1


@dataclass(slots=True)
class Look:
    """One worksheet, without its values."""

    rows: int = 0
    columns: int = 0
    cells: int = 0
    corner: Place = (1, 1)  # the cell that lies farthest to the right
    percents: set[Place] = field(default_factory=set)  # cells whose number is shown times 100
    shown: dict[Place, str] = field(default_factory=dict)  # what people see, where it is not what is stored
    uncomputed: set[Place] = field(default_factory=set)  # formulas that were saved without a value
    hidden: list[int] = field(default_factory=list)  # rows
    endless: bool = False  # a cell says that it stands there more often than any table needs
    covered: dict[Place, int] = field(default_factory=dict)  # cells that a merged one hides, and the row of that

    def saw(self, row: int, column: int) -> None:
        """Something stands in this cell."""
        self.cells += 1
        self.rows = max(self.rows, row)
        if column > self.columns:
            self.columns, self.corner = column, (row, column)

    @property
    def stray(self) -> str:
        """The outermost cell ('XFD1048576') of a used range that is too large or almost empty; '' for a sound one."""
        area = self.rows * self.columns
        if not self.endless and (area <= _SPARSE_FROM or (area <= _MOST_CELLS and area <= self.cells * _SPARSE)):
            return ""
        row, column = self.corner if self.columns > 26 else (self.rows, 1)  # noqa: PLR2004 - up to Z nothing is wide
        return f"{column_letters(column)}{row}"


def shown_in_percent(code: str) -> bool:
    """Whether a number format multiplies by 100: '0.0%' does, '0"%"' only looks so."""
    return "%" in _LITERAL.sub("", code)


def percent_text(number: float, decimal: str = ".") -> str:
    """'4.625%' for 0.04625: exactly what is stored, as it is shown, with the decimal sign of the source."""
    text = format(Decimal(repr(number)) * 100, "f")
    return f"{text.rstrip('0').rstrip('.') if '.' in text else text}%".replace(".", decimal)


def column_number(name: str) -> int:
    """27 for 'AA'."""
    number = 0
    for letter in name:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number


ERRORS = {0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"}
