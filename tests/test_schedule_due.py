"""`review due` on real runs: what came late, failed, was doubled or sealed is told, and each checkpoint is run once."""

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from types import SimpleNamespace

import pytest
from click.testing import CliRunner
from schedules import ACTUALS, arrive, day, tiny_workspace
from webhooks import listening
from workspaces import REPOSITORY, contents, replace_text

from review_kit.checkpoint.lock import hold
from review_kit.checkpoint.places import Places
from review_kit.checkpoint.seal import seal_review
from review_kit.cli import main
from review_kit.errors import ExitCode
from review_kit.schedule import Trigger, look, run_due
from review_kit.schedule.calendar import State
from review_kit.schedule.telling import lines_of

SCHEDULE = "schedule: {monthly: 5, quarterly: 10, from: 2025-02-01}\nalerts: [env:REVIEW_ALERT]\n"


def states(trigger: Trigger) -> dict[str, str]:
    """Of the checkpoints that were run, are due, or are done."""
    quiet = {State.NOT_SCHEDULED, State.NOT_YET_DUE}
    return {entry.name: entry.state.value for entry in trigger.entries if entry.state not in quiet}


def ran(trigger: Trigger) -> list[str]:
    return [entry.name for entry in trigger.entries if entry.ran and entry.state is State.DONE]


def entry_of(trigger: Trigger, name: str):
    return next(entry for entry in trigger.entries if entry.name == name)


def due(workspace: Path, *arguments: str):
    """The command in this process: what it printed, what it told as an error, and its exit code."""
    return CliRunner().invoke(main, ["due", "--workspace", str(workspace), *arguments], catch_exceptions=False)


def reviews(workspace: Path) -> dict[str, bytes]:
    """Every file of every review; the hidden folders are for machines."""
    return {path: found for path, found in contents(workspace / "outputs").items() if not path.startswith(".")}


def break_a_stage(workspace: Path) -> None:
    """The second notebook divides by nought."""
    shutil.copytree(REPOSITORY / "notebooks", workspace / "notebooks", ignore=shutil.ignore_patterns(".*"))
    path = workspace / "notebooks" / "02_kpi_scoring.ipynb"
    book = json.loads(path.read_text(encoding="utf-8"))
    book["cells"][-1]["source"] = "1 / 0"
    path.write_text(json.dumps(book), encoding="utf-8")


@pytest.fixture(scope="module")
def spring(tmp_path_factory):
    """The first months of 2025, trigger by trigger."""
    workspace = tiny_workspace(tmp_path_factory.mktemp("spring") / "workspace", 2025, more=SCHEDULE)
    told = SimpleNamespace(workspace=workspace)
    with listening() as hook, pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVIEW_ALERT", hook.address)
        arrive(workspace, "2025-01", "2025-02")
        told.early = run_due(workspace, day("2025-03-04"))
        told.nothing_yet = sorted(path.name for path in workspace.iterdir())

        first = subprocess.Popen(
            [sys.executable, "-m", "review_kit", "due", "--at", "2025-04-12", "--json"],
            cwd=workspace, stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8",
        )  # fmt: skip
        note = workspace / "outputs" / ".locks" / "due.json"
        deadline = time.monotonic() + 60
        while not note.is_file() and first.poll() is None and time.monotonic() < deadline:
            time.sleep(0.01)
        told.doubled = due(workspace, "--at", "2025-04-12", "--quiet")
        told.first_output, told.first_errors = first.communicate(timeout=120)
        told.first = first
        told.after_first = reviews(workspace)
        told.again = run_due(workspace, day("2025-04-12"))
        told.after_again = reviews(workspace)
        told.alerts_1 = hook.bodies()

        arrive(workspace, "2025-03", value="Jane Doe: 91,000")
        hook.answer = 500
        told.refused = run_due(workspace, day("2025-04-14"))
        hook.answer = 204
        told.refused_again = due(workspace, "--at", "2025-04-15")
        told.alerts_2 = hook.bodies()[1:]

        replace_text(workspace / ACTUALS, ("Jane Doe: 91,000", "83"), ('"83"', "83"))
        break_a_stage(workspace)
        told.failed = run_due(workspace, day("2025-04-16"))
        told.looked = look(workspace, day("2025-04-16"))
        told.alerts_3 = hook.bodies()[3:]
        shutil.rmtree(workspace / "notebooks")

        told.sealed_folder = seal_review(workspace, "2025-Q1")
        told.sealed_files = contents(told.sealed_folder)
        with hold(Places(workspace=workspace, checkpoint="2025-03").lock, "2025-03"):
            told.held = run_due(workspace, day("2025-04-17"))
            told.looked_while_held = look(workspace, day("2025-04-17"))
        told.mended = run_due(workspace, day("2025-04-17"))
        told.last = run_due(workspace, day("2025-04-18"))
        told.alerts_4 = hook.bodies()[4:]
        told.secrets = [hook.address, "s3cr3t-token", "p4ssw0rd"]
    return told


