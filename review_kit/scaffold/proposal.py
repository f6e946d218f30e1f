"""How each table is to be read, with the reason for every key and the questions that only a person can answer."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from review_kit.model.period import Calendar
from review_kit.scaffold.choosing import Chosen, kpi_column, number_columns, period_columns
from review_kit.scaffold.evidence import Writing, days_of, numbers_of, periods_of
from review_kit.scaffold.looking import Column, Sheet
from review_kit.scaffold.matching import EXACT, SURE, Match, translations
from review_kit.scaffold.spans import canonical, lacks_year
from review_kit.scaffold.words import NOT_MEASURED
from review_kit.schema import INPUTS, Kind

_KEY = {"objectives": "objective_id", "kpis": "kpi_id", "initiatives": "initiative_id", "risks": "risk_id"}
_NAME = {"objectives": "name", "kpis": "name", "initiatives": "name", "risks": "title"}
_FEW = 0.5  # share of the rows: a column with fewer different texts can part the rows into segments


@dataclass(slots=True, kw_only=True)
class Proposal:
    """One table's source as it will stand in params."""

    table: str
    sheet: Sheet
    columns: dict[str, tuple[str, ...]] = field(default_factory=dict)  # ours: theirs
    keys: dict[str, Any] = field(default_factory=dict)  # other keys of the source
    why: dict[str, str] = field(default_factory=dict)  # key, or column of ours: the reason
    unsure: set[str] = field(default_factory=set)  # columns of ours that a person should look at
    doubts: list[str] = field(default_factory=list)  # questions

    def take(self, ours: str, theirs: Sequence[str], why: str, *, sure: bool = True) -> None:
        """Propose where a column of ours comes from."""
        self.columns[ours] = tuple(theirs)
        self.why[ours] = why
        if not sure:
            self.unsure.add(ours)

    def key(self, name: str, value: Any, why: str) -> None:
        """Propose another key of the source."""
        self.keys[name] = value
        self.why[name] = why

    @property
    def place(self) -> str:
        """How people call the sheet in a sentence."""
        return f"sheet {self.sheet.source.sheet}" if self.sheet.source.sheet else self.sheet.source.path

    @property
    def unused(self) -> list[str]:
        """Headings that nothing of the table comes from."""
        used = {heading for theirs in self.columns.values() for heading in theirs}
        used |= {heading for entries in self.keys.get("melt", {}).values() for heading, _ in entries}
        return [column.heading for column in self.sheet.columns if column.heading not in used]

    def texts(self, ours: str) -> pd.Series:
        """The cells of a column of ours, as intake will join them."""
        parts = [self.sheet.column(heading).cells.str.strip() for heading in self.columns[ours]]
        joined = parts[0]
        for part in parts[1:]:
            joined = joined.str.cat(part, sep=" · ")
        return joined


def propose(chosen: Chosen, calendar: Calendar, year: int | None) -> Proposal:
    """The source of one table. `year` is that of months without one, where something says it."""
    proposal = Proposal(table=chosen.table, sheet=chosen.sheet)
    for ours, one in chosen.matches.items():
        proposal.take(ours, [one.theirs], one.why, sure=one.score >= SURE)
        if one.score == EXACT:
            proposal.why[ours] = ""
    if chosen.table == "actuals":
        _lay_out(proposal, chosen.matches, year)
    _complete_key(proposal)
    _translate(proposal)
    if chosen.table == "actuals":
        _part_into_segments(proposal)
    _declare(proposal, calendar, year)
    order = list(INPUTS[chosen.table].columns)
    proposal.columns = dict(sorted(proposal.columns.items(), key=lambda item: order.index(item[0])))
    return proposal


def _lay_out(proposal: Proposal, matches: Mapping[str, Match], year: int | None) -> None:
    """Long, wide with periods as headings, or wide with KPIs as headings."""
    sheet, spans = proposal.sheet, period_columns(proposal.sheet)
    kpi = kpi_column(sheet, matches)
    if kpi and "kpi_id" not in proposal.columns:
        proposal.take("kpi_id", [kpi], "it names the KPI")
    if kpi and len(spans) > 1 and not {"period", "value"} <= proposal.columns.keys():
        for ours in ("period", "value", "numerator", "denominator"):
            proposal.columns.pop(ours, None)
        _melt_periods(proposal, spans, year)
    elif not kpi:
        measured = number_columns(sheet, matches)
        for ours in ("value", "numerator", "denominator"):
            proposal.columns.pop(ours, None)
        entries = [(column.heading, column.heading) for column in measured]
        proposal.key("melt", {"kpi_id": entries}, "each KPI has a column of its own")
        proposal.doubts.append(
            f"{proposal.place}: {_listed(heading for heading, _ in entries)} became KPIs, since each is a column of "
            "numbers. Remove from `melt` what is none; two that make up a ratio belong into numerator and denominator."
        )
    else:
        _join_year_and_month(proposal)


