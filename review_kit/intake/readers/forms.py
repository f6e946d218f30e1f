"""What a file really is, by its first bytes: the name of a file may say something else."""

import re

from review_kit.intake.readers.files import CannotReadError

_SIGNATURES = (  # begins with; what it then is; the kinds of sources that are such files
    (b"PK\x03\x04", "an Excel or zip file", {"excel"}),
    (b"PK\x05\x06", "an empty zip file", {"excel"}),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", {"excel"}),
    (b"{\\rtf", "a document of a word processor", set[str]()),
    (b"%PDF", "a PDF", set[str]()),
    (b"PAR1", "a Parquet file", {"parquet"}),
    (b"SQLite format 3\0", "a database", {"sqlite"}),
    (b"\x1f\x8b", "a packed file", set[str]()),
)
_WANTED = {"csv": "text", "jsonl": "text", "excel": "a workbook", "parquet": "a Parquet file"}
_NO_TEXT = {  # what text is called that lies where such a file belongs, and what to do
    "excel": (
        "the file is text, no workbook.",
        "save it in Excel as .xlsx; a text file is named .csv, or gets format: csv.",
    ),
    "parquet": ("the file is text, no Parquet file.", "name it as it is, such as .csv."),
}
_BEFORE = rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*"
_TAGS = rb"!doctype|html|head|body|script|meta|title|style|link|table|div|center|font|p"
_PAGE = re.compile(_BEFORE + rb"(?:<\?xml[^>]*>\s*)?<(?:" + _TAGS + rb")\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(_BEFORE + rb"<\?xml\b", re.IGNORECASE | re.DOTALL)
_JSON = re.compile(rb'(?:\xef\xbb\xbf)?\s*(?:\[\s*)?\{\s*"')
_BEGINNING = 4096  # bytes that are looked at


def must_be(kind: str, raw: bytes) -> None:
    """Whether the bytes can be a source of this kind at all.

    Raises:
        CannotReadError: they are plainly something else, such as the page of a login.

    """
    start = raw[:_BEGINNING]
    if _PAGE.match(start):
        told = "the file is a web page, not a table; it may be the page of a login."
        raise CannotReadError("format-mismatch", told, "open it in a browser, and download the table itself.")
    what = "XML" if _XML.match(start) else ""
    for signature, form, kinds in _SIGNATURES:
        if not raw.startswith(signature):
            continue
        if kind in kinds:
            return
        what = form
    if what:
        export = "export it as CSV" if _WANTED[kind] == "text" else "export it again"
        raise CannotReadError(
            "format-mismatch", f"the file is {what}, not {_WANTED[kind]}.", f"{export}, or name it as it is."
        )
    if kind == "csv" and _JSON.match(start):
        hint = "write one object a line and call it .jsonl, or export it as CSV."
        raise CannotReadError("format-mismatch", "the file is JSON, not a table of cells.", hint)
    if kind in _NO_TEXT and is_text(raw):
        told, hint = _NO_TEXT[kind]
        raise CannotReadError("format-mismatch", told, hint)


def is_text(raw: bytes) -> bool:
    """Whether people can read the beginning of a file: text, under the name of something else."""
    start = raw[:_BEGINNING]
    return bool(start.strip()) and not set(start) & set(range(9))
