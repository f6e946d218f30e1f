"""A small executed notebook with every kind of piece, and the numbers behind it, for tests of documents."""

from collections.abc import Sequence
from datetime import date
from typing import Any

import nbformat
import numpy as np
import pandas as pd
from nbformat import NotebookNode

from review_kit.report import DocumentMeta
from review_kit.tables_view import (
    Ask,
    Column,
    Piece,
    StripItem,
    Thing,
    asks,
    bullets,
    definitions,
    kpi_page,
    lead,
    note,
    quote,
    scorecard,
    sparkline,
    strip,
    table,
    things,
    verdict,
)

META = DocumentMeta(
    organisation="Global Snack Retailer",
    title="Annual strategy review",
    checkpoint_title="Year 2025",
    as_of="as of 31 December 2025",
    edition="Executive edition",
    generator="Made with review_kit.",
)
HOSTILE = '"\'><img src=x onerror="window.__pwned=1"><script>window.__pwned=1</script>&{{7*7}}</style></script>'


def scores(count: int = 6, **columns: Any) -> pd.DataFrame:
    """`count` KPIs k0, k1, … of two objectives and three owners; every third is off target, every second near."""
    numbers = np.arange(count)
    statuses = np.select([numbers % 3 == 0, numbers % 2 == 0], ["off target", "near"], "on target")
    frame = pd.DataFrame(
        {
            "kpi_id": [f"k{number}" for number in numbers],
            "objective_id": np.where(numbers % 2 == 0, "O1", "O2"),
            "name": [f"Measure {number}" for number in numbers],
            "owner": [("Anna", "Ben", "Chloe")[number % 3] for number in numbers],
            "unit": "%",
            "decimals": 1.0,
            "direction": "higher",
            "actual": 90.0 + numbers,
            "target": 95.0,
            "target_low": np.nan,
            "target_high": np.nan,
            "gap": numbers - 5.0,
            "change": 0.5,
            "score": 0.8,
            "status": statuses,
            "variation": np.where(numbers % 5 == 1, "concern", "common cause"),
            "p_meet": 0.5,
            "forecast": 93.0,
            "weight": 1.0,
            "n_periods": 12,
        }
    )
    return frame.assign(**columns)


def history(kpi_ids: Sequence[str], months: int = 30) -> pd.DataFrame:
    """A rising line of months for each KPI."""
    ends = pd.date_range("2023-07-31", periods=months, freq="ME").as_unit("s")
    parts = [
        pd.DataFrame({"kpi_id": kpi_id, "period_end": ends, "value": np.arange(months, dtype=float), "segment": ""})
        for kpi_id in kpi_ids
    ]
    return pd.concat(parts, ignore_index=True)


def rollup() -> pd.DataFrame:
    """Two objectives with scores."""
    return pd.DataFrame(
        {
            "level": "objective",
            "id": ["O1", "O2"],
            "name": ["Grow", "Delight"],
            "parent": "P",
            "score": [0.9, np.nan],
            "previous_score": [0.8, np.nan],
            "status": ["near", "not scored"],
            "coverage": [1.0, 0.2],
            "confidence": [1.0, 0.2],
            "weight": 1.0,
            "n_kpis": 3,
            "n_scored": [3, 0],
        }
    )


def shown(*pieces: Piece, tags: Sequence[str] = ()) -> NotebookNode:
    """The cell that showed these pieces."""
    cell = nbformat.v4.new_code_cell("desk.show(pieces)", metadata={"tags": list(tags)})
    for piece in pieces:
        data = {"text/html": piece._repr_html_(), "text/plain": repr(piece)}
        cell.outputs.append(nbformat.v4.new_output("display_data", data=data))
    return cell


def prose(source: str, tags: Sequence[str] = ()) -> NotebookNode:
    return nbformat.v4.new_markdown_cell(source, metadata={"tags": list(tags)})


def notebook(*cells: NotebookNode) -> NotebookNode:
    node = nbformat.v4.new_notebook(cells=list(cells))
    for number, cell in enumerate(node.cells):
        cell.id = f"cell-{number}"
    return node


def whole_review(text: str = "Plain words", n_kpis: int = 6) -> NotebookNode:
    """Every kind of piece, with `text` in every place that takes words."""
    frame = scores(n_kpis, name=[f"{text} {number}" for number in range(n_kpis)], owner=text)
    link = f"javascript:{text}" if text == HOSTILE else "#kpi-k1"
    pages = [
        kpi_page(
            key=kpi_id,
            name=text,
            conclusion=text,
            status="near",
            facts=[(text, text)],
            pieces=[sparkline([1, 2, 3], target=2, label=text)],
            definition=[(text, text)],
            trace=text,
            owner=text,
        )
        for kpi_id in frame["kpi_id"].head(3)
    ]
    small = pd.DataFrame(
        {"t": [text], "n": [1.5], "d": [pd.Timestamp("2025-12-31")], "l": [f"{text};{text}"], "a": [link]}
    )
    columns = [
        Column("t", text, hint=text, below="t", wide=True),
        Column("n", text, "number", unit=text),
        Column("d", "Due", "date"),
        Column("l", "List", "list"),
        Column("t", "Link", "link", link_key="a"),
        Column("t", "Status", "status"),
        Column("t", "Signal", "signal"),
    ]
    return notebook(
        prose("# What did the year bring?\n\nReads `scores`."),
        shown(
            verdict(text, score=0.78, change=0.04, since=text, status="near", detail=text),
            things([Thing(headline=text, detail=text, piece=sparkline([1, 2]), link="#kpi-k1", status="off target")]),
            asks([Ask(decision=text, owner=text, due=date(2026, 2, 1), reason=text, link=link)]),
            strip([StripItem(name=text, score=0.9, change=-0.01, confidence=0.9, status="near", link="#scorecard")]),
        ),
        prose("## Scorecard\n\nSee [the method](#method) and [nothing](#not-here)."),
        shown(lead(text), scorecard(frame, history=history(frame["kpi_id"]), rollup=rollup(), caption=text, note=text)),
        prose("## Measures\n\n### Grow"),
        shown(*pages),
        prose(f"## Method\n\n{text}\n\n| a | b |\n|---|---|\n| 1 | 2 |"),
        shown(
            table(small, columns, key="small", caption=text, note=text, group="t"),
            bullets([text], title=text),
            note(text, "warning"),
            quote(text, source=text),
            definitions([(text, text)], title=text),
        ),
    )
