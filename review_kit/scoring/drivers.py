"""What drove a change: of a value by price and volume, of a rate by rates and mix, of a KPI by its segments.

Every split is the symmetric one: each factor's change counts at the mean of then and now of the other. It leaves no
residual, and telling the change backwards turns every sign and nothing else. Sources: Bennet, The theory of
measurement of changes in cost of living, 1920 (price and volume; Marshall and Edgeworth's weights); Kitagawa,
Components of a difference between two rates, 1955 (rate and mix); Das Gupta, Standardization and decomposition of
rates, 1993 (both, and the examples that tests hold).
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from review_kit.model.period import MONTHS_A_YEAR, Checkpoint
from review_kit.model.words import Aggregate
from review_kit.scoring.actual import windows
from review_kit.scoring.series import Usable, ratio_scale, usable_rows

STAYS, ENTERS, LEAVES = "stays", "enters", "leaves"
_TEXTS = ("kpi_id", "segment", "state")
_NOISE = 1e-9  # of a change: what sums in another order may differ by
_ADDS_UP = (Aggregate.SUM, Aggregate.MEAN, Aggregate.RATIO)  # of a last, least or largest value there are no parts


def price_volume(
    value_before: pd.Series, quantity_before: pd.Series, value_now: pd.Series, quantity_now: pd.Series
) -> pd.DataFrame:
    """The change of a value by its price (value over quantity) and by its quantity: columns price, volume, effect.

    What was not sold then, or is not sold now, had no price: all of its change is volume. `effect` is the whole
    change; missing where a value or a quantity is.
    """
    price_before = value_before / quantity_before.where(quantity_before != 0)
    price_now = value_now / quantity_now.where(quantity_now != 0)
    effect = value_now - value_before
    known = effect.where(quantity_before.notna() & quantity_now.notna())
    price = ((price_now - price_before) * (quantity_before + quantity_now) / 2).fillna(0.0)
    volume = ((quantity_now - quantity_before) * (price_before + price_now) / 2).fillna(known)
    return pd.DataFrame({"price": price.where(known.notna()), "volume": volume, "effect": known})


def above_below(
    above_before: pd.Series, below_before: pd.Series, above_now: pd.Series, below_now: pd.Series
) -> pd.DataFrame:
    """The change of a ratio by its numerator and by its denominator: columns above, below, effect.

    It is price and volume of the numerator times one over the denominator; missing where either ratio is.
    """
    before, now = 1.0 / below_before.where(below_before != 0), 1.0 / below_now.where(below_now != 0)
    above = (above_now - above_before) * (before + now) / 2
    below = (now - before) * (above_before + above_now) / 2
    return pd.DataFrame({"above": above, "below": below, "effect": above_now * now - above_before * before})


def rate_mix(
    whole: pd.Series, above_before: pd.Series, below_before: pd.Series, above_now: pd.Series, below_now: pd.Series
) -> pd.DataFrame:
    """The change of a whole's rate by the rates of its segments and by their mix; one row per segment, in their order.

    `whole` names what each segment belongs to; a segment that was not there has no, or a zero, denominator. Columns:
    before and now (the segment's rates), share_before and share_now (of the denominator), state (stays, enters,
    leaves), rate, mix and effect (rate + mix); effects of a whole add up to the change of its rate. The mix of a
    segment counts how its rate lies to the mean rate of the whole: a greater share of what lies above the mean adds to
    the rate, of what lies below takes from it. A segment that enters or leaves changes the mix alone.
    """
    above_before, above_now = above_before.fillna(0.0), above_now.fillna(0.0)
    below_before, below_now = below_before.fillna(0.0), below_now.fillna(0.0)
    before, now = _rates(above_before, below_before), _rates(above_now, below_now)
    share_before, total_before = _shares(whole, above_before, below_before)
    share_now, total_now = _shares(whole, above_now, below_now)
    mean = (total_before + total_now) / 2
    own = before.fillna(now) / 2 + now.fillna(before) / 2  # one that was not there has the rate that it had elsewhen
    rate = ((now - before) * (share_before + share_now) / 2).fillna(0.0)
    mix = ((share_now - share_before) * (own - mean)).fillna(0.0)
    there = total_before.notna() & total_now.notna()
    table = pd.DataFrame({"before": before, "now": now, "share_before": share_before, "share_now": share_now})
    table["state"] = _states(below_before != 0, below_now != 0)
    table["rate"], table["mix"] = rate.where(there), mix.where(there)
    table["effect"] = table["rate"] + table["mix"]
    return table


def _rates(above: pd.Series, below: pd.Series) -> pd.Series:
    return above / below.where(below != 0)


def _shares(whole: pd.Series, above: pd.Series, below: pd.Series) -> tuple[pd.Series, pd.Series]:
    """Each segment's share of its whole's denominator, and the rate of its whole."""
    total = below.groupby(whole).transform("sum")
    total = total.where(total != 0)
    return below / total, above.groupby(whole).transform("sum") / total


def _states(then: pd.Series, now: pd.Series) -> pd.Series:
    words = np.select([then & ~now, now & ~then], [LEAVES, ENTERS], default=STAYS)
    return pd.Series(words, index=then.index, dtype="str")


def sums(before: pd.Series, now: pd.Series) -> pd.DataFrame:
    """The change of a total by its segments: columns before, now, state, effect; one that is missing adds nothing."""
    effect = now.fillna(0.0) - before.fillna(0.0)
    return pd.DataFrame({"before": before, "now": now, "state": _states(before.notna(), now.notna()), "effect": effect})


def segment_drivers(
    measures: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint, changes: pd.Series
) -> pd.DataFrame:
    """What each segment gave to the change of its KPI since the same stretch a year earlier.

    One row per KPI and segment, for KPIs that are a sum, mean or ratio and whose values came by segment. `changes` says
    by kpi_id by how much each actual changed: effects of a KPI add up to it, and a KPI whose actual is worked out from
    other rows, so that they would not, is left out. Columns: kpi_id, segment ('' for periods that came as a whole),
    before, now (the segment's own sum, mean or ratio), share_before, share_now, state, rate, mix (both missing for
    sums), effect. A mean counts each period alike, and within a period each segment.
    """
    adds_up = kpis["aggregate"].isin([str(one) for one in _ADDS_UP])
    split = measures.loc[measures["segment"].ne(""), "kpi_id"].unique()
    both = _both_years(measures, kpis[adds_up & kpis["kpi_id"].isin(split)], checkpoint, ["kpi_id", "segment"])
    both = both[both.groupby("kpi_id")["segment"].transform("size").gt(1)].reset_index(drop=True)
    is_sum = both["aggregate"].eq(Aggregate.SUM)
    scale = both["scale"].mask(both["aggregate"].eq(Aggregate.MEAN), 1.0)
    rates = rate_mix(
        both["kpi_id"], both["above_before"] * scale, both["below_before"], both["above_now"] * scale, both["below_now"]
    )
    totals = sums(both["value_before"], both["value_now"])
    told = rates.mask(is_sum, totals.reindex(columns=rates.columns))
    table = pd.concat([both[["kpi_id", "segment"]], told], axis=1)
    table = table[_adds_up(table["effect"], table["kpi_id"], changes)].reset_index(drop=True)
    return table.astype({name: "str" if name in _TEXTS else "float64" for name in table})


def ratio_drivers(
    measures: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint, changes: pd.Series
) -> pd.DataFrame:
    """What numerator and denominator gave to the change of each ratio, and price and volume to that of its numerator.

    One row per KPI whose aggregate is ratio and whose change is known. Columns: kpi_id, above_before, above_now (the
    numerator), below_before, below_now (the denominator), above, below, effect (in the KPI's own unit, adding up to
    `changes`), price, volume (in the numerator's unit, adding up to its change: the ratio is the price of one unit of
    the denominator).
    """
    both = _both_years(measures, kpis[kpis["aggregate"].eq(Aggregate.RATIO)], checkpoint, ["kpi_id"])
    columns = ["above_before", "below_before", "above_now", "below_now"]
    sides = [both[name] for name in columns]
    split = above_below(*sides).mul(both["scale"], axis=0)
    value = price_volume(*sides)[["price", "volume"]]
    table = pd.concat([both[["kpi_id", *columns]], split, value], axis=1)
    return table[_adds_up(table["effect"], table["kpi_id"], changes)].reset_index(drop=True)


def _adds_up(effects: pd.Series, kpi_ids: pd.Series, changes: pd.Series) -> pd.Series:
    """Which rows belong to a KPI whose effects add up to its change."""
    change = kpi_ids.map(changes).astype("float64")
    apart = (effects.groupby(kpi_ids).transform("sum") - change).abs()
    return change.notna() & apart.le(_NOISE * change.abs().clip(lower=1.0))


def _both_years(
    measures: pd.DataFrame, kpis: pd.DataFrame, checkpoint: Checkpoint, keys: Sequence[str]
) -> pd.DataFrame:
    """Per key the sums of this stretch and of the one a year earlier: value, above (numerator), below (denominator)."""
    kpis = kpis.reset_index(drop=True)
    usable = usable_rows(measures, kpis)
    rows = measures.iloc[usable.places][["kpi_id", "segment", "period_end", "value", "numerator", "denominator"]]
    rows = rows.reset_index(drop=True)
    # a mean is a ratio too: within a period of n segments, each adds an nth of its value to an nth
    is_mean = pd.Series(kpis["aggregate"].eq(Aggregate.MEAN).to_numpy()[usable.kpis], index=rows.index)
    beside = rows.groupby(["kpi_id", "period_end"])["kpi_id"].transform("size")
    rows = rows.assign(
        numerator=rows["numerator"].mask(is_mean, rows["value"] / beside),
        denominator=rows["denominator"].mask(is_mean, 1.0 / beside),
    )
    now, before = _stretches(usable, kpis, checkpoint)
    sums_before, sums_now = _summed(rows[before], keys), _summed(rows[now], keys)
    both = sums_before.add_suffix("_before").join(sums_now.add_suffix("_now"), how="outer").sort_index().reset_index()
    told = kpis[["kpi_id", "aggregate"]].assign(scale=ratio_scale(kpis["unit"]))
    return both.merge(told, on="kpi_id", how="left")


def _stretches(usable: Usable, kpis: pd.DataFrame, checkpoint: Checkpoint) -> tuple[np.ndarray, np.ndarray]:
    """Which rows lie in the window of their KPI, and which in the same months a year earlier."""
    reach, of = windows(kpis, checkpoint), usable.kpis
    found = []
    latest = np.full(len(kpis), -1)
    for ago in (0, MONTHS_A_YEAR):
        first, last = usable.first_month + ago, usable.last_month + ago
        inside = (first >= reach.first[of]) & (last <= reach.last[of])
        if not ago:
            np.maximum.at(latest, of[inside], last[inside])
        found.append(inside & (~reach.latest[of] | (last == latest[of])))
    return found[0], found[1]


def _summed(rows: pd.DataFrame, keys: Sequence[str]) -> pd.DataFrame:
    grouped = rows.groupby(list(keys))
    return grouped.agg(value=("value", "sum"), above=("numerator", "sum"), below=("denominator", "sum"))
