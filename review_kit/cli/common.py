"""What the verbs share: the option for the workspace, how errors are told, how paths are shown."""

import re
import shutil
import signal
import sys
import textwrap
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

import click

from review_kit.errors import ExitCode, ReviewError

_BEGINNING = re.compile(r" *(?:[0-9]+\. )?")

WORKSPACE = click.option(
    "--workspace",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder that holds params/; found from here upwards where it is left out.",
)


def told_plainly(command: Callable[..., Any]) -> Callable[..., Any]:
    """An error of ours prints its message alone and sets its exit code; anything else keeps its traceback."""

    @wraps(command)
    def told(*args: Any, **kwargs: Any) -> Any:
        before = signal.signal(signal.SIGTERM, signal.default_int_handler)  # schedulers and containers end us with it
        try:
            return command(*args, **kwargs)
        except ReviewError as error:
            tell(str(error), err=True)
            sys.exit(error.exit_code)
        except KeyboardInterrupt:
            click.echo("Interrupted. The last good report stands.", err=True)
            sys.exit(ExitCode.INTERRUPTED)
        finally:
            signal.signal(signal.SIGTERM, before or signal.SIG_DFL)

    return told


def workspace_of(asked: Path | None) -> Path:
    """The folder asked for, or the nearest one upwards that holds params/."""
    from review_kit.store import find_workspace  # noqa: PLC0415

    return find_workspace(asked)


def shown(path: Path) -> str:
    """The path from here where it lies below, so that a terminal can open it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


def tell(text: str, *, err: bool = False) -> None:
    """Print lines for people: in a terminal broken at words, below their own beginning; elsewhere as they are."""
    if (sys.stderr if err else sys.stdout).isatty():
        width = shutil.get_terminal_size().columns
        text = "\n".join(fitted(line, width) for line in text.splitlines())
    click.echo(text, err=err)


def fitted(line: str, width: int) -> str:
    """The line broken at words; what follows hangs below the text after its indent and its number."""
    indent = _BEGINNING.match(line)
    below = " " * (len(indent[0]) if indent else 0)
    wrapped = textwrap.wrap(line, width, subsequent_indent=below, break_long_words=False, break_on_hyphens=False)
    return "\n".join(wrapped) if len(line) > width else line
