"""Running the review from JupyterLab, by the same call as the command."""

from ipywidgets import HTML, Button, VBox
from markupsafe import Markup, escape

from review_kit.chain.events import RECALLED, Event, FileWritten, Notice, RunFinished, StageFinished, StageStarted
from review_kit.checkpoint import run_checkpoint
from review_kit.desk import Desk
from review_kit.errors import ReviewError
from review_kit.store import find_workspace


def run_review(desk: Desk) -> VBox:
    """A button that runs the checkpoint and tells each stage; the last good report stands if anything fails."""
    name = desk.review.checkpoint.name
    start = Button(description=f"Run {name}", button_style="primary")
    told = HTML()
    lines: list[str] = []
    recalled: list[str] = []

    def observe(event: Event) -> None:
        match event:
            case StageStarted():
                told.value = _listed([*lines, f"{event.name} … {event.reason}"])
                return
            case StageFinished(state=state) if state == RECALLED:
                recalled.append(event.name)
                return
            case StageFinished():
                lines.append(f"{event.name}: {event.state}, {event.seconds:.1f} s")
            case FileWritten():
                lines.append(f"wrote {event.path}")
            case Notice():
                lines.append(event.text)
            case RunFinished() if recalled:
                lines.append(f"{len(recalled)} {'step' if len(recalled) == 1 else 'steps'} unchanged")
        told.value = _listed(lines)

    def run(_: object = None) -> None:
        lines.clear()
        recalled.clear()
        start.disabled = True
        try:
            run_checkpoint(find_workspace(), name, observer=observe)
        except ReviewError as error:
            lines.append(str(error))
            told.value = _listed(lines)
        finally:
            start.disabled = False

    start.on_click(run)
    return VBox([start, told])


def _listed(lines: list[str]) -> str:
    return str(Markup("<pre>{}</pre>").format(escape("\n".join(lines))))
