"""What changed about KPIs and objectives: status, restated figures, definitions, promises, weights, membership."""

from collections.abc import Callable, Iterable, Iterator, Mapping

import pandas as pd

from review_kit.comparison.change import (
    BASELINE,
    DEFINITION,
    IN,
    MEMBERS,
    RESTATED,
    STATUS,
    TARGET,
    WEIGHT,
    Change,
    Row,
    figure_of,
    in_both,
    one_sided,
    places_of,
    plain,
    unit_of,
)
from review_kit.comparison.restated import ADDED, WITHDRAWN, restated_values
from review_kit.comparison.side import Side
from review_kit.model import figures
from review_kit.model.period import period_words
from review_kit.model.words import Direction, Status

_ORDER = {str(Status.OFF_TARGET): 0, str(Status.NEAR): 1, str(Status.ON_TARGET): 2}
_TEXT_OF_KPI = {
    "name": "name",
    "unit": "unit",
    "decimals": "published digits",
    "direction": "direction",
    "aggregate": "how periods add up",
    "frequency": "frequency",
    "window": "how far back it reaches",
    "profile": "how it is scored",
    "path": "path of the target",
    "definition": "definition",
    "objective_id": "objective",
    "guardrail": "guardrail",
    "strict": "whether a tie misses it",
    "lower_bound": "lower bound",
    "upper_bound": "upper bound",
    "red_flag": "red flag",
    "owner": "owner",
}
_MOST_PLACES = 10  # digits behind the point
_SHORT_UNIT = 3  # letters
_AROUND = 40  # characters before the first that differs
_LONGEST = 120  # characters of a text that are told


def statuses(then: Side, now: Side) -> Iterator[Change]:
    """KPIs with another status; those that fell first, then those that rose, then those scored anew or no longer."""
    flips = [(old, new) for old, new in in_both(then.scores, now.scores, "kpi_id") if old["status"] != new["status"]]
    for old, new in sorted(flips, key=lambda pair: _step(*pair)):
        yield Change(
            STATUS,
            "kpi",
            new["kpi_id"],
            new["name"],
            "status",
            old["status"],
            new["status"],
            _against(old),
            _against(new),
        )


def _step(old: Row, new: Row) -> tuple[int, int]:
    before, today = _ORDER.get(old["status"]), _ORDER.get(new["status"])
    if before is None or today is None:
        return (2, 0)
    return (int(today > before), -abs(today - before))


def _against(row: Row) -> str:
    """'7.65 against 8.10 turns a year': the actual and what was asked of it."""
    actual: str = figure_of(row["actual"], row) if pd.notna(row["actual"]) else "no value"
    if row["direction"] == Direction.RANGE:
        if pd.isna(row["target_low"]):
            return f"{actual}, no target"
        return f"{actual} against {figures.span(row['target_low'], row['target_high'], unit_of(row), places_of(row))}"
    if pd.isna(row["target"]):
        return f"{actual}, no target"
    target = figure_of(row["target"], row)
    in_words = len(unit_of(row)) > _SHORT_UNIT and target.endswith(unit_of(row))  # is not said twice; EUR m is
    if pd.notna(row["actual"]) and in_words:
        actual = figures.number(row["actual"], places_of(row))
    return f"{actual} against {target}"


def restated(then: Side, now: Side) -> Iterator[Change]:
    """Values of the past that are told otherwise, with the rows that both were read from."""
    rows = {row["kpi_id"]: row for row in then.kpis.to_dict("records")}
    for found in restated_values(then, now).to_dict("records"):
        kpi = rows[found["kpi_id"]]
        told = {side: _measured(found, side, kpi) for side in ("before", "now")}
        what = period_words(found["period"], found["period_end"])
        what += f", {found['segment']}" if found["segment"] else ""
        if found["kind"] in {ADDED, WITHDRAWN}:
            what = f"{what}, {found['kind']}"
        yield Change(
            RESTATED, "kpi", found["kpi_id"], kpi["name"], what, told["before"], told["now"],
            _place(found, "before"), _place(found, "now"),
        )  # fmt: skip


def _measured(found: Row, side: str, kpi: Row) -> str:
    if pd.notna(found[f"value_{side}"]):
        return figures.with_unit(found[f"value_{side}"], unit_of(kpi), _most_places(found, kpi))
    above, below = found[f"numerator_{side}"], found[f"denominator_{side}"]
    return f"{figures.number(above)} of {figures.number(below)}" if pd.notna(above) else ""


def _most_places(found: Row, kpi: Row) -> int | None:
    """As published, unless both values would read the same."""
    places = places_of(kpi)
    before, today = found["value_before"], found["value_now"]
    if places is None or figures.number(before, places) != figures.number(today, places):
        return places
    finer = range(places, _MOST_PLACES)
    return next((more for more in finer if figures.number(before, more) != figures.number(today, more)), places)


def _place(found: Row, side: str) -> str:
    """'actuals.csv, row 411'; nothing where the value is not there."""
    source, row = found[f"source_{side}"], found[f"source_row_{side}"]
    return f"{str(source).rsplit('/', 1)[-1]}, row {int(row)}" if pd.notna(row) and isinstance(source, str) else ""


