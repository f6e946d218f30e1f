"""What people write for a stretch of months, read by the calendar of the cycle."""

import re
from dataclasses import dataclass
from datetime import date, datetime

from review_kit.intake.numbers import Problem
from review_kit.model.period import Calendar, Period

_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"
_SPAN = rf"{_YEAR}(?:[-/](?P<next>(?:[0-9]{{2}})?[0-9]{{2}}))"
_YEAR_ALONE = re.compile(rf"(?:FY ?|CY ?)?{_YEAR}", re.IGNORECASE)
_TWO_YEARS = re.compile(rf"(?:FY ?)?{_SPAN}", re.IGNORECASE)
_QUARTER = re.compile(rf"(?:FY ?)?{_YEAR}[- ]?Q(?P<quarter>[1-4])", re.IGNORECASE)
_QUARTER_FIRST = re.compile(
    rf"Q(?P<quarter>[1-4])[ /-]?(?:FY ?)?{_YEAR}(?:[-/](?P<next>(?:[0-9]{{2}})?[0-9]{{2}}))?", re.IGNORECASE
)
_MONTH = re.compile(rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])")
_DAY = re.compile(rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}(?P<time>[T ].+)?")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?")
_FORMS = "write 2025, 2025-Q3, 2025-09 or a day such as 2025-09-30, or declare date_format."


@dataclass(frozen=True, slots=True)
class PeriodReader:
    """Reads periods and days of one source."""

    calendar: Calendar
    date_format: str | None = None

    def period(self, text: str) -> Period | Problem:  # noqa: PLR0911 - one return per way to write a period
        """The months that a text stands for; a day stands for the month that holds it."""
        if self.date_format is not None:
            written = self._formatted(text)
            if written is not None:
                return self.calendar.month(written.year, written.month)
        if found := _YEAR_ALONE.fullmatch(text):
            return self.calendar.cycle_year(int(found["year"]))
        if found := _QUARTER.fullmatch(text):
            return self.calendar.quarter(int(found["year"]), int(found["quarter"]))
        if found := _MONTH.fullmatch(text):
            return self.calendar.month(int(found["year"]), int(found["month"]))
        if found := _TWO_YEARS.fullmatch(text):
            year = self._starting_in(found)
            return (
                _no_period("it is no month, and the two years do not follow each other.")
                if year is None
                else self.calendar.cycle_year(year)
            )
        if found := _QUARTER_FIRST.fullmatch(text):
            year = self._starting_in(found) if found["next"] else int(found["year"])
            if year is None:
                return _no_period("the two years do not follow each other.")
            return self.calendar.quarter(year, int(found["quarter"]))
        day = self._day(text)
        return day if isinstance(day, Problem) else self.calendar.month(day.year, day.month)

    def _starting_in(self, found: re.Match[str]) -> int | None:
        """The cycle year that people call 2025-26; None where the second year is not the next one."""
        first = int(found["year"])
        following = str(first + 1)
        if found["next"] != following[-len(found["next"]) :]:
            return None
        return self.calendar.year_of(date(first, self.calendar.start.month, 1))

    def day(self, text: str) -> date | Problem:
        """The day that a text names."""
        if self.date_format is not None:
            day = self._formatted(text)
            if day is not None:
                return day
        return self._day(text, what="a day", forms="write it as 2025-09-30, or declare date_format.")

    def _formatted(self, text: str) -> date | None:
        try:
            return datetime.strptime(text, str(self.date_format)).date()  # noqa: DTZ007 - days have no time zone
        except ValueError:
            return None

    @staticmethod
    def _day(text: str, what: str = "a period", forms: str = _FORMS) -> date | Problem:
        rule = "bad-period" if what == "a period" else "bad-date"
        found = _DAY.fullmatch(text)
        if found is None:
            return Problem(rule, f"'{{value}}' is not {what}.", forms)
        if found["time"] and not _MIDNIGHT.fullmatch(found["time"]):
            hint = "write the day alone: a time of day can move it to another month."
            return Problem(rule, "'{value}' holds a time of day.", hint)
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return Problem(rule, "'{value}' is not a day of the calendar.", "look at the day and the month.")


def _no_period(why: str) -> Problem:
    hint = "write 2025-09 for a month, 2025-26 for a year that spans two, or 2025."
    return Problem("bad-period", f"'{{value}}' is not a period: {why}", hint)
