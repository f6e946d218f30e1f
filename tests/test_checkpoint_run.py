"""A run of a checkpoint changes its folder whole or not at all, and says why."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from review_kit.chain.events import Notice, RunFinished, RunStarted
from review_kit.checkpoint import places, run_checkpoint
from review_kit.checkpoint.lock import hold
from review_kit.checkpoint.places import TEMPLATES, Places
from review_kit.desk import opening
from review_kit.errors import (
    AlreadyRunningError,
    CannotWriteError,
    ExitCode,
    InputsRefusedError,
    StageFailedError,
    UsageError,
)

ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")
PARAMETERS = 'checkpoint: str = "2025"\nedition: str = "analyst"\nrun: str = ""'
STAGES = ["01_data_intake", "02_kpi_scoring"]
RUN_STAGES = """
import signal, sys
from pathlib import Path
signal.signal(signal.SIGINT, signal.default_int_handler)  # a shell may start tests with the signal ignored
from review_kit.checkpoint import places, run_checkpoint
run_checkpoint(Path(sys.argv[1]), "2025", only=["02_kpi_scoring"])
"""


@pytest.fixture
def workspace(tmp_path, write_notebook):
    """A workspace whose notebooks do nothing, with a last good review of 2025."""
    for name in TEMPLATES:
        write_notebook(tmp_path / "notebooks", name, "checkpoint", parameters=PARAMETERS)
    params = tmp_path / "params" / "2025.yml"
    params.parent.mkdir()
    tables = "objectives: data/o.csv, kpis: data/k.csv, actuals: data/a.csv"
    params.write_text(
        f'cycle: "2025"\norganisation: Test\ncalendar: {{start: 2025-01-01, end: 2025-12-31}}\nsources: {{{tables}}}\n',
        encoding="utf-8",
    )
    good = tmp_path / "outputs" / "2025" / "report.html"
    good.parent.mkdir(parents=True)
    good.write_text("the last good review", encoding="utf-8")
    return tmp_path


def last_good_stands(workspace):
    folder = workspace / "outputs" / "2025"
    return [path.name for path in folder.iterdir()] == ["report.html"] and not list(
        (workspace / "outputs").glob(".work/*")
    )


def wait_for(condition, seconds):
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def is_running(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


@pytest.fixture
def sleeping_run(workspace, write_notebook):
    """A process that runs the checkpoint and has come to a cell that takes a minute."""
    cell = "import os, time\nfrom pathlib import Path\n"
    cell += "Path('pids').write_text(f'{os.getpid()} {os.getppid()}')\ntime.sleep(60)"
    write_notebook(workspace / "notebooks", "01_data_intake", cell, parameters=PARAMETERS)
    owner = subprocess.Popen([sys.executable, "-c", RUN_STAGES, str(workspace)], stderr=subprocess.PIPE)
    pids = workspace / "pids"
    wait_for(lambda: owner.poll() is not None or (pids.exists() and len(pids.read_text().split()) == 2), 30)
    yield owner, [int(pid) for pid in pids.read_text().split()]
    owner.kill()
    owner.communicate()


@pytest.mark.kernel
def test_a_failing_stage_is_named_its_notebook_kept_and_the_last_good_review_stands(workspace, write_notebook):
    write_notebook(workspace / "notebooks", "02_kpi_scoring", "1 / 0", parameters=PARAMETERS)
    with pytest.raises(StageFailedError) as failed:
        run_checkpoint(workspace, "2025")
    assert failed.value.exit_code is ExitCode.STAGE_FAILED
    assert str(failed.value) == (
        "02_kpi_scoring failed in cell 2: ZeroDivisionError: division by zero\n    1 / 0\n"
        "It happened in this notebook, line 1, in <module>.\n"
        "Hint: outputs/.failed/2025/ keeps the notebooks as they were then. "
        "The last good review stands in outputs/2025/."
    )
    assert last_good_stands(workspace)
    failed_folder = workspace / "outputs" / ".failed" / "2025"
    ledger = json.loads((failed_folder / "run.json").read_text(encoding="utf-8"))
    assert ledger["state"] == "failed"
    assert ledger["failure"]["cause"] == "exception"
    assert [step["state"] for step in ledger["steps"][:4]] == ["done", "failed", "not run", "not run"]
    assert sorted(path.stem for path in (failed_folder / "notebooks").iterdir()) == STAGES


@pytest.mark.kernel
def test_inputs_that_a_stage_refuses_are_told_as_the_stage_told_them(workspace, write_notebook):
    cell = "from review_kit.errors import InputsRefusedError\nraise InputsRefusedError('a.csv, row 2: no number.')"
    write_notebook(workspace / "notebooks", "01_data_intake", cell, parameters=PARAMETERS)
    with pytest.raises(InputsRefusedError, match=r"^a\.csv, row 2: no number\.$"):
        run_checkpoint(workspace, "2025")
    assert last_good_stands(workspace)
    assert (workspace / "outputs" / ".failed" / "2025" / "run.json").exists()


@pytest.mark.kernel
def test_a_run_of_some_stages_runs_those_before_them_and_leaves_the_review_alone(workspace):
    events = []
    result = run_checkpoint(workspace, "2025", only=["02_kpi_scoring"], observer=events.append)
    assert result.partial
    assert sorted(path.stem for path in (result.folder / "notebooks").iterdir()) == STAGES
    assert result.folder == workspace / "outputs" / ".partial" / "2025"
    assert last_good_stands(workspace)
    assert isinstance(events[0], RunStarted)
    assert (events[0].checkpoint, events[0].steps) == ("2025", tuple(STAGES))
    *_, told, finished = events
    assert told == Notice(text="outputs/2025/ stays as it was: this run made only a part of a review.")
    assert (finished.checkpoint, finished.state) == ("2025", "done")


@pytest.mark.kernel
def test_stages_read_frozen_copies_that_carry_no_path_of_the_machine(workspace, write_notebook):
    cell = "from pathlib import Path; sorted(p.name for p in Path(run, 'inputs', 'params').iterdir()), run"
    write_notebook(workspace / "notebooks", "02_kpi_scoring", cell, parameters=PARAMETERS)
    result = run_checkpoint(workspace, "2025", only=["02_kpi_scoring"])
    text = (result.folder / "notebooks" / "02_kpi_scoring.ipynb").read_text(encoding="utf-8")
    assert "(['2025.yml'], 'outputs/.work/2025')" in text
    assert str(workspace) not in text


@pytest.mark.kernel
def test_a_second_run_at_once_is_refused_with_the_first_ones_process_and_start(workspace, sleeping_run):
    owner, _ = sleeping_run
    with pytest.raises(AlreadyRunningError) as refused:
        run_checkpoint(workspace, "2025")
    assert refused.value.exit_code is ExitCode.ALREADY_RUNNING
    today = time.strftime("%Y-%m-%d")
    assert f"2025 is being run by process {owner.pid} since " in str(refused.value)
    assert f" on {today}.\nHint: wait" in str(refused.value)
    assert owner.poll() is None


@ON_LINUX
@pytest.mark.kernel
def test_after_a_kill_nothing_is_left_running_and_the_next_run_needs_no_hand(workspace, sleeping_run, write_notebook):
    owner, family = sleeping_run
    owner.kill()
    owner.wait()
    wait_for(lambda: not any(is_running(pid) for pid in family), 5)
    assert (workspace / "outputs" / "2025" / "report.html").read_text(encoding="utf-8") == "the last good review"
    write_notebook(workspace / "notebooks", "01_data_intake", "checkpoint", parameters=PARAMETERS)
    run_checkpoint(workspace, "2025", only=["02_kpi_scoring"])
    assert last_good_stands(workspace)


@ON_LINUX
@pytest.mark.kernel
def test_an_interrupted_run_ends_its_processes_and_leaves_the_last_good_review(workspace, sleeping_run):
    owner, family = sleeping_run
    owner.send_signal(signal.SIGINT)
    _, told = owner.communicate(timeout=10)
    assert told.decode().strip().endswith("KeyboardInterrupt")
    assert not any(is_running(pid) for pid in family)
    assert last_good_stands(workspace)


def test_a_lock_whose_holder_is_dead_does_not_block(tmp_path):
    lock = tmp_path / "2025.lock"
    lock.touch()
    lock.with_suffix(".json").write_text('{"pid": 999999999, "boot_id": "", "since": "2025-01-01T00:00:00+00:00"}')
    with hold(lock, "2025"):
        assert json.loads(lock.with_suffix(".json").read_text())["pid"] == os.getpid()
    assert not lock.with_suffix(".json").exists()


def hears_only_the_end(event):
    assert isinstance(event, RunFinished)
    assert event.state == "failed"


@ON_LINUX
def test_outputs_that_cannot_be_written_are_refused_before_anything_is_run(workspace, monkeypatch):
    outputs = workspace / "outputs"
    outputs.rename(workspace / "elsewhere")
    outputs.symlink_to("/proc")  # a folder in which nobody may make anything, not even root
    with pytest.raises(CannotWriteError, match="outputs/ cannot be written") as refused:
        run_checkpoint(workspace, "2025", observer=hears_only_the_end)
    assert refused.value.exit_code is ExitCode.CANNOT_WRITE


def test_a_symbolic_link_in_place_of_the_review_is_refused(workspace):
    precious = workspace / "precious"
    (workspace / "outputs" / "2025").rename(precious)
    (workspace / "outputs" / "2025").symlink_to(precious)
    with pytest.raises(CannotWriteError, match="outputs/2025 is a symbolic link"):
        run_checkpoint(workspace, "2025", observer=hears_only_the_end)
    assert [path.name for path in precious.iterdir()] == ["report.html"]


def test_a_symbolic_link_in_place_of_a_file_of_the_review_is_refused_and_its_target_kept(workspace):
    (workspace / "precious.txt").write_text("precious", encoding="utf-8")
    (workspace / "outputs" / "2025" / "scores.csv").symlink_to(workspace / "precious.txt")
    with pytest.raises(CannotWriteError, match=r"outputs/2025/scores\.csv is a symbolic link"):
        run_checkpoint(workspace, "2025", observer=hears_only_the_end)
    assert (workspace / "precious.txt").read_text(encoding="utf-8") == "precious"


def test_an_unknown_checkpoint_is_refused_and_leaves_no_trace(workspace):
    before = sorted(workspace.rglob("*"))
    with pytest.raises(UsageError, match="no cycle is called '2052'"):
        run_checkpoint(workspace, "2052", observer=hears_only_the_end)
    assert sorted(workspace.rglob("*")) == before


@pytest.mark.parametrize("name", ["../2025", "2025/..", "{0}", "/2025", ".work", ""])
def test_a_name_that_is_no_plain_word_is_refused(workspace, name):
    with pytest.raises(UsageError):
        run_checkpoint(workspace, name, observer=hears_only_the_end)


def test_an_unknown_stage_is_refused_with_the_nearest_one(workspace):
    with pytest.raises(UsageError, match=r"no stage is called '02_scoring'\.\nHint: did you mean '02_kpi_scoring'\?"):
        run_checkpoint(workspace, "2025", only=["02_scoring"], observer=hears_only_the_end)


def test_a_template_that_does_not_take_our_parameters_is_refused_before_any_stage(workspace, write_notebook):
    write_notebook(
        workspace / "notebooks", "04_target_reset", "1", parameters='checkpoint: str = "2025"\nrunn: str = ""'
    )
    with pytest.raises(UsageError, match="04_target_reset has no parameter called 'edition'"):
        run_checkpoint(workspace, "2025", observer=hears_only_the_end)


def test_a_place_names_its_folders_from_the_workspace(tmp_path):
    places = Places(workspace=tmp_path, checkpoint="2025-Q3")
    assert places.run == "outputs/.work/2025-Q3"
    assert places.relative(places.failed) == "outputs/.failed/2025-Q3"


def test_the_desk_finds_the_frozen_copies_where_the_run_puts_them():
    assert places.INPUTS == opening.INPUTS
