"""Workbooks of every format: what people see in a cell is what is read, and what they cannot see is told."""

import contextlib
import io
import os
import re
import struct
import zipfile
from datetime import date

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.styles import PatternFill
from openpyxl.utils.datetime import CALENDAR_MAC_1904

from review_kit.intake.readers.files import CannotReadError
from review_kit.intake.readers.looks import percent_text, shown_in_percent
from review_kit.intake.readers.quiet import without_words_of_a_panic
from review_kit.intake.readers.workbook import read_excel
from review_kit.params import Source

SOURCE = Source(path="data/a.xlsx")
DAY = date(2025, 3, 1)


def cells(table) -> list[list[str]]:
    return [list(row) for row in zip(*table.columns, strict=True)]


def told(table) -> list[tuple[str, int | None]]:
    return [(fault.rule, fault.row) for fault in table.faults]


def xlsx(*, start_1904: bool = False) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    for row in (["id", "v", "d"], ["a", 0.0463, DAY], ["b", 0.07, None], ["c", "#DIV/0!", None]):
        page.append(row)
    page["B2"].number_format, page["B3"].number_format = "0.0%", '0.00"%"'
    if start_1904:
        book.epoch = CALENDAR_MAC_1904
    page.row_dimensions[3].hidden = True
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def xls(*, start_1904: bool = False) -> bytes:
    book = xlwt.Workbook()
    book.dates_1904 = start_1904
    page = book.add_sheet("Sheet")
    for column, heading in enumerate(["id", "v", "d"]):
        page.write(0, column, heading)
    page.write(1, 0, "a")
    page.write(1, 1, 0.0463, xlwt.easyxf(num_format_str="0.0%"))
    page.write(1, 2, DAY, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    page.write(2, 0, "b")
    page.write(2, 1, 0.07, xlwt.easyxf(num_format_str='0.00"%"'))
    page.row(2).hidden = True
    page.write(3, 0, "c")
    page.row(3).set_cell_error(1, "#DIV/0!")
    made = io.BytesIO()
    book.save(made)
    return made.getvalue()


def ods() -> bytes:
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    calc = "urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"

    def cell(text: str, kind: str = "string", value: str = "", more: str = "") -> str:
        attribute = {"percentage": "value", "float": "value", "date": "date-value"}.get(kind)
        given = f' office:{attribute}="{value}"' if attribute else ""
        return f'<table:table-cell office:value-type="{kind}"{given}{more}><text:p>{text}</text:p></table:table-cell>'

    rows = [
        [cell("id"), cell("v"), cell("d")],
        [cell("a"), cell("4.6%", "percentage", "0.0463"), cell("1 March 2025", "date", "2025-03-01")],
        [cell("b"), cell("0.07%", "float", "0.07")],
        [cell("c"), cell("#DIV/0!", more=' table:formula="of:=1/0" calcext:value-type="error"')],
    ]
    hidden = {2: ' table:visibility="filter"'}
    lines = "".join(
        f"<table:table-row{hidden.get(number, '')}>{''.join(row)}</table:table-row>" for number, row in enumerate(rows)
    )
    names = " ".join(f'xmlns:{name}="{space}{name}:1.0"' for name in ("office", "table", "text"))
    content = (
        f'<office:document-content {names} xmlns:calcext="{calc}"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet">{lines}<table:table-row table:number-rows-repeated="1048572">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
        "</office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", f'<m:manifest xmlns:m="{space}manifest:1.0"/>')
        parts.writestr("content.xml", content)
    return made.getvalue()


def record(kind: int, content: bytes = b"") -> bytes:
    """One record of a binary workbook."""
    head = bytes([kind]) if kind < 128 else bytes([(kind & 0x7F) | 0x80, kind >> 7])
    size, length = len(content), b""
    while True:
        size, part = size >> 7, size & 0x7F
        length += bytes([part | (0x80 if size else 0)])
        if not size:
            return head + length + content


def wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def xlsb() -> bytes:
    def at(column: int, style: int = 0) -> bytes:
        return struct.pack("<II", column, style)

    def text(column: int, words: str) -> bytes:
        return record(6, at(column) + wide(words))

    def row(number: int, *parts: bytes, hidden: bool = False) -> bytes:
        flags = bytes([0, 0x10 if hidden else 0, 0])
        return record(0, struct.pack("<IIH", number, 0, 300) + flags + struct.pack("<I", 0)) + b"".join(parts)

    def number(column: int, value: float, style: int) -> bytes:
        return record(5, at(column, style) + struct.pack("<d", value))

    days = (DAY - date(1899, 12, 30)).days
    sheet = b"".join(
        [
            record(129),
            record(148, struct.pack("<IIII", 0, 3, 0, 2)),
            record(145),
            row(0, text(0, "id"), text(1, "v"), text(2, "d")),
            row(1, text(0, "a"), number(1, 0.0463, 1), number(2, days, 2)),
            row(2, text(0, "b"), number(1, 0.07, 3), hidden=True),
            row(3, text(0, "c"), record(3, at(1) + b"\x07")),
            record(146),
            record(130),
        ]
    )
    formats = {164: "0.0%", 165: "yyyy-mm-dd", 166: '0.00"%"'}
    styles = b"".join(
        [
            record(278),
            record(615, struct.pack("<I", len(formats))),
            *(record(44, struct.pack("<H", number) + wide(code)) for number, code in formats.items()),
            record(616),
            record(617, struct.pack("<I", 4)),
            *(record(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, 164, 165, 166)),
            record(618),
            record(279),
        ]
    )
    book = b"".join(
        [
            record(131),
            record(143),
            record(156, struct.pack("<II", 0, 1) + wide("rId1") + wide("Sheet")),
            record(144),
            record(132),
        ]
    )
    kinds = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    relations = (
        f'<Relationships xmlns="{links}">'
        f'<Relationship Id="rId1" Type="{kinds}/worksheet" Target="worksheets/sheet1.bin"/>'
        f'<Relationship Id="rId2" Type="{kinds}/styles" Target="styles.bin"/></Relationships>'
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as parts:
        parts.writestr("xl/workbook.bin", book)
        parts.writestr("xl/_rels/workbook.bin.rels", relations)
        parts.writestr("xl/worksheets/sheet1.bin", sheet)
        parts.writestr("xl/styles.bin", styles)
    return made.getvalue()


@pytest.mark.parametrize("make", [xlsx, xls, xlsb, ods])
def test_a_percentage_an_error_a_day_and_a_hidden_row_are_the_same_in_every_format(make):
    table = read_excel(make(), SOURCE)
    assert table.headings == ("id", "v", "d")
    assert cells(table) == [["a", "4.63%", "2025-03-01"], ["b", "0.07", ""], ["c", "#DIV/0!", ""]]
    assert told(table) == [("hidden-rows", 3)]
    assert table.rows.tolist() == [2, 3, 4]


@pytest.mark.parametrize("make", [xlsx, xls])
def test_days_that_count_from_1904_are_the_same_days(make):
    assert cells(read_excel(make(start_1904=True), SOURCE))[0][2] == "2025-03-01"


def test_a_span_of_time_is_what_people_see():
    book = openpyxl.Workbook()
    book.active.append(["id", "v"])
    for row, (days, code) in enumerate([(1.25, "[h]:mm:ss"), (-0.25, "[h]:mm"), (1 / 86_400, "[mm]:ss")], start=2):
        book.active.append([f"k{row}", days])
        book.active.cell(row, 2).number_format = code
    made = io.BytesIO()
    book.save(made)
    assert [row[1] for row in cells(read_excel(made.getvalue(), SOURCE))] == ["30:00:00", "-06:00:00", "00:00:01"]
    old = xlwt.Workbook()
    page = old.add_sheet("A")
    page.write(0, 0, "v")
    page.write(1, 0, 1.25, xlwt.easyxf(num_format_str="[h]:mm:ss"))
    made = io.BytesIO()
    old.save(made)
    assert cells(read_excel(made.getvalue(), SOURCE)) == [["30:00:00"]]
    number = b'<table:table-cell office:value-type="float" office:value="0.07">'
    for kind in (b"time", b"timedelta"):
        span = b'<table:table-cell office:value-type="' + kind + b'" office:time-value="PT30H00M00S">'
        table = read_excel(rewritten(ods(), "content.xml", (number, span)), SOURCE)
        assert cells(table)[1][1] == "30:00:00"


@pytest.mark.parametrize(
    ("stored", "text"),
    [(0.0463, "4.63%"), (0.07, "7%"), (0.29, "29%"), (1.0, "100%"), (-0.001, "-0.1%"), (0.0, "0%"), (12, "1200%")],
)
def test_a_percentage_is_exactly_what_is_stored(stored, text):
    assert percent_text(stored) == text


@pytest.mark.parametrize(
    ("code", "percent"),
    [
        ("0%", True),
        ("0.00 %", True),
        ("[Red]0.0%;-0.0%", True),
        ('0"%"', False),
        (r"0\%", False),
        ("0_%", False),
        ("General", False),
    ],
)
def test_a_format_that_only_looks_like_a_percentage_is_none(code, percent):
    assert shown_in_percent(code) is percent


def rewritten(raw: bytes, name: str, *pairs: tuple[bytes, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(raw)) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in parts.namelist():
            content = parts.read(part)
            for old, new in pairs if part == name else ():
                assert old in content
                content = content.replace(old, new)
            copy.writestr(part, content)
    return made.getvalue()


@pytest.mark.parametrize("part", ["xl/worksheets/sheet1.xml", "xl/styles.xml", "xl/workbook.xml"])
def test_tags_that_are_written_with_a_prefix_are_the_same_tags(part):
    with zipfile.ZipFile(io.BytesIO(xlsx())) as parts:
        xml = parts.read(part)
    prefixed = re.sub(rb"<(/?)([A-Za-z])", rb"<\1x:\2", xml).replace(b"xmlns=", b"xmlns:x=")
    table = read_excel(rewritten(xlsx(), part, (xml, prefixed)), SOURCE)
    assert cells(table) == [["a", "4.63%", "2025-03-01"], ["b", "0.07", ""], ["c", "#DIV/0!", ""]]


def test_a_sheet_whose_cells_do_not_say_where_they_stand_keeps_its_percentages():
    sheet = "xl/worksheets/sheet1.xml"
    places = [(f' r="{column}{row}"'.encode(), b"") for column in "ABC" for row in range(1, 5)]
    with zipfile.ZipFile(io.BytesIO(xlsx())) as parts:
        xml = parts.read(sheet)
    raw = rewritten(xlsx(), sheet, *(pair for pair in places if pair[0] in xml))
    assert cells(read_excel(raw, SOURCE))[0][1] == "4.63%"


def test_tags_in_single_quotes_and_places_in_small_letters_hide_no_percentage_no_error_and_no_hidden_row():
    sheet = "xl/worksheets/sheet1.xml"
    with zipfile.ZipFile(io.BytesIO(xlsx())) as parts:
        xml = parts.read(sheet)
    odd = re.sub(rb"(<(?:c|row) [^>]*>)", lambda found: found[1].replace(b'"', b"'").replace(b"r='B", b"r = 'b"), xml)
    table = read_excel(rewritten(xlsx(), sheet, (xml, odd)), SOURCE)
    assert cells(table) == [["a", "4.63%", "2025-03-01"], ["b", "0.07", ""], ["c", "#DIV/0!", ""]]
    assert told(table) == [("hidden-rows", 3)]


def test_cells_without_a_style_are_percentages_where_the_plain_style_is_one():
    with zipfile.ZipFile(io.BytesIO(xlsx())) as parts:
        styles = parts.read("xl/styles.xml")
    head, cut, rest = styles.partition(b"<cellXfs")
    plain = head + cut + rest.replace(b'numFmtId="0"', b'numFmtId="9"', 1)
    sheet = "xl/worksheets/sheet1.xml"
    raw = rewritten(rewritten(xlsx(), "xl/styles.xml", (styles, plain)), sheet, (b' r="B3" s="', b' r="B3" q="'))
    assert [row[1] for row in cells(read_excel(raw, SOURCE))] == ["4.63%", "7%", "#DIV/0!"]


def test_the_zero_that_stands_for_a_formula_nobody_computed_is_no_value():
    made = io.BytesIO()
    with xlsxwriter.Workbook(made) as book:
        page = book.add_worksheet()
        page.write_row(0, 0, ["id", "v"])
        page.write(1, 0, "a")
        page.write_formula(1, 1, "=1+1")
        page.write(2, 0, "b")
        page.write_formula(2, 1, "=1+1", None, 2)
        page.write_row(3, 0, ["c", 0])
    table = read_excel(made.getvalue(), SOURCE)
    assert told(table) == [("formula-without-value", 2)]
    assert cells(table) == [["b", "2"], ["c", "0"]]


def test_an_old_workbook_of_a_program_that_computes_nothing_has_formulas_without_values():
    book = xlwt.Workbook()
    page = book.add_sheet("A")
    for row, cells_of_row in enumerate([["id", "v"], ["a", xlwt.Formula("1+1")], ["b", 3], ["c", xlwt.Formula("A1")]]):
        for column, cell in enumerate(cells_of_row):
            page.write(row, column, cell)
    made = io.BytesIO()
    book.save(made)
    table = read_excel(made.getvalue(), SOURCE)
    assert told(table) == [("formula-without-value", 2), ("formula-without-value", 4)]
    assert cells(table) == [["b", "3"]]


def test_formulas_of_an_old_workbook_that_give_the_empty_text_are_empty_cells_where_others_have_values():
    book = xlwt.Workbook()
    page = book.add_sheet("A")
    for row, formula in enumerate(['"id"', '""', "2"]):
        page.write(row, 0, ["id", "a", "b"][row])
        page.write(row, 1, xlwt.Formula(formula) if row else "v")
    made = io.BytesIO()
    book.save(made)
    blank, two = b"\x03\0\0\0\0\0\xff\xff", struct.pack("<d", 2)
    head, tail = made.getvalue().rsplit(blank, 1)
    table = read_excel(head + two + tail, SOURCE)
    assert (cells(table), table.faults) == ([["a", ""], ["b", "2"]], [])


@pytest.mark.parametrize("kind", ["", ' office:value-type="float"', ' office:value-type="date"'])
def test_a_formula_of_a_document_that_nobody_computed_has_no_value(kind):
    whole = b'<table:table-cell office:value-type="float" office:value="0.07"><text:p>0.07%</text:p></table:table-cell>'
    never = f'<table:table-cell table:formula="of:=1+1"{kind}/>'.encode()
    table = read_excel(rewritten(ods(), "content.xml", (whole, never)), SOURCE)
    assert told(table) == [("formula-without-value", 3)]


def test_cells_that_are_only_coloured_reach_nowhere():
    book = openpyxl.load_workbook(io.BytesIO(xlsx()))
    book.active["XFD1048576"].fill = PatternFill("solid", fgColor="FF0000")
    book.active["Z900000"].number_format = "0%"
    made = io.BytesIO()
    book.save(made)
    assert len(read_excel(made.getvalue(), SOURCE).rows) == 3


def test_parts_whose_names_are_written_in_other_letters_are_the_same_parts():
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(xlsx())) as parts, zipfile.ZipFile(made, "w") as copy:
        for name in parts.namelist():
            copy.writestr(name.replace("xl/styles", "xl/Styles"), parts.read(name))
    assert cells(read_excel(made.getvalue(), SOURCE))[0][1] == "4.63%"


WHOLE = {make: make() for make in (xlsx, xls, xlsb, ods)}


@settings(max_examples=60, deadline=None, derandomize=True)
@given(
    st.sampled_from([xlsx, xls, xlsb, ods]), st.integers(0, 10_000), st.binary(min_size=1, max_size=4), st.booleans()
)
def test_a_damaged_workbook_is_a_fault_or_a_table_and_nothing_else(make, at, noise, inside):
    whole = WHOLE[make]
    if inside and whole.startswith(b"PK"):  # a part is damaged, and packed again
        made = io.BytesIO()
        with zipfile.ZipFile(io.BytesIO(whole)) as parts, zipfile.ZipFile(made, "w") as copy:
            hit = parts.namelist()[at % len(parts.namelist())]
            for name in parts.namelist():
                copy.writestr(name, _with_noise(parts.read(name), at, noise) if name == hit else parts.read(name))
        raw = made.getvalue()
    else:
        raw = _with_noise(whole, at, noise)
    with contextlib.suppress(CannotReadError):
        table = read_excel(raw, SOURCE)
        assert table.headings or table.faults


def test_nothing_that_rust_prints_stands_beside_the_verdict(capfd):
    raw = rewritten(xlsb(), "xl/_rels/workbook.bin.rels", (b'Id="rId1"', b'Id="rId9"'))
    assert told(read_excel(raw, SOURCE)) == [("damaged-file", None)]
    assert capfd.readouterr().err == ""


def test_what_others_write_while_a_workbook_is_read_is_handed_on(capfd):
    panic = "\nthread '<unnamed>' (7) panicked at a.rs:1:1:\nno entry\nnote: run with `RUST_BACKTRACE=1` …\n"
    with without_words_of_a_panic():
        os.write(2, f"before\n{panic}after\n".encode())
    assert capfd.readouterr().err == "before\nafter\n"


@pytest.mark.parametrize("part", ["xl/workbook.bin", "xl/styles.bin", "xl/worksheets/sheet1.bin"])
def test_a_record_that_claims_to_be_longer_than_its_part_is_damage(part):
    with zipfile.ZipFile(io.BytesIO(xlsb())) as parts:
        whole = parts.read(part)
    raw = rewritten(xlsb(), part, (whole, whole + b"\x06\xff\xff\xff\x7f"))
    assert told(read_excel(raw, SOURCE)) == [("damaged-file", None)]


def at_the_end_of_the_sheet(*records: bytes) -> bytes:
    """A binary workbook with more records in its sheet."""
    whole = xlsb()
    return rewritten(whole, "xl/worksheets/sheet1.bin", (record(146), b"".join([*records, record(146)])))


@pytest.mark.parametrize(
    "records",
    [
        [record(0, struct.pack("<IIH", 4, 0, 300) + bytes(7)), record(2, struct.pack("<II", 0, 0))],  # no number in it
        [record(0, struct.pack("<IIH", 1, 0, 300) + bytes(7)), record(5, struct.pack("<IId", 1, 0, 99))],  # row 2 again
        [b"\xff" * 1_000_000],  # a size without an end
    ],
)
def test_a_binary_workbook_whose_records_contradict_themselves_is_damage(records):
    assert told(read_excel(at_the_end_of_the_sheet(*records), SOURCE)) == [("damaged-file", None)]


def test_an_old_workbook_whose_range_runs_backwards_in_short_numbers_is_damage():
    number = struct.pack("<HH", 0x27E, 10)
    turned = struct.pack("<HHHHHH", 0x200, 10, 2, 1, 0, 1)
    book = xlwt.Workbook()
    page = book.add_sheet("A")
    page.write(0, 0, "id")
    page.write(1, 0, 5)
    made = io.BytesIO()
    book.save(made)
    raw = made.getvalue()
    at = raw.index(number)
    assert told(read_excel(raw[:at] + turned + raw[at + len(turned) :], SOURCE)) == [("damaged-file", None)]


def _with_noise(content: bytes, at: int, noise: bytes) -> bytes:
    at %= len(content) or 1
    return content[:at] + noise + content[at + len(noise) :]


def test_a_formula_whose_value_is_the_empty_text_is_an_empty_cell():
    sheet = "xl/worksheets/sheet1.xml"
    empty = b'<c r="C3" t="str"><f>IF(TRUE,"","x")</f><v></v></c></row>'
    with zipfile.ZipFile(io.BytesIO(xlsx())) as parts:
        row = parts.read(sheet).partition(b'<row r="3"')[2].partition(b"</row>")[0] + b"</row>"
    last = row.rindex(b"<c ")
    raw = rewritten(xlsx(), sheet, (row[last:], row[last:].replace(b"</row>", empty)))
    table = read_excel(raw, SOURCE)
    assert (cells(table)[1], told(table)) == (["b", "0.07", ""], [("hidden-rows", 3)])
    never = rewritten(raw, sheet, (b' t="str"', b""))
    assert told(read_excel(never, SOURCE)) == [("formula-without-value", 3)]


def test_a_heading_over_two_lines_is_one_heading():
    book = openpyxl.Workbook()
    page = book.active
    for row in (
        ["Results 2025"],
        ["KPI", "North", None, "South", None],
        [None, "Plan", "Actual", "Plan", "Actual"],
        ["a", 1, 2, 3, 4],
    ):
        page.append(row)
    page.merge_cells("A1:E1")
    page.merge_cells("B2:C2")
    page.merge_cells("D2:E2")
    page.merge_cells("A2:A3")
    made = io.BytesIO()
    book.save(made)
    table = read_excel(made.getvalue(), Source(path="a.xlsx", header_row=2, header_rows=2))
    assert table.headings == ("KPI", "North · Plan", "North · Actual", "South · Plan", "South · Actual")
    assert (cells(table), table.rows.tolist(), table.faults) == ([["a", "1", "2", "3", "4"]], [4], [])


def test_a_stray_cell_on_another_sheet_of_an_old_workbook_is_told_before_all_are_laid_out():
    book = xlwt.Workbook()
    book.add_sheet("A").write(0, 0, "id")
    book.add_sheet("B").write(65535, 255, "x")
    made = io.BytesIO()
    book.save(made)
    table = read_excel(made.getvalue(), Source(path="a.xls", sheet="A"))
    assert told(table) == [("stray-cell", None)]
    assert "IV65536" in table.faults[0].message
