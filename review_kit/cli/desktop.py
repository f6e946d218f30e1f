"""`review open`, `review lab` and `review new`: what people do at their own screen."""

import subprocess
import sys
import webbrowser
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING

import click

from review_kit.cli.common import WORKSPACE, shown, tell, told_plainly, workspace_of
from review_kit.errors import UsageError

if TYPE_CHECKING:
    from review_kit.scaffold import Scaffolded


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


@click.command(short_help="Make a workspace of your own.")
@click.argument("directory", type=click.Path(file_okay=False, path_type=Path))
@click.option("--year", type=click.IntRange(1900, 2200), help="The first cycle; as the file says, or this year.")
@click.option(
    "--from",
    "file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Propose how to read this workbook or CSV (.xlsx .xls .xlsb .ods .csv …).",
)
@told_plainly
def new(directory: Path, *, year: int | None, file: Path | None) -> None:
    """Make a workspace of your own in DIRECTORY: params, notebooks, and a small example to overwrite.

    With --from FILE there is no example: the file is copied into data/, and params/ say how it seems to be read, why,
    and what you should look at. What its cells do not prove is not declared.
    """
    from review_kit.scaffold import new_workspace, workspace_from  # noqa: PLC0415

    if file is not None:
        made = workspace_from(directory, file, year)
        tell_written(directory, made.written)
        tell_proposal(directory, made, file)
        return
    cycle = year or date.today().year  # noqa: DTZ011 - the year where the person sits
    tell_written(directory, new_workspace(directory, cycle))
    click.echo(f"\nNext:\n  cd {directory}\n  review run {cycle}\nThen put your own figures into data/ and run again.")


def tell_written(directory: Path, written: list[Path]) -> None:
    """One line a file, as seen from the workspace; the notebooks, which are those of every workspace, together."""
    notebooks = [path for path in written if path.suffix == ".ipynb"]
    for path in written:
        if path not in notebooks:
            click.echo(f"wrote {path.relative_to(directory).as_posix()}")
        elif path == notebooks[0]:
            folder = path.parent.relative_to(directory).as_posix()
            click.echo(f"wrote {folder}/ ({len(notebooks)} notebooks)")


def tell_proposal(directory: Path, made: "Scaffolded", file: Path) -> None:
    """What was found, what a person must look at, and what a check says as it stands."""
    from review_kit.cli.check_screens import tally  # noqa: PLC0415
    from review_kit.intake import read_cycle  # noqa: PLC0415
    from review_kit.params import find_checkpoint  # noqa: PLC0415

    params, point = find_checkpoint(made.cycle, directory / "params")
    intake = read_cycle(params, point, directory)
    click.echo(f"\nHow {file.name} seems to be read:")
    for line in made.found:
        tell(f"  {line}")
    if made.doubts:
        click.echo("\nPlease look at:")
        for number, doubt in enumerate(made.doubts, start=1):
            tell(f"  {number}. {doubt}")
    click.echo(f"\nAs it stands, `review check {made.cycle}` finds {tally(len(intake.errors), len(intake.warnings))}.")
    fill_in = f"fill in {' and '.join(made.to_fill_in)} and " if made.to_fill_in else ""
    tell(f"\nNext: {fill_in}correct params/{made.cycle}.yml, then\n  cd {directory}\n  review check {made.cycle}")
    if not intake.errors:
        click.echo(f"  review run {made.cycle}")
