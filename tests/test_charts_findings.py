"""What each chart says: titles, alt texts and tables carry the numbers that it draws, worked by hand."""

import math
from datetime import date

import numpy as np
import pandas as pd
import pytest
from chart_samples import (
    AS_OF,
    KINDS,
    LONG,
    NASTY,
    initiatives,
    measures,
    points,
    proposals,
    risks,
    rollup,
    scores,
    seasonal_points,
    waves,
)

from review_kit import charts
from review_kit.charts.initiatives import slip_words
from review_kit.model.figures import MINUS, NO_BREAK, THIN


def test_a_process_chart_tells_the_last_value_the_target_the_limits_and_the_signals():
    alt = KINDS["process"]().alt
    assert f"Last value 71.0{THIN}%. Target 88.0{THIN}%." in alt
    assert f"Average 80.0{THIN}%, natural limits 74.0{THIN}% to 86.0{THIN}%." in alt
    assert "3 points of concern: October 2025, November 2025, December 2025." in alt
    assert "Process changed in January 2025: New call centre opened in Lyon; survey reworded." in alt
    assert "1 value preliminary." in alt


def test_a_chart_of_a_season_says_so_and_draws_the_moving_ranges_below():
    chart = KINDS["process of a season"]()
    usual = "Judged without its season; usual in December 2025 EUR 100, natural limits EUR 94 to EUR 106."
    assert usual in chart.alt.replace(THIN, " ")
    assert "1 moving range above the limit: October 2025." in chart.alt
    assert "Process changed in September 2024: Web shop moved." in chart.alt
    assert chart.subtitle.endswith("range of the usual variation, month by month")
    assert chart.data["Without season"].tolist()[-1] == 71
    assert chart.data["Range limit"].tolist()[19:21] == [8.0, 7.5]
    assert "Moving range, without the season" in chart.svg
    assert "Moving range" not in KINDS["process"]().svg  # nothing is known of its ranges
    assert "Moving range" not in charts.process_behaviour(seasonal_points(), key="x", name="Margin", half=True).svg


def test_months_are_letters_with_years_once_below_quarters_are_q_and_years_are_plain():
    assert ">J<" in KINDS["process"]().svg
    assert KINDS["process"]().svg.count(">2024<") == 1
    assert ">Q1<" in KINDS["trend"]().svg
    assert ">2021<" in KINDS["process annual"]().svg


def test_a_gap_in_the_values_is_a_gap_in_the_line():
    whole = points(6).assign(status="actual", signal="")
    broken = whole.assign(value=whole["value"].where(whole.index != 2))
    drawn = [charts.process_behaviour(table, key="x", name="Margin", half=True).svg for table in (whole, broken)]
    assert [svg.count('stroke-width="1.5" class="s-ink-soft"') for svg in drawn] == [1, 2]


def test_fiscal_quarters_keep_the_year_of_their_label():
    quarters = points(4, "QE").assign(period=["2025-26-Q1", "2025-26-Q2", "2025-26-Q3", "2025-26-Q4"])
    assert ">2025-26<" in charts.process_behaviour(quarters, key="x", name="Margin").svg


def test_objectives_tell_score_change_and_what_is_not_scored():
    chart = KINDS["objectives"]()
    assert chart.title == "1 of 4 objectives is on target"
    nowhere = rollup().assign(status="near")
    assert charts.objective_scores(nowhere).title == "None of 4 objectives are on target"
    assert f"{NASTY}: 104, +8 points, on target." in chart.alt
    assert f"{LONG}: 62, {MINUS}9 points, off target." in chart.alt
    assert "Digitise the core: not scored." in chart.alt
    assert f"Not scored: only 40{THIN}% of its weight could be" in chart.svg
    assert chart.data["Score"].tolist()[2] == 85  # 84.5 rounds as people round


def test_sixty_objectives_become_their_perspectives():
    many = pd.concat([rollup().head(3), *[rollup().tail(4)] * 15], ignore_index=True)
    chart = charts.objective_scores(many)
    assert chart.data["Perspective"].tolist() == ["Financial", "Customer"]
    assert len(charts.objective_scores(many, level="objective").data) == 60


def perspectives(*scores):
    """One perspective for each score, none for a missing one."""
    return pd.DataFrame({"level": "perspective", "id": [f"P{at}" for at in range(len(scores))], "parent": "All",
                         "name": [f"Perspective {at}" for at in range(len(scores))], "score": scores,
                         "status": ["not scored" if math.isnan(score) else "near" for score in scores]})  # fmt: skip


