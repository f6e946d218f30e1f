"""Documents as files, written by processes of their own: the arguments are what JSON can hold."""

from datetime import date
from pathlib import Path
from typing import Any

from review_kit.report.exporter import render_report, render_slides
from review_kit.report.meta import DocumentMeta
from review_kit.report.workbook import write_scorecard
from review_kit.store import read_table, write_text


def write_report(notebook: str, target: str, meta: dict[str, Any]) -> None:
    """The executed review as one page."""
    write_text(Path(target), render_report(Path(notebook), DocumentMeta(**meta)), durable=False)


def write_slides(notebook: str, target: str, meta: dict[str, Any]) -> None:
    """The executed briefing as slides."""
    write_text(Path(target), render_slides(Path(notebook), DocumentMeta(**meta)), durable=False)


def write_workbook(run: str, meta: dict[str, Any], as_of: str) -> None:
    """The scorecard for people who live in Excel, from the tables of the run."""
    folder = Path(run)
    scores, kpis, rollup, findings = (
        read_table(folder / "tables" / f"{name}.parquet") for name in ("scores", "kpis", "rollup", "findings")
    )
    path, day = folder / "scorecard.xlsx", date.fromisoformat(as_of)
    write_scorecard(path, scores, kpis, rollup, findings, DocumentMeta(**meta), as_of=day)
