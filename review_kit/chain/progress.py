"""Shows a run: in a terminal what is running and how long it will take, elsewhere a plain line a step, or JSON."""

import json
import os
import time
from typing import Self, TextIO

from rich.console import Console, Group
from rich.live import Live
from rich.padding import Padding
from rich.spinner import Spinner
from rich.table import Table
from rich.text import Text

from review_kit.chain.estimate import time_left
from review_kit.chain.events import (
    DONE,
    RECALLED,
    CellStarted,
    Event,
    FileWritten,
    Notice,
    RunFinished,
    RunStarted,
    StageFinished,
    StageStarted,
    as_dict,
)

REFRESHED_PER_SECOND = 8
LONGEST_IN_SECONDS = 100  # a longer time left is told in minutes


def plain_name(name: str) -> str:
    """'KPI scoring' for '02_kpi_scoring'; other names stay."""
    number, _, rest = name.partition("_")
    if not (number.isdigit() and rest):
        return name
    return " ".join("KPI" if word == "kpi" else word for word in rest.split("_"))


def roughly(seconds: float) -> str:
    """'8 s' or '3 min'; nobody reads more into a guess."""
    return f"{max(1, round(seconds))} s" if seconds < LONGEST_IN_SECONDS else f"{round(seconds / 60)} min"


class JsonProgress:
    """An observer that writes each event as one line of JSON, for other programs to read while the run goes on."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.heard = True  # until the reader hangs up, for which no run is given up

    def __call__(self, event: Event) -> None:
        """Write one event."""
        if self.heard:
            try:
                self.stream.write(json.dumps(as_dict(event), ensure_ascii=False) + "\n")
                self.stream.flush()
            except BrokenPipeError:
                self.heard = False
                nothing = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nothing, self.stream.fileno())  # or Python would complain at its end about what is not written
                os.close(nothing)


class TerminalProgress:
    """An observer that writes to standard error, so that standard output stays free for results.

    Use it as a context manager: `with TerminalProgress() as observer: run_checkpoint(..., observer=observer)`.
    """

    def __init__(self, console: Console | None = None, *, quiet: bool = False) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.quiet = quiet
        self.live = self.console.is_terminal and not self.console.is_dumb_terminal and not quiet
        self.run = RunStarted(checkpoint="", steps=())
        self.width = 0
        self.left: dict[str, None] = {}  # names of the steps that are not finished, in their order
        self.running: dict[str, Running] = {}
        self.recalled = 0  # steps in all
        self.untold = 0  # of these, since the last line
        self.reason = ""  # the last that was told
        self.picture = Live(
            get_renderable=self._picture,
            console=self.console,
            refresh_per_second=REFRESHED_PER_SECOND,
            transient=True,  # the lines that stay are printed when a step has ended
        )

    def __call__(self, event: Event) -> None:
        """Show one event."""
        match event:
            case RunStarted():
                self.run = event
                self.left = dict.fromkeys(event.steps)
                self.width = max((len(plain_name(step)) for step in event.steps), default=0)
                self._say(f"Review {event.checkpoint}")
            case StageStarted():
                self.running[event.name] = Running(event, "line" if self._plain_letters() else "dots")
            case CellStarted() if event.name in self.running:
                self.running[event.name].cell = f"cell {event.cell} of {event.cells}"
            case StageFinished():
                self.left.pop(event.name, None)
                self._end(event, self.running.pop(event.name, None))
            case FileWritten():
                self._say(f"  wrote {event.path}")
            case Notice():
                self._say(event.text)
            case RunFinished():
                self._tell_recalled()
            case _:
                pass

    def _end(self, event: StageFinished, running: "Running | None") -> None:
        """One line for a step that has run, and in a terminal another for a reason that does not stand there yet."""
        if event.state == RECALLED:
            self.recalled += 1
            self.untold += 1
            return
        sign = "✓" if event.state == DONE else "✗"
        if self._plain_letters():
            sign = "ok" if event.state == DONE else "failed"
        self._say(f"  {sign} {plain_name(event.name):{self.width}}  {event.seconds:5.1f} s")
        reason = running.started.reason if running else ""
        if self.live and reason and reason != self.reason:
            self.reason = reason
            self.console.print(Text(f"    {reason}", style="dim"))

    def _plain_letters(self) -> bool:
        """Whether the terminal's encoding lacks our signs, as under LANG=C."""
        try:
            "✓✗⠋·".encode(self.console.encoding)
        except UnicodeEncodeError:
            return True
        return False

    def _say(self, line: str) -> None:
        self._tell_recalled()
        if not self.quiet:
            self.console.print(line, markup=False, soft_wrap=True)

    def _tell_recalled(self) -> None:
        """One line for all steps that were recalled since the last line."""
        count, self.untold = self.untold, 0
        if count:
            self._say(f"  {count} step{'s' if count > 1 else ''} unchanged")

    def _picture(self) -> Padding:
        """What is running: each step with its cell and its time, then the whole."""
        table = Table.grid(padding=(0, 1))
        table.add_column(no_wrap=True)
        table.add_column()  # the one that is shortened where there is too little room
        table.add_column(no_wrap=True)
        table.add_column(no_wrap=True, justify="right")
        for step in [*self.running.values()]:
            name = Text(plain_name(step.started.name), no_wrap=True, overflow="ellipsis")
            table.add_row(step.spinner, name, Text(step.cell, style="dim"), Text(f"{step.seconds():.1f} s"))
        done, steps = len(self.run.steps) - len(self.left), len(self.run.steps)
        whole = Text(f"{done} of {steps} steps{self._time_left()}" if steps else "", style="dim")
        return Padding.indent(Group(table, whole), 2)

    def _time_left(self) -> str:
        """', about 8 s left'; 'at most' where steps turn out to be unchanged; nothing where it is not known."""
        seconds = time_left(
            [*self.left],
            running={step.started.name: step.seconds() for step in [*self.running.values()]},
            durations=self.run.durations,
            after=self.run.after,
            processors=os.cpu_count() or 1,
        )
        if seconds is None or not self.left:
            return ""
        return f", {'at most' if self.recalled else 'about'} {roughly(seconds)} left"

    def __enter__(self) -> Self:
        if self.live:
            self.picture.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._tell_recalled()
        if self.live:
            self.picture.stop()


class Running:
    """One step that is running, as the terminal shows it."""

    def __init__(self, started: StageStarted, spinner: str) -> None:
        self.started = started
        self.since = time.monotonic()
        self.cell = ""
        self.spinner = Spinner(spinner)

    def seconds(self) -> float:
        """Since it began."""
        return time.monotonic() - self.since
