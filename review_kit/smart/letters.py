"""The checks of each letter: which KPIs fail, by which evidence, and what would mend it."""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from review_kit.model import figures
from review_kit.model.period import long_date
from review_kit.model.words import Direction
from review_kit.smart.bounds import breaks_bounds, easier_than_baseline
from review_kit.smart.reach import BEYOND_THE_LARGEST, better_by, largest_steps, noise_of_a_year
from review_kit.smart.wording import is_task_unit, task_in_name, two_measures, weasel_in_definition, weasel_in_name

SPECIFIC, MEASURABLE, ACHIEVABLE, RELEVANT, TIME_BOUND = (
    "specific", "measurable", "achievable", "relevant", "time-bound"
)  # fmt: skip
LETTERS = (SPECIFIC, MEASURABLE, ACHIEVABLE, RELEVANT, TIME_BOUND)

Row = dict[Any, Any]


@dataclass(frozen=True, kw_only=True)
class Cycle:
    """What a cycle's KPIs are held against besides their own rows."""

    start: date
    end: date
    year: int
    objectives: pd.DataFrame
    scores: pd.DataFrame  # kpi_id n_periods n_expected sigma n_points: what came, and how much it varies by routine
    yearly: pd.DataFrame  # kpi_id year value, of complete years
    with_stages: Collection[str] = field(default=())  # KPIs with targets for parts of the cycle


@dataclass(frozen=True, kw_only=True)
class Check:
    """One thing that a letter asks for."""

    letter: str
    rule: str  # a stable id
    fails: pd.Series
    evidence: Callable[[Row], str]  # of a row that fails, with its numbers; ends without a full stop
    mend: str


def has_target(kpis: pd.DataFrame) -> pd.Series:
    """Whether anything is promised: a target, or for a band both of its ends."""
    is_range = kpis["direction"].eq(Direction.RANGE)
    return kpis["target"].notna() | (is_range & kpis["target_low"].notna() & kpis["target_high"].notna())


def specific(kpis: pd.DataFrame) -> Iterator[Check]:
    """A unit, a definition, an owner; words that say something; one measure."""
    for column, rule, words, mend in (
        ("unit", "no-unit", "it has no unit", "say what its values count: %, days, EUR m, or number"),
        ("definition", "no-definition", "it has no definition", "say what is counted, what is not, and where"),
        ("owner", "no-owner", "nobody answers for it", "name one person who answers for it"),
    ):
        yield _check(SPECIFIC, rule, _blank(kpis[column]), words, mend)
    names, definitions = (_text(kpis[column]) for column in ("name", "definition"))
    same = definitions.str.strip().str.rstrip(".").str.lower().eq(names.str.strip().str.lower()) & names.ne("")
    yield _check(
        SPECIFIC, "definition-repeats-name", same, "its definition only repeats its name",
        "say what is counted, what is not, and where",
    )  # fmt: skip
    weak = pd.Series(list(map(weasel_in_name, names, definitions)), index=kpis.index, dtype="str")
    yield Check(
        letter=SPECIFIC, rule="weasel-word", fails=weak.ne(""),
        evidence=lambda row: f"its name says “{weak[row['index']]}” without a number",
        mend="name what is counted, and let the target say how much",
    )  # fmt: skip
    vague = definitions.map(weasel_in_definition)
    yield Check(
        letter=SPECIFIC, rule="weasel-word-in-definition", fails=vague.ne("") & ~same,
        evidence=lambda row: f"its definition says “{vague[row['index']]}” without a number",
        mend="put a number or a rule in its place, so that two people count alike",
    )  # fmt: skip
    double = names.map(two_measures)
    yield Check(
        letter=SPECIFIC, rule="two-measures", fails=double.notna(),
        evidence=lambda row: "its name promises two measures, {} and {}".format(*double[row["index"]]),
        mend="make two KPIs of it, each with a target of its own",
    )  # fmt: skip