def test_where_there_is_little_room_what_is_not_scored_gives_way_first_and_then_the_best():
    nan = float("nan")
    chart = charts.objective_scores(perspectives(0.9, nan, 0.5, 0.7, nan, 0.6), most=3)
    assert [f"Perspective {at}<" in chart.svg for at in range(6)] == [False, False, True, True, False, True]
    assert chart.subtitle.endswith("; 2 not scored and 1 with higher scores are not drawn")
    assert len(chart.data) == 6  # nothing is lost: the table has all
    alike = charts.objective_scores(perspectives(0.9, 0.5, 0.9, 0.9), most=2)
    assert alike.subtitle.endswith("; 2 with the same or higher scores are not drawn")
    assert charts.objective_scores(perspectives(*[0.9] * 24, nan), level="perspective").subtitle.endswith(
        "is not drawn"
    )
    assert charts.objective_scores(perspectives(0.9, 0.5), level="perspective", most=2).subtitle.endswith("met")


def test_objectives_give_way_to_their_perspectives_where_both_together_do_not_fit():
    both = pd.concat([rollup(), perspectives(0.9)], ignore_index=True)
    rows = int(both["level"].isin(["objective", "perspective"]).sum())
    assert "Objective" in charts.objective_scores(both, most=rows).data
    assert "Objective" not in charts.objective_scores(both, most=rows - 1).data


def test_a_shortfall_is_the_weighted_loss_in_points_of_the_score():
    # weights 1, 1, 1 (blank) and none for the KPI without a score: 60 / 3 and 30 / 3
    assert charts.shortfall(scores()).round(6).tolist() == [20.0, 10.0, 0.0, 0.0]
    chart = KINDS["gaps"]()
    assert chart.title == f"{NASTY} cost the most: 20.0 points of the score"
    assert chart.alt.startswith(f"{NASTY}: 20.0 points lost, 71.0{THIN}% for a target of 85.0{THIN}%, off target.")
    assert chart.data["KPI"].tolist() == [NASTY, LONG]


def test_a_bridge_tells_both_levels_and_every_step_between_them():
    chart = KINDS["bridge"]()
    assert chart.alt == (
        f"From 70.4 (2024) to 78.1 (2025). {NASTY}: +3.9; {LONG}: +2.0; Gross margin: {MINUS}1.5; 12 other KPIs: +4.4; "
        f"Changed weights: {MINUS}1.1."
    )
    assert chart.data["Change"].sum() == pytest.approx(7.7)
    assert chart.svg.count('class="f-improvement"') == 3
    assert chart.svg.count('class="f-concern"') == 2
    assert KINDS["bridge down"]().svg.count('class="f-improvement"') == 3  # a fall is better


def test_a_smaller_shortfall_that_is_not_drawn_is_counted():
    assert charts.gap_ranking(scores(), limit=1).subtitle.endswith("; 1 smaller one not shown")


@pytest.mark.parametrize(
    ("days", "words"),
    [(14, "on time"), (-14, "on time"), (15, "2 weeks late"), (31, "1 month late"), (184, "6 months late"),
     (-59, "2 months early"), (None, "no forecast"), (np.nan, "no forecast")],
)  # fmt: skip
def test_slips_are_said_in_months(days, words):
    assert slip_words(days) == words


def test_a_timeline_tells_progress_slip_and_proposal():
    chart = KINDS["timeline"]()
    assert chart.title == "1 of 3 initiatives is forecast to finish late"
    assert f"{NASTY}: 60{THIN}% done, 6 months late, proposed to accelerate." in chart.alt
    assert f"{LONG}: 80{THIN}% done, 2 months early, proposed to continue." in chart.alt
    assert ">31 Dec 2025<" in chart.svg


def test_a_timeline_shows_where_the_pace_leads_and_what_is_decided():
    chart = KINDS["timeline of pace"]()
    assert (
        f"{NASTY}: 60{THIN}% done, 6 months late, at its pace so far in November 2026, decided to accelerate."
        in chart.alt
    )
    assert "finish at the pace so far (ring)" in chart.subtitle
    assert ">Accelerate, decided<" in chart.svg
    assert ">Course<" in chart.svg
    assert chart.data["At the pace so far"].tolist()[0] == pd.Timestamp("2026-11-30")


