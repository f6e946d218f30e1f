"""Files to text cells: the row a person sees, and every flaw of form as a located fault."""

import io
import zipfile
from datetime import date, datetime, time

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from review_kit.intake.raw import cell_text
from review_kit.intake.readers.delimited import read_csv
from review_kit.intake.readers.plain import read_plain
from review_kit.intake.readers.workbook import read_excel
from review_kit.params import Source

CSV = Source(path="data/a.csv")


def cells(table) -> list[list[str]]:
    return [list(row) for row in zip(*table.columns, strict=True)]


def told(table) -> list[tuple[str, int | None]]:
    return [(fault.rule, fault.row) for fault in table.faults]


def test_rows_keep_the_line_a_person_sees_after_a_cell_that_spans_lines():
    table = read_csv(b'id,note\na,"one\ntwo\nthree"\nb,x\n', CSV)
    assert table.rows.tolist() == [2, 5]
    assert cells(table) == [["a", "one\ntwo\nthree"], ["b", "x"]]


@pytest.mark.parametrize("ends", [b"\n", b"\r\n", b"\r"])
def test_line_ends_of_every_system_are_read(ends):
    table = read_csv(ends.join([b"id,v", b"a,1", b"b,2"]), CSV)
    assert table.rows.tolist() == [2, 3]
    assert not table.faults


def test_a_byte_order_mark_is_no_part_of_the_first_heading():
    assert read_csv(b"\xef\xbb\xbfid,v\na,1\n", CSV).headings == ("id", "v")


def test_blank_lines_and_lines_of_delimiters_are_no_rows():
    table = read_csv(b"id,v\n\na,1\n,\n  ,\nb,2\n\n\n", CSV)
    assert table.rows.tolist() == [3, 6]
    assert not table.faults


def test_ragged_rows_are_refused_each_with_its_line():
    table = read_csv(b"id,v\na\nb,1,2\nc,1,,\nd,4\n", CSV)
    assert told(table) == [("missing-cell", 2), ("extra-cell", 3)]
    assert table.unreadable == 2
    assert table.rows.tolist() == [4, 5]


def test_an_unclosed_quote_is_told_where_it_opens():
    table = read_csv(b'id,v\na,1\nb,"2\nc,3\n', CSV)
    assert told(table) == [("bad-quotes", 3)]
    assert table.faults[0].message == "a quote is opened here and never closed."
    assert table.rows.tolist() == [2]


def test_an_unclosed_quote_in_a_large_file_is_one_fault_and_what_follows_is_counted():
    table = read_csv(b'id,v\na,1\nb,"2\n' + b"c,3\n" * 500_000, CSV)
    assert told(table) == [("bad-quotes", 3)]
    assert table.rows.tolist() == [2]
    assert 1 < table.unreadable < 500_002


def test_text_after_a_closing_quote_is_told_and_the_next_rows_are_read():
    table = read_csv(b'id,v\na,"x"y\nb,2\n', CSV)
    assert told(table) == [("bad-quotes", 2)]
    assert table.rows.tolist() == [3]


def test_a_byte_of_another_encoding_is_told_with_row_and_column():
    table = read_csv("id,name\na,x\nb,Süd\n".encode("latin-1"), CSV)
    assert table.faults[0].place == "data/a.csv, row 3, column name"
    assert table.faults[0].value == "S\\xfcd"
    assert table.unreadable == 1


def test_a_declared_encoding_and_delimiter_are_read():
    source = Source(path="a.csv", encoding="cp1252", delimiter=";")
    assert cells(read_csv("id;name\na;Süd\n".encode("cp1252"), source)) == [["a", "Süd"]]


def test_a_nul_byte_is_refused():
    table = read_csv(b"id,v\na,1\0\nb,2\n", CSV)
    assert [fault.row for fault in table.faults] == [2]
    assert table.unreadable == 1
    assert table.rows.tolist() == [3]


@pytest.mark.parametrize(
    ("raw", "rule"),
    [
        (b"", "no-rows"),
        (b"id,v\n", "no-rows"),
        (b"PK\x03\x04rest", "format-mismatch"),
        ("id,v\na,1\n".encode("utf-16"), "bad-encoding"),
    ],
)
def test_a_file_that_is_no_table_is_told(raw, rule):
    assert [fault.rule for fault in read_csv(raw, CSV).faults] == [rule]


