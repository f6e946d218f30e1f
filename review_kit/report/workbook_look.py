"""How the sheets of the scorecard look: formats, colours that follow words, and the page when printed."""

from typing import Any, Final, Literal

import xlsxwriter
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from review_kit.charts.tokens import LIGHT, SIGNAL_COLOUR, STATUS_COLOUR
from review_kit.model.figures import score_decimals
from review_kit.report.meta import DocumentMeta
from review_kit.stylesheet.colour import readable
from review_kit.tables_view.labels import sentence_case

_PAPER_A4: Final = 9
_MOST_DECIMALS: Final = 10
_OPEN_CHANCE: Final = '[<0.005]"<1 %";[>=0.995]">99 %";0 %'

Kind = Literal["text", "long", "value", "signed", "share", "chance", "points", "lost", "count", "status", "signal"]


class Styles:
    """The workbook's formats, each made once; Excel allows only so many."""

    def __init__(self, book: xlsxwriter.Workbook, brand: str) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self.title = self.get(bold=True, font_size=16, font_color=readable(brand) if brand else LIGHT.brand)

    def get(self, **settings: Any) -> Format:
        """The format with these settings of XlsxWriter."""
        key = tuple(sorted(settings.items()))
        if key not in self._made:
            base = {"font_name": "Calibri", "font_size": 11, "font_color": LIGHT.ink, "valign": "top"}
            self._made[key] = self._book.add_format(base | settings)
        return self._made[key]


def head_format(kind: Kind, styles: Styles) -> Format:
    """A heading, on the side where its cells stand."""
    right = kind in {"value", "signed", "share", "chance", "points", "lost", "count"}
    return styles.get(bold=True, text_wrap=True, align="right" if right else "left", valign="bottom", bottom=1)


def colour(sheet: Worksheet, area: tuple[int, int, int, int], kind: Kind, styles: Styles) -> None:
    """Colours follow the words, so they stay right when somebody edits a cell."""
    colours = {"status": STATUS_COLOUR, "signal": SIGNAL_COLOUR}.get(kind, {})
    for word, colour in colours.items():
        shade = styles.get(font_color=colour, bold=kind == "status" and word == "off target")
        rule = {"type": "text", "criteria": "containing", "value": sentence_case(word), "format": shade}
        sheet.conditional_format(*area, rule)


def set_up_print(sheet: Worksheet, meta: DocumentMeta, *, head_row: int) -> None:
    """A4, landscape, all columns on one page, the headings (row from 0) on each."""
    sheet.set_landscape()
    sheet.set_paper(_PAPER_A4)
    sheet.set_margins(left=0.7, right=0.7, top=0.7, bottom=0.8)  # inches: 18 mm
    sheet.fit_to_pages(1, 0)
    sheet.repeat_rows(head_row)
    sheet.set_footer(f"&L&8{meta.foot.replace('&', '&&')}&R&8&P / &N")


def number_format(kind: Kind, value: float, decimals: float | None) -> str:
    """As many decimals as the KPI is published with; where none are stated, those that the value has.

    Chances and scores look as they do in the report: no open chance is 0 or 100 %, and no score short of 100 is 100.
    """
    match kind:
        case "share" | "chance":
            return _OPEN_CHANCE if kind == "chance" and 0.0 < value < 1.0 else "0 %"
        case "points":
            return f"0.{'0' * places}" if (places := score_decimals(value)) else "0"
        case "lost":
            return "0.0"
        case "count":
            return "General"
        case _:
            return _published(decimals, signed=kind == "signed")


def _published(decimals: float | None, *, signed: bool) -> str:
    if decimals is None:
        return "+General;-General;0" if signed else "General"
    places = "." + "0" * min(int(decimals), _MOST_DECIMALS) if decimals > 0 else ""
    plain = f"#,##0{places}"
    return f"+{plain};-{plain};{plain}" if signed else plain
