"""How each initiative stands on time and money, what it brought, and what a rule proposes to do with it."""

from review_kit.initiatives.benefit import FINISHED, NOISE, SHOWS, TOO_FEW, WORSE, benefit_not_showing, benefits
from review_kit.initiatives.performance import BY_PERIOD, DAYS_A_MONTH
from review_kit.initiatives.portfolio import by_department, by_standing, standing
from review_kit.initiatives.proposals import (
    CALLED_OFF,
    DEFAULT_RULES,
    DONE,
    UNKNOWN,
    InitiativeRules,
    review_initiatives,
    spends_ahead,
)
from review_kit.initiatives.reallocation import FREE, NEW, balance, reallocation

__all__ = [
    "BY_PERIOD",
    "CALLED_OFF",
    "DAYS_A_MONTH",
    "DEFAULT_RULES",
    "DONE",
    "FINISHED",
    "FREE",
    "NEW",
    "NOISE",
    "SHOWS",
    "TOO_FEW",
    "UNKNOWN",
    "WORSE",
    "InitiativeRules",
    "balance",
    "benefit_not_showing",
    "benefits",
    "by_department",
    "by_standing",
    "reallocation",
    "review_initiatives",
    "spends_ahead",
    "standing",
]
