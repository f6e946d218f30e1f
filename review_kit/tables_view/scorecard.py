"""The scorecard: every KPI in one row, grouped by objective; a thousand rows open on the exceptions.

The markup is lean (about 600 bytes a row) and complete: without script every row is shown. The document's script adds
search and filters, and says what it hides.
"""

from collections.abc import Mapping
from typing import Any, Final

import pandas as pd
from markupsafe import Markup, escape

from review_kit.errors import UsageError
from review_kit.model.figures import (
    DASH,
    chance_told,
    known,
    plural,
    printed_difference,
    shown_unit,
    span,
    with_unit,
)
from review_kit.model.words import Variation
from review_kit.tables_view.cells import Column, attached, records
from review_kit.tables_view.front import hundredths
from review_kit.tables_view.html import anchor, element, joined, slug
from review_kit.tables_view.labels import (
    certainty_legend,
    certainty_mark,
    origin_mark,
    outlook_words,
    sentence_case,
    signal_of,
    status_label,
    status_of,
    words,
)
from review_kit.tables_view.sparkline import MOST_PERIODS, draw
from review_kit.tables_view.table import Table, group_row, in_words

OPEN_ROWS: Final = 40  # a reader takes in about this many rows; a longer scorecard opens on its exceptions
_NEEDED: Final = ("kpi_id", "name", "actual", "target", "status")
_IN_WORDS: Final = (
    Column("name", "KPI"),
    Column("actual", "Actual", "number", "decimals", unit_key="unit"),
    Column("target", "Target", "number", "decimals", unit_key="unit"),
    Column("status", "Status", "status"),
)
_HEADINGS: Final = {
    "name": "KPI",
    "trend": "Trend",
    "actual": "Actual",
    "target": "Target",
    "gap": "Gap",
    "change": "Change",
    "status": "Status",
    "signal": "Signal",
    "outlook": "Outlook",
}


def scorecard(
    scores: pd.DataFrame,
    *,
    history: pd.DataFrame | None = None,
    rollup: pd.DataFrame | None = None,
    key: str = "scorecard",
    caption: str = "Every KPI against its target",
    note: str = "",
    since: str = "",
    open_rows: int = OPEN_ROWS,
    link_kpis: bool = True,
) -> Table:
    """One row for each KPI, under its objective; columns that hold nothing for any KPI are left out.

    Args:
        scores: the table `scores`; rows keep their order, objectives that of their first KPI. Where it has a column
            period_target, sparklines show that: what the year's target asks of one period.
        history: `kpi_id period_end value` (rows of a segment are left out): the sparkline's last 24 periods.
        rollup: the table `rollup`: the objectives' names and scores.
        key: makes the id of the table.
        caption: what the table shows.
        note: small print below, before the words that explain the columns.
        since: what the change is measured against, such as '2024'.
        open_rows: with more rows than these the document opens on the exceptions.
        link_kpis: whether names lead to the KPI's page; a document drops links to pages that it does not have.

    """
    missing = [name for name in _NEEDED if name not in scores.columns]
    if missing:
        msg = f"scorecard '{key}': the scores have no column '{missing[0]}'.\nHint: pass the table `scores` as it is."
        raise UsageError(msg)
    rows = records(scores)
    trends = _trends(history)
    shown = _shown_columns(rows, trends)
    groups = _groups(rows, rollup)
    bodies = []
    for heading, members in groups:
        drawn = joined(_row(row, shown, trends, link_kpis=link_kpis) for row in members)
        bodies.append(element("tbody", heading(len(shown)) if heading else None, drawn))
    heads = (element("th", _HEADINGS[name], scope="col", class_=name) for name in shown)
    drawn_table = element(
        "table",
        element("caption", caption),
        element("thead", element("tr", joined(heads))),
        *bodies,
        class_="table scorecard",
        id=f"table-{slug(key)}",
    )
    frame = element(
        "div",
        _filters(slug(key)),
        element("p", class_="filter-count", role="status", aria_live="polite"),
        drawn_table,
        element("p", _full_note(note, since, rows, shown), class_="table-note"),
        class_="table-frame scorecard-frame",
        data_open="exceptions" if len(rows) > open_rows else "all",
    )
    settled = [column for column in _IN_WORDS if column.key in scores.columns]
    return Table(key, caption, len(rows), str(frame), in_words(caption, settled, rows))


