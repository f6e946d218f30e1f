"""Every line of `expected/faults.csv` as a change of the sound cycle and what intake must say of it.

Their department is our segment, their up and down are higher and lower, their clearance is restricted_to.
"""

import io
import sqlite3
import struct
import tempfile
import zipfile
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

import openpyxl
import pandas as pd

from faults.base import QUARTERS, Cycle, book_of, bytes_of, database_of, frame_of, parquet_of

Change = Callable[[Cycle], None]
Verdict = Literal["refuse", "warn", "equal", "escape"]
NORTH, SOUTH, WEST = "North", "South", "West"


@dataclass(frozen=True)
class At:
    """Where a fault has to stand, and by which rule; a value or row of None is not looked at."""

    rule: str
    row: int | None = None
    column: str = ""
    value: str | None = None
    file: str = "data/actuals.csv"
    sheet: str = ""


@dataclass(frozen=True)
class Case:
    change: Change
    verdict: Verdict
    at: tuple[At, ...] = ()
    why: str = ""  # where we decide otherwise than the list proposes
    declared: Change | None = None  # what params may say so that it reads like the control
    hint: str = ""  # words of the hint
    texts: tuple[str, ...] = field(default=())  # for escape: what has to arrive in the tables unharmed


CASES: dict[str, Case] = {}


def cell(row: int, column: str, value: str, table: str = "actuals") -> Change:
    return lambda cycle: cycle.set(table, row, column, value)


def cells(rows: Iterable[int], column: str, value: str | Callable[[str], str], table: str = "actuals") -> Change:
    def change(cycle: Cycle) -> None:
        for row in rows:
            old = cycle.get(table, row, column)
            cycle.set(table, row, column, value(old) if callable(value) else value)

    return change


def every(column: str, value: Callable[[str], str]) -> Change:
    return cells(range(2, 74), column, value)


def text(change: Callable[[str], str], encoding: str = "utf-8", table: str = "actuals") -> Change:
    def changed(cycle: Cycle) -> None:
        cycle.raw[f"{table}.csv"] = change(cycle.text(table)).encode(encoding)

    return changed


def lines(change: Callable[[list[str]], object]) -> Change:
    """The lines of the actuals, changed in place."""

    def changed(whole: str) -> str:
        parts = whole.splitlines()
        change(parts)
        return "\n".join(parts) + "\n"

    return text(changed)


def declare(keys: str, table: str = "actuals") -> Change:
    return lambda cycle: cycle.declare(keys, table)


def refuse(case: str, change: Change, *at: At, **more: object) -> None:
    CASES[case] = Case(change, "refuse", at, **more)


def bad_value(case: str, value: str, rule: str, **more: object) -> None:
    refuse(case, cell(62, "value", value), At(rule, 62, "value", value), **more)


def equal(case: str, change: Change, **more: object) -> None:
    CASES[case] = Case(change, "equal", **more)


def warn(case: str, change: Change, *at: At, **more: object) -> None:
    CASES[case] = Case(change, "warn", at, **more)


def escape(case: str, change: Change, *texts: str) -> None:
    CASES[case] = Case(change, "escape", texts=texts)


KPIS = "data/kpis.csv"

# --- the form of the file
refuse("001", lambda c: [row.pop(3) for row in c.actuals], At("missing-column", 1, "value"))
refuse(
    "002", cell(1, "value", "Value (kEUR)"), At("missing-column", 1, "value"),
    declared=declare("columns: {value: Value (kEUR)}"), hint="Value (kEUR)",
)  # fmt: skip
refuse(
    "004", lambda c: [row.append("value" if row[0] == "kpi_id" else "1") for row in c.actuals],
    At("duplicate-column", 1, "value"),
)  # fmt: skip
refuse("005", lambda c: c.actuals[61].append("77"), At("extra-cell", 62, "", "77"))
refuse("007", lambda c: c.actuals[61].__delitem__(slice(1, None)), At("missing-cell", 62))
refuse("008", lambda c: c.actuals.__delitem__(slice(1, None)), At("no-rows"))
equal("010", text(lambda whole: whole + "\n\n\n,,,,\n,,,,\n"))
refuse("011", text(lambda whole: whole + "K01,North,Total,9,\n"), At("bad-period", 74, "period", "Total"))
refuse(
    "013", text(lambda whole: "Export of 2027-01-04,,,,\nby Ann,,,,\n,,,,\n" + whole), At("missing-column", 1),
    declared=declare("header_row: 4"), hint="header_row: 4",
)  # fmt: skip
refuse(
    "014", lines(lambda parts: parts.insert(37, parts[0])), At("bad-period", 38, "period", "period"),
    why="each of its cells is wrong; one of them is told for each column",
)  # fmt: skip
refuse(
    "016", lambda c: c.raw.update({"actuals.csv": c.text(delimiter=";").encode()}), At("wrong-delimiter", 1),
    declared=declare('delimiter: ";"'), hint='delimiter: ";"',
)  # fmt: skip


