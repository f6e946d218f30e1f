"""From a file to the proposal of all sources."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from review_kit.errors import UsageError
from review_kit.intake.preview import SheetPreview, preview
from review_kit.model.fault import Fault
from review_kit.model.figures import plural
from review_kit.model.period import Calendar
from review_kit.scaffold.choosing import Chosen, choose, period_columns
from review_kit.scaffold.completing import Part, complete, doubts_of
from review_kit.scaffold.looking import Sheet, look_at
from review_kit.scaffold.proposal import Proposal, propose
from review_kit.scaffold.spans import canonical, spans_two_years, years_in

_HEADINGS_TOLD = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file seems to hold."""

    file_name: str  # as it is copied
    year: int
    parts: dict[str, Part]
    found: list[str]
    doubts: list[str]


def read_file(file: Path, asked: int | None) -> Reading:
    """Look at every sheet and propose how each table is read. `asked` is the year, where a person gave it.

    Raises:
        UsageError: the file cannot be read, or nothing in it can be used.

    """
    name = "".join("_" if sign in ':\\~"' or not sign.isprintable() else sign for sign in file.name)
    if name != file.name:
        raise UsageError(f"{file}: the name of the file cannot be written into params.\nHint: rename it to {name}.")
    seen = preview(file.parent, name)
    if isinstance(seen, Fault):
        raise UsageError(str(seen))
    sheets = [sheet for one in seen if (sheet := look_at(file.parent, name, one)) is not None]
    chosen = choose([sheet for sheet in sheets if not sheet.hidden])
    if not chosen:
        raise UsageError(_nothing(name, seen, sheets))
    named = years_in([text for sheet in sheets for text in (*sheet.titles, sheet.name)] + [file.stem])
    of_months = asked or (named[0] if len(set(named)) == 1 else None)
    year, why = _year(chosen, asked, named)
    calendar = Calendar(date(year, 1, 1), date(year, 12, 31), year)
    proposals = {table: propose(one, calendar, of_months) for table, one in chosen.items()}
    parts = complete(proposals)
    doubts = [*doubts_of(list(parts.values())), *_of_file(seen, sheets, chosen), *_unused(parts)]
    doubts += _of_calendar(parts, year)
    if not asked:
        doubts.append(f"The cycle is {year}: {why}. Another one: review new … --year.")
    return Reading(file_name=name, year=year, parts=parts, found=_found(parts), doubts=doubts)


def _year(chosen: Mapping[str, Chosen], asked: int | None, named: Sequence[int]) -> tuple[int, str]:
    """The cycle: as asked, the last year with values, the one that titles name, or this one."""
    if asked:
        return asked, "as asked"
    actuals = chosen.get("actuals")
    if actuals is not None:
        years = years_in(_spans(actuals))
        if years:
            return max(years), "the last year with values"
    if named:
        return max(named), "the last year that titles and names say"
    return date.today().year, "nothing in the file says a year"  # noqa: DTZ011 - the year where the person sits


def _spans(actuals: Chosen) -> list[str]:
    """The texts of the periods that have values."""
    wide = [column for column in period_columns(actuals.sheet) if column.distinct]
    labels = [canonical(column.heading) for column in wide]
    if any(labels):
        return labels
    years = [column for column in actuals.sheet.columns if column.holds_years]
    if years:
        return list(years[0].distinct)
    if "period" not in actuals.matches:
        return []
    period = actuals.sheet.column(actuals.matches["period"].theirs).cells
    if "value" in actuals.matches:
        period = period[actuals.sheet.column(actuals.matches["value"].theirs).cells.str.strip().ne("").to_numpy()]
    return [text[:32] for text in period.unique()]


def _found(parts: Mapping[str, Part]) -> list[str]:
    lines = []
    for table, part in parts.items():
        if isinstance(part, Proposal):
            lines.append(
                f"{table}: {part.place}, headings in row {part.sheet.source.header_row}, {_columns_told(part)}"
            )
        else:
            lines.append(f"{table}: data/{table}.csv, {part.why}")
    return lines


