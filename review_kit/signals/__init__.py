"""Signal or noise: process behaviour (XmR) charts and the rules that read them."""

from review_kit.signals.behaviour import process_behaviour
from review_kit.signals.conflicts import Conflict, conflicts
from review_kit.signals.phases import ChartChoices, Rebase
from review_kit.signals.rules import RULE_SETS, RuleSet
from review_kit.signals.runs import runs_analysis
from review_kit.signals.standing_out import standing_out
from review_kit.signals.xmr import limits

__all__ = [
    "RULE_SETS",
    "ChartChoices",
    "Conflict",
    "Rebase",
    "RuleSet",
    "conflicts",
    "limits",
    "process_behaviour",
    "runs_analysis",
    "standing_out",
]
