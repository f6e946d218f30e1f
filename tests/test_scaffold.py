"""`review new` makes a workspace that runs as it is, so that one's own figures can replace the example's."""

from datetime import date

import pytest
from click.testing import CliRunner
from workspaces import REPOSITORY, contents, headings, page, table

from review_kit.cli import main
from review_kit.scaffold import new_workspace
from review_kit.schema import INPUTS


def call(*arguments):
    return CliRunner().invoke(main, [str(argument) for argument in arguments], catch_exceptions=False)


@pytest.fixture
def workspace(tmp_path):
    new_workspace(tmp_path / "my-review", 2025)
    return tmp_path / "my-review"


def test_a_new_workspace_names_each_file_and_the_next_step(tmp_path):
    folder = tmp_path / "my-review"
    done = call("new", folder, "--year", "2031")
    assert done.exit_code == 0
    written = [line.removeprefix("wrote ") for line in done.stdout.splitlines() if line.startswith("wrote ")]
    notebooks = [name for name in contents(folder) if name.startswith("notebooks/")]
    others = contents(folder).keys() - set(notebooks)
    assert sorted(written) == sorted([*others, f"notebooks/ ({len(notebooks)} notebooks)"])
    assert f"  cd {folder}\n  review run 2031\n" in done.stdout


def test_without_a_year_the_first_cycle_is_this_one(tmp_path):
    this_year = date.today().year  # noqa: DTZ011 - the year where the person sits
    call("new", tmp_path / "here")
    assert [path.stem for path in (tmp_path / "here" / "params").iterdir()] == [str(this_year)]


def test_a_new_workspace_is_sound(workspace):
    done = call("check", "2025", "--workspace", workspace)
    assert done.exit_code == 0
    assert done.stdout.endswith("\nno errors, no warnings.\n")


def test_every_table_has_every_heading_so_that_nobody_has_to_look_one_up(workspace):
    for name in [path.stem for path in (workspace / "data").iterdir()]:
        assert page(workspace / "data" / f"{name}.csv").splitlines()[0].split(",") == list(INPUTS[name].columns)


def test_a_new_workspace_has_the_notebooks_of_the_package(workspace):
    ours = {path.name: path.read_bytes() for path in (REPOSITORY / "notebooks").glob("*.ipynb")}
    assert contents(workspace / "notebooks") == ours


@pytest.mark.kernel
def test_a_new_workspace_runs_as_it_is(small_review):
    scores = table(small_review, "scores").set_index("kpi_id")
    # satisfaction: mean of twelve months 967 / 12 = 80.6 for 80; resolution: 160.6 / 12 = 13.4 for < 12;
    # on time: (15 + 16 + 18 + 17) / 80 = 82.5 % for 85 %, three quarters of the way from 75
    assert scores["actual"].round(2).to_dict() == {"satisfaction": 80.58, "resolution_time": 13.38, "on_time": 82.5}
    assert scores["status"].tolist() == ["on target", "off target", "off target"]
    assert scores.loc["on_time", "score"] == pytest.approx(0.75)
    assert len(headings(page(small_review / "report.html"))) == 18


@pytest.mark.parametrize("name", ["params", "a file", ".hidden"])
def test_a_folder_that_holds_anything_is_refused_and_left_alone(tmp_path, name):
    (tmp_path / name).write_text("mine", encoding="utf-8")
    done = call("new", tmp_path)
    assert done.exit_code == 2
    assert f"{tmp_path} is not empty, and nothing in it shall be overwritten.\nHint: name a new folder." in done.stderr
    assert contents(tmp_path) == {name: b"mine"}


def test_an_empty_folder_is_filled(tmp_path):
    assert call("new", tmp_path, "--year", "2025").exit_code == 0
    assert (tmp_path / "params" / "2025.yml").is_file()
