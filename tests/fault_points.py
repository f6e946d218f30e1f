"""Faults at every step of a run that changes the file system: what they leave, and whether the next run needs a hand.

`python tests/fault_points.py --all` kills at every step and lets every step fail with three errors; the tests take a
sample of that. docs/reliability.md says what it proves.
"""

import argparse
import errno
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path

from fault_hook import FAULT
from workspaces import contents, replace_text

from review_kit.chain.private import PREFIX
from review_kit.errors import ExitCode
from review_kit.scaffold import new_workspace

ERRORS = (errno.ENOSPC, errno.EIO, errno.EACCES)
KILL, KILL_OWNER, INTERRUPT, FAIL, WAIT = "kill", "kill owner", "interrupt owner", "fail", "wait"
PARTS = ("/.locks/", "/.cache/", "/.work/2025/inputs", "/.work/")  # of outputs, in a run's order
ENDING_SECONDS = 5.0  # how long a process may live on after the owner of its run
RUN_SECONDS = 300.0  # far more than any run takes
LINES_OF_A_SCREEN = 24
CONFIRMING = "sync folder outputs #"  # the step after the swap: its failure leaves the new review, and is told
ALL_STEPS = "all"
RECORD = f"{PREFIX}record"  # a folder that counts as the chain's own: what a step reads there is no input of it
STUMBLING = "Time $ to {resolve} \\frac $ an _incident_"  # a name that matplotlib and Markdown could take for more


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault at one step."""

    label: str = "none"  # as the record of a run names the step
    action: str = ""  # one of those above
    number: int = 0  # errno of a call that fails
    anew: str = ""  # the step of the chain that runs and is not recalled

    def __str__(self) -> str:
        what = errno.errorcode[self.number] if self.action == FAIL else self.action
        return f"{what} at {self.label}" + (f", {self.anew} not recalled" if self.anew else "")


@dataclass(slots=True)
class Ground:
    """A workspace that holds the review of older figures and remembers the steps of the one of newer figures."""

    folder: Path
    workspace: Path = field(init=False)
    old: dict[str, bytes] = field(init=False)
    new: dict[str, bytes] = field(init=False)
    steps: tuple[str, ...] = field(init=False)  # of the chain

    def __post_init__(self) -> None:
        self.workspace = self.folder / "workspace"
        new_workspace(self.workspace, 2025)
        replace_text(self.workspace / "params" / "2025.yml", ("  executive: {sees: [executive]}\n", ""))
        replace_text(self.workspace / "data" / "kpis.csv", ("Time to resolve an incident", STUMBLING))
        self.old = self.lone_run()
        review, last_good = self.workspace / "outputs" / "2025", self.folder / "last good"
        shutil.copytree(review, last_good)
        replace_text(self.workspace / "data" / "actuals.csv", ("2025-12,84", "2025-12,85"))
        self.new = self.lone_run()
        self.steps = tuple(step["name"] for step in json.loads(self.new["run.json"])["steps"])
        shutil.rmtree(review)
        last_good.rename(review)

    def lone_run(self) -> dict[str, bytes]:
        """The bytes of an undisturbed review."""
        done = run(self.workspace, self.folder, Fault(anew=ALL_STEPS))
        assert done.returncode == 0, done.stderr
        return review_in(self.workspace)

    def copy(self, into: Path, anew: str = "") -> Path:
        """A copy of the workspace that has forgotten the result of one step of the chain."""
        shutil.copytree(self.workspace, into)
        for path in (into / "outputs" / ".cache").rglob("*.json") if anew else ():
            if json.loads(path.read_text(encoding="utf-8")).get("step") == anew:
                path.unlink()
        return into


@dataclass(slots=True)
class Trial:
    """One run with a fault in a copy of the ground, and what it left."""

    ground: Ground
    fault: Fault
    problems: list[str] = field(default_factory=list)

    def take(self) -> list[str]:
        """What is not as it must be; nothing where all is."""
        with place() as folder:
            workspace = self.ground.copy(folder / "w", self.fault.anew)
            self.judge(workspace, run(workspace, folder, self.fault), reached(folder, self.fault.label))
            self.expect(not wait_for_the_end_of(folder), "processes are left")
            again = run(workspace, folder, replace(self.fault, label="none"))
            self.expect(again.returncode == 0, f"the next run ended with {again.returncode}: {again.stderr}")
            self.expect(review_in(workspace) == self.ground.new, "the next run gave other bytes than a lone run")
            rubbish = rubbish_in(workspace, folder)
            self.expect(not rubbish, f"left lying about: {rubbish}")
        return [f"{self.fault}: {problem}" for problem in self.problems]

    def expect(self, fine: bool, otherwise: str) -> None:
        """Note the problem where it is not fine."""
        if not fine:
            self.problems.append(otherwise)

    def judge(self, workspace: Path, done: subprocess.CompletedProcess[str], by: str) -> None:
        """The exit code, the words and the review must fit each other and the fault."""
        found, told = review_in(workspace), words_of(done.stderr)
        is_old, is_new = found == self.ground.old, found == self.ground.new
        self.expect(by != "", "the step was never reached")
        self.expect(is_old or is_new, f"the review is neither old nor new: {different(found, self.ground)}")
        expected = {
            KILL: {-9} if by == "owner" else {ExitCode.STAGE_FAILED, ExitCode.DONE},
            KILL_OWNER: {-9},
            INTERRUPT: {ExitCode.INTERRUPTED},
            FAIL: {ExitCode.CANNOT_WRITE, ExitCode.DONE},  # done where it can do without, as without the cache
        }[self.fault.action]
        self.expect(done.returncode in expected, f"exit code {done.returncode}, not of {expected}: {done.stderr}")
        self.expect("Traceback" not in done.stderr, f"a traceback: {done.stderr}")
        self.expect(len(told) <= LINES_OF_A_SCREEN, f"{len(told)} lines are told")
        if done.returncode == ExitCode.DONE:
            self.expect(is_new, "it says that all went well, and the review is the old one")
        elif done.returncode in {ExitCode.STAGE_FAILED, ExitCode.CANNOT_WRITE}:
            self.expect(any(line.startswith("Hint: ") for line in told), f"no hint: {done.stderr}")
            self.expect(is_old or self.fault.label.startswith(CONFIRMING), "it failed, and the review is the new one")


@contextmanager
def place():
    """A folder whose path is short enough for sockets below it."""
    with tempfile.TemporaryDirectory(prefix="fp", dir="/tmp") as folder:
        yield Path(folder)


def run(workspace: Path, folder: Path, fault: Fault, *arguments: str) -> subprocess.CompletedProcess[str]:
    """`review run 2025` with the fault; its temporary files and the record of its steps lie below `folder`."""
    prepare(workspace, folder, fault)
    return subprocess.run(
        **how(workspace, folder, fault, *arguments), check=False, capture_output=True, timeout=RUN_SECONDS
    )


def prepare(workspace: Path, folder: Path, fault: Fault) -> None:
    """An empty record, and the fault where every process of the run will find it."""
    record = folder / RECORD
    shutil.rmtree(record, ignore_errors=True)
    record.mkdir()
    (folder / "t").mkdir(exist_ok=True)
    shutil.copyfile(Path(__file__).with_name("fault_hook.py"), record / "sitecustomize.py")
    told = {"folder": str(record), "workspace": str(workspace), "label": fault.label}
    told |= {"action": fault.action, "number": fault.number}
    (record / "fault.json").write_text(json.dumps(told), encoding="utf-8")


def how(workspace: Path, folder: Path, fault: Fault, *arguments: str) -> dict:
    """The arguments of `subprocess.run` or `Popen`."""
    record = folder / RECORD
    paths = os.pathsep.join([str(record), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {FAULT: str(record / "fault.json"), "PYTHONPATH": paths, "TMPDIR": str(folder / "t")}
    if not fault.anew:
        environment["REVIEW_ENGINE"] = "kernel"  # all is recalled: the fork server would load its libraries for nothing
    return {
        "args": [sys.executable, "-m", "review_kit", "run", "2025", *arguments],
        "cwd": workspace,
        "env": {**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        "encoding": "utf-8",
    }


def record_of(folder: Path) -> list[tuple[str, str]]:
    """The steps of the last run in their order, each with who came to it: the 'owner' of the run or 'another'."""
    lines = (folder / RECORD / "steps").read_text(encoding="utf-8").splitlines()
    owner = (folder / RECORD / "owner").read_text()
    parted = (line.partition("\t") for line in lines)
    return [(label, "owner" if pid == owner else "another") for label, _, pid in parted]


def reached(folder: Path, label: str) -> str:
    """Who came to the step; empty where nobody did."""
    return dict(record_of(folder)).get(label, "")


def review_in(workspace: Path) -> dict[str, bytes]:
    """The bytes of the review by path, without how long its steps took."""
    found = contents(workspace / "outputs" / "2025")
    if "run.json" in found:
        ledger = json.loads(found["run.json"])
        ledger.pop("durations")
        found["run.json"] = json.dumps(ledger).encode()
    return found


def different(found: dict[str, bytes], ground: Ground) -> dict[str, list[str]]:
    """Which files differ from the old review and which from the new one."""
    reviews = {"old": ground.old, "new": ground.new}
    return {
        name: sorted(path for path in {*review, *found} if review.get(path) != found.get(path))
        for name, review in reviews.items()
    }


def words_of(stderr: str) -> list[str]:
    """What is told besides the progress, whose lines are indented and begin with a sign."""
    return [line for line in stderr.splitlines() if not re.match(r"  \S ", line) and not line.startswith("  wrote ")]


def processes_of(folder: Path) -> list[int]:
    """The processes of runs in this folder: they have the path of their record in their environment."""
    found = []
    for process in Path("/proc").glob("[1-9]*"):
        try:
            if f"={folder / RECORD}".encode() in (process / "environ").read_bytes():
                found.append(int(process.name))
        except OSError:
            continue
    return found


def wait_for_the_end_of(folder: Path) -> list[int]:
    """The processes that still live when they no longer may."""
    wait_until(lambda: not processes_of(folder), ENDING_SECONDS)
    return processes_of(folder)


def wait_until(condition: Callable[[], bool], seconds: float) -> bool:
    """Whether it came to be true in that time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.02)
    return True


