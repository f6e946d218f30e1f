"""What is said of what drove a change; every number is one that the table beside it prints."""

from collections.abc import Sequence

import pandas as pd

from review_kit.model import figures
from review_kit.model.parts import printed_change
from review_kit.scoring.printed import Printed
from review_kit.scoring.score_drivers import NEW, RETIRED, RULES, SCORED_ANEW, UNSCORED

_TOLD = 3  # KPIs that a sentence can name before it becomes a list
_CHANGED = {NEW: "new", SCORED_ANEW: "scored anew", RETIRED: "retired", UNSCORED: "no longer scored"}


def score_drivers_lead(drivers: Printed, before: float, now: float, since: str) -> str:
    """How far the score moved, what gains, losses and weights made of it, and which KPIs did most."""
    table, decimals = drivers
    if table.empty:
        return "There is no earlier score of the whole strategy to compare with, so nothing is told of what drove it."
    then, today = (figures.number(100 * score, decimals) for score in (before, now))
    if then == today:
        opening = f"The score stayed at {today}."
    else:
        verb = "rose" if now > before else "fell"
        size = _points(abs(printed_change(100 * before, 100 * now, decimals)), decimals)
        opening = f"The score {verb} by {size}, from {then} in {since} to {today}."
    is_rule = table["state"].eq(RULES)
    rates = table["printed_rate"].where(~is_rule, 0.0)
    by_score = [
        (rates[rates > 0].sum(), "KPIs that scored better"),
        (rates[rates < 0].sum(), "those that scored worse"),
    ]
    by_rule = [(table["printed_mix"].sum(), _weights_words(table)),
               (table["printed"][is_rule].sum(), "other rules of averaging")]  # fmt: skip
    told = [
        figures.listed(f"{name} {_gave(amount, decimals)}" for amount, name in parts if _shows(amount, decimals))
        for parts in (by_score, by_rule)
    ]
    made_of = "; ".join(words for words in told if words)
    made_of = f" {made_of[0].upper()}{made_of[1:]}." if made_of else ""
    return f"{opening}{made_of}{_most(table[~is_rule], decimals)}"


def _weights_words(table: pd.DataFrame) -> str:
    """'new, retired and reweighted KPIs': as far as there are any whose weight tells."""
    counted = table[table["mix"].abs() > 0]
    words = [_CHANGED[state] for state in _CHANGED if counted["state"].eq(state).any()]
    if counted["state"].isin(list(_CHANGED)).all() and words:
        return f"{figures.listed(words)} KPIs"
    return f"{figures.listed([*words, 'reweighted'])} KPIs"


def _points(amount: float, decimals: int) -> str:
    text = figures.number(amount, decimals)
    return f"{text} point{'' if text == '1' else 's'}"


def _gave(amount: float, decimals: int) -> str:
    return f"{'gave' if amount > 0 else 'took'} {_points(abs(amount), decimals)}"


def _shows(amount: float, decimals: int) -> bool:
    return bool(figures.rounded(amount, decimals))


def _most(table: pd.DataFrame, decimals: int) -> str:
    """Which KPI gave most and which took most, where they print as more than nothing."""
    effects = table["printed"].to_numpy()
    up, down = table.iloc[int(effects.argmax())], table.iloc[int(effects.argmin())]
    told = []
    if up["printed"] > 0:
        told.append(f"{up['name']} gave most ({figures.signed(up['printed'], decimals)})")
    if down["printed"] < 0:
        told.append(f"{down['name']} took most ({figures.signed(down['printed'], decimals)})")
    return f" {figures.listed(told)}." if told else ""


def segments_title(parts: Printed, unit: str) -> str:
    """'West did most: +0.90 of +1.58 percentage points': which segment the change of a KPI rests on."""
    table, decimals = parts
    change = float(table["printed"].sum())
    size = figures.signed(change, decimals)
    words = _in_unit(size, unit)
    if not _shows(change, decimals):
        return "The changes of its segments make up for each other"
    same = table[(table["printed"] * change) > 0]
    most = same.iloc[int(same["printed"].abs().to_numpy().argmax())]
    return f"{segment_called(most['segment'])} did most: {figures.signed(most['printed'], decimals)} of {words}"


def _in_unit(size: str, unit: str) -> str:
    if unit.startswith("%"):
        return f"{size} percentage point{'' if size.strip('+−') == '1' else 's'}"
    shown = figures.shown_unit(unit)
    return f"{size} {shown}" if shown else size


def segment_called(segment: str) -> str:
    """A segment by its name, or what stands for the periods that came as a whole."""
    return segment or "Not split"


def segments_lead(told: Sequence[tuple[str, str]], n_apart: int, n_kpis: int) -> str:
    """How many KPIs came by segment, and of the first of them what did most."""
    opening = f"{figures.plural(n_apart, 'KPI')} of {figures.number(n_kpis)} can be taken apart by segment."
    return " ".join([opening, *(f"{name}: {title}." for name, title in told[:_TOLD])])
