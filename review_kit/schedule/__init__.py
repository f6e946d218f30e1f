"""The schedule: what is due, runs of what is due and not done, and alerts to whoever has to lend a hand."""

from review_kit.schedule.due import look, run_due
from review_kit.schedule.trigger import Entry, Trigger

__all__ = ["Entry", "Trigger", "look", "run_due"]
