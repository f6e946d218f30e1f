"""A table as readers meet it: a caption that says what it shows, text left, numbers right, one precision a column."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import pandas as pd
from markupsafe import Markup

from review_kit.errors import UsageError
from review_kit.model.figures import known, natural_decimals, number, plural
from review_kit.tables_view.cells import Column, cell_html, cell_text, records
from review_kit.tables_view.html import element, joined, slug
from review_kit.tables_view.labels import words

_ROWS_IN_WORDS: Final = 20  # a console needs no more
_SHORT_HINT: Final = 10  # characters


@dataclass(frozen=True, slots=True, repr=False)
class Table:
    """A finished table: its HTML, and its first rows in plain words."""

    key: str
    caption: str
    n_rows: int
    html: str
    text: str

    def _repr_html_(self) -> str:
        return self.html

    def __repr__(self) -> str:
        return self.text


def table(
    frame: pd.DataFrame,
    columns: Sequence[Column],
    *,
    key: str,
    caption: str = "",
    kind: str = "",
    note: str = "",
    group: str = "",
    strong: str = "",
    empty: str = "Nothing to show.",
) -> Table:
    """One row of the frame is one row of the table, in the frame's order.

    Args:
        frame: any frame that has the columns' keys.
        columns: what is shown, from left to right; the first is each row's heading.
        key: makes the id of the table, unique in a document.
        caption: what the table shows, as a sentence.
        kind: a class of the stylesheet, such as 'compact'.
        note: small print below: source, what is left out, how to read it.
        group: a column by which rows are parted under headings of their own; rows keep their order.
        strong: a column of booleans; the rows where it is true stand out.
        empty: what is said in place of the table where the frame has no rows.

    """
    missing = [column.key for column in columns if column.key not in frame.columns]
    if missing:
        known_keys = ", ".join(str(name) for name in frame.columns)
        msg = f"table '{key}': the frame has no column '{missing[0]}'.\nHint: it has {known_keys}."
        raise UsageError(msg)
    if frame.empty:
        return Table(key, caption, 0, str(_frame_of(element("p", empty, class_="table-empty"), "")), empty)
    settled = [_settle(column, frame) for column in columns]
    rows = records(frame)
    head = element("thead", element("tr", joined(_heading(column) for column in settled)))
    inner = joined(
        [
            element("caption", caption) if caption else Markup(),
            head,
            *_bodies(rows, settled, group, strong),
        ]
    )
    classes = " ".join(["table", *kind.split()])
    drawn = element("table", inner, class_=classes, id=f"table-{slug(key)}")
    return Table(key, caption, len(rows), str(_frame_of(drawn, note)), in_words(caption, settled, rows))


def in_words(caption: str, columns: Sequence[Column], rows: Sequence[Mapping[str, Any]]) -> str:
    """The caption and the first rows, cells parted by bars."""
    lines = [caption] if caption else []
    lines.append(" | ".join(_title(column) for column in columns if column.kind != "sparkline"))
    shown = [column for column in columns if column.kind != "sparkline"]
    lines.extend(" | ".join(cell_text(column, row) for column in shown) for row in rows[:_ROWS_IN_WORDS])
    if len(rows) > _ROWS_IN_WORDS:
        lines.append(f"… and {plural(len(rows) - _ROWS_IN_WORDS, 'more row')}")
    return "\n".join(lines)


def _frame_of(inner: Markup, note: str) -> Markup:
    return element("div", inner, element("p", note, class_="table-note") if note else None, class_="table-frame")


def _settle(column: Column, frame: pd.DataFrame) -> Column:
    """A number column without a stated precision gets one for all its rows."""
    if column.kind not in {"number", "signed"} or column.decimals is not None or column.unit_key:
        return column
    values = [float(value) for value in frame[column.key] if known(value)]
    fields = {name: getattr(column, name) for name in Column.__slots__}
    return Column(**{**fields, "decimals": natural_decimals(*values)})


def _title(column: Column) -> str:
    return f"{column.label}, {column.unit}" if column.unit else column.label


def _card_label(column: Column) -> str:
    """What stands before the cell where the row is a card and no head is seen: nothing of the head may be lost."""
    return f"{_title(column)}, {column.hint}" if column.hint else _title(column)


def _heading(column: Column) -> Markup:
    unit = element("span", column.unit, class_="unit") if column.unit else None
    short = "short" if len(column.hint) <= _SHORT_HINT else ""  # 'of 100' is not broken
    hint = element("small", column.hint, class_=short) if column.hint else None
    return element("th", column.label, unit, hint, scope="col", class_=_classes(column))


def _classes(column: Column) -> str:
    if column.is_number:
        return "number"
    if column.kind in {"status", "signal", "outlook", "sparkline", "list"}:
        return f"{column.kind}-cell"
    return "wide" if column.wide else ""


def _bodies(rows: Sequence[Mapping[str, Any]], columns: Sequence[Column], group: str, strong: str) -> Iterable[Markup]:
    """One body, or one for each run of rows of the same group, headed by the group's name."""
    if not group:
        return [element("tbody", joined(_row(row, columns, strong) for row in rows))]
    runs: list[tuple[str, list[Markup]]] = []
    for row in rows:
        name = words(row.get(group))
        if not runs or runs[-1][0] != name:
            runs.append((name, []))
        runs[-1][1].append(_row(row, columns, strong))
    return [element("tbody", group_row(name, len(columns)), joined(drawn)) for name, drawn in runs]


def group_row(name: str, n_columns: int, aside: str = "") -> Markup:
    """A heading across the table over the rows that follow; `aside` is said small beside it."""
    small = element("small", aside) if aside else None
    return element("tr", element("th", name, small, colspan=n_columns, scope="rowgroup"), class_="group")


def _row(row: Mapping[str, Any], columns: Sequence[Column], strong: str) -> Markup:
    first, *others = columns
    cells = [element("th", cell_html(first, row), scope="row", class_=_classes(first))]
    cells += [element("td", cell_html(c, row), class_=_classes(c), data_label=_card_label(c)) for c in others]
    return element("tr", joined(cells), class_="strong" if strong and row.get(strong) is True else "")


def count_of(shown: int, total: int) -> str:
    """'212 of 1 139'."""
    return f"{number(shown, 0)} of {number(total, 0)}"
