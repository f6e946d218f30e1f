"""A chart as its readers get it: title, what is drawn, the drawing with its finding in words, its data as a table."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from html import escape
from typing import Any
from zlib import crc32

import pandas as pd

from review_kit.charts.canvas import Canvas
from review_kit.charts.tokens import FULL_WIDTH, HALF_WIDTH
from review_kit.model.figures import DASH, number


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Chart:
    """A finished chart: `svg` is drawn 720 px wide (or 348), `svg_narrow` is the same for a phone, where it differs.

    Nothing to draw is a chart too: `svg` is empty and `alt` says in words what is missing.
    """

    key: str  # unique on a page: ids are made from it
    title: str
    subtitle: str
    svg: str
    alt: str  # the finding and its numbers, for who cannot see the drawing
    data: pd.DataFrame
    svg_narrow: str = ""
    decimals: Mapping[str, int] = field(default_factory=dict)  # column of `data` -> decimals; others as they come

    @property
    def anchor(self) -> str:
        """The id of the figure, for links: 'chart-' and the key, made safe for an id where it holds other signs."""
        return anchor_of(self.key)

    def __repr__(self) -> str:
        return f"{self.title}\n{self.alt}" if self.title else self.alt

    def _repr_html_(self) -> str:
        subtitle = f'<p class="chart-subtitle">{escape(self.subtitle)}</p>' if self.subtitle else ""
        size = "full" if self.svg_narrow or not self.svg or f'width="{FULL_WIDTH}"' in self.svg[:200] else "half"
        return (
            f'<figure class="chart chart-{size}" id="{self.anchor}"><figcaption><h4 class="chart-title">'
            f"{escape(self.title)}</h4>{subtitle}</figcaption>{self._drawing()}{self._details()}</figure>"
        )

    def _drawing(self) -> str:
        if not self.svg:
            return f'<p class="chart-empty">{escape(self.alt)}</p>'
        drawings = self.svg
        if self.svg_narrow:
            wide = self.svg.replace("<svg ", '<svg class="drawing-wide" ', 1)
            # where no stylesheet applies, the attribute hides the second drawing
            drawings = wide + self.svg_narrow.replace("<svg ", '<svg class="drawing-narrow" display="none" ', 1)
        return f'<div class="chart-drawing" role="img" aria-label="{escape(self.alt)}">{drawings}</div>'

    def _details(self) -> str:
        if self.data.empty:
            return ""
        title = escape(self.title)
        heads = "".join(
            f'<th scope="col"{_NUMBER if _numeric(self.data[name]) else ""}>{escape(str(name))}</th>'
            for name in self.data.columns
        )
        columns = [_cells(self.data[name], str(name), self.decimals.get(str(name))) for name in self.data.columns]
        rows = "".join(f"<tr>{''.join(cells)}</tr>" for cells in zip(*columns, strict=True))
        return (
            '<details class="chart-data"><summary>The data as a table</summary><div class="table-frame">'
            f'<table class="table chart-table" id="table-{self.anchor}"><caption>{title}</caption>'
            f"<thead><tr>{heads}</tr></thead><tbody>{rows}</tbody></table></div></details>"
        )


_UNSAFE = re.compile(r"[^A-Za-z0-9_.-]")
_NUMBER = ' class="number"'


def _numeric(column: pd.Series) -> bool:
    return pd.api.types.is_numeric_dtype(column) and not pd.api.types.is_bool_dtype(column)


def _cells(column: pd.Series, name: str, decimals: int | None) -> list[str]:
    label = f' data-label="{escape(name)}"'
    if _numeric(column):
        return [f"<td{_NUMBER}{label}>{number(value, decimals)}</td>" for value in column.tolist()]
    texts = (DASH if pd.isna(value) or value == "" else _plain(value) for value in column.tolist())
    return [f"<td{label}>{escape(text)}</td>" for text in texts]


def _plain(value: Any) -> str:
    if isinstance(value, pd.Timestamp):
        return f"{value.day} {value.month_name()} {value.year}"
    return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


def anchor_of(key: str) -> str:
    """The id of the chart with this key; signs that an id cannot hold are replaced, told apart by a checksum."""
    safe = _UNSAFE.sub("-", key)
    return f"chart-{safe}" if safe == key else f"chart-{safe}-{crc32(key.encode()):08x}"


def drawn(
    draw: Callable[[float], Canvas],
    *,
    key: str,
    title: str,
    subtitle: str,
    alt: str,
    data: pd.DataFrame,
    half: bool = False,
    decimals: Mapping[str, int] | None = None,
) -> Chart:
    """The chart that `draw(width)` lays out: once across the column and once for phones, or only once at half width."""
    return Chart(
        key=key,
        title=title,
        subtitle=subtitle,
        alt=alt,
        data=data,
        svg=draw(HALF_WIDTH if half else FULL_WIDTH).svg(anchor_of(key)),
        svg_narrow="" if half else draw(HALF_WIDTH).svg(f"{anchor_of(key)}-narrow"),
        decimals=decimals or {},
    )


def nothing(*, key: str, title: str, words: str, columns: Mapping[str, str] | None = None) -> Chart:
    """A chart that has nothing to draw and says so."""
    return Chart(key=key, title=title, subtitle="", svg="", alt=words, data=pd.DataFrame(columns=list(columns or {})))
