"""What runs inside a kernel of the chain: it says when it is ready, and keeps the evidence when a cell fails.

Loaded as an IPython extension (`load_ipython_extension`); the environment variable REVIEW_EVIDENCE names the file,
without its ending, that evidence goes to. What people see in the notebook is left as it is.
"""

import contextlib
import json
import os
import sys
import traceback
from collections.abc import Iterable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from review_kit.chain.tracing import listen
from review_kit.errors import ReviewError

EVIDENCE = "REVIEW_EVIDENCE"
PRELOAD = "REVIEW_PRELOAD"
TRACE = ".trace.json"  # ending of the file that says what a process has opened
FRAMES_KEPT = 3  # the innermost: where it happened and who asked for it


def load_ipython_extension(shell: Any) -> None:
    """Record what a cell raises and which files it opens; import what should be in memory."""
    stem = os.environ.get(EVIDENCE)
    if not stem:
        return
    preload(os.environ.get(PRELOAD, "").split())
    tracer = listen(Path.cwd())

    def record(result: Any) -> None:
        record_failure(stem, result)
        tracer.tell(Path(f"{stem}{TRACE}"))

    shell.events.register("post_run_cell", record)


def preload(names: Iterable[str]) -> None:
    """Import modules and call functions (`module:function`) before anything is asked for.

    What cannot be loaded here is left to the notebook, which will say so in its own place.
    """
    for name in names:
        module, _, function = name.partition(":")
        try:
            loaded = import_module(module)
            if function:
                getattr(loaded, function)()
        except Exception:  # noqa: BLE001 - see above; the log keeps it
            traceback.print_exc()


def record_failure(stem: str, result: Any) -> None:
    """Write down the exception of a cell, if it raised one."""
    error = result.error_before_exec or result.error_in_exec
    if error is not None:
        write_evidence(stem, describe(error))


def describe(error: BaseException) -> dict[str, Any]:
    """Name, message and innermost frames; for an error of ours also the class the owner knows it by."""
    known = next((base.__name__ for base in type(error).__mro__ if base.__module__ == ReviewError.__module__), "")
    frames = [
        {"file": short_path(frame.filename), "line": frame.lineno, "function": frame.name}
        for frame in traceback.extract_tb(error.__traceback__)
        if not is_machinery(frame.filename)
    ]
    return {
        "name": type(error).__name__,
        "message": str(error),
        "review_error": known,
        "frames": frames[-FRAMES_KEPT:],
    }


def is_machinery(filename: str) -> bool:
    """IPython runs every cell; that tells nobody anything."""
    return "/IPython/" in filename.replace("\\", "/") or filename == __file__


def short_path(filename: str) -> str:
    """The path below the folder that Python found it in; a cell has no file."""
    if "ipykernel_" in filename or filename.startswith("<"):
        return "this notebook"
    for folder in sorted((entry for entry in sys.path if entry), key=len, reverse=True):
        if Path(filename).is_relative_to(folder):
            return Path(filename).relative_to(folder).as_posix()
    return Path(filename).name


def write_evidence(stem: str, evidence: Mapping[str, Any]) -> None:
    """Put the evidence in place whole: the owner may be reading."""
    part = Path(f"{stem}.part")
    part.write_text(json.dumps(evidence), encoding="utf-8")
    part.replace(f"{stem}.error.json")


def answer_call(work: Mapping[str, Any]) -> None:
    """Call `module:function` with the given arguments; a failure is kept as evidence and told by the exit code."""
    module, _, function = work["function"].partition(":")
    tracer = listen(Path.cwd())
    try:
        getattr(import_module(module), function)(**work["arguments"])
        tracer.tell(Path(f"{work['evidence']}{TRACE}"))
    except Exception as error:
        write_evidence(work["evidence"], describe(error))
        raise


def read_evidence(stem: Path | str) -> dict[str, Any]:
    """What a process of ours wrote down about its failure; empty where it wrote nothing."""
    with contextlib.suppress(FileNotFoundError):
        found: dict[str, Any] = json.loads(Path(f"{stem}.error.json").read_text(encoding="utf-8"))
        return found
    return {}


def read_log(stem: Path | str) -> str:
    """What a process of ours wrote to its own standard error."""
    with contextlib.suppress(FileNotFoundError):
        return Path(f"{stem}.log").read_text(encoding="utf-8", errors="replace").strip()
    return ""
