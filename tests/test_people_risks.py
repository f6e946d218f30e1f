from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_kit.model.words import is_closed
from review_kit.narrative import answers_lead
from review_kit.risks import RiskBands, RiskRules, band_of, review_risks, risks_by_objective, risks_known
from review_kit.stakeholders import (
    answers,
    engaged_until,
    engagement_gap,
    feedback_closure,
    news_by_audience,
    reach_by_audience,
    said_until,
    themes,
)

NOT_SAID = {"inherent_likelihood": np.nan, "inherent_impact": np.nan, "assessed": pd.NaT, "objective_id": np.nan}


@pytest.mark.parametrize(
    ("exposure", "band"),
    [(1, "low"), (4, "low"), (5, "moderate"), (9, "moderate"), (10, "high"), (15, "critical"), (25, "critical")],
)
def test_the_grid_has_four_bands(exposure, band):
    assert band_of(pd.Series([float(exposure)]))[0] == band


def test_a_risk_without_likelihood_has_no_band():
    assert pd.isna(band_of(pd.Series([np.nan]))[0])


def test_risks_are_ordered_by_exposure_and_say_how_they_moved():
    table = pd.DataFrame({
        "risk_id": ["A", "B", "C", "D"], "likelihood": [1.0, 5, 2, 3], "impact": [1.0, 5, 2, 3],
        "previous_likelihood": [2.0, 5, 1, np.nan], "previous_impact": [2.0, 5, 1, np.nan],
        "target_likelihood": 1.0, "target_impact": 1.0, "status": ["open", "open", "closed", np.nan],
        "due": pd.to_datetime(["2025-12-30", "2026-01-01", "2025-01-01", "2025-06-30"]), **NOT_SAID,
    })  # fmt: skip
    got = review_risks(table, date(2025, 12, 31))
    assert got["risk_id"].tolist() == ["B", "D", "A", "C"]  # what is closed comes last
    assert got.set_index("risk_id")["movement"].to_dict() == {"A": "falling", "B": "steady", "C": "rising", "D": "new"}
    assert got.set_index("risk_id")["overdue"].to_dict() == {"A": True, "B": False, "C": False, "D": True}


@pytest.mark.parametrize(
    ("status", "closed"),
    [("closed", True), (" Done", True), ("Completed", True), ("adopted", True), ("resolved", True), ("open", False),
     ("accepted", False), ("in progress", False), (np.nan, False), (None, False)],
)  # fmt: skip
def test_one_list_of_words_says_what_asks_for_nothing_more(status, closed):
    assert is_closed(status) is closed


def test_the_response_to_a_risk_that_is_accepted_is_not_overdue():
    table = pd.DataFrame({
        "risk_id": ["A", "B"], "likelihood": 1.0, "impact": 1.0, "previous_likelihood": 1.0, "previous_impact": 1.0,
        "target_likelihood": 1.0, "target_impact": 1.0, "status": ["Accepted", "completed"],
        "due": pd.Timestamp("2025-01-01"), **NOT_SAID,
    })  # fmt: skip
    assert review_risks(table, date(2025, 12, 31))["overdue"].tolist() == [False, False]


def risk(**given):
    row = {
        "risk_id": "A", "title": "A", "likelihood": 3.0, "impact": 4.0, "previous_likelihood": 3.0,
        "previous_impact": 4.0, "target_likelihood": 2.0, "target_impact": 2.0, "status": "open",
        "due": pd.Timestamp("2026-03-31"), **NOT_SAID,
    }  # fmt: skip
    return {**row, **given}


def test_a_risk_is_told_from_what_it_would_be_to_what_it_shall_be():
    table = pd.DataFrame([risk(inherent_likelihood=5.0, inherent_impact=4.0, previous_likelihood=2.0)])
    got = review_risks(table, date(2025, 12, 31)).iloc[0]
    told = ["inherent_exposure", "previous_exposure", "exposure", "target_exposure", "moved"]
    assert got[told].tolist() == [20, 8, 12, 4, 4]


