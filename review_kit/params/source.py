"""What `params/<cycle>.yml` may say of one source."""

import hashlib
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

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
from review_kit.params.strict import Strict, as_list
from review_kit.yaml_text import Flag, Line, Text, Whole
from review_kit.yaml_text.scalars import refusal


def as_mapping(value: Any) -> Any:
    """A source written as a path alone."""
    return {"path": value} if isinstance(value, str) else value


def _headings(value: Any) -> Any:
    """Headings of a wide table: '2016' stands for itself, {YTDScaled: "2023"} for what it says."""
    if not isinstance(value, list | tuple):
        return value
    pairs = [(entry, entry) if isinstance(entry, str) else _pair(entry) for entry in value]
    if not pairs:
        raise refusal("no heading is named.", 'write the headings of the wide table, such as ["2024", "2025"].')
    twice = next((heading for heading, _ in pairs if [one for one, _ in pairs].count(heading) > 1), None)
    if twice is not None:
        raise refusal(f"the heading '{twice}' stands twice.", "its cells would count twice: keep one.")
    return pairs


def _some(texts: tuple[str, ...]) -> tuple[str, ...]:
    if not texts:
        raise refusal("the list is empty.", "name at least one, or remove the line.")
    return texts


def _pair(entry: Any) -> tuple[Any, ...]:
    if isinstance(entry, tuple):
        return entry
    if not isinstance(entry, dict) or len(entry) != 1:
        raise refusal("a heading, or one {heading: what it stands for}, belongs here.", 'such as {YTD: "2023"}.')
    return next(iter(entry.items()))


def _one_sign(text: str) -> str:
    text = {"\\t": "\t", "tab": "\t"}.get(text, text)
    if len(text) != 1:
        raise refusal(f"'{text}' is not one character.", 'write it in quotes, such as ";" or "tab".')
    if text.isalnum() or text in {'"', "\n", "\r", "-", "+"}:
        raise refusal(f"{text!r} belongs to what stands in the cells.", 'write a sign such as ";" or ",".')
    return text


def _known_encoding(text: str) -> str:
    try:
        "".encode(text)
    except (LookupError, ValueError):
        raise refusal(f"no encoding is called '{text}'.", "utf-8, cp1252 and utf-16 are the usual ones.") from None
    return text


Names = Annotated[tuple[Line, ...], BeforeValidator(as_list), AfterValidator(_some)]
Texts = Annotated[tuple[Text, ...], BeforeValidator(as_list), AfterValidator(_some)]


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
    columns: dict[Line, Names] = Field(default={})  # ours: theirs, joined by " · "
    in_brackets: dict[Line, Line] = Field(default={})  # ours: theirs, of whose text the last (bracketed part) is taken
    constants: dict[Line, Text] = Field(default={})  # ours: the same text in every row
    values: dict[Line, dict[Text, Text]] = Field(
        default={}
    )  # ours: theirs: what it means here; "*" stands for any other text
    melt: dict[Line, Annotated[tuple[tuple[Line, Line], ...], BeforeValidator(_headings)]] = Field(default={})
    missing: tuple[Text, ...] = ()  # texts that mean: not measured
    decimal: Annotated[Line, AfterValidator(_one_sign)] = "."
    thousands: Annotated[Text, AfterValidator(_one_sign)] | None = None
    signs: tuple[Annotated[Line, AfterValidator(says_nothing)], ...] = ()  # beside a number: "%", "€"
    negatives: Annotated[tuple[Negative, ...], BeforeValidator(as_list)] = ()  # further ways to write -5
    delimiter: Annotated[Text, AfterValidator(_one_sign)] = ","
    encoding: Annotated[Line, AfterValidator(_known_encoding)] = "utf-8"
    date_format: Annotated[Line, AfterValidator(readable_date_format)] | None = None  # as of strptime: %d.%m.%Y
    fiscal_year: Literal["start", "end"] | None = None  # which year of its twelve months FY2026 names
    distinct: Flag = False  # keep the first of the rows with equal key
    where: dict[Line, Texts] = Field(default={})  # heading: the texts that count

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
        if self.kind == "sqlite" and not self.sql:
            raise refusal("a database file needs a query.", "add sql: select * from ….", at=given[0])
        if self.connection and self.format:
            raise refusal("the answer of a database has no format.", "remove the line.", at="format")
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
        suffix = {"csv": "csv", "excel": "xlsx", "jsonl": "jsonl", "sqlite": "sqlite"}.get(self.kind, "parquet")
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
