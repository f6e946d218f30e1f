"""Why a text is no day and no period, and which `date_format` a person may declare for it."""

import re
from datetime import UTC, date, datetime, timedelta

from review_kit.intake.look_alikes import hidden_marks

_FORMATS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y",
    "%d.%m.%y", "%Y/%m/%d", "%Y.%m.%d", "%Y-%m-%d", "%Y_%m_%d", "%Y%m%d", "%Y/%m", "%Y.%m", "%Y_%m", "%Y-%m", "%Y%m",
    "%YM%m", "%Y-M%m", "%m/%Y", "%m.%Y", "%m-%Y", "%B %d, %Y", "%b %d, %Y", "%b %d %Y", "%d %B %Y", "%d %b %Y",
    "%d. %B %Y", "%d. %b %Y", "%d-%b-%Y", "%d-%b-%y", "%B %Y", "%b %Y", "%b-%Y", "%b-%y", "%b %y", "%Y %B", "%Y %b",
    "%Y-%b",
)  # fmt: skip
_MONTH_OR_DAY = re.compile(r"%[mbBdjxUW]")
_WITHOUT_PARTING = re.compile(r"%[A-Za-z]%[A-Za-z]")
_SERIAL = re.compile(r"[2-6][0-9]{4}(?:\.[0-9]+)?")
_EXCEL_DAY_0 = date(1899, 12, 30)
_SECONDS = re.compile(r"([0-9]{10})(?:[0-9]{3})?")  # since 1970, or thousandths of them
_MONTH_NAME = re.compile(  # of the larger languages of Europe, as they begin
    r"jan|ene|gen|f[eé][bv]|m[aä]r|mrz|maart|avr|apr|abr|ma[ijy]|mag|ju[inl]|giu|lug|lip|a[uo][ugû]|ag[o ]|sep|set"
    r"|o[ckt]t|out|no[vw]|d[eéi][cszi]",
    re.IGNORECASE,
)
_QUARTER = re.compile(
    r"(?:.*\b(?:Q|QTR|T|K|Quart[a-z]*|Trim[a-z]*)[ .]?(?P<a>[1-4])\b.*|.*\b(?P<b>[1-4])\.?[ -]?(?:Q|T|K|Quart|Trim).*"
    r"|[0-9]{2,4}[ ]?Q(?P<c>[1-4]).*)",
    re.IGNORECASE,
)
_HALF = re.compile(r".*(?:\bH[12]\b|\b[12]H|\bS[12]\b|half|halbjahr|semest).*", re.IGNORECASE)
_WEEK = re.compile(r".*(?:\b(?:KW|CW|W|week|woche|semaine)[ -]?[0-9]{1,2}\b|[0-9]-?W[0-9]{1,2}).*", re.IGNORECASE)
_OTHER_YEAR = re.compile(r"(?!(?:19|20|21)[0-9]{2}-)[0-9]{1,5}-[0-9]{2}-[0-9]{2}")
_NOT_FINAL = re.compile(r"(.*[0-9])\s*(?:[*†‡]+|[A-Za-z]{1,2}|[(\[][^()\[\]]*[)\]])")


def is_year_alone(date_format: str) -> bool:
    """Whether a format names no month: what it reads is a year, and not its January."""
    return _MONTH_OR_DAY.search(date_format) is None


def read_date(text: str, date_format: str) -> date | None:
    """The day that a text names by a format of `strptime`; None where it does not follow the format.

    Where nothing parts the numbers each must have all its digits: 2026113 may be a day of January or of November.
    """
    try:
        day = datetime.strptime(text, date_format)  # noqa: DTZ007 - days have no time zone
    except ValueError:
        return None
    if _WITHOUT_PARTING.search(date_format) and day.strftime(date_format).casefold() != text.casefold():
        return None
    return day.date()


def why_unreadable(text: str) -> str:
    """What keeps people's eyes from seeing why a text is no date; '' where nothing does."""
    if marks := hidden_marks(text):
        return f"'{{value}}' holds marks that nobody sees: {marks}."
    if any(letter.isdigit() and not letter.isascii() for letter in text):
        return "'{value}' holds digits of another script."
    if _OTHER_YEAR.fullmatch(text):
        return "the year of '{value}' does not lie between 1900 and 2199."
    return ""


def without_remark(text: str) -> str:
    """'2026-Q4' of '2026-Q4*', '2026Q4p' and '2026-Q4 (prelim.)'; '' where no remark follows."""
    found = _NOT_FINAL.fullmatch(text)
    return found[1] if found else ""


def how_to_declare(text: str, *, period: bool = True) -> str:
    """The formats that read the text, each with the day it then means; other advice, or '', where none does."""
    if _SERIAL.fullmatch(text):
        day = _EXCEL_DAY_0 + timedelta(days=int(float(text)))
        return f"this may be how Excel stores {day}: format the column as a date, and export it again."
    read = {written: read_date(text, written) for written in reversed(_FORMATS)}
    fitting = {day: written for written, day in read.items() if day is not None}
    if len(fitting) == 1:
        return f'add date_format: "{next(iter(fitting.values()))}" to its source, or write it as 2025-09-30.'
    if fitting:
        each = " or ".join(f'date_format: "{written}" ({day})' for day, written in sorted(fitting.items()))
        return f"it can mean several days, so add {each} to its source."
    return _advice(text, period=period)


def _advice(text: str, *, period: bool) -> str:
    if found := _SECONDS.fullmatch(text):
        return f"these may be seconds since 1970, for {datetime.fromtimestamp(int(found[1]), UTC).date()}: write days."
    if period and (found := _QUARTER.fullmatch(text)):
        number = found["a"] or found["b"] or found["c"]
        return f"write the quarter with its year, such as 2025-Q{number}; `values` of the source can translate it."
    if period and (_HALF.fullmatch(text) or _WEEK.fullmatch(text)):
        return "periods are months, quarters or years: give 2025-09, 2025-Q3 or 2025."
    if _MONTH_NAME.search(text) and any(letter.isdigit() for letter in text):
        return 'write 2025-09, or a day such as 2025-09-30; a date_format such as "%d. %B %Y" reads English months.'
    return ""
