"""Kernels for notebooks: one process each, never reused, started ahead of their turn, reached by private sockets."""

import contextlib
import os
import sys
import sysconfig
import threading
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from review_kit.chain.events import Notice, Observer, ignore
from review_kit.chain.failures import ending
from review_kit.chain.forks import Fork, ForkServer, ForkServerGoneError
from review_kit.chain.inside import EVIDENCE, PRELOAD
from review_kit.chain.private import PrivateFolder, end_processes_of, has_ipc, told_as_temporary

if TYPE_CHECKING:
    from review_kit.chain.kernel import Kernel

ENGINE = "REVIEW_ENGINE"  # "kernel" asks for ordinary kernels, which leave the fork server out of a search for a cause

IN_EVERY_KERNEL = (
    "review_kit.chain.kernel_app",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
)
IN_EVERY_NOTEBOOK = ("review_kit.chain.inside",)
AS_PAPERMILL = ("--HistoryManager.hist_file=:memory:",)
WITH_EVIDENCE = (*AS_PAPERMILL, "--IPKernelApp.extensions=review_kit.chain.inside")

# A stage depends on its tables and its cycle alone, so every kernel sees the same surroundings wherever it runs. One
# thread for linear algebra and none for Arrow's allocator: what is forked must have none, and the tables are small.
SURROUNDINGS = {
    "PYTHONHASHSEED": "0",
    "PYTHONUTF8": "1",
    "TZ": "UTC",
    "LC_ALL": "C.UTF-8",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "MKL_NUM_THREADS": "1",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",
}
OF_ANOTHER_KERNEL = ("JPY_PARENT_PID", "JPY_INTERRUPT_EVENT", "JPY_SESSION_NAME", "MPLBACKEND", "IPYTHONDIR")
OF_A_TEST = ("PYTEST_CURRENT_TEST",)  # where ipykernel sees it, it does not forward what C and subprocesses print

NOT_SERVED = "The process that notebooks are forked from {}; ordinary kernels, which start more slowly, go on."


class KernelsClosedError(RuntimeError):
    """The run is being stopped, and nothing is started any more."""


