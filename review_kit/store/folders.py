"""A folder of results, replaced as a whole: in one step where the system offers it, otherwise by two renames."""

import contextlib
import os
from pathlib import Path

from review_kit.errors import CannotWriteError
from review_kit.store import disk
from review_kit.store.files import make_folder, refuse_link, told_errors, told_path


def fresh_folder(folder: Path | str) -> None:
    """Make the folder empty, whatever stood there; those above it are made where they are missing.

    Raises:
        CannotWriteError: what stands there cannot be removed, or the folder cannot be made.

    """
    remove_tree(folder)
    make_folder(folder)


def remove_tree(folder: Path | str) -> None:
    """Remove the folder with all that is in it, if it is there; a link is removed, never followed.

    Raises:
        CannotWriteError: something in it cannot be removed.

    """
    folder = Path(folder)
    with told_errors(folder):
        _remove(folder)


def replace_folder(work: Path | str, final: Path | str) -> None:
    """Put `work` in the place of `final`; a reader finds the old folder or the new one, complete. `work` is gone then.

    Everything in `work` is on the disk before. Where the system cannot exchange two folders there is no `final` for a
    moment: a kill just then is undone by `recover_folder`, which every run calls first. What cannot be removed of the
    old folder stays where `work` was, or where `recover_folder` finds it.

    Raises:
        CannotWriteError: the old folder is in its place, since the new one could not be put there; or `final` is a
            symbolic link or a file.

    """
    work, final = Path(work), Path(final)
    recover_folder(final)
    make_folder(final.parent)
    with told_errors(final):
        _sync_tree(work)
        old = work
        if not final.exists():
            disk.rename(work, final)
        elif not disk.exchange(work, final):
            old = _aside(final)
            disk.rename(final, old)
            try:
                disk.rename(work, final)
            except OSError:
                disk.rename(old, final)
                raise
        disk.sync_folder(final.parent)
    with contextlib.suppress(OSError):  # the new folder stands; the next run clears what is left of the old one
        _remove(old)


def recover_folder(final: Path | str) -> bool:
    """Undo what a kill between two renames left; True where the last good folder had to be put back.

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
            disk.rename(aside, final)
            disk.sync_folder(final.parent)
            return True
    return False


def _aside(final: Path) -> Path:
    """Where the last good folder waits while the new one takes its place."""
    return final.parent / f".{final.name}.old"


def _remove(folder: Path) -> None:
    """The folder from the inside out; a link is removed, never followed."""
    if folder.is_symlink() or folder.is_file():
        disk.remove_file(folder)
    elif folder.exists():
        for place, folders, names in os.walk(folder, topdown=False, onerror=_raise):
            for name in names:
                disk.remove_file(Path(place) / name)
            for name in folders:
                inner = Path(place) / name
                if inner.is_symlink():
                    disk.remove_file(inner)
                else:
                    disk.remove_folder(inner)
        disk.remove_folder(folder)


def _sync_tree(folder: Path) -> None:
    """Every file of the tree, then its folders from the inside out."""
    for place, _, names in os.walk(folder, topdown=False, onerror=_raise):
        for name in names:
            path = Path(place) / name
            if not path.is_symlink():
                disk.sync_file(path)
        disk.sync_folder(Path(place))


def _raise(error: OSError) -> None:
    """os.walk would pass over what it cannot read."""
    raise error
