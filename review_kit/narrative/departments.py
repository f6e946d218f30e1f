"""How each department's part of the strategy stands, in words."""

from collections.abc import Sequence

from review_kit.findings import DepartmentView
from review_kit.model import figures
from review_kit.model.words import Status


def department_lead(views: Sequence[DepartmentView]) -> str:
    """How many departments, and on which most is asked."""
    if not views:
        return "No KPI and no initiative names a department."
    told = f"{figures.plural(len(views), 'department')} {'carries' if len(views) == 1 else 'carry'} the strategy"
    most = max(views, key=lambda view: len(view.findings))
    if not most.findings:
        return f"{told}; nothing stands open in {'it' if len(views) == 1 else 'any of them'}."
    asked = figures.plural(len(most.findings), "finding")
    if len(views) == 1:
        return f"{told}; {asked} {'stands' if len(most.findings) == 1 else 'stand'} open."
    whole = sum(len(view.findings) for view in views)
    count = figures.plural(whole, "finding")
    return (
        f"{told}. Most stands open with {most.department}: {len(most.findings)} of the {count} "
        f"that {'concerns' if whole == 1 else 'concern'} a department."
    )


def department_words(view: DepartmentView, left: int) -> str:
    """'Finance: 1 of 2 KPIs on target, 1 off target; 1 initiative; 2 open risks'; how many findings are not shown."""
    judged = {word: count for word, count in view.statuses.items() if word != Status.NOT_SCORED and count}
    n_kpis = sum(view.statuses.values())
    parts = []
    if n_kpis:
        told = [f"{count} {word}" for word, count in judged.items()]
        unjudged = view.statuses.get(Status.NOT_SCORED, 0)
        told += [f"{unjudged} not judged"] if unjudged else []
        parts.append(f"{figures.plural(n_kpis, 'KPI')}, {figures.listed(told)}")
    if view.n_initiatives:
        parts.append(figures.plural(view.n_initiatives, "initiative"))
    if view.n_risks:
        parts.append(figures.plural(view.n_risks, "open risk"))
    if left:
        parts.append(f"{left} more {'finding' if left == 1 else 'findings'} in the table of findings")
    return f"{view.department}: {'; '.join(parts)}"