def _german(cycle: Cycle) -> None:
    for row in range(2, 74):
        cycle.set("actuals", row, "value", cycle.get("actuals", row, "value").replace(".", ","))
    cycle.raw["actuals.csv"] = cycle.text(delimiter=";").encode()


refuse("017", _german, At("wrong-delimiter", 1), declared=declare('delimiter: ";", decimal: ","'))
equal("019", text(str, "utf-8-sig"))
equal("020", text(str, "utf-8-sig", "kpis"))
_ROWS_OF_SOUTH = [8 + 18 * quarter + kpi for quarter in range(4) for kpi in range(6)]


def _latin(cycle: Cycle) -> None:
    cells(_ROWS_OF_SOUTH, "segment", "Süd")(cycle)
    cycle.raw["actuals.csv"] = cycle.text().encode("latin-1")


refuse(
    "022", _latin, *[At("bad-encoding", row, "segment", "S\\xfcd") for row in _ROWS_OF_SOUTH],
    declared=declare("encoding: latin-1, values: {segment: {Süd: South}}"),
)  # fmt: skip


def _one_byte(cycle: Cycle) -> None:
    cycle.set("actuals", 62, "note", "café")
    cycle.raw["actuals.csv"] = cycle.text().encode("cp1252")


refuse("023", _one_byte, At("bad-encoding", 62, "note", "caf\\xe9"))
equal("025", text(lambda whole: whole.replace("\n", "\r")))
refuse("026", lambda c: c.raw.update({"actuals.csv": bytes_of(book_of(c))}), At("format-mismatch"))
escape("028", cell(62, "note", "line1\nline2"), "line1\nline2")


def _shifted(cycle: Cycle) -> None:
    cycle.set("actuals", 10, "note", "two\nlines")
    cycle.set("actuals", 13, "value", "abc")


refuse("029", _shifted, At("not-a-number", 14, "value", "abc"))

# --- numbers
bad_value("031", "12%", "not-a-number", declared=declare('signs: ["%"]'), hint='signs: ["%"]')
bad_value("032", "(5)", "not-a-number", declared=declare("negatives: brackets"), hint="negatives: brackets")
bad_value("034", "n/a", "missing-value", declared=declare('missing: ["n/a"]'), hint='missing: ["n/a"]')
bad_value("035", "-", "missing-value", declared=declare('missing: ["-"]'))
bad_value("037", "∞", "not-finite", why="told as what it is")
bad_value("038", "inf", "not-finite")
bad_value("040", "1e309", "not-finite")
bad_value("041", "1e308", "out-of-range")
bad_value("043", "１２", "not-a-number")
bad_value("044", "4\u00a0625", "not-a-number", declared=declare('thousands: "\\u00a0"'), hint="thousands")
bad_value("046", "1_000", "not-a-number")
bad_value("047", "TRUE", "not-a-number")
bad_value("049", "−5", "not-a-number", declared=declare("negatives: dash"))
bad_value("050", "€5200", "not-a-number", declared=declare('signs: ["€"]'))
bad_value("052", "#DIV/0!", "spreadsheet-error")
bad_value("053", "#N/A", "spreadsheet-error")
refuse("055", cell(60, "value", "-3"), At("out-of-range", 60, "value", "-3"))
warn("056", cell(60, "value", "3.5"), At("out-of-range", 60, "value", "3.5"))
warn(
    "058", cells((59, 65, 71), "value", lambda old: f"{float(old) * 1000:.2f}"),
    *[At("unit-mismatch", row, "value") for row in (59, 65, 71)],
)  # fmt: skip


