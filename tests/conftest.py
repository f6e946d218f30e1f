"""What several test files share: small real notebooks, the published anchors, a calendar."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from review_kit.model.period import Calendar, Checkpoint


@pytest.fixture(scope="session")
def anchors() -> dict[str, Any]:
    """Worked examples published by others; each names its source."""
    return json.loads((Path(__file__).parent / "anchors.json").read_text(encoding="utf-8"))


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
