"""Whether chances can be believed: of what would have been called 70 % likely in the past, how much came true."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.words import Direction
from review_kit.outlook.distribution import Outlook, judged_goals
from review_kit.outlook.year_end import Past

EDGES = (0.0, 0.1, 0.3, 0.5, 0.7, 0.9, 1.0)  # shares of certainty between which chances are told together
FEWEST_CASES = 100  # past forecasts in fewer than these are no base to judge chances by
FEWEST_KPIS = 10  # the forecasts of one KPI resemble each other


@dataclass(frozen=True, slots=True)
class Calibration:
    """Past forecasts of the KPIs of a cycle against what came.

    `table` has a row for each class of chances that occurred: from, to (its edges), said (mean chance), came (share
    that came true), cases and kpis. `brier` is the mean squared difference of chance and event, `base` what always
    saying the share that came true would have scored; `covered` the share of outcomes inside the 80 % interval, of
    `n_intervals`. All of them are missing where there was no case.
    """

    table: pd.DataFrame
    n_cases: int
    n_kpis: int
    brier: float
    base: float
    covered: float
    n_intervals: int

    @property
    def is_enough(self) -> bool:
        """Whether there are cases of enough KPIs to judge chances by."""
        return self.n_cases >= FEWEST_CASES and self.n_kpis >= FEWEST_KPIS


def calibration(past: Sequence[Past], kpis: pd.DataFrame) -> Calibration:
    """How well the chances of past forecasts agree with what came, over all KPIs with a target.

    A target of the past is not known; each past year is asked for the step that this cycle asks for: the figure of the
    year before it, plus this cycle's target minus its baseline (without one, minus last year's figure). The band of a
    range KPI stays where it is. Every forecast rests on what had come by its own day alone.
    """
    cases = pd.concat([_cases(one) for one in past], ignore_index=True) if past else _no_cases()
    known = kpis.set_index("kpi_id")
    spread = cases[cases["sd"].notna() & cases["outcome"].notna() & cases["mean"].notna()]
    ahead = Outlook(spread["mean"], spread["sd"], spread["df"])
    inside = ahead.low.le(spread["outcome"]) & ahead.high.ge(spread["outcome"])
    asked = _asked(spread, known)
    chance = ahead.probability(asked["direction"], asked["target"], asked["low"], asked["high"])
    event = _met(spread["outcome"], asked).where(chance.notna())
    told = pd.DataFrame({"kpi_id": spread["kpi_id"], "chance": chance, "came": event}).dropna()
    rate = float(told["came"].mean())
    return Calibration(
        _by_class(told),
        len(told),
        int(told["kpi_id"].nunique()),
        float(((told["chance"] - told["came"]) ** 2).mean()),
        rate * (1.0 - rate),
        float(inside.mean()),
        len(spread),
    )


def _cases(past: Past) -> pd.DataFrame:
    """A row a KPI and column whose outcome is known."""
    known = ~np.isnan(past.outcome) & ~np.isnan(past.mean)
    row, _ = np.nonzero(known)
    table = {name: getattr(past, name)[known] for name in ("mean", "sd", "df", "outcome", "year_before")}
    return pd.DataFrame({"kpi_id": past.kpi_ids[row], **table, "last_year": past.year_before[row, -1]})


def _no_cases() -> pd.DataFrame:
    names = ("mean", "sd", "df", "outcome", "year_before", "last_year")
    return pd.DataFrame({"kpi_id": pd.Series(dtype="str")} | {name: pd.Series(dtype=float) for name in names})


def _asked(cases: pd.DataFrame, known: pd.DataFrame) -> pd.DataFrame:
    """By case, direction, target, low and high as they would have been asked of its year."""
    names = ["direction", "target", "baseline", "target_low", "target_high", "decimals"]
    kpi = known[names].reindex(cases["kpi_id"]).set_axis(cases.index)
    step = kpi["target"] - kpi["baseline"].fillna(cases["last_year"])
    return judged_goals(kpi.assign(target=cases["year_before"] + step))


def _met(outcome: pd.Series, asked: pd.DataFrame) -> pd.Series:
    met = np.select(
        [asked["direction"].eq(Direction.HIGHER), asked["direction"].eq(Direction.LOWER)],
        [outcome.ge(asked["target"]), outcome.le(asked["target"])],
        default=outcome.between(asked["low"], asked["high"]),
    )
    return pd.Series(met.astype(float), index=outcome.index)


def _by_class(told: pd.DataFrame) -> pd.DataFrame:
    """The classes of EDGES that have a case; an edge belongs to the class above it, certainty to the last."""
    place = np.clip(np.searchsorted(EDGES, told["chance"].to_numpy(dtype=float), side="right") - 1, 0, len(EDGES) - 2)
    grouped = told.groupby(place, sort=True)
    table = grouped.agg(
        said=("chance", "mean"), came=("came", "mean"), cases=("came", "size"), kpis=("kpi_id", "nunique")
    )
    edges = np.array(EDGES)
    table.insert(0, "from", edges[table.index])
    table.insert(1, "to", edges[table.index + 1])
    return table.reset_index(drop=True)
