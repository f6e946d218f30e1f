"""What notebook 01 shows: every fault by its source, which values came, and how fresh they are."""

import datetime as dt
import json
import re
from html import unescape

import pandas as pd
import pytest
from workspaces import REPOSITORY, copy_workspace, replace_text

from review_kit import charts
from review_kit.desk import open_cycle
from review_kit.intake import faults_table
from review_kit.model.fault import Fault, Severity
from review_kit.model.figures import THIN
from review_kit.model.period import period_words
from review_kit.narrative import freshness_lead

ACTUALS = "data/global_snack_retailer/actuals.csv"
AS_OF = pd.Timestamp("2025-12-31")


def words(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^>]+>", " ", html)).split())


@pytest.fixture(scope="module")
def desk(tmp_path_factory):
    workspace = copy_workspace(tmp_path_factory.mktemp("pages") / "workspace")
    replace_text(workspace / ACTUALS, ("csat,2025-02,", "csta,2025-02,"))
    return open_cycle("2025", workspace=workspace)


def monthly(kpi_id: str, months: range, status: str = "actual") -> pd.DataFrame:
    starts = pd.to_datetime([f"2025-{month:02d}-01" for month in months]).as_unit("s")
    ends = starts + pd.offsets.MonthEnd(0)
    rows = {"kpi_id": kpi_id, "period_start": starts, "period_end": ends, "value": 1.0, "status": status}
    return pd.DataFrame(rows)


def test_faults_stand_under_their_source_and_those_that_stop_the_review_come_first(desk):
    told = words(desk.intake.faults_table()[0]._repr_html_())
    assert told.index("actuals.csv") < told.index("no KPI is called 'csta'.") < told.index("kpis.csv")


def test_of_many_faults_each_source_tells_its_share(desk):
    many = [Fault(file="k.csv", rule="r", message=f"fault {row}.", row=row) for row in range(500)]
    few = [Fault(file="a.csv", rule="r", message="the only one.", severity=Severity.WARNING)]
    drawer = type(desk.intake)(desk.review, {"faults": faults_table([*many, *few])})
    (table,) = drawer.faults_table()
    assert table.n_rows == 100
    told = words(table._repr_html_())
    assert "the only one." in told
    assert "401 more faults; all of them stand in tables/faults.parquet of a finished review" in told


def test_values_that_are_late_or_not_final_are_listed_worst_first(desk):
    (table,) = desk.intake.freshness_table()
    lead = desk.intake.freshness_conclusion()
    assert "31 of 32 KPIs have the value that was due last. Master data records without error lacks its last" in repr(
        lead
    )
    told = repr(table).splitlines()
    assert told[0] == "Values that are late, incomplete or not final"
    assert told[2].startswith("Master data records without error")
    assert f"July 2025 | December 2025 | 5{THIN}months | 7 of 12" in told[2].replace("5 months", f"5{THIN}months")


def test_the_heat_map_tells_preliminary_from_projected():
    rows = pd.concat(
        [
            monthly("a", range(1, 11)),
            monthly("a", range(11, 12), "preliminary"),
            monthly("a", range(12, 13), "projected"),
        ]
    )
    chart = charts.completeness(rows, names={"a": "Margin"}, end=AS_OF)
    assert chart.data.iloc[0].to_dict() == {
        "KPI": "Margin", "Reported": 10, "Preliminary": 1, "Projected": 1, "Missing": 0,
    }  # fmt: skip
    assert chart.alt.startswith("10 of 12 expected figures are reported, 1 preliminary, 1 projected, 0 missing.")
    assert ">Projected<" in chart.svg
    assert ">Missing<" not in chart.svg  # the key explains what occurs


def test_of_many_groups_those_that_lack_most_are_drawn():
    names = {f"k{number}": f"KPI {number}" for number in range(100)}
    groups = {kpi: f"Goal {kpi}" for kpi in names}
    full = pd.concat([monthly(kpi, range(1, 13)) for kpi in list(names)[:70]])
    half = pd.concat([monthly(kpi, range(1, 7)) for kpi in list(names)[70:]])
    chart = charts.completeness(pd.concat([full, half]), names=names, objectives=groups, end=AS_OF, group="goal")
    drawn = set(re.findall(r">(Goal k\d+)<", chart.svg))
    assert len(drawn) == 40
    assert {f"Goal k{number}" for number in range(70, 100)} <= drawn
    assert "per goal, the 40 of 100 goals that lack most; 100 KPIs" in chart.subtitle
    assert len(chart.data) == 30  # the table lists the KPIs that lack something


