"""Looks at a workbook before it is read: what could harm or mislead is found in the zip file itself."""

import io
import re
import zipfile
from collections.abc import Iterator
from xml.etree import ElementTree as ET

_LARGEST = 400_000_000  # bytes of unpacked XML; a full sheet of a million rows needs less
_LARGEST_RATIO = 500  # unpacked over packed; sheets pack 10 to 30 times, bombs a thousand times
_MOST_CELLS = 60_000_000  # of the used range, which a reader lays out as a whole
_SHEET_TAG = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}sheet"
_LINK = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}id"
_WIDE = re.compile(rb'<c [^>]*?r="([A-Z]{2,3})([0-9]+)"')
_ROW = re.compile(rb'<row [^>]*?r="([0-9]+)"')
_UNCOMPUTED = re.compile(
    rb'<c\b[^>]*?\br="([A-Z]+)([0-9]+)"[^>]*>\s*<f\b(?:[^>]*/>|[^>]*>[^<]*</f>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>'
)
_ERROR = re.compile(
    rb'<c\b(?=[^>]*\bt="e")[^>]*\br="([A-Z]+)([0-9]+)"[^>]*>(?:<f\b[^>]*/>|<f\b.*?</f>)?\s*<v>([^<]*)</v>'
)


def dangers(raw: bytes) -> Iterator[tuple[str, str, str]]:
    """Rule, message and hint of what forbids reading the workbook at all."""
    if raw.startswith(b"\xd0\xcf\x11\xe0"):
        yield "encrypted-file", "the workbook is protected by a password, or in the format before 2007.", _SAVE
        return
    try:
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            yield from _in_parts(parts, len(raw))
    except (zipfile.BadZipFile, NotImplementedError, OSError):
        yield "damaged-file", "the file is not a whole Excel workbook.", "open it in Excel and save it again as .xlsx."


_SAVE = "save it as .xlsx without a password."


def _in_parts(parts: zipfile.ZipFile, packed: int) -> Iterator[tuple[str, str, str]]:
    unpacked = sum(part.file_size for part in parts.infolist())
    if unpacked > _LARGEST or (unpacked > 50_000_000 and unpacked > packed * _LARGEST_RATIO):  # noqa: PLR2004
        yield "file-too-large", f"the workbook unpacks to {unpacked // 1_000_000} MB.", "keep the sheet that is needed."
        return
    for part in parts.infolist():
        if part.filename.endswith((".xml", ".rels")):
            with parts.open(part) as stream:
                head = stream.read(4096)
            if b"<!DOCTYPE" in head or b"<!ENTITY" in head:
                yield "unsafe-xml", "the workbook declares XML entities.", "open it in Excel and save it again."
                return


def sheet_xml(raw: bytes, sheet: str) -> bytes:
    """The XML of one worksheet, empty where the workbook does not say which part holds it."""
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        try:
            book = ET.fromstring(parts.read("xl/workbook.xml"))  # noqa: S314 - see the import
            links = ET.fromstring(parts.read("xl/_rels/workbook.xml.rels"))  # noqa: S314
        except (KeyError, ET.ParseError):
            return b""
        wanted = {node.get(_LINK) for node in book.iter(_SHEET_TAG) if node.get("name") == sheet}
        for link in links:
            if link.get("Id") in wanted:
                target = str(link.get("Target"))
                name = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
                return parts.read(name) if name in parts.namelist() else b""
    return b""


def stray_cell(xml: bytes) -> str:
    """The outermost cell ('XFD1048576') of a sheet whose used range is too large to read; '' for a sound one."""
    last = max((int(found[1]) for found in _ROW.finditer(xml)), default=1)
    widest, name = 26, ""
    for found in _WIDE.finditer(xml):
        width = column_number(found[1].decode())
        if width > widest:
            widest, name = width, (found[1] + found[2]).decode()
    if last * widest <= _MOST_CELLS:
        return ""
    return name or f"A{last}"


def uncomputed(xml: bytes) -> list[tuple[int, int]]:
    """Row and column (from 1) of the formulas that were saved without their value."""
    if b"<f" not in xml:
        return []
    return [(int(found[2]), column_number(found[1].decode())) for found in _UNCOMPUTED.finditer(xml)]


def error_cells(xml: bytes) -> dict[tuple[int, int], str]:
    """'#DIV/0!' and the like by row and column (from 1); a reader would give empty cells for them."""
    if b't="e"' not in xml:
        return {}
    return {
        (int(found[2]), column_number(found[1].decode())): found[3].decode(errors="replace")
        for found in _ERROR.finditer(xml)
    }


def column_number(letters: str) -> int:
    """27 for 'AA'."""
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
