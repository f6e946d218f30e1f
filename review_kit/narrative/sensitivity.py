"""What is said of conclusions that rest on a choice."""

import math
from collections.abc import Mapping
from typing import Final

import pandas as pd

from review_kit.findings.evidence import Row
from review_kit.model import figures
from review_kit.model.profile import Rollup
from review_kit.model.words import Level, Status
from review_kit.scoring.sensitivity import (
    KPI,
    LEFT_OUT,
    LIMIT,
    LIMIT_STEP,
    MISSING,
    ROLL_UP,
    STATUS,
    STRONGEST,
    WEAKEST,
    WEIGHT,
    WEIGHT_STEP,
)

_NAMED = 3  # KPIs that a line names before it counts the rest
_WHOLE: Final = "whole"  # the strategy's own status, before all others
_CLOSE: Final = "KPIs that stand close to a limit"


def tried_words() -> Mapping[str, str]:
    """What was tried, by the word that the table of sensitivity has for it, in the order in which it is told."""
    return {
        WEIGHT: f"a weight {figures.percent(WEIGHT_STEP)} heavier or lighter",
        LIMIT: f"a limit {figures.number(100 * LIMIT_STEP, 0)} points higher or lower",
        LEFT_OUT: "a KPI left out",
        ROLL_UP: "another way of rolling up",
        MISSING: "another way with missing values",
    }


def how_tried(method: str) -> str:
    """How choices are tried where scores are rolled up by this method."""
    alone = "Each choice is changed alone"
    if method == Rollup.WORST:
        return f"{alone}; limits of a status are those of single KPIs, since what lies above has the worst of them."
    return f"{alone}."


def sensitivity_lead(table: pd.DataFrame, names: Mapping[str, str]) -> str:
    """How many conclusions stand whatever was tried, what turns the others, and whether the whole is among them."""
    judged = table[table["level"].ne(KPI)]
    if (judged["now"].eq(str(Status.NOT_SCORED)) & judged["holds"].astype(bool)).all():
        return "Nothing was scored, so no conclusion can be tried."
    keys = ["conclusion", "level", "id"]
    stands = judged.groupby(keys, sort=False)["holds"].all()
    falls = int((~stands).sum())
    if not falls:
        return f"All {len(stands)} conclusions stand whatever was tried."
    verb = "does" if falls == 1 else "do"
    turned = judged[~judged["holds"].astype(bool)]
    told = []
    for change, words in tried_words().items():
        count = len(turned.loc[turned["change"].eq(change), keys].drop_duplicates())
        if count:
            told.append(f"{count} with {words}")
    sentence = f"Of {figures.plural(len(stands), 'conclusion')}, {falls} {verb} not survive all that was tried: "
    return f"{sentence}{figures.listed(told)}. {_whole(judged, names)}"


def _whole(judged: pd.DataFrame, names: Mapping[str, str]) -> str:
    """Whether the strategy's own status stands, or what turns it."""
    own = judged[judged["level"].eq(Level.STRATEGY)]
    now = own["now"].iloc[0]
    turned = own[~own["holds"].astype(bool)]
    if turned.empty:
        return f"The strategy as a whole is {now} whatever was tried."
    words = tried_words()
    place = turned["change"].map(list(words).index)
    first = turned.iloc[int(place.to_numpy().argmin())].to_dict()
    by = _does_not_survive(first, turned[turned["change"].eq(first["change"])], names)
    return f"The strategy as a whole is {now}, which does not survive {by}: it is {first['becomes']} then."


def fragile_conclusions(table: pd.DataFrame, names: Mapping[str, str]) -> pd.DataFrame:
    """The conclusions that do not survive: columns conclusion, by (what turns it), then (what it is then).

    The strategy comes first, then which objective is strongest and weakest, and each other conclusion in the order of
    the roll-up; KPIs that stand close to a limit last, under one heading. `names` are those of KPIs and objectives by
    their ids. KPIs without which a conclusion would be the same other one share a row.
    """
    rank = {name: place for place, name in enumerate([_WHOLE, STRONGEST, WEAKEST, STATUS, KPI])}
    tried = list(tried_words())
    turned = table[~table["holds"].astype(bool)].copy()
    first = turned["level"].eq(Level.STRATEGY) & turned["conclusion"].eq(STATUS)
    kind = turned["conclusion"].mask(turned["level"].eq(KPI), KPI).mask(first, _WHOLE)
    place = {key: at for at, key in enumerate(dict.fromkeys(zip(table["level"], table["id"], strict=True)))}
    turned["rank"] = kind.map(rank)
    turned["place"] = [place[key] for key in zip(turned["level"], turned["id"], strict=True)]
    turned["tried"] = turned["change"].map(tried.index)
    order = ["rank", "place", "tried", "becomes"]
    rows = []
    for _, group in turned.sort_values(order[:-1], kind="stable").groupby(order, sort=False, dropna=False):
        row = group.iloc[0].to_dict()
        said, by = conclusion_words(row, names), _capital(_does_not_survive(row, group, names))
        if row["level"] == KPI:
            said, by = _CLOSE, f"{said}; {_does_not_survive(row, group, names)}"
        rows.append((said, by, _becomes(row, names)))
    return pd.DataFrame(rows, columns=["conclusion", "by", "then"])


def _capital(words: str) -> str:
    """Its first letter is a capital one, also behind an opening quote."""
    at = 1 if words[:1] == "“" else 0
    return words[:at] + words[at : at + 1].upper() + words[at + 1 :]


def conclusion_words(row: Row, names: Mapping[str, str]) -> str:
    """'Customer: on target', 'The strategy as a whole: near', 'Keep our IT people: the strongest objective'."""
    if row["conclusion"] != STATUS:
        return f"{names.get(row['now'], row['now'])}: the {row['conclusion']} objective"
    whole = "The strategy as a whole" if row["level"] == Level.STRATEGY else row["name"]
    return f"{whole}: {row['now']}"


def _becomes(row: Row, names: Mapping[str, str]) -> str:
    told = str(row["becomes"])
    return names.get(told, told) if row["conclusion"] != STATUS else told[:1].upper() + told[1:]


def _does_not_survive(row: Row, group: pd.DataFrame, names: Mapping[str, str]) -> str:
    change, by = row["change"], row["by"]
    match change:
        case "weight":
            side = "more" if row["takes"] > 0 else "less"
            return f"{names.get(by, by)} weighing {figures.percent(_at_least(row['takes'], 2), 0)} {side}"
        case "limit":
            side = "higher" if row["takes"] >= 0 else "lower"
            points = figures.number(100 * _at_least(row["takes"], 3), 1)
            word = "on target" if by == "green" else "near"
            return f"“{word}” beginning {points} point{'' if points == '1' else 's'} {side}"
        case "left out":
            found = [names.get(kpi_id, kpi_id) for kpi_id in group["by"]]
            left = len(found) - _NAMED
            more = [figures.plural(left, "other")] if left > 0 else []
            return f"leaving out {figures.listed([*found[:_NAMED], *more], 'or')}"
        case "roll-up":
            return f"rolling up by the {figures.listed(group['by'], 'or the')}"
    return f"counting missing values {figures.listed(group['by'], 'or')}"


def _at_least(takes: float, digits: int) -> float:
    """The size of a change, rounded up: what is printed is enough."""
    return math.ceil(abs(takes) * 10**digits - 1e-6) / 10**digits or 10.0**-digits
