"""What `params/<cycle>.yml` may say."""

import re
from datetime import date, timedelta
from typing import Annotated, Any, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from review_kit.model.period import MONTHS_A_YEAR, Calendar, Rhythm, first_of_month
from review_kit.model.words import Audience
from review_kit.params.origins import variable
from review_kit.params.scoring import Scoring
from review_kit.params.signals import Signals
from review_kit.params.source import Source, as_mapping
from review_kit.params.strict import Strict, as_list
from review_kit.yaml_text import Day, Line, Number, SafeName, Text, Whole
from review_kit.yaml_text.scalars import refusal

_YEAR = re.compile(r"[0-9]{4}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_HIGHEST_SHARE = 10.0  # 1.0 is 100 %; anything like 90 was meant in percent
_LONGEST_GRACE = 366  # days; what comes later than a year after its period has another mistake


class CalendarDays(Strict):
    """The first and the last day of the cycle's twelve months."""

    start: Day
    end: Day

    @model_validator(mode="after")
    def _twelve_months(self) -> Self:
        if self.start >= self.end:
            raise refusal("start does not lie before end.", "exchange the two days.", at="start")
        last = first_of_month(self.start, MONTHS_A_YEAR) - timedelta(days=1)
        if self.start.day != 1 or self.end != last:
            hint = f"a cycle that starts on {first_of_month(self.start)} ends on {last}."
            raise refusal(f"{self.start} to {self.end} is not twelve whole months.", hint, at="end")
        return self


def _colour(text: str) -> str:
    if not _COLOUR.fullmatch(text):
        raise refusal(f"'{text}' is not a colour.", 'write # and six digits in quotes, such as "#0b5cad".')
    return text.lower()


class Brand(Strict):
    """How documents look like the organisation's own."""

    colour: Annotated[Line, AfterValidator(_colour)]


class Guardrails(Strict):
    """How far a target may move in one reset."""

    max_step: Number = 0.25

    @model_validator(mode="after")
    def _share(self) -> Self:
        if not 0 < self.max_step <= _HIGHEST_SHARE:
            raise refusal(f"{self.max_step:g} is not a share above 0.", "0.25 stands for 25 %.", at="max_step")
        return self


class Reset(Strict):
    """How the next cycle's targets are proposed."""

    guardrails: Guardrails = Guardrails()


class Edition(Strict):
    """The report as one readership may see it."""

    sees: tuple[Audience, ...]


def _grace(days: int) -> int:
    if not 1 <= days <= _LONGEST_GRACE:
        hint = "1 is the day after the period's last day; 10 gives late data ten days."
        raise refusal(f"{days} is not a number of days from 1 to {_LONGEST_GRACE}.", hint)
    return days


GraceDays = Annotated[Whole, AfterValidator(_grace)]  # from the period's last day: 10 after September is 10 October


class Schedule(Strict):
    """Which checkpoints of the cycle are run by themselves, and how many days after the end of their period."""

    monthly: GraceDays | None = None  # a rhythm that is left out is not scheduled
    quarterly: GraceDays | None = None
    annual: GraceDays | None = None
    since: Day | None = Field(default=None, alias="from")  # periods that ended before this day are not caught up

    @model_validator(mode="after")
    def _some_rhythm(self) -> Self:
        if self.monthly is None and self.quarterly is None and self.annual is None:
            hint = "add annual: 20, or write schedule: none to take the cycle out."
            raise refusal("no rhythm is scheduled.", hint)
        return self

    def grace(self, rhythm: Rhythm) -> int | None:
        """Days from the period's last day to the day on which it is due; None where the rhythm is not scheduled."""
        days: int | None = getattr(self, rhythm.value)
        return days


def _none_or_mapping(value: Any) -> Any:
    """'none' takes the cycle out of the schedule."""
    if not isinstance(value, str):
        return value
    if value.strip() == "none":
        return None
    hint = "write {monthly: 5, quarterly: 10, annual: 20}, or none to take the cycle out."
    raise refusal(f"'{value}' is not a schedule.", hint)


def _every_rhythm() -> Schedule:
    return Schedule(monthly=5, quarterly=10, annual=20)


def _reference(text: str) -> str:
    """The name of the variable; the address itself is a secret and stands nowhere in the workspace."""
    name = variable(text)
    if not name:  # what was written may be the secret itself, so it is not repeated
        hint = "write env:REVIEW_ALERT, and put the address into the variable REVIEW_ALERT where `review due` runs."
        raise refusal("an address for alerts is a secret and is not written here.", hint)
    return name


EnvironmentName = Annotated[Line, AfterValidator(_reference)]  # 'REVIEW_ALERT' for env:REVIEW_ALERT or ${REVIEW_ALERT}


def _with_analyst(editions: dict[str, Edition]) -> dict[str, Edition]:
    return {"analyst": Edition(sees=tuple(Audience))} | editions


class Params(Strict):
    """One cycle of a review."""

    cycle: SafeName
    organisation: Line
    title: Line = "Strategy review"
    calendar: CalendarDays
    previous_cycle: SafeName | None = None
    brand: Brand | None = None
    sources: dict[Line, Annotated[Source, BeforeValidator(as_mapping)]]
    scoring: Scoring = Scoring()
    signals: Signals = Signals()
    reset: Reset = Reset()
    editions: Annotated[dict[SafeName, Edition], AfterValidator(_with_analyst)] = Field(
        default={}, validate_default=True
    )
    schedule: Annotated[Schedule | None, BeforeValidator(_none_or_mapping)] = Field(default_factory=_every_rhythm)
    alerts: Annotated[tuple[EnvironmentName, ...], BeforeValidator(as_list)] = ()
    commentary: dict[Line, Text] = Field(default={})
    file: Annotated[str, Field(exclude=True)] = ""  # 'params/2025.yml', for messages; not a key of the file

    @property
    def year(self) -> int:
        """The number by which people call the cycle."""
        return year_in(self.cycle) or self.calendar.end.year

    @property
    def twelve_months(self) -> Calendar:
        """The cycle's calendar with the number of its year."""
        return Calendar(self.calendar.start, self.calendar.end, self.year)


def year_in(cycle: str) -> int | None:
    """2023 in 'nyc-2023', 2025 in '2025_26'; None where no four digits stand together."""
    found = _YEAR.search(cycle)
    return int(found[0]) if found else None


def runs_in(year: int, start: date, end: date) -> bool:
    """Whether people may call these twelve months by this year: the year they start or the year they end."""
    return year in {start.year, end.year}
