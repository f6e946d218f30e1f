"""What lies in a workspace: its cycles, and what its outputs tell of each checkpoint."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

from review_kit.checkpoint.fingerprint import UNREADABLE, hash_file
from review_kit.checkpoint.ledger import LEDGER
from review_kit.checkpoint.lock import read_holder
from review_kit.checkpoint.places import Places
from review_kit.checkpoint.seal import current, is_sealed, mapping, read_json
from review_kit.errors import ReviewError
from review_kit.params import Params, known_cycles, load_params
from review_kit.params.origins import FETCHED
from review_kit.schedule.calendar import Known, State
from review_kit.schedule.memory import LastTry

NEVER_TRIED = LastTry(state=State.DUE)


@dataclass(frozen=True, slots=True)
class Broken:
    """A parameter file that cannot be read, so that nothing is known of its checkpoints."""

    cycle: str
    error: ReviewError

    @property
    def name(self) -> str:
        """'params/2025.yml'."""
        return f"params/{self.cycle}.yml"


def read_cycles(workspace: Path) -> tuple[dict[str, Params], list[Broken]]:
    """All cycles of the workspace that can be read, and those that cannot."""
    sound, broken = {}, []
    for cycle in known_cycles(workspace / "params"):
        try:
            sound[cycle] = load_params(workspace / "params" / f"{cycle}.yml")
        except ReviewError as error:
            broken.append(Broken(cycle, error))
    return sound, broken


@dataclass(slots=True)
class Outputs:
    """The reviews of a workspace, as they are now; each input is hashed once."""

    workspace: Path
    hashes: dict[str, str] = field(default_factory=dict)

    def known(self, name: str, last: LastTry = NEVER_TRIED) -> Known:
        """What can be told of the checkpoint without running anything."""
        places = Places(workspace=self.workspace, checkpoint=name)
        folder = current(places.outputs, name)
        ledger = read_json(folder / LEDGER)
        done = ledger.get("state") == "done"
        return Known(
            made_on=date.fromtimestamp((folder / LEDGER).stat().st_mtime) if done else None,  # noqa: DTZ012 - local day
            kept=last.state is State.DONE,
            sealed=is_sealed(folder),
            changed=self._changed(ledger) if done else (),
            holder=holder(places.lock, name),
            last_state=last.state if last.state.needs_a_hand else None,
            last_stage=last.stage,
        )

    def _changed(self, ledger: Mapping[str, Any]) -> tuple[str, ...]:
        """The params, decisions and sources whose bytes are not those that the review was made from.

        What databases and addresses give now is not asked: looking must cost nothing and reach nowhere.
        """
        files = mapping(mapping(ledger, "made_from"), "files")
        inputs = [name for name in sorted(files) if not name.startswith(("notebooks/", f"{FETCHED}/"))]
        return tuple(name for name in inputs if self._hash(name) != files[name])

    def _hash(self, name: str) -> str:
        if name not in self.hashes:
            try:
                self.hashes[name] = hash_file(self.workspace / name)
            except ValueError:  # no name of a file at all
                self.hashes[name] = UNREADABLE
        return self.hashes[name]


def holder(lock: Path, name: str) -> str:
    """A sentence about the process that runs the checkpoint; empty where none does.

    What a killed run wrote of itself stays, and its number may long be that of another process: in a container it is
    the same every time. So the lock is asked too, where it may be.
    """
    told = read_holder(lock.with_suffix(".json"))
    if told is None or not told.lives() or is_free(lock):
        return ""
    return f"{name} is being run by process {told.pid} since {told.clock()}."


def is_free(lock: Path) -> bool:
    """Whether nobody holds the lock; False too where that cannot be found out."""
    if not lock.exists():
        return True
    try:
        with FileLock(lock, timeout=0):
            return True
    except (OSError, Timeout):
        return False
