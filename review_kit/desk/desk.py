"""What a notebook holds: the tables of one checkpoint, and one verb for each thing that it shows or hands over."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pandas as pd
from IPython.display import display

from review_kit.desk.driver_pages import DriverPages
from review_kit.desk.finding_pages import FindingPages
from review_kit.desk.handover import Handover
from review_kit.desk.intake_pages import IntakePages
from review_kit.desk.report_pages import ReportPages
from review_kit.desk.review import Review
from review_kit.desk.scoring_pages import ScoringPages
from review_kit.desk.sensitivity_pages import SensitivityPages
from review_kit.desk.target_pages import TargetPages
from review_kit.stylesheet import lab_css
from review_kit.tables_view import Piece


class Desk:
    """One review, opened.

    Its drawers are `intake`, `scoring`, `drivers`, `sensitivity`, `findings`, `targets` and `report`.
    """

    def __init__(
        self,
        review: Review,
        *,
        of_sources: Mapping[str, pd.DataFrame],
        edition: str,
        is_partial: bool,
        handover: Handover,
    ) -> None:
        self.review = review
        self.intake = IntakePages(review, of_sources, is_partial=is_partial)
        self.drivers = DriverPages(review)
        self.sensitivity = SensitivityPages(review)
        self.scoring = ScoringPages(review, self.drivers)
        self.findings = FindingPages(review)
        self.targets = TargetPages(review)
        self.report = ReportPages(review, edition, is_partial=is_partial)
        self._handover = handover

    def style(self) -> None:
        """Give the pieces their look in JupyterLab, light and dark; documents bring their own stylesheet."""
        display({"text/html": f"<style>{lab_css()}</style>", "text/plain": ""}, raw=True)

    def show(self, *pieces: Piece | Sequence[Piece]) -> None:
        """Show charts, tables and blocks, each as an output of its own; an empty list shows nothing."""
        for piece in pieces:
            if isinstance(piece, Sequence):
                self.show(*piece)
            else:
                display({"text/html": piece._repr_html_(), "text/plain": repr(piece)}, raw=True)

    def accept_sources(self) -> None:
        """Go on only with sound sources.

        Raises:
            InputsRefusedError: at least one fault is an error; all of them are told.

        """
        self._handover.refuse_faulty()

    def write(self, *names: str) -> None:
        """Hand tables over to the next stage, by name; in a notebook of its own, to `outputs/.drafts/`."""
        self._handover.write(self.review, self.intake, names)

    def write_next_cycle(self) -> list[Path]:
        """Write the next cycle's draft parameters and its table of KPIs; only the annual review has one."""
        return self._handover.write_next_cycle(self.review)
