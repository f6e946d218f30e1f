"""Reads `params/<cycle>.yml` and tells every mistake at once."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path, PurePosixPath
from typing import Any

from pydantic import ValidationError

from review_kit.model.nearest import did_you_mean
from review_kit.model.words import INPUT_TABLES, REQUIRED_TABLES
from review_kit.params.model import Params, runs_in, year_in
from review_kit.schema import INPUTS
from review_kit.yaml_text import Mistake, YamlText, mistakes_of, raise_for, read_yaml_text

_OURS = ("columns", "in_brackets", "constants", "values", "melt")  # parts of a source whose keys are our columns
_LONGEST_PART, _LONGEST_PATH = 255, 1_000  # bytes of a name, characters of a path
_MELTED = {"actuals": ("period", "segment", "kpi_id"), "targets": ("period",)}


def load_params(path: Path | str, *, root: Path | None = None) -> Params:
    """The parameters of one cycle; sources are checked to lie in the workspace `root` (the folder above params/).

    Raises:
        ParamsError: the file says what it may not; every mistake is listed with its line and key.
        UsageError: the file cannot be opened.

    """
    path = Path(path)
    document = read_yaml_text(path)
    raise_for(document.file, document.mistakes if not document.readable else ())
    mistakes = list(document.mistakes)
    params = None
    try:
        params = Params.model_validate(document.tree)
    except ValidationError as error:
        mistakes += mistakes_of(error, Params, document.lines)
    if "file" in document.tree:
        mistakes.append(Mistake(document.lines["file",], "file", "there is no such key.", "remove the line."))
    mistakes += _of_cycle(document, path.stem)
    mistakes += _of_sources(document, root if root is not None else path.absolute().parent.parent)
    raise_for(document.file, mistakes)
    if params is None:  # cannot be: a failed validation tells at least one mistake
        raise RuntimeError(document.file)
    return params.model_copy(update={"file": document.file})


def _of_cycle(document: YamlText, stem: str) -> Iterator[Mistake]:
    """Whether the cycle is called as its file, and its year as its calendar."""
    tree, lines = document.tree, document.lines
    cycle = tree.get("cycle")
    if not isinstance(cycle, str) or not cycle.strip():
        return
    line = lines["cycle",]
    if cycle != stem:
        hint = f'write cycle: "{stem}", or call the file {cycle}.yml.'
        yield Mistake(line, "cycle", f"'{cycle}' is not the name of its file.", hint)
    year = year_in(cycle)
    if year is None:
        yield Mistake(line, "cycle", f"'{cycle}' holds no year.", "put four digits into it, such as 2025.")
        return
    days = tree.get("calendar")
    try:
        start, end = (date.fromisoformat(days[name]) for name in ("start", "end"))  # type: ignore[index]
    except (TypeError, KeyError, ValueError):
        return  # told by the model
    if not runs_in(year, start, end):
        told = f"the cycle is called {year} but runs from {start} to {end}."
        yield Mistake(lines["calendar",], "calendar", told, f"the calendar of {year} starts or ends in {year}.")
    if tree.get("previous_cycle") == cycle:
        line = lines["previous_cycle",]
        yield Mistake(line, "previous_cycle", "a cycle does not come before itself.", "name the cycle before it.")


def _of_sources(document: YamlText, root: Path) -> Iterator[Mistake]:
    sources = document.tree.get("sources")
    if not isinstance(sources, dict):
        return
    line = document.lines["sources",]
    for name in REQUIRED_TABLES:
        if name not in sources:
            yield Mistake(
                line, "sources", f"the source of {name} is missing.", f"add a line '{name}: data/{name}.csv'."
            )
    for name, source in sources.items():
        here = document.lines["sources", name]
        if name not in INPUT_TABLES:
            hint = did_you_mean(name, INPUT_TABLES, f"the tables are {', '.join(INPUT_TABLES)}.")
            yield Mistake(here, f"sources.{name}", "there is no such table.", hint)
            continue
        path = source.get("path") if isinstance(source, dict) else source
        if isinstance(path, str) and path.strip():
            line = document.lines.get(("sources", name, "path"), here)
            key = f"sources.{name}.path" if isinstance(source, dict) else f"sources.{name}"
            yield from _of_path(path.strip(), root, line, key)
        if isinstance(source, dict):
            yield from _of_columns(name, source, document)


def _of_path(path: str, root: Path, line: int, key: str) -> Iterator[Mistake]:
    """Whether a source lies inside the workspace, symbolic links followed."""
    if "://" in path:
        yield Mistake(line, key, f"'{path}' is an address.", "nothing is fetched: put the file into the workspace.")
    elif PurePosixPath(path).is_absolute() or ":" in path or "\\" in path or path.startswith("~"):
        yield Mistake(line, key, f"'{path}' is not a path of the workspace.", "write it from the workspace: data/….")
    elif ".." in PurePosixPath(path).parts:
        yield Mistake(line, key, f"'{path}' leads upwards.", "sources lie in the workspace: data/….")
    elif any(len(part.encode()) > _LONGEST_PART for part in PurePosixPath(path).parts) or len(path) > _LONGEST_PATH:
        yield Mistake(line, key, f"'{path[:80]}…' is too long for a path.", "write a shorter one: data/….csv.")
    elif not _lies_inside(path, root):
        yield Mistake(line, key, f"'{path}' leads out of the workspace.", "put the file itself into the workspace.")


def _lies_inside(path: str, root: Path) -> bool:
    try:
        return (root / path).resolve().is_relative_to(root.resolve())
    except (OSError, RuntimeError, ValueError):  # a circle of links, or no name of a file
        return False


def _of_columns(table: str, source: dict[str, Any], document: YamlText) -> Iterator[Mistake]:
    """Whether the mapping names our columns, and melts what can be wide."""
    ours = tuple(INPUTS[table].columns)
    for part in _OURS:
        named = source.get(part)
        for name in named if isinstance(named, dict) else ():
            line = document.lines["sources", table, part, name]
            key = f"sources.{table}.{part}.{name}"
            if name not in ours:
                hint = did_you_mean(name, ours, f"the columns are {', '.join(ours)}.")
                yield Mistake(line, key, f"{table} has no column of this name.", hint)
            elif part == "melt" and name not in _MELTED.get(table, ()):
                hint = "only KPIs, periods and segments are headings."
                yield Mistake(line, key, "this column cannot be melted.", hint)
