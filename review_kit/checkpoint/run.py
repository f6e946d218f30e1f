"""The whole of one run: lock, frozen inputs, stages, editions, documents, and one swap of the folder at the end."""

import contextlib
import time
from collections.abc import Collection
from pathlib import Path
from typing import NamedTuple

from review_kit.chain.events import DONE, FAILED, Notice, Observer, RunFinished, ignore
from review_kit.chain.limits import Limits
from review_kit.chain.stages import Chain
from review_kit.checkpoint.fingerprint import PACKAGE, hash_code, hash_of, is_unchanged, library_versions
from review_kit.checkpoint.ledger import read_ledger
from review_kit.checkpoint.lock import clear_after_kill, hold
from review_kit.checkpoint.logbook import Logbook
from review_kit.checkpoint.places import Places, cannot_write, find_templates
from review_kit.checkpoint.result import RunResult
from review_kit.errors import ReviewError
from review_kit.store import remove_tree
from review_kit.store.memo import MEMO

# What processes have in memory before they are forked: all of them, those after the first stage, after the second.
FOR_ALL = ("review_kit.desk",)
FOR_SCORING = ("scipy.special", "review_kit.chain.warm:warm_up")
FOR_DOCUMENTS = ("review_kit.report.files",)


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
    asked = Asked(force=force, only=only, editions=editions, limits=limits)
    try:
        result = _run(workspace, checkpoint, asked, observer, started)
    except ReviewError as error:
        seconds = time.perf_counter() - started
        observer(RunFinished(checkpoint=checkpoint, state=FAILED, seconds=seconds, message=str(error)))
        raise
    observer(RunFinished(checkpoint=checkpoint, state=DONE, seconds=result.seconds))
    return result


class Asked(NamedTuple):
    """What a run was asked for."""

    force: bool
    only: Collection[str] | None
    editions: Collection[str] | None
    limits: Limits | None

    @property
    def partial(self) -> bool:
        """Whether only a part of a review is wanted."""
        return self.only is not None or self.editions is not None


def _run(workspace: Path, checkpoint: str, asked: Asked, observer: Observer, started: float) -> RunResult:
    places = Places(workspace=workspace.resolve(), checkpoint=checkpoint)
    if not (asked.force or asked.partial) and has_not_changed(places):
        clear_after_kill(places.lock, checkpoint, places.last, places.work, places.failing)
        observer(Notice(text=f"{checkpoint}: nothing has changed since the last run. --force runs it all the same."))
        seconds = time.perf_counter() - started
        return RunResult(checkpoint=checkpoint, folder=places.last, seconds=seconds, unchanged=True)
    chain = Chain(
        folder=places.workspace,
        limits=asked.limits,
        preload=FOR_ALL,
        preload_later=(FOR_SCORING, FOR_DOCUMENTS),
        variables={} if asked.force else {MEMO: str(drawings(places))},
    )
    with chain:
        # Loaded only now: the processes of the chain have begun to load the same beside this one.
        from review_kit.checkpoint.plan import make_plan  # noqa: PLC0415
        from review_kit.checkpoint.running import Run  # noqa: PLC0415

        plan = make_plan(places, asked.only, asked.editions)
        plan.check()
        places.check_writable()
        private = chain.kernels.private  # so that the next run can end what this one leaves if it is killed
        with hold(places.lock, checkpoint, private=private), Logbook(places.logs, observer) as told:
            chain.observer = told
            how = {"partial": asked.partial, "force": asked.force}
            run = Run(plan=plan, chain=chain, observer=told, started=started, **how)
            try:
                return run.work()
            except OSError as error:
                raise cannot_write(error, "outputs/") from error
            finally:
                chain.stop()  # nothing may still write where the next run will work
                with contextlib.suppress(ReviewError):
                    remove_tree(places.work)


def drawings(places: Places) -> Path:
    """Where drawings are kept that the same code and the same library have drawn."""
    code = {name: sha256 for name, sha256 in hash_code().items() if name.startswith(f"{PACKAGE.name}/charts/")}
    return places.cache / "drawings" / hash_of([code, library_versions()])[:16]


def has_not_changed(places: Places) -> bool:
    """Whether the last good review was made from what is there now; looks at hashes alone and loads nothing."""
    last = read_ledger(places.last)
    if not last:
        return False
    templates = find_templates(places.workspace)
    made_from = last.get("made_from")
    if not isinstance(made_from, dict):  # somebody has written into it: all of it counts as changed
        return False
    live = {name: places.workspace / name for name in made_from.get("files", ())}
    live |= {f"notebooks/{name}.ipynb": path for name, path in templates.items()}
    return is_unchanged(last, places.last, live)
