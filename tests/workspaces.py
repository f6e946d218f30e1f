"""Copies of the example workspace and of what a run makes of one, for the tests that go from end to end."""

import html
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pandas as pd

REPOSITORY = Path(__file__).resolve().parents[1]
DATA = Path("data") / "global_snack_retailer"


def copy_workspace(into: Path) -> Path:
    """Params, data and notebooks as a fresh clone has them; no outputs."""
    for name in ("params", "data", "notebooks"):
        shutil.copytree(REPOSITORY / name, into / name, ignore=shutil.ignore_patterns(".*"))
    return into


def replace_text(path: Path, *pairs: tuple[str, str]) -> None:
    """Exchange texts that stand in the file exactly once."""
    text = path.read_text(encoding="utf-8")
    for old, new in pairs:
        assert text.count(old) == 1, f"{path.name}: {text.count(old)} x {old}"
        text = text.replace(old, new)
    path.write_text(text, encoding="utf-8", newline="")


def review(workspace: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """`python -m review_kit …` in the workspace, with these variables of the environment on top."""
    return subprocess.run(
        [sys.executable, "-m", "review_kit", *arguments],
        cwd=workspace,
        env={**os.environ, "PYTHONIOENCODING": "utf-8", **environment},
        capture_output=True,
        encoding="utf-8",
        check=False,
    )


def table(folder: Path, name: str) -> pd.DataFrame:
    """One table of a checkpoint's folder."""
    return pd.read_parquet(folder / "tables" / f"{name}.parquet")


def contents(folder: Path) -> dict[str, bytes]:
    """The bytes of every file below, by path."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()
    }


def page(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def words(markup: str) -> str:
    """What a person reads of a page: no tags, no style, one space between words."""
    text = re.sub(r"<(style|script)\b.*?</\1>", " ", markup, flags=re.DOTALL)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", text))).strip()


def headings(markup: str) -> list[str]:
    """The parts of a report, in their order."""
    return [words(found) for found in re.findall(r"<h2 id=[^>]*>(.*?)</h2>", markup)]


def insert_cell(template, source):
    """Put a cell of one's own before the last one."""
    book = json.loads(template.read_text(encoding="utf-8"))
    cell = {"cell_type": "code", "id": "own", "metadata": {}, "outputs": [], "execution_count": None}
    book["cells"].insert(-1, {**cell, "source": source})
    template.write_text(json.dumps(book), encoding="utf-8")