def _trends(history: pd.DataFrame | None) -> Mapping[str, list[float]]:
    if history is None or history.empty:
        return {}
    whole = history
    if "segment" in history.columns:
        whole = history[history["segment"].fillna("") == ""]
    ordered = whole.sort_values("period_end", kind="stable")
    return {str(kpi): [*values.tail(MOST_PERIODS)] for kpi, values in ordered.groupby("kpi_id")["value"]}


def _shown_columns(rows: list[dict[str, Any]], trends: Mapping[str, list[float]]) -> list[str]:
    """Those columns that say something of at least one KPI."""
    signals = {signal_of(row.get("variation")) for row in rows} - {None, Variation.TOO_FEW}
    says = {
        "trend": any(sum(map(known, values)) > 1 for values in trends.values()),
        "gap": any(known(row.get("gap")) for row in rows),
        "change": any(known(row.get("change")) for row in rows),
        "signal": bool(signals),
        "outlook": any(known(row.get("p_meet")) for row in rows),
    }
    return [name for name in _HEADINGS if says.get(name, True)]


def _groups(rows: list[dict[str, Any]], rollup: pd.DataFrame | None) -> list[tuple[Any, list[dict[str, Any]]]]:
    """Rows by objective in order of appearance, each with a function that writes the heading across n columns."""
    members: dict[str, list[dict[str, Any]]] = {}
    for row in rows:
        members.setdefault(words(row.get("objective_id")), []).append(row)
    if set(members) == {""}:
        return [(None, rows)]
    known_objectives: dict[str, dict[str, Any]] = {}
    if rollup is not None and not rollup.empty:
        objectives = rollup[rollup["level"] == "objective"]
        known_objectives = {str(row["id"]): row for row in records(objectives)}

    def heading(objective_id: str, count: int) -> Any:
        row = known_objectives.get(objective_id, {})
        name = words(row.get("name")) or objective_id or "Without an objective"
        mark = origin_mark(row.get("origin"))
        scored = [Markup("score {}{} of 100").format(hundredths(row["score"]), mark)] if known(row.get("score")) else []
        aside = Markup(", ").join([*scored, plural(count, "KPI")])
        status = status_label(row["status"]) if status_of(row.get("status")) else Markup()
        return lambda n_columns: group_row(name, n_columns, Markup("{} {}").format(aside, status))

    return [(heading(objective_id, len(found)), found) for objective_id, found in members.items()]


def _row(row: Mapping[str, Any], shown: list[str], trends: Mapping[str, list[float]], *, link_kpis: bool) -> Markup:
    """Written with as few bytes as readable HTML allows: NYC's review has 1,139 of these."""
    unit, stated = shown_unit(words(row.get("unit"))), row.get("decimals")
    decimals = int(stated) if known(stated) else None
    close = attached(unit)
    name = escape(words(row["name"]))
    if link_kpis:
        name = Markup('<a href="#{}">{}</a>').format(anchor("kpi", words(row["kpi_id"])), name)
    owner = words(row.get("owner"))
    below = [Markup("<b>{}</b>").format(owner)] if owner else []
    below += [escape(text) for text in (unit if not close else "", words(row.get("scored_by"))) if text]
    small = Markup("<small>{}</small>").format(Markup(" · ").join(below)) if below else ""
    cells = [Markup('<th scope="row">{}{}</th>').format(name, small)]
    for column in shown[1:]:
        classes, inner = _cell(column, row, close, decimals, trends)
        cells.append(Markup('<td class="{}">{}</td>').format(classes, inner))
    return Markup("<tr>{}</tr>\n").format(Markup().join(cells))


