"""Whether a promise is SMART, by evidence: every letter by hand, and no false alarm on what is sound."""

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sound_cycles import sound_cycle, write
from tables import kpi_table
from workspaces import REPOSITORY

from review_kit.desk import open_cycle
from review_kit.intake.target_text import convert_targets
from review_kit.narrative import smart_lead
from review_kit.params import Source
from review_kit.smart import LETTERS, Cycle, judged, lint
from review_kit.smart.reach import largest_steps, noise_of_a_year
from review_kit.smart.wording import task_in_name, two_measures, weasel_in_definition, weasel_in_name

OBJECTIVES = pd.DataFrame({"objective_id": ["O1", "O2", "O3"], "weight": [1.0, 0.0, 1.0],
                           "status": ["active", np.nan, "retired"]})  # fmt: skip


def cycle_of(kpis, **changed):
    scores = pd.DataFrame(
        {"kpi_id": kpis["kpi_id"], "n_periods": 12, "n_expected": 12, "sigma": np.nan, "n_points": 36}
    )
    told = {"scores": scores, "yearly": pd.DataFrame({"kpi_id": [], "year": [], "value": []})} | changed
    return Cycle(start=date(2025, 1, 1), end=date(2025, 12, 31), year=2025, objectives=OBJECTIVES, **told)


def problems(kpi, **changed):
    kpis = kpi_table(kpi)
    return lint(kpis, cycle_of(kpis, **changed))


def rules(kpi, **changed):
    return problems(kpi, **changed)["rule"].tolist()


def test_a_sound_kpi_is_smart():
    assert rules({"upper_bound": 200.0, "lower_bound": 0.0}) == []


@pytest.mark.parametrize(
    ("kpi", "letter", "rule"),
    [
        ({"unit": np.nan}, "specific", "no-unit"),
        ({"definition": np.nan}, "specific", "no-definition"),
        ({"definition": " "}, "specific", "no-definition"),
        ({"name": "Repairs", "definition": "repairs."}, "specific", "definition-repeats-name"),
        ({"owner": np.nan}, "specific", "no-owner"),
        ({"name": "Improve customer satisfaction"}, "specific", "weasel-word"),
        ({"definition": "Replies sent in an adequate time."}, "specific", "weasel-word-in-definition"),
        ({"name": "Cost and quality of service"}, "specific", "two-measures"),
        ({"target": np.nan}, "measurable", "no-target"),
        ({"data_source": np.nan}, "measurable", "no-source"),
        ({"name": "Launch the loyalty app"}, "measurable", "milestone"),
        ({"unit": "% complete"}, "measurable", "milestone-unit"),
        ({"unit": "yes/no"}, "measurable", "milestone-unit"),
        ({"target": 108.9, "baseline": 99.0, "upper_bound": 100.0}, "achievable", "out-of-bounds"),
        ({"target": 70.0}, "achievable", "easier-than-baseline"),
        ({"target": 90.0, "direction": "lower"}, "achievable", "easier-than-baseline"),
        ({"objective_id": np.nan}, "relevant", "no-objective"),
        ({"objective_id": "O9"}, "relevant", "no-objective"),
        ({"objective_id": "O3"}, "relevant", "retired-objective"),
        ({"objective_id": "O2"}, "relevant", "objective-without-weight"),
        ({"weight": 0.0}, "relevant", "no-weight"),
        ({"due": pd.NaT}, "time-bound", "no-due-date"),
        ({"due": pd.Timestamp("2024-12-31")}, "time-bound", "due-before"),
        ({"due": pd.Timestamp("2026-01-01")}, "time-bound", "due-after"),
    ],
)
def test_each_letter_is_missed_by_its_own_evidence(kpi, letter, rule):
    found = problems(kpi)
    assert found[["letter", "rule"]].to_numpy().tolist() == [[letter, rule]]
    assert found["reason"].str.len().min() > 10
    assert found["mend"].str.len().min() > 10


def test_an_uptime_of_more_than_there_can_be_is_told_with_its_numbers():
    kpi = {"target": 108.9, "baseline": 99.0, "upper_bound": 100.0, "unit": "%", "decimals": 1.0}
    assert problems(kpi)["reason"].tolist() == [
        "its target of 108.9\u202f% lies above 100\u202f%, the most there can be"
    ]


def test_a_band_beyond_the_bounds_is_not_achievable():
    band = {"direction": "range", "target": np.nan, "target_low": 80.0, "target_high": 120.0, "upper_bound": 100.0}
    assert rules(band) == ["out-of-bounds"]