def _columns_told(part: Proposal) -> str:
    mapped = sum(theirs != (ours,) for ours, theirs in part.columns.items())
    told = [f"{plural(len(part.columns), 'column')}{', under our own names' if not mapped else ''}"]
    for ours, entries in part.keys.get("melt", {}).items():
        told.append(f"{plural(len(entries), 'heading')} that {'is' if len(entries) == 1 else 'are'} its {ours}")
    return " and ".join(told)


def _of_file(seen: Sequence[SheetPreview], sheets: Iterable[Sheet], chosen: Mapping[str, Chosen]) -> list[str]:
    """What was left aside, and what was guessed about the file as a whole."""
    used = {one.sheet.name for one in chosen.values()}
    doubts = []
    for sheet in sheets:
        if sheet.hidden:
            doubts.append(f"sheet {sheet.name} is hidden and was left aside.")
        elif sheet.name not in used:
            headings = ", ".join(column.heading for column in sheet.columns[:_HEADINGS_TOLD])
            doubts.append(f"sheet {sheet.name} feeds no table. Its headings are {headings}.")
        if sheet.unusable and sheet.name in used:
            told = ", ".join(f"'{' '.join(heading.split())}'" for heading in sheet.unusable)
            doubts.append(f"{sheet.name}: {told} stand twice or span lines, so they were left aside. Rename them.")
        if sheet.refused and sheet.name in used:
            what = "1 row" if sheet.refused == 1 else f"{sheet.refused} rows"
            doubts.append(f"{sheet.name}: {what} cannot be cut into cells; `review check` says which.")
    for one in seen:
        if one.encoding == "cp1252":
            words = dict.fromkeys(cell for row in one.rows for cell in row if not cell.isascii())
            told = ", ".join(f"'{word}'" for word in list(words)[:3])
            doubts.append(f"The file is not UTF-8; it was read as cp1252 (Western Windows): {told}. Is that right?")
    return doubts


def _of_calendar(parts: Mapping[str, Part], year: int) -> list[str]:
    """Years that span two need to be told where they begin."""
    actuals = parts["actuals"]
    if not isinstance(actuals, Proposal):
        return []
    labels = [label for _, label in actuals.keys.get("melt", {}).get("period", ())]
    labels += list(actuals.texts("period").unique()) if "period" in actuals.columns else []
    wide = [label for label in labels if spans_two_years(label)]
    if not wide:
        return []
    told = f"'{wide[-1]}' spans two calendar years. In which month does it begin?"
    return [f"{told} calendar in params/{year}.yml begins in January: set both days."]


def _unused(parts: Mapping[str, Part]) -> list[str]:
    """Columns from which no table takes anything, sheet by sheet."""
    by_sheet: dict[str, tuple[Proposal, list[str]]] = {}
    for part in parts.values():
        if isinstance(part, Proposal):
            before = by_sheet.get(part.sheet.name, (part, part.unused))[1]
            by_sheet[part.sheet.name] = (part, [heading for heading in before if heading in part.unused])
    return [
        f"{part.place}: nothing is taken from {', '.join(headings[:_HEADINGS_TOLD])}"
        + (f" and {len(headings) - _HEADINGS_TOLD} more columns." if len(headings) > _HEADINGS_TOLD else ".")
        for part, headings in by_sheet.values()
        if headings
    ]


def _nothing(name: str, seen: Sequence[SheetPreview], sheets: Sequence[Sheet]) -> str:
    told = [
        f"  {sheet.name}: {', '.join(column.heading for column in sheet.columns[:_HEADINGS_TOLD])}" for sheet in sheets
    ]
    what = "no table at all" if not told else "nothing that looks like KPIs, their values, objectives or initiatives"
    lines = [f"{name} holds {what}, so nothing was written.", *told]
    if any("\n" in cell for one in seen for row in one.rows[:_HEADINGS_TOLD] for cell in row):
        lines.append("  Headings that span lines cannot be named in params: write each on one line.")
    hint = "`review new DIR` alone makes an example whose headings show what is needed."
    return "\n".join([*lines, f"Hint: {hint}"]) if seen else f"{name} is empty.\nHint: {hint}"
