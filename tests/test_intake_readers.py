"""Parquet, JSON lines and turned tables: the same text cells as from any other file."""

from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
from pyarrow import parquet

from review_kit.intake.mapping import map_columns
from review_kit.intake.sources import Library
from review_kit.params import Source
from review_kit.schema import INPUTS


def cells(table) -> list[list[str]]:
    return [list(row) for row in zip(*table.columns, strict=True)]


def told(table) -> list[tuple[str, int | None, str]]:
    return [(fault.rule, fault.row, fault.column) for fault in table.faults]


@pytest.mark.parametrize(
    ("values", "texts"),
    [
        (pa.array([2**53 + 1, None], pa.int64()), ["9007199254740993", ""]),
        (pa.array([0.1, 12.0]), ["0.1", "12"]),
        (pa.array([0.1, 12.0], pa.float32()), ["0.1", "12"]),
        (pa.array([float("nan"), float("inf")]), ["nan", "inf"]),
        (pa.array([True, False]), ["TRUE", "FALSE"]),
        (pa.array([Decimal("12.50"), None], pa.decimal128(9, 2)), ["12.50", ""]),
        (pa.array([date(2025, 3, 31), None]), ["2025-03-31", ""]),
        (
            pa.array([datetime(2025, 3, 31), datetime(2025, 3, 31, 12)], pa.timestamp("ns")),
            ["2025-03-31", "2025-03-31T12:00:00"],
        ),
        (
            pa.array([datetime(2026, 12, 30, 23, tzinfo=UTC)] * 2, pa.timestamp("ms", "UTC")),
            ["2026-12-30T23:00:00+00:00"] * 2,
        ),
        (pa.array(["1,234", "a"]).dictionary_encode(), ["1,234", "a"]),
        (pa.array([b"abc", b"\xff"]), ["abc", "ff"]),
        (pa.array([b"abc", b"\xff"], pa.binary_view()), ["abc", "ff"]),
        (pa.array([b"abcd", None], pa.binary(4)), ["abcd", ""]),
        (pa.array([[1, 2], None]), ["[1, 2]", ""]),
        (pa.array([["Süd"], [None]]), ['["Süd"]', "[null]"]),
        (
            pa.array([{"d": date(2025, 3, 31), "t": timedelta(hours=30)}, None]),
            ['{"d": "2025-03-31", "t": "30:00:00"}', ""],
        ),
        (pa.nulls(2), ["", ""]),
        (pa.array(np.array([0.1, 12], "float16")), ["0.1", "12"]),
        (pa.array([Decimal("12.50"), None], pa.decimal32(9, 2)), ["12.50", ""]),
        (pa.array([Decimal("12.50"), None], pa.decimal64(18, 2)), ["12.50", ""]),
        (pa.array([Decimal("1" * 50 + ".50"), None], pa.decimal256(60, 2)), ["1" * 50 + ".50", ""]),
        (pa.array([108_000, None], pa.duration("s")), ["30:00:00", ""]),
        (pa.array([-5_000, 90_061_500], pa.duration("ms")), ["-00:00:05", "25:01:01.5"]),
        (pa.array([timedelta(hours=30), None]), ["30:00:00", ""]),
        (pa.array([1_000_000_001, 2**62], pa.duration("ns")), ["00:00:01.000000001", "1281023:53:38.427387904"]),
        (pa.array([time(6), time(6, 0, 1)], pa.time32("s")), ["06:00:00", "06:00:01"]),
        (pa.array([1, 6 * 3600 * 10**9], pa.time64("ns")), ["00:00:00.000000001", "06:00:00"]),
        (pa.array([1_743_379_200_000_000_001, None], pa.timestamp("ns")), ["2025-03-31T00:00:00.000000001", ""]),
        (pa.array([1_743_379_200, None], pa.timestamp("s", "Mars/Base")), ["2025-03-31T00:00:00+00:00", ""]),
        (pa.array([2**30, 0], pa.date32()), ["1970-01-01 + 1073741824 days", "1970-01-01"]),
        (pa.array(pd.period_range("2025-03", periods=2, freq="M")), ["2025-03", "2025-04"]),
        (
            pa.ExtensionArray.from_storage(pa.uuid(), pa.array([b"0123456789abcdef", None], pa.binary(16))),
            ["30313233-3435-3637-3839-616263646566", ""],
        ),
    ],
)
def test_typed_values_of_parquet_become_text_without_loss(tmp_path, values, texts):
    parquet.write_table(pa.table({"id": ["x", "y"], "v": values}), tmp_path / "a.parquet")
    found = Library(tmp_path).read(Source(path="a.parquet"))
    assert found.headings == ("id", "v")
    assert cells(found) == [["x", texts[0]], ["y", texts[1]]]
    assert found.rows.tolist() == [1, 2]


