"""The scorecard: one row a KPI, grouped, with what is known of each and nothing that is known of none."""

import re

import numpy as np
import pytest
from documents import history, rollup, scores

from review_kit.errors import UsageError
from review_kit.model.figures import NO_BREAK, THIN
from review_kit.tables_view import scorecard


def heads(html):
    return re.findall(r'<th scope="col" class="(\w+)">', html)


def test_every_kpi_stands_under_its_objective_with_the_objectives_score():
    html = scorecard(scores(4), rollup=rollup()).html
    grow, delight = html.split("<tbody>")[1:]
    assert re.findall(r"Measure \d", grow) == ["Measure 0", "Measure 2"]
    assert re.findall(r"Measure \d", delight) == ["Measure 1", "Measure 3"]
    assert re.search(r">Grow<small>score 90 of 100, 2.KPIs ", grow)
    assert re.search(r">Delight<small>2.KPIs ", delight)


def test_each_row_has_its_own_decimals_and_unit():
    frame = scores(2, unit=["%", "hours"], decimals=[1.0, 0.0], actual=[90.0, 36.0], target=[95.0, 40.0])
    html = scorecard(frame).html
    assert f'<td class="actual">90.0{THIN}%</td>' in html
    assert '<td class="actual">36</td>' in html
    assert "<b>Ben</b> · hours" in html


@pytest.mark.parametrize(
    ("columns", "text"),
    [
        ({"direction": "higher"}, f"≥{THIN}95.0{THIN}%"),
        ({"direction": "lower"}, f"≤{THIN}95.0{THIN}%"),
        ({"direction": "lower", "strict": True}, f"&lt;{THIN}95.0{THIN}%"),
        ({"direction": "higher", "strict": True}, f"&gt;{THIN}95.0{THIN}%"),
        ({"direction": "higher", "target_origin": "computed"}, f"≥{THIN}95.0{THIN}%<sup>c</sup>"),
        ({"direction": "range", "target": np.nan, "target_low": 80.0, "target_high": 90.0}, f"80.0–90.0{THIN}%"),
        ({"direction": "", "target": 95.0}, f"95.0{THIN}%"),
        ({"direction": "higher", "target": np.nan}, "–"),
    ],
)
def test_a_target_says_on_which_side_it_is_met(columns, text):
    assert f'<td class="target">{text}</td>' in scorecard(scores(1, **columns)).html


def test_an_actual_is_marked_as_read_computed_or_rolled_up_and_another_way_to_score_is_named():
    frame = scores(3, origin=["read", "computed", "rolled up"], scored_by=["", "scored by achievement bands", ""])
    html = scorecard(frame).html
    marks = re.findall(r"<td class=\"actual\">[^<]*<sup>(.)</sup>", html)
    assert sorted(marks) == ["c", "r", "Σ"]
    assert html.count("scored by achievement bands") == 1


def test_the_score_of_an_objective_is_marked_as_rolled_up():
    html = scorecard(scores(4), rollup=rollup().assign(origin="rolled up")).html
    assert re.search(r">Grow<small>score 90<sup>Σ</sup> of 100, 2.KPIs ", html)


def test_differences_of_percentages_are_percentage_points():
    html = scorecard(scores(1)).html
    assert f'<td class="gap">−5.0{NO_BREAK}pp</td>' in html
    assert "in percentage points (pp)" in html


def test_gap_and_change_are_what_the_figures_beside_them_give():
    one = scores(1).assign(
        unit="interfaces", decimals=0.0, direction="lower", actual=200.0, target=173.5, gap=26.5, previous_actual=219.4,
        change=-19.4,
    )  # fmt: skip
    html = scorecard(one).html
    assert '<td class="gap">+26</td>' in html
    assert '<td class="change">−19</td>' in html
    unpublished = one.assign(actual=12.14, target=10.0, gap=2.14, decimals=np.nan)
    assert '<td class="gap">+2.1</td>' in scorecard(unpublished).html  # beside 12.1 and 10


def test_columns_that_say_nothing_of_any_kpi_are_left_out():
    assert heads(scorecard(scores(3), history=history(["k0"])).html) == [
        "name", "trend", "actual", "target", "gap", "change", "status", "signal", "outlook",
    ]  # fmt: skip
    bare = scores(3, variation="too few points", p_meet=np.nan, change=np.nan)
    made = scorecard(bare).html
    assert heads(made) == ["name", "actual", "target", "gap", "status"]
    assert "no KPI has enough periods" in made


def test_values_of_segments_are_not_drawn():
    line = history(["k0"], months=3)
    html = scorecard(scores(1), history=line.assign(segment=["", "", "North"])).html
    assert html.count('class="l" d="M3 ') == 1
    assert scorecard(scores(1), history=line.assign(segment="North")).html.count("<svg") == 0


@pytest.mark.parametrize(("count", "opens"), [(40, "all"), (41, "exceptions")])
def test_more_than_forty_rows_open_on_the_exceptions(count, opens):
    assert f'data-open="{opens}"' in scorecard(scores(count)).html


def test_without_script_every_row_is_there_and_the_filters_are_not():
    html = scorecard(scores(60)).html
    assert html.count('<th scope="row">') == 60
    assert re.search(r'<form class="filters" hidden', html)
    assert not re.search(r"<tr[^>]* hidden", html)


def test_a_thousand_rows_stay_light_and_quick():
    frame = scores(1139)
    made = scorecard(frame, history=history(frame["kpi_id"], months=24))
    assert made.n_rows == 1139
    assert len(made.html) / 1139 < 700  # bytes a row, sparkline included


def test_kpis_without_objectives_stand_in_one_body():
    html = scorecard(scores(3, objective_id=np.nan)).html
    assert html.count("<tbody>") == 1
    assert "rowgroup" not in html


def test_scores_that_lack_a_column_are_refused():
    with pytest.raises(UsageError, match="the scores have no column 'status'"):
        scorecard(scores(2).drop(columns="status"))


def test_names_lead_to_the_pages_of_their_kpis():
    assert '<a href="#kpi-k0">Measure 0</a>' in scorecard(scores(1)).html
    assert "<a " not in scorecard(scores(1), link_kpis=False).html
