"""What a run would do and why, without doing it."""

from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

from review_kit.chain.events import RECALLED
from review_kit.checkpoint.fingerprint import hash_file, surroundings
from review_kit.checkpoint.freezing import inputs_of
from review_kit.checkpoint.places import INPUTS, Places
from review_kit.checkpoint.plan import make_plan
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
    live = {name: places.workspace / name for name in inputs_of(places.workspace, plan.params)}
    live |= {f"notebooks/{path.name}": path for path in plan.templates.values()}
    files = {name: hash_file(path) for name, path in live.items()}
    recall = recall_for(plan, {**surroundings(), "files": files}, force=force)
    recall.live = {f"{places.run}/{INPUTS}/{name}": path for name, path in live.items()}
    told: dict[str, Foresight] = {}
    for step in plan.steps():
        found = recall.find(step)
        before = next((name for name in step.after if told[name].state != RECALLED), None)
        if isinstance(found, str):
            told[step.name] = Foresight(name=step.name, state=RUNS, reason=found)
            found = recall.cache.last(checkpoint, step.name)  # those after it are judged as if it gave the same again
        elif before is not None:
            reason = f"only if {before} gives something else than last time."
            told[step.name] = Foresight(name=step.name, state=MAY_RUN, reason=reason)
        else:
            told[step.name] = Foresight(name=step.name, state=RECALLED)
        if found:
            recall.take(step, found)
    return list(told.values())
