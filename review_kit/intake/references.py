"""Ids that one table uses and another defines."""

import re
from collections.abc import Callable, Collection, Mapping
from functools import cache
from types import MappingProxyType

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded, Groups, Mask
from review_kit.intake.ledger import Ledger, shown
from review_kit.intake.look_alikes import folded_name, how_written
from review_kit.model.nearest import nearest

_DIGITS = re.compile(r"0*([0-9]+?)(?:\.0+)?")
_PARTED_OTHERWISE = re.compile(r"[|/+&]|\band\b|\bund\b")
_ONE_OF_TWO = "is one of the two ids a slip? Write both the same way."
_NEAR_LOOKED_UP = 200  # unknown ids for which the nearest known one is looked up; it is slow, and more help nobody


def refuse_unknown(
    names: Coded,
    column: str,
    known: Collection[str],
    what: str,
    where_defined: str,
    ledger: Ledger,
    *,
    unread: int = 0,
    unnamed: Mapping[str, str] = MappingProxyType({}),
    own: Coded | None = None,
) -> None:
    """Refuse rows whose `column` names what no row of its table defines; `what` is 'KPI' or 'objective'.

    An id that many rows name is told once, at the first of them. Nothing is told where that table lost as many rows
    (`unread`) as ids are unknown: a cell that could not be read has been told, and stands for what follows from it.
    `unnamed` are ids of that table that no row names, each with its place: the slip of a single row may stand there.
    `own` are the ids of the rows where a table names its own rows: no row means itself.
    """
    if column == "kpi_ids":
        _refuse_in_lists(names, known, ledger)
        return
    unknown = names.where(~names.texts.isin(list(known))) & ledger.used
    if not unknown.any():
        return
    groups = Groups.of(names)
    rows, first = groups.sizes(unknown), groups.first(unknown)
    if len(first) <= unread:
        return
    otherwise = f"add it to the {where_defined} table, or remove the row."
    hint = hints(known, otherwise)

    def more(at: int) -> int:
        return int(rows[groups.codes[at]]) - 1

    def meant(at: int) -> str:
        """The id of that table that this row, the only one of its id, may have meant; '' where none is left over."""
        if more(at) or not 0 < len(unnamed) <= len(first):
            return ""
        return next(iter(unnamed)) if len(unnamed) == 1 else nearest(names.at(at), unnamed)

    def told(at: int) -> str:
        also = f", and {more(at)} more rows name it" if more(at) else ""
        if other := meant(at):
            also = f", and no row names {what} '{shown(other)}' ({unnamed[other]})"
        return f"no {what} is called '{shown(names.at(at))}'{also}."

    def way_out(at: int) -> str:
        others = hint if own is None else hints([name for name in known if name != own.at(at)], otherwise)
        usual, other = others(names.at(at)), meant(at)
        return usual if not other or f"'{shown(other)}'" in usual else _ONE_OF_TWO

    where = np.zeros(len(unknown), dtype=bool)
    where[first] = True
    ledger.refuse(where, column, f"unknown-{what.lower()}", told, way_out)
    ledger.refuse_silently(unknown & ~where, column)


def _refuse_in_lists(lists: Coded, known: Collection[str], ledger: Ledger) -> None:
    strangers = {text: [entry for entry in text.split(";") if entry not in known] for text in lists.texts}
    unknown = lists.where([bool(strangers[text]) for text in lists.texts]) & ledger.used
    if not unknown.any():
        return
    near = hints(known, "add it to the kpis table, or leave it out.")

    def hint(entry: str) -> str:
        parts = [part.strip() for part in _PARTED_OTHERWISE.split(entry)]
        return "part the ids by ';'." if len(parts) > 1 and set(parts) <= set(known) else near(entry)

    ledger.refuse(
        unknown,
        "kpi_ids",
        "unknown-kpi",
        lambda at: f"no KPI is called '{shown(strangers[lists.at(at)][0])}'.",
        lambda at: hint(strangers[lists.at(at)][0]),
    )


def warn_unused(ids: pd.Series, column: str, named: pd.Series, where: Mask, ledger: Ledger) -> None:
    """Objectives that no KPI measures; `named` are those that the KPIs name, missing where a cell is empty.

    Where KPIs name unknown objectives the slip may stand here. Where a KPI names none, that has been told, and stands
    for what follows from it.
    """
    alone = where & ~ids.isin(named.dropna()).to_numpy() & ids.notna().to_numpy()
    if named.dropna().isin(ids).all():
        told = "no KPI measures the objective '{value}', so it will not be scored."
        hint = "add a KPI for it, or set its status to new or retired."
        alone &= bool(len(named)) & bool(named.notna().all())
    else:
        told = "no KPI measures the objective '{value}', while KPIs name an objective that does not stand here."
        hint = "is its id a slip? Give it the id that the KPIs name."
    ledger.warn(alone, column, "objective-without-kpis", told, hint)


def _as_number(name: str) -> str:
    """'1' for '001' and '1.0': what a spreadsheet makes of an id of digits; '' for any other."""
    found = _DIGITS.fullmatch(name)
    return found[1] if found else ""


def hints(known: Collection[str], otherwise: str) -> Callable[[str], str]:
    """What to do about an unknown id: the nearest known one, looked up for the first of them only, else `otherwise`."""
    looked_up = 0
    by_look = {folded_name(name): name for name in known}
    by_number = {_as_number(name): name for name in known if _as_number(name)}

    @cache
    def hint(name: str) -> str:
        nonlocal looked_up
        looked_up += 1
        if same := by_number.get(_as_number(name)):
            return f"did you mean '{shown(same)}'? Spreadsheets turn ids into numbers: keep the column as text."
        near = by_look.get(folded_name(name)) or (nearest(name, known) if looked_up <= _NEAR_LOOKED_UP else "")
        if not near:
            return otherwise
        differs = how_written(name, near)
        return f"did you mean '{shown(near)}'?" + (f" They look the same, but {differs}." if differs else "")

    return hint