@pytest.mark.parametrize("way", ["DELTA_BYTE_ARRAY", "DELTA_LENGTH_BYTE_ARRAY", "PLAIN"])
def test_texts_of_parquet_are_read_in_whatever_way_they_are_packed(tmp_path, way):
    table = pa.table({"id": ["nps", "nps", "csat"], "v": [1, 2, 3]})
    parquet.write_table(table, tmp_path / "a.parquet", use_dictionary=False, column_encoding={"id": way, "v": "PLAIN"})
    assert cells(Library(tmp_path).read(Source(path="a.parquet"))) == [["nps", "1"], ["nps", "2"], ["csat", "3"]]


@pytest.mark.parametrize("kind", ["xlsx", "parquet", "jsonl", "csv"])
def test_what_is_plainly_another_kind_of_file_is_told_as_what_it_is(tmp_path, kind):
    for content, what in (
        (b"\n<!-- sso --><html><body>Sign in</body></html>", "a web page, not a table"),
        (b'\xef\xbb\xbf<?xml version="1.0"?>\n<rows/>', "XML"),
        (b"%PDF-1.7", "a PDF"),
        (b"\x1f\x8b\x08", "a packed file"),
    ):
        (tmp_path / f"a.{kind}").write_bytes(content)
        found = Library(tmp_path).read(Source(path=f"a.{kind}"))
        assert told(found) == [("format-mismatch", None, "")]
        assert found.faults[0].message.startswith(f"the file is {what}")


def test_numbers_of_json_lines_stay_the_digits_that_stand_there(tmp_path):
    (tmp_path / "a.jsonl").write_text(
        '{"id": "010", "v": 1.50, "n": 12345678901234567890}\n\n{"id": "b", "sure": true, "v": null}\n{"v": NaN}\n'
    )
    found = Library(tmp_path).read(Source(path="a.jsonl"))
    assert found.headings == ("id", "v", "n", "sure")
    assert cells(found) == [["010", "1.50", "12345678901234567890", ""], ["b", "", "", "TRUE"], ["", "NaN", "", ""]]
    assert found.rows.tolist() == [1, 3, 4]


def test_a_line_that_is_no_plain_record_is_refused_with_its_place(tmp_path):
    lines = ['{"id": "a"}', '{"id": {"x": 1}}', "[1]", '{"id": "a", "id": "b"}', '{"id": ', '{"id": "\\ud800"}']
    (tmp_path / "a.jsonl").write_text("\n".join(lines))
    found = Library(tmp_path).read(Source(path="a.jsonl"))
    assert told(found) == [
        ("bad-record", 2, "id"),
        ("bad-record", 3, ""),
        ("bad-record", 4, "id"),
        ("bad-record", 5, ""),
        ("bad-record", 6, ""),
    ]
    assert found.unreadable == 5
    assert cells(found) == [["a"]]


def test_a_file_of_tabs_is_cut_by_what_its_name_says(tmp_path):
    (tmp_path / "a.tsv").write_text("id\tv\na,b\t1\n")
    assert cells(Library(tmp_path).read(Source(path="a.tsv"))) == [["a,b", "1"]]


def test_utf_16_is_read_where_it_is_declared(tmp_path):
    (tmp_path / "a.csv").write_bytes("id,v\nSüd,1\n".encode("utf-16"))
    assert cells(Library(tmp_path).read(Source(path="a.csv", encoding="utf-16"))) == [["Süd", "1"]]


def test_headings_over_two_lines_of_a_text_file_are_joined(tmp_path):
    (tmp_path / "a.csv").write_text("Title,,\nKPI,2025,\n,Plan,Actual\na,1,2\n")
    found = Library(tmp_path).read(Source(path="a.csv", header_row=2, header_rows=2))
    assert found.headings == ("KPI", "2025 · Plan", "2025 · Actual")
    assert (cells(found), found.rows.tolist()) == ([["a", "1", "2"]], [4])


def test_a_line_break_in_a_heading_counts_as_a_blank(tmp_path):
    (tmp_path / "a.csv").write_bytes(b'"KPI\r\nno.","Actual \n value"\na,1\n')
    assert Library(tmp_path).read(Source(path="a.csv")).headings == ("KPI no.", "Actual value")


def test_a_turned_table_is_read_with_its_headings_down_the_first_column(tmp_path):
    (tmp_path / "a.csv").write_text("kpi_id,nps,csat,\nperiod,2025-01,2025-02,\n\nvalue,12,x,\n")
    source = Source(path="a.csv", transpose=True)
    ledger, cells = map_columns(Library(tmp_path).read(source), "actuals", INPUTS["actuals"], source)
    texts = {name: column.rows().tolist() for name, column in cells.items()}
    assert texts == {"kpi_id": ["nps", "csat"], "period": ["2025-01", "2025-02"], "value": ["12", "x"]}
    assert ledger.place("value", 1) == {"row": 4, "column": "C (value)"}


def test_a_name_that_does_not_tell_the_form_needs_a_declaration(tmp_path):
    (tmp_path / "a.dat").write_text("id,v\na,1\n")
    assert told(Library(tmp_path).read(Source(path="a.dat"))) == [("format-mismatch", None, "")]
    assert cells(Library(tmp_path).read(Source(path="a.dat", format="csv"))) == [["a", "1"]]
