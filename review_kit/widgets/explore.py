"""Looking at one KPI, or at the findings that one person has to deal with."""

from ipywidgets import HTML, Dropdown, ToggleButtons, VBox

from review_kit.desk import Desk

EVERYONE = "Everyone"
_SEVERITIES = {
    "Problems": ("high", "medium", "low"),
    "High": ("high",),
    "Medium": ("medium",),
    "Successes": ("success",),
}


def explore(desk: Desk) -> VBox:
    """A list of KPIs, and the page of the one that is chosen."""
    scores = desk.review.scores
    choices = [
        (f"{name} ({status})", key)
        for name, status, key in zip(scores["name"], scores["status"], scores["kpi_id"], strict=True)
    ]
    chooser = Dropdown(options=choices, description="KPI", layout={"width": "36em"})
    page = HTML()

    def show(_: object = None) -> None:
        page.value = desk.scoring.kpi_page(chooser.value)._repr_html_() if chooser.value else "There are no KPIs."

    chooser.observe(show, names="value")
    show()
    return VBox([chooser, page])


def triage(desk: Desk) -> VBox:
    """The findings of one severity and one owner, the costliest first."""
    owners = sorted(desk.review.findings["owner"].dropna().loc[lambda names: names.ne("")].unique())
    severity = ToggleButtons(options=list(_SEVERITIES), description="Show")
    owner = Dropdown(options=[EVERYONE, *owners], description="Owner", layout={"width": "36em"})
    found = HTML()

    def show(_: object = None) -> None:
        chosen = None if owner.value == EVERYONE else owner.value
        found.value = desk.findings.triage_table(_SEVERITIES[severity.value], chosen)._repr_html_()

    for control in (severity, owner):
        control.observe(show, names="value")
    show()
    return VBox([severity, owner, found])
