"""The table of KPIs that people fill in: one row each, with what the file says of them."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

import pandas as pd

from review_kit.intake.numbers import Problem
from review_kit.intake.target_text import read_target
from review_kit.model.words import Direction
from review_kit.params import Source
from review_kit.scaffold.proposal import Proposal, unsure_columns
from review_kit.scaffold.proposing import WHICH_TELLS
from review_kit.scaffold.spans import is_year
from review_kit.scaffold.words import in_our_words

ALL = {"objective_id": "all", "name": "All KPIs"}
NO_AGGREGATE = "no column says how the months or quarters of a year become its value; as it stands the last one counts."
_MAPPED_KEYS = ("values", "missing", "decimal", "thousands", "signs", "date_format")
_BRACKETS = re.compile(r"\(([^()]+)\)\s*$")


@dataclass(slots=True, kw_only=True)
class Derived:
    """A small table of our own shape that is written beside the copied file."""

    table: str
    rows: list[dict[str, str]]
    why: str
    keys: dict[str, object] = field(default_factory=dict)  # how its texts are written, as in the file they come from
    doubts: list[str] = field(default_factory=list)
    made_of: str = ""  # the sheet, as people call it
    taken: frozenset[str] = frozenset()  # its headings that stand in the table now


def kpi_ids(actuals: Proposal) -> pd.Series:
    """What the values call their KPIs."""
    melted = actuals.keys.get("melt", {})
    if "kpi_id" in melted:
        return pd.Series([label for _, label in melted["kpi_id"]], dtype="str")
    return actuals.texts("kpi_id") if "kpi_id" in actuals.columns else pd.Series([], dtype="str")


def units_of(kpis: Proposal | None, actuals: Proposal | None) -> dict[str, str]:
    """The units of KPIs by id, where the values themselves or the ends of the names prove them."""
    told: dict[str, str] = {}
    names = {} if kpis is None else dict(zip(kpis.texts("kpi_id"), kpis.texts("name"), strict=True))
    for kpi_id in names if actuals is None else kpi_ids(actuals).unique():
        found = _BRACKETS.search(names.get(kpi_id, kpi_id))
        if kpi_id and found:
            told[kpi_id] = found[1].strip()
    if actuals is None:
        return told
    for kpi_id, texts in _values_of(actuals).items():
        numbers = [text for text in texts if any(map(str.isdigit, text))]
        if numbers and all("%" in text for text in numbers):
            told[kpi_id] = "%"
    if {"unit", "kpi_id"} <= actuals.columns.keys():
        units = actuals.texts("unit").groupby(actuals.texts("kpi_id")).unique()
        told |= {str(kpi_id): found[0] for kpi_id, found in units.items() if len(found) == 1 and found[0]}
    return {kpi_id: unit for kpi_id, unit in told.items() if kpi_id}


def _values_of(actuals: Proposal) -> dict[str, list[str]]:
    """The texts of the values of each KPI."""
    ((ours, entries),) = actuals.keys.get("melt", {"": ()}).items()
    headings = [heading for heading, _ in entries] or list(actuals.columns.get("value", ()))
    if ours == "kpi_id":
        return {label: list(actuals.sheet.column(heading).distinct) for heading, label in entries}
    told: dict[str, list[str]] = {}
    for heading in headings:
        for kpi_id, texts in actuals.sheet.column(heading).cells.groupby(actuals.texts("kpi_id")):
            told.setdefault(str(kpi_id), []).extend(texts.str.strip().unique())
    return told


def has_parts_of_years(actuals: Proposal | None) -> bool:
    """Whether values come more than once a year."""
    if actuals is None:
        return False
    labels = [label for _, label in actuals.keys.get("melt", {}).get("period", ())]
    labels += list(actuals.texts("period").unique()) if "period" in actuals.columns else []
    return any(label and not is_year(label) for label in labels)


def is_constant(kpis: Proposal) -> bool:
    """Whether all rows of a KPI say the same of it."""
    frame = pd.DataFrame({ours: kpis.texts(ours) for ours in kpis.columns})
    return bool(frame.groupby("kpi_id").nunique().le(1).all(axis=None))


def kpis_to_fill_in(kpis: Proposal, units: Mapping[str, str], actuals: Proposal | None) -> Derived:
    """One row per KPI with what the sheet says of it; the direction is taken from targets that say it."""
    frame = pd.DataFrame({ours: kpis.texts(ours) for ours in kpis.columns})
    firsts = frame[frame["kpi_id"].ne("")].drop_duplicates("kpi_id")
    varying = frame.groupby("kpi_id").nunique().gt(1).any()
    rows, unsaid = [], 0
    for cells in firsts.to_dict("records"):
        row = {str(ours): str(text) for ours, text in cells.items() if not varying.get(ours, False)}
        row.setdefault("objective_id", ALL["objective_id"])
        row["direction"] = in_our_words("direction", row.get("direction", "")) or _direction(row.get("target", ""))
        unsaid += not row["direction"]
        row.setdefault("unit", units.get(row["kpi_id"], "") or _unit(row.get("target", "")))
        rows.append(row)
    doubts = [doubt for doubt in kpis.doubts if WHICH_TELLS not in doubt]
    if unsaid:
        which = _which(unsaid, len(rows))
        doubts.append(
            f"{kpis.place}: nothing says whether higher or lower is better. Fill in `direction` in data/kpis.csv for "
            f"{which}: higher, lower or range."
        )
    without = sum(not row["unit"] for row in rows)
    if without:
        which = _which(without, len(rows))
        doubts.append(f"{kpis.place}: nothing says a unit. Fill in `unit` in data/kpis.csv for {which}.")
    if "aggregate" not in kpis.columns and has_parts_of_years(actuals):
        doubts.append(f"{kpis.place}: {NO_AGGREGATE} Fill in `aggregate` in data/kpis.csv if not.")
    doubts += unsure_columns(kpis)
    left_out = [ours for ours in varying.index[varying] if ours != "kpi_id"]
    if left_out:
        verb = "differs" if len(left_out) == 1 else "differ"
        told = f"{', '.join(left_out)} {verb} between the rows of one KPI and {'was' if verb == 'differs' else 'were'}"
        doubts.append(f"{kpis.place}: {told} left out.")
    why = f"made of {kpis.place}, which lacks what a KPI needs; fill in what is blank"
    keys = {name: kpis.keys[name] for name in _MAPPED_KEYS if name in kpis.keys}
    if isinstance(keys.get("values"), dict):
        keys["values"] = {name: words for name, words in kpis.keys["values"].items() if name != "direction"}
        keys = {name: value for name, value in keys.items() if value}
    taken = frozenset(heading for theirs in kpis.columns.values() for heading in theirs)
    return Derived(table="kpis", rows=rows, why=why, keys=keys, doubts=doubts, made_of=kpis.place, taken=taken)


def _which(count: int, of: int) -> str:
    """'all 4 KPIs', 'both KPIs', 'the KPI', '2 of 4 KPIs'."""
    if count < of:
        return f"{count:,} of {of:,} KPIs"
    return {1: "the KPI", 2: "both KPIs"}.get(of, f"all {of:,} KPIs")


def _direction(target: str) -> str:
    read = read_target(target, Source(path="-")) if target else None
    if read is None or isinstance(read, Problem) or read.direction is None:
        return ""
    return str(Direction(read.direction))


def _unit(target: str) -> str:
    """The unit that a target is written with."""
    read = read_target(target, Source(path="-")) if target else None
    return read.unit.base if read is not None and not isinstance(read, Problem) and read.unit else ""


def kpis_of_values(actuals: Proposal | None) -> Derived:
    """One row per KPI that has values."""
    ids = [] if actuals is None else [text for text in kpi_ids(actuals).unique() if text]
    units = units_of(None, actuals)
    rows = [
        {"kpi_id": text, "name": text, "objective_id": ALL["objective_id"], "unit": units.get(text, "")} for text in ids
    ]
    if not rows:
        doubt = "No sheet defines KPIs. Write them into data/kpis.csv: the headings are there."
        return Derived(table="kpis", rows=[], why="no sheet defines KPIs", doubts=[doubt])
    lists = "names the one that has values" if len(rows) == 1 else f"lists the {len(rows):,} that have values"
    unit = "" if all(row["unit"] for row in rows) else "unit, "
    year = (
        ", and how parts of a year make the year (aggregate: sum, mean, last …)" if has_parts_of_years(actuals) else ""
    )
    doubt = (
        f"No sheet defines KPIs. data/kpis.csv {lists}: fill in direction (higher, lower or range), {unit}target{year}."
    )
    return Derived(table="kpis", rows=rows, why="one row per KPI that has values; fill in the rest", doubts=[doubt])
