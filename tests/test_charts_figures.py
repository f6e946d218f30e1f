"""How numbers are written: worked by hand, since every document repeats them."""

import math

import numpy as np
import pandas as pd
import pytest

from review_kit.model import figures
from review_kit.model.figures import DASH, MINUS, NO_BREAK, THIN


@pytest.mark.parametrize("absent", [None, math.nan, np.nan, pd.NA, pd.NaT, math.inf, "12"])
def test_what_is_not_known_is_an_en_dash_everywhere(absent):
    written = [
        figures.number(absent),
        figures.number(absent, 2),
        figures.signed(absent),
        figures.percent(absent),
        figures.signed_percent(absent),
        figures.percentage_points(absent),
        figures.compact(absent),
        figures.money(absent, "$"),
        figures.with_unit(absent, "hours"),
        figures.span(absent, absent),
    ]
    assert written == [DASH] * len(written)


@pytest.mark.parametrize(
    ("value", "decimals", "text"),
    [
        (0, None, "0"),
        (1234567, None, f"1{THIN}234{THIN}567"),
        (1234.5, 1, f"1{THIN}234.5"),
        (-3, 0, f"{MINUS}3"),
        (-0.4, 0, "0"),  # never a negative nothing
        (2.675, 2, "2.68"),  # half away from zero, though the binary value lies below
        (-0.5, 0, f"{MINUS}1"),
        (12.0, 1, "12.0"),  # one precision a column
        (12.345, None, "12.3"),
        (0.00123, None, "0.00123"),
        (999.6, None, f"1{THIN}000"),
        (1250, -2, f"1{THIN}300"),
        (np.int64(5), None, "5"),
        (np.float64(0.5), None, "0.5"),
        (1e22, 0, THIN.join(["10", *["000"] * 7])),
    ],
)
def test_a_number_has_thin_spaces_a_true_minus_and_the_decimals_asked_for(value, decimals, text):
    assert figures.number(value, decimals) == text


def test_a_change_shows_its_sign_unless_it_rounds_to_nothing():
    assert figures.signed(1.25, 1) == "+1.3"
    assert figures.signed(-1.25, 1) == f"{MINUS}1.3"
    assert figures.signed(0.04, 1) == figures.signed(-0.04, 1) == "0.0"


def test_percent_rounds_the_share_that_people_see_and_not_its_binary_shadow():
    assert figures.percent(0.285) == f"29{THIN}%"  # 0.285 * 100 is 28.499999999999996
    assert figures.percent(0.75) == f"75{THIN}%"
    assert figures.percent(1.005, 1) == f"100.5{THIN}%"
    assert figures.signed_percent(-0.2) == f"{MINUS}20{THIN}%"


@pytest.mark.parametrize(
    ("probability", "told"),
    [(0.0, "0 %"), (0.004, "< 1 %"), (0.0051, "1 %"), (0.0151, "2 %"), (0.99, "99 %"), (0.9951, "> 99 %"),
     (1.0, "100 %"), (None, "–")],
)  # fmt: skip
def test_a_chance_is_only_called_nought_or_whole_where_it_is(probability, told):
    assert figures.chance_told(probability).replace("\u202f", " ") == told


def test_percentage_points_are_told_apart_from_percent():
    assert figures.percentage_points(0.02) == f"+2{NO_BREAK}percentage points"
    assert figures.percentage_points(-0.01) == f"{MINUS}1{NO_BREAK}percentage point"


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (950, "950"),
        (999.6, f"1{THIN}k"),
        (1000, f"1{THIN}k"),
        (1234567, f"1.23{THIN}m"),
        (999_999, f"1{THIN}m"),
        (-4.5e9, f"{MINUS}4.5{THIN}bn"),
        (2.5e12, f"2.5{THIN}trn"),
        (0.05, "0.05"),
        (0, "0"),
    ],
)
def test_compact_keeps_three_digits_and_rounds_before_it_chooses_the_scale(value, text):
    assert figures.compact(value) == text


def test_money_stands_with_its_sign_or_its_code():
    assert figures.money(1_200_000, "$") == f"$1.2{THIN}m"
    assert figures.money(-340_000, "€") == f"{MINUS}€340{THIN}k"
    assert figures.money(1_200_000, "CHF") == f"CHF{THIN}1.2{THIN}m"
    assert figures.money(1_234_567, "$", exact=True) == f"$1{THIN}234{THIN}567"


