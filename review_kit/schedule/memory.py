"""What the schedule remembers from one trigger to the next: `outputs/.schedule.json`.

It holds no data and no secret. Without it nothing is run twice: a finished review says itself that it is finished. What
is lost is which failures the operator has been told of, and which reviews that were made early were found good.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from review_kit.schedule.calendar import State
from review_kit.store import write_text

FORMAT = 1
FILE = ".schedule.json"
_CHANGING = re.compile(r"0x[0-9a-fA-F]+|\d{2}:\d{2}:\d{2}|\bprocess \d+")  # what differs between two equal failures


@dataclass(frozen=True, slots=True, kw_only=True)
class LastTry:
    """How the schedule last left a checkpoint, or a parameter file that could not be read."""

    state: State
    stage: str = ""
    failure: str = ""  # tells this failure from another one; empty where it went well
    told: tuple[str, ...] = ()  # the names of the alerts that have said so


@dataclass(slots=True)
class Memory:
    """The last try of each checkpoint, and who was to be told for each cycle while its params could be read."""

    path: Path
    tries: dict[str, LastTry] = field(default_factory=dict)
    alerts: dict[str, tuple[str, ...]] = field(default_factory=dict)

    @classmethod
    def of(cls, outputs: Path) -> "Memory":
        """As it was written; empty where there is nothing that can be read."""
        memory = cls(outputs / FILE)
        try:
            found: dict[str, Any] = json.loads(memory.path.read_text(encoding="utf-8"))
            if found["format"] == FORMAT:
                memory.alerts = {cycle: tuple(map(str, names)) for cycle, names in found["alerts"].items()}
                memory.tries = {
                    name: LastTry(
                        state=State(last["state"]),
                        stage=str(last["stage"]),
                        failure=str(last["failure"]),
                        told=tuple(map(str, last["told"])),
                    )
                    for name, last in found["tries"].items()
                }
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            return cls(outputs / FILE)
        return memory

    def note(self, name: str, state: State, *, stage: str = "", failure: str = "") -> None:
        """Remember how a try ended; whoever was told of the very same failure need not be told again."""
        last = self.tries.get(name)
        told = last.told if last is not None and failure and last.failure == failure else ()
        self.tries[name] = LastTry(state=state, stage=stage, failure=failure, told=told)

    def untold(self, name: str, alert: str) -> bool:
        """Whether this alert has yet to tell of the last failure."""
        last = self.tries.get(name)
        return last is not None and bool(last.failure) and alert not in last.told

    def mark_told(self, names: Iterable[str], alert: str) -> None:
        """The alert was accepted."""
        for name in names:
            last = self.tries[name]
            told = (*last.told, alert)
            self.tries[name] = LastTry(state=last.state, stage=last.stage, failure=last.failure, told=told)

    def save(self) -> None:
        """Write it, whole.

        Raises:
            CannotWriteError: the outputs cannot be written.

        """
        tries = {name: asdict(last) for name, last in sorted(self.tries.items())}
        told = {"format": FORMAT, "alerts": dict(sorted(self.alerts.items())), "tries": tries}
        write_text(self.path, json.dumps(told, indent=1) + "\n")


def identity(*parts: object) -> str:
    """The same text for the same failure, another one for another; what was wrong cannot be read from it."""
    text = _CHANGING.sub("", "\n".join(str(part) for part in parts))
    return hashlib.sha256(text.encode()).hexdigest()[:16]
