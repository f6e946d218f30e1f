"""A look into an .xlsx or .xlsm worksheet, by its XML."""

import re

from review_kit.intake.raw import column_letters
from review_kit.intake.readers.looks import BUILT_IN_PERCENT, Look, column_number, shown_in_percent
from review_kit.intake.readers.packed import Parts, damaged

_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_LINKS = (
    "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id",
    "{http://purl.oclc.org/ooxml/officeDocument/relationships}id",
)
_WIDE = re.compile(rb'<c\b[^>]*?\br="([A-Z]{2,3})([0-9]{1,7})"')
_ROW = re.compile(rb'<row\b[^>]*?\br="([0-9]{1,7})"')
_HIDDEN = re.compile(rb'<row\b(?=[^>]*\bhidden="(?:1|true)")[^>]*?\br="([0-9]{1,7})"')
_UNCOMPUTED = re.compile(  # a formula whose value is the empty text says so by its type
    rb'<c\b(?![^>]*\bt="str")[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*'
    rb"<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>"
)
_FORMULA = rb"(?:<f\b[^>]*/>|<f\b[^>]*>[^<]*</f>)?"
_ERROR = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"[^>]*>\s*' + _FORMULA + rb"\s*<v>([^<]*)</v>"
)
_PREFIX = re.compile(rb"<([A-Za-z0-9_.-]+):worksheet\b")
_PLACELESS = re.compile(rb"<(?:c|row)(?:>|/>|\s(?![^>]*\br=)[^>]*>)")
_TAG = re.compile(rb"<(row|c)\b([^>]*)>")


def look_xlsx(parts: Parts, sheet: str) -> Look:
    """All that is odd in one worksheet.

    Raises:
        CannotReadError: the workbook does not say which part holds it.

    """
    xml = _sheet_xml(parts, sheet)
    if not xml:
        raise damaged()
    look = Look(rows=1, cells=xml.count(b"<c ") + xml.count(b"<c>"))
    for found in _ROW.finditer(xml):
        look.rows = max(look.rows, int(found[1]))
    look.columns = min(26, max(1, look.cells))
    for found in _WIDE.finditer(xml):
        column = column_number(found[1].decode())
        if column > look.columns:
            look.columns, look.corner = column, (int(found[2]), column)
    if look.stray:
        return look
    if b"<f" in xml:
        look.uncomputed = {(int(row), column_number(name.decode())) for name, row in _UNCOMPUTED.findall(xml)}
    if b't="e"' in xml:
        look.errors = {
            (int(found[2]), column_number(found[1].decode())): found[3].decode(errors="replace")
            for found in _ERROR.finditer(xml)
        }
    look.hidden = [int(row) for row in _HIDDEN.findall(xml)] if b"hidden=" in xml else []
    styles = _percent_styles(parts)
    if styles:
        ids = "|".join(map(str, styles)).encode()
        percent = re.compile(rb'<c\b(?=[^>]*\bs="(?:' + ids + rb')")[^>]*?\br="([A-Z]{1,3})([0-9]{1,7})"')
        look.percents = {(int(row), column_number(name.decode())) for name, row in percent.findall(xml)}
    return look


def _sheet_xml(parts: Parts, sheet: str) -> bytes:
    """The XML of the worksheet with plain names of tags, and the place of every cell written out."""
    book = parts.xml("xl/workbook.xml")
    for node in [*book.iter(f"{_MAIN}sheet"), *book.iter(f"{_STRICT}sheet")]:
        if node.get("name") == sheet:
            identity = next((node.get(link) for link in _LINKS if node.get(link)), None)
            xml = parts[parts.linked("xl/_rels/workbook.xml.rels", identity, "xl")]
            if found := _PREFIX.search(xml[:4096]):
                xml = xml.replace(b"<" + found[1] + b":", b"<").replace(b"</" + found[1] + b":", b"</")
            return _placed(xml) if _PLACELESS.search(xml) else xml
    return b""


def _placed(xml: bytes) -> bytes:
    """Rows and cells that do not say where they stand follow on those before them."""
    row, column = 0, 0

    def place(found: re.Match[bytes]) -> bytes:
        nonlocal row, column
        own = re.search(rb'\br="([A-Z]*)([0-9]+)"', found[2])
        if found[1] == b"row":
            row, column = int(own[2]) if own else row + 1, 0
            name = str(row)
        else:
            column = column_number(own[1].decode()) if own and own[1] else column + 1
            name = f"{column_letters(column)}{row}"
        rest = found[2] if own is None else found[2].replace(own[0], b"")
        return b"<" + found[1] + f' r="{name}"'.encode() + rest + b">"

    return _TAG.sub(place, xml)


def _percent_styles(parts: Parts) -> list[int]:
    """The numbers of the cell styles that show numbers times 100."""
    styles = parts.xml("xl/styles.xml")
    space = _STRICT if styles.tag.startswith(_STRICT) else _MAIN
    formats = BUILT_IN_PERCENT | {
        int(node.get("numFmtId", "0"))
        for node in styles.iter(f"{space}numFmt")
        if shown_in_percent(node.get("formatCode", ""))
    }
    lists = [node for node in styles if node.tag == f"{space}cellXfs"]
    return [
        number
        for cells in lists
        for number, node in enumerate(cells.iter(f"{space}xf"))
        if int(node.get("numFmtId", "0")) in formats
    ]
