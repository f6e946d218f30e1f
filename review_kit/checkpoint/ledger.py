"""`run.json`: what ran, from what, with what result; the only file that may differ between two equal runs."""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from review_kit.chain.events import DONE, RECALLED
from review_kit.chain.failures import Failure
from review_kit.chain.steps import Outcome
from review_kit.checkpoint.fingerprint import hash_of

LEDGER = "run.json"
FORMAT = 2


def read_ledger(folder: Path) -> dict[str, Any]:
    """The ledger of the review in this folder; empty where there is none that can be read."""
    try:
        found = json.loads((folder / LEDGER).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) and found.get("format") == FORMAT else {}


@dataclass(slots=True, kw_only=True)
class Ledger:
    """What is known of one run, filled in as it becomes known."""

    checkpoint: str
    cycle: str = ""
    as_of: str = ""
    planned: tuple[str, ...] = ()  # names of all steps in their order
    parameters: dict[str, dict[str, Any]] = field(default_factory=dict)  # of each notebook
    editions: dict[str, list[str]] = field(default_factory=dict)  # which audiences' rows each edition holds
    made_from: dict[str, Any] = field(default_factory=dict)  # hashes and versions: see fingerprint
    files: dict[str, str] = field(default_factory=dict)  # hash of each file that was made

    def text(self, outcomes: Mapping[str, Outcome], seconds: float, failure: Failure | None = None) -> str:
        """The file; everything that depends on the clock lies under `durations`."""
        told = {
            "format": FORMAT,
            "checkpoint": self.checkpoint,
            "cycle": self.cycle,
            "as_of": self.as_of,
            "state": "failed" if failure else "done",
            "failure": failure.as_dict() if failure else None,
            "steps": [{"name": name, "state": state_of(name, outcomes)} for name in self.planned],
            "editions": self.editions,
            "parameters": self.parameters,
            "fingerprint": hash_of(self.made_from),
            "made_from": self.made_from,
            "files": self.files,
            "durations": {"total": round(seconds, 3), "steps": durations(self.planned, outcomes)},
        }
        return json.dumps(told, indent=1, ensure_ascii=False) + "\n"


def state_of(name: str, outcomes: Mapping[str, Outcome]) -> str:
    """'done', 'failed' or 'not run'; what was recalled is done, since its result is the same."""
    if name not in outcomes:
        return "not run"
    return DONE if outcomes[name].state == RECALLED else outcomes[name].state


def durations(planned: Iterable[str], outcomes: Mapping[str, Outcome]) -> dict[str, float]:
    """Seconds of each step that was run."""
    return {name: outcomes[name].seconds for name in planned if name in outcomes}
