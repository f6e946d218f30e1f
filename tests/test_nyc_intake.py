"""Real data that nobody on this project wrote: the New York City Mayor's Management Report, read by mapping alone."""

import csv
from pathlib import Path

import pandas as pd
import pytest

from review_kit.intake import Intake, read_cycle
from review_kit.params import find_checkpoint
from review_kit.scoring import ScoringRules, score_kpis

ROOT = Path(__file__).parent.parent
FILE = ROOT / "data" / "nyc_mmr" / "tidy_indicator_level_data.csv"


@pytest.fixture(scope="module")
def nyc() -> Intake:
    return read_cycle(*find_checkpoint("nyc-2023", ROOT / "params"), ROOT)


@pytest.fixture(scope="module")
def published() -> pd.DataFrame:
    """The publisher's rows as text, by indicator."""
    with FILE.open(encoding="utf-8", newline="") as file:
        return pd.DataFrame(list(csv.DictReader(file))).set_index("ID")


def test_the_city_is_read_without_a_fault_and_no_row_is_lost(nyc):
    assert nyc.faults == ()
    lines = nyc.reconciliation.set_index("table")[["read", "used", "refused", "outside", "duplicate"]]
    assert lines.loc["objectives"].tolist() == [1139, 252, 0, 0, 887]
    assert lines.loc["kpis"].tolist() == [1139, 1139, 0, 0, 0]
    assert lines.loc["actuals"].tolist() == [1139 * 8, 1139 * 8, 0, 0, 0]


def test_years_are_fiscal_and_the_value_judged_stands_for_2023(nyc, published):
    measures = nyc.tables["measures"]
    judged = measures[measures["period"].eq("2023")]
    assert judged["source_column"].unique().tolist() == ["YTDScaled"]
    assert judged["period_start"].unique().tolist() == [pd.Timestamp("2022-07-01")]
    assert judged["value"].tolist() == published["YTDScaled"].astype(float).tolist()
    first = measures[measures["kpi_id"].eq("114") & measures["period"].eq("2019")].iloc[0]
    assert (first["value"], first["source_row"], first["source_column"]) == (58.13, 2, "2019")


def test_what_was_not_measured_stays_missing_and_is_never_zero(nyc, published):
    measures = nyc.tables["measures"]
    missing = measures[measures["value"].isna()].groupby("period").size().to_dict()
    assert missing == {
        year: count for year in map(str, range(2016, 2023)) if (count := int(published[year].eq("NA").sum()))
    }


def test_weights_directions_and_units_come_from_the_publishers_words(nyc, published):
    kpis = nyc.tables["kpis"].set_index("kpi_id")
    assert kpis["weight"].value_counts().to_dict() == {1.0: 803, 2.0: 336}
    assert kpis["direction"].value_counts().to_dict() == {"higher": 728, "lower": 411}
    assert kpis.loc["114", "unit"] == "%"
    assert kpis["unit"].notna().all()
    assert nyc.tables["objectives"]["perspective"].eq("Agency not named").sum() > 0


def test_all_351_verdicts_of_the_publisher_are_reproduced_with_ten_exact_ties(nyc, published):
    kpis = nyc.tables["kpis"].set_index("kpi_id")
    values = nyc.tables["measures"].query("period == '2023'").set_index("kpi_id")["value"]
    higher = kpis["direction"].eq("higher")
    reached = (values >= kpis["target"]).where(higher, values <= kpis["target"])
    verdict = published["Success"].reindex(kpis.index)
    judged = verdict.ne("NA")
    assert kpis["target"].notna().tolist() == judged.tolist()
    assert judged.sum() == 351
    assert (reached[judged] == verdict[judged].eq("Met_Goal")).all()
    assert reached[judged].sum() == 183
    assert (values == kpis["target"])[judged].sum() == 10


@pytest.mark.parametrize("checkpoint", ["nyc-2023", "nyc-2023-Q4", "nyc-2023-06"])
@pytest.mark.parametrize("window", ["year_to_date", "rolling_12", "latest_period"])
def test_the_verdicts_are_the_publishers_in_every_form_of_the_checkpoint(nyc, published, checkpoint, window):
    """The year, its last quarter and its last month end on the same day; so does every window over yearly values."""
    _, when = find_checkpoint(checkpoint, ROOT / "params")
    kpis = nyc.tables["kpis"].assign(window=window)
    rules = ScoringRules(profile="attainment")
    scores = score_kpis(nyc.tables["measures"], kpis, nyc.tables["targets"], when, rules).set_index("kpi_id")
    words = {"Met_Goal": True, "Did_Not_Meet": False}
    verdict = published["Success"].reindex(scores.index).map(words).astype("boolean")
    assert scores["met"].equals(verdict.set_axis(scores.index))
    assert (scores["met"].notna().sum(), scores["met"].sum()) == (351, 183)
    assert scores.loc[scores["met"].notna(), "origin"].unique().tolist() == ["read"]


def test_before_its_year_is_over_the_city_is_not_judged_and_nothing_is_called_missing(nyc):
    _, when = find_checkpoint("nyc-2023-Q3", ROOT / "params")
    scores = score_kpis(
        nyc.tables["measures"], nyc.tables["kpis"], nyc.tables["targets"], when, ScoringRules(profile="attainment")
    )
    assert scores["met"].isna().all()
    assert scores["confidence"].isna().all()
