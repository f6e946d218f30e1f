"""A folder of results, replaced as a whole: two renames, and a rule for what a kill between them leaves."""

import os
import shutil
from pathlib import Path

from review_kit.errors import CannotWriteError
from review_kit.store.files import refuse_link, sync_folder, told_errors, told_path


def _aside(final: Path) -> Path:
    """Where the last good folder waits while the new one takes its place."""
    return final.parent / f".{final.name}.old"


def _work(final: Path) -> Path:
    return final.parent / f".{final.name}.work"


def begin_folder(final: Path | str) -> Path:
    """An empty hidden folder beside `final` to work in; what a killed run left there is removed.

    The caller holds the lock of the checkpoint: two runs must not share it.

    Raises:
        CannotWriteError: the folder cannot be made, or `final` is a symbolic link or a file.

    """
    final = Path(final)
    recover_folder(final)
    work = _work(final)
    with told_errors(work):
        work.parent.mkdir(parents=True, exist_ok=True)
        _remove(work)
        work.mkdir()
    return work


def replace_folder(work: Path | str, final: Path | str) -> None:
    """Put `work` in the place of `final`; a reader finds the old folder or the new one, complete.

    Everything in `work` is on disk before the first rename. Between the two renames there is no `final`: a kill just
    then is undone by `recover_folder`, which every run calls first.

    Raises:
        CannotWriteError: a rename failed (the old folder is back in place), or `final` is a symbolic link or a file.

    """
    work, final = Path(work), Path(final)
    recover_folder(final)
    aside = _aside(final)
    with told_errors(final):
        _sync_tree(work)
        had_one = final.exists()
        if had_one:
            final.rename(aside)
        try:
            work.rename(final)
        except OSError:
            if had_one:
                aside.rename(final)
            raise
        sync_folder(final.parent)
        _remove(aside)


def recover_folder(final: Path | str) -> bool:
    """Undo what a kill between the two renames left; True where the last good folder had to be put back.

    Raises:
        CannotWriteError: `final` is a symbolic link or a file, or the rename failed.

    """
    final = Path(final)
    aside = _aside(final)
    refuse_link(final)
    if final.exists() and not final.is_dir():
        msg = f"{told_path(final)}: is a file where a folder belongs.\nHint: rename or remove it."
        raise CannotWriteError(msg)
    with told_errors(final):
        if final.exists():
            _remove(aside)
            return False
        if aside.is_dir() and not aside.is_symlink():
            aside.rename(final)
            sync_folder(final.parent)
            return True
    return False


def _remove(folder: Path) -> None:
    """The folder and what is in it; a link is removed, never followed."""
    if folder.is_symlink() or folder.is_file():
        folder.unlink()
    elif folder.exists():
        shutil.rmtree(folder)


def _sync_tree(folder: Path) -> None:
    """Every file of the tree, then its folders from the inside out."""
    for place, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = Path(place) / name
            if path.is_symlink():
                continue
            with path.open("rb") as file:
                os.fsync(file.fileno())
        sync_folder(Path(place))