def measurable(kpis: pd.DataFrame, cycle: Cycle) -> Iterator[Check]:
    """A direction, a target, data in this cycle, a source; a measure and no task."""
    yield _check(
        MEASURABLE, "no-direction", _blank(kpis["direction"]), "it does not say which way is better",
        "say higher, lower or range",
    )  # fmt: skip
    yield _check(
        MEASURABLE, "no-target", ~has_target(kpis), "it has no target",
        "agree a target, or call it an indicator that is only watched",
    )  # fmt: skip
    yield _check(
        MEASURABLE, "no-source", _blank(kpis["data_source"]), "it does not say where its values come from",
        "name the system, report or survey",
    )  # fmt: skip
    facts = cycle.scores.set_index("kpi_id").reindex(kpis["kpi_id"]).set_axis(kpis.index)
    came, due = facts["n_periods"].fillna(0), facts["n_expected"].fillna(0)
    yield Check(
        letter=MEASURABLE, rule="no-data", fails=came.eq(0) & due.gt(0),
        evidence=lambda row: f"none of {figures.plural(int(due[row['index']]), 'value')} due in this cycle came",
        mend="name a source that delivers, or retire the KPI",
    )  # fmt: skip
    tasks = _text(kpis["name"]).map(task_in_name)
    yield Check(
        letter=MEASURABLE, rule="milestone", fails=tasks.ne(""),
        evidence=lambda row: f"its name is a task (“{tasks[row['index']]}”), done or not done",
        mend="keep the task as an initiative, and measure what it is to change",
    )  # fmt: skip
    only_two = kpis["lower_bound"].eq(0) & kpis["upper_bound"].eq(1) & kpis["decimals"].eq(0)
    yield Check(
        letter=MEASURABLE, rule="milestone-unit", fails=(is_task_unit(kpis["unit"]) | only_two) & tasks.eq(""),
        evidence=lambda row: (
            f"its unit, {row['unit']}, counts how far a task is" if not only_two[row["index"]]
            else "its values can only be 0 or 1"
        ),
        mend="keep the task as an initiative, and measure what it is to change",
    )  # fmt: skip


def achievable(kpis: pd.DataFrame, cycle: Cycle) -> Iterator[Check]:
    """A target that can exist, asks for more than is there and than chance brings, and not for an unheard-of step.

    A guardrail is a limit that must hold and no promise to get better, so it may lie on the easy side of the baseline.
    """
    beyond = breaks_bounds(kpis)
    yield Check(
        letter=ACHIEVABLE, rule="out-of-bounds", fails=beyond, evidence=_beyond_words,
        mend="set it inside the bounds, or correct the bounds",
    )  # fmt: skip
    guards = kpis["guardrail"].fillna(value=False).astype(bool)
    yield Check(
        letter=ACHIEVABLE, rule="easier-than-baseline", fails=easier_than_baseline(kpis) & ~guards & ~beyond,
        evidence=lambda row: f"its target of {_value(row, 'target')} is easier than its baseline of "
        f"{_value(row, 'baseline')}",
        mend="ask for at least the baseline",
    )  # fmt: skip
    facts = cycle.scores.set_index("kpi_id").reindex(kpis["kpi_id"]).set_axis(kpis.index)
    noise = noise_of_a_year(kpis, facts["sigma"], facts["n_points"])
    step = better_by(kpis["target"], kpis["baseline"], kpis["direction"])
    inside = step.gt(0) & step.lt(noise)
    yield Check(
        letter=ACHIEVABLE, rule="inside-noise", fails=inside & ~guards & ~beyond,
        evidence=lambda row: f"its target lies {_size(row, step[row['index']])} from its baseline of "
        f"{_value(row, 'baseline')}; a year's figure moves by up to {_size(row, noise[row['index']])} by routine alone",
        mend="ask for a step that routine variation cannot bring, or promise to hold the level",
    )  # fmt: skip
    past = largest_steps(cycle.yearly, kpis, cycle.year).reindex(kpis["kpi_id"]).set_axis(kpis.index)
    asked = better_by(kpis["target"], past["best"], kpis["direction"])
    unheard_of = asked.gt(BEYOND_THE_LARGEST * past["step"]) & _blank(kpis["achievable_because"])
    yield Check(
        letter=ACHIEVABLE, rule="never-reached", fails=unheard_of & ~beyond,
        evidence=lambda row: f"its target is {_size(row, asked[row['index']])} better than the best year so far; the "
        f"largest step of a year was {_size(row, past['step'][row['index']])}, in {int(past['year'][row['index']])}, "
        "and nobody says why more can be reached",
        mend="say in achievable_because what makes it possible, or take a smaller step",
    )  # fmt: skip


