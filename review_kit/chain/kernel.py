"""One kernel: an IPython process in which one notebook runs, and the client that talks to it."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from queue import Empty
from typing import Any

import zmq
from jupyter_client.asynchronous.client import AsyncKernelClient
from jupyter_client.channels import AsyncZMQSocketChannel
from jupyter_client.kernelspec import KernelSpec
from jupyter_client.launcher import launch_kernel
from jupyter_client.manager import AsyncKernelManager
from jupyter_client.win_interrupt import send_interrupt
from traitlets import DottedObjectName, Type

from review_kit.chain.forks import Fork
from review_kit.chain.inside import read_evidence, read_log

START_SECONDS = 60.0
LOOK_SECONDS = 0.1  # between looks at an ordinary process, whose end nobody tells of
COMMAND = (sys.executable, "-P", "-m", "review_kit.chain.kernel_start")  # -P: the working folder holds no modules


class KernelDiedError(RuntimeError):
    """The process of a kernel ended before its first cell, or did not come to answer in time."""

    def __init__(self) -> None:
        super().__init__("The kernel died, or did not answer, before its first cell.")


class ShellChannel(AsyncZMQSocketChannel):
    """Requests and replies, none of which is overlooked.

    Sending takes away the sign that something has come in. While a cell fills an Output widget, nbclient sends to the
    kernel and waits for the cell's reply on one socket: from time to time it waits for ever (nbclient#312).
    """

    def send(self, msg: dict[str, Any]) -> None:
        """Send, and have the socket look whether something has come in meanwhile."""
        super().send(msg)
        self.socket.get(zmq.EVENTS)


class KernelClient(AsyncKernelClient):
    """jupyter_client's own, with that channel."""

    shell_channel_class = Type(ShellChannel)


class Kernel(AsyncKernelManager):
    """A kernel whose process is known and whose end is always sudden: nothing in a notebook outlives its last cell."""

    process: subprocess.Popen[bytes] | Fork | None = None
    stem: Path  # path without ending of all its files in the private folder
    answered: bool = False  # whether it was ever ready for a cell
    gone: asyncio.Event | None = None
    client_class = DottedObjectName(f"{__name__}.KernelClient")
    client_factory = Type(KernelClient)

    @property
    def has_kernel(self) -> bool:
        """Whether a process was started."""
        return self.process is not None

    async def _async_is_alive(self) -> bool:
        return self.process is not None and self.process.poll() is None

    is_alive = _async_is_alive

    async def _async_interrupt_kernel(self) -> None:
        self.interrupt()

    interrupt_kernel = _async_interrupt_kernel

    async def ended(self) -> None:
        """Return once the process has ended, at once where the fork server tells of it."""
        if isinstance(self.process, Fork):
            if self.gone is None:
                self.gone = asyncio.Event()
                loop, tell = asyncio.get_running_loop(), self.gone.set
                self.process.when_ended(lambda: tell_loop(loop, tell))
            await self.gone.wait()
        while self.exit_code(0) is None:  # noqa: ASYNC110 - see LOOK_SECONDS
            await asyncio.sleep(LOOK_SECONDS)

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

    def interrupt(self) -> None:
        """Interrupt the cell that is running, and what it has started."""
        if isinstance(self.process, Fork):
            self.process.send_signal(signal.SIGINT)
        elif self.process is not None and self.process.poll() is None:
            if sys.platform == "win32":
                send_interrupt(self.process.win32_interrupt_event)
            else:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(self.process.pid, signal.SIGINT)

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


def tell_loop(loop: asyncio.AbstractEventLoop, call: Callable[[], None]) -> None:
    """Have the loop of another thread call this, unless it is over already."""
    with contextlib.suppress(RuntimeError):
        loop.call_soon_threadsafe(call)


async def connect(kernel: Kernel, seconds: float = START_SECONDS) -> AsyncKernelClient:
    """A client whose channels are known to work, so that no message of the first cell is lost.

    Raises:
        KernelDiedError: the process ended, or did not answer in time.

    """
    deadline = time.monotonic() + seconds
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
            kernel.answered = True
            return client
        if kernel.exit_code(0) is not None:
            break
    client.stop_channels()
    raise KernelDiedError
