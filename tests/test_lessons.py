"""What was learned, carried and learned again, and what became of the last review's decisions."""

from datetime import date

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_kit.decisions import Decision
from review_kit.desk.people_words import decided_words
from review_kit.lessons import follow_up, likest_earlier, review_lessons
from review_kit.narrative import lessons_lead, past_decisions_lead

AS_OF = date(2025, 12, 31)


def lessons(*rows):
    blank = {
        "lesson_id": "L1", "lesson": "Test before you build", "cycle": "2024", "action": "Tests first", "owner": "Ann",
        "due": pd.Timestamp("2025-06-30"), "status": "open", "repeats": None,
    }  # fmt: skip
    return pd.DataFrame([{**blank, **row} for row in rows]).astype({"repeats": "str", "cycle": "str"})


def test_open_lessons_of_earlier_cycles_come_first_and_those_of_later_ones_not_at_all():
    got = review_lessons(
        lessons(
            {"lesson_id": "L1", "cycle": "2025", "due": pd.NaT},
            {"lesson_id": "L2", "status": "done"},
            {"lesson_id": "L3", "cycle": "FY2024", "due": pd.Timestamp("2026-01-31")},
            {"lesson_id": "L4", "cycle": "2023"},
            {"lesson_id": "L5", "cycle": "2026"},
            {"lesson_id": "L6", "cycle": None},
        ),
        2025,
        AS_OF,
    ).set_index("lesson_id")
    assert list(got.index) == ["L4", "L3", "L1", "L6", "L2"]
    assert got["carried"].to_dict() == {"L4": True, "L3": True, "L1": False, "L6": False, "L2": False}
    assert got["overdue"].to_dict() == {"L4": True, "L3": False, "L1": False, "L6": True, "L2": False}
    assert got["reviews"].fillna(0).to_dict() == {"L4": 3, "L3": 2, "L1": 1, "L6": 0, "L2": 0}
    assert lessons_lead(got.reset_index()) == (
        "5 lessons are on record; 1 is done, and 2 are open from earlier reviews (1 overdue); 1 other is overdue."
    )


def test_a_lesson_goes_back_to_its_first_by_what_people_declare_and_a_circle_ends():
    got = review_lessons(
        lessons(
            {"lesson_id": "L1", "cycle": "2023"},
            {"lesson_id": "L2", "cycle": "2024", "repeats": "L1"},
            {"lesson_id": "L3", "cycle": "2025", "repeats": "L2"},
            {"lesson_id": "L4", "cycle": "2025", "repeats": "L5"},
            {"lesson_id": "L5", "cycle": "2025", "repeats": "L4"},
        ),
        2025,
        AS_OF,
    ).set_index("lesson_id")
    assert got["root"].to_dict() == {"L1": "L1", "L2": "L1", "L3": "L1", "L4": "L5", "L5": "L4"}
    assert got["times"].to_dict() == {"L1": 1, "L2": 2, "L3": 3, "L4": 2, "L5": 2}
    assert "were learned more than once" in lessons_lead(got.reset_index())


def test_a_lesson_that_reads_like_an_earlier_one_is_asked_about_unless_it_is_declared():
    first = {"lesson_id": "L1", "cycle": "2023", "lesson": "Interfaces to legacy systems were checked too late"}
    again = {"lesson_id": "L2", "lesson": "Again: the interface to a legacy system was underestimated"}
    other = {"lesson_id": "L3", "lesson": "Stores learned of the first app from shoppers"}
    got = review_lessons(lessons(first, again, other), 2025, AS_OF).set_index("lesson_id")["may_repeat"]
    assert got.dropna().to_dict() == {"L2": "L1"}
    declared = review_lessons(lessons(first, {**again, "repeats": "L1"}), 2025, AS_OF)
    assert declared["may_repeat"].isna().all()


@pytest.mark.parametrize(
    ("later", "alike"),
    [
        ("Key users were taken from the service desk", False),  # nothing in common
        ("Legacy interfaces cost money", False),  # two words are too few
        ("Legacy interfaces of systems cost money", True),  # three of five
        ("Legacy interfaces of systems cost money, time, nerves, trust and friends", False),  # three of nine
    ],
)
def test_likeness_needs_three_telling_words_and_half_of_the_shorter_sentence(later, alike):
    earlier = "Interfaces to legacy systems: nobody counted, tested, described, owned or priced them"
    got = likest_earlier(pd.Series([earlier, later]), pd.Series([2023.0, 2024.0]))
    assert got.notna().tolist() == [False, alike]


@settings(deadline=None)
@given(st.lists(st.tuples(st.text(max_size=40), st.sampled_from([2023.0, 2024.0, float("nan")])), max_size=8))
def test_a_lesson_is_only_ever_like_an_earlier_one(rows):
    texts, years = (
        pd.Series([row[0] for row in rows], dtype="str"),
        pd.Series([row[1] for row in rows], dtype="float64"),
    )
    for label, other in likest_earlier(texts, years).dropna().items():
        assert years[other] < years[label]


