"""Tables and blocks: what stands in a cell, in words and in HTML."""

from datetime import date

import numpy as np
import pandas as pd
import pytest

from review_kit.errors import UsageError
from review_kit.model.figures import plural
from review_kit.tables_view import (
    Ask,
    Block,
    Column,
    StripItem,
    Thing,
    anchor,
    asks,
    cover,
    facts,
    kpi_page,
    note,
    paragraph,
    sparkline,
    strip,
    table,
    things,
    verdict,
)
from review_kit.tables_view.cells import cell_text
from review_kit.tables_view.html import element, safe_href, slug

THIN = "\u202f"


@pytest.mark.parametrize(
    ("column", "row", "words"),
    [
        (Column("v", "V"), {"v": "text"}, "text"),
        (Column("v", "V"), {"v": np.nan}, "–"),
        (Column("v", "V"), {"v": pd.NA}, "–"),
        (Column("v", "V", "number", 1), {"v": 1234.56}, f"1{THIN}234.6"),
        (Column("v", "V", "number", 1), {"v": None}, "–"),
        (Column("v", "V", "number", "d"), {"v": 2.0, "d": 2.0}, "2.00"),
        (Column("v", "V", "number", "d", unit_key="u"), {"v": 2.5, "d": 1, "u": "%"}, f"2.5{THIN}%"),
        (Column("v", "V", "signed", 1), {"v": 2.0}, "+2.0"),
        (Column("v", "V", "signed", 1), {"v": -2.0}, "−2.0"),
        (Column("v", "V", "percent"), {"v": 0.754}, f"75{THIN}%"),
        (Column("v", "V", "money", unit="$"), {"v": 2_400_000.0}, f"2.4{THIN}m"),  # the heading says $
        (Column("v", "V", "money", unit_key="u"), {"v": 2_400_000.0, "u": "$"}, f"$2.4{THIN}m"),
        (Column("v", "V", "date"), {"v": pd.Timestamp("2025-12-31")}, "31 Dec 2025"),
        (Column("v", "V", "date"), {"v": pd.NaT}, "–"),
        (Column("v", "V", "date"), {"v": "next spring"}, "next spring"),
        (Column("v", "V", "status"), {"v": "off target"}, "Off target"),
        (Column("v", "V", "signal"), {"v": np.nan}, "–"),
        (Column("v", "V", "outlook"), {"v": 0.86}, f"Likely, 86{THIN}%"),
        (Column("v", "V", "outlook"), {"v": 0.2}, f"Unlikely, 20{THIN}%"),
        (Column("v", "V", "list"), {"v": "a; b;"}, "a; b"),
        (Column("v", "V", "sparkline"), {"v": [1, 2]}, "2 values"),
    ],
)
def test_a_cell_in_plain_words(column, row, words):
    assert cell_text(column, row) == words


def test_a_column_of_numbers_has_one_precision():
    frame = pd.DataFrame({"k": ["a", "b"], "v": [1.0, 12.345]})
    html = table(frame, [Column("k", "K"), Column("v", "V", "number")], key="x").html
    assert '<td class="number" data-label="V">1.0</td>' in html
    assert '<td class="number" data-label="V">12.3</td>' in html


def test_text_in_a_column_of_numbers_is_refused():
    with pytest.raises(UsageError, match="column 'v' of kind 'number' holds 'n/a'"):
        table(pd.DataFrame({"v": ["n/a"]}), [Column("v", "V", "number", 0)], key="x")


def test_a_column_that_the_frame_lacks_is_refused():
    with pytest.raises(UsageError, match=r"table 'x': the frame has no column 'owner'\.\nHint: it has name\."):
        table(pd.DataFrame({"name": ["a"]}), [Column("owner", "Owner")], key="x")


def test_a_table_without_rows_says_so():
    made = table(pd.DataFrame({"k": []}), [Column("k", "K")], key="x", empty="No risk is open.")
    assert "<table" not in made.html
    assert "No risk is open." in made.html
    assert repr(made) == "No risk is open."


def test_rows_stand_under_the_heading_of_their_group_and_the_chosen_one_stands_out():
    frame = pd.DataFrame({"k": ["a", "b", "c"], "g": ["G1", "G1", "G2"], "s": [True, False, False]})
    html = table(frame, [Column("k", "K")], key="x", group="g", strong="s").html
    assert html.count("<tbody>") == html.count('scope="rowgroup"') == 2
    assert html.count('<tr class="strong">') == 1


def test_a_table_in_words_shows_the_first_twenty_rows():
    frame = pd.DataFrame({"k": [f"row {number}" for number in range(23)]})
    words = repr(table(frame, [Column("k", "K")], key="x", caption="Rows")).splitlines()
    assert words[:3] == ["Rows", "K", "row 0"]
    assert words[-1] == f"… and {plural(3, 'more row')}"
    assert len(words) == 23


