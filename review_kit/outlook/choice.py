"""Which method forecasts a KPI, and how far it may be off: told by what each would have said in the KPI's own past."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

# shares of the usual method's mean error at which another is taken; less of a difference follows noise (docs/method.md)
BETTER = 0.8  # for a method that keeps the level
CLEARLY_BETTER = 0.6  # for one that extends a trend or repeats a season: where it fails, it fails by more
PRIOR_CHECKS = 3  # as many past forecasts in which all methods were equal stand beside those that are there
FEWEST_TO_CHOOSE = 5  # past forecasts; with fewer the usual method stands
OVERLAP_SHARE = 0.5  # of past forecasts whose stretches overlap, so many count as degrees of freedom
OVERLAP_STEPS = 2.0  # or so many for as many forecasts as there are steps ahead, where that is less
FEWEST_TO_SPREAD = 3  # past forecasts; with fewer nothing is said of how far a forecast may be off


@dataclass(frozen=True, slots=True)
class Chosen:
    """By KPI and column: the method, its forecast and what is known of its errors by then.

    All that a column holds rests on what had come by that column: `n_checked` past forecasts with a known outcome,
    their mean absolute error, that of the naive forecast in the same checks, and their spread as Student's t.
    """

    method: np.ndarray  # the place in the list of methods
    forecast: np.ndarray
    n_checked: np.ndarray
    error: np.ndarray
    naive_error: np.ndarray
    sd: np.ndarray
    df: np.ndarray


def choose(
    forecasts: np.ndarray, outcome: np.ndarray, steps: int, usual: Sequence[np.ndarray], limits: Sequence[float]
) -> Chosen:
    """For every column the method that stood the test of the columns before.

    `forecasts` has methods, KPIs and columns (the naive one first); `outcome` KPIs and columns. A forecast is checked
    once its year is over, `steps` columns later. The usual method of each KPI is the first of `usual` (places in the
    list) that has a forecast; another is taken where its mean absolute error over the checks that both have is at most
    its limit (one of `limits` a method) of the usual one's; of several, the one with the least.

    The spread is the root of the mean squared past error. Checks of overlapping stretches tell less than their number:
    OVERLAP_SHARE of them count as degrees of freedom, or OVERLAP_STEPS / steps where that is less.
    """
    has = ~np.isnan(forecasts)
    standing = _first_with(has, usual)
    reference = np.take_along_axis(forecasts, standing[None], axis=0)[0]
    missed = np.abs(outcome - forecasts)
    by_usual = np.abs(outcome - reference)
    both = ~np.isnan(missed) & ~np.isnan(by_usual)
    n_checked = _known_by(both, steps)
    own, theirs = _known_by(np.where(both, missed, 0.0), steps), _known_by(np.where(both, by_usual, 0.0), steps)
    with np.errstate(divide="ignore", invalid="ignore"):
        prior = np.where(n_checked > 0, PRIOR_CHECKS * theirs / n_checked, 0.0)
        share = (own + prior) / (theirs + prior)
    passes = (n_checked >= FEWEST_TO_CHOOSE) & has & (share <= np.asarray(limits)[:, None, None])
    best = np.where(passes, share, np.inf).argmin(axis=0)
    better = passes.any(axis=0)
    method = np.where(better, best, standing)
    return _told(forecasts, missed, method, steps)


def _told(forecasts: np.ndarray, missed: np.ndarray, method: np.ndarray, steps: int) -> Chosen:
    def of_chosen(table: np.ndarray) -> np.ndarray:
        return np.take_along_axis(table, method[None], axis=0)[0]

    checked = ~np.isnan(missed)
    n_checked = of_chosen(_known_by(checked, steps))
    over = np.where(n_checked > 0, n_checked, np.nan)
    error = of_chosen(_known_by(np.where(checked, missed, 0.0), steps)) / over
    by_naive = of_chosen(_known_by(np.where(checked, missed[0][None], 0.0), steps)) / over
    sd = np.sqrt(of_chosen(_known_by(np.where(checked, missed**2, 0.0), steps)) / over)
    df = np.maximum(n_checked * min(OVERLAP_SHARE, OVERLAP_STEPS / steps), 1.0)
    enough = n_checked >= FEWEST_TO_SPREAD
    return Chosen(
        method,
        of_chosen(forecasts),
        n_checked,
        error,
        by_naive,
        np.where(enough, sd, np.nan),
        np.where(enough, df, np.nan),
    )


def _first_with(has: np.ndarray, usual: Sequence[np.ndarray]) -> np.ndarray:
    """Of the places in `usual`, one for each KPI, the first at which there is a forecast; the last otherwise."""
    shape = has.shape[1:]
    standing = np.broadcast_to(usual[-1][:, None], shape)
    for place in reversed(usual[:-1]):
        at = np.broadcast_to(place[:, None], shape)
        standing = np.where(np.take_along_axis(has, at[None], axis=0)[0], at, standing)
    return standing


def _known_by(table: np.ndarray, steps: int) -> np.ndarray:
    """The sum over all columns whose outcome was known by each column: those `steps` and more before it."""
    known = np.zeros(table.shape)
    if steps < table.shape[-1]:
        known[..., steps:] = np.cumsum(table, axis=-1)[..., : table.shape[-1] - steps]
    return known
