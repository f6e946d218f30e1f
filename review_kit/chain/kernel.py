"""One kernel: an IPython process in which one notebook runs, and the client that talks to it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from queue import Empty
from typing import Any

from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.launcher import launch_kernel
from jupyter_client.manager import AsyncKernelManager

from review_kit.chain.forks import Fork
from review_kit.chain.inside import read_evidence, read_log

START_SECONDS = 60.0
COMMAND = (sys.executable, "-P", "-m", "review_kit.chain.kernel_app")  # -P: the working folder holds no modules


class KernelDiedError(RuntimeError):
    """The process of a kernel ended before its first cell."""


class Kernel(AsyncKernelManager):
    """A kernel whose process is known and whose end is always sudden: nothing in a notebook outlives its last cell."""

    process: subprocess.Popen[bytes] | Fork | None = None
    stem: Path  # path without ending of all its files in the private folder

    @property
    def has_kernel(self) -> bool:
        """Whether a process was started."""
        return self.process is not None

    async def _async_is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    is_alive = _async_is_alive

    def launch(self, arguments: list[str], folder: Path, environment: dict[str, str]) -> None:
        """Start an ordinary process; it ends by itself within a second or two when this one is gone."""
        with Path(f"{self.stem}.log").open("wb") as log:
            self.process = launch_kernel(
                [*COMMAND, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log.fileno(),
                stderr=log.fileno(),
                env=environment,
                cwd=str(folder),
            )

    def kill(self) -> None:
        """End the process and what it has started, now; safe to call twice."""
        if isinstance(self.process, Fork):
            self.process.send_signal(signal.SIGKILL)
        elif self.process is not None and self.process.poll() is None:
            if sys.platform == "win32":
                self.process.kill()
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()

    def exit_code(self, seconds: float) -> int | None:
        """How the process ended, waiting at most so long; None while it runs."""
        if self.process is None:
            return None
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(seconds)
        return self.process.poll()

    def evidence(self) -> dict[str, Any]:
        """What the kernel wrote down about the exception of a cell; empty where there was none."""
        return read_evidence(self.stem)

    def last_words(self) -> str:
        """What the process wrote to its own standard error, such as the report of a crash in C."""
        return read_log(self.stem)


def new_kernel(stem: Path, *, ipc: bool) -> Kernel:
    """A kernel without a process yet; its connection file is written and only this user can read it."""
    kernel = Kernel(kernel_name="python3", connection_file=f"{stem}.json", transport="ipc" if ipc else "tcp")
    # The kernel of this very interpreter: a python3 that another environment has installed must not answer.
    kernel._kernel_spec = KernelSpec(argv=list(COMMAND), display_name="Python 3", language="python")  # noqa: SLF001
    if ipc:
        kernel.ip = str(stem)
    kernel.stem = stem
    kernel.write_connection_file()
    return kernel


async def connect(kernel: Kernel) -> AsyncKernelClient:
    """A client whose channels are known to work, so that no message of the first cell is lost.

    Raises:
        KernelDiedError: the process ended, or did not answer in time.

    """
    deadline = time.monotonic() + START_SECONDS
    ready = Path(f"{kernel.stem}.ready")
    while not ready.exists():  # noqa: ASYNC240 - a look at a local folder
        if kernel.exit_code(0) is not None or time.monotonic() > deadline:
            raise KernelDiedError
        await asyncio.sleep(0.005)
    client = kernel.client()
    client.start_channels(hb=False, stdin=False)
    client.allow_stdin = False
    while time.monotonic() < deadline:
        client.kernel_info()
        with contextlib.suppress(Empty):
            # Any message will do: ipykernel greets a new subscriber, and every request makes it report its state.
            await client.iopub_channel.get_msg(timeout=0.2)
            return client
        if kernel.exit_code(0) is not None:
            break
    client.stop_channels()
    raise KernelDiedError
