"""How the process behaviour charts of a cycle are read: rule set, central line, phases, seasons."""

from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from review_kit.params.strict import Strict, as_list
from review_kit.yaml_text import Day, Flag, Line, Text, Whole
from review_kit.yaml_text.scalars import refusal

_FEWEST_FROZEN = 6  # as many as limits need


def _enough(points: int) -> int:
    if points < _FEWEST_FROZEN:
        hint = f"limits need {_FEWEST_FROZEN} values at least; 12 is usual."
        raise refusal(f"limits cannot be frozen after {points} values.", hint)
    return points


class RebaseDay(Strict):
    """From a day on, a KPI is a new process: its limits start anew, for a stated reason."""

    kpi_id: Line
    since: Day = Field(alias="from")
    reason: Text

    @model_validator(mode="after")
    def _has_reason(self) -> Self:
        if not self.reason.strip():
            raise refusal("no reason is given.", "say what changed: whoever reads the chart will ask.", at="reason")
        return self


class Seasonal(Strict):
    """Which KPIs are judged without their season."""

    test: Flag = True  # look for a season in every KPI
    always: Annotated[tuple[Line, ...], BeforeValidator(as_list)] = ()  # KPIs that have one, whatever the test says
    never: Annotated[tuple[Line, ...], BeforeValidator(as_list)] = ()

    @model_validator(mode="after")
    def _not_both(self) -> Self:
        for kpi_id in self.always:
            if kpi_id in self.never:
                raise refusal(f"'{kpi_id}' is under always and under never.", "take it out of one.", at="never")
        return self


class Signals(Strict):
    """Which rules read the process behaviour charts."""

    rules: Literal["nhs_r", "nhs_excel", "wheeler", "anhoej"] = "nhs_r"
    centre: Literal["mean", "median"] | None = None  # the central line; the rule set's own where it is left out
    ranges: Literal["mean", "median"] | None = None  # of the moving ranges; as the centre where it is left out
    freeze: Annotated[Whole, AfterValidator(_enough)] | None = None  # limits rest on so many first values of a phase
    rebase: tuple[RebaseDay, ...] = ()
    seasonal: Seasonal = Seasonal()

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        seen = set()
        for one in self.rebase:
            if (one.kpi_id, one.since) in seen:
                told = f"'{one.kpi_id}' is rebased from {one.since} twice."
                raise refusal(told, "keep one of the two.", at="rebase")
            seen.add((one.kpi_id, one.since))
        return self
