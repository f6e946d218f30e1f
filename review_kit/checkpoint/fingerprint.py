"""What a review is made from, as hashes: the same fingerprint means the same bytes, so nothing has to be run again."""

import hashlib
import json
import os
import platform
import sys
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

# Libraries that can change a number, a drawing or the bytes of a file.
LIBRARIES = (
    "beautifulsoup4",
    "bleach",
    "contourpy",
    "fonttools",
    "ipykernel",
    "ipython",
    "ipywidgets",
    "jinja2",
    "jupyter-client",
    "kiwisolver",
    "markupsafe",
    "matplotlib",
    "matplotlib-inline",
    "mistune",
    "nbclient",
    "nbconvert",
    "nbformat",
    "numpy",
    "pandas",
    "papermill",
    "pillow",
    "pyarrow",
    "pydantic",
    "pydantic-core",
    "python-calamine",
    "python-dateutil",
    "pyyaml",
    "scipy",
    "tinycss2",
    "traitlets",
    "xlsxwriter",
)
PACKAGE = Path(__file__).resolve().parents[1]
ABSENT = "absent"  # the hash of a file that is not there: it must stay away
NO_FILE = "no file of its own"  # stands for the hash of a link, a pipe and the like: its content is not the folder's
UNREADABLE = "unreadable"  # the hash of what is there and cannot be read; who needs it says so in its own words
OPENED = "opened"  # key of what a review was made from: which of its files notebooks opened by themselves
UNSURE = "unsure"  # likewise: names of the steps that may give something else although all that is known is the same


def hash_file(path: Path) -> str:
    """SHA-256 of the bytes; 'absent' where there is no file, or a pipe, which would wait for ever; or 'unreadable'."""
    try:
        if path.exists() and not path.is_file():
            return ABSENT
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except (FileNotFoundError, NotADirectoryError):
        return ABSENT
    except OSError:
        return UNREADABLE


def files_of(folder: Path) -> dict[str, Path]:
    """Whatever lies below and is no folder, by its path with forward slashes, sorted; links are not followed."""
    found = {}
    for place, folders, names in os.walk(folder):
        links = [name for name in folders if Path(place, name).is_symlink()]
        for name in (*names, *links):
            path = Path(place, name)
            found[path.relative_to(folder).as_posix()] = path
    return dict(sorted(found.items()))


def hash_folder(folder: Path, *, leave_out: Iterable[str] = ()) -> dict[str, str]:
    """SHA-256 of every file below by its path; always read anew, since this is what seals and proofs rest on."""
    left_out = set(leave_out)
    return {
        name: hash_file(path) if path.is_file() and not path.is_symlink() else NO_FILE
        for name, path in files_of(folder).items()
        if name not in left_out
    }


def hash_of(value: Any) -> str:
    """SHA-256 of anything that JSON can hold, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def library_versions() -> dict[str, str]:
    """Versions of Python and of what can change a result; another processor may round a last digit otherwise."""
    found = {"platform": f"{sys.platform}-{platform.machine()}", "python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ABSENT
    return found


def honoured() -> dict[str, str]:
    """The variables of the environment that an output may depend on: there is one."""
    return {"source_date_epoch": os.environ.get("SOURCE_DATE_EPOCH", "")}


def hash_code() -> dict[str, str]:
    """The hash of every file of the package, templates, styles and fonts included, by 'review_kit/scoring/score.py'.

    Some installers make links to a store of files that they share, so here what a link leads to counts.
    """
    return {
        f"{PACKAGE.name}/{name}": hash_file(path)
        for name, path in files_of(PACKAGE).items()
        if path.is_file() and "__pycache__" not in path.parts
    }


def surroundings() -> dict[str, Any]:
    """Everything but the inputs and the notebooks: code, versions and what is honoured of the environment."""
    return {"code": hash_code(), "versions": library_versions(), **honoured()}


def is_unchanged(last: Mapping[str, Any], final: Path, live: Mapping[str, Path]) -> bool:
    """Whether running again would give what lies in `final`, and nobody has touched it.

    `last` is its run.json; `live` says where the files lie whose hashes it holds under `made_from`. A step of which not
    everything is known that it depends on would have to run in any case.
    """
    made_from = dict(last.get("made_from", {}))
    files = made_from.pop("files", {})
    made_from.pop(OPENED, None)
    if made_from.pop(UNSURE, None):
        return False
    if any(hash_file(live[name]) != known for name, known in files.items()) or made_from != surroundings():
        return False
    return hash_folder(final, leave_out=["run.json", "seal.json"]) == last.get("files")