def test_a_risk_moves_only_where_somebody_rated_it_now_and_somebody_tells_how_any_stood():
    unknown = {"previous_likelihood": np.nan, "previous_impact": np.nan}
    alone = pd.DataFrame([risk(**unknown), risk(risk_id="B", **unknown)])
    assert review_risks(alone, date(2025, 12, 31))["movement"].isna().all()  # a register without a past has none new
    unrated = pd.DataFrame([risk(likelihood=np.nan), risk(risk_id="B", **unknown)])
    got = review_risks(unrated, date(2025, 12, 31)).set_index("risk_id")["movement"]
    assert got.fillna("").to_dict() == {"A": "", "B": "new"}


def test_how_a_risk_stood_is_read_from_the_last_register_where_its_row_does_not_tell():
    unknown = {"previous_likelihood": np.nan, "previous_impact": np.nan}
    now = pd.DataFrame([risk(**unknown), risk(risk_id="B", **unknown), risk(risk_id="C", previous_impact=5.0)])
    then = pd.DataFrame([risk(impact=2.0), risk(risk_id="C", impact=1.0)])
    got = review_risks(now, date(2025, 12, 31), last=then).set_index("risk_id")
    assert got["movement"].to_dict() == {"A": "rising", "B": "new", "C": "falling"}
    assert got["previous_exposure"].fillna(0.0).to_dict() == {"A": 6.0, "B": 0.0, "C": 15.0}


def test_an_assessment_is_stale_only_beyond_the_days_that_params_allow_and_only_of_what_is_open():
    # 4 July to 31 December are 180 days
    days = pd.to_datetime(["2025-07-04", "2025-07-03", "2025-07-03", None, "2026-01-15"])
    table = pd.DataFrame([
        risk(risk_id=name, status=status, assessed=day)
        for name, status, day in zip("ABCDE", ["open", "open", "closed", "open", "open"], days, strict=True)
    ])  # fmt: skip
    got = review_risks(table, date(2025, 12, 31)).set_index("risk_id")
    assert got["stale"].to_dict() == {"A": False, "B": True, "C": False, "D": False, "E": False}
    strict = review_risks(table, date(2025, 12, 31), RiskRules(stale_after_days=179)).set_index("risk_id")
    assert strict["stale"].to_dict() == {"A": True, "B": True, "C": False, "D": False, "E": False}


def test_a_risk_that_was_assessed_later_stands_where_it_did_before_and_one_first_assessed_later_is_not_known_yet():
    table = pd.DataFrame({
        "risk_id": ["rose since", "new since", "by then", "no day"], "likelihood": 5.0, "impact": 4.0,
        "previous_likelihood": [3.0, np.nan, 2.0, np.nan], "previous_impact": [3.0, np.nan, 2.0, np.nan],
        "assessed": pd.to_datetime(["2025-10-01", "2025-12-10", "2025-09-30", None]),
    })  # fmt: skip
    known = risks_known(table, date(2025, 9, 30)).set_index("risk_id")
    assert (known["likelihood"] * known["impact"]).to_dict() == {"rose since": 9.0, "by then": 20.0, "no day": 20.0}
    assert known["assessed"].notna().to_dict() == {"rose since": False, "by then": True, "no day": False}


def test_bands_are_those_that_params_say():
    table = pd.DataFrame([risk()])
    assert review_risks(table, date(2025, 12, 31))["band"].item() == "high"
    lenient = RiskRules(RiskBands(moderate=6, high=13, critical=20))
    assert review_risks(table, date(2025, 12, 31), lenient)["band"].item() == "moderate"


def test_objectives_are_threatened_by_what_is_open_and_the_gravest_come_first():
    table = pd.DataFrame([
        risk(risk_id="A", objective_id="O1"),
        risk(risk_id="B", objective_id="O2", likelihood=5.0),
        risk(risk_id="C", objective_id="O1", likelihood=5.0, impact=5.0, status="closed"),
        risk(risk_id="D"),
        risk(risk_id="E", objective_id="O1", likelihood=1.0, impact=1.0),
    ])  # fmt: skip
    got = risks_by_objective(review_risks(table, date(2025, 12, 31)))
    assert got.to_dict("records") == [
        {"objective_id": "O2", "risks": 1, "grave": 1, "rising": 1, "exposure": 20.0, "top": "B"},
        {"objective_id": "O1", "risks": 2, "grave": 1, "rising": 0, "exposure": 12.0, "top": "A"},
    ]


