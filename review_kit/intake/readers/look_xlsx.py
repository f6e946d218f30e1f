"""A look into an .xlsx or .xlsm worksheet, by its XML."""

import re

from review_kit.intake.readers.looks import BUILT_IN_PERCENT, Look, column_number, shown_in_percent
from review_kit.intake.readers.packed import Parts, damaged
from review_kit.intake.readers.plain_sheet import plain_sheet

_CELL = rb'<c r="([A-Z]{1,3})([0-9]{1,7})"'
_FORMULA = rb"<f\b(?:[^<>]*+(?<=/)>|[^<>]*+(?<!/)>[^<]*+</f>)"
_WIDE = re.compile(rb'<c r="([A-Z]{2,3})([0-9]{1,7})"[^<>]*+(?<!/)>')
_TALL = re.compile(rb'<c r="[A-Z]{1,3}([0-9]{5,7})"[^<>]*+(?<!/)>')
_ROW = re.compile(rb'<row r="([0-9]{1,7})"')
_SHORT = 9_999  # rows up to which a sheet is bearable whatever stands in it
_HIDDEN = re.compile(rb'<row r="([0-9]{1,7})"[^<>]*? hidden="(?:1|true)"')
_UNCOMPUTED = re.compile(  # a formula whose value is the empty text says so by its type
    _CELL + rb'(?![^<>]*? t="str")[^<>]*+>\s*+' + _FORMULA + rb"\s*+(?:<v\s*+/>|<v>\s*+</v>)?+\s*+</c>"
)
_ZERO = re.compile(_CELL + rb"[^<>]*+>\s*+" + _FORMULA + rb"\s*+<v>0</v>\s*+</c>")
_ERROR = re.compile(_CELL + rb'(?=[^<>]*? t="e")[^<>]*+>\s*+(?:' + _FORMULA + rb")?+\s*+<v>([^<]*+)</v>")
# XlsxWriter writes 0 for every formula and asks Excel to compute on opening; Excel then writes a number of its own.
_NOT_COMPUTED_BY = "124519"


def look_xlsx(parts: Parts, sheet: str) -> Look:
    """All that is odd in one worksheet.

    Raises:
        CannotReadError: the workbook does not say which part holds it, or the part is damaged.

    """
    xml = _sheet_xml(parts, sheet)
    look = Look(cells=xml.count(b"</c>"))
    # rows and cells that are only coloured may reach far and harm nobody
    tall = set(_TALL.findall(xml))
    look.rows = max(map(int, tall)) if tall else min(max(map(int, _ROW.findall(xml)), default=1), _SHORT)
    look.columns = min(26, max(1, look.cells))
    for found in _WIDE.finditer(xml):
        column, row = column_number(found[1].decode()), int(found[2])
        look.rows = max(look.rows, row)
        if column > look.columns:
            look.columns, look.corner = column, (row, column)
    if look.stray:
        return look
    if b"<f" in xml:
        look.uncomputed = {_place(*found) for found in _UNCOMPUTED.findall(xml)}
        if _is_not_computed(parts):
            look.uncomputed |= {_place(*found) for found in _ZERO.findall(xml)}
    if b't="e"' in xml:
        look.shown = {_place(*found[:2]): found[2].decode(errors="replace") for found in _ERROR.findall(xml)}
    look.hidden = [int(row) for row in _HIDDEN.findall(xml)] if b"hidden=" in xml else []
    styles = _percent_styles(parts)
    if styles:
        ids = "|".join(map(str, styles)).encode()
        own = rb'(?=[^<>]*? s="(?:' + ids + rb')")'
        percent = re.compile(_CELL + (rb'(?:(?![^<>]*? s=")|' + own + rb")" if 0 in styles else own))
        look.percents = {_place(*found) for found in percent.findall(xml)}
    return look


def _place(column: bytes, row: bytes) -> tuple[int, int]:
    return int(row), column_number(column.decode())


def _sheet_xml(parts: Parts, sheet: str) -> bytes:
    for _, node in parts.elements("xl/workbook.xml", {"sheet"}):
        if node.get("name") == sheet:
            identity = next((value for name, value in node.items() if name.endswith(":id")), None)
            xml = parts.xml(parts.linked("xl/_rels/workbook.xml.rels", identity, "xl"))
            if xml:
                return plain_sheet(xml)
    raise damaged()


def _is_not_computed(parts: Parts) -> bool:
    """Whether the values of formulas are those of a program that cannot compute."""
    told = parts.elements("xl/workbook.xml", {"calcPr"})
    return any(
        node.get("calcId") == _NOT_COMPUTED_BY and node.get("fullCalcOnLoad") in {"1", "true"} for _, node in told
    )


def _percent_styles(parts: Parts) -> list[int]:
    """The numbers of the cell styles that show numbers times 100."""
    formats, styles, number, inside = set(BUILT_IN_PERCENT), [], 0, False
    for name, node in parts.elements("xl/styles.xml", {"numFmt", "cellStyleXfs", "cellXfs", "xf"}):
        kind = int(node.get("numFmtId") or 0) if node.get("numFmtId", "0").isdecimal() else 0
        if name == "numFmt" and shown_in_percent(node.get("formatCode", "")):
            formats.add(kind)
        elif name.startswith("cell"):
            inside = name == "cellXfs"
        elif name == "xf" and inside:
            if kind in formats:
                styles.append(number)
            number += 1
    return styles
