"""Text from YAML to declared types: no guessing, so that 2025_26, NO, 007 and 1:30 stay what was written.

Values that are typed already, as code gives them, are checked the same way.
"""

import math
import re
from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator
from pydantic_core import PydanticCustomError

_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
_WHOLE = re.compile(r"[0-9]{1,9}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_SAFE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._-]{0,58}[A-Za-z0-9_-])?")
_REVISION = re.compile(r"\.r[0-9]+$")  # outputs/2025.r2 is the second revision of 2025
_CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\u202a-\u202e\u2066-\u2069]")


def refusal(message: str, hint: str, *, at: str = "") -> PydanticCustomError:
    """A mistake in our words; `at` names the key below the place where the check stands."""
    return PydanticCustomError("refused", "refused", {"message": message, "hint": hint} | ({"at": at} if at else {}))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise refusal("one value belongs here, not a list or a mapping.", "write the value after the colon.")
    if _CONTROL.search(value):
        raise refusal("the text holds control characters.", "type it anew, without copied formatting.")
    return value


def _line(value: Any) -> str:
    text = _text(value).strip()
    if not text:
        raise refusal("nothing stands after the colon.", "write a value, or remove the line.")
    if len(text.splitlines()) > 1:
        raise refusal("the text spans several lines.", "write it on one line.")
    return text


def _number(value: Any) -> float:
    text = _line(repr(value) if isinstance(value, int | float) and not isinstance(value, bool) else value)
    if "_" in text:
        raise refusal(f"'{text}' is not a number.", f"underscores are not read: write {text.replace('_', '')}.")
    if text.lstrip("+-.").lower() in {"inf", "infinity", "nan"}:
        raise refusal(f"'{text}' is not a finite number.", "write a plain number such as 0.8.")
    if not _NUMBER.fullmatch(text):
        raise refusal(f"'{text}' is not a number.", "write a plain number such as 0.8, without signs or units.")
    number = float(text)
    if not math.isfinite(number):
        raise refusal(f"'{text}' is too large.", "write a plain number such as 0.8.")
    return number


def _whole(value: Any) -> int:
    text = _line(repr(value) if isinstance(value, int) and not isinstance(value, bool) else value)
    if not _WHOLE.fullmatch(text):
        raise refusal(f"'{text}' is not a whole number.", "write digits alone, such as 3.")
    return int(text)


def _day(value: Any) -> date:
    text = _line(value.isoformat() if isinstance(value, date) else value)
    wrong = refusal(f"'{text}' is not a day of the calendar.", "write year-month-day, such as 2025-01-31.")
    if not _DAY.fullmatch(text):
        raise wrong
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise wrong from None


def _flag(value: Any) -> bool:
    text = _line(repr(value) if isinstance(value, bool) else value).lower()
    if text not in {"true", "false"}:
        raise refusal(f"'{text}' is neither true nor false.", "write true or false.")
    return text == "true"


def _safe_name(value: Any) -> str:
    text = _line(value)
    if not _SAFE.fullmatch(text) or ".." in text:
        raise refusal(f"'{text}' cannot name files.", "use at most 60 of: letters, digits, and inside '.', '_', '-'.")
    if _REVISION.search(text):
        raise refusal(f"'{text}' would be taken for a revision of a review.", "write '-r' or '_r' instead of '.r'.")
    return text


Text = Annotated[str, BeforeValidator(_text)]  # may be empty and span lines
Line = Annotated[str, BeforeValidator(_line)]  # one line, not empty
Number = Annotated[float, BeforeValidator(_number)]
Whole = Annotated[int, BeforeValidator(_whole)]
Day = Annotated[date, BeforeValidator(_day)]
Flag = Annotated[bool, BeforeValidator(_flag)]
SafeName = Annotated[str, BeforeValidator(_safe_name)]