def _melt_periods(proposal: Proposal, spans: Sequence[Column], year: int | None) -> None:
    entries, unread = [], []
    for column in spans:
        label = canonical(column.heading, year)
        if label:
            entries.append((column.heading, label))
        else:
            unread.append(column.heading)
    if entries:
        proposal.key("melt", {"period": entries}, "its headings are periods")
    if unread:
        proposal.doubts.append(
            f"{proposal.place}: the headings {_listed(unread)} say no year. Run `review new` again with --year, "
            "or write {heading: period} into `melt`."
        )
    labels = [label for _, label in entries]
    if len({len(label) for label in labels}) > 1:
        proposal.doubts.append(
            f"{proposal.place}: the headings mix months, quarters or years ({_listed(labels)}). A year beside its own "
            "months would count twice: keep one kind in `melt`."
        )


def _join_year_and_month(proposal: Proposal) -> None:
    """A column of years beside one of months makes the period together."""
    if "period" not in proposal.columns:
        return
    sheet, (heading,) = proposal.sheet, proposal.columns["period"]
    used = {theirs[0] for theirs in proposal.columns.values()}
    years = [column for column in sheet.columns if column.holds_years]
    parts = [
        column
        for column in sheet.columns
        if (column.distinct and all(map(lacks_year, column.distinct))) or _is_month_number(column)
        if column.heading == heading or column.heading not in used
    ]
    if years and parts and years[0].heading != parts[0].heading and heading in {years[0].heading, parts[0].heading}:
        both = [years[0].heading, parts[0].heading]
        proposal.take("period", both, "the year and its month or quarter stand in two columns")


def _is_month_number(column: Column) -> bool:
    said = column.heading.casefold()
    whole = all(text.isdigit() and 1 <= int(text) <= 12 for text in column.distinct)  # noqa: PLR2004
    return bool(column.distinct) and whole and said[:2] in {"mo", "me", "ma", "mê"}


def _complete_key(proposal: Proposal) -> None:
    """Where only one of id and name stands in the sheet, it serves as both."""
    table = proposal.table
    if table not in _KEY:
        return
    key, name = _KEY[table], _NAME[table]
    if name not in proposal.columns and key in proposal.columns:
        proposal.take(name, proposal.columns[key], "the sheet has no other name")
    elif key not in proposal.columns and name in proposal.columns:
        proposal.take(key, proposal.columns[name], "the sheet has no id: rename nothing later, or add ids")
        proposal.unsure.add(key)
    if key in proposal.columns and not _is_unique(proposal, key):
        twice = proposal.texts(key)
        proposal.doubts.append(
            f"{proposal.place}: '{twice[twice.duplicated()].iloc[0]}' stands in more than one row of "
            f"{proposal.columns[key][0]}, which was taken for {key}. Which column tells the rows apart?"
        )


def _is_unique(proposal: Proposal, ours: str) -> bool:
    texts = proposal.texts(ours)
    return bool(texts[texts.ne("")].is_unique)


def _translate(proposal: Proposal) -> None:
    """The words of closed vocabularies in ours."""
    told: dict[str, dict[str, str]] = {}
    for ours in list(proposal.columns):
        wanted = INPUTS[proposal.table].columns[ours]
        if wanted.kind is not Kind.CHOICE:
            continue
        words, unknown = translations(proposal.sheet.column(proposal.columns[ours][0]), ours, wanted)
        if words:
            told[ours] = words
        if unknown:
            proposal.doubts.append(
                f"{proposal.place}, column {proposal.columns[ours][0]}: {_listed(unknown)} is none of "
                f"{', '.join(wanted.choices)}. Add what it means to `values`."
            )
    if told:
        proposal.key("values", told, "theirs: ours")


def _part_into_segments(proposal: Proposal) -> None:
    """Where KPI and period stand in several rows, the columns that tell these rows apart."""
    keys = [name for name in ("kpi_id", "period", "segment") if name in proposal.columns]
    frame = pd.DataFrame({name: proposal.texts(name) for name in keys})
    if frame.empty or not frame.duplicated().any():
        return
    used = {heading for theirs in proposal.columns.values() for heading in theirs}
    melted = {heading for entries in proposal.keys.get("melt", {}).values() for heading, _ in entries}
    parts = list(proposal.columns.get("segment", ()))
    for column in proposal.sheet.columns:
        few = len(column.distinct) < _FEW * len(frame)
        if column.heading in used | melted or not few or len(column.distinct) < 2:  # noqa: PLR2004 - it parts nothing
            continue
        before = int(frame.duplicated().sum())
        trial = frame.assign(**{column.heading: column.cells})
        if int(trial.duplicated().sum()) < before:
            frame, parts = trial, [*parts, column.heading]
        if not frame.duplicated().any():
            break
    if frame.duplicated().any() or not parts:
        at = int(frame.duplicated().to_numpy().argmax())
        told = " and ".join(f"{name} {frame[name].iloc[at]}" for name in keys)
        proposal.doubts.append(f"{proposal.place}: {told} stands in several rows. Which column parts them? segment: …")
    elif tuple(parts) != proposal.columns.get("segment"):
        proposal.take("segment", parts, "only with it is each row of KPI and period there once", sure=False)


