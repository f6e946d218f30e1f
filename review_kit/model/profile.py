"""The published ways to score a KPI: their names, thresholds and bounds, each as its source prints them."""

from dataclasses import dataclass
from enum import StrEnum

MIN_CONFIDENCE = 0.5  # share of due values, or of weight, below which nothing is scored: a part is not the whole


class Rollup(StrEnum):
    """How the scores of children become that of their parent."""

    MEAN = "mean"
    GEOMETRIC = "geometric"
    WORST = "worst"


class Window(StrEnum):
    """How far back an actual reaches."""

    YEAR_TO_DATE = "year_to_date"
    ROLLING_12 = "rolling_12"
    LATEST_PERIOD = "latest_period"


class Origin(StrEnum):
    """Where a number comes from."""

    READ = "read"
    COMPUTED = "computed"
    ROLLED_UP = "rolled up"

    @property
    def letter(self) -> str:
        """A mark beside a number; a legend says what it means."""
        return {"read": "r", "computed": "c", "rolled up": "Σ"}[self.value]


class Profile(StrEnum):
    """What a score says of a KPI; 1 is its target in all of them."""

    PROGRESS = "progress"
    ATTAINMENT = "attainment"
    GOAL_REDFLAG = "goal_redflag"
    HEALTH = "health"
    BANDS = "bands"
    CAGR = "cagr"


@dataclass(frozen=True, slots=True, kw_only=True)
class Published:
    """What the source of a profile says; every threshold stands here and nowhere else.

    Scores are shares of which 1 is the target; `floor` and `cap` bound them where they are brought together.
    """

    title: str  # as a page names it
    source: str
    green: float  # on target from here on
    amber: float  # near from here on
    floor: float = 0.0
    cap: float = 1.2  # our own where the source has none: one runaway success does not hide a failure
    rollup: Rollup = Rollup.MEAN


PROFILES: dict[str, Published] = {
    Profile.PROGRESS: Published(
        title="progress from baseline to target",
        source="Healthy People 2020, percentage of targeted change achieved",
        green=1.0,
        amber=0.8,
    ),
    Profile.ATTAINMENT: Published(
        title="attainment of the target",
        source="balanced-scorecard practice: actual over target",
        green=1.0,
        amber=0.8,
    ),
    Profile.GOAL_REDFLAG: Published(
        title="goal and red flag",
        source="Spider Strategies, KPI scoring types: goal 6.67 and red flag 3.33 of 10",
        green=1.0,
        amber=0.0,  # the red flag itself
        floor=-1.0,  # 0 of 10
        cap=2.0,  # 10 of 10
    ),
    Profile.HEALTH: Published(
        title="health: progress over expected progress",
        source="Cascade, what each health means: on track from 95 %, behind from 85 %, capped at 100 % in averages",
        green=0.95,
        amber=0.85,
        cap=1.0,
    ),
    Profile.BANDS: Published(
        title="achievement bands",
        source="ServiceNow Goal Framework, status calculation: green from 90 %, yellow from 75 %, the worst wins",
        green=0.9,
        amber=0.75,
        rollup=Rollup.WORST,
    ),
    Profile.CAGR: Published(
        title="annual rate achieved over annual rate required",
        source="Open SDG, progress measurement (after Eurostat): on track from 95 %, limited below 60 %",
        green=0.95,
        amber=0.6,
        floor=-0.6,  # -5 of its score
        cap=1.3,  # +5 of its score
    ),
}