@pytest.mark.parametrize(
    ("raw", "words"),
    [
        (bytes(4_096), "the file holds nothing but zeros"),
        ("id,v\na,1\n".encode("utf-32"), "the file is UTF-32."),
        ("id,v\na,1\n".encode("utf-16"), "the file is UTF-16."),
    ],
)
def test_an_encoding_that_the_first_bytes_betray_is_called_by_its_name(raw, words):
    (fault,) = read_csv(raw, CSV).faults
    assert (fault.rule, words in fault.message) == ("bad-encoding", True)


@pytest.mark.parametrize("declared", ["utf-16", "UTF16", "utf-16-le", "u16"])
def test_the_mark_of_utf_16_is_no_part_of_the_first_heading_however_it_is_declared(declared):
    table = read_csv("\ufeffid,v\nSüd,1\n".encode("utf-16-le"), Source(path="a.csv", encoding=declared))
    assert (table.headings, cells(table)) == (("id", "v"), [["Süd", "1"]])


@pytest.mark.parametrize("order", ["le", "be"])
@pytest.mark.parametrize("declared", ["utf-8", "utf-16"])
def test_utf_16_without_its_mark_is_told_once_with_what_to_declare(order, declared):
    table = read_csv("id,v\nSüd,1\n".encode(f"utf-16-{order}"), Source(path="a.csv", encoding=declared))
    assert told(table) == [("bad-encoding", 1)]
    assert f"'encoding: utf-16-{order}'" in table.faults[0].hint


def test_a_mark_of_utf_8_contradicts_any_other_encoding():
    table = read_csv("\ufeffid,v\nSüd,1\n".encode(), Source(path="a.csv", encoding="cp1252"))
    assert told(table) == [("bad-encoding", 1)]


def test_a_header_row_far_below_the_end_is_told_at_once():
    table = read_csv(b"id,v\na,1\n", Source(path="a.csv", header_row=999_999_999))
    assert told(table) == [("missing-column", None)]


def test_the_declared_header_row_is_the_line_a_person_sees():
    table = read_csv(b'Export "x\n\nid,v\na,1\n', Source(path="a.csv", header_row=3))
    assert table.headings == ("id", "v")
    assert table.rows.tolist() == [4]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.text("ab 1,;\u00e9\u2028", max_size=4), min_size=2, max_size=3), max_size=8),
    st.sampled_from(["\n", "\r\n"]),
    st.integers(1, 3),
)
def test_the_fast_way_through_a_file_gives_what_the_careful_one_gives(rows, end, header_row):
    lines = ["title"] * (header_row - 1) + ["id;v"] + [";".join(row) for row in rows]
    raw = end.join(lines).encode() + end.encode()
    source = Source(path="a.csv", delimiter=";", header_row=header_row)
    fast = read_plain(raw, ";", header_row)
    careful = read_csv(raw, source)
    if fast is not None:
        assert not careful.faults or careful.faults[0].rule == "no-rows"
        assert (fast.headings, fast.rows.tolist(), cells(fast)) == (
            careful.headings,
            careful.rows.tolist(),
            cells(careful),
        )


def test_the_fast_way_is_taken_for_plain_rows_and_left_for_quotes_and_ragged_ones():
    assert read_plain(b"id,v\na,1\nb,2\n", ",", 1).rows.tolist() == [2, 3]
    assert read_plain(b'id,v\na,"1"\n', ",", 1) is None
    assert read_plain(b"id,v\na\n", ",", 1) is None
    assert read_plain(b"id,v\na,\xfc\n", ",", 1) is None


def workbook(*rows, sheet: str = "Actuals", change=None) -> bytes:
    book = openpyxl.Workbook()
    page = book.active
    page.title = sheet
    for row in rows:
        page.append(row)
    if change is not None:
        change(book, page)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


XLSX = Source(path="data/a.xlsx")