def rubbish_in(workspace: Path, folder: Path) -> list[str]:
    """What a run that went well has no business to leave."""
    outputs = workspace / "outputs"
    known = {".cache", ".failed", ".locks", ".logs", ".work", "2025"}
    found = [path for path in outputs.iterdir() if path.name not in known]
    found += [path for name in (".work", ".failed") for path in (outputs / name).glob("*")]
    found += [*outputs.rglob(".*.new"), *outputs.rglob(".*.old")]
    found += [path for path in (outputs / ".locks").iterdir() if path.suffix != ".lock"]
    found += (folder / "t").iterdir()
    return [str(path) for path in found]


def steps_of_a_run(ground: Ground, anew: str = "") -> list[tuple[str, str]]:
    """The record of an undisturbed run in which one step of the chain is not recalled, or none."""
    with place() as folder:
        workspace = ground.copy(folder / "w", anew)
        done = run(workspace, folder, Fault(anew=anew))
        assert done.returncode == 0, done.stderr
        assert review_in(workspace) == ground.new
        return record_of(folder)


def own_steps(ground: Ground, anew: str, recalled: Iterable[str]) -> tuple[list[str], list[str]]:
    """Of a step of the chain that is not recalled: what its own process does, and what the owner does besides."""
    found = steps_of_a_run(ground, anew)
    own = [label for label, who in found if who == "another"]
    return own, sorted({label for label, who in found if who == "owner"} - set(recalled))


