"""The recipes of docs/scheduling.md can be read by what they are for, and call the command as it is."""

import ast
import configparser
import json
import re

import pytest
import yaml
from click.testing import CliRunner
from schedules import tiny_workspace, write_params
from workspaces import REPOSITORY

from review_kit.cli import main
from review_kit.params import load_params
from review_kit.schedule.calendar import State
from review_kit.schedule.trigger import GRAVEST_FIRST

PAGE = (REPOSITORY / "docs" / "scheduling.md").read_text(encoding="utf-8")


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def test_python_yaml_json_and_unit_files_can_be_read():
    assert [type(ast.parse(block)) for block in blocks("python")] == [ast.Module] * 2
    assert [json.loads(block)["language"] for block in blocks("json")] == ["python"]
    sections = []
    for block in blocks("ini"):
        unit = configparser.ConfigParser(strict=True)
        unit.read_string(block)
        sections.append(unit.sections())
    assert sections == [["Unit", "Service"], ["Unit", "Timer", "Install"]]
    workflow = yaml.safe_load(blocks("yaml")[1])
    steps = workflow["jobs"]["due"]["steps"]
    assert "review due" in [step.get("run") for step in steps]


def test_every_call_of_the_command_is_one_that_it_understands(tmp_path):
    calls = re.findall(r"review(?:\.exe)? due((?: --[a-z-]+(?: [0-9]{4}-[0-9-]+)?)*)", PAGE)
    assert len(calls) >= 8
    workspace = tiny_workspace(tmp_path / "workspace", 2025, more="schedule: none\n")
    for options in {call.replace("--workspace", "").replace("--test-alert", "") for call in calls}:
        done = CliRunner().invoke(
            main, ["due", *options.split(), "--workspace", str(workspace)], catch_exceptions=False
        )
        assert done.exit_code == 0, options


def test_the_params_of_the_page_are_read_as_it_says(tmp_path):
    params = load_params(write_params(tmp_path, 2025, blocks("yaml")[0]))
    assert (params.schedule.monthly, params.schedule.quarterly, params.schedule.annual) == (10, 15, 30)
    assert params.alerts == ("REVIEW_ALERT",)
    default = load_params(write_params(tmp_path, 2025)).schedule
    said = re.search(r"`(\{monthly: \d+, quarterly: \d+, annual: \d+\})`", PAGE)[1]
    assert said == f"{{monthly: {default.monthly}, quarterly: {default.quarterly}, annual: {default.annual}}}"


def test_every_state_is_explained():
    rows = re.findall(r"^\| ([a-z, ]+) \| [^|]+ \|[^|]*\|$", PAGE.split("## How a checkpoint stands")[1], re.MULTILINE)
    assert [row for row in rows if row != "state"] == [state.value for state in State]


def test_the_order_of_exit_codes_is_the_one_that_is_told():
    told = re.search(r"the gravest is that of the whole: ([0-9, ]+) in this order", PAGE)[1]
    assert [int(code) for code in told.split(", ")] == [*map(int, GRAVEST_FIRST), 0]


@pytest.mark.parametrize("option", ["--dry-run", "--at", "--json", "--quiet", "--test-alert"])
def test_every_option_is_explained(option):
    assert re.search(rf"^\| `{option}[ `]", PAGE, re.MULTILINE)
    assert option in {name for parameter in main.commands["due"].params for name in parameter.opts}
