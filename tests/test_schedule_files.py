"""What the schedule reads of a workspace before it runs anything: inputs, outputs, its memory; and the command."""

import json
import os
import re
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import pytest
from click.testing import CliRunner
from schedules import ACTUALS, arrive, day, tiny_workspace, write_params
from webhooks import listening
from workspaces import contents

from review_kit.checkpoint.lock import boot_id, hold
from review_kit.cli import main
from review_kit.cli.due import local_day
from review_kit.errors import ExitCode, UsageError
from review_kit.params import find_checkpoint
from review_kit.schedule import look, run_due
from review_kit.schedule.calendar import State
from review_kit.schedule.inputs import Arrivals
from review_kit.schedule.looking import Outputs
from review_kit.schedule.memory import LastTry, Memory, identity


@pytest.fixture
def workspace(tmp_path):
    return tiny_workspace(tmp_path / "workspace", 2025)


def due(workspace: Path, *arguments: str):
    return CliRunner().invoke(main, ["due", "--workspace", str(workspace), *arguments], catch_exceptions=False)


def missing(workspace: Path, name: str) -> str:
    return Arrivals(workspace).missing(*find_checkpoint(name, workspace / "params"))


# Inputs


@pytest.mark.parametrize(
    ("periods", "has_come", "has_not"),
    [
        (["2025-09"], ["2025-09", "2025-Q3", "2025"], ["2025-08", "2025-10", "2025-Q4"]),
        (["2025-Q3"], ["2025-09", "2025-Q3", "2025"], ["2025-07", "2025-08"]),
        (["2025"], ["2025-12", "2025-Q4", "2025"], ["2025-11", "2025-Q3"]),
        (["2024-12", "2026-01"], [], ["2025-12", "2025-01", "2025"]),
        (["2025-02-28"], ["2025-02"], ["2025-03"]),
    ],
)
def test_a_value_counts_for_the_period_in_which_its_own_ends(workspace, periods, has_come, has_not):
    arrive(workspace, *periods)
    assert [name for name in has_come if missing(workspace, name)] == []
    assert [name for name in has_not if not missing(workspace, name)] == []


def test_a_row_without_a_value_is_no_value(workspace):
    arrive(workspace, "2025-09", value="")
    told = "data/actuals.csv holds no value from 2025-09-01 to 2025-09-30."
    assert missing(workspace, "2025-09") == told


def test_a_ratio_counts_by_its_numerator(workspace):
    text = "kpi_id,period,numerator,denominator\ncsat,2025-09,8,10\ncsat,2025-10,,\n"
    (workspace / ACTUALS).write_text(text, encoding="utf-8")
    assert missing(workspace, "2025-09") == ""
    assert missing(workspace, "2025-10") != ""


def test_a_wide_table_is_looked_through_as_the_params_map_it(workspace):
    path = write_params(workspace, 2025)
    source = '{path: data/actuals.csv, columns: {kpi_id: KPI}, melt: {period: [{Aug: "2025-08"}, {Sep: "2025-09"}]}}'
    text = path.read_text(encoding="utf-8").replace("actuals: data/actuals.csv", f"actuals: {source}")
    path.write_text(text, encoding="utf-8")
    (workspace / ACTUALS).write_text("KPI,Aug,Sep\ncsat,81,\n", encoding="utf-8")
    assert missing(workspace, "2025-08") == ""
    assert missing(workspace, "2025-09") != ""


@pytest.mark.parametrize("text", ["kpi,when,what\ncsat,2025-01,1\n", "kpi_id,period,value\ncsat,some day,1\n", ""])
def test_what_cannot_be_read_is_left_to_the_run_which_lists_every_fault(workspace, text):
    (workspace / ACTUALS).write_text(text, encoding="utf-8")
    assert missing(workspace, "2025-09") == ""


def test_files_that_are_not_there_are_named(workspace):
    (workspace / ACTUALS).unlink()
    assert missing(workspace, "2025-09") == "data/actuals.csv is not there."
    (workspace / "data" / "kpis.csv").unlink()
    assert missing(workspace, "2025-09") == "data/actuals.csv, data/kpis.csv are not there."


# Outputs


