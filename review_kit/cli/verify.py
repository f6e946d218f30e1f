"""`review verify`: a review is run again in a clean place, and proved, or named what differs and why."""

import json
import os
import sys
from pathlib import Path

import click

from review_kit.cli.common import WORKSPACE, told_plainly, workspace_of
from review_kit.errors import UsageError


@click.command(short_help="Run a review again in a clean place, and prove it or name what differs.")
@click.argument("review")
@click.option("--revision", type=click.IntRange(1), metavar="N", help="Not the latest revision but this one.")
@click.option(
    "--inputs",
    type=click.Choice(["both", "own", "today"]),
    default="both",
    help="From the copies of what it read, from the inputs as they are today, or both (the default).",
)
@click.option("--json", "as_json", is_flag=True, help="Print everything that was found out as JSON.")
@WORKSPACE
@told_plainly
def verify(review: str, *, revision: int | None, inputs: str, as_json: bool, workspace: Path | None) -> None:
    """Run REVIEW again in a clean place and compare every byte; nothing in the workspace is changed.

    REVIEW is a checkpoint such as 2025, or the folder of a review that was handed over, written as a path:
    ./2025. Such a folder is run from the copies of the inputs that it holds. Its notebooks are run too, so verify
    only what comes from people you trust.

    \b
    Three things are looked at:
      is every file as the run left it?
      does the review come out again, byte for byte, from what it read?
      does it still follow from the inputs as they are today?

    Exit codes: 0 proved; 1 results differ, and so does what they are made from: inputs, parameters, code, versions;
    3 a file was altered after the run, or results differ and nothing explains it; 2 wrong usage; 4 no room to run it
    again; 5 the review was being replaced.
    """  # noqa: D301 - click takes the character for lines to keep
    from review_kit import proof as proofs  # noqa: PLC0415
    from review_kit.chain.progress import TerminalProgress  # noqa: PLC0415

    handed_over = is_path(review)
    if handed_over and (revision is not None or inputs == "today"):
        told = "a folder that was handed over is one revision, and holds its own inputs."
        raise UsageError(f"{told}\nHint: leave out --revision and --inputs.")
    with TerminalProgress(quiet=as_json or not sys.stderr.isatty()) as observer:
        if handed_over:
            proof = proofs.verify_folder(Path(review), observer=observer)
        else:
            root, question = workspace_of(workspace), proofs.Question(inputs)
            proof = proofs.verify_review(root, review, revision=revision, question=question, observer=observer)
    if as_json:
        click.echo(json.dumps(proofs.as_json(proof), ensure_ascii=False, indent=1))
    else:
        for line in proofs.as_lines(proof):
            click.echo(line)
    sys.exit(proof.exit_code)


def is_path(review: str) -> bool:
    """Whether the argument is written as a path; a checkpoint never holds a separator."""
    return review in {".", ".."} or any(sign in review for sign in ("/", os.sep))
