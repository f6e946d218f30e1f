"""How many rows of a table a reader is shown; the rest lies in the tables beside the report, and the note says so."""

import pandas as pd

from review_kit.model import figures

MOST_ROWS = 40  # what a reader takes in; a page of print
MOST_LISTED = 2_000  # rows to search and filter in a page that still opens at once


def first_rows(frame: pd.DataFrame, what: str, *, most: int = MOST_ROWS) -> tuple[pd.DataFrame, str]:
    """The first rows, and a sentence that says how many more there are and where; empty where all are shown."""
    left = len(frame) - most
    if left <= 0:
        return frame, ""
    are = "is" if left == 1 else "are"
    return frame.head(most), f"{figures.number(left)} more {are} in the table of {what} that comes with this report."
