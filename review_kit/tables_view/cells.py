"""What a column of a table holds and how one of its cells is written, as HTML and as plain words."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Literal, cast

import pandas as pd
from markupsafe import Markup, escape

from review_kit.errors import UsageError
from review_kit.model.figures import DASH, chance_told, known, money, number, percent, signed, with_unit
from review_kit.tables_view.html import Piece, element, joined, link, markup_of
from review_kit.tables_view.labels import outlook_text, sentence_case, signal_label, status_label, words
from review_kit.tables_view.sparkline import draw

Kind = Literal[
    "text", "number", "percent", "chance", "signed", "money", "date", "status", "signal", "outlook", "sparkline",
    "piece", "list", "link",
]  # fmt: skip
RIGHT_ALIGNED: Final = frozenset({"number", "percent", "chance", "signed", "money", "date"})
_ATTACHED_UNIT: Final = 3  # a unit of so few letters stands with its number; a longer one stands in words elsewhere


@dataclass(frozen=True, slots=True)
class Column:
    """One column: which key of the frame it shows, under which heading, and how.

    `percent` takes a share (0.75); values already in percent are numbers of unit '%'.
    `decimals` and `unit` may name a column of the frame that says them row by row: `by_row("decimals")`.
    """

    key: str
    label: str
    kind: Kind = "text"
    decimals: int | str | None = None  # a number for the whole column, or the name of the column that says it
    unit: str = ""  # for the whole column, of money too: stands in the heading
    unit_key: str = ""  # the column that says each row's unit: stands in the cell
    hint: str = ""  # small words under the heading
    below: str = ""  # a column shown small under this one's text, such as the owner under the name
    listed: str = ""  # a column whose entries, a list, are set small as points under all this
    target_key: str = ""  # sparkline: the column with the target to draw
    link_key: str = ""  # link: the column with the address
    wide: bool = False  # text that should get room before the others

    @property
    def is_number(self) -> bool:
        """Whether its cells stand right-aligned under each other."""
        return self.kind in RIGHT_ALIGNED


def records(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """The rows as mappings, typed for who reads them."""
    return cast("list[dict[str, Any]]", frame.to_dict("records"))


def short_date(value: Any) -> str:
    """'31 Dec 2025' in every locale, or an en dash; text that is no date stays as it is."""
    if not words(value):
        return DASH
    if not isinstance(value, date):
        return words(value)
    month = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")[value.month - 1]
    return f"{value.day} {month} {value.year}"


def attached(unit: str) -> str:
    """The unit where it is so short that it stands with the number ('%', 'h', '$m'), otherwise nothing."""
    return unit if len(unit) <= _ATTACHED_UNIT else ""


def items_of(value: Any) -> list[str]:
    """The entries of a list cell: a list, or text joined with semicolons."""
    if isinstance(value, (list, tuple, set)):
        return [words(entry) for entry in value if words(entry)]
    return [entry.strip() for entry in words(value).split(";") if entry.strip()]


def cell_text(column: Column, row: Mapping[str, Any]) -> str:
    """The cell in plain words."""
    value = row.get(column.key)
    return _TEXTS.get(column.kind, _plain)(value, column, row)


def cell_html(column: Column, row: Mapping[str, Any]) -> Markup:
    """What stands inside the cell; text from the row is escaped."""
    value = row.get(column.key)
    match column.kind:
        case "status":
            inner = status_label(value)
        case "signal":
            inner = signal_label(value)
        case "sparkline":
            inner = _drawing(value, column, row)
        case "piece":
            inner = markup_of(value) if isinstance(value, Piece) else escape(words(value) or DASH)
        case "list":
            entries = items_of(value)
            inner = _list(entries) if len(entries) > 1 else escape(entries[0] if entries else DASH)
        case "link":
            inner = link(words(value) or DASH, words(row.get(column.link_key)))
        case _:
            inner = escape(cell_text(column, row))
    below = words(row.get(column.below)) if column.below else ""
    points = items_of(row.get(column.listed)) if column.listed else []
    parts = [inner, element("small", below) if below else None, _list(points) if points else None]
    return joined(part for part in parts if part is not None)


def _list(entries: Iterable[str]) -> Markup:
    return element("ul", joined(element("li", entry) for entry in entries))


def _drawing(value: Any, column: Column, row: Mapping[str, Any]) -> Markup:
    if value is None or isinstance(value, (str, float)):
        return escape(DASH)
    target = row.get(column.target_key) if column.target_key else None
    return draw([*value], target if known(target) else None) or escape(DASH)


def _decimals(column: Column, row: Mapping[str, Any]) -> int | None:
    stated = row.get(column.decimals) if isinstance(column.decimals, str) else column.decimals
    return int(stated) if known(stated) else None


def _unit(column: Column, row: Mapping[str, Any]) -> str:
    return words(row.get(column.unit_key)) if column.unit_key else ""


def _plain(value: Any, _column: Column, _row: Mapping[str, Any]) -> str:
    return words(value) or DASH


def _figure(value: Any, column: Column, row: Mapping[str, Any]) -> str:
    if value is not None and not isinstance(value, (int, float)):
        msg = (
            f"column '{column.key}' of kind '{column.kind}' holds {value!r}, which is not a number."
            "\nHint: use the kind 'text' for it, or convert the column before it is shown."
        )
        raise UsageError(msg)
    decimals = _decimals(column, row)
    if column.unit_key:
        return with_unit(value, _unit(column, row), decimals, sign=column.kind == "signed")
    return signed(value, decimals) if column.kind == "signed" else number(value, decimals)


def _share(value: Any, column: Column, row: Mapping[str, Any]) -> str:
    return percent(value, _decimals(column, row) or 0)


def _sum(value: Any, column: Column, row: Mapping[str, Any]) -> str:
    return money(value, _unit(column, row))


def _count(value: Any, _column: Column, _row: Mapping[str, Any]) -> str:
    return "" if value is None or isinstance(value, (str, float)) else f"{len(list(value))} values"


_TEXTS: Final[dict[str, Callable[[Any, Column, Mapping[str, Any]], str]]] = {
    "number": _figure,
    "signed": _figure,
    "percent": _share,
    "chance": lambda value, _column, _row: chance_told(value),
    "money": _sum,
    "date": lambda value, _column, _row: short_date(value),
    "status": lambda value, _column, _row: sentence_case(words(value)) or DASH,
    "signal": lambda value, _column, _row: sentence_case(words(value)) or DASH,
    "outlook": lambda value, _column, _row: outlook_text(value),
    "sparkline": _count,
    "piece": lambda value, _column, _row: repr(value) if isinstance(value, Piece) else words(value) or DASH,
    "list": lambda value, _column, _row: "; ".join(items_of(value)) or DASH,
}
