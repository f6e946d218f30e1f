"""The conclusion about how far the values reach."""

from collections.abc import Hashable, Mapping
from typing import Any

import pandas as pd

from review_kit.model import figures
from review_kit.model.period import Rhythm

_NAMED = 3  # KPIs whose values are not final; of more the number is told


def freshness_lead(fresh: pd.DataFrame) -> str:
    """How many KPIs have all that is due, how many are behind, and what is not final."""
    due = fresh[fresh["due"].notna()]
    if due.empty:
        return "No value is due yet."
    late = due[due["behind"].gt(0)].sort_values("behind", ascending=False, kind="stable")
    fine = len(due) - len(late)
    if late.empty:
        who = "The KPI has" if fine == 1 else f"All {figures.number(fine)} KPIs have"
        sentences = [f"{who} the value that was due last."]
    else:
        of = f"{figures.number(fine) if fine else 'None'} of {figures.plural(len(due), 'KPI')}"
        sentences = [f"{of} {'has' if fine == 1 else 'have'} the value that was due last."]
        worst = late.iloc[0].to_dict()
        others = f"{figures.number(len(late))} are late; " if len(late) > 1 else ""
        sentences.append(f"{others}{worst['name']} {_lacks(worst)}{', most of all' if others else ''}.")
    sentences += [_not_final(fresh, word) for word in ("preliminary", "projected") if fresh[word].any()]
    return " ".join(sentences)


def late_words(row: Mapping[Hashable, Any]) -> str:
    """'5 months', '1 quarter'; '' for a KPI that is not behind."""
    behind = int(row["behind"])
    return figures.plural(behind, Rhythm(row["rhythm"]).noun if row["rhythm"] else "period") if behind else ""


def _lacks(row: Mapping[Hashable, Any]) -> str:
    if not isinstance(row["last"], str):
        return "has no value at all"
    return f"lacks its last {late_words(row).removeprefix('1 ')}"


def _not_final(fresh: pd.DataFrame, word: str) -> str:
    periods, names = int(fresh[word].sum()), fresh.loc[fresh[word].gt(0), "name"]
    verb = "is" if periods == 1 else "are"
    who = figures.listed(names) if len(names) <= _NAMED else figures.plural(len(names), "KPI")
    return f"{figures.plural(periods, 'value')} {verb} {word}: {who}."
