"""Sources to sound tables, or located faults: nothing is guessed, dropped or rounded."""

from review_kit.intake.cycle import Intake, faults_table, read_cycle
from review_kit.intake.freshness import freshness

__all__ = ["Intake", "faults_table", "freshness", "read_cycle"]
