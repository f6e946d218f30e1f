"""From a checkpoint's name to its cycle's parameters."""

from pathlib import Path

from review_kit.errors import UsageError
from review_kit.model.nearest import did_you_mean
from review_kit.model.period import Checkpoint, split_checkpoint
from review_kit.params.model import Params
from review_kit.params.reading import load_params


def known_cycles(folder: Path | str) -> tuple[str, ...]:
    """The cycles that have a parameter file in `folder`, sorted."""
    return tuple(sorted(path.stem for path in Path(folder).glob("*.yml") if not path.stem.endswith(".decisions")))


def find_checkpoint(name: str, folder: Path | str = "params") -> tuple[Params, Checkpoint]:
    """The cycle and the point of it that `name` calls: '2025', '2025-Q3', '2025-09', 'nyc-2023-Q1'.

    The longest file name wins: with a `2025-09.yml` the name 2025-09 is that cycle and no month of 2025.

    Raises:
        UsageError: no cycle is called so; the nearest names are told.

    """
    folder = Path(folder)
    cycles = known_cycles(folder)
    cycle, suffix = (name, "") if name in cycles else split_checkpoint(name)
    if cycle not in cycles:
        if not cycles:
            msg = f"no cycle is called '{name}': {folder.name}/ holds no parameters.\nHint: add {folder.name}/2025.yml."
            raise UsageError(msg)
        hint = did_you_mean(cycle, cycles, f"the cycles are {', '.join(cycles)}; add -Q1 to -Q4 or a month, -09.")
        msg = f"no cycle is called '{cycle}': {folder.name}/{cycle}.yml is missing.\nHint: {hint}"
        raise UsageError(msg)
    params = load_params(folder / f"{cycle}.yml")
    return params, Checkpoint.of_cycle(cycle, params.twelve_months, suffix)