def decision(name, subject, *, about="initiative", choice="continue", on=date(2025, 1, 16), **told):
    return Decision(id=name, on=on, by="Ann", about=about, subject=subject, choice=choice, reason="so", **told)


SCORES = pd.DataFrame({
    "kpi_id": ["csat", "days", "new"], "name": ["Satisfaction", "Days", "New"], "unit": ["%", "days", "%"],
    "decimals": [1.0, 1.0, 0.0], "change": [3.85, -0.56, np.nan],
})  # fmt: skip
KPIS = pd.DataFrame({"kpi_id": ["csat", "days", "new"], "target": [82.0, 5.6, 40.0]})


@pytest.mark.parametrize(
    ("expects", "moved"),
    [
        ({"csat": 3.9}, "as predicted"),  # 3.85 is published as 3.9
        ({"csat": 4.0}, "less than predicted"),
        ({"csat": -1.0}, "the other way"),
        ({"days": -0.6}, "as predicted"),
        ({"days": -0.7}, "less than predicted"),
        ({"new": 5.0}, "not known"),
        ({"retired": 5.0}, "not known"),
    ],
)
def test_a_kpi_moved_as_predicted_at_the_decimals_that_are_published(expects, moved):
    got = follow_up([decision("D1", "I1", expects=expects)], SCORES, KPIS, AS_OF)
    assert got["moved"].item() == moved


def test_a_change_that_rounds_to_nothing_is_none():
    still = SCORES.assign(change=[0.04, 0.0, 0.0])
    assert follow_up([decision("D1", "I1", expects={"csat": 1.0})], still, KPIS, AS_OF)["moved"].item() == "not at all"


def test_what_became_of_a_decision_is_said_by_the_latest_entry_up_to_the_day():
    entries = [
        decision("D1", "I1", due=date(2025, 6, 30)),
        decision("D2", "I2", due=date(2025, 6, 30)),
        decision("D3", "I3", due=date(2025, 6, 30)),
        decision("D4", "D1", about="decision", choice="open", on=date(2025, 7, 1), due=date(2026, 3, 31)),
        decision("D5", "D2", about="decision", choice="done", on=date(2025, 5, 1)),
        decision("D6", "D3", about="decision", choice="done", on=date(2026, 1, 2)),
    ]
    got = follow_up(entries, SCORES, KPIS, AS_OF).set_index("decision_id")
    assert got["status"].to_dict() == {"D1": "open", "D2": "done", "D3": "open"}
    assert got["overdue"].to_dict() == {"D1": False, "D2": False, "D3": True}
    assert got.loc["D2", "settled_on"] == pd.Timestamp("2025-05-01")


def test_a_later_decision_replaces_an_earlier_one_and_a_target_that_holds_is_done():
    entries = [
        decision("D1", "I1"),
        decision("D2", "csat", about="target", choice="82"),
        decision("D3", "days", about="target", choice="5.0"),
        decision("D4", "I1", choice="stop"),
    ]
    got = follow_up(entries, SCORES, KPIS, AS_OF)
    assert got[["decision_id", "status"]].to_numpy().tolist() == [["D2", "done"], ["D3", "open"], ["D4", "open"]]


def test_a_decided_target_is_told_in_the_unit_of_its_kpi_with_the_digits_that_were_decided():
    kpis = {
        "m": {"unit": "£ m", "decimals": 2.0},
        "p": {"unit": "%", "decimals": 0.0},
        "x": {"unit": "", "decimals": np.nan},
    }
    told = [
        decided_words({"about": "target", "subject": one, "choice": choice}, {"m": "Attendances"}, kpis)
        for one, choice in (("m", "23.5"), ("p", "99.5"), ("x", "7.25"), ("gone", "3"))
    ]
    assert [line.replace("\u00a0", " ").replace("\u202f", " ") for line in told] == [
        "Target of Attendances: £23.50 m", "Target of p: 99.5 %", "Target of x: 7.25", "Target of gone: 3",
    ]  # fmt: skip
    assert decided_words({"about": "initiative", "subject": "m", "choice": "stop"}, {"m": "A"}, kpis) == "Stop A"


def test_a_decision_moved_its_kpis_as_predicted_only_if_all_did():
    entries = [
        decision("D1", "I1", expects={"csat": 3.0, "days": -0.5}),
        decision("D2", "I2", expects={"csat": 3.0, "days": -2.0}),
        decision("D3", "I3"),
        decision("D4", "D1", about="decision", choice="done"),
    ]
    got = follow_up(entries, SCORES, KPIS, AS_OF)
    assert past_decisions_lead(got, "2024") == (
        "Of 3 decisions in the review of 2024, 1 is done and 2 open; "
        "of 2 that said which KPI they were to move, 1 moved it as predicted."
    )
    assert follow_up([], SCORES, KPIS, AS_OF).empty
