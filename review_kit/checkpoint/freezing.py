"""Copies everything that a run reads, laid out as in the workspace, so that nothing can change under it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from review_kit.checkpoint.fingerprint import hash_file
from review_kit.params import Params, known_cycles, load_params
from review_kit.store import freeze, write_bytes


def freeze_inputs(workspace: Path, params: Params, templates: Mapping[str, Path], frozen: Path) -> dict[str, str]:
    """Copy params, decisions and sources of the cycle and of the one before it, and the notebooks.

    What is no file of the workspace, such as the answer to a query, is fetched once and kept beside them.

    Returns the hash of each copy by its path; 'absent' for a file that was looked for and is not there. A missing
    source is not refused here: intake lists it with all other faults.
    """
    names = sorted(set(inputs_of(workspace, params)))
    freeze(root=workspace, sources=names, into=frozen)
    names += freeze_fetched(workspace, params, frozen)
    for template in templates.values():
        freeze(root=template.parent, sources=[template.name], into=frozen / "notebooks")
    notebooks = [f"notebooks/{template.name}" for template in templates.values()]
    return {name: hash_file(frozen / name) for name in [*names, *notebooks]}


def freeze_fetched(workspace: Path, params: Params, frozen: Path) -> list[str]:
    """Keep what queries and addresses give now; the paths of the copies, which no file of the workspace has."""
    elsewhere = {
        source.copy_path: source
        for cycle in cycles_of(workspace, params)
        for source in cycle.sources.values()
        if not source.is_file
    }
    if not elsewhere:
        return []
    from review_kit.intake.sources import frozen_copies  # noqa: PLC0415 - pandas, which few runs need this early

    names = []
    for _, source in sorted(elsewhere.items()):
        for name, content in frozen_copies(source, workspace).items():
            write_bytes(frozen / name, content, durable=False)
            names.append(name)
    return names


def inputs_of(workspace: Path, params: Params) -> Iterator[str]:
    """The paths of all files that are read, from the workspace, with forward slashes, whether they are there or not."""
    for cycle in cycles_of(workspace, params):
        yield f"params/{cycle.cycle}.yml"
        yield f"params/{cycle.cycle}.decisions.yml"
        for source in cycle.sources.values():
            if source.is_file:
                yield source.path
            if source.is_file and source.kind == "sqlite":
                # changes that wait, or are half done: intake refuses a database that has some
                yield from (f"{source.path}-wal", f"{source.path}-journal")


def cycles_of(workspace: Path, params: Params) -> list[Params]:
    """The cycle, and the one before it where there is one."""
    if params.previous_cycle in known_cycles(workspace / "params"):
        return [params, load_params(workspace / "params" / f"{params.previous_cycle}.yml")]
    return [params]
