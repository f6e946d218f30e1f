"""Rows about what this cycle does not define: of another cycle with which it shares a file, or a slip."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded
from review_kit.intake.ledger import OUTSIDE, Ledger, shown
from review_kit.model.fault import Severity
from review_kit.model.nearest import nearest
from review_kit.model.period import Checkpoint

_NEAR_LOOKED_UP = 200  # names for which the nearest known one is looked up; it is slow, and more help nobody


def leave_out_strangers(
    names: Coded,
    column: str,
    begin: pd.Series,
    end: pd.Series,
    ledger: Ledger,
    *,
    known: Collection[str],
    of_later: Collection[str],
    what: str,
    rows: tuple[str, str],
    checkpoint: Checkpoint,
) -> None:
    """Rows whose `column` names what this cycle does not know lie outside, where all of its name lie in other cycles.

    `begin` and `end` are the first and last day that each row is about. A name that has a row within the cycle is a
    slip, unless it is one `of_later`, the ids that a later cycle defines. `what` is 'KPI' or 'initiative', `rows` what
    one of them and several are called.
    """
    names = names.numbered()
    stranger = names.where(~names.texts.isin(list(known))) & ledger.used
    if not stranger.any():
        return
    first, last = pd.Timestamp(checkpoint.calendar.start), pd.Timestamp(checkpoint.calendar.end)
    # a row whose day cannot be read is refused for that, and says nothing about its cycle
    within = (end.ge(first) & begin.le(last)).to_numpy(dtype=bool) & ledger.used
    own = set(names.among(stranger & within)) - set(of_later)
    elsewhere = stranger & ~names.where(names.texts.isin(list(own)))
    cells = names.rows()
    of_names = pd.Series(np.flatnonzero(elsewhere)).groupby(cells.to_numpy()[elsewhere])
    for told, (name, places) in enumerate(of_names):
        count = (
            f"1 {rows[0]} is of another cycle and is"
            if len(places) == 1
            else f"{len(places)} {rows[1]} are of other cycles and are"
        )
        message = f"no {what} is called '{shown(str(name))}'; its {count} left out."
        near = nearest(str(name), known) if told < _NEAR_LOOKED_UP else ""
        meant = f"did you mean '{shown(near)}'? If not, there is " if near else ""
        hint = f"{meant}nothing to do where another cycle lists it."
        ledger.note(f"unknown-{what.lower()}", message, hint, Severity.WARNING, at=int(places.iloc[0]), column=column)
    ledger.state[elsewhere] = OUTSIDE
