"""What is said of what changed between two reviews; every number is one that the tables beside it print."""

from collections.abc import Mapping
from typing import Final, NamedTuple

import pandas as pd

from review_kit.comparison import DEFINITIONS, MEMBERSHIP, PERFORMANCE, RESTATEMENT, RULES, WEIGHTS
from review_kit.model import figures
from review_kit.model.parts import printed_change, printed_parts, telling_decimals
from review_kit.model.words import Status

CAUSE_NAMES: Final[Mapping[str, str]] = {
    RESTATEMENT: "Restated figures of the past",
    PERFORMANCE: "Performance",
    DEFINITIONS: "Targets and definitions",
    WEIGHTS: "Weights",
    MEMBERSHIP: "New and retired KPIs",
    RULES: "Rules of scoring",
}
CAUSE_MEANINGS: Final[Mapping[str, str]] = {
    RESTATEMENT: "the last review scored again on what is known today of its periods",
    PERFORMANCE: "the figures of this review in place of those of the last one",
    DEFINITIONS: "what is promised now, from which baseline, and how a KPI is reckoned",
    WEIGHTS: "what KPIs and objectives weigh, and where they belong",
    MEMBERSHIP: "KPIs and objectives that came in or went out",
    RULES: "how scores are made and brought together",
}
BRIDGE_METHOD: Final = (
    "Figures of the past that are told otherwise today come first: what they change was never a matter of this period. "
    "What the other causes give depends on the order in which they are taken, as a better figure gives more against an "
    "easier target. No order is the right one, so each cause gives what it gives on average over every order (Shapley "
    "1953). The parts add up to the change; a cause of which nothing changed gives 0. The drivers ask another "
    "question, which KPIs moved the score: there a new target counts with its KPI, and so weights and membership may "
    "have other points."
)
_STEPS = {str(Status.OFF_TARGET): 0, str(Status.NEAR): 1, str(Status.ON_TARGET): 2}


class PrintedBridge(NamedTuple):
    """The bridge with what is printed of it, in points of 100, and the decimals that all of it has."""

    table: pd.DataFrame  # cause name effect printed concerned; what gives nothing and concerns nothing is left out
    decimals: int


def printed_bridge(bridge: pd.DataFrame, before: float, now: float) -> PrintedBridge:
    """Parts that add up to the printed change, at the fewest decimals at which then plus change is now."""
    both_known = figures.known(before) and figures.known(now)
    decimals = telling_decimals(100 * before, 100 * now, 1) if both_known else 1
    if bridge.empty:
        return PrintedBridge(bridge.assign(name="", printed=0.0), decimals)
    change = printed_change(100 * before, 100 * now, decimals)
    told = printed_parts([100 * part for part in bridge["effect"]], change, decimals)
    table = bridge.assign(name=bridge["cause"].map(CAUSE_NAMES), effect=100 * bridge["effect"], printed=told)
    kept = table[table["effect"].ne(0) | (table["concerned"].gt(0) & table["cause"].ne(RULES))]
    return PrintedBridge(kept.reset_index(drop=True), decimals)


def comparison_lead(
    compared: pd.DataFrame, printed: PrintedBridge, before: float, now: float, since: str, *, statuses: bool = True
) -> str:
    """How far the score moved and by what, then how many KPIs changed status, and what came in and went out.

    Without `statuses` where they are told in another part of the same report.
    """
    flips = status_words(compared) if statuses else ""
    parts = [bridge_words(printed, before, now, since), flips, other_words(compared)]
    told = " ".join(part for part in parts if part)
    return told or f"Nothing {'' if statuses else 'else '}changed since {_when(since)}."


