"""`review run`: the chain of notebooks and its documents."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from review_kit.cli.common import WORKSPACE, shown, tell, told_plainly, workspace_of
from review_kit.errors import UsageError

FINDINGS_TOLD = 3


@click.command(short_help="Run the notebooks and write the report.")
@click.argument("checkpoint")
@click.option("--force", is_flag=True, help="Run every step, even what has not changed since the last run.")
@click.option("--only", multiple=True, metavar="STAGE", help="Run only up to this stage, such as 02_kpi_scoring.")
@click.option("--edition", multiple=True, metavar="NAME", help="Make only this edition; may be given several times.")
@click.option("--explain", is_flag=True, help="Say what would be run and why, and run nothing.")
@click.option("--json", "as_json", is_flag=True, help="Print what happens as JSON, one event a line.")
@click.option("--quiet", is_flag=True, help="Say nothing but errors.")
@WORKSPACE
@told_plainly
def run(
    checkpoint: str,
    *,
    force: bool,
    only: tuple[str, ...],
    edition: tuple[str, ...],
    explain: bool,
    as_json: bool,
    quiet: bool,
    workspace: Path | None,
) -> None:
    """Run the notebooks of CHECKPOINT and write outputs/CHECKPOINT/.

    The folder is replaced whole or not at all: if anything fails, the last good report stands, and the message
    says which stage failed and why. Steps whose inputs, parameters and code are as they were are not run again:
    their kept result is taken. outputs/.logs/ has one file a run.
    """
    root = workspace_of(workspace)
    asked: dict[str, Any] = {"force": force, "only": only or None, "editions": edition or None}
    if explain:
        tell_plan(root, checkpoint, asked, as_json=as_json)
        return
    if as_json and quiet:
        msg = "--json and --quiet exclude each other.\nHint: leave one of them out."
        raise UsageError(msg)
    from review_kit.chain.progress import JsonProgress, TerminalProgress  # noqa: PLC0415 - loaded by who needs it
    from review_kit.checkpoint import run_checkpoint  # noqa: PLC0415

    if as_json:
        run_checkpoint(root, checkpoint, observer=JsonProgress(sys.stdout), **asked)
        return
    with TerminalProgress(quiet=quiet) as observer:
        result = run_checkpoint(root, checkpoint, observer=observer, **asked)
    if quiet:
        return
    for line in most_important(result.folder):
        tell(line)
    if result.report.is_file():
        click.echo(f"Report: {shown(result.report)}")


def tell_plan(root: Path, checkpoint: str, asked: dict[str, Any], *, as_json: bool) -> None:
    """What a run would do, a line a step."""
    from review_kit.checkpoint.explain import MAY_RUN, RUNS, explain_checkpoint  # noqa: PLC0415

    steps = explain_checkpoint(root, checkpoint, **asked)
    if as_json:
        click.echo(json.dumps([asdict(step) for step in steps], ensure_ascii=False, indent=1))
        return
    width = max(len(step.name) for step in steps)
    for step in steps:
        word = {RUNS: "would run", MAY_RUN: "may run"}.get(step.state, "unchanged")
        click.echo(f"{word:9}  {step.name:{width}}  {step.reason}".rstrip())
    running = sum(step.state == RUNS for step in steps)
    possible = sum(step.state == MAY_RUN for step in steps)
    unchanged = len(steps) - running - possible
    click.echo(f"{running} of {len(steps)} steps would run, {possible} more may, {unchanged} are unchanged.")


def most_important(folder: Path) -> list[str]:
    """The three costliest findings of a checkpoint, one a line; nothing where it has no findings."""
    path = folder / "tables" / "findings.parquet"
    if not path.is_file():
        return []
    from review_kit.store import read_rows  # noqa: PLC0415

    rows = read_rows(path, ("rank", "state", "severity", "headline", "finding_id", "story"))
    heads = [row for row in rows if row["finding_id"] == row["story"]]  # what belongs to them is told with them
    standing = [row for row in heads if row["state"] != "resolved" and row["severity"] != "success"]
    if not standing:
        return [nothing_found(folder / "tables" / "scores.parquet")]
    headlines = [row["headline"] for row in sorted(standing, key=lambda row: row["rank"])][:FINDINGS_TOLD]
    title = "The most important finding:" if len(headlines) == 1 else f"The {len(headlines)} most important findings:"
    return [title, *(f"  {number}. {headline}" for number, headline in enumerate(headlines, start=1))]


def nothing_found(scores: Path) -> str:
    """What it means that nothing was found: targets that were met, or none that could be judged."""
    if not scores.is_file():
        return "No finding."
    from review_kit.store import read_rows  # noqa: PLC0415

    met = [row["met"] for row in read_rows(scores, ("met",))]
    judged = [one for one in met if one is not None]
    if not judged:
        return "No finding, and no target that could be judged."
    if not all(judged):
        return "No finding: every KPI that could be judged is on target."
    return f"No finding: every target {'' if len(judged) == len(met) else 'that could be judged '}was met."
