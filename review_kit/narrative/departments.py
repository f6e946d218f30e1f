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
    counts = [len(view.findings) + view.n_unnamed for view in views]
    whole, most = sum(counts), max(counts)
    if not whole:
        return f"{told}; nothing stands open in {'it' if len(views) == 1 else 'any of them'}."
    one, all_of_them = (figures.plural(count, "finding") for count in (most, whole))
    if any(view.n_unnamed for view in views):  # of very many initiatives off plan findings name the costliest alone
        one = all_of_them = f"{figures.number(whole)} findings and initiatives off plan"
    if len(views) == 1:
        return f"{told}; {one} {'stands' if most == 1 else 'stand'} open."
    first = views[counts.index(most)].department
    concern = "concerns" if whole == 1 else "concern"
    return (
        f"{told}. Most stands open with {first}: {figures.number(most)} of the {all_of_them} "
        f"that {concern} a department."
    )


def unnamed_words(view: DepartmentView) -> tuple[str, str]:
    """What stands open of the initiatives that no finding names, and what to do: '9 more initiatives are off plan'."""
    more = "more " if view.findings else ""
    told = figures.plural(view.n_unnamed, f"{more}initiative")
    is_one = view.n_unnamed == 1
    return (
        f"{told} {'is' if is_one else 'are'} off plan",
        f"Decide on {'it' if is_one else 'each'}; the table of initiatives names {'it' if is_one else 'them'}.",
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
