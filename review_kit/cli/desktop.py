"""`review open`, `review lab` and `review new`: what people do at their own screen."""

import subprocess
import sys
import webbrowser
from datetime import date
from pathlib import Path

import click

from review_kit.cli.common import WORKSPACE, shown, told_plainly, workspace_of
from review_kit.errors import UsageError


@click.command("open", short_help="Open the report in the browser.")
@click.argument("checkpoint")
@click.option("--edition", default="", help="Open the report of this edition.")
@WORKSPACE
@told_plainly
def open_report(checkpoint: str, *, edition: str, workspace: Path | None) -> None:
    """Open the report of CHECKPOINT in the browser; of several revisions the newest."""
    from review_kit.checkpoint.seal import current  # noqa: PLC0415

    root = workspace_of(workspace)
    folder = current(root / "outputs", checkpoint)
    report = folder / "editions" / edition / "report.html" if edition else folder / "report.html"
    if not report.is_file():
        from review_kit.params import find_checkpoint  # noqa: PLC0415

        find_checkpoint(checkpoint, root / "params")  # a checkpoint that cannot be run is told as such
        made = f"no edition '{edition}'" if edition and folder.is_dir() else "no report yet"
        msg = f"{shown(report)} is not there: {checkpoint} has {made}.\nHint: review run {checkpoint}"
        raise UsageError(msg)
    webbrowser.open(report.as_uri())
    click.echo(shown(report))


@click.command(short_help="Open JupyterLab at the workbench notebook.")
@WORKSPACE
@told_plainly
def lab(*, workspace: Path | None) -> None:
    """Open JupyterLab at the workbench notebook."""
    root = workspace_of(workspace)
    notebook = root / "notebooks" / "00_workbench.ipynb"
    if not notebook.is_file():
        msg = f"{shown(notebook)} is missing.\nHint: `review new DIR` makes a workspace that has all notebooks."
        raise UsageError(msg)
    arguments = [sys.executable, "-m", "jupyterlab", str(notebook), f"--ServerApp.root_dir={root}"]
    sys.exit(subprocess.run(arguments, check=False, cwd=root).returncode)  # noqa: S603 - our own interpreter, no shell


@click.command(short_help="Make a workspace with an example to overwrite.")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--year", type=click.IntRange(1900, 2200), help="The first cycle; this year where it is left out.")
@told_plainly
def new(directory: Path, *, year: int | None) -> None:
    """Make a workspace of your own in DIRECTORY: params, notebooks, and a small example to overwrite."""
    from review_kit.scaffold import new_workspace  # noqa: PLC0415

    cycle = year or date.today().year  # noqa: DTZ011 - the year where the person sits
    for path in new_workspace(directory, cycle):
        click.echo(f"wrote {path.relative_to(directory).as_posix()}")
    click.echo(f"\nNext:\n  cd {directory}\n  review run {cycle}\nThen put your own figures into data/ and run again.")
