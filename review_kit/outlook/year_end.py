"""Where each KPI will stand at the end of the cycle: the method that proved best on it, and how far it may be off."""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from review_kit.model.period import Checkpoint
from review_kit.model.words import Aggregate, Direction
from review_kit.outlook.candidates import (
    COMBINATION,
    LEVEL_KEPT,
    METHODS,
    NAIVE,
    SEASONAL_SHARE,
    WITH_SEASON,
    Candidates,
)
from review_kit.outlook.choice import BETTER, CLEARLY_BETTER, Chosen, choose
from review_kit.outlook.distribution import Outlook
from review_kit.outlook.layout import Layout, laid_out
from review_kit.outlook.required import best_rate, required_rate
from review_kit.outlook.wording import notes
from review_kit.outlook.years import Years

FIGURES = ("mean", "sd", "df", "error", "naive_error", "n_checked", "required_rate", "best_rate", "steps", "periods")
_WORDS = ("forecast_model", "forecast_note", "required_note")


@dataclass(frozen=True, slots=True)
class Past:
    """What would have been forecast in the past of some KPIs, and what came; each table has KPIs and columns."""

    kpi_ids: np.ndarray
    mean: np.ndarray
    sd: np.ndarray
    df: np.ndarray
    outcome: np.ndarray
    year_before: np.ndarray  # the figure of the year before the one that was forecast


@dataclass(frozen=True, slots=True)
class YearEnd:
    """The outlook, by kpi_id, with model, notes and rates beside it, and the past forecasts that it rests on.

    `told` has forecast_model, forecast_note, forecast_error (the mean absolute error of the model's past forecasts of
    the year's figure), required_rate, best_rate and required_note, in the order of the KPIs.
    """

    ahead: Outlook
    told: pd.DataFrame
    past: tuple[Past, ...] = field(default=())


def year_end(series: pd.DataFrame, kpis: pd.DataFrame, actual: pd.Series, checkpoint: Checkpoint) -> YearEnd:
    """The forecast of the whole cycle's actual per KPI, indexed by kpi_id.

    Periods of the cycle that have come stand as they are; those still open are forecast by the method that came closest
    on past stretches of that very KPI, seen from as many open periods before their end (`choice.choose`). When the year
    is over, the forecast is the actual (`actual`, by kpi_id) and nothing else is worked out.
    """
    known = kpis.set_index("kpi_id")
    if checkpoint.as_of == checkpoint.calendar.end:
        came = actual.reindex(known.index)
        return YearEnd(Outlook(came, came.where(came.isna(), 0.0)), _nothing_told(known.index))
    figures = pd.DataFrame(np.nan, index=known.index, columns=list(FIGURES), dtype=float)
    model = pd.Series("", index=known.index, dtype=object)
    past: list[Past] = []
    for layout in laid_out(series, checkpoint):
        for found in _of_layout(layout, known):
            figures.loc[found.kpi_ids] = found.figures
            model.loc[found.kpi_ids] = found.model
            past.extend(found.past)
    floor, ceiling = known["lower_bound"].fillna(-np.inf), known["upper_bound"].fillna(np.inf)
    ahead = Outlook(figures["mean"].clip(floor, ceiling), figures["sd"], figures["df"], floor, ceiling)
    told = pd.DataFrame({"forecast_model": model.astype("str"), "forecast_error": figures["error"]}, index=known.index)
    told[["required_rate", "best_rate"]] = figures[["required_rate", "best_rate"]]
    told["forecast_note"], told["required_note"] = notes(figures, model, known)
    return YearEnd(ahead, told, tuple(past))


@dataclass(frozen=True, slots=True)
class _Found:
    """What was found for some KPIs: a row each with the columns of FIGURES."""

    kpi_ids: np.ndarray
    figures: np.ndarray
    model: np.ndarray
    past: tuple[Past, ...] = ()


def _nothing_told(index: pd.Index) -> pd.DataFrame:
    words = pd.Series("", index=index, dtype="str")
    nothing = pd.Series(np.nan, index=index, dtype=float)
    return pd.DataFrame(
        dict.fromkeys(_WORDS, words) | dict.fromkeys(("forecast_error", "required_rate", "best_rate"), nothing)
    )


