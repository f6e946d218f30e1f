"""Recording a target that people agreed, with who decided it and why."""

from datetime import date

from ipywidgets import HTML, Button, Dropdown, Text, Textarea, VBox
from markupsafe import escape

from review_kit.decisions import Decision, decisions_path, load_decisions, next_id, with_decision
from review_kit.desk import Desk
from review_kit.errors import ReviewError, UsageError
from review_kit.store import find_workspace, write_text

_WIDE = {"width": "36em"}


def decide(desk: Desk) -> VBox:
    """Choose a KPI and a target, say who and why, and put it into `params/<cycle>.decisions.yml`.

    The file is only ever added to; a later entry on the same KPI replaces an earlier one at the next run.
    """
    chooser = Dropdown(
        options=list(zip(desk.review.scores["name"], desk.review.scores["kpi_id"], strict=True)),
        description="KPI", layout=_WIDE,
    )  # fmt: skip
    candidates = HTML()
    target = Text(description="Target", layout=_WIDE)
    by = Text(description="Decided by", placeholder="name, role", layout=_WIDE)
    reason = Textarea(description="Because", layout=_WIDE)
    record = Button(
        description="Record", button_style="primary", tooltip="Adds one entry to the decisions of this cycle"
    )
    told = HTML()

    def show(_: object = None) -> None:
        candidates.value = desk.targets.candidates_of(chooser.value)._repr_html_()
        target.value = desk.targets.proposed(chooser.value)
        told.value = ""

    def write(_: object = None) -> None:
        folder, cycle = find_workspace() / "params", desk.review.params.cycle
        try:
            must_be_filled(target, by, reason)
            entry = Decision(
                id=next_id(cycle, load_decisions(folder, cycle)),
                on=date.today(),  # noqa: DTZ011 - the day where the person sits
                by=by.value, about="target", subject=chooser.value, choice=target.value, reason=reason.value,
            )  # fmt: skip
            write_text(decisions_path(folder, cycle), with_decision(folder, cycle, entry))
        except ReviewError as error:
            told.value = f'<p class="note note-warning">{escape(str(error))}</p>'
        else:
            told.value = f"<p>{escape(entry.id)} is recorded. It counts from the next run on.</p>"

    chooser.observe(show, names="value")
    record.on_click(write)
    show()
    return VBox([chooser, candidates, target, by, reason, record, told])


def must_be_filled(*fields: Text | Textarea) -> None:
    """Refuse a decision without a choice, a name or a reason, in the words of the form.

    Raises:
        UsageError: for the first field that is empty.

    """
    for field in fields:
        if not field.value.strip():
            msg = f"'{field.description}' is empty.\nHint: fill it in; the next review will ask for it."
            raise UsageError(msg)
