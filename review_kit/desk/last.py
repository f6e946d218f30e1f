"""The review before this one: what changes and findings are compared with."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Self

import pandas as pd

from review_kit.comparison import Side
from review_kit.model.period import Checkpoint, Rhythm
from review_kit.params import Params
from review_kit.scoring import ScoringRules

LAST = ("last_scores", "last_rollup", "last_findings")
# what it knew, by the names of the tables; of a quarter, initiatives and risks as they stood at the last annual review
KNEW = ("kpis", "objectives", "measures", "targets", "initiatives", "risks")
THEN = tuple(f"last_{name}" for name in KNEW)
Opened = tuple[Params, Checkpoint]


@dataclass(frozen=True, kw_only=True)
class LastReview:
    """What is kept of the last review: its scores, its roll-up, what it found, and what it knew."""

    title: str  # 'Year 2024', as readers call it
    tables: Mapping[str, pd.DataFrame]  # by the names under which they are handed over
    opened: Callable[[], Opened] | None = None  # its parameters and its checkpoint; None where it is not compared
    delivery_title: str = ""  # the review from which its initiatives and risks are, where it is an earlier one
    delivery_opened: Callable[[], Opened] | None = None  # the same of that review
    unseen: frozenset[str] = field(
        default=frozenset()
    )  # ids that one of the two reviews does not show to these readers

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

    def as_side(self) -> Side | None:
        """The last review as a comparison needs it; None where it is not known what it knew."""
        if self.opened is None or "last_kpis" not in self.tables:
            return None
        params, checkpoint = self.opened()
        delivered, _ = (self.delivery_opened or self.opened)()
        return Side(
            title=self.title,
            checkpoint=checkpoint,
            rules=ScoringRules.of(params.scoring),
            organisation=params.organisation,
            kpis=self.tables["last_kpis"],
            objectives=self.tables["last_objectives"],
            measures=self.tables["last_measures"],
            targets=self.tables["last_targets"],
            scores=self.scores,
            rollup=self.rollup,
            initiatives=self.tables.get("last_initiatives"),
            risks=self.tables.get("last_risks"),
            currency=delivered.initiatives.currency,
            delivery_title=self.delivery_title,
        )


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
