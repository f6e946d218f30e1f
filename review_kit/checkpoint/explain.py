"""What a run would do and why, without doing it."""

import tempfile
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from review_kit.chain.events import RECALLED
from review_kit.checkpoint.fingerprint import hash_file, surroundings
from review_kit.checkpoint.freezing import freeze_fetched, inputs_of
from review_kit.checkpoint.places import INPUTS, Places
from review_kit.checkpoint.plan import Plan, make_plan
from review_kit.checkpoint.recall import recall_for

RUNS = "runs"
MAY_RUN = "may run"


@dataclass(frozen=True, slots=True, kw_only=True)
class Foresight:
    """What would become of one step."""

    name: str
    state: str  # 'runs', 'may run' or 'recalled'
    reason: str = ""  # a sentence


def explain_checkpoint(
    workspace: Path,
    checkpoint: str,
    *,
    force: bool = False,
    only: Collection[str] | None = None,
    editions: Collection[str] | None = None,
) -> list[Foresight]:
    """For each step of a run whether it would be recalled, and if not, why; nothing is written.

    Raises:
        ReviewError: the checkpoint, a stage or an edition is not known, or the params are not sound.

    """
    places = Places(workspace=workspace.resolve(), checkpoint=checkpoint)
    plan = make_plan(places, only, editions)
    plan.check()
    with tempfile.TemporaryDirectory(prefix="review-explain-") as apart:
        return _foresee(places, plan, Path(apart), force=force)


def _foresee(places: Places, plan: Plan, apart: Path, *, force: bool) -> list[Foresight]:
    live = {name: places.workspace / name for name in inputs_of(places.workspace, plan.params)}
    live |= {name: apart / name for name in freeze_fetched(places.workspace, plan.params, apart)}
    live |= {f"notebooks/{path.name}": path for path in plan.templates.values()}
    files = {name: hash_file(path) for name, path in live.items()}
    recall = recall_for(plan, {**surroundings(), "files": files}, force=force)
    recall.code.keeps = False
    recall.live = {f"{places.run}/{INPUTS}/{name}": path for name, path in live.items()}
    told: dict[str, Foresight] = {}
    for step in plan.steps():
        found = recall.find(step)
        before = next((name for name in step.after if told[name].state != RECALLED), None)
        if isinstance(found, str):
            told[step.name] = Foresight(name=step.name, state=RUNS, reason=found)
            # those after it are judged as if it gave the same again
            found = recall.cache.last(places.checkpoint, step.name)
        elif before is not None:
            reason = f"only if {before} gives something else than last time."
            told[step.name] = Foresight(name=step.name, state=MAY_RUN, reason=reason)
        else:
            told[step.name] = Foresight(name=step.name, state=RECALLED)
        if found:
            recall.take(step, found)
    return list(told.values())
