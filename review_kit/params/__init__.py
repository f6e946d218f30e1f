"""A cycle's parameters: one YAML file, read strictly, every mistake told at once."""

from review_kit.params.checkpoints import find_checkpoint, known_cycles
from review_kit.params.model import Edition, Guardrails, Params, Schedule
from review_kit.params.next_cycle import next_cycle_name, next_cycle_yaml
from review_kit.params.reading import load_params
from review_kit.params.scoring import Scoring
from review_kit.params.signals import Signals, check_named_kpis
from review_kit.params.source import Source

__all__ = [
    "Edition",
    "Guardrails",
    "Params",
    "Schedule",
    "Scoring",
    "Signals",
    "Source",
    "check_named_kpis",
    "find_checkpoint",
    "known_cycles",
    "load_params",
    "next_cycle_name",
    "next_cycle_yaml",
]
