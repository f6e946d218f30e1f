"""Files whole or not at all, tables with the same bytes, folders that survive a kill."""

import errno
import os
import stat
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from review_kit.errors import CannotWriteError, InvalidTableError, UsageError
from review_kit.store import (
    begin_folder,
    freeze,
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
        begin_folder(tmp_path / "out")
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
    work = begin_folder(final)
    (work / "tables").mkdir()
    (work / "tables" / "a.txt").write_text(text)
    return work


def test_a_folder_is_replaced_whole_and_the_old_one_is_gone(tmp_path):
    final = tmp_path / "outputs" / "2025"
    replace_folder(finished(final, "old"), final)
    replace_folder(finished(final, "new"), final)
    assert (final / "tables" / "a.txt").read_text() == "new"
    assert [path.name for path in final.parent.iterdir()] == ["2025"]


def test_a_kill_before_the_first_rename_leaves_the_old_folder(tmp_path):
    final = tmp_path / "2025"
    replace_folder(finished(final, "old"), final)
    finished(final, "half")
    assert recover_folder(final) is False
    assert (final / "tables" / "a.txt").read_text() == "old"
    assert not list(begin_folder(final).iterdir())


def test_a_kill_between_the_renames_brings_the_old_folder_back(tmp_path):
    final = tmp_path / "2025"
    replace_folder(finished(final, "old"), final)
    finished(final, "new")
    final.rename(tmp_path / ".2025.old")
    assert recover_folder(final) is True
    assert (final / "tables" / "a.txt").read_text() == "old"


def test_a_kill_after_the_second_rename_keeps_the_new_folder(tmp_path):
    final = tmp_path / "2025"
    replace_folder(finished(final, "new"), final)
    (tmp_path / ".2025.old").mkdir()
    assert recover_folder(final) is False
    assert [path.name for path in tmp_path.iterdir()] == ["2025"]
    assert (final / "tables" / "a.txt").read_text() == "new"


def test_a_failed_second_rename_puts_the_old_folder_back(tmp_path):
    final = tmp_path / "2025"
    replace_folder(finished(final, "old"), final)
    with pytest.raises(CannotWriteError):
        replace_folder(tmp_path / "was-never-made", final)
    assert (final / "tables" / "a.txt").read_text() == "old"


def test_a_file_in_the_place_of_a_folder_is_refused(tmp_path):
    (tmp_path / "2025").write_text("x")
    with pytest.raises(CannotWriteError, match="is a file where a folder belongs"):
        begin_folder(tmp_path / "2025")


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
