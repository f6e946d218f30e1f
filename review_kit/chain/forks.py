"""The owner's side of the fork server: start it, ask for processes, hear how each of them ended."""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

GONE = -9  # what a process is said to have ended with when its server died and could not tell
START = ("-P", "-m", "review_kit.chain.zygote")  # -P: the libraries do not come from the working folder
CLOSING_SECONDS = 3.0  # how long the server may take to kill what it forked


class ForkServerGoneError(RuntimeError):
    """The fork server cannot be started, or not be asked any more; ordinary kernels can."""


class Fork:
    """One process that the server forked; its exit code is None while it runs and negative for a signal."""

    stdin = stdout = stderr = None  # as subprocess.Popen has them, for jupyter_client

    def __init__(self, server: "ForkServer", number: int) -> None:
        self.server = server
        self.number = number
        self.pid = 0  # until the server has said
        self.exit_code: int | None = None
        self.lost = False  # whether it ended, or never came to be, because of the server and not of what it ran
        self.ended = threading.Event()
        self.lock = threading.Lock()
        self.calls: list[Callable[[], object]] = []

    def when_ended(self, call: Callable[[], object]) -> None:
        """Have this called, from another thread, as soon as the process has ended; at once if it has."""
        with self.lock:
            if not self.ended.is_set():
                self.calls.append(call)
                return
        call()

    def end(self, exit_code: int, *, lost: bool = False) -> None:
        """Note how the process ended, and tell everybody who waits for it."""
        with self.lock:
            self.exit_code = exit_code
            self.lost = lost
            self.ended.set()
        for call in self.calls:
            call()

    def poll(self) -> int | None:
        """The exit code, or None while it runs."""
        return self.exit_code

    def wait(self, timeout: float | None = None) -> int | None:
        """Wait for the end, at most `timeout` seconds."""
        self.ended.wait(timeout)
        return self.exit_code

    def send_signal(self, number: int) -> None:
        """Signal the process and all that it started, unless it has ended."""
        if self.exit_code is None:
            with contextlib.suppress(ForkServerGoneError):
                self.server.send({"id": self.number, "signal": number})


class ForkServer:
    """Starts at once and imports in the background; requests are answered as soon as that is done.

    Raises:
        ForkServerGoneError: the system has no process to spare for it.

    """

    def __init__(self, *, private: Path, preload: Sequence[str], environment: Mapping[str, str]) -> None:
        self.forks: dict[int, Fork] = {}
        self.lock = threading.Lock()
        self.gone = False
        ours, theirs = socket.socketpair()
        self.channel = ours
        with theirs, (private / "fork_server.log").open("wb") as log:
            try:
                self.process = subprocess.Popen(  # noqa: S603 - our own interpreter and module
                    [sys.executable, *START, str(theirs.fileno()), str(private)],
                    pass_fds=[theirs.fileno()],
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    env=dict(environment),
                    start_new_session=True,  # Ctrl-C in the terminal reaches the owner alone, who ends all in order
                )
            except OSError as error:
                ours.close()
                raise ForkServerGoneError from error
        self.reader = threading.Thread(target=self.listen, name="review fork server", daemon=True)
        self.reader.start()
        self.preload(preload)

    def preload(self, names: Sequence[str]) -> None:
        """Have modules loaded before the forks that come after."""
        self.send({"preload": list(names)})

    def fork(self, kind: str, work: Mapping[str, Any]) -> Fork:
        """Ask for a process; returns before it exists.

        Raises:
            ForkServerGoneError: the server has ended.

        """
        with self.lock:
            fork = Fork(self, len(self.forks) + 1)
            self.forks[fork.number] = fork
        self.send({"id": fork.number, kind: dict(work)})
        return fork

    def send(self, message: Mapping[str, Any]) -> None:
        """Send one line to the server."""
        line = json.dumps(message).encode() + b"\n"
        with self.lock:
            if self.gone:
                raise ForkServerGoneError
            try:
                self.channel.sendall(line)
            except OSError as error:
                raise ForkServerGoneError from error

    def listen(self) -> None:
        """Note what the server says, in a thread of its own, until it hangs up."""
        with contextlib.suppress(OSError), self.channel.makefile("rb") as lines:
            for line in lines:
                message = json.loads(line)
                fork = self.forks[message["id"]]
                if "pid" in message:
                    fork.pid = message["pid"]
                elif "refused" in message:
                    fork.end(GONE, lost=True)
                else:
                    fork.end(message["exit"])
        with self.lock:
            self.gone = True
            left = [fork for fork in self.forks.values() if fork.exit_code is None]
        for fork in left:
            if fork.pid:
                with contextlib.suppress(ProcessLookupError, PermissionError):
                    os.killpg(fork.pid, signal.SIGKILL)  # the system has ended the fork, but not what it had started
            fork.end(GONE, lost=True)

    def at_work(self) -> int:
        """How many forks have not ended."""
        with self.lock:
            return sum(fork.exit_code is None for fork in self.forks.values())

    def exit_code(self) -> int | None:
        """How the server itself ended; None while it runs, or where it hung up and still does."""
        with contextlib.suppress(subprocess.TimeoutExpired):
            self.process.wait(CLOSING_SECONDS)
        return self.process.poll()

    def close(self) -> None:
        """Hang up, upon which the server kills what it forked, and wait for its end."""
        with contextlib.suppress(OSError):
            self.channel.shutdown(socket.SHUT_RDWR)
        try:
            self.process.wait(timeout=CLOSING_SECONDS)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait()
        self.reader.join(timeout=CLOSING_SECONDS)
        self.channel.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
