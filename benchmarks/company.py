"""All tables of a made-up company but its KPIs and their values; their sizes follow from the number of KPIs."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

YEAR = 2025
_PERSPECTIVES = ("Financial", "Customer", "Internal process", "Learning and growth")
DEPARTMENTS = ("Sales", "Logistics", "Finance", "IT Operations", "Data and AI", "Human Resources", "Production")
THINGS = (
    "revenue",
    "margin",
    "orders",
    "complaints",
    "downtime",
    "lead time",
    "satisfaction",
    "stock",
    "cost",
    "errors",
)
PLACES = ("north", "south", "east", "west", "web", "stores", "wholesale", "plant A", "plant B", "head office")
NAMES = (
    "Adams",
    "Brandt",
    "Costa",
    "Dubois",
    "Ek",
    "Ferreira",
    "Gruber",
    "Haddad",
    "Ito",
    "Jansen",
    "Kowalska",
    "Lind",
)
_RESTRICTED = 0.1  # share of rows that not everybody may see
_ENGAGEMENT = ("unaware", "resistant", "neutral", "supportive", "leading")

Row = Sequence[object]


@dataclass(frozen=True, slots=True)
class Size:
    """How much there is of everything."""

    kpis: int
    months: int

    @property
    def objectives(self) -> int:
        """Four KPIs an objective where there are few of them, and forty where there are many."""
        return max(8, round(2.6 * self.kpis**0.53))

    @property
    def initiatives(self) -> int:
        """What an organisation of this size can work on at once."""
        return max(12, round(2.2 * self.kpis**0.5))

    @property
    def people(self) -> int:
        """Stakeholders whom the review is told to."""
        return max(15, round(1.4 * self.kpis**0.5))


def turn(words: Sequence[str], number: int) -> str:
    """The words one after the other, again and again."""
    return words[number % len(words)]


def restricted(number: int) -> str:
    """Every tenth row is for some audiences only; the analysts' edition sees all of them."""
    tenth = round(1 / _RESTRICTED)
    return turn(("executive", "department;it"), number // tenth) if number % tenth == tenth - 1 else ""


OBJECTIVES = "objective_id name perspective owner weight business_goal status restricted_to"


def objectives(amount: Size) -> list[Row]:
    """Under four perspectives, weighed 1 to 5."""
    return [
        (
            f"O{at:04d}",
            f"Improve {turn(THINGS, at)} in {turn(PLACES, at // 3)} ({at})",
            turn(_PERSPECTIVES, at),
            turn(NAMES, at),
            at % 5 + 1,
            f"Goal {at % 7 + 1} of the organisation",
            "active",
            "executive" if at % 40 == 0 else "",
        )
        for at in range(amount.objectives)
    ]


INITIATIVES = (
    "initiative_id name objective_id kpi_ids owner department start planned_finish forecast_finish budget spent "
    "planned_percent percent_complete fit status note restricted_to"
)


def initiatives(amount: Size, chance: np.random.Generator) -> list[Row]:
    """Most run as planned; some are late, dear, or have lost their fit."""
    rows: list[Row] = []
    for at in range(amount.initiatives):
        planned = int(chance.integers(20, 100))
        done = int(np.clip(planned + chance.normal(-5, 12), 5, 100))
        budget = int(chance.integers(2, 60)) * 100_000
        late = at % 4 == 0
        served = ";".join(f"K{(at * 7 + step * amount.objectives) % amount.kpis:05d}" for step in range(3))
        rows.append(
            (
                f"I{at:03d}",
                f"Programme {at}: {turn(THINGS, at)} in {turn(PLACES, at)}",
                f"O{at * 7 % amount.objectives:04d}",
                served,
                turn(NAMES, at),
                turn(DEPARTMENTS, at),
                f"{YEAR - 1}-{at % 12 + 1:02d}-01",
                f"{YEAR + at % 2}-{(at * 5) % 12 + 1:02d}-28",
                f"{YEAR + 1}-{(at * 5) % 12 + 1:02d}-28" if late else f"{YEAR + at % 2}-{(at * 5) % 12 + 1:02d}-28",
                budget,
                round(budget * done / 100 * float(chance.uniform(0.8, 1.4))),
                planned,
                done,
                "lost" if at % 15 == 1 else "keep",
                "on track" if not late else "late",
                "Waits for a decision of the board." if late else "",
                restricted(at),
            )
        )
    return rows


RISKS = (
    "risk_id title kind objective_id initiative_id owner likelihood impact previous_likelihood previous_impact "
    "target_likelihood target_impact response due status restricted_to"
)


def risks(amount: Size, chance: np.random.Generator) -> list[Row]:
    """One an initiative, most of them borne, some rising."""
    grades = chance.integers(1, 6, (amount.initiatives, 4))
    return [
        (
            f"R{at:03d}",
            f"Programme {at} does not get the people it needs",
            "issue" if at % 9 == 1 else "risk",
            f"O{at * 7 % amount.objectives:04d}",
            f"I{at:03d}",
            turn(NAMES, at),
            *grades[at].tolist(),
            2,
            2,
            "Train two deputies by spring" if at % 3 else "",
            f"{YEAR + at % 2}-06-30",
            "open",
            restricted(at),
        )
        for at in range(amount.initiatives)
    ]


CHANGES = "change_id description category effect likelihood impact objective_id response"


def changes(chance: np.random.Generator) -> list[Row]:
    """What happens outside does not grow with the number of KPIs."""
    categories, effects = ("business", "market", "technology", "regulation"), ("threat", "opportunity")
    return [
        (f"X{at:02d}", f"Change {at} of the market for {turn(THINGS, at)}", turn(categories, at), turn(effects, at),
         int(chance.integers(1, 6)), int(chance.integers(1, 6)), f"O{at % 8:04d}", "Watched by the strategy office")
        for at in range(8)
    ]  # fmt: skip


LESSONS = "lesson_id lesson cycle action owner due status"


def lessons() -> list[Row]:
    """Of this year and the last."""
    return [
        (f"L{at:02d}", f"Lesson {at}: ask {turn(DEPARTMENTS, at)} before the plan is signed", YEAR - at % 2,
         "Ask before a budget is released", turn(NAMES, at), f"{YEAR}-{at + 1:02d}-28", turn(("open", "done"), at))
        for at in range(10)
    ]  # fmt: skip


STAKEHOLDERS = "stakeholder_id name audience department role influence engagement_now engagement_wanted"


def stakeholders(amount: Size, chance: np.random.Generator) -> list[Row]:
    """A third of them for each audience."""
    now = chance.integers(0, 5, amount.people)
    return [
        (
            f"S{at:03d}",
            f"{turn(NAMES, at)} {at}",
            turn(("executive", "department", "it"), at),
            turn(DEPARTMENTS, at),
            f"Head of {turn(THINGS, at)}",
            at % 5 + 1,
            _ENGAGEMENT[now[at]],
            _ENGAGEMENT[max(int(now[at]), 3)],
        )
        for at in range(amount.people)
    ]


ENGAGEMENTS = "date stakeholder_id channel topic attended"


def engagements(amount: Size, chance: np.random.Generator) -> list[Row]:
    """Two a person; most came."""
    channels = ("workshop", "presentation", "document", "meeting")
    return [
        (f"{YEAR}-{at % 12 + 1:02d}-{at % 28 + 1:02d}", f"S{at % amount.people:03d}", turn(channels, at),
         f"Review of {turn(THINGS, at)}, talk {at}", "yes" if chance.random() < 0.8 else "no")  # noqa: PLR2004
        for at in range(2 * amount.people)
    ]  # fmt: skip


FEEDBACK = "feedback_id date stakeholder_id about text status response"


def feedback(amount: Size, chance: np.random.Generator) -> list[Row]:
    """One a person, a quarter of it not yet answered."""
    states = ("open", "answered", "changed", "declined")
    return [
        (f"B{at:03d}", f"{YEAR}-{at % 12 + 1:02d}-{at % 28 + 1:02d}", f"S{at:03d}",
         f"K{int(chance.integers(0, amount.kpis)):05d}", f"Remark {at}: the figure comes too late for our meeting.",
         turn(states, at), "" if at % 4 == 0 else "Comes two days earlier since May.")
        for at in range(amount.people)
    ]  # fmt: skip
