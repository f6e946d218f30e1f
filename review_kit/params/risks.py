"""How a cycle reads its risks: the bands of the grid, and when an assessment is too old."""

from typing import Self

from pydantic import model_validator

from review_kit.params.strict import Strict
from review_kit.yaml_text import Whole
from review_kit.yaml_text.scalars import refusal

_MOST = 25  # 5 x 5
_LONGEST = 3660  # days; what is said of ten years is a slip


class Bands(Strict):
    """Lowest exposure (likelihood x impact, 1 to 25) of each band above low."""

    moderate: Whole = 5
    high: Whole = 10
    critical: Whole = 15

    @model_validator(mode="after")
    def _one_after_another(self) -> Self:
        if not 1 < self.moderate < self.high < self.critical <= _MOST:
            told = f"{self.moderate}, {self.high} and {self.critical} do not rise from band to band within 2 to 25."
            raise refusal(told, "moderate: 5, high: 10, critical: 15 is usual.", at="moderate")
        return self


class Risks(Strict):
    """What risks are held against."""

    bands: Bands = Bands()
    stale_after_days: Whole = 180

    @model_validator(mode="after")
    def _some_days(self) -> Self:
        if not 1 <= self.stale_after_days <= _LONGEST:
            told = f"{self.stale_after_days} is not a number of days from 1 to {_LONGEST}."
            raise refusal(told, "180 asks for an assessment every half year.", at="stale_after_days")
        return self
