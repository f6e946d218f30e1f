"""What a person, or another program, sees while a review runs."""

import io
import json
import os
import subprocess
import sys

import pytest
from rich.console import Console

from review_kit.chain.estimate import time_left
from review_kit.chain.events import (
    CellStarted,
    FileWritten,
    Notice,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
    as_dict,
)
from review_kit.chain.progress import JsonProgress, TerminalProgress, plain_name, roughly

EVENTS = [
    RunStarted(checkpoint="2025", steps=("01_data_intake", "report (executive)")),
    StageStarted(name="01_data_intake", reason="actuals.csv changed: 1,050 rows to 1,086."),
    CellStarted(name="01_data_intake", cell=3, cells=9),
    StageFinished(name="01_data_intake", state="done", seconds=1.25),
    StageFinished(name="report (executive)", state="failed", seconds=61),
    FileWritten(path="outputs/2025/report.html"),
    Notice(text="[bold]as it is[/]"),
    RunFinished(checkpoint="2025", state="failed", seconds=62.5, message="2025 has no such stage."),
]


def shown(encoding, events=EVENTS, *, terminal=False, width=80, **options):
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    console = Console(file=stream, width=width, force_terminal=terminal, color_system=None)
    with TerminalProgress(console, **options) as observer:
        for event in events:
            observer(event)
    return raw.getvalue().decode(encoding)


def picture(*events, encoding="utf-8", width=80):
    """The lines that move, as they stand after these events."""
    raw = io.BytesIO()
    stream = io.TextIOWrapper(raw, encoding=encoding, write_through=True)
    observer = TerminalProgress(Console(file=stream, width=width))
    for event in events:
        observer(event)
    raw.truncate(0)
    raw.seek(0)
    observer.console.print(observer._picture())
    return [line.rstrip() for line in raw.getvalue().decode(encoding).splitlines()]


def test_without_a_terminal_each_step_is_one_plain_line_when_it_has_ended():
    assert shown("utf-8") == (
        "Review 2025\n  ✓ data intake           1.2 s\n  ✗ report (executive)   61.0 s\n"
        "  wrote outputs/2025/report.html\n[bold]as it is[/]\n"
    )


def test_a_terminal_without_signs_gets_words():
    assert "  ok data intake " in shown("ascii")
    assert "  failed report (executive) " in shown("ascii")


def test_quiet_says_nothing():
    recalled = StageFinished(name="01_data_intake", state="recalled", seconds=0.01)
    assert shown("utf-8", [*EVENTS, recalled], quiet=True) == ""


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("02_kpi_scoring", "KPI scoring"),
        ("scorecard", "scorecard"),
        ("05_strategy_review (it)", "strategy review (it)"),
    ],
)
def test_a_step_is_called_by_plain_words(name, plain):
    assert plain_name(name) == plain


def test_steps_that_were_recalled_are_one_line_together():
    steps = tuple("abcde")
    recalled = {name: StageFinished(name=name, state="recalled", seconds=0.001) for name in steps}
    ran = [StageStarted(name="c"), StageFinished(name="c", state="done", seconds=2)]
    events = [RunStarted(checkpoint="2025", steps=steps), recalled["a"], recalled["b"], *ran, recalled["d"]]
    assert shown("utf-8", events) == "Review 2025\n  2 steps unchanged\n  ✓ c    2.0 s\n  1 step unchanged\n"


def test_a_terminal_shows_why_each_step_ran_once_for_all_that_share_a_reason():
    events = [RunStarted(checkpoint="2025", steps=("a", "b", "c"))]
    for name, reason in (("a", "actuals.csv changed."), ("b", "actuals.csv changed."), ("c", "b gave something else.")):
        events += [StageStarted(name=name, reason=reason), StageFinished(name=name, state="done", seconds=1)]
    text = shown("utf-8", events, terminal=True)
    assert text.count("    actuals.csv changed.") == 1
    assert text.index("✓ b") < text.index("    b gave something else.")
    assert "changed." not in shown("utf-8", events)


def test_a_terminal_shows_the_cell_of_each_step_that_is_running():
    started = [StageStarted(name="01_data_intake"), CellStarted(name="01_data_intake", cell=3, cells=9)]
    first, last = picture(RunStarted(checkpoint="2025", steps=("01_data_intake", "b")), *started)
    assert first[3:] == " data intake cell 3 of 9 0.0 s"
    assert last == "  0 of 2 steps"


