"""What is due is a matter of the calendar alone: each checkpoint once, never early, in order, or a reason why not."""

from dataclasses import dataclass, field
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from schedules import day, params_with

from review_kit.model.period import Rhythm
from review_kit.params import Params, Schedule, load_params
from review_kit.schedule.calendar import Appointment, Known, State, appointments, coming, standing

DUE = day("2025-10-10")


@pytest.fixture(scope="module")
def cycle(tmp_path_factory: pytest.TempPathFactory):
    """Params of a year with this schedule."""
    folder = tmp_path_factory.mktemp("cycle")

    def made(year: int = 2025, schedule: str = "{monthly: 10, quarterly: 15, annual: 30}") -> Params:
        return params_with(folder, year, f"schedule: {schedule}\n" if schedule else "")

    return made


def planned(*cycles: Params) -> dict[str, Appointment]:
    return {appointment.name: appointment for appointment in appointments(cycles)}


@pytest.fixture
def september(cycle) -> Appointment:
    return planned(cycle())["2025-09"]


@pytest.mark.parametrize(
    ("name", "due"),
    [
        ("2025-09", "2025-10-10"),
        ("2025-02", "2025-03-10"),
        ("2025-12", "2026-01-10"),
        ("2025-Q1", "2025-04-15"),
        ("2025-Q4", "2026-01-15"),
        ("2025", "2026-01-30"),
    ],
)
def test_a_checkpoint_is_due_so_many_days_after_the_last_day_of_its_period(cycle, name, due):
    assert planned(cycle())[name].due == day(due)


@pytest.mark.parametrize(("year", "due"), [(2024, "2024-03-05"), (2025, "2025-03-05"), (2000, "2000-03-05")])
def test_a_leap_day_moves_no_day_of_the_month(cycle, year, due):
    assert planned(cycle(year, "{monthly: 5}"))[f"{year}-02"].due == day(due)


def test_one_day_of_grace_is_the_day_after_the_period(cycle):
    assert planned(cycle(2024, "{monthly: 1}"))["2024-02"].due == day("2024-03-01")


def test_without_a_schedule_all_three_rhythms_have_the_days_that_the_documents_name(cycle):
    found = planned(cycle(schedule=""))
    assert [found[name].due for name in ("2025-09", "2025-Q3", "2025")] == [
        day("2025-10-05"),
        day("2025-10-10"),
        day("2026-01-20"),
    ]


def test_a_fiscal_year_has_its_own_months_and_quarters(tmp_path):
    path = tmp_path / "params" / "2025-26.yml"
    path.parent.mkdir()
    path.write_text(
        'cycle: "2025-26"\norganisation: A\ncalendar: {start: 2025-04-01, end: 2026-03-31}\n'
        "sources: {objectives: o.csv, kpis: k.csv, actuals: a.csv}\n"
        "schedule: {monthly: 10, quarterly: 15, annual: 30}\n",
        encoding="utf-8",
    )
    found = planned(load_params(path))
    assert list(found) == [
        "2025-26-04", "2025-26-05", "2025-26-06", "2025-26-Q1", "2025-26-07", "2025-26-08", "2025-26-09", "2025-26-Q2",
        "2025-26-10", "2025-26-11", "2025-26-12", "2025-26-Q3", "2025-26-01", "2025-26-02", "2025-26-03", "2025-26-Q4",
        "2025-26",
    ]  # fmt: skip
    assert found["2025-26-Q4"].due == day("2026-04-15")
    assert found["2025-26"].due == day("2026-04-30")


def test_a_month_is_run_before_its_quarter_and_the_quarter_before_its_year(cycle):
    names = [appointment.name for appointment in appointments([cycle(2026), cycle(2025)])]
    assert names[:5] == ["2025-01", "2025-02", "2025-03", "2025-Q1", "2025-04"]
    assert names[13:18] == ["2025-11", "2025-12", "2025-Q4", "2025", "2026-01"]
    assert len(names) == 34


@pytest.mark.parametrize(
    ("schedule", "name", "why"),
    [
        ("none", "2025-09", "params/2025.yml takes the cycle out of the schedule."),
        ("{annual: 30}", "2025-09", "params/2025.yml schedules no months."),
        ("{monthly: 5}", "2025-Q3", "params/2025.yml schedules no quarters."),
        (
            "{monthly: 5, from: 2025-10-01}",
            "2025-09",
            "its period ended before 1 October 2025, with which the schedule begins.",
        ),
    ],
)
def test_a_checkpoint_that_is_not_scheduled_says_why(cycle, schedule, name, why):
    found = standing(planned(cycle(schedule=schedule))[name], Known(), day("2030-01-01"))
    assert (found.state, found.sentence) == (State.NOT_SCHEDULED, why)


