"""A query to text cells: read only, in one go, and nothing of the connection in any message."""

import os
import re
import sqlite3
import threading
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from review_kit.intake.raw import MOST_CELLS, MOST_COLUMNS, RawTable, as_columns, cell_text, without_blank
from review_kit.intake.readers.files import CannotReadError, contents, too_large
from review_kit.model.nearest import did_you_mean
from review_kit.params import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

_MOST_LETTERS = 500_000_000
_AT_ONCE = 10_000  # rows
_SECONDS_TO_CONNECT = 10
_TAKES_TIMEOUT = frozenset({"psycopg", "psycopg2", "pymysql", "mysqldb", "mysqlconnector"})
_NO_TABLE = re.compile(r"no such table: *([\w.]+)|relation \"([^\"]+)\" does not exist|Table '([^']+)' doesn't exist")
_NO_COLUMN = re.compile(r"no such column: *([\w.]+)|column \"?([\w.]+)\"? does not exist|Unknown column '([^']+)'")
WAITING = {"-wal": b"", "-journal": b"\xd9\xd5\x05\xf9\x20\xa1\x63\xd7"}  # ends of names; how one that counts begins
_MOST_OF_A_FILE = 3_000_000  # cells that its query gives; more only as many as the file has bytes: one each at least
_LONGEST_CELL = 10_000_000  # bytes that a query of an SQLite file may make of little
SECONDS = 600  # for one query
SECONDS_OF_A_FILE = 60  # which may hold a view without an end
_STEPS = 100_000  # of the machine of SQLite, a few milliseconds
_WAL_VERSIONS = slice(18, 20)  # of the head of an SQLite file: 2 says that changes lie in a file beside it


def resolved(reference: str) -> str:
    """What the variable holds that `env:NAME` stands for.

    Raises:
        CannotReadError: it is not set.

    """
    name = reference.removeprefix("env:")
    value = os.environ.get(name, "").strip()
    if not value:
        hint = f"set {name} where `review run` runs; nothing of it is written anywhere."
        raise CannotReadError("missing-secret", f"the variable {name} is not set.", hint)
    return value


def read_query(source: Source) -> RawTable:
    """Rows of the query, numbered as records from 1, read from the database that the connection names.

    Raises:
        CannotReadError: the database cannot be reached, or does not answer the query.

    """
    secret = resolved(source.connection)
    file = _sqlite_file(secret)
    if file is not None:
        return read_sqlite(database(file), source)
    with _engine(secret, source.connection) as engine:
        return _asked(engine, source, secret)


def _sqlite_file(secret: str) -> Path | None:
    """The file of an SQLite address: it is read as a whole, since opening one that is not there would make it."""
    found = re.fullmatch(r"sqlite(?:\+\w+)?:///(.+?)(?:\?.*)?", secret)
    return Path(found[1]) if found and found[1] != ":memory:" else None


def database(path: Path) -> bytes:
    """An SQLite file without changes that wait beside it.

    Raises:
        CannotReadError: it cannot be read, or a program has not finished writing it.

    """
    if any(_waits(path.with_name(f"{path.name}{end}"), mark) for end, mark in WAITING.items()):
        told = "changes to the database wait in a file beside it."
        raise CannotReadError("changing-file", told, "close the program that writes the database, and run again.")
    return contents(path, lines=False)


def _waits(path: Path, mark: bytes) -> bool:
    """Whether a file beside the database holds changes: some programs leave an empty one, or one without its head."""
    return path.is_file() and path.stat().st_size > 0 and contents(path, lines=False).startswith(mark)


