"""What people write for a stretch of months, read by the calendar of the cycle."""

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Self

from review_kit.intake.date_hints import how_to_declare, is_year_alone, read_date, why_unreadable, without_remark
from review_kit.intake.number_hints import says_nothing_was_measured
from review_kit.intake.numbers import Problem, is_spreadsheet_error, quoted
from review_kit.model.period import Calendar, Period

_YEAR = r"(?P<year>(?:19|20|21)[0-9]{2})"
_NEXT = r"(?P<next>(?:[0-9]{2})?[0-9]{2})"
_FY = r"(?P<fy>FY[ -]?)?"
_SHORT = re.compile(r"(?P<before>.*\bFY[ -]?)(?P<year>[0-9]{2})(?P<after>(?:\D.*)?)", re.IGNORECASE)
_YEAR_ALONE = re.compile(rf"(?:{_FY}|(?P<cy>CY ?)){_YEAR}", re.IGNORECASE)
_TWO_YEARS = re.compile(rf"{_FY}{_YEAR}(?P<sign>[-/]){_NEXT}", re.IGNORECASE)
_QUARTER = re.compile(rf"{_FY}{_YEAR}(?:[-/]{_NEXT})?[-/ ]?Q(?P<quarter>[1-4])", re.IGNORECASE)
_QUARTER_FIRST = re.compile(rf"Q(?P<quarter>[1-4])[ /-]?{_FY}{_YEAR}(?:[-/]{_NEXT})?", re.IGNORECASE)
_MONTH = re.compile(rf"{_YEAR}-(?P<month>0[1-9]|1[0-2])")
_DAY = re.compile(rf"{_YEAR}-[0-9]{{2}}-[0-9]{{2}}(?P<time>[T ][0-9]{{1,2}}:.+)?")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?")
_HARDLY_A_YEAR = 19  # 2026-13 is a slip for a month, 2026-28 one for a year
_FORMS = "write 2025, 2025-Q3, 2025-09 or a day such as 2025-09-30, or declare date_format."


