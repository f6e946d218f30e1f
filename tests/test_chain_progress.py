"""What a person sees while a review runs."""

import io

import pytest
from rich.console import Console

from review_kit.chain.events import FileWritten, Notice, RunStarted, StageFinished, StageStarted
from review_kit.chain.progress import TerminalProgress, plain_name

EVENTS = [
    RunStarted(checkpoint="2025", steps=("01_data_intake", "report (executive)")),
    StageStarted(name="01_data_intake"),
    StageFinished(name="01_data_intake", state="done", seconds=1.25),
    StageFinished(name="report (executive)", state="failed", seconds=61),
    FileWritten(path="outputs/2025/report.html"),
    Notice(text="[bold]as it is[/]"),
]


def shown(encoding, **options):
    raw = io.BytesIO()
    console = Console(file=io.TextIOWrapper(raw, encoding=encoding, write_through=True), width=40)
    with TerminalProgress(console, **options) as observer:
        for event in EVENTS:
            observer(event)
    return raw.getvalue().decode(encoding)


def test_without_a_terminal_each_step_is_one_plain_line_when_it_has_ended():
    assert shown("utf-8") == (
        "Review 2025\n  ✓ data intake           1.2 s\n  ✗ report (executive)   61.0 s\n"
        "  wrote outputs/2025/report.html\n[bold]as it is[/]\n"
    )


def test_a_terminal_without_signs_gets_words():
    assert "  ok data intake " in shown("ascii")
    assert "  failed report (executive) " in shown("ascii")


def test_quiet_says_nothing():
    assert shown("utf-8", quiet=True) == ""


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("02_kpi_scoring", "kpi scoring"),
        ("scorecard", "scorecard"),
        ("05_strategy_review (it)", "strategy review (it)"),
    ],
)
def test_a_step_is_called_by_plain_words(name, plain):
    assert plain_name(name) == plain
