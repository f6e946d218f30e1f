"""What a first run needs and the file does not have: derived from what is there, or left for people to fill in."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pandas as pd

from review_kit.intake.numbers import Problem
from review_kit.intake.target_text import read_target
from review_kit.model.words import Direction
from review_kit.params import Source
from review_kit.scaffold.proposal import Proposal
from review_kit.scaffold.words import in_our_words
from review_kit.schema import INPUTS

_ALL = {"objective_id": "all", "name": "All KPIs"}
_NO_AGGREGATE = "no column says how the months of a year become its value; as it stands the last one counts."
_SAME = 0.5  # share of the ids of one table that must stand in the other
_MAPPED_KEYS = ("values", "missing", "decimal", "thousands", "signs", "date_format")


@dataclass(slots=True, kw_only=True)
class Derived:
    """A small table of our own shape that is written beside the copied file."""

    table: str
    rows: list[dict[str, str]]
    why: str
    keys: dict[str, object] = field(default_factory=dict)  # how its texts are written, as in the file they come from
    doubts: list[str] = field(default_factory=list)


Part = Proposal | Derived


def complete(proposals: Mapping[str, Proposal]) -> dict[str, Part]:
    """All proposals, with objectives, KPIs and actuals in any case."""
    parts: dict[str, Part] = dict(proposals)
    actuals, kpis = proposals.get("actuals"), proposals.get("kpis")
    if actuals is None:
        doubt = "No sheet holds measured values. Write them into data/actuals.csv: the headings are there."
        parts["actuals"] = Derived(table="actuals", rows=[], why="no sheet holds measured values", doubts=[doubt])
    if kpis is not None:
        if actuals is not None:
            _link(kpis, "kpi_id", "name", kpi_ids(actuals), f"the values in {actuals.place}")
        parts["kpis"] = _with_all_columns(kpis)
    else:
        parts["kpis"] = _kpis_of_values(actuals)
    objectives = proposals.get("objectives")
    if objectives is not None and kpis is not None and "objective_id" in kpis.columns:
        _link(objectives, "objective_id", "name", kpis.texts("objective_id"), f"the objectives in {kpis.place}")
    if objectives is not None and (kpis is None or "objective_id" not in kpis.columns):
        objectives.doubts.append("Nothing says which KPI serves which objective: fill objective_id in data/kpis.csv.")
    if objectives is None or (kpis is not None and objectives.sheet is kpis.sheet):
        parts["objectives"] = _objectives_of(kpis)
    order = [name for name in INPUTS if name in parts]
    return {name: parts[name] for name in order}


def kpi_ids(actuals: Proposal) -> pd.Series:
    """What the values call their KPIs."""
    melted = actuals.keys.get("melt", {})
    if "kpi_id" in melted:
        return pd.Series([label for _, label in melted["kpi_id"]], dtype="str")
    return actuals.texts("kpi_id") if "kpi_id" in actuals.columns else pd.Series([], dtype="str")


def _link(proposal: Proposal, key: str, name: str, used: pd.Series, who: str) -> None:
    """The key is the column by whose texts the other table knows its rows."""
    wanted = set(used[used.ne("")])
    if not wanted or key not in proposal.columns:
        return
    shares = {}
    for ours in dict.fromkeys((key, name)):
        if ours in proposal.columns:
            shares[proposal.columns[ours]] = len(wanted & set(proposal.texts(ours))) / len(wanted)
    best = max(shares, key=lambda theirs: shares[theirs])
    if shares[best] > shares[proposal.columns[key]]:
        proposal.take(key, best, f"{who} are called by it", sure=shares[best] >= _SAME)
    if shares[best] < 1:
        strangers = sorted(wanted - set(proposal.texts(key)))
        shown = ", ".join(f"'{text}'" for text in strangers[:3])
        verb = "is" if len(strangers) == 1 else "are"
        proposal.doubts.append(f"{proposal.place}: {shown} {verb} used by {who}, but not defined here.")


def _with_all_columns(kpis: Proposal) -> Part:
    """The mapping where the sheet says what a KPI needs; a table to fill in where it does not."""
    repeated = not kpis.texts("kpi_id").is_unique
    if "direction" not in kpis.columns or (repeated and not _is_constant(kpis)):
        return _kpis_to_fill_in(kpis)
    if repeated:
        kpis.key("distinct", True, "each KPI stands in several rows that say the same")
        kpis.doubts = [doubt for doubt in kpis.doubts if "tells the rows apart" not in doubt]
    constants = {}
    if "objective_id" not in kpis.columns:
        constants["objective_id"] = _ALL["objective_id"]
        kpis.doubts.append(f"{kpis.place}: no column names an objective, so all KPIs serve one, 'All KPIs'.")
    if "unit" not in kpis.columns:
        names = kpis.sheet.column(kpis.columns["name"][0])
        if sum("(" in text for text in names.distinct) > _SAME * len(names.distinct):
            kpis.key("in_brackets", {"unit": names.heading}, "most names end with a unit in brackets")
        else:
            constants["unit"] = "number"
            kpis.doubts.append(f"{kpis.place}: no column names units, so all KPIs count 'number'.")
    if "target" not in kpis.columns:
        constants["target"] = ""
        kpis.doubts.append(f"{kpis.place}: no column holds targets. Without one a KPI is shown and not scored.")
    if "aggregate" not in kpis.columns:
        kpis.doubts.append(f"{kpis.place}: {_NO_AGGREGATE} Add constants: {{aggregate: mean}} (or sum …) if not.")
    if constants:
        kpis.key("constants", constants, "the same for all rows, because no column says it")
    return kpis


def _is_constant(kpis: Proposal) -> bool:
    frame = pd.DataFrame({ours: kpis.texts(ours) for ours in kpis.columns})
    return bool(frame.groupby("kpi_id").nunique().le(1).all(axis=None))


def _kpis_to_fill_in(kpis: Proposal) -> Derived:
    """One row per KPI with what the sheet says of it; the direction is taken from targets that say it."""
    frame = pd.DataFrame({ours: kpis.texts(ours) for ours in kpis.columns})
    firsts = frame[frame["kpi_id"].ne("")].drop_duplicates("kpi_id")
    varying = frame.groupby("kpi_id").nunique().gt(1).any()
    rows, said = [], 0
    for cells in firsts.to_dict("records"):
        row = {str(ours): str(text) for ours, text in cells.items() if not varying.get(ours, False)}
        row.setdefault("objective_id", _ALL["objective_id"])
        row["direction"] = in_our_words("direction", row.get("direction", "")) or _direction(row.get("target", ""))
        said += bool(row["direction"])
        row.setdefault("unit", _unit(row.get("target", "")))
        rows.append(row)
    doubts = list(kpis.doubts)
    if said < len(rows):
        doubts.append(
            f"{kpis.place}: no column says whether higher or lower is better. Fill `direction` in data/kpis.csv for "
            f"{len(rows) - said} of {len(rows)} KPIs: higher, lower or range."
        )
    if "aggregate" not in kpis.columns:
        doubts.append(f"{kpis.place}: {_NO_AGGREGATE} Fill `aggregate` in data/kpis.csv if not.")
    left_out = [ours for ours in varying.index[varying] if ours != "kpi_id"]
    if left_out:
        doubts.append(f"{kpis.place}: {', '.join(left_out)} differ between the rows of one KPI and were left out.")
    why = f"made of {kpis.place}, which lacks what a KPI needs; fill in what is blank"
    keys = {name: kpis.keys[name] for name in _MAPPED_KEYS if name in kpis.keys}
    if isinstance(keys.get("values"), dict):
        keys["values"] = {name: words for name, words in kpis.keys["values"].items() if name != "direction"}
        keys = {name: value for name, value in keys.items() if value}
    return Derived(table="kpis", rows=rows, why=why, keys=keys, doubts=doubts)


def _direction(target: str) -> str:
    read = read_target(target, Source(path="-")) if target else None
    if read is None or isinstance(read, Problem) or read.direction is None:
        return ""
    return str(Direction(read.direction))


def _unit(target: str) -> str:
    """The unit that a target is written with."""
    read = read_target(target, Source(path="-")) if target else None
    return read.unit.base if read is not None and not isinstance(read, Problem) and read.unit else ""


def _kpis_of_values(actuals: Proposal | None) -> Derived:
    """One row per KPI that has values."""
    ids = [] if actuals is None else [text for text in kpi_ids(actuals).unique() if text]
    rows = [{"kpi_id": text, "name": text, "objective_id": _ALL["objective_id"]} for text in ids]
    if not rows:
        doubt = "No sheet defines KPIs. Write them into data/kpis.csv: the headings are there."
        return Derived(table="kpis", rows=[], why="no sheet defines KPIs", doubts=[doubt])
    doubt = (
        f"No sheet defines KPIs. data/kpis.csv lists the {len(rows)} that have values: fill in direction (higher, "
        "lower or range), unit and target, and how months make a year (aggregate: sum, mean, last …)."
    )
    return Derived(table="kpis", rows=rows, why="one row per KPI that has values; fill in the rest", doubts=[doubt])


def _objectives_of(kpis: Proposal | None) -> Part:
    """The objectives that KPIs name; one for all where they name none."""
    if kpis is None or "objective_id" not in kpis.columns:
        return Derived(table="objectives", rows=[dict(_ALL)], why="one objective for all KPIs; replace it by your own")
    part = Proposal(table="objectives", sheet=kpis.sheet)
    for ours in ("objective_id", "name"):
        part.take(ours, kpis.columns["objective_id"], "the objectives that KPIs name")
    part.key("distinct", True, "each objective stands once per KPI")
    return part


def doubts_of(parts: Sequence[Part]) -> list[str]:
    """All questions, those about columns last."""
    told = [doubt for part in parts for doubt in part.doubts]
    for part in parts:
        if isinstance(part, Proposal):
            told += [
                f"{part.place}: is {' and '.join(part.columns[ours])} our {ours} of {part.table}? {part.why[ours]}."
                for ours in part.columns
                if ours in part.unsure
            ]
    return list(dict.fromkeys(told))
