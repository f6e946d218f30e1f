"""`review compare`: what changed between two reviews, in business terms."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from review_kit.cli.common import WORKSPACE, tell, told_plainly, workspace_of

if TYPE_CHECKING:
    from review_kit.desk import Comparison


@click.command(short_help="Say what changed between two reviews, and why the score did.")
@click.argument("earlier")
@click.argument("later")
@click.option("--json", "as_json", is_flag=True, help="Print every change and the bridge of the score as JSON.")
@WORKSPACE
@told_plainly
def compare(earlier: str, later: str, *, as_json: bool, workspace: Path | None) -> None:
    """Say what changed from the review of EARLIER to that of LATER, such as 2024 2025 or 2025-Q2 2025-Q3.

    \b
    Told are:
      the change of the strategy's score, by causes that add up to it
      statuses, with the figures behind them
      figures of the past that are told otherwise today, with both rows
      definitions, targets, baselines and weights; KPIs and objectives in and out
      initiatives and risks in, out and moved; what was decided since

    EARLIER is what its run left in outputs/, and where it was never run, what its sources give now. LATER is what its
    sources give now. Nothing is written.

    Exit codes: 0 told, whatever changed; 1 sources refused; 2 no such checkpoint, or in the wrong order.
    """  # noqa: D301 - click takes the character for lines to keep
    from review_kit.checkpoint.places import Places  # noqa: PLC0415 - what a verb needs is loaded by that verb
    from review_kit.desk import compare_checkpoints  # noqa: PLC0415

    root = workspace_of(workspace)
    folders = [Places(workspace=root, checkpoint=name).last for name in (earlier, later)]
    found = compare_checkpoints(root, earlier, later, folders=(folders[0], folders[1]))
    if as_json:
        click.echo(json.dumps(as_tree(found), ensure_ascii=False, indent=1))
        return
    from review_kit.cli.compare_lines import lines_of  # noqa: PLC0415

    for line in lines_of(found):
        tell(line)


def as_tree(found: "Comparison") -> dict[str, Any]:
    """All of it for other programs; what is not known is null."""
    before, now = found.then.strategy_score, found.now.strategy_score
    printed = found.printed
    effects = dict(zip(found.bridge["cause"], found.bridge["effect"], strict=True))
    shown = dict(zip(printed.table["cause"], printed.table["printed"], strict=True))
    return {
        "earlier": {"checkpoint": found.then.checkpoint.name, "title": found.then.title, "from": found.then_from},
        "later": {"checkpoint": found.now.checkpoint.name, "title": found.now.title, "from": found.now_from},
        "score": {
            "before": _known(before),
            "now": _known(now),
            "decimals": printed.decimals,
            "causes": [
                {"cause": cause, "effect": effect, "points": shown.get(cause, 0.0)} for cause, effect in effects.items()
            ],
        },
        "reported": found.reported,
        "changes": found.changes.to_dict("records"),
    }


def _known(score: float) -> float | None:
    return score if score == score else None  # noqa: PLR0124 - what is missing is not itself
