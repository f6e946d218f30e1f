"""One of the two reviews that are compared: what it knew, and how it scored."""

from collections.abc import Sequence
from dataclasses import dataclass

import pandas as pd

from review_kit.decisions import Decision
from review_kit.model.period import Checkpoint
from review_kit.model.words import Level
from review_kit.scoring import ScoringRules


@dataclass(frozen=True, kw_only=True)
class Side:
    """The tables of one review at its checkpoint, as intake and scoring left them."""

    title: str  # 'Year 2024', as readers call it
    checkpoint: Checkpoint
    rules: ScoringRules
    organisation: str
    kpis: pd.DataFrame
    objectives: pd.DataFrame
    measures: pd.DataFrame
    targets: pd.DataFrame
    scores: pd.DataFrame
    rollup: pd.DataFrame
    initiatives: pd.DataFrame | None = None  # None: nobody knows how they stood then
    risks: pd.DataFrame | None = None
    currency: str = ""  # of the money of initiatives; '' where nobody says it
    delivery_title: str = ""  # the review from which initiatives and risks are known, where it is another one
    decisions: Sequence[Decision] = ()

    @property
    def strategy_score(self) -> float:
        """The score of the whole strategy as this review says it; missing where it was withheld."""
        score = self.rollup.loc[self.rollup["level"].eq(Level.STRATEGY), "score"]
        return float(score.iloc[0]) if len(score) else float("nan")
