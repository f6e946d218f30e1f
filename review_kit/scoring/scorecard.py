"""The scorecard: actual, target, met, score and status of every KPI at a checkpoint."""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from review_kit.model.period import Checkpoint
from review_kit.model.words import Aggregate, Direction
from review_kit.scoring.actual import actuals_at, traces, whole_series
from review_kit.scoring.profiles import attainment, band_progress, closeness, distance_to_band, met, progress
from review_kit.scoring.status import status_of
from review_kit.scoring.targets_at import targets_at

_CARRIED = ["kpi_id", "objective_id", "name", "unit", "decimals", "direction", "weight", "owner", "guardrail"]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoringRules:
    """How a cycle scores; the values come from its params, the defaults are those of the design."""

    profile: str = "progress"
    green: float = 1.0
    amber: float = 0.8
    cap: float = 1.2
    min_confidence: float = 0.5


def score_kpis(
    measures: pd.DataFrame,
    kpis: pd.DataFrame,
    targets: pd.DataFrame,
    checkpoint: Checkpoint,
    rules: ScoringRules,
    series: pd.DataFrame | None = None,
) -> pd.DataFrame:
    """One row per KPI, in the order of `kpis`.

    Columns: kpi_id objective_id name unit decimals direction weight owner guardrail actual target target_low
    target_high baseline met progress score status confidence n_periods n_expected certainty last_end previous_actual
    change gap trace. `gap` is actual minus target (for a range: minus the nearest bound, 0 inside). A KPI is not
    scored without an actual, without a target, or when fewer than `min_confidence` of its due values came. Where
    values of a KPI that adds up are missing, target and baseline are those of the values that came. `series` is what
    `whole_series` makes of the measures, where somebody has made it already.
    """
    if series is None:
        series = whole_series(measures, kpis)
    table = kpis[_CARRIED].merge(actuals_at(series, kpis, checkpoint), on="kpi_id", how="left", validate="1:1")
    table = table.merge(targets_at(kpis, targets, checkpoint, series), on="kpi_id", how="left", validate="1:1")
    _ask_for_what_came(table, kpis)
    enough = table["confidence"].ge(rules.min_confidence)
    judged = table["actual"].where(enough)
    low, high, target = table["target_low"], table["target_high"], table["target"]
    direction, baseline = table["direction"], table["baseline"]
    is_range = direction.eq(Direction.RANGE)
    table["met"] = met(judged, target, low, high, direction, table["decimals"])
    backwards = (direction.eq(Direction.HIGHER) & target.lt(baseline)) | (
        direction.eq(Direction.LOWER) & target.gt(baseline)
    )
    way = progress(judged, baseline, target).mask(backwards)  # from a baseline that is better than the target, none
    table["progress"] = way.where(~is_range, band_progress(judged, baseline, low, high))
    table["score"] = _score(table, judged, rules.profile).replace(np.inf, rules.cap)
    table["status"] = status_of(table["met"], table["score"], green=rules.green, amber=rules.amber)
    table["change"] = table["actual"] - table["previous_actual"]
    beyond = np.sign(table["actual"] - low.where(table["actual"] < low, high))
    outside = beyond * distance_to_band(table["actual"], low, high)
    table["gap"] = (table["actual"] - target).where(~is_range, outside)
    table["trace"] = table["kpi_id"].map(traces(measures, kpis, checkpoint)).astype("str")
    return table


def _ask_for_what_came(table: pd.DataFrame, kpis: pd.DataFrame) -> None:
    """Where periods of a KPI that adds up are missing, ask only for the share of the target that those present carry.

    A missing month is not a month of nothing: the sum of seven is held against the target of seven.
    """
    adds_up = kpis["aggregate"].eq(Aggregate.SUM).to_numpy()
    missing = adds_up & table["confidence"].between(0.0, 1.0, inclusive="neither")
    for column in ("target", "target_low", "target_high", "baseline"):
        table[column] = table[column].mask(missing, table[column] * table["confidence"])


def _score(table: pd.DataFrame, judged: pd.Series, profile: str) -> pd.Series:
    """The profile's share; where it has none (no baseline to start from, B = T), what the KPI promised to keep.

    A KPI that maintains scores 1 when met and otherwise its closeness to the target. A KPI with a missing baseline
    is measured by attainment, so that it is neither lost nor given a baseline that nobody stated.
    """
    is_range = table["direction"].eq(Direction.RANGE)
    nearest = table["target_low"].where(judged < table["target_low"], table["target_high"])
    goal = table["target"].where(~is_range, nearest)
    reached = attainment(judged, goal, table["direction"]).where(~is_range, closeness(judged, goal))
    kept = closeness(judged, goal).mask(table["met"].eq(other=True).fillna(value=False), 1.0)
    if profile == "attainment":
        inside = is_range & table["met"].eq(other=True).fillna(value=False)
        return reached.mask(inside, 1.0)
    at_baseline = (
        table["baseline"]
        .eq(table["target"])
        .where(~is_range, distance_to_band(table["baseline"], table["target_low"], table["target_high"]).eq(0.0))
    )
    without_baseline = reached.mask(is_range, kept)
    fallback = kept.where(at_baseline, without_baseline).where(table["met"].notna())
    return table["progress"].fillna(fallback)
