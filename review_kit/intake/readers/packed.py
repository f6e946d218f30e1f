"""Workbooks that are zip files: what could harm is found before any part is unpacked as a whole."""

import io
import zipfile
import zlib
from collections.abc import Iterator
from xml.etree import ElementTree as ET

from review_kit.intake.readers.files import CannotReadError, too_large

_LARGEST = 250_000_000  # bytes of all parts; a full sheet of a million rows needs less
_PACKS_WELL = 50_000_000  # bytes from which on the ratio is looked at
_LARGEST_RATIO = 100  # unpacked over packed; sheets pack 10 to 30 times, bombs a thousand times
_MOST_PARTS = 10_000
_LOCAL_HEADER = 30  # bytes, followed by a name and extras of the lengths that stand at 26 and 28
_CHUNK = 1 << 16
_DAMAGED = "the file is not a whole workbook."
_AGAIN = "open it in Excel or LibreOffice and save it again."


class Parts:
    """The parts of one workbook, by name; nothing is unpacked that is larger than it claims to be.

    Raises:
        CannotReadError: the file is damaged, hostile or too large.

    """

    def __init__(self, raw: bytes) -> None:
        try:
            self._zip = zipfile.ZipFile(io.BytesIO(raw))
            self.names = frozenset(self._zip.namelist())
            self._must_be_bearable(raw)
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, OSError, ValueError, IndexError):
            raise damaged() from None

    def __getitem__(self, name: str) -> bytes:
        """The content of a part; empty where there is none."""
        try:
            return self._zip.read(name) if name in self.names else b""
        except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError):
            raise damaged() from None

    def xml(self, name: str) -> ET.Element:
        """The tree of a small part; an empty one where it is missing or no XML."""
        try:
            return ET.fromstring(self[name])  # noqa: S314 - parts that declare entities were refused
        except ET.ParseError:
            return ET.Element("none")

    def linked(self, relations: str, identity: str | None, folder: str) -> str:
        """The name of the part that a relation leads to; '' where there is none."""
        for link in self.xml(relations):
            if link.get("Id") == identity:
                target = str(link.get("Target"))
                return target.lstrip("/") if target.startswith("/") else f"{folder}/{target}"
        return ""

    def _must_be_bearable(self, raw: bytes) -> None:
        parts = self._zip.infolist()
        unpacked = sum(part.file_size for part in parts)
        bomb = unpacked > _PACKS_WELL and unpacked > len(raw) * _LARGEST_RATIO
        if unpacked > _LARGEST or bomb or len(parts) > _MOST_PARTS:
            raise too_large(f"the workbook unpacks to {unpacked // 1_000_000:,} MB.")
        for part in parts:
            if part.flag_bits & 1:
                raise encrypted()
            size = 0
            for piece in _unpacked(raw, part):
                if size == 0:
                    _refuse_entities(part.filename, piece)
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


def _refuse_entities(name: str, head: bytes) -> None:
    """Parts that declare entities, or are written in two bytes a letter, so that this could not be seen."""
    if name.lower().endswith((".xml", ".rels")):
        strange = head.startswith((b"\xff\xfe", b"\xfe\xff", b"\0<", b"<\0"))
        if strange or b"<!DOCTYPE" in head or b"<!ENTITY" in head:
            raise CannotReadError("unsafe-xml", "the workbook declares XML entities.", _AGAIN)


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
