"""Ids that one table uses and another defines."""

from collections.abc import Callable, Collection
from functools import cache

import numpy as np
import pandas as pd

from review_kit.intake.ledger import Ledger
from review_kit.model.nearest import nearest

_NEAR_LOOKED_UP = 200  # unknown ids for which the nearest known one is looked up; it is slow, and more help nobody


def refuse_unknown(
    frame: pd.DataFrame, column: str, known: Collection[str], what: str, where_defined: str, ledger: Ledger
) -> None:
    """Refuse rows whose `column` names what no row of its table defines; `what` is 'KPI' or 'objective'."""
    texts = frame[column].mask(~ledger.used)
    if column == "kpi_ids":
        _refuse_in_lists(texts, known, ledger)
        return
    unknown = texts.notna().to_numpy() & ~texts.isin(list(known)).to_numpy()
    if unknown.any():
        hint = _hints(known, f"add it to the {where_defined} table, or remove the row.")
        rule = f"unknown-{what.lower()}"
        told = f"no {what} is called '{{value}}'."
        ledger.refuse(unknown, column, rule, told, lambda at: hint(str(texts.iloc[at])))


def _refuse_in_lists(texts: pd.Series, known: Collection[str], ledger: Ledger) -> None:
    strangers = {text: [entry for entry in text.split(";") if entry not in known] for text in texts.dropna().unique()}
    unknown = texts.map(lambda text: bool(strangers.get(text)), na_action="ignore").eq(other=True).to_numpy()
    if np.any(unknown):
        hint = _hints(known, "add it to the kpis table, or leave it out.")
        ledger.refuse(
            unknown,
            "kpi_ids",
            "unknown-kpi",
            lambda at: f"no KPI is called '{strangers[texts.iloc[at]][0]}'.",
            lambda at: hint(strangers[texts.iloc[at]][0]),
        )


def _hints(known: Collection[str], otherwise: str) -> Callable[[str], str]:
    """The nearest known id, looked up once for each unknown one and only for the first of them."""
    looked_up = 0

    @cache
    def hint(name: str) -> str:
        nonlocal looked_up
        looked_up += 1
        near = nearest(name, known) if looked_up <= _NEAR_LOOKED_UP else ""
        return f"did you mean '{near}'?" if near else otherwise

    return hint
