"""Decisions: what people settled, read as strictly as parameters."""

import re
from dataclasses import replace
from datetime import date

import pytest

from review_kit.decisions import Decision, load_decisions, next_id, with_decision
from review_kit.errors import ParamsError

ONE = """\
decisions:
  - id: D1
    on: 2026-01-15
    by: Chief Operating Officer
    about: target
    subject: turns
    choice: 7.80
    reason: Two areas carry it.
"""


def test_a_cycle_without_decisions_has_none(tmp_path):
    assert load_decisions(tmp_path, "2025") == ()


def test_an_empty_file_says_how_one_of_decisions_starts_and_an_empty_list_is_none(tmp_path):
    path = tmp_path / "2025.decisions.yml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    with pytest.raises(ParamsError, match="Hint: start with a line such as decisions:, without a dash"):
        load_decisions(tmp_path, "2025")
    path.write_text("decisions:\n", encoding="utf-8")
    assert load_decisions(tmp_path, "2025") == ()


def test_a_decision_keeps_its_choice_as_it_was_written(tmp_path):
    (tmp_path / "2025.decisions.yml").write_text(ONE)
    assert load_decisions(tmp_path, "2025") == (
        Decision(
            id="D1",
            on=date(2026, 1, 15),
            by="Chief Operating Officer",
            about="target",
            subject="turns",
            choice="7.80",
            reason="Two areas carry it.",
        ),
    )


def test_mistakes_of_decisions_are_told_with_their_lines(tmp_path):
    second = (
        ONE.removeprefix("decisions:\n").replace("about: target", "about: taget").replace("2026-01-15", "15.1.2026")
    )
    (tmp_path / "2025.decisions.yml").write_text(ONE + second)
    with pytest.raises(ParamsError) as caught:
        load_decisions(tmp_path, "2025")
    message = str(caught.value)
    assert "line 9, key decisions[2].id: 'D1' is the id of the decision in line 2 too." in message
    assert "line 10, key decisions[2].on: '15.1.2026' is not a day" in message
    assert "line 12, key decisions[2].about: this is not one of" in message


AGREED = Decision(
    id="D-2025-07", on=date(2026, 2, 1), by='A: "B", C', about="target", subject="csat", choice="84", reason="so: #1"
)


@pytest.mark.parametrize(
    "before",
    [
        "decisions: []\n",
        "# what we decided\ndecisions:\n",
        ONE,
        "decisions:\n- {id: D-1, on: 2026-01-15, by: A, about: target, subject: x, choice: '1', reason: r}\n",
    ],
)
def test_an_entry_is_added_at_the_end_however_the_list_was_written(tmp_path, before):
    path = tmp_path / "2025.decisions.yml"
    path.write_text(before)
    text = with_decision(tmp_path, "2025", AGREED)
    assert text.startswith(before.replace(" []", "").rstrip("\n"))
    path.write_text(text)
    assert load_decisions(tmp_path, "2025")[-1] == AGREED


FOLLOWED = """\
  - id: D2
    on: 2026-06-30
    by: Chief Operating Officer
    about: decision
    subject: D1
    choice: done
    reason: It holds since January.
"""


def test_a_decision_may_say_by_when_and_what_it_is_to_move_and_an_entry_of_its_own_what_became_of_it(tmp_path):
    more = "    due: 2026-01-31\n    expects: {turns: 0.3}\n"
    (tmp_path / "2025.decisions.yml").write_text(ONE + more + FOLLOWED)
    first, then = load_decisions(tmp_path, "2025")
    assert (first.due, first.expects) == (date(2026, 1, 31), {"turns": 0.3})
    assert (then.about, then.subject, then.choice, then.due, then.expects) == ("decision", "D1", "done", None, {})


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            "subject: D1",
            "subject: D9",
            "line 13, key decisions[2].subject: no decision before this one is called 'D9'",
        ),
        ("subject: D1", "subject: D2", "no decision before this one is called 'D2'."),
        ("choice: done", "choice: finished", "'finished' is not a decision."),
        ("reason: It", "expects: {turns: 1}\n    reason: It", "a decision that was taken expects no more."),
    ],
)
def test_what_became_of_a_decision_is_read_as_strictly(tmp_path, old, new, told):
    (tmp_path / "2025.decisions.yml").write_text(ONE + FOLLOWED.replace(old, new))
    with pytest.raises(ParamsError, match=re.escape(told)):
        load_decisions(tmp_path, "2025")


def test_an_entry_keeps_its_day_and_its_prediction_when_it_is_added(tmp_path):
    path = tmp_path / "2025.decisions.yml"
    entry = replace(AGREED, due=date(2026, 6, 30), expects={"csat": 1.5})
    path.write_text(with_decision(tmp_path, "2025", entry))
    assert load_decisions(tmp_path, "2025") == (entry,)


def test_the_next_id_is_one_above_the_highest_and_not_one_above_the_count():
    assert next_id("2025", [AGREED]) == "D-2025-08"
    assert next_id("2025", []) == "D-2025-01"


@pytest.mark.parametrize(
    ("field", "value", "told"),
    [
        ("choice", "7,8", "'7,8' is not a number."),
        ("choice", "≥ 8", "is not a number."),
        ("by", "", "nothing stands"),
        ("reason", " ", "no reason is given."),
        ("about", "weather", "this is not one of 'target'"),
        ("about", "objective", "'84' is not a decision."),
    ],
)
def test_an_entry_that_says_too_little_is_refused_and_nothing_is_written(tmp_path, field, value, told):
    with pytest.raises(ParamsError, match=re.escape(told)):
        with_decision(tmp_path, "2025", replace(AGREED, **{field: value}))
    assert list(tmp_path.iterdir()) == []
