"""What the rules look at, and the shape of what they return."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import cached_property
from typing import Any, NamedTuple

import pandas as pd

from review_kit.initiatives import DEFAULT_RULES, InitiativeRules
from review_kit.model import figures
from review_kit.model.profile import MIN_CONFIDENCE
from review_kit.model.words import Direction, Variation

_SHORT_UNIT = 3  # "%", "EUR", "h": so short that saying it twice does not hurt
_WHOLE_PERCENT = 0.095  # from here on a change is told without decimals
_SHORT_SIDE = {Direction.HIGHER: "short of", Direction.LOWER: "above", Direction.RANGE: "outside"}
_FINEST = 9  # decimals; beyond them two figures are told apart by nobody


Row = Mapping[Any, Any]  # one row of a table: its columns by name


class Finding(NamedTuple):
    """One thing that the review found, with what it rests on and what it asks for."""

    rule: str
    severity: str  # high, medium, low or success
    subject: str  # id of the KPI, initiative, risk, objective or audience
    subject_kind: str
    objective_id: str
    headline: str
    evidence: str
    recommendation: str
    owner: str
    weight: float  # share of the strategy's weight that is concerned, 0 to 1
    gap: float  # how much of it is at stake or gained, 0 to 1
    confidence: float = 1.0  # 0 to 1: how sure the evidence is
    settled: bool = False  # people have decided on it


@dataclass(frozen=True, kw_only=True)
class Evidence:
    """The tables of one checkpoint, as earlier stages left them; see the data contract for their columns."""

    as_of: date
    year_is_over: bool  # at the annual checkpoint a missed target is final, before it is a forecast
    scores: pd.DataFrame
    kpis: pd.DataFrame
    objectives: pd.DataFrame
    initiatives: pd.DataFrame
    risks: pd.DataFrame
    stakeholders: pd.DataFrame
    engagements: pd.DataFrame
    feedback: pd.DataFrame
    changes: pd.DataFrame
    segments: pd.DataFrame  # what each segment gave to the change of its KPI
    lessons: pd.DataFrame = field(default_factory=pd.DataFrame)  # as the rules about lessons left them
    commentary: Mapping[str, str] = field(default_factory=dict)  # by kpi_id, the figure that people wrote about
    min_confidence: float = MIN_CONFIDENCE  # share of the due values below which a KPI is not judged
    initiative_rules: InitiativeRules = DEFAULT_RULES
    benefits: pd.DataFrame | None = None  # None where nobody worked them out
    engagements_recorded: bool = True  # whether anybody keeps a record of engagements, of whatever time
    approved: Mapping[str, tuple[float, str]] = field(
        default_factory=dict
    )  # by kpi_id, the next target and who said so

    @cached_property
    def weights(self) -> pd.Series:
        """Share of the whole strategy that each KPI carries, by kpi_id."""
        return strategy_weights(self.scores, self.objectives)

    @cached_property
    def weighted_rows(self) -> Sequence[tuple[Row, float]]:
        """The rows of the scores, each with its share of the strategy; plain mappings, since most rules read each."""
        rows = self.scores.to_dict("records")
        return list(zip(rows, self.weights.reindex(self.scores["kpi_id"]).tolist(), strict=True))

    @cached_property
    def objective_shares(self) -> Mapping[str, float]:
        """Share of the strategy that each objective carries, of the weight of those that have KPIs."""
        return dict(_objective_shares(self.objectives, self.kpis["objective_id"]))

    @cached_property
    def places(self) -> Mapping[str, int]:
        """By kpi_id, which of the rows is the KPI's."""
        return {kpi_id: place for place, kpi_id in enumerate(self.scores["kpi_id"])}


