"""Papermill's engine for any notebook on its command line: `papermill --engine review_kit in.ipynb out.ipynb`.

The kernels have the surroundings of the person who calls it, as those of Papermill's own engine have; the fixed ones of
a review are the chain's.
"""

import asyncio
import atexit
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import review_kit.fast_imports  # noqa: F401 - before papermill, whose imports it shortens

# isort: split
from jupyter_client.kernelspec import NoSuchKernel
from jupyter_client.manager import KernelManager
from jupyter_core.utils import ensure_event_loop
from papermill.engines import NBClientEngine
from papermill.log import logger

from review_kit.chain.engine import Client, settle
from review_kit.chain.events import Event, Notice
from review_kit.chain.kernel import Kernel, KernelDiedError, connect
from review_kit.chain.kernels import Kernels

ENDING_SECONDS = 5  # how long a kernel may take for what it does at its end, as in jupyter_client
NOT_OURS = ("km", "kernel_manager_class", "extra_arguments", "resources")  # options that ask for another start
OF_PAPERMILL = ("input_path", "timeout", "startup_timeout")  # options that go by other names from here on

_own: list[Kernels] = []  # of this process, from its first notebook to its end
_owner: list[int] = []
_lock = threading.Lock()


class StandaloneEngine(NBClientEngine):  # type: ignore[misc]
    """Papermill's own engine, whose kernels are forked; what cannot be is left to Papermill's own, with a sentence."""

    @classmethod
    def execute_managed_notebook(cls, nb_man: Any, kernel_name: str, **options: Any) -> Any:
        """Run all cells as Papermill's own engine does, and let the kernel end in order."""
        if not is_this_python(kernel_name) or any(name in options for name in NOT_OURS):
            logger.info("review_kit forks no kernels such as '%s'; an ordinary one is started.", kernel_name)
            return super().execute_managed_notebook(nb_man, kernel_name, **options)
        try:
            asyncio.get_running_loop()
        except RuntimeError:
            return run(nb_man, kernel_name, options)
        with ThreadPoolExecutor(1) as thread:  # called from a notebook, whose loop must not be used
            return thread.submit(run, nb_man, kernel_name, options).result()


def is_this_python(kernel_name: str) -> bool:
    """Whether the kernel of this name is ipykernel in this very interpreter, with nothing added."""
    try:
        manager = KernelManager(kernel_name=kernel_name)
        command = manager.format_kernel_cmd()
        extras = manager.kernel_spec.env if manager.kernel_spec else {}
    except NoSuchKernel:
        return False  # Papermill's own engine says so
    return command[:1] == [sys.executable] and "ipykernel_launcher" in command and not extras


def own_kernels() -> Kernels:
    """The kernels of this process; a process that was forked from one with kernels makes its own."""
    with _lock:
        if _owner != [os.getpid()]:
            _owner[:] = [os.getpid()]
            _own[:] = [Kernels(folder=Path.cwd(), tell=tell, fixed=False)]
        return _own[0]


@atexit.register
def close_own_kernels() -> None:
    """End the fork server and what is left of its kernels."""
    with _lock:
        if _owner == [os.getpid()]:
            _owner.clear()
            _own.pop().close()


def tell(event: Event) -> None:
    """Say in Papermill's log what people should read."""
    if isinstance(event, Notice):
        logger.warning(event.text)


def run(nb_man: Any, kernel_name: str, options: dict[str, Any]) -> Any:
    """Run the notebook in a kernel of our own; the options are those of `NBClientEngine`."""
    rest = {name: value for name, value in options.items() if name not in OF_PAPERMILL}
    start_seconds = rest.pop("start_timeout", None) or options.get("startup_timeout", 60)
    cell_seconds = rest.pop("execution_timeout", None) or options.get("timeout")
    loop = ensure_event_loop(prefer_selector_loop=True)
    client: Any = None
    kernel: Kernel | None = None
    try:
        kernel, client = ready_kernel(loop, start_seconds)
        runner = Client(nb_man, km=kernel, kernel_name=kernel_name, timeout=cell_seconds, log=logger, **rest)
        runner.kc = client
        return runner.execute()
    finally:
        if client is not None and kernel is not None:
            end(kernel, client)
            client.stop_channels()
            client.context.destroy(linger=0)
        loop.run_until_complete(settle())
        loop.close()


def ready_kernel(loop: asyncio.AbstractEventLoop, seconds: float) -> tuple[Kernel, Any]:
    """A kernel in the working directory, and the client of it.

    Raises:
        RuntimeError: neither a forked nor an ordinary one came to answer.

    """
    kernels = own_kernels()
    kernel = kernels.take(Path.cwd())
    try:
        return kernel, loop.run_until_complete(connect(kernel, seconds))
    except KernelDiedError:
        kernel.kill()
        other = kernels.replace(kernel)
        if other is None:
            raise
    return other, loop.run_until_complete(connect(other, seconds))


def end(kernel: Kernel, client: Any) -> None:
    """Have the kernel stop what it is doing, do what Python does at its end, and go; otherwise it is killed."""
    if kernel.exit_code(0) is None:
        kernel.interrupt()
        client.shutdown()
        kernel.exit_code(ENDING_SECONDS)
    kernel.kill()
