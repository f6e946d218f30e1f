"""Sealing: where a review lies, what its seal says, and that nothing is written into it afterwards."""

import contextlib
import errno
import json
import os
import shutil
import stat
import subprocess
from pathlib import Path

import pytest
from proofs import review_by_hand, sha256
from pydantic import TypeAdapter, ValidationError
from workspaces import contents, review

from review_kit.checkpoint.fingerprint import ABSENT, NO_FILE, hash_file, hash_folder
from review_kit.checkpoint.lock import hold
from review_kit.checkpoint.seal import check_seal, current, is_sealed, revisions, seal_review, target
from review_kit.errors import AlreadyRunningError, CannotWriteError, UsageError
from review_kit.store import disk
from review_kit.yaml_text import SafeName


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with one review of 2025 that was never sealed."""
    (tmp_path / "params").mkdir()
    review_by_hand(tmp_path / "outputs" / "2025", tables__scores="4.25", inputs__params__2025="cycle")
    return tmp_path


def test_the_latest_of_several_revisions_is_found_by_its_number_and_not_by_the_alphabet(tmp_path):
    for name in ("2025", "2025.r2", "2025.r10", "2025.r9", "2025.r1", "2025.r02", "2025-Q3", "2025.r3x", "12025.r2"):
        (tmp_path / name).mkdir()
    (tmp_path / "2025.r11").write_text("a file is no review")
    assert [path.name for path in revisions(tmp_path, "2025")] == ["2025", "2025.r2", "2025.r9", "2025.r10"]
    assert current(tmp_path, "2025").name == "2025.r10"
    assert [path.name for path in revisions(tmp_path, "2025-Q3")] == ["2025-Q3"]


def test_no_cycle_can_be_called_as_a_revision_is():
    name = TypeAdapter(SafeName)
    assert name.validate_python("2025.rev2") == "2025.rev2"
    with pytest.raises(ValidationError, match="refused"):
        name.validate_python("2025.r2")


def test_without_a_review_the_folder_of_the_checkpoint_is_where_the_next_run_writes(tmp_path):
    assert revisions(tmp_path / "outputs", "2025") == []
    assert (
        current(tmp_path / "outputs", "2025") == target(tmp_path / "outputs", "2025") == tmp_path / "outputs" / "2025"
    )


def test_the_next_run_writes_beside_a_sealed_review_and_in_place_of_one_that_is_not_sealed(workspace):
    outputs = workspace / "outputs"
    assert target(outputs, "2025").name == "2025"
    seal_review(workspace, "2025")
    assert target(outputs, "2025").name == "2025.r2"
    review_by_hand(outputs / "2025.r2")
    assert target(outputs, "2025").name == "2025.r2"
    seal_review(workspace, "2025")
    assert (current(outputs, "2025").name, target(outputs, "2025").name) == ("2025.r2", "2025.r3")


def test_a_seal_holds_the_hash_of_every_file_and_no_time_user_or_host(workspace):
    folder = seal_review(workspace, "2025")
    names = ("inputs/params/2025", "report.html", "run.json", "tables/scores")
    fingerprint = json.loads((folder / "run.json").read_text())["fingerprint"]
    assert json.loads((folder / "seal.json").read_text()) == {
        "format": 1,
        "checkpoint": "2025",
        "revision": 1,
        "fingerprint": fingerprint,
        "files": {name: sha256(folder / name) for name in names},
    }


def test_the_same_review_gets_the_same_seal_wherever_it_lies(tmp_path):
    for name in ("one", "two"):
        (tmp_path / name / "params").mkdir(parents=True)
        review_by_hand(tmp_path / name / "outputs" / "2025", tables__scores="4.25")
    seals = [(seal_review(tmp_path / name, "2025") / "seal.json").read_bytes() for name in ("one", "two")]
    assert seals[0] == seals[1]


def test_the_hashes_of_a_seal_can_be_checked_with_sha256sum_alone(workspace):
    folder = seal_review(workspace, "2025")
    command = (
        r"""sed -n 's/^  "\(.*\)": "\([0-9a-f]\{64\}\)",*$/\2  \1/p' seal.json | sha256sum --check --quiet --strict"""
    )
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S602
    assert (done.returncode, done.stdout) == (0, "")
    (folder / "report.html").chmod(0o644)
    (folder / "report.html").write_text("<p>78 %</p>\n")
    done = subprocess.run(command, shell=True, cwd=folder, capture_output=True, text=True, check=False)  # noqa: S602
    assert (done.returncode, done.stdout) == (1, "report.html: FAILED\n")


def test_all_files_of_a_sealed_review_are_read_only(workspace):
    folder = seal_review(workspace, "2025")
    writable = stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH
    assert [path for path in folder.rglob("*") if path.is_file() and path.stat().st_mode & writable] == []


def test_sealing_twice_changes_nothing(workspace):
    before = contents(seal_review(workspace, "2025"))
    assert contents(seal_review(workspace, "2025")) == before


def test_a_sealing_that_was_killed_half_way_is_finished_by_the_next(workspace):
    folder = workspace / "outputs" / "2025"
    dead = subprocess.Popen(["true"])
    dead.wait()
    (folder / f".seal.json.{dead.pid}-0123abcd.new").write_text('{"form')
    seal_review(workspace, "2025")
    assert check_seal(folder) == []
    assert sorted(path.name for path in folder.iterdir()) == [
        "inputs",
        "report.html",
        "run.json",
        "seal.json",
        "tables",
    ]


def test_a_review_that_was_altered_since_its_run_is_not_sealed_and_each_file_is_named(workspace):
    folder = workspace / "outputs" / "2025"
    (folder / "report.html").write_text("<p>78 %</p>\n")
    (folder / "tables" / "scores").unlink()
    (folder / "note.txt").write_text("mine")
    with pytest.raises(UsageError) as told:
        seal_review(workspace, "2025")
    assert str(told.value).splitlines()[:4] == [
        "2025 cannot be sealed: it is not as its run left it.",
        "  note.txt (added)",
        "  report.html (altered)",
        "  tables/scores (missing)",
    ]
    assert not is_sealed(folder)


def test_a_symbolic_link_in_a_review_is_an_alteration_whatever_it_points_to(workspace):
    folder = workspace / "outputs" / "2025"
    (workspace / "same.html").write_bytes((folder / "report.html").read_bytes())
    (folder / "report.html").unlink()
    (folder / "report.html").symlink_to(workspace / "same.html")
    (folder / "elsewhere").symlink_to(workspace / "params")
    with pytest.raises(UsageError, match=r"elsewhere \(added\)\n  report.html \(altered\)"):
        seal_review(workspace, "2025")


@pytest.mark.parametrize("name", ["2024", "../outputs/2025", "2025/tables", ".", ""])
def test_what_is_no_review_is_not_sealed(workspace, name):
    with pytest.raises(UsageError, match="there is no review of"):
        seal_review(workspace, name)
    assert not is_sealed(workspace / "outputs" / "2025")


@pytest.mark.parametrize("change", [{"state": "failed"}, {"files": {}}])
def test_a_run_that_made_no_whole_review_is_not_sealed(workspace, change):
    ledger = workspace / "outputs" / "2025" / "run.json"
    ledger.write_text(json.dumps(json.loads(ledger.read_text()) | change))
    with pytest.raises(UsageError, match="did not make a whole review"):
        seal_review(workspace, "2025")


def test_a_folder_that_holds_the_review_of_another_checkpoint_is_not_sealed(workspace):
    outputs = workspace / "outputs"
    shutil.copytree(outputs / "2025", outputs / "2025-Q3")
    with pytest.raises(UsageError, match=r"2025-Q3 cannot be sealed: 2025-Q3/ holds a review of 2025\."):
        seal_review(workspace, "2025-Q3")
    assert not is_sealed(outputs / "2025-Q3")


@pytest.mark.parametrize("key", ["code", "files", "versions"])
def test_a_ledger_that_contradicts_itself_is_not_sealed_since_it_could_never_be_proved(workspace, key):
    path = workspace / "outputs" / "2025" / "run.json"
    ledger = json.loads(path.read_text())
    ledger["made_from"][key] = {"params/2025": "0" * 64}
    path.write_text(json.dumps(ledger))
    with pytest.raises(UsageError, match=r"not as its run left it\.\n  run\.json \(altered\)\nHint"):
        seal_review(workspace, "2025")


def test_a_run_a_seal_and_a_proof_count_the_same_files(workspace):
    folder = workspace / "outputs" / "2025"
    (folder / "__pycache__").mkdir()
    (folder / "__pycache__" / "mine.pyc").write_text("mine")
    (folder / "params").symlink_to(workspace / "params")
    (folder / "page.html").symlink_to(folder / "report.html")
    found = hash_folder(folder, leave_out=["run.json"])
    assert {name for name, sha256 in found.items() if sha256 == NO_FILE} == {"page.html", "params"}
    with pytest.raises(UsageError, match="cannot be sealed") as told:
        seal_review(workspace, "2025")
    added = {line.removesuffix(" (added)").strip() for line in str(told.value).splitlines() if "(added)" in line}
    assert added == found.keys() - json.loads((folder / "run.json").read_text())["files"].keys()


def test_a_folder_in_the_place_of_a_file_is_a_file_that_is_not_there(tmp_path):
    (tmp_path / "actuals.csv").mkdir()
    (tmp_path / "data").write_text("a file")
    assert {hash_file(tmp_path / name) for name in ("actuals.csv", "data/kpis.csv", "nothing")} == {ABSENT}


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="there are no pipes in folders on this system")
def test_a_pipe_in_a_review_is_an_alteration_and_nobody_waits_for_it(workspace):
    os.mkfifo(workspace / "outputs" / "2025" / "pipe")
    with pytest.raises(UsageError, match=r"pipe \(added\)"):
        seal_review(workspace, "2025")


def test_a_review_is_not_sealed_while_it_is_being_run(workspace):
    with hold(workspace / "outputs" / ".locks" / "2025.lock", "2025"), pytest.raises(AlreadyRunningError):
        seal_review(workspace, "2025")
    assert not is_sealed(workspace / "outputs" / "2025")


def test_a_seal_tells_what_was_altered_removed_or_added_since_and_so_does_one_that_is_damaged(workspace):
    folder = seal_review(workspace, "2025")
    assert check_seal(folder) == []
    for name in ("run.json", "seal.json"):
        (folder / name).chmod(0o644)
    (folder / "run.json").write_text("{}")
    (folder / "tables" / "scores").unlink()
    (folder / "tables" / "more").write_text("4.31")
    told = ["run.json (altered)", "tables/more (added)", "tables/scores (missing)"]
    assert [str(one) for one in check_seal(folder)] == told
    (folder / "seal.json").write_text("{")
    assert [str(one) for one in check_seal(folder)] == ["seal.json (altered)"]


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_from_whichever_step_on_the_disk_fails_sealing_again_finishes_it(workspace, monkeypatch, number):
    whole = copy(workspace, "whole")
    steps: list[str] = []
    monkeypatch.setattr(disk, "announce", lambda operation, path: steps.append(f"{operation} {path.name}"))
    expected = contents(seal_review(whole, "2025"))
    assert len([step for step in steps if step.startswith("make read-only")]) == len(expected)

    for failing in range(len(steps)):
        one = copy(workspace, str(failing))
        left = iter(range(failing))

        def fail(_operation, _path, left=left):
            if next(left, None) is None:
                raise OSError(number, os.strerror(number))

        monkeypatch.setattr(disk, "announce", fail)
        with contextlib.suppress(CannotWriteError):  # a lock that cannot be tidied away afterwards is no failure
            seal_review(one, "2025")
        monkeypatch.setattr(disk, "announce", lambda *_: None)
        folder = one / "outputs" / "2025"
        if is_sealed(folder):
            assert check_seal(folder) == []
        assert contents(seal_review(one, "2025")) == expected


def copy(workspace: Path, name: str) -> Path:
    return shutil.copytree(workspace, workspace.parent / f"{workspace.name}-{name}")


def test_the_command_seals_tells_the_number_of_the_seal_and_where_the_next_run_goes(workspace):
    done = review(workspace, "seal", "2025")
    assert done.returncode == 0, done.stderr
    number = sha256(workspace / "outputs" / "2025" / "seal.json")
    assert done.stdout.splitlines() == [
        "outputs/2025 is sealed now: revision 1, 4 files.",
        f"The seal's own SHA-256: {number}",
        "Keep this number apart from the folder: with it, anybody can tell that the seal is the same.",
        "The next run of 2025 goes to outputs/2025.r2.",
    ]
    again = review(workspace, "seal", "2025")
    assert again.returncode == 0
    assert again.stdout.splitlines() == [
        "outputs/2025 is sealed already: revision 1, 4 files.",
        f"The seal's own SHA-256: {number}",
    ]
    assert review(workspace, "seal", "2024").returncode == 2