def _with_units(cycle: Cycle) -> None:
    units = {row[0]: row[3] for row in cycle.kpis}
    for number, row in enumerate(cycle.actuals, 1):
        row.append("unit" if number == 1 else "days" if number == 4 else units[row[0]])


refuse("059", _with_units, At("unit-mismatch", 4, "unit", "days"))

# --- rows and keys
refuse(
    "061", lambda c: c.actuals.append(["K01", NORTH, "2026-12-31", "4.1", ""]), At("duplicate-key", 74, "value", "4.1"),
    why="told at the second row, with the number of the first",
)  # fmt: skip
warn("062", lambda c: c.actuals.append(list(c.actuals[55])), At("duplicate-row", 74, "kpi_id", "K01"))


def _without(kpi: str) -> Change:
    return lambda c: c.actuals.__setitem__(slice(None), [row for row in c.actuals if row[0] != kpi])


warn("064", _without("K03"), At("kpi-without-actuals", 4, "kpi_id", "K03", KPIS))
warn("065", lambda c: c.actuals.pop(56), At("missing-period", 3, "kpi_id", "K02", KPIS), hint="missing")
refuse("067", cell(60, "kpi_id", "k05"), At("unknown-kpi", 60, "kpi_id", "k05"), hint="'K05'")


def _renamed(ids: dict[str, str]) -> Change:
    def change(cycle: Cycle) -> None:
        for grid in (cycle.kpis, cycle.actuals):
            for row in grid[1:]:
                row[0] = ids.get(row[0], row[0])

    return change


CASES["068"] = Case(
    _renamed({"K01": "001", "K02": "010", "K03": "10", "K05": "1E5"}), "escape", texts=("001", "010", "10", "1E5")
)
CASES["070"] = Case(
    every("segment", lambda old: {NORTH: "None", SOUTH: "null"}.get(old, old)), "escape", texts=("None", "null")
)


def _spellings(cycle: Cycle) -> None:
    for row, name in zip(_ROWS_OF_SOUTH, ["Süd"] * 21 + ["Su\u0308d", "Süd\u200b", "Süd "], strict=True):
        cycle.set("actuals", row, "segment", name)


refuse(
    "071", _spellings,
    *[At("ambiguous-name", row, "segment") for row in _ROWS_OF_SOUTH[21:23]],
    why="a blank at the end is taken away without a word",
)  # fmt: skip
refuse("073", cell(62, "segment", ""), At("missing-key", 62, "segment", ""))
warn("074", cell(60, "segment", "Noth"), At("unknown-unit", 60, "segment", "Noth"))

# --- what KPIs say
refuse("080", cell(3, "weight", "-0.20", "kpis"), At("bad-weight", 3, "weight", "-0.20", KPIS))
refuse("081", cell(3, "weight", "0.30", "kpis"), At("weights-sum", 3, "weight", "0.30", KPIS))
CASES["083"] = Case(
    cell(6, "target", "0", "kpis"), "escape", why="progress towards 0 is no division by 0", texts=("0",)
)
CASES["084"] = Case(
    cell(3, "target", "9.0", "kpis"), "escape", why="a KPI that is to stay where it is: maintain", texts=("9.0",)
)
refuse("086", cell(2, "direction", "", "kpis"), At("bad-direction", 2, "direction", "", KPIS))
refuse(
    "087", cell(3, "direction", "higher", "kpis"), At("direction-contradicts-target", 3, "direction", "higher", KPIS)
)
warn(
    "089", cell(4, "target", "", "kpis"), At("missing-value", 4, "target", "", KPIS),
    why="the contract: a KPI without target is not scored, and never met",
)  # fmt: skip
warn("090", cell(4, "owner", "", "kpis"), At("missing-owner", 4, "owner", "", KPIS))
CASES["092"] = Case(
    cell(7, "restricted_to", "", "kpis"), "escape", why="the contract: blank means everyone; anything else is closed",
    texts=("",),
)  # fmt: skip
warn("093", cell(2, "unit", "widgets/fortnight", "kpis"), At("unknown-unit", 2, "unit", "widgets/fortnight", KPIS))
equal("095", cell(4, "direction", "HIGHER ", "kpis"))
CASES["096"] = Case(
    lambda c: [row.pop() for row in c.kpis], "escape", why="the contract's declared default: everyone", texts=("",)
)

