"""`review run`: the chain of notebooks and its documents."""

from pathlib import Path

import click

from review_kit.cli.common import WORKSPACE, shown, told_plainly, workspace_of

FINDINGS_TOLD = 3


@click.command(short_help="Run the notebooks and write the report.")
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
