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
    "bleach",
    "ipykernel",
    "ipython",
    "ipywidgets",
    "jinja2",
    "jupyter-client",
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
    "python-calamine",
    "python-dateutil",
    "pyyaml",
    "scipy",
    "traitlets",
    "xlsxwriter",
)
PACKAGE = Path(__file__).resolve().parents[1]
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
    """The hash of every file of the package, templates, styles and fonts included, by 'review_kit/scoring/score.py'."""
    return {f"{PACKAGE.name}/{path}": sha256 for path, sha256 in hash_folder(PACKAGE).items()}


def surroundings() -> dict[str, Any]:
    """Everything but the inputs and the notebooks: code, versions and what is honoured of the environment."""
    return {"code": hash_code(), "versions": library_versions(), **honoured()}


def is_unchanged(last: Mapping[str, Any], final: Path, live: Mapping[str, Path]) -> bool:
    """Whether running again would give what lies in `final`, and nobody has touched it.

    `last` is its run.json; `live` says where the files lie whose hashes it holds under `made_from`.
    """
    made_from = dict(last.get("made_from", {}))
    files = made_from.pop("files", {})
    if any(hash_file(live[name]) != known for name, known in files.items()) or made_from != surroundings():
        return False
    return hash_folder(final, leave_out=["run.json", "seal.json"]) == last.get("files")
