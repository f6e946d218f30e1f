"""Signal or noise: process behaviour (XmR) charts and the rules that read them."""

from review_kit.signals.behaviour import process_behaviour
from review_kit.signals.rules import RULE_SETS, RuleSet
from review_kit.signals.xmr import limits

__all__ = ["RULE_SETS", "RuleSet", "limits", "process_behaviour"]
