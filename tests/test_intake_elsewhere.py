"""What lies in databases and at addresses: read once a run, kept with it, and nothing of a login shown anywhere."""

import contextlib
import gzip
import json
import sqlite3
import threading
from datetime import date, datetime
from decimal import Decimal
from functools import partial
from http.server import BaseHTTPRequestHandler, SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import fsspec
import pandas as pd
import postgres
import pytest
import sqlalchemy
from workspaces import contents, replace_text, review, table

from review_kit.errors import ParamsError
from review_kit.intake.readers import query
from review_kit.intake.sources import Library, frozen_copies
from review_kit.params import Source, load_params
from review_kit.scaffold import new_workspace

CSV = "kpi_id,period,value\nnps,2025-01,12\n"


def cells(table) -> list[list[str]]:
    return [list(row) for row in zip(*table.columns, strict=True)]


def told(table) -> list[tuple[str, str]]:
    return [(fault.rule, fault.message) for fault in table.faults]


@pytest.fixture(scope="module")
def database():
    with postgres.server() as address:
        engine = sqlalchemy.create_engine(address)
        with engine.begin() as connection:
            connection.execute(
                sqlalchemy.text(
                    "create table actuals (kpi_id text, period date, value numeric(9, 3), "
                    "ratio double precision, n bigint, sure boolean, at timestamptz, note text)"
                )
            )
            row = ["nps", date(2025, 1, 31), Decimal("12.500"), 0.1, 2**53 + 1, True, datetime(2025, 1, 1), "a\nb"]
            places = ":a, :b, :c, :d, :e, :f, :g, :h"
            insert = sqlalchemy.text(f"insert into actuals values ({places})")  # noqa: S608 - names of places alone
            connection.execute(insert, dict(zip("abcdefgh", row, strict=True)))
            connection.execute(sqlalchemy.text("insert into actuals (note) values (null)"))
            connection.execute(sqlalchemy.text("insert into actuals (kpi_id, value) values ('csat', 0)"))
        engine.dispose()
        yield address


@pytest.fixture
def on_database(database, monkeypatch):
    monkeypatch.setenv("REVIEW_DB", database)
    return lambda sql: Source(sql=sql, connection="env:REVIEW_DB")


def test_a_query_gives_typed_cells_as_text_without_loss_and_rows_as_records(on_database, tmp_path):
    source = on_database("select kpi_id, period, value, ratio, n, sure, note from actuals")
    found = Library(tmp_path).read(source)
    assert not found.faults
    assert cells(found) == [
        ["nps", "2025-01-31", "12.500", "0.1", "9007199254740993", "TRUE", "a\nb"],
        ["csat", "", "0.000", "", "", "", ""],
    ]
    assert found.rows.tolist() == [1, 3]


def test_colons_and_percent_signs_of_a_query_are_what_they_are_in_the_database(on_database, tmp_path):
    source = on_database("select kpi_id::varchar(2) as a, '10:30' as b, 7 % 4 as c from actuals where kpi_id like 'n%'")
    assert cells(Library(tmp_path).read(source)) == [["np", "10:30", "3"]]


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("select * from actual", "missing-table"),
        ("select kpi from actuals", "missing-column"),
        ("select * form actuals", "bad-query"),
        ("with gone as (delete from actuals returning *) select * from gone", "bad-query"),
    ],
)
def test_a_query_that_fails_is_one_fault_and_changes_nothing(on_database, tmp_path, sql, rule):
    found = Library(tmp_path).read(on_database(sql))
    assert [fault.rule for fault in found.faults] == [rule]
    assert len(Library(tmp_path).read(on_database("select kpi_id from actuals where kpi_id is not null")).rows) == 2
    if rule == "missing-table":
        assert found.faults[0].hint == "did you mean 'actuals'?"


@pytest.mark.parametrize(
    ("address", "rule"),
    [
        ("", "missing-secret"),
        ("s3cret-in-no-form", "bad-connection"),
        ("postgresql+psycopg://s3cret:s3cret@127.0.0.1:1/s3cret", "no-connection"),
        ("nosuchkind://s3cret:s3cret@h/s3cret", "bad-connection"),
        ("oracle+cx_oracle://s3cret:s3cret@h/s3cret", "missing-driver"),
        ("sqlite:////nowhere/s3cret.db", "unreadable-file"),
    ],
)
def test_a_connection_that_fails_is_one_fault_that_shows_nothing_of_it(tmp_path, monkeypatch, address, rule):
    monkeypatch.setenv("REVIEW_DB", address)
    found = Library(tmp_path).read(Source(sql="select 1 as a", connection="env:REVIEW_DB"))
    assert [fault.rule for fault in found.faults] == [rule]
    assert "s3cret" not in repr(found.faults)


