"""One JSON object a line to text cells; numbers stay the digits that stand there."""

import json
from typing import Any

import numpy as np

from review_kit.intake.raw import FIRST, LISTED, MOST_CELLS, MOST_COLUMNS, RawTable, as_columns
from review_kit.intake.readers.files import too_large
from review_kit.intake.readers.forms import must_be
from review_kit.model.fault import Fault
from review_kit.params import Source

_BAD = "bad-record"


class _RecordError(ValueError):
    """Why a line is no record: its words and what to do."""

    def __init__(self, told: str, hint: str, key: str = "") -> None:
        super().__init__(told)
        self.hint, self.key = hint, key


def read_json_lines(raw: bytes, source: Source) -> RawTable:
    """Cells by the keys of the objects; a key that a line does not have is an empty cell."""
    must_be("jsonl", raw)
    table = RawTable()
    columns: dict[str, int] = {}
    found: list[dict[str, str]] = []
    rows = []
    for row, line in enumerate(raw.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            record = _record(line, source.decimal)
        except _RecordError as error:
            table.unreadable += 1
            if len(table.faults) < LISTED:
                key = error.key[:200]
                fault = Fault(file=source.name, rule=_BAD, message=str(error), hint=error.hint, row=row, column=key)
                table.faults.append(fault)
            continue
        for key in record:
            columns.setdefault(key, len(columns))
        if len(columns) > MOST_COLUMNS:
            raise too_large(f"row {row} is the first with more than {MOST_COLUMNS:,} keys so far.")
        if record:
            found.append(record)
            rows.append(row)
        if len(found) * len(columns) > MOST_CELLS:
            raise too_large(f"row {row} is the first with more than {MOST_CELLS:,} cells so far.")
    if table.unreadable > len(table.faults):
        told = f"{table.unreadable - len(table.faults):,} more lines are no records."
        table.faults.append(Fault(file=source.name, rule=_BAD, message=told, hint="the first are told one by one."))
    return _filled(table, columns, found, rows, source)


def _filled(
    table: RawTable, columns: dict[str, int], found: list[dict[str, str]], rows: list[int], source: Source
) -> RawTable:
    if not found and not table.faults:
        table.faults.append(
            Fault(file=source.name, rule="no-rows", message="the file is empty.", hint="export it again.")
        )
    kept = [number for number, record in enumerate(found) if any(cell.strip() for cell in record.values())]
    records = [[found[number].get(key, "") for key in columns] for number in kept]
    table.headings = tuple(key.strip() for key in columns)
    table.columns = as_columns(records, len(columns))
    table.rows = np.array([rows[number] for number in kept], dtype=np.int64)
    table.first = list(zip(table.rows[:FIRST].tolist(), records[:FIRST], strict=True))
    return table


def _record(line: bytes, decimal: str) -> dict[str, str]:
    """The cells of one line.

    Raises:
        _RecordError: it is no flat object.

    """
    try:
        pairs = _DECODER.decode(line.decode())
    except UnicodeDecodeError:
        raise _RecordError("the line is not UTF-8 text.", "save the file as UTF-8.") from None
    except RecursionError:
        raise _RecordError("the line is nested too deeply.", _FLAT) from None
    except ValueError:
        raise _RecordError("the line is no JSON.", "write one object a line.") from None
    if not isinstance(pairs, _Pairs):
        raise _RecordError("the line is no JSON object.", 'write one object a line, such as {"kpi_id": "a"}.')
    record: dict[str, str] = {}
    for key, value in pairs.entries:
        if key in record:
            raise _RecordError(f"the key '{key[:200]}' stands twice.", "keep one of them.", key)
        if isinstance(value, _Pairs | list):
            raise _RecordError(f"'{key[:200]}' holds more than one value.", _FLAT, key)
        record[key] = _text(value, decimal)
        if "\0" in record[key] or _holds_surrogate(record[key]) or _holds_surrogate(key):
            raise _RecordError(f"'{key[:200]!a}' holds what is no text.", "export the file again.")
    return record


def _holds_surrogate(text: str) -> bool:
    return any("\ud800" <= letter <= "\udfff" for letter in text) if not text.isascii() else False


class _Digits(str):
    """A number of JSON, as it stands there; a text that looks like one is none."""

    __slots__ = ()


def _text(value: Any, decimal: str) -> str:
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, _Digits):
        return value.replace(".", decimal)
    return "" if value is None else str(value)


class _Pairs:
    """An object with all its keys, those that stand twice too."""

    __slots__ = ("entries",)

    def __init__(self, entries: list[tuple[str, Any]]) -> None:
        self.entries = entries


_FLAT = "write one plain value a key; export what is nested as columns of its own."
_DECODER = json.JSONDecoder(object_pairs_hook=_Pairs, parse_int=str, parse_float=_Digits, parse_constant=str)
