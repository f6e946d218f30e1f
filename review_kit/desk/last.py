"""The review before this one: what changes and findings are compared with."""

from dataclasses import dataclass

import pandas as pd

from review_kit.model.period import Checkpoint, Rhythm


@dataclass(frozen=True, kw_only=True)
class LastReview:
    """What is kept of the last review: its scores, its roll-up and what it found."""

    title: str  # 'Year 2024', as readers call it
    scores: pd.DataFrame
    rollup: pd.DataFrame
    found: pd.DataFrame

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """By the names under which they are handed over."""
        return {"last_scores": self.scores, "last_rollup": self.rollup, "last_findings": self.found}


def checkpoint_before(checkpoint: Checkpoint) -> Checkpoint | None:
    """The last checkpoint of the same rhythm in the same cycle; None at its first one, and for the whole year."""
    if checkpoint.rhythm is Rhythm.ANNUAL or checkpoint.months_elapsed <= checkpoint.rhythm.months:
        return None
    if checkpoint.rhythm is Rhythm.QUARTERLY:
        return Checkpoint.of_cycle(checkpoint.cycle, checkpoint.calendar, f"Q{checkpoint.months_elapsed // 3 - 1}")
    month = (checkpoint.period.start.month - 2) % 12 + 1
    return Checkpoint.of_cycle(checkpoint.cycle, checkpoint.calendar, f"{month:02d}")