def read_sqlite(raw: bytes, source: Source) -> RawTable:
    """Rows of the query from an SQLite file; the file itself is not touched, and no other can be reached.

    Raises:
        CannotReadError: it is no database, or does not answer the query.

    """
    from sqlalchemy import create_engine  # noqa: PLC0415 - only databases need it
    from sqlalchemy.pool import StaticPool  # noqa: PLC0415

    if not raw.startswith(b"SQLite format 3\0"):
        raise CannotReadError("format-mismatch", "the file is not an SQLite database.", "name it as what it is.")
    pages = [int.from_bytes(raw[at : at + size], "big") for at, size in ((16, 2), (28, 4))]
    if len(raw) < (1 << 16 if pages[0] == 1 else pages[0]) * pages[1]:
        raise CannotReadError("damaged-file", "the file is not a whole database.", "copy or export it again.")
    until = time.monotonic() + SECONDS_OF_A_FILE
    content = bytearray(raw)
    content[_WAL_VERSIONS] = b"\x01\x01"  # a copy in memory has no file beside it

    def connect() -> sqlite3.Connection:
        connection = sqlite3.connect(":memory:", check_same_thread=False)
        connection.deserialize(content)
        connection.execute("pragma trusted_schema = off")
        connection.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, _LONGEST_CELL)
        connection.set_progress_handler(lambda: time.monotonic() > until, _STEPS)
        connection.set_authorizer(_reads_alone)
        return connection

    _must_be_whole(connect)
    engine = create_engine("sqlite://", creator=connect, poolclass=StaticPool)
    try:
        return _asked(engine, source, "", max(_MOST_OF_A_FILE, len(raw)))
    finally:
        engine.dispose()


def _must_be_whole(connect: "Callable[[], sqlite3.Connection]") -> None:
    """Pages that are cut off or do not fit together would give fewer rows without a word."""
    try:
        with closing(connect()) as connection:
            found = connection.execute("pragma quick_check(1)").fetchone()
    except sqlite3.Error:
        found = None
    if found != ("ok",):
        raise CannotReadError("damaged-file", "the file is not a whole database.", "copy or export it again.")


def _reads_alone(action: int, *_: Any) -> int:
    reading = {sqlite3.SQLITE_SELECT, sqlite3.SQLITE_READ, sqlite3.SQLITE_FUNCTION, sqlite3.SQLITE_RECURSIVE}
    harmless = {sqlite3.SQLITE_TRANSACTION, sqlite3.SQLITE_PRAGMA}
    return sqlite3.SQLITE_OK if action in reading | harmless else sqlite3.SQLITE_DENY


@contextmanager
def _engine(secret: str, reference: str) -> "Iterator[Engine]":
    from sqlalchemy import create_engine, make_url  # noqa: PLC0415 - only databases need it
    from sqlalchemy.exc import ArgumentError, NoSuchModuleError  # noqa: PLC0415
    from sqlalchemy.pool import NullPool  # noqa: PLC0415

    name = reference.removeprefix("env:")
    try:
        url = make_url(secret)
        driver = url.get_dialect().driver
        arguments = {"connect_timeout": _SECONDS_TO_CONNECT} if driver in _TAKES_TIMEOUT else {}
        engine = create_engine(url, poolclass=NullPool, hide_parameters=True, connect_args=arguments)
    except ModuleNotFoundError as error:
        hint = f"install the driver into the environment of `review`: pip install {error.name}."
        raise CannotReadError("missing-driver", f"the driver of the database in {name} is not there.", hint) from None
    except (ArgumentError, NoSuchModuleError, ValueError):
        hint = "it begins with the kind of the database and its driver, such as postgresql+psycopg://…."
        raise CannotReadError("bad-connection", f"{name} holds no address of a database.", hint) from None
    try:
        yield engine
    finally:
        engine.dispose()


def _asked(engine: "Engine", source: Source, secret: str, most: int = MOST_CELLS) -> RawTable:
    from sqlalchemy.exc import SQLAlchemyError  # noqa: PLC0415 - only databases need it

    late = threading.Event()
    try:
        connection = engine.connect()
    except Exception:  # noqa: BLE001 - drivers raise kinds of their own, and their words may hold the login
        where = source.connection.removeprefix("env:") or source.name
        hint = "check address, user and password in it, and whether the database can be reached from this machine."
        raise CannotReadError("no-connection", f"the database in {where} cannot be opened.", hint) from None
    try:
        with connection, _ended_in_time(connection, late):
            return _taken(connection, source, min(most, MOST_CELLS))
    except CannotReadError:
        raise
    except SQLAlchemyError as error:
        told = _first_line(getattr(error, "orig", None) or error)
        if late.is_set() or told == "interrupted":
            raise CannotReadError("bad-query", "the database does not answer the query in time.", _SHORTER) from None
        raise _failed(engine, told, secret) from None
    except Exception:  # noqa: BLE001 - what a driver raises beyond the rule, with words that may hold the login
        raise _failed(engine, "", secret) from None


