"""Files that would harm: a clear verdict, in a process that may use 300 MB more than when it does nothing."""

import io
import json
import os
import resource
import socket
import struct
import subprocess
import sys
import threading
import warnings
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pyarrow as pa
import pytest
import xlwt
from pyarrow import parquet

from review_kit.intake.sources import Library
from review_kit.params import Source

# Reads one source as the first thing it does, with the libraries loaded and a ceiling on what may still be taken.
READ = """
import json, sys
from pathlib import Path
from review_kit.intake.sources import Library
from review_kit.params import Source
def peak():  # that of getrusage would count what the parent took before
    return int(Path("/proc/self/status").read_text().partition("VmHWM:")[2].split()[0]) / 1024
for module in ("python_calamine", "pyarrow.parquet", "pyarrow.csv", "sqlalchemy"):
    __import__(module)
Library(Path(".")).read(Source(path="params.csv"))
idle = peak()
told = []
for source in json.loads(sys.argv[1]):
    table = Library(Path(".")).read(Source(**source))
    told.append([[fault.rule, fault.row, fault.message] for fault in table.faults])
    del table
print(json.dumps([told, peak() - idle]))
"""
MOST_MB = 300
SECONDS = 60  # no endless reading; how fast it is otherwise is measured by benchmarks/intake.py


def read(folder, **source):
    """The faults of a source, read in a process of its own."""
    return read_all(folder, [source])[0]


def read_all(folder, sources):
    """The faults of each source, read one after the other in a process of their own."""
    (folder / "params.csv").write_text("id,v\na,1\n")
    done = subprocess.run(
        [sys.executable, "-c", READ, json.dumps(sources)],
        cwd=folder,
        capture_output=True,
        encoding="utf-8",
        timeout=SECONDS,
        check=False,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)),  # and it writes nothing
    )
    assert done.returncode == 0, done.stderr
    faults, megabytes = json.loads(done.stdout)
    assert megabytes < MOST_MB
    return faults


def rules(faults):
    return [rule for rule, _, _ in faults]


def large(path, size):
    """A file of this many bytes that takes no room."""
    with path.open("wb") as file:
        file.truncate(size)


def test_a_gigabyte_on_one_line_is_refused(tmp_path):
    large(tmp_path / "a.csv", 1_000_000_000)
    assert rules(read(tmp_path, path="a.csv")) == ["file-too-large"]
    with (tmp_path / "b.csv").open("wb") as file:
        file.write(b"id,v\n" + b"x" * 200_000_000)
    faults = read(tmp_path, path="b.csv")
    assert [message for _, _, message in faults] == ["a line of the file is longer than 16 MB."]


def test_a_header_of_a_million_columns_is_refused(tmp_path):
    (tmp_path / "a.csv").write_text("id" + ",x" * 1_000_000 + "\na\n")
    assert rules(read(tmp_path, path="a.csv")) == ["file-too-large"]
    (tmp_path / "b.jsonl").write_text("{" + ", ".join(f'"k{number}": 1' for number in range(100_000)) + "}\n")
    assert rules(read(tmp_path, path="b.jsonl")) == ["file-too-large"]


@pytest.mark.parametrize("page", ["<!DOCTYPE html>\n<html>", "\n <HTML lang='en'>", "<!-- sso --><html>", "<script>a"])
def test_a_web_page_named_csv_is_told_as_one(tmp_path, page):
    (tmp_path / "a.csv").write_text(f"{page}<body>Sign in</body>")
    assert rules(read(tmp_path, path="a.csv")) == ["format-mismatch"]


def test_a_pipe_a_device_a_folder_and_a_socket_are_no_files(tmp_path):
    kinds = {"pipe": "unreadable-file", "link": "unsafe-path", "dir": "format-mismatch", "sock": "unreadable-file"}
    named = {f"{kind}.{ending}": rule for kind, rule in kinds.items() for ending in ("csv", "xlsx", "parquet", "jsonl")}
    here = os.open(".", os.O_RDONLY)
    os.chdir(tmp_path)  # names of sockets are short
    try:
        for name in named:
            if name.startswith("pipe"):
                os.mkfifo(name)
            elif name.startswith("link"):
                Path(name).symlink_to("/dev/zero")
            elif name.startswith("dir"):
                Path(name).mkdir()
            else:
                with socket.socket(socket.AF_UNIX) as one:
                    one.bind(name)  # its name stays when it is closed
    finally:
        os.fchdir(here)
        os.close(here)
    told = read_all(tmp_path, [{"path": name} for name in named])
    assert {name: rules(faults) for name, faults in zip(named, told, strict=True)} == {
        name: [rule] for name, rule in named.items()
    }