def bridge_words(printed: PrintedBridge, before: float, now: float, since: str) -> str:
    """'The score rose by 13.9 points, from 70.4 in 2024 to 84.3: …'; nothing where one of the scores is not known."""
    table, decimals = printed
    if not (figures.known(before) and figures.known(now)):
        return ""
    then, today = (figures.number(100 * score, decimals) for score in (before, now))
    verb = "rose" if now > before else "fell"
    size = points(abs(printed_change(100 * before, 100 * now, decimals)), decimals)
    opening = (
        f"The score stayed at {today}" if then == today
        else f"The score {verb} by {size} since {_when(since)}, from {then} to {today}"
    )  # fmt: skip
    if table.empty:
        return f"{opening}. Its causes cannot be told apart, as a mixture of both reviews has no score."
    moved = table[table["printed"].ne(0)].sort_values("printed", key=lambda column: -column.abs(), kind="stable")
    if moved.empty:
        return f"{opening}."
    if len(moved) == 1:
        return f"{opening}, all of it by {_within(moved.iloc[0]['name'])}."
    told = figures.listed(f"{_within(row['name'])} {_gave(row['printed'], decimals)}" for _, row in moved.iterrows())
    return f"{opening}: {told}."


def bridge_title(printed: PrintedBridge) -> str:
    """'Performance gave 60.8 points; targets and definitions took 45.2 points': the greatest gain and loss."""
    table, decimals = printed
    up, down = table[table["printed"].gt(0)], table[table["printed"].lt(0)]
    told = []
    if len(up):
        most = up.iloc[int(up["printed"].to_numpy().argmax())]
        told.append(f"{most['name']} gave {points(most['printed'], decimals)}")
    if len(down):
        most = down.iloc[int(down["printed"].to_numpy().argmin())]
        name = _within(most["name"]) if told else most["name"]
        told.append(f"{name} took {points(-most['printed'], decimals)}")
    return "; ".join(told) or "No part of the score moved"


def status_words(compared: pd.DataFrame) -> str:
    """'13 KPIs changed status: 11 to a better one, 2 to a worse one': nothing where none did."""
    flips = compared[compared["kind"].eq("status")]
    if flips.empty:
        return ""
    step = flips["now"].map(_STEPS) - flips["before"].map(_STEPS)
    counts = (
        (int(step.gt(0).sum()), "to a better one"),
        (int(step.lt(0).sum()), "to a worse one"),
        (int(step.isna().sum()), "scored anew or no longer"),
    )
    held = [(n, words) for n, words in counts if n]
    opening = f"{figures.plural(len(flips), 'KPI')} changed status"
    if len(held) == 1:
        return f"{opening}, {'all ' if len(flips) > 1 else ''}{held[0][1]}."
    return f"{opening}: {figures.listed(f'{figures.number(n)} {words}' for n, words in held)}."


def other_words(compared: pd.DataFrame) -> str:
    """How many values were restated, how many KPIs are promised or weighed otherwise, came in or went out."""
    subjects = compared[compared["subject_kind"].eq("kpi")].groupby("kind")["subject"].nunique()
    restated = int(compared["kind"].eq("restated").sum())
    members = compared[compared["kind"].eq("membership") & compared["subject_kind"].eq("kpi")]
    came, went = (int(members["what"].eq(what).sum()) for what in ("new", "retired"))
    told = [f"{figures.plural(restated, 'figure')} of the past {'was' if restated == 1 else 'were'} restated"] * (
        restated > 0
    )
    for kind, words in (
        ("target", "another target"),
        ("weight", "another weight"),
        ("definition", "another definition"),
    ):
        n = int(subjects.get(kind, 0))
        told += [f"{figures.plural(n, 'KPI')} {'has' if n == 1 else 'have'} {words}"] * (n > 0)
    told += [f"{figures.plural(came, 'KPI')} {'is' if came == 1 else 'are'} new"] * (came > 0)
    told += [f"{figures.plural(went, 'KPI')} {'was' if went == 1 else 'were'} retired"] * (went > 0)
    return f"{figures.listed(told)}." if told else ""


def points(amount: float, decimals: int) -> str:
    """'13.9 points', '1 point'."""
    text = figures.number(amount, decimals)
    return f"{text} point{'' if text == '1' else 's'}"


def _gave(amount: float, decimals: int) -> str:
    return f"{'gave' if amount > 0 else 'took'} {figures.number(abs(amount), decimals)}"


def _within(name: str) -> str:
    return name[0].lower() + name[1:]


def _when(period: str) -> str:
    """'2024' and 'May 2025' as they are, 'the second quarter of 2025' within a sentence."""
    return f"the {period[0].lower()}{period[1:]}" if " quarter " in period else period
