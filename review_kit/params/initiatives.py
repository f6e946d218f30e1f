"""What `initiatives` of `params/<cycle>.yml` may say: from where on a slip or an overspend counts, in what currency."""

from typing import Annotated, Self

from pydantic import AfterValidator, model_validator

from review_kit.model.figures import is_currency
from review_kit.params.strict import Strict
from review_kit.yaml_text import Number, Text, Whole
from review_kit.yaml_text.scalars import refusal

_LONGEST_SLIP = 3_660  # days; what may slip ten years is no plan
_ALL = 100.0
_LARGEST_SHARE = 10.0  # 1.0 is 100 %; anything like 10 was meant in percent


def _currency(written: str) -> str:
    text = written.strip()
    if not text or is_currency(text):
        return text
    usual = "write a code of ISO 4217 such as EUR, or one of the signs $, €, £, ¥ and ₹; amounts are in single units."
    hint = f"write {text.upper()}." if is_currency(text.upper()) else usual
    raise refusal(f"'{text}' is not a currency.", hint)


class Initiatives(Strict):
    """Thresholds of the rules that propose to continue, accelerate, adjust or stop, and how their money is told."""

    late_days: Whole = 30  # slips below a month are planning noise
    behind_points: Number = 10.0  # percentage points of progress behind plan
    overspent: Number = 0.10  # share of the budget spent ahead of the work
    half_done: Number = 50.0  # percent of the work; below it the plan itself is in doubt, not only its pace
    dearer: Number = 0.10  # share of the budget by which the expected cost exceeds it
    currency: Annotated[Text, AfterValidator(_currency)] = ""  # of all money of initiatives; '' where nobody says it

    @model_validator(mode="after")
    def _possible(self) -> Self:
        if not 0 < self.late_days <= _LONGEST_SLIP:
            told = f"{self.late_days} is not a number of days from 1 to {_LONGEST_SLIP}."
            raise refusal(told, "30 is usual.", at="late_days")
        for name, usual in (("behind_points", "10"), ("half_done", "50")):
            if not 0 < getattr(self, name) <= _ALL:
                told = f"{getattr(self, name):g} does not lie between 0 and 100 percent."
                raise refusal(told, f"{usual} is usual.", at=name)
        for name in ("overspent", "dearer"):
            if not 0 < getattr(self, name) < _LARGEST_SHARE:
                told = f"{getattr(self, name):g} is not a share above 0."
                raise refusal(told, "0.10 stands for 10 %.", at=name)
        return self
