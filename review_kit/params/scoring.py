"""What `scoring` of `params/<cycle>.yml` may say."""

from typing import Any, Literal, Self

from pydantic import model_validator

from review_kit.model.profile import MIN_CONFIDENCE, PROFILES, Profile
from review_kit.params.strict import Strict
from review_kit.yaml_text import Number
from review_kit.yaml_text.scalars import refusal

_USUAL = PROFILES[Profile.PROGRESS]
_HIGHEST_SHARE = 10.0  # 1.0 is 100 %; anything like 90 was meant in percent
ProfileName = Literal["progress", "attainment", "goal_redflag", "health", "bands", "cagr"]


class Thresholds(Strict):
    """From which score on a KPI is on target, and from which it is near."""

    green: Number
    amber: Number

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.green > _HIGHEST_SHARE:
            raise refusal(f"{self.green:g} is too large.", "1.0 stands for 100 %.", at="green")
        if not 0 <= self.amber <= self.green:
            told = f"amber {self.amber:g} and green {self.green:g} do not rise from 0 in this order."
            raise refusal(told, f"{_USUAL.amber} and {_USUAL.green} are usual.", at="green")
        return self


class Scoring(Strict):
    """How actuals become scores and words; what is left out is as the source of the profile has it."""

    profile: ProfileName = "progress"
    green: Number = _USUAL.green
    amber: Number = _USUAL.amber
    cap: Number = _USUAL.cap
    min_confidence: Number = MIN_CONFIDENCE
    rollup: Literal["mean", "geometric", "worst"] = "mean"
    weights: Literal["stated", "target"] = "stated"
    thresholds: dict[ProfileName, Thresholds] = {}  # of profiles that single KPIs name

    @model_validator(mode="before")
    @classmethod
    def _as_published(cls, told: Any) -> Any:
        """The thresholds of the profile's source, where the file says nothing else."""
        if not isinstance(told, dict):
            return told
        name = told.get("profile", Profile.PROGRESS)
        published = PROFILES.get(name if isinstance(name, str) else "", PROFILES[Profile.PROGRESS])
        usual = {"green": published.green, "amber": published.amber, "cap": published.cap}
        return {**usual, "rollup": str(published.rollup), **told}

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        published = PROFILES[self.profile]
        usual = f"{published.amber:g}, {published.green:g} and {published.cap:g} are usual."
        for name in ("green", "amber", "cap"):
            if getattr(self, name) > _HIGHEST_SHARE:
                raise refusal(f"{getattr(self, name):g} is too large.", "1.0 stands for 100 %.", at=name)
        if self.amber < 0 or (self.amber == 0 and published.amber > 0):
            raise refusal("amber is not above 0.", f"{published.amber:g} is usual.", at="amber")
        if not self.amber <= self.green <= self.cap:
            told = f"amber {self.amber:g}, green {self.green:g} and cap {self.cap:g} do not rise in this order."
            raise refusal(told, usual, at="green")
        if not 0 <= self.min_confidence <= 1:
            told = f"{self.min_confidence:g} does not lie between 0 and 1."
            raise refusal(told, f"{MIN_CONFIDENCE:g} is usual.", at="min_confidence")
        return self
