"""What carries a strategy out or stands in its way: initiatives, risks and objectives, with what people decided."""

from typing import TYPE_CHECKING

import pandas as pd

from review_kit.initiatives import review_initiatives
from review_kit.model.words import Level
from review_kit.objectives import review_objectives
from review_kit.params.risks import Risks
from review_kit.risks import RiskBands, RiskRules, review_risks

if TYPE_CHECKING:
    from review_kit.desk.review import Review


def initiatives_of(review: "Review") -> pd.DataFrame:
    """The initiatives with slips, spend, what the rule proposes, and what people decided instead."""
    progress, as_of = review.sound["progress"], review.checkpoint.as_of
    table = review_initiatives(review.sound["initiatives"], as_of, review.initiative_rules, progress)
    return with_decided(review, table, "initiative", table["initiative_id"])


def risks_of(review: "Review") -> pd.DataFrame:
    """The risks with exposure, band, and how they moved since the last register that is known."""
    last = None if review.last is None else review.last.tables.get("last_risks")
    table = review_risks(review.risks_known, review.checkpoint.as_of, review.risk_rules, last)
    unseen = frozenset() if review.last is None else review.last.unseen  # hidden then: not new for who sees it now
    return table.assign(movement=table["movement"].mask(table["risk_id"].isin(unseen) & table["moved"].isna()))


def objectives_of(review: "Review") -> pd.DataFrame:
    """What a rule proposes for each objective, and what people decided."""
    rows = review.rollup[review.rollup["level"].eq(Level.OBJECTIVE)]
    table = review_objectives(review.objectives, rows, review.initiatives, review.risks, review.sound["changes"])
    return with_decided(review, table, "objective", table["subject"])


def with_decided(review: "Review", table: pd.DataFrame, about: str, subjects: pd.Series) -> pd.DataFrame:
    """The table with `decided` and `decided_because`; a later decision on a subject replaces an earlier one."""
    said = {one.subject: one for one in review.decisions if one.about == about}
    words = {subject: one.choice for subject, one in said.items()}
    because = {subject: f"{one.by}: {one.reason}" for subject, one in said.items()}
    return table.assign(decided=subjects.map(words).astype("str"), decided_because=subjects.map(because).astype("str"))


def risk_rules_of(told: Risks) -> RiskRules:
    """The bands of a cycle, and when an assessment is too old, as its parameters say."""
    return RiskRules(RiskBands(**told.bands.model_dump()), told.stale_after_days)
