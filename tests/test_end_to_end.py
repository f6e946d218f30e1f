"""From the sources to the report: what the chain finds in the example company and in New York City."""

import csv
import json
import math
import re
import zipfile
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from by_hand import all_judged, rolled_up, rows
from workspaces import REPOSITORY, contents, headings, page, table, words

from review_kit.desk import open_cycle
from review_kit.signals import limits

EXPECTED = Path(__file__).parent / "expected"
THOUSANDTH = Decimal("0.001")

pytestmark = pytest.mark.kernel


def expected(name):
    with (EXPECTED / f"{name}_2025.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def shown(value, decimals=3):
    """A figure as it is printed; nothing where it is missing."""
    if value is None or pd.isna(value):
        return ""
    return str(Decimal(repr(float(value))).quantize(Decimal(1).scaleb(-decimals), ROUND_HALF_UP))


def yes_or_no(value):
    return "" if pd.isna(value) else "yes" if value else "no"


def exactly(number):
    return pytest.approx(float(number), rel=1e-12)


@pytest.fixture(scope="module")
def scores(annual_review):
    return table(annual_review, "scores").set_index("kpi_id")


@pytest.fixture(scope="module")
def findings(annual_review):
    found = table(annual_review, "findings")
    return found[found["state"].ne("resolved")]


@pytest.fixture(scope="module")
def year(example):
    """The desk of the annual review, worked out from the sources."""
    return open_cycle("2025", workspace=example)


def test_the_parts_tell_the_same_share_of_kpis_met(year):
    # of six KPIs of stock one has too few values to be judged; objectives and page one count the same way
    scored = year.scoring.rollup_table().text
    assert "Turn stock faster with better forecasts | 75 | +18 | Off target | 3 of 5 |" in scored
    assert "Turn stock faster with better forecasts | 75 | +18 | 3 of 5 |" in year.objectives.table().text
    assert "Global Snack Retailer | 84 | +14 | Near | 18 of 30 |" in scored


def test_news_tell_what_was_decided_and_nothing_that_stayed_as_it_was(year):
    (news,) = year.people.news_table()
    assert "| on course | on course |" not in news.text
    assert "| to stop |" not in news.text  # the rule would stop the shelf planner, but people decided to adjust it
    assert "1 initiative | new | to adjust | Augmented-reality shelf planner" in news.text  # 2024 did not list it
    assert "1 initiative | on course | to adjust | AI for inventory planning" in news.text


def rules_about(findings, subject):
    return sorted(findings.loc[findings["subject"].eq(subject), "rule"])


def points_of(desk, kpi_id):
    points = desk.review.history.points
    return points[points["kpi_id"].eq(kpi_id)].set_index("period")


# The tables of the example cycle


def test_the_scores_are_those_that_exact_arithmetic_gives(scores):
    by_hand = all_judged()
    assert list(scores.index) == list(by_hand)
    for kpi_id, row in by_hand.items():
        found = scores.loc[kpi_id]
        assert found["actual"] == exactly(row["actual"]), kpi_id
        assert found["n_periods"] == row["n_periods"], kpi_id
        assert (None if pd.isna(found["met"]) else bool(found["met"])) == row["met"], kpi_id
        for name in ("progress", "score"):
            value = None if math.isnan(found[name]) else found[name]
            assert value == (None if row[name] is None else exactly(row[name])), (kpi_id, name)


def test_the_roll_up_is_what_exact_arithmetic_gives(annual_review):
    rollup = table(annual_review, "rollup").set_index("id")["score"]
    by_hand = rolled_up()
    assert set(rollup.index) == set(by_hand)
    for name, score in by_hand.items():
        assert rollup[name] == exactly(score), name


def test_the_strategy_score_is_the_weighted_mean_of_the_four_perspectives(annual_review):
    # weights of the objectives: Financial 4 + 3, Customer 4 + 3, Internal process 5 + 4 + 5, Learning and growth 2 + 2
    # (7 x 0.8757 + 7 x 1.0044 + 14 x 0.6665 + 4 x 1.1181) / 32 = (6.130 + 7.031 + 9.331 + 4.472) / 32 = 0.8426
    strategy = table(annual_review, "rollup").iloc[0]
    assert (strategy["level"], strategy["weight"]) == ("strategy", 32)
    assert strategy["score"] == pytest.approx(0.8426, abs=5e-5)
    assert strategy["status"] == "near"


def test_the_scores_equal_the_expected_table(scores):
    decimals = {kpi["kpi_id"]: int(kpi["decimals"]) for kpi in rows("kpis.csv")}
    found = [
        {
            "kpi_id": kpi_id,
            "actual": shown(row["actual"], decimals[kpi_id]),
            "met": yes_or_no(row["met"]),
            "progress": shown(row["progress"]),
            "score": shown(row["score"]),
            **{name: row[name] for name in ("status", "variation", "assurance")},
            "n_periods": str(row["n_periods"]),
        }
        for kpi_id, row in scores.iterrows()
    ]
    assert found == expected("scores")


def test_the_roll_up_equals_the_expected_table(annual_review):
    counts = ("n_kpis", "n_scored", "n_met")
    found = [
        {
            **{name: row[name] for name in ("level", "id")},
            "score": shown(row["score"]),
            "status": row["status"],
            "coverage": shown(row["coverage"]),
            **{name: str(row[name]) for name in counts},
        }
        for _, row in table(annual_review, "rollup").iterrows()
    ]
    assert found == expected("rollup")


def test_the_findings_equal_the_expected_table(annual_review):
    columns = ["finding_id", "severity", "state", "rank"]
    found = table(annual_review, "findings")[columns].astype(str).to_dict("records")
    assert found == expected("findings")


def test_the_proposals_equal_the_expected_table(annual_review):
    decimals = {kpi["kpi_id"]: int(kpi["decimals"]) for kpi in rows("kpis.csv")}
    found = [
        {
            "kpi_id": row["kpi_id"],
            "method": row["method"],
            "candidate": shown(row["candidate"], decimals[row["kpi_id"]]),
            "chosen": yes_or_no(row["chosen"]),
            "flags": row["flags"],
            "p_meet": "" if pd.isna(row["p_meet"]) else f"{row['p_meet']:.2f}",
        }
        for _, row in table(annual_review, "proposals").iterrows()
    ]
    assert found == expected("proposals")


def test_eighteen_kpis_are_met_six_near_six_off_target_and_two_not_scored(annual_review, scores):
    counts = scores["status"].value_counts().to_dict()
    assert counts == {"on target": 18, "near": 6, "off target": 6, "not scored": 2}
    assert int(scores["met"].fillna(value=False).sum()) == 18
    said = words(page(annual_review / "report.html"))
    assert "18 of 30 KPIs that could be judged reached their target, 6 came near and 6 fell short" in said


def test_every_row_that_was_read_is_used_outside_refused_or_a_duplicate(annual_review):
    counts = table(annual_review, "reconciliation").set_index("table")
    assert counts["read"].equals(counts[["used", "refused", "outside", "duplicate"]].sum(axis=1))
    assert counts["read"].to_dict() == {
        "objectives": 9,
        "kpis": 32,
        "actuals": 1335,
        "initiatives": 14,
        "progress": 31,
        "risks": 15,
        "changes": 9,
        "lessons": 10,
        "stakeholders": 20,
        "engagements": 40,
        "feedback": 30,
        "surveys": 8,
    }
    # 24 months of a KPI that was retired after 2024
    assert counts.loc["actuals", ["used", "outside"]].to_dict() == {"used": 1311, "outside": 24}
    line = "1 553 rows read = 1 529 used + 0 refused + 24 outside the period + 0 duplicate"
    assert line in words(page(annual_review / "report.html"))


# What is planted in the example company


def test_a_real_process_shift_is_found_from_its_first_month_on(year, scores):
    points = points_of(year, "order_to_shelf")
    since = points.loc["2025-04":]
    assert len(since) == 9
    assert (since["value"] < 6.02).all()
    assert since["signal"].eq("improvement").all()
    assert points.loc[:"2025-03", "signal"].ne("improvement").all()
    assert scores.loc["order_to_shelf", "variation"] == "improvement"


def test_before_the_shift_the_process_was_stable(example):
    march = open_cycle("2025-03", workspace=example)
    assert points_of(march, "order_to_shelf")["signal"].eq("common cause").all()
    limits = march.review.scores.set_index("kpi_id").loc["order_to_shelf", ["mean", "lower", "upper"]]
    assert [round(value, 2) for value in limits] == [6.26, 5.78, 6.74]


def test_a_season_is_no_signal_and_the_growth_beneath_it_is(year, findings):
    points = points_of(year, "digital_revenue")
    for start in ("2023", "2024", "2025"):
        months = points[points.index.str.startswith(start)]["value"]
        assert list(months.nlargest(2).index) == [f"{start}-12", f"{start}-11"]
    plain = limits(points["value"].to_numpy(), np.zeros(len(points), dtype=np.int64), screen=True)
    above = points.index[points["value"].gt(plain.upper[0])]
    assert plain.upper[0].round(2) == 20.35
    assert list(above) == ["2023-12", "2024-11", "2024-12", "2025-11", "2025-12"]
    # without the season these months stand among their neighbours, and so does the fall after Christmas
    turns = points[points.index.str.slice(5).isin(["11", "12", "01"])]
    assert not turns["jump"].any()
    assert points.loc["2025-10":, "adjusted"].round(1).tolist() == [19.8, 20.3, 20.1]
    # what is left is growth from 172.8 to 227.6 in two years
    assert points.loc[:"2023-12", "signal"].eq("concern").all()
    assert points.loc["2024-09":, "signal"].eq("improvement").all()
    assert rules_about(findings, "digital_revenue") == ["target-met"]


def test_a_season_that_hid_an_improvement_hides_it_no_more(year, scores):
    # most is booked at the year end; month by month 2025 lies below 2024, and 2024 below 2023
    points = points_of(year, "it_spend_vs_budget")
    yearly = points["adjusted"].groupby(points.index.str.slice(0, 4)).mean()
    assert yearly.round(1).tolist() == [108.5, 106.2, 104.0]
    assert scores.loc["it_spend_vs_budget", ["variation", "seasonal"]].tolist() == ["improvement", "ratio"]


def test_a_red_kpi_that_only_varies_is_called_routine(scores, findings):
    row = scores.loc["time_to_resolve"]
    assert [round(row[name], 2) for name in ("mean", "lower", "upper")] == [13.0, 9.23, 16.77]
    assert (row["status"], row["variation"], row["assurance"]) == ("off target", "common cause", "hit or miss")
    assert rules_about(findings, "time_to_resolve") == ["target-missed"]
    finding = findings[findings["subject"].eq("time_to_resolve")].iloc[0]
    assert "All that varies is routine: no single month asks for an explanation." in finding["evidence"]


def test_a_green_kpi_that_drifts_the_wrong_way_is_a_finding(year, scores, findings):
    drifted = points_of(year, "first_contact").loc["2025-06":]
    assert drifted["value"].tolist() == [71.2, 70.9, 71.3, 70.8, 70.6, 71.0, 70.4]
    assert drifted["signal"].eq("concern").all()
    assert (scores.loc["first_contact", "status"], bool(scores.loc["first_contact", "met"])) == ("on target", True)
    assert rules_about(findings, "first_contact") == ["drifting"]


def test_a_kpi_with_too_little_history_is_neither_judged_nor_read_for_signals(scores, findings):
    row = scores.loc["ai_coverage"]
    assert (row["n_periods"], row["status"], row["variation"]) == (5, "not scored", "too few points")
    assert pd.isna(row["met"])
    assert math.isnan(row["score"])
    (told,) = findings.loc[findings["subject"].eq("ai_coverage"), ["rule", "evidence"]].to_numpy().tolist()
    assert told == ["weak-data", "5 of 12 values came in this cycle."]


def test_a_kpi_whose_figures_stopped_coming_is_a_finding(scores, findings):
    assert rules_about(findings, "data_quality") == ["target-missed", "weak-data"]
    stale = findings[findings["finding_id"].eq("weak-data:data_quality")].iloc[0]
    assert stale["headline"] == "Master data records without error: the last value is that of July 2025"
    assert scores.loc["data_quality", "confidence"] == exactly(Decimal(7) / 12)


def test_a_target_that_arithmetic_forbids_is_called_impossible_and_not_missed(annual_review, findings):
    assert rules_about(findings, "uptime") == ["impossible-target"]
    headline = words(findings[findings["subject"].eq("uptime")].iloc[0]["headline"])
    assert "the target of 108.9 % cannot be reached, since 100.0 % is the most there can be" in headline
    proposals = table(annual_review, "proposals").query("kpi_id == 'uptime' and chosen")
    assert proposals[["method", "candidate"]].to_numpy().tolist() == [["approved", 99.5]]


def test_a_kpi_without_a_target_is_not_scored_and_never_zero(scores, findings):
    row = scores.loc["ai_assistant_users"]
    assert (row["actual"], row["status"]) == (41, "not scored")
    assert math.isnan(row["score"])
    assert rules_about(findings, "ai_assistant_users") == ["no-target"]


def test_a_tie_is_met(scores):
    row = scores.loc["cloud_share"]
    assert (row["actual"], row["target"], bool(row["met"]), row["score"]) == (62, 62, True, 1)


def test_a_range_is_met_inside_it(scores):
    row = scores.loc["warehouse_fill"]
    assert (row["target_low"], row["target_high"], bool(row["met"])) == (80, 90, True)
    assert round(row["actual"], 1) == 86.4


def test_a_guardrail_that_keeps_its_level_is_met_with_the_full_score(scores):
    row = scores.loc["complaints"]
    assert (bool(row["guardrail"]), row["baseline"], row["target"], bool(row["met"])) == (True, 41, 41, True)
    assert row["score"] == 1
    assert math.isnan(row["progress"])


@pytest.mark.parametrize(
    ("kpi_id", "above", "below", "mean_of_ratios"),
    [("otif", 1618097, 1708659, 94.4), ("phishing_clicks", 869, 22294, 3.5)],
)
def test_a_ratio_is_sum_over_sum_of_its_segments_and_not_the_mean_of_their_ratios(
    scores, kpi_id, above, below, mean_of_ratios
):
    actual = scores.loc[kpi_id, "actual"]
    assert actual == pytest.approx(100 * above / below, rel=1e-12)
    assert round(actual, 1) != mean_of_ratios


def test_a_red_kpi_that_gets_worse_is_a_signal_and_not_noise(scores, findings):
    row = scores.loc["projects_on_time"]
    assert (row["status"], row["variation"]) == ("off target", "concern")
    finding = findings[findings["subject"].eq("projects_on_time")].iloc[0]
    assert "a signal of concern" in finding["evidence"]


def test_preliminary_figures_are_known_as_such(year, scores):
    assert list(scores.index[scores["certainty"].eq("preliminary")]) == ["digital_revenue", "write_offs"]
    said = words(year.scoring.kpi_page("digital_revenue")._repr_html_())
    assert "Upper limit Signal Without season Moving range Range limit Preliminary" in said
    assert "December 2025 27.5 25.6 22.6 21.6 23.6 improvement 20.1 0.1 0.9 yes" in said


def test_a_missing_value_is_left_out_of_the_mean_and_told(annual_review, scores):
    assert (scores.loc["nps", "actual"], scores.loc["nps", "n_periods"]) == (37, 11)
    faults = table(annual_review, "faults")
    told = faults[faults["file"].eq("data/global_snack_retailer/actuals.csv") & faults["rule"].eq("missing-value")]
    assert told[["row", "column", "severity"]].to_numpy().tolist() == [[189, "value", "warning"]]


def test_the_rules_for_initiatives_say_what_the_plot_says(annual_review):
    found = table(annual_review, "initiatives").set_index("initiative_id")
    asked = found.loc[found["proposal"].ne("continue"), "proposal"].to_dict()
    assert asked == {"I02": "accelerate", "I03": "adjust", "I07": "accelerate", "I09": "accelerate", "I10": "stop"}
    assert found.loc["I02", "slip_days"] == 242
    assert round(100 * found.loc["I02", "spend_ratio"]) == 91
    # against the proposal to stop: people decided otherwise
    assert found.loc["I10", "decided"] == "adjust"


def test_the_risk_that_rose_is_critical(annual_review):
    row = table(annual_review, "risks").set_index("risk_id").loc["R02"]
    assert (row["previous_exposure"], row["exposure"], row["band"], row["movement"]) == (9, 20, "critical", "rising")


def test_the_report_tells_the_plot(annual_review):
    said = words(page(annual_review / "report.html"))
    for sentence in (
        "Inventory turnover rose 2.0 % to 7.65 turns a year, short of the 8.10 promised",
        "ERP upgrade will finish 8 months late, in June 2026, and spends ahead of its work",
        "Loyalty app: relaunch and roll-out to all countries is on plan, and 3 of the 4 KPIs it serves met",
        "Active members of the loyalty app rose 50 % to 1 684 thousand.",
        "Customer satisfaction rose from 78.2 to 82.1 %.",
        "Again: AI for inventory planning waited for legacy interfaces that nobody had tested",
    ):
        assert sentence in said


def test_what_drove_the_changes_adds_up_as_it_is_printed(annual_review):
    report = page(annual_review / "report.html")
    *parts, total = printed(report, "drivers", "Together, points")
    change = Decimal(re.search(r"The score rose by ([0-9.]+) points", words(report))[1])
    assert sum(parts) == total == change
    segments = printed(report, "segments", "Together")  # four regions and the whole, six departments and the whole
    assert sum(segments[:4]) == segments[4] == Decimal("1.58")
    assert sum(segments[5:11]) == segments[11] == Decimal("-2.20")
    assert "West did most: +0.90 of +1.58 percentage points" in words(report)  # there was a strike the year before


def printed(report, key, label):
    """The figures of one column of a table, as they stand on the page."""
    markup = report[report.index(f'id="table-{key}"') :]
    cells = re.findall(rf'data-label="{label}">([^<]*)<', markup[: markup.index("</table>")])
    return [Decimal(cell.replace("−", "-")) for cell in cells]


# The quarter and the month

ANNUAL_PARTS = [
    "Scores", "Drivers", "Since the last review", "Scorecard", "Findings", "Departments", "Initiatives", "Risks",
    "Outside changes", "Objectives", "People", "Lessons", "Targets", "Signals", "Sensitivity", "KPIs",
    "Fitness of the KPIs", "Method and data",
]  # fmt: skip
QUARTERLY_PARTS = [
    "What moved", "Since the last review", "Scorecard", "Findings", "Departments", "Outlook", "Initiatives", "Risks",
    "Method and data",
]  # fmt: skip


def test_the_annual_report_has_all_parts(annual_review):
    assert headings(page(annual_review / "report.html")) == ANNUAL_PARTS


def test_the_quarterly_report_has_its_parts_and_none_of_the_year(quarterly_review):
    report = page(quarterly_review / "report.html")
    assert headings(report) == QUARTERLY_PARTS
    said = words(report)
    assert "Third quarter of 2025" in said
    assert "30 September 2025" in said
    assert "for the next cycle" not in said
    assert "The loyalty app won half as many members again" not in said  # the commentary on the year
    assert not (quarterly_review / "next_cycle").exists()


def test_the_quarter_holds_nothing_that_came_after_it(quarterly_review):
    measures = table(quarterly_review, "measures")
    assert measures["period_end"].max() == pd.Timestamp("2025-09-30")
    counts = table(quarterly_review, "reconciliation").set_index("table").loc["actuals"]
    assert counts["read"] == counts["used"] + counts["outside"] == 1335
    after = [
        row for row in rows("actuals.csv") if row["period"] in {"2025-10", "2025-11", "2025-12", "2025-Q4", "2025"}
    ]
    retired = [row for row in rows("actuals.csv") if row["kpi_id"] == "paper_invoices"]
    assert counts["outside"] == len(after) + len(retired)


def test_a_month_is_opened_with_what_was_known_then(example):
    desk = open_cycle("2025-09", workspace=example)
    assert desk.review.checkpoint.title == "September 2025"
    assert desk.review.measures["period_end"].max() == pd.Timestamp("2025-09-30")
    assert desk.review.last.title == "August 2025"
    assert desk.review.scores.set_index("kpi_id").loc["digital_revenue", "actual"] == exactly(
        sum(Decimal(row["value"]) for row in rows("actuals.csv") if in_first_nine_months(row))
    )


def in_first_nine_months(row):
    return row["kpi_id"] == "digital_revenue" and "2025-01" <= row["period"] <= "2025-09"


# Canada


def test_the_projects_of_canada_become_a_report_that_names_the_first_and_counts_the_rest(canada_review):
    report = page(canada_review / "report.html")
    said = words(report)
    for sentence in (
        "By their dates 471 initiatives are under way, 348 of them new.",
        "Of 123 with an earlier date, 112 are behind it, 6 on it and 5 ahead.",
        "107 of 471 initiatives under way are off plan",
        "Growth of budgets since they were first told stood at 61.1 %, above the 43.3 % promised",
        "Against it: 107 of 471 open initiatives off course.",
        "Most stands open with Canada Revenue Agency: 15 of the 107 findings and initiatives off plan",
        "12 initiatives are off plan Decide on each; the table of initiatives names them.",  # Transport Canada
        "Nothing stands open with the other 31 departments.",
        "What is asked of you Adjust Benefits System Renewal Project",  # as the findings: what costs most stands first
        "1 114 more are in the table of initiatives that comes with this report.",
    ):
        assert sentence in said
    assert len(report) < 2_000_000
    moves = table(canada_review, "reallocation")
    grown = table(canada_review, "initiatives").query("proposal != 'continue'")
    needed = (grown["forecast_cost"] - grown["budget"]).clip(lower=0).sum()
    assert moves.query("to_id != 'free'")["money"].sum() == needed


# New York City


@pytest.fixture(scope="module")
def published():
    """The publisher's own verdicts by KPI: Met_Goal, Did_Not_Meet or NA."""
    path = REPOSITORY / "data" / "nyc_mmr" / "tidy_indicator_level_data.csv"
    with path.open(encoding="utf-8", newline="") as file:
        return {row["ID"]: row for row in csv.DictReader(file)}


def test_the_city_gets_the_verdict_of_its_publisher_on_all_351_kpis(city_review, published):
    scores = table(city_review, "scores").set_index("kpi_id")
    assert len(scores) == len(published) == 1139
    verdicts = {
        kpi_id: {True: "Met_Goal", False: "Did_Not_Meet"}.get(met, "NA") for kpi_id, met in scores["met"].items()
    }
    assert verdicts == {kpi_id: row["Success"] for kpi_id, row in published.items()}
    counts = pd.Series(verdicts).value_counts().to_dict()
    assert counts == {"NA": 788, "Met_Goal": 183, "Did_Not_Meet": 168}
    ties = [row for row in published.values() if is_tie(row)]
    assert len(ties) == 10
    assert all(verdicts[row["ID"]] == "Met_Goal" for row in ties)


def is_tie(row):
    if "NA" in {row["Target.MMR"], row["YTDScaled"]}:
        return False
    return Decimal(row["Target.MMR"]) == Decimal(row["YTDScaled"])


def test_the_report_of_a_thousand_kpis_holds_every_one_and_opens_on_the_exceptions(city_review, published):
    report = page(city_review / "report.html")
    scorecard = report[report.index('id="table-scorecard"') : report.index('<h2 id="findings">')]
    assert scorecard.count('<th scope="row">') == len(published)
    statuses = pd.Series(re.findall(r'<td class="status status-([^"]*)"', scorecard)).value_counts().to_dict()
    assert statuses == {"not-scored": 788, "on-target": 183, "near": 87, "off-target": 81}
    assert 'data-open="exceptions"' in report
    assert '<option value="exceptions"' in report


def test_the_report_of_a_thousand_kpis_stays_readable(city_review):
    report = city_review / "report.html"
    assert report.stat().st_size < 4_000_000  # bytes; a mail can carry it
    markup = page(report)
    assert markup.count('class="block kpi"') == 24  # a page each only for those that cost most
    assert "the scorecard has all of them" in words(markup)
    assert headings(markup)[:4] == ["Scores", "Drivers", "Since the last review", "Scorecard"]


def test_the_city_says_why_it_has_no_overall_score(city_review):
    strategy = table(city_review, "rollup").iloc[0]
    assert strategy["status"] == "not scored"
    assert math.isnan(strategy["score"])
    assert "too little for an overall score" in words(page(city_review / "report.html"))


# What the files of a checkpoint hold

DOCUMENTS = ("annual_review", "quarterly_review", "city_review")


@pytest.fixture(params=DOCUMENTS)
def any_review(request):
    return request.getfixturevalue(request.param)


def test_a_report_asks_nothing_of_any_server(any_review):
    for path in any_review.rglob("*.html"):
        markup = page(path)
        assert re.findall(r'(?:src|href)="(?!#|data:)[^"]*"', markup) == []
        assert "url(http" not in markup
        assert "default-src &#39;none&#39;" in markup or "default-src 'none'" in markup


def test_no_file_of_a_checkpoint_holds_a_path_of_the_machine(any_review, example):
    places = [str(example), str(example.parent), str(REPOSITORY), str(Path.home()) + "/", "site-packages"]
    for name, data in unpacked(any_review).items():
        for place in places:
            assert place.encode() not in data, (name, place)


def unpacked(folder):
    """The bytes of every file, and of every part of a workbook."""
    files = contents(folder)
    for name in [name for name in files if name.endswith(".xlsx")]:
        with zipfile.ZipFile(folder / name) as book:
            files |= {f"{name}/{part}": book.read(part) for part in book.namelist()}
    return files


def test_every_step_is_told_as_done_and_every_file_with_its_hash(any_review):
    ledger = json.loads((any_review / "run.json").read_text(encoding="utf-8"))
    assert (ledger["state"], ledger["failure"]) == ("done", None)
    assert {step["state"] for step in ledger["steps"]} == {"done"}
    assert set(ledger["files"]) == set(contents(any_review)) - {"run.json"}
