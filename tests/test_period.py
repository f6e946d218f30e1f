from datetime import date

import pytest

from review_kit.errors import UsageError
from review_kit.model.period import Calendar, Checkpoint, Rhythm, split_checkpoint

FISCAL = Calendar(date(2022, 7, 1), date(2023, 6, 30), 2023)


def test_a_checkpoint_name_is_a_cycle_and_perhaps_a_quarter_or_a_month():
    assert split_checkpoint("2025") == ("2025", "")
    assert split_checkpoint("2025-Q3") == ("2025", "Q3")
    assert split_checkpoint("nyc-2023-09") == ("nyc-2023", "09")
    assert split_checkpoint("2025-26") == ("2025-26", "")


def test_the_third_quarter_of_a_calendar_year_ends_in_september(calendar):
    checkpoint = Checkpoint.of_cycle("2025", calendar, "Q3")
    assert (checkpoint.as_of, checkpoint.months_elapsed) == (date(2025, 9, 30), 9)
    assert checkpoint.title == "Third quarter of 2025"
    assert checkpoint.rhythm is Rhythm.QUARTERLY


def test_a_fiscal_year_is_called_by_its_number_and_ends_in_june():
    checkpoint = Checkpoint.of_cycle("nyc-2023", FISCAL)
    assert (checkpoint.title, checkpoint.as_of) == ("Year 2023", date(2023, 6, 30))
    assert FISCAL.cycle_year(2016).start == date(2015, 7, 1)
    assert FISCAL.year_of(date(2015, 6, 30)) == 2015
    assert FISCAL.year_of(date(2015, 7, 1)) == 2016


@pytest.mark.parametrize(
    ("suffix", "day"), [("09", date(2022, 9, 30)), ("02", date(2023, 2, 28)), ("Q1", date(2022, 9, 30))]
)
def test_months_and_quarters_of_a_fiscal_year_lie_in_that_year(suffix, day):
    assert Checkpoint.of_cycle("nyc-2023", FISCAL, suffix).as_of == day


def test_a_cycle_called_by_its_first_year_shows_both_years():
    across = Calendar(date(2025, 4, 1), date(2026, 3, 31), 2025)
    assert Checkpoint.of_cycle("2025-26", across).title == "Year 2025/26"


def test_quarters_and_years_of_any_cycle_are_called_as_the_cycle_is():
    across = Calendar(date(2025, 4, 1), date(2026, 3, 31), 2025)
    assert [across.words(label) for label in ("2024", "2024-Q4", "2025-03")] == ["2024/25", "Q4 2024/25", "March 2025"]
    assert [FISCAL.words(label) for label in ("2022", "2022-Q1")] == ["2022", "Q1 2022"]


def test_a_calendar_that_is_not_twelve_whole_months_is_refused_with_the_right_end():
    with pytest.raises(UsageError, match="2025-12-31"):
        Calendar(date(2025, 1, 1), date(2025, 12, 30), 2025)


def test_an_unknown_suffix_is_refused_with_examples(calendar):
    with pytest.raises(UsageError, match="2025-Q1 to 2025-Q4"):
        Checkpoint.of_cycle("2025", calendar, "Q5")
