"""A cycle's parameters: one YAML file, read strictly, every mistake told at once."""

from review_kit.params.checkpoints import find_checkpoint, known_cycles
from review_kit.params.model import Edition, Params, Schedule, Source
from review_kit.params.next_cycle import next_cycle_name, next_cycle_yaml
from review_kit.params.reading import load_params
from review_kit.params.scoring import Scoring

__all__ = [
    "Edition",
    "Params",
    "Schedule",
    "Scoring",
    "Source",
    "find_checkpoint",
    "known_cycles",
    "load_params",
    "next_cycle_name",
    "next_cycle_yaml",
]
