"""What the caller of a run gets back."""

from dataclasses import dataclass
from pathlib import Path

from review_kit.chain.steps import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class RunResult:
    """What a run that did not fail has made."""

    checkpoint: str
    folder: Path  # absolute
    written: tuple[str, ...] = ()  # what people open, relative to the workspace, with forward slashes
    outcomes: tuple[Outcome, ...] = ()
    seconds: float
    unchanged: bool = False  # nothing was run, since nothing has changed since the last good run
    partial: bool = False  # only some stages or editions: the review itself was not replaced

    @property
    def report(self) -> Path:
        """The page for the analyst; a partial run may not have made it."""
        return self.folder / "report.html"