@settings(deadline=None)
@given(
    st.lists(
        st.tuples(st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.integers(1, 5), st.booleans()),
        min_size=1, max_size=12,
    )
)  # fmt: skip
def test_movement_agrees_with_the_figures_and_every_risk_keeps_its_row(rows):
    table = pd.DataFrame([
        risk(risk_id=f"R{number:02d}", likelihood=float(a), impact=float(b), previous_likelihood=float(c),
             previous_impact=float(d), status="closed" if closed else "open", objective_id="O1")
        for number, (a, b, c, d, closed) in enumerate(rows)
    ])  # fmt: skip
    got = review_risks(table, date(2025, 12, 31))
    assert sorted(got["risk_id"]) == sorted(table["risk_id"])
    sign = {"rising": 1, "falling": -1, "steady": 0}
    assert (got["movement"].map(sign) == np.sign(got["moved"])).all()
    assert risks_by_objective(got)["risks"].sum() == got["is_open"].sum()


PEOPLE = pd.DataFrame({
    "stakeholder_id": ["S1", "S2", "S3"], "name": ["A", "B", "C"], "audience": ["executive", "it", "it"],
    "influence": [5.0, 3.0, np.nan], "engagement_now": ["neutral", "leading", "unaware"],
    "engagement_wanted": ["leading", "supportive", "supportive"],
})  # fmt: skip


def test_the_way_still_to_go_is_counted_in_steps_and_never_downwards():
    assert engagement_gap(PEOPLE)["gap"].tolist() == [2, 0, 3]


def test_reach_weighs_people_by_their_influence():
    came = pd.DataFrame(
        {"stakeholder_id": ["S2", "S2", "S1"], "attended": pd.array([True, True, False], dtype="boolean")}
    )
    got = reach_by_audience(PEOPLE, came).set_index("audience")
    assert got["share"].to_dict() == {"executive": 0.0, "it": 0.75}
    assert got.loc["it", ["people", "people_reached"]].tolist() == [2, 1]


def test_feedback_is_closed_when_it_was_answered_acted_on_or_declined():
    said = pd.DataFrame(
        {"stakeholder_id": ["S1", "S2", "S2", "S3"], "status": ["open", "answered", "declined", "open"]}
    )
    got = feedback_closure(said, PEOPLE).set_index("audience")
    assert got["closed"].to_dict() == {"executive": 0.0, "it": pytest.approx(2 / 3)}
    assert got.loc["it", ["open", "answered", "changed", "declined", "replies"]].tolist() == [1, 1, 0, 1, 3]


def test_feedback_without_a_status_is_open():
    said = pd.DataFrame({"stakeholder_id": ["S2", "S2"], "status": [np.nan, "answered"]})
    got = feedback_closure(said, PEOPLE).iloc[0]
    assert (got["open"], got["replies"], got["closed"]) == (1, 2, 0.5)


SAID = pd.DataFrame({
    "stakeholder_id": ["S2", "S2", "S3", "S1"], "status": ["answered", "open", np.nan, "changed"],
    "date": pd.to_datetime(["2025-03-01", "2025-12-01", "2025-11-01", "2025-06-01"]),
    "answered_on": pd.to_datetime(["2025-03-11", None, None, None]),
    "response": ["Yes.", "We look into it.", np.nan, np.nan], "about": ["k1", "k1", "lunch", np.nan],
    "theme": [np.nan, np.nan, np.nan, "Pay"],
})  # fmt: skip


def test_what_was_answered_how_soon_and_what_waits_is_told_by_audience():
    got = answers(SAID, PEOPLE, date(2025, 12, 31)).set_index("audience")
    # IT said three things: one answered after 10 days, one with a word and still open, one open since 60 days
    told = got.loc["it", ["replies", "responded", "closed", "days", "timed", "waiting", "longest"]]
    assert told.tolist() == [3, pytest.approx(2 / 3), pytest.approx(1 / 3), 10, 1, 2, 60]
    assert np.isnan(got.loc["executive", "days"])
    assert np.isnan(got.loc["executive", "longest"])


