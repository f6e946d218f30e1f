"""Kernels for notebooks: one process each, never reused, started ahead of their turn, reached by private sockets."""

import contextlib
import os
import shutil
import sys
import sysconfig
import tempfile
import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Self

from review_kit.chain.forks import Fork, ForkServer, ForkServerGoneError
from review_kit.chain.inside import EVIDENCE, PRELOAD

if TYPE_CHECKING:
    from review_kit.chain.kernel import Kernel

ENGINE = "REVIEW_ENGINE"  # "kernel" asks for ordinary kernels, which leave the fork server out of a search for a cause
LONGEST_SOCKET_PATH = 100  # bytes; sockaddr_un holds 104 on macOS and 108 on Linux, with a closing zero
PREFIX = "review-chain-"  # of private folders
LEFTOVER_SECONDS = 86_400  # far longer than a run may take
SOCKET_SUFFIX = "/k0000-5"

IN_EVERY_KERNEL = (
    "review_kit.chain.kernel_app",
    "ipykernel.ipkernel",
    "ipykernel.zmqshell",
    "IPython.core.completerlib",
)
IN_EVERY_NOTEBOOK = ("review_kit.chain.inside",)

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


class Kernels:
    """Hands out fresh kernels, and keeps one more ready than is in use until the last that was announced."""

    def __init__(self, *, folder: Path, preload: tuple[str, ...] = ()) -> None:
        self.folder = folder
        self.announced = 0  # kernels that will still be asked for
        self.preload = preload
        self.private = private_folder()
        self.ipc = has_ipc(self.private)
        self.environment = surroundings(self.private)
        self.lock = threading.Lock()
        self.number = 0
        self.spare: Kernel | None = None
        self.started: list[Kernel] = []
        self.server = self._start_server()

    def _start_server(self) -> ForkServer | None:
        if not can_fork():
            return None
        names = (*IN_EVERY_KERNEL, *IN_EVERY_NOTEBOOK, *self.preload)
        return ForkServer(private=self.private, preload=names, environment=self.environment)

    def announce(self, count: int) -> None:
        """So many kernels will be asked for; the first of them is started now."""
        with self.lock:
            self.announced += count
            if self.announced > 0 and self.spare is None:
                self.spare = self._start()

    def load(self, names: Sequence[str]) -> None:
        """Have modules ready in every process that is started from now on, where processes are forked."""
        if self.server is not None:
            with contextlib.suppress(ForkServerGoneError):
                self.server.preload(names)

    def take(self) -> "Kernel":
        """The kernel that was started ahead, or a new one; the next is started behind it."""
        with self.lock:
            kernel = self.spare or self._start()
            self.announced = max(0, self.announced - 1)
            self.spare = self._start() if self.announced > 0 else None
        return kernel

    def call(self, function: str, arguments: Mapping[str, object]) -> tuple[Fork, Path] | None:
        """A process that calls `module:function`, and the stem of its evidence; None where nothing can be forked."""
        with self.lock:
            stem = self._next_stem("c")
        forked = self._fork("call", stem, {"function": function, "arguments": arguments, "evidence": str(stem)})
        return None if forked is None else (forked, stem)

    def _next_stem(self, letter: str) -> Path:
        self.number += 1
        return self.private / f"{letter}{self.number}"

    def _start(self) -> "Kernel":
        """Write the connection file and start a process on it; returns before the kernel can answer."""
        from review_kit.chain.kernel import new_kernel  # noqa: PLC0415 - the fork server starts before this is loaded

        stem = self._next_stem("k")
        kernel = new_kernel(stem, ipc=self.ipc)
        arguments = [
            f"-f={kernel.connection_file}",
            "--HistoryManager.enabled=False",
            "--IPKernelApp.extensions=review_kit.chain.inside",
        ]
        forked = self._fork("kernel", stem, {"arguments": arguments, "environment": {EVIDENCE: str(stem)}})
        if forked is not None:
            kernel.process = forked
        else:
            ahead = {EVIDENCE: str(stem), PRELOAD: " ".join(self.preload)}
            kernel.launch(arguments, self.folder, {**self.environment, **ahead})
        self.started.append(kernel)
        return kernel

    def _fork(self, kind: str, stem: Path, work: Mapping[str, object]) -> Fork | None:
        """A forked process; None where nothing can be forked, or not any more."""
        if self.server is not None:
            with contextlib.suppress(ForkServerGoneError):
                return self.server.fork(kind, {**work, "folder": str(self.folder), "log": f"{stem}.log"})
        return None

    def close(self) -> None:
        """End every process that was started here and remove the private folder."""
        for kernel in self.started:
            kernel.kill()
        if self.server is not None:
            self.server.close()
        shutil.rmtree(self.private, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def can_fork() -> bool:
    """Only on Linux: Windows has no fork, and the system libraries of macOS do not survive one."""
    return sys.platform == "linux" and os.environ.get(ENGINE) != "kernel"


def private_folder() -> Path:
    """A folder that only this user can enter, with a path short enough for sockets if the system has one."""
    places = [Path(tempfile.gettempdir())]
    if sys.platform != "win32" and os.access("/tmp", os.W_OK):  # noqa: S108 - mkdtemp makes it 0700
        places.append(Path("/tmp"))  # noqa: S108
    place = next((place for place in places if has_ipc(place / f"{PREFIX}12345678")), places[0])
    clear_leftovers(place)
    return Path(tempfile.mkdtemp(prefix=PREFIX, dir=place))


def clear_leftovers(place: Path) -> None:
    """Remove what processes that were killed have left: our folders that nobody has touched for a day."""
    for folder in place.glob(f"{PREFIX}*"):
        with contextlib.suppress(OSError):
            if time.time() - folder.lstat().st_mtime > LEFTOVER_SECONDS:
                shutil.rmtree(folder)


def has_ipc(folder: Path) -> bool:
    """Whether sockets in this folder can be reached by name, so that no port has to be opened."""
    return sys.platform != "win32" and len(os.fsencode(f"{folder}{SOCKET_SUFFIX}")) <= LONGEST_SOCKET_PATH


def surroundings(private: Path) -> dict[str, str]:
    """The environment of every kernel; the person's IPython profile and start-up files stay out of it."""
    kept = {name: value for name, value in os.environ.items() if name not in OF_ANOTHER_KERNEL}
    found = {**kept, **SURROUNDINGS, "IPYTHONDIR": str(private / "ipython")}
    ours = Path(__file__).resolve().parents[2]
    if ours != Path(sysconfig.get_path("purelib")).resolve():  # run from a checkout: kernels have to find it too
        found["PYTHONPATH"] = os.pathsep.join([str(ours), *filter(None, [os.environ.get("PYTHONPATH")])])
    return found
