"""An executed notebook as bytes that depend on its inputs alone: no time, no path, no random id, no memory address."""

import re
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import nbformat

INJECTED = "injected-parameters"
FAILURE = "failure"
ERROR_MARKER = "papermill-error-cell-tag"
KEPT_OF_PAPERMILL = ("default_parameters", "parameters", "version")
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
CELL_FILE = re.compile(r"[^\s\"']*ipykernel_\d+[/\\]\d+\.py")
FEWEST_PARTS_OF_A_ROOT = 3  # "/home/me", not "/": a path that short stands for nothing in particular


def canonical(notebook: Any, *, name: str, folder: Path, failure: str = "") -> str:
    """The text of the executed notebook `name`; a failure is told in a cell of its own at the top."""
    book = nbformat.from_dict(notebook)
    papermill = book.metadata.get("papermill", {})
    kept = {key: papermill[key] for key in KEPT_OF_PAPERMILL if key in papermill}
    book.metadata["papermill"] = {**kept, "input_path": f"{name}.ipynb", "output_path": f"{name}.ipynb"}
    book.cells = [cell for cell in book.cells if ERROR_MARKER not in cell.metadata.get("tags", ())]
    roots = [*paths_of_this_machine(folder)]
    for cell in book.cells:
        cell.metadata.pop("papermill", None)
        cell.metadata.pop("execution", None)
        if INJECTED in cell.metadata.get("tags", ()):
            cell["id"] = INJECTED
        for output in cell.get("outputs", ()):
            clean_output(output, roots)
    if failure:
        told = nbformat.v4.new_markdown_cell(f"```text\n{without_paths(failure, roots)}\n```", id=FAILURE)
        book.cells.insert(0, told)
    return nbformat.writes(name_widgets(book)) + "\n"


def name_widgets(book: Any) -> Any:
    """Number the widgets in the order of their making; ipywidgets gives them random ids."""
    widgets = book.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    if not widgets:
        return book
    text = nbformat.writes(book)
    for number, random_id in enumerate(widgets, start=1):
        text = text.replace(random_id, f"widget-{number:03d}")
    return nbformat.reads(text, as_version=nbformat.NO_CONVERT)


def clean_output(output: Any, roots: list[tuple[str, str]]) -> None:
    """Take paths and addresses out of what Python itself writes; what the desk shows is left as it is."""
    if output.output_type == "stream":
        output["text"] = without_paths(output.text, roots)
    elif output.output_type == "error":
        output["evalue"] = without_paths(output.evalue, roots)
        output["traceback"] = [without_paths(line, roots) for line in output.traceback]
    elif isinstance(output.get("data", {}).get("text/plain"), str):
        output.data["text/plain"] = without_paths(output.data["text/plain"], roots)


def without_paths(text: str, roots: Iterable[tuple[str, str]]) -> str:
    """The text with every folder of this machine replaced by a word for it."""
    for root, word in roots:
        text = text.replace(root, word)
    return ADDRESS.sub("0x0", CELL_FILE.sub("this notebook", text))


def paths_of_this_machine(folder: Path) -> Iterator[tuple[str, str]]:
    """The workspace, our package, Python and the home folder, each with what stands for it, the longest first."""
    named = {
        folder.resolve(): ".",
        Path(__file__).resolve().parents[2]: "review_kit",
        Path(sys.prefix).resolve(): "python",
        Path(sys.base_prefix).resolve(): "python",
        Path.home(): "home",
    }
    for root in sorted(named, key=lambda path: len(str(path)), reverse=True):
        if len(root.parts) >= FEWEST_PARTS_OF_A_ROOT:
            yield str(root), named[root]