def test_a_link_out_of_the_workspace_is_not_followed(tmp_path):
    (tmp_path / "outside.csv").write_text("id,v\nsecret,1\n")
    inside = tmp_path / "workspace"
    inside.mkdir()
    (inside / "a.csv").symlink_to("../outside.csv")
    (inside / "data").symlink_to("..")
    for path in ("a.csv", "data/outside.csv"):
        found = Library(inside).read(Source(path=path))
        assert [fault.rule for fault in found.faults] == ["unsafe-path"]
        assert not found.headings


def test_a_file_that_is_being_written_is_refused_and_not_read_for_ever(tmp_path):
    path = tmp_path / "a.csv"
    path.write_text("id,v\n" + "a,1\n" * 2_000_000)
    over = threading.Event()

    def grow():
        with path.open("a") as file:
            while not over.is_set():
                file.write("b,2\n")
                file.flush()

    writer = threading.Thread(target=grow)
    writer.start()
    try:
        assert rules(read(tmp_path, path="a.csv")) == ["changing-file"]
    finally:
        over.set()
        writer.join()


def test_json_that_is_nested_without_end_is_told_with_its_line(tmp_path):
    (tmp_path / "a.jsonl").write_text('{"id": "a"}\n' + '{"a":' * 200_000 + "\n" + "[" * 1_000_000 + "\n")
    assert [(rule, row) for rule, row, _ in read(tmp_path, path="a.jsonl")] == [("bad-record", 2), ("bad-record", 3)]


def workbook(change=None) -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["id", "v"])
    book.active.append(["a", 1])
    if change is not None:
        change(book.active)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def with_part(name: str, edit) -> bytes:
    """A workbook of which one part was changed."""
    made = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(workbook())) as parts, zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as copy:
        for part in parts.infolist():
            content = parts.read(part)
            copy.writestr(part.filename, edit(content) if part.filename == name else content)
    return made.getvalue()


SHEET = "xl/worksheets/sheet1.xml"


def test_a_cell_in_the_last_corner_of_a_sheet_is_named_and_nothing_laid_out(tmp_path):
    def change(page):
        page["XFD1048576"] = "x"

    (tmp_path / "a.xlsx").write_bytes(workbook(change))
    faults = read(tmp_path, path="a.xlsx")
    assert rules(faults) == ["stray-cell"]
    assert "XFD1048576" in faults[0][2]


def test_a_sheet_that_unpacks_to_300_mb_is_refused(tmp_path):
    row = b'<row r="3"><c r="A3" t="inlineStr"><is><t>aaaaaaaaaaaaaaaa</t></is></c></row>'
    raw = with_part(SHEET, lambda xml: xml.replace(b"</sheetData>", row * 4_000_000 + b"</sheetData>"))
    (tmp_path / "a.xlsx").write_bytes(raw)
    assert rules(read(tmp_path, path="a.xlsx")) == ["file-too-large"]


def test_a_part_that_is_larger_than_it_claims_is_not_unpacked(tmp_path):
    raw = with_part("xl/styles.xml", lambda xml: xml + b" " * 400_000_000)
    with zipfile.ZipFile(io.BytesIO(raw)) as parts:
        size = parts.getinfo("xl/styles.xml").file_size
    lying = raw.replace(size.to_bytes(4, "little"), (1_000).to_bytes(4, "little"))
    assert lying != raw
    (tmp_path / "a.xlsx").write_bytes(lying)
    assert rules(read(tmp_path, path="a.xlsx")) == ["damaged-file"]


@pytest.mark.parametrize(
    "head",
    [
        b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>',
        b'<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]>',
    ],
)
@pytest.mark.parametrize("part", [SHEET, "xl/workbook.xml", "xl/styles.xml", "[Content_Types].xml"])
def test_entities_are_refused_in_whatever_part_they_stand(tmp_path, part, head):
    (tmp_path / "a.xlsx").write_bytes(with_part(part, lambda xml: head + xml))
    assert rules(read(tmp_path, path="a.xlsx")) == ["unsafe-xml"]


def row_3(cell: bytes):
    """Puts cells into a third row."""
    return lambda xml: xml.replace(b"</sheetData>", b'<row r="3">' + cell + b"</row></sheetData>")


def at_the_end(what: bytes):
    """Puts something before the last tag of a part."""
    return lambda xml: xml[: xml.rindex(b"</")] + what + xml[xml.rindex(b"</") :]


def after_a_comment(xml: bytes) -> bytes:
    """Declares an entity behind 100 kB of nothing."""
    return b"<!-- " + bytes(100_000) + b' --><!DOCTYPE x [<!ENTITY a "a">]>' + xml.partition(b"?>")[2]


