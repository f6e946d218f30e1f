"""How params may say that numbers and days are written in a source."""

import re
from datetime import date, datetime
from typing import Literal

from review_kit.yaml_text.scalars import refusal

Negative = Literal["brackets", "trailing", "dash"]  # (5), 5-, and a minus that is no hyphen

_YEAR_CODE = re.compile(r"%[YyGcx]")
_WEEK_CODE, _WEEKDAY_CODE = re.compile(r"%[UWV]"), re.compile(r"%[aAwu]")


def says_nothing(text: str) -> str:
    """A sign that could be part of a number would change it when it is taken away."""
    if any(letter.isdigit() or letter in "+-−–().,'" for letter in text) or text in {"e", "E"}:
        hint = "declare decimal, thousands or negatives; signs are for what says nothing, such as % or €."
        raise refusal(f"'{text}' can be part of a number.", hint)
    return text


def readable_date_format(text: str) -> str:
    """A format that names at least the year."""
    if not _YEAR_CODE.search(text):
        raise refusal(f"'{text}' names no year.", "such as %d.%m.%Y: %d day, %m month, %b or %B its name, %Y year.")
    if _WEEK_CODE.search(text) and not _WEEKDAY_CODE.search(text):
        told = f"'{text}' names a week without a day, which would be read as January."
        raise refusal(told, "give the day of the week as well, or write months or days into the file.")
    try:
        date(2001, 2, 3).strftime(text)
        datetime.strptime("", text)  # noqa: DTZ007 - only whether the format can be read
    except (ValueError, re.error) as error:  # a part that stands twice is told by re
        if "does not match format" not in str(error):
            raise refusal(f"'{text}' is not a date format.", "such as %d.%m.%Y, as of Python's strptime.") from None
    return text
