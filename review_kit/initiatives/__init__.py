"""How each initiative stands on time and money, what it brought, and what a rule proposes to do with it."""

from review_kit.initiatives.proposals import (
    DAYS_A_MONTH,
    DEFAULT_RULES,
    InitiativeRules,
    review_initiatives,
    spends_ahead,
)

__all__ = ["DAYS_A_MONTH", "DEFAULT_RULES", "InitiativeRules", "review_initiatives", "spends_ahead"]