def test_a_slide_draws_the_initiatives_that_slip_furthest_and_names_the_gravest_risks():
    chart = charts.initiative_timeline(initiatives(), AS_OF, most=2)  # 184 and 59 days off plan; the third 5 days
    assert chart.subtitle.endswith("; 1 that slips less is not drawn")
    assert ">Demand sensing<" not in chart.svg
    assert chart.title == "1 of 3 initiatives is forecast to finish late"  # all of them are counted
    matrix = charts.risk_matrix(risks(), listed=1)  # of exposures of 20, 9 and 6
    assert ">Warehouse fire<" not in matrix.svg
    assert ">and 2 more<" in matrix.svg
    assert ">R3<" in matrix.svg  # in its cell


def test_a_year_through_which_the_day_of_the_review_runs_is_not_written():
    rows = initiatives().head(3)
    assert ">2025<" in charts.initiative_timeline(rows, date(2025, 10, 15)).svg
    assert ">2025<" not in charts.initiative_timeline(rows, date(2025, 1, 20)).svg


def test_the_quadrant_compares_work_with_plan_and_money_with_work():
    chart = KINDS["quadrant"]()
    # 60 of 100 % planned; 3.2 of 4 million is 80 % spent for 60 % of the work
    assert chart.title == "1 of 3 initiatives is behind plan and spent ahead of the work"
    assert f"{NASTY}: {MINUS}40 points of progress against plan, spending +20 % of budget" in chart.alt
    assert "No figures for No figures." in chart.alt
    one = pd.DataFrame({"name": ["A", "B"], "planned_percent": [50.0, 50.0], "percent_complete": [51.0, 49.0]})
    near = charts.initiative_quadrant(one.assign(budget=100.0, spent=50.0)).alt
    assert "A: +1 point of progress" in near
    assert f"B: {MINUS}1 point of progress" in near
    assert chart.data["Budget, $"].tolist()[0] == f"4{THIN}m"


def test_the_matrix_places_bands_and_moves_risks():
    chart = KINDS["risks"]()
    assert chart.title == "1 of 3 risks and issues is high or critical, 1 rising"
    assert f"R1 {NASTY} (risk): exposure 20 of 25, critical, rising." in chart.alt
    assert f"R2 {LONG} (issue): exposure 6 of 25, moderate, falling." in chart.alt
    assert "R3 Warehouse fire (risk): exposure 9 of 25, moderate, new." in chart.alt
    assert "1 risk not assessed." in chart.alt
    assert ">↑<" in chart.svg
    assert ">↓<" in chart.svg


def test_waves_of_a_survey_tell_their_interval_and_whether_the_change_is_noise():
    chart = KINDS["surveys of promoters"]()
    assert chart.title == "Net promoter score: 1 of 2 changes is more than noise"
    assert "2025: 30\u00a0points, from 22 to 38, change noise." in chart.alt
    assert chart.data["Asked in"].tolist() == ["2023", "2024", "2025", "October 2024", "October 2025"]
    assert ">October 2025<" in chart.svg  # as the table of surveys beside it has it, and not cut off
    assert KINDS["surveys of satisfaction"]().title == "Share of the satisfied: the one change is real"
    assert charts.survey_waves(waves().head(1), "nps").title == "Net promoter score, with what chance alone may do"
    assert chart.data["Change"].tolist() == ["", "real", "noise", "", "too few"]


def test_the_ladder_tells_where_each_stands_and_should_stand():
    chart = KINDS["ladder"]()
    assert chart.title == "1 of 4 stakeholders stands below the support wanted"
    assert f"{NASTY}: resistant now, supportive wanted." in chart.alt
    assert "Works council: not known now, neutral wanted." in chart.alt
    who = {"audience": "it", "engagement_now": "neutral", "engagement_wanted": "leading"}
    many = pd.DataFrame([{"name": f"P{number}", **who} for number in range(40)])
    assert charts.engagement_ladder(many).data["Audience"].tolist() == ["IT"]


def test_reach_and_feedback_tell_shares_and_counts():
    assert KINDS["reach"]().title == f"IT: 35{THIN}% of influence reached, the least of all audiences"
    assert "9 of 22 people" in KINDS["reach"]().alt
    assert KINDS["feedback"]().title == "19 of 23 replies got an answer; 4 are open"
    assert "Departments: 5 led to a change, 11 answered, 2 declined, 4 open." in KINDS["feedback"]().alt


