"""Signals on real data: accident and emergency in six trusts of NHS England, held to charts that others published."""

from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from review_kit.intake import read_cycle
from review_kit.params import find_checkpoint
from review_kit.scoring import ScoringRules, period_targets, score_kpis, whole_series
from review_kit.signals import RULE_SETS, ChartChoices, Rebase, process_behaviour

HERE = Path(__file__).parent
ROOT = HERE / "data" / "real"
ROWS = pd.read_csv(ROOT / "data" / "ae_six_trusts.csv", dtype={"type": "str"})
TRUSTS = ("R1H", "R1K", "RJ7", "RJC", "RQM", "RRK")
NO_SEASON = ChartChoices(test_seasons=False)  # neither NHSRplotthedots nor a chart by hand takes seasons out
COLOURS = {
    "common_cause": "common cause",
    "special_cause_concern": "concern",
    "special_cause_improvement": "improvement",
}


def read(cycle):
    """The checkpoint, the KPIs and the measures of a cycle, which has no fault."""
    params, checkpoint = find_checkpoint(cycle, ROOT / "params")
    intake = read_cycle(params, checkpoint, ROOT)
    assert intake.errors == ()
    return checkpoint, intake.tables


def charted(tables, choices=NO_SEASON):
    """Points and readings by the rules of NHSRplotthedots."""
    kpis = tables["kpis"]
    series = whole_series(tables["measures"], kpis)
    goals = period_targets(kpis, series).reindex(kpis["kpi_id"]).set_axis(kpis.index)
    asked = kpis.assign(period_target=goals["target"])
    points, readings = process_behaviour(series, asked, RULE_SETS["nhs_r"], choices)
    return points, readings.set_index("kpi_id")


@pytest.fixture(scope="module")
def breaches():
    return read("breaches-2017")[1]


@pytest.fixture(scope="module")
def trusts():
    return read("trusts-2018")


def test_limits_and_colours_of_all_144_points_are_those_that_nhsrplotthedots_published(breaches):
    points, _ = charted(breaches)
    published = pd.read_csv(HERE / "expected" / "nhs_breaches_points.csv")
    assert points["kpi_id"].tolist() == published["org_code"].tolist()
    assert points["period"].tolist() == published["period"].tolist()
    assert points["lower"].tolist() == pytest.approx(published["lpl"].tolist(), abs=5e-5)
    assert points["upper"].tolist() == pytest.approx(published["upl"].tolist(), abs=5e-5)
    assert points["signal"].tolist() == published["point_colour"].map(COLOURS).tolist()
    assert len(points) == 144
    assert points["signal"].value_counts().to_dict() == {"common cause": 69, "improvement": 52, "concern": 23}


def test_the_trust_that_took_over_another_is_judged_anew_from_that_month_with_trial_limits():
    """As the introduction to NHSRplotthedots does with Birmingham, whose breaches grew fourfold in July 2018."""
    _, tables = read("trusts-2018")
    of_type = tables["measures"][tables["measures"]["segment"].eq("1")]
    kpis = tables["kpis"].assign(aggregate="sum")
    whole = {"kpis": kpis, "measures": of_type.assign(segment="", value=of_type["numerator"])}
    merged = Rebase(kpi_id="RRK", since=pd.Timestamp("2018-07-01").date(), reason="Merger with a trust of three sites")
    points, readings = charted(whole, ChartChoices(test_seasons=False, rebase=[merged]))
    own = points[points["kpi_id"].eq("RRK")].set_index("period")
    assert own["phase"].tolist() == [0] * 27 + [1] * 9
    # 6499, 5983, 6599, 7089, 8120, 8981, 12502, 11376 and 10670
    assert own.loc["2019-03", "mean"] == pytest.approx(77_819 / 9)
    assert own.loc["2018-06", "mean"] == pytest.approx((24 * 1711.875 + 1759 + 1637 + 1488) / 27)
    assert (readings.loc["RRK", "trial"], readings.loc["RRK", "n_points"]) == (True, 9)
    assert not readings["trial"].drop("RRK").any()


def test_the_percentage_of_each_trust_is_the_ratio_of_its_sums_over_departments_and_months(trusts):
    checkpoint, tables = trusts
    scores = score_kpis(tables["measures"], tables["kpis"], tables["targets"], checkpoint, ScoringRules())
    year = ROWS[ROWS["period"].ge("2018-04-01")].groupby("org_code")[["breaches", "attendances"]].sum()
    assert scores["actual"].tolist() == pytest.approx(
        (100 * year["breaches"] / year["attendances"])[[*TRUSTS]].tolist()
    )
    assert scores["origin"].unique().tolist() == ["rolled up"]
    assert scores["met"].tolist() == scores["actual"].round(1).le(5).tolist()
    # Chelsea and Westminster came closest to 5 %: 16,639 of 326,141 patients waited longer, which is 5.1 as published
    best = scores.set_index("kpi_id").loc["RQM"]
    assert best["actual"] == pytest.approx(100 * 16_639 / 326_141)
    assert not best["met"]


def test_each_trust_has_its_own_signals_and_its_own_assurance(trusts):
    _, readings = charted(trusts[1])
    told = readings[["variation", "assurance"]].apply(tuple, axis=1).to_dict()
    assert told == {
        "R1H": ("concern", "unknown"),
        "R1K": ("common cause", "fail"),  # 7.6 at the least, where 5 is asked
        "RJ7": ("concern", "unknown"),
        "RJC": ("common cause", "hit or miss"),
        "RQM": ("common cause", "hit or miss"),
        "RRK": ("concern", "unknown"),
    }
    assert readings.loc["RRK", "rule"] == "beyond a natural limit"


@pytest.mark.parametrize(("trust", "lower", "upper"), [("RJC", 1.5363, 11.0556), ("R1K", 7.6240, 18.9836)])
def test_the_limits_of_a_percentage_are_those_of_a_chart_drawn_by_hand(trusts, trust, lower, upper):
    """Month by month in exact decimals: mean ± 2.66 × mean moving range, ranges beyond 3.267 × it left out once."""
    points, readings = charted(trusts[1])
    monthly = ROWS[ROWS["org_code"].eq(trust)].groupby("period")[["breaches", "attendances"]].sum()
    values = [100 * Decimal(int(above)) / int(below) for above, below in monthly.to_numpy().tolist()]
    assert len(values) == 36
    ranges = [abs(later - earlier) for earlier, later in pairwise(values)]
    usual = sum(ranges) / len(ranges)
    kept = [one for one in ranges if one < Decimal("3.267") * usual]
    mean, reach = sum(values) / len(values), Decimal("2.66") * sum(kept) / len(kept)
    assert (float(mean - reach), float(mean + reach)) == pytest.approx((lower, upper), abs=5e-5)
    own = points[points["kpi_id"].eq(trust)]
    assert own["value"].tolist() == pytest.approx([float(value) for value in values])
    for column, level in (("mean", mean), ("lower", mean - reach), ("upper", mean + reach)):
        assert own[column].to_numpy() == pytest.approx(np.full(36, float(level)))
    beyond = [value > mean + reach or value < mean - reach for value in values]
    assert own["signal"].ne("common cause")[np.array(beyond)].all()
    assert readings.loc[trust, "n_points"] == 36
