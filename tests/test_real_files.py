"""Public files that nobody on this project wrote, read by mapping alone: excerpts whose rows are as published."""

from pathlib import Path

import pandas as pd
import pytest

from review_kit.intake import read_cycle
from review_kit.params import find_checkpoint
from review_kit.scoring import ScoringRules, score_kpis, whole_series

ROOT = Path(__file__).parent / "data" / "real"


def read(cycle):
    return read_cycle(*find_checkpoint(cycle, ROOT / "params"), ROOT)


@pytest.mark.parametrize(
    ("cycle", "first", "over_10_million"),
    [
        ("2016", ("aafc-pssstp", 6_279_429, "2016-12-01"), 14),
        ("2019", ("pco-scnl", 4_800_000, "2020-06-30"), 25),
        ("2022", ("aafc-maa-portal", 3_794_700, "2022-07-25"), 9),
    ],
)
def test_projects_of_canada_are_initiatives_with_their_money_and_dates(cycle, first, over_10_million):
    intake = read(cycle)
    assert intake.errors == ()
    line = intake.reconciliation.set_index("table").loc["initiatives", ["read", "used"]]
    assert line.tolist() == [30, 30]
    projects = intake.tables["initiatives"]
    told = projects.iloc[0]
    assert (told["initiative_id"], told["budget"], told["forecast_finish"]) == (*first[:2], pd.Timestamp(first[2]))
    assert projects["budget"].gt(10_000_000).sum() == over_10_million


def test_emergency_departments_are_one_ratio_with_a_segment_for_each_trust_and_type():
    intake = read("nhs-2018")
    published = pd.read_csv(ROOT / "data" / "ae_attendances.csv", dtype={"type": str})
    measures = intake.tables["measures"]
    assert not intake.errors
    assert len(measures) == len(published) == 717
    assert measures["segment"].tolist() == (published["org_code"] + " · " + published["type"]).tolist()
    assert measures["numerator"].tolist() == published["breaches"].tolist()
    assert measures["period"].unique().tolist() == ["2019-03", "2019-02"]
    assert measures["value"].isna().all()


def test_the_share_of_patients_who_waited_is_a_ratio_of_sums_over_trusts_types_and_months():
    intake = read("nhs-2018")
    published = pd.read_csv(ROOT / "data" / "ae_attendances.csv")
    _, year = find_checkpoint("nhs-2018", ROOT / "params")
    measures, kpis = intake.tables["measures"], intake.tables["kpis"]
    scored = score_kpis(measures, kpis, intake.tables["targets"], year, ScoringRules(min_confidence=0.1)).iloc[0]
    assert scored["actual"] == pytest.approx(published["breaches"].sum() / published["attendances"].sum())
    assert scored["actual"] != pytest.approx((published["breaches"] / published["attendances"]).mean(), rel=0.01)
    assert (scored["origin"], scored["caveat"]) == ("rolled up", "2 of 12 values came")
    monthly = published.groupby("period")[["breaches", "attendances"]].sum()
    series = whole_series(measures, kpis)
    assert series["value"].tolist() == pytest.approx((monthly["breaches"] / monthly["attendances"]).tolist())
    trusts = measures.assign(kpi_id=measures["segment"].str.split(" ").str[0])
    own = pd.concat([kpis.assign(kpi_id=trust) for trust in sorted(set(trusts["kpi_id"]))], ignore_index=True)
    of_trust = score_kpis(trusts, own, intake.tables["targets"], year, ScoringRules(min_confidence=0.1))
    sums = published.groupby("org_code")[["breaches", "attendances"]].sum()
    expected = (sums["breaches"] / sums["attendances"].where(sums["attendances"] > 0)).reindex(of_trust["kpi_id"])
    assert of_trust["actual"].tolist() == pytest.approx(expected.tolist(), nan_ok=True)
