"""What several test files share: small real notebooks, the published anchors, a calendar."""

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from fault_points import Ground, place
from playwright.sync_api import Browser, sync_playwright
from workspaces import copy_workspace, review

from review_kit.checkpoint import run_checkpoint
from review_kit.model.period import Calendar, Checkpoint
from review_kit.scaffold import new_workspace


@pytest.fixture(scope="session")
def anchors() -> dict[str, Any]:
    """Worked examples published by others; each names its source."""
    return json.loads((Path(__file__).parent / "anchors.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")  # no longer: while it is open, nothing else in the process can run an asyncio loop
def browser() -> Iterator[Browser]:
    """Chromium as the machine has it, or as Playwright has installed it."""
    names = ("chromium", "chromium-browser", "google-chrome", "chrome")
    found = next((path for name in names if (path := shutil.which(name))), None)
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def calendar() -> Calendar:
    return Calendar(date(2025, 1, 1), date(2025, 12, 31), 2025)


@pytest.fixture(scope="session")
def year_2025(calendar: Calendar) -> Checkpoint:
    return Checkpoint.of_cycle("2025", calendar)


@pytest.fixture(scope="session")
def third_quarter(calendar: Calendar) -> Checkpoint:
    return Checkpoint.of_cycle("2025", calendar, "Q3")


@pytest.fixture
def write_notebook():
    """Writes a template with a parameters cell and one code cell a source; returns its path."""

    def write(folder: Path, name: str, *sources: str, parameters: str = 'checkpoint: str = "2025"') -> Path:
        cells = [
            {
                "cell_type": "code",
                "id": f"cell-{number}",
                "metadata": {"tags": ["parameters"]} if number == 0 else {},
                "source": source,
                "outputs": [],
                "execution_count": None,
            }
            for number, source in enumerate([parameters, *sources])
        ]
        kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
        book = {"cells": cells, "metadata": {"kernelspec": kernel}, "nbformat": 4, "nbformat_minor": 5}
        path = folder / f"{name}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(json.dumps(book), encoding="utf-8")
        return path

    return write


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A workspace with the example company and New York City, in which tests run reviews but change no input."""
    return copy_workspace(tmp_path_factory.mktemp("example") / "workspace")


@pytest.fixture(scope="session")
def annual_review(example: Path) -> Path:
    """outputs/2025: the annual review of the example company, run once for all tests."""
    return run_checkpoint(example, "2025").folder


@pytest.fixture(scope="session")
def quarterly_review(example: Path) -> Path:
    """outputs/2025-Q3, run once for all tests."""
    return run_checkpoint(example, "2025-Q3").folder


@pytest.fixture(scope="session")
def city_review(example: Path) -> Path:
    """outputs/nyc-2023: 1,139 KPIs of New York City, run once for all tests."""
    return run_checkpoint(example, "nyc-2023").folder


@pytest.fixture(scope="session")
def canada_review(example: Path) -> Path:
    """outputs/canada-it-2022: 1,126 IT projects of the Government of Canada, run once for all tests."""
    return run_checkpoint(example, "canada-it-2022").folder


@pytest.fixture(scope="session")
def small_review(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """outputs/2025 of a workspace that `review new` makes, run by the command; tests that change it copy it."""
    workspace = tmp_path_factory.mktemp("small") / "my-review"
    new_workspace(workspace, 2025)
    done = review(workspace, "run", "2025")
    assert done.returncode == 0, done.stderr
    return workspace / "outputs" / "2025"


@pytest.fixture(scope="session")
def ground() -> Iterator[Ground]:
    """A workspace with a review of older figures, for runs that are disturbed in copies of it."""
    with place() as folder:
        yield Ground(folder)