def test_a_narrow_terminal_shortens_names_and_keeps_numbers():
    name = "05_strategy_review (a department with a long name)"
    events = [RunStarted(checkpoint="2025", steps=(name,)), StageStarted(name=name)]
    first, _ = picture(*events, CellStarted(name=name, cell=12, cells=38), width=50)
    assert "…" in first
    assert first.endswith("cell 12 of 38 0.0 s")


def test_a_terminal_without_signs_is_never_sent_one():
    started = [StageStarted(name="a"), CellStarted(name="a", cell=1, cells=2)]
    assert picture(RunStarted(checkpoint="2025", steps=("a",)), *started, encoding="ascii")


def test_the_time_left_is_told_from_the_last_run_and_never_guessed():
    known = RunStarted(checkpoint="2025", steps=("a", "b"), durations={"a": 5, "b": 7}, after={"b": ("a",)})
    assert picture(known)[-1] == "  0 of 2 steps, about 12 s left"
    unknown = RunStarted(checkpoint="2025", steps=("a", "b"), durations={"a": 5})
    assert picture(unknown)[-1] == "  0 of 2 steps"


def test_the_time_left_is_the_most_that_it_can_be_once_a_step_was_unchanged():
    known = RunStarted(checkpoint="2025", steps=("a", "b"), durations={"a": 5, "b": 7}, after={"b": ("a",)})
    recalled = StageFinished(name="a", state="recalled", seconds=0.01)
    assert picture(known, recalled)[-1] == "  1 of 2 steps, at most 7 s left"


@pytest.mark.parametrize(
    ("seconds", "told"), [(0.2, "1 s"), (8.4, "8 s"), (99, "99 s"), (100, "2 min"), (600, "10 min")]
)
def test_a_time_left_is_told_roughly(seconds, told):
    assert roughly(seconds) == told


# a takes 4, then b 6 and c 3 wait for it, d 2 for c
KNOWN = {"a": 4.0, "b": 6.0, "c": 3.0, "d": 2.0}
AFTER = {"b": ("a",), "c": ("a",), "d": ("c",)}


@pytest.mark.parametrize(
    ("unfinished", "running", "processors", "left"),
    [
        ("abcd", {}, 1, 15.0),
        ("abcd", {}, 2, 10.0),
        ("abcd", {"a": 1.0}, 2, 9.0),
        ("bcd", {"b": 5.0, "c": 1.0}, 2, 4.0),
        ("cd", {"c": 10.0}, 2, 2.0),  # longer than last time: as if it were done any moment
        ("", {}, 2, 0.0),
        ("abcde", {}, 2, None),  # nobody knows how long e takes
    ],
)
def test_the_time_left_follows_the_order_of_the_steps(unfinished, running, processors, left):
    assert time_left(list(unfinished), running=running, durations=KNOWN, after=AFTER, processors=processors) == left


def test_steps_that_wait_for_each_other_have_no_time_left():
    circle = {"a": ("b",), "b": ("a",)}
    assert time_left(["a", "b"], running={}, durations=KNOWN, after=circle, processors=2) is None


def test_as_json_each_event_is_a_line_with_its_name():
    stream = io.StringIO()
    observer = JsonProgress(stream)
    for event in EVENTS:
        observer(event)
    lines = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert lines == [json.loads(json.dumps(as_dict(event))) for event in EVENTS]
    assert lines[2] == {"event": "CellStarted", "name": "01_data_intake", "cell": 3, "cells": 9}


@pytest.mark.skipif(os.name == "nt", reason="pipes are told apart otherwise there")
def test_a_reader_of_json_that_hangs_up_does_not_end_the_run():
    program = """
import sys
from review_kit.chain.events import Notice
from review_kit.chain.progress import JsonProgress
observer = JsonProgress(sys.stdout)
for number in range(100_000):
    observer(Notice(text="x" * 80))
print("went on", file=sys.stderr)
"""
    with subprocess.Popen([sys.executable, "-c", program], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout.readline().startswith(b'{"event": "Notice"')
        process.stdout.close()
        assert process.stderr.read() == b"went on\n"
    assert process.returncode == 0