def _declare(proposal: Proposal, calendar: Calendar, year: int | None) -> None:
    """Numbers, days, periods and missing texts, as far as the cells themselves prove them."""
    schema = INPUTS[proposal.table].columns
    kinds = {ours: schema[ours].kind for ours in proposal.columns}
    melted = [heading for entries in proposal.keys.get("melt", {}).values() for heading, _ in entries]
    number_headings = [*melted, *_headings(proposal, kinds, Kind.NUMBER)]
    _declare_missing(proposal, [*number_headings, *_headings(proposal, kinds, Kind.DATE, Kind.PERIOD, Kind.TARGET)])
    columns = [proposal.sheet.column(heading) for heading in number_headings]
    targets = [proposal.sheet.column(heading) for heading in _headings(proposal, kinds, Kind.TARGET)]
    if not all(column.is_typed for column in columns):
        texts = [text for column in columns for text in column.distinct]
        _merge(proposal, numbers_of(texts, where=_where(proposal, columns)))
    elif not columns and targets and not all(column.is_typed for column in targets):
        texts = [text for column in targets for text in column.distinct if not any(map(str.isalpha, text))]
        _merge(proposal, numbers_of([text.strip("<>=≤≥~ %") for text in texts], where=_where(proposal, targets)))
    for ours, kind in kinds.items():
        where = f"{proposal.place}, column {' and '.join(proposal.columns[ours])}"
        given = [text for text in proposal.texts(ours).unique() if text and text.casefold() not in NOT_MEASURED]
        if kind is Kind.DATE:
            _merge(proposal, days_of(given, calendar, where=where))
        elif kind is Kind.PERIOD:
            writing = periods_of(given, calendar, year, where=where)
            words = writing.keys.pop("values", None)
            _merge(proposal, writing)
            if words:
                proposal.key("values", {**proposal.keys.get("values", {}), ours: words}, "theirs: ours")


def _headings(proposal: Proposal, kinds: Mapping[str, Kind], *wanted: Kind) -> list[str]:
    return [heading for ours, kind in kinds.items() if kind in wanted for heading in proposal.columns[ours]]


def _where(proposal: Proposal, columns: Sequence[Column]) -> str:
    more = f" and {len(columns) - 1} more" if len(columns) > 1 else ""
    return f"{proposal.place}, column {columns[0].heading}{more}" if columns else proposal.place


def _merge(proposal: Proposal, writing: Writing) -> None:
    for name, value in writing.keys.items():
        if proposal.keys.get(name, value) != value:
            told = (
                f"{proposal.place}: its columns need {name} {proposal.keys[name]!r} and {value!r}, and one can be said."
            )
            proposal.doubts.append(told)
        else:
            proposal.key(name, value, writing.why[name])
    proposal.doubts += writing.doubts


def _declare_missing(proposal: Proposal, headings: Sequence[str]) -> None:
    """Texts that say that nothing was measured, where they are no names elsewhere in the sheet."""
    found = dict.fromkeys(
        text.strip()
        for heading in headings
        for text in proposal.sheet.column(heading).cells.unique()
        if text.strip().casefold() in NOT_MEASURED
    )
    names = {text for ours in proposal.columns if ours not in headings for text in _names(proposal, ours, headings)}
    clear = [text for text in found if text not in names]
    if clear:
        proposal.key("missing", clear, "stands among numbers and days, and says that nothing was measured")
    for text in found:
        if text in names:
            told = f"'{text}' stands among numbers and among names. Add missing: [\"{text}\"] if it never is a name."
            proposal.doubts.append(f"{proposal.place}: {told}")


def _names(proposal: Proposal, ours: str, headings: Sequence[str]) -> Iterable[str]:
    return (
        text.strip()
        for heading in proposal.columns[ours]
        if heading not in headings
        for text in proposal.sheet.column(heading).cells.unique()
    )


def _listed(texts: Iterable[str], most: int = 6) -> str:
    texts = list(texts)
    more = f" and {len(texts) - most} more" if len(texts) > most else ""
    return ", ".join(f"'{text}'" for text in texts[:most]) + more
