"""The same review as one plain script: the floor that the chain of notebooks is measured against.

Calls what the notebooks call, in one process, one after the other, without Papermill and without a kernel: the code
cells are taken from the templates, so that this script cannot fall behind them. Writes the same tables and documents.

    python benchmarks/plain.py WORKSPACE CHECKPOINT
"""

import ast
import os
import shutil
import sys
from pathlib import Path
from typing import Any

import review_kit.fast_imports

# isort: split
import nbformat

import review_kit.desk.desk
from review_kit.checkpoint.freezing import freeze_inputs
from review_kit.checkpoint.places import BRIEFING, INPUTS, REVIEW, Places
from review_kit.checkpoint.plan import make_plan
from review_kit.desk import build_edition as build
from review_kit.report.files import write_report, write_slides, write_workbook
from review_kit.store import fresh_folder


class Shown:
    """Takes what a cell displays, as a notebook would hold it."""

    def __init__(self) -> None:
        self.outputs: list[Any] = []

    def __call__(self, data: dict[str, str], *, raw: bool) -> None:
        """In the place of IPython's display()."""
        if raw:
            self.outputs.append(nbformat.v4.new_output("display_data", data=data))


def run_cells(template: Path, parameters: dict[str, object], target: Path) -> None:
    """Run the code of a notebook in this process and keep what it showed."""
    book = nbformat.read(template, as_version=4)
    names: dict[str, Any] = {}
    for count, cell in enumerate((cell for cell in book.cells if cell.cell_type == "code"), start=1):
        shown = Shown()
        review_kit.desk.desk.display = shown
        exec(compile(ast.parse(cell.source), template.name, "exec"), names)  # noqa: S102 - our own notebooks
        if "parameters" in cell.metadata.get("tags", ()):
            names.update(parameters)
        cell.outputs, cell.execution_count = shown.outputs, count
    target.parent.mkdir(parents=True, exist_ok=True)
    nbformat.write(book, target)


def main(workspace: Path, checkpoint: str) -> None:
    """Stages, editions, documents."""
    os.chdir(workspace)
    places = Places(workspace=Path.cwd(), checkpoint=checkpoint)
    plan = make_plan(places, None, None)
    fresh_folder(places.work)
    freeze_inputs(places.workspace, plan.params, plan.templates, places.work / INPUTS)
    for name in plan.stages:
        stage = plan.notebook(name)
        run_cells(stage.template, dict(stage.parameters), stage.executed)
    for edition in plan.editions:
        build(str(places.work), checkpoint, edition)
        for name, write, made in ((REVIEW, write_report, "report"), (BRIEFING, write_slides, "slides")):
            document = plan.notebook(name, edition)
            run_cells(document.template, dict(document.parameters), document.executed)
            target = places.work / "editions" / edition / f"{made}.html"
            write(str(document.executed), str(target), plan.meta(edition))
    write_workbook(str(places.work), plan.meta(plan.main_edition), plan.checkpoint.as_of.isoformat())
    shutil.rmtree(places.outputs / "plain", ignore_errors=True)
    places.work.rename(places.outputs / "plain")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve(), sys.argv[2])