def test_a_guardrail_may_lie_on_the_easy_side_of_its_baseline():
    assert rules({"target": 70.0, "guardrail": True}) == []


def test_a_kpi_of_which_nothing_is_due_yet_does_not_lack_data():
    scores = pd.DataFrame({"kpi_id": ["a"], "n_periods": 0, "n_expected": 0, "sigma": np.nan, "n_points": 0})
    assert rules({}, scores=scores) == []
    assert rules({}, scores=scores.assign(n_expected=3)) == ["no-data"]
    assert problems({}, scores=scores.assign(n_expected=3))["reason"][0] == "none of 3 values due in this cycle came"


@pytest.mark.parametrize(
    ("aggregate", "frequency", "noise"),
    [("mean", "monthly", 3 * 4 / 12**0.5), ("ratio", "quarterly", 6.0), ("sum", "quarterly", 24.0),
     ("last", "monthly", 12.0), ("max", "monthly", np.nan), ("mean", np.nan, np.nan)],
)  # fmt: skip
def test_the_noise_of_a_year_is_that_of_one_value_averaged_or_added_up(aggregate, frequency, noise):
    kpis = kpi_table({"aggregate": aggregate, "frequency": frequency})
    told = noise_of_a_year(kpis, pd.Series([4.0]), pd.Series([12]))
    assert told[0] == pytest.approx(noise, nan_ok=True)
    assert np.isnan(noise_of_a_year(kpis, pd.Series([4.0]), pd.Series([11]))[0])


@pytest.mark.parametrize(("target", "found"), [(83.4, ["inside-noise"]), (83.5, []), (80.0, [])])
def test_a_target_that_routine_variation_reaches_is_no_achievement(target, found):
    # sigma 4 of a month is 4 / sqrt(12) = 1.155 of a year; three of them are 3.464, from the baseline of 80
    scores = pd.DataFrame({"kpi_id": ["a"], "n_periods": 12, "n_expected": 12, "sigma": 4.0, "n_points": 36})
    assert rules({"target": target}, scores=scores) == found
    assert rules({"target": 160 - target, "direction": "lower"}, scores=scores) == found


YEARLY = pd.DataFrame({"kpi_id": "a", "year": [2021, 2022, 2023, 2024, 2025], "value": [70.0, 75.0, 74.0, 80.0, 500.0]})


def test_the_largest_step_is_that_of_one_year_before_the_cycle():
    found = largest_steps(YEARLY, kpi_table({}), 2025)
    assert found.loc["a"].tolist() == [80.0, 6.0, 2024]
    assert largest_steps(YEARLY.iloc[:2], kpi_table({}), 2025).empty
    assert largest_steps(YEARLY.iloc[[0, 2, 4]].assign(year=[2019, 2021, 2023]), kpi_table({}), 2025).empty
    falling = YEARLY.assign(value=-YEARLY["value"])
    assert largest_steps(falling, kpi_table({"direction": "lower"}), 2025).loc["a"].tolist() == [-80.0, 6.0, 2024]


@pytest.mark.parametrize(("target", "because", "found"), [(92.0, np.nan, []), (92.1, np.nan, ["never-reached"]),
                                                          (99.0, "the new line opens in March", [])])  # fmt: skip
def test_more_than_twice_the_largest_step_needs_a_reason(target, because, found):
    assert rules({"target": target, "achievable_because": because}, yearly=YEARLY) == found


def test_a_target_due_later_is_fair_where_the_table_of_targets_says_what_is_due_on_the_way():
    kpi = {"due": pd.Timestamp("2027-12-31")}
    assert rules(kpi) == ["due-after"]
    assert rules(kpi, with_stages={"a"}) == []


def test_without_a_target_achievable_and_time_bound_are_not_judged():
    kpis = kpi_table({"kpi_id": "a"}, {"kpi_id": "b", "target": np.nan, "due": pd.NaT})
    table = judged(kpis, lint(kpis, cycle_of(kpis))).set_index(["kpi_id", "letter"])["verdict"]
    assert set(table["a"]) == {"met"}
    assert [table["b", letter] for letter in LETTERS] == ["met", "not met", "not judged", "met", "not judged"]


