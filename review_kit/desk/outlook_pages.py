"""What notebook 02 shows of the rest of the year: where each KPI will end, and whether such chances can be believed."""

import pandas as pd

from review_kit.desk.review import Review
from review_kit.desk.rows import first_rows
from review_kit.model import figures
from review_kit.outlook import INTERVAL, Calibration
from review_kit.tables_view import Column, Piece, Table, lead, table


def outlook_pieces(review: Review) -> list[Piece]:
    """A sentence, the outlook of each KPI, and how chances of the past came true; of a year that is over a sentence."""
    if review.year_is_over:
        return [lead("The year is over: nothing is left to forecast.")]
    found = review.calibration
    return [
        lead(_lead(review.scores)),
        _outlook_table(review.scores),
        lead(_judgement(found)),
        *([_calibration_table(found)] if found.n_cases else []),
    ]


def _lead(scores: pd.DataFrame) -> str:
    known = int(scores["p_meet"].notna().sum())
    even = int(scores["p_meet"].ge(0.5).sum())
    blind = int((scores["forecast"].notna() & scores["forecast_low"].isna()).sum())
    said = (
        f"{even} of {figures.plural(known, 'KPI')} with a target and enough history will more likely than not meet it."
    )
    few = f" For {figures.plural(blind, 'KPI')} there is too little history to say how far a forecast may be off."
    return said + (few if blind else "")


def _outlook_table(scores: pd.DataFrame) -> Table:
    shown, note = first_rows(scores[scores["forecast_note"].ne("")], "scores")
    columns = [
        Column("name", "KPI", wide=True, below="owner"),
        Column("forecast", "Year end", "number", "decimals", unit_key="unit"),
        Column("forecast_low", "From", "number", "decimals", unit_key="unit"),
        Column("forecast_high", "to", "number", "decimals", unit_key="unit"),
        Column("p_meet", "Chance to meet", "chance"),
        Column("forecast_note", "Forecast by", wide=True),
        Column("required_note", "What the target asks for", wide=True),
    ]
    return table(
        shown,
        columns,
        key="outlook",
        caption=f"Where each KPI will end the year; {figures.percent(INTERVAL)} of outcomes lie between from and to",
        note=note,
        empty="No KPI has a value to forecast from.",
    )


def outlook_brief(review: Review) -> list[Piece]:
    """For the quarter's meeting: where each KPI will end, how sure, and what its target still asks for."""
    if review.year_is_over:
        return []
    rows = review.scores[review.scores["forecast"].notna() & review.scores["p_meet"].notna()]
    rows = rows.assign(
        interval=[
            "" if pd.isna(low) else figures.span(low, high, "", int(places) if pd.notna(places) else None)
            for low, high, places in zip(rows["forecast_low"], rows["forecast_high"], rows["decimals"], strict=True)
        ]
    ).sort_values("p_meet", kind="stable")
    shown, note = first_rows(rows, "scores")
    columns = [
        Column("name", "KPI", wide=True, below="owner"),
        Column("forecast", "Year end", "number", "decimals", unit_key="unit"),
        Column("interval", "Between"),
        Column("p_meet", "Chance to meet", "chance"),
        Column("required_note", "What the target asks for", wide=True),
    ]
    caption = (
        f"Where each KPI will end the year, the least likely to meet its target first; {figures.percent(INTERVAL)} "
    )
    told = table(shown, columns, key="outlook", caption=f"{caption}of outcomes lie between the two values", note=note)
    return [lead(_lead(review.scores)), told, lead(_judgement(review.calibration))]


def _judgement(found: Calibration) -> str:
    """Whether the chances can be believed, in words; honest where there is too little to tell."""
    if not found.n_cases:
        return "Whether such chances can be believed cannot be told yet: no forecast of the past can be checked."
    base = f"{figures.plural(found.n_cases, 'forecast')} of {figures.plural(found.n_kpis, 'KPI')} in the past"
    covered = figures.percent(found.covered)
    if not found.is_enough:
        return f"Too few past forecasts to judge these chances by: {base}."
    better = "better than" if found.brier < found.base else "no better than"
    scores = f"Brier score {figures.number(found.brier, 3)} against {figures.number(found.base, 3)}"
    return (
        f"Checked against {base}: {covered} of outcomes lay inside the interval of {figures.percent(INTERVAL)}, and "
        f"the chances were {better} always saying how many met their target ({scores})."
    )


def _calibration_table(found: Calibration) -> Table:
    pairs = zip(found.table["from"], found.table["to"], strict=True)
    rows = found.table.assign(
        said_between=[f"{figures.percent(low)} to {figures.percent(high)}" for low, high in pairs]
    )
    columns = [
        Column("said_between", "Called"),
        Column("said", "On average", "percent"),
        Column("came", "Came true", "percent"),
        Column("cases", "Past forecasts", "number", 0),
        Column("kpis", "KPIs", "number", 0),
    ]
    return table(
        rows,
        columns,
        key="calibration",
        caption="Of what was called so likely, how much came true",
        note=(
            "Each year of the past is asked for the step that this cycle asks for; "
            "each forecast knew only what had come by its day."
        ),
    )
