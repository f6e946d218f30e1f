"""Which `date_format` a person may declare for a text that is not read without one."""

import re
from datetime import date, datetime, timedelta

_FORMATS = (
    "%d.%m.%Y", "%d/%m/%Y", "%m/%d/%Y", "%d-%m-%Y", "%m-%d-%Y", "%d/%m/%y", "%m/%d/%y", "%d-%m-%y", "%m-%d-%y",
    "%d.%m.%y", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d", "%Y/%m", "%m/%Y", "%m.%Y", "%m-%Y", "%B %d, %Y", "%b %d, %Y",
    "%d %B %Y", "%d %b %Y", "%d. %B %Y", "%d. %b %Y", "%d-%b-%Y", "%d-%b-%y", "%B %Y", "%b %Y", "%b-%Y", "%b-%y",
    "%b %y", "%Y %B", "%Y %b", "%Y-%b",
)  # fmt: skip
_MONTH_OR_DAY = re.compile(r"%[mbBdjxUW]")
_SERIAL = re.compile(r"[2-6][0-9]{4}(?:\.0)?")
_EXCEL_DAY_0 = date(1899, 12, 30)
_HAS_MONTH_NAME = re.compile(r"[^\W\d_]{3,}")


def is_year_alone(date_format: str) -> bool:
    """Whether a format names no month: what it reads is a year, and not its January."""
    return _MONTH_OR_DAY.search(date_format) is None


def how_to_declare(text: str) -> str:
    """The formats that read the text, each with the day it then means; '' where none does."""
    if _SERIAL.fullmatch(text):
        day = _EXCEL_DAY_0 + timedelta(days=int(float(text)))
        return f"this may be how Excel stores {day}: format the column as a date, and export it again."
    read = {written: _read(text, written) for written in reversed(_FORMATS)}
    fitting = {day: written for written, day in read.items() if day is not None}
    if not fitting:
        if _HAS_MONTH_NAME.search(text) and any(letter.isdigit() for letter in text):
            return 'write 2025-09, or a day such as 2025-09-30; a date_format such as "%d. %B %Y" reads English months.'
        return ""
    if len(fitting) == 1:
        return f'add date_format: "{next(iter(fitting.values()))}" to its source, or write it as 2025-09-30.'
    each = " or ".join(f'date_format: "{written}" ({day})' for day, written in sorted(fitting.items()))
    return f"it can mean several days, so add {each} to its source."


def _read(text: str, written: str) -> date | None:
    try:
        return datetime.strptime(text, written).date()  # noqa: DTZ007 - days have no time zone
    except ValueError:
        return None