def test_a_target_that_stays_is_counted_and_not_drawn_among_those_that_change():
    cells = {"chosen": True, "old_target": 100.0, "unit": "%", "decimals": 0.0, "direction": "higher", "actual": 90.0}
    names = {"kpi_id": list("abcd"), "name": ["Up", "More", "Same", "Odd"]}
    wanted = pd.DataFrame({**names, "candidate": [130.0, 110.0, 100.0, 100.0], "flags": ["", "", "", "inside noise"]})
    chart = charts.target_changes(wanted.assign(**cells))
    assert [f">{name}<" in chart.svg for name in names["name"]] == [True, True, False, True]
    assert chart.subtitle.endswith("; not drawn: 1 that stays as it is")
    assert charts.target_changes(wanted.assign(**cells), limit=1).subtitle.endswith(
        "; not drawn: 2 more and 1 that stays as it is"
    )
    assert len(chart.data) == 4
    unmoved = wanted.iloc[[2]].assign(**cells)
    assert ">Same<" in charts.target_changes(unmoved).svg  # nothing else to show


def test_new_targets_are_measured_by_where_the_kpi_stands():
    chart = KINDS["targets"]()
    assert chart.title == "3 new targets: 1 tougher, 1 easier, 1 flagged"
    assert f"{NASTY}: 85.0 → 88.0{THIN}%, tougher; ratchet, inside noise." in chart.alt
    table = chart.data.set_index("KPI")
    assert table.loc[NASTY, "Old, today = 100"] == pytest.approx(100 * 85 / 71)
    assert table.loc["Gross margin", "Change"] == "same"


@pytest.mark.parametrize(
    ("unit", "told"),
    [
        ("EUR m", f"EUR{THIN}85.0 → 88.0{NO_BREAK}m"),
        ("EUR", f"EUR{THIN}85.0 → 88.0"),
        ("$", "$85.0 → 88.0"),
        ("hours", f"85.0 → 88.0{NO_BREAK}hours"),
    ],
)
def test_a_currency_stands_before_the_first_of_two_targets(unit, told):
    drawn = charts.target_changes(proposals().head(1), scores().assign(unit=unit))
    assert drawn.data["Old and new target"].tolist() == [told]


def test_a_target_that_is_flagged_as_easier_is_called_so_once():
    flagged = proposals().head(1).assign(candidate=80.0, flags="easier")
    told = charts.target_changes(flagged, scores()).alt
    assert told.endswith("easier.")
    assert told.count("easier") == 1


def test_a_falling_target_is_tougher_where_lower_is_better():
    lower = charts.target_changes(proposals().head(1), scores().assign(direction="lower"))
    assert lower.data["Change"].tolist() == ["easier"]


def test_completeness_counts_what_each_kpis_own_rhythm_expects():
    chart = KINDS["completeness"]()
    # monthly: 12 expected, one blank and one absent; quarterly: 4, one preliminary; never reported: 1
    assert chart.data["Reported"].tolist() == [10, 3, 0]
    assert chart.data["Preliminary"].tolist() == [0, 1, 0]
    assert chart.data["Missing"].tolist() == [2, 0, 1]
    assert chart.title == "13 of 17 expected figures are reported; 3 missing and 1 preliminary"


def test_a_ratio_with_numerator_and_denominator_counts_as_reported():
    ratio = measures().assign(numerator=1.0, denominator=2.0)
    assert charts.completeness(ratio).data["Missing"].tolist() == [1, 0]


def test_many_kpis_are_shown_per_objective():
    names = {f"k{i}": f"KPI {i}" for i in range(1, 60)}
    chart = charts.completeness(measures(), names=names, objectives=dict.fromkeys(names, "Grow"), end=AS_OF)
    assert ">Grow<" in chart.svg
    assert ">KPI 7<" not in chart.svg
    assert len(chart.data) == 59


def test_the_score_trend_tells_each_period():
    chart = KINDS["trend"]()
    assert chart.title == f"{NASTY} scores 83 points in Q4 2025, up 2 since Q3 2025"
    assert "Q1 2024 60, Q2 2024 70, Q4 2024 80" in chart.alt
    assert chart.data["Status"].tolist()[2] == "not scored"


def test_a_table_of_the_data_has_no_trace_of_nan():
    html = charts.initiative_timeline(initiatives(), AS_OF)._repr_html_()
    assert "30 June 2025" in html
    assert ">NaT<" not in html
    assert f"for a target of 85.0{THIN}%" in KINDS["gaps"]()._repr_html_()
    assert NO_BREAK not in KINDS["gaps"]().key
