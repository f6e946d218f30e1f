"""What the bytes of a text file say against the encoding that params declare."""

import codecs

UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)


def contradiction(raw: bytes, encoding: str) -> tuple[str, str]:
    """What the first bytes say against the encoding, and what to do; empty where nothing does."""
    if raw.startswith(codecs.BOM_UTF8) and encoding not in {"utf-8", "utf-8-sig"}:
        told = f"the file begins with the mark of UTF-8, and {encoding} is declared."
        return told, "remove 'encoding' from its source."
    if encoding.startswith(("utf-16", "utf-32")):
        marked = raw.startswith(UTF_16) or encoding != "utf-16"
        return ("", "") if marked else ("the file does not tell the order of its bytes.", _declare(raw))
    if several := _several_bytes_a_letter(raw):
        return several
    if encoding not in {"utf-8", "utf-8-sig"} and _is_utf_8(raw):
        return f"the file is UTF-8, not {encoding}: its letters would be garbled.", "take encoding out of its source."
    return "", ""


def _several_bytes_a_letter(raw: bytes) -> tuple[str, str] | None:
    """What is said of a file of UTF-16 or UTF-32, or of zeros alone; None for any other."""
    if raw and raw.count(0) == len(raw):
        return "the file holds nothing but zeros: it was lost while it was saved or copied.", "copy or export it again."
    if raw.startswith(_UTF_32):
        return "the file is UTF-32.", "save it as UTF-8, or add 'encoding: utf-32'."
    if raw.startswith(UTF_16):
        return "the file is UTF-16.", "save it as UTF-8, or add 'encoding: utf-16'."
    return ("the file is UTF-16.", f"save it as UTF-8, or {_declare(raw)}") if _seems_utf_16(raw) else None


def _seems_utf_16(raw: bytes) -> bool:
    """Whether every other byte is mostly 0, as in text of Latin letters."""
    head = raw[:1_000]
    return max(head[::2].count(0), head[1::2].count(0)) * 4 > len(head)  # half of the letters


def _declare(raw: bytes) -> str:
    order = "be" if raw[:1_000:2].count(0) > raw[1:1_000:2].count(0) else "le"
    return f"add 'encoding: utf-16-{order}'."


def _is_utf_8(raw: bytes) -> bool:
    """Whether letters beyond ASCII stand there, all of them as UTF-8 writes them: by chance that does not happen."""
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
