"""The whole of one run of a checkpoint: what the command line, the desk's widgets and a scheduler call."""

from review_kit.checkpoint.result import RunResult
from review_kit.checkpoint.run import run_checkpoint

__all__ = ["RunResult", "run_checkpoint"]
