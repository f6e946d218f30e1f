"""Decisions: what people settled, read as strictly as parameters."""

from datetime import date

import pytest

from review_kit.decisions import Decision, load_decisions
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