def finished(workspace: Path, name: str, made: str, state: str = "done", **files: str) -> Path:
    """A folder whose run.json says that a review was made, at noon of this day."""
    path = workspace / "outputs" / name / "run.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    told = {"format": 1, "state": state, "made_from": {"files": files}}
    path.write_text(json.dumps(told), encoding="utf-8")
    noon = datetime.fromisoformat(f"{made}T12:00").timestamp()
    os.utime(path, (noon, noon))
    return path


def test_a_review_counts_as_made_on_the_day_on_which_its_run_ended(workspace):
    finished(workspace, "2025-09", "2025-10-03")
    assert Outputs(workspace).known("2025-09").made_on == day("2025-10-03")


@pytest.mark.parametrize("state", ["failed", "", "running"])
def test_only_a_run_that_ended_well_counts(workspace, state):
    finished(workspace, "2025-09", "2025-10-03", state=state)
    assert Outputs(workspace).known("2025-09").made_on is None


def test_a_ledger_that_is_damaged_is_no_review(workspace):
    finished(workspace, "2025-09", "2025-10-03").write_text('{"state": "do', encoding="utf-8")
    assert Outputs(workspace).known("2025-09").made_on is None


@pytest.mark.parametrize("made_from", [[], 1, None, {"files": [1]}, {"files": None}])
def test_a_ledger_that_makes_no_sense_hinders_no_other_checkpoint(workspace, made_from):
    path = finished(workspace, "2025-09", "2025-10-06")
    path.write_text(json.dumps(json.loads(path.read_text(encoding="utf-8")) | {"made_from": made_from}))
    assert Outputs(workspace).known("2025-09").changed == ()


def test_an_input_in_whose_place_a_folder_stands_has_changed(workspace):
    finished(workspace, "2025-09", "2025-10-06", **{"data": "0" * 64, "data/\0": "0" * 64})
    assert Outputs(workspace).known("2025-09").changed == ("data", "data/\0")


def test_inputs_that_have_changed_since_are_named_and_notebooks_are_no_inputs(workspace):
    files = {"data/actuals.csv": "0" * 64, "params/2025.decisions.yml": "absent", "notebooks/02_kpi_scoring.ipynb": "0"}
    finished(workspace, "2025-09", "2025-10-03", **files)
    assert Outputs(workspace).known("2025-09").changed == ("data/actuals.csv",)


def test_what_came_from_a_database_is_not_held_to_have_changed_because_it_is_no_file_of_the_workspace(workspace):
    finished(workspace, "2025-09", "2025-10-03", **{"fetched/REVIEW_DB-select-1a2b3c4d.jsonl": "0" * 64})
    assert Outputs(workspace).known("2025-09").changed == ()


def test_the_latest_revision_is_the_one_that_counts(workspace):
    finished(workspace, "2025-09", "2025-10-05")
    (workspace / "outputs" / "2025-09" / "seal.json").write_text("{}", encoding="utf-8")
    assert Outputs(workspace).known("2025-09").sealed
    finished(workspace, "2025-09.r2", "2025-10-06")
    known = Outputs(workspace).known("2025-09")
    assert (known.sealed, known.made_on) == (False, day("2025-10-06"))


def test_a_lock_of_a_process_that_is_dead_holds_nothing(workspace):
    note = workspace / "outputs" / ".locks" / "2025-09.json"
    note.parent.mkdir(parents=True)
    note.write_text(
        json.dumps({"pid": 2**22 + 1, "boot_id": boot_id(), "since": "2025-01-01T00:00:00+00:00"}), encoding="utf-8"
    )
    assert Outputs(workspace).known("2025-09").holder == ""


def test_what_a_killed_run_left_holds_nothing_though_its_number_is_that_of_a_living_process(workspace):
    lock = workspace / "outputs" / ".locks" / "2025-09.lock"
    with hold(lock, "2025-09"):
        note = lock.with_suffix(".json").read_bytes()
        assert Outputs(workspace).known("2025-09").holder.startswith(f"2025-09 is being run by process {os.getpid()} ")
    lock.with_suffix(".json").write_bytes(note)  # as after kill -9; in a container every process is number 1
    assert Outputs(workspace).known("2025-09").holder == ""
    lock.unlink()
    assert Outputs(workspace).known("2025-09").holder == ""


# Memory


