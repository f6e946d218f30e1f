"""What money and people move from where to where if every proposal is followed, or what people decided instead."""

import numpy as np
import pandas as pd

from review_kit.initiatives.performance import BY_PERIOD
from review_kit.model.words import InitiativeProposal

NEW, FREE = "new", "free"  # the other end of a move: what nobody frees, and what nobody needs
_ROUND = 1.0  # whole units of money: what is printed is what is moved
_PART_DECIMALS = 6  # a tenth of ten people is one, and not 1.0000000000000002
_BALANCE = {
    "initiative_id": "str", "name": "str", "course": "str", "budget": "float64", "estimate": "float64",
    "frees": "float64", "needs": "float64", "people_frees": "float64", "people_needs": "float64", "known": "bool",
}  # fmt: skip
_MOVES = {"from_id": "str", "from": "str", "to_id": "str", "to": "str", "money": "float64", "people": "float64"}


def balance(initiatives: pd.DataFrame) -> pd.DataFrame:
    """One row per initiative that is not to go on as it is: what it frees, and what it needs beyond its budget.

    The course is what people decided, and the proposal where they did not. The estimate is the forecast cost that
    people gave, and EAC by the cost so far where they gave none.

    - Stop frees what is not spent of the budget, and all of its people.
    - Adjust frees what its estimate leaves of the budget, or needs what it exceeds it by. Its people are freed in the
      share of the unspent money that is. What is spent is gone: an estimate below it counts as what is spent.
    - Accelerate needs what its estimate exceeds the budget by, and as many more people as bring its pace back to plan:
      people / SPI(t) - people, to the whole person above. Where the plan is a straight line, which says too little of
      pace, SPI stands for SPI(t) until the planned finish; after it SPI forgets that time has passed.

    All in whole units of money and whole people. `known` is false where budget, cost or estimate are not known; such
    an initiative moves no money. Its people move where their number does not rest on it.
    """
    decided = initiatives["decided"] if "decided" in initiatives else pd.Series(np.nan, index=initiatives.index)
    course = decided.where(decided.notna() & decided.ne(""), initiatives["proposal"])
    table = initiatives[course.ne(InitiativeProposal.CONTINUE)].copy()
    course = course[table.index]
    stop, adjust = course.eq(InitiativeProposal.STOP), course.eq(InitiativeProposal.ADJUST)
    accelerate = course.eq(InitiativeProposal.ACCELERATE)
    estimate = table["forecast_cost"].fillna(table["eac"])
    estimate = estimate.where(table["spent"].isna() | estimate.ge(table["spent"]) | estimate.isna(), table["spent"])
    unspent = (table["budget"] - table["spent"]).clip(lower=0.0)
    over = table["budget"].rsub(estimate)
    frees = unspent.where(stop, (-over).clip(lower=0.0).where(adjust, 0.0))
    needs = over.clip(lower=0.0).where(adjust | accelerate, 0.0)
    known = table["budget"].notna() & unspent.notna().where(stop, estimate.notna())
    part = (frees / unspent.where(unspent > 0)).clip(0.0, 1.0)
    people = table["people"]
    people_frees = people.where(stop, ((people * part).round(_PART_DECIMALS) // 1).where(adjust, 0.0))
    by_time = table["evm_source"].eq(BY_PERIOD) | table["months_passed"].ge(table["planned_months"])
    pace = table["spi_t"].where(by_time, table["spi"])
    lack = people / pace.where(pace > 0).clip(upper=1.0) - people
    found = pd.DataFrame(
        {
            "initiative_id": table["initiative_id"],
            "name": table["name"],
            "course": course,
            "budget": table["budget"],
            "estimate": estimate,
            "frees": (frees / _ROUND).round() * _ROUND,
            "needs": (needs / _ROUND).round() * _ROUND,
            "people_frees": people_frees // 1,
            "people_needs": (-(-lack.round(_PART_DECIMALS) // 1)).where(accelerate, 0.0),
            "known": known,
        }
    )
    amounts = ["frees", "needs", "people_frees", "people_needs"]
    found[amounts] = found[amounts].fillna(0.0) + 0.0  # no negative zero
    return found.astype(_BALANCE).reset_index(drop=True)


def reallocation(rows: pd.DataFrame) -> pd.DataFrame:
    """The moves that settle a `balance`: from_id, from, to_id, to, money and people; one row per pair.

    What is freed goes to the needs in their order, the largest first. What no initiative frees comes from `new`, and
    what none needs goes to `free`, so that the moves out of an initiative add up to what it frees and those into one
    to what it needs, to the unit.
    """
    money = _settled(rows, "frees", "needs")
    people = _settled(rows, "people_frees", "people_needs")
    pairs = dict.fromkeys((*money, *people))
    names = {**dict(zip(rows["initiative_id"], rows["name"], strict=True)), NEW: "New", FREE: "Not needed"}
    table = [
        (giver, names[giver], taker, names[taker], money.get((giver, taker), 0.0), people.get((giver, taker), 0.0))
        for giver, taker in pairs
    ]
    return pd.DataFrame(table, columns=list(_MOVES)).astype(_MOVES)


def _settled(rows: pd.DataFrame, freed: str, needed: str) -> dict[tuple[str, str], float]:
    """How much goes from whom to whom; the largest first on both sides, equal ones in their order."""
    givers = rows[rows[freed] > 0].sort_values(freed, ascending=False, kind="stable")
    takers = rows[rows[needed] > 0].sort_values(needed, ascending=False, kind="stable")
    have = [[name, amount] for name, amount in zip(givers["initiative_id"], givers[freed], strict=True)]
    moves: dict[tuple[str, str], float] = {}
    at = 0
    for name, amount in zip(takers["initiative_id"], takers[needed], strict=True):
        left = amount
        while left > 0 and at < len(have):
            part = min(left, have[at][1])
            moves[have[at][0], name] = part
            left -= part
            have[at][1] -= part
            at += have[at][1] <= 0
        if left > 0:
            moves[NEW, name] = left
    moves |= {(giver, FREE): amount for giver, amount in have[at:] if amount > 0}
    return moves