def test_the_lead_counts_kpis_and_letters():
    kpis = kpi_table(
        {"kpi_id": "a"}, {"kpi_id": "b", "target": np.nan}, {"kpi_id": "c", "target": 70.0, "owner": np.nan}
    )
    told = smart_lead(judged(kpis, lint(kpis, cycle_of(kpis))))
    assert told == (
        "1 of 3 KPIs is specific, measurable, achievable, relevant and time-bound. Of the others, 1 is not specific, "
        "1 is not measurable and 1 is not achievable. One without a target cannot be judged on all letters."
    )


@pytest.mark.parametrize(
    ("name", "definition", "word"),
    [
        ("Improve customer satisfaction", "Answers of 4 or 5.", "Improve"),
        ("To enhance quality", "", "enhance"),
        ("World-class service", "Answers of 4 or 5.", "World-class"),
        ("Better service", "", "Better"),
        ("Better service: 90 % within a day", "", ""),
        ("Timely replies", "Replies sent.", "Timely"),
        ("Timely replies", "Replies sent within 48 hours.", ""),
        ("Improvement suggestions", "", ""),
        ("Share of patients who improved", "", ""),
        ("Respondents who say adequate or better", "Of 5 answers the first two.", ""),
        ("Optimise cost rate", "", ""),
        ("Promoted articles", "", ""),
        ("Days sales outstanding", "", ""),
        ("Outstanding invoices", "", ""),
        ("Outstanding service", "", "Outstanding service"),
        ("Schools rated good or outstanding", "", ""),
        ("Homes in fair, good or excellent repair", "", ""),
        ("Excellent repair", "", "Excellent"),
        ("Clients better off after advice", "", ""),
        ("Cases closed by the superior court", "", ""),
        ("Appropriate prescriptions", "Prescriptions that follow the national guideline.", ""),
        ("Appropriate prescriptions", "Prescriptions that doctors would write again.", "Appropriate"),
    ],
)
def test_weasel_words_in_names(name, definition, word):
    assert weasel_in_name(name, definition) == word


@pytest.mark.parametrize(
    ("definition", "word"),
    [
        ("Repairs done as appropriate.", "as appropriate"),
        ("Licences, hosting etc.", "etc"),
        ("Calls answered within a reasonable time of 30 seconds.", ""),
        ("Calls answered. A reasonable wait counts. Days off: 2.", "reasonable"),
        ('Answers to "Was the help adequate and timely?"', ""),
        ("Lower values are better.", ""),
        ("The fewer, the better.", ""),
        ("A statistically significant rise.", ""),
        ("Checks as required by law.", ""),
        ("Inappropriate words found.", ""),
        ("Half of the sufficient ones.", ""),
    ],
)
def test_weasel_words_in_definitions(definition, word):
    assert weasel_in_definition(definition) == word


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("Launch loyalty app", "Launch"),
        ("Roll out the new tills", "Roll out"),
        ("Complete the migration", "Complete"),
        ("ERP project completed", "project completed"),
        ("New website go-live", "website go-live"),
        ("ERP go-live by June 2025", "ERP go-live"),
        ("Platform in place by the end of the year", "Platform in place"),
        ("Introduction of a supplier code", "Introduction of a"),
        ("Policy reports published on time", ""),
        ("Contracts signed", ""),
        ("Complete orders", ""),
        ("Open positions", ""),
        ("Deploy frequency", ""),
        ("Launch delays", ""),
        ("Projects completed", ""),
        ("Project milestones reached on time", ""),
        ("Share of the plan completed", ""),
        ("Delivery performance", ""),
    ],
)
def test_tasks_that_pose_as_measures(name, words):
    assert task_in_name(name) == words


@pytest.mark.parametrize(
    ("name", "both"),
    [
        ("Cost and quality of service", ("cost", "quality")),
        ("Speed & accuracy", ("speed", "accuracy")),
        ("Uptime and response time", ("uptime", "response time")),
        ("Customer satisfaction, retention", ("satisfaction", "retention")),
        ("Store orders delivered on time and in full", None),
        ("Number of incidents and complaints", None),
        ("Share of revenue and profit from services", None),
        ("Quality and safety audits passed", None),
        ("Research and development cost", None),
    ],
)
def test_two_measures_in_one_name(name, both):
    assert two_measures(name) == both


@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_can_be_read(name, definition):
    assert isinstance(weasel_in_name(name, definition) + weasel_in_definition(definition) + task_in_name(name), str)
    assert two_measures(name) is None or len(two_measures(name)) == 2


