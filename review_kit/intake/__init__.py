"""Sources to sound tables, or located faults: nothing is guessed, dropped or rounded."""

from review_kit.intake.cycle import Intake, faults_table, read_cycle

__all__ = ["Intake", "faults_table", "read_cycle"]
