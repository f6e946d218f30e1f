"""Where each KPI will stand at the end of the cycle, and where next year's would stand if nothing changed."""

from review_kit.outlook.calibration import Calibration, calibration
from review_kit.outlook.distribution import INTERVAL, Outlook, judged_goals
from review_kit.outlook.next_year import next_year
from review_kit.outlook.year_end import YearEnd, year_end

__all__ = ["INTERVAL", "Calibration", "Outlook", "YearEnd", "calibration", "judged_goals", "next_year", "year_end"]
