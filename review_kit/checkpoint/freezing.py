"""Copies everything that a run reads, laid out as in the workspace, so that nothing can change under it."""

from collections.abc import Iterator, Mapping
from pathlib import Path

from review_kit.checkpoint.fingerprint import hash_file
from review_kit.params import Params, known_cycles, load_params
from review_kit.store import freeze


def freeze_inputs(workspace: Path, params: Params, templates: Mapping[str, Path], frozen: Path) -> dict[str, str]:
    """Copy params, decisions and sources of the cycle and of the one before it, and the notebooks.

    Returns the hash of each copy by its path; 'absent' for a file that was looked for and is not there. A missing
    source is not refused here: intake lists it with all other faults.
    """
    names = sorted(set(inputs_of(workspace, params)))
    freeze(root=workspace, sources=names, into=frozen)
    for template in templates.values():
        freeze(root=template.parent, sources=[template.name], into=frozen / "notebooks")
    notebooks = [f"notebooks/{template.name}" for template in templates.values()]
    return {name: hash_file(frozen / name) for name in [*names, *notebooks]}


def inputs_of(workspace: Path, params: Params) -> Iterator[str]:
    """The paths of all inputs from the workspace, with forward slashes, whether they are there or not."""
    cycles = [params]
    if params.previous_cycle in known_cycles(workspace / "params"):
        cycles.append(load_params(workspace / "params" / f"{params.previous_cycle}.yml"))
    for cycle in cycles:
        yield f"params/{cycle.cycle}.yml"
        yield f"params/{cycle.cycle}.decisions.yml"
        yield from (source.path for source in cycle.sources.values())
