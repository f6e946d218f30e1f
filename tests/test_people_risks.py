from datetime import date

import numpy as np
import pandas as pd
import pytest

from review_kit.model.words import is_closed
from review_kit.risks import band_of, review_risks
from review_kit.stakeholders import engagement_gap, feedback_closure, reach_by_audience


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
        "due": pd.to_datetime(["2025-12-30", "2026-01-01", "2025-01-01", "2025-06-30"]),
    })  # fmt: skip
    got = review_risks(table, date(2025, 12, 31))
    assert got["risk_id"].tolist() == ["B", "D", "C", "A"]
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
        "due": pd.Timestamp("2025-01-01"),
    })  # fmt: skip
    assert review_risks(table, date(2025, 12, 31))["overdue"].tolist() == [False, False]


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
