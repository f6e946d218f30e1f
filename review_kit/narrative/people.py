"""What is said of answers, themes and surveys."""

import math

import pandas as pd

from review_kit.model import figures

_AUDIENCES = {"executive": "Executives", "department": "Departments", "it": "IT"}


def audience_called(audience: str) -> str:
    """'Executives' for 'executive'; one that we have no word for stays as it is written."""
    return _AUDIENCES.get(audience, audience[:1].upper() + audience[1:])


def answers_lead(answered: pd.DataFrame, themes: pd.DataFrame) -> str:
    """How many were settled and how soon, and which theme has most open replies."""
    replies, waiting = int(answered["replies"].sum()), int(answered["waiting"].sum())
    settled = replies - waiting
    told = (
        f"{figures.percent(settled / replies)} of {figures.plural(replies, 'reply', 'replies')} {_is(replies)} settled"
    )
    timed = answered[answered["timed"].gt(0)].sort_values("days", kind="stable")
    if len(timed) > 1 and timed["days"].iloc[0] < timed["days"].iloc[-1]:
        quick, slow = timed.iloc[0], timed.iloc[-1]
        told += (
            f"; half of the answers came {_soon(quick['days'])} to {_within(quick['audience'])} "
            f"and {_soon(slow['days'])} to {_within(slow['audience'])}"
        )
    elif len(timed):
        which = "the answer whose day is known" if timed["timed"].iloc[0] == 1 else "half of the answers"
        told += f"; {which} came {_soon(timed['days'].iloc[0])}"
    open_ones = themes[themes["open"].gt(0)].sort_values("open", ascending=False, kind="stable")
    if waiting > 1 and len(open_ones) and open_ones["open"].eq(open_ones["open"].iloc[0]).sum() == 1:
        top = open_ones.iloc[0]
        told += f". What is open is most often about {top['theme']} ({figures.number(int(top['open']))} of {waiting})"
    return f"{told}."


def _soon(days: float) -> str:
    """'within 3 days', a begun day counted whole; 'on the same day'."""
    return f"within {figures.plural(math.ceil(days), 'day')}" if days > 0 else "on the same day"


def _is(count: int) -> str:
    return "is" if count == 1 else "are"


def _within(audience: str) -> str:
    """'executives', 'IT': the name of an audience inside a sentence."""
    name = audience_called(audience)
    return name if name.isupper() else name[:1].lower() + name[1:]


def surveys_lead(results: pd.DataFrame) -> str:
    """How many changes are real and how many noise, and of the noise the move on most replies with its numbers."""
    compared = results[results["verdict"].isin(["real", "noise"])]
    if compared.empty:
        if results["verdict"].eq("too few").any():
            return "Too few replied to tell whether any change between two surveys is real."
        return "No survey was asked twice, so that no change can be told."
    noise = compared[compared["verdict"].eq("noise")]
    real = len(compared) - len(noise)
    if len(compared) == 1:
        told = f"The one change between two surveys is {compared['verdict'].iloc[0]}."
    elif not len(noise) or not real:
        told = f"All {len(compared)} changes between two surveys are {compared['verdict'].iloc[0]}."
    else:
        told = f"Of {len(compared)} changes between two surveys, {real} {_is(real)} real and {len(noise)} noise."
    return f"{told} {_noise(noise.iloc[int(noise['replies'].argmax())])}" if len(noise) else told


def _noise(row: pd.Series) -> str:
    """'Shoppers: +5 points on 400 replies is noise, since a difference of up to 11 points can be chance.'."""
    nps = row["kind"] == "nps"
    unit = "point" if nps else "percentage point"
    places = 0 if nps else 1
    moved = figures.signed(row["change"], places)
    margin = figures.number(row["change_margin"], places)
    one = moved.strip(f"+{figures.MINUS}") == "1"
    moved = "no change" if figures.rounded(row["change"], places) == 0.0 else f"{moved} {unit}{'' if one else 's'}"
    replies = figures.plural(int(row["replies"]), "reply", "replies")
    return (
        f"{row['name']}: {moved} on {replies} "
        f"is noise, since a difference of up to {margin} {unit}{'' if margin == '1' else 's'} can be chance."
    )


def past_decisions_lead(followed: pd.DataFrame, since: str) -> str:
    """How many of the last review's decisions are done, and how many moved what they were to move as predicted."""
    decisions = followed.drop_duplicates("decision_id")
    words = (("done", "done"), ("open", "open"), ("dropped", "dropped"))
    counts = [(int(decisions["status"].eq(word).sum()), told) for word, told in words]
    shown = [(count, told) for count, told in counts if count]
    verb = "is" if shown[0][0] == 1 else "are"
    listed = figures.listed(
        f"{count} {verb} {told}" if place == 0 else f"{count} {told}" for place, (count, told) in enumerate(shown)
    )
    told = f"Of {figures.plural(len(decisions), 'decision')} in the review of {since}, {listed}"
    late = int(decisions["overdue"].astype(bool).sum())
    if late:
        told += f" ({late} overdue)"
    expecting = followed[followed["kpi_id"].notna()]
    if expecting.empty:
        return f"{told}; none said which KPI it was to move."
    kept = expecting["moved"].eq("as predicted").groupby(expecting["decision_id"]).all()
    if len(kept) == 1:
        moved = "moved" if kept.all() else "did not move"
        return f"{told}; the one that said which KPI it was to move {moved} it as predicted."
    return (
        f"{told}; of {len(kept)} that said which KPI they were to move, "
        f"{int(kept.sum()) or 'none'} moved it as predicted."
    )