def with_more_parts(count: int, name: str = "part{}") -> bytes:
    made = io.BytesIO(workbook())
    with warnings.catch_warnings(action="ignore"), zipfile.ZipFile(made, "a") as parts:
        for number in range(count):
            parts.writestr(name.format(number), b"<a/>")
    return made.getvalue()


def old_workbook() -> bytes:
    book = xlwt.Workbook()
    book.add_sheet("A").write(0, 0, "id")
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def old_workbook_that_claims(kind: int, at: int) -> bytes:
    """One of whose records a number says that there are billions."""
    raw = bytearray(old_workbook())
    place = 512  # where the stream begins
    while raw[place : place + 2] != struct.pack("<H", kind):
        place += 4 + struct.unpack_from("<H", raw, place + 2)[0]
    raw[place + 4 + at : place + 8 + at] = struct.pack("<I", 4_000_000_000)
    return bytes(raw)


def old_workbook_with_a_circle() -> bytes:
    """One whose list of sectors leads back to itself."""
    raw = bytearray(old_workbook())
    sector = len(raw) // 512 - 1
    raw[68:72] = struct.pack("<I", sector)
    return bytes(raw) + struct.pack("<128I", *[0] * 127, sector)


MISLEADING = {  # what a workbook holds, and the rule that it breaks
    "single-quotes": (SHEET, row_3(b"<c r='XFD1048576'><v>1</v></c>"), "stray-cell"),
    "blanks-around": (SHEET, row_3(b'<c  r = "XFD1048576" ><v>1</v></c>'), "stray-cell"),
    "line-breaks": (SHEET, row_3(b'<c\nr="XFD1048576"\n><v>1</v></c>'), "stray-cell"),
    "small-letters": (SHEET, row_3(b'<c r="xfd1048576"><v>1</v></c>'), "stray-cell"),
    "another-row": (SHEET, row_3(b'<c r="Z1048576"><v>1</v></c>'), "stray-cell"),
    "no-such-place": (SHEET, row_3(b'<c r="ZZZZZ99999999"><v>1</v></c>'), "damaged-file"),
    "behind-comments": (SHEET, row_3(b'<!-- <c r="A3"> --><c r="XFD1048576"><v>1</v></c>'), "stray-cell"),
    "tags-without-end": (SHEET, at_the_end(b"<c " * 300_000), "damaged-file"),
    "rows-without-end": (SHEET, at_the_end(b"<row hidden= " * 300_000), "damaged-file"),
    "blanks-without-end": (SHEET, row_3((b'<c r="A3"><f/>' + b" " * 100_000 + b"<x/></c>") * 5), "damaged-file"),
    "merged-over-each-other": (
        SHEET,
        lambda xml: row_3(b'<c r="J3"><v>1</v></c>')(xml).replace(
            b"</sheetData>", b"</sheetData><mergeCells>" + b'<mergeCell ref="A1:J3"/>' * 20_000 + b"</mergeCells>"
        ),
        "damaged-file",
    ),
    "styles-without-end": ("xl/styles.xml", at_the_end(b"<a/>" * 5_000_000), "file-too-large"),
    "book-without-end": ("xl/workbook.xml", at_the_end(b"<a/>" * 5_000_000), "file-too-large"),
    "links-without-end": ("xl/_rels/workbook.xml.rels", at_the_end(b"<a/>" * 5_000_000), "file-too-large"),
    "late-entities": (SHEET, after_a_comment, "unsafe-xml"),
    "late-entities-of-styles": ("xl/styles.xml", after_a_comment, "unsafe-xml"),
    "two-bytes-a-letter": ("xl/styles.xml", lambda xml: xml.decode().encode("utf-16"), "unsafe-xml"),
    "strange-letters": (
        "xl/workbook.xml",
        lambda xml: b'<?xml version="1.0" encoding="cp037"?>' + xml.decode().partition("?>")[2].encode("cp037"),
        "unsafe-xml",
    ),
}


def archive_of_itself(name: str) -> bytes:
    """A zip file whose only part is the zip file."""

    def made(size: int) -> tuple[bytes, int]:
        head = struct.pack("<5H3I2H", 20, 0, 0, 0, 0, 0, size, size, len(name), 0)
        rest = struct.pack("<3H2I", 0, 0, 0, 0, 0)
        listed = b"PK\x01\x02" + struct.pack("<H", 20) + head + rest + name.encode()
        first = b"PK\x03\x04" + head + name.encode()
        end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(listed), len(first), 0)
        return first + listed + end, len(listed) + len(end)

    return made(made(0)[1])[0]


