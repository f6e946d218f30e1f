"""Takes the place of `disk.announce` in every process of a run, to write down each step, to kill there or to fail.

`fault_points` copies it as `sitecustomize.py` into a folder on PYTHONPATH, so that Python loads it in the process that
owns the run, in the fork server, in what is forked from it and in ordinary kernels.
"""

import json
import os
import re
import signal
import sys
import time
from pathlib import Path

FAULT = "REVIEW_FAULT"
TEMPORARY = re.compile(r"^\.(.*)\.\d+-[0-9a-f]{8}\.new$")


class Fault:
    """What is to happen at one step of a run, and the record of all steps up to then."""

    def __init__(self, *, folder, workspace, label, action, number):
        self.folder = Path(folder)
        self.workspace = Path(workspace)
        self.label = label  # of the step, as in the record
        self.action = action  # 'kill' this process; 'kill owner' or 'interrupt owner' of the run; 'fail'; 'wait'
        self.number = number  # errno of the failing call

    def __call__(self, operation, path):
        """Stand at the beginning of a step; another process may be at one of its own."""
        if not Path(path).is_relative_to(self.workspace):
            return
        label = self.count(operation, path)
        if label == self.label:
            self.strike()

    def count(self, operation, path):
        """The step's label: what is done to which file for the how many-th time in the run, whoever does it."""
        inner = Path(path).relative_to(self.workspace)
        name = TEMPORARY.sub(r"\1", inner.name)
        step = f"{operation} {inner.with_name(name).as_posix()}" + ("" if name == inner.name else " (new)")
        import fcntl  # noqa: PLC0415 - the module is looked at on Windows too, where nobody comes here

        with (self.folder / "steps").open("a+", encoding="utf-8") as record:
            fcntl.flock(record, fcntl.LOCK_EX)
            record.seek(0)
            before = sum(line.partition("\t")[0].rpartition(" #")[0] == step for line in record)
            label = f"{step} #{before + 1}"
            record.write(f"{label}\t{os.getpid()}\n")
        return label

    def strike(self):
        """Let the fault happen, once."""
        if self.action == "fail":
            raise OSError(self.number, os.strerror(self.number))
        if self.action == "wait":
            (self.folder / "waiting").touch()
            while not (self.folder / "go").exists():
                time.sleep(0.02)
            return
        owner = int((self.folder / "owner").read_text())
        victim, number = {
            "kill": (os.getpid(), signal.SIGKILL),
            "kill owner": (owner, signal.SIGKILL),
            "interrupt owner": (owner, signal.SIGINT),
        }[self.action]
        os.kill(victim, number)


def install():
    """Begin, where a test asks for it."""
    told = os.environ.get(FAULT, "")
    if not Path(told).is_file():
        return
    from review_kit.store import disk  # noqa: PLC0415 - not in a process that no test asks

    fault = Fault(**json.loads(Path(told).read_text(encoding="utf-8")))
    if sys.orig_argv[1:4] == ["-m", "review_kit", "run"]:
        (fault.folder / "owner").write_text(str(os.getpid()))
        signal.signal(signal.SIGINT, signal.default_int_handler)  # background jobs are started with it ignored
    disk.announce = fault


install()