pytestmark = pytest.mark.kernel


def test_before_its_day_nothing_is_run_and_nothing_is_written(spring):
    assert ran(spring.early) == []
    assert spring.early.exit_code is ExitCode.DONE
    assert (spring.early.next_day, spring.early.next_names) == (day("2025-03-05"), ("2025-02",))
    assert spring.nothing_yet == ["data", "params"]


def test_a_second_trigger_while_the_first_is_at_work_is_refused_and_says_which_process_it_is(spring):
    assert spring.doubled.exit_code == ExitCode.ALREADY_RUNNING
    assert f"review due is being run by process {spring.first.pid} since " in spring.doubled.stderr
    assert spring.doubled.stdout == ""


def test_what_was_missed_is_caught_up_in_order_and_missing_figures_stop_nobody_else(spring):
    told = json.loads(spring.first_output)
    assert [one["checkpoint"] for one in told["checkpoints"] if one["ran"]] == ["2025-02", "2025-Q1"]
    made = [spring.workspace / "outputs" / name / "run.json" for name in ("2025-02", "2025-Q1")]
    assert made[0].stat().st_mtime < made[1].stat().st_mtime
    missing = next(one for one in told["checkpoints"] if one["checkpoint"] == "2025-03")
    assert (missing["state"], missing["due"], missing["exit_code"]) == ("inputs missing", "2025-04-05", 1)
    assert missing["sentence"] == (
        "due since 5 April 2025; data/actuals.csv holds no value from 2025-03-01 to 2025-03-31."
    )
    assert told["next"] == {"day": "2025-05-05", "checkpoints": ["2025-04"]}
    assert spring.first.returncode == told["exit_code"] == ExitCode.INPUTS_REFUSED
    assert spring.first_errors.splitlines() == [f"2025-03: inputs missing. {missing['sentence']}"]


def test_a_trigger_that_comes_twice_runs_nothing_the_second_time(spring):
    assert states(spring.again) == {"2025-02": "done", "2025-03": "inputs missing", "2025-Q1": "done"}
    assert ran(spring.again) == []
    assert spring.after_again == spring.after_first
    assert {"2025-02/report.html", "2025-Q1/report.html"} <= set(spring.after_first)


def test_what_is_missing_is_told_at_each_trigger_but_alerted_once(spring):
    assert [body["text"] for body in spring.alerts_1] == [
        "Strategy review: 2025-03 needs a hand\n2025-03: inputs missing (exit code 1). Hint: review due --dry-run"
    ]
    assert json.loads(spring.first_output)["alerted"] == ["REVIEW_ALERT"]
    assert spring.again.alerted == ()


def test_a_review_whose_inputs_have_changed_since_is_told_and_not_run_again(spring):
    found = entry_of(spring.refused, "2025-02")
    assert (found.state, found.changed, found.ran) == (State.CHANGED, ("data/actuals.csv",), False)
    assert "Of these, inputs changed since: 2025-02, 2025-Q1." in spring.refused_again.stdout