def test_an_archive_that_holds_itself_is_refused(tmp_path):
    made = {
        "a.xlsx": ("xl/workbook.xml", "unsafe-xml"),
        "b.xlsb": ("xl/workbook.bin", "damaged-file"),
        "c.ods": ("content.xml", "unsafe-xml"),
        "d.xlsx": ("r/r.zip", "damaged-file"),
    }
    for name, (part, _) in made.items():
        raw = archive_of_itself(part)
        with zipfile.ZipFile(io.BytesIO(raw)) as parts:
            assert parts.infolist()[0].file_size > len(raw) // 2
        (tmp_path / name).write_bytes(raw)
    found = read_all(tmp_path, [{"path": name} for name in made])
    assert [rules(faults) for faults in found] == [[rule] for _, rule in made.values()]


def test_a_workbook_that_is_written_to_mislead_is_told_before_anything_is_laid_out(tmp_path):
    made = {f"{name}.xlsx": (with_part(part, edit), rule) for name, (part, edit, rule) in MISLEADING.items()}
    made |= {
        "a-part-twice.xlsx": (with_more_parts(1, SHEET), "damaged-file"),
        "many-parts.xlsx": (with_more_parts(25_000), "file-too-large"),
        "many-texts.xls": (old_workbook_that_claims(0xFC, 4), "damaged-file"),
        "many-rows.xls": (old_workbook_that_claims(0x200, 4), "damaged-file"),
        "circle.xls": (old_workbook_with_a_circle(), "encrypted-file"),
        "page.xlsx": (b"<!DOCTYPE html><html>Sign in</html>", "format-mismatch"),
        "text.xls": (b"id,v\na,1\n", "format-mismatch"),
    }
    for name, (raw, _) in made.items():
        (tmp_path / name).write_bytes(raw)
    found = read_all(tmp_path, [{"path": name} for name in made])
    assert {name: rules(faults) for name, faults in zip(made, found, strict=True)} == {
        name: [rule] for name, (_, rule) in made.items()
    }


