"""The closed vocabularies of a review: what a KPI, a status or a signal may be called."""

from enum import StrEnum


class Direction(StrEnum):
    """Which way a KPI gets better."""

    HIGHER = "higher"
    LOWER = "lower"
    RANGE = "range"


class Aggregate(StrEnum):
    """How the periods of a cycle become one actual."""

    LAST = "last"
    SUM = "sum"
    MEAN = "mean"
    MIN = "min"
    MAX = "max"
    RATIO = "ratio"


class Status(StrEnum):
    """How a KPI stands against its target."""

    ON_TARGET = "on target"
    NEAR = "near"
    OFF_TARGET = "off target"
    NOT_SCORED = "not scored"

    @property
    def symbol(self) -> str:
        """A shape that tells the status apart without colour."""
        return {"on target": "●", "near": "◐", "off target": "■", "not scored": "○"}[self.value]

    @property
    def css_class(self) -> str:
        """`status-off-target` for the stylesheet."""
        return "status-" + self.value.replace(" ", "-")


class Certainty(StrEnum):
    """How final a figure is: as the least certain of the values that it was worked out from."""

    ACTUAL = "actual"
    PRELIMINARY = "preliminary"
    PROJECTED = "projected"

    @property
    def mark(self) -> str:
        """The letter behind a figure that is not final, as statistical offices set it: provisional, forecast."""
        return {"actual": "", "preliminary": "p", "projected": "f"}[self.value]


class Variation(StrEnum):
    """What the latest points of a process behaviour chart say."""

    IMPROVEMENT = "improvement"
    CONCERN = "concern"
    COMMON_CAUSE = "common cause"
    TOO_FEW = "too few points"

    @property
    def css_class(self) -> str:
        """`signal-common-cause` for the stylesheet."""
        return "signal-" + ("too-few" if self is Variation.TOO_FEW else self.value.replace(" ", "-"))


class Assurance(StrEnum):
    """Whether the process, left as it is, meets its target."""

    PASS = "pass"  # noqa: S105 - the word of Making Data Count, not a password
    FAIL = "fail"
    HIT_OR_MISS = "hit or miss"
    UNKNOWN = "unknown"


class Level(StrEnum):
    """A step of the roll-up."""

    STRATEGY = "strategy"
    PERSPECTIVE = "perspective"
    OBJECTIVE = "objective"


class FindingState(StrEnum):
    """Whether a finding stood in the last review too."""

    NEW = "new"
    PERSISTING = "persisting"
    RESOLVED = "resolved"


class InitiativeProposal(StrEnum):
    """What a rule proposes for an initiative; a person decides."""

    CONTINUE = "continue"
    ACCELERATE = "accelerate"
    ADJUST = "adjust"
    STOP = "stop"


# rules about initiatives that are over, that nobody can judge, or that people have ended before their time
NOTHING_ASKED = ("done", "nothing to judge by", "called off")


class Standing(StrEnum):
    """Where a project stands by its dates alone; the words are those of the publisher of Canada's list."""

    BEHIND = "behind schedule"
    ON_SCHEDULE = "on schedule"
    AHEAD = "ahead of schedule"
    NEW = "new"
    COMPLETED = "completed"
    COMPLETED_BEHIND = "completed (behind schedule)"
    COMPLETED_AHEAD = "completed (ahead of schedule)"
    PAST_DUE = "unknown (past due)"
    NO_DATES = "unknown (no dates specified)"

    @property
    def under_way(self) -> bool:
        """Whether the project still goes on."""
        return self in {Standing.BEHIND, Standing.ON_SCHEDULE, Standing.AHEAD, Standing.NEW}


class ObjectiveProposal(StrEnum):
    """What a rule proposes for an objective, or for a change outside that has none; a person decides."""

    KEEP = "keep"
    SHARPEN = "sharpen"
    RETIRE = "retire"
    NEW = "new"


class Audience(StrEnum):
    """Who may see a row, and whom the review is told to."""

    EXECUTIVE = "executive"
    DEPARTMENT = "department"
    IT = "it"


# what people write beside an initiative, a risk, an issue or a lesson that asks for nothing more
CLOSED = frozenset({"adopted", "closed", "complete", "completed", "done", "finished", "resolved"})
ACCEPTED = "accepted"  # a risk that is borne as it is: it still stands, but no response is due


def is_closed(status: object) -> bool:
    """Whether a status, as people write it, says that nothing more is to be done; a blank one is open."""
    return isinstance(status, str) and status.strip().lower() in CLOSED


_CALLED_OFF = frozenset({"abandoned", "called off", "canceled", "cancelled", "stopped", "terminated", "withdrawn"})


def is_called_off(status: object) -> bool:
    """Whether a status, as people write it, says that an initiative was ended before its work was done."""
    return isinstance(status, str) and status.strip().lower() in _CALLED_OFF


ENGAGEMENT_LADDER = ("unaware", "resistant", "neutral", "supportive", "leading")

INPUT_TABLES = (
    "objectives",
    "kpis",
    "actuals",
    "targets",
    "initiatives",
    "progress",
    "risks",
    "changes",
    "lessons",
    "stakeholders",
    "engagements",
    "feedback",
    "surveys",
)
REQUIRED_TABLES = INPUT_TABLES[:3]  # a review without objectives, KPIs or figures reviews nothing

PERCENT_UNITS = ("%", "percent", "per cent", "pct", "prozent")  # beginnings of units: "% of milestones" is one too
