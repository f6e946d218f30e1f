"""What is concluded of initiatives: their course, what they brought, what moves, and how a list of them stands."""

from collections.abc import Hashable, Mapping, Sequence
from typing import Any

import pandas as pd

from review_kit.initiatives import (
    BY_PERIOD,
    CALLED_OFF,
    DONE,
    FREE,
    NEW,
    SHOWS,
    TOO_FEW,
    UNKNOWN,
    WORSE,
    InitiativeRules,
)
from review_kit.model import figures
from review_kit.model.words import InitiativeProposal, Standing

_WAITING_NAMED = 6  # more than these a report of one page does not name
_FINISHES = ("pace_finish", "forecast_finish")
_VERBS = (InitiativeProposal.ACCELERATE, InitiativeProposal.ADJUST, InitiativeProposal.STOP)


def initiatives_lead(initiatives: pd.DataFrame) -> str:
    """What the rules propose for the portfolio, and what people have decided already."""
    if initiatives.empty:
        return "This cycle names no initiatives."
    proposal = initiatives["proposal"]
    settled = initiatives["decided"].notna() if "decided" in initiatives else proposal.isna()
    waiting, done = proposal[~settled], initiatives[settled]
    going = int(waiting.eq(InitiativeProposal.CONTINUE).sum())
    counts = {verb: int(waiting.eq(verb).sum()) for verb in _VERBS}
    asked = [f"to {verb} {figures.number(count)}" for verb, count in counts.items() if count]
    whole = f"Of {figures.plural(len(initiatives), 'initiative')}"
    told = f"{whole}, {figures.number(going) if going else 'none'}"
    rules = initiatives["rule"][~settled] if "rule" in initiatives else proposal.head(0)
    idle = [int(rules.isin(what).sum()) for what in ([DONE, CALLED_OFF], [UNKNOWN])]
    if any(idle):  # what is over does not go on, and what nobody can judge not as planned
        going -= sum(idle)
        told = f"{whole}, {_idle(*idle)}"
        if sum(idle) == len(initiatives):
            return f"{told}."
        if not going and not asked:
            return f"{told}. {_decided(done)}"
        told = f"{told}. Of the others, {figures.number(going) if going else 'none'}"
    told = f"{told} can go on as planned"
    told = f"{told}; the rules propose {figures.listed(asked)}." if asked else f"{told}."
    return f"{told} {_decided(done)}" if len(done) else told


def _idle(over: int, unknown: int) -> str:
    """'585 are over and 90 give nothing to judge by', and only what there is of the two."""
    parts = [f"{figures.number(over)} {'is' if over == 1 else 'are'} over"] if over else []
    if unknown:
        parts.append(f"{figures.number(unknown)} {'gives' if unknown == 1 else 'give'} nothing to judge by")
    return " and ".join(parts)


def _decided(done: pd.DataFrame) -> str:
    """'Decided already: to adjust 2.'; how many of them against what the rules propose."""
    verbs = (*_VERBS, InitiativeProposal.CONTINUE)
    told = [f"to {verb} {int(done['decided'].eq(verb).sum())}" for verb in verbs if done["decided"].eq(verb).any()]
    against = int(done["decided"].ne(done["proposal"]).sum())
    beside = f", {figures.number(against)} of them against the proposal" if 0 < against < len(done) else ""
    beside = ", against the proposal" if against == len(done) else beside
    return f"Decided already: {figures.listed(told)}{beside}."


def decided_note(initiatives: pd.DataFrame) -> str:
    """What people have settled, for the page that asks for decisions; empty where there is nothing.

    What changes course stands first, with who decided it; what goes on is named alone.
    """
    done = initiatives[initiatives["decided"].notna()]
    goes_on = done["decided"].eq(InitiativeProposal.CONTINUE)
    turned = [
        f"{row['decided']} {row['name']} ({str(row['decided_because']).split(':', maxsplit=1)[0]})"
        for row in done[~goes_on].to_dict("records")
    ]
    told = [f"Decided already: {'; '.join(turned)}."] if turned else []
    if goes_on.any():
        opening = "These" if turned else "Decided already: these"
        told.append(f"{opening} go on: {'; '.join(done.loc[goes_on, 'name'])}.")
    return " ".join(told)


def waiting_note(names: Sequence[str], *, on_one_page: bool) -> str:
    """What waits for a decision beside what is asked; a report of one page has no part on initiatives, and names it."""
    if not names:
        return ""
    told = f"{figures.plural(len(names), 'more initiative')} {'waits' if len(names) == 1 else 'wait'} for a decision"
    if not on_one_page:
        return f"{told}, in the part on initiatives."
    if len(names) > _WAITING_NAMED:
        return f"{told}; the table of initiatives that comes with this report names them."
    return f"{told}: {'; '.join(names)}."


