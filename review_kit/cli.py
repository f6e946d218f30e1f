"""The command `review`: each verb is one call deep, speaks in paths, and says on failure what to do next."""

import json
import subprocess
import sys
import webbrowser
from collections.abc import Callable
from datetime import date
from functools import wraps
from pathlib import Path
from typing import Any

import click

from review_kit import __version__
from review_kit.errors import ExitCode, ReviewError, UsageError

FAULTS_SHOWN = 100
FINDINGS_TOLD = 3

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


@click.group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100})
@click.version_option(__version__, prog_name="review")
def main() -> None:
    """The annual strategy review: from the folder of spreadsheets to one report that can be run again.

    \b
    A review is called by its checkpoint:
      2025       the year that params/2025.yml describes
      2025-Q3    its third quarter, from the same file
      2025-09    its September

    \b
    First steps:
      review new my-review      a workspace of your own, with an example to overwrite
      review check 2025         is every row of the sources sound?
      review run 2025           score, find, propose, and write the report
      review open 2025          read it

    Exit codes: 0 done, 1 inputs refused, 2 wrong usage, 3 a stage failed, 4 cannot write, 5 being run already,
    130 interrupted.
    """  # noqa: D301 - click takes the character for lines to keep


@main.command(short_help="Run the notebooks and write the report.")
@click.argument("checkpoint")
@click.option("--force", is_flag=True, help="Run even if nothing has changed since the last run.")
@click.option("--only", multiple=True, metavar="STAGE", help="Run only up to this stage, such as 02_kpi_scoring.")
@click.option("--edition", multiple=True, metavar="NAME", help="Make only this edition; may be given several times.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@WORKSPACE
@told_plainly
def run(
    checkpoint: str,
    *,
    force: bool,
    only: tuple[str, ...],
    edition: tuple[str, ...],
    quiet: bool,
    workspace: Path | None,
) -> None:
    """Run the notebooks of CHECKPOINT and write outputs/CHECKPOINT/.

    The folder is replaced whole or not at all: if anything fails, the last good report stands, and the message
    says which stage failed and why. Nothing is run when nothing has changed.
    """
    from review_kit.chain.progress import TerminalProgress  # noqa: PLC0415 - what a verb needs is loaded by that verb
    from review_kit.checkpoint import run_checkpoint  # noqa: PLC0415

    root = workspace_of(workspace)
    with TerminalProgress(quiet=quiet) as observer:
        result = run_checkpoint(
            root, checkpoint, force=force, only=only or None, editions=edition or None, observer=observer
        )
    if quiet:
        return
    for line in most_important(result.folder):
        click.echo(line)
    if result.report.is_file():
        click.echo(f"Report: {shown(result.report)}")


def most_important(folder: Path) -> list[str]:
    """The three costliest findings of a checkpoint, one a line; nothing where it has no findings."""
    path = folder / "tables" / "findings.parquet"
    if not path.is_file():
        return []
    from review_kit.store import read_table  # noqa: PLC0415

    found = read_table(path)
    standing = found[found["state"].ne("resolved") & found["severity"].ne("success")].sort_values("rank")
    if standing.empty:
        return [nothing_found(folder / "tables" / "scores.parquet")]
    headlines = standing["headline"].head(FINDINGS_TOLD)
    title = "The most important finding:" if len(headlines) == 1 else f"The {len(headlines)} most important findings:"
    return [title, *(f"  {number}. {headline}" for number, headline in enumerate(headlines, start=1))]


def nothing_found(scores: Path) -> str:
    """What it means that nothing was found: targets that were met, or none that could be judged."""
    if not scores.is_file():
        return "No finding."
    from review_kit.store import read_table  # noqa: PLC0415

    met = read_table(scores)["met"]
    judged = met.dropna().astype(bool)
    if judged.empty:
        return "No finding, and no target that could be judged."
    if not judged.all():
        return "No finding: every KPI that could be judged is on target."
    return f"No finding: every target {'' if len(judged) == len(met) else 'that could be judged '}was met."


@main.command(short_help="Read all sources and list every fault.")
@click.argument("checkpoint")
@click.option("--json", "as_json", is_flag=True, help="Print the faults and the counts as JSON.")
@WORKSPACE
@told_plainly
def check(checkpoint: str, *, as_json: bool, workspace: Path | None) -> None:
    """Read all sources of CHECKPOINT, count every row and list every fault.

    Nothing is scored and nothing is written. Exit code 1 if any fault is an error.
    """
    from review_kit.intake import read_cycle  # noqa: PLC0415
    from review_kit.params import find_checkpoint  # noqa: PLC0415

    root = workspace_of(workspace)
    params, point = find_checkpoint(checkpoint, root / "params")
    intake = read_cycle(params, point, root)
    if as_json:
        rows = intake.reconciliation.to_dict("records")
        faults = [{name: getattr(fault, name) for name in fault.__slots__} for fault in intake.faults]
        click.echo(
            json.dumps({"checkpoint": point.name, "sources": rows, "faults": faults}, ensure_ascii=False, indent=1)
        )
    else:
        for row in intake.reconciliation.to_dict("records"):
            click.echo(
                f"{row['table']}: {row['source']}\n  {row['read']} read = {row['used']} used + {row['refused']} refused"
                f" + {row['outside']} outside the period + {row['duplicate']} duplicate"
            )
        for fault in intake.faults[:FAULTS_SHOWN]:
            click.echo(f"\n{fault.severity}: {fault}")
        if len(intake.faults) > FAULTS_SHOWN:
            click.echo(f"\n… and {len(intake.faults) - FAULTS_SHOWN} more.")
        errors, warnings = len(intake.errors), len(intake.warnings)
        click.echo(f"\n{counted(errors, 'error')}, {counted(warnings, 'warning')}.")
    if intake.errors:
        sys.exit(ExitCode.INPUTS_REFUSED)
    from review_kit.desk import check_cycle_decisions  # noqa: PLC0415 - only sound tables can be held against

    check_cycle_decisions(params, root / "params", intake.tables)


def counted(number: int, noun: str) -> str:
    """'1 error', 'no errors'."""
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


@main.command("open", short_help="Open the report in the browser.")
@click.argument("checkpoint")
@click.option("--edition", default="", help="Open the report of this edition.")
@WORKSPACE
@told_plainly
def open_report(checkpoint: str, *, edition: str, workspace: Path | None) -> None:
    """Open the report of CHECKPOINT in the browser."""
    root = workspace_of(workspace)
    folder = root / "outputs" / checkpoint
    report = folder / "editions" / edition / "report.html" if edition else folder / "report.html"
    if not report.is_file():
        from review_kit.params import find_checkpoint  # noqa: PLC0415

        find_checkpoint(checkpoint, root / "params")  # a checkpoint that cannot be run is told as such
        made = f"no edition '{edition}'" if edition and folder.is_dir() else "no report yet"
        msg = f"{shown(report)} is not there: {checkpoint} has {made}.\nHint: review run {checkpoint}"
        raise UsageError(msg)
    webbrowser.open(report.as_uri())
    click.echo(shown(report))


@main.command(short_help="Open JupyterLab at the workbench notebook.")
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


@main.command(short_help="Make a workspace with an example to overwrite.")
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


def workspace_of(asked: Path | None) -> Path:
    """The folder asked for, or the nearest one upwards that holds params/."""
    from review_kit.store import find_workspace  # noqa: PLC0415

    return find_workspace(asked)


def shown(path: Path) -> str:
    """The path from here where it lies below, so that a terminal can open it."""
    here = Path.cwd()
    return path.relative_to(here).as_posix() if path.is_relative_to(here) else str(path)


if __name__ == "__main__":
    main()
