"""The conclusion about how far the values reach."""

import pandas as pd

from review_kit.model import figures


def freshness_lead(fresh: pd.DataFrame) -> str:
    """How many KPIs have all that is due, how many are behind, and what is not final."""
    due = fresh[fresh["due"].notna()]
    if due.empty:
        return "No value is due yet."
    late = int(due["behind"].gt(0).sum())
    fine = len(due) - late
    verb = "reaches" if fine == 1 else "reach"
    told = [f"{figures.plural(fine, 'KPI')} of {figures.number(len(due))} {verb} the last period that is due"]
    if late:
        worst = due.sort_values("behind", ascending=False, kind="stable").iloc[0]
        named = f"{worst['name']} is furthest behind ({figures.plural(int(worst['behind']), 'period')})"
        told.append(f"{late} {'does' if late == 1 else 'do'} not, and {named}")
    sentence = "; ".join(told)
    sentence = sentence[0].upper() + sentence[1:] + "."
    for word in ("preliminary", "projected"):
        periods, kpis = int(fresh[word].sum()), int(fresh[word].gt(0).sum())
        if periods:
            verb = "is" if periods == 1 else "are"
            sentence += f" {figures.plural(periods, 'value')} of {figures.plural(kpis, 'KPI')} {verb} {word}."
    return sentence
