"""Which sheet feeds which table."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from review_kit.intake.raw import JOINT
from review_kit.model.words import INPUT_TABLES
from review_kit.scaffold.looking import Column, Sheet
from review_kit.scaffold.matching import SURE, Match, is_ours, match, says_so, strength
from review_kit.scaffold.spans import canonical
from review_kit.scaffold.words import IS_ACTUAL, IS_TARGET, plain
from review_kit.schema import INPUTS

FAMILY = ("objectives", "kpis", "actuals", "targets")  # one sheet may hold all of these
_OURS = 100.0  # our own headings leave no doubt
_OF_KPIS = ("unit", "direction", "target", "baseline", "frequency", "definition", "objective_id", "aggregate", "owner")
_OF_INITIATIVES = ("start", "planned_finish", "forecast_finish", "budget", "spent", "percent_complete")
_OF_OBJECTIVES = ("perspective", "weight", "business_goal", "owner")
_WIDE = 2  # headings that are periods


@dataclass(frozen=True, slots=True, kw_only=True)
class Chosen:
    """A sheet that seems to hold a table."""

    table: str
    sheet: Sheet
    matches: Mapping[str, Match]
    score: float


def choose(sheets: Sequence[Sheet]) -> dict[str, Chosen]:
    """For each table the sheet that fits best; outside the family of KPIs a sheet feeds one table."""
    found = [one for sheet in sheets for table in INPUT_TABLES if (one := candidate(sheet, table)) is not None]
    taken: dict[str, Chosen] = {}
    for one in sorted(found, key=lambda one: -one.score):
        here = [other.table for other in taken.values() if other.sheet is one.sheet]
        alone = not here or (one.table in FAMILY and all(table in FAMILY for table in here))
        if one.table not in taken and alone:
            taken[one.table] = one
    return {table: taken[table] for table in INPUT_TABLES if table in taken}


def candidate(sheet: Sheet, table: str) -> Chosen | None:
    """The sheet as the source of the table, with how well it fits; None where it cannot be."""
    matches = match(sheet, table)
    if is_ours(sheet, table):
        return Chosen(table=table, sheet=sheet, matches=matches, score=_OURS + strength(matches))
    fit = _FITS.get(table, _fits_by_name)(sheet, matches, table)
    if not fit:
        return None
    bonus = 2.0 if says_so(sheet, table) else 0.0
    return Chosen(table=table, sheet=sheet, matches=matches, score=fit + bonus + strength(matches))


def period_columns(sheet: Sheet) -> list[Column]:
    """The columns that are headed by a period, those of targets left out."""
    return [
        column
        for column in sheet.columns
        if canonical(column.heading, 2000)
        and not set(plain(column.heading).split()) & IS_TARGET
        and (column.numeric >= 0.5 or not column.distinct)  # noqa: PLR2004 - more numbers than words
    ]


def part_columns(sheet: Sheet) -> dict[str, str]:
    """Headings of two lines that say a part and 'actual', such as 'North · Actual', with the part."""
    cut = {column.heading: column.heading.rpartition(JOINT) for column in sheet.columns if column.numeric >= 0.5}  # noqa: PLR2004 - more numbers than words
    parts = {heading: part for heading, (part, _, last) in cut.items() if part and plain(last) in IS_ACTUAL}
    return {} if len(parts) < _WIDE or any(canonical(heading, 2000) for heading in parts) else parts


def number_columns(sheet: Sheet, matches: Mapping[str, Match]) -> list[Column]:
    """The columns that hold measured numbers where each KPI has a column of its own."""
    taken = {one.theirs for ours, one in matches.items() if ours in {"period", "segment", "note", "status"}}
    return [
        column
        for column in sheet.columns
        if column.heading not in taken
        and column.distinct
        and column.numeric >= 0.9  # noqa: PLR2004 - a slip or two
        and column.periodic < 1
        and not canonical(column.heading, 2000)
    ]


def kpi_column(sheet: Sheet, matches: Mapping[str, Match]) -> str:
    """The heading of the column that names the KPI; '' where there is none."""
    if "kpi_id" in matches:
        return matches["kpi_id"].theirs
    of_kpis = match(sheet, "kpis")
    names = [of_kpis[name].theirs for name in ("kpi_id", "name") if name in of_kpis]
    return names[0] if names else ""


def _fits_actuals(sheet: Sheet, matches: Mapping[str, Match], table: str) -> float:  # noqa: ARG001 - rules share a form
    kpi = kpi_column(sheet, matches)
    valued = "value" in matches or {"numerator", "denominator"} <= matches.keys()
    if "kpi_id" in matches and "period" in matches and valued:
        return 10.0
    if kpi and len(period_columns(sheet)) >= _WIDE:
        return 9.0
    if kpi and (period_columns(sheet) or part_columns(sheet)):
        return 8.0
    if "value" in matches and _fits_kpis(sheet, match(sheet, "kpis"), "kpis"):
        return 7.0  # one value each, of a period that somebody has to say
    if "period" in matches and not kpi and number_columns(sheet, matches) and not _is_portfolio(sheet):
        return 5.0
    return 0.0


def _is_portfolio(sheet: Sheet) -> bool:
    found = match(sheet, "initiatives")
    return "name" in found and len(found.keys() & set(_OF_INITIATIVES)) >= _WIDE


def _fits_kpis(sheet: Sheet, matches: Mapping[str, Match], table: str) -> float:
    if not {"kpi_id", "name"} & matches.keys() or _is_portfolio(sheet):
        return 0.0
    told = len(matches.keys() & set(_OF_KPIS))
    named = matches.get("name", matches.get("kpi_id"))
    is_kpi = named is not None and ("kpi" in plain(named.theirs) or says_so(sheet, table))
    is_wide = len(period_columns(sheet)) >= _WIDE
    if told >= (1 if is_kpi or is_wide else 2) and ({"unit", "direction", "target"} & matches.keys() or is_kpi):
        return 6.0 if "direction" in matches else 5.0
    return 0.0


def _fits_objectives(sheet: Sheet, matches: Mapping[str, Match], table: str) -> float:
    of_kpis = match(sheet, "kpis")
    if says_so(sheet, table) and "name" in matches:
        return 6.0
    if "name" in matches and matches["name"].score >= SURE and not {"target", "unit", "direction"} & of_kpis.keys():
        specific = plain(matches["name"].theirs) not in {"name", "title", "bezeichnung", "titel"}
        return 5.0 if specific and matches.keys() & set(_OF_OBJECTIVES) and not _is_portfolio(sheet) else 0.0
    return 3.0 if "objective_id" in of_kpis and _fits_kpis(sheet, of_kpis, "kpis") else 0.0


def _fits_targets(sheet: Sheet, matches: Mapping[str, Match], table: str) -> float:
    if not {"kpi_id", "period", "target"} <= matches.keys():
        return 0.0
    kpi, target = (sheet.column(matches[name].theirs).cells for name in ("kpi_id", "target"))
    return 4.0 if target.groupby(kpi).nunique().gt(1).any() or says_so(sheet, table) else 0.0


def _fits_initiatives(sheet: Sheet, matches: Mapping[str, Match], table: str) -> float:
    told = len(matches.keys() & set(_OF_INITIATIVES))
    if "name" not in matches or not told:
        return 0.0
    specific = plain(matches["name"].theirs) not in {"name", "title", "bezeichnung", "titel", "nom", "nombre", "nome"}
    return 6.0 if says_so(sheet, table) or (specific and told) or told > 1 else 0.0


def _fits_risks(sheet: Sheet, matches: Mapping[str, Match], table: str) -> float:
    graded = {"likelihood", "impact"} & matches.keys()
    return 6.0 if "title" in matches and (graded or says_so(sheet, table)) else 0.0


def _fits_by_name(sheet: Sheet, matches: Mapping[str, Match], table: str) -> float:
    named = {name for name, column in INPUTS[table].columns.items() if column.named}
    return 5.0 if says_so(sheet, table) and named <= matches.keys() else 0.0


_FITS = {
    "actuals": _fits_actuals,
    "kpis": _fits_kpis,
    "objectives": _fits_objectives,
    "targets": _fits_targets,
    "initiatives": _fits_initiatives,
    "risks": _fits_risks,
}
