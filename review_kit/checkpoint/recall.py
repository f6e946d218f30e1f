"""The memory of a run: results of steps under everything that they were made from.

A step is recalled when its notebook or function, the code that it uses, its parameters, the versions of libraries and
every file that it opened are what they were. What a step opens is known only after it has run, so its record says it,
and a step has one record for each state of those files (build systems call these constructive traces). The same
mechanism skips what has not changed, resumes a run that was killed, and lets runs share their results.

Where something remains that could change unseen, the step is unsure: it runs every time, and says why.
"""

import contextlib
import sys
import time
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from review_kit.chain.private import PREFIX
from review_kit.chain.sources import imported_modules
from review_kit.chain.steps import Stage, Step
from review_kit.chain.tracing import Trace
from review_kit.checkpoint.cache import FORMAT, Cache, Record
from review_kit.checkpoint.changes import Present, count_rows, reason_to_run
from review_kit.checkpoint.code import Code
from review_kit.checkpoint.fingerprint import ABSENT, PACKAGE, hash_file
from review_kit.checkpoint.places import INPUTS, Places
from review_kit.checkpoint.plan import Plan
from review_kit.errors import ReviewError
from review_kit.store import write_bytes

# What runs a notebook or a function and writes down what it gives: part of the code of every step.
RUNNER = (
    "review_kit.chain.notebooks",
    "review_kit.chain.kernels",
    "review_kit.chain.kernel_app",
    "review_kit.chain.kernel_start",
    "review_kit.chain.zygote",
)
# What lies there belongs to the system and its libraries, whose versions are known.
OF_THE_SYSTEM = ("/bin", "/dev", "/etc", "/lib", "/lib64", "/proc", "/sys", "/usr", "/var/cache")
INSTALLED = ("site-packages", "dist-packages")
OF_A_LIBRARY = "matplotlib"  # folder of its settings and of its list of fonts, wherever a person's such folders lie
CLOCK_SECONDS = 0.05  # how much earlier than now the system may say that a file was written
GONE = "its kept result is damaged or gone."
UNKNOWN = "unknown"  # in the base of a step that cannot be recalled: the reason