def test_what_is_remembered_is_there_at_the_next_trigger(tmp_path):
    memory = Memory.of(tmp_path)
    memory.alerts = {"2025": ("A", "B")}
    memory.note("2025-09", State.FAILED, stage="02_kpi_scoring", failure="abc")
    memory.mark_told(["2025-09"], "A")
    memory.save()
    again = Memory.of(tmp_path)
    assert (again.alerts, again.tries) == (memory.alerts, memory.tries)
    assert again.tries["2025-09"] == LastTry(state=State.FAILED, stage="02_kpi_scoring", failure="abc", told=("A",))
    assert [again.untold("2025-09", alert) for alert in ("A", "B")] == [False, True]


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "1", '{"format": 2}', '{"format": 1}', '{"format": 1, "alerts": [], "tries": {}}',
     '{"format": 1, "alerts": {}, "tries": {"a": {"state": "no such"}}}'],
)  # fmt: skip
def test_a_memory_that_cannot_be_read_is_an_empty_one(tmp_path, text):
    (tmp_path / ".schedule.json").write_text(text, encoding="utf-8")
    assert Memory.of(tmp_path).tries == {}


def test_the_same_failure_is_told_once_and_another_one_again(tmp_path):
    memory = Memory.of(tmp_path)
    memory.note("2025-09", State.FAILED, failure="one")
    memory.mark_told(["2025-09"], "A")
    memory.note("2025-09", State.FAILED, failure="one")
    assert not memory.untold("2025-09", "A")
    memory.note("2025-09", State.FAILED, failure="another")
    assert memory.untold("2025-09", "A")
    memory.note("2025-09", State.DONE)
    assert not memory.untold("2025-09", "A")
    memory.note("2025-09", State.FAILED, failure="one")
    assert memory.untold("2025-09", "A")


def test_a_failure_is_the_same_whatever_process_and_hour_it_names():
    one = identity(3, "failed", "<object at 0x7f00a1> of process 12 at 14:03:11")
    assert one == identity(3, "failed", "<object at 0x7fffff> of process 4711 at 09:00:00")
    assert one != identity(3, "failed", "<object at 0x7f00a1> of process 12 at 14:03:11, row 5")
    assert re.fullmatch(r"[0-9a-f]{16}", one)


# Days


@pytest.fixture
def in_zone(monkeypatch):
    """The machine stands in this time zone."""

    def zone(name: str) -> None:
        monkeypatch.setenv("TZ", name)
        time.tzset()

    yield zone
    monkeypatch.undo()
    time.tzset()


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set on this system")
@pytest.mark.parametrize(
    ("zone", "at", "local"),
    [
        ("Europe/Berlin", "2025-10-10", "2025-10-10"),
        ("Europe/Berlin", "2025-10-09T23:59:59", "2025-10-09"),
        ("Europe/Berlin", "2025-10-09T22:30:00+00:00", "2025-10-10"),
        ("America/New_York", "2025-10-10T03:59:59Z", "2025-10-09"),
        ("Pacific/Kiritimati", "2025-10-09T10:00:00+00:00", "2025-10-10"),
        ("Europe/Berlin", "2025-03-30T02:30:00", "2025-03-30"),  # an hour that is not on the clock
        ("Europe/Berlin", "2025-10-26T02:30:00+02:00", "2025-10-26"),  # an hour that is there twice
        ("Europe/Berlin", "2025-10-26T02:30:00+01:00", "2025-10-26"),
        ("Europe/Berlin", "2025-10-25T22:00:00+00:00", "2025-10-26"),  # midnight before the clock changes
        ("Europe/Berlin", "2025-10-26T22:59:59+00:00", "2025-10-26"),  # a day of 25 hours
        ("Africa/Cairo", "2025-04-25T00:30:00", "2025-04-25"),  # a midnight that is not on the clock
        ("UTC", "2024-02-29T12:00", "2024-02-29"),
    ],
)
def test_a_moment_is_a_day_on_the_calendar_of_the_machine(in_zone, zone, at, local):
    in_zone(zone)
    assert local_day(at) == day(local)


@pytest.mark.skipif(not hasattr(time, "tzset"), reason="the time zone of a process cannot be set on this system")
def test_a_month_is_due_at_the_local_midnight_of_its_day(in_zone, workspace):
    arrive(workspace, "2025-01")
    moment = "2025-02-04T23:30:00+00:00"
    found = {}
    for zone in ("UTC", "Europe/Berlin", "America/New_York"):
        in_zone(zone)
        found[zone] = {entry.name: entry.state for entry in look(workspace, local_day(moment)).entries}["2025-01"]
    assert found == {"UTC": State.NOT_YET_DUE, "Europe/Berlin": State.DUE, "America/New_York": State.NOT_YET_DUE}


