"""What changed about initiatives and risks, and what people decided."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import Any

import pandas as pd

from review_kit.comparison.change import (
    DECISION,
    IN,
    INITIATIVE,
    RISK,
    Change,
    Row,
    figure_of,
    in_both,
    one_sided,
    plain,
)
from review_kit.comparison.side import Side
from review_kit.decisions import Decision
from review_kit.model import figures
from review_kit.model.period import long_date

_GONE = "no longer listed"


def initiatives(then: Side, now: Side) -> Iterator[Change]:
    """Initiatives with another finish, budget or strategic fit; then those that came, then those that went."""
    if then.initiatives is None or now.initiatives is None:
        return
    since = then.delivery_title
    # a currency that only one of two cycles names is that of both: to begin to name it changes no budget
    currencies = (then.currency or now.currency, now.currency or then.currency)
    for old, new in in_both(then.initiatives, now.initiatives, "initiative_id"):
        about = ("initiative", new["initiative_id"], new["name"])
        facts = (
            ("finish", _finish(old), _finish(new)),
            ("budget", *map(_amount, (old["budget"], new["budget"]), currencies)),
            ("fit", *(plain(row["fit"]) for row in (old, new))),
        )
        for what, before, today in facts:
            if before != today:
                yield Change(INITIATIVE, *about, what, before, today, since=since)
    for what, row in one_sided(then.initiatives, now.initiatives, "initiative_id"):
        finish = _finish(row)
        told = f"finish {finish}" if finish else ""
        about = ("initiative", row["initiative_id"], row["name"])
        yield Change(INITIATIVE, *about, *((IN, "", told) if what == IN else (_GONE, told, "")), since=since)


def _finish(row: Row) -> str:
    return _day(row["forecast_finish"]) or _day(row["planned_finish"])


def risks(then: Side, now: Side) -> Iterator[Change]:
    """Risks and issues with another exposure (likelihood x impact), the steepest rise first; then in, then out."""
    if then.risks is None or now.risks is None:
        return
    since = then.delivery_title
    pairs = [pair for pair in in_both(then.risks, now.risks, "risk_id") if _exposure(pair[0]) != _exposure(pair[1])]
    for old, new in sorted(pairs, key=lambda pair: _fall(*pair)):
        about = ("risk", new["risk_id"], new["title"])
        yield Change(RISK, *about, "exposure", _exposure(old), _exposure(new), since=since)
    for what, row in one_sided(then.risks, now.risks, "risk_id"):
        told = f"exposure {_exposure(row)}"
        about = ("risk", row["risk_id"], row["title"])
        yield Change(RISK, *about, *((IN, "", told) if what == IN else (_GONE, told, "")), since=since)


def _fall(old: Row, new: Row) -> float:
    """How far the exposure fell; 0 where one of the two was not assessed."""
    fall = old["likelihood"] * old["impact"] - new["likelihood"] * new["impact"]
    return float(fall) if pd.notna(fall) else 0.0


def _exposure(row: Row) -> str:
    likelihood, impact = row["likelihood"], row["impact"]
    if pd.isna(likelihood) or pd.isna(impact):
        return "not assessed"
    return f"{figures.number(likelihood * impact)} ({figures.number(likelihood)} × {figures.number(impact)})"


def decisions(then: Side, now: Side) -> Iterator[Change]:
    """What people decided after the day of the earlier review, and what became of what they had decided."""
    tables = (("initiative", now.initiatives, "initiative_id"), ("objective", now.objectives, "objective_id"))
    names = {
        kind: dict(zip(table[key], table["name"], strict=True)) for kind, table, key in tables if table is not None
    }
    names["target"] = dict(zip(now.kpis["kpi_id"], now.kpis["name"], strict=True))
    units = {row["kpi_id"]: row for row in now.kpis.to_dict("records")}
    since = [(one, first) for one, first in _with_first(now.decisions) if one.on > then.checkpoint.as_of]
    for one, first in sorted(since, key=lambda pair: (pair[0].on, pair[0].id)):
        is_target = first.about == "target"
        choice = first.choice
        if is_target and first.subject in units:
            choice = f"next target {figure_of(float(first.choice), units[first.subject])}"
        if one is not first:
            choice = f"{choice}: {one.choice}"
        name = names.get(first.about, {}).get(first.subject, first.subject)
        why = f"{long_date(one.on)}, {one.by}: {one.reason}"
        yield Change(DECISION, "kpi" if is_target else first.about, first.subject, name, one.id, "", choice, "", why)


def _with_first(decisions: Sequence[Decision]) -> Iterator[tuple[Decision, Decision]]:
    """Each decision with the one that it is about: itself, or the earlier one of which it says what became."""
    known: dict[str, Decision] = {}
    for one in decisions:
        known[one.id] = known.get(one.subject, one) if one.about == "decision" else one
        if known[one.id].about != "decision":
            yield one, known[one.id]


def _amount(value: Any, currency: str) -> str:
    return figures.money(value, currency, exact=True) if pd.notna(value) else ""


def _day(value: Any) -> str:
    return long_date(value) if isinstance(value, date) and pd.notna(value) else ""
