"""Which figures are in: one row per KPI, or per objective where there are many, along the months."""

from collections.abc import Mapping
from datetime import date

import pandas as pd

from review_kit.charts.chart import Chart, drawn, nothing
from review_kit.charts.completeness_cells import MOST, STATES, by_group, least_complete, months_of, rows_of
from review_kit.charts.completeness_drawing import WORDS, draw, keys_of
from review_kit.charts.periods import MONTHS
from review_kit.model.figures import listed, number, plural

_GAPS_TOLD = 12  # KPIs that the text beside the picture names


def completeness(
    measures: pd.DataFrame,
    *,
    key: str = "completeness",
    names: Mapping[str, str] | None = None,
    objectives: Mapping[str, str] | None = None,
    group: str = "objective",
    every: Mapping[str, int] | None = None,
    start: date | None = None,
    end: date | None = None,
    title: str = "",
    subtitle: str = "",
) -> Chart:
    """Reported, preliminary, projected, missing; blank where nothing is expected.

    A period is expected wherever the KPI's rhythm has one between `start` and `end`. Cells are as wide as the months
    they stand for, so that yearly and monthly KPIs share the axis.

    Args:
        measures: kpi_id, period_start, period_end, value, status; rows of segments count as rows of their KPI.
        key: unique on the page.
        names: kpi_id -> name, in the order to draw; KPIs without any row are missing throughout.
        objectives: kpi_id -> name of its objective or other group; used where there are more than 40 KPIs. Of more than
            40 groups the 40 are drawn that lack most.
        group: what people call such a group.
        every: kpi_id -> months of a period of its rhythm; where none is given, its most frequent length of period.
        start: first day of the chart; the first period's, three years back at the most, where it is left out.
        end: last day of the chart, normally the day of the review.
        title: says what the chart shows; a plain one is made from the numbers.
        subtitle: replaces the plain one.

    """
    names = names if names is not None else {kpi: kpi for kpi in measures["kpi_id"].drop_duplicates()}
    months = months_of(measures, names, start, end)
    if months is None or not names:
        return nothing(key=key, title=title or "Completeness of the figures", words="There are no figures to show.")
    rows = rows_of(measures, names, months, every or {})
    totals = {state: sum(row.count(state) for row in rows) for state in STATES}
    expected = sum(totals.values())
    if not expected:
        return nothing(key=key, title=title or "Completeness of the figures", words="No figure is due yet.")
    said = (
        f"{number(totals['present'])} of {number(expected)} expected figures are reported, "
        f"{number(totals['preliminary'])} preliminary, {number(totals['projected'])} projected, "
        f"{number(totals['missing'])} missing."
    )
    gaps = [f"{row.name}: {row.count('missing')} missing." for row in rows if row.count("missing")]
    grouped = len(rows) > MOST
    groups = by_group(rows, list(names), objectives or {}) if grouped else rows
    shown = least_complete(groups) if grouped else rows
    listed = [row for row in rows if not grouped or any(cell.state != "present" for cell in row.cells)]
    keys = keys_of(totals, shown if grouped else ())
    return drawn(
        lambda width: draw(shown, width, months, keys),
        key=key,
        title=title or _title(totals, expected),
        subtitle=subtitle or _subtitle(months, len(rows), (len(shown), len(groups), group) if grouped else None),
        alt=" ".join([said, *gaps[:_GAPS_TOLD]]),
        data=pd.DataFrame(
            {
                "KPI": [row.name for row in listed],
                **{WORDS[state]: [row.count(state) for row in listed] for state in STATES},
            }
        ),
    )


def _title(totals: Mapping[str, int], expected: int) -> str:
    """'380 of 384 expected figures are reported; 2 missing and 2 preliminary'."""
    rest = [f"{number(totals[state])} {state}" for state in reversed(STATES[1:]) if totals[state]]
    if not rest:
        return (
            f"All {number(expected)} expected figures are reported"
            if expected > 1
            else "The figure expected is reported"
        )
    verb = "is" if totals["present"] == 1 else "are"
    told = f"{number(totals['present']) if totals['present'] else 'None'} of {plural(expected, 'expected figure')}"
    return f"{told} {verb} reported; {listed(rest)}"


def _subtitle(months: tuple[int, int], kpis: int, groups: tuple[int, int, str] | None) -> str:
    first, last = (f"{MONTHS[month % 12]} {month // 12}" for month in months)
    if groups is None:
        return f"Figures by KPI and period, {first} to {last}"
    shown, count, word = groups
    which = f", the {shown} of {plural(count, word)} that lack most" if shown < count else ""
    return f"Share of figures reported per {word}{which}; {plural(kpis, 'KPI')}, {first} to {last}"