# What clean is: each KPI has a unit, an owner, a source, a due date at the cycle's end, and a definition that says
# what is counted; its target lies beyond its baseline in its direction, within its bounds, and further away than the
# natural limits of a year's figure. Names and definitions are those that people at work write, with the words that
# sound like weasel words and are none.
CLEAN = (
    ("Orders delivered on time and in full", "%", "Orders with every line complete, in percent of orders due."),
    ("Time to resolve an incident", "hours", "Mean working hours from report to solution. Lower values are better."),
    ("Research and development spend", "EUR m", "Cost of own staff, licences and contractors in research."),
    ("Complete data records", "%", "Records that pass all 38 checks, in percent of active records."),
    ("Open invoices", "number", "Invoices not paid 30 days after their due date."),
    ("Staff who say help was good or better", "%", 'Answers of 4 or 5 to "Was the help adequate?"'),
    ("Release frequency", "releases", "Releases to production in the month. Hot fixes are not counted."),
    (
        "Employees trained in safety",
        "%",
        "Employees with a valid certificate, in percent of employees required by law.",
    ),
    ("Revenue", "EUR m", "Net sales after returns, booked in the month of delivery."),
    ("Number of incidents and near misses", "number", "Reports in the register of the month."),
)


@pytest.mark.parametrize("direction", ["higher", "lower"])
def test_a_clean_set_raises_no_alarm(direction):
    way = 1.0 if direction == "higher" else -1.0
    kpis = kpi_table(*(
        {"kpi_id": f"k{place}", "name": name, "unit": unit, "definition": told, "direction": direction,
         "baseline": 50.0, "target": 50.0 + way * 5.0, "lower_bound": 0.0, "upper_bound": 100.0}
        for place, (name, unit, told) in enumerate(CLEAN)
    ))  # fmt: skip
    scores = pd.DataFrame({"kpi_id": kpis["kpi_id"], "n_periods": 12, "n_expected": 12, "sigma": 2.0, "n_points": 36})
    assert lint(kpis, cycle_of(kpis, scores=scores)).empty


def test_no_promise_of_several_trades_that_is_well_made_raises_an_alarm():
    # sales, health, IT, schools and public service, in the words of their trade, also where these sound like weasel
    # words or like a task: days sales outstanding, schools rated good or outstanding, projects completed
    rows = pd.read_csv(Path(__file__).parent / "data" / "sound_promises.csv").to_dict("records")
    kpis = kpi_table(*({"kpi_id": f"k{place}", **row} for place, row in enumerate(rows)))
    found = lint(kpis, cycle_of(kpis))
    assert len(kpis) == 74
    assert found[["kpi_id", "reason"]].to_numpy().tolist() == []


@pytest.mark.parametrize(
    "target",
    ["as high as possible", "about 95", "95 % or so", "timely", "significant improvement", "95 % where possible"],
)
def test_a_target_in_weasel_words_is_refused_at_the_door(target):
    texts, units, directions = (pd.Series([text]) for text in (target, "%", "higher"))
    read, problems = convert_targets(texts, units, directions, Source(path="kpis.csv"))
    assert list(problems) == [0]
    assert read.loc[0, ["target", "target_low", "target_high"]].isna().all()


@pytest.mark.parametrize("seed", range(12))
def test_sound_cycles_with_their_cells_filled_raise_no_alarm(seed, tmp_path):
    sound = sound_cycle(seed)
    for place, kpi in enumerate(sound.tables["kpis"]):
        name, _, told = CLEAN[place % len(CLEAN)]
        kpi |= {"name": name, "definition": told, "unit": kpi["unit"] or "number", "source": "Report 7"}
        kpi |= {"due": str(sound.end), "lower_bound": ""}
        if kpi["direction"] != "range":  # further from the baseline than what random values move by chance
            way = 1 if kpi["direction"] == "higher" else -1
            kpi["target"] = str(float(kpi["baseline"]) + way * 900)
    desk = open_cycle(sound.cycle, workspace=write(sound, tmp_path / "w"))
    found = desk.review.smart
    assert found[found["verdict"].ne("met")].to_dict("records") == []


def test_the_example_company_is_smart_but_for_what_its_readme_plants():
    smart = open_cycle("2025", workspace=REPOSITORY).review.smart
    found = smart[smart["rule"].ne("")]
    assert sorted(zip(found["kpi_id"], found["rule"], strict=True)) == [
        ("ai_assistant_users", "no-target"),
        ("first_contact", "inside-noise"),  # 71.2 to 71.5, and a year moves by 0.86
        ("security_incidents", "inside-noise"),  # 58 to 48, and a year moves by 11.3
        ("uptime", "out-of-bounds"),
    ]