@pytest.mark.parametrize(
    ("due", "behind", "preliminary", "told"),
    [
        ([None, None], [0, 0], [0, 0], "No value is due yet."),
        (["2025-12", "2025"], [0, 0], [0, 0], "All 2 KPIs have the value that was due last."),
        (
            ["2025-12", "2025-12"],
            [0, 1],
            [2, 0],
            "1 of 2 KPIs has the value that was due last. B lacks its last month. 2 values are preliminary: A.",
        ),
        (
            ["2025-12", "2025-12"],
            [2, 5],
            [1, 1],
            (
                "None of 2 KPIs have the value that was due last. 2 are late; B lacks its last 5 months, most of all. "
                "2 values are preliminary: A and B."
            ),
        ),
    ],
)
def test_the_lead_counts_what_reaches_the_last_period(due, behind, preliminary, told):
    fresh = pd.DataFrame({"name": ["A", "B"], "due": due, "behind": behind, "preliminary": preliminary})
    fresh = fresh.assign(projected=0, rhythm="monthly", last="2025-06")
    assert freshness_lead(fresh).replace(THIN, " ") == told


def test_a_kpi_without_any_value_is_told_so_and_many_that_are_not_final_are_counted():
    fresh = pd.DataFrame({"name": list("ABCD"), "due": "2025", "behind": [1, 0, 0, 0], "last": [None, *["2025"] * 3]})
    fresh = fresh.assign(projected=1, preliminary=0, rhythm="annual")
    told = freshness_lead(fresh)
    assert "A has no value at all." in told
    assert told.replace(THIN, " ").endswith("4 values are projected: 4 KPIs.")


@pytest.mark.parametrize(
    ("label", "end", "words"),
    [
        ("2025-07", dt.date(2025, 7, 31), "July 2025"),
        ("2025-Q3", dt.date(2025, 9, 30), "Q3 2025"),
        ("2025", dt.date(2025, 12, 31), "2025"),
        ("2024/25", dt.date(2025, 3, 31), "2024/25"),
        ("2018-Q1", dt.date(2018, 6, 30), "Q1 2018/19"),  # a year from April to March, called by its first year
        ("2018-Q4", dt.date(2019, 3, 31), "Q4 2018/19"),
        ("2018", dt.date(2019, 3, 31), "2018/19"),
        ("1999", dt.date(2000, 3, 31), "1999/00"),
        ("2023-Q1", dt.date(2022, 9, 30), "Q1 2023"),  # from July to June, called by its last year
        ("2023-Q4", dt.date(2023, 6, 30), "Q4 2023"),
        ("2023", dt.date(2023, 6, 30), "2023"),
    ],
)
def test_periods_are_called_as_people_call_them(label, end, words):
    assert period_words(label, end) == words


def test_what_is_expected_follows_the_stated_rhythm_and_nothing_is_missing_before_it_is_due():
    none = monthly("a", range(1, 2)).iloc[:0]
    year, month = ({"a": length} for length in (12, 1))
    for every, missing in ((year, 1), (month, 12)):
        chart = charts.completeness(none, names={"a": "A"}, every=every, start=dt.date(2025, 1, 1), end=AS_OF)
        assert chart.data["Missing"].tolist() == [missing]
    early = charts.completeness(none, names={"a": "A"}, every=year, start=dt.date(2025, 1, 1), end=dt.date(2025, 1, 31))
    assert "No figure is due yet." in early._repr_html_()


def test_the_report_says_how_complete_its_data_are_before_it_says_what_became_of_rows():
    cells = json.loads((REPOSITORY / "notebooks" / "05_strategy_review.ipynb").read_text(encoding="utf-8"))["cells"]
    part = (
        "".join(line for cell in cells for line in cell["source"]).partition("### Data quality")[2].partition("##")[0]
    )
    verbs = re.findall(r"desk\.intake\.(\w+)", part)
    assert verbs == [
        "freshness_conclusion", "completeness", "freshness_table", "conclusion", "reconciliation_table", "faults_table"
    ]  # fmt: skip