def test_without_a_moment_it_is_today():
    before = datetime.now(UTC).astimezone().date()
    assert before <= local_day(None) <= datetime.now(UTC).astimezone().date()


@pytest.mark.parametrize(
    "at",
    ["soon", "2025-02-30", "2025-13", "", "10.10.2025", "0001-01-01T00:00:00+23:59", "9999-12-31T23:59:59-23:59"],
)
def test_what_is_no_moment_is_refused_with_how_to_write_one(workspace, at):
    with pytest.raises(UsageError, match="is no moment"):
        local_day(at)
    done = due(workspace, "--at", at)
    assert done.exit_code == ExitCode.WRONG_USAGE
    assert "Hint: write 2025-10-10 or 2025-10-10T06:00" in done.stderr


# The command


def test_a_dry_run_says_what_is_due_and_leaves_no_trace(workspace):
    arrive(workspace, "2025-01")
    before = contents(workspace)
    done = due(workspace, "--dry-run", "--at", "2025-04-12")
    assert contents(workspace) == before
    assert done.exit_code == ExitCode.INPUTS_REFUSED
    assert done.stdout == (
        "12 April 2025\n"
        "  2025-01  due             due since 5 February 2025.\n"
        "  2025-02  inputs missing  due since 5 March 2025; "
        "data/actuals.csv holds no value from 2025-02-01 to 2025-02-28.\n"
        "  2025-03  inputs missing  due since 5 April 2025; "
        "data/actuals.csv holds no value from 2025-03-01 to 2025-03-31.\n"
        "  2025-Q1  due             due since 10 April 2025.\n"
        "Next: 2025-04 on 5 May 2025.\n"
    )


def test_where_nothing_is_to_be_done_one_line_says_what_comes_next(workspace):
    done = due(workspace, "--at", "2025-02-04")
    assert (done.exit_code, done.stdout) == (0, "4 February 2025: nothing to do.\nNext: 2025-01 on 5 February 2025.\n")
    assert due(workspace, "--at", "2025-02-04", "--quiet").output == ""
    assert not (workspace / "outputs").exists()


def test_after_the_last_cycle_somebody_is_told_to_add_the_next_one(workspace):
    write_params(workspace, 2025, "schedule: none\n")
    assert due(workspace, "--at", "2026-06-01").stdout == (
        "1 June 2026: nothing to do.\nNot scheduled: 17 (--json says why).\n"
        "Next: nothing. No cycle in params/ has a checkpoint that becomes due later; add the next cycle's file.\n"
    )


def test_json_tells_every_checkpoint_with_its_state_and_a_sentence(workspace):
    write_params(workspace, 2025, "schedule: {annual: 20}\n")
    told = json.loads(due(workspace, "--at", "2025-02-04", "--json").stdout)
    assert (told["day"], told["exit_code"]) == ("2025-02-04", 0)
    assert told["next"] == {"day": "2026-01-20", "checkpoints": ["2025"]}
    assert len(told["checkpoints"]) == 17
    assert told["checkpoints"][0] == {
        "checkpoint": "2025-01",
        "cycle": "2025",
        "state": "not scheduled",
        "sentence": "params/2025.yml schedules no months.",
        "due": None,
        "ran": False,
        "exit_code": 0,
        "stage": "",
        "message": "",
        "changed": [],
        "seconds": 0.0,
    }


def test_params_that_cannot_be_read_stop_no_other_cycle_and_are_told_to_those_they_named(workspace, monkeypatch):
    alerts = "schedule: none\nalerts: [env:REVIEW_ALERT]\n"
    (workspace / "params" / "2025.yml").unlink()
    write_params(workspace, 2026, alerts)
    path = write_params(workspace, 2024, "schedule: {annual: 20}\n")
    with listening() as hook:
        monkeypatch.setenv("REVIEW_ALERT", hook.address)
        first = run_due(workspace, day("2025-02-01"))  # 2024 is missing, and nobody is named to be told of it
        write_params(workspace, 2026, f"{alerts}colour: blue\n")
        second = run_due(workspace, day("2025-02-02"))
        third = run_due(workspace, day("2025-02-03"))
        bodies = hook.bodies()
    states = [{entry.name: entry.state for entry in one.entries if entry.exit_code} for one in (first, second, third)]
    assert states[0] == {"2024": State.MISSING}
    assert states[1] == states[2] == {"params/2026.yml": State.REFUSED, "2024": State.MISSING}
    (told,) = [body["text"].splitlines() for body in bodies]
    assert told == [
        "Strategy review: params/2026.yml needs a hand",
        "params/2026.yml: inputs refused (exit code 1). Hint: review check 2026",
    ]
    assert "key colour: there is no such key." in second.entries[0].message
    assert path.is_file()