def definitions(
    pairs: Iterable[tuple[Row, Row]], aims_then: Mapping[str, str], aims_now: Mapping[str, str]
) -> Iterator[Change]:
    """What a KPI is called and how it is reckoned, column by column; its objective by the names of then and now."""
    for old, new in pairs:
        for column, what in _TEXT_OF_KPI.items():
            before, today = (_of_kpi(row, column) for row in (old, new))
            if before == today:
                continue
            if column == "objective_id":
                before, today = _aims(before, today, aims_then, aims_now)
            else:
                before, today = around_the_difference(before, today)
            yield Change(DEFINITION, "kpi", new["kpi_id"], new["name"], what, before, today)


def _aims(before: str, today: str, aims_then: Mapping[str, str], aims_now: Mapping[str, str]) -> tuple[str, str]:
    """Two objectives by their names; by their ids where both are called the same."""
    names = aims_then.get(before, before), aims_now.get(today, today)
    return names if names[0] != names[1] else (before, today)


def _of_kpi(row: Row, column: str) -> str:
    """The cell as text; nobody has to write down that something is no guardrail, so a blank says no."""
    told = plain(row.get(column))
    return told or "no" if column in {"strict", "guardrail"} else told


def around_the_difference(before: str, today: str) -> tuple[str, str]:
    """Two long texts cut to where they part; short ones as they are."""
    if max(len(before), len(today)) <= _LONGEST:
        return before, today
    same = next(
        (at for at, (a, b) in enumerate(zip(before, today, strict=False)) if a != b), min(len(before), len(today))
    )
    start = before.rfind(" ", 0, max(same - _AROUND, 0)) + 1 if same > _AROUND else 0
    return _cut(before, start), _cut(today, start)


def _cut(text: str, start: int) -> str:
    part = text[start : start + _LONGEST]
    return ("… " if start else "") + part + (" …" if len(text) > start + _LONGEST else "")


def promises(pairs: Iterable[tuple[Row, Row]]) -> Iterator[Change]:
    """Other targets, and other baselines."""
    for old, new in pairs:
        about = ("kpi", new["kpi_id"], new["name"])
        if _differ(old, new, ("target", "target_low", "target_high")):
            before, today = _distinct(_target, old, new)
            yield Change(TARGET, *about, "target", before, today)
        if _differ(old, new, ("baseline",)):
            before, today = _distinct(_baseline, old, new)
            yield Change(BASELINE, *about, "baseline", before, today)


def _differ(old: Row, new: Row, columns: Iterable[str]) -> bool:
    """Whether a number or its unit is another one; other published digits make no other promise."""
    pairs = [(old[name], new[name]) for name in columns]
    same = all(before == today or (pd.isna(before) and pd.isna(today)) for before, today in pairs)
    some = any(pd.notna(today) for _, today in pairs)
    return not same or (some and unit_of(old) != unit_of(new))


def _distinct(told: Callable[[Row], str], old: Row, new: Row) -> tuple[str, str]:
    """Both as published, or with as many digits more as tell them apart."""
    before, today = told(old), told(new)
    places = max((places_of(row) or 0 for row in (old, new)), default=0)
    while before == today and places < _MOST_PLACES:
        places += 1
        before, today = (told({**row, "decimals": places}) for row in (old, new))
    return before, today


def _baseline(row: Row) -> str:
    return figure_of(row["baseline"], row)


def _target(row: Row) -> str:
    if pd.notna(row["target_low"]) or pd.notna(row["target_high"]):
        return figures.span(row["target_low"], row["target_high"], unit_of(row), places_of(row))
    return figure_of(row["target"], row) if pd.notna(row["target"]) else "no target"


def weights(then: Side, now: Side) -> Iterator[Change]:
    """KPIs and objectives that weigh otherwise; a missing weight is 1."""
    tables = (
        ("kpi", then.scores, now.scores, "kpi_id"),
        ("objective", then.objectives, now.objectives, "objective_id"),
    )
    for kind, before, today, key in tables:
        for old, new in in_both(before, today, key):
            told = [figures.number(1.0 if pd.isna(row["weight"]) else row["weight"]) for row in (old, new)]
            if told[0] != told[1]:
                yield Change(WEIGHT, kind, new[key], new["name"], "weight", *told)


def members(then: Side, now: Side) -> Iterator[Change]:
    """KPIs and objectives in and out, and objectives that are retired, renamed or hang elsewhere."""
    for kind, old_ones, new_ones, key in (
        ("objective", then.objectives, now.objectives, "objective_id"),
        ("kpi", then.kpis, now.kpis, "kpi_id"),
    ):
        for what, row in one_sided(old_ones, new_ones, key):
            about, told = (kind, row[key], row["name"]), _told(row, kind)
            yield Change(MEMBERS, *about, what, "" if what == IN else told, told if what == IN else "")
    for old, new in in_both(then.objectives, now.objectives, "objective_id"):
        for column in ("name", "perspective", "status"):
            before, today = plain(old[column]), plain(new[column])
            if before != today:
                yield Change(MEMBERS, "objective", new["objective_id"], new["name"], column, before, today)


def _told(row: Row, kind: str) -> str:
    """What a KPI promises, or where an objective belongs."""
    return f"target {_target(row)}" if kind == "kpi" else plain(row["perspective"])
