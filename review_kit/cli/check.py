"""`review check`: every fault of the sources, and nothing but that."""

import json
import sys
from pathlib import Path

import click

from review_kit.cli.common import WORKSPACE, told_plainly, workspace_of
from review_kit.errors import ExitCode

FAULTS_SHOWN = 100


@click.command(short_help="Read all sources and list every fault.")
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
