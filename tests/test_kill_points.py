"""Runs that are killed, interrupted or refused by the disk at a step of every kind: all old or all new, and no hand.

`python tests/fault_points.py --all` does the same at every step.
"""

import sys
from itertools import cycle, islice

import pytest
from fault_points import (
    ERRORS,
    FAIL,
    INTERRUPT,
    KILL,
    KILL_OWNER,
    Fault,
    problems_of,
    problems_of_runs_at_once,
    sample,
    steps_of_a_run,
)

STAGE = "02_kpi_scoring"
DOCUMENT = "report (analyst)"

pytestmark = [
    pytest.mark.kernel,
    pytest.mark.skipif(sys.platform != "linux", reason="finds the processes of a run in /proc"),
]


@pytest.fixture(scope="module")
def steps(ground):
    """The labels of all steps of a run that recalls what it can."""
    return [label for label, _ in steps_of_a_run(ground)]


def test_a_run_announces_every_step_that_changes_the_file_system(steps):
    assert len(steps) >= 200
    kinds = {label.partition(" outputs")[0] for label in steps}
    assert kinds == {
        "make folder", "create", "write", "copy", "rename", "sync", "sync folder", "exchange", "remove", "remove folder"
    }  # fmt: skip


def test_wherever_the_owner_of_a_run_is_killed_the_review_is_whole_and_the_next_run_needs_no_hand(ground, steps):
    faults = [Fault(label, KILL_OWNER) for label in sample(steps)]
    assert len(faults) >= 25
    assert problems_of(ground, faults) == []


def test_whichever_step_of_a_run_fails_it_is_told_and_the_review_is_whole(ground, steps):
    faults = [Fault(label, FAIL, number) for label, number in zip(sample(steps), cycle(ERRORS), strict=False)]
    assert len(faults) >= 20
    assert problems_of(ground, faults) == []


def test_wherever_a_run_is_interrupted_the_review_is_whole(ground, steps):
    faults = [Fault(label, INTERRUPT) for label in islice(steps, 0, None, len(steps) // 5)]
    assert problems_of(ground, faults) == []


def test_a_process_of_a_step_that_is_killed_or_cannot_write_leaves_the_last_good_review(ground):
    table, page = "outputs/.work/2025/tables/rollup.parquet", "outputs/.work/2025/editions/analyst/report.html"
    faults = [
        Fault(f"rename {table} #1", KILL, anew=STAGE),
        Fault(f"write {table} (new) #1", KILL_OWNER, anew=STAGE),
        Fault(f"create {table} (new) #1", FAIL, ERRORS[0], anew=STAGE),
        Fault(f"create {table} (new) #1", INTERRUPT, anew=STAGE),
        Fault(f"rename {page} #1", FAIL, ERRORS[1], anew=DOCUMENT),
    ]
    assert problems_of(ground, faults) == []


def test_of_eight_runs_at_once_one_works_and_seven_are_told_which(ground):
    assert problems_of_runs_at_once(ground, 8) == []