@pytest.mark.parametrize(
    ("audiences", "themes_open", "told"),
    [
        ([(3, 2, 2.5, 1)], [2], ("33 % of 3 replies are settled; the answer whose day is known came within 3 days. "
         "What is open is most often about A (2 of 2).")),
        ([(3, 2, np.nan, 0)], [1, 1], "33 % of 3 replies are settled."),  # no theme has most
        ([(1, 0, 0.0, 1)], [], "100 % of 1 reply is settled; the answer whose day is known came on the same day."),
        ([(4, 0, 2.5, 2), (4, 1, 9.0, 3)], [1], ("88 % of 8 replies are settled; half of the answers came within 3 "
         "days to executives and within 9 days to IT.")),
    ],
)  # fmt: skip
def test_the_lead_of_the_answers_says_no_more_than_the_figures(audiences, themes_open, told):
    rows = pd.DataFrame(audiences, columns=["replies", "waiting", "days", "timed"])
    rows["audience"] = ["executive", "it"][: len(rows)]
    about = pd.DataFrame({"theme": list("AB")[: len(themes_open)], "open": pd.Series(themes_open, dtype="int64")})
    assert answers_lead(rows, about).replace("\u202f", " ") == told


def test_a_theme_is_what_was_said_or_what_it_is_about_and_no_tone_is_guessed():
    got = themes(SAID, {"k1": "Cost"})
    assert got[["theme", "replies", "people", "open"]].to_numpy().tolist() == [
        ["Cost", 2, 1, 1],
        ["lunch", 1, 1, 1],
        ["Pay", 1, 1, 0],
    ]


def test_a_review_is_not_told_from_what_was_said_and_answered_after_its_day():
    said = pd.DataFrame({
        "feedback_id": ["a", "b", "c"], "stakeholder_id": "S1", "about": np.nan, "theme": np.nan,
        "date": pd.to_datetime(["2025-03-01", "2025-03-31", "2025-04-01"]), "status": ["answered", "answered", "open"],
        "response": ["Yes.", "No.", None], "answered_on": pd.to_datetime(["2025-03-31", "2025-04-10", None]),
    })  # fmt: skip
    known = said_until(said, date(2025, 3, 31))
    assert known["feedback_id"].tolist() == ["a", "b"]
    assert known["status"].tolist() == ["answered", "open"]
    assert known["response"].fillna("").tolist() == ["Yes.", ""]
    told = answers(known, pd.DataFrame({"stakeholder_id": ["S1"], "audience": ["it"]}), date(2025, 3, 31)).iloc[0]
    assert (told["replies"], told["closed"], told["days"], told["longest"]) == (2, 0.5, 30.0, 0.0)


def test_who_was_involved_within_the_last_twelve_months_was_reached():
    held = pd.DataFrame({"date": pd.to_datetime(["2024-12-31", "2025-01-01", "2025-12-31", "2026-01-01"])})
    assert engaged_until(held, date(2025, 12, 31))["date"].dt.year.tolist() == [2025, 2025]


def test_news_are_those_of_the_departments_where_the_people_work():
    people = PEOPLE.assign(department=["Sales", "IT", np.nan])
    kpis = pd.DataFrame({"kpi_id": ["a", "b", "c", "d"], "department": ["IT", "IT", "IT", "Sales"]})
    scores = pd.DataFrame({
        "kpi_id": list("abcd"), "name": list("ABCD"), "status": ["near", "near", "near", "near"],
        "target": [5.0, 6.0, 7.0, 8.0],
    })  # fmt: skip
    last = pd.DataFrame({"kpi_id": list("abd"), "status": ["near", "off target", "near"], "target": [5.0, 5.0, 8.0]})
    moved = pd.DataFrame({"name": ["Portal"], "department": ["IT"], "before": ["on course"], "now": ["to stop"]})
    got = news_by_audience(people, kpis, scores, last, moved)
    assert got.to_numpy().tolist() == [
        ["it", "KPI", "B", "off target", "near"],
        ["it", "KPI", "C", "new", "near"],
        ["it", "Targets", "1 of 2 targets", "as promised then", "set anew"],
        ["it", "Initiative", "Portal", "on course", "to stop"],
    ]
