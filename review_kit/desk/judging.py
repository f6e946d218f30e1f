"""How the KPIs of a review are judged: by their targets, by the letters of SMART, and by what to promise next."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pandas as pd

from review_kit.decisions import Decision
from review_kit.outlook import judged_goals
from review_kit.scoring import over_time, score_kpis
from review_kit.signals import standing_out
from review_kit.smart import Cycle, judged, lint
from review_kit.targets import propose_targets

if TYPE_CHECKING:
    from review_kit.desk.review import Review


def scored(review: "Review") -> pd.DataFrame:
    """The scores of the KPIs by their values and targets alone."""
    targets = review.sound["targets"]
    series = review.history.series
    return score_kpis(review.measures, review.kpis, targets, review.checkpoint, review.rules, series)


def scores_of(review: "Review") -> pd.DataFrame:
    """The scores with what the charts of the KPIs say, and with where they will stand at the end of the cycle."""
    table = review.scored.merge(review.history.behaviour, on="kpi_id", how="left", validate="1:1")
    odd = standing_out(review.history.points, pd.Timestamp(review.checkpoint.calendar.start)).to_dict()
    table["stood_out"] = pd.Series([odd.get(kpi_id, "") for kpi_id in table["kpi_id"]], table.index, dtype="str")
    ahead = review.outlook.ahead
    for name, values in (("forecast", ahead.mean), ("forecast_low", ahead.low), ("forecast_high", ahead.high)):
        table[name] = table["kpi_id"].map(values)
    asked = judged_goals(review.kpis.set_index("kpi_id"))
    chance = ahead.probability(asked["direction"], asked["target"], asked["low"], asked["high"])
    table["p_meet"] = table["kpi_id"].map(chance)
    table = table.join(review.outlook.told, on="kpi_id")
    if review.year_is_over:  # what is judged is what was, at the precision that is published
        table["p_meet"] = table["met"].astype("Float64").astype("float64")
    table["period_target"] = table["kpi_id"].map(review.history.period_goals["target"])
    return table


def promises_of(review: "Review") -> pd.DataFrame:
    """Whether each KPI meets each letter of SMART."""
    calendar = review.checkpoint.calendar
    cycle = Cycle(
        start=calendar.start,
        end=calendar.end,
        year=calendar.year,
        objectives=review.objectives,
        scores=review.scores,
        yearly=review.yearly,
        with_stages=frozenset(review.sound["targets"]["kpi_id"]),
    )
    return judged(review.kpis, lint(review.kpis.assign(aggregate=over_time(review.kpis)), cycle))


def approved_targets(review: "Review") -> Mapping[str, Decision]:
    """By kpi_id, what people decided on the target of the next cycle; a later word replaces an earlier one."""
    return {one.subject: one for one in review.decisions if one.about == "target"}


def approved_of(review: "Review") -> Mapping[str, tuple[float, str]]:
    """By kpi_id, the next target that was decided, with who and why; targets are reset when the year is over."""
    said = approved_targets(review) if review.year_is_over else {}
    return {kpi_id: (float(one.choice), f"{one.by}: {one.reason}") for kpi_id, one in said.items()}


def proposals_of(review: "Review") -> pd.DataFrame:
    """Candidate targets for the next cycle; none before the year is over."""
    said = approved_targets(review)
    approved = {kpi_id: (float(one.choice), f"{one.reason} ({one.by})") for kpi_id, one in said.items()}
    kpis = review.kpis.assign(aggregate=over_time(review.kpis))
    table = propose_targets(review.scores, kpis, review.next_year, review.reset_rules, approved)
    return table if review.year_is_over else table.head(0)
