"""Rows about what this cycle does not define: of another cycle with which it shares a file, or a slip."""

from collections.abc import Collection

import numpy as np
import pandas as pd

from review_kit.intake.coded import Coded
from review_kit.intake.ledger import OUTSIDE, Ledger, shown
from review_kit.intake.references import hints
from review_kit.model.fault import Severity
from review_kit.model.period import Checkpoint

_NOTHING_TO_DO = "nothing to do where another cycle lists it."


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
    way_out = hints(known, _NOTHING_TO_DO)
    for name, places in of_names:
        count = (
            f"1 {rows[0]} is of another cycle and is"
            if len(places) == 1
            else f"{len(places)} {rows[1]} are of other cycles and are"
        )
        message = f"no {what} is called '{shown(str(name))}'; its {count} left out."
        meant = way_out(str(name))
        hint = meant if meant == _NOTHING_TO_DO else f"{meant} If not, there is {_NOTHING_TO_DO}"
        ledger.note(f"unknown-{what.lower()}", message, hint, Severity.WARNING, at=int(places.iloc[0]), column=column)
    ledger.state[elsewhere] = OUTSIDE
