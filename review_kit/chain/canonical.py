"""An executed notebook as bytes that depend on its inputs alone: no time, no path, no random id, no memory address."""

import json
import re
import sys
from collections.abc import Iterable, Iterator
from itertools import groupby
from pathlib import Path
from typing import Any

import nbformat

INJECTED = "injected-parameters"
FAILURE = "failure"
ERROR_MARKER = "papermill-error-cell-tag"
KEPT_OF_PAPERMILL = ("default_parameters", "parameters", "version")
ADDRESS = re.compile(r"\b0x[0-9a-f]{6,}\b")
CELL_FILE = re.compile(r"ipykernel_\d+[/\\]\d+\.py")
BEFORE_A_PATH = re.compile(r"[\s\"']")
LONGEST_PATH = 4096  # characters; how far before its end the start of a path is looked for
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
        if cell.cell_type == "code":
            cell.outputs = [*settle_streams(cell.outputs)]
            for output in cell.outputs:
                clean_output(output, roots)
    if failure:
        told = nbformat.v4.new_markdown_cell(f"```text\n{without_paths(failure, roots)}\n```", id=FAILURE)
        book.cells.insert(0, told)
    return nbformat.writes(name_widgets(book)) + "\n"


def name_widgets(book: Any) -> Any:
    """Number the widgets in the order in which they are shown; ipywidgets gives them random ids.

    A widget that is shown nowhere follows the one that refers to it; those that nothing leads to come last.
    """
    states = book.metadata.get("widgets", {}).get("application/vnd.jupyter.widget-state+json", {}).get("state", {})
    if not states:
        return book
    some_id = re.compile("|".join(map(re.escape, states)))
    told = {random_id: json.dumps(state, sort_keys=True) for random_id, state in states.items()}
    unseen = sorted(states, key=lambda random_id: some_id.sub("", told[random_id]))
    order: dict[str, str] = {}
    to_visit = [*some_id.findall(json.dumps(book.cells)), *unseen]
    while to_visit:
        random_id = to_visit.pop(0)
        if random_id not in order:
            order[random_id] = f"widget-{len(order) + 1:03d}"
            to_visit = [*some_id.findall(told[random_id]), *to_visit]
    text = some_id.sub(lambda found: order[found.group()], nbformat.writes(book))
    return nbformat.reads(text, as_version=nbformat.NO_CONVERT)


def settle_streams(outputs: Iterable[Any]) -> Iterator[Any]:
    """What is printed between two other outputs becomes one stream of each kind, standard output first.

    In how many pieces it arrived, and which of the two kinds came first, is a matter of time.
    """
    for is_stream, group in groupby(outputs, key=lambda output: output.output_type == "stream"):
        if not is_stream:
            yield from group
            continue
        texts: dict[str, list[str]] = {"stdout": [], "stderr": []}
        for output in group:
            texts[output.name].append(output.text)
        for name, parts in texts.items():
            if parts:
                yield nbformat.v4.new_output("stream", name=name, text=as_on_a_terminal("".join(parts)))


def as_on_a_terminal(text: str) -> str:
    """The text after its carriage returns: of a progress bar, its last state."""
    if "\r" not in text:
        return text
    lines = []
    for line in text.split("\n"):
        seen = line.rstrip("\r")
        lines.append(seen.rpartition("\r")[2] + line[len(seen) :])
    return "\n".join(lines)


def clean_output(output: Any, roots: list[tuple[str, str]]) -> None:
    """Take paths and addresses out of what Python itself writes; what the desk shows is left as it is."""
    if output.output_type == "stream":
        output["text"] = without_paths(output.text, roots)
    elif output.output_type == "error":
        output["evalue"] = without_paths(output.evalue, roots)
        # of an endless recursion one frame: how many fit depends on what called the cell
        output["traceback"] = [line for line, _ in groupby(without_paths(line, roots) for line in output.traceback)]
    elif isinstance(output.get("data", {}).get("text/plain"), str):
        output.data["text/plain"] = without_paths(output.data["text/plain"], roots)


def without_paths(text: str, roots: Iterable[tuple[str, str]]) -> str:
    """The text with every folder of this machine replaced by a word for it."""
    for root, word in roots:
        text = text.replace(root, word)
    return ADDRESS.sub("0x0", without_cell_files(text))


def without_cell_files(text: str) -> str:
    """The text without the paths that the kernel gives to cells.

    They are looked for from their end: a pattern for the whole path would take hours for a line of megabytes.
    """
    parts = []
    end = 0
    for found in CELL_FILE.finditer(text):
        start = max(end, found.start() - LONGEST_PATH)
        breaks = [match.end() for match in BEFORE_A_PATH.finditer(text, start, found.start())]
        parts += [text[end : breaks[-1] if breaks else start], "this notebook"]
        end = found.end()
    return "".join([*parts, text[end:]])


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
