"""What is said of whether the KPIs' promises are fit to be judged."""

import pandas as pd

from review_kit.model import figures
from review_kit.smart import LETTERS, NOT_JUDGED, NOT_MET


def smart_lead(smart: pd.DataFrame) -> str:
    """How many KPIs meet all five letters, and which letters the others fail."""
    n_kpis = smart["kpi_id"].nunique()
    if not n_kpis:
        return "There are no KPIs to be judged."
    failing = smart[smart["verdict"].eq(NOT_MET)]
    n_failing = failing["kpi_id"].nunique()
    letters = figures.listed(LETTERS)
    if not n_failing:
        whole = "Every KPI is" if n_kpis > 1 else "The one KPI is"
        return f"{whole} {letters}, by the evidence that is asked for.{_not_judged(smart)}"
    counts = {letter: failing.loc[failing["letter"].eq(letter), "kpi_id"].nunique() for letter in LETTERS}
    told = figures.listed(
        f"{figures.number(n)} {'is' if n == 1 else 'are'} not {letter}" for letter, n in counts.items() if n
    )
    n_sound = n_kpis - n_failing
    are = "is" if n_sound == 1 else "are"
    sound = f"{figures.number(n_sound) if n_sound else 'None'} of {figures.plural(n_kpis, 'KPI')} {are} {letters}."
    if not n_sound:
        return f"{sound} Of them, {told}.{_not_judged(smart)}"
    return f"{sound} Of the others, {told}.{_not_judged(smart)}"


def _not_judged(smart: pd.DataFrame) -> str:
    """That without a target nobody can tell some letters."""
    n = smart.loc[smart["verdict"].eq(NOT_JUDGED), "kpi_id"].nunique()
    if not n:
        return ""
    return f" {'One' if n == 1 else figures.number(n)} without a target cannot be judged on all letters."