def test_a_wrong_password_shows_neither_user_nor_server(database, tmp_path, monkeypatch):
    monkeypatch.setenv("REVIEW_DB", database.replace(postgres.LOGIN[1], "wrong-one"))
    found = Library(tmp_path).read(Source(sql="select 1 as a", connection="env:REVIEW_DB"))
    assert told(found) == [("no-connection", "the database in REVIEW_DB cannot be opened.")]
    assert not any(part in repr(found.faults) for part in ("wrong-one", postgres.LOGIN[0], "127.0.0.1"))


def sqlite(path: Path, *statements: str) -> Path:
    path.parent.mkdir(exist_ok=True)
    with sqlite3.connect(path) as connection:
        for statement in statements:
            connection.execute(statement)
    connection.close()
    return path


def test_an_sqlite_file_is_read_with_what_its_columns_really_hold(tmp_path):
    sqlite(tmp_path / "a.sqlite", "create table actuals (v real)", "insert into actuals values (1.5), ('12%'), (null)")
    before = (tmp_path / "a.sqlite").read_bytes()
    found = Library(tmp_path).read(Source(path="a.sqlite", sql="select rowid as n, v from actuals"))
    assert cells(found) == [["1", "1.5"], ["2", "12%"], ["3", ""]]
    assert (tmp_path / "a.sqlite").read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["a.sqlite"]


@pytest.mark.parametrize(
    ("sql", "rule"),
    [
        ("select * from actuals_2026", "missing-table"),
        ("with a as (select 1) delete from actuals", "bad-query"),
        ("select load_extension('x')", "bad-query"),
    ],
)
def test_a_query_of_an_sqlite_file_reads_alone(tmp_path, sql, rule):
    sqlite(tmp_path / "a.db", "create table actuals (v real)", "insert into actuals values (1)")
    assert [fault.rule for fault in Library(tmp_path).read(Source(path="a.db", sql=sql)).faults] == [rule]


def test_a_database_that_is_cut_off_or_an_answer_without_rows_is_refused(tmp_path):
    path = sqlite(tmp_path / "a.db", "create table actuals (v)", "insert into actuals values ('x')")
    raw = path.read_bytes()
    for damaged in (raw[:-3_000], raw[:4_096] + b"\x55" * (len(raw) - 4_096)):
        path.write_bytes(damaged)
        found = Library(tmp_path).read(Source(path="a.db", sql="select * from actuals"))
        assert [fault.rule for fault in found.faults] == ["damaged-file"]
    path.write_bytes(raw)
    found = Library(tmp_path).read(Source(path="a.db", sql="select * from actuals where v = 'y'"))
    assert [fault.rule for fault in found.faults] == ["no-rows"]


def test_a_database_with_changes_that_wait_beside_it_is_refused(tmp_path):
    open_one = sqlite3.connect(tmp_path / "a.sqlite")
    open_one.execute("pragma journal_mode = wal")
    open_one.execute("create table actuals (v real)")
    open_one.commit()
    source = Source(path="a.sqlite", sql="select * from actuals")
    assert [fault.rule for fault in Library(tmp_path).read(source).faults] == ["changing-file"]
    open_one.execute("insert into actuals values (1)")
    open_one.commit()
    open_one.close()
    assert cells(Library(tmp_path).read(source)) == [["1"]]


LEADS_TO = {
    "circle": "/hostile/circle.csv",
    "near": "file:///etc/passwd",
    "through": "https://127.0.0.1:9/?::file:///etc/passwd",
    "nowhere": "",
}
ENDLESS = {"/hostile/endless.csv": b"a,1\n" * 250_000, "/hostile/packed.csv": gzip.compress(b"a,1\n" * 25_000_000, 1)}


