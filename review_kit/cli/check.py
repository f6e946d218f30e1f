"""`review check`: every fault of the sources, and nothing but that."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from review_kit.cli.common import WORKSPACE, shown, tell, told_plainly, workspace_of
from review_kit.errors import ExitCode, UsageError

if TYPE_CHECKING:
    import pandas as pd

    from review_kit.intake import Intake


@click.command(short_help="Read all sources and list every fault.")
@click.argument("checkpoint")
@click.option("--json", "as_json", is_flag=True, help="Print all faults, counts and last values as JSON.")
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE.parquet",
    help="Write all faults into this table; here the first hundred are shown.",
)
@WORKSPACE
@told_plainly
def check(checkpoint: str, *, as_json: bool, out: Path | None, workspace: Path | None) -> None:
    """Read all sources of CHECKPOINT, count every row and list every fault.

    Nothing is scored, and nothing is written but what --out names. Exit code 1 if any fault is an error.
    """
    from review_kit.intake import faults_table, freshness, read_cycle  # noqa: PLC0415 - loaded when asked for
    from review_kit.params import find_checkpoint  # noqa: PLC0415

    if out is not None and out.suffix.lower() != ".parquet":
        raise UsageError(f"--out: '{out}' is no Parquet file.\nHint: call it {out.stem or 'faults'}.parquet.")
    root = workspace_of(workspace)
    params, point = find_checkpoint(checkpoint, root / "params")
    intake = read_cycle(params, point, root)
    fresh = freshness(intake.tables["kpis"], intake.tables["measures"], point)
    if as_json:
        click.echo(json.dumps(as_tree(point.name, intake, fresh), ensure_ascii=False, indent=1))
    else:
        tell_screens(checkpoint, intake, fresh)
    if out is not None:
        from review_kit.store import write_table  # noqa: PLC0415

        write_table(faults_table(intake.faults), out)
        click.echo(f"wrote {shown(out.resolve())}", err=as_json)
    if intake.errors:
        sys.exit(ExitCode.INPUTS_REFUSED)
    from review_kit.desk import check_cycle_decisions  # noqa: PLC0415 - only sound tables can be held against

    check_cycle_decisions(params, root / "params", intake.tables)


def tell_screens(checkpoint: str, intake: "Intake", fresh: "pd.DataFrame") -> None:
    """One screen a source, then the whole in one line."""
    from review_kit.cli.check_screens import FAULTS_SHOWN, plain_lines, screens_of, tally  # noqa: PLC0415

    screens = screens_of(intake, fresh)
    out_of = f"`review check {checkpoint} --out faults.parquet` writes all."
    if sys.stdout.isatty():
        from review_kit.cli.check_terminal import show  # noqa: PLC0415 - rich is for people alone

        show(screens, out_of)
    else:
        for line in plain_lines(screens, out_of):
            click.echo(line)
    if len(intake.faults) > FAULTS_SHOWN:
        tell(f"{len(intake.faults):,} faults, of which {FAULTS_SHOWN} are shown.")
    tell(f"{tally(len(intake.errors), len(intake.warnings))}.")


def as_tree(checkpoint: str, intake: "Intake", fresh: "pd.DataFrame") -> dict[str, Any]:
    """All of it for other programs; what is not known is null."""
    return {
        "checkpoint": checkpoint,
        "errors": len(intake.errors),
        "warnings": len(intake.warnings),
        "sources": intake.reconciliation.to_dict("records"),
        "faults": [{name: getattr(fault, name) for name in fault.__slots__} for fault in intake.faults],
        "kpis": fresh.astype("object").where(fresh.notna(), None).to_dict("records"),
    }
