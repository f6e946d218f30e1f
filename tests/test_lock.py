"""One run of a checkpoint at a time, told by whom, and nothing left of one that was killed."""

import json
import os
import subprocess
import sys

import pytest

from review_kit.chain.private import PrivateFolder
from review_kit.checkpoint import lock as locks
from review_kit.checkpoint.lock import Holder, boot_id, clear_after_kill, hold
from review_kit.errors import AlreadyRunningError, CannotWriteError, ExitCode

SINCE = "2026-01-31T13:03:11+00:00"
ON_LINUX = pytest.mark.skipif(sys.platform != "linux", reason="looks into /proc")


def nobody():
    """The id of a process that has ended."""
    ended = subprocess.Popen([sys.executable, "-c", ""])
    ended.wait()
    return ended.pid


def leave(lock, **told):
    """What a killed holder leaves beside its lock."""
    lock.touch()
    holder = {"pid": nobody(), "boot_id": boot_id(), "since": SINCE, "private": "", **told}
    lock.with_suffix(".json").write_text(json.dumps(holder), encoding="utf-8")


def test_the_holder_is_told_with_its_process_and_its_start_and_the_file_is_gone_afterwards(tmp_path):
    lock = tmp_path / ".locks" / "2025.lock"
    with hold(lock, "2025"):
        told = json.loads(lock.with_suffix(".json").read_text(encoding="utf-8"))
        assert told["pid"] == os.getpid()
        with pytest.raises(AlreadyRunningError) as refused, hold(lock, "2025"):
            pass
    assert refused.value.exit_code is ExitCode.ALREADY_RUNNING
    clock = Holder(pid=1, boot_id="", since=told["since"]).clock()
    assert str(refused.value) == (
        f"2025 is being run by process {os.getpid()} since {clock}.\n"
        "Hint: wait until it has ended; the last good report can be read meanwhile."
    )
    assert [path.name for path in lock.parent.iterdir()] == ["2025.lock"]


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"boot_id": "of another start of the machine", "pid": os.getpid()},
        {"private": "/etc"},
        {"private": "review-chain-relative"},
    ],
)
def test_what_a_dead_holder_left_does_not_block(tmp_path, told):
    lock = tmp_path / "2025.lock"
    leave(lock, **told)
    with hold(lock, "2025"):
        assert json.loads(lock.with_suffix(".json").read_text(encoding="utf-8"))["pid"] == os.getpid()


@pytest.mark.parametrize("text", ["", "{", "[]", '{"pid": "x"}', '{"pid": 0, "boot_id": "", "since": "yesterday"}'])
def test_a_damaged_file_of_the_holder_does_not_block(tmp_path, text):
    lock = tmp_path / "2025.lock"
    lock.with_suffix(".json").write_text(text, encoding="utf-8")
    with hold(lock, "2025"):
        pass


def test_a_holder_that_has_not_said_who_it_is_is_waited_for_and_not_mistaken_for_the_dead_one_before(tmp_path):
    lock = tmp_path / "2025.lock"
    with hold(lock, "2025"):
        mine = lock.with_suffix(".json").read_text(encoding="utf-8")
        leave(lock)  # as if this process held the lock and had not come to say so
        asked = "import sys; from pathlib import Path; from review_kit.checkpoint.lock import hold\n"
        asked += "print('asking', flush=True)\nwith hold(Path(sys.argv[1]), '2025'): pass"
        other = subprocess.Popen(
            [sys.executable, "-c", asked, str(lock)], stdout=subprocess.PIPE, stderr=subprocess.PIPE, encoding="utf-8"
        )
        other.stdout.readline()
        lock.with_suffix(".json").write_text(mine, encoding="utf-8")
        _, told = other.communicate(timeout=60)
    assert f"2025 is being run by process {os.getpid()} since " in told


def test_a_holder_that_never_says_who_it_is_is_told_as_another_process(tmp_path, monkeypatch):
    monkeypatch.setattr(locks, "HOLDER_SECONDS", 0.1)
    lock = tmp_path / "2025.lock"
    with hold(lock, "2025"):
        lock.with_suffix(".json").unlink()
        with pytest.raises(AlreadyRunningError, match=r"^2025 is being run by another process\.\nHint: wait"):
            locks.acquire(locks.FileLock(lock, timeout=0), lock.with_suffix(".json"), "2025")


@ON_LINUX
def test_what_a_killed_run_had_started_is_ended_and_its_folder_removed_before_the_next_run_writes(tmp_path):
    """Even where the fork server was killed as well and something that a notebook had started lives on."""
    private = tmp_path / "review-chain-abc"
    (private / "ipython").mkdir(parents=True)
    child = "import time; print('running', flush=True); time.sleep(600)"
    environment = {**os.environ, "IPYTHONDIR": str(private / "ipython")}
    orphan = subprocess.Popen([sys.executable, "-c", child], env=environment, stdout=subprocess.PIPE)
    bystander = subprocess.Popen([sys.executable, "-c", child], stdout=subprocess.PIPE)
    assert orphan.stdout.readline() == bystander.stdout.readline() == b"running\n"
    lock = tmp_path / "2025.lock"
    leave(lock, private=str(private))
    (tmp_path / f".2025.json.{nobody()}-0123abcd.new").touch()
    reaped = []
    try:
        with hold(lock, "2025"):
            reaped.append(orphan.poll())
            assert bystander.poll() is None
    finally:
        for process in (orphan, bystander):
            process.kill()
            process.communicate()
    assert reaped == [-9]
    assert not private.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["2025.lock"]


@pytest.mark.parametrize("left", ["the file of a holder", "a work folder", "a failing folder"])
def test_what_a_dead_run_has_left_is_cleared_where_there_is_nothing_to_run(tmp_path, left):
    final, work, failing = (tmp_path / name for name in ("2025", "work", "failing"))
    for folder in (
        final,
        tmp_path / ".2025.old",
        *{"a work folder": [work], "a failing folder": [failing]}.get(left, []),
    ):
        folder.mkdir()
        (folder / "file").touch()
    lock = tmp_path / "2025.lock"
    if left == "the file of a holder":
        leave(lock)
    clear_after_kill(lock, "2025", final, work, failing)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["2025", "2025.lock"]


def test_what_a_living_run_has_made_is_left_to_it_where_another_has_nothing_to_do(tmp_path):
    lock, work = tmp_path / "2025.lock", tmp_path / "work"
    with hold(lock, "2025"):
        work.mkdir()
        clear_after_kill(lock, "2025", tmp_path / "2025", work)
        assert work.exists()


def test_a_lock_that_cannot_be_made_is_told_in_words(tmp_path):
    (tmp_path / "2025.lock").mkdir()
    with (
        pytest.raises(CannotWriteError, match=r"^outputs/\.locks/2025\.lock: cannot be written"),
        hold(tmp_path / "2025.lock", "2025"),
    ):
        pass


def test_a_folder_for_temporary_files_that_is_not_there_is_told_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr("tempfile.tempdir", "/no-such-folder")
    with pytest.raises(
        CannotWriteError, match=r"^The folder for temporary files \(see TMPDIR\) cannot be written: .*\nHint: "
    ):
        PrivateFolder()