def test_cells_of_a_sheet_are_the_text_a_person_would_type():
    raw = workbook(
        ["id", "v", "day", "ok"],
        ["a", 12.0, date(2025, 3, 31), True],
        ["010", 0.1, datetime.combine(date(2025, 1, 1), time(12)), None],
    )
    table = read_excel(raw, XLSX)
    assert cells(table) == [["a", "12", "2025-03-31", "TRUE"], ["010", "0.1", "2025-01-01T12:00:00", ""]]
    assert table.rows.tolist() == [2, 3]
    assert table.sheet == "Actuals"


def test_rows_of_a_sheet_are_numbered_as_excel_shows_them():
    def change(_, page):
        page["B5"], page["C5"], page["B8"], page["C8"] = "id", "v", "a", 1

    table = read_excel(workbook(change=change), Source(path="a.xlsx", header_row=5))
    assert table.headings == ("", "id", "v")
    assert table.rows.tolist() == [8]


def test_an_error_cell_is_text_that_a_later_check_names():
    assert cells(read_excel(workbook(["id", "v"], ["a", "#DIV/0!"]), XLSX)) == [["a", "#DIV/0!"]]


def test_a_formula_without_a_value_is_told_and_not_read_as_empty():
    table = read_excel(workbook(["id", "v"], ["a", "=1+1"], ["b", 2]), XLSX)
    assert told(table) == [("formula-without-value", 2)]
    assert table.faults[0].column == "v"
    assert table.rows.tolist() == [3]
    assert table.unreadable == 1


def test_merged_cells_below_the_header_are_told_where_they_are_empty():
    def change(_, page):
        page.merge_cells("A2:A3")

    table = read_excel(workbook(["dept", "v"], ["North", 1], [None, 2], ["South", 3], change=change), XLSX)
    assert told(table) == [("merged-cells", 3)]
    assert table.rows.tolist() == [2, 4]


def test_with_several_visible_sheets_params_must_name_one():
    def change(book, _):
        book.create_sheet("Old")

    raw = workbook(["id"], ["a"], change=change)
    table = read_excel(raw, XLSX)
    assert [fault.rule for fault in table.faults] == ["ambiguous-sheet"]
    assert "Actuals, Old" in table.faults[0].hint
    assert read_excel(raw, Source(path="a.xlsx", sheet="Old")).sheet == "Old"
    missing = read_excel(raw, Source(path="a.xlsx", sheet="Actual")).faults[0]
    assert missing.hint == "did you mean 'Actuals'?"


def test_a_hidden_sheet_is_not_taken_for_the_data():
    def change(book, page):
        page.sheet_state = "hidden"
        book.create_sheet("New").append(["id"])
        book["New"].append(["b"])

    assert cells(read_excel(workbook(["id"], ["a"], change=change), XLSX)) == [["b"]]


def test_a_stray_cell_at_the_end_of_the_sheet_is_told_and_nothing_is_laid_out():
    def change(_, page):
        page["XFD1048576"] = "x"

    table = read_excel(workbook(["id"], ["a"], change=change), XLSX)
    assert table.faults[0].rule == "stray-cell"
    assert "XFD1048576" in table.faults[0].message


def test_a_workbook_that_is_not_whole_protected_or_hostile_is_refused():
    sound = workbook(["id"], ["a"])
    assert read_excel(sound[:200], XLSX).faults[0].rule == "damaged-file"
    assert read_excel(b"\xd0\xcf\x11\xe0rest", XLSX).faults[0].rule == "encrypted-file"
    hostile, bomb = io.BytesIO(), io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(sound)) as parts, zipfile.ZipFile(hostile, "w") as copy:
        for part in parts.infolist():
            text = parts.read(part)
            if part.filename.endswith("sheet1.xml"):
                text = b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>' + text
            copy.writestr(part, text)
    assert read_excel(hostile.getvalue(), XLSX).faults[0].rule == "unsafe-xml"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("xl/worksheets/sheet1.xml", b"0" * 60_000_000)
    assert read_excel(bomb.getvalue(), XLSX).faults[0].rule == "file-too-large"


@pytest.mark.parametrize(
    ("cell", "text"), [(12.0, "12"), (-0.5, "-0.5"), (1e20, "1e+20"), (None, ""), (False, "FALSE"), ("x ", "x ")]
)
def test_a_cell_has_one_spelling(cell, text):
    assert cell_text(cell) == text
