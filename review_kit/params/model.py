"""What `params/<cycle>.yml` may say."""

import hashlib
import re
from datetime import date, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from review_kit.model.period import MONTHS_A_YEAR, Calendar, Rhythm, first_of_month
from review_kit.model.words import Audience
from review_kit.params.cell_texts import Negative, readable_date_format, says_nothing
from review_kit.params.origins import (
    FETCHED,
    kind_of,
    public_address,
    public_query,
    query,
    readable,
    reference,
    remote_address,
)
from review_kit.yaml_text import Day, Flag, Line, Number, SafeName, Text, Whole
from review_kit.yaml_text.scalars import refusal

_YEAR = re.compile(r"[0-9]{4}")
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}")
_HIGHEST_SHARE = 10.0  # 1.0 is 100 %; anything like 90 was meant in percent
_LONGEST_GRACE = 366  # days; what comes later than a year after its period has another mistake
_REFERENCE = re.compile(r"env:([A-Za-z_][A-Za-z0-9_]*)|\$\{([A-Za-z_][A-Za-z0-9_]*)\}")


class Strict(BaseModel):
    """Frozen, and no key that is not declared."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)


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


def _as_mapping(value: Any) -> Any:
    """A source written as a path alone."""
    return {"path": value} if isinstance(value, str) else value


def _as_list(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


def _headings(value: Any) -> Any:
    """Headings of a wide table: '2016' stands for itself, {YTDScaled: "2023"} for what it says."""
    if not isinstance(value, list | tuple):
        return value
    return [(entry, entry) if isinstance(entry, str) else _pair(entry) for entry in value]


def _pair(entry: Any) -> tuple[Any, ...]:
    if isinstance(entry, tuple):
        return entry
    if not isinstance(entry, dict) or len(entry) != 1:
        raise refusal("a heading, or one {heading: what it stands for}, belongs here.", 'such as {YTD: "2023"}.')
    return next(iter(entry.items()))


def _one_character(text: str) -> str:
    text = {"\\t": "\t", "tab": "\t"}.get(text, text)
    if len(text) != 1:
        raise refusal(f"'{text}' is not one character.", 'write it in quotes, such as ";" or "tab".')
    return text


def _known_encoding(text: str) -> str:
    try:
        "".encode(text)
    except LookupError:
        raise refusal(f"no encoding is called '{text}'.", "utf-8, cp1252 and utf-16 are the usual ones.") from None
    return text


class Source(Strict):
    """Where a table comes from, and how its columns are called there."""

    path: Line = ""  # of a file in the workspace
    url: Annotated[Line, AfterValidator(remote_address)] = ""  # of a file elsewhere, or env:NAME
    options: Annotated[Line, AfterValidator(reference)] = ""  # env:NAME, JSON of what the store needs, such as its key
    sql: Annotated[Text, AfterValidator(query)] = ""  # of a database, or of an SQLite file at `path`
    connection: Annotated[Line, AfterValidator(reference)] = ""  # env:NAME, the SQLAlchemy address of the database
    format: Literal["csv", "excel", "parquet", "jsonl", "sqlite"] | None = None  # where the name does not tell
    sheet: Line | None = None
    header_row: Annotated[Whole, Field(ge=1)] = 1  # the row a person sees
    header_rows: Annotated[Whole, Field(ge=1, le=5)] = 1  # lines of headings, joined by " · "
    transpose: Flag = False  # the headings run down the first column
    columns: dict[Line, Annotated[tuple[Line, ...], BeforeValidator(_as_list)]] = {}  # ours: theirs, joined by " · "
    in_brackets: dict[Line, Line] = {}  # ours: theirs, of whose text the last (bracketed part) is taken
    constants: dict[Line, Text] = {}  # ours: the same text in every row
    values: dict[Line, dict[Text, Text]] = {}  # ours: theirs: what it means here; "*" stands for any other text
    melt: dict[Line, Annotated[tuple[tuple[Line, Line], ...], BeforeValidator(_headings)]] = {}
    missing: tuple[Text, ...] = ()  # texts that mean: not measured
    decimal: Annotated[Line, AfterValidator(_one_character)] = "."
    thousands: Annotated[Text, AfterValidator(_one_character)] | None = None
    signs: tuple[Annotated[Line, AfterValidator(says_nothing)], ...] = ()  # beside a number: "%", "€"
    negatives: Annotated[tuple[Negative, ...], BeforeValidator(_as_list)] = ()  # further ways to write -5
    delimiter: Annotated[Text, AfterValidator(_one_character)] = ","
    encoding: Annotated[Line, AfterValidator(_known_encoding)] = "utf-8"
    date_format: Annotated[Line, AfterValidator(readable_date_format)] | None = None  # as of strptime: %d.%m.%Y
    fiscal_year: Literal["start", "end"] | None = None  # which year of its twelve months FY2026 names
    distinct: Flag = False  # keep the first of the rows with equal key
    where: dict[Line, Annotated[tuple[Text, ...], BeforeValidator(_as_list)]] = {}  # heading: the texts that count

    @model_validator(mode="before")
    @classmethod
    def _tabs_by_name(cls, told: Any) -> Any:
        """A .tsv file is cut by tabs without a word; that is what its name says."""
        if isinstance(told, dict) and str(told.get("path", "")).lower().endswith(".tsv"):
            return {"delimiter": "\t", **told}
        return told

    @model_validator(mode="after")
    def _one_origin(self) -> Self:
        given = [key for key in ("path", "url", "connection") if getattr(self, key)]
        if not given:
            at, hint = ("sql", "add connection: env:NAME.") if self.sql else ("", "add path: data/….csv.")
            raise refusal("the source names no file and no database.", hint, at=at)
        if len(given) > 1:
            raise refusal(f"{' and '.join(given)} are both given.", "a table has one origin.", at=given[-1])
        if self.connection and not self.sql:
            raise refusal("the connection has no query.", "add sql: select * from ….", at="connection")
        if self.sql and not self.connection and self.kind != "sqlite":
            raise refusal("a query needs a database.", "add connection: env:NAME, or name an .sqlite file.", at="sql")
        if self.path and self.kind == "sqlite" and not self.sql:
            raise refusal("a database file needs a query.", "add sql: select * from ….", at="path")
        if self.options and not self.url:
            raise refusal("options belong to a url.", "remove them, or add url.", at="options")
        return self

    @property
    def name(self) -> str:
        """What people call the origin: the path, the address without its query, or the query itself. Never a secret."""
        return self.path or (public_address(self.url) if self.url else public_query(self.sql, self.connection))

    @property
    def kind(self) -> str:
        """The form of the file, as declared or as its name ends; '' where neither tells."""
        return self.format or kind_of(self.path or public_address(self.url))

    @property
    def is_file(self) -> bool:
        """Whether it lies in the workspace; what does not is fetched once for each run."""
        return bool(self.path)

    @property
    def copy_path(self) -> str:
        """Where it lies in the frozen inputs of a run, from their root."""
        if self.path:
            return self.path
        told = f"{self.url}\n{self.options}\n{self.sql}\n{self.connection}\n{self.kind}"
        suffix = {"csv": "csv", "excel": "xlsx", "jsonl": "jsonl"}.get(self.kind, "parquet")
        return f"{FETCHED}/{readable(self.name)}-{hashlib.sha256(told.encode()).hexdigest()[:8]}.{suffix}"

    @model_validator(mode="after")
    def _one_meaning(self) -> Self:
        if self.thousands == self.decimal:
            raise refusal("decimal and thousands are the same sign.", "one of them must differ.", at="thousands")
        if len(self.melt) > 1:
            raise refusal("more than one column is melted.", "a wide table has one kind of heading.", at="melt")
        labels = [label for entries in self.melt.values() for _, label in entries]
        for label in labels:
            if labels.count(label) > 1:
                raise refusal(f"two headings stand for '{label}'.", "correct one of them.", at="melt")
        told = [*self.columns, *self.in_brackets, *self.constants, *self.melt]
        for name in told:
            if told.count(name) > 1:
                raise refusal(f"'{name}' is given twice.", "a column has one origin.")
        return self


class Scoring(Strict):
    """How actuals become scores and words."""

    profile: Literal["progress", "attainment"] = "progress"
    green: Number = 1.0
    amber: Number = 0.8
    cap: Number = 1.2
    min_confidence: Number = 0.5

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name in ("green", "amber", "cap"):
            if getattr(self, name) > _HIGHEST_SHARE:
                raise refusal(f"{getattr(self, name):g} is too large.", "1.0 stands for 100 %.", at=name)
        if self.amber <= 0:
            raise refusal("amber is not above 0.", "0.8 is usual.", at="amber")
        if not self.amber <= self.green <= self.cap:
            told = f"amber {self.amber:g}, green {self.green:g} and cap {self.cap:g} do not rise in this order."
            raise refusal(told, "0.8, 1.0 and 1.2 are usual.", at="green")
        if not 0 <= self.min_confidence <= 1:
            raise refusal(
                f"{self.min_confidence:g} does not lie between 0 and 1.", "0.5 is usual.", at="min_confidence"
            )
        return self


class Signals(Strict):
    """Which rules read the process behaviour charts."""

    rules: Literal["nhs_r"] = "nhs_r"


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
    found = _REFERENCE.fullmatch(text)
    if found is None:  # what was written may be the secret itself, so it is not repeated
        hint = "write env:REVIEW_ALERT, and put the address into the variable REVIEW_ALERT where `review due` runs."
        raise refusal("an address for alerts is a secret and is not written here.", hint)
    return found[1] or found[2]


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
    sources: dict[Line, Annotated[Source, BeforeValidator(_as_mapping)]]
    scoring: Scoring = Scoring()
    signals: Signals = Signals()
    reset: Reset = Reset()
    editions: Annotated[dict[SafeName, Edition], AfterValidator(_with_analyst)] = Field(
        default={}, validate_default=True
    )
    schedule: Annotated[Schedule | None, BeforeValidator(_none_or_mapping)] = Field(default_factory=_every_rhythm)
    alerts: Annotated[tuple[EnvironmentName, ...], BeforeValidator(_as_list)] = ()
    commentary: dict[Line, Text] = {}
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