class Kernels:
    """Hands out fresh kernels, and starts the next one ahead where a processor is idle, if more were announced."""

    def __init__(
        self,
        *,
        folder: Path,
        preload: tuple[str, ...] = (),
        preload_later: Sequence[Sequence[str]] = (),
        tell: Observer = ignore,
        fixed: bool = True,
        variables: Mapping[str, str] | None = None,
    ) -> None:
        self.folder = folder
        self.fixed = fixed  # the same surroundings everywhere, and evidence; otherwise as Papermill's own kernels
        self.tell = tell
        self.closed = False
        self.told = False  # that what is forked cannot be had any more
        self.announced = 0  # kernels that will still be asked for
        self.preload = preload
        self.later = list(preload_later)  # what only the kernels after the first need, after the second, and so on
        self.own = PrivateFolder()
        self.private = self.own.path
        self.ipc = has_ipc(self.private)
        self.environment = {**(surroundings(self.private) if fixed else own_surroundings()), **(variables or {})}
        self.lock = threading.Lock()
        self.number = 0
        self.spare: Kernel | None = None
        self.started: list[Kernel] = []
        try:
            self.server = self._start_server()
        except BaseException:
            self.own.remove()
            raise

    def _start_server(self) -> ForkServer | None:
        if not can_fork():
            return None
        names = (*IN_EVERY_KERNEL, *(IN_EVERY_NOTEBOOK if self.fixed else ()), *self.preload)
        try:
            with told_as_temporary():
                return ForkServer(private=self.private, preload=names, environment=self.environment)
        except ForkServerGoneError as error:
            self._notice(f"cannot be started ({error.__cause__})")
            return None

    def announce(self, count: int) -> None:
        """So many kernels will be asked for; the first of them is started now."""
        with self.lock:
            self.announced += count
            if self.announced > 0 and self.spare is None:
                self.spare = self._start()

    def take(self, folder: Path | None = None) -> "Kernel":
        """The kernel that was started ahead, or a new one; the next is started behind it.

        Without fixed surroundings, `folder` and the environment are those of this very moment.

        Raises:
            KernelsClosedError: the run is being stopped.

        """
        with self.lock:
            if not self.fixed:
                self.folder = folder or self.folder
                self.environment = own_surroundings()
            ahead = self.spare if self.spare is not None and self.spare.exit_code(0) is None else None
            kernel = ahead or self._start()
            self.announced = max(0, self.announced - 1)
            # Where every processor has its work, one more kernel would not be ready sooner, and only take memory.
            idle = self._at_work() < (os.cpu_count() or 1)
            self.spare = self._start() if self.announced > 0 and idle else None
        return kernel

    def replace(self, kernel: "Kernel") -> "Kernel | None":
        """An ordinary kernel for one that was forked and then lost with its server; None where it cannot be blamed.

        Raises:
            KernelsClosedError: the run is being stopped.

        """
        if not isinstance(kernel.process, Fork) or not (kernel.process.lost or not kernel.answered):
            return None
        if kernel.process.lost:
            self._notice_end()
        else:
            self._notice("gave one that does not answer")
        with self.lock:
            return self._start(forked=False)

    def was_lost(self, fork: Fork) -> bool:
        """Whether the process is to be blamed on the end of the server, which is told then, and not on what it ran."""
        if fork.lost:
            self._notice_end()
        return fork.lost

    def forgo(self) -> None:
        """One kernel fewer will be asked for than was announced."""
        with self.lock:
            self.announced = max(0, self.announced - 1)

    def call(self, function: str, arguments: Mapping[str, object]) -> tuple[Fork, Path] | None:
        """A process that calls `module:function`, and the stem of its evidence; None where nothing can be forked."""
        with self.lock:
            stem = self._next_stem("c")
        forked = self._fork("call", stem, {"function": function, "arguments": arguments, "evidence": str(stem)})
        return None if forked is None else (forked, stem)

    def _at_work(self) -> int:
        """How many processes were started here and have not ended."""
        if self.server is not None and not self.server.gone:
            return self.server.at_work()
        return sum(kernel.exit_code(0) is None for kernel in self.started)

    def _next_stem(self, letter: str) -> Path:
        self.number += 1
        return self.private / f"{letter}{self.number}"

    def _start(self, *, forked: bool = True) -> "Kernel":
        """Write the connection file and start a process on it; returns before the kernel can answer."""
        if self.closed:
            raise KernelsClosedError
        from review_kit.chain.kernel import new_kernel  # noqa: PLC0415 - the fork server starts before this is loaded

        stem = self._next_stem("k")
        with told_as_temporary():
            kernel = new_kernel(stem, ipc=self.ipc)
        evidence = {EVIDENCE: str(stem)} if self.fixed else {}
        arguments = [f"-f={kernel.connection_file}", *(WITH_EVIDENCE if self.fixed else AS_PAPERMILL)]
        work = {"arguments": arguments, "environment": {**self.environment, **evidence}}
        kernel.process = self._fork("kernel", stem, work) if forked else None
        if kernel.process is None:
            ahead = {PRELOAD: " ".join(self.preload)} if self.preload else {}
            kernel.launch(arguments, self.folder, {**self.environment, **evidence, **ahead})
        elif self.server is not None and self.later:
            with contextlib.suppress(ForkServerGoneError):
                self.server.preload(self.later.pop(0))
        self.started.append(kernel)
        return kernel

    def _fork(self, kind: str, stem: Path, work: Mapping[str, object]) -> Fork | None:
        """A forked process; None where nothing can be forked, or not any more."""
        if self.server is not None:
            try:
                return self.server.fork(kind, {**work, "folder": str(self.folder), "log": f"{stem}.log"})
            except ForkServerGoneError:
                self._notice_end()
        return None

    def _notice_end(self) -> None:
        if self.server is not None:
            self._notice(f"is gone ({ending(self.server.exit_code())})")

    def _notice(self, what: str) -> None:
        """Say once that, and why, ordinary kernels take over; not while everything is being ended."""
        if not self.told and not self.closed:
            self.told = True
            self.tell(Notice(text=NOT_SERVED.format(what)))

    def close(self) -> None:
        """End every process that was started here and remove the private folder."""
        with self.lock:
            self.closed = True
        for kernel in self.started:
            kernel.kill()
        if self.server is not None:
            self.server.close()
        end_processes_of(self.private)  # what a notebook had put into a session of its own
        self.own.remove()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def can_fork() -> bool:
    """Only on Linux: Windows has no fork, and the system libraries of macOS do not survive one."""
    return sys.platform == "linux" and os.environ.get(ENGINE) != "kernel"


def surroundings(private: Path) -> dict[str, str]:
    """The environment of every kernel of a review; the person's IPython profile and start-up files stay out of it."""
    others = {*OF_ANOTHER_KERNEL, *OF_A_TEST}
    kept = {name: value for name, value in own_surroundings().items() if name not in others}
    return {**kept, **SURROUNDINGS, "IPYTHONDIR": str(private / "ipython")}


def own_surroundings() -> dict[str, str]:
    """The environment of this process; run from a checkout, kernels have to find that too."""
    ours = Path(__file__).resolve().parents[2]
    if ours == Path(sysconfig.get_path("purelib")).resolve():
        return {**os.environ}
    return {**os.environ, "PYTHONPATH": os.pathsep.join([str(ours), *filter(None, [os.environ.get("PYTHONPATH")])])}
