"""The kernel itself: IPython's own application, with no port open to the network."""

import os
import sys
from typing import Any

from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp


def without_pipe(thread: Any) -> None:
    """In place of `IOPubThread._setup_pipe_in`, which listens on TCP for the output of processes that a cell forks.

    The state is the one that ipykernel goes on with when it cannot bind that port. What a cell forks can still write
    to its standard output, which the kernel reads from the file descriptor.
    """
    thread._pipe_flag = False  # noqa: SLF001 - as above


def run_kernel(arguments: list[str]) -> None:
    """Be a kernel on the connection file that the arguments name, until the process is told to end."""
    IOPubThread._setup_pipe_in = without_pipe  # type: ignore[method-assign]  # noqa: SLF001
    app = IPKernelApp.instance()
    app.initialize(arguments)
    if "matplotlib" in sys.modules:
        # Imported before a fork, matplotlib has not seen the backend that the kernel asks for in the environment.
        sys.modules["matplotlib"].use(os.environ["MPLBACKEND"])
    app.start()


if __name__ == "__main__":
    run_kernel(sys.argv[1:])
