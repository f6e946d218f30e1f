"""How long a run may take, so that nobody finds an endless loop in the morning."""

import time
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Seconds for a cell and for everything; the clock of the run starts when this is made."""

    cell_seconds: float = 600.0
    run_seconds: float = 3600.0
    started: float = field(default_factory=time.monotonic)

    @property
    def left(self) -> float:
        """Seconds until the whole run must be over, never below zero."""
        return max(0.0, self.started + self.run_seconds - time.monotonic())

    def of_cell(self, _: Any = None) -> int:
        """Whole seconds that the cell about to start may take, at least one."""
        return max(1, round(min(self.cell_seconds, self.left)))
