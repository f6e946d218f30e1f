"""From a file to the proposal of all sources."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from review_kit.errors import UsageError
from review_kit.intake.currencies import MONEY, agree, currency_in
from review_kit.intake.preview import SheetPreview, preview
from review_kit.intake.raw import JOINT
from review_kit.model.fault import Fault
from review_kit.model.figures import listed, plural
from review_kit.model.period import Calendar
from review_kit.scaffold.choosing import Chosen, choose, period_columns
from review_kit.scaffold.completing import Part, complete, doubts_of
from review_kit.scaffold.filling_in import Derived
from review_kit.scaffold.looking import Sheet, look_at
from review_kit.scaffold.proposal import Proposal
from review_kit.scaffold.proposing import propose, propose_targets
from review_kit.scaffold.spans import canonical, spans_two_years, years_in

_HEADINGS_TOLD = 8
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """What a file seems to hold."""

    file_name: str  # as it is copied
    year: int
    parts: dict[str, Part]
    found: list[str]
    of_tables: list[str]  # questions about single tables
    general: list[str]  # questions about the file as a whole

    @property
    def currency(self) -> str:
        """The one currency that headings and cells of initiatives name; '' where they name none or several."""
        part = self.parts.get("initiatives")
        if not isinstance(part, Proposal):
            return ""
        headings = [theirs for ours in MONEY["initiatives"] for theirs in part.columns.get(ours, ())]
        named = {found for text in (*headings, *part.keys.get("signs", ())) if (found := currency_in(text))}
        exact = max(named, key=len, default="")  # of EUR and € the code
        return exact if all(agree(exact, one) for one in named) else ""


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
    if "actuals" in chosen and "targets" not in chosen:
        targets = propose_targets(proposals["actuals"], chosen["actuals"].sheet, calendar, of_months)
        proposals |= {} if targets is None else {"targets": targets}
    parts = complete(proposals)
    general = [*_of_file(seen, sheets, chosen), *_unused(parts), *_of_calendar(parts, year)]
    if not asked:
        general.append(f"The cycle is {year}: {why}. Another one: review new … --year.")
    return Reading(
        file_name=name,
        year=year,
        parts=parts,
        found=_found(parts),
        of_tables=doubts_of(parts.values()),
        general=general,
    )


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
        return [_first_year(label) for label in labels]
    years = [column for column in actuals.sheet.columns if column.holds_years]
    if years:
        return list(years[0].distinct)
    if "period" not in actuals.matches:
        return []
    period = actuals.sheet.column(actuals.matches["period"].theirs).cells
    if "value" in actuals.matches:
        period = period[actuals.sheet.column(actuals.matches["value"].theirs).cells.str.strip().ne("").to_numpy()]
    return [_first_year(canonical(text) or text[:32]) for text in period.unique()]


def _first_year(label: str) -> str:
    """Of a year that spans two the one in which it starts, which is how a cycle from January to December reads it."""
    return label[: found.end()] if spans_two_years(label) and (found := _YEAR.search(label)) else label


def _found(parts: Mapping[str, Part]) -> list[str]:
    lines = []
    for table, part in parts.items():
        if isinstance(part, Proposal):
            lines.append(f"{table}: {part.place}, {part.headings_place}, {_columns_told(part)}")
        else:
            lines.append(f"{table}: data/{table}.csv, {part.why}")
    return lines


def _columns_told(part: Proposal) -> str:
    mapped = sum(theirs != (ours,) for ours, theirs in part.columns.items())
    told = [f"{plural(len(part.columns), 'column')}{', under our own names' if not mapped else ''}"]
    for ours, entries in part.keys.get("melt", {}).items():
        noun = {"kpi_id": "KPI"}.get(ours, ours)
        told.append(f"1 heading that is a {noun}" if len(entries) == 1 else f"{len(entries)} headings that are {noun}s")
    return " and ".join(told)


def _of_file(seen: Sequence[SheetPreview], sheets: Iterable[Sheet], chosen: Mapping[str, Chosen]) -> list[str]:
    """What was left aside, and what was guessed about the file as a whole."""
    used = {one.sheet.name: one.sheet for one in chosen.values()}
    doubts = []
    for name, alike in _alike(sheets, used).items():
        told = "and one source reads one sheet. Bring them together in one, with a column that says which is which: our"
        look = "looks" if len(alike) == 1 else "look"
        doubts.append(f"{listed(alike)} {look} like sheet {name}, {told} `segment`. As it stands {name} alone counts.")
    aside = {name for alike in _alike(sheets, used).values() for name in alike}
    for sheet in sheets:
        if sheet.hidden:
            doubts.append(f"sheet {sheet.name} is hidden and was left aside.")
        elif sheet.name not in used and f"sheet {sheet.name}" not in aside:
            headings = ", ".join(column.heading for column in sheet.columns[:_HEADINGS_TOLD])
            doubts.append(f"sheet {sheet.name} feeds no table. Its headings are {headings}.")
        if sheet.headless and not sheet.hidden:
            doubts.append(_headless(sheet))
        if sheet.unusable and sheet.name in used:
            told = ", ".join(f"'{' '.join(heading.split())}'" for heading in sheet.unusable)
            verb = "was" if len(sheet.unusable) == 1 else "were"
            doubts.append(f"{sheet.name}: {told} {verb} left aside: a heading stands once, on one line. Rename it.")
        if sheet.refused and sheet.name in used:
            what = "1 row" if sheet.refused == 1 else f"{sheet.refused} rows"
            told = "cannot be read, such as one with merged or broken cells; `review check` says which."
            doubts.append(f"{sheet.name}: {what} {told}")
    for one in seen:
        if one.encoding == "cp1252":
            words = dict.fromkeys(cell for row in one.rows for cell in row if not cell.isascii())
            told = ", ".join(f"'{word}'" for word in list(words)[:3])
            doubts.append(f"The file is not UTF-8; it was read as cp1252 (Western Windows): {told}. Is that right?")
    return doubts


def _headless(sheet: Sheet) -> str:
    """What to do about a corner that is blank."""
    row = sheet.source.header_row
    told = "and a column without one cannot be read. Write what it holds (KPI, Month) there, and run this again"
    return f"{sheet.name}: the first column has no heading in row {row}, {told}."


def _parts_and_periods(sheet: Sheet) -> list[str]:
    """What to do about headings that say a part of the organisation and a period at once: one of them can be rows."""
    both = [
        column.heading
        for column in sheet.columns
        if not canonical(column.heading, 2000) and canonical(column.heading.partition(JOINT)[2], 2000)
    ]
    if len(both) < 2:  # noqa: PLR2004 - one alone may be called so by chance
        return []
    told = "say a part and a period, and one of the two can be a heading. Give each part rows of its own"
    return [f"  {sheet.name}: {listed([repr(text) for text in both[:2]])} {told}."]


def _alike(sheets: Iterable[Sheet], used: Mapping[str, Sheet]) -> dict[str, list[str]]:
    """By the name of a sheet that is used: the others that have the same headings, such as one per department."""
    found: dict[str, list[str]] = {}
    for sheet in sheets:
        for name, other in used.items():
            same = [column.heading for column in sheet.columns] == [column.heading for column in other.columns]
            if same and sheet.name not in used and not sheet.hidden:
                found.setdefault(name, []).append(f"sheet {sheet.name}")
                break
    return found


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
    proposed = [part for part in parts.values() if isinstance(part, Proposal)]
    made = [part for part in parts.values() if isinstance(part, Derived)]
    unused: dict[str, list[str]] = {}
    for part in proposed:
        left = unused.get(part.place, part.unused)
        taken = {heading for table in made if table.made_of == part.place for heading in table.taken}
        unused[part.place] = [heading for heading in left if heading in part.unused and heading not in taken]
    return [
        f"{place}: nothing is taken from {', '.join(headings[:_HEADINGS_TOLD])}"
        + (f" and {plural(len(headings) - _HEADINGS_TOLD, 'more column')}." if len(headings) > _HEADINGS_TOLD else ".")
        for place, headings in unused.items()
        if headings
    ]


def _nothing(name: str, seen: Sequence[SheetPreview], sheets: Sequence[Sheet]) -> str:
    told = []
    for sheet in sheets:
        told.append(f"  {sheet.name}: {', '.join(column.heading for column in sheet.columns[:_HEADINGS_TOLD])}")
        told += [f"  {_headless(sheet)}"] if sheet.headless else []
        told += _parts_and_periods(sheet)
    filled = [sum(any(map(str.strip, row)) for row in one.rows) for one in seen]
    what = "headings and no rows below them" if filled and max(filled) == 1 else "no table at all"
    if told:
        what = "nothing that looks like KPIs, their values, objectives or initiatives"
    lines = [f"{name} holds {what}, so nothing was written.", *told]
    hint = "`review new DIR` alone makes an example whose headings show what is needed."
    return "\n".join([*lines, f"Hint: {hint}"]) if seen else f"{name} is empty.\nHint: {hint}"