def test_a_database_whose_last_change_is_half_done_is_refused(tmp_path):
    path = sqlite(tmp_path / "a.sqlite", "create table actuals (v)", "insert into actuals values (1)")
    writing = sqlite3.connect(path, isolation_level=None)
    for statement in ("pragma cache_size = 1", "begin", "update actuals set v = 2"):
        writing.execute(statement)
    writing.executemany("insert into actuals values (?)", [("x" * 1_000,)] * 500)  # more than is held back in memory
    source = Source(path="a.sqlite", sql="select * from actuals")
    assert [fault.rule for fault in Library(tmp_path).read(source).faults] == ["changing-file"]
    writing.execute("rollback")
    writing.close()
    assert cells(Library(tmp_path).read(source)) == [["1"]]


@pytest.mark.parametrize(
    ("view", "rule"),
    [
        ("with recursive a(v) as (select 1 union all select v + 1 from a) select count(*) as v from a", "bad-query"),
        ("select hex(zeroblob(900000000)) as v", "bad-query"),
    ],
)
def test_a_view_without_an_end_is_given_up(tmp_path, monkeypatch, view, rule):
    monkeypatch.setattr(query, "SECONDS_OF_A_FILE", 0.2)
    sqlite(tmp_path / "a.sqlite", f"create view actuals as {view}")
    found = Library(tmp_path).read(Source(path="a.sqlite", sql="select * from actuals"))
    assert [fault.rule for fault in found.faults] == [rule]


def test_a_small_file_gives_no_endless_answer_and_a_larger_one_all_its_cells(tmp_path, monkeypatch):
    """20,000 rows take more bytes than they have cells, whatever is asked of them."""
    monkeypatch.setattr(query, "_MOST_OF_A_FILE", 1_000)
    endless = "with recursive a(v) as (select 1 union all select v + 1 from a) select v from a"
    sqlite(tmp_path / "a.sqlite", f"create view actuals as {endless}")
    (fault,) = Library(tmp_path).read(Source(path="a.sqlite", sql="select * from actuals")).faults
    size = (tmp_path / "a.sqlite").stat().st_size
    assert (fault.rule, f"more than {size:,} cells" in fault.message) == ("file-too-large", True)
    full = "with recursive a(v) as (select 1 union all select v + 1 from a) select v from a limit 20000"
    sqlite(tmp_path / "b.sqlite", f"create table actuals as {full}")
    assert len(cells(Library(tmp_path).read(Source(path="b.sqlite", sql="select * from actuals")))) == 20_000


def test_a_database_that_does_not_answer_in_time_is_asked_to_give_up(on_database, tmp_path, monkeypatch):
    monkeypatch.setattr(query, "SECONDS", 0.2)
    found = Library(tmp_path).read(on_database("select pg_sleep(60) as a"))
    assert told(found) == [("bad-query", "the database does not answer the query in time.")]


class Hostile(SimpleHTTPRequestHandler):
    """Serves the files of a folder, and what no honest server answers at addresses below /hostile/."""

    def do_HEAD(self):
        if self.path.startswith("/hostile/"):
            self.answer(self.path.removeprefix("/hostile/").removesuffix(".csv"))
        else:
            super().do_HEAD()

    def do_GET(self):
        if not self.path.startswith("/hostile/"):
            super().do_GET()
        else:
            self.do_HEAD()
            with contextlib.suppress(OSError):
                while self.path in ENDLESS:
                    self.wfile.write(ENDLESS[self.path])

    def answer(self, what: str) -> None:
        self.send_response(int(what) if what.isdigit() else 302 if what in LEADS_TO else 200)
        if what in LEADS_TO:
            self.send_header("Location", LEADS_TO[what])
        if what == "packed":
            self.send_header("Content-Encoding", "gzip")
        self.end_headers()


