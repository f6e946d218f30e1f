"""The whole of one run: lock, frozen inputs, stages, editions, documents, and one swap of the folder at the end."""

import shutil
import time
from collections.abc import Collection
from pathlib import Path

from review_kit.chain.events import Notice, Observer, ignore
from review_kit.chain.limits import Limits
from review_kit.chain.stages import Chain
from review_kit.checkpoint.fingerprint import is_unchanged
from review_kit.checkpoint.ledger import read_ledger
from review_kit.checkpoint.lock import hold
from review_kit.checkpoint.places import Places, cannot_write, find_templates
from review_kit.checkpoint.result import RunResult

# What processes have in memory before they are forked; what documents need comes later, while stages run.
FOR_STAGES = ("review_kit.desk", "review_kit.chain.warm:warm_up")


def run_checkpoint(
    workspace: Path,
    checkpoint: str,
    *,
    force: bool = False,
    only: Collection[str] | None = None,
    editions: Collection[str] | None = None,
    observer: Observer = ignore,
    limits: Limits | None = None,
) -> RunResult:
    """Run a checkpoint and put its folder in place of the last one, whole; or change nothing and say why.

    `only` names stages to run, with what has to run before them; `editions` names those to make. With either, the
    result goes to outputs/.partial/ and the review stays. KeyboardInterrupt passes through, with everything stopped.

    Raises:
        ReviewError: one of its kinds, by whose exit code the caller can tell what happened.

    """
    started = time.perf_counter()
    places = Places(workspace=workspace.resolve(), checkpoint=checkpoint)
    partial = only is not None or editions is not None
    if not (force or partial) and has_not_changed(places):
        observer(Notice(text=f"{checkpoint}: nothing has changed since the last run. --force runs it all the same."))
        seconds = time.perf_counter() - started
        return RunResult(checkpoint=checkpoint, folder=places.final, seconds=seconds, unchanged=True)
    with Chain(folder=places.workspace, limits=limits, observer=observer, preload=FOR_STAGES) as chain:
        # Loaded only now: the processes of the chain have begun to load the same beside this one.
        from review_kit.checkpoint.plan import make_plan  # noqa: PLC0415
        from review_kit.checkpoint.running import Run  # noqa: PLC0415

        plan = make_plan(places, only, editions)
        plan.check()
        places.check_writable()
        with hold(places.lock, checkpoint):
            run = Run(plan=plan, chain=chain, observer=observer, started=started, partial=partial)
            try:
                return run.work()
            except OSError as error:
                raise cannot_write(error, "outputs/") from error
            finally:
                shutil.rmtree(places.work, ignore_errors=True)


def has_not_changed(places: Places) -> bool:
    """Whether the last good review was made from what is there now; looks at hashes alone and loads nothing."""
    last = read_ledger(places.final)
    if not last:
        return False
    templates = find_templates(places.workspace)
    live = {name: places.workspace / name for name in last["made_from"]["files"]}
    live |= {f"notebooks/{name}.ipynb": path for name, path in templates.items()}
    return is_unchanged(last, places.final, live)
