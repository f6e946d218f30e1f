"""What our kernels make of a notebook is what an ordinary kernel makes of it under plain Papermill, cell by cell."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import nbformat
import pytest
from kinds_of_cells import KINDS

from review_kit.chain.canonical import canonical
from review_kit.chain.kernels import SURROUNDINGS
from review_kit.chain.stages import Chain
from review_kit.chain.steps import Stage, StageStopped
from review_kit.checkpoint.run import FOR_ALL, FOR_SCORING

pytestmark = pytest.mark.kernel

# Papermill's own engine and an ordinary kernel, but for the client: with its own, a cell that fills an Output widget
# waits for ever from time to time (nbclient#312).
STANDARD = """
import sys
import papermill
from jupyter_client.manager import AsyncKernelManager
from traitlets import Type
from review_kit.chain.kernel import KernelClient

class Manager(AsyncKernelManager):
    client_factory = Type(KernelClient)

papermill.execute_notebook(*sys.argv[1:3], progress_bar=False, kernel_manager_class=Manager)
"""
LAST = "raise RuntimeError('the end') from ValueError('of the notebook')"
OURS = ["chain with forks", "chain with kernels", "command line with forks"]
if sys.platform != "linux":
    OURS = ["chain with kernels"]


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the notebook of all kinds, and a module beside it."""
    folder = tmp_path_factory.mktemp("conformance")
    (folder / "beside.py").write_text("from_beside = 'beside'\n", encoding="utf-8")
    new = {
        "code": nbformat.v4.new_code_cell,
        "markdown": nbformat.v4.new_markdown_cell,
        "raw": nbformat.v4.new_raw_cell,
    }
    cells = [
        new[kind.kind](source, id=f"kind-{number}-{place}", metadata=kind.metadata)
        for number, kind in enumerate(KINDS)
        for place, source in enumerate(kind.sources)
    ]
    cells.append(nbformat.v4.new_code_cell(LAST, id="last"))
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = nbformat.v4.new_notebook(cells=cells, metadata={"kernelspec": kernel})
    (folder / "kinds.ipynb").write_text(nbformat.writes(book), encoding="utf-8")
    return folder


def run_chain(folder: Path, engine: str) -> dict[str, Any]:
    executed = folder / f"{engine}.ipynb"
    stage = Stage(name="kinds", template=folder / "kinds.ipynb", parameters={}, executed=executed)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("REVIEW_ENGINE", engine)
        patch.delenv("LANG", raising=False)
        chain = Chain(folder=folder, preload=(*FOR_ALL, *FOR_SCORING))
        with chain, pytest.raises(StageStopped, match="RuntimeError: the end"):
            chain.run([stage])
    return json.loads(executed.read_text(encoding="utf-8"))


def run_papermill(folder: Path, *command: str) -> dict[str, Any]:
    executed = folder / "papermill.ipynb"
    environment = {name: value for name, value in os.environ.items() if name not in {"PYTEST_CURRENT_TEST", "LANG"}}
    environment |= {**SURROUNDINGS, "IPYTHONDIR": str(folder / "ipython")}
    whole = [sys.executable, *command, "kinds.ipynb", str(executed)]
    done = subprocess.run(whole, cwd=folder, env=environment, capture_output=True, encoding="utf-8", check=False)
    assert done.returncode == 1, done.stderr
    return json.loads(canonical(nbformat.read(executed, 4), name="kinds", folder=folder))


@pytest.fixture(scope="module")
def standard(folder: Path) -> dict[str, Any]:
    """The notebook as plain Papermill leaves it."""
    return run_papermill(folder, "-c", STANDARD)


@pytest.fixture(scope="module", params=OURS)
def ours(request: pytest.FixtureRequest, folder: Path) -> dict[str, Any]:
    """The notebook as one of our ways leaves it."""
    if request.param == "command line with forks":
        return run_papermill(folder, "-m", "papermill", "--no-progress-bar", "--engine", "review_kit")
    return run_chain(folder, "fork" if request.param == "chain with forks" else "kernel")


def cells_of(book: dict[str, Any], number: int) -> list[dict[str, Any]]:
    return [cell for cell in book["cells"] if cell["id"].startswith(f"kind-{number}-")]


@pytest.mark.parametrize("number", range(len(KINDS)), ids=[kind.name.replace(" ", "_") for kind in KINDS])
def test_it_is_as_in_an_ordinary_kernel(standard, ours, number):
    assert cells_of(ours, number) == cells_of(standard, number)


def test_a_notebook_that_fails_is_as_in_an_ordinary_kernel(standard, ours):
    assert ours["cells"][-1] == standard["cells"][-1]
    assert ours["cells"][-1]["outputs"][0]["ename"] == "RuntimeError"


def test_the_state_of_the_widgets_is_as_in_an_ordinary_kernel(standard, ours):
    assert len(standard["metadata"]["widgets"]["application/vnd.jupyter.widget-state+json"]["state"]) > 10
    assert ours["metadata"]["widgets"] == standard["metadata"]["widgets"]


def test_the_metadata_of_the_notebook_is_as_in_an_ordinary_kernel(standard, ours):
    assert {**ours["metadata"], "papermill": None} == {**standard["metadata"], "papermill": None}