def document(rows: str) -> bytes:
    """An .ods document of one sheet."""
    space = "urn:oasis:names:tc:opendocument:xmlns:"
    content = (
        f'<office:document-content xmlns:office="{space}office:1.0" xmlns:table="{space}table:1.0" '
        f'xmlns:text="{space}text:1.0"><office:body><office:spreadsheet><table:table table:name="A">{rows}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        parts.writestr("META-INF/manifest.xml", f'<manifest:manifest xmlns:manifest="{space}manifest:1.0"/>')
        parts.writestr("content.xml", content)
    return made.getvalue()


def test_a_document_whose_cells_stand_for_millions_of_others_is_told_before_they_are_laid_out(tmp_path):
    def rows(cell):
        repeated = f'{cell} table:number-columns-repeated="16384"/>'
        return f'<table:table-row table:number-rows-repeated="6">{repeated}</table:table-row>' * 200

    made = {
        "covered.ods": (document(rows("<table:covered-table-cell")), "stray-cell"),
        "formulas.ods": (document(rows('<table:table-cell table:formula="of:=1"')), "stray-cell"),
        "percent.ods": (
            document(rows('<table:table-cell office:value-type="percentage" office:value="1"')),
            "stray-cell",
        ),
        "wide.ods": (document(f"<table:table-row>{'<table:table-cell/>' * 500_000}</table:table-row>"), "stray-cell"),
        "deep.ods": (document("<a>" * 500_000 + "</a>" * 500_000), "damaged-file"),
    }
    for name, (raw, _) in made.items():
        (tmp_path / name).write_bytes(raw)
    found = read_all(tmp_path, [{"path": name} for name in made])
    assert {name: rules(faults) for name, faults in zip(made, found, strict=True)} == {
        name: [rule] for name, (_, rule) in made.items()
    }


def test_a_table_that_is_small_as_a_file_and_endless_when_laid_out_is_refused(tmp_path):
    zeros = pa.array(np.zeros(3_000_000, dtype="int64"))
    parquet.write_table(pa.table({str(number): zeros for number in range(30)}), tmp_path / "a.parquet")
    one_list = pa.ListArray.from_arrays(pa.array([0, 20_000_000]), pa.array(np.zeros(20_000_000, dtype="int8")))
    parquet.write_table(pa.table({"id": ["a"], "v": one_list}), tmp_path / "b.parquet")
    (tmp_path / "c.jsonl").write_text(
        "{" + ", ".join(f'"k{number}": 1' for number in range(16_000)) + "}\n" + '{"k1": 1}\n' * 5_000
    )
    (tmp_path / "d.jsonl").write_bytes(b"{}\n" * 6_000_000)
    (tmp_path / "e.csv").write_bytes(b"id,v\n" + b"\n" * 6_000_000)
    (tmp_path / "f.csv").write_bytes(b",".join([b"x"] * 16_000) + (b"\n" + b"," * 15_999) * 4_000)
    (tmp_path / "g.csv").write_bytes(b"id,v\n" + b"a,1\n" * 20_000)
    sources = [{"path": name} for name in ("a.parquet", "b.parquet", "c.jsonl", "d.jsonl", "e.csv", "f.csv")]
    found = read_all(tmp_path, [*sources, {"path": "g.csv", "transpose": True}])
    assert [rules(faults) for faults in found] == [["file-too-large"]] * 7


def test_a_text_of_which_every_row_is_wrong_tells_a_thousand_rows_and_the_range_of_the_others(tmp_path):
    for name, row in (("a.csv", b"a\n"), ("b.csv", b'"a"b,1\n'), ("c.csv", b"a\0,1\n")):
        (tmp_path / name).write_bytes(b"id,v\n" + row * 3_000)
        faults = Library(tmp_path).read(Source(path=name)).faults
        assert len(faults) == 1_001
        assert faults[-1].message == "the same holds for 2000 more rows, 1002 to 3001."


def test_a_document_that_repeats_a_cell_without_end_is_refused(tmp_path):
    rows = (
        '<table:table-row table:number-rows-repeated="1048576"><table:table-cell '
        'table:number-columns-repeated="16384" office:value-type="float" office:value="1"><text:p>1</text:p>'
        "</table:table-cell></table:table-row>"
    )
    (tmp_path / "a.ods").write_bytes(document(rows))
    assert rules(read(tmp_path, path="a.ods")) == ["stray-cell"]


def test_parquet_that_unpacks_without_end_is_refused(tmp_path):
    long = pa.array(["x" * 1_000_000])
    indices = pa.array([0] * 2_000_000, pa.int32())
    table = pa.table({"id": pa.DictionaryArray.from_arrays(indices, long)})
    parquet.write_table(table, tmp_path / "a.parquet", store_schema=False)
    assert rules(read(tmp_path, path="a.parquet")) == ["file-too-large"]
    whole = (tmp_path / "a.parquet").read_bytes()
    (tmp_path / "b.parquet").write_bytes(whole[: len(whole) // 2] + whole[-8:])
    (tmp_path / "c.parquet").write_bytes(whole[:-8] + b"\xff\xff\xff\x7fPAR1")
    for name in ("b.parquet", "c.parquet"):
        assert rules(read(tmp_path, path=name)) == ["damaged-file"]


def test_texts_of_parquet_that_unpack_without_end_are_refused_however_they_are_packed(tmp_path):
    long = "x" * 1_000_000
    repeated = pa.DictionaryArray.from_arrays(pa.array([0] * 1_100, pa.int32()), [long])
    made = {
        "bytes.parquet": repeated.cast(pa.dictionary(pa.int32(), pa.binary())),
        "lists.parquet": pa.ListArray.from_arrays(pa.array(range(1_101), pa.int32()), repeated),
    }
    for name, values in made.items():
        parquet.write_table(pa.table({"id": values}), tmp_path / name, store_schema=False)
    deltas = pa.table({"id": repeated.dictionary_decode()})
    parquet.write_table(
        deltas, tmp_path / "deltas.parquet", use_dictionary=False, column_encoding={"id": "DELTA_BYTE_ARRAY"}
    )
    names = [*made, "deltas.parquet"]
    assert max((tmp_path / name).stat().st_size for name in names) < 100_000
    found = read_all(tmp_path, [{"path": name} for name in names])
    assert [rules(faults) for faults in found] == [["file-too-large"]] * 3


def test_a_value_that_was_damaged_in_its_file_is_not_read(tmp_path):
    table = pa.table({"id": ["a", "b", "c"], "v": [1.5, 2.5, 3.5]})
    for checked in (True, False):
        sink = pa.BufferOutputStream()
        parquet.write_table(
            table, sink, compression="none", use_dictionary=False, write_page_checksum=checked, store_schema=False
        )
        raw = bytearray(sink.getvalue().to_pybytes())
        at = raw.find(table["v"].chunk(0).buffers()[1].to_pybytes()[:24])
        raw[at + 7] ^= 0x20  # the exponent of the first number
        (tmp_path / "a.parquet").write_bytes(raw)
        assert rules(read(tmp_path, path="a.parquet")) == ["damaged-file"]
