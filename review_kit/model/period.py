"""Time as a review counts it: a calendar of twelve months, its periods and its checkpoints."""

import calendar as gregorian
import re
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import Self

from review_kit.errors import UsageError

MONTHS_A_YEAR = 12
_CHECKPOINT_SUFFIX = re.compile(r"-(?:Q(?P<quarter>[1-4])|(?P<month>0[1-9]|1[0-2]))$")


class Rhythm(StrEnum):
    """How often something is measured or reported."""

    ANNUAL = "annual"
    QUARTERLY = "quarterly"
    MONTHLY = "monthly"

    @property
    def months(self) -> int:
        """How many months one period of this rhythm lasts."""
        return {"annual": 12, "quarterly": 3, "monthly": 1}[self.value]

    @property
    def noun(self) -> str:
        """What people call one of its periods."""
        return {"annual": "year", "quarterly": "quarter", "monthly": "month"}[self.value]


def first_of_month(day: date, shift: int = 0) -> date:
    """The first day of the month that lies `shift` months from the month of `day`."""
    months = day.year * MONTHS_A_YEAR + day.month - 1 + shift
    return date(months // MONTHS_A_YEAR, months % MONTHS_A_YEAR + 1, 1)


def long_date(day: date) -> str:
    """'31 December 2025', the same in every locale."""
    return f"{day.day} {gregorian.month_name[day.month]} {day.year}"


@dataclass(frozen=True, slots=True, order=True)
class Period:
    """A stretch of whole months that a value stands for, both days included."""

    start: date
    end: date
    label: str

    @property
    def months(self) -> int:
        """Length in whole months."""
        return (self.end.year - self.start.year) * MONTHS_A_YEAR + self.end.month - self.start.month + 1


@dataclass(frozen=True, slots=True)
class Calendar:
    """The twelve months of a cycle; its year carries the number by which people call it."""

    start: date  # first day of a month
    end: date  # last day of the twelfth month
    year: int  # 2025 for the cycle '2025', 'FY2025' or '2025-26'

    def __post_init__(self) -> None:
        if self.start.day != 1 or first_of_month(self.start, MONTHS_A_YEAR) - timedelta(days=1) != self.end:
            msg = (
                f"calendar: {self.start} to {self.end} is not twelve whole months."
                f"\nHint: a cycle that starts on {first_of_month(self.start)} ends on "
                f"{first_of_month(self.start, MONTHS_A_YEAR) - timedelta(days=1)}."
            )
            raise UsageError(msg)

    def shifted(self, years: int) -> "Calendar":
        """The calendar of the cycle that lies so many years later, or earlier where negative."""
        year = self.cycle_year(self.year + years)
        return Calendar(year.start, year.end, self.year + years)

    def cycle_year(self, year: int) -> Period:
        """The twelve months that people call `year` in this calendar."""
        start = first_of_month(self.start, (year - self.year) * MONTHS_A_YEAR)
        return Period(start, first_of_month(start, MONTHS_A_YEAR) - timedelta(days=1), str(year))

    def quarter(self, year: int, number: int) -> Period:
        """Quarter 1 to 4 of the cycle year `year`."""
        start = first_of_month(self.cycle_year(year).start, (number - 1) * 3)
        return Period(start, first_of_month(start, 3) - timedelta(days=1), f"{year}-Q{number}")

    @staticmethod
    def month(year: int, number: int) -> Period:
        """The calendar month, whatever cycle it lies in."""
        start = date(year, number, 1)
        return Period(start, first_of_month(start, 1) - timedelta(days=1), f"{year}-{number:02d}")

    def year_of(self, day: date) -> int:
        """The number of the cycle year in which `day` lies."""
        months = (day.year - self.start.year) * MONTHS_A_YEAR + day.month - self.start.month
        return self.year + months // MONTHS_A_YEAR

    def words(self, label: str) -> str:
        """As `period_words`, of a month, a quarter or a year of this calendar, such as '2025-Q3'."""
        found = _CHECKPOINT_SUFFIX.search(label)
        year = int(label[: found.start()] if found else label)
        quarter = found["quarter"] if found else None
        return period_words(label, (self.quarter(year, int(quarter)) if quarter else self.cycle_year(year)).end)


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """A point of a cycle that is reported: the year, a quarter of it or a month of it."""

    name: str  # '2025', '2025-Q3', '2025-09': the name of its folder in outputs/
    cycle: str  # '2025': the name of its file in params/
    calendar: Calendar
    period: Period
    rhythm: Rhythm

    @property
    def as_of(self) -> date:
        """The last day that counts; later rows lie outside."""
        return self.period.end

    @property
    def months_elapsed(self) -> int:
        """Months of the cycle up to and including this checkpoint, 1 to 12."""
        return Period(self.calendar.start, self.period.end, "").months

    @property
    def title(self) -> str:
        """What readers call it: 'Year 2025', 'Third quarter of 2025', 'September 2025'."""
        year = self.calendar_label
        if self.rhythm is Rhythm.ANNUAL:
            return f"Year {year}"
        if self.rhythm is Rhythm.QUARTERLY:
            number = self.months_elapsed // 3
            return f"{('First', 'Second', 'Third', 'Fourth')[number - 1]} quarter of {year}"
        return f"{gregorian.month_name[self.period.end.month]} {self.period.end.year}"

    @property
    def calendar_label(self) -> str:
        """'2025', or '2025/26' where the cycle does not follow the calendar year and is called by its first year."""
        return year_words(str(self.calendar.year), self.calendar.end)

    @classmethod
    def of_cycle(cls, cycle: str, calendar: Calendar, suffix: str = "") -> Self:
        """The checkpoint that `suffix` ('', 'Q3', '09') names within the cycle.

        Raises:
            UsageError: the suffix is neither empty nor a quarter nor a month.

        """
        if not suffix:
            return cls(cycle, cycle, calendar, calendar.cycle_year(calendar.year), Rhythm.ANNUAL)
        found = _CHECKPOINT_SUFFIX.fullmatch(f"-{suffix}")
        if found is None:
            msg = f"'{cycle}-{suffix}' is no checkpoint.\nHint: write {cycle}, {cycle}-Q1 to {cycle}-Q4, or {cycle}-09."
            raise UsageError(msg)
        if found["quarter"]:
            period = calendar.quarter(calendar.year, int(found["quarter"]))
            return cls(f"{cycle}-{suffix}", cycle, calendar, period, Rhythm.QUARTERLY)
        number = int(found["month"])
        year = calendar.start.year if number >= calendar.start.month else calendar.end.year
        return cls(f"{cycle}-{suffix}", cycle, calendar, calendar.month(year, number), Rhythm.MONTHLY)


def year_words(year: str, end: date) -> str:
    """'2025', or '2025/26' where twelve months that are called by their first year end on `end` in the next one."""
    return f"{year}/{end.year % 100:02d}" if year.isdecimal() and end.year == int(year) + 1 else year


def quarter_words(year: str, quarter: int, end: date) -> tuple[str, str]:
    """('Q3', '2025'), or ('Q3', '2025/26') where that quarter of the cycle, which ends on `end`, says it."""
    last = first_of_month(end, 3 * (4 - quarter) + 1) - timedelta(days=1)
    return f"Q{quarter}", year_words(year, last)


def period_words(label: str, end: date) -> str:
    """'July 2025' for '2025-07', 'Q3 2025' for '2025-Q3', '2025' for '2025', all of which end on `end`.

    A year that does not follow the calendar year is told as the cycle is: 'Q3 2025/26', '2025/26'.
    """
    found = _CHECKPOINT_SUFFIX.search(label)
    if found is None:
        return year_words(label, end)
    year = label[: found.start()]
    if found["quarter"]:
        return " ".join(quarter_words(year, int(found["quarter"]), end))
    return f"{gregorian.month_name[int(found['month'])]} {year}"


def split_checkpoint(name: str) -> tuple[str, str]:
    """('2025', 'Q3') for '2025-Q3'; the suffix is empty where the name is that of a whole cycle."""
    found = _CHECKPOINT_SUFFIX.search(name)
    return (name[: found.start()], name[found.start() + 1 :]) if found else (name, "")
