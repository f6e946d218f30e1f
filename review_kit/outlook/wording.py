"""Why a KPI is forecast as it is, and what its target still asks for, in words."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pandas as pd

from review_kit.model import figures as told
from review_kit.model.words import Aggregate, Direction
from review_kit.outlook.candidates import METHODS, NAIVE
from review_kit.outlook.choice import FEWEST_TO_CHOOSE, FEWEST_TO_SPREAD

Row = Mapping[str, Any]
_PERIOD = {12: "month", 4: "quarter", 2: "half-year", 1: "year"}


def notes(figures: pd.DataFrame, model: pd.Series, kpis: pd.DataFrame) -> tuple[pd.Series, pd.Series]:
    """By kpi_id, why this model and what the interval rests on; and the required rate against the best so far."""
    table = figures.assign(model=model, decimals=kpis["decimals"], aggregate=kpis["aggregate"])
    table = table.assign(direction=kpis["direction"])
    rows: list[Row] = table.to_dict("records")  # type: ignore[assignment]
    return (
        pd.Series([_why(row) for row in rows], index=figures.index, dtype="str"),
        pd.Series([_required(row) for row in rows], index=figures.index, dtype="str"),
    )


def _why(row: Row) -> str:
    """The model and its reason, or why there is none."""
    if math.isnan(row["steps"]):
        return "No value has come that a forecast could start from."
    if row["steps"] == 0:
        return "The last value of the year has come: nothing is left to forecast."
    if not row["model"]:
        return "The latest value is more than a year old: no forecast."
    return f"{row['model'].capitalize()}{_checked(row)}"


def _checked(row: Row) -> str:
    """What the checks of the past say of the model, as the rest of a sentence that begins with its name."""
    checked, model = row["n_checked"], row["model"]
    checks = told.plural(int(checked), "past forecast")
    if checked < FEWEST_TO_SPREAD:
        had = f"only {checks}" if checked else "no past forecast"
        return (
            f", since there is too little history to choose: {had} of this KPI can be checked, so nothing can be said "
            "of how far it may be off."
        )
    error = _figure(row, row["error"])
    if checked < FEWEST_TO_CHOOSE:
        return f", since only {checks} can be checked; they were off by {error} on average."
    said = f": {METHODS[model]}. In {checks} it was off by {error} on average"
    if model == NAIVE:
        return f"{said}, and no other method by clearly less."
    against = f"the last value going on by {_figure(row, row['naive_error'])}"
    return f"{said}, {against}{', which is not clearly less' if row['naive_error'] < row['error'] else ''}."


def _figure(row: Row, value: float) -> str:
    return told.number(value, _places(row))


def _required(row: Row) -> str:
    """What is left to do, and whether it was ever done; nothing for a range, which has no one rate."""
    required, best = row["required_rate"], row["best_rate"]
    if math.isnan(required):
        return ""
    word = _PERIOD.get(int(row["periods"]), "period")
    way = -1.0 if row["direction"] == Direction.LOWER else 1.0
    by_steps = row["aggregate"] == Aggregate.LAST
    n_open = int(row["steps"] if by_steps else min(row["steps"], row["periods"]))
    if by_steps and way * required <= 0:
        return f"The target is reached, with room for {_step(row, required)} a {word} until the end."
    if row["aggregate"] == Aggregate.SUM and way > 0 and required <= 0:
        return "The target of the year is reached already."
    if by_steps:
        asked, brought = (
            f"{_step(row, required)} a {word} for {told.plural(n_open, word)}",
            f"{_step(row, best)} a {word}",
        )
    else:
        over = f"in the one open {word}" if n_open == 1 else f"on average in {n_open} open {word}s"
        asked, brought = f"{_figure(row, required)} {over}", _figure(row, best)
    verb = "allows" if way < 0 and not by_steps else "asks for"
    asked = f"The target still {verb} {asked}"
    if math.isnan(best):
        return f"{asked}."
    stretch = f"best {word} so far" if n_open == 1 else f"best {n_open} {word}s in a row so far"
    never = "" if way * best >= way * required else ", which was never reached"
    return f"{asked}{never}; the {stretch} brought {brought}."


def _step(row: Row, value: float) -> str:
    return told.signed(value, _places(row))


def _places(row: Row) -> int | None:
    """One digit more than is published: a mean of errors, or a rate, is finer than a value."""
    decimals = row["decimals"]
    return None if decimals is None or np.isnan(decimals) else int(decimals) + 1