def strategy_weights(scores: pd.DataFrame, objectives: pd.DataFrame) -> pd.Series:
    """Share of the whole strategy that each KPI carries, by kpi_id; shares of all KPIs add up to 1.

    They are those of the roll-up: a KPI's share of its objective, times that of the objective of its perspective, times
    that of the perspective. Where all weights are 0 nothing carries anything.
    """
    weight = scores.set_index("kpi_id")["weight"].fillna(1.0)
    parent = scores.set_index("kpi_id")["objective_id"]
    beside = weight.groupby(parent).transform("sum")
    shares = weight / beside.where(beside > 0) * parent.map(_objective_shares(objectives, parent))
    return shares.fillna(0.0)


def _objective_shares(objectives: pd.DataFrame, measured: pd.Series) -> pd.Series:
    """Share of the strategy by objective_id, of those that are `measured` by a KPI; empty where nothing has weight.

    A perspective weighs as much as its objectives together, whether or not they are measured, but for retired ones that
    are not; within it only those that are measured count. What is not measured has the share that it would have.
    """
    table = objectives.set_index("objective_id")
    weight, perspective = table["weight"].fillna(1.0), table["perspective"].fillna("")
    has_kpis = pd.Series(table.index.isin(measured), index=table.index)
    counted = weight.where(has_kpis | table["status"].ne("retired"), 0.0)
    beside = weight.where(has_kpis, 0.0).groupby(perspective).transform("sum")
    total = counted[beside > 0].sum()
    if not total > 0:
        return pd.Series(dtype="float64")
    whole = counted.groupby(perspective).transform("sum")
    return (weight / total).mask(beside > 0, weight / beside * whole / total)


def promise_words(evidence: Evidence) -> str:
    """What a target is called: promised once the year is over, due by now before."""
    return "promised" if evidence.year_is_over else "due by now"


def text(value: object) -> str:
    """A cell as text, empty where it is missing."""
    if isinstance(value, str):
        return value
    return "" if value is None or pd.isna(value) else str(value)  # type: ignore[call-overload]


def sentence(value: object) -> str:
    """A cell as the end of a sentence: one full stop, also where a person wrote it."""
    words = text(value).strip()
    return words if words.endswith((".", "!", "?", "…")) or not words else f"{words}."


def is_met(row: Row) -> bool:
    """Whether the target itself is met; a KPI may be on target by its score alone, and is not met then."""
    return pd.notna(row["met"]) and bool(row["met"])


def is_strict(row: Row) -> bool:
    """Whether a tie misses the target of the KPI."""
    strict = row.get("strict")
    return strict is not None and bool(pd.notna(strict)) and bool(strict)


def nearest_goal(row: Row) -> float:
    """The target, or of a band the end that is nearer to the actual."""
    if row["direction"] != Direction.RANGE:
        return float(row["target"])
    return float(row["target_low"] if row["actual"] < row["target_low"] else row["target_high"])


def in_unit(row: Row, value: float, *, unit: str | None = None) -> str:
    """A value of this KPI as it is published: its decimals and its unit, or the one that is given."""
    return figures.with_unit(value, text(row["unit"]) if unit is None else unit, _decimals(row))


def difference(row: Row) -> str:
    """How far the actual lies from its target, as both are told; between two percentages in percentage points."""
    places, goal = _decimals(row), nearest_goal(row)
    gap = figures.printed_difference(row["actual"], goal, places) or row["actual"] - goal
    if not any(digit in "123456789" for digit in figures.number(gap, places)):
        places = None  # 0.1 between 99.4 and 99.5 is no distance of 0
    if text(row["unit"]) == "%":
        amount = figures.number(abs(gap), places)
        return f"{amount} percentage point{'' if amount == '1' else 's'}"
    return figures.with_unit(abs(gap), text(row["unit"]), places)


def _decimals(row: Row) -> int | None:
    """The published decimals, and where a target is missed as many more as tell the actual from it.

    Without them 99.95 against 100 would be told as '100, short of the 100'.
    """
    published: int | None = int(row["decimals"]) if pd.notna(row["decimals"]) else None
    met = row.get("met")
    if met is None or pd.isna(met) or met:
        return published
    actual, goal = row["actual"], nearest_goal(row)
    if figures.number(actual, published) != figures.number(goal, published):
        return published
    finer = range((published or 0) + 1, _FINEST + 1)
    apart = (places for places in finer if figures.number(actual, places) != figures.number(goal, places))
    return next(apart, published)


