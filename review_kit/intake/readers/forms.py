"""What a file really is, by its first bytes: the name of a file may say something else."""

import re

from review_kit.intake.readers.files import CannotReadError

_SIGNATURES = (  # begins with; what it then is; the kinds of sources that are such files
    (b"PK\x03\x04", "an Excel or zip file", {"excel"}),
    (b"\xd0\xcf\x11\xe0", "an old Excel file", {"excel"}),
    (b"%PDF", "a PDF", set[str]()),
    (b"PAR1", "a Parquet file", {"parquet"}),
    (b"SQLite format 3\0", "a database", {"sqlite"}),
    (b"\x1f\x8b", "a packed file", set[str]()),
)
_WANTED = {"csv": "text", "jsonl": "text", "excel": "a workbook", "parquet": "a Parquet file"}
_BEFORE = rb"(?:\xef\xbb\xbf)?\s*(?:<!--.*?-->\s*)*"
_TAGS = rb"!doctype|html|head|body|script|meta|title|style|link|table|div"
_PAGE = re.compile(_BEFORE + rb"(?:<\?xml[^>]*>\s*)?<(?:" + _TAGS + rb")\b", re.IGNORECASE | re.DOTALL)
_XML = re.compile(_BEFORE + rb"<\?xml\b", re.IGNORECASE | re.DOTALL)


def must_be(kind: str, raw: bytes) -> None:
    """Whether the bytes can be a source of this kind at all.

    Raises:
        CannotReadError: they are plainly something else, such as the page of a login.

    """
    if _PAGE.match(raw[:4096]):
        told = "the file is a web page, not a table; it may be the page of a login."
        raise CannotReadError("format-mismatch", told, "open it in a browser, and download the table itself.")
    what = "XML" if _XML.match(raw[:4096]) else ""
    for start, form, kinds in _SIGNATURES:
        if raw.startswith(start) and kind not in kinds:
            what = form
    if what:
        export = "export it as CSV" if _WANTED[kind] == "text" else "export it again"
        raise CannotReadError(
            "format-mismatch", f"the file is {what}, not {_WANTED[kind]}.", f"{export}, or name it as it is."
        )
