"""How the process behaviour charts of a cycle are read: rule set, central line, phases, seasons."""

from collections.abc import Collection, Iterator
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from review_kit.model.nearest import did_you_mean
from review_kit.params.strict import Strict, as_list
from review_kit.yaml_text import Day, Flag, Line, Mistake, Text, Whole, raise_for, read_yaml_text
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


def check_named_kpis(signals: Signals, path: Path, known: Collection[str]) -> None:
    """Refuse a KPI that the cycle does not have: what is said of it would never count, and nobody would notice.

    `path` is the parameter file that the signals were read from.

    Raises:
        ParamsError: every such KPI with its line and the nearest that there is.

    """
    unknown = [(place, kpi_id) for place, kpi_id in _named(signals) if kpi_id not in known]
    if not unknown:
        return
    document = read_yaml_text(path)
    mistakes = []
    for place, kpi_id in unknown:
        line = next((document.lines[place[:n]] for n in range(len(place), 0, -1) if place[:n] in document.lines), None)
        key = "".join(f"[{part + 1}]" if isinstance(part, int) else f".{part}" for part in place).removeprefix(".")
        hint = did_you_mean(kpi_id, known, "the kpis table lists them.")
        mistakes.append(Mistake(line, key, f"no KPI is called '{kpi_id}'.", hint))
    raise_for(document.file, mistakes)


def _named(signals: Signals) -> Iterator[tuple[tuple[str | int, ...], str]]:
    """Where the signals name a KPI, and which."""
    for number, one in enumerate(signals.rebase):
        yield ("signals", "rebase", number, "kpi_id"), one.kpi_id
    for name in ("always", "never"):
        for number, kpi_id in enumerate(getattr(signals.seasonal, name)):
            yield ("signals", "seasonal", name, number), kpi_id