def _of_layout(layout: Layout, known: pd.DataFrame) -> Iterator[_Found]:
    """KPIs that have equally far to the end of the year are forecast together."""
    candidates = Candidates(layout.values, layout.periods)
    for steps in np.unique(layout.steps).tolist():
        rows = np.flatnonzero(layout.steps == steps)
        kpi_ids = layout.kpi_ids[rows]
        years = Years(
            layout.values[rows],
            layout.weights[rows],
            layout.came[rows],
            layout.aggregates[rows],
            n_known=max(layout.periods - steps, 0),
            steps=max(steps, 1),
            n_open=min(max(steps, 1), layout.periods),
        )
        kpis = known.loc[kpi_ids]
        blank = np.full((len(rows), len(FIGURES)), np.nan)
        blank[:, -2:] = steps, layout.periods
        if steps == 0:
            yield _all_came(years, kpi_ids, blank)
        elif steps > 2 * layout.periods:  # nothing has come for more than a year
            yield _Found(kpi_ids, blank, np.full(len(rows), "", dtype=object))
        else:
            yield _forecast(candidates, rows, years, kpis, blank)


def _all_came(years: Years, kpi_ids: np.ndarray, figures: np.ndarray) -> _Found:
    """The last period of the cycle has come: the year's figure is known before the year is over."""
    whole = Years(
        years.values, years.weights, years.came, years.aggregates, n_known=figures[0, -1].astype(int), steps=1, n_open=1
    )
    figures[:, 0], figures[:, 1] = whole.of_known(), 0.0
    return _Found(kpi_ids, figures, np.full(len(kpi_ids), "", dtype=object))


def _forecast(
    candidates: Candidates, rows: np.ndarray, years: Years, kpis: pd.DataFrame, figures: np.ndarray
) -> _Found:
    paths = candidates.paths(rows, years.steps, years.n_known)
    names = [name for name in METHODS if name in paths]
    outcome = years.outcome()
    # with a value a year there are never enough checks to believe in less than a clear difference
    by_month = candidates.periods > 1
    limits = [BETTER if by_month and name in LEVEL_KEPT else CLEARLY_BETTER for name in names]
    forecasts = np.stack([years.forecast(paths[name]) for name in names])
    chosen = choose(forecasts, outcome, years.steps, _usual(names, kpis), limits)
    for place, column in enumerate(
        (chosen.forecast, chosen.sd, chosen.df, chosen.error, chosen.naive_error, chosen.n_checked)
    ):
        figures[:, place] = column[:, -1]
    direction, target = kpis["direction"].to_numpy(dtype=object), kpis["target"].to_numpy(dtype=float)
    figures[:, 6] = required_rate(years, np.where(direction == Direction.RANGE, np.nan, target))
    figures[:, 7] = best_rate(years, direction)
    model = np.array(names, dtype=object)[chosen.method[:, -1]]
    ids = kpis.index.to_numpy(dtype=object)
    return _Found(ids, figures, model, (_past(ids, chosen, outcome, candidates.periods),))


def _usual(names: list[str], kpis: pd.DataFrame) -> list[np.ndarray]:
    """By KPI, the places of the methods that stand until another proves better, the first that can forecast counting.

    Of a KPI that is said to add up along a season, the seasonal share; of one that adds up otherwise the combination;
    of all others the combination with season, since the level of a year ago says more of a share than of a total that
    grows; of one with a value a year, and where nothing else is possible, naive.
    """
    naive = np.full(len(kpis), names.index(NAIVE))
    if "seasonal naive" not in names:
        return [naive]
    combined = np.full(len(kpis), names.index(COMBINATION))
    adds_up = kpis["aggregate"].eq(Aggregate.SUM).to_numpy(dtype=bool)
    path = kpis["path"] if "path" in kpis else pd.Series(pd.NA, index=kpis.index, dtype="str")
    seasonal = path.eq("seasonal").fillna(value=False).to_numpy(dtype=bool)
    total = np.where(seasonal, names.index(SEASONAL_SHARE), combined)
    return [np.where(adds_up, total, names.index(WITH_SEASON)), combined, naive]


def _past(kpi_ids: np.ndarray, chosen: Chosen, outcome: np.ndarray, periods: int) -> Past:
    year_before = np.full_like(outcome, np.nan)
    if periods < outcome.shape[1]:
        year_before[:, periods:] = outcome[:, : outcome.shape[1] - periods]
    return Past(kpi_ids, chosen.forecast, chosen.sd, chosen.df, outcome, year_before)
