"""Workbooks that are zip files: what could harm is found before any part is unpacked as a whole."""

import io
import re
import zipfile
import zlib
from collections.abc import Callable, Collection, Iterator
from pathlib import PurePosixPath
from xml.parsers import expat

from review_kit.intake.readers.files import CannotReadError, too_large

_LARGEST = 250_000_000  # bytes of all parts; a full sheet of a million rows needs less
_PACKS_WELL = 50_000_000  # bytes from which on the ratio is looked at
_LARGEST_RATIO = 100  # unpacked over packed; sheets pack 10 to 30 times, bombs a thousand times
_LARGEST_HEAD = 16_000_000  # bytes of a part that says how others are to be read
_HEADS = ("workbook.xml", "styles.xml", "[content_types].xml", "manifest.xml", ".rels")
_MOST_PARTS = 10_000
_MOST_ELEMENTS = 200_000  # of one part that are looked at; a workbook has at most 65,490 styles
_ENTRY = b"PK\x01\x02"  # begins what the list of parts says of one of them
_LOCAL_HEADER = 30  # bytes, followed by a name and extras of the lengths that stand at 26 and 28
_CHUNK = 1 << 16
# What may stand before the root of an XML document: its declaration, comments and blanks, and nothing that declares.
_PROLOG = re.compile(rb"(?:\xef\xbb\xbf)?(?:\s++|<\?[^>]*+>|<!--.*?-->)*+<[A-Za-z_]", re.DOTALL)
_ENCODING = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["'](?!utf-?8["']|us-ascii["'])""", re.IGNORECASE)
_DAMAGED = "the file is not a whole workbook."
_AGAIN = "open it in Excel or LibreOffice and save it again."


class Parts:
    """The parts of one workbook, by name; nothing is unpacked that is larger than it claims to be.

    Raises:
        CannotReadError: the file is damaged, hostile or too large.

    """

    def __init__(self, raw: bytes) -> None:
        if raw.count(_ENTRY) > 2 * _MOST_PARTS:  # listing them alone would fill the memory
            raise too_large("the workbook is made of too many parts.")
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
            self._spelt = {name.casefold(): name for name in self._zip.namelist()}
            self._must_be_bearable(raw)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, IndexError):
            raise damaged() from None

    def __contains__(self, name: str) -> bool:
        return name.casefold() in self._spelt

    def __getitem__(self, name: str) -> bytes:
        """The content of a part, in whatever letters its name is written; empty where there is none."""
        spelt = self._spelt.get(name.casefold())
        try:
            return self._zip.read(spelt) if spelt else b""
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError):
            raise damaged() from None

    def xml(self, name: str) -> bytes:
        """The content of a part that is XML.

        Raises:
            CannotReadError: it declares entities.

        """
        content = self[name]
        if content:
            _refuse_entities(content[:_CHUNK])
        return content

    def elements(self, name: str, wanted: Collection[str]) -> list[tuple[str, dict[str, str]]]:
        """Name and attributes of the `wanted` elements of a part, without prefixes, in order; none where it is missing.

        Raises:
            CannotReadError: it is no XML.

        """
        found: list[tuple[str, dict[str, str]]] = []

        def start(element: str, attributes: dict[str, str]) -> None:
            local = element.rpartition(":")[2]
            if local in wanted:
                found.append((local, attributes))
                if len(found) > _MOST_ELEMENTS:
                    raise damaged()

        parse(self.xml(name), start)
        return found

    def linked(self, relations: str, identity: str | None, folder: str) -> str:
        """The name of the part that a relation leads to; '' where there is none."""
        for _, link in self.elements(relations, {"Relationship"}):
            if link.get("Id") == identity:
                target = str(link.get("Target")).replace("\\", "/")
                return target.lstrip("/") if target.startswith("/") else f"{folder}/{target.removeprefix('./')}"
        return ""

    def _must_be_bearable(self, raw: bytes) -> None:
        parts = self._zip.infolist()
        if len(self._spelt) < len(parts):  # two programs would read two different parts
            raise damaged()
        unpacked = sum(part.file_size for part in parts)
        bomb = unpacked > _PACKS_WELL and unpacked > len(raw) * _LARGEST_RATIO
        if unpacked > _LARGEST or bomb or len(parts) > _MOST_PARTS:
            raise too_large(f"the workbook unpacks to {len(parts):,} parts and {unpacked // 1_000_000:,} MB.")
        for part in parts:
            if part.flag_bits & 1:
                raise encrypted()
            if part.file_size > _LARGEST_HEAD and part.filename.lower().endswith(_HEADS):
                raise too_large(f"the part {PurePosixPath(part.filename).name} of the workbook is too large.")
            size = 0
            for piece in _unpacked(raw, part):
                if size == 0 and part.filename.lower().endswith((".xml", ".rels")):
                    _refuse_entities(piece)
                size += len(piece)
                if size > part.file_size:
                    raise damaged()


def encrypted() -> CannotReadError:
    """The refusal of what only its password opens."""
    told = "the workbook is protected by a password."
    return CannotReadError("encrypted-file", told, "open it, take the password off, and save it.")


def damaged() -> CannotReadError:
    """The refusal of a workbook that contradicts itself: what its cells show could not be told."""
    return CannotReadError("damaged-file", _DAMAGED, _AGAIN)


def parse(content: bytes, start: Callable[[str, dict[str, str]], None]) -> None:
    """Tell `start` of every element of an XML part; nothing where it is empty.

    Raises:
        CannotReadError: it is no XML.

    """
    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    try:
        if content:
            parser.Parse(content, True)
    except (expat.ExpatError, LookupError, ValueError):
        raise damaged() from None


def _refuse_entities(head: bytes) -> None:
    """Parts that declare entities, or are written in such a way that this cannot be seen."""
    if not _PROLOG.match(head) or _ENCODING.match(head.removeprefix(b"\xef\xbb\xbf")):
        what = "declares XML entities" if b"<!" in head else "has a part that is no XML in UTF-8"
        raise CannotReadError("unsafe-xml", f"the workbook {what}.", _AGAIN)


def _unpacked(raw: bytes, part: zipfile.ZipInfo) -> Iterator[bytes]:
    """The real content of a part piece by piece, however long it claims to be."""
    start = part.header_offset
    if part.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise damaged()
    lengths = [int.from_bytes(raw[start + at : start + at + 2], "little") for at in (26, 28)]
    start += _LOCAL_HEADER + sum(lengths)
    content = memoryview(raw)[start : start + part.compress_size]
    if part.compress_type == zipfile.ZIP_STORED:
        yield bytes(content[:_CHUNK])
        return
    unpacker = zlib.decompressobj(-zlib.MAX_WBITS)
    for at in range(0, len(content), _CHUNK):
        waiting = bytes(content[at : at + _CHUNK])
        while waiting:
            if piece := unpacker.decompress(waiting, 1 << 20):
                yield piece
            waiting = unpacker.unconsumed_tail