@dataclass(frozen=True, slots=True)
class PeriodReader:
    """Reads periods and days of one source."""

    calendar: Calendar
    date_format: str | None = None
    fiscal_year: str | None = None  # 'start' or 'end': the year of its twelve months that FY2026 names
    holds_months: bool = True  # the column holds months such as 2011-11, which cannot be years; so does a text alone
    holds_years: bool = False  # the column holds years such as 2012-13, which cannot be months

    def seeing(self, texts: Iterable[str]) -> Self:
        """A reader that knows what else stands in the column: 2011-12 alone may be a year or its December."""
        months = years = False
        for text in texts:
            if found := _MONTH.fullmatch(text):
                months = months or not _follows(found["year"], found["month"])
            elif found := _TWO_YEARS.fullmatch(text):
                years = years or _follows(found["year"], found["next"])
        return replace(self, holds_months=months, holds_years=years)

    def period(self, text: str) -> Period | Problem:  # noqa: PLR0911 - one return per way to write a period
        """The months that a text stands for; a day stands for the month that holds it."""
        if self.date_format is not None:
            written = self._formatted(text)
            if written is not None:
                by_year = is_year_alone(self.date_format)
                return self.calendar.cycle_year(written.year) if by_year else _month(written.year, written.month)
        text = _SHORT.sub(r"\g<before>20\g<year>\g<after>", text) if _SHORT.fullmatch(text) else text
        if found := _YEAR_ALONE.fullmatch(text):
            return self._year(found)
        if found := _MONTH.fullmatch(text):
            if _follows(found["year"], found["month"]) and self._unclear():
                return self._month_or_year(text, found["year"])
            if not (_follows(found["year"], found["month"]) and self.holds_years):
                return _month(int(found["year"]), int(found["month"]))
        for form in (_QUARTER, _QUARTER_FIRST):
            if found := form.fullmatch(text):
                whole = self._year(found)
                return whole if isinstance(whole, Problem) else self._quarter(whole, int(found["quarter"]))
        if found := _TWO_YEARS.fullmatch(text):
            return self._year(found)
        day = self._day(text)
        return day if isinstance(day, Problem) else _month(day.year, day.month)

    def _unclear(self) -> bool:
        """Whether nothing says what 2011-12 is: neither a declared format nor the rest of the column."""
        return self.date_format != "%Y-%m" and self.holds_months == self.holds_years

    @staticmethod
    def _month_or_year(text: str, year: str) -> Problem:
        hint = f'add date_format: "%Y-%m" to its source if months are meant; write {year}/{text[-2:]} for a year.'
        return Problem("bad-period", "'{value}' can be a month or a year that spans two.", hint)

    def _year(self, found: re.Match[str]) -> Period | Problem:
        """The cycle year that a text names by one number or by two."""
        parts = found.groupdict()
        first = int(parts["year"])
        if parts.get("next"):
            if not _follows(parts["year"], parts["next"]):
                return _no_years(found)
            if self.calendar.start.year == self.calendar.end.year:
                hint = f"write {first} or {first + 1}, or give its months or quarters."
                return Problem("bad-period", "'{value}' spans two years, and a year of this review does not.", hint)
            return self.calendar.cycle_year(self.calendar.year_of(date(first, self.calendar.start.month, 1)))
        if self.calendar.start.year == self.calendar.end.year:
            return self.calendar.cycle_year(first)
        if parts.get("cy"):
            hint = f"write the year as {first}-{(first + 1) % 100:02d}, or give its months or quarters."
            return Problem("bad-period", "'{value}' is a calendar year, and lies in two years of this review.", hint)
        return self._fiscal(first) if parts.get("fy") else self.calendar.cycle_year(first)

    def _fiscal(self, year: int) -> Period | Problem:
        """FY2026 is mostly the year that ends in 2026; where the cycle is called by its start that must be said."""
        named_by_end = self.calendar.year == self.calendar.end.year
        if self.fiscal_year is None and not named_by_end:
            hint = (
                f"write {year - 1}-{year % 100:02d} or {year}-{(year + 1) % 100:02d}, or add "
                "fiscal_year: end (or start) to its source: the year of its twelve months that names it."
            )
            return Problem("bad-period", "'{value}' can be the year that starts or the one that ends in it.", hint)
        meant_by_end = self.fiscal_year != "start"
        return self.calendar.cycle_year(year + (named_by_end - meant_by_end))

    def _quarter(self, year: Period, number: int) -> Period:
        return self.calendar.quarter(int(year.label), number)

    def day(self, text: str) -> date | Problem:
        """The day that a text names."""
        if self.date_format is not None:
            day = self._formatted(text)
            if day is not None:
                return day
        return self._day(text, what="a day", forms="write it as 2025-09-30, or declare date_format.")

    def _formatted(self, text: str) -> date | None:
        return read_date(text, str(self.date_format))

    def _day(self, text: str, what: str = "a period", forms: str = _FORMS) -> date | Problem:
        rule = "bad-period" if what == "a period" else "bad-date"
        found = _DAY.fullmatch(text)
        if found is None:
            return self._no_day(text, rule, what, forms)
        if found["time"] and not _MIDNIGHT.fullmatch(found["time"]):
            hint = "write the day alone: a time of day can move it to another month."
            return Problem(rule, "'{value}' holds a time of day.", hint)
        if self.date_format is not None and "%Y-%d-%m" in self.date_format:
            return Problem(rule, "'{value}' does not follow the declared date_format.", f"it is {self.date_format}.")
        try:
            return date.fromisoformat(text[:10])
        except ValueError:
            return Problem(rule, "'{value}' is not a day of the calendar.", "look at the day and the month.")

    def _no_day(self, text: str, rule: str, what: str, forms: str) -> Problem:
        """What a text is that is neither a day nor a period, and what to do about it."""
        if is_spreadsheet_error(text):
            return Problem("spreadsheet-error", "'{value}' is an error of a spreadsheet.", "mend the formula.")
        is_period = what == "a period"
        core = without_remark(text)
        if is_period and core and isinstance(self.period(core), Period):
            hint = f"write {core} alone; the column status says what is preliminary or projected."
            return Problem(rule, "'{value}' is a period with something behind it.", hint)
        if not is_period and says_nothing_was_measured(text):
            hint = f"leave the cell empty, or add missing: [{quoted(text)}] to its source."
            return Problem(rule, f"'{{value}}' is not {what}.", hint)
        told = why_unreadable(text)
        hint = forms if told else how_to_declare(text, period=is_period) or forms
        return Problem(rule, told or f"'{{value}}' is not {what}.", hint)


def _month(year: int, number: int) -> Period:
    return Calendar.month(year, number)


def _follows(year: str, following: str) -> bool:
    """Whether the second number is the next year, with all its digits or the last two."""
    return following == str(int(year) + 1)[-len(following) :]


def _no_years(found: re.Match[str]) -> Problem:
    """2026-13 and 2026/12 look like two years, and are none."""
    number, sign = int(found["next"]), found.groupdict().get("sign", "-")
    if sign == "/" and len(found["next"]) == 2 and 1 <= number <= 12:  # noqa: PLR2004 - digits and months
        return Problem("bad-period", "'{value}' is not a period.", how_to_declare(found[0]) or _FORMS)
    no_month = sign == "-" and len(found["next"]) == 2 and number <= _HARDLY_A_YEAR  # noqa: PLR2004 - digits
    why = f"there is no month {number}." if no_month else "the two years do not follow each other."
    hint = "write 2025-09 for a month, 2025-26 for a year that spans two, or 2025."
    return Problem("bad-period", f"'{{value}}' is not a period: {why}", hint)