def promised(row: Row, *, unit: str | None = None) -> str:
    """The target as it is published, with its unit: '8.10 turns', or '80-90 %' for a range."""
    if row["direction"] == Direction.RANGE:
        told = text(row["unit"]) if unit is None else unit
        return figures.span(row["target_low"], row["target_high"], told, _decimals(row))
    return in_unit(row, row["target"], unit=unit)


def promised_beside(row: Row) -> str:
    """The target beside an actual whose unit was just said: a unit of words is not said twice."""
    return promised(row, unit=None if len(text(row["unit"])) <= _SHORT_UNIT else "")


def shortfall_words(row: Row) -> str:
    """'short of the 8.10', 'above the 101.0 %', 'outside the 80-90 %': on which side of its target a KPI ended.

    'not below the 12.0' where it ended on a target that a tie misses.
    """
    if is_strict(row) and in_unit(row, row["actual"]) == promised(row):
        return f"not {'below' if row['direction'] == Direction.LOWER else 'above'} the {promised_beside(row)}"
    return f"{_SHORT_SIDE[row['direction']]} the {promised_beside(row)}"


def movement(row: Row) -> str:
    """'rose 2 % to 8.2 turns', 'fell to 12 hours', 'stood at 99.1 %': the actual against the year before."""
    now, before = row["actual"], row["previous_actual"]
    if pd.isna(now):
        return "has no value in this cycle"
    value = in_unit(row, now)
    if pd.isna(before):
        return f"stood at {value}"
    if in_unit(row, before) == value:
        return f"stayed at {value}"
    verb = "rose" if now > before else "fell"
    if before <= 0 or figures.is_share_or_scale(text(row["unit"])):
        # a change of a share in percent would be taken for percentage points, one from nothing is no percentage, and
        # one on a scale without a true nothing, such as a net promoter score, says only where the scale begins
        return f"{verb} from {figures.number(before, _decimals(row))} to {value}"
    change = abs(now / before - 1)
    told = figures.percent(change, 0 if change >= _WHOLE_PERCENT else 1)
    return f"stayed almost level at {value}" if told == figures.percent(0.0, 1) else f"{verb} {told} to {value}"


def recovers(row: Row) -> bool:
    """Whether the latest values, though a signal of concern by their level, all move the better way."""
    rising = row.get("rising")
    return row["variation"] == Variation.CONCERN and pd.notna(rising) and bool(rising)


def signal_words(row: Row) -> str:
    """'low, a signal of concern (long run …)' or 'low, but recovering (…)': what is said of the latest values."""
    side, rule = _side(row), row["rule"]
    if recovers(row):
        return f"{side or 'on the worse side'}, but recovering ({rule})"
    told = f"a signal of {row['variation']} ({rule})"
    return f"{side}, {told}" if side else told


def _side(row: Row) -> str:
    """'low' or 'high': on which side of their mean the latest values give their signal; nothing where unknown."""
    better = {Direction.HIGHER: 1.0, Direction.LOWER: -1.0}.get(Direction(row["direction"]))
    if better is None:  # a band gets better toward its middle
        better = (row["target_low"] + row["target_high"]) / 2 - row.get("mean", float("nan"))
    if pd.isna(better) or better == 0:
        return ""
    return "high" if (better > 0) == (row["variation"] == Variation.IMPROVEMENT) else "low"


def table_of(found: Iterable[Finding]) -> pd.DataFrame:
    """The findings as a table with one row each; its columns are of their kind also where nothing was found."""
    dtypes = {float: "float64", bool: "bool"}
    kinds = {name: dtypes.get(kind, "str") for name, kind in Finding.__annotations__.items()}
    return pd.DataFrame(list(found), columns=list(kinds)).astype(kinds)