def _cell(
    column: str, row: Mapping[str, Any], unit: str, decimals: int | None, trends: Mapping[str, list[float]]
) -> tuple[str, str]:
    """The classes and the content of one cell."""
    classes, inner = column, ""
    match column:
        case "trend":
            target = row.get("target")
            inner = draw(trends.get(words(row["kpi_id"]), []), target if known(target) else None)
        case "actual":
            inner = escape(with_unit(row.get("actual"), unit, decimals))
            inner += origin_mark(row.get("origin")) + certainty_mark(row.get("certainty"))
        case "target":
            inner = target_text(row, unit, decimals) + origin_mark(row.get("target_origin"))
        case "gap" | "change":
            inner = with_unit(_distance(column, row, decimals), _gap_unit(unit), decimals, sign=True)
        case "status" | "signal":
            mark = status_of(row.get("status")) if column == "status" else signal_of(row.get("variation"))
            classes, inner = (f"{column} {mark.css_class}", sentence_case(mark.value)) if mark else (column, DASH)
        case _:
            chance = row.get("p_meet")
            spoken = Markup("{} <small>{}</small>").format(outlook_words(chance), chance_told(chance))
            inner = spoken if known(chance) else DASH
    return classes, inner


def _distance(column: str, row: Mapping[str, Any], decimals: int | None) -> float | None:
    """Gap or change as the figures beside it give it; from the end of a band it is told as it is."""
    value, actual = row.get(column), row.get("actual")
    other = row.get("target" if column == "gap" else "previous_actual")
    if known(value) and known(actual) and known(other) and words(row.get("direction")) != "range":
        return printed_difference(actual, other, decimals)
    return value


def target_text(row: Mapping[str, Any], unit: str, decimals: int | None) -> str:
    """'≥ 95 %', '< 12 h', '80–90 %': the side on which the target is met is said, since KPIs differ in direction."""
    low, high, target = row.get("target_low"), row.get("target_high"), row.get("target")
    strict = words(row.get("strict")) == "True"
    match words(row.get("direction")):
        case "range":
            return span(low, high, unit, decimals)
        case "higher":
            return span(target, None, unit, decimals, strict=strict)
        case "lower":
            return span(None, target, unit, decimals, strict=strict)
        case _:
            return with_unit(target, unit, decimals)


def _gap_unit(unit: str) -> str:
    """A difference between two percentages is in percentage points."""
    return "pp" if unit == "%" else unit


def _full_note(note: str, since: str, rows: list[dict[str, Any]], shown: list[str]) -> str:
    """How to read the columns that are there, and why one is not."""
    in_percent = any(words(row.get("unit")) == "%" for row in rows)
    explained = {
        "trend": f"Trend: up to {MOST_PERIODS} periods, target dashed.",
        "gap": "Gap: actual less target" + (", in percentage points (pp) for percentages." if in_percent else "."),
        "change": f"Change: since {since}." if since else "",
        "outlook": "Outlook: the chance of meeting the target if the KPI goes on as it did.",
    }
    parts = [
        note,
        certainty_legend(row.get("certainty") for row in rows),
        *(text for column, text in explained.items() if column in shown),
    ]
    if "signal" not in shown:
        parts.append("Signals are not shown: no KPI has enough periods to tell a change from noise.")
    return " ".join(part for part in parts if part)


def _filters(key: str) -> Markup:
    """Hidden until the script has made it work; the choices of objective and owner are read from the rows."""
    choices = (
        ("all", "All KPIs"),
        ("exceptions", "Exceptions"),
        ("status-off-target", "Off target"),
        ("status-near", "Near"),
        ("status-on-target", "On target"),
        ("status-not-scored", "Not scored"),
        ("signal-concern", "Signal of concern"),
        ("signal-improvement", "Signal of improvement"),
    )
    show = joined(element("option", label, value=value) for value, label in choices)
    everyone = element("option", "All", value="")
    return element(
        "form",
        element("label", "Search", element("input", type="search", name="search", autocomplete="off")),
        element("label", "Show", element("select", show, name="show")),
        element("label", "Objective", element("select", everyone, name="objective")),
        element("label", "Owner", element("select", everyone, name="owner")),
        class_="filters",
        hidden=True,
        aria_controls=f"table-{key}",
    )