@dataclass(slots=True, kw_only=True)
class Recall:
    """What one run recalls and remembers. Several threads use it, each for steps of its own."""

    places: Places
    code: Code
    surroundings: Mapping[str, Any]  # versions of libraries, and what is honoured of the environment
    frozen: Mapping[str, str]  # hash of each input by its path; 'absent' for one that is not there
    after: Mapping[str, tuple[str, ...]]  # of each step those that it waits for
    force: bool = False
    live: Mapping[str, Path] = field(default_factory=dict)  # where inputs lie that were not copied, for a look ahead
    hashes: dict[str, str] = field(default_factory=dict)  # of files of this run, by their path from the workspace
    written: dict[str, tuple[str, ...]] = field(default_factory=dict)  # by each step that is done
    opened: dict[str, str] = field(default_factory=dict)  # hash of what steps opened beside inputs and files of the run
    unsure: set[str] = field(default_factory=set)  # steps that may give something else although all known is the same
    begun: float = field(default_factory=time.time)

    def __post_init__(self) -> None:
        self.hashes |= {f"{self.inputs}{name}": sha256 for name, sha256 in self.frozen.items()}

    @property
    def cache(self) -> Cache:
        """What the workspace keeps."""
        return Cache(self.places.cache)

    @property
    def inputs(self) -> str:
        """What the paths of all inputs begin with."""
        return f"{self.places.run}/{INPUTS}/"

    def recall(self, step: Step) -> str | None:
        """Put the step's kept result in place and answer None; or say in a sentence why it has to run."""
        found = self.find(step)
        if isinstance(found, str):
            return found
        contents = {name: self.cache.get(sha256) for name, sha256 in found["writes"].items()}
        if None in contents.values():
            return GONE
        for name, content in contents.items():
            write_bytes(self.places.workspace / name, content or b"", durable=False)
        self.take(step, found)
        self.note_opened(found["reads"])
        with contextlib.suppress(OSError, ReviewError):  # it serves the next run's reasons alone
            self.cache.keep_last(self.places.checkpoint, found)
        return None

    def find(self, step: Step) -> Record | str:
        """The record of a run of this step that had all the same before it; or a sentence why it has to run."""
        base = self.base(step)
        if self.force:
            return "--force asks for it."
        if UNKNOWN in base:
            return str(base[UNKNOWN])
        for record in self.cache.records(base):
            if all(self.hash(name) == sha256 for name, sha256 in record["reads"].items()):
                return record if self.cache.holds(record["writes"].values()) else GONE
        last = self.cache.last(self.places.checkpoint, step.name)
        present = Present(inputs=self.inputs, hash=self.hash, path=self.path, last_inputs=self.places.last / INPUTS)
        return reason_to_run(last, base, present)

    def take(self, step: Step, record: Record) -> None:
        """The step is done with this record's result; those after it build on that."""
        self.hashes |= record["writes"]
        self.written[step.name] = tuple(record["writes"])

    def remember(self, step: Step, trace: Trace, seconds: float) -> None:
        """Keep the result of a step that has run. What cannot be kept is not: the next run then does it again."""
        base, workspace = self.base(step), self.places.workspace
        made = tuple(name for name in trace.writes if self.matters(name))
        self.written[step.name] = made
        reads = {name: self.hash(name) for name in trace.reads if self.matters(name)}
        self.note_opened(reads)
        unsure = str(base.get(UNKNOWN, "")) or self.doubt(reads, made, seconds)
        if unsure:
            self.unsure.add(step.name)
        if UNKNOWN in base:
            return
        with contextlib.suppress(OSError, ReviewError):
            writes = {name: self.cache.put((workspace / name).read_bytes()) for name in made}
            self.hashes |= writes
            rows = {name: count_rows(workspace / name) for name in reads if name.startswith(self.inputs)}
            what = {"step": step.name, "base": base, "reads": reads, "writes": writes, "rows": rows}
            record = {"format": FORMAT, **what, "seconds": seconds, "unsure": unsure}
            if not unsure:
                self.cache.keep(record)
            self.cache.keep_last(self.places.checkpoint, record)

    def doubt(self, reads: Iterable[str], made: Iterable[str], seconds: float) -> str:
        """Why a step that has just run for so many seconds may give something else next time; empty if it may not."""
        for name in made:
            if name in reads:
                return f"it changes {Path(name).name} in its place, which was another file before."
            if not name.startswith(f"{self.places.run}/"):
                return f"it writes {name}, which does not belong to its run."
        own = [name for name in reads if not name.startswith(f"{self.places.run}/")]
        for name in own:
            if Path(name).is_absolute():
                return f"it reads {Path(name).name} outside of the workspace."
            if changed_at(self.path(name)) > time.time() - seconds - CLOCK_SECONDS:
                return f"{Path(name).name} changed while it was read."
        if any(changed_at(PACKAGE.parent / name) > self.begun - CLOCK_SECONDS for name in self.code.hashes):
            return "the code changed during its last run."
        return ""

    def note_opened(self, reads: Mapping[str, str]) -> None:
        """Keep what a run has to look at to know that nothing has changed, beside its inputs."""
        inside = (name for name in reads if not name.startswith(f"{self.places.run}/"))
        self.opened |= {name: reads[name] for name in inside if not Path(name).is_absolute()}

    def base(self, step: Step) -> dict[str, Any]:
        """Everything that a step depends on and that is known before it runs."""
        if isinstance(step, Stage):
            what: dict[str, Any] = {"notebook": self.hash(self.places.relative(step.template))}
            what["parameters"] = dict(step.parameters)
            modules = imported_modules(self.path(self.places.relative(step.template)))
            if modules is None:
                return {UNKNOWN: "it asks for more than imports tell, and what that brings is not known."}
            others = sorted(module for module in modules if module.partition(".")[0] != PACKAGE.name)
            if others:
                return {UNKNOWN: f"it imports {others[0]}, and what that brings is not known."}
        else:
            modules = frozenset({step.function.partition(":")[0]})
            what = {"function": step.function, "arguments": self.without_place(step.arguments)}
        code = self.code.used_by([*RUNNER, *modules])
        return {"step": step.name, **what, **self.surroundings, "code": code, "names": sorted(self.names_before(step))}

    def names_before(self, step: Step) -> Iterator[str]:
        """The files that a step can find: which there are can matter as much as what is in them."""
        yield from (f"{self.inputs}{name}" for name, sha256 in self.frozen.items() if sha256 != ABSENT)
        for name in self.ancestors(step.name):
            yield from (path for path in self.written.get(name, ()) if path.endswith(".parquet"))

    def ancestors(self, name: str) -> set[str]:
        """All steps before this one."""
        found: set[str] = set()
        to_see = list(self.after[name])
        while to_see:
            one = to_see.pop()
            if one not in found:
                found.add(one)
                to_see += self.after.get(one, ())
        return found

    def without_place(self, arguments: Mapping[str, object]) -> dict[str, object]:
        """The arguments as they are in a workspace that lies elsewhere."""
        root = str(self.places.workspace)
        return {
            name: value.replace(root, ".") if isinstance(value, str) else value for name, value in arguments.items()
        }

    def hash(self, name: str) -> str:
        """Of a file of the workspace as it is now; those of this run are known already."""
        return self.hashes.get(name) or hash_file(self.path(name))

    def path(self, name: str) -> Path:
        """Where a file of the run lies."""
        return self.live.get(name) or self.places.workspace / name

    def matters(self, name: str) -> bool:
        """Whether what was opened can bear on a result: no folder, nothing of the cache, nothing that is installed."""
        workspace = self.places.workspace
        path = workspace / name
        installed = [PACKAGE, Path(sys.prefix), Path(sys.base_prefix)]
        if Path(name).is_absolute():
            if {OF_A_LIBRARY, *INSTALLED} & {*path.parts} or any(part.startswith(PREFIX) for part in path.parts):
                return False
            installed += map(Path, OF_THE_SYSTEM)
        # the workspace itself may lie where Python is installed, such as in /usr
        others = [self.places.cache, *(folder for folder in installed if not workspace.is_relative_to(folder))]
        return not path.is_dir() and not any(path.is_relative_to(folder) for folder in others)


def changed_at(path: Path) -> float:
    """When the file was last written, put there or, if it is not there, may have been taken away."""
    while True:
        try:
            found = path.stat()
        except (FileNotFoundError, NotADirectoryError):
            path = path.parent
        except OSError:
            return 0.0
        else:
            return max(found.st_mtime, found.st_ctime)


def recall_for(plan: Plan, made_from: Mapping[str, Any], *, force: bool = False) -> Recall:
    """What this plan can recall, given the hashes and versions that it is made from."""
    places = plan.places
    return Recall(
        places=places,
        code=Code(made_from["code"], places.cache / "imports.json"),
        surroundings={key: value for key, value in made_from.items() if key not in {"code", "files"}},
        frozen=made_from["files"],
        after={step.name: step.after for step in plan.steps()},
        force=force,
    )
