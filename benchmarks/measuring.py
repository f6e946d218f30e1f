"""What a command takes: seconds, processor seconds and peak memory of it and of everything that it starts."""

import os
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

SAMPLE_SECONDS = 0.2


@dataclass(slots=True)
class Took:
    """What the runs of one case took, one entry each."""

    seconds: list[float] = field(default_factory=list)
    processor: list[float] = field(default_factory=list)  # seconds of all processes that were waited for
    megabytes: list[float] = field(default_factory=list)  # at the peak, pages that are shared counted once


def measure(commands: Iterable[list[str]], folder: Path, environment: dict[str, str], took: Took) -> None:
    """Run the commands one after the other and add what they took together; stop with their words if one fails."""
    started, busy, peak = time.perf_counter(), children_seconds(), 0.0
    for command in commands:
        with subprocess.Popen(
            command, cwd=folder, env={**os.environ, **environment}, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            with Memory(process.pid) as memory:
                told, _ = process.communicate()
            if process.returncode:
                sys.exit(f"{' '.join(command)}\nfailed:\n{told.decode(errors='replace')}")
        peak = max(peak, memory.peak)
    took.seconds.append(time.perf_counter() - started)
    took.processor.append(children_seconds() - busy)
    took.megabytes.append(peak)


def children_seconds() -> float:
    """Processor seconds of all processes that ended so far."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


class Memory:
    """Samples the memory of a process and all its descendants while a block runs (Linux only)."""

    def __init__(self, root: int) -> None:
        self.root = root
        self.peak = 0.0
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.sample, daemon=True)

    def sample(self) -> None:
        """Look again and again until told to stop."""
        while not self.over.wait(SAMPLE_SECONDS):
            self.peak = max(self.peak, sum(proportional_megabytes(pid) for pid in descendants(self.root)))

    def __enter__(self) -> Self:
        self.thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self.thread.join()


def descendants(root: int) -> set[int]:
    """The process and all below it."""
    parents = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            parents[int(entry.parent.name)] = int(entry.read_text().rpartition(")")[2].split()[1])
        except (OSError, IndexError):
            continue
    found = {root}
    while more := {pid for pid, parent in parents.items() if parent in found} - found:
        found |= more
    return found


def proportional_megabytes(pid: int) -> float:
    """Pages of its own, and its part of shared ones."""
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0.0
    return sum(int(line.split()[1]) for line in lines if line.startswith("Pss:")) / 1024