def test_params_that_could_never_be_read_are_told_to_everybody_whom_other_cycles_name(workspace, monkeypatch):
    write_params(workspace, 2025, "schedule: none\nalerts: [env:REVIEW_ALERT]\n")
    write_params(workspace, 2026, "alert: env:REVIEW_MAIL\n")
    with listening() as hook:
        monkeypatch.setenv("REVIEW_ALERT", hook.address)
        for _ in range(2):
            run_due(workspace, day("2025-02-02"))
        (body,) = hook.bodies()
    assert body["title"] == "Strategy review: params/2026.yml needs a hand"


def test_beside_another_trigger_everything_is_told_as_it_stands_and_nothing_is_run_or_sent(workspace):
    arrive(workspace, "2025-01")
    lock = workspace / "outputs" / ".locks" / "due.lock"
    with hold(lock, "review due"):
        done = due(workspace, "--at", "2025-02-10", "--json")
        said = due(workspace, "--at", "2025-02-10")
    assert done.exit_code == said.exit_code == ExitCode.ALREADY_RUNNING
    told = json.loads(done.stdout)
    by_name = {one["checkpoint"]: (one["state"], one["exit_code"], one["ran"]) for one in told["checkpoints"]}
    assert told["exit_code"] == ExitCode.ALREADY_RUNNING
    assert by_name["review due"] == ("being run", 5, False)
    assert by_name["2025-01"] == ("due", 0, False)
    assert f"review due is being run by process {os.getpid()} since " in done.stderr
    assert "  review due  being run  review due is being run by process " in said.stdout
    assert sorted(path.name for path in (workspace / "outputs").iterdir()) == [".locks"]


@pytest.mark.skipif(sys.platform != "linux", reason="looks for a folder in which nobody may write")
def test_outputs_that_cannot_be_written_are_told_to_everybody_at_each_trigger(workspace, monkeypatch):
    write_params(workspace, 2025, "alerts: env:REVIEW_ALERT\n")
    arrive(workspace, "2025-01")
    (workspace / "outputs").symlink_to("/proc")  # not even root may make anything there
    with listening() as hook:
        monkeypatch.setenv("REVIEW_ALERT", hook.address)
        done = due(workspace, "--at", "2025-02-10")
        bodies = hook.bodies()
    assert done.exit_code == ExitCode.CANNOT_WRITE
    assert "  outputs/  failed  " in done.stdout
    assert "  2025-01   due     due since 5 February 2025.\n" in done.stdout
    (told,) = [body["text"] for body in bodies]
    hint = "Hint: make room on the disk, or see whether outputs/ may be written to."
    assert told == f"Strategy review: outputs/ needs a hand\noutputs/: failed (exit code 4). {hint}"


def test_an_alert_can_be_tried(workspace, monkeypatch):
    write_params(workspace, 2025, "alerts: [env:REVIEW_ALERT, env:REVIEW_MAIL]\n")
    monkeypatch.delenv("REVIEW_MAIL", raising=False)
    with listening() as hook:
        monkeypatch.setenv("REVIEW_ALERT", hook.address)
        tried = due(workspace, "--test-alert")
        bodies = hook.bodies()
    assert tried.stdout == "alert REVIEW_ALERT was taken.\n"
    assert tried.stderr == "alert REVIEW_MAIL was not sent: the variable is not set.\n"
    assert tried.exit_code == ExitCode.INPUTS_REFUSED
    assert [body["title"] for body in bodies] == ["Strategy review: this is a test of the alert"]
    assert not (workspace / "outputs").exists()


def test_without_an_alert_there_is_nothing_to_try(workspace):
    tried = due(workspace, "--test-alert")
    assert (tried.exit_code, tried.stderr.splitlines()[0]) == (ExitCode.WRONG_USAGE, "no params name an alert.")