def earned_value_lead(initiatives: pd.DataFrame, rules: InitiativeRules) -> str:
    """Which initiatives head for more cost or time than their people expect; empty where none does.

    Only those count that tell plan and work by period, and that are not adjusted: their plan holds no more.
    """
    course = initiatives["decided"].fillna(initiatives["proposal"])
    rows = initiatives[initiatives["evm_source"].eq(BY_PERIOD) & course.ne(InitiativeProposal.ADJUST)]
    expected = rows["forecast_cost"].fillna(rows["bac"])
    dearer = rows["eac"].gt(expected * (1.0 + rules.dearer))
    later = (rows["pace_finish"] - rows["forecast_finish"]).dt.days.ge(rules.late_days)
    later &= rows["pace_finish"].dt.to_period("M").ne(rows["forecast_finish"].dt.to_period("M"))
    worst = rows[dearer | later].assign(lack=(rows["eac"] - expected).clip(lower=0.0))
    if worst.empty:
        return ""
    row = worst.sort_values("lack", ascending=False, kind="stable").iloc[0]
    told = []
    if row["lack"] > 0 and figures.compact(row["eac"]) != figures.compact(row["eac"] - row["lack"]):
        cost, instead = (figures.money(amount, rules.currency) for amount in (row["eac"], row["eac"] - row["lack"]))
        told.append(f"costs {cost} and not {instead}")
    at_pace, expected_end = (f"{row[name]:%B %Y}" if pd.notna(row[name]) else "" for name in _FINISHES)
    if row["pace_finish"] > row["forecast_finish"] and at_pace != expected_end:
        told.append(f"ends in {at_pace} and not in {expected_end}")
    if not told:  # too little for the figures to show
        return ""
    others = f" {len(worst) - 1} more {'heads' if len(worst) == 2 else 'head'} the same way." if len(worst) > 1 else ""  # noqa: PLR2004 - the worst and one more
    return f"At the cost and pace of the work so far, {row['name']} {figures.listed(told)} as expected.{others}"


def benefits_lead(benefits: pd.DataFrame) -> str:
    """How many KPIs that initiatives are to move got better by a signal."""
    if benefits.empty:
        return "No initiative that has started names a KPI that it is to move."
    kpis = benefits.drop_duplicates("kpi_id")
    better = benefits.loc[benefits["verdict"].eq(SHOWS), "kpi_id"].nunique()
    worse = benefits.loc[benefits["verdict"].eq(WORSE), "kpi_id"].nunique()
    unknown = len(set(kpis["kpi_id"]) - set(benefits.loc[benefits["verdict"].ne(TOO_FEW), "kpi_id"]))
    if unknown == len(kpis):
        named = "the KPI that initiatives are" if unknown == 1 else f"all {unknown} KPIs that initiatives are"
        return f"Of {named} to move too few values came to tell."
    told = (
        f"Of {figures.plural(len(kpis), 'KPI')} that initiatives are to move, {better or 'none'} "
        f"{'is' if better == 1 or len(kpis) == 1 else 'are'} better than before by a signal and {worse or 'none'} worse"
    )
    few = f"; of {unknown} too few values came to tell" if unknown else ""
    return f"{told}{few}."


def reallocation_lead(balance: pd.DataFrame, moves: pd.DataFrame, currency: str = "") -> str:
    """What is freed, what is needed and what is new, in money and people; the three add up as printed.

    `currency` is a sign or a code, or nothing where nobody says in what the money is.
    """
    if balance.empty:
        return "Every initiative can go on as it is: nothing moves."
    freed, needed = balance["frees"].sum(), balance["needs"].sum()
    new, left = (moves.loc[moves[end].eq(word), "money"].sum() for end, word in (("from_id", NEW), ("to_id", FREE)))
    people = moves.loc[moves["from_id"].eq(NEW), "people"].sum()
    amounts = {"freed": freed, "needed": needed, "new": new, "left": left}
    sums = {name: figures.money(amount, currency, exact=True) for name, amount in amounts.items()}
    if not freed and not needed:
        told = "What is proposed and decided moves no money"
    elif not freed:
        told = f"What is proposed and decided needs {sums['needed']}"
    else:
        told = f"What is proposed and decided frees {sums['freed']} and needs {sums['needed']}"
    if new:
        told += f": {sums['new']} would be new money" if freed else ", all of it new money"
    elif left:
        told += f": {sums['left']} stays free"
    more = f", and {figures.plural(int(people), 'more person', 'more people')}" if people else ""
    return f"{told}{more}."


def resources_told(row: Mapping[Hashable, Any], currency: str = "") -> str:
    """'It needs EUR 2.9 m beyond its budget and 27 more people.': what a row of the `balance` moves.

    What it frees is told where it needs nothing; empty where nothing moves. `currency` is as in `reallocation_lead`.
    """
    for verb, money, people, beyond, more in (
        ("needs", row["needs"], row["people_needs"], " beyond its budget", "more "),
        ("frees", row["frees"], row["people_frees"], "", ""),
    ):
        told = [f"{figures.money(money, currency)}{beyond}"] if money else []
        if people:
            told.append(figures.plural(int(people), f"{more}person", f"{more}people"))
        if told:
            return f"It {verb} {figures.listed(told)}."
    return ""


def standing_lead(initiatives: pd.DataFrame) -> str:
    """How a portfolio stands that is known by its dates alone."""
    under_way = initiatives[initiatives["standing"].isin([str(word) for word in Standing if word.under_way])]
    if under_way.empty:
        return "By their dates no initiative is under way."
    count = {word: int(under_way["standing"].eq(word).sum()) for word in Standing if word.under_way}
    moved = count[Standing.BEHIND] + count[Standing.ON_SCHEDULE] + count[Standing.AHEAD]
    told = f"By their dates {figures.plural(len(under_way), 'initiative')} {'is' if len(under_way) == 1 else 'are'}"
    told = f"{told} under way"
    if not moved:
        return f"{told}, all of them new."
    new = f", {figures.number(count[Standing.NEW])} of them new" if count[Standing.NEW] else ""
    return (
        f"{told}{new}. Of {figures.number(moved)} with an earlier date, {figures.number(count[Standing.BEHIND])} "
        f"{'is' if count[Standing.BEHIND] == 1 else 'are'} behind it, {figures.number(count[Standing.ON_SCHEDULE])} on "
        f"it and {figures.number(count[Standing.AHEAD])} ahead."
    )