def test_an_alert_that_was_not_taken_fails_nothing_and_is_sent_again_at_the_next_trigger(spring):
    assert spring.refused.undelivered == ("alert REVIEW_ALERT was not taken: it answered 500 Internal Server Error.",)
    assert spring.refused.exit_code is ExitCode.INPUTS_REFUSED
    assert [body["problems"][0]["state"] for body in spring.alerts_2] == ["inputs refused", "inputs refused"]


def test_refused_inputs_are_told_with_their_fault_here_and_without_it_to_others(spring):
    assert spring.refused_again.exit_code == ExitCode.INPUTS_REFUSED
    assert "2025-03  inputs refused  The sources hold 1 error, so nothing was scored." in spring.refused_again.stdout
    assert "Hint: review check 2025-03" in spring.refused_again.stdout
    assert "row 4, column value" in entry_of(spring.refused, "2025-03").message
    assert "Jane" not in json.dumps(spring.alerts_2)


def test_a_stage_that_fails_is_named_with_the_place_to_look_at(spring):
    failed = entry_of(spring.failed, "2025-03")
    assert (failed.state, failed.exit_code, failed.stage) == (State.FAILED, ExitCode.STAGE_FAILED, "02_kpi_scoring")
    assert "ZeroDivisionError" in failed.sentence
    assert spring.failed.exit_code is ExitCode.STAGE_FAILED
    assert [body["problems"] for body in spring.alerts_3] == [
        [
            {
                "checkpoint": "2025-03",
                "state": "failed",
                "exit_code": 3,
                "stage": "02_kpi_scoring",
                "look_at": "Look at outputs/.failed/2025-03/",
            }
        ]
    ]
    assert (spring.workspace / "outputs" / ".failed").is_dir()


def test_a_look_runs_nothing_and_remembers_how_the_last_try_ended(spring):
    looked = entry_of(spring.looked, "2025-03")
    assert (looked.state, looked.ran) == (State.FAILED, False)
    assert looked.sentence == "due since 5 April 2025; the last try failed in 02_kpi_scoring."


def test_a_checkpoint_that_somebody_else_is_running_is_left_to_them(spring):
    held = entry_of(spring.held, "2025-03")
    assert (held.state, held.exit_code) == (State.HELD, ExitCode.ALREADY_RUNNING)
    assert held.sentence.startswith(f"2025-03 is being run by process {os.getpid()} since ")
    assert spring.held.exit_code is ExitCode.ALREADY_RUNNING
    assert entry_of(spring.looked_while_held, "2025-03").sentence == held.sentence


def test_what_is_mended_is_run_at_the_next_trigger_and_never_again(spring):
    assert ran(spring.mended) == ["2025-03"]
    assert spring.mended.exit_code is ExitCode.DONE
    assert ran(spring.last) == []
    assert spring.alerts_4 == []


def test_a_sealed_quarter_is_not_run_again_and_says_so(spring):
    assert states(spring.last)["2025-Q1"] == "sealed"
    sentence = entry_of(spring.last, "2025-Q1").sentence
    assert sentence == "it is sealed and is not run again; data/actuals.csv has changed since."
    assert contents(spring.sealed_folder) == spring.sealed_files
    assert not list((spring.workspace / "outputs").glob("*.r2"))
    assert "Sealed, not run again: 2025-Q1." in list(lines_of(spring.last))


def test_there_is_one_log_a_trigger_that_did_something(spring):
    logs = sorted((spring.workspace / "outputs" / ".logs" / "due").iterdir())
    text = "\n".join(path.read_text(encoding="utf-8") for path in logs)
    assert "2025-02: done: it was run." in text
    assert "2025-03: inputs missing: due since 5 April 2025; data/actuals.csv holds no value" in text
    assert "row 4, column value" in text
    assert "alert REVIEW_ALERT was not taken: it answered 500 Internal Server Error." in text


def test_the_address_of_an_alert_stands_nowhere(spring):
    everything = b"".join(contents(spring.workspace).values())
    assert not [secret for secret in spring.secrets if secret.encode() in everything]
