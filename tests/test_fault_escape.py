"""Text that would do harm goes through the whole review as text: pages, slides, workbook, tables of the next cycle."""

import csv
import shutil
from pathlib import Path

import openpyxl
import pytest
from faults.base import Cycle
from faults.cases import SCRIPT
from workspaces import REPOSITORY

from review_kit.checkpoint import run_checkpoint

pytestmark = [pytest.mark.browser, pytest.mark.kernel]
NOTES = (
    SCRIPT,
    '</script><img src="x" onerror="window.__pwned=1">',
    "[see](javascript:window.__pwned=1) ![x](https://evil.example/beacon.png)",
    "<base href='https://evil.example/'><meta http-equiv=refresh content='0;url=https://evil.example/'>",
    "<style>@import url(https://evil.example/x.css);*{display:none}</style>",
    '<svg onload="window.__pwned=1"></svg>',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\\(\\href{javascript:window.__pwned=1}{x}\\) costs $5 and $6",
)
SEGMENTS = (
    "=cmd|' /C calc'!A0",
    "{0.__class__.__mro__} %s %n {pm[run_uuid]}",
    "../../../../pwned",
    "/pwned_abs",
    "N" * 300,
    "$(touch /pwned_sh);`id`",
    "North'; drop table actuals; --",
    '<img src="x" onerror="window.__pwned=1">',
)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory) -> Path:
    """outputs/2026 of a cycle with all of it."""
    cycle = Cycle()
    places = {(kpi[0], name): at for at, (kpi, name) in enumerate(
        (kpi, name) for kpi in cycle.kpis[1:] for name in ("North", "South", "West"))}  # fmt: skip
    for row in cycle.actuals[1:]:
        at = places[row[0], row[1]]
        row[1], row[4] = SEGMENTS[at % len(SEGMENTS)], NOTES[at % len(NOTES)]
    names = [SCRIPT, 'R&D <50% "A"', "=1+1", "@SUM(1+1)", "![x](https://evil.example/beacon.png)", "$x$ {{7*7}}"]
    for row, name in zip(cycle.kpis[1:], names, strict=True):
        row[1], row[10] = name, f"{name} owner"
    root = cycle.write(tmp_path_factory.mktemp("hostile") / "workspace")
    shutil.copytree(REPOSITORY / "notebooks", root / "notebooks", ignore=shutil.ignore_patterns(".*"))
    return run_checkpoint(root, "2026").folder


def test_nothing_of_it_runs_or_is_fetched_in_a_browser(hostile, browser):
    pages = sorted(hostile.rglob("report.html")) + sorted(hostile.rglob("slides.html"))
    assert len(pages) >= 3
    wanted: list[str] = []
    for path in pages:
        page = browser.new_page()
        page.on("request", lambda request: wanted.append(request.url))
        page.goto(path.as_uri())
        page.wait_for_timeout(100)
        assert page.evaluate("window.__pwned") is None
        assert page.locator("img[src='x'], base, iframe, a[href^='javascript:']").count() == 0
    assert [url for url in wanted if not url.startswith(("file:///", "data:"))] == []


def test_the_workbook_holds_no_formula(hostile):
    for path in hostile.rglob("*.xlsx"):
        for sheet in openpyxl.load_workbook(path):
            assert [cell.coordinate for row in sheet for cell in row if cell.data_type == "f"] == []


def test_the_tables_of_the_next_cycle_hold_no_cell_that_a_spreadsheet_would_run(hostile):
    tables = sorted((hostile / "next_cycle").rglob("*.csv"))
    assert tables
    cells = [
        cell for path in tables for row in csv.reader(path.read_text(encoding="utf-8-sig").splitlines()) for cell in row
    ]
    assert [cell for cell in cells if cell.startswith(("=", "@", "+", "\t"))] == []


def test_nothing_was_written_outside(hostile):
    assert not Path("/pwned_abs").exists()
    assert not Path("/pwned_sh").exists()
    assert not list(hostile.parents[3].glob("pwned*"))
