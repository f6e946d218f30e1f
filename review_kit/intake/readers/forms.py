"""What the bytes of a text file are besides text, and in which encoding they can be read."""

import re

_SIGNATURES = {
    b"PK\x03\x04": "an Excel or zip file",
    b"PK\x05\x06": "an empty zip file",
    b"{\\rtf": "a document of a word processor",
    b"\xd0\xcf\x11\xe0": "an old Excel file",
    b"%PDF": "a PDF",
    b"PAR1": "a Parquet file",
    b"SQLite format 3": "a database",
    b"\x1f\x8b": "a packed file",
}
_PAGE = re.compile(
    rb"\s*(?:<!--.*?-->\s*)*<(?:!doctype|html|head|body|script|meta|style|title|center|font|div|p|table|\?xml)\b",
    re.IGNORECASE | re.DOTALL,
)
_JSON = re.compile(rb'\s*(?:\[\s*)?\{\s*"')
_WIDE_LETTERS = 0.4  # of the bytes: so many NULs have texts of two bytes a letter


def other_forms(raw: bytes) -> list[tuple[str, str]]:
    """What the file is instead of a table of cells, each with what to do about it; nothing for text."""
    start = raw[:4096].removeprefix(b"\xef\xbb\xbf")
    told = [
        (f"the file is {what}, not text.", "export it as CSV, or name it as it is.")
        for signature, what in _SIGNATURES.items()
        if raw.startswith(signature)
    ]
    if _PAGE.match(start):
        page = "the file is a web page, not a table; it may be the page of a login."
        told.append((page, "open it in a browser, and download the table itself."))
    if _JSON.match(start):
        hint = "write one object a line and call it .jsonl, or export it as CSV."
        told.append(("the file is JSON, not a table of cells.", hint))
    return told


def wide_letters(raw: bytes) -> str:
    """The kind of UTF-16 that text without a mark seems to be; '' for any other."""
    start = raw[:4096]
    for first, encoding in ((1, "utf-16-le"), (0, "utf-16-be")):
        if start[first::2].count(0) > _WIDE_LETTERS * len(start):
            return encoding
    return ""


def is_utf8(raw: bytes) -> bool:
    """Whether letters beyond ASCII stand there, all of them as UTF-8 writes them: by chance that does not happen."""
    if raw.isascii():
        return False
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return True