@pytest.mark.parametrize(
    ("value", "unit", "decimals", "sign", "text"),
    [
        (12.5, "%", 1, False, f"12.5{THIN}%"),
        (36, "hours", 0, False, f"36{NO_BREAK}hours"),
        (10.4, "$m", 1, False, f"$10.4{THIN}m"),
        (-10.4, "$", 1, True, f"{MINUS}$10.4"),
        (2, "pp", 0, True, f"+2{NO_BREAK}pp"),
        (227.6, "EUR m", 1, False, f"EUR{THIN}227.6{THIN}m"),
        (-3, "EUR", 0, True, f"{MINUS}EUR{THIN}3"),
        (3, "CHF/month", 0, True, f"+CHF{THIN}3/month"),
        (411, "SEK per head", 0, False, f"SEK{THIN}411{NO_BREAK}per head"),
        (0.04, "EUR", 1, True, f"EUR{THIN}0.0"),
        (50, "kEUR", 0, False, f"50{NO_BREAK}kEUR"),
        (50, "NPS points", 0, False, f"50{NO_BREAK}NPS points"),
        (5, "FTE", 0, False, f"5{NO_BREAK}FTE"),
        (5, "CADs", 0, False, f"5{NO_BREAK}CADs"),
        (7, "", None, False, "7"),
    ],
)
def test_a_unit_stands_where_people_write_it(value, unit, decimals, sign, text):
    assert figures.with_unit(value, unit, decimals, sign=sign) == text


def test_a_span_may_be_open_at_one_end():
    assert figures.span(80, 90, "%") == f"80{DASH}90{THIN}%"
    assert figures.span(80, 90, "EUR m") == f"EUR{THIN}80{DASH}90{THIN}m"
    assert figures.span(80, 90, "$") == f"$80{DASH}90"
    assert figures.span(None, 9, "EUR") == f"≤{THIN}EUR{THIN}9"
    assert figures.span(-5, 5) == f"{MINUS}5{THIN}{DASH}{THIN}5"
    assert figures.span(80, None) == f"≥{THIN}80"
    assert figures.span(None, 9) == f"≤{THIN}9"


def test_nouns_are_counted_in_english():
    counted = [figures.plural(1, "KPI"), figures.plural(3, "opportunity"), figures.plural(0, "risk")]
    assert counted == ["1 KPI", "3 opportunities", "no risks"]
    assert figures.plural(2, "person", "people") == "2 people"
    assert figures.plural(2, "loss") == "2 losses"


@pytest.mark.parametrize(
    ("count", "total", "told"),
    [
        (2, 5, "2 of 5 replies"), (0, 1, "0 of 1 reply"), (1, 1, "the only reply"), (2, 2, "both replies"),
        (3, 3, "all 3 replies"), (0, 0, "0 of no replies"),
    ],
)  # fmt: skip
def test_what_holds_of_every_one_is_not_told_as_a_part(count, total, told):
    assert figures.part_of(count, total, "reply") == told


@pytest.mark.parametrize(
    ("value", "other", "decimals", "apart"),
    [
        (200.0, 173.5, 0, 26.0),  # told as 200 and 174
        (75.53, 81.27, 0, -5.0),  # 76 and 81: 5.74 apart, and 5 to whoever reads both
        (94.56, 93.34, 1, 1.3),  # told as 94.6 and 93.3; 1.22 apart
        (12.14, 10.0, None, 2.1),  # told as 12.1 and 10
        (3.0, 3.0, 2, 0.0),
    ],
)
def test_a_difference_is_that_of_the_figures_as_they_are_printed(value, other, decimals, apart):
    assert figures.printed_difference(value, other, decimals) == pytest.approx(apart)


def test_a_list_reads_as_a_sentence():
    assert figures.listed([]) == ""
    assert figures.listed(["a"]) == "a"
    assert figures.listed(["a", "b", "c"]) == "a, b and c"
    assert figures.listed(["a", "b"], "or") == "a or b"


def test_one_precision_serves_a_whole_column():
    assert figures.natural_decimals(1, 2, None) == 0
    assert figures.natural_decimals(0.5, 12.25) == 1
    assert figures.natural_decimals(0.0123) == 4
    assert figures.natural_decimals() == 0


def test_scores_are_written_in_points_of_100():
    assert [figures.score(value) for value in (0.87, 1.0, 0.845, -0.004, None)] == ["87", "100", "85", "0", DASH]
    assert [figures.score_change(value) for value in (0.04, -0.09, 0.001, None)] == ["+4", f"{MINUS}9", "0", DASH]


def test_a_score_just_short_of_the_target_is_not_written_as_met():
    written = [figures.score(value) for value in (0.9949, 0.996, 0.9995, 0.99996, 0.9999999, 1.004)]
    assert written == ["99", "99.6", "99.95", "100", "100", "100"]


def test_labels_are_brief_from_a_million_on():
    assert figures.brief(999_999, "$", 0) == f"$999{THIN}999"
    assert figures.brief(83_200_000, "$") == f"$83.2{THIN}m"
    assert figures.brief(83_200_000, "EUR") == f"EUR{THIN}83.2{THIN}m"
    assert figures.brief(-1.2e9, "tonnes") == f"{MINUS}1.2{THIN}bn{NO_BREAK}tonnes"
    assert figures.brief(None, "$") == DASH


def test_a_plain_count_needs_no_unit_beside_it():
    told = [figures.with_unit(value, unit) for value, unit in ((656, "number"), (656, "Count"), (7, "trees"))]
    assert tuple(told) == ("656", "656", "7\u00a0trees")
