"""The process that kernels are forked from: it has the libraries in memory and knows nothing of any notebook.

It starts no thread and opens no socket but the one to its owner, so that what it forks is as good as a fresh
interpreter. It speaks lines of JSON. From the owner: `{"id": 1, "kernel": {...}}`, `{"id": 2, "call": {...}}`,
`{"id": 1, "signal": 9}`, `{"preload": [...]}`. To the owner: `{"id": 1, "pid": 4711}`, `{"id": 1, "exit": -9}`, or
`{"id": 1, "refused": "…"}` where the system has no process to spare.
When the owner is gone, for whatever reason, everything that was forked is killed and the private folder removed. When
the server itself fails, what was forked is killed too, but the folder stays: ordinary kernels of the owner go on in it.
"""

import atexit
import contextlib
import ctypes
import gc
import json
import os
import select
import shutil
import signal
import socket
import sys
import threading
import time
import traceback
from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

from review_kit.chain.inside import answer_call, preload
from review_kit.chain.private import end_processes_of

OWNER_CHECK_SECONDS = 1.0  # only the second line of defence: the socket tells at once that the owner is gone
PR_SET_PDEATHSIG = 1  # linux/prctl.h


class Zygote:
    """Forks on request, reports every exit, and outlives neither its owner nor leaves its children behind."""

    def __init__(self, owner: socket.socket, private: Path) -> None:
        self.owner = owner
        self.private = private
        self.owner_pid = os.getppid()
        self.children: dict[int, int] = {}  # pid: id of the request
        self.unread = b""
        self.libc = ctypes.CDLL(None, use_errno=True) if sys.platform == "linux" else None
        self.exits, wakeup = os.pipe()
        os.set_blocking(self.exits, False)
        os.set_blocking(wakeup, False)
        signal.set_wakeup_fd(wakeup, warn_on_full_buffer=False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is the owner's to answer

    def serve(self) -> None:
        """Answer the owner until it hangs up."""
        try:
            while os.getppid() == self.owner_pid:
                ready, _, _ = select.select([self.owner.fileno(), self.exits], [], [], OWNER_CHECK_SECONDS)
                if self.exits in ready:
                    os.read(self.exits, 4096)
                self.report_exits()
                if self.owner.fileno() in ready and not self.read_requests():
                    break
        except (BrokenPipeError, ConnectionError):
            pass
        finally:
            for pid in self.children:
                kill_child(pid, signal.SIGKILL)
            for pid in self.children:
                os.waitpid(pid, 0)  # until then it may still be writing
        end_processes_of(self.private)  # what a notebook had put into a session of its own
        shutil.rmtree(self.private, ignore_errors=True)

    def read_requests(self) -> bool:
        """Answer what has come in; False when the owner has hung up."""
        received = self.owner.recv(65536)
        *lines, self.unread = (self.unread + received).split(b"\n")
        for line in lines:
            self.answer(json.loads(line))
        return bool(received)

    def answer(self, request: dict[str, Any]) -> None:
        """Do one thing that the owner asks for."""
        if "preload" in request:
            for name in request["preload"]:
                if os.getppid() == self.owner_pid:  # that takes seconds, and nobody may be left to fork for
                    preload([name])
            gc.collect()
            gc.freeze()  # the forks share these pages: the collector must not write into them
        elif "signal" in request:
            for pid, number in self.children.items():
                if number == request["id"]:
                    kill_child(pid, request["signal"])
        else:
            self.fork(request)

    def fork(self, request: dict[str, Any]) -> None:
        """A child of its own session that does the work and ends; the server goes on."""
        server = os.getpid()
        try:
            pid = os.fork()
        except OSError as error:
            self.tell({"id": request["id"], "refused": str(error)})
            return
        if pid == 0:
            exit_code = 1
            try:
                become_child(server, self)
                exit_code = run_child(request)
            finally:  # whatever was raised: above this frame is the server's work, such as killing all the others
                os._exit(exit_code)
        self.children[pid] = request["id"]
        self.tell({"id": request["id"], "pid": pid})

    def report_exits(self) -> None:
        """Tell the owner which children have ended and how: an exit code, or the negative number of a signal."""
        while self.children:
            pid, status = os.waitpid(-1, os.WNOHANG)
            if pid == 0:
                return
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(pid, signal.SIGKILL)  # what the notebook itself had started
            self.tell({"id": self.children.pop(pid), "exit": os.waitstatus_to_exitcode(status)})

    def tell(self, message: dict[str, Any]) -> None:
        """Send one line to the owner."""
        self.owner.sendall(json.dumps(message).encode() + b"\n")


def kill_child(pid: int, number: int) -> None:
    """Signal a child that was not waited for yet and all that it started, whose group it leads."""
    try:
        os.killpg(pid, number)
    except ProcessLookupError:  # it was forked this very moment and leads no group yet
        os.kill(pid, number)


def become_child(server: int, zygote: Zygote) -> None:
    """Let go of what belongs to the server; end when the server ends."""
    signal.set_wakeup_fd(-1)
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)
    os.setsid()
    zygote.owner.close()
    os.close(zygote.exits)
    if zygote.libc is not None:
        zygote.libc.prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != server:
        os._exit(1)


def run_child(request: dict[str, Any]) -> int:
    """Be the kernel or make the call that was asked for; the exit code says whether it could be done at all."""
    work = request.get("kernel") or request["call"]
    log = os.open(work["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    nothing = os.open(os.devnull, os.O_RDONLY)
    for source, target in ((nothing, 0), (log, 1), (log, 2)):
        os.dup2(source, target)
    os.chdir(work["folder"])
    try:
        if "kernel" in request:
            surround(work["environment"])
            parent = f"--IPKernelApp.parent_handle={os.getppid()}"
            import_module("review_kit.chain.kernel_app").run_kernel([*work["arguments"], parent])
            end_in_order()
        else:
            answer_call(work)
    except BaseException:  # noqa: BLE001 - the last frame of a process: whatever it was, the log keeps it
        traceback.print_exc()
        return 1
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
    return 0


def surround(environment: Mapping[str, str]) -> None:
    """Have these variables, and what a fresh interpreter would make of its surroundings."""
    os.environ.update(environment)
    time.tzset()
    if "numpy.random" in sys.modules:
        sys.modules["numpy.random"].seed()  # or every fork would draw the same numbers


def end_in_order() -> None:
    """What an interpreter does at its end, which a kernel that was asked to shut down comes to: threads, then hooks."""
    threading._shutdown()  # type: ignore[attr-defined]  # noqa: SLF001 - there is no other name for it
    atexit._run_exitfuncs()  # noqa: SLF001


def main() -> None:
    """Serve on the inherited socket whose number is the first argument; the second is the private folder."""
    with socket.socket(fileno=int(sys.argv[1])) as owner:
        Zygote(owner, Path(sys.argv[2])).serve()


if __name__ == "__main__":
    main()