@contextmanager
def _ended_in_time(connection: "Connection", late: threading.Event) -> "Iterator[None]":
    """Ask the driver to give up a query that takes too long, if it can; `late` then says so."""
    own = connection.connection.dbapi_connection
    cancel = getattr(own, "cancel", None) or getattr(own, "interrupt", None)

    def end() -> None:
        late.set()
        if cancel is not None:
            cancel()

    timer = threading.Timer(SECONDS, end)
    timer.daemon = True
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


def _taken(connection: "Connection", source: Source, most: int) -> RawTable:
    """All rows, at most so many cells, in a transaction that is told to change nothing and is never committed."""
    from sqlalchemy import text  # noqa: PLC0415 - only databases need it

    if connection.dialect.name == "postgresql":
        connection = connection.execution_options(postgresql_readonly=True)
    statement = text(source.sql.replace(":", "\\:"))  # a colon is a cast or a time here, never a parameter
    result = connection.execution_options(stream_results=True).execute(statement)
    headings = tuple(str(name).strip() for name in result.keys())  # noqa: SIM118 - it is no dictionary
    if len(headings) > MOST_COLUMNS:
        raise too_large(f"the query gives {len(headings):,} columns.")
    records: list[list[str]] = []
    letters = 0
    while part := result.fetchmany(_AT_ONCE):
        taken = [[cell_text(cell, source.decimal) for cell in row] for row in part]
        records += taken
        letters += sum(len(cell) for row in taken for cell in row)
        if len(records) * max(1, len(headings)) > most or letters > _MOST_LETTERS:
            raise too_large(f"the query gives more than {most:,} cells, or {_MOST_LETTERS:,} letters.")
    connection.rollback()
    rows = np.arange(1, len(records) + 1, dtype=np.int64)
    return without_blank(RawTable(headings=headings, columns=as_columns(records, len(headings)), rows=rows))


def _first_line(error: BaseException) -> str:
    return str(error).strip().partition("\n")[0][:200]


def _failed(engine: "Engine", told: str, secret: str) -> CannotReadError:
    """What is wrong with the query, in words that hold nothing of the connection."""
    if any(part in told for part in _parts(secret)):
        told = ""
    if found := _NO_TABLE.search(told):
        name = next(filter(None, found.groups()))
        known = _tables(engine)
        hint = did_you_mean(name.rpartition(".")[2], known, _tables_hint(known))
        return CannotReadError("missing-table", f"the database has no table '{name}'.", hint)
    if found := _NO_COLUMN.search(told):
        name = next(filter(None, found.groups()))
        return CannotReadError("missing-column", f"the query asks for a column '{name}' that is not there.", _TRY)
    message = f"the database does not answer the query: {told}" if told else "the database does not answer the query."
    return CannotReadError("bad-query", message if message.endswith(".") else f"{message}.", _TRY)


_SHORTER = "ask for less, or put the answer into a table of the database and ask for that."
_TRY = "try the query in the database's own client, and correct sql in the parameters."


def _tables_hint(known: list[str]) -> str:
    return f"its tables are {', '.join(known[:20])}." if known else "check the name, and which schema it lies in."


def _tables(engine: "Engine") -> list[str]:
    from sqlalchemy import inspect  # noqa: PLC0415 - only databases need it

    try:
        found = inspect(engine)
        return sorted([*found.get_table_names(), *found.get_view_names()])
    except Exception:  # noqa: BLE001 - a help for the hint alone
        return []


def _parts(secret: str) -> list[str]:
    """Whatever of the connection must stand in no message."""
    if not secret:
        return []
    from sqlalchemy import make_url  # noqa: PLC0415 - only databases need it

    url = make_url(secret)
    values = [part for value in url.query.values() for part in ((value,) if isinstance(value, str) else value)]
    return [str(part) for part in (secret, url.password, url.username, url.host, *values) if part]