def test_the_schedule_begins_with_the_period_that_ends_on_its_first_day_or_later(cycle):
    found = planned(cycle(schedule="{monthly: 5, from: 2025-09-30}"))
    assert [found[name].due is not None for name in ("2025-08", "2025-09", "2025-10")] == [False, True, True]


def test_a_month_whose_name_is_that_of_a_cycle_is_left_to_that_cycle(tmp_path, cycle):
    path = tmp_path / "params" / "2025-09.yml"
    path.parent.mkdir()
    path.write_text(
        'cycle: "2025-09"\norganisation: A\ncalendar: {start: 2025-01-01, end: 2025-12-31}\n'
        "sources: {objectives: o.csv, kpis: k.csv, actuals: a.csv}\n",
        encoding="utf-8",
    )
    found = [one for one in appointments([cycle(), load_params(path)]) if one.name == "2025-09"]
    assert sorted((one.checkpoint.cycle, one.checkpoint.rhythm, one.due is None) for one in found) == [
        ("2025", Rhythm.MONTHLY, True),
        ("2025-09", Rhythm.ANNUAL, False),
    ]


@pytest.mark.parametrize(
    ("known", "on", "state", "sentence"),
    [
        (Known(), "2025-10-09", State.NOT_YET_DUE, "it is due on 10 October 2025."),
        (Known(), "2025-10-10", State.DUE, "due since 10 October 2025."),
        (Known(), "2028-02-29", State.DUE, "due since 10 October 2025."),
        (Known(made_on=DUE), "2025-10-10", State.DONE, "it is done."),
        (
            Known(made_on=DUE - timedelta(days=1)),
            "2025-10-10",
            State.DUE,
            "due since 10 October 2025; the review that is there was made before that day.",
        ),
        (Known(made_on=DUE - timedelta(days=1), kept=True), "2025-10-11", State.DONE, "it is done."),
        (
            Known(made_on=DUE, changed=("data/a.csv", "data/b.csv", "params/2025.yml")),
            "2025-10-11",
            State.CHANGED,
            "data/a.csv and 2 more inputs have changed since; `review run 2025-09` makes it anew.",
        ),
        (Known(made_on=DUE, sealed=True), "2025-10-11", State.SEALED, "it is sealed and is not run again."),
        (Known(made_on=DUE, sealed=True), "2025-10-01", State.SEALED, "it is sealed and is not run again."),
        (
            Known(made_on=DUE, sealed=True, changed=("data/a.csv",)),
            "2025-10-11",
            State.SEALED,
            "it is sealed and is not run again; data/a.csv has changed since.",
        ),
        (Known(holder="2025-09 is being run."), "2025-10-11", State.HELD, "2025-09 is being run."),
        (Known(missing="x is not there."), "2025-10-11", State.MISSING, "due since 10 October 2025; x is not there."),
        (
            Known(last_state=State.FAILED, last_stage="02_kpi_scoring"),
            "2025-10-11",
            State.FAILED,
            "due since 10 October 2025; the last try failed in 02_kpi_scoring.",
        ),
        (
            Known(last_state=State.REFUSED),
            "2025-10-11",
            State.REFUSED,
            "due since 10 October 2025; its inputs were refused at the last try.",
        ),
        (Known(made_on=DUE, last_state=State.FAILED), "2025-10-11", State.DONE, "it is done."),
        (Known(missing="x is not there."), "2025-10-09", State.NOT_YET_DUE, "it is due on 10 October 2025."),
    ],
)  # fmt: skip
def test_a_checkpoint_stands_as_what_is_known_of_it_says(september, known, on, state, sentence):
    found = standing(september, known, day(on))
    assert (found.state, found.sentence) == (state, sentence)


def test_what_comes_next_is_all_that_becomes_due_on_the_next_such_day(cycle):
    plan = appointments([cycle(schedule="{monthly: 10, quarterly: 10, annual: 30}")])
    assert [one.name for one in coming(plan, day("2025-10-09"))] == ["2025-09", "2025-Q3"]
    assert [one.name for one in coming(plan, day("2025-10-10"))] == ["2025-10"]
    assert coming(plan, day("2026-01-30")) == []


# Three years, drawn at random

FIRST, LAST = day("2024-01-01"), day("2027-03-31")
DAYS = (LAST - FIRST).days
YEARS = (2024, 2025, 2026)