# --- days and periods
_LAST = range(56, 74)
_DAYS = [At("bad-period", row, "period") for row in range(2, 74)]
_LAST_DAYS = [At("bad-period", row, "period") for row in _LAST]


def _as(written: str) -> Callable[[str], str]:
    return lambda old: pd.Timestamp(old).strftime(written)


refuse("101", cells(_LAST, "period", "31/12/2026"), *_LAST_DAYS, declared=declare('date_format: "%d/%m/%Y"'))
refuse("102", every("period", lambda old: str((pd.Timestamp(old) - pd.Timestamp("1899-12-30")).days)), *_DAYS,
       hint="Excel")  # fmt: skip
bad_day = At("bad-period", 62, "period", "2026-02-30")
refuse("104", cell(62, "period", "2026-02-30"), bad_day)
refuse("105", every("period", _as("%d-%m-%y")), *_DAYS, declared=declare('date_format: "%d-%m-%y"'))
refuse("107", cells(_LAST, "period", "2026-12-31T23:30:00-05:00"), *_LAST_DAYS)
CASES["108"] = Case(
    every("period", lambda old: f"2026-Q{QUARTERS.index(old) + 1}"), "escape", texts=("2026-Q1",),
    why="the quarter itself in place of the month of its last day",
)  # fmt: skip
refuse("110", every("period", lambda _: "2026"), *[At("duplicate-key", row) for row in range(20, 74)])
refuse("111", cells(_LAST, "period", "31. Dezember 2026"), *_LAST_DAYS,
       declared=declare('values: {period: {"31. Dezember 2026": "2026-12-31"}}'))  # fmt: skip

# --- workbooks
BOOK = {"file": "data/actuals.xlsx", "sheet": "Actuals"}


def book(change: Callable[[openpyxl.Workbook, Cycle], object]) -> Change:
    def changed(cycle: Cycle) -> None:
        made = book_of(cycle)
        change(made, cycle)
        cycle.move_to("actuals.xlsx", bytes_of(made))

    return changed


def sheet(change: Callable[[openpyxl.worksheet.worksheet.Worksheet], object]) -> Change:
    return book(lambda made, _: change(made["Actuals"]))


