"""How long a review takes as a chain of notebooks, against a plain script and against the usual command lines.

In each round, the three are run one after the other as whole processes, in an order that changes from round to round:

    chain          review run CHECKPOINT --force
    plain          benchmarks/plain.py: the same calls in one script, with neither notebooks nor Papermill
    command lines  `papermill` for each notebook, then `nbconvert` for each document

    python benchmarks/chain.py --rounds 5 [--checkpoint 2025] [--workspace .] [--without-command-lines]

Peak memory is the largest sum over all processes of the run, pages that they share counted once (Linux only).
"""

import argparse
import os
import platform
import shutil
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

REPOSITORY = Path(__file__).resolve().parents[1]
SAMPLE_SECONDS = 0.2
STAGES = ("01_data_intake", "02_kpi_scoring", "03_gap_findings", "04_target_reset")
DOCUMENTS = (("05_strategy_review", "html"), ("06_briefing", "slides"))

Commands = Callable[[Path, str], Iterable[list[str]]]


@dataclass(slots=True)
class Way:
    """One way to make the review, and what its runs took."""

    name: str
    commands: Commands
    seconds: list[float] = field(default_factory=list)
    megabytes: list[float] = field(default_factory=list)


def chain(workspace: Path, checkpoint: str) -> Iterator[list[str]]:
    """Our command."""
    yield [sys.executable, "-m", "review_kit", "run", checkpoint, "--force", "--workspace", str(workspace)]


def plain(workspace: Path, checkpoint: str) -> Iterator[list[str]]:
    """The script without notebooks."""
    yield [sys.executable, str(REPOSITORY / "benchmarks" / "plain.py"), str(workspace), checkpoint]


def command_lines(workspace: Path, checkpoint: str) -> Iterator[list[str]]:
    """What a shell script around Papermill and nbconvert would call; it hands the same tables from stage to stage."""
    places = f"Places(workspace=Path({str(workspace)!r}), checkpoint={checkpoint!r})"
    prepare = (
        "from pathlib import Path; from review_kit.checkpoint.places import Places;"
        "from review_kit.checkpoint.plan import make_plan;"
        "from review_kit.checkpoint.freezing import freeze_inputs;"
        f"places = {places}; plan = make_plan(places, None, None); places.clear_work();"
        "freeze_inputs(places.workspace, plan.params, plan.templates, places.work / 'frozen')"
    )
    yield [sys.executable, "-c", prepare]
    run = f"outputs/.work/{checkpoint}"
    out = workspace / "outputs" / "command_lines"
    shutil.rmtree(out, ignore_errors=True)
    out.mkdir(parents=True)
    for name in STAGES:
        yield papermill(workspace, name, out / f"{name}.ipynb", checkpoint, run, "analyst")
    for edition in editions_of(workspace, checkpoint):
        build = f"from review_kit.desk import build_edition; build_edition({run!r}, {checkpoint!r}, {edition!r})"
        yield [sys.executable, "-c", build]
        for name, kind in DOCUMENTS:
            executed = out / f"{edition}_{name}.ipynb"
            yield papermill(workspace, name, executed, checkpoint, run, edition)
            yield [sys.executable, "-m", "nbconvert", "--log-level=ERROR", "--to", kind, "--no-input", str(executed)]


def papermill(workspace: Path, name: str, target: Path, checkpoint: str, run: str, edition: str) -> list[str]:
    """One Papermill command line; -r keeps text as text."""
    parameters = ["-r", "checkpoint", checkpoint, "-r", "run", run, "-r", "edition", edition]
    template = workspace / "notebooks" / f"{name}.ipynb"
    command = [sys.executable, "-m", "papermill", "--no-progress-bar", "--log-level", "ERROR", "-k", "python3"]
    return [*command, *parameters, str(template), str(target)]


def editions_of(workspace: Path, checkpoint: str) -> list[str]:
    """The names of all editions."""
    from review_kit.params import find_checkpoint  # noqa: PLC0415 - this script measures; it loads little itself

    return list(find_checkpoint(checkpoint, workspace / "params")[0].editions)


class Memory:
    """Samples the memory of a process and all its descendants while a block runs."""

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


def measure(way: Way, workspace: Path, checkpoint: str) -> None:
    """Run all commands of a way once."""
    environment = {**os.environ, "PYTHONPATH": str(REPOSITORY)}
    started = time.perf_counter()
    peak = 0.0
    for command in way.commands(workspace, checkpoint):
        with subprocess.Popen(
            command, cwd=workspace, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            with Memory(process.pid) as memory:
                told, _ = process.communicate()
            if process.returncode:
                sys.exit(f"{' '.join(command)}\nfailed:\n{told.decode(errors='replace')}")
        peak = max(peak, memory.peak)
    way.seconds.append(time.perf_counter() - started)
    way.megabytes.append(peak)
    print(f"  {way.name}: {way.seconds[-1]:.1f} s", flush=True)


def table(ways: list[Way]) -> str:
    """What was measured, as Markdown."""
    floor = statistics.median(next(way.seconds for way in ways if way.name == "plain"))
    rows = ["| way | median s | min s | max s | of plain | peak MB |", "| --- | --: | --: | --: | --: | --: |"]
    for way in ways:
        middle = statistics.median(way.seconds)
        numbers = [f"{middle:.1f}", f"{min(way.seconds):.1f}", f"{max(way.seconds):.1f}", f"{middle / floor:.2f}"]
        rows.append(f"| {way.name} | {' | '.join(numbers)} | {max(way.megabytes):.0f} |")
    return "\n".join(rows)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--checkpoint", default="2025")
    parser.add_argument("--workspace", type=Path, default=REPOSITORY, help="its params, data and notebooks are copied")
    parser.add_argument("--without-command-lines", action="store_true", help="leave out the slowest of the three")
    chosen = parser.parse_args()
    sys.path.insert(0, str(REPOSITORY))
    ways = [Way("chain", chain), Way("plain", plain)]
    if not chosen.without_command_lines:
        ways.append(Way("command lines", command_lines))
    with tempfile.TemporaryDirectory(prefix="review-benchmark-") as folder:
        workspace = Path(folder)
        for name in ("params", "data", "notebooks"):
            shutil.copytree(chosen.workspace / name, workspace / name)
        for number in range(chosen.rounds):
            print(f"round {number + 1} of {chosen.rounds}", flush=True)
            turn = number % len(ways)
            for way in (*ways[turn:], *ways[:turn]):
                measure(way, workspace, chosen.checkpoint)
    print(f"\nPython {platform.python_version()}, {os.cpu_count()} processors, {chosen.rounds} rounds\n")
    print(table(ways))
    chain_median, *others = (statistics.median(way.seconds) for way in ways)
    if len(others) > 1:
        print(f"\nThe chain is {others[1] / chain_median:.1f} times as fast as the command lines.")


if __name__ == "__main__":
    main()