@pytest.fixture
def web(tmp_path):
    """A web server on this machine, the folder that it serves, and how often it was asked."""
    folder = tmp_path / "served"
    folder.mkdir()
    asked: list[str] = []

    class Handler(Hostile):
        def do_GET(self):
            asked.append(self.path)
            super().do_GET()

        def log_message(self, *_):
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), partial(Handler, directory=str(folder))) as serving:
        thread = threading.Thread(target=serving.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{serving.server_address[1]}", folder, asked
        serving.shutdown()
        thread.join()


def test_a_file_at_an_address_is_read_as_one_of_the_workspace(web, tmp_path):
    address, folder, _ = web
    (folder / "actuals.csv").write_text(CSV)
    found = Library(tmp_path).read(Source(url=f"{address}/actuals.csv"))
    assert (found.headings, cells(found), found.rows.tolist()) == (
        ("kpi_id", "period", "value"),
        [["nps", "2025-01", "12"]],
        [2],
    )


class Telling(BaseHTTPRequestHandler):
    """A server that notes what it is told, and answers as the words of an address say."""

    def answer(self) -> None:
        server = self.server
        server.told.append({name.casefold(): value for name, value in self.headers.items()})
        name = self.path.removeprefix("/").removesuffix(".csv")
        self.send_response(server.answers.get(name, 302 if name in server.leads_to else 200))
        if name in server.leads_to:
            self.send_header("Location", server.leads_to[name])
        self.end_headers()
        if self.command == "GET" and name not in server.leads_to:
            self.wfile.write(CSV.encode())

    do_GET = do_HEAD = answer  # noqa: N815 - names that the base class asks for

    def log_message(self, *_):
        pass


@contextlib.contextmanager
def telling(leads_to=None, answers=None):
    """A server on this machine, and its address."""
    with ThreadingHTTPServer(("127.0.0.1", 0), Telling) as server:
        server.told, server.leads_to, server.answers = [], leads_to or {}, answers or {}
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield server, f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


OPTIONS = {
    "headers": {"X-Api-Key": "s3cret", "Authorization": "Bearer s3cret"},
    "cookies": {"session": "s3cret"},
    "client_kwargs": {"headers": {"X-Other": "s3cret"}, "cookies": {"more": "s3cret"}},
}


def test_a_server_that_leads_to_another_place_takes_nothing_of_the_options_there(tmp_path, monkeypatch):
    monkeypatch.setenv("REVIEW_STORE", json.dumps(OPTIONS))
    with telling() as (there, place), telling({"near": "/b.csv", "far": f"{place}/b.csv"}) as (here, address):
        for name in ("near", "far"):
            found = Library(tmp_path).read(Source(url=f"{address}/{name}.csv", options="env:REVIEW_STORE"))
            assert cells(found) == [["nps", "2025-01", "12"]]
    assert {headers["x-api-key"] for headers in here.told} == {"s3cret"}
    assert {headers["x-other"] for headers in here.told} == {"s3cret"}
    assert there.told
    assert "s3cret" not in repr(there.told)


def test_a_place_that_refuses_because_it_is_told_nothing_of_the_options_is_told_as_that(tmp_path, monkeypatch):
    monkeypatch.setenv("REVIEW_STORE", json.dumps(OPTIONS))
    with telling(answers={"b": 401}) as (_, place), telling({"far": f"{place}/b.csv"}) as (_, address):
        found = Library(tmp_path).read(Source(url=f"{address}/far.csv", options="env:REVIEW_STORE"))
    assert told(found) == [
        ("no-connection", "the server leads on to another place, which is told nothing of options and refuses.")
    ]


def test_a_login_in_an_address_goes_along_to_the_same_place_alone(tmp_path, monkeypatch):
    with telling() as (there, place), telling({"far": f"{place}/b.csv"}) as (here, address):
        here.leads_to["near"] = f"{address}/b.csv"
        for name in ("near", "far"):
            monkeypatch.setenv("REVIEW_URL", f"{address.replace('://', '://user:s3cret@')}/{name}.csv")
            found = Library(tmp_path).read(Source(url="env:REVIEW_URL", format="csv"))
            assert cells(found) == [["nps", "2025-01", "12"]]
    assert all("authorization" in headers for headers in here.told)
    assert there.told
    assert not any("authorization" in headers for headers in there.told)


def test_every_kind_of_store_that_fsspec_knows_can_be_named(tmp_path):
    fsspec.filesystem("memory").pipe("/bucket/actuals.csv", CSV.encode())
    assert cells(Library(tmp_path).read(Source(url="memory://bucket/actuals.csv"))) == [["nps", "2025-01", "12"]]


def test_a_page_of_a_login_or_nothing_at_the_address_is_one_fault(web, tmp_path):
    address, folder, _ = web
    (folder / "actuals.csv").write_text("<!DOCTYPE html><html><body>Please log in</body></html>")
    library = Library(tmp_path)
    assert [fault.rule for fault in library.read(Source(url=f"{address}/actuals.csv")).faults] == ["format-mismatch"]
    missing = library.read(Source(url=f"{address}/none.csv")).faults
    assert [fault.rule for fault in missing] == ["missing-file"]
    closed = library.read(Source(url="http://127.0.0.1:9/actuals.csv")).faults
    assert [fault.rule for fault in closed] == ["no-connection"]


def test_an_address_or_its_options_may_lie_in_a_variable_and_are_not_shown(web, tmp_path, monkeypatch):
    address, folder, _ = web
    (folder / "actuals.csv").write_text(CSV)
    monkeypatch.setenv("REVIEW_URL", f"{address}/actuals.csv?sig=s3cret")
    monkeypatch.setenv("REVIEW_STORE", json.dumps({"headers": {"Authorization": "Bearer s3cret"}}))
    source = Source(url="env:REVIEW_URL", options="env:REVIEW_STORE", format="csv")
    assert cells(Library(tmp_path).read(source)) == [["nps", "2025-01", "12"]]
    (folder / "actuals.csv").unlink()
    assert "s3cret" not in repr(Library(tmp_path).read(source))
    monkeypatch.setenv("REVIEW_STORE", "s3cret")
    assert "s3cret" not in repr(Library(tmp_path).read(source).faults)
    monkeypatch.setenv("REVIEW_URL", "file:///etc/passwd")
    monkeypatch.delenv("REVIEW_STORE")
    refused = Library(tmp_path).read(Source(url="env:REVIEW_URL", format="csv"))
    assert [fault.rule for fault in refused.faults] == ["unsafe-path"]


@pytest.mark.parametrize(
    "address",
    [
        "https://example.org/a.csv?country_code=GB&author=x&design=1&keyword=y",
        "abfs://container@account.dfs.core.windows.net/a.csv",
        "github://org:repo@main/a.csv",
    ],
)
def test_an_address_without_a_login_is_taken(address):
    assert Source(url=address).name == address.partition("?")[0]


@pytest.mark.parametrize("address", ["https://x?::file:///etc/passwd", "simplecache::https://x/a", "http://[::1"])
def test_an_address_in_a_variable_leads_through_no_other_place(tmp_path, monkeypatch, address):
    monkeypatch.setenv("REVIEW_URL", address)
    found = Library(tmp_path).read(Source(url="env:REVIEW_URL", format="csv"))
    assert [fault.rule for fault in found.faults] == ["unsafe-path"]


@pytest.mark.parametrize(
    ("path", "rule", "word"),
    [
        ("500.csv", "no-connection", "the server answers 500."),
        ("401.csv", "no-connection", "the server answers 401."),
        ("410.csv", "missing-file", "nothing lies at the address."),
        ("circle.csv", "no-connection", ""),
        ("near.csv", "no-connection", ""),
        ("through.csv", "no-connection", ""),
        ("nowhere.csv", "no-connection", ""),
        ("endless.csv", "file-too-large", ""),
        ("packed.csv", "file-too-large", ""),
    ],
)
def test_what_a_server_answers_instead_of_a_file_is_one_fault(web, tmp_path, path, rule, word):
    address, _, _ = web
    found = Library(tmp_path).read(Source(url=f"{address}/hostile/{path}"))
    assert [fault.rule for fault in found.faults] == [rule]
    assert word in found.faults[0].message


@pytest.mark.parametrize(
    "lines",
    [
        "{url: 'file:///etc/passwd'}",
        "{url: 'simplecache::https://example.org/a.csv'}",
        "{url: 'https://user:s3cret@example.org/a.csv'}",
        "{url: 'https://example.org/a.csv?token=s3cret'}",
        "{url: 'data/a.csv'}",
        "{sql: select 1, connection: 'postgresql://user:s3cret@host/db'}",
        "{sql: 'delete from a', connection: env:REVIEW_DB}",
        "{sql: select 1}",
        "{connection: env:REVIEW_DB}",
        "{path: data/a.csv, url: 'https://example.org/a.csv'}",
        "{path: data/a.csv, sql: select 1}",
        "{path: data/a.sqlite}",
        "{url: 'https://example.org/a.sqlite'}",
        "{url: 'https://'}",
        "{url: 'https://example.org/a.csv?accessToken=s3cret'}",
        "{url: 'https://example.org/a.csv?a=1;sig=s3cret'}",
        "{url: 'https://example.org/a.csv#access_token=s3cret'}",
        "{sql: select 1, connection: env:A, format: csv}",
        "{path: data/a.csv, options: env:A}",
        "{sheet: A}",
    ],
)
def test_an_origin_that_is_unsafe_or_has_two_meanings_is_refused_and_no_login_repeated(tmp_path, lines):
    new_workspace(tmp_path / "w", 2025)
    params = tmp_path / "w" / "params" / "2025.yml"
    replace_text(params, ("actuals: data/actuals.csv", f"actuals: {lines}"))
    with pytest.raises(ParamsError) as refusal:
        load_params(params)
    assert "key sources.actuals" in str(refusal.value)
    assert "s3cret" not in str(refusal.value)


def test_a_record_in_which_nothing_stands_keeps_its_number_in_the_copy(tmp_path, monkeypatch):
    path = sqlite(tmp_path / "x.db", "create table a (b text)", "insert into a values ('x'), (null), ('y')")
    monkeypatch.setenv("REVIEW_DB", f"sqlite:///{path}")
    source = Source(sql="select b from a", connection="env:REVIEW_DB")
    copies = frozen_copies(source, tmp_path)
    (tmp_path / source.copy_path).parent.mkdir()
    for name, content in copies.items():
        (tmp_path / name).write_bytes(content)
    monkeypatch.delenv("REVIEW_DB")
    found = Library(tmp_path).read(source)
    assert (cells(found), found.rows.tolist()) == ([["x"], ["y"]], [1, 3])


def of_database(workspace: Path) -> Path:
    """A workspace whose actuals lie in a database and whose objectives lie elsewhere; the path of the database."""
    new_workspace(workspace, 2025)
    actuals = pd.read_csv(workspace / "data" / "actuals.csv", dtype=str)
    path = workspace.parent / "company.db"
    with sqlite3.connect(path) as connection:
        actuals.to_sql("actuals", connection, index=False)
    connection.close()
    (workspace / "data" / "actuals.csv").unlink()
    line = "actuals: {sql: select * from actuals order by rowid, connection: env:REVIEW_DB}"
    replace_text(workspace / "params" / "2025.yml", ("actuals: data/actuals.csv", line))
    return path


@pytest.mark.kernel
def test_a_run_keeps_a_copy_of_what_it_fetched_and_is_proved_from_it_without_the_database(tmp_path):
    workspace = tmp_path / "my-review"
    path = of_database(workspace)
    done = review(workspace, "run", "2025", "--quiet", REVIEW_DB=f"sqlite:///{path}")
    assert done.returncode == 0, done.stderr
    folder = workspace / "outputs" / "2025"
    copies = [name for name in contents(folder / "inputs") if name.startswith("fetched/")]
    assert len(copies) == 1
    assert f"inputs/{copies[0]}" in json.loads((folder / "run.json").read_text())["files"]
    assert table(folder, "measures")["source"].unique().tolist() == [
        "env:REVIEW_DB: select * from actuals order by rowid"
    ]
    assert not any(path.name.encode() in content for content in contents(folder).values())

    again = review(workspace, "run", "2025", REVIEW_DB=f"sqlite:///{path}")
    assert "nothing has changed since" not in again.stdout + again.stderr  # a database must be asked
    with sqlite3.connect(path) as connection:
        connection.execute("update actuals set value = value + 1 where rowid = 1")
    connection.close()
    foreseen = review(workspace, "run", "2025", "--explain", REVIEW_DB=f"sqlite:///{path}")
    assert "would run  01_data_intake" in foreseen.stdout
    path.unlink()
    proved = review(workspace, "verify", "2025", "--inputs", "own", REVIEW_DB=f"sqlite:///{path}")
    assert proved.returncode == 0, proved.stdout + proved.stderr

    failed = review(workspace, "run", "2025", "--quiet", REVIEW_DB="sqlite:////nowhere/s3cret.db")
    assert failed.returncode == 1, failed.stdout + failed.stderr
    assert failed.stderr.count("env:REVIEW_DB: select") == 1
    everything = contents(workspace / "outputs")
    assert not any(b"s3cret" in content for content in everything.values())
    assert "s3cret" not in failed.stdout + failed.stderr
