"""What a review is made from, as hashes: the same fingerprint means the same bytes, so nothing has to be run again."""

import hashlib
import json
import os
import platform
from collections.abc import Iterable, Mapping
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

# Libraries that can change a number, a drawing or the bytes of a file.
LIBRARIES = (
    "ipykernel",
    "jinja2",
    "matplotlib",
    "nbconvert",
    "nbformat",
    "numpy",
    "pandas",
    "pandera",
    "papermill",
    "pyarrow",
    "python-calamine",
    "scipy",
    "xlsxwriter",
)
ABSENT = "absent"  # the hash of a file that is not there: it must stay away


def hash_file(path: Path) -> str:
    """SHA-256 of the bytes; 'absent' where there is no file."""
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError:
        return ABSENT


def hash_folder(folder: Path, *, leave_out: Iterable[str] = ()) -> dict[str, str]:
    """The hash of every file below, by its path with forward slashes, sorted."""
    left_out = set(leave_out)
    paths = sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts)
    named = {path.relative_to(folder).as_posix(): path for path in paths}
    return {name: hash_file(path) for name, path in named.items() if name not in left_out}


def hash_of(value: Any) -> str:
    """SHA-256 of anything that JSON can hold, whatever the order of its keys."""
    return hashlib.sha256(json.dumps(value, sort_keys=True).encode()).hexdigest()


def hash_code() -> str:
    """One hash of the whole package, its templates, styles and fonts included."""
    return hash_of(hash_folder(Path(__file__).resolve().parents[1]))


def library_versions() -> dict[str, str]:
    """Versions of Python and of what can change a result."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = version(name)
        except PackageNotFoundError:
            found[name] = ABSENT
    return found


def surroundings() -> dict[str, Any]:
    """Everything but the inputs and the notebooks: code, versions and the one variable that is honoured."""
    epoch = os.environ.get("SOURCE_DATE_EPOCH", "")
    return {"code": hash_code(), "versions": library_versions(), "source_date_epoch": epoch}


def is_unchanged(last: Mapping[str, Any], final: Path, live: Mapping[str, Path]) -> bool:
    """Whether running again would give what lies in `final`, and nobody has touched it.

    `last` is its run.json; `live` says where the files lie whose hashes it holds under `made_from`.
    """
    made_from = last.get("made_from", {})
    if {key: made_from.get(key) for key in ("code", "versions", "source_date_epoch")} != surroundings():
        return False
    if any(hash_file(live[name]) != known for name, known in made_from["files"].items()):
        return False
    return hash_folder(final, leave_out=["run.json"]) == last.get("files")
