"""What a first run needs and the file does not have: derived from what is there, or left for people to fill in."""

from collections.abc import Collection, Mapping

import pandas as pd

from review_kit.scaffold.filling_in import (
    ALL,
    NO_AGGREGATE,
    Derived,
    has_parts_of_years,
    is_constant,
    kpi_ids,
    kpis_of_values,
    kpis_to_fill_in,
    units_of,
)
from review_kit.scaffold.matching import match
from review_kit.scaffold.proposal import Proposal, unsure_columns
from review_kit.scaffold.proposing import WHICH_TELLS
from review_kit.scaffold.words import IS_TOTAL, plain
from review_kit.schema import INPUTS

_SAME = 0.5  # share of the ids of one table that must stand in the other

Part = Proposal | Derived


def complete(proposals: Mapping[str, Proposal]) -> dict[str, Part]:
    """All proposals, with objectives, KPIs and actuals in any case."""
    parts: dict[str, Part] = dict(proposals)
    actuals, kpis = proposals.get("actuals"), proposals.get("kpis")
    planned = "targets" in proposals
    if actuals is None:
        doubt = "No sheet holds measured values. Write them into data/actuals.csv: the headings are there."
        parts["actuals"] = Derived(table="actuals", rows=[], why="no sheet holds measured values", doubts=[doubt])
    if kpis is not None:
        if actuals is not None:
            _share_ids(kpis, actuals)
            _link(kpis, "kpi_id", "name", kpi_ids(actuals), f"the values in {actuals.place}")
        parts["kpis"] = _with_all_columns(kpis, actuals, planned=planned)
    else:
        parts["kpis"] = kpis_of_values(actuals)
    objectives = proposals.get("objectives")
    if objectives is not None and kpis is not None and "objective_id" in kpis.columns:
        _link(objectives, "objective_id", "name", kpis.texts("objective_id"), f"the objectives in {kpis.place}")
    if objectives is not None and (kpis is None or "objective_id" not in kpis.columns):
        objectives.doubts.append("Nothing says which KPI serves which objective: fill objective_id in data/kpis.csv.")
    if objectives is None or (kpis is not None and objectives.sheet is kpis.sheet):
        parts["objectives"] = _objectives_of(kpis)
    if actuals is not None:
        actuals.doubts += _totals(actuals)
    order = [name for name in INPUTS if name in parts]
    return {name: parts[name] for name in order}


def _share_ids(kpis: Proposal, actuals: Proposal) -> None:
    """Values that stand beside the definition of their KPI are known by its id, too."""
    same = kpis.place == actuals.place
    if same and kpis.columns["kpi_id"] != kpis.columns["name"] == actuals.columns.get("kpi_id"):
        ids = kpis.texts("kpi_id")
        if ids.ne("").all() and ids.is_unique and "where" not in actuals.keys:
            actuals.take("kpi_id", kpis.columns["kpi_id"], "the id of the KPI in the same row")


def _totals(actuals: Proposal) -> list[str]:
    """Rows that add up others would count as KPIs of their own."""
    found = [text for text in kpi_ids(actuals).unique() if plain(text) in IS_TOTAL]
    if not found:
        return []
    told = "looks like a total and would be a KPI of its own. Take its row out of the copy in data/ if it is none."
    return [f"{actuals.place}: '{text}' {told}" for text in found]


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


def _with_all_columns(kpis: Proposal, actuals: Proposal | None, *, planned: bool) -> Part:
    """The mapping where the sheet says what a KPI needs; a table to fill in where it does not."""
    units = {} if "unit" in kpis.columns else units_of(kpis, actuals)
    repeated = not kpis.texts("kpi_id").is_unique
    if "direction" not in kpis.columns or (repeated and not is_constant(kpis)) or not _have_one_form(kpis, units):
        return kpis_to_fill_in(kpis, units, actuals)
    if repeated:
        kpis.key("distinct", True, "each KPI stands in several rows that say the same")
        kpis.doubts = [doubt for doubt in kpis.doubts if WHICH_TELLS not in doubt]
    constants = {}
    if "objective_id" not in kpis.columns:
        constants["objective_id"] = ALL["objective_id"]
        kpis.doubts.append(f"{kpis.place}: no column names an objective, so all KPIs serve one, 'All KPIs'.")
    if "unit" not in kpis.columns:
        constants |= _say_unit(kpis, units)
    if "target" not in kpis.columns:
        constants["target"] = ""
        if not planned:
            kpis.doubts.append(f"{kpis.place}: no column holds targets. Without one a KPI is shown and not scored.")
    if "aggregate" not in kpis.columns and has_parts_of_years(actuals):
        add = "aggregate: mean (or sum …) to its constants" if constants else "constants: {aggregate: mean} (or sum …)"
        kpis.doubts.append(f"{kpis.place}: {NO_AGGREGATE} Add {add} if not.")
    if constants:
        kpis.key("constants", constants, "the same for all rows, because no column says it")
    return kpis


def _have_one_form(kpis: Proposal, units: Mapping[str, str]) -> bool:
    """Whether one line of params can say all units: as a column or at the ends of names, as one for all, or as none."""
    if not units or _most_in_brackets(kpis):
        return True
    return len(set(units.values())) == 1 and set(units) == set(kpis.texts("kpi_id")) - {""}


def _say_unit(kpis: Proposal, units: Mapping[str, str]) -> dict[str, str]:
    """The constant for the unit; none where names end with it."""
    if _most_in_brackets(kpis):
        kpis.key("in_brackets", {"unit": kpis.columns["name"][0]}, "most names end with a unit in brackets")
        return {}
    if not units:
        kpis.doubts.append(f"{kpis.place}: no column names units, so all KPIs count 'number'.")
    return {"unit": next(iter(units.values()), "number")}


def _most_in_brackets(kpis: Proposal) -> bool:
    names = kpis.texts("name")
    return bool(names[names.ne("")].drop_duplicates().str.contains("(", regex=False).mean() > _SAME)


def _objectives_of(kpis: Proposal | None) -> Part:
    """The objectives that KPIs name; one for all where they name none."""
    if kpis is None or "objective_id" not in kpis.columns:
        return Derived(table="objectives", rows=[dict(ALL)], why="one objective for all KPIs; replace it by your own")
    part = Proposal(table="objectives", sheet=kpis.sheet)
    for ours in ("objective_id", "name"):
        part.take(ours, kpis.columns["objective_id"], "the objectives that KPIs name")
    perspective = match(kpis.sheet, "objectives").get("perspective")
    if perspective is not None and perspective.theirs not in kpis.columns["objective_id"]:
        cells = kpis.sheet.column(perspective.theirs).cells
        if bool(cells.groupby(kpis.texts("objective_id")).nunique().le(1).all()):
            part.take("perspective", [perspective.theirs], perspective.why)
    part.key("distinct", True, "each objective stands once per KPI")
    return part


def doubts_of(parts: Collection[Part]) -> list[str]:
    """All questions, those about columns last."""
    told = [doubt for part in parts for doubt in part.doubts]
    for part in parts:
        if isinstance(part, Proposal):
            told += unsure_columns(part)
    return list(dict.fromkeys(told))
