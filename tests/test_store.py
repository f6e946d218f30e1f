"""Files whole or not at all, tables with the same bytes, folders that survive a kill."""

import ctypes
import errno
import os
import stat
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from workspaces import contents

from review_kit.errors import CannotWriteError, InvalidTableError, UsageError
from review_kit.store import (
    copy_file,
    disk,
    freeze,
    fresh_folder,
    link_file,
    read_table,
    recover_folder,
    replace_folder,
    write_bytes,
    write_csv,
    write_table,
    write_text,
)


def table() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "name": pd.Series(["a", None, ""], dtype="str"),
            "value": [0.1, np.nan, -0.0],
            "day": pd.Series(["2025-01-31", None, "1999-12-31"], dtype="datetime64[s]"),
            "met": pd.array([True, None, False], dtype="boolean"),
            "chosen": [True, False, True],
            "row": np.array([1, 2, 3], dtype="int64"),
        }
    )


def test_a_table_comes_back_with_its_dtypes_and_missing_values(tmp_path):
    write_table(table(), tmp_path / "some.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "some.parquet"), table())


def test_an_empty_table_comes_back_with_its_dtypes(tmp_path):
    write_table(table().iloc[:0], tmp_path / "some.parquet")
    pd.testing.assert_frame_equal(read_table(tmp_path / "some.parquet"), table().iloc[:0])


def test_the_same_rows_give_the_same_bytes_whatever_the_index(tmp_path):
    write_table(table(), tmp_path / "one.parquet")
    write_table(table().set_axis([7, 8, 9]), tmp_path / "two.parquet")
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_a_column_of_mixed_objects_is_refused(tmp_path):
    with pytest.raises(InvalidTableError, match="column x holds mixed objects"):
        write_table(pd.DataFrame({"x": pd.Series([1, "a"], dtype="object")}), tmp_path / "some.parquet")


def test_a_table_that_breaks_its_contract_is_not_written(tmp_path):
    with pytest.raises(InvalidTableError, match="table scores breaks its contract"):
        write_table(pd.DataFrame({"kpi_id": pd.Series(["a"], dtype="str")}), tmp_path / "scores.parquet")
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("content", [b"", b"PAR1 and no more"])
def test_a_damaged_table_is_told_in_words(tmp_path, content):
    (tmp_path / "some.parquet").write_bytes(content)
    with pytest.raises(UsageError, match="not a whole Parquet file"):
        read_table(tmp_path / "some.parquet")


def test_a_missing_table_is_told_without_the_machines_path(tmp_path):
    with pytest.raises(UsageError) as caught:
        read_table(tmp_path / "tables" / "some.parquet")
    assert str(caught.value).startswith("tables/some.parquet: ")


def test_a_csv_has_iso_days_and_nothing_for_what_is_missing(tmp_path):
    write_csv(table()[["name", "value", "day"]], tmp_path / "some.csv")
    assert (tmp_path / "some.csv").read_bytes() == b"name,value,day\na,0.1,2025-01-31\n,,\n,-0.0,1999-12-31\n"


def test_a_file_is_replaced_as_a_whole_and_leaves_nothing_beside_it(tmp_path):
    write_text(tmp_path / "deep" / "a.txt", "old\n")
    write_text(tmp_path / "deep" / "a.txt", "new\r\nä\n")
    assert (tmp_path / "deep" / "a.txt").read_bytes() == b"new\r\n\xc3\xa4\n"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]
    assert stat.S_IMODE((tmp_path / "deep" / "a.txt").stat().st_mode) & 0o400


def test_a_link_in_the_place_of_an_output_is_refused_and_its_target_kept(tmp_path):
    (tmp_path / "precious").write_text("precious")
    (tmp_path / "out").symlink_to(tmp_path / "precious")
    with pytest.raises(CannotWriteError, match="is a symbolic link"):
        write_bytes(tmp_path / "out", b"x")
    with pytest.raises(CannotWriteError, match="is a symbolic link"):
        recover_folder(tmp_path / "out")
    assert (tmp_path / "precious").read_text() == "precious"