@dataclass
class Fate:
    """What happens to one checkpoint besides triggers."""

    late: int  # days after the end of its period until its figures come
    failures: int  # tries that fail before one goes well
    preview: int | None  # day, counted from the first, on which a person runs it
    sealed: bool  # the person also seals what was made
    runs: list[date] = field(default_factory=list)  # by the schedule
    known: Known = field(default_factory=Known)


FATES = st.builds(
    Fate,
    late=st.integers(0, 120),
    failures=st.sampled_from([0, 0, 0, 1, 3, 1000]),
    preview=st.none() | st.integers(0, DAYS),
    sealed=st.booleans(),
)
GRACE = st.none() | st.integers(1, 60)
SCHEDULES = st.builds(
    lambda monthly, quarterly, annual, since: (
        None
        if monthly is quarterly is annual is None
        else Schedule.model_validate({"monthly": monthly, "quarterly": quarterly, "annual": annual, "from": since})
    ),
    GRACE.map(lambda days: None if days is None else str(days)),
    GRACE.map(lambda days: None if days is None else str(days)),
    GRACE.map(lambda days: None if days is None else str(days)),
    st.none() | st.dates(FIRST, LAST).map(str),
)


def trigger(plan: list[Appointment], fates: dict[str, Fate], today: date) -> list[str]:
    """Try everything that is open on this day, as the schedule does; the names of what was run."""
    ran = []
    for appointment in plan:
        fate = fates[appointment.name]
        arrived = appointment.checkpoint.period.end + timedelta(days=fate.late)
        known = fate.known
        missing = "" if arrived <= today else "no figures."
        found = standing(appointment, Known(**{**_fields(known), "missing": missing}), today)
        assert found.sentence.endswith(".")
        if not found.state.is_open or found.state is State.MISSING:
            continue
        if fate.failures:
            fate.failures -= 1
            fate.known = Known(**{**_fields(known), "last_state": State.FAILED})
        else:
            fate.runs.append(today)
            ran.append(appointment.name)
            fate.known = Known(made_on=today, kept=True)
    return ran


def _fields(known: Known) -> dict[str, object]:
    return {name: getattr(known, name) for name in known.__slots__}


def should_have_run(appointment: Appointment, fate: Fate, triggers: list[date]) -> date | None:
    """The day on which the one run has to be, worked out apart: None where there has to be none."""
    if appointment.due is None:
        return None
    preview = None if fate.preview is None else FIRST + timedelta(days=fate.preview)
    ready = max(appointment.due, appointment.checkpoint.period.end + timedelta(days=fate.late))
    tries = [today for today in triggers if today >= ready]
    if preview is not None and (fate.sealed or preview >= appointment.due):  # done by hand, or put away
        tries = [today for today in tries if today < preview]
    return tries[fate.failures] if len(tries) > fate.failures else None


@pytest.fixture(scope="module")
def three(cycle) -> list[Params]:
    return [cycle(year) for year in YEARS]


@settings(max_examples=150, derandomize=True, deadline=None)
@given(data=st.data())
def test_over_three_years_of_missed_doubled_and_late_triggers_each_checkpoint_is_run_once_or_says_why_not(data, three):
    cycles = [params.model_copy(update={"schedule": data.draw(SCHEDULES)}) for params in three]
    plan = appointments(cycles)
    triggers = sorted(
        FIRST + timedelta(days=number) for number in data.draw(st.lists(st.integers(0, DAYS), max_size=80))
    )
    fates = {appointment.name: data.draw(FATES) for appointment in plan}
    expected = {one.name: should_have_run(one, fates[one.name], triggers) for one in plan}
    by_hand = {name: fate.preview for name, fate in fates.items() if fate.preview is not None}
    waiting = sorted((FIRST + timedelta(days=number), name) for name, number in by_hand.items())
    for today in triggers:
        while waiting and waiting[0][0] <= today:  # on the same day the person is first
            made_on, name = waiting.pop(0)
            fate = fates[name]
            if not fate.known.sealed:
                kept = bool(fate.runs)
                fate.known = Known(made_on=made_on, kept=kept, sealed=fate.sealed, last_state=fate.known.last_state)
        ran = trigger(plan, fates, today)
        order = [one.name for one in plan]
        assert ran == sorted(ran, key=order.index)
    for appointment in plan:
        fate = fates[appointment.name]
        day_of_run = expected[appointment.name]
        assert fate.runs == ([] if day_of_run is None else [day_of_run]), appointment
        found = standing(appointment, fate.known, LAST)
        if not fate.runs:
            assert found.state is not State.DONE or fate.preview is not None
            assert found.sentence
