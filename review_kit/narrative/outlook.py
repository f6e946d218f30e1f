"""How the outlook was worked out, said from the methods and limits that were applied."""

import pandas as pd

from review_kit.model import figures
from review_kit.outlook import INTERVAL
from review_kit.outlook.calibration import EDGES, FEWEST_CASES, FEWEST_KPIS
from review_kit.outlook.candidates import (
    COMBINATION,
    DAMPED_BETAS,
    DAMPED_PHIS,
    LEVEL_KEPT,
    METHODS,
    NAIVE,
    SEASONAL_SHARE,
    WITH_SEASON,
)
from review_kit.outlook.choice import (
    BETTER,
    CLEARLY_BETTER,
    FEWEST_TO_CHOOSE,
    FEWEST_TO_SPREAD,
    OVERLAP_SHARE,
    OVERLAP_STEPS,
    PRIOR_CHECKS,
)
from review_kit.outlook.next_year import MIN_YEARS
from review_kit.outlook.smoothing import ALPHAS, THETA
from review_kit.scoring.years import MOST_YEARS

_BOOK = "Hyndman and Athanasopoulos, Forecasting: Principles and Practice"


def outlook_statement(models: pd.Series, *, year_is_over: bool) -> list[tuple[str, str]]:
    """Term and meaning of the year end, its methods, its interval, its calibration and next year.

    `models` has the method by which each KPI was forecast, empty where none was.
    """
    return [
        ("Outlook to the year end", f"{_year_end(year_is_over=year_is_over)} {_choice()} {_used(models)}".strip()),
        ("Methods of the outlook", f"{_methods()} {_parameters()}"),
        ("Interval and chance of the outlook", _interval()),
        ("Whether chances can be believed", _calibration()),
        ("Next year", _next_year()),
    ]


def _year_end(*, year_is_over: bool) -> str:
    said = "Periods that have come stand as they are; those still open are forecast."
    return f"The year is over: its forecast is the actual. Within a year: {said.lower()}" if year_is_over else said


def _choice() -> str:
    levels = figures.listed(name for name in METHODS if name in LEVEL_KEPT)
    better, clearly = figures.percent(BETTER), figures.percent(CLEARLY_BETTER)
    return (
        "The method is chosen for each KPI by its own past: from every past period each method forecasts the figure of "
        "the year around it, with as many periods open as today and from what had come by then. Usual is "
        f"{WITH_SEASON}; {COMBINATION} where a KPI adds up, {SEASONAL_SHARE} where it adds up along a stated season, "
        f"{NAIVE} where it has a value a year. Another is taken where at least {FEWEST_TO_CHOOSE} past forecasts can "
        f"be checked and its mean absolute error there is at most {clearly} of the usual one's, {PRIOR_CHECKS} checks "
        f"in which both were equal being added; {better} is enough for {levels} where values come more often than once "
        "a year."
    )


def _used(models: pd.Series) -> str:
    """By which methods the KPIs of this review were forecast."""
    counts = models[models.fillna("").ne("")].value_counts()
    told = [f"{figures.plural(int(counts[name]), 'KPI')} by {name}" for name in METHODS if name in counts]
    return f"Here: {figures.listed(told)}." if told else ""


def _methods() -> str:
    told = "; ".join(f"{name}: {words}" for name, words in METHODS.items())
    return f"Tried are {told}. Source: {_BOOK}; Hyndman and Billah 2003 for theta."


def _parameters() -> str:
    return (
        f"Smoothing takes the weight from {_plain(min(ALPHAS))} to {_plain(max(ALPHAS))} with the least squared "
        f"one-step errors up to the day, and likewise for a damped trend its weight ({_options(DAMPED_BETAS)}) and how "
        f"much of it each period keeps ({_options(DAMPED_PHIS)}); theta is {_plain(THETA)}."
    )


def _interval() -> str:
    return (
        f"The interval holds {figures.percent(INTERVAL)} of outcomes: the forecast ± the root of the mean squared past "
        f"error × Student's t. Past stretches overlap, so that {figures.percent(OVERLAP_SHARE)} of the checks count as "
        f"degrees of freedom, or {_plain(OVERLAP_STEPS)} for as many as there are open periods where that is less. "
        f"With fewer than {FEWEST_TO_SPREAD} checks there is no interval and no chance. The chance is that the figure "
        "of the year meets its target at the published decimals."
    )


def _calibration() -> str:
    edges = figures.listed(figures.percent(edge) for edge in EDGES)
    return (
        "Each past year is asked for the step that this cycle asks for, the figure of the year before plus target "
        "minus baseline; every forecast, its method and its interval rest on what had come by its own day. Chances are "
        f"told together between {edges}, each with how much came true, and as a whole by the share of outcomes inside "
        "the interval and the Brier score, the mean squared difference of chance and event. Fewer than "
        f"{FEWEST_CASES} cases or {FEWEST_KPIS} KPIs are called too few."
    )


def _next_year() -> str:
    return (
        f"The last complete year plus the mean step from year to year, over at most {MOST_YEARS} complete years and at "
        f"least {MIN_YEARS}; candidates for targets are held against it. Source: the drift method, {_BOOK}."
    )


def _options(values: tuple[float, ...]) -> str:
    return figures.listed((_plain(value) for value in sorted(values)), "or")


def _plain(number: float) -> str:
    return f"{number:g}"