def test_a_full_disk_leaves_the_old_file_and_says_what_to_do(tmp_path, monkeypatch):
    write_text(tmp_path / "a.txt", "old")

    def full(_: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(CannotWriteError, match=r"No space left on device\).\nHint: make room"):
        write_text(tmp_path / "a.txt", "new")
    assert [path.name for path in tmp_path.iterdir()] == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "old"


def finished(final: Path, text: str) -> Path:
    """A private folder with a new review in it: every file holds the same text."""
    work = final.parent / ".work" / final.name
    fresh_folder(work)
    for name in ("run.json", "report.html", "tables/a.txt"):
        write_text(work / name, text, durable=False)
    return work


def stands(final: Path, text: str) -> bool:
    return contents(final) == {name: text.encode() for name in ("run.json", "report.html", "tables/a.txt")}


def without_exchange(*_):
    """What the C library answers where the kernel or the file system cannot exchange two names."""
    ctypes.set_errno(errno.EINVAL)
    return -1


@pytest.fixture(params=["one step", "two renames", "another system"])
def system(request, monkeypatch):
    """Linux as it is where that can exchange folders; Linux on a file system that cannot; a system without the call."""
    if request.param == "one step" and sys.platform != "linux":
        pytest.skip("exchanging two folders is offered by Linux")
    if request.param != "one step":
        function = without_exchange if request.param == "two renames" else None
        monkeypatch.setattr(disk, "_renameat2", lambda: function)
    return request.param


def test_a_folder_is_replaced_whole_and_the_old_one_is_gone(tmp_path, system):
    final = tmp_path / "outputs" / "2025"
    replace_folder(finished(final, "old"), final)
    assert stands(final, "old")
    replace_folder(finished(final, "new"), final)
    assert stands(final, "new")
    assert sorted(path.name for path in final.parent.iterdir()) == [".work", "2025"]
    assert not list((final.parent / ".work").iterdir())


def test_a_kill_between_two_renames_brings_the_old_folder_back(tmp_path):
    final = tmp_path / "2025"
    replace_folder(finished(final, "old"), final)
    final.rename(tmp_path / ".2025.old")
    assert recover_folder(final) is True
    assert stands(final, "old")


def test_a_kill_after_the_second_rename_keeps_the_new_folder(tmp_path):
    final = tmp_path / "2025"
    replace_folder(finished(final, "new"), final)
    (tmp_path / ".2025.old").mkdir()
    assert recover_folder(final) is False
    assert not (tmp_path / ".2025.old").exists()
    assert stands(final, "new")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
def test_whichever_step_of_a_swap_fails_the_folder_is_all_old_or_all_new(tmp_path, system, monkeypatch, number):
    """Every step of the swap fails once, one after another, until a swap needs no more steps than have failed."""
    final = tmp_path / "2025"
    failed = []
    while True:
        replace_folder(finished(final, "old"), final)
        work = finished(final, "new")
        steps, so_far = iter(range(1000)), len(failed)

        def fail(operation, path, steps=steps, failing=so_far):
            if next(steps) == failing:
                failed.append(operation)
                raise OSError(number, os.strerror(number))

        monkeypatch.setattr(disk, "announce", fail)
        told = None
        try:
            replace_folder(work, final)
        except CannotWriteError as error:
            told = str(error)
        monkeypatch.setattr(disk, "announce", lambda *_: None)
        if len(failed) == so_far:
            break
        # told exactly where the old folder stands, or where it is not known whether the new one will after a power cut
        assert stands(final, "old" if told and not confirming(failed) else "new"), failed
        assert told is None or f"/2025: cannot be written ({os.strerror(number)})" in told
    assert stands(final, "new")
    assert {"sync", "sync folder", "remove", "remove folder"} <= set(failed)
    assert ("exchange" in failed) is (system != "another system")


def confirming(failed):
    """Whether the last step to fail was the one after the swap, which makes it last through a power cut."""
    return failed[-1] == "sync folder" and any(step in failed for step in ("exchange", "rename"))


KILLS = """
import os, signal, sys
from pathlib import Path
from review_kit.store import disk, fresh_folder, recover_folder, replace_folder, write_text

final, one_step = Path(sys.argv[1]), sys.argv[2] == "one step"
if not one_step:
    disk._renameat2 = lambda: None

def finished(text):
    work = final.parent / ".work" / final.name
    fresh_folder(work)
    for name in ("run.json", "report.html", "tables/a.txt"):
        write_text(work / name, text, durable=False)
    return work

def kill(operation, path):
    global step
    step -= 1
    if step < 0:
        print(operation, flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

for number in range(1000):
    recover_folder(final)
    replace_folder(finished("old"), final)
    work = finished("new")
    sys.stdout.flush()
    child = os.fork()
    if child == 0:
        step, disk.announce = number, kill
        replace_folder(work, final)
        os._exit(0)
    _, status = os.waitpid(child, 0)
    if status == 0:
        break
    recover_folder(final)
    found = {path.read_text() for path in final.rglob("*") if path.is_file()}
    assert len(found) == 1 and sum(path.is_file() for path in final.rglob("*")) == 3, found
    print(" ", *found, flush=True)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="kills a fork")
def test_wherever_a_swap_is_killed_the_folder_is_all_old_or_all_new(tmp_path, system):
    program = [sys.executable, "-c", KILLS, str(tmp_path / "2025"), system]
    done = subprocess.run(program, capture_output=True, encoding="utf-8", check=True)
    lines = done.stdout.split("\n")
    found = list(zip(lines[::2], map(str.strip, lines[1::2]), strict=False))
    swap = [step for step, _ in found].index("exchange" if system == "one step" else "rename")
    after = swap + (1 if system == "one step" else 2)
    assert {text for _, text in found[:after]} == {"old"}
    assert {text for _, text in found[after:]} == {"new"}
    assert len(found) >= 12


READ = """
import json, sys
from pathlib import Path
folder = Path(sys.argv[1])
print("ready", flush=True)
last = 0
while last < int(sys.argv[2]):
    before = int((folder / "report.html").read_text())
    between = int((folder / "run.json").read_text())
    after = int((folder / "report.html").read_text())
    assert last <= before <= between <= after, (last, before, between, after)
    last = after
print("whole", end="")
"""


@pytest.mark.skipif(sys.platform != "linux", reason="exchanging two folders is offered by Linux")
def test_a_reader_finds_a_whole_folder_at_every_moment_of_fifty_swaps(tmp_path):
    """Numbers that only grow: a file of an older review beside one of a newer one would be seen, and a missing one."""
    final = tmp_path / "2025"
    replace_folder(finished(final, "0"), final)
    reader = subprocess.Popen([sys.executable, "-c", READ, str(final), "50"], stdout=subprocess.PIPE, encoding="utf-8")
    assert reader.stdout.readline() == "ready\n"
    for number in range(1, 51):
        replace_folder(finished(final, str(number)), final)
    told, _ = reader.communicate(timeout=60)
    assert (told, reader.returncode) == ("whole", 0)


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "2025").write_text("x")
    with pytest.raises(CannotWriteError, match="is a file where a folder belongs"):
        recover_folder(tmp_path / "2025")


def test_a_fresh_folder_is_empty_whatever_stood_there(tmp_path):
    (tmp_path / "kept").mkdir()
    (tmp_path / "kept" / "precious").write_text("precious")
    (tmp_path / "work" / "deep").mkdir(parents=True)
    (tmp_path / "work" / "deep" / "a.txt").write_text("left by a killed run")
    (tmp_path / "work" / "link").symlink_to(tmp_path / "kept")
    fresh_folder(tmp_path / "work")
    assert not list((tmp_path / "work").iterdir())
    assert (tmp_path / "kept" / "precious").read_text() == "precious"


@pytest.mark.parametrize("give", [copy_file, link_file])
def test_a_file_is_given_to_another_place_as_a_whole(tmp_path, give):
    write_text(tmp_path / "object", "new")
    write_text(tmp_path / "deep" / "a.txt", "old")
    give(tmp_path / "object", tmp_path / "deep" / "a.txt")
    assert (tmp_path / "deep" / "a.txt").read_text() == "new"
    assert [path.name for path in (tmp_path / "deep").iterdir()] == ["a.txt"]


def test_a_file_that_cannot_be_linked_is_copied(tmp_path, monkeypatch):
    write_text(tmp_path / "object", "new")

    def refused(*_):
        raise OSError(errno.EXDEV, os.strerror(errno.EXDEV))

    monkeypatch.setattr(os, "link", refused)
    link_file(tmp_path / "object", tmp_path / "a.txt")
    assert (tmp_path / "a.txt").read_text() == "new"
    assert not (tmp_path / "a.txt").samefile(tmp_path / "object")


@pytest.mark.parametrize("number", [errno.ENOSPC, errno.EIO, errno.EACCES])
@pytest.mark.parametrize("operation", ["make folder", "create", "write", "sync", "rename", "copy", "link"])
def test_a_step_that_fails_leaves_the_old_file_and_nothing_beside_it(tmp_path, monkeypatch, operation, number):
    write_text(tmp_path / "object", "new")
    write_text(tmp_path / "a.txt", "old")

    def fail(step, path):
        if step == operation:
            raise OSError(number, os.strerror(number))

    monkeypatch.setattr(disk, "announce", fail)
    path = tmp_path / "deep" / "a.txt" if operation == "make folder" else tmp_path / "a.txt"
    give = {"copy": copy_file, "link": link_file}.get(operation)
    if operation == "link" and number != errno.ENOSPC:
        give(tmp_path / "object", path)  # a link that is not to be had is made up for by a copy
        assert path.read_text() == "new"
        return
    with pytest.raises(CannotWriteError, match=rf"a\.txt: cannot be written \({os.strerror(number)}\)\.\nHint: "):
        give(tmp_path / "object", path) if give else write_text(path, "new")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.txt", "object"]
    assert (tmp_path / "a.txt").read_text() == "old"


def test_nothing_heavy_is_loaded_to_write_a_file():
    """`review run` with nothing to do must end before pandas would be loaded."""
    code = "import sys, review_kit.store; print([name for name in ('pandas', 'pyarrow') if name in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, encoding="utf-8", check=True)
    assert done.stdout == "[]\n"


def test_sources_are_copied_once_and_hashed_as_copied(tmp_path):
    root, into = tmp_path / "workspace", tmp_path / "frozen"
    (root / "data").mkdir(parents=True)
    (root / "data" / "a.csv").write_bytes(b"abc")
    one, *more = freeze(root, ["data/a.csv", "data/a.csv", "data/missing.csv"], into)
    assert more == []
    assert (one.path, one.size) == ("data/a.csv", 3)
    assert one.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
    (root / "data" / "a.csv").write_bytes(b"changed")
    assert (into / "data" / "a.csv").read_bytes() == b"abc"


@pytest.mark.parametrize("name", ["../secret.csv", "data/link.csv"])
def test_a_source_that_leads_out_of_the_workspace_is_not_copied(tmp_path, name):
    root = tmp_path / "workspace"
    (root / "data").mkdir(parents=True)
    (tmp_path / "secret.csv").write_text("secret")
    (root / "data" / "link.csv").symlink_to(tmp_path / "secret.csv")
    with pytest.raises(UsageError, match="leads out of the workspace"):
        freeze(root, [name], tmp_path / "frozen")
