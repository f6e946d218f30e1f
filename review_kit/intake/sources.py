"""Opens the sources that params name, each once."""

import json
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
from pyarrow import parquet

from review_kit.intake.raw import NO_ROWS, RawTable, transposed
from review_kit.intake.readers.delimited import read_csv
from review_kit.intake.readers.fetch import fetch
from review_kit.intake.readers.files import CannotReadError, contents
from review_kit.intake.readers.json_lines import read_json_lines
from review_kit.intake.readers.parquet import read_parquet
from review_kit.intake.readers.query import database, read_query, read_sqlite
from review_kit.intake.readers.workbook import read_excel
from review_kit.model.fault import Fault
from review_kit.model.nearest import nearest
from review_kit.params import Source
from review_kit.params.origins import known_suffixes

Reader = Callable[[bytes, Source], RawTable]
_READERS: dict[str, Reader] = {
    "csv": read_csv,
    "excel": read_excel,
    "parquet": read_parquet,
    "jsonl": read_json_lines,
    "sqlite": read_sqlite,
}
_TOLD = ".fault"  # added to the name of a copy: why there is none


class Library:
    """The sources of one workspace, or of its frozen copy; tables cut from the same sheet share one reading."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._read: dict[tuple[object, ...], RawTable] = {}

    def read(self, source: Source) -> RawTable:
        """The text of the source's table; one that cannot be read gives an empty table with a fault."""
        origin = (source.copy_path, source.kind, source.sql, source.delimiter, source.encoding, source.decimal)
        how = (*origin, source.sheet, source.header_row, source.header_rows, source.transpose)
        if how not in self._read:
            try:
                table = self._open(source)
                self._read[how] = transposed(table, source.header_row) if source.transpose else table
                _must_hold_rows(self._read[how], source)
            except CannotReadError as error:
                self._read[how] = _refused(source, error)
        return self._read[how]

    def _open(self, source: Source) -> RawTable:
        copy = self._root / source.copy_path
        told = copy.with_name(f"{copy.name}{_TOLD}")
        if source.is_file:
            return _of_file(self._root, source)
        if told.is_file():
            raise CannotReadError(*json.loads(told.read_text(encoding="utf-8")))
        if source.connection:
            return read_parquet(contents(copy, lines=False), source) if copy.is_file() else read_query(source)
        raw = contents(copy, lines=False) if copy.is_file() else fetch(source)
        return _reader(source)(raw, source)


def frozen_copies(source: Source, root: Path) -> dict[str, bytes]:
    """What a source that is no file of the workspace `root` gives now, by the path of its copy.

    A query becomes a table of its text cells. Where nothing can be had, the copy says why: every stage that reads it
    tells the same fault.
    """
    kept = (source.copy_path, f"{source.copy_path}{_TOLD}")
    there = {name: (root / name).read_bytes() for name in kept if (root / name).is_file()}
    if there:  # the workspace is itself made of the inputs of a run
        return there
    try:
        content = _as_parquet(read_query(source)) if source.connection else fetch(source)
    except CannotReadError as error:
        reason = json.dumps([error.rule, error.message, error.hint], ensure_ascii=False)
        return {f"{source.copy_path}{_TOLD}": reason.encode()}
    return {source.copy_path: content}


def _as_parquet(table: RawTable) -> bytes:
    """The text cells at their places: a record in which nothing stands keeps its number."""
    count = int(table.rows.max(initial=0))
    arrays = []
    for column in table.columns:
        cells = [""] * count
        for row, cell in zip(table.rows.tolist(), column, strict=True):
            cells[row - 1] = cell
        arrays.append(pa.array(cells, pa.large_string()))
    sink = pa.BufferOutputStream()
    parquet.write_table(pa.Table.from_arrays(arrays, names=list(table.headings)), sink, write_page_checksum=True)
    return sink.getvalue().to_pybytes()


def _of_file(root: Path, source: Source) -> RawTable:
    path = root / source.path
    if not path.resolve().is_relative_to(root.resolve()):
        raise CannotReadError("unsafe-path", "the path leads out of the workspace.", "put the file itself there.")
    if not path.exists():
        beside = [entry.name for entry in path.parent.iterdir()] if path.parent.is_dir() else []
        near = nearest(path.name, beside)
        hint = f"did you mean '{near}'?" if near else "check its name in the parameters."
        raise CannotReadError("missing-file", "the file is not there.", hint)
    if path.is_dir():
        raise CannotReadError("format-mismatch", "this is a folder, not a file.", "name one file in it.")
    reader = _reader(source)
    raw = database(path) if source.kind == "sqlite" else contents(path, lines=source.kind in {"csv", "jsonl"})
    return reader(raw, source)


def _must_hold_rows(table: RawTable, source: Source) -> None:
    """An answer or a table without rows is an export that failed, whatever it was read from."""
    if not len(table.rows) and not table.unreadable and not table.faults:
        hint = "correct the query." if source.sql else NO_ROWS
        raise CannotReadError("no-rows", "there are no rows in it.", hint)


def _reader(source: Source) -> Reader:
    if source.kind not in _READERS:
        told = "the name of the file does not tell what kind of file it is."
        hint = f"these endings are read: {known_suffixes()}; for others add format: csv or excel, parquet, jsonl."
        raise CannotReadError("format-mismatch", told, hint)
    return _READERS[source.kind]


def _refused(source: Source, error: CannotReadError) -> RawTable:
    return RawTable(faults=[Fault(file=source.name, rule=error.rule, message=error.message, hint=error.hint)])