def test_a_column_may_hold_pieces():
    frame = pd.DataFrame({"k": ["a"], "p": [Block("<b>bold</b>", "bold")]})
    made = table(frame, [Column("k", "K"), Column("p", "P", "piece")], key="x")
    assert '<td data-label="P"><b>bold</b></td>' in made.html
    assert "a | bold" in repr(made)


@pytest.mark.parametrize(
    ("text", "made"),
    [("Order-to-shelf time", "order-to-shelf-time"), ("Qualität über 4,5", "qualitat-uber-4-5"), ("日本", "x")],
)  # fmt: skip
def test_a_slug_may_stand_in_an_address(text, made):
    assert slug(text) == made


def test_an_anchor_is_the_same_wherever_it_is_made():
    page = kpi_page(key="CSAT 1", name="Satisfaction", conclusion="It rose.")
    assert anchor("kpi", "CSAT 1") == "kpi-csat-1"
    assert 'id="kpi-csat-1"' in page.html


@pytest.mark.parametrize(
    "address", ["javascript:x", " java\tscript:x", "JAVASCRIPT:x", "data:text/html,x", "vbscript:x"]
)
def test_an_address_that_could_run_something_is_none(address):
    assert safe_href(address) == ""


@pytest.mark.parametrize("address", ["#kpi-a", "https://a.org/?b=c", "mailto:a@b.org", "scorecard.xlsx", "a/b:c"])
def test_an_address_that_only_leads_somewhere_stays(address):
    assert safe_href(address) == address


def test_an_element_escapes_children_and_attributes_and_closes_no_void_tag():
    assert element("p", "a < b", class_="", title='"x"') == '<p title="&#34;x&#34;">a &lt; b</p>'
    assert element("input", type="search", hidden=True, name=None) == '<input type="search" hidden>'


def test_scores_on_page_one_are_out_of_100():
    words = repr(verdict("It went well.", score=0.784, change=0.036, since="2024"))
    assert words == "It went well.\nScore 78 of 100, +4 points since 2024"


@pytest.mark.parametrize(
    ("change", "words"),
    [(0.01, "+1 point"), (-0.012, "−1 point"), (0.004, "unchanged"), (-0.05, "−5 points"), (None, None)],
)
def test_a_change_of_score_is_said_in_points(change, words):
    said = repr(strip([StripItem(name="Grow", score=0.5, change=change)]))
    assert said.splitlines()[1] == ("- Grow: 50" + (f", {words}" if words else ""))


def test_an_objective_without_a_score_is_said_to_have_none():
    assert "- Grow: not scored" in repr(strip([StripItem(name="Grow")]))


def test_that_there_is_no_earlier_score_is_said_only_beside_those_that_have_one():
    first = [StripItem(name="Grow", score=0.5), StripItem(name="Save", score=0.6)]
    assert "No earlier score" not in strip(first).html
    assert strip([*first, StripItem(name="Learn", score=0.7, change=0.1)]).html.count("No earlier score") == 2


def test_many_objectives_are_set_as_lines():
    items = [StripItem(name=f"Goal {number}", score=0.5) for number in range(13)]
    assert 'class="strip-lines"' in strip(items).html
    assert 'class="strip-lines"' not in strip(items[:12]).html


@pytest.mark.parametrize(
    ("count", "title"), [(1, "One thing to know"), (5, "Five things to know"), (9, "9 things to know")]
)
def test_the_title_counts_the_things(count, title):
    assert repr(things([Thing(headline="x")] * count)).startswith(title)


def test_an_ask_names_who_decides_and_by_when():
    words = repr(asks([Ask(decision="Re-plan.", owner="CIO", due=date(2026, 2, 15)), Ask(decision="Agree.")]))
    assert words.splitlines()[1:] == ["- Re-plan. (CIO, 15 Feb 2026)", "- Agree."]


def test_blocks_say_in_a_console_what_they_say_on_a_page():
    assert repr(facts([("Actual", "8 %")])) == "Actual: 8 %"
    assert repr(note("Two figures are preliminary.", "warning")) == "Please note. Two figures are preliminary."
    assert repr(paragraph("One.\n\nTwo.")) == "One.\n\nTwo."
    assert paragraph("One.\n\nTwo.").html.count("<p>") == 2
    assert repr(cover("Org", "Review", period="Year 2025")) == "Org\nReview\nYear 2025"


def test_a_sparkline_draws_the_last_24_values_with_gaps_and_its_target():
    drawn = sparkline([*range(30), np.nan, 31], target=10).html
    assert drawn.count("M") == 3  # the target, the line, and the line after the gap
    assert '<path class="t"' in drawn
    assert 'role="img" aria-label="23 values, the last 31"' in drawn


@pytest.mark.parametrize("values", [[], [np.nan], [None]])
def test_a_sparkline_of_nothing_draws_nothing(values):
    assert sparkline(values).html == ""


def test_a_flat_line_lies_in_the_middle():
    assert 'd="M3 20l77 0 77 0"' in sparkline([5, 5, 5]).html
