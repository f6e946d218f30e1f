"""`review seal`: after it, nothing writes into the folder of this review any more."""

from pathlib import Path

import click

from review_kit.cli.common import WORKSPACE, shown, told_plainly, workspace_of


@click.command(short_help="Seal a review: it is never overwritten again.")
@click.argument("checkpoint")
@WORKSPACE
@told_plainly
def seal(checkpoint: str, *, workspace: Path | None) -> None:
    """Seal the latest review of CHECKPOINT: write the hash of each of its files to seal.json.

    The files become read-only, and the next run of CHECKPOINT makes a new revision beside this one. Refused where
    a file was altered since the run. A review that is sealed already stays as it is.
    """
    from review_kit.checkpoint import seal as seals  # noqa: PLC0415

    root = workspace_of(workspace)
    outputs = root / "outputs"
    before = seals.is_sealed(seals.current(outputs, checkpoint))
    folder = seals.seal_review(root, checkpoint)
    manifest = seals.read_json(folder / seals.SEAL)
    said = "is sealed already" if before else "is sealed now"
    click.echo(f"{shown(folder)} {said}: revision {manifest.get('revision')}, {len(manifest.get('files', {}))} files.")
    click.echo(f"The seal's own SHA-256: {seals.hash_of_seal(folder)}")
    if not before:
        following = shown(seals.target(outputs, checkpoint))
        click.echo("Keep this number apart from the folder: with it, anybody can tell that the seal is the same.")
        click.echo(f"The next run of {checkpoint} goes to {following}.")
