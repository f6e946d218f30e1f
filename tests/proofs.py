"""Small reviews for the tests of seals and proofs: one written by hand, and one whose results a person can work out."""

import hashlib
import json
from pathlib import Path
from typing import Any

from review_kit.scaffold import new_workspace


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def review_by_hand(folder: Path, checkpoint: str = "2025", **files: str) -> Path:
    """A folder as a run leaves it, with these texts in it beside a report; names are given with __ for a slash."""
    texts = {"report.html": "<p>77 %</p>\n"} | {name.replace("__", "/"): text for name, text in files.items()}
    for name, text in texts.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, encoding="utf-8")
    files = {name: sha256(folder / name) for name in texts}
    read = {name.removeprefix("inputs/"): found for name, found in files.items() if name.startswith("inputs/")}
    made_from = {"code": {}, "files": read, "versions": {}}
    ledger = {
        "format": 2,
        "checkpoint": checkpoint,
        "state": "done",
        "fingerprint": hashlib.sha256(json.dumps(made_from, sort_keys=True).encode()).hexdigest(),
        "made_from": made_from,
        "files": files,
        "durations": {"total": 1.0, "steps": {}},
    }
    (folder / "run.json").write_text(json.dumps(ledger), encoding="utf-8")
    return folder


PARAMS = """\
cycle: "2025"
organisation: Two shops
calendar: {start: 2025-01-01, end: 2025-12-31}
sources:
  objectives: data/objectives.csv
  kpis: data/kpis.csv
  actuals: data/actuals.csv
scoring: {profile: progress, green: 1.0, amber: 0.8}
"""
OBJECTIVES = """\
objective_id,name,perspective
O1,Please shoppers,Customer
O2,Run the shops,Process
"""
KPIS = """\
kpi_id,name,objective_id,unit,direction,baseline,target,decimals,frequency
queue,Shoppers served at once,O1,%,higher,0,100,0,annual
stock,Shelves that are full,O2,%,higher,0,100,0,annual
waste,Food that is sold in time,O2,%,higher,50,100,0,annual
"""
ACTUALS = """\
kpi_id,period,value
queue,2025,60
stock,2025,80
waste,2025,100
"""


def two_shops(workspace: Path) -> Path:
    """Three KPIs from 0 to 100, each with one value: progress is the value over 100, an objective's score the mean.

    queue 0.6 (off target); stock 0.8, which is just near; waste 1 (on target). O1 = 0.6, O2 = 0.9.
    """
    new_workspace(workspace, 2025)
    for path in (workspace / "data").iterdir():
        path.unlink()
    texts = {"params/2025.yml": PARAMS, "data/objectives.csv": OBJECTIVES, "data/kpis.csv": KPIS}
    for name, text in (texts | {"data/actuals.csv": ACTUALS}).items():
        (workspace / name).write_text(text, encoding="utf-8")
    return workspace


def cells(folder: Path) -> dict[tuple[str, str, int, str], Any]:
    """Every cell of every table of a review by file, row and column, read with nothing of ours."""
    import pyarrow.parquet as pq  # noqa: PLC0415

    return {
        (path.parent.parent.name if "editions" in path.parts else "", path.stem, row, column): value
        for path in sorted(folder.rglob("*.parquet"))
        for row, record in enumerate(pq.read_table(path).to_pylist())
        for column, value in record.items()
    }
