"""What the verbs share: the option for the workspace, how errors are told, how paths are shown."""

import sys
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from review_kit.errors import ExitCode, ReviewError

WORKSPACE = click.option(
    "--workspace",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that holds params/; found from here upwards where it is left out.",
)


def told_plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """An error of ours prints its message alone and sets its exit code; anything else keeps its traceback."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        try:
            return command(*args, **kwargs)
        except ReviewError as error:
            click.echo(str(error), err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted. The last good report stands.", err=True)
            sys.exit(ExitCode.INTERRUPTED)

    return told


def workspace_of(asked: Path | None) -> Path:
    """The folder asked for, or the nearest one upwards that holds params/."""
    from review_kit.store import find_workspace  # noqa: PLC0415

    return find_workspace(asked)


def shown(path: Path) -> str:
    """The path from here where it lies below, so that a terminal can open it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)