def every_fault(ground: Ground) -> list[Fault]:
    """A kill and three failing calls at every step, and an interrupt at every tenth."""
    recalled = [label for label, _ in steps_of_a_run(ground)]
    faults = [Fault(label, KILL_OWNER) for label in recalled]
    faults += [Fault(label, INTERRUPT) for label in recalled[::10]]
    faults += [Fault(label, FAIL, number) for label in recalled for number in ERRORS]
    for anew in ground.steps:
        own, besides = own_steps(ground, anew, recalled)
        faults += [Fault(label, action, anew=anew) for label in own for action in (KILL, KILL_OWNER)]
        faults += [Fault(label, KILL_OWNER, anew=anew) for label in besides]
        faults += [Fault(label, INTERRUPT, anew=anew) for label in own[::10]]
        faults += [Fault(label, FAIL, number, anew) for label in [*own, *besides] for number in ERRORS]
    return faults


def sample(steps: Iterable[str]) -> list[str]:
    """One step of every kind in every part of a run: that in the middle, so that there are some before and after."""
    kinds: dict[tuple[str, str], list[str]] = {}
    for label in steps:
        operation, path = label.split("outputs", 1)
        part = next((part for part in PARTS if path.startswith(part)), "")
        kinds.setdefault((operation, part), []).append(label)
    return [kind[len(kind) // 2] for kind in kinds.values()]


def problems_of(ground: Ground, faults: list[Fault], tell: Callable[[str], None] = lambda _: None) -> list[str]:
    """What the faults bring to light; two trials at a time where there are two processors."""
    problems = []
    with ThreadPoolExecutor(min(2, os.cpu_count() or 1)) as threads:
        for number, found in enumerate(threads.map(lambda fault: Trial(ground, fault).take(), faults), start=1):
            problems += found
            for problem in found:
                tell(problem)
            if number % 50 == 0:
                tell(f"{number} of {len(faults)} faults, {len(problems)} problems")
    return problems


def problems_of_runs_at_once(ground: Ground, count: int) -> list[str]:
    """Start so many runs of one checkpoint together; the one that works waits at its end for the others to give up."""
    with place() as folder:
        workspace, fault = ground.copy(folder / "w"), Fault("exchange outputs/2025 #1", WAIT, anew=ALL_STEPS)
        prepare(workspace, folder, fault)
        pipes = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE}
        running = [subprocess.Popen(**how(workspace, folder, fault, "--force"), **pipes) for _ in range(count)]
        wait_until(lambda: sum(one.poll() is None for one in running) <= 1, RUN_SECONDS)
        (folder / RECORD / "go").touch()
        told = [(one.pid, one.communicate(timeout=RUN_SECONDS)[1], one.returncode) for one in running]
        codes = sorted(code for _, _, code in told)
        problems = [] if codes == [0, *[5] * (count - 1)] else [f"exit codes {codes}: {told}"]
        worked = next((pid for pid, _, code in told if code == 0), 0)
        named = rf"^2025 is being run by process {worked} since \d\d:\d\d:\d\d on \d{{4}}-\d\d-\d\d\.\nHint: "
        problems += [text for _, text, code in told if code and not re.search(named, text, re.MULTILINE)]
        if review_in(workspace) != ground.new:
            problems.append(f"other bytes than those of a lone run: {different(review_in(workspace), ground)['new']}")
        problems += [f"process {pid} is left" for pid in wait_for_the_end_of(folder)]
        return problems + [f"left lying about: {rubbish}" for rubbish in rubbish_in(workspace, folder)]


def say(text: str) -> None:
    """For who waits for the long form."""
    sys.stdout.write(f"{time.strftime('%H:%M:%S')} {text}\n")
    sys.stdout.flush()


def main() -> int:
    """The long form of the tests."""
    parser = argparse.ArgumentParser(description="Kill runs, and let their calls fail, at every step of every kind.")
    parser.add_argument("--all", action="store_true", help="every step, which takes about an hour; otherwise a tenth")
    parser.add_argument("--rounds", type=int, default=25, help="how often eight runs are started at once")
    parser.add_argument("--skip", type=int, default=0, help="go on behind so many faults, where it was stopped")
    asked = parser.parse_args()
    with place() as folder:
        ground = Ground(folder)
        faults = every_fault(ground)[:: 1 if asked.all else 10][asked.skip :]
        kills = sum(fault.action in {KILL, KILL_OWNER} for fault in faults)
        fails = sum(fault.action == FAIL for fault in faults)
        say(f"{kills} kills, {fails} failing calls, {len(faults) - kills - fails} interrupts, {asked.rounds} x 8 runs")
        problems = problems_of(ground, faults, say)
        for number in range(1, asked.rounds + 1):
            found = problems_of_runs_at_once(ground, 8)
            problems += found
            say(f"8 runs at once, {number} of {asked.rounds}: {found or 'one worked and seven were refused'}")
    say(f"{len(problems)} problems")
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
