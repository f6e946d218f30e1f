"""The review before this one: what changes and findings are compared with."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Self

import pandas as pd

from review_kit.model.period import Checkpoint, Rhythm

LAST = ("last_scores", "last_rollup", "last_findings")


@dataclass(frozen=True, kw_only=True)
class LastReview:
    """What is kept of the last review: its scores, its roll-up and what it found."""

    title: str  # 'Year 2024', as readers call it
    tables: Mapping[str, pd.DataFrame]  # by the names under which they are handed over

    @classmethod
    def of(cls, title: str, *, scores: pd.DataFrame, rollup: pd.DataFrame, found: pd.DataFrame) -> Self:
        """One whose tables were just worked out."""
        return cls(title=title, tables=dict(zip(LAST, (scores, rollup, found), strict=True)))

    @property
    def when(self) -> str:
        """The title within a sentence: '2024', 'May 2025', 'the second quarter of 2025'."""
        return within_sentence(self.title)

    @property
    def scores(self) -> pd.DataFrame:
        """How every KPI did then."""
        return self.tables["last_scores"]

    @property
    def rollup(self) -> pd.DataFrame:
        """Scores of the strategy, its perspectives and its objectives then."""
        return self.tables["last_rollup"]

    @property
    def found(self) -> pd.DataFrame:
        """What was found then."""
        return self.tables["last_findings"]


def within_sentence(title: str) -> str:
    """'2024' for Year 2024, 'the second quarter of 2025', and 'May 2025' as it is."""
    told = title.removeprefix("Year ")
    return f"the {told[0].lower()}{told[1:]}" if " quarter " in told else told


def checkpoint_before(checkpoint: Checkpoint) -> Checkpoint | None:
    """The last checkpoint of the same rhythm in the same cycle; None at its first one, and for the whole year."""
    if checkpoint.rhythm is Rhythm.ANNUAL or checkpoint.months_elapsed <= checkpoint.rhythm.months:
        return None
    if checkpoint.rhythm is Rhythm.QUARTERLY:
        return Checkpoint.of_cycle(checkpoint.cycle, checkpoint.calendar, f"Q{checkpoint.months_elapsed // 3 - 1}")
    month = (checkpoint.period.start.month - 2) % 12 + 1
    return Checkpoint.of_cycle(checkpoint.cycle, checkpoint.calendar, f"{month:02d}")