def put(rows: Iterable[int], column: str, *values: object, look: str = "General") -> Change:
    """Values into a column, the last of them again and again."""

    def change(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
        for number, row in enumerate(rows):
            page[f"{column}{row}"].value = values[min(number, len(values) - 1)]
            page[f"{column}{row}"].number_format = look

    return sheet(change)


def _two_headers(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
    page.insert_rows(1)
    page["A1"], page["D1"] = "Key", "Figures"
    page.merge_cells("A1:C1")


def _merge(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
    for top in range(2, 74, 6):
        page.merge_cells(start_row=top, end_row=top + 5, start_column=2, end_column=2)


refuse("121", sheet(_two_headers), At("missing-column", 1, **BOOK), declared=declare("header_row: 2"))  # fmt: skip
refuse("122", sheet(_merge), *[At("merged-cells", row, "segment", **BOOK) for row in range(2, 74) if (row - 2) % 6])
refuse("124", put((59, 60, 61), "D", "#DIV/0!", "#N/A", "#REF!"),
       *[At("spreadsheet-error", row, "value", **BOOK) for row in (59, 60, 61)])  # fmt: skip


def _as_text(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
    for row in range(56, 62):
        page[f"D{row}"].value = repr(page[f"D{row}"].value)


equal("125", sheet(_as_text))


def _hidden_copy(made: openpyxl.Workbook, cycle: Cycle) -> None:
    old = made.create_sheet("Old", 0)
    for row in cycle.actuals:
        old.append([*row[:3], 1 if row[3] != "value" else "value", ""])
    old.sheet_state = "hidden"


equal("127", book(_hidden_copy))


def _percent(page: openpyxl.worksheet.worksheet.Worksheet) -> None:
    for row in range(2, 74):
        if page[f"A{row}"].value == "K01":
            page[f"D{row}"].value = round(page[f"D{row}"].value / 100, 6)
            page[f"D{row}"].number_format = "0.0%"


_ROWS_OF_K01 = range(2, 74, 6)
refuse("128", sheet(_percent), *[At("not-a-number", row, "value", **BOOK) for row in _ROWS_OF_K01],
       declared=declare('signs: ["%"]'), why="read as it is shown, 4.6%, and so not without a word")  # fmt: skip
refuse("130", put(_LAST, "C", "31.12.2026"), *[At("bad-period", row, "period", "31.12.2026", **BOOK) for row in _LAST])
refuse("131", lambda c: c.move_to("actuals.xlsx", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(2000)),
       At("encrypted-file", file="data/actuals.xlsx"))  # fmt: skip


def _epoch_1904(made: openpyxl.Workbook, _: Cycle) -> None:
    made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904


equal("133", book(_epoch_1904))
refuse("134", sheet(lambda page: page.__setitem__("XFD1048576", "x")), At("stray-cell", **BOOK))


def repacked(change: Callable[[bytes], bytes]) -> Change:
    """The XML of the sheet, changed inside the workbook."""

    def changed(cycle: Cycle) -> None:
        source, target = zipfile.ZipFile(io.BytesIO(bytes_of(book_of(cycle)))), io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as packed:
            for name in source.namelist():
                part = source.read(name)
                packed.writestr(name, change(part) if name == "xl/worksheets/sheet1.xml" else part)
        cycle.move_to("actuals.xlsx", target.getvalue())

    return changed


_ENTITY = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
refuse("136", repacked(lambda part: _ENTITY + part), At("unsafe-xml", file="data/actuals.xlsx"))
refuse("137", repacked(lambda part: part.replace(b"</sheetData>", b" " * 300_000_000 + b"</sheetData>")),
       At("file-too-large", file="data/actuals.xlsx"))  # fmt: skip
warn("139", put((62,), "D", None), At("missing-value", 62, "value", "", **BOOK),
     At("missing-period", 2, "kpi_id", "K01", KPIS))  # fmt: skip

# --- Parquet and databases: the place is the number of the record
PARQUET = {"file": "data/actuals.parquet"}


def parquet(change: Callable[[pd.DataFrame], pd.DataFrame]) -> Change:
    return lambda cycle: cycle.move_to("actuals.parquet", parquet_of(change(frame_of(cycle))))


def _with_text(frame: pd.DataFrame) -> pd.DataFrame:
    values = frame["value"].map(repr)
    values[60] = "1,234"
    return frame.assign(value=values)


equal("140", parquet(lambda frame: frame))
refuse("142", parquet(_with_text), At("not-a-number", 61, "value", "1,234", **PARQUET))
_RECORDS = [At("bad-period", record, "period", **PARQUET) for record in range(1, 73)]
refuse(
    "143", parquet(lambda f: f.assign(period=pd.to_datetime(f["period"]).dt.strftime("%Y%m%d").astype(int))), *_RECORDS
)
refuse("145", parquet(
    lambda f: f.assign(period=(pd.to_datetime(f["period"]) - pd.Timedelta(hours=1)).dt.tz_localize("UTC"))), *_RECORDS
)  # fmt: skip


def _flipped(cycle: Cycle) -> None:
    raw = bytearray(parquet_of(frame_of(cycle)))
    (length,) = struct.unpack("<i", raw[-8:-4])
    raw[len(raw) - length - 8 + 5] ^= 0xFF
    cycle.move_to("actuals.parquet", bytes(raw))


refuse("146", _flipped, At("damaged-file", **PARQUET), why="a byte of the footer: pages mostly carry no checksum")

DATABASE = {"file": "data/actuals.sqlite"}


def sqlite(change: Callable[[sqlite3.Connection], object], table: str = "actuals") -> Change:
    def changed(cycle: Cycle) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "made.sqlite"
            database_of(cycle, path, table)
            with sqlite3.connect(path) as connection:
                change(connection)
            connection.close()
            cycle.move_to("actuals.sqlite", path.read_bytes())
        cycle.declare('sql: "select * from actuals"')

    return changed


refuse("151", sqlite(lambda connection: connection.execute("update actuals set value = '12%' where rowid = 61")),
       At("not-a-number", 61, "value", "12%", **DATABASE))  # fmt: skip
refuse("152", sqlite(lambda _: None, "actuals_2026"), At("missing-table", **DATABASE), hint="actuals_2026")

# --- text that would do harm where it is not escaped
SCRIPT = "<script>window.__pwned=1</script>"
_NOTES = {
    "160": SCRIPT,
    "161": '</script><img src="x" onerror="window.__pwned=1">',
    "163": "[see](javascript:window.__pwned=1)",
    "164": "![x](https://evil.example/beacon.png)",
    "166": "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "167": "<style>@import url(https://evil.example/x.css);*{display:none}</style>",
    "169": '<svg onload="window.__pwned=1"></svg>',
    "172": "@SUM(1+1)*cmd|' /C calc'!A0",
    "173": "\t=1+1",
    "176": "\\(\\href{javascript:window.__pwned=1}{x}\\) costs $5 and $6",
}
for _id, _text in _NOTES.items():
    escape(_id, cells(range(56, 62), "note", _text), _text.strip())


def department(name: str) -> Change:
    return every("segment", lambda old: name if old == NORTH else old)


_SEGMENTS = {
    "170": "=cmd|' /C calc'!A0",
    "175": "{0.__class__.__mro__} %s %n {pm[run_uuid]}",
    "181": "../../../../pwned",
    "182": "/pwned_abs",
    "184": "N" * 300,
    "187": "$(touch /pwned_sh);`id`",
    "188": "North'; drop table actuals; --",
}
for _id, _text in _SEGMENTS.items():
    escape(_id, department(_text), _text)
_ROWS_OF_NORTH = [2 + 18 * quarter + kpi for quarter in range(4) for kpi in range(6)]
_TERMINAL = "\x1b]0;owned\x07\x1b[2J\x1b[31mred"
_ESCAPED = "\\x1b]0;owned\\x07\\x1b[2J\\x1b[31mred"
refuse("178", cells(range(56, 62), "note", _TERMINAL),
       *[At("unsafe-text", row, "note", _ESCAPED) for row in range(56, 62)])  # fmt: skip
refuse("179", department("North\u202ehtuoS\u202c"), *[At("unsafe-text", row, "segment") for row in _ROWS_OF_NORTH])
refuse("185", department("North\r\nBcc: evil@evil.example"),
       *[At("unsafe-text", None, "segment") for _ in _ROWS_OF_NORTH])  # fmt: skip
escape("190", cell(2, "name", SCRIPT, "kpis"), SCRIPT)
refuse("191", cell(2, "owner", "a@x.example\r\nBcc: evil@evil.example", "kpis"),
       At("unsafe-text", 2, "owner", file=KPIS))  # fmt: skip
escape("193", cell(2, "name", 'R&D <50% "A"', "kpis"), 'R&D <50% "A"')
refuse("223", lambda c: setattr(c, "params", c.params.replace('"2026"', '"2026"').replace(
    "{start: 2026-01-01, end: 2026-12-31}", "{start: 2025-02-01, end: 2026-01-31}")),
    At("period-outside-cycle"), why="the data end after the cycle")  # fmt: skip
refuse("224", lambda c: setattr(c, "params", c.params.replace("data/actuals.csv", "data/actuals_2026.csv")),
       At("missing-file", file="data/actuals_2026.csv"))  # fmt: skip
refuse("252", cell(62, "note", "ghp_0123456789abcdefghijABCDEFGHIJ012345"),
       At("secret-in-data", 62, "note", "[secret]"))  # fmt: skip
