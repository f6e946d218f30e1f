"""What is found out about a review when it is run again."""

from dataclasses import dataclass
from enum import StrEnum

from review_kit.checkpoint.seal import Alteration
from review_kit.errors import ExitCode
from review_kit.proof.comparison import Comparison, Document
from review_kit.proof.differences import Difference
from review_kit.proof.reason import Reason


class Verdict(StrEnum):
    """What became of the proof."""

    PROVED = "proved"
    CHANGED = "changed"  # the results differ, and so does what they are made from
    NOT_REPRODUCIBLE = "not reproducible"  # the results differ, and nothing else does
    ALTERED = "altered"  # somebody changed the folder after the run


class Question(StrEnum):
    """From which inputs the review is run again."""

    BOTH = "both"
    OWN = "own"  # is it reproducible from what it read?
    TODAY = "today"  # does it still follow from the inputs as they are now?


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One run in a clean place, and how it compares with the review."""

    reasons: tuple[Reason, ...]  # what differs between this run and that of the review
    comparison: Comparison | None = None  # None: it did not come to an end
    failure: str = ""  # why not

    @property
    def equal(self) -> bool:
        """Whether it gave the same bytes."""
        return self.comparison is not None and self.comparison.equal

    @property
    def verdict(self) -> Verdict:
        """What this attempt alone says."""
        if self.equal:
            return Verdict.PROVED
        return Verdict.CHANGED if self.reasons else Verdict.NOT_REPRODUCIBLE


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What was found out about one review."""

    checkpoint: str
    revision: int | None
    seal: str  # SHA-256 of seal.json; empty where the review is not sealed
    altered: tuple[Alteration, ...]
    restored: tuple[Difference | Document, ...]  # what stood in the altered files -> what stands there now
    own: Attempt | None  # from what the review read; None where this was not asked
    today: Attempt | None  # from today's inputs; None where this was not asked, or they are the same
    moved_on: bool | None  # whether today's inputs are others than it read; None where nobody looked

    @property
    def attempts(self) -> tuple[Attempt, ...]:
        """Those that were made."""
        return tuple(attempt for attempt in (self.own, self.today) if attempt is not None)

    @property
    def verdict(self) -> Verdict:
        """The worst that was found."""
        if self.altered:
            return Verdict.ALTERED
        found = {attempt.verdict for attempt in self.attempts}
        return next(
            (verdict for verdict in (Verdict.NOT_REPRODUCIBLE, Verdict.CHANGED) if verdict in found), Verdict.PROVED
        )

    @property
    def exit_code(self) -> ExitCode:
        """0 proved; 1 what it is made from has changed; 3 altered, or not reproducible."""
        codes = {Verdict.PROVED: ExitCode.DONE, Verdict.CHANGED: ExitCode.INPUTS_REFUSED}
        return codes.get(self.verdict, ExitCode.STAGE_FAILED)
