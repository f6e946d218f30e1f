"""Shows a run in the terminal: a spinner and the time of each step, or one plain line a step where nobody watches."""

from typing import Self

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from review_kit.chain.events import Event, FileWritten, Notice, RunStarted, StageFinished, StageStarted


def plain_name(name: str) -> str:
    """'kpi scoring' for '02_kpi_scoring'; other names stay."""
    number, _, rest = name.partition("_")
    return rest.replace("_", " ") if number.isdigit() and rest else name


class TerminalProgress:
    """An observer that writes to standard error, so that standard output stays free for results.

    Use it as a context manager: `with TerminalProgress() as observer: run_checkpoint(..., observer=observer)`.
    """

    def __init__(self, console: Console | None = None, *, quiet: bool = False) -> None:
        self.console = console or Console(stderr=True, highlight=False)
        self.quiet = quiet
        self.live = self.console.is_terminal and not quiet
        self.tasks: dict[str, TaskID] = {}
        self.width = 0
        self.progress = Progress(
            SpinnerColumn(finished_text="[green]✓[/]"),
            TextColumn("{task.description}"),
            TimeElapsedColumn(),
            console=self.console,
            transient=True,  # the lines that stay are printed when a step has ended
        )

    def __call__(self, event: Event) -> None:
        """Show one event."""
        match event:
            case RunStarted():
                self.width = max((len(plain_name(step)) for step in event.steps), default=0)
                self._say(f"Review {event.checkpoint}")
            case StageStarted() if self.live:
                self.tasks[event.name] = self.progress.add_task(plain_name(event.name))
            case StageFinished():
                if event.name in self.tasks:
                    self.progress.remove_task(self.tasks.pop(event.name))
                sign = "✓" if event.state == "done" else "✗"
                if not self._can_show(sign):
                    sign = "ok" if event.state == "done" else "failed"
                self._say(f"  {sign} {plain_name(event.name):{self.width}}  {event.seconds:5.1f} s")
            case FileWritten():
                self._say(f"  wrote {event.path}")
            case Notice():
                self._say(event.text)
            case _:
                pass

    def _can_show(self, sign: str) -> bool:
        """Whether the terminal's encoding has the sign; under LANG=C it has not."""
        try:
            sign.encode(self.console.encoding)
        except UnicodeEncodeError:
            return False
        return True

    def _say(self, line: str) -> None:
        if not self.quiet:
            self.console.print(line, markup=False, soft_wrap=True)

    def __enter__(self) -> Self:
        if self.live:
            self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        if self.live:
            self.progress.stop()
