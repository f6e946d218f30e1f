"""Reviews of very many KPIs: what a page still shows, and that what is worked out for it alone is the same."""

import subprocess
import sys

import pandas as pd
import pytest
from workspaces import REPOSITORY

from review_kit import charts
from review_kit.charts.quadrant import _bubbles, _named
from review_kit.desk import open_cycle
from review_kit.desk.rows import MOST_LISTED
from review_kit.desk.stored import StoredTables
from review_kit.errors import UsageError
from review_kit.store import write_table

KPIS = MOST_LISTED + 100


@pytest.fixture(scope="module")
def workspace(tmp_path_factory):
    folder = tmp_path_factory.mktemp("many")
    script = REPOSITORY / "benchmarks" / "workspaces.py"
    subprocess.run([sys.executable, str(script), f"{KPIS}x12", str(folder)], check=True, stdout=subprocess.DEVNULL)
    return folder


@pytest.fixture(scope="module")
def review(workspace):
    return open_cycle("2025", workspace=workspace).review


def test_the_scorecard_of_very_many_kpis_lists_the_costliest_and_says_where_the_others_are(workspace):
    desk = open_cycle("2025", workspace=workspace)
    drawn = desk.scoring.scorecard()
    assert drawn.n_rows == MOST_LISTED
    assert "100 more KPIs are in the table of scores that comes with this report" in drawn.html
    scores = desk.review.scores
    lost = (1.0 - scores["score"]).clip(lower=0.0, upper=1.0).fillna(0.0)
    cost = lost * scores["kpi_id"].map(desk.review.strategy_weights)
    is_listed = scores["kpi_id"].map(lambda kpi_id: f'href="#kpi-{kpi_id.lower()}"' in drawn.html)
    assert is_listed.sum() == MOST_LISTED
    assert cost[is_listed].min() >= cost[~is_listed].max()
    [said, *_] = desk.scoring.kpi_pages()
    assert "the table of scores has all of them" in said.html


def test_a_kpi_looked_at_alone_has_the_points_and_goals_that_it_has_among_all(review, workspace):
    chosen = ["K00003", "K00017", f"K{KPIS - 1:05d}"]
    part = open_cycle("2025", workspace=workspace).review.history.part(chosen)
    assert set(part.series["kpi_id"]) == set(chosen)
    for kpi_id in chosen:
        whole = review.history.points_of(kpi_id).reset_index(drop=True)
        assert len(whole) > 0
        pd.testing.assert_frame_equal(part.points_of(kpi_id).reset_index(drop=True), whole)
        pd.testing.assert_series_equal(part.period_goals.loc[kpi_id], review.history.period_goals.loc[kpi_id])


def test_of_very_many_initiatives_the_timeline_draws_those_that_slip_furthest(review):
    initiatives = review.initiatives
    assert len(initiatives) > 40
    chart = charts.initiative_timeline(initiatives, review.checkpoint.as_of)
    drawn = {name for name in initiatives["name"] if name.split(":")[0] + ":" in chart.svg}
    assert len(drawn) == 20  # a page of print
    slips = initiatives.set_index("name")["slip_days"].abs()
    assert slips[list(drawn)].min() >= slips.drop(list(drawn)).max()
    assert f"{len(initiatives) - 20} that slip less are not drawn" in chart.subtitle
    assert len(chart.data) == len(initiatives)


def test_of_very_many_initiatives_the_quadrant_names_those_that_are_furthest_off_plan(review):
    bubbles, _ = _bubbles(review.initiatives)
    named = _named(bubbles)
    furthest = sorted((max(abs(one.ahead), abs(one.over)) for one in named), reverse=True)
    assert len(named) == 24
    assert furthest[-1] >= max(max(abs(one.ahead), abs(one.over)) for one in bubbles if one not in named)
    assert "those closer to plan are not named" in charts.initiative_quadrant(review.initiatives).subtitle


def test_of_very_many_new_targets_the_words_tell_those_that_are_drawn(review):
    proposals = review.proposals
    many = pd.concat([proposals, proposals.assign(kpi_id=proposals["kpi_id"] + "b")], ignore_index=True)
    chosen = many[many["chosen"].astype(bool)]
    same = chosen["candidate"].eq(chosen["old_target"]) | chosen["candidate"].isna()  # a band that holds has none
    stay = same & chosen["flags"].fillna("").eq("")
    chart = charts.target_changes(many, review.scores)
    left = f"{len(chosen) - int(stay.sum()) - 20:,}".replace(",", "\u202f")
    assert f"; not drawn: {left} more" in chart.subtitle
    assert chart.alt.count("→") == 20
    assert len(chart.data) == 2_000


def test_a_table_that_nobody_asks_for_is_not_read(tmp_path):
    write_table(pd.DataFrame({"a": [1.0]}), tmp_path / "sound_one.parquet")
    (tmp_path / "broken.parquet").write_bytes(b"no table")
    tables = StoredTables(tmp_path)
    assert list(tables) == ["broken", "sound_one"]
    assert tables["sound_one"]["a"].tolist() == [1.0]
    assert tables.get("absent") is None
    with pytest.raises(UsageError, match="is not a whole Parquet file"):
        tables["broken"]


def test_a_renamed_table_is_found_by_the_name_it_has_here(tmp_path):
    write_table(pd.DataFrame({"a": [1.0]}), tmp_path / "as_read.parquet")
    tables = StoredTables(tmp_path, {"plain": "as_read", "other": "absent"})
    assert dict(tables).keys() == {"plain"}
    assert len(tables) == 1
    with pytest.raises(KeyError):
        tables["as_read"]


@pytest.mark.parametrize("module", ["review_kit.params", "review_kit.checkpoint.plan", "review_kit.schema"])
def test_parameters_and_plans_are_read_without_the_libraries_for_tables(module):
    code = f"import sys, {module}; print([name for name in ('pandas', 'numpy', 'pyarrow') if name in sys.modules])"
    told = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert told.stdout.strip() == "[]"
