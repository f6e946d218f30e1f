"""The kernel itself: IPython's own application, with no port open to the network and no output out of its order."""

import atexit
import codecs
import os
import select
import sys
import threading
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import zmq
from ipykernel import iostream
from ipykernel.iostream import IOPubThread
from ipykernel.kernelapp import IPKernelApp
from traitlets import default
from zmq.eventloop.zmqstream import ZMQStream

# ipykernel loads debugpy in every kernel, which is half of the time that a forked one takes to start. Nobody can set
# a breakpoint in a run, so its debugger is loaded once without it; a cell that imports debugpy itself still gets it.
if "debugpy" not in sys.modules:
    sys.modules["debugpy"] = None  # type: ignore[assignment]
    import_module("ipykernel.debugger")
    del sys.modules["debugpy"]

READY = ".ready"  # ending of the file that says that a kernel can be reached; beside its connection file
INSTALLED = ("site-packages", "dist-packages")
CHUNK = 65536  # bytes; what a pipe of Linux holds
LINGER_MILLISECONDS = 3000  # how long a forked process may take to hand over what it has printed, as in ipykernel


class OutStream(iostream.OutStream):
    """Standard output or error of a cell, into which C code and subprocesses write through the file descriptor.

    ipykernel forwards the descriptor from a thread, whenever that gets its turn: lines change places with those of
    `print`, the last ones may miss the cell, and letters that lie across two reads are lost. Here what stands in the
    descriptor is forwarded before anything else is written and before a cell ends.
    """

    def _watch_pipe_fd(self) -> None:
        descriptor: int = self._fid  # type: ignore[assignment]  # it is there where this is called
        while self._should_watch:
            select.select([descriptor], [], [])
            self.forward()

    def _setup_stream_redirects(self, name: str) -> None:
        self.forwarding = threading.RLock()
        self.decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        super()._setup_stream_redirects(name)

    def forward(self) -> None:
        """Write what has come in through the descriptor; a process that a cell has forked leaves that to the kernel."""
        if self._fid is None or not self._is_master_process():
            return
        with self.forwarding:
            while select.select([self._fid], [], [], 0)[0]:
                read = os.read(self._fid, CHUNK)
                if not read:  # the cell has closed the descriptor
                    self._should_watch, self._fid = False, None
                    return
                super().write(self.decoder.decode(read))
                os.write(self._original_stdstream_copy, read)

    def write(self, string: str) -> int | None:  # type: ignore[override] # as ipykernel has it
        """Write after what came in through the descriptor before."""
        self.forward()
        return super().write(string)

    def flush(self) -> None:
        """Send everything that was written, by whatever way; the kernel does this at the end of a cell."""
        self.forward()
        super().flush()


class KernelApp(IPKernelApp):
    """ipykernel's application with our streams, and with a private socket for what forked processes print."""

    @default("outstream_class")
    def _our_streams(self) -> str:
        return f"{__name__}.OutStream"

    def init_path(self) -> None:
        """As IPython does: a notebook can import what lies beside it, which comes before installed packages."""
        if "" not in sys.path:
            installed = (place for place, path in enumerate(sys.path) if Path(path).name in INSTALLED)
            sys.path.insert(next(installed, len(sys.path)), "")

    def init_iopub(self, context: Any) -> None:
        """As ipykernel does; but where all sockets are files, the one that it would open on TCP is one too."""
        if self.transport == "ipc":
            listen_in_private(f"ipc://{self.ip}-6")  # the five channels of a kernel are numbered from 1
        super().init_iopub(context)


def listen_in_private(address: str) -> None:
    """Have the processes that a cell forks hand over what they print at this address."""

    def pipe_in(thread: Any) -> None:
        thread._pipe_uuid = os.urandom(16)  # noqa: SLF001 - stands in for a method of the thread
        socket = thread.socket.context.socket(zmq.PULL)
        socket.linger = 0
        socket.bind(address)
        thread._pipe_in = ZMQStream(socket, thread.io_loop)  # noqa: SLF001
        thread._pipe_in.on_recv(thread._handle_pipe_msg)  # noqa: SLF001

    def pipe_out(_: Any) -> tuple[Any, Any]:
        context = zmq.Context()  # what was forked must not touch that of the kernel
        socket = context.socket(zmq.PUSH)
        socket.linger = LINGER_MILLISECONDS
        socket.connect(address)
        return context, socket

    IOPubThread._setup_pipe_in = pipe_in  # type: ignore[method-assign]  # noqa: SLF001
    IOPubThread._setup_pipe_out = pipe_out  # type: ignore[method-assign]  # noqa: SLF001


def run_kernel(arguments: list[str]) -> None:
    """Be a kernel on the connection file that the arguments name, until the process is told to end."""
    app = KernelApp.instance()
    app.initialize(arguments)
    # At its end ipykernel closes its sockets, and once in a while two of its threads wait there for each other. Without
    # that the hooks of the notebook are run, and the sockets end with the process.
    atexit.unregister(app.close)
    atexit.unregister(app.iopub_thread.stop)
    launcher = find_spec("ipykernel_launcher")
    sys.argv = [launcher.origin or "" if launcher else "", "-f", app.connection_file]  # as in an ordinary kernel
    if "matplotlib" in sys.modules:
        # Imported before a fork, matplotlib has not seen the backend that the kernel asks for in the environment.
        sys.modules["matplotlib"].use(os.environ["MPLBACKEND"])
    Path(app.connection_file).with_suffix(READY).touch()
    app.start()


if __name__ == "__main__":
    run_kernel(sys.argv[1:])