def relevant(kpis: pd.DataFrame, cycle: Cycle) -> Iterator[Check]:
    """An objective that is pursued, and a weight that counts."""
    objectives = cycle.objectives.set_index("objective_id")
    known = kpis["objective_id"].isin(objectives.index)
    yield _check(
        RELEVANT, "no-objective", ~known, "it serves no objective of the strategy",
        "link it to an objective, or leave it out of the review",
    )  # fmt: skip
    retired = kpis["objective_id"].map(objectives["status"]).eq("retired")
    yield Check(
        letter=RELEVANT, rule="retired-objective", fails=retired,
        evidence=lambda row: f"its objective {row['objective_id']} is retired",
        mend="link it to an objective that is pursued, or retire it too",
    )  # fmt: skip
    yield _check(
        RELEVANT, "no-weight", kpis["weight"].eq(0), "its weight is 0, so it counts for nothing",
        "give it a weight, or call it an indicator that is only watched",
    )  # fmt: skip
    idle = kpis["objective_id"].map(objectives["weight"]).eq(0)
    yield Check(
        letter=RELEVANT, rule="objective-without-weight", fails=idle & ~retired,
        evidence=lambda row: f"its objective {row['objective_id']} has a weight of 0",
        mend="give the objective a weight, or say that it is only watched",
    )  # fmt: skip


def time_bound(kpis: pd.DataFrame, cycle: Cycle) -> Iterator[Check]:
    """A day by which the target is to be reached, within the cycle that judges it.

    A target due later is judged too early, unless the table of targets says what is to be reached on the way.
    """
    promised = has_target(kpis)
    yield _check(
        TIME_BOUND, "no-due-date", kpis["due"].isna() & promised, "it has no due date",
        "say by when the target is to be reached",
    )  # fmt: skip
    end = long_date(cycle.end)
    yield Check(
        letter=TIME_BOUND, rule="due-before", fails=kpis["due"].lt(pd.Timestamp(cycle.start)) & promised,
        evidence=lambda row: f"it was due on {long_date(row['due'])}, before this cycle began",
        mend=f"set a new due date, {end} at the latest, or retire it",
    )  # fmt: skip
    late = kpis["due"].gt(pd.Timestamp(cycle.end)) & promised & ~kpis["kpi_id"].isin(list(cycle.with_stages))
    yield Check(
        letter=TIME_BOUND, rule="due-after", fails=late,
        evidence=lambda row: f"it is due on {long_date(row['due'])}, after the cycle that judges it",
        mend=f"say in the table of targets what is to be reached by {end}",
    )  # fmt: skip


def _check(letter: str, rule: str, fails: pd.Series, words: str, mend: str) -> Check:
    return Check(letter=letter, rule=rule, fails=fails, evidence=lambda _: words, mend=mend)


def _blank(column: pd.Series) -> pd.Series:
    return _text(column).str.strip().eq("")


def _text(column: pd.Series) -> pd.Series:
    """Without gaps, also where a column that holds nothing came as numbers."""
    return column.astype("object").where(column.notna(), "").astype("str")


def _places(row: Row) -> int | None:
    return int(row["decimals"]) if pd.notna(row["decimals"]) else None


def _unit(row: Row) -> str:
    return row["unit"] if isinstance(row["unit"], str) else ""


def _value(row: Row, column: str) -> str:
    return figures.with_unit(row[column], _unit(row), _places(row))


def _size(row: Row, amount: float) -> str:
    """A distance, to one digit more than is published; between two percentages in percentage points."""
    places = _places(row)
    told = amount if places is None else figures.rounded(amount, places + 1)
    if _unit(row) == "%":
        size = figures.number(told)
        return f"{size} percentage point{'' if size == '1' else 's'}"
    return figures.with_unit(told, _unit(row))


def _beyond_words(row: Row) -> str:
    ends = [row[name] for name in ("target", "target_low", "target_high") if pd.notna(row[name])]
    over = [end for end in ends if end > row["upper_bound"]]
    under = [end for end in ends if end < row["lower_bound"]]
    told, limit, words = (
        (over[0], row["upper_bound"], "above {}, the most there can be")
        if over
        else (under[0], row["lower_bound"], "below {}, the least there can be")
    )
    unit, places = _unit(row), _places(row)
    bound = words.format(figures.with_unit(limit, unit, None))
    return f"its target of {figures.with_unit(told, unit, places)} lies {bound}"
